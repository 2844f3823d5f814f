//! What Prometheus reads of a run, in its text format
//! (<https://prometheus.io/docs/instrumenting/exposition_formats/>).

use std::collections::BTreeMap;
use std::fmt::Write;

use chrono::{DateTime, Utc};

use super::{MeasuredSpace, Policy, RunOutcome, Runs, SpaceOutcome, missed};
use crate::archive::{WantedCopies, drills, missing_copies};
use crate::chunks::{self, ChunkInfo, ChunkState, ListFilter};
use crate::db::queries::{archive_copies, clock, ledger};
use crate::db::{Db, Scope};
use crate::error::Result;

/// A namespace after a run.
#[derive(Debug, Default)]
pub struct Gauges {
    /// The namespace.
    pub namespace: String,
    /// What is to be done.
    pub policy: Policy,
    /// How its runs went.
    pub runs: Runs,
    /// How this one went; `None` where it did not come so far.
    pub last: Option<Last>,
    /// Whether the chunks were looked at.
    pub has_looked: bool,
    /// Chunks and bytes by state.
    pub chunks: BTreeMap<&'static str, (u64, i64)>,
    /// When the range of the oldest chunk ended that has ended and is in no archive.
    pub oldest_unarchived: Option<DateTime<Utc>>,
    /// Copies of archives that the policy wants and that are not there.
    pub missing_copies: u64,
    /// Copies of archives that are gone, still to be removed.
    pub copies_to_remove: u64,
    /// How its restore drills stand; `None` where the run did not come so far.
    pub drills: Option<drills::Summary>,
}

/// A namespace's run.
#[derive(Debug, Default)]
pub struct Last {
    /// How long it took, in seconds.
    pub seconds: f64,
    /// What it did.
    pub outcome: RunOutcome,
    /// The exit code that it would have had alone.
    pub exit_code: u8,
    /// Whether it did all that it had to.
    pub is_success: bool,
}

fn is_unarchived(info: &ChunkInfo, now: DateTime<Utc>) -> bool {
    let is_live = matches!(info.state, ChunkState::Closed | ChunkState::Compressed);
    is_live && info.archive_id.is_none() && info.range_end <= now
}

impl Gauges {
    /// Looks at the chunks as they are now.
    ///
    /// # Errors
    /// Where a query fails.
    pub async fn look(&mut self, db: &Db, scope: &Scope) -> Result<()> {
        let now = clock::now(db.client()).await?;
        for info in chunks::list(db, scope, &ListFilter::default()).await? {
            let (count, bytes) = self.chunks.entry(info.state.as_str()).or_default();
            *count += 1;
            *bytes += info.size_bytes;
            if is_unarchived(&info, now) && self.oldest_unarchived.is_none_or(|oldest| info.range_end < oldest) {
                self.oldest_unarchived = Some(info.range_end);
            }
        }
        let wanted = WantedCopies::by(Some(&self.policy), self.policy.store_url.as_deref());
        let archives = ledger::list(db.client(), scope.namespace()).await?;
        let kept = || archives.iter().filter(|a| a.state.is_kept());
        if wanted.stores.len() > 1 {
            self.missing_copies = kept().map(|a| missing_copies(&wanted, a).len() as u64).sum();
        }
        self.drills = Some(drills::summary_of(db, scope, kept()).await?);
        self.copies_to_remove = archive_copies::to_go(db.client(), scope.namespace()).await?.len() as u64;
        self.has_looked = true;
        Ok(())
    }
}

impl Gauges {
    /// What the namespace's chunks take in the database.
    pub(super) fn live_bytes(&self) -> i64 {
        let archived = ChunkState::Archived.as_str();
        self.chunks.iter().filter(|(state, _)| **state != archived).map(|(_, (_, bytes))| bytes).sum()
    }

    fn space(&self) -> Option<&SpaceOutcome> {
        self.last.as_ref()?.outcome.space.as_ref()
    }

    /// By how much an aim is missed: as the run has found it, or where it did not come so far, by what is there.
    fn missed_bytes(&self) -> Option<i64> {
        let aims = &self.policy.space;
        let measured =
            MeasuredSpace { live_bytes: self.live_bytes(), disk: self.space().and_then(|s| s.measured.disk) };
        match self.space() {
            Some(space) => Some(space.missed_bytes),
            None => aims
                .keep_at_most
                .filter(|_| self.has_looked)
                .map(|_| missed(aims, &measured).bytes())
                .filter(|n| *n > 0 || aims.keep_free.is_none()),
        }
    }
}

/// A metric: its name, its help, and its value for a namespace where it has one.
type Metric<'a> = (&'a str, &'a str, fn(&Gauges) -> Option<f64>);

#[allow(clippy::cast_precision_loss)] // counts for a chart
const fn float(n: u64) -> f64 {
    n as f64
}

#[allow(clippy::cast_precision_loss)] // bytes for a chart
const fn signed(n: i64) -> f64 {
    n as f64
}

fn of_last(gauges: &Gauges, value: fn(&RunOutcome) -> u64) -> Option<f64> {
    gauges.last.as_ref().map(|last| float(value(&last.outcome)))
}

