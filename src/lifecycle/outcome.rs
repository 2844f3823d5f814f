//! What a run has done to a namespace.

use super::space::MeasuredSpace;
use crate::archive::{ArchivedChunk, State};
use crate::chunks::ChunkRow;
use crate::error::Error;

/// A step that failed.
#[derive(Debug)]
pub struct StepFailure {
    /// The chunk, the archive, or the store.
    pub name: String,
    /// Why.
    pub error: Error,
}

/// What a run has done to one namespace.
#[derive(Debug, Default)]
pub struct RunOutcome {
    /// Chunks compressed.
    pub compressed: u64,
    /// Chunks archived and dropped.
    pub archived: u64,
    /// Chunks that were archived, and stay until their archives lie in as many stores as the policy asks for.
    pub waiting: u64,
    /// Copies of archives that were made in further stores.
    pub copied: u64,
    /// Chunks that had come back, dropped again.
    pub released: u64,
    /// Archives deleted.
    pub expired: u64,
    /// Archives past their time that a hold keeps.
    pub held: u64,
    /// Archives whose lock was renewed.
    pub renewed: u64,
    /// Leftovers of failed attempts removed from the store.
    pub swept: u64,
    /// Messages archived.
    pub messages: u64,
    /// Bytes of CSV archived.
    pub csv_bytes: u64,
    /// Bytes stored for them.
    pub stored_bytes: u64,
    /// Bytes that the database has no longer.
    pub freed_bytes: u64,
    /// Steps that were not begun: time was too short, a stop was asked for, or the store is down.
    pub left: u64,
    /// Steps that failed.
    pub failures: Vec<StepFailure>,
    /// Chunks among those archived and released that left for room, and not by age.
    pub for_space: u64,
    /// How the aims by space were met, where the policy has some and it was looked.
    pub space: Option<SpaceOutcome>,
}

/// How a namespace's aims by space were met at the end of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpaceOutcome {
    /// What was measured then.
    pub measured: MeasuredSpace,
    /// By how many bytes an aim is missed; 0 where they are reached.
    pub missed_bytes: i64,
    /// What the policy's free share of the disk is, in bytes.
    pub keep_free_bytes: Option<u64>,
}

impl RunOutcome {
    pub(super) fn fail(&mut self, name: impl Into<String>, error: Error) {
        self.failures.push(StepFailure { name: name.into(), error });
    }

    /// Counts a chunk that was archived, or released.
    pub(super) fn count(&mut self, chunk: &ChunkRow, archived: &ArchivedChunk, is_released: bool) {
        let unsigned = |n: i64| u64::try_from(n).unwrap_or_default();
        if archived.state != State::Dropped {
            self.waiting += 1;
            return;
        }
        self.freed_bytes += unsigned(chunk.size_bytes);
        if is_released {
            self.released += 1;
        } else {
            self.archived += 1;
            self.messages += unsigned(archived.rows);
            self.csv_bytes += unsigned(archived.csv_bytes);
            self.stored_bytes += unsigned(archived.stored_bytes);
        }
    }

    /// Whether all was done that was to be done.
    pub fn is_success(&self) -> bool {
        self.failures.is_empty() && self.left == 0
    }
}
