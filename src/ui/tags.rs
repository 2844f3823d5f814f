//! What every JSON line of standard error carries, so that lines of one run can be told from another's.

use std::borrow::Cow;
use std::sync::{Mutex, PoisonError};

use chrono::Utc;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::about;
use crate::messages::rfc3339;

/// The run, and what it is at.
#[derive(Debug)]
pub struct Tags {
    run_id: Uuid,
    namespace: Mutex<Option<String>>,
}

impl Default for Tags {
    fn default() -> Self {
        Self { run_id: Uuid::now_v7(), namespace: Mutex::default() }
    }
}

impl Tags {
    /// One a process; later runs have higher ones.
    pub const fn run_id(&self) -> Uuid {
        self.run_id
    }

    /// Says which namespace the lines from here on are about. Where several are worked on, [`about::namespace`] says it.
    pub fn set_namespace(&self, namespace: Option<&str>) {
        *self.namespace.lock().unwrap_or_else(PoisonError::into_inner) = namespace.map(str::to_owned);
    }

    /// A line: time, level and tags, then what is told.
    pub(super) fn line(&self, level: &str, told: Value) -> String {
        self.line_about(about::current().as_deref(), level, told)
    }

    /// A line about a namespace, where several are worked on.
    #[allow(clippy::disallowed_methods)] // when a line is told, by this machine's clock
    pub(super) fn line_about(&self, about: Option<&str>, level: &str, told: Value) -> String {
        let only = self.namespace.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut line = Map::new();
        line.insert("time".into(), rfc3339(Utc::now()).into());
        line.insert("level".into(), level.into());
        line.insert("run_id".into(), self.run_id.to_string().into());
        if let Some(namespace) = about.or(only.as_deref()) {
            line.insert("namespace".into(), namespace.into());
        }
        if let Value::Object(told) = told {
            for (name, value) in told {
                line.entry(name).or_insert(value);
            }
        }
        Value::Object(line).to_string()
    }
}

/// A line for people: where several namespaces are worked on side by side, it begins with the one that it is about.
pub(super) fn titled(text: &str) -> Cow<'_, str> {
    let Some(title) = about::current().map(|name| format!("namespace {name}")) else { return Cow::Borrowed(text) };
    if text.starts_with(&title) { Cow::Borrowed(text) } else { Cow::Owned(format!("{title}: {text}")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_line_says_its_namespace_once() {
        let told = about::namespace("bank", async {
            assert_eq!(titled("chunk c is odd"), "namespace bank: chunk c is odd");
            assert_eq!(titled("namespace bank: odd"), "namespace bank: odd");
            Tags::default().line("note", serde_json::json!({"message": "hi"}))
        });
        let line: Value = serde_json::from_str(&told.await).unwrap();
        assert_eq!(line["namespace"], "bank");
        assert_eq!(titled("chunk c is odd"), "chunk c is odd");
    }

    #[test]
    fn a_line_keeps_its_own_tags_whatever_is_told() {
        let tags = Tags::default();
        tags.set_namespace(Some("bank"));
        let line: Value =
            serde_json::from_str(&tags.line("note", serde_json::json!({"message": "hi", "run_id": 7}))).unwrap();
        assert_eq!(line["run_id"], tags.run_id().to_string());
        assert_eq!((line["namespace"].as_str(), line["message"].as_str()), (Some("bank"), Some("hi")));
    }
}
