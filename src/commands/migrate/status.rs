//! `migrate status`.

use super::both::both;
use super::state::show;
use crate::cli::MigrateFrom;
use crate::commands::app::{CommandOutcome, Context, environment};
use crate::error::Result;
use crate::migrate;

pub(super) async fn run(context: &Context, args: MigrateFrom) -> Result<CommandOutcome> {
    let asks_source = args.from_url.is_some() || environment("EVENTODB_FROM_URL").is_some_and(|url| !url.is_empty());
    if asks_source {
        let both = both(context, &args).await?;
        let session = both.source.connect().await?;
        let lag = migrate::lag(&session, &both.source, both.migration.cut_to).await?;
        show(context, &both.connector, &both.migration, Some(lag)).await?;
        return Ok(CommandOutcome::Done);
    }
    let connector = context.connector()?;
    let db = connector.connect().await?;
    let migration = migrate::find(&db, &context.settings.namespace).await?;
    show(context, &connector, &migration, None).await?;
    context.ui.note("--from-url shows how far the namespace is behind");
    Ok(CommandOutcome::Done)
}
