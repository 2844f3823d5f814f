//! `namespaces list`.

use super::record::NamespaceRecord;
use crate::commands::app::{CommandOutcome, Context};
use crate::error::Result;
use crate::namespace;

pub(super) async fn run(context: &Context) -> Result<CommandOutcome> {
    let db = context.connect_any().await?;
    let rows = namespace::list(&db).await?;
    if rows.is_empty() {
        context.ui.note("no namespaces");
    }
    context.ui.list(rows.into_iter().map(NamespaceRecord::from))?;
    Ok(CommandOutcome::Done)
}
