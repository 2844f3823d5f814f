//! Archives past their time, removed by hand: generations that others have taken the place of, and those that nothing has.

use std::time::Duration;

use chrono::{TimeDelta, Utc};

use super::claim::ClaimedStore;
use super::erase::{Removal, remove};
use super::expire::expire;
use super::lifecycle::LifecycleLock;
use crate::db::errors::explain;
use crate::db::queries::chunks::{self, LockMode};
use crate::db::queries::ledger::{self, ArchiveRow, Objects, State};
use crate::db::queries::{clock, rehydrate};
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::failpoint::effect;
use crate::stop::Stop;

/// What pruning an archive takes with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// Nothing: others have its messages, or it is of a life of the namespace that is over.
    Nothing,
    /// The archived copy of messages that are live.
    Copy,
    /// The messages.
    Messages,
}

impl Loss {
    /// Of an archive that can be pruned.
    pub const fn of(state: State) -> Option<Self> {
        match state {
            State::Expired => Some(Self::Nothing),
            State::Verified | State::Rehydrated => Some(Self::Copy),
            State::Dropped => Some(Self::Messages),
            _ => None,
        }
    }
}

/// An archive past its time.
#[derive(Debug, Clone)]
pub struct Prunable {
    /// The archive.
    pub archive: ArchiveRow,
    /// What goes with it.
    pub loss: Loss,
}

/// Archives whose range ended at least so long ago, by the server's clock, and whose objects are still there as far as the
/// ledger knows; oldest first.
///
/// # Errors
/// Where a query fails.
pub async fn prunable(db: &Db, scope: &Scope, age: Duration) -> Result<Vec<Prunable>> {
    let now = clock::now(db.client()).await?;
    let until = TimeDelta::from_std(age).ok().and_then(|age| now.checked_sub_signed(age));
    let until = until.unwrap_or(chrono::DateTime::<Utc>::MIN_UTC);
    let archives = ledger::list(db.client(), scope.namespace()).await?;
    Ok(archives
        .into_iter()
        .filter(|a| a.range_end <= until && a.objects == Objects::Kept && a.object_key.is_some())
        .filter_map(|archive| Some(Prunable { loss: Loss::of(archive.state)?, archive }))
        .collect())
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
    match prunable.loss {
        Loss::Messages => expire(lock, scope, store, archive, stop).await,
        Loss::Nothing => remove(lock, store, archive, Removal::Delete).await,
        Loss::Copy => {
            store.still_ours().await?;
            forget_copy(lock.db(), scope, archive).await?;
            remove(lock, store, archive, Removal::Delete).await
        }
    }
}

/// The ledger no longer counts on the archive: proven under a lock that all its messages are live.
async fn forget_copy(db: &mut Db, scope: &Scope, archive: &ArchiveRow) -> Result<()> {
    let doing = format!("removing the copy in archive {}", archive.id);
    let fail = |e| explain(doing.clone(), e);
    let tx = db.client_mut().transaction().await.map_err(fail)?;
    for chunk in chunks::list(&tx, scope).await? {
        if chunk.range_start < archive.range_end && archive.range_start < chunk.range_end {
            // Nobody drops it between the look and the commit.
            effect!("prune.lock", chunks::lock(&tx, &chunk.table, LockMode::Share).await.map_err(fail)?);
        }
    }
    let live = rehydrate::live(&tx, scope, archive).await?;
    if !live.is_all_of(archive) {
        return Err(Error::new(Kind::Verification, doing)
            .because(format!(
                "it is {}, but of its {} messages {} are live, or others: it may be the only copy of some",
                archive.state,
                archive.message_count.unwrap_or_default(),
                live.messages
            ))
            .hint("nothing was removed; eventodb-admin coverage shows what is where"));
    }
    let reason = "its copy was pruned; its messages are live";
    effect!("prune.tell", ledger::retire(&tx, archive.id, archive.state, State::Expired, reason, None).await?);
    effect!("prune.commit", tx.commit().await.map_err(fail)?);
    Ok(())
}
