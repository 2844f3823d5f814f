//! `streams`: a file a verb.

mod list;
mod version;

use crate::cli::StreamsVerb;
use crate::commands::app::{CommandOutcome, Context};
use crate::error::Result;

pub(super) async fn run(context: &Context, verb: StreamsVerb) -> Result<CommandOutcome> {
    match verb {
        StreamsVerb::List(args) => list::run(context, args).await,
        StreamsVerb::Version(args) => version::run(context, &args.stream).await,
    }
}
