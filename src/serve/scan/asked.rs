//! What is asked of archives, and who takes the rows.

use super::large::StatementTurn;
use crate::archive::in_place::ArchiveReader;
use crate::serve::fault::Answer;
use crate::serve::sql::{RowBounds, RowView, Select};

/// What whoever takes rows says after one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterRow {
    /// The next one.
    GoOn,
    /// That is enough for now.
    Pause,
}

/// What takes rows, each with its CSV.
pub type ScanSink<'s> = &'s mut (dyn FnMut(&RowView<'_>, &[u8]) -> Answer<AfterRow> + Send);

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScanEnd {
    /// Whoever takes rows has enough.
    Paused,
    /// There are no more.
    Done,
}

/// What is asked of archives, and where they are read.
#[derive(Debug)]
pub(in crate::serve) struct ScanRequest {
    /// Where from.
    pub reader: ArchiveReader,
    /// Which rows.
    pub select: Select,
    /// What that says about where they lie.
    pub bounds: RowBounds,
    /// The statement's turn with large messages.
    pub turn: StatementTurn,
}

impl ScanRequest {
    /// Whether the condition, if there is one, takes a row.
    pub fn takes(&self, row: &RowView<'_>) -> Answer<bool> {
        self.select.condition.as_ref().map_or(Ok(true), |condition| condition.takes(row))
    }
}
