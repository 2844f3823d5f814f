//! Archives that had come back, once their chunks are archived again.

use super::{ArchiveStores, Context};
use crate::archive::{self, LifecycleLock, Proofs, Release, RemovalCheck, State};
use crate::db::Scope;
use crate::db::queries::ledger;
use crate::error::Result;

impl Context {
    /// Tells the ledger what became of archives that had come back and of which nothing is live any more, where later archives may
    /// have their messages: those in other stores, or cut into other chunks. What cannot be compared stays, and a warning says so.
    pub async fn tell_overtaken(&self, lock: &mut LifecycleLock, scope: &Scope, stores: &mut ArchiveStores<'_>) {
        if let Err(e) = self.try_tell_overtaken(lock, scope, stores).await
            && !e.kind().is_stop()
        {
            self.ui.warn(&e.while_doing("looking at archives whose messages were archived again").to_string());
        }
    }

    async fn try_tell_overtaken(
        &self,
        lock: &mut LifecycleLock,
        scope: &Scope,
        stores: &mut ArchiveStores<'_>,
    ) -> Result<()> {
        let mut proofs = Proofs::default();
        let gone = ledger::without_chunk(lock.db().client(), scope).await?;
        for id in gone {
            self.stop.check()?;
            let archive = ledger::get(lock.db().client(), scope.namespace(), id).await?;
            let came_back = archive.state == State::Rehydrated;
            if !came_back || ledger::later_overlapping(lock.db().client(), &archive).await?.is_empty() {
                continue;
            }
            if let Release::Tell(gone) = archive::plan_release(lock.db(), scope, &archive).await? {
                let (db, progress, stop) = (lock.db(), &self.ui, &self.stop);
                let mut looking = RemovalCheck { db, scope, stores: &mut *stores, proofs: &mut proofs, progress, stop };
                archive::tell_released(&mut looking, &gone).await?;
            }
        }
        Ok(())
    }
}
