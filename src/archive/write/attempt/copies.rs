//! A verified archive is copied to the run's other stores, before its chunk may go.

use tokio_postgres::GenericClient;

use super::super::options::{AfterVerify, OnChange};
use super::Attempt;
use crate::archive::claim::ClaimedStore;
use crate::archive::copies::{Making, make, prove};
use crate::db::queries::ledger::{self, ArchiveRow};
use crate::error::Result;

/// Whether an archive lies in as many stores as it must before its chunk is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::archive) enum Spread {
    /// It does.
    Enough,
    /// It does not: the chunk stays for now.
    TooFew,
}

impl Attempt<'_> {
    /// Which of the run's stores has an archive, by the ledger.
    pub(super) fn store_of(&self, archive: &ArchiveRow) -> Option<&ClaimedStore> {
        let is_there = |store: &&ClaimedStore| {
            let url = store.url().to_string();
            archive.store_url.as_ref() == Some(&url) || archive.copies.contains(&url)
        };
        self.run.to.stores().find(is_there)
    }

    /// Copies an archive that was read back just now to the run's other stores. One that fails is told, and counts for nothing;
    /// the night makes it later.
    ///
    /// # Errors
    /// Where the database cannot be asked, or a stop is asked for.
    pub(in crate::archive) async fn spread(&self, db: &impl GenericClient, id: i64) -> Result<Spread> {
        self.stages.time("copies", self.copy_to_others(db, id)).await
    }

    async fn copy_to_others(&self, db: &impl GenericClient, id: i64) -> Result<Spread> {
        let (to, progress, stop) = (self.run.to, self.run.progress, self.run.stop);
        if to.others.is_empty() && to.before_drop <= 1 {
            return Ok(Spread::Enough);
        }
        let archive = ledger::get(db, self.scope().namespace(), id).await?;
        let from = self.store_of(&archive).unwrap_or(self.run.store);
        let mut good = 1;
        for store in to.stores().filter(|store| store.url() != from.url()) {
            let url = store.url().to_string();
            let copied = if self.conclude_feed(db, &url, &archive).await? {
                Ok(())
            } else if archive.store_url.as_ref() == Some(&url) {
                prove(store, &archive, stop).await.map(|_| ())
            } else {
                make(&Making { db, from, progress, stop }, store, &archive).await
            };
            match copied {
                Ok(()) => good += 1,
                Err(e) if e.kind().is_stop() => return Err(e),
                Err(e) => progress.warn(&e.to_string()),
            }
        }
        if good >= to.before_drop {
            return Ok(Spread::Enough);
        }
        if self.run.options.after == AfterVerify::Drop {
            // What came back and has no age at which it goes is not a night's to drop.
            let again = if self.on_change == OnChange::Refuse || !self.priors.is_empty() {
                "; the same command again drops it, and so does a night whose policy drops what came back"
            } else {
                ""
            };
            progress.warn(&format!(
                "chunk {} stays for now: its archive {id} lies in {good} of the {} stores that it must be in before it is \
                 dropped{again}",
                self.chunk.name(),
                to.before_drop
            ));
        }
        Ok(Spread::TooFew)
    }
}
