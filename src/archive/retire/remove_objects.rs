//! The objects of archives that nothing needs any more.

use super::expire::put_once;
use crate::archive::claim::ClaimedStore;
use crate::archive::format::object_names::Names;
use crate::archive::format::tombstone::Tombstone;
use crate::archive::keep::object_lock::StillLocked;
use crate::archive::keep::removable::{Evidence, Removable, Removal};
use crate::archive::lock::lifecycle::LifecycleLock;
use crate::archive::read::verify::read_manifest;
use crate::db::queries::clock;
use crate::db::queries::ledger::{self, ArchiveRow, Objects, State};
use crate::error::{Error, Kind, Result};
use crate::failpoint::effect;
use crate::store::{ObjectKey, is_full};

/// Removes an archive's data, stream list and manifest, and leaves a tombstone: who has only the store knows by it that
/// nothing is missing.
///
/// # Errors
/// Where the store refuses; what is left is removed by the next try.
pub async fn remove(
    lock: &mut LifecycleLock,
    store: &ClaimedStore,
    archive: &ArchiveRow,
    leave: &Removable,
    how: Removal,
) -> Result<()> {
    let doing = format!("removing the objects of archive {}", archive.id);
    let removed = async {
        store.still_ours().await?;
        match (leave.refuse_locked(store).await, how) {
            // An erasure is not done then, and is told as that.
            (Err(e), Removal::Erase) if StillLocked::of(&e).is_some() => return Err(Error::failed(&doing).because(e)),
            (free, _) => free?,
        }
        // Of an attempt that failed nothing was ever believed.
        if archive.manifest_sha256.is_some() && archive.state != State::Failed {
            write_tombstone(lock, store, archive, leave, how).await?;
        }
        for key in leave.keys() {
            #[allow(clippy::match_same_arms)] // each has failpoints of its own, where there are any
            match how {
                Removal::Delete => effect!("remove.delete", leave.delete(store, key, how).await?),
                Removal::Erase => effect!("remove.erase", leave.delete(store, key, how).await?),
            }
        }
        effect!("remove.tell", ledger::set_objects(lock.db().client(), archive.id, Objects::Deleted).await?);
        lock.note_removed(archive.id);
        Ok(())
    };
    removed.await.map_err(|e: Error| e.while_doing(doing))
}

async fn write_tombstone(
    lock: &mut LifecycleLock,
    store: &ClaimedStore,
    archive: &ArchiveRow,
    leave: &Removable,
    how: Removal,
) -> Result<()> {
    let tombstone_key = Names::tombstone(leave.stem())?;
    // A run that ended early has written it, and may have removed the manifest.
    if store.head(&tombstone_key).await?.is_some() {
        return Ok(());
    }
    let mut manifest = match read_manifest(store, archive).await {
        Ok(manifest) => manifest,
        // What is lost already needs none to hide it: whoever rebuilds the ledger from the store finds nothing of it.
        Err(e) if e.kind() == Kind::Verification => {
            tracing::warn!("no tombstone is left of archive {}: {e}", archive.id);
            return Ok(());
        }
        Err(e) => return Err(e),
    };
    manifest.data.frames.clear();
    manifest.heads.frames.clear();
    if store.age_keys().are_given() {
        // Names are data: of what was not encrypted before, none stays readable.
        manifest.categories = None;
        manifest.types = None;
        manifest.erasures.iter_mut().for_each(|erasure| (erasure.stream, erasure.reason) = (None, None));
    }
    let tombstone = Tombstone {
        expired_at: clock::now(lock.db().client()).await?,
        manifest_sha256: archive.manifest_sha256.clone().unwrap_or_default(),
        given_up: Some(*leave.evidence() == Evidence::GivenUp),
        manifest,
    };
    let bytes = serde_json::to_vec_pretty(&tombstone).map_err(|e| Error::failed("writing a tombstone").because(e))?;
    let mut put = effect!("remove.bury", put_once(store, &tombstone_key, bytes.clone()).await);
    if let Err(e) = &put
        && is_full(e)
    {
        // The stream list goes in any case, and can be made again from the data.
        let heads = ObjectKey::new(archive.heads_key.as_deref().unwrap_or_default())?;
        effect!("remove.make-room", leave.delete(store, &heads, how).await?);
        put = put_once(store, &tombstone_key, bytes).await;
    }
    match put {
        Err(e) if e.kind() == Kind::Conflict => Ok(()),
        other => other,
    }
}
