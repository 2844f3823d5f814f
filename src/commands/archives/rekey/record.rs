//! What was done, as it is shown.

use super::choose::RekeyTarget;
use crate::archive::ArchiveRow;
use crate::ui::record::{Time, record};
use crate::ui::{TableColumn, Tabular, human};

record! {
    /// Something that was encrypted again, or that is gone.
    RekeyedRecord {
        /// `archive` (encrypted again), `objects` (of an archive that nothing needs any more) or `upload` (never ended).
        kind: &'static str,
        /// The archive.
        archive_id: Option<i64>,
        /// The archive that took its place.
        replaced_by: Option<i64>,
        /// The first instant of its range.
        range_start: Option<Time>,
        /// The instant after its range.
        range_end: Option<Time>,
        /// Messages in it.
        messages: Option<i64>,
        /// Who opens it now, with commas between.
        recipients: Option<String>,
        /// The object that the upload would have become.
        object: Option<String>,
        /// `encrypted`, or `removed` where objects are gone from the store with all their versions.
        result: &'static str,
    }
}

impl RekeyedRecord {
    /// An archive, and the one that took its place.
    pub fn of_archive(target: &RekeyTarget, new: i64) -> Self {
        Self {
            replaced_by: Some(new),
            messages: target.row.message_count,
            recipients: Some(target.recipients.iter().map(String::as_str).collect::<Vec<_>>().join(",")),
            ..Self::of_row("archive", &target.row, "encrypted")
        }
    }

    /// Objects that are gone.
    pub fn of_objects(row: &ArchiveRow) -> Self {
        Self { replaced_by: row.superseded_by, ..Self::of_row("objects", row, "removed") }
    }

    /// An upload that is gone.
    pub fn of_upload(object: String) -> Self {
        Self {
            kind: "upload",
            archive_id: None,
            replaced_by: None,
            range_start: None,
            range_end: None,
            messages: None,
            recipients: None,
            object: Some(object),
            result: "removed",
        }
    }

    fn of_row(kind: &'static str, row: &ArchiveRow, result: &'static str) -> Self {
        Self {
            kind,
            archive_id: Some(row.id),
            replaced_by: None,
            range_start: Some(row.range_start.into()),
            range_end: Some(row.range_end.into()),
            messages: None,
            recipients: None,
            object: None,
            result,
        }
    }
}

impl Tabular for RekeyedRecord {
    const COLUMNS: &'static [TableColumn] = &[
        TableColumn::Left("KIND"),
        TableColumn::Right("ARCHIVE"),
        TableColumn::Right("REPLACED BY"),
        TableColumn::Left("RANGE"),
        TableColumn::Right("MESSAGES"),
        TableColumn::Right("RECIPIENTS"),
        TableColumn::Left("RESULT"),
    ];

    fn cells(&self) -> Vec<String> {
        let recipients = self.recipients.as_ref().map(|all| all.split(',').count());
        vec![
            self.kind.to_owned(),
            human::or_dash(self.archive_id, |id| id.to_string()),
            human::or_dash(self.replaced_by, |id| id.to_string()),
            human::or_dash(self.range_start.zip(self.range_end), |(from, to)| human::range(from.0, to.0)),
            human::or_dash(self.messages, human::count),
            human::or_dash(recipients, |n| n.to_string()),
            self.result.to_owned(),
        ]
    }
}
