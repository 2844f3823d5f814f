//! Carrying a plan out: one step that fails does not stop the rest.

use std::time::Instant;

use super::plan::{Plan, Step, plan, refuse_retention};
use crate::archive::{self, AfterVerify, ArchiveOptions, Codec, LifecycleLock, STRAY_AFTER};
use crate::chunks::{self, Direction};
use crate::db::queries::clock;
use crate::db::queries::policies::Policy;
use crate::db::{Connector, Scope};
use crate::error::{Error, Kind, Result};
use crate::progress::Progress;
use crate::stop::Stop;
use crate::store::Store;

/// How much a run may do.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// No step begins after this instant.
    pub until: Option<Instant>,
    /// Chunks at a time.
    pub jobs: usize,
}

/// A step that failed.
#[derive(Debug)]
pub struct Failure {
    /// The chunk or archive.
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
    /// Steps that time was too short for.
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

/// Does with a namespace what its policy says. The caller holds its lifecycle lock.
///
/// # Errors
/// Where nothing can be done at all: a policy of the server stands in the way, or a query fails; [`Kind::Interrupted`] or
/// [`Kind::Terminated`] after a stop.
#[allow(clippy::too_many_arguments)] // what is worked on, by whom, and within which bounds
pub async fn run(
    lock: &mut LifecycleLock,
    connector: &Connector,
    scope: &Scope,
    policy: &Policy,
    store: Option<&Store>,
    limits: Limits,
    progress: &dyn Progress,
    stop: &Stop,
) -> Result<Outcome> {
    refuse_retention(lock.db(), scope, policy).await?;
    let now = clock::now(lock.db().client()).await?;
    let Plan { steps } = plan(lock.db(), scope, policy, now).await?;
    let mut outcome = Outcome::default();
    let mut night = Night { lock, connector, scope, store, progress, stop };
    let is_over = || limits.until.is_some_and(|until| Instant::now() >= until);
    let mut rest = steps.as_slice();
    while let Some((first, _)) = rest.split_first() {
        stop.check()?;
        if is_over() {
            outcome.left = rest.len() as u64;
            return Ok(outcome);
        }
        // Chunks that leave go together, as many at a time as may.
        let leaving = rest.iter().take_while(|s| s.leaves().is_some()).take(limits.jobs.max(1)).count();
        let done = leaving.max(1);
        match first {
            Step::Archive(_) | Step::Release(..) => night.archive(&rest[..done], &mut outcome).await?,
            Step::Compress(chunk) => night.compress(chunk, &mut outcome).await,
            Step::Expire(archive) => night.expire(archive, &mut outcome).await,
        }
        rest = &rest[done..];
    }
    if !is_over() {
        night.sweep(&mut outcome).await?;
    }
    Ok(outcome)
}

impl Step {
    /// The chunk, where it leaves the database.
    const fn leaves(&self) -> Option<&chunks::ChunkRow> {
        match self {
            Self::Archive(chunk) | Self::Release(chunk, _) => Some(chunk),
            Self::Compress(_) | Self::Expire(_) => None,
        }
    }
}

struct Night<'a> {
    lock: &'a mut LifecycleLock,
    connector: &'a Connector,
    scope: &'a Scope,
    store: Option<&'a Store>,
    progress: &'a dyn Progress,
    stop: &'a Stop,
}

impl Night<'_> {
    async fn archive(&mut self, steps: &[Step], outcome: &mut Outcome) -> Result<()> {
        let chunks: Vec<_> = steps.iter().filter_map(Step::leaves).cloned().collect();
        let Some(store) = self.store else {
            for chunk in &chunks {
                outcome.fail(chunk.name(), no_store());
            }
            return Ok(());
        };
        let released: Vec<&str> = steps
            .iter()
            .filter_map(|s| if let Step::Release(chunk, _) = s { Some(chunk.name()) } else { None })
            .collect();
        let options = ArchiveOptions { after: AfterVerify::Drop, codec: Codec::default(), jobs: chunks.len() };
        let unsigned = |n: i64| u64::try_from(n).unwrap_or_default();
        let whole = archive::archive(
            self.lock,
            self.connector,
            self.scope,
            store,
            &chunks,
            &options,
            self.progress,
            self.stop,
            &mut |chunk, result| match result {
                Ok(archived) => {
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
                Err(error) => outcome.fail(chunk.name(), error),
            },
        )
        .await;
        match whole {
            Err(e) if self.lock.db().client().is_closed() => Err(e),
            Err(e) if matches!(e.kind(), Kind::Interrupted | Kind::Terminated) => Err(e),
            // The store cannot be reached: compressing can go on.
            Err(e) => {
                outcome.fail(chunks.iter().map(chunks::ChunkRow::name).collect::<Vec<_>>().join(", "), e);
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }

    async fn compress(&mut self, chunk: &chunks::ChunkRow, outcome: &mut Outcome) {
        match chunks::resize(self.lock.db(), self.scope, chunk, Direction::Compress).await {
            Ok(resized) => {
                outcome.compressed += 1;
                outcome.freed_bytes += u64::try_from(resized.before_bytes - resized.after_bytes).unwrap_or_default();
            }
            Err(e) => outcome.fail(chunk.name(), e),
        }
    }

    async fn expire(&mut self, row: &archive::ArchiveRow, outcome: &mut Outcome) {
        let Some(store) = self.store else {
            outcome.fail(row.id.to_string(), no_store());
            return;
        };
        match archive::expire(self.lock, self.scope, store, row, self.stop).await {
            Ok(()) => outcome.expired += 1,
            Err(e) => outcome.fail(row.id.to_string(), e),
        }
    }

    async fn sweep(&mut self, outcome: &mut Outcome) -> Result<()> {
        let Some(store) = self.store else { return Ok(()) };
        let found = match archive::leftovers(self.lock.db(), self.scope, store, STRAY_AFTER).await {
            Ok(found) => found,
            Err(e) => {
                outcome.fail("leftovers in the store", e);
                return Ok(());
            }
        };
        for left in found.iter().filter(|l| l.fate == archive::Fate::Remove) {
            self.stop.check()?;
            match archive::sweep(store, left, self.stop).await {
                Ok(()) => outcome.swept += 1,
                Err(e) => outcome.fail(left.what.key(), e),
            }
        }
        Ok(())
    }
}

fn no_store() -> Error {
    Error::usage("looking for the store")
        .because("none is given, and the policy names none")
        .hint("eventodb-admin policy set --store s3://bucket/prefix, or add --store")
}
