//! Stores of archives: which one a command reads, and which one it works on.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::context::{Context, Effect};
use crate::archive::{
    self, ArchiveRow, Away, ClaimStores, ClaimedStore, Claims, Destination, LifecycleLock, Making, OpenStores,
    WantedCopies,
};
use crate::db::Scope;
use crate::db::queries::{ledger, policies};
use crate::error::{Error, Kind, Result};
use crate::store::{Frozen, ObjectKey, Store, StoreUrl};

impl Context {
    /// Stores by their addresses, whichever was asked for.
    pub fn stores_to_write(&self) -> ArchiveStores<'_> {
        ArchiveStores {
            context: self,
            given: None,
            opened: HashMap::new(),
            mirrors: HashMap::new(),
            told: HashMap::new(),
            claims: Claims::default(),
            only_removes: false,
        }
    }

    /// Stores of archives.
    pub async fn stores(&self) -> Result<ArchiveStores<'_>> {
        let given = match self.settings.reading_store()? {
            Some(url) => Some(Store::open_existing(&url, &self.settings.store_settings).await?),
            None => None,
        };
        Ok(ArchiveStores { given, ..self.stores_to_write() })
    }
}

/// What was done with an archive. Where it failed because an object lies in an archive storage class, all its objects are
/// asked for at once, so that one wait is enough.
pub async fn thawing<T>(store: &Store, archive: &ArchiveRow, done: Result<T>) -> Result<T> {
    match done {
        Err(e) if Frozen::is_cause_of(&e) => {
            let names = [&archive.manifest_key, &archive.heads_key, &archive.object_key];
            let keys: Vec<_> = names.into_iter().flatten().map(ObjectKey::new).collect::<Result<_>>()?;
            match Box::pin(store.thaw(&keys)).await {
                Err(all) => Err(all.while_doing(format!("archive {}", archive.id))),
                Ok(()) => Err(e),
            }
        }
        done => done,
    }
}

/// Whether an archive that was read, and was not what was stored, is in another store as well: it is read from there from now
/// on.
pub fn turn_to_next_copy(store: &Store, archive: &ArchiveRow, e: &Error) -> Result<bool> {
    if e.kind() != Kind::Verification || archive.copies.is_empty() {
        return Ok(false);
    }
    let mut is_left = false;
    for key in [&archive.heads_key, &archive.object_key].into_iter().flatten() {
        is_left |= store.pass_over(&ObjectKey::new(key)?);
    }
    Ok(is_left)
}

/// Stores of archives, each opened once: those that the ledger names, unless `--store` says where they have gone.
pub struct ArchiveStores<'a> {
    context: &'a Context,
    given: Option<Store>,
    opened: HashMap<String, Store>,
    /// Several that have the same archives, by their addresses.
    mirrors: HashMap<Vec<String>, Store>,
    /// Those whose absence was told, and why: they are not asked again.
    told: HashMap<String, (Kind, String)>,
    claims: Claims,
    /// Whether nothing is written to them: then they may be full.
    only_removes: bool,
}

