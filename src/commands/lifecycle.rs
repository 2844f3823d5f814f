//! `lifecycle run`: what cron calls.

use std::io::Write;
use std::path::Path;
use std::time::Instant;

use super::plan::Step as PlanStep;
use super::{Context, Ended};
use crate::archive::LifecycleLock;
use crate::cli::RunLifecycle;
use crate::db::queries::policies::{self, Policy};
use crate::db::{Connector, Db};
use crate::error::{Error, Kind, Result};
use crate::lifecycle::{self, Gauges, Limits, Outcome, Step};
use crate::namespace;
use crate::store::{Store, StoreUrl};
use crate::ui::record::record;
use crate::ui::{Column, Tabular, human};

record! {
    /// What a run has done to a namespace.
    RunRecord {
        /// The namespace.
        namespace: String,
        /// `done`, `left` (time was too short for all), `failed`, `busy` or `stopped`.
        result: &'static str,
        /// Chunks compressed.
        compressed: u64,
        /// Chunks archived and dropped.
        archived: u64,
        /// Chunks that had come back, dropped again.
        released: u64,
        /// Archives deleted.
        expired: u64,
        /// Leftovers of failed attempts removed from the store.
        swept: u64,
        /// Messages archived.
        messages: u64,
        /// Bytes of CSV archived.
        csv_bytes: u64,
        /// Bytes stored for them.
        stored_bytes: u64,
        /// Bytes that the database has no longer.
        freed_bytes: u64,
        /// Steps that time was too short for.
        left: u64,
        /// Chunks and archives that failed.
        failed: Vec<String>,
        /// How long it took.
        seconds: f64,
        /// Why it could not begin, or the first failure.
        error: Option<String>,
    }
}

impl Tabular for RunRecord {
    const COLUMNS: &'static [Column] = &[
        Column::Left("NAMESPACE"),
        Column::Left("RESULT"),
        Column::Right("ARCHIVED"),
        Column::Right("RELEASED"),
        Column::Right("COMPRESSED"),
        Column::Right("EXPIRED"),
        Column::Right("LEFT"),
        Column::Right("FAILED"),
        Column::Right("STORED"),
        Column::Right("FREED"),
        Column::Right("SECONDS"),
    ];

    fn cells(&self) -> Vec<String> {
        let bytes = |n: u64| human::bytes(i64::try_from(n).unwrap_or(i64::MAX));
        vec![
            self.namespace.clone(),
            self.result.to_owned(),
            self.archived.to_string(),
            self.released.to_string(),
            self.compressed.to_string(),
            self.expired.to_string(),
            self.left.to_string(),
            self.failed.len().to_string(),
            bytes(self.stored_bytes),
            bytes(self.freed_bytes),
            format!("{:.1}", self.seconds),
        ]
    }
}

impl RunRecord {
    fn new(gauges: &Gauges, error: Option<&Error>) -> Self {
        let nothing = Outcome::default();
        let outcome = gauges.outcome.as_ref().unwrap_or(&nothing);
        let failure = outcome.failures.first().map(|f| &f.error);
        let result = match error.or(failure).map(Error::kind) {
            Some(Kind::Busy) => "busy",
            Some(Kind::Interrupted | Kind::Terminated) => "stopped",
            Some(_) => "failed",
            None if outcome.left > 0 => "left",
            None => "done",
        };
        Self {
            namespace: gauges.namespace.clone(),
            result,
            compressed: outcome.compressed,
            archived: outcome.archived,
            released: outcome.released,
            expired: outcome.expired,
            swept: outcome.swept,
            messages: outcome.messages,
            csv_bytes: outcome.csv_bytes,
            stored_bytes: outcome.stored_bytes,
            freed_bytes: outcome.freed_bytes,
            left: outcome.left,
            failed: outcome.failures.iter().map(|f| f.name.clone()).collect(),
            seconds: (gauges.seconds * 1000.0).round() / 1000.0,
            error: error.or(failure).map(ToString::to_string),
        }
    }
}

pub(super) async fn run(context: &Context, args: RunLifecycle) -> Result<Ended> {
    let begun = Instant::now();
    let connector = context.connector()?;
    let chosen = choose(context, &connector, args.all_namespaces).await?;
    if context.is_plan() {
        return plan(context, &connector, &chosen).await;
    }
    let limits = Limits { until: args.max_duration.and_then(|d| begun.checked_add(d)), jobs: usize::from(args.jobs) };
    let (mut all, mut records, mut worst) = (Vec::new(), Vec::new(), None);
    for (name, policy) in &chosen {
        let (gauges, error) = night(context, &connector, name, policy, limits).await;
        let kinds = gauges.outcome.iter().flat_map(|o| o.failures.iter().map(|f| f.error.kind()));
        for kind in kinds.chain(error.as_ref().map(Error::kind)) {
            if worst.is_none_or(|w: Kind| kind.severity() > w.severity()) {
                worst = Some(kind);
            }
        }
        tell(context, &gauges, error.as_ref());
        records.push(RunRecord::new(&gauges, error.as_ref()));
        all.push(gauges);
        if context.stop.check().is_err() {
            break;
        }
    }
    context.ui.list(records)?;
    if let Some(file) = &args.metrics_file {
        write_metrics(file, &lifecycle::render_metrics(&all))?;
    }
    Ok(worst.map_or(Ended::Done, Ended::Failed))
}

/// The namespaces meant, with their policies.
async fn choose(context: &Context, connector: &Connector, all: bool) -> Result<Vec<(String, Policy)>> {
    let db = connector.connect().await?;
    let one = (!all).then_some(context.settings.namespace.as_str());
    if let Some(name) = one {
        namespace::open(&db, name).await?;
    } else if !policies::is_there(db.client()).await? {
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
        _ => Ok(found.into_iter().map(|(name, policy, _)| (name, policy)).collect()),
    }
}

