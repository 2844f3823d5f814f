//! Drills: archives come back from the store alone into a throw-away namespace, are compared with what was stored and with what
//! the live namespace knows, and are gone again. So an operator knows that they would come back, and an auditor can see it.
//!
//! The live namespace is read and never changed, and none of its locks is held: nights go on meanwhile. What the drill brings back
//! takes the same way as an archive that is rehydrated, so its time tells how long that would take.
//!
//! | step | where |
//! |---|---|
//! | archives take turns, and so do the stores of each | `turns` |
//! | the throw-away namespace is made, emptied, and removed by its marks | `scratch` |
//! | the same in another database, with a row in each of the two ledgers | `elsewhere` |
//! | one archive is read, brought in and compared | `bring_back` |
//! | what an archive of any size takes is timed on nothing | `setup` |
//! | the report | `report` |
//! | how long all would take | `predict` |

mod bring_back;
mod elsewhere;
mod predict;
mod report;
mod scratch;
mod setup;
mod turns;

use chrono::{DateTime, Utc};

pub use bring_back::{From, Measured, Part, Unlike};
pub use elsewhere::{OtherDatabase, forget};
pub use report::{By, Drilled, DrilledArchive, Place, Report, by, put as put_report};
pub use scratch::{ClearedUp, Drill, clear_up, default_name};
pub use turns::{Budget, Turn, is_as_it_was, turns};

use crate::db::queries::drills as queries;
use crate::db::queries::ledger::{self, ArchiveRow};
use crate::db::{Db, Scope};
use crate::error::Result;

/// How a drill, or an archive of one, turned out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// All came back as it was stored.
    Ok,
    /// Something is missing, damaged or differs.
    Failed,
    /// A store or the server could not be asked: that says nothing about the archives.
    Unknown,
    /// It was asked to stop.
    Stopped,
    /// It did not come to its own end, and was cleared up after.
    Killed,
}

impl Verdict {
    const ALL: [(Self, &'static str); 5] = [
        (Self::Ok, "ok"),
        (Self::Failed, "failed"),
        (Self::Unknown, "unknown"),
        (Self::Stopped, "stopped"),
        (Self::Killed, "killed"),
    ];

    /// Its name in the ledger and in output.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(verdict, _)| *verdict == self).map_or("unknown", |(_, name)| name)
    }

    /// By its name in the ledger.
    pub fn of(name: &str) -> Self {
        Self::ALL.iter().find(|(_, known)| *known == name).map_or(Self::Unknown, |(verdict, _)| *verdict)
    }
}

/// How the drills of a namespace stand.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Summary {
    /// When the last drill began that has ended.
    pub last: Option<DateTime<Utc>>,
    /// How that one ended.
    pub verdict: Option<Verdict>,
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
    let (last, verdict) = latest.last.map(|(at, verdict)| (at, Verdict::of(&verdict))).unzip();
    Ok(Summary {
        last,
        verdict,
        failed: last.map(|_| failed),
        last_ok: latest.last_ok_at,
        archives: kept.len() as u64,
        never_drilled: came_back.iter().filter(|at| at.is_none()).count() as u64,
        oldest: came_back.into_iter().flatten().min(),
        predicted_seconds: predict::Speed::of(&drilled).map(|speed| speed.seconds_of(kept)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdicts_are_read_as_they_are_written() {
        for (verdict, name) in Verdict::ALL {
            assert_eq!((verdict.as_str(), Verdict::of(name)), (name, verdict));
            assert_eq!(serde_json::to_value(verdict).unwrap(), name);
        }
    }
}
