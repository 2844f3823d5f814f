//! `messages follow`.

use std::io::{self, Write};

use crate::cli::FollowMessages;
use crate::commands::app::{CommandOutcome, Context};
use crate::db::connect::LARGE_ROW_BYTES;
use crate::db::queries::messages::MessageRow;
use crate::error::{Error, Result};
use crate::messages::{self, AtTheEnd, CategoryName, write_line};
use crate::stream_name::category_of;
use crate::text::shell_word;

pub(super) async fn run(context: &Context, args: FollowMessages) -> Result<CommandOutcome> {
    if let Some(stream) = &args.stream {
        return Err(Error::usage(format!("following stream {stream}"))
            .because("categories are followed, and not streams")
            .hint(format!("--category {} follows its category", shell_word(category_of(stream)))));
    }
    let categories = args.category.iter().map(|c| c.parse()).collect::<Result<Vec<CategoryName>>>()?;
    let (mut db, namespace) = context.any_namespace().await?;
    // What is passed over is not looked at again.
    db.require_sound("following messages")?;
    let reader = context.archive_reader()?;
    context.note_empty_categories(&db, &namespace.scope, &categories).await?;
    let follow = messages::Follow {
        categories,
        group: args.consumer_group,
        from: args.from_global_position,
        at_the_end: if args.no_wait { AtTheEnd::End } else { AtTheEnd::Wait },
    };
    let (mut out, mut lines, mut last) = (context.ui.stdout(), Vec::new(), None);
    let each = |page: &[MessageRow]| {
        for message in page {
            write_line(&mut lines, message).map_err(write_failed)?;
            if lines.len() >= LARGE_ROW_BYTES {
                send(&mut out, &mut lines)?;
            }
            last = Some(message.global_position);
        }
        // Whoever reads them waits for them.
        send(&mut out, &mut lines)
    };
    let followed = tokio::select! {
        followed = messages::follow(&mut db, &namespace.scope, &follow, &reader, each) => followed,
        // Nobody waits for what may never come.
        () = context.ui.reader_leaves() => Ok(()),
    };
    context.tell_fetched(&reader);
    followed.map(|()| CommandOutcome::Done).map_err(|e| match last {
        Some(last) => e.hint(format!(
            "the last line has gpos {last}: the same command with --from-global-position {} goes on",
            last + 1
        )),
        None => e,
    })
}

fn write_failed(e: io::Error) -> Error {
    Error::failed("writing to standard output").because(e)
}

/// Writes whole lines.
fn send(out: &mut impl Write, lines: &mut Vec<u8>) -> Result<()> {
    out.write_all(lines).and_then(|()| out.flush()).map_err(write_failed)?;
    lines.clear();
    // One large message is no reason to keep so much memory.
    lines.shrink_to(LARGE_ROW_BYTES);
    Ok(())
}
