//! `drill`: archives brought back for a proof; a file a verb.

mod forget;
mod list;
mod place;
mod record;
mod run;
mod show;

use crate::cli::DrillVerb;
use crate::commands::app::{CommandOutcome, Context};
use crate::error::Result;

pub(super) async fn run(context: &Context, verb: DrillVerb) -> Result<CommandOutcome> {
    match verb {
        DrillVerb::Run(args) => Box::pin(run::run(context, args)).await,
        DrillVerb::List(args) => list::run(context, &args).await,
        DrillVerb::Show(args) => show::run(context, &args).await,
        DrillVerb::Forget(args) => forget::run(context, &args).await,
    }
}
