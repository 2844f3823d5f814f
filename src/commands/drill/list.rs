//! `drill list`.

use super::record::DrillRecord;

use crate::cli::ListDrills;
use crate::commands::app::{CommandOutcome, Context};
use crate::db::queries::drills as queries;
use crate::error::Result;

pub(super) async fn run(context: &Context, args: &ListDrills) -> Result<CommandOutcome> {
    let (db, namespace) = context.namespace().await?;
    let rows = queries::list(db.client(), namespace.scope.namespace(), args.former, i64::from(args.limit)).await?;
    if rows.is_empty() {
        context.ui.note("no drills");
    }
    context.ui.list(rows.into_iter().map(DrillRecord::from))?;
    Ok(CommandOutcome::Done)
}
