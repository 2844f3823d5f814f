//! All namespaces of a run, side by side; and beside runs of other machines, which share the work without asking one another:
//! whoever takes a namespace's lifecycle lock does its night.

use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};
use futures::StreamExt;
use rand::seq::SliceRandom;

use super::by::WorkedBy;
use super::choose::{ChosenNamespace, choose, stores};
use super::metrics_file::write_metrics;
use super::night::{HeldLock, NamespaceRun, NightOutcome};
use super::record::RunRecord;
use super::sessions::{LazySession, Sessions};
use super::told::RunReport;
use super::worst::Worst;
use crate::about;
use crate::cli::RunLifecycle;
use crate::commands::app::{CommandOutcome, Context};
use crate::db::queries::policies::{self, Runs};
use crate::db::queries::{clock, lifecycle as locks};
use crate::error::{Error, Result};
use crate::lifecycle::{self, Gauges, LifecycleStores, Limits, RunResult, Slots};
use crate::namespace;
use crate::progress::{Progress, Unit};

/// Chunks at a time over all namespaces, where nothing else is asked for: most of a small chunk's time is spent waiting for the
/// store.
const JOBS_OF_MANY: usize = 4;
/// And large ones among them, each of which takes tens of MiB of memory and keeps a core of the server's at work.
const LARGE_OF_MANY: usize = 2;

/// A namespace on which no run went well for so long is nobody's, whoever holds its lock.
const STUCK: TimeDelta = TimeDelta::days(2);

/// What all namespaces of a run share.
struct LifecycleRun<'a> {
    context: &'a Context,
    sessions: Sessions,
    slots: Slots,
    stores: LifecycleStores,
    until: Option<Instant>,
    /// By the server's clock.
    began_at: DateTime<Utc>,
    /// Whether several namespaces are worked on: each line says which one it is about.
    has_several: bool,
    /// Whether they are all that have a policy, and not one that was named.
    is_of_all: bool,
    has_metrics: bool,
}

/// Which look at a namespace it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Visit {
    First,
    /// At the end of the run, where another run had the namespace.
    Last,
}

/// A namespace, after a run has looked at it.
struct Looked {
    gauges: Gauges,
    runs_before: Runs,
    record: Option<RunRecord>,
    error: Option<Error>,
    by: WorkedBy,
}

/// Whose a namespace is at a look.
enum Whose {
    Ours(HeldLock),
    Other(WorkedBy),
}

pub(super) async fn run_all(context: &Context, args: RunLifecycle, report: &mut RunReport) -> Result<CommandOutcome> {
    let begun = Instant::now();
    let sessions = Sessions::new(context.connector()?);
    let (chosen, began_at) = {
        let mut session = sessions.one();
        let db = session.get().await?;
        (choose(context, db, args.all_namespaces).await?, clock::now(db.client()).await?)
    };
    let (jobs, slots) = match args.jobs.map(usize::from) {
        Some(jobs) => (jobs, Slots::new(jobs, jobs)),
        None if args.all_namespaces => (JOBS_OF_MANY, Slots::new(JOBS_OF_MANY, LARGE_OF_MANY).one_each()),
        None => (1, Slots::new(1, 1)),
    };
    let run = LifecycleRun {
        context,
        sessions,
        slots,
        stores: stores(context)?,
        until: args.max_duration.and_then(|d| begun.checked_add(d)),
        began_at,
        has_several: chosen.len() > 1,
        is_of_all: args.all_namespaces,
        has_metrics: args.metrics_file.is_some() || context.settings.hooks.push_metrics.is_some(),
    };
    let looked = run.all(chosen, jobs).await;
    let (mut all, mut records, mut worst) = (Vec::new(), Vec::new(), Worst::default());
    for Looked { gauges, record, error, by, .. } in looked {
        report.add(&gauges, error.as_ref(), by);
        let failures = gauges.last.iter().flat_map(|last| &last.outcome.failures).map(|f| f.error.kind());
        failures.chain(error.as_ref().map(Error::kind)).for_each(|kind| worst.add(kind));
        records.extend(record);
        all.push(gauges);
    }
    context.ui.list(records)?;
    if let Some(file) = &args.metrics_file
        && let Err(e) = write_metrics(file, &lifecycle::render_metrics(&all))
    {
        worst.add(e.kind());
        context.ui.error(&e);
    }
    if let Err(e) = context.settings.hooks.push(&lifecycle::render_metrics(&all)).await {
        context.ui.warn(&e.to_string());
    }
    if let Err(e) = context.stop.check() {
        worst.add(e.kind());
    }
    if let Some(verdict) = report.verdict(worst.0) {
        context.ui.note(&verdict);
    }
    Ok(worst.0.map_or(CommandOutcome::Done, CommandOutcome::Failed))
}

