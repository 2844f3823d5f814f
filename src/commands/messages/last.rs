//! `messages last`.

use crate::cli::LastMessage;
use crate::commands::app::{CommandOutcome, Context};
use crate::error::Result;
use crate::messages::{self, StreamName};
use crate::ui::MessageListing;

pub(super) async fn run(context: &Context, args: LastMessage) -> Result<CommandOutcome> {
    let stream: StreamName = args.stream.parse()?;
    let (mut db, namespace) = context.any_namespace().await?;
    let reader = context.archive_reader()?;
    let (scope, message_type) = (&namespace.scope, args.message_type.as_deref());
    let message = messages::last(&mut db, scope, &stream, message_type, args.archived.into(), &reader).await?;
    context.tell_fetched(&reader);
    MessageListing::single(&context.ui, &message)?;
    Ok(CommandOutcome::Done)
}
