//! Up to which global position a source can be copied: no transaction that is still open may bring a lower one later.

use std::time::Duration;

use tokio::time::Instant;

use super::source::MigrationSource;
use crate::db::Db;
use crate::db::queries::migrations as queries;
use crate::error::Result;
use crate::progress::Progress;
use crate::stop::Stop;

/// How often a transaction is looked for that is still open.
const LOOK: Duration = Duration::from_millis(100);
/// Messages that are looked at for a gap in one go.
const WINDOW: i64 = 10_000;

/// Where copying may go on to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Horizon {
    /// All global positions up to here are visible, or will never be used.
    pub safe: Option<i64>,
    /// Who keeps it from being higher.
    pub waits_for: Option<String>,
}

/// Finds it, waiting `patience` for transactions that write.
///
/// A writer takes its global position while it holds the table's lock. So the highest position is read first, the holders
/// of the lock after it: once these are over, all positions up to it are visible (a transaction becomes visible before it
/// gives its locks back) or were given up, and what is missing is a gap. Where one stays open, copying may still go on to
/// the first position that is missing.
///
/// # Errors
/// Where a query fails, or a stop is asked for.
pub async fn horizon(
    db: &Db,
    source: &MigrationSource,
    copied_to: Option<i64>,
    patience: Duration,
    progress: &dyn Progress,
    stop: &Stop,
) -> Result<Horizon> {
    let highest = queries::highest(db.client(), &source.table, source.sequence.as_ref()).await?;
    if highest <= copied_to {
        return Ok(Horizon { safe: copied_to, waits_for: None });
    }
    // Whoever writes straight into a partition holds a lock on that alone.
    let tables = source.found.oids();
    let holders = queries::holders(db.client(), &tables).await?;
    let (end, mut told) = (Instant::now() + patience, false);
    loop {
        if holders.is_empty() {
            return Ok(Horizon { safe: highest, waits_for: None });
        }
        let held = queries::still_held(db.client(), &tables, &holders).await?;
        let Some((_, who)) = held.first() else { return Ok(Horizon { safe: highest, waits_for: None }) };
        if Instant::now() >= end {
            let safe = until_gap(db, source, copied_to).await?;
            return Ok(Horizon { safe, waits_for: Some(who.clone()) });
        }
        if !told && end.duration_since(Instant::now()) + Duration::from_secs(5) < patience {
            progress.note(&format!("waiting for a transaction that writes to the source: {who}"));
            told = true;
        }
        stop.sleep(LOOK).await?;
    }
}

/// The last global position before the first one that is missing after `copied_to`.
async fn until_gap(db: &Db, source: &MigrationSource, copied_to: Option<i64>) -> Result<Option<i64>> {
    // That something comes late before the very first message is found at the cutover.
    let first = queries::first_position(db.client(), &source.table).await?;
    let Some(mut safe) = copied_to.or(first.map(|first| first.saturating_sub(1))) else { return Ok(None) };
    loop {
        let next = queries::contiguous(db.client(), &source.table, safe, WINDOW).await?;
        if next == safe {
            return Ok(Some(safe));
        }
        safe = next;
    }
}
