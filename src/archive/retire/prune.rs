//! Archives past their time, removed by hand: generations that others have taken the place of, and those that nothing has.

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio_postgres::Transaction;

use super::expire::expire;
use super::remove_objects::remove;
use crate::archive::claim::ClaimedStore;
use crate::archive::format::ledger_row::history;
use crate::archive::keep::at_least::refuse_young;
use crate::archive::keep::holds::{Holds, unheld};
use crate::archive::keep::removable::{ObjectsStayReason, Removable, Removal, RemovalCheck, RemovalVerdict, refused};
use crate::archive::keep::whereabouts::OpenStores;
use crate::archive::lock::lifecycle::LifecycleLock;
use crate::archive::read::load;
use crate::archive::read::verify::read_manifest;
use crate::db::errors::explain;
use crate::db::queries::chunks::{self, LockMode};
use crate::db::queries::clock;
use crate::db::queries::ledger::{self, ArchiveRow, Objects, State};
use crate::db::queries::whereabouts::{self as queries, Likeness};
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::failpoint::effect;
use crate::stop::Stop;
use crate::store::Store;

/// What pruning an archive takes with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Loss {
    /// Nothing: others have its messages, which was looked at.
    Nothing(Removable),
    /// The archived copy of messages that are live.
    Copy,
    /// The messages.
    Messages,
    /// The messages, though the ledger says that it is expired: these may be nowhere else.
    Forgotten(ObjectsStayReason),
}

/// An archive past its time.
#[derive(Debug, Clone)]
pub struct Prunable {
    /// The archive.
    pub archive: ArchiveRow,
    /// What goes with it.
    pub loss: Loss,
}

/// Archives past their time: those that can be pruned, and those whose row cannot be right or whose successor does not read
/// back, which stay.
#[derive(Debug, Default)]
pub struct PastTime {
    /// Oldest first.
    pub prunable: Vec<Prunable>,
    /// With the reason.
    pub stay: Vec<(ArchiveRow, Error)>,
}

/// Archives whose range ended at least so long ago, by the server's clock, and whose objects are still there as far as the
/// ledger knows. Of those that are expired it is looked where their messages are.
///
/// # Errors
/// Where a query fails, a store cannot be asked, or a stop is asked for.
pub async fn prunable<S: OpenStores>(look: &mut RemovalCheck<'_, S>, age: Duration) -> Result<PastTime> {
    let now = clock::now(look.db.client()).await?;
    let until = TimeDelta::from_std(age).ok().and_then(|age| now.checked_sub_signed(age));
    let until = until.unwrap_or(DateTime::<Utc>::MIN_UTC);
    let archives = ledger::list(look.db.client(), look.scope.namespace()).await?;
    let former = history(&archives);
    let (mut found, mut holds) = (PastTime::default(), HashMap::new());
    for archive in &archives {
        let is_past = archive.range_end <= until && archive.objects == Objects::Kept && archive.object_key.is_some();
        if !is_past || former.contains(&archive.id) {
            continue;
        }
        let loss = match archive.state {
            State::Verified | State::Rehydrated => Loss::Copy,
            State::Dropped => Loss::Messages,
            State::Expired => match look.verdict(archive).await {
                Ok(RemovalVerdict::Go(leave)) => Loss::Nothing(leave),
                Ok(RemovalVerdict::Stays(stays)) if stays.is_of_row() || stays.is_held() => {
                    found.stay.push((archive.clone(), refused(archive, &stays)));
                    continue;
                }
                Ok(RemovalVerdict::Stays(stays)) => Loss::Forgotten(stays),
                Err(e) if e.kind() == Kind::Verification => {
                    found.stay.push((archive.clone(), e));
                    continue;
                }
                Err(e) => return Err(e),
            },
            _ => continue,
        };
        // What others have the messages of was asked about already.
        if !matches!(loss, Loss::Nothing(_))
            && let Err(e) = refuse_held(look, archive, &mut holds).await
        {
            if e.kind().is_stop() {
                return Err(e);
            }
            found.stay.push((archive.clone(), e));
            continue;
        }
        found.prunable.push(Prunable { archive: archive.clone(), loss });
    }
    Ok(found)
}

/// Sets aside what the namespace's policy still keeps, with the reason. What others have the messages of is not kept by it: the
/// archive that took its place is.
///
/// # Errors
/// Where a query fails.
pub async fn leave_young(db: &Db, scope: &Scope, found: &mut PastTime) -> Result<()> {
    for prunable in std::mem::take(&mut found.prunable) {
        let kept = match prunable.loss {
            Loss::Nothing(_) => Ok(()),
            Loss::Copy | Loss::Messages | Loss::Forgotten(_) => refuse_young(db, scope, &prunable.archive).await,
        };
        match kept {
            Ok(()) => found.prunable.push(prunable),
            Err(e) if e.kind() == Kind::Conflict => found.stay.push((prunable.archive, e)),
            Err(e) => return Err(e),
        }
    }
    Ok(())
}