impl ArchiveStores<'_> {
    /// Whether the user named the store.
    pub fn is_given(&self) -> bool {
        self.given.is_some()
    }

    /// The store that an archive is in; what it does not give is read from the stores of the archive's other copies.
    pub async fn of(&mut self, archive: &ArchiveRow) -> Result<Store> {
        if let Some(store) = &self.given {
            return Ok(store.clone());
        }
        let doing = || format!("opening the store of archive {}", archive.id);
        let Some(url) = &archive.store_url else {
            return Err(Error::failed(doing()).because("the ledger names none").hint("add --store"));
        };
        if archive.copies.is_empty() {
            return self.at(url).await.map_err(|e| e.while_doing(doing()));
        }
        let urls: Vec<String> = std::iter::once(url).chain(&archive.copies).cloned().collect();
        if let Some(store) = self.mirrors.get(&urls) {
            return Ok(store.clone());
        }
        let mut opened = Vec::with_capacity(urls.len());
        for url in &urls {
            let store = self.at(url).await;
            if let Err(e) = &store {
                self.tell_away(url, e);
            }
            opened.push(store);
        }
        let store = Store::together(opened).map_err(|e| e.while_doing(doing()))?;
        self.mirrors.insert(urls, store.clone());
        Ok(store)
    }

    /// A run has archived to `to`; where that is another store than the one meant, that one went away under it, which it has
    /// told.
    pub fn went_on(&mut self, meant: &str, to: &Destination) {
        if to.first.url().to_string() != meant {
            self.claims.do_without(meant);
            self.opened.remove(meant);
            self.told.insert(meant.to_owned(), (Kind::Failed, "it went away under this run".to_owned()));
        }
    }

    /// Says once that a store is done without.
    pub fn tell_away(&mut self, url: &str, why: &Error) {
        self.claims.do_without(url);
        self.opened.remove(url);
        if self.told.insert(url.to_owned(), (why.kind(), why.to_string())).is_none() {
            self.context.ui.warn(&format!("{url} is away, and this run does without it: {why}"));
        }
    }

    /// The store that a run which changes an archive works on, once it is known to be this database's: the one that the ledger
    /// names, or the next copy where that is away.
    pub async fn claimed(
        &mut self,
        lock: &mut LifecycleLock,
        scope: &Scope,
        archive: &ArchiveRow,
    ) -> Result<ClaimedStore> {
        if let Some(store) = self.given.clone() {
            return self.claim(lock, scope, &store).await;
        }
        let first = archive::first_of(lock, scope, self, archive).await?;
        if let Some((url, why)) = &first.instead_of {
            self.tell_away(url, why);
        }
        Ok(first.store)
    }

    /// The same, for a run that only removes: a store that is full is removed from, too.
    #[must_use]
    pub fn only_removing(self) -> Self {
        Self { only_removes: true, ..self }
    }

    async fn claim(&mut self, lock: &mut LifecycleLock, scope: &Scope, store: &Store) -> Result<ClaimedStore> {
        if self.only_removes {
            return self.claims.of_to_remove(lock, scope, store, &self.context.ui).await;
        }
        self.claims.of(lock, scope, store).await
    }

    /// Where chunks are archived to: the stores in which they are wanted.
    pub async fn destination(
        &mut self,
        lock: &mut LifecycleLock,
        scope: &Scope,
        wanted: &WantedCopies,
    ) -> Result<Destination> {
        let (to, away) = archive::destination(lock, scope, self, wanted).await?;
        for Away { url, why } in &away {
            self.tell_away(url, why);
        }
        Ok(to)
    }

    /// Where the chunk of an archive goes that is live: the archive's own store first, then those in which it is wanted as well.
    pub async fn back_to(
        &mut self,
        lock: &mut LifecycleLock,
        scope: &Scope,
        archive: &ArchiveRow,
    ) -> Result<Destination> {
        let first = self.claimed(lock, scope, archive).await?;
        let policy = policies::of(lock.db().client(), scope.namespace()).await?;
        let url = first.url().to_string();
        let wanted = WantedCopies::by(policy.as_ref(), Some(&url));
        if self.given.is_some() || wanted.stores.len() < 2 {
            return Ok(Destination { before_drop: wanted.before_drop, ..Destination::alone(first) });
        }
        self.destination(lock, scope, &wanted).await
    }

    /// Looks before anything is changed whether the stores of all these archives are this database's. What else is amiss
    /// with a store is told by the archive that needs it.
    pub async fn claim_all(
        &mut self,
        lock: &mut LifecycleLock,
        scope: &Scope,
        archives: impl IntoIterator<Item = &ArchiveRow>,
    ) -> Result<()> {
        let mut seen = HashSet::new();
        for archive in archives {
            if !seen.insert(&archive.store_url) {
                continue;
            }
            match self.claimed(lock, scope, archive).await {
                Err(e) if e.kind() == Kind::Conflict => return Err(e),
                _ => {}
            }
        }
        Ok(())
    }

    /// Makes the copies of these archives that the policy wants. One that fails is told: the night makes it.
    pub async fn make_missing(&mut self, lock: &mut LifecycleLock, scope: &Scope, ids: &BTreeSet<i64>) -> Result<()> {
        let policy = policies::of(lock.db().client(), scope.namespace()).await?;
        let Some(policy) = policy.filter(|policy| !policy.copies.is_empty() && !self.is_given()) else { return Ok(()) };
        let wanted = WantedCopies::by(Some(&policy), policy.store_url.as_deref());
        let context = self.context;
        for id in ids {
            let archive = ledger::get(lock.db().client(), scope.namespace(), *id).await?;
            for url in archive::missing_copies(&wanted, &archive) {
                let copied = async {
                    let (from, to) = (self.of(&archive).await?, self.made_at(lock, scope, url).await?);
                    let (progress, stop) = (&context.ui, &context.stop);
                    let making = Making { db: lock.db().client(), from: &from, progress, stop };
                    archive::make_copy(&making, &to, &archive).await
                };
                match copied.await {
                    Err(e) if e.kind().is_stop() => return Err(e),
                    Err(e) if archive::is_away(&e) => self.tell_away(url, &e),
                    Err(e) => context.ui.warn(&e.to_string()),
                    Ok(()) => {}
                }
            }
        }
        Ok(())
    }

    /// Removes copies of archives whose own objects are gone, and says which could not be.
    pub async fn clear_copies(&mut self, lock: &mut LifecycleLock, scope: &Scope) -> Result<()> {
        let context = self.context;
        let cleared = archive::clear_copies(lock, scope, self, &context.stop).await?;
        for e in cleared.by_store().values() {
            context.ui.warn(&format!("{e}; the next run tries again"));
        }
        Ok(())
    }

    /// The run has changed what it had to.
    pub async fn end(self, lock: &mut LifecycleLock, scope: &Scope) {
        self.claims.end(lock, scope, &self.context.ui).await;
    }
}

