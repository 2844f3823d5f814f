//! `drill show`.

use super::record::{DrillRecord, ReportRecord};

use crate::cli::ShowDrill;
use crate::commands::app::{CommandOutcome, Context};
use crate::db::queries::drills as queries;
use crate::error::{Error, Kind, Result};

pub(super) async fn run(context: &Context, args: &ShowDrill) -> Result<CommandOutcome> {
    let (db, namespace) = context.namespace().await?;
    let row = queries::get(db.client(), namespace.scope.namespace(), &args.id).await?;
    match row.report.as_deref().map(serde_json::from_str) {
        Some(Ok(report)) => context.ui.object(&ReportRecord::new(report, row))?,
        Some(Err(e)) => {
            return Err(Error::new(Kind::Verification, format!("reading the report of drill {}", row.id))
                .because(e)
                .hint("the store has it as well, under the name that drill list -o json tells"));
        }
        None => {
            context.ui.note("it has no report: it did not come to its own end");
            context.ui.object(&DrillRecord::from(row))?;
        }
    }
    Ok(CommandOutcome::Done)
}
