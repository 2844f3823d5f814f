//! A step of a night, and what a plan looks at.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::archive::{ArchiveRow, CopyRow};
use crate::chunks::ChunkRow;
use crate::store::LockedUntil;

/// One thing to do.
#[derive(Debug, Clone)]
pub enum Step {
    /// Archive the chunk and drop it.
    Archive(ChunkRow),
    /// Drop a chunk that came back; its archives are these.
    Release(ChunkRow, Vec<i64>),
    /// Tell the ledger that none of the archive's messages is live, though it says so: others have dropped the chunk.
    Tell(Box<ArchiveRow>),
    /// Compress the chunk.
    Compress(ChunkRow),
    /// Delete the archive, for good.
    Expire(Box<ArchiveRow>),
    /// Copy the archive to this store, which lacks it.
    Copy(Box<ArchiveRow>, String),
    /// Have the archive locked until then in the store that its row names here.
    Renew(Box<ArchiveRow>, LockedUntil),
}

/// A namespace's situation, as a plan needs it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Situation<'a> {
    /// By the server's clock, or by that of a forecast.
    pub now: DateTime<Utc>,
    /// Whether the server can compress.
    pub can_compress: bool,
    /// The ledger.
    pub archives: &'a [ArchiveRow],
    /// Copies in further stores whose locks are renewed.
    pub copied: &'a [CopyRow],
}

pub(super) fn until(now: DateTime<Utc>, age: Duration) -> DateTime<Utc> {
    TimeDelta::from_std(age).ok().and_then(|age| now.checked_sub_signed(age)).unwrap_or(DateTime::<Utc>::MIN_UTC)
}
