//! `chunks list --timeline`: a strip of characters a namespace.

use crate::cli::OutputFormat;
use crate::commands::app::{CommandOutcome, Context};
use crate::error::Result;
use crate::namespace;
use crate::report::{self, StripCell, alike};
use crate::ui::record::{Time, record};
use crate::ui::{TableColumn, Tabular, Timeline};

record! {
    /// Neighbours of one state.
    TimelineRecord {
        /// The namespace.
        namespace: String,
        /// The first instant of their range.
        range_start: Time,
        /// The instant after their range.
        range_end: Time,
        /// `open`, `closed`, `compressed`, `rehydrated`, `archived`, `discarded`, or `mixed` where states change too often.
        state: &'static str,
        /// Chunks.
        chunks: i64,
        /// Their messages, as far as numbers are known.
        messages: i64,
        /// Their bytes: in the database, or of archived ones in the store.
        size_bytes: i64,
        /// The lowest number of their archives.
        first_archive_id: Option<i64>,
        /// The highest number of their archives.
        last_archive_id: Option<i64>,
        /// Copies of archives that are missing.
        missing_copies: i64,
    }
}

impl Tabular for TimelineRecord {
    // For people there are strips.
    const COLUMNS: &'static [TableColumn] = &[];

    fn cells(&self) -> Vec<String> {
        Vec::new()
    }
}

impl TimelineRecord {
    fn new(namespace: &str, cell: &StripCell) -> Self {
        Self {
            namespace: namespace.to_owned(),
            range_start: cell.range_start.into(),
            range_end: cell.range_end.into(),
            state: cell.state.as_str(),
            chunks: cell.chunks,
            messages: cell.messages,
            size_bytes: cell.bytes,
            first_archive_id: cell.archives.map(|(first, _)| first),
            last_archive_id: cell.archives.map(|(_, last)| last),
            missing_copies: cell.missing_copies,
        }
    }
}

pub(super) async fn run(context: &Context, all_namespaces: bool) -> Result<CommandOutcome> {
    let db = context.connect().await?;
    let name = (!all_namespaces).then_some(context.settings.namespace.as_str());
    if let Some(name) = name {
        namespace::open(&db, name).await?;
    }
    let strips = report::strips(&db, name).await?;
    if context.ui.output() != OutputFormat::Table {
        let records = |(name, strip): (String, Vec<StripCell>)| {
            alike(&strip).iter().map(|cell| TimelineRecord::new(&name, cell)).collect::<Vec<_>>()
        };
        context.ui.list(strips.into_iter().flat_map(records))?;
        return Ok(CommandOutcome::Done);
    }
    let mut timeline = Timeline::default();
    for (name, strip) in strips {
        timeline.push(&name, strip);
    }
    context.ui.timeline(&timeline)?;
    Ok(CommandOutcome::Done)
}
