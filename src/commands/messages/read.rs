//! `messages read`.

use crate::cli::Read;
use crate::commands::app::{CommandOutcome, Context};
use crate::db::queries::messages::MessageRow;
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::messages::{self, CategoryName, CategoryRead, StreamName, StreamRead};
use crate::text::shell_word;

pub(super) async fn run(context: &Context, args: Read) -> Result<CommandOutcome> {
    let stream = args.stream.as_deref().map(str::parse::<StreamName>).transpose()?;
    let category = args.category.as_deref().map(str::parse::<CategoryName>).transpose()?;
    let correlation = args.correlation.as_deref().map(str::parse::<CategoryName>).transpose()?;
    let archived = args.archived.into();
    let (mut db, namespace) = context.any_namespace().await?;
    let reader = context.archive_reader()?;
    let mut listing = context.ui.messages();
    let (mut found, scope) = (false, &namespace.scope);
    let each = |m: &MessageRow| {
        found = true;
        listing.push(m)
    };
    let read = if let Some(stream) = stream {
        let read = StreamRead { stream, from: args.from_position, limit: args.limit, archived };
        let done = messages::read_stream(&mut db, scope, &read, &reader, each).await;
        match done {
            Err(e) if e.kind() == Kind::NotFound => Err(or_the_category(&db, scope, read.stream.as_str(), e).await),
            done => done,
        }
    } else {
        let read = CategoryRead {
            category: category.clone(),
            from: args.from_global_position,
            limit: args.limit,
            correlation,
            group: args.consumer_group,
            archived,
        };
        messages::read_category(&mut db, scope, &read, &reader, each).await
    };
    // What was read before a failure is a document all the same.
    listing.finish()?;
    context.tell_fetched(&reader);
    read?;
    if !found {
        context.note_empty_categories(&db, scope, &category).await?;
    }
    Ok(CommandOutcome::Done)
}

/// The error of a stream that is not there, whose name may be a category's.
async fn or_the_category(db: &Db, scope: &Scope, stream: &str, e: Error) -> Error {
    let is_category = messages::names::is_category(stream)
        && messages::has_category(db.client(), scope, stream).await.unwrap_or(false);
    if is_category { e.hint(format!("it is a category: --category {} reads that", shell_word(stream))) } else { e }
}
