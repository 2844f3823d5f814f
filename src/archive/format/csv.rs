//! The archive's CSV: its columns, and what is read from a row on its way out.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::archive::format::doubled::Neighbours;
use crate::db::ident;

/// The columns of an archive, in the order of its CSV, with their `PostgreSQL` types. Short ones first: what is counted
/// on the way out stands at the start of a row.
pub const COLUMNS: [(&str, &str); 8] = [
    ("global_position", "bigint"),
    ("position", "bigint"),
    ("time", "timestamp with time zone"),
    ("stream_name", "text"),
    ("type", "text"),
    ("id", "uuid"),
    ("data", "jsonb"),
    ("metadata", "jsonb"),
];

/// The columns as SQL takes them.
pub fn column_list() -> String {
    ident::list(COLUMNS.map(|(name, _)| name))
}

/// How the rows are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowKind {
    /// The archive's columns: counted, with frames by global position.
    Messages,
    /// Any other CSV.
    Other,
}

/// The line before the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Header {
    /// It comes next.
    Expected,
    /// Only rows follow.
    Seen,
}

/// How many categories or types are counted one by one; past that the counts are left out.
const MAX_COUNTED: usize = 10_000;

/// Bytes of JSON that such names may take in all: a type of megabytes is legal.
const MAX_COUNTED_BYTES: usize = 4 << 20;

/// Counts by name, as long as there are not too many names, nor too long ones.
#[derive(Debug, Clone, Default)]
pub struct NameCounts {
    by_name: BTreeMap<String, u64>,
    /// Of the names, as JSON.
    bytes: usize,
    overflowed: Overflow,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Overflow {
    #[default]
    No,
    Yes,
}

impl NameCounts {
    fn add(&mut self, name: &[u8]) {
        if self.overflowed == Overflow::Yes {
            return;
        }
        // Nothing is looked at twice that could not be kept anyway.
        if name.len() > MAX_COUNTED_BYTES {
            self.overflowed = Overflow::Yes;
            self.by_name.clear();
            return;
        }
        let name = String::from_utf8_lossy(name);
        if let Some(n) = self.by_name.get_mut(name.as_ref()) {
            *n += 1;
            return;
        }
        self.bytes += name.bytes().map(json_bytes).sum::<usize>();
        if self.by_name.len() < MAX_COUNTED && self.bytes <= MAX_COUNTED_BYTES {
            self.by_name.insert(name.into_owned(), 1);
        } else {
            self.overflowed = Overflow::Yes;
            self.by_name.clear();
        }
    }

    /// The counts; `None` where there were too many names.
    pub fn into_map(self) -> Option<BTreeMap<String, u64>> {
        (self.overflowed == Overflow::No).then_some(self.by_name)
    }
}

/// Bytes that a byte of a text takes in JSON.
const fn json_bytes(byte: u8) -> usize {
    match byte {
        b'"' | b'\\' => 2,
        0..=0x1f => 6,
        _ => 1,
    }
}

/// What the rows of an export add up to.
#[derive(Debug, Clone, Default)]
pub struct ExportCounts {
    /// Rows.
    pub messages: u64,
    /// By category.
    pub categories: NameCounts,
    /// By type.
    pub types: NameCounts,
    /// Global positions that neighbours share.
    pub neighbours: Neighbours,
}

impl ExportCounts {
    /// Counts a row.
    pub fn add(&mut self, row: &CsvRow<'_>) {
        self.messages += 1;
        self.categories.add(row.category());
        self.types.add(&row.message_type);
        self.neighbours.add(row.global_position);
    }
}

/// What stands before a message's content in its row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CsvRow<'a> {
    /// Its global position.
    pub global_position: i64,
    /// Its position.
    pub position: i64,
    /// Its time as the server wrote it.
    pub time: &'a [u8],
    /// Its stream as the server wrote it, quotes included.
    pub written_stream: &'a [u8],
    /// Its stream.
    pub stream: Cow<'a, [u8]>,
    /// Its type.
    pub message_type: Cow<'a, [u8]>,
}

