//! The stores of a night: which one a step works on, and which are done without.

use super::super::outcome::RunOutcome;
use super::super::step::Step;
use super::super::stores::{FolderPresence, LifecycleStores};
use super::{NamespaceNight, NamespaceWork, is_stop};
use crate::archive::{
    self, ArchiveRow, Away, ClaimStores, ClaimedStore, Claims, Destination, LifecycleLock, Making, OpenStores,
    WantedCopies,
};
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::store::{Store, StoreUrl};

/// The run's stores, and which of them are known to be this database's.
struct NightStores<'a> {
    stores: &'a mut LifecycleStores,
    claims: &'a mut Claims,
}

impl OpenStores for NightStores<'_> {
    fn trusts(&self, url: &StoreUrl) -> bool {
        self.stores.trusts(url)
    }

    async fn open(&mut self, archive: &ArchiveRow) -> Result<Store> {
        self.stores.of(archive).await
    }
}

impl ClaimStores for NightStores<'_> {
    async fn at(&mut self, url: &str) -> Result<Store> {
        self.stores.at(url).await
    }

    async fn claimed_at(&mut self, lock: &mut LifecycleLock, scope: &Scope, url: &str) -> Result<ClaimedStore> {
        let store = self.stores.at(url).await?;
        self.claims.of(lock, scope, &store).await
    }

    async fn made_at(&mut self, lock: &mut LifecycleLock, scope: &Scope, url: &str) -> Result<ClaimedStore> {
        let url: StoreUrl = url.parse()?;
        let folder = folder(lock.db(), scope, &url).await?;
        let store = self.stores.to_write(&url, folder).await?;
        let is_new = !self.claims.has(&store);
        let claimed = self.claims.of(lock, scope, &store).await?;
        // What is held is told by each store that copies are in.
        if is_new {
            archive::put_missing(lock.db(), scope, &claimed).await?;
        }
        Ok(claimed)
    }
}

/// A folder that archives are kept in is not made anew where it is missing.
async fn folder(db: &Db, scope: &Scope, url: &StoreUrl) -> Result<FolderPresence> {
    let must = match url {
        StoreUrl::File { .. } => archive::must_be_there(db, scope, &url.to_string()).await?,
        StoreUrl::S3 { .. } => false,
    };
    Ok(if must { FolderPresence::MustBeThere } else { FolderPresence::MayBeMade })
}

