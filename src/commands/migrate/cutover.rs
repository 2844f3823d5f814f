//! `migrate cutover`.

use super::both::both;
use super::records::CutOverRecord;
use crate::cli::CutOverMigration;
use crate::commands::app::{CommandOutcome, Context, PlannedStep};
use crate::error::Result;
use crate::migrate::{self, Ages, Ends, Job, Options};
use crate::ui::CommittedWork;

pub(super) async fn run(context: &Context, args: CutOverMigration) -> Result<CommandOutcome> {
    let both = both(context, &args.from).await?;
    let name = both.migration.namespace.clone();
    if context.is_plan() {
        let session = both.source.connect().await?;
        both.source.refuse_cutover(&session, &both.mark().await?).await?;
        let lag = migrate::lag(&session, &both.source, both.migration.cut_to).await?;
        return context.plan(vec![
            PlannedStep::new("stop writes to", &name, format!("{} of {}", both.source.table, both.source.shown)),
            PlannedStep {
                message_count: Some(lag.messages),
                ..PlannedStep::new("copy the rest of", &name, both.source.table.to_string())
            },
            PlannedStep::new("let take over", &name, both.scope.schema()),
        ]);
    }
    migrate::refuse_cut_over(&both.migration)?;
    let doing = format!("ending writes to {} of {}", both.source.table, both.source.shown);
    context.confirm_at_terminal(doing, name.clone()).await?;
    context.ui.require_room("cutting over")?;
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
        stores: migrate::LateStores {
            given: context.settings.reading_store()?,
            settings: context.settings.store_settings.clone(),
        },
    };
    let done = migrate::cutover(job, &how).await?;
    if done.token.is_some() {
        context.ui.note("keep the token: it is shown this once");
    }
    let answer = CutOverRecord {
        namespace: name.clone(),
        schema: both.scope.schema().to_owned(),
        messages: done.messages,
        tail_messages: done.tail,
        last_global_position: done.last_global_position,
        downtime_seconds: done.downtime.as_secs_f64(),
        token: done.token.map(|t| t.reveal().to_owned()),
    };
    let work = CommittedWork {
        what: format!("namespace {name} has taken over"),
        next: "it is not to be done again: eventodb-admin migrate status shows the migration".to_owned(),
        has_token: answer.token.is_some(),
    };
    context.ui.committed(&answer, work)?;
    context.ui.note(&format!(
        "the source refuses writes and keeps its messages; eventodb-admin -n {name} coverage shows the namespace"
    ));
    Ok(CommandOutcome::Done)
}