impl<'a> CsvRow<'a> {
    /// Looks at a row of [`COLUMNS`]; `None` where it is not of this form.
    pub fn new(row: &'a [u8]) -> Option<Self> {
        let mut rest = row;
        let mut field = || {
            let end = raw_end(rest)?;
            let (field, after) = rest.split_at_checked(end)?;
            // A content follows in any case.
            rest = after.strip_prefix(b",")?;
            Some(field)
        };
        let global_position = number(field()?)?;
        let position = number(field()?)?;
        let (time, written_stream, message_type) = (field()?, field()?, unquoted(field()?));
        let stream = unquoted(written_stream);
        Some(Self { global_position, position, time, written_stream, stream, message_type })
    }

    /// The stream's category, as the server's `split_part(stream_name, '-', 1)`.
    pub fn category(&self) -> &[u8] {
        let end = memchr::memchr(b'-', &self.stream).unwrap_or(self.stream.len());
        &self.stream[..end]
    }
}

/// A number, as the server writes one.
pub fn number(field: &[u8]) -> Option<i64> {
    std::str::from_utf8(field).ok()?.parse().ok()
}

/// A field's value by what stands in the row.
pub fn unquoted(field: &[u8]) -> Cow<'_, [u8]> {
    let Some(inner) = field.strip_prefix(b"\"").and_then(|f| f.strip_suffix(b"\"")) else { return field.into() };
    if memchr::memchr(b'"', inner).is_none() {
        return inner.into();
    }
    let mut value = Vec::with_capacity(inner.len());
    unquoted_into(field, &mut value);
    value.into()
}

/// Adds a field's value, by what stands in the row.
pub fn unquoted_into(field: &[u8], value: &mut Vec<u8>) {
    let Some(inner) = field.strip_prefix(b"\"").and_then(|f| f.strip_suffix(b"\"")) else {
        return value.extend_from_slice(field);
    };
    let mut begin = 0;
    let mut quotes = memchr::memchr_iter(b'"', inner);
    while let Some(quote) = quotes.next() {
        value.extend_from_slice(&inner[begin..=quote]);
        // It is doubled.
        begin = quote + 2;
        quotes.next();
    }
    value.extend_from_slice(inner.get(begin..).unwrap_or_default());
}

/// Where the first field of these ends; `None` where its quotes do not.
fn raw_end(fields: &[u8]) -> Option<usize> {
    let mut end = 0;
    if fields.first() == Some(&b'"') {
        // A quote within it is doubled: the first one that is not ends it.
        end = 1;
        loop {
            end += memchr::memchr(b'"', fields.get(end..)?)? + 1;
            if fields.get(end) != Some(&b'"') {
                break;
            }
            end += 1;
        }
    }
    Some(end + memchr::memchr(b',', &fields[end..]).unwrap_or(fields.len() - end))
}

/// A message's stream, and how many bytes of its row stand before its content: data and metadata come last.
pub fn slot(row: &[u8]) -> Option<(Cow<'_, [u8]>, usize)> {
    let mut fields = CsvFields(row);
    let stream = fields.nth(3)?;
    fields.nth(1)?;
    Some((stream, row.len() - fields.0.len()))
}

/// Where the rows of CSV end that comes in pieces: at line ends outside quotes.
#[derive(Debug, Clone, Default)]
struct RowEnds {
    quotes: u64,
}

impl RowEnds {
    /// The rows' last bytes in the next piece; it must be asked for all of them.
    fn of(&mut self, piece: &[u8]) -> impl Iterator<Item = usize> {
        let mut counted = 0;
        let ends = memchr::memchr_iter(b'\n', piece).map(Some).chain([None]);
        ends.filter_map(move |at| {
            let end = at.unwrap_or(piece.len());
            // Counted, and not found one by one: JSON in CSV is a quarter quotes.
            self.quotes += memchr::memchr_iter(b'"', &piece[counted..end]).count() as u64;
            counted = end;
            at.filter(|_| self.quotes.is_multiple_of(2))
        })
    }
}

/// Cuts CSV that comes in pieces into rows, line ends included.
#[derive(Debug, Default)]
pub struct RowSplitter {
    pending: Vec<u8>,
    ends: RowEnds,
}

