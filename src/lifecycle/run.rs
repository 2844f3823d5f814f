//! Carrying a plan out: one step that fails does not stop the rest.

use std::collections::{BTreeSet, HashSet};
use std::time::Instant;

use super::plan::{Plan, Step, plan, refuse_retention};
use super::stores::{Folder, Stores};
use crate::archive::{
    self, AfterVerify, ArchiveOptions, ArchiveRow, ClaimedStore, Claims, Codec, Fate, HeldBy, Left, LifecycleLock,
    Look, Proofs, Release, STRAY_AFTER, State,
};
use crate::chunks::{self, ChunkRow, Direction};
use crate::db::queries::ledger;
use crate::db::queries::policies::Policy;
use crate::db::{Connector, Scope};
use crate::error::{Error, Kind, Result};
use crate::progress::Progress;
use crate::stats;
use crate::stop::Stop;
use crate::store::{Store, StoreUrl};

/// How much a run may do.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// No step begins after this instant.
    pub until: Option<Instant>,
    /// Chunks at a time.
    pub jobs: usize,
}

impl Limits {
    fn is_over(&self) -> bool {
        self.until.is_some_and(|until| Instant::now() >= until)
    }
}

/// A step that failed.
#[derive(Debug)]
pub struct Failure {
    /// The chunk, the archive, or the store.
    pub name: String,
    /// Why.
    pub error: Error,
}

/// What a run has done to one namespace.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Chunks compressed.
    pub compressed: u64,
    /// Chunks archived and dropped.
    pub archived: u64,
    /// Chunks that had come back, dropped again.
    pub released: u64,
    /// Archives deleted.
    pub expired: u64,
    /// Archives past their time that a hold keeps.
    pub held: u64,
    /// Leftovers of failed attempts removed from the store.
    pub swept: u64,
    /// Messages archived.
    pub messages: u64,
    /// Bytes of CSV archived.
    pub csv_bytes: u64,
    /// Bytes stored for them.
    pub stored_bytes: u64,
    /// Bytes that the database has no longer.
    pub freed_bytes: u64,
    /// Steps that were not begun: time was too short, a stop was asked for, or the store is down.
    pub left: u64,
    /// Steps that failed.
    pub failures: Vec<Failure>,
}

impl Outcome {
    fn fail(&mut self, name: impl Into<String>, error: Error) {
        self.failures.push(Failure { name: name.into(), error });
    }

    /// Whether all was done that was to be done.
    pub fn is_success(&self) -> bool {
        self.failures.is_empty() && self.left == 0
    }
}

/// A namespace, and how it is worked on.
#[derive(Clone, Copy)]
pub struct Work<'a> {
    /// Opens more sessions, where several chunks are archived at a time.
    pub connector: &'a Connector,
    /// The namespace.
    pub scope: &'a Scope,
    /// What is to be done.
    pub policy: &'a Policy,
    /// How much of it.
    pub limits: Limits,
    /// Who is told.
    pub progress: &'a dyn Progress,
    /// Asked between steps.
    pub stop: &'a Stop,
}

/// Does with a namespace what its policy says; the caller holds its lifecycle lock. What was done is in `outcome`, also
/// where it ends with an error.
///
/// # Errors
/// Where nothing can be done at all: a policy of the server stands in the way, a query fails, or the session is lost;
/// [`Kind::Interrupted`] or [`Kind::Terminated`] after a stop.
pub async fn run(lock: &mut LifecycleLock, work: Work<'_>, stores: &mut Stores, outcome: &mut Outcome) -> Result<()> {
    refuse_retention(lock.db(), work.scope, work.policy).await?;
    let Plan { mut steps } = plan(lock.db(), work.scope, work.policy).await?;
    let told = work.policy.continuous_aggregates.unwrap_or_default();
    if steps.iter().any(|step| step.leaves().is_some())
        && let Err(e) = archive::may_drop(lock.db(), work.scope, told).await
    {
        // What leaves nothing out of them goes on.
        steps.retain(|step| step.leaves().is_none());
        outcome.fail("continuous aggregates", e);
    }
    let archives = ledger::list(lock.db().client(), work.scope.namespace()).await?;
    outcome.left = steps.len() as u64;
    let (claims, refused, down) = (Claims::default(), HashSet::new(), HashSet::new());
    let mut night = Night { lock, work, stores, archives, claims, refused, down };
    let done = night.all(&steps, outcome).await;
    let Night { lock, claims, .. } = night;
    claims.end(lock, work.scope, work.progress).await;
    done
}

