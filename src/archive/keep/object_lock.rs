//! Object Lock of archives: asked for when they are written, seen before anything is dropped, renewed by night, and heeded
//! before anything is deleted.
//!
//! A lock ends at a date. It is counted by the database's clock, as all ages are, and kept by the service's: where the two
//! differ by much, nothing is locked. The clock of this machine decides nothing.

use std::fmt;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio_postgres::GenericClient;

use crate::archive::claim::ClaimedStore;
use crate::archive::lock::lifecycle::LifecycleLock;
use crate::db::Scope;
use crate::db::queries::archive_copies::{self, CopyRow, CopyState};
use crate::db::queries::ledger::{self, ArchiveRow, Objects};
use crate::db::queries::policies::{Policy, Safeguards};
use crate::db::queries::{clock, policies};
use crate::error::{Error, Kind, Result};
use crate::failpoint::effect;
use crate::store::{Known, LockedUntil, ObjectKey, ObjectLock, RetentionMode, Store};

/// What the database's clock and the service's may differ by: S3 itself lets no request differ by more.
const APART: TimeDelta = TimeDelta::minutes(15);

/// A renewed lock is this part of its time shorter at most before it is renewed again: not every night touches each object.
const SLACK: i32 = 10;

const NEEDS_OBJECT_LOCK: &str = "a bucket has Object Lock when it is made so (aws s3api create-bucket \
     --object-lock-enabled-for-bucket), or later by put-object-lock-configuration, once it keeps versions; policy set \
     --lock never goes without";

/// The lock that a policy asks for.
///
/// # Errors
/// Where the database has a mode that is none.
pub fn lock_of_policy(safeguards: &Safeguards) -> Result<Option<ObjectLock>> {
    let (Some(period), Some(mode)) = (safeguards.lock_for, &safeguards.lock_mode) else { return Ok(None) };
    let mode = mode.parse().map_err(|e: String| Error::failed("reading a policy's lock").because(e))?;
    Ok(Some(ObjectLock { mode, period }))
}

/// Does so with the policy that a namespace has.
///
/// # Errors
/// Where the query fails.
pub async fn lock_of_namespace(db: &impl GenericClient, namespace: &str) -> Result<Option<ObjectLock>> {
    match policies::of(db, namespace).await? {
        Some(policy) => lock_of_policy(&policy.safeguards),
        None => Ok(None),
    }
}

/// Refuses before anything is written where a store cannot lock what is to be locked.
///
/// # Errors
/// [`Kind::Unsupported`] for a folder, and for a bucket that says that it has no Object Lock.
pub async fn check_can_lock(store: &Store, lock: Option<ObjectLock>) -> Result<()> {
    if lock.is_none() || store.locks_objects().await != Known::Is(false) {
        return Ok(());
    }
    Err(cannot_lock(store))
}

fn cannot_lock(store: &Store) -> Error {
    let e = Error::new(Kind::Unsupported, format!("locking archives in {}", store.url()));
    match store.first() {
        Store::Local(_) => e
            .because("a folder has no Object Lock: whoever may write there may delete")
            .hint("archives that are to be locked go to S3; policy set --lock never goes without"),
        Store::S3(_) | Store::Mirror(_) => e.because("the bucket has no Object Lock").hint(NEEDS_OBJECT_LOCK),
    }
}

/// The lock of an archive whose objects are about to be written to a store that locks.
///
/// # Errors
/// Where the store is a folder, or its clock and the database's are too far apart.
pub(in crate::archive) async fn of_new(db: &impl GenericClient, store: &ClaimedStore) -> Result<Option<LockedUntil>> {
    match store.object_lock() {
        Some(lock) => until(db, store, lock).await.map(Some),
        None => Ok(None),
    }
}

async fn until(db: &impl GenericClient, store: &Store, lock: ObjectLock) -> Result<LockedUntil> {
    if matches!(store, Store::Local(_)) {
        return Err(cannot_lock(store));
    }
    lock.from(now(db, store).await?)
}

/// The time by the database's clock, where the store's agrees.
async fn now(db: &impl GenericClient, store: &Store) -> Result<DateTime<Utc>> {
    let now = clock::now(db).await?;
    let Some(there) = store.clock().filter(|there| (*there - now).abs() > APART) else { return Ok(now) };
    Err(Error::failed(format!("locking archives in {}", store.url()))
        .because(format!(
            "it is {} by the database's clock and {} by the store's: a lock would not end when it should",
            shown(now),
            shown(there)
        ))
        .hint("set the clock that is wrong (NTP): a lock that is too long cannot be taken back in compliance mode"))
}

