//! A chunk counted in two ways, under a lock: as queries see it, and as its files have it. What is archived or dropped is
//! what both agree on; nothing is empty on one word.

use tokio_postgres::{GenericClient, Transaction};

use super::ChunkRow;
use crate::db::errors::explain;
use crate::db::queries::chunks::{self as queries, ChunkContents, LockMode};
use crate::db::queries::storage::{self, CatalogChunk, ChunkFiles};
use crate::db::server::ServerInfo;
use crate::db::{Db, Edition, Scope};
use crate::error::{Error, Kind, Result};

/// What a chunk was found to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedChunk {
    /// As queries see it. Of a chunk without compressed rows its file was counted; who exports it compares what came out.
    pub contents: ChunkContents,
    /// As its files have it.
    pub stored: ChunkFiles,
    /// The table of its compressed rows.
    compressed: Option<String>,
}

/// Why rows may be hidden, for hints.
const HIDDEN: &str = "something hides messages, or their copy is damaged: a setting of role, database or server \
                      (timescaledb.enable_columnarscan), a restore that is under way, the Apache-2 edition on compressed \
                      chunks, a damaged index or table (REINDEX TABLE, amcheck); nothing was dropped";

/// Looks at a chunk again, once its lock is held: it must be what was listed.
///
/// # Errors
/// Where it is gone, or its range is another by now; [`Kind::Unsupported`] where this edition cannot read it.
pub async fn look_again(
    db: &impl GenericClient,
    scope: &Scope,
    chunk: &ChunkRow,
    server: &ServerInfo,
) -> Result<CatalogChunk> {
    let doing = || format!("looking at chunk {} again", chunk.name());
    let Some(now) = storage::standing(db, scope, &chunk.table).await? else {
        return Err(Error::failed(doing())
            .because("it is gone: somebody has dropped it or merged it into another")
            .hint(AGAIN));
    };
    if !storage::is_same(chunk, &now) {
        return Err(Error::failed(doing())
            .because(format!(
                "its range is {} to {} by now, it was {} to {}: somebody has merged or split it, or made it again",
                now.range_start, now.range_end, chunk.range_start, chunk.range_end
            ))
            .hint(AGAIN));
    }
    check_edition(&now, server).map_err(|e| e.while_doing(doing()))?;
    if now.is_filtered {
        return Err(Error::failed(doing())
            .because("a policy of row-level security would hide messages from this role")
            .hint("ALTER ROLE … BYPASSRLS, or run it as the table's owner without FORCE ROW LEVEL SECURITY"));
    }
    if now.is_compressed && now.compressed.is_none() {
        return Err(Error::new(Kind::Verification, doing())
            .because("it is compressed, and the table of its compressed rows is not found")
            .hint("is this version of TimescaleDB newer than this program? Nothing was dropped"));
    }
    Ok(now)
}

const AGAIN: &str = "nothing was changed; run the same command again, it looks at the chunks as they are now";

fn check_edition(now: &CatalogChunk, server: &ServerInfo) -> Result<()> {
    match &server.timescale {
        Some(timescale) if timescale.edition == Edition::Apache && now.is_compressed => {
            Err(Error::new(Kind::Unsupported, "looking at its status")
                .because("it is compressed, and the Apache-2 edition cannot read compressed rows")
                .hint(
                    "set timescaledb.license = 'timescale' with Timescale's own packages, and run the command again; \
                     nothing was dropped",
                ))
        }
        _ => Ok(()),
    }
}

/// Counts a chunk both ways. The transaction holds a lock on it.
///
/// # Errors
/// As [`look_again`]; [`Kind::Verification`] where the two do not agree, or messages lie outside the chunk's range.
pub async fn count(tx: &Transaction<'_>, scope: &Scope, chunk: &ChunkRow, server: &ServerInfo) -> Result<CountedChunk> {
    let now = look_again(tx, scope, chunk, server).await?;
    let (contents, stored) = match &now.compressed {
        Some(table) => {
            let contents = queries::contents(tx, &chunk.table).await?;
            (contents, storage::stored(tx, &chunk.table, Some(table)).await?)
        }
        None => storage::contents_of_file(tx, &chunk.table).await?,
    };
    agree(chunk, contents.messages, &stored)?;
    let outside = contents.first_time.is_some_and(|t| t < chunk.range_start)
        || contents.last_time.is_some_and(|t| t >= chunk.range_end);
    if outside {
        return Err(Error::new(
            Kind::Verification,
            format!("comparing the times in chunk {} with its range", chunk.name()),
        )
        .because("it has messages outside its range, which could never be brought back")
        .hint("move them: DELETE them from the chunk and INSERT them into the hypertable; nothing was dropped"));
    }
    Ok(CountedChunk { contents, stored, compressed: now.compressed })
}

