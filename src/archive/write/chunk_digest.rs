//! The digest by which SQL alone tells whether a chunk still holds what was archived (`chunk_digest` of the namespace's
//! schema), added up while rows pass: the server takes it half as long as the whole export. It is of what was exported,
//! and a wrong one could only keep a chunk from being dropped: the drop compares it with the server's own.

use crate::archive::format::csv::COLUMNS;
use crate::db::connect::LARGE_ROW_BYTES;

/// Adds up what the server's `sum(hashtextextended(m::text, 0))` is.
#[derive(Debug, Clone)]
pub struct RowDigest {
    /// The table's columns in its own order, as places in the archive's.
    order: [usize; COLUMNS.len()],
    sum: i128,
    /// The row at hand, as a record's text.
    text: Vec<u8>,
    /// Whether a row was too large for the server to make a text of it.
    is_beyond: bool,
}

/// A text whose hash tells whether a server hashes as we do: some do not, by the order of their bytes.
pub const PROBE: &str = "(\"2013-01-03 12:00:00+00\",7,0,a-1,T,\"{\"\"a\"\": 1}\",,)";

impl RowDigest {
    /// For a table of these columns; `None` where they are others than an archive's.
    pub fn new(columns: &[(String, String)]) -> Option<Self> {
        let mut order = [0; COLUMNS.len()];
        if columns.len() != order.len() {
            return None;
        }
        for (place, (name, _)) in order.iter_mut().zip(columns) {
            *place = COLUMNS.iter().position(|(known, _)| known == name)?;
        }
        Some(Self { order, sum: 0, text: Vec::new(), is_beyond: false })
    }

    /// Adds a row of the archive, by its fields as they stand in the CSV.
    pub fn add(&mut self, fields: [&[u8]; COLUMNS.len()]) {
        let length = fields.iter().map(|field| field.len()).sum::<usize>();
        if length >= LARGE_ROW_BYTES {
            return self.add_large(fields);
        }
        self.text.clear();
        for (i, place) in self.order.into_iter().enumerate() {
            self.text.push(if i == 0 { b'(' } else { b',' });
            add_field(&mut self.text, fields[place]);
        }
        self.text.push(b')');
        self.sum += i128::from(hash(&self.text));
    }

    /// Adds a large row piece by piece, without another copy of it. The server makes a text of the whole row: where it
    /// cannot, there is no digest.
    fn add_large(&mut self, fields: [&[u8]; COLUMNS.len()]) {
        let is_quoted = |field: &[u8]| needs_quotes(field);
        let bytes = |field: &[u8]| {
            field.len() + memchr::memchr_iter(b'\\', field).count() + if is_quoted(field) { 2 } else { 0 }
        };
        let length = fields.iter().map(|field| bytes(field) + 1).sum::<usize>() + 1;
        if length >= MAX_SERVER_TEXT {
            self.is_beyond = true;
            return;
        }
        let mut pieces = HashedText { hash: Lookup::new(length), rest: std::mem::take(&mut self.text) };
        pieces.rest.clear();
        for (i, place) in self.order.into_iter().enumerate() {
            let field = fields[place];
            pieces.add(if i == 0 { b"(" } else { b"," });
            let quotes: &[u8] = if is_quoted(field) { b"\"" } else { b"" };
            pieces.add(quotes);
            for piece in field.chunks(PIECE_BYTES) {
                add_escaped(&mut pieces.rest, piece);
                pieces.pass_on();
            }
            pieces.add(quotes);
        }
        pieces.add(b")");
        let HashedText { hash, rest } = pieces;
        self.sum += i128::from(hash.end(&rest));
        self.text = rest;
    }

    /// The digest, as the ledger has it; `None` where the server could not compute it.
    pub fn into_text(self) -> Option<String> {
        (!self.is_beyond).then(|| self.sum.to_string())
    }
}

/// A field of CSV as one of a record (<https://www.postgresql.org/docs/current/rowtypes.html#ROWTYPES-IO-SYNTAX>): what is
/// quoted there is quoted here, quotes are doubled in both, backslashes here only.
fn add_field(text: &mut Vec<u8>, field: &[u8]) {
    let quotes = needs_quotes(field);
    if quotes {
        text.push(b'"');
    }
    add_escaped(text, field);
    if quotes {
        text.push(b'"');
    }
}

