//! `archives`: a file a verb.

mod cat;
mod claim;
mod copy;
mod erase;
mod find;
mod list;
mod prune;
mod record;
mod rehydrate;
mod rekey;
mod release;
mod show;
mod sql;
mod sweep;
mod sync;
mod verify;

use crate::cli::ArchivesVerb;
use crate::commands::app::{CommandOutcome, Context};
use crate::error::Result;

pub(super) async fn run(context: &Context, verb: ArchivesVerb) -> Result<CommandOutcome> {
    match verb {
        ArchivesVerb::List(args) => list::run(context, args.all).await,
        ArchivesVerb::Show(args) => show::run(context, args.id).await,
        ArchivesVerb::Find(args) => find::run(context, args).await,
        ArchivesVerb::Cat(args) => cat::run(context, args.id).await,
        ArchivesVerb::Sql(args) => sql::run(context, &args).await,
        ArchivesVerb::Verify(args) => verify::run(context, args).await,
        ArchivesVerb::Copy(args) => copy::run(context, args).await,
        ArchivesVerb::Rehydrate(args) => rehydrate::run(context, args).await,
        ArchivesVerb::Release(args) => release::run(context, &args).await,
        ArchivesVerb::Erase(args) => erase::run(context, args).await,
        ArchivesVerb::Rekey(args) => rekey::run(context, args).await,
        ArchivesVerb::Prune(args) => prune::run(context, args).await,
        ArchivesVerb::Sweep(args) => sweep::run(context, args.older_than).await,
        ArchivesVerb::Sync(args) => sync::run(context, &args).await,
        ArchivesVerb::Claim => claim::run(context).await,
    }
}
