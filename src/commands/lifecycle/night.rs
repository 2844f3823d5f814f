//! One namespace's run, from its lock to its row in the history.

use std::time::Instant;

use super::record::RunRecord;
use super::sessions::LazySession;
use super::told::counted;
use super::worst::{Worst, tell_one};
use crate::archive::LifecycleLock;
use crate::commands::app::Context;
use crate::db::queries::{policies, roles, sync};
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::lifecycle::{self, Disk, Gauges, Last, LifecycleStores, Limits, NamespaceWork, RunOutcome};
use crate::namespace;

/// What it means that another run holds the namespace's lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HeldLock {
    /// The namespace cannot be worked on, which is an error.
    Refuses,
    /// Another run works on it, which is as good.
    IsFine,
}

/// What has become of a namespace.
pub(super) enum NightOutcome {
    /// It was worked on, or could not be.
    Ran(Box<RunRecord>, Option<Error>),
    /// Another run holds its lock.
    Busy,
}

/// A namespace under way.
pub(super) struct NamespaceRun<'a> {
    pub context: &'a Context,
    pub session: LazySession<'a>,
    pub stores: LifecycleStores,
    pub limits: Limits<'a>,
    pub held_lock: HeldLock,
}

impl NamespaceRun<'_> {
    /// Does what the policy says, and tells and keeps what was done; `gauges` tell how the namespace stands after it.
    pub async fn night(&mut self, gauges: &mut Gauges) -> NightOutcome {
        let context = self.context;
        let begun = Instant::now();
        let mut last = Last::default();
        let mut error = match self.work(gauges, &mut last.outcome).await {
            Ok(Worked::Here) => None,
            Ok(Worked::Elsewhere) => return NightOutcome::Busy,
            Err(e) => Some(e),
        };
        last.seconds = begun.elapsed().as_secs_f64();
        last.is_success = error.is_none() && last.outcome.is_success();
        if let Err(e) = self.look(gauges, reason(&last.outcome, error.as_ref()).as_deref()).await {
            last.is_success = false;
            error.get_or_insert(e);
        }
        let mut worst = Worst::default();
        last.outcome.failures.iter().map(|f| &f.error).chain(&error).for_each(|e| worst.add(e.kind()));
        last.exit_code = worst.0.map_or(0, Kind::exit_code);
        tell(context, &gauges.namespace, &last.outcome, error.as_ref());
        self.keep(gauges, &last, error.as_ref()).await;
        let manifests = self.manifests_to_keep(&gauges.namespace).await;
        if last.outcome.archived + last.outcome.released + last.outcome.expired > 0 {
            context.tell_to_keep(&gauges.namespace, &manifests);
        }
        let run_id = context.ui.tags().run_id();
        let record = RunRecord::new(run_id, &gauges.namespace, &last, error.as_ref(), manifests);
        gauges.last = Some(last);
        NightOutcome::Ran(Box::new(record), error)
    }

    async fn work(&mut self, gauges: &Gauges, outcome: &mut RunOutcome) -> Result<Worked> {
        let (context, policy, name) = (self.context, &gauges.policy, gauges.namespace.as_str());
        let db = self.session.get().await?;
        let scope = &namespace::open(db, name).await?.scope;
        // As the role that has connected: the owner may see less of the server.
        let disk = match policy.space.keep_free {
            Some(_) => Disk::of(db, scope, &policy.space).await?,
            None => None,
        };
        context.act_as_owner(db, scope).await?;
        if policy.compress_after.is_some() && !db.server.supports_compression() {
            context.ui.note(&format!("namespace {name}: the Apache-2 edition does not compress"));
        }
        let mut lock = match LifecycleLock::take(self.session.take().await?, scope, &context.ui).await {
            Err(e) if e.kind() == Kind::Busy && self.held_lock == HeldLock::IsFine => return Ok(Worked::Elsewhere),
            taken => taken?,
        };
        if let Err(e) = lifecycle::begin_history(lock.db().client(), name, context.ui.tags().run_id()).await {
            context.ui.warn(&e.to_string());
        }
        let connector = self.session.connector();
        let (disk, progress, stop, limits) = (disk.as_ref(), &context.ui, &context.stop, self.limits);
        let work = NamespaceWork { connector, scope, policy, disk, limits, progress, stop };
        let ran = lifecycle::run(&mut lock, work, &mut self.stores, outcome).await;
        // Given back, and not left to a session that ends some time later: the next run may come at once.
        let db = released(lock).await;
        self.session.put(db.inspect_err(|e| context.ui.warn(&e.to_string())).ok());
        ran.map(|()| Worked::Here)
    }

    /// Notes how the run went, and looks how the namespace stands.
    async fn look(&mut self, gauges: &mut Gauges, reason: Option<&str>) -> Result<()> {
        let db = self.session.get().await?;
        let name = gauges.namespace.clone();
        policies::note_run(db.client(), &name, reason).await?;
        if let Some((_, _, runs)) = policies::list(db.client(), Some(&name)).await?.pop() {
            gauges.runs = runs;
        }
        let scope: Scope = namespace::open(db, &name).await?.scope;
        gauges.look(db, &scope).await
    }

    /// Writes the run into the namespace's history.
    async fn keep(&mut self, gauges: &Gauges, last: &Last, error: Option<&Error>) {
        let context = self.context;
        let run_id = context.ui.tags().run_id();
        let kept =
            async { lifecycle::end_history(self.session.get().await?.client(), gauges, run_id, last, error).await };
        if let Err(e) = kept.await {
            context.ui.warn(&format!("the run is not in the history: {e}"));
        }
    }

    /// By which hashes the store can be told from one that somebody has changed; none where they cannot be read now.
    async fn manifests_to_keep(&mut self, namespace: &str) -> Vec<String> {
        let read = async { sync::unfollowed_manifests(self.session.get().await?.client(), namespace).await };
        read.await.unwrap_or_default()
    }
}

/// Who has worked on a namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Worked {
    Here,
    Elsewhere,
}

/// Gives the lock back; the session is used for the next namespace, which may be another owner's.
async fn released(lock: LifecycleLock) -> Result<Db> {
    let db = lock.release().await?;
    roles::act_as_oneself(db.client()).await?;
    Ok(db)
}

/// Why a run did not do all it had to.
fn reason(outcome: &RunOutcome, error: Option<&Error>) -> Option<String> {
    match (error, outcome.failures.first()) {
        (Some(e), _) => Some(e.to_string()),
        (None, Some(first)) => {
            Some(format!("{} failed: {}", counted(outcome.failures.len() as u64, "step"), first.error))
        }
        (None, None) if outcome.left > 0 => Some(format!("time was too short for {}", counted(outcome.left, "step"))),
        _ => None,
    }
}

fn tell(context: &Context, name: &str, outcome: &RunOutcome, error: Option<&Error>) {
    for e in outcome.failures.iter().map(|f| &f.error).chain(error) {
        tell_one(context, name, e);
    }
}
