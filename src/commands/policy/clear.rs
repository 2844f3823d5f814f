//! `policy clear`.

use crate::commands::app::{CommandOutcome, Context};
use crate::db::queries::policies;
use crate::error::Result;

pub(super) async fn run(context: &Context) -> Result<CommandOutcome> {
    let (db, namespace) = context.namespace().await?;
    let name = namespace.scope.namespace();
    if context.is_plan() {
        return context.plan(vec![crate::commands::app::PlannedStep::new("clear the policy of", name, name)]);
    }
    let text = if policies::clear(db.client(), name).await? {
        format!("namespace {name} has no policy any more")
    } else {
        format!("namespace {name} had no policy")
    };
    context.ui.note(&text);
    Ok(CommandOutcome::Done)
}
