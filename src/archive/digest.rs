//! The digest by which SQL alone tells whether a chunk still holds what was archived (`chunk_digest` of the namespace's
//! schema), added up while rows pass: the server takes it half as long as the whole export. It is of what was exported,
//! and a wrong one could only keep a chunk from being dropped: the drop compares it with the server's own.

use super::rows::COLUMNS;

/// Adds up what the server's `sum(hashtextextended(m::text, 0))` is.
#[derive(Debug, Clone)]
pub struct RowDigest {
    /// The table's columns in its own order, as places in the archive's.
    order: [usize; COLUMNS.len()],
    sum: i128,
    /// The row at hand, as a record's text.
    text: Vec<u8>,
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
        Some(Self { order, sum: 0, text: Vec::new() })
    }

    /// Adds a row of the archive, by its fields as they stand in the CSV.
    pub fn add(&mut self, fields: [&[u8]; COLUMNS.len()]) {
        self.text.clear();
        for (i, place) in self.order.into_iter().enumerate() {
            self.text.push(if i == 0 { b'(' } else { b',' });
            add_field(&mut self.text, fields[place]);
        }
        self.text.push(b')');
        self.sum += i128::from(hash(&self.text));
    }

    /// The digest, as the ledger has it.
    pub fn into_text(self) -> String {
        self.sum.to_string()
    }
}

/// A field of CSV as one of a record (<https://www.postgresql.org/docs/current/rowtypes.html#ROWTYPES-IO-SYNTAX>): what is
/// quoted there is quoted here, quotes are doubled in both, backslashes here only.
fn add_field(text: &mut Vec<u8>, field: &[u8]) {
    let is_quoted = field.first() == Some(&b'"');
    let quotes = !is_quoted
        && field.iter().any(|b| matches!(b, b'\\' | b'(' | b')' | b' ' | b'\t' | b'\n' | b'\r' | b'\x0b' | b'\x0c'));
    if quotes {
        text.push(b'"');
    }
    let mut rest = field;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        text.extend_from_slice(&rest[..=at]);
        text.push(b'\\');
        rest = &rest[at + 1..];
    }
    text.extend_from_slice(rest);
    if quotes {
        text.push(b'"');
    }
}

/// The server's `hashtextextended(text, 0)`: Bob Jenkins' lookup3, as `PostgreSQL`'s `hash_bytes_extended` has it.
#[allow(clippy::many_single_char_names)] // as everywhere it is written down
pub fn hash(text: &[u8]) -> i64 {
    // As the server counts: modulo 2^32.
    let length = u32::try_from(text.len() & 0xffff_ffff).unwrap_or_default();
    let begin = 0x9e37_79b9_u32.wrapping_add(length).wrapping_add(3_923_095);
    let (mut a, mut b, mut c) = (begin, begin, begin);
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
    let rest = blocks.remainder();
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

/// Up to four bytes, the lowest first.
fn word(bytes: &[u8]) -> u32 {
    bytes.iter().rev().fold(0, |word, byte| (word << 8) | u32::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::super::rows::raw_fields;
    use super::*;

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
            digest.into_text(),
            hash(b"(\"2013-01-03 12:00:00+00\",7,0,\"a,\"\"b\"\"\n-1\",\"a\\\\(b\",\"{\"\"a\\\\\\\\n\"\": 1}\",,8e3b)")
                .to_string()
        );
        assert!(RowDigest::new(&columns[1..]).is_none());
    }
}
