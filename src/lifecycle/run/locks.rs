//! Object Lock by night: asked for of what is written, renewed, waited for.

use super::super::stores::Stores;
use super::{Night, Outcome};
use crate::archive::{self, ArchiveRow, ClaimedStore, StillLocked};
use crate::db::queries::ledger;
use crate::error::{Error, Result};
use crate::store::{LockedUntil, Store};

impl Night<'_> {
    /// A store that is known to be this database's; what is written there is locked as the policy says.
    pub(super) async fn claimed(&mut self, store: &Store) -> Result<ClaimedStore> {
        let object_lock = archive::lock_of_policy(&self.work.policy.safeguards)?;
        Ok(self.claims.of(self.lock, self.work.scope, store).await?.locking(object_lock))
    }

    /// In the store that it is in. One that fails keeps the lock that it has; the next night tries again.
    pub(super) async fn renew(&mut self, row: &ArchiveRow, to: LockedUntil, outcome: &mut Outcome) {
        let opened = async {
            let store = Stores::of(self.stores, row).await?;
            self.claimed(&store).await
        };
        let store = match opened.await {
            Ok(store) => store,
            Err(e) => {
                let name = row.store_url.clone().unwrap_or_else(|| "store".to_owned());
                self.store_failed(&name, e, outcome);
                return;
            }
        };
        outcome.left -= 1;
        match archive::renew_lock(self.lock, &store, row, to).await {
            Ok(()) => outcome.renewed += 1,
            Err(e) => outcome.fail(row.id.to_string(), e),
        }
    }

    /// What the store has locked, and the ledger did not know of, is no failure: it expires once its lock has ended.
    pub(super) async fn not_expired(&mut self, row: &ArchiveRow, e: Error, outcome: &mut Outcome) {
        let Some(lock) = StillLocked::of(&e) else { return outcome.fail(row.id.to_string(), e) };
        let noted = ledger::note_lock(self.lock.db().client(), row.id, Some((lock.until, lock.mode.as_str()))).await;
        match noted {
            Ok(()) => self.work.progress.note(&e.to_string()),
            Err(e) => outcome.fail(row.id.to_string(), e),
        }
    }
}
