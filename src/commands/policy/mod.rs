//! `policy`: what `lifecycle run` does with a namespace, and what the server does by itself.

mod ages;
mod clear;
mod out_of_service;
mod plan;
mod record;
mod set;
mod show;
mod shown;
mod space;

use crate::cli::PolicyVerb;
use crate::commands::app::{CommandOutcome, Context};
use crate::error::Result;

pub(super) async fn run(context: &Context, verb: PolicyVerb) -> Result<CommandOutcome> {
    match verb {
        PolicyVerb::Show(args) if args.all_namespaces => show::show_all(context).await,
        PolicyVerb::Show(_) => show::run(context).await,
        PolicyVerb::Set(args) => set::run(context, *args).await,
        PolicyVerb::Plan(args) => plan::run(context, args).await,
        PolicyVerb::Clear => clear::run(context).await,
    }
}
