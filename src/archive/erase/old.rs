//! Objects that the ledger needs no more, and that may hold what is to be erased all the same.

use super::super::lifecycle::LifecycleLock;
use super::super::names::Names;
use super::super::sweep::{Fate, fate_of};
use super::scan::holding;
use crate::db::errors::explain;
use crate::db::queries::erasures::{self, ErasureRow};
use crate::db::queries::ledger::{self, ArchiveRow, Objects, State};
use crate::db::{Db, Scope};
use crate::error::{Kind, Result};
use crate::failpoint::effect;
use crate::stop::Stop;
use crate::store::{ObjectKey, Store};

/// What is to be done about an archive that is expired or failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Old {
    /// Nothing: it holds none of the streams, or its objects are gone.
    Clean,
    /// Its objects go: others have its messages, or nobody is to have them.
    Remove,
    /// It may hold them, and may be the only copy of its messages.
    MayBeNeeded,
}

/// Whether others have taken the place of an archive, in the end by one that is there or was deleted in its time.
pub(crate) fn is_replaced(archive: &ArchiveRow, all: &[ArchiveRow]) -> bool {
    let mut next = archive.superseded_by;
    // Each is newer than the one before: this ends.
    while let Some(by) = next.and_then(|id| all.iter().find(|a| a.id == id)) {
        if by.state.is_kept() || by.objects != Objects::Kept {
            return true;
        }
        next = by.superseded_by;
    }
    false
}

/// Looks whether an archive that is expired or failed has messages of these streams in the store.
///
/// # Errors
/// Where the store cannot be asked.
pub async fn look_at_old(
    db: &Db,
    scope: &Scope,
    store: &Store,
    archive: &ArchiveRow,
    all: &[ArchiveRow],
    streams: &[String],
    stop: &Stop,
) -> Result<Old> {
    let Some(data) = &archive.object_key else { return Ok(Old::Clean) };
    let is_of_no_use = match archive.state {
        State::Failed => fate_of(db, scope, all, archive).await? == Fate::Remove,
        State::Expired => {
            is_replaced(archive, all) || store.head(&Names::tombstone(Names::stem(data))?).await?.is_some()
        }
        _ => return Ok(Old::Clean),
    };
    let mut there = false;
    for key in [&archive.object_key, &archive.heads_key, &archive.manifest_key].into_iter().flatten() {
        there |= store.head(&ObjectKey::new(key)?).await?.is_some();
    }
    if !there {
        // Deleted already; where the bucket keeps versions, those may be left.
        return Ok(if is_of_no_use { Old::Remove } else { Old::Clean });
    }
    let may_hold = match holding(store, archive, streams, stop).await {
        Ok(holding) => !holding.streams.is_empty(),
        // Without a list that can be believed it may hold anything.
        Err(e) if matches!(e.kind(), Kind::Verification | Kind::NotFound) => true,
        Err(e) => return Err(e),
    };
    Ok(match (may_hold, is_of_no_use) {
        (false, _) => Old::Clean,
        (true, true) => Old::Remove,
        (true, false) => Old::MayBeNeeded,
    })
}

/// Marks the objects of an archive that nothing needs any more as ones that are to go, and notes that they held what is
/// erased.
///
/// # Errors
/// Where a statement fails.
pub async fn let_go(lock: &mut LifecycleLock, archive: &ArchiveRow, records: &[ErasureRow]) -> Result<()> {
    let doing = format!("letting the objects of archive {} go", archive.id);
    let tx = lock.db().client_mut().transaction().await.map_err(|e| explain(doing.clone(), e))?;
    effect!("erase.let-go", ledger::set_objects(&tx, archive.id, Objects::Erasing).await?);
    for record in records {
        erasures::add_archive(&tx, record.id, archive.id, 0).await?;
    }
    tx.commit().await.map_err(|e| explain(doing, e))
}