impl NamespaceNight<'_> {
    /// One failure a store, however many steps need it.
    pub(super) fn store_failed(&mut self, name: &str, e: Error, outcome: &mut RunOutcome) {
        if e.kind() == Kind::Conflict {
            self.refused.insert(name.to_owned());
        }
        if self.down.insert(name.to_owned()) {
            outcome.fail(name, e);
        }
    }

    /// Where archives go to, `first` before the others where it names a store; `None` where all are down, one is another
    /// database's, or none is named. One that is away while others are there is no failure.
    pub(super) async fn destination(&mut self, first: Option<&str>, outcome: &mut RunOutcome) -> Option<Destination> {
        let wanted = match first {
            Some(url) => Ok(WantedCopies::by(Some(self.work.policy), Some(url))),
            None => self.stores.wanted(self.work.policy),
        };
        let wanted = match wanted {
            Ok(wanted) => wanted,
            Err(e) => {
                self.store_failed("store", e, outcome);
                return None;
            }
        };
        if wanted.stores.iter().any(|url| self.refused.contains(url)) {
            return None;
        }
        let (scope, first) = (self.work.scope, wanted.stores.first().cloned().unwrap_or_default());
        let mut stores = NightStores { stores: &mut *self.stores, claims: &mut self.claims };
        match archive::destination(self.lock, scope, &mut stores, &wanted).await {
            Ok((to, away)) => {
                for Away { url, why } in away {
                    self.tell_away(&url, &why);
                }
                match archive::lock_of_policy(&self.work.policy.safeguards) {
                    Ok(lock) => Some(to.locking(lock)),
                    Err(e) => {
                        self.store_failed(&first, e, outcome);
                        None
                    }
                }
            }
            Err(e) => {
                self.store_failed(&first, e, outcome);
                None
            }
        }
    }

    /// One warning a store, however many steps do without it.
    pub(super) fn tell_away(&mut self, url: &str, why: &Error) {
        self.claims.do_without(url);
        if self.away.insert(url.to_owned()) {
            self.work.progress.warn(&format!("{url} is away, and this run does without it: {why}"));
        }
    }

    /// A store that archives or their copies go to, to look into.
    pub(super) async fn open_store(&mut self, url: &StoreUrl, outcome: &mut RunOutcome) -> Option<Store> {
        let name = url.to_string();
        if self.refused.contains(&name) || self.away.contains(&name) {
            return None;
        }
        let opened = async {
            let folder = folder(self.lock.db(), self.work.scope, url).await?;
            self.stores.to_write(url, folder).await
        };
        match opened.await {
            Ok(store) => Some(store),
            Err(e) if !self.work.policy.copies.is_empty() && archive::is_away(&e) => {
                self.tell_away(&name, &e);
                None
            }
            Err(e) => {
                self.store_failed(&name, e, outcome);
                None
            }
        }
    }

    /// The store that a step needs for sure: what is released goes where its archive lies, which need not be where new
    /// archives go.
    pub(super) fn store_of(&self, step: &Step) -> Option<&str> {
        let Step::Release(_, ids) = step else { return None };
        self.archives.iter().find(|a| ids.contains(&a.id))?.store_url.as_deref()
    }

    /// The store that a run which changes an archive works on: the one that the ledger names, or the next copy where that is
    /// away.
    pub(super) async fn first_of(&mut self, row: &ArchiveRow) -> Result<ClaimedStore> {
        let scope = self.work.scope;
        if self.stores.is_given() {
            let store = self.stores.of(row).await?;
            return self.claims.of(self.lock, scope, &store).await;
        }
        let mut stores = NightStores { stores: &mut *self.stores, claims: &mut self.claims };
        let first = archive::first_of(self.lock, scope, &mut stores, row).await?;
        if let Some((url, why)) = &first.instead_of {
            self.tell_away(url, why);
        }
        Ok(first.store)
    }

    /// A copy that a store lacks. The others are there: that this one is away is told once, and the next night makes it.
    pub(super) async fn copy(&mut self, row: &ArchiveRow, url: &str, outcome: &mut RunOutcome) {
        outcome.left -= 1;
        if self.refused.contains(url) || self.away.contains(url) {
            return;
        }
        let NamespaceWork { scope, progress, stop, .. } = self.work;
        let copied = async {
            let from = self.stores.of(row).await?;
            let mut stores = NightStores { stores: &mut *self.stores, claims: &mut self.claims };
            let to = stores.made_at(self.lock, scope, url).await?;
            to.check().await?;
            let making = Making { db: self.lock.db().client(), from: &from, progress, stop };
            archive::make_copy(&making, &to, row).await
        };
        match copied.await {
            Ok(()) => outcome.copied += 1,
            Err(e) if is_stop(&e) => {}
            Err(e) if archive::is_away(&e) && e.kind() != Kind::Verification => {
                let away = match self.stores.at(url).await {
                    Ok(store) => store.check().await.is_err(),
                    Err(_) => true,
                };
                if away { self.tell_away(url, &e) } else { outcome.fail(row.id.to_string(), e) }
            }
            Err(e) if e.kind() == Kind::Conflict => self.store_failed(url, e, outcome),
            Err(e) => outcome.fail(row.id.to_string(), e),
        }
    }

    /// Copies of archives that are gone go as well, in whichever stores answer.
    pub(super) async fn clear_copies(&mut self) -> Result<()> {
        let NamespaceWork { scope, stop, .. } = self.work;
        let mut stores = NightStores { stores: &mut *self.stores, claims: &mut self.claims };
        let cleared = archive::clear_copies(self.lock, scope, &mut stores, stop).await?;
        for (url, e) in &cleared.by_store() {
            self.tell_left(url, e);
        }
        Ok(())
    }

    fn tell_left(&self, url: &str, e: &Error) {
        if !self.away.contains(url) {
            self.work.progress.warn(&format!("{e}; the next run tries again"));
        }
    }
}
