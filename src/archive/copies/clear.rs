//! Removing the objects of copies whose archives are gone.

use std::collections::BTreeMap;

use super::{ClaimStores, prove};
use crate::archive::claim::{ClaimedStore, is_away};
use crate::archive::format::object_names::Names;
use crate::archive::keep::holds::{Holds, refuse_unknown};
use crate::archive::keep::removable::{
    Grave, ObjectsStayReason, Proofs, Removable, Removal, RemovalCheck, RemovalVerdict, refused,
};
use crate::archive::lock::lifecycle::LifecycleLock;
use crate::archive::retire::expire::put_once;
use crate::db::queries::archive_copies::{self as queries, CopyRow, CopyState};
use crate::db::queries::holds::erased_streams;
use crate::db::queries::ledger::{self, ArchiveRow};
use crate::db::queries::policies;
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::failpoint::effect;
use crate::progress::Silent;
use crate::stop::Stop;
use crate::store::{ObjectKey, Store, StoreUrl};

/// A tombstone is a manifest without its frames.
const MAX_TOMBSTONE: u64 = 256 << 20;

/// What became of copies that are to go.
#[derive(Debug, Default)]
pub struct Cleared {
    /// So many are gone.
    pub gone: u64,
    /// Those that are still to go, and why.
    pub left: Vec<(CopyRow, Error)>,
}

impl Cleared {
    /// What is left, one error a store.
    pub fn by_store(self) -> BTreeMap<String, Error> {
        let mut counted: BTreeMap<String, (usize, Error)> = BTreeMap::new();
        for (copy, e) in self.left {
            counted.entry(copy.store_url).and_modify(|(n, _)| *n += 1).or_insert((1, e));
        }
        let told = |(url, (n, e)): (String, (usize, Error))| {
            let e = if n > 1 { e.while_doing(format!("removing {n} copies in {url}, the first of them")) } else { e };
            (url, e)
        };
        counted.into_iter().map(told).collect()
    }
}

/// Removes the objects of copies whose archives' own were removed: with all their versions where they held what was erased. A
/// store that cannot be reached keeps nobody from the others; what is left there is for the next run.
///
/// # Errors
/// Where the database cannot be asked, or a stop is asked for.
pub async fn clear<S: ClaimStores>(
    lock: &mut LifecycleLock,
    scope: &Scope,
    stores: &mut S,
    stop: &Stop,
) -> Result<Cleared> {
    let mut cleared = Cleared::default();
    for copy in queries::to_go(lock.db().client(), scope.namespace()).await? {
        stop.check()?;
        match one(lock, scope, stores, &copy, stop).await {
            Ok(()) => cleared.gone += 1,
            Err(e) if e.kind().is_stop() => return Err(e),
            Err(e) => {
                let doing = format!("removing the copy of archive {} in {}", copy.archive, copy.store_url);
                let e = if is_away(&e) { Error::failed(doing).because(e) } else { e.while_doing(doing) };
                cleared.left.push((copy, e));
            }
        }
    }
    Ok(cleared)
}

async fn one<S: ClaimStores>(
    lock: &mut LifecycleLock,
    scope: &Scope,
    stores: &mut S,
    copy: &CopyRow,
    stop: &Stop,
) -> Result<()> {
    let archive = ledger::get(lock.db().client(), scope.namespace(), copy.archive).await?;
    let of_copy = copy.of(&archive);
    let there = stores.claimed_at(lock, scope, &copy.store_url).await?;
    let home = stores.open(&archive).await?;
    let leave = if archive.state.is_kept() && copy.state == CopyState::Deleting {
        // It was moved: the one that is left must be whole, now, and another one than this.
        let first = stores.at(archive.store_url.as_deref().unwrap_or_default()).await?;
        there.refuse_same_as(&first).await?;
        prove(&first, &archive, stop).await?;
        let leave = Removable::moved_copy(lock.db(), scope, &of_copy).await?;
        if let Ok(leave) = &leave {
            there.refuse_same_files(&first, leave.keys()).await?;
        }
        leave
    } else {
        gone(lock, (scope, stores), (copy, &of_copy), (home.first(), &there), stop).await?
    };
    let leave = leave.map_err(|stays| refused(&archive, &stays))?;
    let how = if copy.state == CopyState::Erasing { Removal::Erase } else { Removal::Delete };
    // The archive was asked about when it went; this store may know of a hold that nobody else knows of any more.
    refuse_unknown(lock.db(), scope, &there).await?;
    if !archive.state.is_kept() {
        refuse_held(lock.db(), scope, &there, &of_copy, stop).await?;
    }
    there.still_ours().await?;
    copy_tombstone(&home, &there, &archive).await?;
    // Data goes last: should a run stand still within a deletion, until another one has come to count on these objects, it is not
    // the messages that it deletes when it goes on.
    for key in leave.keys().iter().rev() {
        effect!("copy.delete", leave.delete(&there, key, how).await?);
    }
    let url = copy.store_url.as_str();
    effect!("copy.tell-gone", queries::advance(lock.db().client(), archive.id, url, CopyState::Deleted, None).await?);
    Ok(())
}

