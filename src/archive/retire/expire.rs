//! Archives past their time: deleted for good, and written down where they lay.

use crate::archive::claim::ClaimedStore;
use crate::archive::format::object_names::Names;
use crate::archive::format::tombstone::Tombstone;
use crate::archive::keep::holds::{HeldBy, unheld};
use crate::archive::keep::removable::{Removable, Removal};
use crate::archive::lock::lifecycle::LifecycleLock;
use crate::archive::read::load;
use crate::archive::read::verify::read_manifest;
use crate::db::Scope;
use crate::db::errors::explain;
use crate::db::queries::ledger::{self, ArchiveRow, Objects, State};
use crate::db::queries::{clock, coverage as streams, heads};
use crate::error::{Error, Kind, Result};
use crate::failpoint::effect;
use crate::stop::Stop;
use crate::store::ObjectKey;

/// Deletes an archive whose chunk was dropped: its messages are gone. Versions of streams stay, the ledger keeps the row,
/// and the counts that `coverage` proves no longer expect the messages.
///
/// # Errors
/// Where it is not dropped, or cannot be read: what is damaged is looked at by somebody first.
pub async fn expire(
    lock: &mut LifecycleLock,
    scope: &Scope,
    store: &ClaimedStore,
    archive: &ArchiveRow,
    stop: &Stop,
) -> Result<()> {
    let doing = format!("deleting archive {}", archive.id);
    if archive.state != State::Dropped {
        return Err(Error::failed(doing).because(format!("it is {}", archive.state)));
    }
    // Before anything is written or deleted: it may be held, and the row may name what others need.
    let asked = unheld(lock.db(), scope, store, archive, stop).await;
    if matches!(&asked, Err(e) if HeldBy::of(e).is_some()) {
        unbury(store, archive).await?;
    }
    let unheld = asked.map_err(|e| e.while_doing(&doing))?;
    let leave = Removable::given_up(lock.db(), scope, archive, &unheld).await.map_err(|e| e.while_doing(&doing))?;
    leave.refuse_locked_anywhere(store).await.map_err(|e| e.while_doing(&doing))?;
    let mut manifest = read_manifest(store, archive).await.map_err(|e| e.while_doing(&doing))?;
    manifest.data.frames.clear();
    manifest.heads.frames.clear();
    let tombstone = Tombstone {
        expired_at: clock::now(lock.db().client()).await?,
        manifest_sha256: archive.manifest_sha256.clone().unwrap_or_default(),
        given_up: Some(true),
        manifest,
    };
    store.still_ours().await?;
    let bytes = serde_json::to_vec_pretty(&tombstone).map_err(|e| Error::failed(&doing).because(e))?;
    let key = Names::tombstone(leave.stem())?;
    match put_once(store, &key, bytes).await {
        // A run that ended here before has written it.
        Err(e) if e.kind() == Kind::Conflict => {}
        other => other?,
    }
    let tx = lock.db().client_mut().transaction().await.map_err(|e| explain(doing.clone(), e))?;
    streams::make_archived(&tx).await?;
    load::streams(&tx, store, &tombstone.manifest, stop).await.map_err(|e| e.while_doing(&doing))?;
    effect!("expire.forget", heads::forget_archived(&tx, scope).await?);
    let reason = "deleted: past its time";
    effect!("expire.tell", ledger::retire(&tx, archive.id, State::Dropped, State::Expired, reason, None).await?);
    if let Err(e) = unheld.still(&tx, scope).await {
        drop(tx);
        unbury(store, archive).await?;
        return Err(e.while_doing(&doing));
    }
    effect!("expire.commit", tx.commit().await.map_err(|e| explain(doing, e))?);
    // From here on what stays behind is swept.
    store.still_ours().await?;
    let [data, heads, manifest] = leave.keys();
    for key in [data, heads] {
        effect!("expire.delete", leave.delete(store, key, Removal::Delete).await?);
    }
    effect!("expire.delete-manifest", leave.delete(store, manifest, Removal::Delete).await?);
    effect!("expire.note", ledger::set_objects(lock.db().client(), archive.id, Objects::Deleted).await?);
    lock.note_removed(archive.id);
    Ok(())
}

/// Takes back what says that an archive was given up, where a hold keeps it in the end: a run that ended early has left it, and
/// whoever has only the store would believe it.
async fn unbury(store: &ClaimedStore, archive: &ArchiveRow) -> Result<()> {
    let Some(data) = &archive.object_key else { return Ok(()) };
    let key = Names::tombstone(Names::stem(data))?;
    // Where the manifest is gone, or another one, the archive was deleted, or the row is of another one.
    if store.head(&key).await?.is_some() && read_manifest(store, archive).await.is_ok() {
        store.still_ours().await?;
        effect!("expire.unbury", store.delete(&key).await?);
    }
    Ok(())
}

pub(in crate::archive) async fn put_once(store: &ClaimedStore, key: &ObjectKey, bytes: Vec<u8>) -> Result<()> {
    effect!("expire.put-tombstone", store.put(key, bytes.into()).await?);
    Ok(())
}
