//! EventoDB's NDJSON form of a message, one object a line: `id, stream, type, pos, gpos, data, meta, time`.

use std::io::{self, Write};

use chrono::{DateTime, Timelike, Utc};

use crate::db::queries::messages::MessageRow;

/// Writes a message as one line, byte for byte the same whenever it is read: keys in a fixed order, JSON without
/// blanks, numbers as the database has them, times in UTC with a fraction only where there is one.
///
/// # Errors
/// Where `out` cannot be written.
pub fn write_line(out: &mut impl Write, m: &MessageRow) -> io::Result<()> {
    out.write_all(b"{\"id\":")?;
    serde_json::to_writer(&mut *out, &m.id)?;
    out.write_all(b",\"stream\":")?;
    serde_json::to_writer(&mut *out, &m.stream_name)?;
    out.write_all(b",\"type\":")?;
    serde_json::to_writer(&mut *out, &m.message_type)?;
    write!(out, ",\"pos\":{},\"gpos\":{},\"data\":", m.position, m.global_position)?;
    write_json(out, m.data.as_deref())?;
    out.write_all(b",\"meta\":")?;
    write_json(out, m.metadata.as_deref())?;
    writeln!(out, ",\"time\":\"{}\"}}", rfc3339(m.time))
}

fn write_json(out: &mut impl Write, json: Option<&str>) -> io::Result<()> {
    match json {
        None => out.write_all(b"null"),
        Some(json) => compact_json(out, json),
    }
}

/// Writes JSON text without the blanks between its tokens. Nothing else changes: numbers keep their digits.
///
/// # Errors
/// Where `out` cannot be written.
pub fn compact_json(out: &mut impl Write, json: &str) -> io::Result<()> {
    let bytes = json.as_bytes();
    let (mut start, mut in_string, mut i) = (0, false, 0);
    while i < bytes.len() {
        match bytes[i] {
            b'\\' if in_string => i += 1,
            b'"' => in_string = !in_string,
            b' ' | b'\n' | b'\t' | b'\r' if !in_string => {
                out.write_all(&bytes[start..i])?;
                start = i + 1;
            }
            _ => {}
        }
        i += 1;
    }
    out.write_all(&bytes[start..])
}

/// RFC 3339 in UTC; microseconds only where there are any, without zeros at their end.
pub fn rfc3339(t: DateTime<Utc>) -> String {
    let mut text = t.format("%Y-%m-%dT%H:%M:%S").to_string();
    let micros = t.nanosecond() / 1000;
    if micros != 0 {
        let fraction = format!(".{micros:06}");
        text.push_str(fraction.trim_end_matches('0'));
    }
    text.push('Z');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compact(json: &str) -> String {
        let mut out = Vec::new();
        compact_json(&mut out, json).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn blanks_go_between_tokens_and_stay_in_strings() {
        assert_eq!(compact(r#"{"a b": [1, 2.50, "x, \" y\\"], "c": {}}"#), r#"{"a b":[1,2.50,"x, \" y\\"],"c":{}}"#);
    }

    #[test]
    fn numbers_keep_every_digit() {
        let long = r#"{"n": 123456789012345678901234567890.123456789012345678901234567890}"#;
        assert_eq!(compact(long), long.replace(' ', ""));
    }

    #[test]
    fn times_have_a_fraction_only_where_there_is_one() {
        for (given, shown) in [
            ("2013-01-01T10:15:00Z", "2013-01-01T10:15:00Z"),
            ("2013-01-01T10:15:00.120Z", "2013-01-01T10:15:00.12Z"),
            ("1955-11-05T06:00:00.000001+02:00", "1955-11-05T04:00:00.000001Z"),
            ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"),
        ] {
            assert_eq!(rfc3339(given.parse::<DateTime<Utc>>().unwrap()), shown);
        }
    }
}
