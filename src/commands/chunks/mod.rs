//! `chunks`: a file a verb.

mod archive;
mod drop;
mod list;
mod resize;
mod select;
mod timeline;

use crate::chunks::{Direction, Selection};
use crate::cli::{ChunksVerb, Which};
use crate::commands::app::{CommandOutcome, Context};
use crate::error::Result;

pub(super) async fn run(context: &Context, verb: ChunksVerb) -> Result<CommandOutcome> {
    match verb {
        ChunksVerb::List(args) => list::run(context, args).await,
        ChunksVerb::Compress(args) => resize::run(context, args.which, Direction::Compress).await,
        ChunksVerb::Decompress(args) => resize::run(context, args.which, Direction::Decompress).await,
        ChunksVerb::Archive(args) => archive::run(context, args).await,
        ChunksVerb::Drop(args) => drop::run(context, args).await,
    }
}

impl From<Which> for Selection {
    fn from(which: Which) -> Self {
        which.older_than.map_or(Self::Named(which.chunks), Self::OlderThan)
    }
}
