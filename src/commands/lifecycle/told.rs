//! Hooks of the configuration are told of a run: when it begins, and how it has ended.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::by::WorkedBy;
use crate::commands::app::{CommandOutcome, Context};
use crate::error::{Error, Kind, Result};
use crate::hooks::HookEvent;
use crate::lifecycle::Gauges;
use crate::messages::rfc3339;
use crate::text::{beginning, with_namespace};
use crate::ui::human;

/// A message names so many failures at most.
const MOST: usize = 50;
/// And so many characters of each text.
const MOST_TEXT: usize = 2000;

/// What went wrong in a run.
#[derive(Debug, Default)]
pub(super) struct RunReport {
    /// Namespaces that were worked on.
    namespaces: u64,
    /// Those in which something failed.
    failed: u64,
    /// Those that another run is at.
    busy: u64,
    /// Those that another run did meanwhile.
    elsewhere: u64,
    /// Steps that were left.
    left: u64,
    /// Chunks that were archived and dropped.
    archived: u64,
    failures: Vec<Value>,
    /// How many there are, with those that are not in the message.
    all: usize,
}

impl RunReport {
    /// What has become of a namespace.
    pub fn add(&mut self, gauges: &Gauges, error: Option<&Error>, by: WorkedBy) {
        self.busy += u64::from(by == WorkedBy::OtherNow);
        self.elsewhere += u64::from(by == WorkedBy::OtherDone);
        let Some(outcome) = gauges.last.as_ref().map(|last| &last.outcome) else { return };
        let namespace = gauges.namespace.as_str();
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

    /// What other runs have of the namespaces, for the end of the verdict.
    fn others(&self) -> String {
        match (self.elsewhere, self.busy) {
            (0, 0) => String::new(),
            (did, 0) => format!("; other runs did {did} more"),
            (0, at) => format!("; others hold the lock of {at} more"),
            (did, at) => format!("; other runs did {did} more, and others hold the lock of {at}"),
        }
    }

    /// Whether all is well, in a line, by what the run ends with; nothing where there was nothing to do it in.
    pub fn verdict(&self, worst: Option<Kind>) -> Option<String> {
        let done = match self.archived {
            0 => String::new(),
            n => format!(", {} archived and dropped", counted(n, "chunk")),
        };
        let namespaces = counted(self.namespaces, "namespace");
        if self.namespaces + self.elsewhere + self.busy == 0 {
            return None;
        }
        let done = done + &self.others();
        Some(match (worst, self.failed, self.left) {
            // Who holds a lock need not be a night: nothing is known of what is due there.
            (None, _, 0) if self.busy > 0 => format!("nothing failed: {namespaces}{done}"),
            (None, _, 0) => format!("all is well: {namespaces}{done}"),
            (None, _, left) => {
                format!("nothing failed: {namespaces}{done}; there was no time for {}", counted(left, "step"))
            }
            (Some(kind), ..) if kind.is_stop() => format!("stopped as asked: {namespaces}{done}; the next run goes on"),
            (Some(kind), 0, _) => format!("not all is well (exit {}): {namespaces}{done}", kind.exit_code()),
            (Some(_), failed, _) => format!("not all is well: {failed} of {namespaces} failed{done}"),
        })
    }

    fn fail(&mut self, namespace: Option<&str>, name: Option<&str>, e: &Error) {
        self.all += 1;
        if self.failures.len() < MOST {
            let bounded = |text: &str| beginning(text, MOST_TEXT);
            let hint = e.hint_text().map(|hint| match namespace {
                Some(namespace) => bounded(&with_namespace(hint, namespace)),
                None => bounded(hint),
            });
            let (target, error) = (name.map(bounded), bounded(&e.to_string()));
            self.failures.push(json!({ "namespace": namespace, "target": target, "error": error, "hint": hint }));
        }
    }
}

pub(super) fn counted(n: u64, noun: &str) -> String {
    human::plural(usize::try_from(n).unwrap_or(usize::MAX), noun)
}

/// A run whose hooks are told.
pub(super) struct HookedRun<'a> {
    context: &'a Context,
    command: &'static str,
    began: DateTime<Utc>,
}