impl ClaimStores for ArchiveStores<'_> {
    async fn at(&mut self, url: &str) -> Result<Store> {
        if let Some(store) = self.opened.get(url) {
            return Ok(store.clone());
        }
        if let Some((kind, why)) = self.told.get(url) {
            let doing = format!("opening the store {url}");
            return Err(match kind {
                Kind::Conflict => archive::still_away(doing, why.clone()),
                kind => Error::new(*kind, doing).because(why.clone()),
            });
        }
        let parsed: StoreUrl = url.parse()?;
        let store = Store::open_existing(&parsed, &self.context.settings.store_settings).await.map_err(|e| {
            match self.context.effect {
                // It may only not be mounted.
                Effect::Changes => archive::folder_is_missing(e, &parsed),
                Effect::Reads => archive::missing_means_lost(e, format!("opening the store {url}")),
            }
        })?;
        self.opened.insert(url.to_owned(), store.clone());
        Ok(store)
    }

    async fn claimed_at(&mut self, lock: &mut LifecycleLock, scope: &Scope, url: &str) -> Result<ClaimedStore> {
        let store = self.at(url).await?;
        self.claim(lock, scope, &store).await
    }

    async fn made_at(&mut self, lock: &mut LifecycleLock, scope: &Scope, url: &str) -> Result<ClaimedStore> {
        let store = match self.opened.get(url) {
            Some(store) => store.clone(),
            None => self.context.to_write(lock.db(), scope, &url.parse()?).await?,
        };
        self.opened.insert(url.to_owned(), store.clone());
        let is_new = !self.claims.has(&store);
        let claimed = self.claims.of(lock, scope, &store).await?;
        // What is held is told by each store that copies are in.
        if is_new {
            archive::put_missing(lock.db(), scope, &claimed).await?;
        }
        Ok(claimed)
    }
}

impl OpenStores for ArchiveStores<'_> {
    fn trusts(&self, url: &StoreUrl) -> bool {
        self.is_given() || self.context.settings.store().is_ok_and(|asked| asked.as_ref() == Some(url))
    }

    async fn open(&mut self, archive: &ArchiveRow) -> Result<Store> {
        self.of(archive).await
    }
}
