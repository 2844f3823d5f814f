//! Where a run archives to.

use uuid::Uuid;

use super::{ClaimStores, WantedCopies};
use crate::archive::claim::{ClaimedStore, is_away};
use crate::archive::lock::lifecycle::LifecycleLock;
use crate::db::Scope;
use crate::db::queries::claims;
use crate::error::{Error, Result};
use crate::store::ObjectLock;

/// The stores of a run: what is archived goes to the first, and from there to the others.
#[derive(Debug, Clone)]
pub struct Destination {
    /// The one that archives go to.
    pub first: ClaimedStore,
    /// Those beside it that answer, and are this database's.
    pub others: Vec<ClaimedStore>,
    /// In how many stores an archive lies before its chunk is dropped, the first one included.
    pub before_drop: usize,
    /// The lineage that manifests name, the same whichever store an archive is written to first: whoever has one of the stores
    /// alone sees archives of one owner.
    pub lineage: Uuid,
}

impl Destination {
    /// One store, and no copies.
    pub const fn alone(first: ClaimedStore) -> Self {
        let lineage = first.claim_id();
        Self { first, others: Vec::new(), before_drop: 1, lineage }
    }

    /// The same; archives that are written to it from now on are locked.
    #[must_use]
    pub fn locking(self, lock: Option<ObjectLock>) -> Self {
        let others = self.others.into_iter().map(|store| store.locking_copies(lock)).collect();
        Self { first: self.first.locking(lock), others, ..self }
    }

    /// The same without its first store, which is away; `None` where it has no other.
    pub fn without_first(&self) -> Option<Self> {
        let (first, others) = self.others.split_first()?;
        Some(Self { first: first.clone(), others: others.to_vec(), ..*self })
    }

    /// All of them.
    pub fn stores(&self) -> impl Iterator<Item = &ClaimedStore> {
        std::iter::once(&self.first).chain(&self.others)
    }
}

/// A store that a run does without.
#[derive(Debug)]
pub struct Away {
    /// Its address.
    pub url: String,
    /// Why.
    pub why: Error,
}

/// Opens the stores in which archives are wanted. Those that are away are left out: the first that is there takes what is
/// archived.
///
/// # Errors
/// [`Kind::Conflict`](crate::Kind::Conflict) where one is not this database's; why the first is away, where none is there.
pub async fn destination<S: ClaimStores>(
    lock: &mut LifecycleLock,
    scope: &Scope,
    stores: &mut S,
    wanted: &WantedCopies,
) -> Result<(Destination, Vec<Away>)> {
    let (mut there, mut away) = (Vec::new(), Vec::new());
    for url in &wanted.stores {
        match stores.made_at(lock, scope, url).await {
            Ok(store) => there.push(store),
            Err(why) if is_away(&why) => away.push(Away { url: url.clone(), why }),
            Err(e) => return Err(e),
        }
    }
    let mut there = there.into_iter();
    match (there.next(), away.is_empty()) {
        (Some(first), _) => {
            let own = claims::list(lock.db().client(), scope.namespace()).await?;
            let of_first = own.iter().find(|row| Some(&row.store_url) == wanted.stores.first());
            let lineage = of_first.map_or(first.claim_id(), |row| row.claim_id);
            Ok((Destination { first, others: there.collect(), before_drop: wanted.before_drop, lineage }, away))
        }
        (None, false) => Err(away.swap_remove(0).why),
        (None, true) => Err(Error::usage("looking for the store").because("none is given")),
    }
}