impl LifecycleRun<'_> {
    /// Looks at all namespaces, so many at a time. Gives them in the order of their names, whichever came first.
    async fn all(&self, mut chosen: Vec<ChosenNamespace>, jobs: usize) -> Vec<Looked> {
        // Runs of several machines that begin at the same time would all wait for the same namespaces; and where time is too
        // short, it is not always the last names that are left.
        chosen.shuffle(&mut rand::rng());
        let of_all = self
            .has_several
            .then(|| Progress::begin(&self.context.ui, "namespaces", Some(chosen.len() as u64), Unit::Items));
        let advance = || {
            if let Some(task) = &of_all {
                task.advance(1);
            }
        };
        let (mut done, mut later) = (Vec::with_capacity(chosen.len()), Vec::new());
        let mut looks = futures::stream::iter(chosen)
            .map(|chosen| Box::pin(self.look(chosen, Visit::First)))
            .buffer_unordered(jobs);
        while let Some(looked) = looks.next().await {
            if looked.by == WorkedBy::OtherNow {
                later.push(looked);
                continue;
            }
            done.push(looked);
            advance();
        }
        let again = later.into_iter().map(|busy| (busy.gauges.namespace, busy.gauges.policy, busy.runs_before));
        let mut looks =
            futures::stream::iter(again).map(|chosen| Box::pin(self.look(chosen, Visit::Last))).buffer_unordered(jobs);
        while let Some(looked) = looks.next().await {
            done.push(looked);
            advance();
        }
        done.sort_by(|a, b| a.gauges.namespace.cmp(&b.gauges.namespace));
        done
    }

    /// Waits for a slot, and does the namespace's night where no other run does it.
    async fn look(&self, (name, policy, runs): ChosenNamespace, look: Visit) -> Looked {
        let _slot = self.slots.enter().await;
        let (stop, tags) = (&self.context.stop, self.context.ui.tags());
        let gauges = Gauges { namespace: name.clone(), policy, runs: runs.clone(), ..Gauges::default() };
        let mut looked = Looked { gauges, runs_before: runs, record: None, error: None, by: WorkedBy::Nobody };
        // One that a stop keeps from beginning still has its past in the metrics.
        if stop.check().is_err() {
            return looked;
        }
        if self.has_several {
            about::namespace(&name, Box::pin(self.work(&mut looked, look))).await;
        } else {
            tags.set_namespace(Some(&name));
            self.work(&mut looked, look).await;
            tags.set_namespace(None);
        }
        looked
    }

    async fn work(&self, looked: &mut Looked, look: Visit) {
        let mut session = self.sessions.one();
        let held_lock = match self.whose(&mut session, &mut looked.gauges, look).await {
            Whose::Ours(held_lock) => held_lock,
            Whose::Other(by) => return self.leave(&mut session, looked, by, look).await,
        };
        let limits = Limits { until: self.until, slots: &self.slots };
        let mut run = NamespaceRun { context: self.context, session, stores: self.stores.clone(), limits, held_lock };
        match run.night(&mut looked.gauges).await {
            NightOutcome::Ran(record, error) => {
                (looked.record, looked.error, looked.by) = (Some(*record), error, WorkedBy::Us);
            }
            NightOutcome::Busy => self.leave(&mut run.session, looked, WorkedBy::OtherNow, look).await,
        }
    }

    /// Whose the namespace is now, and what its policy is. A named one is ours, and so is one that no run has done well for long: that its lock is held
    /// is an error then.
    async fn whose(&self, session: &mut LazySession<'_>, gauges: &mut Gauges, look: Visit) -> Whose {
        if !self.is_of_all {
            return Whose::Ours(HeldLock::Refuses);
        }
        let asked = async {
            let db = session.get().await?;
            let found = policies::list(db.client(), Some(&gauges.namespace)).await?.pop();
            let is_held = match &found {
                Some((_, _, runs)) if !self.is_done(runs) => locks::is_held(db.client(), &gauges.namespace).await?,
                _ => false,
            };
            Ok::<_, Error>((found, is_held))
        };
        // What cannot be asked is told by the night.
        let Ok((found, is_held)) = asked.await else { return Whose::Ours(HeldLock::IsFine) };
        let Some((_, policy, runs)) = found else { return Whose::Other(WorkedBy::Nobody) };
        (gauges.policy, gauges.runs) = (policy, runs);
        if self.is_done(&gauges.runs) {
            return Whose::Other(WorkedBy::OtherDone);
        }
        let good = gauges.runs.last_success_at.or(gauges.runs.policy_set_at);
        match (look, good.is_some_and(|at| self.began_at - at > STUCK)) {
            (Visit::Last, true) => Whose::Ours(HeldLock::Refuses),
            _ if is_held => Whose::Other(WorkedBy::OtherNow),
            _ => Whose::Ours(HeldLock::IsFine),
        }
    }

    /// Whether another run has done all that there was to do since this one began.
    fn is_done(&self, runs: &Runs) -> bool {
        runs.last_success_at.is_some_and(|at| at >= self.began_at)
    }

    /// Leaves the namespace to the run that has it, or had it.
    async fn leave(&self, session: &mut LazySession<'_>, looked: &mut Looked, by: WorkedBy, look: Visit) {
        looked.by = by;
        let ui = &self.context.ui;
        let name = looked.gauges.namespace.as_str();
        let result = match (by, look) {
            (WorkedBy::OtherDone, _) => "elsewhere",
            (WorkedBy::OtherNow, Visit::Last) => {
                ui.note(&format!(
                    "namespace {name}: its lifecycle lock is held by another session, which is left to do what is due"
                ));
                RunResult::Busy.as_str()
            }
            // It is looked at again, or there is nothing to do.
            _ => return,
        };
        looked.record = Some(RunRecord::left_to_another(ui.tags().run_id(), name, result));
        // What the database says of it is as true here as there.
        if self.has_metrics
            && let Err(e) = self.measure(session, &mut looked.gauges).await
        {
            ui.warn(&format!("namespace {}: it is not in the metrics: {e}", looked.gauges.namespace));
        }
    }

    async fn measure(&self, session: &mut LazySession<'_>, gauges: &mut Gauges) -> Result<()> {
        let db = session.get().await?;
        let scope = namespace::open(db, &gauges.namespace).await?.scope;
        gauges.look(db, &scope).await
    }
}
