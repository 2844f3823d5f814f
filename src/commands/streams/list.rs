//! `streams list`.

use crate::cli::ListStreams;
use crate::commands::app::{CommandOutcome, Context};
use crate::db::queries::heads::HeadRow;
use crate::error::Result;
use crate::messages::{self, StreamPage};
use crate::ui::record::{Time, record};
use crate::ui::{TableColumn, Tabular, human};

/// Streams asked for at a time.
const PAGE: i64 = 5000;

record! {
    /// A stream.
    StreamRecord {
        /// Its name.
        stream: String,
        /// The position of its last message.
        version: i64,
        /// That message's global position.
        global_position: i64,
        /// Messages that it has, archived ones included.
        messages: i64,
        /// The earliest time of its messages.
        first_time: Time,
        /// The latest time of its messages.
        last_time: Time,
    }
}

impl From<HeadRow> for StreamRecord {
    fn from(head: HeadRow) -> Self {
        Self {
            stream: head.stream,
            version: head.position,
            global_position: head.global_position,
            messages: head.messages,
            first_time: head.first_time.into(),
            last_time: head.last_time.into(),
        }
    }
}

impl Tabular for StreamRecord {
    const COLUMNS: &'static [TableColumn] = &[
        TableColumn::Left("STREAM"),
        TableColumn::Right("VERSION"),
        TableColumn::Right("GPOS"),
        TableColumn::Right("MESSAGES"),
        TableColumn::Left("FIRST"),
        TableColumn::Left("LAST"),
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.stream.clone(),
            self.version.to_string(),
            self.global_position.to_string(),
            human::count(self.messages),
            human::time(self.first_time.0),
            human::time(self.last_time.0),
        ]
    }
}

pub(super) async fn run(context: &Context, args: ListStreams) -> Result<CommandOutcome> {
    let (db, namespace) = context.any_namespace().await?;
    let mut listing = context.ui.listing();
    let (mut after, mut left, mut listed) = (String::new(), args.limit.unwrap_or(i64::MAX), 0_usize);
    while left > 0 && !context.ui.is_deaf() {
        let asked = left.min(PAGE);
        let page = StreamPage { prefix: &args.prefix, after: &after, limit: asked };
        let page = messages::streams(db.client(), &namespace.scope, page).await?;
        let got = page.len();
        let Some(last) = page.last() else { break };
        after.clone_from(&last.stream);
        for head in page {
            listing.push(StreamRecord::from(head))?;
        }
        listed += got;
        left -= i64::try_from(got).unwrap_or(i64::MAX);
        if i64::try_from(got).is_ok_and(|got| got < asked) {
            break;
        }
    }
    if listed == 0 {
        context.ui.note("no streams");
    }
    listing.finish()?;
    Ok(CommandOutcome::Done)
}
