//! `stats`: a file a verb.

mod count;
mod refresh;

use crate::cli::stats::{Stats, StatsVerb};
use crate::commands::app::{CommandOutcome, Context};
use crate::error::Result;

pub(super) async fn run(context: &Context, args: Stats) -> Result<CommandOutcome> {
    match args.verb {
        None => count::run(context, args.count).await,
        Some(StatsVerb::Refresh(args)) => refresh::run(context, &args).await,
    }
}
