//! Why a line of an import is no message, in words of the line: its field, what stands there, and what should.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use uuid::Uuid;

/// Characters of a value that are repeated.
const SHOWN: usize = 60;
/// For who has no lines of this kind yet.
const FORM: &str = "a line is one JSON object, such as {\"stream\":\"order-1\",\"type\":\"Placed\",\"data\":{}}";
const FIELDS: [&str; 8] = ["id", "stream", "type", "pos", "gpos", "data", "meta", "time"];

/// What is wrong with a line that serde has refused with `e`.
pub(super) fn why_no_message(line: &[u8], e: &serde_json::Error) -> String {
    match line.trim_ascii_start().first() {
        Some(b'{') => {}
        Some(b'[') => return format!("it begins an array: {FORM} (jq -c '.[]' makes lines of an array)"),
        _ => return format!("it is no JSON object: {FORM}"),
    }
    let Ok(fields) = serde_json::from_slice::<BTreeMap<String, Box<RawValue>>>(line) else { return column_only(e) };
    fields
        .iter()
        .find_map(|(name, value)| wrong(name, value))
        .or_else(|| missing(&fields))
        .unwrap_or_else(|| column_only(e))
}

/// What is wrong with this field, if anything is.
fn wrong(name: &str, value: &RawValue) -> Option<String> {
    let (fits, what) = match name {
        "id" => (is::<Option<Uuid>>(value), "no UUID; write one as 8e3b5a52-7a3b-4d9e-a7a9-8f24c4b8d8a1"),
        "stream" | "type" => (is::<String>(value), "no text"),
        "pos" | "gpos" => (is::<Option<i64>>(value), "no whole number"),
        "time" => (is::<Option<DateTime<Utc>>>(value), "no instant; write one as 2026-10-01T00:00:00Z"),
        "data" | "meta" => return None,
        _ => return Some(format!("field {name:?} is unknown; a line has {}", FIELDS.join(", "))),
    };
    (!fits).then(|| {
        let mut shown: String = value.get().chars().take(SHOWN).collect();
        if shown.len() < value.get().len() {
            shown.push('…');
        }
        format!("{name}: {shown} is {what}")
    })
}

fn is<T: DeserializeOwned>(value: &RawValue) -> bool {
    serde_json::from_str::<T>(value.get()).is_ok()
}

fn missing(fields: &BTreeMap<String, Box<RawValue>>) -> Option<String> {
    let name = ["stream", "type"].into_iter().find(|name| !fields.contains_key(*name))?;
    Some(format!("it has no field {name:?}: {FORM}"))
}

/// serde counts lines within its input, which is one line here; its column is of use.
fn column_only(e: &serde_json::Error) -> String {
    let text = e.to_string();
    let what = text.rsplit_once(" at line ").map_or(text.as_str(), |(what, _)| what);
    if e.column() == 0 { what.to_owned() } else { format!("{what}, at column {}", e.column()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(line: &str) -> String {
        let broken = serde_json::from_str::<serde_json::Value>(line).err();
        let e = broken.unwrap_or_else(|| serde_json::from_str::<i64>(line).unwrap_err());
        why_no_message(line.as_bytes(), &e)
    }

    #[test]
    fn the_field_is_named_with_what_stands_there_and_what_should() {
        for (line, told) in [
            ("[{\"stream\":\"a-1\"}]", "begins an array"),
            ("id,stream,type", "no JSON object: a line is one JSON object, such as {"),
            (
                r#"{"stream":"a-1","type":"T","time":"2026-13-01"}"#,
                "time: \"2026-13-01\" is no instant; write one as 2026-10-01T",
            ),
            (r#"{"stream":"a-1","type":"T","id":"x"}"#, "id: \"x\" is no UUID"),
            (r#"{"stream":"a-1","type":7}"#, "type: 7 is no text"),
            (r#"{"stream":"a-1","type":"T","pos":"0"}"#, "pos: \"0\" is no whole number"),
            (r#"{"stream":"a-1","type":"T","gpos":1.5}"#, "gpos: 1.5 is no whole number"),
            (r#"{"stream":"a-1","type":"T","postion":0}"#, "\"postion\" is unknown; a line has id, stream, type"),
            (r#"{"stream":"a-1"}"#, "no field \"type\""),
            (r#"{"stream":"#, "column"),
        ] {
            assert!(why(line).contains(told), "{line}: {}", why(line));
        }
        let long = why(&format!(r#"{{"stream":"a-1","type":"T","time":"{}"}}"#, "9".repeat(5000)));
        assert!(long.len() < 200, "{long}");
    }
}
