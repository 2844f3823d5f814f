//! Content of live messages: taken out chunk by chunk.

use tokio_postgres::IsolationLevel;
use tokio_postgres::error::SqlState;

use crate::archive::keep::holds::refuse_erasure_in;
use crate::archive::lock::drop_retry::{DropError, pauses};
use crate::archive::lock::lifecycle::LifecycleLock;
use crate::chunks::counted;
use crate::db::errors::explain;
use crate::db::queries::chunks::{self, ChunkRow, LockMode};
use crate::db::queries::erasures::{self, Erasable, ErasureRow};
use crate::db::queries::migrations;
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::failpoint::effect;
use crate::progress::Progress;
use crate::stop::Stop;

/// A chunk with messages to erase.
#[derive(Debug, Clone)]
pub struct ErasableChunk {
    /// The chunk.
    pub chunk: ChunkRow,
    /// Messages whose content is there.
    pub messages: i64,
}

/// Chunks that hold messages of these streams whose content is there, oldest first.
///
/// # Errors
/// Where a query fails.
pub async fn live_chunks(db: &Db, scope: &Scope, streams: &[String], stop: &Stop) -> Result<Vec<ErasableChunk>> {
    let mut found = Vec::new();
    for chunk in chunks::list(db.client(), scope).await? {
        stop.check()?;
        // What cannot be read cannot be erased.
        counted::is_seen(db.client(), scope, &chunk, &db.server).await?;
        let messages = erasures::count_in(db.client(), &chunk.table, streams).await?;
        if messages > 0 {
            found.push(ErasableChunk { chunk, messages });
        }
    }
    Ok(found)
}

/// Takes data and metadata from the streams' messages in one chunk, and notes how many. A compressed chunk is decompressed
/// for it and compressed again: what was erased does not stay behind in old batches, and a failure leaves it as it was.
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
    let ids: Vec<i64> = records.iter().map(|r| r.id).collect();
    let is_noted = chunk.is_compressed && lock.db().server.supports_compression();
    if is_noted {
        effect!("erase.note", erasures::note_decompressed(lock.db().client(), &ids, Some(chunk.name())).await?);
    }
    let erased = erase_chunk(lock.db(), scope, chunk, records, stop).await;
    if tidy(lock.db(), scope, chunk, erased.is_ok(), progress).await && is_noted {
        // Where this fails, whoever takes the lock next looks whether there is something to do.
        let _ = erasures::note_decompressed(lock.db().client(), &ids, None).await;
    }
    erased
}

/// Once its messages are erased, or where that failed: the chunk is compressed again if it was so before. Tells whether that
/// is done.
async fn tidy(db: &mut Db, scope: &Scope, chunk: &ChunkRow, is_erased: bool, progress: &dyn Progress) -> bool {
    let tidied = async {
        if chunk.is_compressed && db.server.supports_compression() {
            effect!("erase.compress", chunks::compress(db.client(), scope, &chunk.table).await?);
        } else if is_erased {
            effect!("erase.vacuum", erasures::vacuum(db.client(), &chunk.table).await?);
        }
        Ok::<_, DropError>(())
    };
    let tidied = tidied.await;
    let is_done = tidied.is_ok();
    if let Err(e) = tidied {
        progress.warn(&format!(
            "chunk {} was not tidied up after the erasure; VACUUM does it, or the next compression: {}",
            chunk.name(),
            e.into_error(chunk)
        ));
    }
    is_done
}

/// Tries until nobody is in the way, for about a minute.
async fn erase_chunk(db: &mut Db, scope: &Scope, chunk: &ChunkRow, records: &[ErasureRow], stop: &Stop) -> Result<i64> {
    let doing = || format!("erasing in chunk {}", chunk.name());
    let (mut pauses, mut has_key) = (pauses(), false);
    loop {
        stop.check()?;
        match try_erase(db, scope, chunk, records).await {
            Ok(erased) => return Ok(erased),
            Err(e) if e.is_retryable() => match pauses.next() {
                Some(pause) => stop.sleep(pause).await?,
                None => return Err(e.into_error(chunk).while_doing(doing())),
            },
            // Published, and some versions of TimescaleDB make chunks without the key of their hypertable.
            Err(DropError::Sql(e)) if e.code() == Some(&SqlState::OBJECT_NOT_IN_PREREQUISITE_STATE) && !has_key => {
                has_key = true;
                // What it cannot mend, the next try tells.
                let _ = migrations::identify_messages(db.client(), scope).await;
            }
            Err(DropError::Sql(e)) => return Err(explain(doing(), e)),
            Err(DropError::Other(e)) => return Err(e.while_doing(doing())),
        }
    }
}