pub(in crate::archive) fn shown(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Sees that every object of an archive is locked as was asked, and has those locked that are not: some services take the
/// headers of a write and forget them. Returns the lock that ends first.
///
/// # Errors
/// Where the store does not lock an object, or is not seen to.
pub(in crate::archive) async fn prove(store: &Store, keys: [&ObjectKey; 3], asked: LockedUntil) -> Result<LockedUntil> {
    let mut first: Option<LockedUntil> = None;
    for key in keys {
        let lock = ensure(store, key, asked).await?;
        first = Some(first.filter(|first| first.until <= lock.until).unwrap_or(lock));
    }
    first.ok_or_else(|| Error::failed("locking an archive").because("it has no objects"))
}

async fn ensure(store: &Store, key: &ObjectKey, asked: LockedUntil) -> Result<LockedUntil> {
    let doing = || format!("locking {}", store.describe(key));
    let found = store.protection(key).await?;
    let found = found.ok_or_else(|| Error::new(Kind::Verification, doing()).because("it is not in the store"))?;
    match found.lock {
        Some(lock) if lock.is_at_least(&asked) => return Ok(lock),
        // No lock of the other mode takes the place of one that nobody may end.
        Some(lock) if lock.mode > asked.mode && is_on(store, lock.until) => return Ok(lock),
        _ => {}
    }
    let to = LockedUntil { until: found.lock.map_or(asked.until, |lock| lock.until.max(asked.until)), ..asked };
    effect!("retain.extend", store.extend_lock(key, found.version.as_deref(), to).await?);
    let seen = match store.protection(key).await?.and_then(|found| found.lock) {
        None => store.lock_of(key).await?,
        seen => seen,
    };
    match seen {
        Some(lock) if lock.is_at_least(&to) => Ok(lock),
        seen => Err(Error::failed(doing())
            .because(match seen {
                Some(lock) => format!("it is locked {lock}, and not {to} as was asked"),
                None => "the store took the lock and did not keep it".to_owned(),
            })
            .hint(NEEDS_OBJECT_LOCK)),
    }
}

/// Has an archive locked that was made before, where its store is to lock, and notes it.
///
/// # Errors
/// As those of [`prove`].
pub(in crate::archive) async fn lock_again(
    db: &impl GenericClient,
    store: &ClaimedStore,
    archive: &ArchiveRow,
) -> Result<()> {
    let Some(lock) = store.object_lock() else { return Ok(()) };
    let now = clock::now(db).await?;
    let is_long_enough = archive.locked_until.is_some_and(|until| until >= shortest(lock, now));
    if !is_long_enough || mode_of(archive).is_none_or(|mode| mode < lock.mode) {
        let asked = until(db, store, lock).await?;
        renew(db, store, archive, asked).await?;
    }
    Ok(())
}

/// Has all objects of an archive locked until then, and notes until when they are.
///
/// # Errors
/// As those of [`prove`]; [`Kind::Verification`] where the data is not what the ledger knows.
async fn renew(db: &impl GenericClient, store: &Store, archive: &ArchiveRow, to: LockedUntil) -> Result<()> {
    let (data, heads, manifest) = keys(archive)?;
    // What somebody has put over it is not locked in its place.
    let size = store.protection(&data).await?.map(|found| i64::try_from(found.size).unwrap_or(i64::MAX));
    if size != archive.stored_bytes {
        return Err(Error::new(Kind::Verification, format!("locking {}", store.describe(&data)))
            .because(match size {
                Some(size) => format!("it has {size} bytes, and not those that were stored"),
                None => "it is not in the store".to_owned(),
            })
            .hint(format!("eventodb-admin archives verify {} tells what is amiss", archive.id)));
    }
    let lock = prove(store, [&data, &heads, &manifest], to).await?;
    let url = archive.store_url.as_deref().unwrap_or_default();
    effect!("retain.tell", note(db, archive.id, url, Some(lock)).await?);
    Ok(())
}

fn keys(archive: &ArchiveRow) -> Result<(ObjectKey, ObjectKey, ObjectKey)> {
    let key = |key: &Option<String>| ObjectKey::new(key.clone().unwrap_or_default());
    Ok((key(&archive.object_key)?, key(&archive.heads_key)?, key(&archive.manifest_key)?))
}

/// Notes in the ledger how a store has locked an archive.
///
/// # Errors
/// Where the statement fails.
pub(in crate::archive) async fn note(
    db: &impl GenericClient,
    id: i64,
    url: &str,
    lock: Option<LockedUntil>,
) -> Result<()> {
    ledger::note_lock(db, id, url, lock.map(|lock| (lock.until, lock.mode.as_str()))).await
}

/// An archive once for each store that has a proven copy of it, with the lock that it has there by the ledger: its own store
/// first. `copies` are those of the namespace.
pub fn in_each_store<'a>(archive: &'a ArchiveRow, copies: &'a [CopyRow]) -> impl Iterator<Item = ArchiveRow> + 'a {
    let of_it = copies.iter().filter(|copy| copy.archive == archive.id && copy.state == CopyState::Verified);
    std::iter::once(archive.clone()).chain(of_it.map(|copy| copy.of(archive)))
}

/// Sees that a copy that was written just now is locked as was asked, and notes it.
///
/// # Errors
/// As those of [`prove`].
pub(in crate::archive) async fn see_copy_locked(
    db: &impl GenericClient,
    store: &ClaimedStore,
    archive: &ArchiveRow,
    asked: LockedUntil,
) -> Result<()> {
    let (data, heads, manifest) = keys(archive)?;
    let lock = prove(store, [&data, &heads, &manifest], asked).await?;
    effect!("retain.tell-copied", note(db, archive.id, &store.url().to_string(), Some(lock)).await?);
    Ok(())
}

/// Has a copy locked that was there already, where its store is to lock, and notes it.
///
/// # Errors
/// As those of [`prove`].
pub(in crate::archive) async fn lock_copy(
    db: &impl GenericClient,
    store: &ClaimedStore,
    archive: &ArchiveRow,
) -> Result<()> {
    if store.object_lock().is_none() {
        return Ok(());
    }
    let url = store.url().to_string();
    let copies = archive_copies::list(db, &archive.namespace, Some(archive.id)).await?;
    match copies.iter().find(|copy| copy.store_url == url) {
        Some(copy) => lock_again(db, store, &copy.of(archive)).await,
        None => lock_again(db, store, archive).await,
    }
}

fn mode_of(archive: &ArchiveRow) -> Option<RetentionMode> {
    archive.lock_mode.as_deref()?.parse().ok()
}

/// Before this no lock may end.
fn shortest(lock: ObjectLock, now: DateTime<Utc>) -> DateTime<Utc> {
    let least = lock.period.saturating_sub(lock.period / SLACK.unsigned_abs());
    later(now, least)
}

pub(in crate::archive) fn later(from: DateTime<Utc>, by: Duration) -> DateTime<Utc> {
    TimeDelta::from_std(by).ok().and_then(|by| from.checked_add_signed(by)).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// Until when an archive is to be locked now, in the store that its row names, by a policy that renews locks; nothing where its
/// lock is long enough, as far as the ledger knows. No lock is renewed beyond the time at which the archive expires.
///
/// # Errors
/// As those of [`lock_of_policy`]; where the calendar has no such date.
pub fn due_for_lock(archive: &ArchiveRow, policy: &Policy, now: DateTime<Utc>) -> Result<Option<LockedUntil>> {
    let is_in_a_bucket = archive.store_url.as_deref().is_some_and(|url| url.starts_with("s3://"));
    let is_meant = archive.state.is_kept() && archive.objects == Objects::Kept && is_in_a_bucket;
    let Some(lock) = lock_of_policy(&policy.safeguards)?.filter(|_| is_meant && policy.safeguards.lock_renew) else {
        return Ok(None);
    };
    let (mut to, mut least) = (lock.from(now)?, shortest(lock, now));
    if let Some(age) = policy.expire_archives_after {
        let expires = later(archive.range_end, age);
        if expires <= now {
            return Ok(None);
        }
        // Whole seconds: what expires is not locked then.
        to.until = to.until.min(DateTime::from_timestamp(expires.timestamp(), 0).unwrap_or(expires));
        least = least.min(to.until);
    }
    let mode = mode_of(archive);
    let has_other = archive.locked_until.is_some_and(|until| until > now) && mode.is_some_and(|mode| mode > lock.mode);
    let is_long_enough = archive.locked_until.is_some_and(|until| until >= least);
    let is_strict_enough = mode.is_some_and(|mode| mode >= lock.mode);
    Ok(Some(to).filter(|_| !(has_other || is_long_enough && is_strict_enough)))
}

/// Renews the lock of an archive.
///
/// # Errors
/// Where the store refuses, or is no longer this database's; what was locked so far stays so.
pub async fn renew_lock(
    lock: &mut LifecycleLock,
    store: &ClaimedStore,
    archive: &ArchiveRow,
    to: LockedUntil,
) -> Result<()> {
    let renewed = async {
        now(lock.db().client(), store).await?;
        renew(lock.db().client(), store, archive, to).await
    };
    renewed.await.map_err(|e| e.while_doing(format!("renewing the lock of archive {}", archive.id)))
}

/// Learns from the store until when the namespace's archives in it are locked. Returns how many the ledger knew otherwise.
///
/// # Errors
/// Where the store cannot be asked, or a statement fails.
pub async fn learn_locks(lock: &mut LifecycleLock, scope: &Scope, store: &Store) -> Result<u64> {
    if store.locks_objects().await == Known::Is(false) {
        return Ok(0);
    }
    let url = store.url().to_string();
    let mut learned = 0;
    let copies = archive_copies::list(lock.db().client(), scope.namespace(), None).await?;
    let archives = ledger::list(lock.db().client(), scope.namespace()).await?;
    let kept = archives.iter().filter(|a| a.state.is_kept() && a.objects == Objects::Kept);
    let there = kept.flat_map(|a| in_each_store(a, &copies)).filter(|a| a.store_url.as_ref() == Some(&url));
    for archive in there {
        let (data, heads, manifest) = keys(&archive)?;
        let mut first: Option<LockedUntil> = None;
        for (n, key) in [&data, &heads, &manifest].into_iter().enumerate() {
            let found = store.protection(key).await?.and_then(|found| found.lock);
            first = match (first, found) {
                (_, Some(lock)) if n == 0 => Some(lock),
                (Some(first), Some(lock)) => Some(if lock.until < first.until { lock } else { first }),
                // One that is not locked can be deleted, and the archive with it.
                _ => None,
            };
        }
        let known = archive.locked_until.zip(mode_of(&archive));
        if known != first.map(|lock| (lock.until, lock.mode)) {
            note(lock.db().client(), archive.id, &url, first).await?;
            learned += 1;
        }
    }
    Ok(learned)
}

/// The cause of an error of something that is locked: it goes by itself.
#[derive(Debug)]
pub struct StillLocked(Option<LockedUntil>);

impl fmt::Display for StillLocked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(lock) => write!(f, "Object Lock keeps it {lock}"),
            None => f.write_str("a legal hold of Object Lock keeps it"),
        }
    }
}

