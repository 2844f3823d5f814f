//! What an archive that was written again says of the one whose place it takes, whatever it was written again for.

use crate::archive::format::doubled::Doubled;
use crate::archive::format::ledger_row::misnamed;
use crate::archive::format::manifest::Manifest;
use crate::archive::keep::whereabouts::is_untold;
use crate::db::Db;
use crate::db::queries::ledger::{self, ArchiveRow, State, Uploaded};
use crate::error::{Error, Result};
use crate::store::{ObjectKey, Store};

/// Keys of the manifests that it replaces: what the old one had a say about, this one has; and about earlier tries to write it
/// again.
///
/// # Errors
/// Where a query fails, or the store cannot be asked.
pub(in crate::archive) async fn replaced_keys(
    db: &Db,
    store: &Store,
    archive: &ArchiveRow,
    old: &Manifest,
) -> Result<Vec<String>> {
    let archives = ledger::list(db.client(), &archive.namespace).await?;
    let failed = earlier_tries(store, archive, old, &archives).await?;
    let itself = std::slice::from_ref(archive);
    let before = ledger::superseded(&archives, itself);
    let keys = failed.into_iter().chain(itself).chain(before).filter_map(|a| a.manifest_key.clone());
    let mut replaces: Vec<String> = old.replaces.iter().cloned().chain(keys).collect();
    replaces.sort();
    replaces.dedup();
    Ok(replaces)
}

/// Attempts that failed at the very messages of this archive.
async fn earlier_tries<'b>(
    store: &Store,
    archive: &ArchiveRow,
    old: &Manifest,
    archives: &'b [ArchiveRow],
) -> Result<Vec<&'b ArchiveRow>> {
    let mut failed = Vec::new();
    for other in archives.iter().filter(|a| a.state == State::Failed) {
        let is_of_range = (other.range_start, other.range_end) == (archive.range_start, archive.range_end);
        if is_of_range && is_of_same_messages(store, old, other).await? {
            failed.push(other);
        }
    }
    Ok(failed)
}

/// Whether an attempt that failed was one at the very messages of this archive, by its manifest.
async fn is_of_same_messages(store: &Store, old: &Manifest, failed: &ArchiveRow) -> Result<bool> {
    let Some(key) = failed.manifest_key.as_ref().filter(|_| misnamed(failed).is_none()) else {
        return Ok(false);
    };
    let key = ObjectKey::new(key)?;
    if store.head(&key).await?.is_none() {
        return Ok(false);
    }
    match Manifest::read_unproven(store, &key).await {
        Ok((found, _)) => Ok((found.messages, &found.global_position_sum) == (old.messages, &old.global_position_sum)
            && found.first_global_position == old.first_global_position
            && found.last_global_position == old.last_global_position),
        Err(e) if is_untold(&e) => Ok(false),
        Err(e) => Err(e),
    }
}

/// What the ledger gets to know of it.
pub(in crate::archive) fn uploaded<'a>(manifest: &'a Manifest, sha256: &'a str) -> Result<Uploaded<'a>> {
    let signed = |n: u64| i64::try_from(n).map_err(|e| Error::failed("reading a manifest").because(e));
    Ok(Uploaded {
        message_count: signed(manifest.messages)?,
        first_global_position: manifest.first_global_position,
        last_global_position: manifest.last_global_position,
        first_time: manifest.first_time,
        last_time: manifest.last_time,
        csv_bytes: signed(manifest.csv.bytes)?,
        csv_sha256: &manifest.csv.sha256,
        stored_bytes: signed(manifest.data.stored.bytes)?,
        stored_sha256: &manifest.data.stored.sha256,
        manifest_sha256: sha256,
        previous_manifest_sha256: manifest.previous_manifest_sha256.as_deref(),
        category_counts: None,
        doubled_global_positions: manifest.doubled_global_positions.as_ref().and_then(Doubled::multirange),
        global_position_sum: &manifest.global_position_sum,
        // Of the chunk as it was: `chunks drop` compares by reading, SQL alone does not drop it.
        content_digest: None,
    })
}
