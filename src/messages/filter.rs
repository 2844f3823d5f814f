//! Which messages a read wants, said once more in the words of the SQL functions: for messages that no server reads.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::value::RawValue;

use super::names::is_member;
use crate::archive::in_place::PartialRow;
use crate::db::queries::messages::{ConsumerGroup, MessageRow};

/// What is wanted.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// From this global position on.
    pub from: Option<i64>,
    /// These categories; all where empty.
    pub categories: Vec<String>,
    /// Only messages whose correlation stream is in this category.
    pub correlation: Option<String>,
    /// Only this member's streams.
    pub group: Option<ConsumerGroup>,
    /// From this instant on.
    pub since: Option<DateTime<Utc>>,
    /// Before this instant.
    pub until: Option<DateTime<Utc>>,
}

impl Filter {
    /// Leaves what no change of a message changes, and returns the rest, for [`Filter::takes_message`]: where a message may
    /// come as it was and as it is, one of the two alone is asked whether it is wanted.
    pub fn without_content(&mut self) -> Self {
        let (correlation, since, until) = (self.correlation.take(), self.since.take(), self.until.take());
        Self { correlation, since, until, ..Self::default() }
    }

    /// Whether a message is wanted by its time and its correlation.
    pub fn takes_message(&self, message: &MessageRow) -> bool {
        let correlates = |category: &String| message.metadata.as_deref().is_some_and(|text| correlates(text, category));
        self.since.is_none_or(|since| message.time >= since)
            && self.until.is_none_or(|until| message.time < until)
            && self.correlation.as_ref().is_none_or(correlates)
    }

    /// Whether a row is wanted; `None` where it is not of an archive's form.
    pub fn takes(&self, row: &PartialRow<'_>) -> Option<bool> {
        if self.from.is_some_and(|from| row.global_position < from) {
            return Some(false);
        }
        if !self.categories.is_empty() && !self.categories.iter().any(|c| c.as_bytes() == row.category()) {
            return Some(false);
        }
        if self.group.is_some_and(|group| !is_member(group, &row.stream)) {
            return Some(false);
        }
        if self.since.is_some() || self.until.is_some() {
            let time = row.time()?;
            if self.since.is_some_and(|since| time < since) || self.until.is_some_and(|until| time >= until) {
                return Some(false);
            }
        }
        match &self.correlation {
            Some(category) => Some(row.metadata()?.is_some_and(|metadata| correlates(&metadata, category))),
            None => Some(true),
        }
    }
}

/// As `split_part(metadata->>'correlationStreamName', '-', 1) = category`.
fn correlates(metadata: &str, category: &str) -> bool {
    let Ok(fields) = serde_json::from_str::<BTreeMap<String, Box<RawValue>>>(metadata) else { return false };
    let Some(value) = fields.get("correlationStreamName").map(|v| v.get()) else { return false };
    let text = match serde_json::from_str::<String>(value) {
        Ok(text) => text,
        Err(_) if value == "null" => return false,
        Err(_) => value.to_owned(),
    };
    text.split('-').next() == Some(category)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_correlation_is_the_category_of_a_stream_named_in_metadata() {
        for (metadata, expected) in [
            (r#"{"correlationStreamName": "order-7"}"#, true),
            (r#"{"a": {"correlationStreamName": "x-1"}, "correlationStreamName": "order"}"#, true),
            (r#"{"correlationStreamName": "orders-7"}"#, false),
            (r#"{"correlationStreamName": null}"#, false),
            (r#"["order-7"]"#, false),
            ("7", false),
        ] {
            assert_eq!(correlates(metadata, "order"), expected, "{metadata}");
        }
        assert!(correlates(r#"{"correlationStreamName": 12}"#, "12"));
    }

    #[test]
    fn every_stream_with_an_id_has_one_member_and_its_parts_go_together() {
        for size in 1..5 {
            for stream in ["account-1", "account-1+2", "account-", "order-x-y"] {
                let members =
                    (0..size).filter(|member| is_member(ConsumerGroup { member: *member, size }, stream.as_bytes()));
                assert_eq!(members.count(), 1, "{stream} of {size}");
            }
        }
        let group = ConsumerGroup { member: 1, size: 3 };
        assert_eq!(is_member(group, b"account-1"), is_member(group, b"account-1+2"));
        assert!(!is_member(ConsumerGroup { member: 0, size: 1 }, b"account"));
    }
}
