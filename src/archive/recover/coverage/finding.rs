//! Something that is not as it should be.

use crate::db::queries::ledger::ArchiveRow;
use crate::error::{Error, Kind};

/// Something that is not as it should be.
#[derive(Debug, Clone)]
pub struct CoverageFinding {
    /// `hole` (messages are missing), `overlap` (messages are there twice), `archive` (an archive is missing or damaged in
    /// the store), `unproven` (the store could not be asked for an archive), `counts` (what `stats` tells is not what is
    /// there) or `copies` (an archive lies in fewer stores than it should).
    pub kind: &'static str,
    /// What, in a sentence.
    pub text: String,
}

pub(super) const UNPROVEN: &str = "unproven";

/// What the store has said, or not said, about an archive.
pub(super) fn of_archive(archive: &ArchiveRow, why: &Error) -> CoverageFinding {
    let kind = if why.kind() == Kind::Verification { "archive" } else { UNPROVEN };
    CoverageFinding { kind, text: format!("archive {} ({}): {why}", archive.id, archive.extent()) }
}