fn agree(chunk: &ChunkRow, seen: i64, stored: &ChunkFiles) -> Result<()> {
    if seen == stored.messages {
        return Ok(());
    }
    Err(Error::new(Kind::Verification, format!("counting chunk {} in two ways", chunk.name()))
        .because(format!("a query sees {seen} messages, its files hold {}", stored.messages))
        .hint(HIDDEN))
}

/// Compares what came out of a chunk with what its files hold.
///
/// # Errors
/// [`Kind::Verification`] where it is not as much.
pub fn came_out(chunk: &ChunkRow, counted: &CountedChunk, messages: u64) -> Result<()> {
    if i64::try_from(messages).ok() == Some(counted.contents.messages) {
        return Ok(());
    }
    Err(Error::new(Kind::Verification, "counting what was exported")
        .because(format!("chunk {} has {} messages, {messages} came out", chunk.name(), counted.contents.messages))
        .hint(HIDDEN))
}

/// Looks whether a chunk's files are as they were counted, to the row version. The transaction holds a lock that keeps
/// writers out.
///
/// # Errors
/// As [`look_again`]; [`Kind::Verification`] where somebody has written to it since.
pub async fn unchanged(
    db: &impl GenericClient,
    scope: &Scope,
    chunk: &ChunkRow,
    server: &ServerInfo,
    before: &CountedChunk,
) -> Result<()> {
    let now = look_again(db, scope, chunk, server).await?;
    let stored = storage::stored(db, &chunk.table, now.compressed.as_deref()).await?;
    if now.compressed == before.compressed && stored == before.stored {
        return Ok(());
    }
    Err(Error::new(Kind::Verification, "counting it again before the drop")
        .because(format!(
            "it has {} messages, {} were exported, or some were written again meanwhile",
            stored.messages, before.stored.messages
        ))
        .hint("somebody has thawed it meanwhile; nothing was dropped: run the same command again"))
}

/// Proves that a chunk which seems to hold nothing holds nothing.
///
/// # Errors
/// [`Kind::Verification`] where that cannot be told for certain.
pub async fn prove_empty(tx: &Transaction<'_>, scope: &Scope, chunk: &ChunkRow, server: &ServerInfo) -> Result<()> {
    let doing = || format!("proving that chunk {} is empty", chunk.name());
    let now = look_again(tx, scope, chunk, server).await?;
    let seen = queries::count(tx, &chunk.table).await?;
    let stored = storage::stored(tx, &chunk.table, now.compressed.as_deref()).await?;
    agree(chunk, seen, &stored)?;
    if seen > 0 {
        return Err(Error::new(Kind::Verification, doing()).because(format!("it has {seen} messages")));
    }
    if storage::bytes(tx, &chunk.table, now.compressed.as_deref()).await? == 0 {
        return Ok(());
    }
    match storage::unaccounted(tx, scope).await? {
        0 => Ok(()),
        n => Err(Error::new(Kind::Verification, doing())
            .because(format!(
                "its files are not empty, and by the heads {n} more messages were stored than are live or archived"
            ))
            .hint(format!(
                "if they were deleted on purpose: VACUUM {} empties the files, and the chunk goes then; nothing was dropped",
                chunk.table
            ))),
    }
}

/// Drops a chunk that holds nothing for certain, unless somebody is in it.
///
/// # Errors
/// As [`prove_empty`], and where a statement fails: the chunk stays.
pub async fn drop_if_empty(db: &mut Db, scope: &Scope, chunk: &ChunkRow) -> Result<()> {
    let fail = |e| explain(format!("dropping chunk {}", chunk.name()), e);
    let server = db.server.clone();
    let tx = db.client_mut().transaction().await.map_err(fail)?;
    tx.batch_execute("SET LOCAL lock_timeout = '1s'").await.map_err(fail)?;
    queries::lock(&tx, &chunk.table, LockMode::AccessExclusive).await.map_err(fail)?;
    prove_empty(&tx, scope, chunk, &server).await?;
    queries::drop(&tx, scope, &chunk.table).await.map_err(fail)?;
    tx.commit().await.map_err(fail)
}

/// Whether a query sees all that a chunk's files hold.
///
/// # Errors
/// [`Kind::Verification`] where it does not.
pub async fn is_seen(db: &impl GenericClient, scope: &Scope, chunk: &ChunkRow, server: &ServerInfo) -> Result<()> {
    let now = look_again(db, scope, chunk, server).await?;
    let seen = queries::count(db, &chunk.table).await?;
    agree(chunk, seen, &storage::stored(db, &chunk.table, now.compressed.as_deref()).await?)
}
