//! `archives list`.

use super::record::ArchiveRecord;
use crate::archive::State;
use crate::commands::app::{CommandOutcome, Context};
use crate::db::queries::ledger;
use crate::error::Result;

pub(super) async fn run(context: &Context, all: bool) -> Result<CommandOutcome> {
    let (db, namespace) = context.namespace().await?;
    let mut rows = ledger::list(db.client(), namespace.scope.namespace()).await?;
    if !all {
        rows.retain(|a| !matches!(a.state, State::Failed | State::Expired));
    }
    if rows.is_empty() {
        context.ui.note("no archives");
    }
    context.ui.list(rows.into_iter().map(ArchiveRecord::from))?;
    Ok(CommandOutcome::Done)
}
