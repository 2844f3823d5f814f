//! Objects that the ledger needs no more, and that may hold what is to be erased all the same.

use super::scan::holding;
use crate::archive::format::ledger_row::is_history;
use crate::archive::keep::removable::{ObjectsStayReason, RemovalCheck, RemovalVerdict};
use crate::archive::keep::whereabouts::OpenStores;
use crate::archive::lock::lifecycle::LifecycleLock;
use crate::db::errors::explain;
use crate::db::queries::erasures::{self, ErasureRow};
use crate::db::queries::ledger::{self, ArchiveRow, Objects, State};
use crate::error::{Kind, Result};
use crate::failpoint::effect;
use crate::store::ObjectKey;

/// What is to be done about an archive that is expired or failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnneededObjects {
    /// Nothing: it holds none of the streams, or its objects are gone.
    Clean,
    /// Its objects go: others have its messages, or nobody is to have them.
    Remove,
    /// It may hold them, and stays.
    Stays(ObjectsStayReason),
}

/// Looks whether an archive that is expired or failed has messages of these streams in the store.
///
/// # Errors
/// Where a store or the database cannot be asked.
pub async fn find_unneeded<S: OpenStores>(
    look: &mut RemovalCheck<'_, S>,
    archive: &ArchiveRow,
    streams: &[String],
) -> Result<UnneededObjects> {
    if archive.object_key.is_none() || !matches!(archive.state, State::Failed | State::Expired) {
        return Ok(UnneededObjects::Clean);
    }
    if is_history(archive, &ledger::list(look.db.client(), look.scope.namespace()).await?) {
        return Ok(UnneededObjects::Clean);
    }
    // What the row names is opened only where it can be right.
    if let Some(stays) = look.distrusts(archive).await? {
        return Ok(if archive.objects == Objects::Deleted {
            UnneededObjects::Clean
        } else {
            UnneededObjects::Stays(stays)
        });
    }
    let store = look.stores.open(archive).await?;
    let mut there = false;
    for key in [&archive.object_key, &archive.heads_key, &archive.manifest_key].into_iter().flatten() {
        there |= store.head(&ObjectKey::new(key)?).await?.is_some();
    }
    if archive.objects == Objects::Deleted && !there {
        return Ok(UnneededObjects::Clean);
    }
    if there {
        let may_hold = match holding(&store, archive, streams, look.stop).await {
            Ok(holding) => !holding.streams.is_empty(),
            // Without a list that can be believed it may hold anything.
            Err(e) if matches!(e.kind(), Kind::Verification | Kind::NotFound) => true,
            Err(e) => return Err(e),
        };
        if !may_hold {
            return Ok(UnneededObjects::Clean);
        }
    }
    Ok(match look.verdict_while_erasing(archive, streams).await? {
        // Where they are deleted already the bucket may keep versions.
        RemovalVerdict::Go(_) => UnneededObjects::Remove,
        RemovalVerdict::Stays(_) if !there => UnneededObjects::Clean,
        RemovalVerdict::Stays(stays) => UnneededObjects::Stays(stays),
    })
}

/// Marks the objects of an archive that nothing needs any more as ones that are to go, and notes that they held what is
/// erased.
///
/// # Errors
/// Where a statement fails.
pub async fn mark_for_removal(lock: &mut LifecycleLock, archive: &ArchiveRow, records: &[ErasureRow]) -> Result<()> {
    let doing = format!("marking the objects of archive {} for removal", archive.id);
    let tx = lock.db().client_mut().transaction().await.map_err(|e| explain(doing.clone(), e))?;
    effect!("erase.let-go", ledger::set_objects(&tx, archive.id, Objects::Erasing).await?);
    for record in records {
        erasures::add_archive(&tx, record.id, archive.id, 0).await?;
    }
    tx.commit().await.map_err(|e| explain(doing, e))
}