impl RowSplitter {
    /// Takes the next piece, and hands out each row that ends in it.
    ///
    /// # Errors
    /// Those of `each`.
    pub fn add<E>(&mut self, piece: &[u8], mut each: impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
        self.add_owned(piece, |row| each(&row))
    }

    /// Does as [`RowSplitter::add`], and gives rows away that came in several pieces: they may be large.
    ///
    /// # Errors
    /// Those of `each`.
    pub fn add_owned<E>(
        &mut self,
        piece: &[u8],
        mut each: impl FnMut(Cow<'_, [u8]>) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut start = 0;
        for at in self.ends.of(piece) {
            let row = &piece[start..=at];
            if self.pending.is_empty() {
                each(row.into())?;
            } else {
                self.pending.extend_from_slice(row);
                each(std::mem::take(&mut self.pending).into())?;
            }
            start = at + 1;
        }
        self.pending.extend_from_slice(&piece[start..]);
        Ok(())
    }
}

/// The first field of a CSV row.
pub fn first_field(row: &[u8]) -> String {
    CsvFields(row).next().map_or_else(String::new, |field| String::from_utf8_lossy(&field).into_owned())
}

/// The fields of a row of `N` as they stand there, quotes included; `None` where it has another number of them.
pub fn raw_fields<const N: usize>(row: &[u8]) -> Option<[&[u8]; N]> {
    let mut rest = row.strip_suffix(b"\n")?;
    let mut fields = [&[][..]; N];
    for (i, field) in fields.iter_mut().enumerate() {
        let end = raw_end(rest)?;
        *field = &rest[..end];
        let is_last = i + 1 == N;
        if is_last != (end == rest.len()) {
            return None;
        }
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    Some(fields)
}

/// The fields of one CSV row, as `PostgreSQL` writes it.
#[derive(Debug, Clone)]
pub struct CsvFields<'a>(pub &'a [u8]);

impl<'a> Iterator for CsvFields<'a> {
    type Item = Cow<'a, [u8]>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        if self.0[0] != b'"' {
            let end = memchr::memchr2(b',', b'\n', self.0).unwrap_or(self.0.len());
            let field = &self.0[..end];
            self.0 = self.0.get(end + 1..).unwrap_or_default();
            return Some(field.into());
        }
        let mut value = Vec::new();
        let mut rest = &self.0[1..];
        loop {
            let quote = memchr::memchr(b'"', rest)?;
            value.extend_from_slice(&rest[..quote]);
            rest = &rest[quote + 1..];
            if rest.first() != Some(&b'"') {
                break;
            }
            value.push(b'"');
            rest = &rest[1..];
        }
        self.0 = rest.get(1..).unwrap_or_default();
        Some(value.into())
    }
}

/// Counts the rows of CSV that comes in pieces: line ends outside quotes.
#[derive(Debug, Clone, Default)]
pub struct RowCounter {
    rows: u64,
    ends: RowEnds,
}

impl RowCounter {
    /// Takes the next piece.
    pub fn add(&mut self, piece: &[u8]) {
        self.rows += self.ends.of(piece).count() as u64;
    }

