//! Rows of an archive's CSV as messages.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use crate::archive::format::csv::CsvFields;
use crate::db::queries::messages::MessageRow;

/// The rows of CSV that ends with a row's end.
#[derive(Debug, Clone)]
pub struct CsvRows<'a>(pub &'a [u8]);

impl<'a> Iterator for CsvRows<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let mut quotes = 0_usize;
        let end = memchr::memchr2_iter(b'"', b'\n', self.0).find(|at| {
            let is_quote = self.0[*at] == b'"';
            quotes += usize::from(is_quote);
            !is_quote && quotes.is_multiple_of(2)
        });
        // What is cut off is no row: the count of rows tells.
        let (row, rest) = self.0.split_at(end? + 1);
        self.0 = rest;
        Some(row)
    }
}

/// A row, as far as is needed to know whether it is wanted.
#[derive(Debug, Clone)]
pub struct PartialRow<'a> {
    /// The position in the namespace.
    pub global_position: i64,
    /// The position in the stream.
    pub position: i64,
    /// The stream.
    pub stream: Cow<'a, [u8]>,
    time: Cow<'a, [u8]>,
    rest: CsvFields<'a>,
}

fn number(field: &[u8]) -> Option<i64> {
    std::str::from_utf8(field).ok()?.parse().ok()
}

fn text(field: Cow<'_, [u8]>) -> Option<String> {
    String::from_utf8(field.into_owned()).ok()
}

/// JSON is never empty: an empty field is NULL. The outer `None` is a field of another form.
#[allow(clippy::option_option)] // two answers to two questions
fn json(field: Cow<'_, [u8]>) -> Option<Option<String>> {
    if field.is_empty() { Some(None) } else { text(field).map(Some) }
}

impl<'a> PartialRow<'a> {
    /// Reads a row; `None` where it is not of an archive's form.
    pub fn read(row: &'a [u8]) -> Option<Self> {
        let mut rest = CsvFields(row);
        let (global_position, position) = (number(&rest.next()?)?, number(&rest.next()?)?);
        let (time, stream) = (rest.next()?, rest.next()?);
        Some(Self { global_position, position, stream, time, rest })
    }

    /// The category: what the stream's name begins with.
    pub fn category(&self) -> &[u8] {
        self.stream.split(|b| *b == b'-').next().unwrap_or_default()
    }

    /// The message's time.
    pub fn time(&self) -> Option<DateTime<Utc>> {
        time(std::str::from_utf8(&self.time).ok()?)
    }

    /// The message's id.
    pub fn id(&self) -> Option<Cow<'a, [u8]>> {
        self.rest.clone().nth(1)
    }

    /// The metadata's JSON, unless it is NULL.
    pub fn metadata(&self) -> Option<Option<String>> {
        // The last field of a row may be empty up to its end.
        self.rest.clone().nth(3).map_or(Some(None), json)
    }

    /// All of it.
    pub fn message(&self) -> Option<MessageRow> {
        let mut rest = self.rest.clone();
        let (message_type, id, data) = (text(rest.next()?)?, text(rest.next()?)?, json(rest.next()?)?);
        // The last field of a row may be empty up to its end.
        let metadata = rest.next().map_or(Some(None), json)?;
        Some(MessageRow {
            id,
            stream_name: String::from_utf8(self.stream.to_vec()).ok()?,
            message_type,
            position: self.position,
            global_position: self.global_position,
            data,
            metadata,
            time: self.time()?,
        })
    }
}

/// `2013-01-01 10:15:00.5+00`, with any year, before Christ as well.
fn time(text: &str) -> Option<DateTime<Utc>> {
    let (text, era) = match text.strip_suffix(" BC") {
        Some(text) => (text, -1),
        None => (text, 1),
    };
    let (day, clock) = text.strip_suffix("+00")?.split_once(' ')?;
    let mut parts = day.splitn(3, '-');
    let year: i32 = parts.next()?.parse().ok()?;
    let (month, day) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let year = if era < 0 { 1 - year } else { year };
    let clock = NaiveTime::parse_from_str(clock, "%H:%M:%S%.f").ok()?;
    Some(NaiveDate::from_ymd_opt(year, month, day)?.and_time(clock).and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_cut_where_they_end_and_nowhere_else() {
        let csv = b"1,0,t,a,b,c,,\n2,0,t,\"a\n\"\"b\",T,c,\"{\"\"x\"\": \"\"\\n\"\"}\",\n3,cut off";
        let rows: Vec<_> = CsvRows(csv).collect();
        assert_eq!(rows.len(), 2);
        assert_eq!(rows.concat(), &csv[..csv.len() - 9]);
    }

    #[test]
    fn a_row_becomes_the_message_it_was() {
        let row = b"7,3,2013-01-01 10:15:00.5+00,\"odd, \"\"name\"\"-1\",\"\",8e3b5a52-7a3b-4d9e-a7a9-8f24c4b8d8a1,\"{\"\"a\"\": 1.50}\",\n";
        let row = PartialRow::read(row).unwrap();
        assert_eq!(row.category(), b"odd, \"name\"");
        let m = row.message().unwrap();
        assert_eq!((m.global_position, m.position, m.stream_name.as_str()), (7, 3, "odd, \"name\"-1"));
        assert_eq!((m.message_type.as_str(), m.data.as_deref(), m.metadata), ("", Some("{\"a\": 1.50}"), None));
        assert_eq!(m.time, "2013-01-01T10:15:00.5Z".parse::<DateTime<Utc>>().unwrap());
        let row = b"7,3,2013-01-01 10:15:00+00,a,T,8e3b5a52-7a3b-4d9e-a7a9-8f24c4b8d8a1,,\"{\"\"b\"\": 2}\"\n";
        let m = PartialRow::read(row).unwrap().message().unwrap();
        assert_eq!((m.data, m.metadata.as_deref()), (None, Some("{\"b\": 2}")));
        assert!(PartialRow::read(b"x,3,t,a\n").is_none());
    }

    #[test]
    fn times_of_all_years_are_read() {
        for (given, shown) in [
            ("2013-01-01 10:15:00+00", "2013-01-01T10:15:00Z"),
            ("1969-12-31 23:59:59.999999+00", "1969-12-31T23:59:59.999999Z"),
            ("12013-01-01 00:00:00+00", "+12013-01-01T00:00:00Z"),
            ("0044-03-15 12:00:00+00 BC", "-0043-03-15T12:00:00Z"),
        ] {
            assert_eq!(time(given), Some(shown.parse::<DateTime<Utc>>().unwrap()), "{given}");
        }
        assert!(["infinity", "2013-01-01 10:15:00", "2013-13-01 10:15:00+00"].into_iter().all(|t| time(t).is_none()));
    }
}
