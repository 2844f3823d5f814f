//! `holds list`.

use super::record::records_of;
use super::stored::stored;
use crate::cli::ListHolds;
use crate::commands::app::{CommandOutcome, Context, Failures};
use crate::db::queries::holds as queries;
use crate::error::Result;

pub(super) async fn run(context: &Context, args: &ListHolds) -> Result<CommandOutcome> {
    let (db, namespace) = context.namespace().await?;
    let scope = &namespace.scope;
    let rows = queries::list(db.client(), scope.namespace()).await?;
    let mut failures = Failures::new(&context.ui);
    let asked = stored(context, &db, scope, &mut failures).await?;
    let records = records_of(scope.namespace(), rows, &asked, |row| args.all || row.released_at.is_none());
    if records.is_empty() {
        context.ui.note("nothing is held");
    }
    if records.iter().any(|r| !r.in_database && r.released_at.is_none()) {
        context
            .ui
            .note("eventodb-admin archives sync enters in the database what only a store has; it binds in any case");
    }
    let done = asked.there.len();
    context.ui.list(records)?;
    Ok(failures.end("store", done))
}
