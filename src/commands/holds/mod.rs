//! `holds`: a file a verb.

mod case;
mod list;
mod place;
mod record;
mod release;
mod stored;

use crate::cli::HoldsVerb;
use crate::commands::app::{CommandOutcome, Context};
use crate::error::Result;

pub(super) async fn run(context: &Context, verb: HoldsVerb) -> Result<CommandOutcome> {
    match verb {
        HoldsVerb::Place(args) => place::run(context, args).await,
        HoldsVerb::List(args) => list::run(context, &args).await,
        HoldsVerb::Release(args) => release::run(context, &args).await,
    }
}
