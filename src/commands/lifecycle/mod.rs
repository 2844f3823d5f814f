//! `lifecycle`: a file a verb, and what a run is made of.

mod by;
mod choose;
mod history;
mod metrics_file;
mod night;
mod planned;
mod record;
mod run;
mod sessions;
mod side_by_side;
mod told;
mod worst;

use crate::cli::LifecycleVerb;
use crate::commands::app::{CommandOutcome, Context};
use crate::error::Result;

pub(super) async fn run(context: &Context, verb: LifecycleVerb) -> Result<CommandOutcome> {
    match verb {
        LifecycleVerb::Run(args) => run::run(context, args).await,
        LifecycleVerb::History(args) => history::run(context, args).await,
    }
}
