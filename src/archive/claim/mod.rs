//! A store has one owner: the one database that changes a namespace's archives in it.
//!
//! A copy of a database (by template, dump, snapshot, or a standby that was promoted) has the ledger, the policy and the
//! store's URL of the original. Both would archive, sweep and expire in one place. So the store has a mark, and the
//! database has the same one; every run that changes something moves both on. Whoever comes with another mark, or with
//! the right one in another database, may read, and changes nothing until `archives claim` says so.

mod first;
mod inside;
mod owner;
mod ownership;
mod refusal;
mod take_over;

use std::collections::HashMap;
use std::ops::Deref;

use uuid::Uuid;

use crate::archive::lock::lifecycle::LifecycleLock;
use crate::db::queries::claims::{self, ClaimRow, DatabaseIdentity, NextMark};
use crate::db::queries::{clock, ledger};
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::failpoint::effect;
use crate::progress::Progress;
use crate::store::{LockedUntil, ObjectKey, ObjectLock, Store, StoreUrl, Upload, is_full};
pub use inside::refuse_inside;
pub use owner::{Mark, Owner, read as read_mark, shown as shown_database};
pub use ownership::{OwnStore, Ownership};
use refusal::{Why, refused};
pub use refusal::{is_away, still_away};
pub(super) use take_over::source;
pub use take_over::{StoreTakeOver, TakeOver, plan as plan_claim, take_over};

/// A store whose archives of one namespace are this database's, as a look at its mark has shown. What uploads, deletes,
/// or drops on the store's word takes one of these.
#[derive(Debug, Clone)]
pub struct ClaimedStore {
    store: Store,
    namespace: String,
    claim_id: Uuid,
    epoch: i32,
    mark: Uuid,
    lock: Option<ObjectLock>,
}

impl Deref for ClaimedStore {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}

impl ClaimedStore {
    /// The same to write to; what cannot be read in it is read in others that have the same objects.
    #[must_use]
    pub fn with_others(self, others: Vec<Store>) -> Self {
        Self { store: self.store.with_others(others), ..self }
    }

    /// The same store; archives that are written to it from now on are locked.
    #[must_use]
    pub fn locking(self, lock: Option<ObjectLock>) -> Self {
        Self { lock, ..self }
    }

    /// The same store, for copies of what another one has: those in a bucket are locked from now on. A folder locks nothing.
    #[must_use]
    pub fn locking_copies(self, lock: Option<ObjectLock>) -> Self {
        match self.store.url() {
            StoreUrl::S3 { .. } => self.locking(lock),
            StoreUrl::File { .. } => self,
        }
    }

    /// The same store; what is written to it from now on is locked until then.
    #[must_use]
    pub(super) fn locked_now(self, until: Option<LockedUntil>) -> Self {
        Self { store: self.store.locked(until), ..self }
    }

    /// What archives that are written to it are to be locked by.
    pub const fn object_lock(&self) -> Option<ObjectLock> {
        self.lock
    }

    /// The lineage of the archives.
    pub const fn claim_id(&self) -> Uuid {
        self.claim_id
    }

    /// Refuses where it is the store that something is to be copied from, by another address: it has the mark that this run has
    /// just given to this one.
    ///
    /// # Errors
    /// [`Kind::Conflict`] where it is; where that store cannot be asked.
    pub(super) async fn refuse_same_as(&self, from: &Store) -> Result<()> {
        match owner::read(from, &self.namespace).await? {
            Mark::Found(found, _) if found.mark == self.mark => {
                Err(refused(&self.store, &self.namespace, Why::Same(from.url().to_string())))
            }
            _ => Ok(()),
        }
    }

    /// Refuses where objects are the very files that they are in the store that they were copied from: folders in both may be
    /// mounted from one place, with marks of their own above them.
    ///
    /// # Errors
    /// [`Kind::Conflict`] where one is; where a store cannot be asked.
    pub(super) async fn refuse_same_files(
        &self,
        from: &Store,
        keys: impl IntoIterator<Item = &ObjectKey>,
    ) -> Result<()> {
        for key in keys {
            if self.store.is_same_file(from, key).await? {
                let why = Why::Same(format!("{}, as far as {key} goes,", from.url()));
                return Err(refused(&self.store, &self.namespace, why));
            }
        }
        Ok(())
    }

