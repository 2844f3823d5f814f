//! Hooks of the configuration are told of a run: when it begins, and how it has ended.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::super::{Context, Ended};
use crate::error::{Error, Result};
use crate::hooks::Event;
use crate::lifecycle::Outcome;
use crate::messages::rfc3339;
use crate::ui::human;

/// A message names so many failures at most.
const MOST: usize = 50;

/// What went wrong in a run.
#[derive(Debug, Default)]
pub(super) struct Report {
    /// Namespaces that were worked on.
    namespaces: u64,
    /// Those in which something failed.
    failed: u64,
    /// Steps that were left.
    left: u64,
    /// Chunks that were archived and dropped.
    archived: u64,
    failures: Vec<Value>,
    /// How many there are, with those that are not in the message.
    all: usize,
}

impl Report {
    /// What has become of a namespace.
    pub fn add(&mut self, namespace: &str, outcome: &Outcome, error: Option<&Error>) {
        self.namespaces += 1;
        self.left += outcome.left;
        self.archived += outcome.archived;
        self.failed += u64::from(error.is_some() || !outcome.failures.is_empty());
        for failure in &outcome.failures {
            self.fail(Some(namespace), Some(&failure.name), &failure.error);
        }
        if let Some(e) = error {
            self.fail(Some(namespace), None, e);
        }
    }

    /// Whether all is well, in a line; nothing where there was nothing to do it in.
    pub fn verdict(&self) -> Option<String> {
        let counted = |n: u64, noun: &str| human::plural(usize::try_from(n).unwrap_or(usize::MAX), noun);
        let done = match self.archived {
            0 => String::new(),
            n => format!(", {} archived and dropped", counted(n, "chunk")),
        };
        let namespaces = counted(self.namespaces, "namespace");
        match (self.namespaces, self.failed, self.left) {
            (0, ..) => None,
            (_, 0, 0) => Some(format!("all is well: {namespaces}{done}")),
            (_, 0, left) => {
                Some(format!("nothing failed: {namespaces}{done}; there was no time for {}", counted(left, "step")))
            }
            (_, failed, _) => Some(format!("not all is well: {failed} of {namespaces} failed{done}")),
        }
    }

    fn fail(&mut self, namespace: Option<&str>, name: Option<&str>, e: &Error) {
        self.all += 1;
        if self.failures.len() < MOST {
            let hint = e.hint_text();
            self.failures.push(json!({ "namespace": namespace, "target": name, "error": e.to_string(), "hint": hint }));
        }
    }
}

/// A run whose hooks are told.
pub(super) struct Told<'a> {
    context: &'a Context,
    command: &'static str,
    began: DateTime<Utc>,
}

impl<'a> Told<'a> {
    /// A run begins.
    pub async fn begin(context: &'a Context, command: &'static str) -> Self {
        let told = Self { context, command, began: now() };
        told.tell(Event::Start, "it begins".to_owned(), json!({})).await;
        told
    }

    /// It has ended.
    pub async fn end(self, ended: &Result<Ended>, mut report: Report) {
        let exit_code = match ended {
            Ok(Ended::Done) => 0,
            Ok(Ended::Failed(kind)) => kind.exit_code(),
            Err(e) => {
                report.fail(None, None, e);
                e.kind().exit_code()
            }
        };
        let event = if exit_code == 0 { Event::Success } else { Event::Failure };
        let counted = |n: u64, noun: &str| human::plural(usize::try_from(n).unwrap_or(usize::MAX), noun);
        let first = report.failures.first();
        let text = match (event, first) {
            (Event::Failure, Some(first)) => {
                let namespace = first["namespace"].as_str().map(|name| format!("{name}: ")).unwrap_or_default();
                let more = report.all.saturating_sub(1);
                let more = if more > 0 { format!(" (and {more} more)") } else { String::new() };
                format!("failed (exit {exit_code}): {namespace}{}{more}", first["error"].as_str().unwrap_or_default())
            }
            (Event::Failure, None) => format!("failed (exit {exit_code})"),
            _ => format!("done: {}", counted(report.namespaces, "namespace")),
        };
        let next = first.map(|first| first["hint"].clone());
        let more = json!({
            "ended_at": rfc3339(now()),
            "exit_code": exit_code,
            "namespaces": report.namespaces,
            "failed_namespaces": report.failed,
            "left": report.left,
            "failures": report.failures,
            "all_failures": report.all,
            "next": next,
        });
        self.tell(event, text, more).await;
    }

    async fn tell(&self, event: Event, text: String, more: Value) {
        let context = self.context;
        let mut message = json!({
            "event": event.as_str(),
            "text": format!("eventodb-admin {}: {text}", self.command),
            "command": self.command,
            "run_id": context.ui.tags().run_id().to_string(),
            "began_at": rfc3339(self.began),
        });
        if let (Value::Object(message), Value::Object(more)) = (&mut message, more) {
            message.extend(more);
        }
        for e in context.settings.hooks.tell(event, &message).await {
            context.ui.warn(&e.to_string());
        }
    }
}

#[allow(clippy::disallowed_methods)] // when it is told, by this machine's clock
fn now() -> DateTime<Utc> {
    Utc::now()
}