impl<'a> HookedRun<'a> {
    /// A run begins.
    pub async fn begin(context: &'a Context, command: &'static str) -> Self {
        let told = Self { context, command, began: now() };
        told.tell(HookEvent::Start, "it begins".to_owned(), json!({})).await;
        told
    }

    /// It has ended.
    pub async fn end(self, ended: &Result<CommandOutcome>, mut report: RunReport) {
        let exit_code = match ended {
            Ok(CommandOutcome::Done) => 0,
            Ok(CommandOutcome::Failed(kind)) => kind.exit_code(),
            Err(e) => {
                report.fail(None, None, e);
                e.kind().exit_code()
            }
        };
        let event = if exit_code == 0 { HookEvent::Success } else { HookEvent::Failure };
        let first = report.failures.first();
        let text = match (event, first) {
            (HookEvent::Failure, Some(first)) => {
                let namespace = first["namespace"].as_str().map(|name| format!("{name}: ")).unwrap_or_default();
                let more = report.all.saturating_sub(1);
                let more = if more > 0 { format!(" (and {more} more)") } else { String::new() };
                format!("failed (exit {exit_code}): {namespace}{}{more}", first["error"].as_str().unwrap_or_default())
            }
            (HookEvent::Failure, None) => format!("failed (exit {exit_code})"),
            _ => {
                let left = match report.left {
                    0 => String::new(),
                    left => format!("; there was no time for {}", counted(left, "step")),
                };
                format!("done: {}{left}", counted(report.namespaces, "namespace"))
            }
        };
        let next = first.map(|first| first["hint"].clone());
        let more = json!({
            "ended_at": rfc3339(now()),
            "exit_code": exit_code,
            "namespaces": report.namespaces,
            "failed_namespaces": report.failed,
            "busy_namespaces": report.busy,
            "elsewhere_namespaces": report.elsewhere,
            "left": report.left,
            "failures": report.failures,
            "all_failures": report.all,
            "next": next,
        });
        self.tell(event, text, more).await;
    }

    async fn tell(&self, event: HookEvent, text: String, more: Value) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_is_well_only_where_the_run_ends_with_nothing_else() {
        let told = |failed, left, worst| {
            RunReport { namespaces: 3, failed, left, ..RunReport::default() }.verdict(worst).unwrap()
        };
        assert_eq!(told(0, 0, None), "all is well: 3 namespaces");
        assert_eq!(told(0, 2, None), "nothing failed: 3 namespaces; there was no time for 2 steps");
        assert_eq!(told(1, 0, Some(Kind::Failed)), "not all is well: 1 of 3 namespaces failed");
        // A metrics file that could not be written is of no namespace.
        assert_eq!(told(0, 0, Some(Kind::Failed)), "not all is well (exit 1): 3 namespaces");
        assert_eq!(told(0, 0, Some(Kind::Terminated)), "stopped as asked: 3 namespaces; the next run goes on");
        assert!(RunReport::default().verdict(None).is_none());
    }

    #[test]
    fn a_message_stays_small_however_long_errors_are() {
        let long = "x".repeat(200_000);
        let mut report = RunReport::default();
        for _ in 0..60 {
            report.fail(Some("n"), Some(&long), &Error::failed(long.clone()).hint(long.clone()));
        }
        assert_eq!((report.failures.len(), report.all), (MOST, 60));
        assert!(report.failures[0]["error"].as_str().unwrap().ends_with("(cut: it has 200000 characters)"));
        let bytes = serde_json::to_vec(&report.failures).unwrap().len();
        assert!(bytes < MOST * 3 * (MOST_TEXT + 200), "{bytes}");
    }

    #[test]
    fn what_other_runs_have_is_told_with_the_verdict() {
        let told = |namespaces, elsewhere, busy| {
            RunReport { namespaces, busy, elsewhere, ..RunReport::default() }.verdict(None).unwrap()
        };
        assert_eq!(told(3, 2, 0), "all is well: 3 namespaces; other runs did 2 more");
        assert_eq!(told(3, 0, 1), "nothing failed: 3 namespaces; others hold the lock of 1 more");
        assert_eq!(told(0, 2, 1), "nothing failed: 0 namespaces; other runs did 2 more, and others hold the lock of 1");
    }
}
