//! `migrate claim`.

use super::both::both;
use super::state::show;
use crate::archive::shown_database;
use crate::cli::MigrateFrom;
use crate::commands::app::{CommandOutcome, Context, PlannedStep};
use crate::error::Result;
use crate::migrate::{self, SourceClaim};

pub(super) async fn run(context: &Context, args: MigrateFrom) -> Result<CommandOutcome> {
    let both = both(context, &args).await?;
    let name = both.migration.namespace.clone();
    let session = both.source.connect().await?;
    let found = SourceClaim::look(&session, &both.source, &both.mark().await?).await?;
    let (from, is_claim) = match &found {
        SourceClaim::Open => ("it takes writes, and is nobody's".to_owned(), false),
        SourceClaim::Ours => ("it is this database's".to_owned(), false),
        SourceClaim::From(owner) => {
            let owner = owner.as_ref().map_or_else(String::new, |o| format!(" from {}", shown_database(o)));
            (format!("this database claims it{owner}"), true)
        }
    };
    if context.is_plan() {
        let step = PlannedStep::new("claim", &name, format!("{} of {}", both.source.table, both.source.shown));
        return context.plan(is_claim.then_some(step).into_iter().collect());
    }
    if is_claim {
        context.confirm(format!("claiming {}: {from}", both.source.table), name).await?;
        migrate::claim(&both.connector, &both.migration, &both.source).await?;
    }
    context.ui.note(&format!("the source of migration {}: {from}", both.migration.id));
    show(context, &both.connector, &both.migration, None).await?;
    Ok(CommandOutcome::Done)
}
