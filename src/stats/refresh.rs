//! Counting once what does not change any more.

use super::uncounted_archives;
use crate::archive::{LifecycleLock, load_messages, read_manifest};
use crate::db::errors::explain;
use crate::db::ident::Qualified;
use crate::db::queries::chunks::{self, LockMode};
use crate::db::queries::counts::{self as queries, CountsOwner, LiveChunk};
use crate::db::queries::ledger::ArchiveRow;
use crate::db::queries::spans;
use crate::db::{Db, Scope};
use crate::error::{Error, Result};
use crate::stop::Stop;
use crate::store::Store;

/// What is not counted yet.
#[derive(Debug, Clone)]
pub struct Pending {
    /// Chunks whose time is over.
    pub chunks: Vec<LiveChunk>,
    /// Archives that are the only copy of their messages.
    pub archives: Vec<ArchiveRow>,
}

/// Looks for it. Changes nothing.
///
/// # Errors
/// Where a query fails.
pub async fn pending(db: &Db, scope: &Scope) -> Result<Pending> {
    let mut chunks = queries::live(db.client(), scope).await?;
    chunks.retain(|c| c.is_over && c.counted_id.is_none());
    Ok(Pending { chunks, archives: uncounted_archives(db.client(), scope, None).await? })
}

/// Which figures to forget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forget {
    /// Of chunks that were written to since, and of what is gone.
    Stale,
    /// Of all chunks, and those of archives that cannot be right.
    All,
}

/// Forgets figures.
///
/// # Errors
/// Where a statement fails.
pub async fn forget_chunks(lock: &mut LifecycleLock, scope: &Scope, which: Forget) -> Result<()> {
    let doing = "forgetting figures";
    let tx = lock.db().client_mut().transaction().await.map_err(|e| explain(doing, e))?;
    if which == Forget::All {
        queries::forget_chunks(&tx, scope).await?;
    }
    spans::forget_stale(&tx, scope).await?;
    queries::forget_stale(&tx, scope).await?;
    tx.commit().await.map_err(|e| explain(doing, e))
}

/// Counts a chunk and keeps the figures. Late writers to it wait meanwhile: what they write is seen to be newer.
///
/// # Errors
/// Where the lock is not had in time or the chunk is gone; nothing has changed then.
pub async fn count_chunk(lock: &mut LifecycleLock, scope: &Scope, chunk: &LiveChunk) -> Result<i64> {
    let doing = format!("counting chunk {}", chunk.table.name.as_str());
    let tx = lock.db().client_mut().transaction().await.map_err(|e| explain(doing.clone(), e))?;
    chunks::lock(&tx, &chunk.table, LockMode::Share).await.map_err(|e| explain(doing.clone(), e))?;
    let range = (chunk.range_start, chunk.range_end);
    let counted = queries::keep(&tx, scope, &chunk.table, CountsOwner::Chunk(chunk.table.name.as_str()), range).await?;
    spans::keep(&tx, scope, chunk.table.name.as_str(), range).await?;
    tx.commit().await.map_err(|e| explain(doing.clone(), e))?;
    counted.ok_or_else(|| Error::failed(doing).because("somebody else has counted it"))
}

/// Counts an archive from its data, which is proven on the way, and keeps the figures.
///
/// # Errors
/// [`Kind::Verification`](crate::error::Kind::Verification) where the archive is missing or differs.
pub async fn count_archive(
    lock: &mut LifecycleLock,
    scope: &Scope,
    store: &Store,
    archive: &ArchiveRow,
    stop: &Stop,
) -> Result<i64> {
    let doing = format!("counting archive {}", archive.id);
    let manifest = read_manifest(store, archive).await.map_err(|e| e.while_doing(&doing))?;
    let tx = lock.db().client_mut().transaction().await.map_err(|e| explain(doing.clone(), e))?;
    load_messages(&tx, store, &manifest, stop).await.map_err(|e| e.while_doing(&doing))?;
    let loaded = Qualified::new("pg_temp", "eventodb_loaded");
    let range = (archive.range_start, archive.range_end);
    let counted = queries::keep(&tx, scope, &loaded, CountsOwner::Archive(archive.id), range).await?;
    tx.commit().await.map_err(|e| explain(doing.clone(), e))?;
    counted.ok_or_else(|| Error::failed(doing).because("somebody else has counted it"))
}
