//! What `--dry-run` prints.

use super::{Context, Ended};
use crate::archive::ArchiveRow;
use crate::chunks::ChunkRow;
use crate::error::Result;
use crate::ui::record::{Time, record};
use crate::ui::{Column, Tabular, human};

record! {
    /// One step of a plan.
    Step {
        /// What would be done.
        action: &'static str,
        /// In which namespace.
        namespace: String,
        /// To what.
        target: String,
        /// The first instant of its range.
        range_start: Option<Time>,
        /// The instant after its range.
        range_end: Option<Time>,
        /// Bytes that it has now.
        size_bytes: Option<i64>,
        /// Messages, where a number is known.
        message_count: Option<i64>,
    }
}

impl Step {
    /// A step on something without figures.
    pub fn new(action: &'static str, namespace: &str, target: impl Into<String>) -> Self {
        Self {
            action,
            namespace: namespace.to_owned(),
            target: target.into(),
            range_start: None,
            range_end: None,
            size_bytes: None,
            message_count: None,
        }
    }

    /// A step on a chunk.
    pub fn on_chunk(action: &'static str, namespace: &str, chunk: &ChunkRow) -> Self {
        Self {
            range_start: Some(chunk.range_start.into()),
            range_end: Some(chunk.range_end.into()),
            size_bytes: Some(chunk.size_bytes),
            message_count: chunk.estimate,
            ..Self::new(action, namespace, chunk.name())
        }
    }

    /// A step on an archive.
    pub fn on_archive(action: &'static str, archive: &ArchiveRow) -> Self {
        Self {
            range_start: Some(archive.range_start.into()),
            range_end: Some(archive.range_end.into()),
            size_bytes: archive.stored_bytes,
            message_count: archive.message_count,
            ..Self::new(action, &archive.namespace, archive.id.to_string())
        }
    }
}

impl Tabular for Step {
    const COLUMNS: &'static [Column] = &[
        Column::Left("WOULD"),
        Column::Left("NAMESPACE"),
        Column::Left("TARGET"),
        Column::Left("RANGE"),
        Column::Right("SIZE"),
        Column::Right("MESSAGES"),
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.action.to_owned(),
            self.namespace.clone(),
            human::shortened(&self.target, 80),
            human::or_dash(self.range_start.zip(self.range_end), |(from, to)| human::range(from.0, to.0)),
            human::or_dash(self.size_bytes, human::bytes),
            human::or_dash(self.message_count, human::count),
        ]
    }
}

impl Context {
    /// Prints a plan; nothing has changed.
    pub fn plan(&self, steps: Vec<Step>) -> Result<Ended> {
        if steps.is_empty() {
            self.ui.note("nothing to do");
        }
        self.ui.list(steps)?;
        self.ui.note("a plan: nothing has changed");
        Ok(Ended::Done)
    }
}
