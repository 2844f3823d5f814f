//! Archives are read back: the one that was written just now, and one from before that the chunk still equals.

use std::sync::Arc;

use futures::future::try_join;
use tokio_postgres::GenericClient;

use super::super::options::OnChange;
use super::{Attempt, AttemptRow};
use crate::archive::claim::ClaimedStore;
use crate::archive::format::manifest::Manifest;
use crate::archive::keep::object_lock;
use crate::archive::read::verify;
use crate::db::queries::ledger::{self, ArchiveRow, State};
use crate::error::{Error, Kind, Result};
use crate::failpoint::effect;
use crate::progress::{Task, Unit};

impl Attempt<'_> {
    /// Reads everything back from the store: `uploaded` → `verified`.
    pub async fn prove(&self, db: &impl GenericClient, entry: &AttemptRow) -> Result<()> {
        let id = entry.id;
        let read = async {
            let (store, manifest) = self.manifest_of(db, id).await?;
            try_join(self.check(store, &manifest), self.prove_feeds(&manifest)).await.map(drop)
        };
        effect!("archive.read-back", self.stages.time("read back", read).await?);
        self.see_locked(db, entry).await?;
        effect!("archive.tell-verified", ledger::advance(db, id, State::Uploaded, State::Verified).await?);
        Ok(())
    }

    /// Reads an archive back from the store.
    pub async fn read_back(&self, db: &impl GenericClient, id: i64) -> Result<()> {
        let (store, manifest) = self.manifest_of(db, id).await?;
        self.check(store, &manifest).await
    }

    /// The store of an archive among the run's, and its manifest there.
    async fn manifest_of(&self, db: &impl GenericClient, id: i64) -> Result<(&ClaimedStore, Manifest)> {
        let row = ledger::get(db, self.scope().namespace(), id).await?;
        let store = self.store_of(&row).unwrap_or(self.run.store);
        Ok((store, verify::read_manifest(store, &row).await?))
    }

    async fn check(&self, store: &ClaimedStore, manifest: &Manifest) -> Result<()> {
        let total = Some(manifest.data.stored.bytes);
        let task: Arc<dyn Task> =
            self.run.progress.begin(&format!("verify {}", self.chunk.name()), total, Unit::Bytes).into();
        verify::check(store, manifest, &task, self.run.stop, &self.stages).await?;
        Ok(())
    }

    /// Notes that an archive was not read back as it was stored: the function in SQL drops nothing on its word. Nothing is
    /// known of one that lies in another store than this run's.
    pub async fn note_unread(&self, db: &impl GenericClient, prior: &ArchiveRow) -> Result<()> {
        if self.elsewhere(prior).is_none() {
            ledger::note_not_read_back(db, prior.id).await?;
        }
        Ok(())
    }

    /// Whether a prior archive of the chunk as it is now can still be read back. A damaged one is replaced, where the chunk
    /// may be archived anew: the chunk is whole. One that lies in another store than this run's may be as good as ever.
    pub async fn serves_again(&self, db: &impl GenericClient, prior: &ArchiveRow) -> Result<bool> {
        let id = prior.id;
        let e = match self.read_back(db, id).await {
            Ok(()) => {
                object_lock::lock_again(db, self.run.store, prior).await?;
                ledger::note_read_back(db, id).await?;
                return Ok(true);
            }
            Err(e) if e.kind() != Kind::Verification => return Err(e),
            Err(e) => e,
        };
        self.note_unread(db, prior).await?;
        match (self.elsewhere(prior), self.on_change) {
            (None, OnChange::Refuse) => Err(e),
            (Some(url), OnChange::Refuse) => Err(Error::failed(format!("reading archive {id} back"))
                .because(format!("it lies in {url}, and not in {}", self.run.store.url()))
                .hint(format!(
                    "nothing was dropped; run the same command with --store {}, or without --store",
                    crate::text::shell_url(&url)
                ))),
            (None, OnChange::ArchiveAgain) => {
                self.run.progress.warn(&format!("archive {id} is damaged, and its chunk is archived again: {e}"));
                Ok(false)
            }
            (Some(url), OnChange::ArchiveAgain) => {
                self.run.progress.note(&format!(
                    "archive {id} lies in {url}: its chunk is archived again in {}",
                    self.run.store.url()
                ));
                Ok(false)
            }
        }
    }

    /// The store of an archive, where it is none of this run's.
    pub(super) fn elsewhere<'b>(&self, archive: &'b ArchiveRow) -> Option<&'b str> {
        archive.store_url.as_deref().filter(|_| self.store_of(archive).is_none())
    }
}
