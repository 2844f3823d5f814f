//! `drill forget`.

use crate::archive::drills;
use crate::cli::ShowDrill;
use crate::commands::app::{CommandOutcome, Context, PlannedStep};
use crate::db::queries::drills as queries;
use crate::error::Result;

pub(super) async fn run(context: &Context, args: &ShowDrill) -> Result<CommandOutcome> {
    let (db, namespace) = context.namespace().await?;
    let row = queries::get(db.client(), namespace.scope.namespace(), &args.id).await?;
    if context.is_plan() {
        context.plan(vec![PlannedStep::new("forget", &row.namespace, format!("what drill {} has left", row.id))])?;
        return Ok(CommandOutcome::Done);
    }
    drills::forget(&db, &row).await?;
    let place = row.place.unwrap_or_default();
    context.ui.note(&format!("namespace {} of {place} is forgotten; if it is still there, it stays", row.scratch));
    Ok(CommandOutcome::Done)
}