/// Whether a record's text quotes a field that CSV does not.
fn needs_quotes(field: &[u8]) -> bool {
    let is_quoted = field.first() == Some(&b'"');
    !is_quoted
        && field.iter().any(|b| matches!(b, b'\\' | b'(' | b')' | b' ' | b'\t' | b'\n' | b'\r' | b'\x0b' | b'\x0c'))
}

fn add_escaped(text: &mut Vec<u8>, field: &[u8]) {
    let mut rest = field;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        text.extend_from_slice(&rest[..=at]);
        text.push(b'\\');
        rest = &rest[at + 1..];
    }
    text.extend_from_slice(rest);
}

/// Bytes of a field that are looked at at a time.
const PIECE_BYTES: usize = 1 << 16;
/// A server's texts are shorter (`MaxAllocSize`).
const MAX_SERVER_TEXT: usize = 0x3fff_ffff - 64;

/// A text that is hashed while it is made.
struct HashedText {
    hash: Lookup,
    /// What is not hashed yet.
    rest: Vec<u8>,
}

impl HashedText {
    fn add(&mut self, piece: &[u8]) {
        self.rest.extend_from_slice(piece);
    }

    /// Hashes what makes whole blocks.
    fn pass_on(&mut self) {
        let whole = self.rest.len() / 12 * 12;
        self.hash.add(&self.rest[..whole]);
        self.rest.drain(..whole);
    }
}

/// The server's `hashtextextended(text, 0)`: Bob Jenkins' lookup3, as `PostgreSQL`'s `hash_bytes_extended` has it.
pub fn hash(text: &[u8]) -> i64 {
    Lookup::new(text.len()).end(text)
}

/// Such a hash on its way.
struct Lookup {
    a: u32,
    b: u32,
    c: u32,
}

#[allow(clippy::many_single_char_names)] // as everywhere it is written down
impl Lookup {
    /// Of a text of so many bytes.
    fn new(length: usize) -> Self {
        // As the server counts: modulo 2^32.
        let length = u32::try_from(length & 0xffff_ffff).unwrap_or_default();
        let begin = 0x9e37_79b9_u32.wrapping_add(length).wrapping_add(3_923_095);
        Self { a: begin, b: begin, c: begin }
    }

    /// Takes whole blocks of twelve bytes.
    fn add<'a>(&mut self, text: &'a [u8]) -> &'a [u8] {
        let Self { mut a, mut b, mut c } = *self;
        let mut blocks = text.chunks_exact(12);
        for block in &mut blocks {
            a = a.wrapping_add(word(&block[..4]));
            b = b.wrapping_add(word(&block[4..8]));
            c = c.wrapping_add(word(&block[8..]));
            a = a.wrapping_sub(c) ^ c.rotate_left(4);
            c = c.wrapping_add(b);
            b = b.wrapping_sub(a) ^ a.rotate_left(6);
            a = a.wrapping_add(c);
            c = c.wrapping_sub(b) ^ b.rotate_left(8);
            b = b.wrapping_add(a);
            a = a.wrapping_sub(c) ^ c.rotate_left(16);
            c = c.wrapping_add(b);
            b = b.wrapping_sub(a) ^ a.rotate_left(19);
            a = a.wrapping_add(c);
            c = c.wrapping_sub(b) ^ b.rotate_left(4);
            b = b.wrapping_add(a);
        }
        *self = Self { a, b, c };
        blocks.remainder()
    }

    /// Takes the rest.
    fn end(mut self, text: &[u8]) -> i64 {
        let rest = self.add(text);
        let Self { mut a, mut b, mut c } = self;
        a = a.wrapping_add(word(&rest[..rest.len().min(4)]));
        b = b.wrapping_add(word(rest.get(4..rest.len().min(8)).unwrap_or_default()));
        // Its lowest byte is the length's.
        c = c.wrapping_add(word(rest.get(8..).unwrap_or_default()) << 8);
        c = (c ^ b).wrapping_sub(b.rotate_left(14));
        a = (a ^ c).wrapping_sub(c.rotate_left(11));
        b = (b ^ a).wrapping_sub(a.rotate_left(25));
        c = (c ^ b).wrapping_sub(b.rotate_left(16));
        a = (a ^ c).wrapping_sub(c.rotate_left(4));
        b = (b ^ a).wrapping_sub(a.rotate_left(14));
        c = (c ^ b).wrapping_sub(b.rotate_left(24));
        ((u64::from(b) << 32) | u64::from(c)).cast_signed()
    }
}

