//! Rows that writers of their own insert, and what is in them.

use std::time::Duration;

use crate::histories::model::{Batch, Draft, Sent};
use crate::histories::server::{Sql, SqlError, is_lost, quoted};

/// Inserts rows one by one, as a client with sessions of its own does, each tried so many times.
pub fn insert(sql: &Sql, schema: &str, drafts: Vec<Draft>, tries: usize) -> Result<Vec<Batch>, String> {
    let mut batches: Vec<Batch> = Vec::new();
    for draft in drafts {
        let mut sent = Sent::Refused;
        for turn in 0..tries {
            if turn > 0 {
                std::thread::sleep(Duration::from_millis(10));
            }
            match sql.once(&statement(schema, &draft)) {
                Ok(_) => sent = Sent::Done,
                Err(e) if is_lost(&e) => {
                    sent = if e.code.as_deref() == Some("08001") { Sent::Refused } else { Sent::Perhaps }
                }
                // Frozen, or in the way of somebody else.
                Err(SqlError { code: Some(c), .. }) if ["0A000", "40P01", "55P03", "XX000"].contains(&c.as_str()) => {
                    continue;
                }
                Err(e) => return Err(format!("inserting {draft:?}: {e:?}")),
            }
            break;
        }
        batches.push(Batch { drafts: vec![draft], sent });
        // The next one's position follows from this one.
        if sent != Sent::Done {
            break;
        }
    }
    Ok(batches)
}

pub fn statement(schema: &str, d: &Draft) -> String {
    let json = |j: &Option<String>| j.as_deref().map_or("NULL".to_owned(), quoted);
    let (column, value) = d.global_position.map_or_else(Default::default, |g| ("global_position, ", format!("{g}, ")));
    format!(
        "INSERT INTO \"{schema}\".messages (time, {column}position, stream_name, type, data, metadata, id)
         VALUES ({}, {value}{}, {}, {}, {}, {}, '{}')",
        quoted(&crate::histories::model::instant(d.time.unwrap_or_default())),
        d.position,
        quoted(&d.stream),
        quoted(&d.kind),
        json(&d.data),
        json(&d.metadata),
        d.id
    )
}

/// Type, data and metadata: what CSV, COPY and JSON have their difficulties with.
pub fn body(choice: u8, n: u128) -> (String, Option<String>, Option<String>) {
    let kind = ["Happened", "Opened, \"so\"", "Geändert\\."][usize::from(choice) % 3];
    let (data, metadata) = match choice % 8 {
        0 => (None, None),
        1 => (Some(format!("{{\"n\":{n}}}")), None),
        2 => (Some(r#"{"text":"quote \" comma , ünïcode 🦀 newline \n end"}"#.to_owned()), None),
        3 => (Some(r#"{"a":1.50,"big":12345678901234567890123456789.125}"#.to_owned()), Some("{}".to_owned())),
        4 => (Some("[]".to_owned()), None),
        5 => (Some(r#""\\.""#.to_owned()), None),
        6 => (Some(format!("{{\"n\":{n},\"text\":\"{}\"}}", "lorem ipsum, ".repeat(150))), None),
        _ => (Some("{}".to_owned()), Some(r#"{"correlationStreamName":"order-1"}"#.to_owned())),
    };
    (kind.to_owned(), data, metadata)
}