    /// Asks again, right before something is dropped or deleted: another database may have taken the store over since.
    ///
    /// # Errors
    /// [`Kind::Conflict`] where the mark is another one.
    pub async fn still_ours(&self) -> Result<()> {
        let why = match owner::read(&self.store, &self.namespace).await? {
            Mark::Found(found, _) if found.mark == self.mark => return Ok(()),
            Mark::Found(found, _) if found.epoch > self.epoch => Why::TakenOver(found),
            Mark::Found(found, _) => Why::Changed(found),
            Mark::Unreadable(why, _) => Why::Unreadable(why),
            Mark::Missing => Why::Gone,
        };
        Err(refused(&self.store, &self.namespace, why).while_doing("looking whose store it is before the next step"))
    }

    /// Makes an object visible that was uploaded to this store, once it is known to be this run's still. A run that stood still, and
    /// whose lock is another run's by now, would put content there that has been erased since.
    ///
    /// # Errors
    /// As those of [`ClaimedStore::still_ours`] and of the upload; nothing is visible then.
    pub(super) async fn finish(&self, upload: Upload) -> Result<()> {
        if let Err(e) = self.still_ours().await {
            if let Err(left) = upload.abort().await {
                tracing::warn!("{left}");
            }
            return Err(e);
        }
        upload.finish().await.map(drop)
    }
}

/// Looks whose a store is. Changes nothing.
///
/// # Errors
/// [`Kind::Conflict`] where it is not this database's; otherwise where the store or the database cannot be asked.
pub async fn look(db: &Db, scope: &Scope, store: &Store) -> Result<Ownership> {
    store.check().await?;
    let namespace = scope.namespace();
    let here = DatabaseIdentity::of(db).await?;
    let rows = claims::list(db.client(), namespace).await?;
    let url = store.url().to_string();
    let row = rows.iter().find(|r| r.store_url == url && r.mark.is_some());
    let fail = |why| Err(refused(store, namespace, why));
    match owner::read(store, namespace).await? {
        Mark::Unreadable(why, _) => fail(Why::Unreadable(why)),
        Mark::Missing => match row {
            Some(row) => fail(first::why_missing(store, namespace, row).await?),
            None => first::look(db, scope, store, &rows, &here).await,
        },
        Mark::Found(found, etag) => judge(&rows, &url, &here, *found, etag).or_else(fail),
    }
}

/// By the store's mark and the database's.
fn judge(
    rows: &[ClaimRow],
    url: &str,
    here: &DatabaseIdentity,
    found: Owner,
    etag: Option<String>,
) -> std::result::Result<Ownership, Why> {
    let of_url = rows.iter().find(|r| r.store_url == url);
    // A store that was moved has the mark that it had where it lay last: an older one is of an older copy of it.
    let is_last = |r: &ClaimRow| !rows.iter().any(|o| o.claim_id == r.claim_id && o.changed_at > r.changed_at);
    let row = rows
        .iter()
        .filter(|r| r.has_mark(found.mark) && (r.store_url == url || is_last(r)))
        .max_by_key(|r| r.store_url == url);
    match (row, of_url) {
        (Some(row), _) if row.owner.is_same(here) && found.identity().is_same(here) => {
            // A namespace that was made after one of its name has a lineage of its own, which the store has not heard of yet.
            Ok(Ownership::Ours(OwnStore { claim_id: row.claim_id, epoch: found.epoch, mark: found.mark, etag }))
        }
        (None, Some(row)) if found.epoch > row.epoch => Err(Why::TakenOver(Box::new(found))),
        (None, Some(row)) if row.owner.is_same(here) => Err(Why::Changed(Box::new(found))),
        (Some(_), _) | (None, Some(_)) => Err(Why::Copied(Box::new(found), here.clone())),
        (None, None) => Err(Why::Foreign(Box::new(found))),
    }
}

