//! How the drills of a namespace went.

use chrono::{DateTime, Utc};

use super::predict::Speed;
use super::verdict::DrillVerdict;
use crate::db::queries::drills as queries;
use crate::db::queries::ledger::{self, ArchiveRow};
use crate::db::{Db, Scope};
use crate::error::Result;

/// How the drills of a namespace stand.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Summary {
    /// When the last drill began that has ended.
    pub last: Option<DateTime<Utc>>,
    /// How that one ended.
    pub verdict: Option<DrillVerdict>,
    /// Archives that were not what was stored when a drill took them last, from a store that they are still in; `None` before the
    /// first drill.
    pub failed: Option<u64>,
    /// When the last drill began that found everything as it was stored.
    pub last_ok: Option<DateTime<Utc>>,
    /// Archives that the store holds a proven copy of.
    pub archives: u64,
    /// Those of them that never came back in a drill as they were stored.
    pub never_drilled: u64,
    /// Of the others, when the one came back whose turn is longest ago.
    pub oldest: Option<DateTime<Utc>>,
    /// How long bringing all of them back would take, one after the other, by what the last drills have measured.
    pub predicted_seconds: Option<f64>,
}

/// Tells how the drills of a namespace stand.
///
/// # Errors
/// Where a query fails.
pub async fn summary(db: &Db, scope: &Scope) -> Result<Summary> {
    let archives = ledger::list(db.client(), scope.namespace()).await?;
    summary_of(db, scope, archives.iter().filter(|a| a.state.is_kept())).await
}

/// The same, of archives that are known to be kept.
///
/// # Errors
/// Where a query fails.
pub async fn summary_of(db: &Db, scope: &Scope, kept: impl Iterator<Item = &ArchiveRow>) -> Result<Summary> {
    let latest = queries::latest(db.client(), scope.namespace()).await?;
    let drilled = queries::drilled(db.client(), scope.namespace()).await?;
    let kept: Vec<&ArchiveRow> = kept.collect();
    let last_ok = |archive: &ArchiveRow| {
        drilled.iter().filter(|row| row.archive == archive.id).filter_map(|row| row.last_ok_at).max()
    };
    let has_failed = |archive: &&&ArchiveRow| {
        let is_in =
            |url: &str| archive.store_url.as_deref() == Some(url) || archive.copies.iter().any(|copy| copy == url);
        drilled.iter().any(|row| row.archive == archive.id && row.has_failed && is_in(&row.store_url))
    };
    let failed = kept.iter().filter(has_failed).count() as u64;
    let came_back: Vec<_> = kept.iter().map(|archive| last_ok(archive)).collect();
    let (last, verdict) = latest.last.map(|(at, verdict)| (at, DrillVerdict::of(&verdict))).unzip();
    Ok(Summary {
        last,
        verdict,
        failed: last.map(|_| failed),
        last_ok: latest.last_ok_at,
        archives: kept.len() as u64,
        never_drilled: came_back.iter().filter(|at| at.is_none()).count() as u64,
        oldest: came_back.into_iter().flatten().min(),
        predicted_seconds: Speed::of(&drilled).map(|speed| speed.seconds_of(kept)),
    })
}
