//! `migrate postgres`, `status`, `verify`, `cutover`, `abandon`.

use std::fmt::Write as _;
use std::time::Duration;

use super::records::{CutOverRecord, MigrationRecord, VerificationRecord};
use crate::cli::values::CompressAfter;
use crate::cli::{Cutover, MigrateFrom, MigratePostgres, OutputFormat, VerifyMigration};
use crate::commands::app::{Context, Ended, Step, environment};
use crate::db::conninfo::ConnInfo;
use crate::db::queries::migrations::{self as queries, MigrationRow, State};
use crate::db::{Connector, Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::migrate::{self, Ages, Behind, Depth, Ends, Job, Lag, Options, Request, Source};
use crate::store::Store;
use crate::text;
use crate::ui::human;

/// Where the source is: by flag, or by `EVENTODB_FROM_URL`, which no list of processes shows.
fn from(args: &MigrateFrom) -> Result<ConnInfo> {
    let url = args.from_url.clone().or_else(|| environment("EVENTODB_FROM_URL").filter(|url| !url.is_empty()));
    let Some(url) = url else {
        return Err(Error::usage("reading where to migrate from")
            .because("no source is given")
            .hint("add --from-url postgres://user@host/database, or set EVENTODB_FROM_URL"));
    };
    ConnInfo::resolve(Some(&url), &environment)
}

pub(super) async fn postgres(context: &Context, args: MigratePostgres) -> Result<Ended> {
    let interval = |age: Duration| format!("{} seconds", age.as_secs());
    if args.chunk_interval < Duration::from_hours(1) {
        return Err(Error::usage("reading --chunk-interval").because("a chunk spans an hour or more"));
    }
    let request = Request {
        namespace: context.settings.namespace.parse()?,
        from: from(&args.from)?,
        from_schema: args.from_schema.clone(),
        ignore_columns: args.ignore_columns.clone(),
        chunk_interval: interval(args.chunk_interval),
    };
    let connector = context.connector()?;
    let mut db = context.connect().await?;
    let plan = migrate::plan(&db, &connector, &request).await?;
    for note in &plan.source.notes {
        context.ui.note(note);
    }
    if context.is_plan() {
        return show_plan(context, &request, &plan);
    }
    // Before anything is made: a store that is not there is told at once.
    let archive = match args.archive_older_than {
        Some(age) => Some((age, store(context).await?)),
        None => None,
    };
    let (migration, scope) = migrate::prepare(&mut db, &request, &plan).await?;
    drop(db);
    let options = Options {
        batch: args.batch,
        jobs: usize::from(args.jobs),
        max_rate: args.max_rate,
        ages: Ages {
            compress: match args.compress_after {
                CompressAfter::Age(age) => Some(age),
                CompressAfter::Never => None,
            },
            archive,
        },
        ends: if args.follow { Ends::Never } else { Ends::CaughtUp },
    };
    let job = Job {
        target: &connector,
        source: &plan.source,
        scope: &scope,
        migration: &migration,
        options: &options,
        progress: &context.ui,
        stop: &context.stop,
    };
    let outcome = migrate::run(job).await?;
    if let Some(Behind::Transaction(who)) = &outcome.behind {
        context.ui.warn(&format!(
            "a transaction at the source is still open ({who}): what it may commit, and what lies above, is copied by the \
             next run"
        ));
    }
    show(context, &connector, &migration, Some(outcome.lag)).await?;
    if matches!(outcome.state, State::Copying | State::CaughtUp) {
        context.ui.note(&format!(
            "the source is still the store; eventodb-admin -n {} migrate cutover lets the namespace take over",
            migration.namespace
        ));
    }
    Ok(Ended::Done)
}

fn show_plan(context: &Context, request: &Request, plan: &migrate::Plan) -> Result<Ended> {
    let name = request.namespace.as_str();
    let source = &plan.source;
    let action = if plan.migration.is_some() { "go on copying" } else { "copy" };
    context.plan(vec![Step {
        size_bytes: Some(source.bytes),
        message_count: source.estimate,
        ..Step::new(action, name, format!("{} of {}", source.table, source.shown))
    }])
}

/// The store that `--store` or the environment names: there is no namespace yet whose policy could.
async fn store(context: &Context) -> Result<Store> {
    let Some(url) = context.settings.store()? else {
        return Err(Error::usage("archiving behind the copy")
            .because("no store is given")
            .hint("add --store s3://bucket/prefix or --store file:///dir, or set EVENTODB_STORE"));
    };
    context.settings.store_settings.age.check()?;
    let store = Store::open(&url, &context.settings.store_settings).await?;
    store.check().await?;
    Ok(store)
}

async fn show(context: &Context, connector: &Connector, migration: &MigrationRow, lag: Option<Lag>) -> Result<()> {
    let db = connector.connect().await?;
    let row = queries::get(db.client(), migration.id).await?;
    let counts = queries::counts(db.client(), row.id).await?;
    context.ui.object(&MigrationRecord {
        migration: row.id,
        namespace: row.namespace,
        state: row.state.as_str(),
        source: row.source_shown,
        source_schema: row.source.schema,
        messages: counts.messages,
        ranges: counts.ranges,
        ranges_left: counts.ranges - counts.copied,
        ranges_failed: counts.failed,
        copied_to: row.cut_to,
        lag_messages: lag.map(|l| l.messages),
        lag_seconds: lag.map(|l| l.seconds),
        last_error: row.last_error,
        created_at: row.created_at.into(),
        cut_over_at: row.cut_over_at.map(Into::into),
    })
}

/// A migration with both its ends.
struct Both {
    connector: Connector,
    db: Db,
    migration: MigrationRow,
    scope: Scope,
    source: Source,
}

async fn both(context: &Context, args: &MigrateFrom) -> Result<Both> {
    let info = from(args)?;
    let connector = context.connector()?;
    let db = context.connect().await?;
    let (migration, scope, source) = migrate::open(&db, &connector, &context.settings.namespace, info).await?;
    Ok(Both { connector, db, migration, scope, source })
}

pub(super) async fn status(context: &Context, args: MigrateFrom) -> Result<Ended> {
    let asks_source = args.from_url.is_some() || environment("EVENTODB_FROM_URL").is_some_and(|url| !url.is_empty());
    if asks_source {
        let both = both(context, &args).await?;
        let session = both.source.connect().await?;
        let lag = migrate::lag(&session, &both.source, both.migration.cut_to).await?;
        show(context, &both.connector, &both.migration, Some(lag)).await?;
        return Ok(Ended::Done);
    }
    let connector = context.connector()?;
    let db = connector.connect().await?;
    let migration = migrate::find(&db, &context.settings.namespace).await?;
    show(context, &connector, &migration, None).await?;
    context.ui.note("how far the namespace is behind is told with --from-url");
    Ok(Ended::Done)
}

pub(super) async fn verify(context: &Context, args: VerifyMigration) -> Result<Ended> {
    let both = both(context, &args.from).await?;
    let session = both.source.connect().await?;
    let (depth, compared) = if args.counts { (Depth::Counts, "counts") } else { (Depth::Content, "content") };
    let (ui, stop) = (&context.ui, &context.stop);
    both.source.refuse_archived(&session).await?;
    let found =
        migrate::verify(&session, &both.db, &both.source, &both.scope, &both.migration, depth, ui, stop).await?;
    let differing = found.differing.clone();
    let behind = found.lag.messages;
    let record = VerificationRecord::new(&both.migration.namespace, compared, found);
    context.ui.object(&record)?;
    if differing.is_empty() {
        return complete(context, &both, behind).await;
    }
    if context.ui.output() == OutputFormat::Table {
        let mut text = String::from("\n");
        for f in &record.findings {
            // A string takes every write.
            let _ = writeln!(
                text,
                "{}: global position {}, stream {}, position {}",
                f.kind,
                f.global_position,
                human::printable(&f.stream),
                f.position
            );
        }
        context.ui.text(text.as_bytes())?;
    }
    let (first, last) = differing.first().copied().unwrap_or_default();
    let more = if differing.len() == 1 { String::new() } else { format!(" and {} more", differing.len() - 1) };
    Err(Error::new(Kind::Verification, format!("verifying the migration of namespace {}", both.migration.namespace))
        .because(format!("global positions {first} to {last}{more} differ between source and namespace"))
        .hint("messages that came late are copied by migrate cutover; what was changed at the source after the copy is not: \
               migrate abandon and copy anew"))
}

/// Ends a comparison that found no difference: whether there are messages that it could not compare.
async fn complete(context: &Context, both: &Both, behind: i64) -> Result<Ended> {
    if behind == 0 {
        return Ok(Ended::Done);
    }
    let messages = text::counted(behind, "message");
    let failed = queries::counts(both.db.client(), both.migration.id).await?.failed;
    let (why, hint) = match both.migration.state {
        State::CutOver => (
            format!("{messages} of the source came after the cutover, and the namespace does not have them"),
            "the source was opened again by hand: see what wrote to it, and write these messages to the namespace",
        ),
        _ if failed > 0 => (
            format!("{messages} are not copied: {} could not be", text::counted(failed, "range")),
            "migrate postgres names what is wrong with them",
        ),
        _ => {
            context.ui.note(&format!(
                "{messages} of the source {} not copied yet; all that is copied is equal",
                text::are(behind)
            ));
            return Ok(Ended::Done);
        }
    };
    Err(Error::new(Kind::Verification, format!("verifying the migration of namespace {}", both.migration.namespace))
        .because(why)
        .hint(hint))
}

pub(super) async fn cutover(context: &Context, args: Cutover) -> Result<Ended> {
    let both = both(context, &args.from).await?;
    let name = both.migration.namespace.clone();
    if context.is_plan() {
        let session = both.source.connect().await?;
        both.source.refuse_cutover(&session, &both.migration.mark()).await?;
        let lag = migrate::lag(&session, &both.source, both.migration.cut_to).await?;
        return context.plan(vec![
            Step::new("stop writes to", &name, format!("{} of {}", both.source.table, both.source.shown)),
            Step {
                message_count: Some(lag.messages),
                ..Step::new("copy the rest of", &name, both.source.table.to_string())
            },
            Step::new("let take over", &name, both.scope.schema()),
        ]);
    }
    let options = Options { batch: 50_000, jobs: 2, max_rate: None, ages: Ages::default(), ends: Ends::CaughtUp };
    let job = Job {
        target: &both.connector,
        source: &both.source,
        scope: &both.scope,
        migration: &both.migration,
        options: &options,
        progress: &context.ui,
        stop: &context.stop,
    };
    let how = migrate::Cutover {
        verify_all: args.verify_all,
        max_downtime: args.max_downtime,
        stores: migrate::Stores {
            given: context.settings.reading_store()?,
            settings: context.settings.store_settings.clone(),
        },
    };
    let done = migrate::cutover(job, &how).await?;
    if done.token.is_some() {
        context.ui.note("keep the token: it is shown this once");
    }
    context.ui.object(&CutOverRecord {
        namespace: name.clone(),
        schema: both.scope.schema().to_owned(),
        messages: done.messages,
        tail_messages: done.tail,
        last_global_position: done.last_global_position,
        downtime_seconds: done.downtime.as_secs_f64(),
        token: done.token.map(|t| t.reveal().to_owned()),
    })?;
    context.ui.note(&format!(
        "the source refuses writes and keeps its messages; eventodb-admin -n {name} coverage shows the namespace"
    ));
    Ok(Ended::Done)
}

pub(super) async fn abandon(context: &Context, args: MigrateFrom) -> Result<Ended> {
    let both = both(context, &args).await?;
    let name = both.migration.namespace.clone();
    if context.is_plan() {
        return context.plan(vec![Step::new("delete the copy", &name, both.scope.schema())]);
    }
    let doing = format!("deleting the copy of {} in namespace {name}", both.source.table);
    context.confirm(doing, name.clone()).await?;
    migrate::abandon(&both.connector, &both.migration, &both.source, &context.ui, &context.stop).await?;
    show(context, &both.connector, &both.migration, None).await?;
    Ok(Ended::Done)
}
