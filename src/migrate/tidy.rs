//! What is done with chunks behind the copy: archived and dropped where they are old enough for that, else compressed. So
//! the disk never holds source and copy in full.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures::TryStreamExt;

use super::indexes;
use crate::archive::{self, AfterVerify, ArchiveOptions, Codec, Destination, LifecycleLock, WantedCopies};
use crate::chunks::{self, ChunkRow, Direction};
use crate::db::queries::{chunks as chunk_queries, clock, migrations as queries, policies};
use crate::db::{Connector, Db, Scope};
use crate::error::Result;
use crate::progress::{Progress, Unit};
use crate::stop::Stop;
use crate::store::Store;

/// What is to be done by age.
#[derive(Debug, Clone, Default)]
pub struct Ages {
    /// Compress chunks whose range ended so long ago; `None`: never.
    pub compress: Option<Duration>,
    /// Archive and drop chunks whose range ended so long ago, to this store.
    pub archive: Option<(Duration, Store)>,
}

/// Chunks that no message will come to any more, as far as can be told.
async fn done_with(db: &Db, scope: &Scope, migration: i64) -> Result<Vec<ChunkRow>> {
    let Some(reached) = queries::last_copied(db.client(), migration).await? else { return Ok(Vec::new()) };
    let mut found = chunk_queries::list(db.client(), scope).await?;
    found.retain(|c| c.is_closed && c.range_end <= reached);
    Ok(found)
}

fn older(now: DateTime<Utc>, age: Duration) -> impl Fn(&ChunkRow) -> bool {
    let until = TimeDelta::from_std(age).ok().and_then(|age| now.checked_sub_signed(age));
    move |c| until.is_some_and(|until| c.range_end <= until)
}

/// Archives and compresses what is done with. Indexes are there afterwards if anything was compressed: compressed chunks
/// get filters for what indexes there are.
///
/// # Errors
/// Where a chunk fails, or a stop is asked for.
#[allow(clippy::too_many_arguments)] // each is a thing of its own, and they are given once
pub async fn tidy(
    db: &Db,
    connector: &Connector,
    scope: &Scope,
    migration: i64,
    ages: &Ages,
    jobs: usize,
    progress: &dyn Progress,
    stop: &Stop,
) -> Result<()> {
    let now = clock::now(db.client()).await?;
    let mut chunks = done_with(db, scope, migration).await?;
    if let Some((age, store)) = &ages.archive {
        let old = older(now, *age);
        let (archived, left): (Vec<_>, Vec<_>) = chunks.into_iter().partition(|c| old(c));
        chunks = left;
        archive(connector, scope, store, &archived, jobs, progress, stop).await?;
    }
    let Some(age) = ages.compress.filter(|_| db.server.supports_compression()) else { return Ok(()) };
    let old = older(now, age);
    chunks.retain(|c| old(c) && !Direction::Compress.is_done_with(c));
    if chunks.is_empty() {
        return Ok(());
    }
    indexes::make(db, scope, connector, migration, jobs).await?;
    let task = progress.begin("compress", Some(chunks.len() as u64), Unit::Items);
    let task = &*task;
    futures::stream::iter(chunks.iter().map(Ok::<_, crate::Error>))
        .try_for_each_concurrent(jobs, |chunk| async move {
            stop.check()?;
            let session = connector.connect().await?;
            chunks::resize(&session, scope, chunk, Direction::Compress).await?;
            task.advance(1);
            Ok(())
        })
        .await
}

async fn archive(
    connector: &Connector,
    scope: &Scope,
    store: &Store,
    chunks: &[ChunkRow],
    jobs: usize,
    progress: &dyn Progress,
    stop: &Stop,
) -> Result<()> {
    if chunks.is_empty() {
        return Ok(());
    }
    let mut lock = LifecycleLock::take(connector.connect().await?, scope, progress).await?;
    let policy = policies::of(lock.db().client(), scope.namespace()).await?;
    let told = policy.as_ref().and_then(|policy| policy.continuous_aggregates).unwrap_or_default();
    if let Err(e) = archive::may_drop(lock.db(), scope, told).await {
        progress.warn(&e.while_doing("archiving what was copied").to_string());
        lock.release().await?;
        return Ok(());
    }
    let options = ArchiveOptions { after: AfterVerify::Drop, codec: Codec::default(), jobs };
    let mut first_error = None;
    let wanted = WantedCopies::by(policy.as_ref(), Some(&store.url().to_string()));
    let object_lock = archive::lock_of_policy(&policy.unwrap_or_default().safeguards)?;
    let first = archive::claimed(&mut lock, scope, store).await?.locking(object_lock);
    // Where a policy wants copies, the night makes them, and drops the chunks then.
    let mut to = Destination { before_drop: wanted.before_drop, ..Destination::alone(first) };
    archive::archive(&mut lock, connector, scope, &mut to, chunks, &options, progress, stop, &mut |_, done| {
        if let Err(e) = done {
            progress.warn(&e.to_string());
            first_error.get_or_insert(e);
        }
    })
    .await?;
    lock.release().await?;
    first_error.map_or(Ok(()), Err)
}

/// Whether anything is to be done behind the copy at all.
pub fn wants(ages: &Ages, db: &Db) -> bool {
    ages.archive.is_some() || (ages.compress.is_some() && db.server.supports_compression())
}
