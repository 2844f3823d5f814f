//! Archiving chunks: which protocol keeps writers out, and what happens in which order.

use std::collections::HashSet;
use std::time::Instant;

use chrono::{DateTime, Utc};
use futures::StreamExt;
use tokio::sync::Mutex;

use super::attempt;
use super::attempt::{Attempt, Feeds};
use super::doubles::Others;
use super::options::{AfterVerify, ArchiveOptions, ChunkRun, OnChange, Protocol};
use super::protocol::{freeze, lock};
use crate::archive::copies::Destination;
use crate::archive::format::codec::Codec;
use crate::archive::format::object_names::Names;
use crate::archive::keep::holds::put_missing;
use crate::archive::lock::clear_up;
use crate::archive::lock::columns::check_table;
use crate::archive::lock::lifecycle::LifecycleLock;
use crate::archive::restore::bring_in;
use crate::chunks::ChunkRow;
use crate::db::queries::ledger::{self, ArchiveRow, State};
use crate::db::queries::roles;
use crate::db::{Connector, Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::progress::Progress;
use crate::stop::Stop;
use crate::store::Store;
use crate::timings::Stages;

/// A chunk that was archived.
#[derive(Debug, Clone)]
pub struct ArchivedChunk {
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
    /// `verified` where the chunk was kept, or waits for more copies of its archive; `dropped` where not.
    pub state: State,
    /// How long it took.
    pub seconds: f64,
}

/// Archives chunks, oldest first; a chunk that fails does not stop the rest. Each result is handed to `each` as it comes. Where
/// the first store goes away meanwhile, what it has failed goes to the next, and `to` is left without it.
///
/// # Errors
/// Where the run as a whole cannot go on: no store can be reached, the lock is lost, or it was stopped.
#[allow(clippy::too_many_arguments)] // each is a thing of its own, and they are given once
pub async fn archive(
    lock: &mut LifecycleLock,
    connector: &Connector,
    scope: &Scope,
    to: &mut Destination,
    chunks: &[ChunkRow],
    options: &ArchiveOptions,
    progress: &dyn Progress,
    stop: &Stop,
    each: &mut (dyn FnMut(&ChunkRow, Result<ArchivedChunk>) + Send),
) -> Result<()> {
    warn_of_clear(lock.db(), scope, &to.first, progress).await?;
    let mut chunks = chunks.to_vec();
    loop {
        let (mut failed, mut done) = (Vec::new(), HashSet::new());
        let next = to.without_first();
        let mut one = |chunk: &ChunkRow, archived: Result<ArchivedChunk>| match archived {
            Err(e) if next.is_some() && !e.kind().is_stop() => failed.push((chunk.clone(), e)),
            archived => {
                done.insert(chunk.name().to_owned());
                each(chunk, archived);
            }
        };
        let whole = Box::pin(archive_to(lock, connector, scope, to, &chunks, options, progress, stop, &mut one)).await;
        let has_failed = !failed.is_empty() || whole.as_ref().is_err_and(|e| !e.kind().is_stop());
        if let Some(next) = next.filter(|_| has_failed && !lock.db().client().is_closed())
            && let Err(why) = to.first.check().await
        {
            progress.warn(&format!("{} is away, and archives go to {}: {why}", to.first.url(), next.first.url()));
            chunks.retain(|chunk| !done.contains(chunk.name()));
            *to = next;
            continue;
        }
        for (chunk, e) in failed {
            each(&chunk, Err(e));
        }
        return whole;
    }
}

/// Says that what is archived now can be read by whoever reads the store, where the archive before it could not: a run without its
/// settings is soon started.
async fn warn_of_clear(db: &Db, scope: &Scope, store: &Store, progress: &dyn Progress) -> Result<()> {
    if store.age_keys().seals() {
        return Ok(());
    }
    let newest = ledger::newest_object(db.client(), scope.namespace()).await?;
    if newest.is_some_and(|key| Names::is_encrypted(&key)) {
        progress.warn(
            "archives of this namespace are encrypted, and what is archived now is not: no recipients are configured \
             (--age-recipients-file, EVENTODB_AGE_RECIPIENTS); archives rekey encrypts it later",
        );
    }
    Ok(())
}

#[allow(clippy::too_many_arguments)] // as above
async fn archive_to(
    lock: &mut LifecycleLock,
    connector: &Connector,
    scope: &Scope,
    to: &Destination,
    chunks: &[ChunkRow],
    options: &ArchiveOptions,
    progress: &dyn Progress,
    stop: &Stop,
    each: &mut (dyn FnMut(&ChunkRow, Result<ArchivedChunk>) + Send),
) -> Result<()> {
    if chunks.is_empty() {
        return Ok(());
    }
    let store = &to.first;
    store.check().await?;
    // Once the chunks are gone, what is held is told by the store as well.
    for store in to.stores() {
        put_missing(lock.db(), scope, store).await?;
    }
    check_table(lock.db().client(), scope).await?;
    attempt::check_policies(lock.db().client(), scope).await?;
    let pid = lock.pid();
    let jobs = options.jobs.clamp(1, chunks.len());
    let run = ChunkRun { scope, to, store, options, progress, stop, others: Others::default(), lock_pid: pid };
    run.others.look(lock.db().client(), scope, store, stop).await?;
    if jobs == 1 {
        return one_by_one(&run, lock, connector, chunks, each).await;
    }
    let mut sessions = Vec::with_capacity(jobs);
    for _ in 0..jobs {
        let session = connector.connect().await?;
        session.require_sound("archiving chunks")?;
        roles::act_as_owner(session.client(), scope).await?;
        sessions.push(session);
    }
    let sessions = Mutex::new(sessions);
    let (run, sessions) = (&run, &sessions);
    let mut failures = 0;
    let mut results = futures::stream::iter(chunks)
        .map(|chunk| async move {
            let result = async {
                stop.check()?;
                let session = sessions.lock().await.pop();
                let mut db = match session {
                    Some(db) if !db.client().is_closed() => db,
                    _ => {
                        let db = connector.connect().await?;
                        roles::act_as_owner(db.client(), scope).await?;
                        db
                    }
                };
                let result = run.one(&mut db, chunk).await;
                sessions.lock().await.push(db);
                result
            };
            (chunk, result.await)
        })
        .buffer_unordered(jobs);
    while let Some((chunk, result)) = results.next().await {
        failures += usize::from(result.is_err());
        if !is_stop(&result) {
            each(chunk, result);
        }
    }
    if failures > 0 {
        // A session that was lost could not unfreeze its chunk; nobody is at work any more.
        if lock.db().client().is_closed() {
            thaw(connector, scope, progress).await;
            return Err(connection_lost());
        }
        clear_up::recover(lock.db(), scope, progress).await?;
    }
    stop.check()
}

/// All on the lock's own session.
async fn one_by_one(
    run: &ChunkRun<'_>,
    lock: &mut LifecycleLock,
    connector: &Connector,
    chunks: &[ChunkRow],
    each: &mut (dyn FnMut(&ChunkRow, Result<ArchivedChunk>) + Send),
) -> Result<()> {
    for chunk in chunks {
        run.stop.check()?;
        let result = run.one(lock.db(), chunk).await;
        let stopped = is_stop(&result);
        each(chunk, result);
        if stopped {
            return run.stop.check();
        }
        if lock.db().client().is_closed() {
            thaw(connector, run.scope, run.progress).await;
            return Err(connection_lost());
        }
    }
    Ok(())
}

fn is_stop<T>(result: &Result<T>) -> bool {
    result.as_ref().is_err_and(|e| e.kind().is_stop())
}

/// Lets writers into what a lost session left frozen, on a new one, as far as that can be done now: the next run does it
/// in any case.
async fn thaw(connector: &Connector, scope: &Scope, progress: &dyn Progress) {
    let thawed = async {
        // Taking the lock clears up.
        LifecycleLock::take(connector.connect().await?, scope, progress).await?.release().await
    };
    if let Err(e) = thawed.await {
        progress.warn(&e.while_doing("clearing up after a lost session").to_string());
    }
}

fn connection_lost() -> Error {
    Error::failed("archiving chunks")
        .because("the session that holds the lifecycle lock is gone")
        .hint("nothing is lost: run the same command again, it clears up what was half done")
}

/// Drops one chunk that an archive is verified (or rehydrated) of, where it still holds exactly what was archived.
///
/// # Errors
/// [`Kind::NotFound`] where it has no such archive; [`Kind::Verification`] where the chunk or the archive differs.
pub async fn drop_verified(
    lock: &mut LifecycleLock,
    scope: &Scope,
    to: &Destination,
    chunk: &ChunkRow,
    progress: &dyn Progress,
    stop: &Stop,
) -> Result<ArchivedChunk> {
    for store in to.stores() {
        put_missing(lock.db(), scope, store).await?;
    }
    check_table(lock.db().client(), scope).await?;
    attempt::check_policies(lock.db().client(), scope).await?;
    let options = ArchiveOptions { after: AfterVerify::Drop, codec: Codec::default(), jobs: 1 };
    let (store, others, lock_pid) = (&to.first, Others::default(), lock.pid());
    let run = ChunkRun { scope, to, store, options: &options, progress, stop, others, lock_pid };
    let priors = attempt::priors(lock.db(), scope, chunk).await?;
    if priors.is_empty() {
        return Err(Error::new(Kind::NotFound, format!("dropping chunk {}", chunk.name()))
            .because("no archive of it is verified")
            .hint(format!("eventodb-admin chunks archive {} archives and drops it", chunk.name())));
    }
    run.with_priors(lock.db(), chunk, priors, OnChange::Refuse).await
}

impl ChunkRun<'_> {
    async fn one(&self, db: &mut Db, chunk: &ChunkRow) -> Result<ArchivedChunk> {
        let priors = attempt::priors(db, self.scope, chunk).await?;
        self.with_priors(db, chunk, priors, OnChange::ArchiveAgain).await
    }

    async fn with_priors(
        &self,
        db: &mut Db,
        chunk: &ChunkRow,
        priors: Vec<ArchiveRow>,
        on_change: OnChange,
    ) -> Result<ArchivedChunk> {
        let started = Instant::now();
        let doing = match on_change {
            OnChange::ArchiveAgain => format!("archiving chunk {}", chunk.name()),
            OnChange::Refuse => format!("dropping chunk {}", chunk.name()),
        };
        if self.options.after == AfterVerify::Drop {
            let could = bring_in::could_come_back(db, self.scope, chunk).await;
            could.map_err(|e| e.while_doing(&doing))?;
        }
        let attempt =
            Attempt { run: self, chunk, priors, on_change, stages: Stages::default(), feeds: Feeds::default() };
        let could = attempt.refuse_partly_live(db).await;
        could.map_err(|e| e.while_doing(&doing))?;
        let done = match Protocol::of(db) {
            Protocol::Freeze => freeze::archive(db, &attempt).await,
            Protocol::Lock => lock::archive(db, &attempt).await,
        };
        attempt.stages.tell(self.progress, &doing);
        let mut archived = match done.map_err(|e| e.while_doing(&doing))? {
            attempt::Done::Archive(id) | attempt::Done::Waits(id) => self.report(db, chunk, id).await?,
            attempt::Done::Empty => empty(chunk),
        };
        archived.seconds = started.elapsed().as_secs_f64();
        Ok(archived)
    }

    async fn report(&self, db: &Db, chunk: &ChunkRow, id: i64) -> Result<ArchivedChunk> {
        let row = ledger::get(db.client(), self.scope.namespace(), id).await?;
        let address = |key: &Option<String>| {
            key.as_ref().map_or_else(String::new, |key| {
                format!("{}/{key}", row.store_url.as_deref().unwrap_or_default().trim_end_matches('/'))
            })
        };
        Ok(ArchivedChunk {
            archive_id: Some(row.id),
            // Not the row's: an archive that serves again was made from an earlier chunk of the range.
            chunk_name: chunk.name().to_owned(),
            range_start: row.range_start,
            range_end: row.range_end,
            rows: row.message_count.unwrap_or_default(),
            csv_bytes: row.csv_bytes.unwrap_or_default(),
            stored_bytes: row.stored_bytes.unwrap_or_default(),
            sha256: row.stored_sha256.clone().unwrap_or_default(),
            object: address(&row.object_key),
            manifest: address(&row.manifest_key),
            state: row.state,
            seconds: 0.0,
        })
    }
}

fn empty(chunk: &ChunkRow) -> ArchivedChunk {
    ArchivedChunk {
        archive_id: None,
        chunk_name: chunk.name().to_owned(),
        range_start: chunk.range_start,
        range_end: chunk.range_end,
        rows: 0,
        csv_bytes: 0,
        stored_bytes: 0,
        sha256: String::new(),
        object: String::new(),
        manifest: String::new(),
        state: State::Dropped,
        seconds: 0.0,
    }
}