/// Refuses an archive that a hold is on; `known` has the holds of each store that was asked.
async fn refuse_held<S: OpenStores>(
    look: &mut RemovalCheck<'_, S>,
    archive: &ArchiveRow,
    known: &mut HashMap<String, Holds>,
) -> Result<()> {
    let store = look.stores.open(archive).await?;
    let url = store.url().to_string();
    if !known.contains_key(&url) {
        known.insert(url.clone(), Holds::of(look.db, look.scope).await?.and_in(&store, look.scope).await?);
    }
    let Some(holds) = known.get(&url) else { return Ok(()) };
    match holds.on_archive(&store, archive, None, look.stop).await? {
        Some(held) => Err(held.refusal(format!("pruning archive {} ({})", archive.id, archive.extent()))),
        None => Ok(()),
    }
}

/// Removes an archive from the store. Of one that is live only the copy goes, and only while all of its messages are live;
/// of one that is not, the messages are gone for good, and the counts that `coverage` proves no longer expect them.
///
/// # Errors
/// [`Kind::Verification`] where an archive that should be live is not; where the store refuses, the next run goes on.
pub async fn prune(
    lock: &mut LifecycleLock,
    scope: &Scope,
    store: &ClaimedStore,
    prunable: &Prunable,
    stop: &Stop,
) -> Result<()> {
    let archive = &prunable.archive;
    match &prunable.loss {
        Loss::Messages => expire(lock, scope, store, archive, stop).await,
        Loss::Nothing(leave) => remove(lock, store, archive, leave, Removal::Delete).await,
        Loss::Forgotten(_) => {
            let unheld = unheld(lock.db(), scope, store, archive, stop).await?;
            let leave = if prunable.loss.is_of_content() {
                Removable::content_given_up(lock.db(), scope, archive, &unheld).await?
            } else {
                Removable::given_up(lock.db(), scope, archive, &unheld).await?
            };
            remove(lock, store, archive, &leave, Removal::Delete).await
        }
        Loss::Copy => {
            store.still_ours().await?;
            let leave = forget_copy(lock.db(), scope, store, archive, stop).await?;
            remove(lock, store, archive, &leave, Removal::Delete).await
        }
    }
}

/// The ledger no longer counts on the archive: proven under a lock that all its messages are live, each as it is in the
/// archive.
async fn forget_copy(
    db: &mut Db,
    scope: &Scope,
    store: &Store,
    archive: &ArchiveRow,
    stop: &Stop,
) -> Result<Removable> {
    let doing = format!("removing the copy in archive {}", archive.id);
    let fail = |e| explain(doing.clone(), e);
    let unheld = unheld(db, scope, store, archive, stop).await?;
    let leave = Removable::live(db, scope, archive, &unheld).await?;
    leave.refuse_locked_anywhere(store).await?;
    let tx = db.client_mut().transaction().await.map_err(fail)?;
    // Before anybody is kept waiting.
    let manifest = read_manifest(store, archive).await.map_err(|e| e.while_doing(&doing))?;
    load::messages(&tx, store, &manifest, stop).await.map_err(|e| e.while_doing(&doing))?;
    for chunk in chunks::list(&tx, scope).await? {
        if chunk.range_start < archive.range_end && archive.range_start < chunk.range_end {
            // Nobody drops it between the look and the commit.
            effect!("prune.lock", chunks::lock(&tx, &chunk.table, LockMode::Share).await.map_err(fail)?);
        }
    }
    prove_live(&tx, scope, archive, doing.clone()).await?;
    let reason = "its copy was pruned; its messages are live";
    effect!("prune.tell", ledger::retire(&tx, archive.id, archive.state, State::Expired, reason, None).await?);
    unheld.still(&tx, scope).await?;
    effect!("prune.commit", tx.commit().await.map_err(fail)?);
    Ok(leave)
}

async fn prove_live(tx: &Transaction<'_>, scope: &Scope, archive: &ArchiveRow, doing: String) -> Result<()> {
    let all = queries::rest(tx).await?;
    let live = queries::take_live(tx, scope, &all, Likeness::Equal).await?;
    let changed = queries::take_live(tx, scope, &all, Likeness::SamePlace).await?;
    if live == all.messages {
        return Ok(());
    }
    let why = format!("it is {}, but of its {} messages {live} are live", archive.state, all.messages);
    let (why, hint) = if live + changed == all.messages {
        (
            format!(
                "{why} as they are in it, and {changed} have changed since: it may be the only copy of what they were"
            ),
            "nothing was removed; eventodb-admin chunks archive makes an archive of the chunk as it is, which takes its place",
        )
    } else {
        let hint = "nothing was removed; eventodb-admin coverage shows what is where";
        (format!("{why}, or others in their place: it may be the only copy of some"), hint)
    };
    Err(Error::new(Kind::Verification, doing).because(why).hint(hint))
}

impl Loss {
    /// Whether no message goes, but what some of them were before they changed.
    pub const fn is_of_content(&self) -> bool {
        matches!(self, Self::Forgotten(ObjectsStayReason::Changed(..)))
    }

    /// Why an archive that the ledger calls expired is none that may simply go, and how it comes back.
    pub fn warning(&self, archive: &ArchiveRow) -> Option<String> {
        match self {
            Self::Forgotten(stays) => {
                let (id, state) = (archive.id, archive.state);
                Some(format!("archive {id} is {state}, but {stays}; {}", stays.way_back(id, state)))
            }
            _ => None,
        }
    }
}
