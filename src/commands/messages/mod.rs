//! `messages`: a file a verb.

mod export;
mod follow;
mod import;
mod last;
mod not_an_object;
mod read;
mod write;

use crate::cli::{ArchivedMode, MessagesVerb};
use crate::commands::app::{CommandOutcome, Context};
use crate::error::Result;
use crate::messages::Archived;

pub(super) async fn run(context: &Context, verb: MessagesVerb) -> Result<CommandOutcome> {
    match verb {
        MessagesVerb::Write(args) => write::run(context, args).await,
        MessagesVerb::Read(args) => read::run(context, args).await,
        MessagesVerb::Last(args) => last::run(context, args).await,
        MessagesVerb::Import(args) => import::run(context, args).await,
        MessagesVerb::Export(args) => export::run(context, args).await,
        MessagesVerb::Follow(args) => follow::run(context, args).await,
    }
}

impl From<ArchivedMode> for Archived {
    fn from(mode: ArchivedMode) -> Self {
        match mode {
            ArchivedMode::Auto => Self::Auto,
            ArchivedMode::Skip => Self::Skip,
            ArchivedMode::Only => Self::Only,
        }
    }
}
