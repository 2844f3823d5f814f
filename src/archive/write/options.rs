//! What a run is asked for, and what its chunks share.

use super::doubles::Others;
use crate::archive::claim::ClaimedStore;
use crate::archive::copies::Destination;
use crate::archive::format::codec::Codec;
use crate::db::{Db, Scope};
use crate::progress::Progress;
use crate::stop::Stop;

/// What happens to a chunk once its archive is verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterVerify {
    /// It stays.
    Keep,
    /// It is dropped.
    Drop,
}

/// How to archive.
#[derive(Debug, Clone, Copy)]
pub struct ArchiveOptions {
    /// What happens to the chunk.
    pub after: AfterVerify,
    /// How the data is compressed.
    pub codec: Codec,
    /// Chunks at a time.
    pub jobs: usize,
}

/// How writers are kept from a chunk between its export and its drop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Protocol {
    /// The chunk is frozen: writers are refused, policies pass it by, and no transaction stays open meanwhile.
    /// Community from 2.24 on.
    Freeze,
    /// One transaction holds a lock from the export to the drop: writers wait.
    Lock,
}

impl Protocol {
    pub(in crate::archive) fn of(db: &Db) -> Self {
        if db.server.supports_freeze() { Self::Freeze } else { Self::Lock }
    }

    pub(in crate::archive) const fn name(self) -> &'static str {
        match self {
            Self::Freeze => "freeze",
            Self::Lock => "lock",
        }
    }
}

/// What to do where a chunk no longer holds what its archive does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OnChange {
    /// Archive it anew.
    ArchiveAgain,
    /// Leave it.
    Refuse,
}

/// What every chunk of a run shares.
pub(super) struct ChunkRun<'a> {
    pub scope: &'a Scope,
    pub to: &'a Destination,
    /// The store that archives go to.
    pub store: &'a ClaimedStore,
    pub options: &'a ArchiveOptions,
    pub progress: &'a dyn Progress,
    pub stop: &'a Stop,
    /// Where other chunks have their global positions.
    pub others: Others,
    /// The session that holds the lifecycle lock.
    pub lock_pid: i32,
}
