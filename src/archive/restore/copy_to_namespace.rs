//! Archives brought into another namespace, beside what it has: for an investigation. The archive, its chunk and their
//! ledger stay as they are; from then on the messages are the other namespace's own.

use std::sync::Arc;
use std::time::Instant;

use super::bring_in;
use crate::archive::format::manifest::Manifest;
use crate::archive::keep::removable::not_kept;
use crate::archive::lock::lifecycle::LifecycleLock;
use crate::archive::read::load::copy_data_in;
use crate::archive::read::verify::read_manifest;
use crate::db::errors::explain;
use crate::db::queries::chunks;
use crate::db::queries::copies as queries;
use crate::db::queries::ledger::ArchiveRow;
use crate::db::queries::{coverage as loaded, heads, recount, sync};
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::failpoint::effect;
use crate::progress::{Progress, Task, Unit};
use crate::stop::Stop;
use crate::store::Store;
use crate::stream_name::StreamName;

/// Which of an archive's messages are copied.
#[derive(Debug, Clone, Copy)]
pub enum CopyFilter<'a> {
    /// All.
    All,
    /// Those of these streams.
    Of(&'a [StreamName]),
}

/// An archive whose messages another namespace has now.
#[derive(Debug, Clone, PartialEq)]
pub struct CopiedArchive {
    /// The archive.
    pub archive_id: i64,
    /// Its messages that were meant.
    pub messages: i64,
    /// Those of them that were not there before.
    pub inserted: i64,
    /// How long it took.
    pub seconds: f64,
}

/// Copies one archive's messages into the namespace whose lifecycle lock is held: all that are meant, or nothing. They are
/// checked against the manifest before anybody sees them. What is there already, equal in everything, stays; heads and
/// sequence move forward.
///
/// # Errors
/// [`Kind::Verification`] where the archive is missing or differs; [`Kind::Conflict`] where the namespace has another
/// message in the place of one of these.
pub async fn copy_into(
    lock: &mut LifecycleLock,
    target: &Scope,
    store: &Store,
    archive: &ArchiveRow,
    rows: CopyFilter<'_>,
    progress: &dyn Progress,
    stop: &Stop,
) -> Result<CopiedArchive> {
    let started = Instant::now();
    let doing = format!("copying archive {} into namespace {}", archive.id, target.namespace());
    let copied = async {
        if !archive.state.is_kept() {
            return Err(Error::failed("looking for its objects")
                .because(format!("it is {}: the store holds no proven copy", archive.state))
                .hint(not_kept(archive, "eventodb-admin archives list shows those that can be copied")));
        }
        let manifest = read_manifest(store, archive).await?;
        let total = Some(manifest.data.stored.bytes);
        let task: Arc<dyn Task> = progress.begin(&format!("copy archive {}", archive.id), total, Unit::Bytes).into();
        copy(lock.db(), target, store, &manifest, rows, task, stop).await
    };
    let (messages, inserted) = copied.await.map_err(|e| e.while_doing(doing))?;
    Ok(CopiedArchive { archive_id: archive.id, messages, inserted, seconds: started.elapsed().as_secs_f64() })
}

async fn copy(
    db: &mut Db,
    target: &Scope,
    store: &Store,
    manifest: &Manifest,
    rows: CopyFilter<'_>,
    task: Arc<dyn Task>,
    stop: &Stop,
) -> Result<(i64, i64)> {
    let doing = "opening the transaction";
    let tx = db.client_mut().transaction().await.map_err(|e| explain(doing, e))?;
    let firing = bring_in::would_fire_in(&tx, target).await?;
    if !firing.is_empty() {
        let names: Vec<_> = firing.iter().map(|t| t.name.as_str()).collect();
        return Err(Error::failed(format!("looking for triggers on {}", target.messages()))
            .because(format!("{} would fire for messages that are not new; nothing was changed", names.join(", ")))
            .hint("drop them meanwhile, or copy into a namespace of its own: eventodb-admin namespaces create"));
    }
    // Read and proven first, aside: writers of the namespace go on meanwhile.
    loaded::make_loaded(&tx).await?;
    let loading = copy_data_in(&tx, "pg_temp.eventodb_loaded", store, manifest, Some(task), stop);
    effect!("into.load", loading.await?);
    if let CopyFilter::Of(streams) = rows {
        let streams: Vec<String> = streams.iter().map(|s| s.as_str().to_owned()).collect();
        queries::keep_only(&tx, &streams).await?;
    }
    let found = queries::look(&tx).await?;
    let Some((times, last)) = found.times.zip(found.last_global_position) else { return Ok((0, 0)) };
    effect!("into.lock", sync::keep_writers_out(&tx, target).await?);
    if last > heads::HIGHEST_FROM_OUTSIDE && last > recount::sequence(&tx, target).await?.last {
        return Err(Error::new(Kind::Conflict, "looking for its places")
            .because(format!(
                "it has a message with global position {last}; with more than {} namespace {} would have none left for new \
                 messages",
                heads::HIGHEST_FROM_OUTSIDE,
                target.namespace()
            ))
            .hint("nothing was changed; --stream and --only-streams copy the other streams, and messages export reads all where they lie"));
    }
    if let Some(archive) = queries::archived(&tx, target).await? {
        return Err(Error::new(Kind::Conflict, "looking for its places")
            .because(format!(
                "archive {archive} of namespace {} is the only copy of messages between the same global positions",
                target.namespace()
            ))
            .hint(format!("eventodb-admin -n {} archives rehydrate {archive}", target.namespace())));
    }
    if let Some(taken) = queries::taken(&tx, target).await? {
        return Err(Error::new(Kind::Conflict, "looking for its places")
            .because(format!("namespace {} has another message at {taken}", target.namespace()))
            .hint("nothing was changed; copy into a namespace of its own: eventodb-admin namespaces create"));
    }
    if queries::missing(&tx, target).await? {
        for chunk in chunks::list(&tx, target).await? {
            if chunk.is_compressed && chunk.range_start <= times.1 && times.0 < chunk.range_end {
                // Rows go into a compressed chunk one batch at a time.
                effect!(
                    "into.decompress",
                    chunks::decompress(&tx, target, &chunk.table)
                        .await
                        .map_err(|e| explain(format!("decompressing chunk {}", chunk.name()), e))?
                );
            }
        }
    }
    effect!("into.raise", heads::raise_sequence(&tx, target, last).await?);
    // The trigger keeps the heads.
    let inserted =
        effect!("into.insert", queries::insert(&tx, target).await.map_err(bring_in::refused_by_a_constraint)?);
    bring_in::compare_all(&tx, target, manifest).await?;
    effect!(
        "into.commit",
        tx.commit().await.map_err(|e| explain("committing", e).hint("run the same command again: twice is fine"))?
    );
    Ok((found.messages, inserted))
}