/// Looks whose a store is, and moves its mark and the database's on: the caller is about to change something.
///
/// # Errors
/// [`Kind::Conflict`] where the store is not this database's, and says whose it is.
pub async fn claimed(lock: &mut LifecycleLock, scope: &Scope, store: &Store) -> Result<ClaimedStore> {
    let looked = look(lock.db(), scope, store).await;
    if matches!(&looked, Err(e) if e.kind() == Kind::Conflict) {
        ledger::doubt_store(lock.db().client(), scope.namespace(), &store.url().to_string()).await?;
    }
    let (claim, mark, etag) = match looked? {
        Ownership::Ours(ours) => ((ours.claim_id, ours.epoch), Some(ours.mark), ours.etag),
        Ownership::First(claim_id) => {
            inside::refuse_inside(lock.db(), scope, store.url()).await?;
            ((claim_id, 1), None, None)
        }
    };
    move_on(lock.db(), scope, store, ClaimStep { claim, mark, etag: etag.as_deref(), sources: &[] }).await
}

/// Does as [`claimed`] for a run that only removes. Where the store is full, and takes no new mark, the old one serves: it is this
/// database's, and is looked at again before each deletion. The mark moves on at the end of the run, once there is room.
///
/// # Errors
/// As those of [`claimed`].
pub async fn claimed_to_remove(
    lock: &mut LifecycleLock,
    scope: &Scope,
    store: &Store,
    progress: &dyn Progress,
) -> Result<ClaimedStore> {
    let full = match claimed(lock, scope, store).await {
        Err(e) if is_full(&e) => e,
        claimed => return claimed,
    };
    let Ownership::Ours(ours) = look(lock.db(), scope, store).await? else { return Err(full) };
    progress.warn(&format!("{} is full, and is only removed from: {full}", store.url()));
    let OwnStore { claim_id, epoch, mark, .. } = ours;
    Ok(ClaimedStore {
        store: store.clone(),
        namespace: scope.namespace().to_owned(),
        claim_id,
        epoch,
        mark,
        lock: None,
    })
}

/// What a move begins with, and what it leads to.
struct ClaimStep<'a> {
    claim: (Uuid, i32),
    /// The mark that is known to be this database's.
    mark: Option<Uuid>,
    etag: Option<&'a str>,
    sources: &'a [String],
}

/// The database says which mark the store is about to get, the store gets it, the database says that it has it. A run
/// that ended anywhere between finds one of its two marks in the store.
async fn move_on(db: &Db, scope: &Scope, store: &Store, step: ClaimStep<'_>) -> Result<ClaimedStore> {
    let (namespace, url) = (scope.namespace(), store.url().to_string());
    let here = DatabaseIdentity::of(db).await?;
    let mark = Uuid::new_v4();
    let next = NextMark {
        namespace,
        store_url: &url,
        claim_id: step.claim.0,
        epoch: step.claim.1,
        mark: step.mark,
        next_mark: mark,
        owner: &here,
        sources: step.sources,
    };
    effect!("claim.tell-next", claims::tell_next(db.client(), &next).await?);
    let owner = Owner::new(namespace, step.claim, mark, &here, clock::now(db.client()).await?);
    effect!("claim.mark", owner::write(store, &owner, step.etag).await?);
    effect!("claim.tell-done", claims::tell_done(db.client(), namespace, &url, mark).await?);
    let (claim_id, epoch) = step.claim;
    Ok(ClaimedStore { store: store.clone(), namespace: namespace.to_owned(), claim_id, epoch, mark, lock: None })
}

/// The stores of a run that are this database's, each looked at once.
#[derive(Debug, Default)]
pub struct Claims(HashMap<String, ClaimedStore>);

impl Claims {
    /// The store, once it is known to be this database's.
    ///
    /// # Errors
    /// As [`claimed`].
    pub async fn of(&mut self, lock: &mut LifecycleLock, scope: &Scope, store: &Store) -> Result<ClaimedStore> {
        let url = store.url().to_string();
        if let Some(claimed) = self.0.get(&url) {
            return Ok(claimed.clone());
        }
        self.refuse_same(scope, store).await?;
        let claimed = claimed(lock, scope, store).await?;
        self.0.insert(url, claimed.clone());
        Ok(claimed)
    }

