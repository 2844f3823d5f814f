//! What Prometheus reads of a run, in its text format
//! (<https://prometheus.io/docs/instrumenting/exposition_formats/>).

use std::collections::BTreeMap;
use std::fmt::Write;

use chrono::{DateTime, Utc};

use super::{Outcome, Runs};
use crate::chunks::{self, ChunkState, ListFilter};
use crate::db::{Db, Scope};
use crate::error::Result;

/// A namespace after a run.
#[derive(Debug, Default)]
pub struct Gauges {
    /// The namespace.
    pub namespace: String,
    /// How its runs went.
    pub runs: Runs,
    /// How long this one took, in seconds.
    pub seconds: f64,
    /// What it did; `None` where it could not begin.
    pub outcome: Option<Outcome>,
    /// Whether it did all that it had to.
    pub is_success: bool,
    /// Chunks and bytes by state.
    pub chunks: BTreeMap<&'static str, (u64, i64)>,
    /// Where the oldest chunk that has ended and is in no archive begins.
    pub oldest_unarchived: Option<DateTime<Utc>>,
}

impl Gauges {
    /// Looks at the chunks as they are now.
    ///
    /// # Errors
    /// Where a query fails.
    pub async fn look(&mut self, db: &Db, scope: &Scope) -> Result<()> {
        for info in chunks::list(db, scope, &ListFilter::default()).await? {
            let (count, bytes) = self.chunks.entry(info.state.as_str()).or_default();
            *count += 1;
            *bytes += info.size_bytes;
            let is_unarchived = matches!(info.state, ChunkState::Closed | ChunkState::Compressed);
            if is_unarchived && self.oldest_unarchived.is_none_or(|oldest| info.range_start < oldest) {
                self.oldest_unarchived = Some(info.range_start);
            }
        }
        Ok(())
    }
}

/// A metric: its name, its help, and its value for a namespace where it has one.
type Metric<'a> = (&'a str, &'a str, fn(&Gauges) -> Option<f64>);

#[allow(clippy::cast_precision_loss)] // counts for a chart
const METRICS: &[Metric] = &[
    ("last_run_timestamp_seconds", "When the last run ended.", |g| instant(g.runs.last_run_at)),
    ("last_success_timestamp_seconds", "When the last run ended that did all it had to.", |g| {
        instant(g.runs.last_success_at)
    }),
    ("last_run_success", "Whether the last run did all it had to.", |g| Some(f64::from(u8::from(g.is_success)))),
    ("last_run_duration_seconds", "How long the last run took.", |g| Some(g.seconds)),
    ("last_run_failures", "Steps of the last run that failed.", |g| {
        Some(g.outcome.as_ref().map_or(1.0, |o| o.failures.len() as f64))
    }),
    ("last_run_left", "Steps that the last run had no time for.", |g| g.outcome.as_ref().map(|o| o.left as f64)),
    ("last_run_compressed_chunks", "Chunks that the last run compressed.", |g| {
        g.outcome.as_ref().map(|o| o.compressed as f64)
    }),
    ("last_run_archived_chunks", "Chunks that the last run archived and dropped.", |g| {
        g.outcome.as_ref().map(|o| o.archived as f64)
    }),
    ("last_run_archived_messages", "Messages in them.", |g| g.outcome.as_ref().map(|o| o.messages as f64)),
    ("last_run_archived_bytes", "Bytes stored for them.", |g| g.outcome.as_ref().map(|o| o.stored_bytes as f64)),
    ("last_run_released_chunks", "Chunks that had come back and that the last run dropped again.", |g| {
        g.outcome.as_ref().map(|o| o.released as f64)
    }),
    ("last_run_expired_archives", "Archives that the last run deleted.", |g| {
        g.outcome.as_ref().map(|o| o.expired as f64)
    }),
    ("oldest_unarchived_chunk_timestamp_seconds", "Where the oldest ended chunk begins that is in no archive.", |g| {
        instant(g.oldest_unarchived)
    }),
];

#[allow(clippy::cast_precision_loss)]
fn instant(at: Option<DateTime<Utc>>) -> Option<f64> {
    at.map(|at| at.timestamp_millis() as f64 / 1000.0)
}

/// The text of a metrics file.
pub fn render(all: &[Gauges]) -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    for (name, help, value) in METRICS {
        let _ = writeln!(text, "# HELP eventodb_admin_{name} {help}\n# TYPE eventodb_admin_{name} gauge");
        for g in all {
            if let Some(value) = value(g) {
                let _ = writeln!(text, "eventodb_admin_{name}{{namespace=\"{}\"}} {value}", label(&g.namespace));
            }
        }
    }
    for (name, help) in [("chunks", "Chunks by state."), ("chunk_bytes", "Bytes of chunks by state.")] {
        let _ = writeln!(text, "# HELP eventodb_admin_{name} {help}\n# TYPE eventodb_admin_{name} gauge");
        for g in all {
            for (state, (count, bytes)) in &g.chunks {
                let value = if name == "chunks" { i64::try_from(*count).unwrap_or(i64::MAX) } else { *bytes };
                let _ = writeln!(
                    text,
                    "eventodb_admin_{name}{{namespace=\"{}\",state=\"{state}\"}} {value}",
                    label(&g.namespace)
                );
            }
        }
    }
    text
}

/// A label's value: the format escapes backslash, quote and newline.
fn label(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_escaped_and_absent_values_left_out() {
        let gauges = Gauges { namespace: "a\"b\\c".into(), is_success: true, seconds: 1.5, ..Gauges::default() };
        let text = render(&[gauges]);
        assert!(text.contains("eventodb_admin_last_run_success{namespace=\"a\\\"b\\\\c\"} 1\n"), "{text}");
        assert!(!text.contains("last_success_timestamp_seconds{"), "{text}");
        assert!(text.contains("# TYPE eventodb_admin_chunks gauge\n"));
    }
}
