//! Messages of the source that were changed after they had been copied.
//!
//! The server's statistics tell of changes late, and not of all: a session may hold them back, or not count at all, and they can
//! be reset. A row itself says which transaction wrote it.

use super::job::Job;
use super::verify::{MismatchedMessage, narrow, nothing, reaches_into};
use crate::db::Db;
use crate::db::queries::ledger::{self, State};
use crate::db::queries::migrations::{self as queries, ClaimedRange, RangeRow, SeenRanges};
use crate::error::{Error, Kind, Result};
use crate::progress::Unit;

/// Ranges that are read from the ledger at a time.
const WINDOW: i64 = 10_000;

/// Where messages are newer than their copy.
pub(super) enum Newer {
    /// In these ranges, perhaps: a transaction that was open when a range was copied counts, too.
    Ranges(Vec<RangeRow>),
    /// The source does not tell.
    Unknown,
}

/// The error for a range in which source and namespace differ.
pub(super) fn differ(range: ClaimedRange, findings: &[MismatchedMessage]) -> Error {
    let named: Vec<_> = findings
        .iter()
        .take(5)
        .map(|f| format!("{} ({}, position {}) {}", f.global_position, f.stream, f.position, f.difference.as_str()))
        .collect();
    Error::new(Kind::Verification, format!("comparing global positions {} to {}", range.first, range.last))
        .because(if named.is_empty() { "source and namespace differ".to_owned() } else { named.join("; ") })
        .hint("the source takes writes as before; eventodb-admin migrate verify names the messages")
}

/// Looks for them, with one look at every row: what was deleted is found by counts.
pub(super) async fn find(db: &Db, from: &Db, job: &Job<'_>) -> Result<Newer> {
    let (mut ranges, mut after) = (Vec::new(), None);
    loop {
        let more = queries::ranges_from(db.client(), job.migration.id, after, WINDOW).await?;
        let Some(end) = more.last() else { break };
        after = Some(end.first);
        ranges.extend(more);
    }
    let horizon = |r: &RangeRow| r.copied.as_ref().and_then(|c| c.horizon);
    let unseen = ranges.iter().filter(|r| r.copied.is_some() && horizon(r).is_none()).count();
    if unseen > 0 {
        job.progress.note(&format!(
            "an earlier version copied {unseen} ranges: of changes to them at the source only its statistics tell; --verify-all \
             compares them"
        ));
    }
    let seen = SeenRanges {
        firsts: ranges.iter().map(|r| r.first).collect(),
        horizons: ranges.iter().map(horizon).collect(),
        last: ranges.last().map_or(i64::MIN, |r| r.last),
    };
    let _task = job.progress.begin("look for newer messages", None, Unit::Messages);
    let Some(places) = job.stop.or(queries::newer_ranges(from.client(), &job.source.found, &seen)).await? else {
        return Ok(Newer::Unknown);
    };
    Ok(Newer::Ranges(places.into_iter().filter_map(|place| ranges.get(place).cloned()).collect()))
}

/// Compares what the source has in these ranges now with what was proven when they were copied.
///
/// # Errors
/// [`Kind::Verification`] where it is something else.
pub(super) async fn compare(db: &Db, from: &Db, job: &Job<'_>, ranges: &[RangeRow]) -> Result<()> {
    let mut archives = ledger::list(db.client(), job.scope.namespace()).await?;
    archives.retain(|a| a.state == State::Dropped && a.message_count != Some(0));
    let (rows, messages) = (job.source.rows(), job.scope.messages().to_string());
    for range in ranges {
        job.stop.check()?;
        let Some(proven) = &range.copied else { continue };
        let found = queries::figures(from.client(), rows, &[range.first], range.last, None).await?;
        let theirs = found.into_iter().next().map_or_else(nothing, |(_, figures)| figures);
        if theirs.agree(proven) {
            continue;
        }
        let (first, last) = (range.first, range.last);
        let findings = if reaches_into(proven, &archives) {
            Vec::new()
        } else {
            narrow(from.client(), rows, db.client(), job.source.rows_of(&messages), first, last).await?
        };
        return Err(differ(ClaimedRange { first, last }, &findings));
    }
    Ok(())
}
