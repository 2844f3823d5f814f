//! `chunks list`.

use super::timeline;
use crate::chunks::{self, ChunkInfo, ChunkState, Counting, ListFilter};
use crate::cli::ListChunks;
use crate::commands::app::{CommandOutcome, Context};
use crate::error::Result;
use crate::ui::record::{Time, record};
use crate::ui::{TableColumn, Tabular, human};

record! {
    /// A chunk.
    ChunkRecord {
        /// Its name; an archived one's is what it was.
        chunk_name: String,
        /// The first instant of its range.
        range_start: Time,
        /// The instant after its range.
        range_end: Time,
        /// `open`, `closed`, `compressed`, `archived` or `rehydrated`.
        state: &'static str,
        /// Whether it is compressed in the hypertable.
        is_compressed: bool,
        /// Bytes in the database; for an archived one, in the store.
        size_bytes: i64,
        /// Messages, where a number is known.
        message_count: Option<i64>,
        /// Whether that number is exact.
        count_is_exact: bool,
        /// Its archive, where the store holds a proven one.
        archive_id: Option<i64>,
    }
}

impl From<ChunkInfo> for ChunkRecord {
    fn from(info: ChunkInfo) -> Self {
        Self {
            chunk_name: info.chunk_name,
            range_start: info.range_start.into(),
            range_end: info.range_end.into(),
            state: info.state.as_str(),
            is_compressed: info.is_compressed,
            size_bytes: info.size_bytes,
            message_count: info.message_count,
            count_is_exact: info.count_is_exact,
            archive_id: info.archive_id,
        }
    }
}

impl Tabular for ChunkRecord {
    const COLUMNS: &'static [TableColumn] = &[
        TableColumn::Left("CHUNK"),
        TableColumn::Left("RANGE"),
        TableColumn::Left("STATE"),
        TableColumn::Right("SIZE"),
        TableColumn::Right("MESSAGES"),
        TableColumn::Right("ARCHIVE"),
    ];

    fn cells(&self) -> Vec<String> {
        let about = if self.count_is_exact { "" } else { "~" };
        let mut state = self.state.to_owned();
        if self.is_compressed && self.state != ChunkState::Compressed.as_str() {
            state.push_str(", compressed");
        }
        vec![
            self.chunk_name.clone(),
            human::range(self.range_start.0, self.range_end.0),
            state,
            human::bytes(self.size_bytes),
            human::or_dash(self.message_count, |n| format!("{about}{}", human::count(n))),
            human::or_dash(self.archive_id, |id| id.to_string()),
        ]
    }
}

pub(super) async fn run(context: &Context, args: ListChunks) -> Result<CommandOutcome> {
    if args.timeline {
        return timeline::run(context, args.all_namespaces).await;
    }
    let (db, namespace) = context.namespace().await?;
    let filter = ListFilter {
        older_than: args.older_than,
        state: args.state,
        counting: if args.exact { Counting::Exact } else { Counting::Estimate },
    };
    let (found, others) = chunks::list_shown(&db, &namespace.scope, &filter).await?;
    for e in &others {
        context.ui.error(e);
    }
    if found.is_empty() && others.is_empty() {
        context.ui.note("no chunks");
    }
    note_partly_compressed(context, &found);
    context.ui.list(found.into_iter().map(ChunkRecord::from))?;
    Ok(others.first().map_or(CommandOutcome::Done, |e| CommandOutcome::Failed(e.kind())))
}

/// Late messages lie uncompressed in a chunk that is compressed: its state does not tell.
fn note_partly_compressed(context: &Context, found: &[ChunkInfo]) {
    let names: Vec<_> = found.iter().filter(|c| c.is_partly_compressed).map(|c| c.chunk_name.as_str()).collect();
    let Some(first) = names.first() else { return };
    let more = match names.len() {
        1 => String::new(),
        n => format!(" and {} more", n - 1),
    };
    context.ui.note(&format!(
        "compressed in part, since late messages have come: {first}{more}; chunks compress and lifecycle run compress the rest"
    ));
}