impl std::error::Error for StillLocked {}

impl StillLocked {
    /// The lock that is what is amiss.
    pub fn of(error: &Error) -> Option<LockedUntil> {
        error.find_cause::<Self>().and_then(|locked| locked.0)
    }
}

/// Whether a lock until then still holds, by the clock that the service keeps it by. It does where the service tells no time.
fn is_on(store: &Store, until: DateTime<Utc>) -> bool {
    store.clock().is_none_or(|now| until > now)
}

/// The lock that ends last of an archive's copies that are there.
pub(in crate::archive) fn last_of(copies: &[CopyRow]) -> Option<LockedUntil> {
    let is_there = |copy: &&CopyRow| matches!(copy.state, CopyState::Verified | CopyState::Damaged);
    let lock =
        |copy: &CopyRow| Some(LockedUntil { until: copy.locked_until?, mode: copy.lock_mode.as_ref()?.parse().ok()? });
    copies.iter().filter(is_there).filter_map(lock).max_by_key(|lock| lock.until)
}

/// Refuses to give an archive up that has a locked copy in a further store.
///
/// # Errors
/// [`Kind::Conflict`] with the lock, by [`StillLocked`] as its cause.
pub(super) fn refuse_copy_locked(store: &Store, id: i64, lock: LockedUntil) -> Result<()> {
    if !is_on(store, lock.until) {
        return Ok(());
    }
    Err(Error::new(Kind::Conflict, format!("removing the copies of archive {id} in further stores"))
        .because(StillLocked(Some(lock)))
        .hint("it goes once the lock has ended; eventodb-admin archives sync --store URL learns the locks of a store"))
}