    /// Does as [`Claims::of`] for a run that only removes: the store may be full.
    ///
    /// # Errors
    /// As those of [`claimed`].
    pub async fn of_to_remove(
        &mut self,
        lock: &mut LifecycleLock,
        scope: &Scope,
        store: &Store,
        progress: &dyn Progress,
    ) -> Result<ClaimedStore> {
        let url = store.url().to_string();
        if let Some(claimed) = self.0.get(&url) {
            return Ok(claimed.clone());
        }
        self.refuse_same(scope, store).await?;
        let claimed = claimed_to_remove(lock, scope, store, progress).await?;
        self.0.insert(url, claimed.clone());
        Ok(claimed)
    }

    /// Whether a store is one of them.
    pub fn has(&self, store: &Store) -> bool {
        self.0.contains_key(&store.url().to_string())
    }

    /// Two addresses may lead to one store: by a link, a mount, or another endpoint. What is removed by the one would be gone by
    /// the other, and a copy there would be none. Such a store has the mark that this run has just given to the other one.
    async fn refuse_same(&self, scope: &Scope, store: &Store) -> Result<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        let Mark::Found(found, _) = owner::read(store, scope.namespace()).await? else { return Ok(()) };
        match self.0.values().find(|other| other.mark == found.mark) {
            Some(other) => Err(refused(store, scope.namespace(), Why::Same(other.url().to_string()))),
            None => Ok(()),
        }
    }

    /// Leaves out a store that a run does without, as it has told: its mark stays where it is.
    pub fn do_without(&mut self, url: &str) {
        self.0.remove(url);
    }

    /// Moves all marks on, now that the run has changed what it had to: a copy that was made meanwhile is told by it. What
    /// was done is done, so a mark that stays is a warning.
    pub async fn end(self, lock: &mut LifecycleLock, scope: &Scope, progress: &dyn Progress) {
        for claimed in self.0.into_values() {
            if lock.db().client().is_closed() {
                return;
            }
            if let Err(e) = again(lock, scope, &claimed).await {
                progress.warn(&format!("the mark of {} was not moved on: {e}", claimed.url()));
            }
        }
    }
}

async fn again(lock: &mut LifecycleLock, scope: &Scope, claimed: &ClaimedStore) -> Result<()> {
    let etag = match owner::read(claimed, scope.namespace()).await? {
        Mark::Found(found, etag) if found.mark == claimed.mark => etag,
        Mark::Missing => {
            return Err(Error::new(Kind::Conflict, "looking for its mark").because("it is not there any more"));
        }
        _ => {
            return Err(Error::new(Kind::Conflict, "looking for its mark")
                .because("it is another one: somebody else has taken the store over"));
        }
    };
    let claim = (claimed.claim_id, claimed.epoch);
    let step = ClaimStep { claim, mark: Some(claimed.mark), etag: etag.as_deref(), sources: &[] };
    move_on(lock.db(), scope, claimed, step).await.map(|_| ())
}

/// Whether a folder that is missing must not be made: the namespace has its mark or archives there, so another disk would
/// be written to in place of one that is not mounted.
///
/// # Errors
/// Where a query fails.
pub async fn must_be_there(db: &Db, scope: &Scope, url: &str) -> Result<bool> {
    let rows = claims::list(db.client(), scope.namespace()).await?;
    if rows.iter().any(|r| r.store_url == url && r.mark.is_some()) {
        return Ok(true);
    }
    let archives = ledger::list(db.client(), scope.namespace()).await?;
    Ok(archives.iter().any(|a| a.state.is_kept() && a.store_url.as_deref() == Some(url)))
}

/// A folder that is missing though [`must_be_there`] says so.
pub fn folder_is_missing(e: Error, url: &StoreUrl) -> Error {
    match e.kind() {
        Kind::NotFound => Error::new(Kind::Conflict, "looking for this namespace's archives").because(e).hint(format!(
            "mount the disk that the archives are on; where they are lost for good: eventodb-admin policy set --remove-copy {0} \
             where others have them, else eventodb-admin archives claim --store {0}",
            crate::text::shell_url(url)
        )),
        _ => e,
    }
}

#[cfg(test)]
mod tests;
