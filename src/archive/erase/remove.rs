//! The objects of archives that nothing needs any more.

use super::super::claim::ClaimedStore;
use super::super::expire::{Tombstone, put_once};
use super::super::lifecycle::LifecycleLock;
use super::super::names::Names;
use super::super::verify::read_manifest;
use crate::db::queries::clock;
use crate::db::queries::ledger::{self, ArchiveRow, Objects, State};
use crate::error::{Error, Kind, Result};
use crate::failpoint::effect;
use crate::store::ObjectKey;

/// How objects go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    /// As anything is deleted: where the bucket keeps versions, the service hides them.
    Delete,
    /// With all their versions.
    Erase,
}

/// Removes an archive's data, stream list and manifest, and leaves a tombstone: who has only the store knows by it that
/// nothing is missing. The caller has seen to it that nothing needs them.
///
/// # Errors
/// Where the store refuses; what is left is removed by the next try.
pub async fn remove(lock: &mut LifecycleLock, store: &ClaimedStore, archive: &ArchiveRow, how: Removal) -> Result<()> {
    let doing = format!("removing the objects of archive {}", archive.id);
    let removed = async {
        store.still_ours().await?;
        // Of an attempt that failed nothing was ever believed.
        if archive.manifest_sha256.is_some() && archive.state != State::Failed {
            bury(lock, store, archive).await?;
        }
        for key in [&archive.object_key, &archive.heads_key, &archive.manifest_key].into_iter().flatten() {
            let key = ObjectKey::new(key)?;
            match how {
                Removal::Delete => effect!("remove.delete", store.delete(&key).await?),
                Removal::Erase => effect!("remove.erase", store.erase(&key).await?),
            }
        }
        effect!("remove.tell", ledger::set_objects(lock.db().client(), archive.id, Objects::Deleted).await?);
        Ok(())
    };
    removed.await.map_err(|e: Error| e.while_doing(doing))
}

async fn bury(lock: &mut LifecycleLock, store: &ClaimedStore, archive: &ArchiveRow) -> Result<()> {
    let Some(key) = &archive.object_key else { return Ok(()) };
    let tombstone_key = Names::tombstone(Names::stem(key))?;
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
    let tombstone = Tombstone {
        expired_at: clock::now(lock.db().client()).await?,
        manifest_sha256: archive.manifest_sha256.clone().unwrap_or_default(),
        manifest,
    };
    let bytes = serde_json::to_vec_pretty(&tombstone).map_err(|e| Error::failed("writing a tombstone").because(e))?;
    match effect!("remove.bury", put_once(store, &tombstone_key, bytes).await) {
        Err(e) if e.kind() == Kind::Conflict => Ok(()),
        other => other,
    }
}
