//! Object Lock by night: asked for of what is written, renewed, waited for.

use super::super::stores::LifecycleStores;
use super::{NamespaceNight, RunOutcome};
use crate::archive::{self, ArchiveRow, ClaimedStore, StillLocked};
use crate::db::queries::ledger;
use crate::error::{Error, Result};
use crate::store::{LockedUntil, Store};

impl NamespaceNight<'_> {
    /// A store that is known to be this database's; what is written there is locked as the policy says.
    pub(super) async fn claimed(&mut self, store: &Store) -> Result<ClaimedStore> {
        let object_lock = archive::lock_of_policy(&self.work.policy.safeguards)?;
        Ok(self.claims.of(self.lock, self.work.scope, store).await?.locking(object_lock))
    }

    /// In the store that the row names. One that fails keeps the lock that it has; the next night tries again.
    pub(super) async fn renew(&mut self, row: &ArchiveRow, to: LockedUntil, outcome: &mut RunOutcome) {
        let url = row.store_url.clone().unwrap_or_else(|| "store".to_owned());
        outcome.left -= 1;
        if self.refused.contains(&url) || self.away.contains(&url) {
            return;
        }
        let opened = async {
            let store = if self.stores.is_given() {
                LifecycleStores::of(self.stores, row).await?
            } else {
                self.stores.at(&url).await?
            };
            self.claimed(&store).await
        };
        let store = match opened.await {
            Ok(store) => store,
            // The others are there.
            Err(e) if !self.work.policy.copies.is_empty() && archive::is_away(&e) => return self.tell_away(&url, &e),
            Err(e) => return self.store_failed(&url, e, outcome),
        };
        match archive::renew_lock(self.lock, &store, row, to).await {
            Ok(()) => outcome.renewed += 1,
            Err(e) => outcome.fail(row.id.to_string(), e),
        }
    }

    /// What the store has locked, and the ledger did not know of, is no failure: it expires once its lock has ended.
    pub(super) async fn not_expired(&mut self, row: &ArchiveRow, e: Error, outcome: &mut RunOutcome) {
        let Some(lock) = StillLocked::of(&e) else { return outcome.fail(row.id.to_string(), e) };
        let noted = {
            let url = row.store_url.as_deref().unwrap_or_default();
            let lock = Some((lock.until, lock.mode.as_str()));
            ledger::note_lock(self.lock.db().client(), row.id, url, lock).await
        };
        match noted {
            Ok(()) => self.work.progress.note(&e.to_string()),
            Err(e) => outcome.fail(row.id.to_string(), e),
        }
    }
}
