//! What a hold is on in the database: chunks, streams, all of a namespace.

use tokio_postgres::Transaction;

use super::super::whereabouts::OpenStores;
use super::{HeldBy, Holds};
use crate::chunks::counted;
use crate::db::queries::chunks::{self, ChunkRow};
use crate::db::queries::holds::{self as queries, Hold};
use crate::db::queries::ledger::ArchiveRow;
use crate::db::{Db, Scope};
use crate::error::Result;
use crate::stop::Stop;

/// Refuses to throw a chunk away that a hold is on, by the holds that are known.
///
/// # Errors
/// [`Kind::Conflict`](crate::Kind::Conflict) where it is held.
pub async fn refuse_chunk(db: &Db, holds: &Holds, chunk: &ChunkRow) -> Result<()> {
    for hold in meeting(&holds.0, chunk) {
        if queries::is_on(db.client(), &chunk.table, &hold.scope, None).await? {
            return Err(HeldBy::new(hold).refusal(format!("dropping chunk {}", chunk.name())));
        }
    }
    Ok(())
}

/// Does so in the transaction that throws it away, by the holds of the database: none is placed from here to its end.
///
/// # Errors
/// As [`refuse_chunk`].
pub async fn refuse_chunk_in(tx: &Transaction<'_>, scope: &Scope, chunk: &ChunkRow) -> Result<()> {
    let holds = queries::fence(tx, scope.namespace()).await?;
    for hold in meeting(&holds, chunk) {
        if queries::is_on(tx, &chunk.table, &hold.scope, None).await? {
            return Err(HeldBy::new(hold).refusal(format!("dropping chunk {}", chunk.name())));
        }
    }
    Ok(())
}

/// Does so in the transaction that erases in a chunk, for the streams that are erased.
///
/// # Errors
/// As [`refuse_erasure`].
pub async fn refuse_erasure_in(
    tx: &Transaction<'_>,
    scope: &Scope,
    chunk: &ChunkRow,
    (streams, reason): (&[String], &str),
) -> Result<()> {
    let holds = queries::fence(tx, scope.namespace()).await?;
    for hold in meeting(&holds, chunk) {
        let is_asked = streams.iter().any(|stream| hold.scope.is_on_stream(stream));
        if is_asked && queries::is_on(tx, &chunk.table, &hold.scope, Some(streams)).await? {
            return Err(against(HeldBy::new(hold), streams, reason));
        }
    }
    Ok(())
}

fn meeting<'a>(holds: &'a [Hold], chunk: &ChunkRow) -> impl Iterator<Item = &'a Hold> {
    let range = (chunk.range_start, chunk.range_end);
    holds.iter().filter(move |hold| hold.scope.meets(range.0, range.1))
}

/// A hold against a request: which of the two goes first is for people to say.
fn against(held: HeldBy, streams: &[String], reason: &str) -> crate::Error {
    let named = match streams {
        [one] => format!("stream {one}"),
        many => format!("streams {}", many.join(", ")),
    };
    held.refusal(format!("erasing {named} ({reason})"))
}

/// What is to be erased, and where it may be.
#[derive(Debug, Clone, Copy)]
pub struct ErasureRequest<'a> {
    /// The streams.
    pub streams: &'a [String],
    /// Why.
    pub reason: &'a str,
    /// Archives that may hold some of them.
    pub archives: &'a [ArchiveRow],
}

/// Refuses an erasure that a hold is against: the error names both.
///
/// # Errors
/// [`Kind::Conflict`](crate::Kind::Conflict) where one is, or may be; where database or a store cannot be asked.
pub async fn refuse_erasure<S: OpenStores>(
    db: &Db,
    scope: &Scope,
    stores: &mut S,
    holds: &Holds,
    (request, stop): (ErasureRequest<'_>, &Stop),
) -> Result<()> {
    let ErasureRequest { streams, reason, archives } = request;
    let meant = Holds(holds.0.iter().filter(|h| streams.iter().any(|s| h.scope.is_on_stream(s))).cloned().collect());
    // Of these it counts only when a message was written.
    if let Some(hold) = meant.0.iter().find(|hold| hold.scope.is_on_all_times()) {
        return Err(against(HeldBy::new(hold), streams, reason));
    }
    if meant.is_empty() {
        return Ok(());
    }
    for chunk in chunks::list(db.client(), scope).await? {
        for hold in meeting(&meant.0, &chunk) {
            stop.check()?;
            // That there is none is believed only where none can be hidden.
            counted::is_seen(db.client(), scope, &chunk, &db.server).await?;
            if queries::is_on(db.client(), &chunk.table, &hold.scope, Some(streams)).await? {
                return Err(against(HeldBy::new(hold), streams, reason));
            }
        }
    }
    for archive in archives.iter().filter(|archive| archive.state.is_kept()) {
        stop.check()?;
        let store = stores.open(archive).await?;
        if let Some(held) = meant.on_archive(&store, archive, Some(streams), stop).await? {
            return Err(against(held, streams, reason));
        }
    }
    Ok(())
}

/// Refuses to delete a namespace that something is held in.
///
/// # Errors
/// [`Kind::Conflict`](crate::Kind::Conflict) where it is.
pub async fn refuse_namespace(db: &Db, namespace: &str) -> Result<()> {
    if !queries::are_kept(db.client()).await? {
        return Ok(());
    }
    match queries::in_force(db.client(), namespace).await?.first() {
        Some(hold) => Err(HeldBy::new(hold).refusal(format!("deleting namespace {namespace}"))),
        None => Ok(()),
    }
}