    /// Rows so far, the header included.
    pub const fn rows(&self) -> u64 {
        self.rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_counted_by_category_and_type_whatever_its_name_holds() {
        let mut tally = ExportCounts::default();
        let rows: [&[u8]; 4] = [
            b"7,0,2013-01-01 10:15:00+00,account-1,Opened,8e3b,\"{\"\"a\"\": 1}\",\n",
            b"8,0,2013-01-01 10:15:00+00,\"a,\"\"b\"\"\nc-1\",Opened,8e3b,,\n",
            b"9,0,2013-01-01 10:15:00+00,\"account-x\ny\",\"Clo,sed\",8e3b,,\n",
            b"10,0,2013-01-01 10:15:00+00,plain,\"\",8e3b,,\n",
        ];
        for (row, (global_position, stream)) in
            rows.iter().zip([(7, &b"account-1"[..]), (8, b"a,\"b\"\nc-1"), (9, b"account-x\ny"), (10, b"plain")])
        {
            let row = CsvRow::new(row).unwrap();
            assert_eq!((row.global_position, row.stream.as_ref()), (global_position, stream));
            assert_eq!((row.position, row.time), (0, &b"2013-01-01 10:15:00+00"[..]));
            tally.add(&row);
        }
        assert_eq!(tally.messages, 4);
        let categories = tally.categories.into_map().unwrap();
        assert_eq!(categories.get("account"), Some(&2));
        assert_eq!(categories.get("a,\"b\"\nc"), Some(&1));
        let types = tally.types.into_map().unwrap();
        assert_eq!((types.get("Opened"), types.get("Clo,sed"), types.get("")), (Some(&2), Some(&1), Some(&1)));
    }

    #[test]
    fn a_field_ends_at_the_comma_behind_its_last_quote() {
        for (fields, end) in [
            ("a,b", Some(1)),
            ("a", Some(1)),
            ("\"a\"\"b,c\",d", Some(8)),
            ("\"\"\"\",\"", Some(4)),
            ("\"a,", None),
            ("", Some(0)),
        ] {
            assert_eq!(raw_end(fields.as_bytes()), end, "{fields}");
        }
    }

    #[test]
    fn rows_and_their_slots_are_found_wherever_the_pieces_are_cut() {
        let csv = b"h\n1,0,t,\"a\n-1\",T,id,\"{\"\"a\"\": 1}\",\n2,0,t,b-1,T,id,,\n";
        for cut in 0..csv.len() {
            let (mut splitter, mut rows) = (RowSplitter::default(), Vec::new());
            for piece in [&csv[..cut], &csv[cut..]] {
                splitter
                    .add(piece, |row| {
                        rows.push(row.to_vec());
                        Ok::<_, ()>(())
                    })
                    .unwrap();
            }
            assert_eq!(rows.len(), 3, "cut at {cut}");
            assert_eq!(rows.concat(), csv);
            let (stream, content) = slot(&rows[1]).unwrap();
            assert_eq!((stream.as_ref(), &rows[1][content..]), (&b"a\n-1"[..], &b"\"{\"\"a\"\": 1}\",\n"[..]));
            let (stream, content) = slot(&rows[2]).unwrap();
            assert_eq!((stream.as_ref(), &rows[2][content..]), (&b"b-1"[..], &b",\n"[..]));
        }
    }

    #[test]
    fn raw_fields_keep_their_quotes_and_are_counted() {
        let row = b"\"a,\"\"b\"\"\nc\",1,,\"\"\n";
        assert_eq!(raw_fields(row), Some([&b"\"a,\"\"b\"\"\nc\""[..], b"1", b"", b"\"\""]));
        assert_eq!(raw_fields::<3>(row), None);
        assert_eq!(raw_fields::<5>(row), None);
        assert_eq!(raw_fields::<1>(b"a"), None, "its end is missing");
        assert_eq!(raw_fields::<1>(b"\"a\n"), None, "its quote does not end");
    }

    #[test]
    fn too_many_names_leave_the_counts_out() {
        let mut counts = NameCounts::default();
        for i in 0..=MAX_COUNTED {
            counts.add(i.to_string().as_bytes());
        }
        assert!(counts.into_map().is_none());
    }

    #[test]
    fn names_that_are_long_as_json_leave_the_counts_out() {
        for (byte, fits) in [(b'x', MAX_COUNTED_BYTES), (1, MAX_COUNTED_BYTES / 6), (b'"', MAX_COUNTED_BYTES / 2)] {
            let mut counts = NameCounts::default();
            counts.add(&vec![byte; fits]);
            assert_eq!(counts.clone().into_map().unwrap().len(), 1);
            counts.add(b"one more");
            assert!(counts.into_map().is_none(), "{byte}");
        }
    }

    #[test]
    fn line_ends_within_quotes_are_no_rows_wherever_the_pieces_are_cut() {
        let csv = b"h\n1,\"a\n\"\"b\"\"\"\n2,x\n";
        for cut in 0..csv.len() {
            let mut counter = RowCounter::default();
            counter.add(&csv[..cut]);
            counter.add(&csv[cut..]);
            assert_eq!(counter.rows(), 3, "cut at {cut}");
        }
    }
}
