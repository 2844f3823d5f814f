//! Dropping a chunk that is in no archive: the one way to lose messages, and it is written down.

use crate::archive::keep::holds::refuse_chunk_in;
use crate::chunks::ChunkRow;
use crate::chunks::counted::{self, CountedChunk};
use crate::db::errors::explain;
use crate::db::queries::chunks::{self as queries, LockMode};
use crate::db::queries::{heads, ledger};
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::failpoint::effect;

/// What was lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discarded {
    /// The chunk.
    pub chunk_name: String,
    /// Its messages.
    pub messages: i64,
    /// The ledger's row about it.
    pub archive_id: i64,
}

/// Counts a chunk that is to be thrown away: what is confirmed is what [`discard`] will find, or nothing is dropped.
///
/// # Errors
/// As [`counted::count`].
pub async fn count(db: &mut Db, scope: &Scope, chunk: &ChunkRow) -> Result<CountedChunk> {
    let doing = format!("counting chunk {}", chunk.name());
    let server = db.server.clone();
    let tx = db.client_mut().transaction().await.map_err(|e| explain(doing.clone(), e))?;
    queries::lock(&tx, &chunk.table, LockMode::AccessShare).await.map_err(|e| explain(doing.clone(), e))?;
    let counted = counted::count(&tx, scope, chunk, &server).await?;
    tx.commit().await.map_err(|e| explain(doing, e))?;
    Ok(counted)
}

/// Drops a chunk with its messages, which are those that were `confirmed`. The versions of its streams stay, the ledger keeps what was lost, and the counts
/// that `coverage` proves no longer expect it.
///
/// # Errors
/// [`Kind::Conflict`] where it holds other messages by now, or a hold is on some of them; where the lock is not had in time, or a statement fails. Nothing
/// has changed then.
pub async fn discard(db: &mut Db, scope: &Scope, chunk: &ChunkRow, confirmed: &CountedChunk) -> Result<Discarded> {
    let doing = format!("dropping chunk {}", chunk.name());
    let server = db.server.clone();
    let tx = db.client_mut().transaction().await.map_err(|e| explain(doing.clone(), e))?;
    queries::lock(&tx, &chunk.table, LockMode::AccessExclusive).await.map_err(|e| explain(doing.clone(), e))?;
    let now = counted::count(&tx, scope, chunk, &server).await.map_err(|e| e.while_doing(&doing))?;
    if now != *confirmed {
        return Err(Error::new(Kind::Conflict, doing)
            .because(format!(
                "somebody has written to it since it was confirmed: it has {} messages, {} were confirmed, or others",
                now.contents.messages, confirmed.contents.messages
            ))
            .hint("nothing was dropped; run the same command again and look at what it asks"));
    }
    let contents = now.contents;
    refuse_chunk_in(&tx, scope, chunk).await?;
    heads::mend_from_chunk(&tx, scope, &chunk.table).await?;
    effect!("discard.forget", heads::forget_chunk(&tx, scope, &chunk.table).await?);
    let (generation, _) = ledger::next_generation(&tx, scope.namespace(), chunk.range_start, chunk.range_end).await?;
    let archive_id =
        effect!("discard.tell", ledger::insert_discarded(&tx, scope.namespace(), chunk, generation, &contents).await?);
    effect!("discard.drop", queries::drop(&tx, scope, &chunk.table).await.map_err(|e| explain(doing.clone(), e))?);
    queries::ensure_gone(&tx, &chunk.table).await?;
    effect!("discard.commit", tx.commit().await.map_err(|e| explain(doing, e))?);
    Ok(Discarded { chunk_name: chunk.name().to_owned(), messages: contents.messages, archive_id })
}