/// Leave for a copy whose archive is gone by the ledger. Where nothing else says so, manifests and messages must say that nothing
/// is lost, as of any archive.
async fn gone<S: ClaimStores>(
    lock: &mut LifecycleLock,
    (scope, stores): (&Scope, &mut S),
    (copy, of_copy): (&CopyRow, &ArchiveRow),
    (home, there): (&Store, &Store),
    stop: &Stop,
) -> Result<Result<Removable, ObjectsStayReason>> {
    let grave = if lock.has_removed(copy.archive) {
        Grave::DugByThisRun
    } else if stores.trusts(home.url()) || is_in_policy(lock.db(), scope, home.url()).await? {
        Grave::In(home)
    } else {
        Grave::Unknown
    };
    match Removable::copy(lock.db(), scope, of_copy, copy.state, grave).await? {
        Ok(leave) => return Ok(Ok(leave)),
        Err(Some(stays)) => return Ok(Err(stays)),
        Err(None) => {}
    }
    let mut proofs = Proofs::default();
    let mut asked = RemovalCheck { db: lock.db(), scope, stores, proofs: &mut proofs, progress: &Silent, stop };
    Ok(match asked.verdict_in(there, of_copy).await? {
        RemovalVerdict::Go(leave) => Ok(leave),
        RemovalVerdict::Stays(stays) => Err(stays),
    })
}

/// Whether the policy names a store: who may only archive does not write it.
async fn is_in_policy(db: &Db, scope: &Scope, url: &StoreUrl) -> Result<bool> {
    let Some(policy) = policies::of(db.client(), scope.namespace()).await? else { return Ok(false) };
    let named = policy.store_url.iter().chain(&policy.copies);
    Ok(named.filter_map(|text| text.parse::<StoreUrl>().ok()).any(|named| named == *url))
}

/// A hold that was placed once the archive itself was gone is on what is left of it here. Where another archive has taken its
/// place, it alone has what was erased.
async fn refuse_held(db: &Db, scope: &Scope, there: &Store, of_copy: &ArchiveRow, stop: &Stop) -> Result<()> {
    let holds = Holds::of(db, scope).await?.and_in(there, scope).await?;
    if holds.is_empty() {
        return Ok(());
    }
    let only = match of_copy.superseded_by {
        Some(_) => Some(erased_streams(db.client(), scope.namespace()).await?),
        None => None,
    };
    if only.as_ref().is_some_and(Vec::is_empty) {
        return Ok(());
    }
    match holds.on_archive(there, of_copy, only.as_deref(), stop).await? {
        Some(held) => Err(held.refusal("looking for holds once again")),
        None => Ok(()),
    }
}

/// Leaves the tombstone that the archive's own store has: who has only this store knows by it that nothing is missing.
///
/// # Errors
/// Where a store cannot be asked, or refuses.
pub async fn copy_tombstone(home: &Store, there: &ClaimedStore, archive: &ArchiveRow) -> Result<()> {
    let Some(key) = archive.object_key.as_deref() else { return Ok(()) };
    let tombstone: ObjectKey = Names::tombstone(Names::stem(key))?;
    let Some((bytes, _)) = home.first().read_if_there(&tombstone, MAX_TOMBSTONE).await? else { return Ok(()) };
    match put_once(there, &tombstone, bytes.to_vec()).await {
        Err(e) if e.kind() == Kind::Conflict => Ok(()),
        done => done,
    }
}
