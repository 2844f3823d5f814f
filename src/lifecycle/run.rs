//! Carrying a plan out: one step that fails does not stop the rest.

mod frozen;
mod locks;
mod objects;
mod room;
mod stores;
mod sweep;

use std::collections::HashSet;
use std::time::Instant;

use super::disk::Disk;
use super::outcome::RunOutcome;
use super::plan::{LifecyclePlan, plan, refuse_retention};
use super::slots::Slots;
use super::step::Step;
use super::stores::LifecycleStores;
use crate::archive::{
    self, AfterVerify, ArchiveOptions, ArchiveRow, Claims, Codec, HeldBy, LifecycleLock, Proofs, Release, RemovalCheck,
    State,
};
use crate::chunks::{self, ChunkRow, Direction};
use crate::db::queries::ledger;
use crate::db::queries::policies::Policy;
use crate::db::{Connector, Scope};
use crate::error::{Error, Kind, Result};
use crate::progress::{Progress, Unit};
use crate::stats;
use crate::stop::Stop;

/// How much a run may do.
#[derive(Debug, Clone, Copy)]
pub struct Limits<'a> {
    /// No step begins after this instant.
    pub until: Option<Instant>,
    /// Chunks at a time, over all namespaces. The caller has entered them for this one.
    pub slots: &'a Slots,
}

impl Limits<'_> {
    fn is_over(&self) -> bool {
        self.until.is_some_and(|until| Instant::now() >= until)
    }
}

/// A namespace, and how it is worked on.
#[derive(Clone, Copy)]
pub struct NamespaceWork<'a> {
    /// Opens more sessions, where several chunks are archived at a time.
    pub connector: &'a Connector,
    /// The namespace.
    pub scope: &'a Scope,
    /// What is to be done.
    pub policy: &'a Policy,
    /// The disk that it lies on, where that is known.
    pub disk: Option<&'a Disk>,
    /// How much of it.
    pub limits: Limits<'a>,
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
pub async fn run(
    lock: &mut LifecycleLock,
    work: NamespaceWork<'_>,
    stores: &mut LifecycleStores,
    outcome: &mut RunOutcome,
) -> Result<()> {
    refuse_retention(lock.db(), work.scope, work.policy).await?;
    let LifecyclePlan { mut steps, .. } = plan(lock.db(), work.scope, work.policy).await?;
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
    let (away, told, waiting) = (HashSet::new(), HashSet::new(), HashSet::new());
    let mut night = NamespaceNight { lock, work, stores, archives, claims, refused, down, away, told, waiting };
    let done = night.all(&steps, outcome).await;
    let NamespaceNight { lock, claims, .. } = night;
    claims.end(lock, work.scope, work.progress).await;
    done
}

impl NamespaceNight<'_> {
    async fn all(&mut self, steps: &[Step], outcome: &mut RunOutcome) -> Result<()> {
        let work = self.work;
        self.look_for_objects(outcome).await?;
        self.each(steps, outcome).await?;
        // By what is left after all that is done by age: a chunk that is compressed tonight need not leave.
        self.make_room(steps, outcome).await?;
        self.tell_frozen(outcome).await?;
        work.stop.check()?;
        if !work.limits.is_over() {
            self.clear_copies().await?;
            self.sweep(outcome).await?;
        }
        if !work.limits.is_over() {
            self.count().await?;
        }
        Ok(())
    }

    /// Carries out one step after the other, until time is over.
    async fn each(&mut self, steps: &[Step], outcome: &mut RunOutcome) -> Result<()> {
        let work = self.work;
        let mut rest = steps;
        let name = format!("namespace {}", work.scope.namespace());
        let task = work.progress.begin(&name, Some(steps.len() as u64), Unit::Items);
        while let Some((first, _)) = rest.split_first() {
            // Chunks that leave go together, as many at a time as may.
            let together = |s: &&Step| s.leaves().is_some() && self.store_of(s) == self.store_of(first);
            let slots = work.limits.slots;
            let leaving = slots.together(rest.iter().take_while(together).filter_map(Step::leaves));
            let further = slots.further(leaving.saturating_sub(1));
            let (now, later) = rest.split_at(1 + further.len());
            let _large = slots.for_large(now.iter().filter_map(Step::leaves)).await;
            work.stop.check()?;
            self.check_session()?;
            if work.limits.is_over() {
                return Ok(());
            }
            match first {
                Step::Archive(_) | Step::Release(..) => self.archive(now, outcome).await?,
                Step::Tell(archive) => self.tell(archive, outcome).await,
                Step::Compress(chunk) => self.compress(chunk, outcome).await,
                Step::Expire(archive) => self.expire(archive, outcome).await,
                Step::Copy(archive, url) => self.copy(archive, url, outcome).await,
                Step::Renew(archive, to) => self.renew(archive, *to, outcome).await,
            }
            task.advance(now.len() as u64);
            rest = later;
        }
        Ok(())
    }
}

