//! `messages read`.

use crate::cli::Read;
use crate::commands::app::{CommandOutcome, Context};
use crate::error::Result;
use crate::messages::{self, CategoryName, CategoryRead, StreamName, StreamRead};

pub(super) async fn run(context: &Context, args: Read) -> Result<CommandOutcome> {
    let stream = args.stream.as_deref().map(str::parse::<StreamName>).transpose()?;
    let category = args.category.as_deref().map(str::parse::<CategoryName>).transpose()?;
    let correlation = args.correlation.as_deref().map(str::parse::<CategoryName>).transpose()?;
    let archived = args.archived.into();
    let (mut db, namespace) = context.any_namespace().await?;
    let reach = context.reach()?;
    let mut listing = context.ui.messages();
    let read = if let Some(stream) = stream {
        let read = StreamRead { stream, from: args.from_position, limit: args.limit, archived };
        messages::read_stream(&mut db, &namespace.scope, &read, &reach, |m| listing.push(m)).await
    } else {
        let read = CategoryRead {
            category,
            from: args.from_global_position,
            limit: args.limit,
            correlation,
            group: args.consumer_group,
            archived,
        };
        messages::read_category(&mut db, &namespace.scope, &read, &reach, |m| listing.push(m)).await
    };
    // What was read before a failure is a document all the same.
    listing.finish()?;
    context.tell_fetched(&reach);
    read.map(|()| CommandOutcome::Done)
}
