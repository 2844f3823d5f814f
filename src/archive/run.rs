//! Archiving chunks, and dropping those that are verified.
use chrono::{DateTime, Utc};
use super::codec::Codec;
use super::lifecycle::LifecycleLock;
use crate::chunks::ChunkRow;
use crate::db::queries::ledger::State;
use crate::db::{Connector, Scope};
use crate::error::{Error, Result};
use crate::progress::Progress;
use crate::stop::Stop;
use crate::store::Store;

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

/// A chunk that was archived.
#[derive(Debug, Clone)]
pub struct Archived {
    /// The archive; `None` for an empty chunk, which needs none.
    pub archive_id: Option<i64>,
    /// The chunk.
    pub chunk_name: String,
    /// The first instant of its range.
    pub range_start: DateTime<Utc>,
    /// The instant after its range.
    pub range_end: DateTime<Utc>,
    /// Messages.
    pub rows: i64,
    /// Bytes of CSV.
    pub csv_bytes: i64,
    /// Bytes stored.
    pub stored_bytes: i64,
    /// SHA-256 of what is stored.
    pub sha256: String,
    /// The data object's address.
    pub object: String,
    /// The manifest's address.
    pub manifest: String,
    /// `verified` where the chunk was kept, `dropped` where not.
    pub state: State,
    /// How long it took.
    pub seconds: f64,
}

/// Archives chunks, oldest first; a chunk that fails does not stop the rest. Each result is handed to `each` as it comes.
#[allow(clippy::too_many_arguments)]
pub async fn archive(
    lock: &mut LifecycleLock,
    connector: &Connector,
    scope: &Scope,
    store: &Store,
    chunks: &[ChunkRow],
    options: &ArchiveOptions,
    progress: &dyn Progress,
    stop: &Stop,
    each: &mut (dyn FnMut(&ChunkRow, Result<Archived>) + Send),
) -> Result<()> {
    let _ = (lock, connector, scope, store, chunks, options, progress, stop, each);
    Err(Error::failed("stub"))
}

/// Drops one chunk that an archive is verified (or rehydrated) of, where it still holds exactly what was archived.
pub async fn drop_verified(
    lock: &mut LifecycleLock,
    scope: &Scope,
    store: &Store,
    chunk: &ChunkRow,
    progress: &dyn Progress,
    stop: &Stop,
) -> Result<Archived> {
    let _ = (lock, scope, store, chunk, progress, stop);
    Err(Error::failed("stub"))
}