/// Refuses to delete an object that is locked: in a bucket that keeps versions a plain DELETE would only hide it. The ledger's
/// word counts where the key may not see locks.
///
/// # Errors
/// [`Kind::Conflict`] with the lock, by [`StillLocked`] as its cause.
pub(in crate::archive) async fn refuse_locked(
    store: &Store,
    key: &ObjectKey,
    by_ledger: Option<DateTime<Utc>>,
) -> Result<()> {
    if matches!(store, Store::Local(_)) {
        return Ok(());
    }
    let Some(found) = store.protection(key).await? else { return Ok(()) };
    let lock = match found.lock {
        None if by_ledger.is_some_and(|until| is_on(store, until)) => store.lock_of(key).await?,
        lock => lock,
    };
    let lock = lock.filter(|lock| is_on(store, lock.until));
    if lock.is_none() && !found.is_held {
        return Ok(());
    }
    let then = match lock {
        Some(LockedUntil { mode: RetentionMode::Governance, .. }) if !found.is_held => {
            "run the same command again then; whoever has s3:BypassGovernanceRetention can end the lock before"
        }
        Some(_) if !found.is_held => "run the same command again then: nobody can end the lock before",
        _ => "run the same command again once the hold is lifted (aws s3api put-object-legal-hold)",
    };
    Err(Error::new(Kind::Conflict, format!("deleting {}", store.describe(key)))
        .because(StillLocked(lock.filter(|_| !found.is_held)))
        .hint(format!("nothing was deleted; {then}")))
}

#[cfg(test)]
mod tests;
