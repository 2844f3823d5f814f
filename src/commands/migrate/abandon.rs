//! `migrate abandon`.

use super::both::both;
use super::state::show;
use crate::cli::MigrateFrom;
use crate::commands::app::{CommandOutcome, Context, PlannedStep};
use crate::error::Result;
use crate::migrate;

pub(super) async fn run(context: &Context, args: MigrateFrom) -> Result<CommandOutcome> {
    let both = both(context, &args).await?;
    let name = both.migration.namespace.clone();
    // Before anything is planned, or asked.
    migrate::refuse_ended(&both.migration)?;
    if context.is_plan() {
        return context.plan(vec![PlannedStep::new("delete the copy", &name, both.scope.schema())]);
    }
    let doing = format!("deleting the copy of {} in namespace {name}", both.source.table);
    context.confirm(doing, name.clone()).await?;
    migrate::abandon(&both.connector, &both.migration, &both.source, &context.ui, &context.stop).await?;
    show(context, &both.connector, &both.migration, None).await?;
    Ok(CommandOutcome::Done)
}
