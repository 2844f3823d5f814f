//! `migrate postgres`.

use std::time::Duration;

use super::both::from;
use super::state::show;
use crate::cli::MigratePostgres;
use crate::cli::values::AgeOrNever;
use crate::commands::app::{CommandOutcome, Context, PlannedStep};
use crate::db::queries::migrations::MigrationState;
use crate::error::{Error, Result};
use crate::migrate::{self, Ages, Behind, Ends, Job, MigrationRequest, Options};
use crate::store::Store;

pub(super) async fn run(context: &Context, args: MigratePostgres) -> Result<CommandOutcome> {
    let interval = |age: Duration| format!("{} seconds", age.as_secs());
    if args.chunk_interval < Duration::from_hours(1) {
        return Err(Error::usage("reading --chunk-interval").because("a chunk spans an hour or more"));
    }
    let request = MigrationRequest {
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
                AgeOrNever::Age(age) => Some(age),
                AgeOrNever::Never => None,
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
    if matches!(outcome.state, MigrationState::Copying | MigrationState::CaughtUp) {
        context.ui.note(&format!(
            "the source is still the store; eventodb-admin -n {} migrate cutover, of the same source (--from-url), lets the namespace \
             take over",
            crate::text::shell_word(&migration.namespace)
        ));
    }
    Ok(CommandOutcome::Done)
}

fn show_plan(context: &Context, request: &MigrationRequest, plan: &migrate::MigrationPlan) -> Result<CommandOutcome> {
    let name = request.namespace.as_str();
    let source = &plan.source;
    let action = if plan.migration.is_some() { "go on copying" } else { "copy" };
    context.plan(vec![PlannedStep {
        size_bytes: Some(source.bytes),
        message_count: source.estimate,
        ..PlannedStep::new(action, name, format!("{} of {}", source.table, source.shown))
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
