//! What a run writes into its namespace's history, in bounded space. That it cannot be written is told, and fails no run.

use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio_postgres::GenericClient;
use uuid::Uuid;

use super::{Gauges, Last, RunOutcome};
use crate::db::queries::history::{self, FailureText, RunEnding, RunFigures, RunResult, SizesAfterRun};
use crate::error::{Error, Kind, Result};
use crate::text::with_namespace;

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// So many failures of a run are kept.
const MOST_FAILURES: usize = 5;
/// Bytes of a target, an error and a hint.
const LONGEST: (usize, usize, usize) = (200, 800, 400);
/// Bytes of them all as JSON; the database takes some more.
const MOST_BYTES: usize = 12_000;

/// How a run of a namespace ended.
pub fn result(outcome: &RunOutcome, error: Option<&Error>) -> RunResult {
    let first = outcome.failures.first().map(|f| &f.error);
    match error.or(first).map(Error::kind) {
        Some(Kind::Busy) => RunResult::Busy,
        Some(Kind::Interrupted | Kind::Terminated) => RunResult::Stopped,
        Some(_) => RunResult::Failed,
        None if outcome.left > 0 => RunResult::Left,
        None => RunResult::Done,
    }
}

/// Enters that a run of a namespace has begun. The session holds its lifecycle lock.
///
/// # Errors
/// Where the statement fails.
pub async fn begin(db: &impl GenericClient, namespace: &str, run_id: Uuid) -> Result<()> {
    history::begin(db, namespace, run_id, VERSION).await
}

/// Writes how it has ended.
///
/// # Errors
/// Where the statement fails.
pub async fn end(
    db: &impl GenericClient,
    gauges: &Gauges,
    run_id: Uuid,
    last: &Last,
    error: Option<&Error>,
) -> Result<()> {
    let ending = RunEnding {
        run_id,
        version: VERSION,
        result: result(&last.outcome, error),
        exit_code: last.exit_code,
        took: Duration::try_from_secs_f64(last.seconds).unwrap_or_default(),
        figures: figures(&last.outcome, error),
        failures: &failures(&gauges.namespace, &last.outcome, error),
        sizes: gauges.has_looked.then(|| sizes(gauges)),
    };
    history::end(db, &gauges.namespace, &ending).await
}

fn figures(outcome: &RunOutcome, error: Option<&Error>) -> RunFigures {
    let signed = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let failed = outcome.failures.len() as u64 + u64::from(error.is_some_and(|e| !e.kind().is_stop()));
    RunFigures {
        compressed: signed(outcome.compressed),
        archived: signed(outcome.archived),
        waiting: signed(outcome.waiting),
        copied: signed(outcome.copied),
        released: signed(outcome.released),
        expired: signed(outcome.expired),
        held: signed(outcome.held),
        swept: signed(outcome.swept),
        renewed: signed(outcome.renewed),
        messages: signed(outcome.messages),
        csv_bytes: signed(outcome.csv_bytes),
        stored_bytes: signed(outcome.stored_bytes),
        freed_bytes: signed(outcome.freed_bytes),
        left: signed(outcome.left),
        failed: signed(failed),
    }
}

/// The first failures, and why a run could not begin, in so many bytes.
fn failures(namespace: &str, outcome: &RunOutcome, error: Option<&Error>) -> Vec<FailureText> {
    let whole = error.map(|e| (None, e));
    let steps = outcome.failures.iter().map(|f| (Some(f.name.as_str()), &f.error));
    let mut kept: Vec<_> =
        whole.into_iter().chain(steps).take(MOST_FAILURES).map(|(name, e)| text(namespace, name, e)).collect();
    while serde_json::to_vec(&kept).is_ok_and(|json| json.len() > MOST_BYTES) {
        kept.pop();
    }
    kept
}

fn text(namespace: &str, name: Option<&str>, error: &Error) -> FailureText {
    let (target, why, hint) = LONGEST;
    FailureText {
        target: name.map(|name| cut(name, target)),
        error: cut(&error.to_string(), why),
        hint: error.hint_text().map(|text| cut(&with_namespace(text, namespace), hint)),
    }
}

/// The beginning of a text, in so many bytes, between characters; without the one that no text in the database has.
fn cut(text: &str, most: usize) -> String {
    let text = text.replace('\0', "\u{fffd}");
    if text.len() <= most {
        return text;
    }
    let ellipsis = '…';
    let end = text.floor_char_boundary(most - ellipsis.len_utf8());
    format!("{}{ellipsis}", &text[..end])
}

fn sizes(gauges: &Gauges) -> SizesAfterRun {
    let of_state = |(chunks, bytes): &(u64, i64)| json!({ "chunks": chunks, "bytes": bytes });
    let chunks: Map<_, _> = gauges.chunks.iter().map(|(state, found)| ((*state).to_owned(), of_state(found))).collect();
    SizesAfterRun { chunks: Value::Object(chunks), database_bytes: gauges.live_bytes() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lifecycle::StepFailure;

    fn outcome(texts: &[&str]) -> RunOutcome {
        let failures = texts
            .iter()
            .map(|text| StepFailure { name: (*text).to_owned(), error: Error::failed(*text).hint(*text) })
            .collect();
        RunOutcome { failures, ..RunOutcome::default() }
    }

    #[test]
    fn texts_of_failures_are_cut_in_bytes_between_characters() {
        assert_eq!(cut("äöü", 6), "äöü");
        assert_eq!(cut("äöüäöü", 8), "äö…");
        assert_eq!(cut("a\0b", 10), "a\u{fffd}b");
        let long = "ä".repeat(5000);
        let kept = failures("n", &outcome(&[long.as_str(); 9]), None);
        assert_eq!(kept.len(), MOST_FAILURES);
        assert!(kept.iter().all(|f| f.error.len() <= LONGEST.1 && f.target.as_ref().unwrap().len() <= LONGEST.0));
    }

    #[test]
    fn what_is_long_only_as_json_is_bounded_as_well() {
        let escaped = "\u{1}".repeat(2000);
        let kept = failures("n", &outcome(&[escaped.as_str(); 5]), None);
        let bytes = serde_json::to_vec(&kept).unwrap().len();
        assert!(!kept.is_empty() && bytes <= MOST_BYTES, "{} {bytes}", kept.len());
    }

    #[test]
    fn why_a_run_could_not_begin_comes_first() {
        let busy = Error::new(Kind::Busy, "taking the lock");
        let kept = failures("n", &outcome(&["step"]), Some(&busy));
        assert_eq!((kept[0].target.as_deref(), kept[1].target.as_deref()), (None, Some("step")));
        assert_eq!(result(&outcome(&["step"]), Some(&busy)), RunResult::Busy);
        assert_eq!(result(&outcome(&["step"]), None), RunResult::Failed);
        assert_eq!(result(&RunOutcome { left: 1, ..RunOutcome::default() }, None), RunResult::Left);
    }
}
