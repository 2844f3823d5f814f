//! `namespaces`: a file a verb.

mod create;
mod delete;
mod grants;
mod list;
mod record;
mod recount;
mod set;
mod set_aside;
mod show;
mod upgrade;

use crate::cli::NamespacesVerb;
use crate::commands::app::{CommandOutcome, Context};
use crate::error::Result;

pub(super) async fn run(context: &Context, verb: NamespacesVerb) -> Result<CommandOutcome> {
    match verb {
        NamespacesVerb::Create(args) => create::run(context, args).await,
        NamespacesVerb::List => list::run(context).await,
        NamespacesVerb::Show(args) => show::run(context, args.name.as_deref()).await,
        NamespacesVerb::Set(args) => set::run(context, &args).await,
        NamespacesVerb::Upgrade(args) => upgrade::run(context, args).await,
        NamespacesVerb::Grants(args) => grants::run(context, args).await,
        NamespacesVerb::Recount(args) => recount::run(context, args).await,
        NamespacesVerb::Delete(args) => delete::run(context, &args.name).await,
    }
}