impl Night<'_> {
    async fn all(&mut self, steps: &[Step], outcome: &mut Outcome) -> Result<()> {
        let work = self.work;
        let mut rest = steps;
        while let Some((first, _)) = rest.split_first() {
            work.stop.check()?;
            self.check_session()?;
            if work.limits.is_over() {
                return Ok(());
            }
            // Chunks that leave go together, as many at a time as may.
            let together = |s: &&Step| s.leaves().is_some() && self.store_of(s) == self.store_of(first);
            let leaving = rest.iter().take_while(together).take(work.limits.jobs.max(1)).count();
            let (now, later) = rest.split_at(leaving.max(1));
            match first {
                Step::Archive(_) | Step::Release(..) => self.archive(now, outcome).await?,
                Step::Tell(archive) => self.tell(archive, outcome).await,
                Step::Compress(chunk) => self.compress(chunk, outcome).await,
                Step::Expire(archive) => self.expire(archive, outcome).await,
            }
            rest = later;
        }
        work.stop.check()?;
        if !work.limits.is_over() {
            self.sweep(outcome).await?;
        }
        if !work.limits.is_over() {
            self.count().await?;
        }
        Ok(())
    }
}

impl Step {
    /// The chunk, where it leaves the database.
    pub const fn leaves(&self) -> Option<&ChunkRow> {
        match self {
            Self::Archive(chunk) | Self::Release(chunk, _) => Some(chunk),
            Self::Tell(_) | Self::Compress(_) | Self::Expire(_) => None,
        }
    }
}

struct Night<'a> {
    lock: &'a mut LifecycleLock,
    work: Work<'a>,
    stores: &'a mut Stores,
    /// As they were when the night began.
    archives: Vec<ArchiveRow>,
    /// Stores that are known to be this database's.
    claims: Claims,
    /// Stores that are another database's: they are not asked again.
    refused: HashSet<String>,
    /// Stores whose failure was told.
    down: HashSet<String>,
}

fn is_stop(e: &Error) -> bool {
    e.kind().is_stop()
}

