//! What `archives erase` prints.

use crate::archive::ArchiveRow;
use crate::ui::record::{Time, record};
use crate::ui::{TableColumn, Tabular, human};

record! {
    /// Something that held what was to be erased.
    ErasedRecord {
        /// `live` (a chunk), `archive` (written anew) or `objects` (of an archive that nothing needs any more).
        kind: &'static str,
        /// The chunk.
        chunk_name: String,
        /// The archive.
        archive_id: Option<i64>,
        /// The archive that took its place.
        replaced_by: Option<i64>,
        /// The first instant of its range.
        range_start: Time,
        /// The instant after its range.
        range_end: Time,
        /// Messages that lost their content.
        messages: Option<i64>,
        /// `erased`, or `removed` where objects are gone from the store with all their versions.
        result: &'static str,
    }
}

impl Tabular for ErasedRecord {
    const COLUMNS: &'static [TableColumn] = &[
        TableColumn::Left("KIND"),
        TableColumn::Left("CHUNK"),
        TableColumn::Right("ARCHIVE"),
        TableColumn::Right("REPLACED BY"),
        TableColumn::Left("RANGE"),
        TableColumn::Right("MESSAGES"),
        TableColumn::Left("RESULT"),
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.kind.to_owned(),
            self.chunk_name.clone(),
            human::or_dash(self.archive_id, |id| id.to_string()),
            human::or_dash(self.replaced_by, |id| id.to_string()),
            human::range(self.range_start.0, self.range_end.0),
            human::or_dash(self.messages, human::count),
            self.result.to_owned(),
        ]
    }
}

impl ErasedRecord {
    pub(super) fn of_archive(kind: &'static str, archive: &ArchiveRow, result: &'static str) -> Self {
        Self {
            kind,
            chunk_name: archive.chunk_name.clone(),
            archive_id: Some(archive.id),
            replaced_by: archive.superseded_by,
            range_start: archive.range_start.into(),
            range_end: archive.range_end.into(),
            messages: None,
            result,
        }
    }
}
