//! Content of live messages: taken out chunk by chunk.

use super::super::lifecycle::LifecycleLock;
use super::super::retry::{DropError, pauses};
use crate::chunks::counted;
use crate::db::errors::explain;
use crate::db::queries::chunks::{self, ChunkRow, LockMode};
use crate::db::queries::erasures::{self, ErasureRow};
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::failpoint::effect;
use crate::progress::Progress;
use crate::stop::Stop;

/// A chunk with messages to erase.
#[derive(Debug, Clone)]
pub struct LiveChunk {
    /// The chunk.
    pub chunk: ChunkRow,
    /// Messages whose content is there.
    pub messages: i64,
}

/// Chunks that hold messages of these streams whose content is there, oldest first.
///
/// # Errors
/// Where a query fails.
pub async fn live_chunks(db: &Db, scope: &Scope, streams: &[String], stop: &Stop) -> Result<Vec<LiveChunk>> {
    let mut found = Vec::new();
    for chunk in chunks::list(db.client(), scope).await? {
        stop.check()?;
        // What cannot be read cannot be erased.
        counted::is_seen(db.client(), scope, &chunk, &db.server).await?;
        let messages = erasures::count_in(db.client(), &chunk.table, streams).await?;
        if messages > 0 {
            found.push(LiveChunk { chunk, messages });
        }
    }
    Ok(found)
}

/// Takes data and metadata from the streams' messages in one chunk, and notes how many. A compressed chunk is decompressed
/// for it and compressed again: what was erased does not stay behind in old batches.
///
/// # Errors
/// [`Kind::Busy`] where somebody has frozen the chunk; otherwise where a statement fails. Nothing has changed then.
pub async fn erase_live(
    lock: &mut LifecycleLock,
    scope: &Scope,
    chunk: &ChunkRow,
    records: &[ErasureRow],
    progress: &dyn Progress,
    stop: &Stop,
) -> Result<i64> {
    let doing = format!("erasing in chunk {}", chunk.name());
    if lock.db().server.supports_freeze() && chunks::is_frozen(lock.db().client(), &chunk.table).await? {
        return Err(Error::new(Kind::Busy, doing).because("somebody has frozen the chunk").hint(format!(
            "SELECT _timescaledb_functions.unfreeze_chunk('{}'); once it may be changed, then run the same command again",
            chunk.table
        )));
    }
    let mut pauses = pauses();
    let erased = loop {
        stop.check()?;
        match try_erase(lock.db(), scope, chunk, records).await {
            Ok(erased) => break erased,
            Err(e) if e.is_retryable() => match pauses.next() {
                Some(pause) => stop.sleep(pause).await?,
                None => return Err(e.into_error(chunk).while_doing(doing)),
            },
            Err(DropError::Sql(e)) => return Err(explain(doing, e)),
            Err(DropError::Other(e)) => return Err(e.while_doing(doing)),
        }
    };
    let tidied = async {
        if chunk.is_compressed {
            effect!("erase.compress", chunks::compress(lock.db().client(), scope, &chunk.table).await?);
        } else {
            effect!("erase.vacuum", erasures::vacuum(lock.db().client(), &chunk.table).await?);
        }
        Ok::<_, DropError>(())
    };
    if let Err(e) = tidied.await {
        progress.warn(&format!(
            "chunk {} was not tidied up after the erasure; VACUUM does it, or the next compression: {}",
            chunk.name(),
            e.into_error(chunk)
        ));
    }
    Ok(erased)
}

async fn try_erase(db: &mut Db, scope: &Scope, chunk: &ChunkRow, records: &[ErasureRow]) -> Result<i64, DropError> {
    let streams: Vec<String> = records.iter().map(|r| r.stream.clone()).collect();
    let compresses = db.server.supports_compression();
    let server = db.server.clone();
    if chunk.is_compressed && compresses {
        // An UPDATE would leave the old batches in dead rows, and has a limit of 100,000 rows.
        effect!("erase.decompress", chunks::decompress(db.client(), scope, &chunk.table).await?);
    }
    let tx = db.client_mut().transaction().await?;
    // First statement of a READ COMMITTED transaction: a compression that was waiting is over when the rows are read.
    effect!("erase.lock", chunks::lock(&tx, &chunk.table, LockMode::RowExclusive).await?);
    if compresses {
        // Somebody may have compressed it between.
        tx.batch_execute("SET LOCAL timescaledb.max_tuples_decompressed_per_dml_transaction = 0").await?;
    }
    // Messages outside the range that was listed would be passed by.
    counted::look_again(&tx, scope, chunk, &server).await?;
    let range = (chunk.range_start, chunk.range_end);
    let erased = effect!("erase.live", erasures::erase_in(&tx, scope, range, &streams).await?);
    for (stream, messages) in &erased {
        if let Some(record) = records.iter().find(|r| r.stream == *stream) {
            erasures::add_live(&tx, record.id, *messages).await?;
        }
    }
    effect!("erase.live-commit", tx.commit().await?);
    Ok(erased.iter().map(|(_, n)| n).sum())
}
