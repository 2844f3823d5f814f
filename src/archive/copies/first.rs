//! Which copy of an archive a run that changes something works on: the one that its row names, or, where that store is away,
//! the next.

use super::ClaimStores;
use crate::archive::claim::{ClaimedStore, is_away};
use crate::archive::lock::lifecycle::LifecycleLock;
use crate::db::Scope;
use crate::db::queries::archive_copies as queries;
use crate::db::queries::ledger::{self, ArchiveRow};
use crate::error::{Error, Result};
use crate::failpoint::effect;

/// The store that a run works on.
#[derive(Debug)]
pub struct FirstCopy {
    /// It.
    pub store: ClaimedStore,
    /// Why it is not the one that the archive's row named: that one is a copy now.
    pub instead_of: Option<(String, Error)>,
}

/// The store that an archive's row names, once it is known to be this database's; where it is away, the next one with a verified
/// copy, which the row names from then on. A store that is another database's is gone round by nobody.
///
/// # Errors
/// [`Kind::Conflict`](crate::Kind::Conflict) where a store is not this database's; otherwise why the first one is away, where
/// no other is there.
pub async fn first_of<S: ClaimStores>(
    lock: &mut LifecycleLock,
    scope: &Scope,
    stores: &mut S,
    archive: &ArchiveRow,
) -> Result<FirstCopy> {
    // As it is by now: a step before may have gone on by another copy.
    let archive = ledger::get(lock.db().client(), scope.namespace(), archive.id).await?;
    let Some(named) = archive.store_url.as_deref() else {
        return Err(Error::failed(format!("opening the store of archive {}", archive.id))
            .because("the ledger names none")
            .hint("add --store"));
    };
    let away = match try_one(lock, scope, stores, named).await {
        Ok(store) => return Ok(FirstCopy { store, instead_of: None }),
        Err(e) if archive.copies.is_empty() || !is_away(&e) => return Err(e),
        Err(e) => e,
    };
    for url in &archive.copies {
        let store = match try_one(lock, scope, stores, url).await {
            Ok(store) => store,
            Err(e) if is_away(&e) => continue,
            Err(e) => return Err(e),
        };
        let db = lock.db().client();
        if effect!("copy.use", queries::use_first(db, archive.id, named, url).await?) {
            return Ok(FirstCopy { store, instead_of: Some((named.to_owned(), away)) });
        }
    }
    Err(away)
}

async fn try_one<S: ClaimStores>(
    lock: &mut LifecycleLock,
    scope: &Scope,
    stores: &mut S,
    url: &str,
) -> Result<ClaimedStore> {
    let store = stores.at(url).await?;
    store.check().await?;
    stores.claimed_at(lock, scope, url).await
}