const METRICS: &[Metric] = &[
    ("last_run_timestamp_seconds", "When the last run ended.", |g| instant(g.runs.last_run_at)),
    ("last_success_timestamp_seconds", "When the last run ended that did all it had to.", |g| {
        instant(g.runs.last_success_at)
    }),
    ("policy_set_timestamp_seconds", "When the policy was set.", |g| instant(g.runs.policy_set_at)),
    ("last_run_success", "Whether the last run did all it had to.", |g| {
        g.last.as_ref().map(|l| f64::from(u8::from(l.is_success)))
    }),
    ("last_run_exit_code", "The exit code of the last run; 5 is a damaged or missing archive.", |g| {
        g.last.as_ref().map(|l| f64::from(l.exit_code))
    }),
    ("last_run_duration_seconds", "How long the last run took.", |g| g.last.as_ref().map(|l| l.seconds)),
    ("last_run_failures", "Steps of the last run that failed; one where it failed as a whole.", |g| {
        g.last.as_ref().map(|l| float(l.outcome.failures.len().max(usize::from(l.exit_code != 0)) as u64))
    }),
    ("last_run_left", "Steps that the last run did not begin.", |g| of_last(g, |o| o.left)),
    ("last_run_compressed_chunks", "Chunks that the last run compressed.", |g| of_last(g, |o| o.compressed)),
    ("last_run_archived_chunks", "Chunks that the last run archived and dropped.", |g| of_last(g, |o| o.archived)),
    ("last_run_archived_messages", "Messages in them.", |g| of_last(g, |o| o.messages)),
    ("last_run_archived_bytes", "Bytes stored for them.", |g| of_last(g, |o| o.stored_bytes)),
    ("last_run_released_chunks", "Chunks that had come back and that the last run dropped again.", |g| {
        of_last(g, |o| o.released)
    }),
    ("last_run_expired_archives", "Archives that the last run deleted.", |g| of_last(g, |o| o.expired)),
    ("last_run_copied_archives", "Copies of archives that the last run made in further stores.", |g| {
        of_last(g, |o| o.copied)
    }),
    (
        "last_run_waiting_chunks",
        "Chunks that stay until their archives lie in as many stores as the policy asks for.",
        |g| of_last(g, |o| o.waiting),
    ),
    ("missing_copies", "Copies of archives that the policy wants and that are not there.", |g| {
        g.has_looked.then(|| float(g.missing_copies))
    }),
    ("copies_to_remove", "Copies of archives that are gone, still to be removed.", |g| {
        g.has_looked.then(|| float(g.copies_to_remove))
    }),
    ("archives", "Archives that the store holds a proven copy of.", |g| g.drills.as_ref().map(|d| float(d.archives))),
    ("last_drill_timestamp_seconds", "When the last restore drill began that has ended.", |g| {
        instant(g.drills.as_ref()?.last)
    }),
    ("last_drill_success", "Whether the last restore drill found all that it brought back as it was stored.", |g| {
        let verdict = g.drills.as_ref()?.verdict?;
        Some(f64::from(u8::from(verdict == drills::DrillVerdict::Ok)))
    }),
    (
        "last_drill_failed_archives",
        "Archives that were not what was stored when a restore drill took them last.",
        |g| g.drills.as_ref()?.failed.map(float),
    ),
    ("last_good_drill_timestamp_seconds", "When the last restore drill began that found all as it was stored.", |g| {
        instant(g.drills.as_ref()?.last_ok)
    }),
    ("archives_never_drilled", "Archives that never came back in a restore drill.", |g| {
        g.drills.as_ref().map(|d| float(d.never_drilled))
    }),
    ("oldest_drill_timestamp_seconds", "When the archive came back that waits longest for its next drill.", |g| {
        instant(g.drills.as_ref()?.oldest)
    }),
    ("restore_predicted_seconds", "How long bringing all archives back would take, by the last drills.", |g| {
        g.drills.as_ref()?.predicted_seconds
    }),
    ("oldest_unarchived_chunk_timestamp_seconds", "When the oldest chunk ended that is in no archive.", |g| {
        instant(g.oldest_unarchived)
    }),
    ("last_run_chunks_for_space", "Chunks that the last run archived or released for room, and not by age.", |g| {
        of_last(g, |o| o.for_space)
    }),
    ("live_bytes", "Bytes of all chunks in the database.", |g| g.has_looked.then(|| signed(g.live_bytes()))),
    ("policy_keep_at_most_bytes", "Bytes that the chunks may take after a run.", |g| {
        g.policy.space.keep_at_most.map(float)
    }),
    (
        "disk_free_bytes",
        "Bytes of the database's disk that were free after the last run, where an aim asks for it.",
        |g| g.space().and_then(|s| s.measured.disk).map(|disk| signed(disk.free_bytes)),
    ),
    ("policy_keep_free_bytes", "Bytes of the database's disk that are to be free after a run.", |g| {
        g.space().and_then(|s| s.keep_free_bytes).map(float)
    }),
    ("space_aim_missed_bytes", "Bytes by which an aim by space is missed; 0 where it is reached.", |g| {
        g.missed_bytes().map(signed)
    }),
    ("policy_archive_after_seconds", "Age at which the policy archives chunks.", |g| {
        g.policy.archive_after.map(|age| age.as_secs_f64())
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
        let last = Last { is_success: true, seconds: 1.5, ..Last::default() };
        let runs = Runs { policy_set_at: DateTime::from_timestamp(5, 0), ..Runs::default() };
        let gauges = Gauges { namespace: "a\"b\\c".into(), last: Some(last), runs, ..Gauges::default() };
        let text = render(&[gauges]);
        assert!(text.contains("eventodb_admin_last_run_success{namespace=\"a\\\"b\\\\c\"} 1\n"), "{text}");
        assert!(!text.contains("last_success_timestamp_seconds{"), "{text}");
        assert!(text.contains("policy_set_timestamp_seconds{namespace=\"a\\\"b\\\\c\"} 5\n"), "{text}");
        assert!(text.contains("# TYPE eventodb_admin_chunks gauge\n"));
    }
}