/// Up to four bytes, the lowest first.
fn word(bytes: &[u8]) -> u32 {
    bytes.iter().rev().fold(0, |word, byte| (word << 8) | u32::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::format::csv::raw_fields;

    #[test]
    fn a_text_has_the_hash_that_the_server_gives_it() {
        let text = "Ab9-äß€xyz0123456789".repeat(6);
        // SELECT hashtextextended(substr(TEXT, 1, CHARACTERS), 0)
        for (characters, expected) in [
            (0, -6_939_563_903_564_495_251),
            (1, -6_263_114_432_574_939_154),
            (3, 1_648_493_631_948_795_957),
            (4, 7_189_722_829_581_982_977),
            (5, 8_357_938_657_028_620_083),
            (7, -8_417_526_792_787_033_399),
            (8, 4_935_164_845_366_026_607),
            (9, -5_810_266_291_248_566_537),
            (11, 7_502_423_806_206_558_855),
            (13, -1_592_682_217_196_389_620),
            (16, 5_487_624_275_733_173_320),
            (20, -3_766_631_824_282_806_387),
            (24, -1_708_930_558_264_913_156),
            (36, -5_215_106_564_445_965_655),
        ] {
            let text: String = text.chars().take(characters).collect();
            assert_eq!(hash(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn a_large_row_has_the_same_digest_piece_by_piece() {
        let columns = COLUMNS.map(|(name, _)| (name.to_owned(), String::new()));
        for (data, metadata) in [("\"{\"\"a\\\\n\"\": 1}\"", "(x"), ("1", ""), ("a b", "\\")] {
            let large = data.repeat(1 + 3 * PIECE_BYTES / data.len());
            let row = format!("7,0,2013-01-03 12:00:00+00,\"a-1\",a\\(b,8e3b,{large},{metadata}\n");
            // Quotes within do not matter here: fields are given as they stand.
            let mut fields: Vec<&[u8]> = row.trim_end().splitn(7, ',').map(str::as_bytes).collect();
            let last = fields.pop().unwrap();
            let cut = last.len() - metadata.len() - 1;
            fields.extend([&last[..cut], &last[cut + 1..]]);
            let fields: [&[u8]; COLUMNS.len()] = fields.try_into().unwrap();
            let (mut whole, mut pieces) = (RowDigest::new(&columns).unwrap(), RowDigest::new(&columns).unwrap());
            whole.add(fields);
            pieces.add_large(fields);
            assert_eq!(pieces.into_text(), whole.into_text());
        }
    }

    #[test]
    fn a_row_becomes_the_text_that_the_server_gives_a_record() {
        let columns = ["time", "global_position", "position", "stream_name", "type", "data", "metadata", "id"];
        let columns = columns.map(|name| (name.to_owned(), String::new()));
        let mut digest = RowDigest::new(&columns).unwrap();
        let row = b"7,0,2013-01-03 12:00:00+00,\"a,\"\"b\"\"\n-1\",a\\(b,8e3b,\"{\"\"a\\\\n\"\": 1}\",\n";
        digest.add(raw_fields(row).unwrap());
        assert_eq!(
            String::from_utf8(digest.text.clone()).unwrap(),
            "(\"2013-01-03 12:00:00+00\",7,0,\"a,\"\"b\"\"\n-1\",\"a\\\\(b\",\"{\"\"a\\\\\\\\n\"\": 1}\",,8e3b)"
        );
        assert_eq!(
            digest.into_text().unwrap(),
            hash(b"(\"2013-01-03 12:00:00+00\",7,0,\"a,\"\"b\"\"\n-1\",\"a\\\\(b\",\"{\"\"a\\\\\\\\n\"\": 1}\",,8e3b)")
                .to_string()
        );
        assert!(RowDigest::new(&columns[1..]).is_none());
    }
}