async fn try_erase(db: &mut Db, scope: &Scope, chunk: &ChunkRow, records: &[ErasureRow]) -> Result<i64, DropError> {
    let streams: Vec<String> = records.iter().map(|r| r.stream.clone()).collect();
    let compresses = db.server.supports_compression();
    let server = db.server.clone();
    if chunk.is_compressed && compresses {
        // An UPDATE would leave the old batches in dead rows, and has a limit of 100,000 rows.
        effect!("erase.decompress", chunks::decompress(db.client(), scope, &chunk.table).await?);
    }
    // One snapshot, so that others' late rows do not come between the looks before and after; it is taken by the statement
    // after the lock: a compression that was waiting is over when the rows are read.
    let tx = db.client_mut().build_transaction().isolation_level(IsolationLevel::RepeatableRead).start().await?;
    effect!("erase.lock", chunks::lock(&tx, &chunk.table, LockMode::RowExclusive).await?);
    if compresses {
        // Somebody may have compressed it between.
        tx.batch_execute("SET LOCAL timescaledb.max_tuples_decompressed_per_dml_transaction = 0").await?;
    }
    // Messages outside the range that was listed would be passed by.
    counted::look_again(&tx, scope, chunk, &server).await?;
    let reason = records.first().map_or("", |record| record.reason.as_str());
    refuse_erasure_in(&tx, scope, chunk, (&streams, reason)).await?;
    let before = erasures::look(&tx, &chunk.table, &streams).await?;
    let erased = effect!("erase.live", erasures::erase_in(&tx, scope, chunk, &streams).await?);
    // What a trigger puts off to the commit is done now, and looked at.
    tx.batch_execute("SET CONSTRAINTS ALL IMMEDIATE").await?;
    let messages = erased.iter().map(|(_, n)| n).sum();
    let after = erasures::look(&tx, &chunk.table, &streams).await?;
    if let Some(why) = not_as_meant(&before, &after, messages) {
        let hint = hint(&erasures::foreign_triggers(&tx, scope, &chunk.table).await?);
        return Err(Error::new(Kind::Verification, "looking at what the erasure has done")
            .because(why)
            .hint(hint)
            .into());
    }
    for (stream, messages) in &erased {
        if let Some(record) = records.iter().find(|r| r.stream == *stream) {
            erasures::add_live(&tx, record.id, *messages).await?;
        }
    }
    effect!("erase.live-commit", tx.commit().await?);
    Ok(messages)
}

/// Why what an erasure has left is not what it was to leave; what the server says of its own statement is no proof.
fn not_as_meant(before: &Erasable, after: &Erasable, erased: i64) -> Option<String> {
    let mut why = Vec::new();
    if after.with_content > 0 {
        why.push(format!("{} messages have their content still", after.with_content));
    }
    if erased != before.with_content {
        why.push(format!("of {} messages with content {erased} were changed", before.with_content));
    }
    if after.messages != before.messages {
        why.push(format!("of {} messages {} are left", before.messages, after.messages));
    } else if after.rest != before.rest {
        why.push("more than their content was changed".to_owned());
    }
    (!why.is_empty()).then(|| format!("{}; nothing of it was committed", why.join(", and ")))
}

fn hint(triggers: &[String]) -> String {
    if triggers.is_empty() {
        return "a rule, a policy on rows or a setting of the session keeps them; then run the same command again"
            .to_owned();
    }
    format!(
        "triggers on messages that may have done it: {}; ALTER TABLE … DISABLE TRIGGER … while the same command runs again",
        triggers.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_erasure_is_what_was_meant_only_where_all_content_is_gone_and_all_else_is_as_it_was() {
        let seen = |messages, with_content, rest: &str| Erasable { messages, with_content, rest: rest.to_owned() };
        let before = seen(10, 4, "digest");
        let why = |after: &Erasable, erased| not_as_meant(&before, after, erased);
        assert_eq!(why(&seen(10, 0, "digest"), 4), None);
        for (after, erased, said) in [
            (seen(10, 1, "digest"), 4, "1 messages have their content still"),
            (seen(10, 0, "digest"), 3, "of 4 messages with content 3 were changed"),
            (seen(10, 0, "digest"), 5, "of 4 messages with content 5 were changed"),
            (seen(9, 0, "digest"), 4, "of 10 messages 9 are left"),
            (seen(11, 0, "digest"), 4, "of 10 messages 11 are left"),
            (seen(10, 0, "another"), 4, "more than their content was changed"),
        ] {
            let why = why(&after, erased).unwrap();
            assert!(why.starts_with(said) && why.ends_with("nothing of it was committed"), "{why}");
        }
    }
}