impl Night<'_> {
    fn check_session(&mut self) -> Result<()> {
        if self.lock.db().client().is_closed() {
            return Err(Error::failed(format!("working on namespace {}", self.work.scope.namespace()))
                .because("the session that holds the lifecycle lock is gone")
                .hint("nothing is lost: the next run goes on"));
        }
        Ok(())
    }

    /// One failure a store, however many steps need it.
    fn store_failed(&mut self, name: &str, e: Error, outcome: &mut Outcome) {
        if e.kind() == Kind::Conflict {
            self.refused.insert(name.to_owned());
        }
        if self.down.insert(name.to_owned()) {
            outcome.fail(name, e);
        }
    }

    /// The store that archives go to; `None` where it is down, another database's, or none is named.
    async fn store(&mut self, outcome: &mut Outcome) -> Option<(ClaimedStore, StoreUrl)> {
        let (store, url) = self.open_store(outcome).await?;
        match self.claims.of(self.lock, self.work.scope, &store).await {
            Ok(store) => Some((store, url)),
            Err(e) => {
                self.store_failed(&url.to_string(), e, outcome);
                None
            }
        }
    }

    /// That store, to look into.
    async fn open_store(&mut self, outcome: &mut Outcome) -> Option<(Store, StoreUrl)> {
        let url = match self.stores.url(self.work.policy) {
            Ok(url) => url,
            Err(e) => {
                self.store_failed("store", e, outcome);
                return None;
            }
        };
        if self.refused.contains(&url.to_string()) {
            return None;
        }
        let opened = async {
            let must = match &url {
                StoreUrl::File { .. } => {
                    archive::must_be_there(self.lock.db(), self.work.scope, &url.to_string()).await?
                }
                StoreUrl::S3 { .. } => false,
            };
            let folder = if must { Folder::MustBeThere } else { Folder::MayBeMade };
            self.stores.to_write(&url, folder).await
        };
        match opened.await {
            Ok(store) => Some((store, url)),
            Err(e) => {
                self.store_failed(&url.to_string(), e, outcome);
                None
            }
        }
    }

    /// The store that a step needs for sure: what is released goes where its archive lies, which need not be where new
    /// archives go.
    fn store_of(&self, step: &Step) -> Option<&str> {
        let Step::Release(_, ids) = step else { return None };
        self.archives.iter().find(|a| ids.contains(&a.id))?.store_url.as_deref()
    }

    /// That store; `None` where it is down.
    async fn release_to(&mut self, ids: &[i64], outcome: &mut Outcome) -> Option<(ClaimedStore, StoreUrl)> {
        let row = self.archives.iter().find(|a| ids.contains(&a.id))?.clone();
        let opened = async {
            let store = self.stores.back_to(&row).await?;
            self.claims.of(self.lock, self.work.scope, &store).await
        };
        match opened.await {
            Ok(store) => {
                let url = store.url().clone();
                Some((store, url))
            }
            Err(e) => {
                self.store_failed(&row.store_url.unwrap_or_else(|| "store".to_owned()), e, outcome);
                None
            }
        }
    }

    async fn archive(&mut self, steps: &[Step], outcome: &mut Outcome) -> Result<()> {
        let store = match steps.first() {
            Some(Step::Release(_, ids)) => self.release_to(ids, outcome).await,
            _ => self.store(outcome).await,
        };
        let Some((store, url)) = store else { return Ok(()) };
        let chunks: Vec<_> = steps.iter().filter_map(Step::leaves).cloned().collect();
        let released: Vec<&str> = steps
            .iter()
            .filter_map(|s| if let Step::Release(chunk, _) = s { Some(chunk.name()) } else { None })
            .collect();
        let options = ArchiveOptions { after: AfterVerify::Drop, codec: Codec::default(), jobs: chunks.len() };
        let unsigned = |n: i64| u64::try_from(n).unwrap_or_default();
        let Work { connector, scope, progress, stop, .. } = self.work;
        let each = &mut |chunk: &ChunkRow, result: Result<archive::Archived>| match result {
            Err(e) if is_stop(&e) => {}
            Ok(archived) => {
                outcome.left -= 1;
                outcome.freed_bytes += unsigned(chunk.size_bytes);
                if released.contains(&chunk.name()) {
                    outcome.released += 1;
                } else {
                    outcome.archived += 1;
                    outcome.messages += unsigned(archived.rows);
                    outcome.csv_bytes += unsigned(archived.csv_bytes);
                    outcome.stored_bytes += unsigned(archived.stored_bytes);
                }
            }
            Err(error) => {
                outcome.left -= 1;
                outcome.fail(chunk.name(), error);
            }
        };
        let whole =
            archive::archive(self.lock, connector, scope, &store, &chunks, &options, progress, stop, each).await;
        match whole {
            Err(e) if self.lock.db().client().is_closed() || is_stop(&e) => Err(e),
            Err(e) => {
                // The store has gone away, or these chunks cannot be archived: compressing can go on.
                if store.check().await.is_err() {
                    self.stores.note_down(&url, &e);
                    self.store_failed(&url.to_string(), e, outcome);
                } else {
                    outcome.left -= chunks.len() as u64;
                    outcome.fail(chunks.iter().map(ChunkRow::name).collect::<Vec<_>>().join(", "), e);
                }
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }

    /// The only copy is not taken for one of two any longer.
    async fn tell(&mut self, archive: &ArchiveRow, outcome: &mut Outcome) {
        outcome.left -= 1;
        let scope = self.work.scope;
        let told = async {
            // Looked at once more, message by message.
            let gone = match archive::plan_release(self.lock.db(), scope, archive).await {
                Ok(Release::Tell(gone)) => gone,
                // Its chunk was merged into another one, and its messages are live.
                Err(e) if archive.state == State::Verified && e.kind() == Kind::Failed => return Ok(()),
                planned => return planned.map(|_| ()),
            };
            let Work { progress, stop, .. } = self.work;
            let mut proofs = Proofs::default();
            let (db, stores) = (self.lock.db(), &mut *self.stores);
            let mut look = Look { db, scope, stores, proofs: &mut proofs, progress, stop };
            archive::tell_released(&mut look, &gone).await.map(|_| ())
        };
        if let Err(e) = told.await {
            outcome.fail(archive.id.to_string(), e);
        }
    }

    async fn compress(&mut self, chunk: &ChunkRow, outcome: &mut Outcome) {
        outcome.left -= 1;
        match chunks::resize(self.lock.db(), self.work.scope, chunk, Direction::Compress).await {
            Ok(resized) => {
                outcome.compressed += 1;
                outcome.freed_bytes += u64::try_from(resized.before_bytes - resized.after_bytes).unwrap_or_default();
            }
            Err(e) => outcome.fail(chunk.name(), e),
        }
    }

    /// From the store that it is in, which need not be the one that archives go to now.
    async fn expire(&mut self, row: &ArchiveRow, outcome: &mut Outcome) {
        let opened = async {
            let store = self.stores.of(row).await?;
            self.claims.of(self.lock, self.work.scope, &store).await
        };
        let store = match opened.await {
            Ok(store) => store,
            Err(e) => {
                let name = row.store_url.clone().unwrap_or_else(|| "store".to_owned());
                self.store_failed(&name, e, outcome);
                return;
            }
        };
        match archive::expire(self.lock, self.work.scope, &store, row, self.work.stop).await {
            Err(e) if is_stop(&e) => return,
            Ok(()) => outcome.expired += 1,
            Err(e) => match HeldBy::of(&e) {
                // Somebody's will, and no failure.
                Some(held) => {
                    outcome.held += 1;
                    let extent = row.extent();
                    self.work
                        .progress
                        .note(&format!("archive {} ({extent}) is past its time, and stays: {held}", row.id));
                }
                None => outcome.fail(row.id.to_string(), e),
            },
        }
        outcome.left -= 1;
    }

    /// Counts what is over, so that reads find the chunks that they need. They are right without it: the policy is done.
    async fn count(&mut self) -> Result<()> {
        let Work { scope, stop, progress, .. } = self.work;
        match stats::count_and_settle(self.lock, scope, stop).await {
            Err(e) if is_stop(&e) => Err(e),
            Err(e) => {
                self.check_session()?;
                progress.warn(&format!("chunks whose time is over were not counted: {e}"));
                Ok(())
            }
            Ok(_) => Ok(()),
        }
    }

    /// Removes what failed attempts have left, where there is anything that an archive could have been tried for.
    async fn sweep(&mut self, outcome: &mut Outcome) -> Result<()> {
        let has_tried = outcome.archived > 0 || self.archives.iter().any(|a| a.state != State::Discarded);
        let policy = self.work.policy;
        if policy.archive_after.is_none() || !has_tried || self.stores.url(policy).is_err() {
            return Ok(());
        }
        let Some((store, url)) = self.open_store(outcome).await else { return Ok(()) };
        let Work { scope, progress, stop, .. } = self.work;
        let (mut proofs, mut warned) = (Proofs::default(), BTreeSet::new());
        // A night that has nothing to remove only looks.
        let looked = async {
            archive::look_whose(self.lock.db(), scope, &store).await?;
            let (db, stores) = (self.lock.db(), &mut *self.stores);
            let mut look = Look { db, scope, stores, proofs: &mut proofs, progress, stop };
            archive::leftovers(&mut look, &store, STRAY_AFTER).await
        };
        let mut found = match looked.await {
            Ok(found) => found,
            Err(e) if is_stop(&e) => return Err(e),
            Err(e) => {
                self.store_failed(&url.to_string(), e, outcome);
                return Ok(());
            }
        };
        for left in &found {
            if let Fate::Stays(stays) = &left.fate {
                warned.insert(match (&left.what, stays.is_of_row()) {
                    (Left::Object(_, Some(id)) | Left::Row(id, _), false) => {
                        format!("archive {id} failed, but {stays}; {}", stays.way_back(*id, State::Failed))
                    }
                    (Left::Object(_, Some(id)) | Left::Row(id, _), true) => {
                        format!("the row of archive {id} is odd: {stays}")
                    }
                    _ => format!("{} stays: {stays}", left.what.key()),
                });
            }
        }
        for text in &warned {
            progress.warn(text);
        }
        found.retain(|left| left.fate.goes());
        if found.is_empty() {
            return Ok(());
        }
        let Some((store, _)) = self.store(outcome).await else { return Ok(()) };
        for left in &found {
            self.work.stop.check()?;
            match archive::sweep(&store, left, self.work.stop).await {
                Ok(()) => outcome.swept += 1,
                Err(e) if is_stop(&e) => return Err(e),
                Err(e) => outcome.fail(left.what.key(), e),
            }
        }
        Ok(())
    }
}