impl Step {
    /// The chunk that is changed.
    pub(super) const fn chunk_mut(&mut self) -> Option<&mut ChunkRow> {
        match self {
            Self::Archive(chunk) | Self::Release(chunk, _) | Self::Compress(chunk) => Some(chunk),
            Self::Tell(_) | Self::Expire(_) | Self::Copy(..) | Self::Renew(..) => None,
        }
    }

    /// The chunk, where it leaves the database.
    pub const fn leaves(&self) -> Option<&ChunkRow> {
        match self {
            Self::Archive(chunk) | Self::Release(chunk, _) => Some(chunk),
            Self::Tell(_) | Self::Compress(_) | Self::Expire(_) | Self::Copy(..) | Self::Renew(..) => None,
        }
    }
}

struct NamespaceNight<'a> {
    lock: &'a mut LifecycleLock,
    work: NamespaceWork<'a>,
    stores: &'a mut LifecycleStores,
    /// As they were when the night began.
    archives: Vec<ArchiveRow>,
    /// Stores that are known to be this database's.
    claims: Claims,
    /// Stores that are another database's: they are not asked again.
    refused: HashSet<String>,
    /// Stores whose failure was told.
    down: HashSet<String>,
    /// Stores that are done without, which was told.
    away: HashSet<String>,
    /// What stays in stores, which was told.
    told: HashSet<String>,
    /// Chunks that were archived tonight, and wait for copies.
    waiting: HashSet<String>,
}

fn is_stop(e: &Error) -> bool {
    e.kind().is_stop()
}

impl NamespaceNight<'_> {
    fn check_session(&mut self) -> Result<()> {
        if self.lock.db().client().is_closed() {
            return Err(Error::failed(format!("working on namespace {}", self.work.scope.namespace()))
                .because("the session that holds the lifecycle lock is gone")
                .hint("nothing is lost: the next run goes on"));
        }
        Ok(())
    }

    async fn archive(&mut self, steps: &[Step], outcome: &mut RunOutcome) -> Result<()> {
        let first = steps.first().and_then(|step| self.store_of(step)).map(str::to_owned);
        let Some(mut to) = self.destination(first.as_deref(), outcome).await else { return Ok(()) };
        let meant = to.first.url().clone();
        let chunks: Vec<_> = steps.iter().filter_map(Step::leaves).cloned().collect();
        let released: Vec<&str> = steps
            .iter()
            .filter_map(|s| if let Step::Release(chunk, _) = s { Some(chunk.name()) } else { None })
            .collect();
        let options = ArchiveOptions { after: AfterVerify::Drop, codec: Codec::default(), jobs: chunks.len() };
        let NamespaceWork { connector, scope, progress, stop, .. } = self.work;
        let waiting = &mut self.waiting;
        let each = &mut |chunk: &ChunkRow, result: Result<archive::ArchivedChunk>| match result {
            Err(e) if is_stop(&e) => {}
            Ok(archived) => {
                if archived.state != State::Dropped {
                    waiting.insert(chunk.name().to_owned());
                }
                outcome.left -= 1;
                outcome.count(chunk, &archived, released.contains(&chunk.name()));
            }
            Err(error) => {
                outcome.left -= 1;
                outcome.fail(chunk.name(), error);
            }
        };
        let whole =
            archive::archive(self.lock, connector, scope, &mut to, &chunks, &options, progress, stop, each).await;
        if *to.first.url() != meant {
            // It was told when it happened.
            self.away.insert(meant.to_string());
            self.claims.do_without(&meant.to_string());
            self.stores.note_down(&meant, &Error::failed("asking the store").because("it went away under this run"));
        }
        match whole {
            Err(e) if self.lock.db().client().is_closed() || is_stop(&e) => Err(e),
            Err(e) => {
                // The store has gone away, or these chunks cannot be archived: compressing can go on.
                let url = to.first.url().clone();
                if to.first.check().await.is_err() {
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
    async fn tell(&mut self, archive: &ArchiveRow, outcome: &mut RunOutcome) {
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
            let NamespaceWork { progress, stop, .. } = self.work;
            let mut proofs = Proofs::default();
            let (db, stores) = (self.lock.db(), &mut *self.stores);
            let mut look = RemovalCheck { db, scope, stores, proofs: &mut proofs, progress, stop };
            archive::tell_released(&mut look, &gone).await.map(|_| ())
        };
        if let Err(e) = told.await {
            outcome.fail(archive.id.to_string(), e);
        }
    }

    async fn compress(&mut self, chunk: &ChunkRow, outcome: &mut RunOutcome) {
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
    async fn expire(&mut self, row: &ArchiveRow, outcome: &mut RunOutcome) {
        let store = match self.first_of(row).await {
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
                None => self.not_expired(row, e, outcome).await,
            },
        }
        outcome.left -= 1;
    }

    /// Counts what is over, so that reads find the chunks that they need. They are right without it: the policy is done.
    async fn count(&mut self) -> Result<()> {
        let NamespaceWork { scope, stop, progress, .. } = self.work;
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
}
