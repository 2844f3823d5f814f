//! Bringing archives back.
use chrono::{DateTime, Utc};
use super::lifecycle::LifecycleLock;
use crate::db::queries::ledger::ArchiveRow;
use crate::db::{Db, Scope};
use crate::error::{Error, Result};
use crate::messages::StreamName;
use crate::progress::Progress;
use crate::stop::Stop;
use crate::store::Store;

/// Which archives to bring back.
#[derive(Debug, Clone)]
pub enum RehydrateFilter {
    /// These.
    Ids(Vec<i64>),
    /// Those whose range meets this span of time.
    Range {
        /// From this instant on.
        from: Option<DateTime<Utc>>,
        /// Before this instant.
        to: Option<DateTime<Utc>>,
    },
    /// Those that may hold messages of this stream.
    Stream(StreamName),
}

/// The archives meant (dropped or rehydrated ones), oldest first. NotFound for an id that is not there.
pub async fn choose(db: &Db, scope: &Scope, filter: &RehydrateFilter) -> Result<Vec<ArchiveRow>> {
    let _ = (db, scope, filter);
    Err(Error::failed("stub"))
}

/// An archive that is back.
#[derive(Debug, Clone, PartialEq)]
pub struct Rehydrated {
    /// The archive.
    pub archive_id: i64,
    /// The chunk that holds its messages now.
    pub chunk_name: String,
    /// Messages.
    pub messages: i64,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// Whether it was there before.
    pub outcome: Outcome,
}

/// What a rehydrate found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was archived and is back now.
    Restored,
    /// It was back already.
    WasThere,
}

/// Brings one archive back into the hypertable: all of it or nothing.
pub async fn rehydrate(
    lock: &mut LifecycleLock,
    scope: &Scope,
    store: &Store,
    archive: &ArchiveRow,
    progress: &dyn Progress,
    stop: &Stop,
) -> Result<Rehydrated> {
    let _ = (lock, scope, store, archive, progress, stop);
    Err(Error::failed("stub"))
}