async fn plan(context: &Context, connector: &Connector, chosen: &[(String, Policy)]) -> Result<Ended> {
    let mut steps = Vec::new();
    let db = connector.connect().await?;
    for (name, policy) in chosen {
        let namespace = namespace::open(&db, name).await?;
        lifecycle::refuse_retention(&db, &namespace.scope, policy).await?;
        let plan = lifecycle::plan(&db, &namespace.scope, policy, chrono::Utc::now()).await?;
        steps.extend(plan.steps.iter().map(|step| match step {
            Step::Archive(chunk) => PlanStep::on_chunk("archive and drop", name, chunk),
            Step::Release(chunk, _) => PlanStep::on_chunk("release", name, chunk),
            Step::Compress(chunk) => PlanStep::on_chunk("compress", name, chunk),
            Step::Expire(archive) => PlanStep::on_archive("delete for good", archive),
        }));
    }
    let freed: i64 = steps
        .iter()
        .filter(|s| s.action != "delete for good" && s.action != "compress")
        .filter_map(|s| s.size_bytes)
        .sum();
    if freed > 0 {
        context.ui.note(&format!("dropping would free {}", human::bytes(freed)));
    }
    context.plan(steps)
}

/// One namespace's run, and how the namespace stands after it.
async fn night(
    context: &Context,
    connector: &Connector,
    name: &str,
    policy: &Policy,
    limits: Limits,
) -> (Gauges, Option<Error>) {
    let begun = Instant::now();
    let mut gauges = Gauges { namespace: name.to_owned(), ..Gauges::default() };
    let ran = work(context, connector, name, policy, limits).await;
    gauges.seconds = begun.elapsed().as_secs_f64();
    let mut error = match ran {
        Ok(outcome) => {
            gauges.is_success = outcome.is_success();
            gauges.outcome = Some(outcome);
            None
        }
        Err(e) => Some(e),
    };
    let looked = async {
        let db = connector.connect().await?;
        let reason = match (&error, &gauges.outcome) {
            (Some(e), _) => Some(e.to_string()),
            (None, Some(o)) if !o.failures.is_empty() => {
                Some(format!("{}: {}", human::plural(o.failures.len(), "step"), o.failures[0].error))
            }
            (None, Some(o)) if o.left > 0 => Some(format!(
                "time was too short for {}",
                human::plural(usize::try_from(o.left).unwrap_or(usize::MAX), "step")
            )),
            _ => None,
        };
        policies::note_run(db.client(), name, reason.as_deref()).await?;
        gauges.runs = policies::list(db.client(), Some(name)).await?.pop().map(|(_, _, runs)| runs).unwrap_or_default();
        let namespace = namespace::open(&db, name).await?;
        gauges.look(&db, &namespace.scope).await
    };
    if let Err(e) = looked.await {
        gauges.is_success = false;
        error.get_or_insert(e);
    }
    (gauges, error)
}

async fn work(
    context: &Context,
    connector: &Connector,
    name: &str,
    policy: &Policy,
    limits: Limits,
) -> Result<Outcome> {
    context.stop.check()?;
    let db: Db = connector.connect().await?;
    let namespace = namespace::open(&db, name).await?;
    let scope = &namespace.scope;
    if policy.compress_after.is_some() && !db.server.supports_compression() {
        context.ui.note(&format!("namespace {name}: the Apache-2 edition does not compress"));
    }
    let mut lock = LifecycleLock::take(db, scope, &context.ui).await?;
    // A store that cannot be opened keeps nothing from being compressed.
    let store = store(context, policy).await?;
    lifecycle::run(&mut lock, connector, scope, policy, store.as_ref(), limits, &context.ui, &context.stop).await
}

/// The store of the flag, of the policy, or of the environment and the file.
async fn store(context: &Context, policy: &Policy) -> Result<Option<Store>> {
    let url = match (context.settings.reading_store()?, &policy.store_url) {
        (Some(url), _) => Some(url),
        (None, Some(url)) => Some(url.parse::<StoreUrl>()?),
        (None, None) => context.settings.store()?,
    };
    match url {
        Some(url) => {
            context.settings.store_settings.age.check()?;
            Store::open(&url, &context.settings.store_settings).await.map(Some)
        }
        None => Ok(None),
    }
}

fn tell(context: &Context, gauges: &Gauges, error: Option<&Error>) {
    let name = &gauges.namespace;
    if let Some(e) = error {
        let told = Error::new(e.kind(), format!("namespace {name}: {e}"));
        context.ui.error(&match e.hint_text() {
            Some(hint) => told.hint(hint),
            None => told,
        });
    }
    for failure in gauges.outcome.iter().flat_map(|o| &o.failures) {
        let e = &failure.error;
        let told = Error::new(e.kind(), format!("namespace {name}: {e}"));
        context.ui.error(&match e.hint_text() {
            Some(hint) => told.hint(hint),
            None => told,
        });
    }
}

/// Written aside and renamed: whoever scrapes it sees all of it, or the one before.
fn write_metrics(file: &Path, text: &str) -> Result<()> {
    let failed = |e: std::io::Error| Error::failed(format!("writing {}", file.display())).because(e);
    let folder = file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    // Who may read it is the umask's business: the collector is another user.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut aside = builder.tempfile_in(folder).map_err(failed)?;
    aside.write_all(text.as_bytes()).and_then(|()| aside.as_file().sync_all()).map_err(failed)?;
    aside.persist(file).map_err(|e| failed(e.error))?;
    Ok(())
}
