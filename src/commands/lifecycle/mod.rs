//! `lifecycle run`: what cron calls, and `lifecycle history`: what it did.

mod history;
mod record;
mod told;

use std::path::Path;
use std::time::Instant;

use super::plan::Step as PlanStep;
use super::{Context, Ended, files};
use crate::archive::{self, HeldBy, LifecycleLock};
use crate::cli::RunLifecycle;
use crate::db::queries::policies::{self, Policy, Runs};
use crate::db::queries::{roles, sync};
use crate::db::{Connector, Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::lifecycle::{self, Disk, Folder, ForSpace, Gauges, Last, Limits, Outcome, Step, Stores, Work};
use crate::namespace;
use crate::progress::{Progress, Unit};
use crate::text::with_namespace;
use crate::ui::human;
use record::RunRecord;
use told::{Report, Told, counted};

pub(super) use history::run as history;

/// A namespace that has a policy.
type Chosen = (String, Policy, Runs);

pub(super) async fn run(context: &Context, args: RunLifecycle) -> Result<Ended> {
    if context.is_plan() {
        let mut session = Session { connector: context.connector()?, db: None };
        let chosen = choose(context, session.get().await?, args.all_namespaces).await?;
        return plan(context, &mut session, chosen).await;
    }
    let told = Told::begin(context, "lifecycle run").await;
    let mut report = Report::default();
    // A run that cannot begin is told as well: that is what nobody would hear of otherwise.
    let ended = run_all(context, args, &mut report).await;
    told.end(&ended, report).await;
    ended
}

async fn run_all(context: &Context, args: RunLifecycle, report: &mut Report) -> Result<Ended> {
    let begun = Instant::now();
    let mut session = Session { connector: context.connector()?, db: None };
    let chosen = choose(context, session.get().await?, args.all_namespaces).await?;
    let limits = Limits { until: args.max_duration.and_then(|d| begun.checked_add(d)), jobs: usize::from(args.jobs) };
    let mut stores = stores(context)?;
    let (mut all, mut records, mut worst) = (Vec::new(), Vec::new(), Worst::default());
    let of_all =
        (chosen.len() > 1).then(|| Progress::begin(&context.ui, "namespaces", Some(chosen.len() as u64), Unit::Items));
    for (name, policy, runs) in chosen {
        let mut gauges = Gauges { namespace: name, policy, runs, ..Gauges::default() };
        // One that a stop keeps from beginning still has its past in the metrics.
        if context.stop.check().is_ok() {
            context.ui.tags().set_namespace(Some(&gauges.namespace));
            let (last, error) = night(context, &mut session, &mut gauges, limits, &mut stores).await;
            tell(context, &gauges.namespace, &last.outcome, error.as_ref());
            report.add(&gauges.namespace, &last.outcome, error.as_ref());
            let failures = last.outcome.failures.iter().map(|f| f.error.kind());
            failures.chain(error.as_ref().map(Error::kind)).for_each(|kind| worst.add(kind));
            let run_id = context.ui.tags().run_id();
            keep(context, &mut session, &gauges, &last, error.as_ref()).await;
            let manifests = manifests_to_keep(&mut session, &gauges.namespace).await;
            let outcome = &last.outcome;
            if outcome.archived + outcome.released + outcome.expired > 0 {
                context.tell_to_keep(&gauges.namespace, &manifests);
            }
            records.push(RunRecord::new(run_id, &gauges.namespace, &last, error.as_ref(), manifests));
            gauges.last = Some(last);
            context.ui.tags().set_namespace(None);
        }
        if let Some(task) = &of_all {
            task.advance(1);
        }
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
    Ok(worst.0.map_or(Ended::Done, Ended::Failed))
}

/// The worst of what went wrong.
#[derive(Default)]
struct Worst(Option<Kind>);

impl Worst {
    fn add(&mut self, kind: Kind) {
        if self.0.is_none_or(|worst| kind.severity() > worst.severity()) {
            self.0 = Some(kind);
        }
    }
}

/// One session for all namespaces, opened again where it was lost.
struct Session {
    connector: Connector,
    db: Option<Db>,
}

impl Session {
    async fn get(&mut self) -> Result<&mut Db> {
        let db = self.take().await?;
        Ok(self.db.insert(db))
    }

    async fn take(&mut self) -> Result<Db> {
        match self.db.take() {
            Some(db) if !db.client().is_closed() => Ok(db),
            _ => self.connector.connect().await,
        }
    }
}

/// The namespaces meant, with their policies.
async fn choose(context: &Context, db: &Db, all: bool) -> Result<Vec<Chosen>> {
    let one = (!all).then_some(context.settings.namespace.as_str());
    if let Some(name) = one {
        namespace::open(db, name).await?;
    } else if !policies::is_there(db.client()).await? {
        context.ui.note("no namespace has a policy");
        return Ok(Vec::new());
    }
    let found = policies::list(db.client(), one).await?;
    match (one, found.is_empty()) {
        (Some(name), true) => Err(Error::new(Kind::NotFound, format!("looking for the policy of namespace {name}"))
            .because("it has none")
            .hint("eventodb-admin policy set --archive-after 90d --store s3://bucket/prefix gives it one")),
        (None, true) => {
            context.ui.note("no namespace has a policy");
            Ok(Vec::new())
        }
        _ => Ok(found),
    }
}

/// Prints what would be done; a namespace that cannot be planned does not keep the others from it.
async fn plan(context: &Context, session: &mut Session, chosen: Vec<Chosen>) -> Result<Ended> {
    let (mut steps, mut freed, mut worst) = (Vec::new(), 0, Worst::default());
    let chosen: Vec<_> = chosen.into_iter().map(|(name, policy, _)| (name, policy)).collect();
    let plans = lifecycle::plan_all(session.get().await?, chosen.clone()).await?;
    let mut stores = stores(context)?;
    for ((name, planned), (_, policy)) in plans.into_iter().zip(&chosen) {
        match planned {
            Ok(planned) => {
                if let Some(e) = refusal(context, session.get().await?, &mut stores, &name, policy).await? {
                    worst.add(e.kind());
                    tell_one(context, &name, &e);
                }
                let leaving = planned.steps.iter().chain(&planned.for_space.steps).filter_map(Step::leaves);
                freed += leaving.map(|c| c.size_bytes).sum::<i64>();
                for step in &planned.steps {
                    let is_held = is_held(context, session.get().await?, &mut stores, &name, step).await?;
                    steps.push(shown(&name, step, is_held));
                }
                let compresses = planned.steps.iter().any(|step| matches!(step, Step::Compress(_)));
                steps.extend(shown_for_space(context, &name, &planned.for_space, compresses));
                if let Some(e) = aim_missed(&name, &planned.for_space) {
                    worst.add(e.kind());
                    tell_one(context, &name, &e);
                }
            }
            Err(e) => {
                worst.add(e.kind());
                context.ui.error(&e.while_doing(format!("namespace {name}")));
            }
        }
    }
    if freed > 0 {
        context.ui.note(&format!("dropping would free {}", human::bytes(freed)));
    }
    let ended = context.plan(steps)?;
    Ok(worst.0.map_or(ended, Ended::Failed))
}

/// Why the run would change nothing in the store that the namespace's archives go to.
async fn refusal(
    context: &Context,
    db: &Db,
    stores: &mut Stores,
    name: &str,
    policy: &Policy,
) -> Result<Option<Error>> {
    let Ok(url) = stores.url(policy) else { return Ok(None) };
    let scope = namespace::open(db, name).await?.scope;
    // A plan makes no folder. One that is new is nobody's.
    let store = stores.to_write(&url, Folder::MustBeThere).await;
    if store.is_err() && !archive::must_be_there(db, &scope, &url.to_string()).await? {
        return Ok(None);
    }
    Ok(context.refusal(db, &scope, store).await)
}

/// Whether a hold keeps an archive that is past its time. What else keeps it, the run itself tells.
async fn is_held(context: &Context, db: &Db, stores: &mut Stores, name: &str, step: &Step) -> Result<bool> {
    let Step::Expire(archive) = step else { return Ok(false) };
    let scope = namespace::open(db, name).await?.scope;
    let asked = async { archive::unheld(db, &scope, &stores.of(archive).await?, archive, &context.stop).await };
    Ok(asked.await.is_err_and(|e| HeldBy::of(&e).is_some()))
}

fn shown(namespace: &str, step: &Step, is_held: bool) -> PlanStep {
    match step {
        Step::Expire(archive) if is_held => PlanStep::on_archive("keep, as it is held", archive),
        Step::Archive(chunk) => PlanStep::on_chunk("archive and drop", namespace, chunk),
        Step::Release(chunk, _) => PlanStep::on_chunk("release", namespace, chunk),
        Step::Tell(archive) => PlanStep::on_archive("mark as dropped", archive),
        Step::Compress(chunk) => PlanStep::on_chunk("compress", namespace, chunk),
        Step::Expire(archive) => PlanStep::on_archive("delete for good", archive),
        Step::Copy(archive, _) => PlanStep::on_archive("copy to another store", archive),
        Step::Renew(archive, _) => PlanStep::on_archive("renew the lock of", archive),
    }
}

/// Steps that an aim by space asks for, with the reason.
fn shown_for_space(context: &Context, name: &str, planned: &ForSpace, compresses: bool) -> Vec<PlanStep> {
    if compresses && !planned.steps.is_empty() {
        context.ui.note(&format!(
            "namespace {name}: chunks that are compressed first count here as they are now, and the run measures again: \
             fewer may have to leave for room"
        ));
    }
    let reason = format!("for room: {} too much", human::bytes(planned.too_much));
    let shown = planned.steps.iter().map(|step| shown(name, step, false));
    shown.map(|step| PlanStep { reason: Some(reason.clone()), ..step }).collect()
}

/// Why an aim by space would be missed, by what is known before the run.
fn aim_missed(name: &str, planned: &ForSpace) -> Option<Error> {
    let doing = "planning what leaves for room";
    if let Some(why) = &planned.unseen {
        return Some(
            Error::failed(doing)
                .because(why.clone())
                .hint(format!("eventodb-admin -n {name} policy set --disk-size 500G names its size")),
        );
    }
    (planned.still_too_much > 0).then(|| {
        Error::failed(doing)
            .because(format!("{} too much would stay: no other chunk may leave", human::bytes(planned.still_too_much)))
            .hint(format!("eventodb-admin -n {name} policy show has the aims and the floor, chunks list what is open"))
    })
}

/// By which hashes the store can be told from one that somebody has changed; none where they cannot be read now.
async fn manifests_to_keep(session: &mut Session, namespace: &str) -> Vec<String> {
    let read = async { sync::unfollowed_manifests(session.get().await?.client(), namespace).await };
    read.await.unwrap_or_default()
}

/// One namespace's run; `gauges` tell how the namespace stands after it.
async fn night(
    context: &Context,
    session: &mut Session,
    gauges: &mut Gauges,
    limits: Limits,
    stores: &mut Stores,
) -> (Last, Option<Error>) {
    let begun = Instant::now();
    let mut last = Last::default();
    let name = gauges.namespace.clone();
    let ran = work(context, session, &name, &gauges.policy, limits, stores, &mut last.outcome).await;
    last.seconds = begun.elapsed().as_secs_f64();
    let mut error = ran.err();
    last.is_success = error.is_none() && last.outcome.is_success();
    if let Err(e) = look(session, gauges, reason(&last.outcome, error.as_ref()).as_deref()).await {
        last.is_success = false;
        error.get_or_insert(e);
    }
    let mut worst = Worst::default();
    last.outcome.failures.iter().map(|f| &f.error).chain(&error).for_each(|e| worst.add(e.kind()));
    last.exit_code = worst.0.map_or(0, Kind::exit_code);
    (last, error)
}

/// Writes the run into the namespace's history.
async fn keep(context: &Context, session: &mut Session, gauges: &Gauges, last: &Last, error: Option<&Error>) {
    let run_id = context.ui.tags().run_id();
    let kept = async { lifecycle::end_history(session.get().await?.client(), gauges, run_id, last, error).await };
    if let Err(e) = kept.await {
        context.ui.warn(&format!("the run is not in the history: {e}"));
    }
}

/// Why a run did not do all it had to.
fn reason(outcome: &Outcome, error: Option<&Error>) -> Option<String> {
    match (error, outcome.failures.first()) {
        (Some(e), _) => Some(e.to_string()),
        (None, Some(first)) => {
            Some(format!("{} failed: {}", counted(outcome.failures.len() as u64, "step"), first.error))
        }
        (None, None) if outcome.left > 0 => Some(format!("time was too short for {}", counted(outcome.left, "step"))),
        _ => None,
    }
}

/// Notes how the run went, and looks how the namespace stands.
async fn look(session: &mut Session, gauges: &mut Gauges, reason: Option<&str>) -> Result<()> {
    let db = session.get().await?;
    let name = gauges.namespace.clone();
    policies::note_run(db.client(), &name, reason).await?;
    if let Some((_, _, runs)) = policies::list(db.client(), Some(&name)).await?.pop() {
        gauges.runs = runs;
    }
    let scope: Scope = namespace::open(db, &name).await?.scope;
    gauges.look(db, &scope).await
}

async fn work(
    context: &Context,
    session: &mut Session,
    name: &str,
    policy: &Policy,
    limits: Limits,
    stores: &mut Stores,
    outcome: &mut Outcome,
) -> Result<()> {
    let db = session.get().await?;
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
    let mut lock = LifecycleLock::take(session.take().await?, scope, &context.ui).await?;
    if let Err(e) = lifecycle::begin_history(lock.db().client(), name, context.ui.tags().run_id()).await {
        context.ui.warn(&e.to_string());
    }
    let connector = &session.connector;
    let (disk, progress, stop) = (disk.as_ref(), &context.ui, &context.stop);
    let work = Work { connector, scope, policy, disk, limits, progress, stop };
    let ran = lifecycle::run(&mut lock, work, stores, outcome).await;
    // Given back, and not left to a session that ends some time later: the next run may come at once.
    let released = async {
        let db = lock.release().await?;
        // The next namespace may be another owner's.
        roles::act_as_oneself(db.client()).await?;
        Ok::<_, Error>(db)
    };
    session.db = match released.await {
        Ok(db) => Some(db),
        Err(e) => {
            context.ui.warn(&e.to_string());
            None
        }
    };
    ran
}

/// The store of the flag, of the policy, or of the environment and the file.
fn stores(context: &Context) -> Result<Stores> {
    let settings = &context.settings;
    Ok(Stores::new(settings.reading_store()?, settings.store()?, settings.store_settings.clone()))
}

fn tell(context: &Context, name: &str, outcome: &Outcome, error: Option<&Error>) {
    for e in outcome.failures.iter().map(|f| &f.error).chain(error) {
        tell_one(context, name, e);
    }
}

fn tell_one(context: &Context, name: &str, e: &Error) {
    let hint = e.hint_text().map(|hint| with_namespace(hint, name));
    context.ui.error(&Error::new(e.kind(), format!("namespace {name}: {e}")).hint_if_any(hint));
}

/// There is nothing secret in metrics, and the collector is another user.
const COLLECTED: u32 = 0o644;

fn write_metrics(file: &Path, text: &str) -> Result<()> {
    files::replace(file, COLLECTED, |out| out.write_all(text.as_bytes()))
}
