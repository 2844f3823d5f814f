//! Reading archives back.
use super::manifest::Manifest;
use crate::db::queries::ledger::ArchiveRow;
use crate::error::{Error, Result};
use crate::progress::Progress;
use crate::stop::Stop;
use crate::store::Store;

/// An archive that was read back and found equal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Messages.
    pub messages: u64,
    /// Bytes read.
    pub stored_bytes: u64,
    /// Bytes of CSV that they unpack to.
    pub csv_bytes: u64,
}

/// Reads an archive back: manifest, heads and data against the ledger's hashes. Kind::Verification where it differs.
pub async fn verify(store: &Store, archive: &ArchiveRow, progress: &dyn Progress, stop: &Stop) -> Result<Verified> {
    let _ = (store, archive, progress, stop);
    Err(Error::failed("stub"))
}

/// An archive's manifest, checked against the ledger.
pub async fn read_manifest(store: &Store, archive: &ArchiveRow) -> Result<Manifest> {
    let _ = (store, archive);
    Err(Error::failed("stub"))
}
