//! What becomes of archives whose messages are live, once their chunk is archived again.

use tokio_postgres::{GenericClient, Transaction};

use super::super::frame_filler::ExportedObject;
use super::Attempt;
use crate::archive::format::ledger_row::misnamed;
use crate::archive::format::manifest::Manifest;
use crate::archive::keep::whereabouts::{is_all_in, is_held_by, is_untold};
use crate::archive::read::{load, verify};
use crate::chunks::counted;
use crate::db::Db;
use crate::db::errors::explain;
use crate::db::queries::ledger::{self, ArchiveRow, State};
use crate::db::queries::rehydrate::{self as rehydrated, LiveCount};
use crate::db::savepoint;
use crate::error::{Error, Kind, Result};
use crate::failpoint::effect;
use crate::store::ObjectKey;

/// What is said where a new archive would lack messages that an earlier one holds.
fn partly_live(prior: &ArchiveRow, there: &LiveCount) -> Error {
    let id = prior.id;
    Error::new(Kind::Verification, format!("comparing it with archive {id}"))
        .because(format!(
            "{} of that archive's {} messages are live: some were deleted, and a new archive would not hold them",
            there.messages,
            prior.message_count.unwrap_or_default()
        ))
        .hint(format!(
            "eventodb-admin archives rehydrate {id} puts in what is missing; if they were meant to go: UPDATE \
             eventodb_store.archives SET state = 'expired' WHERE id = {id}"
        ))
}

/// What becomes of prior archives once an archive of the chunk as it is now is verified.
#[derive(Debug, Default)]
pub(in crate::archive) struct SortedPriors {
    /// All their messages are in the chunk: the new archive takes their place.
    pub(in crate::archive) superseded: Vec<ArchiveRow>,
    /// None of their messages is live any more: they are the only copy.
    pub(in crate::archive) only_copy: Vec<ArchiveRow>,
}

impl Attempt<'_> {
    /// Where the messages of prior archives are now. The transaction must keep writers out of the chunk.
    pub(in crate::archive) async fn sort_priors(
        &self,
        db: &Transaction<'_>,
        except: Option<i64>,
    ) -> Result<SortedPriors> {
        let mut sorted = SortedPriors::default();
        for prior in self.priors.iter().filter(|p| Some(p.id) != except) {
            let here = rehydrated::live_in(db, &self.chunk.table, prior).await?;
            let is_more = Some(here.messages) > prior.message_count;
            // As many of the same sum may be others: their streams have to be the same as well.
            let has_all = here.is_all_of(prior) && self.has_streams_of(db, prior).await?
                || (here.is_all_of(prior) || is_more) && self.holds_all_of(db, prior).await?;
            if has_all {
                sorted.superseded.push(prior.clone());
                continue;
            }
            // Other chunks are given up after the look: other jobs of this run may be dropping them.
            let anywhere = rehydrated::live(db, self.scope(), prior);
            let anywhere = savepoint::look(db, "looking for an archive's messages in other chunks", anywhere).await?;
            // Its messages are spread over chunks (the interval was changed), some of which may be archived already: it
            // stays, and is not brought back while later archives hold parts of it.
            let spread = anywhere.is_all_of(prior)
                || !ledger::later_overlapping(db, prior).await?.is_empty()
                || Some(anywhere.messages) > prior.message_count;
            if spread {
                continue;
            }
            if anywhere.messages > 0 {
                return Err(partly_live(prior, &anywhere));
            }
            sorted.only_copy.push(prior.clone());
        }
        Ok(sorted)
    }

    /// Takes the place of archives that hold, byte for byte, what the chunk does, though their stores could not be asked.
    pub(super) fn take_the_place_of_equals(&self, sorted: &mut SortedPriors, (sha256, messages): (&str, Option<i64>)) {
        // One that was brought back may have been changed since, elsewhere; it is left to whoever looks there.
        for prior in self.priors.iter().filter(|prior| prior.state == State::Verified) {
            let is_equal = prior.csv_sha256.as_deref() == Some(sha256) && prior.message_count == messages;
            if is_equal && sorted.superseded.iter().all(|known| known.id != prior.id) {
                sorted.only_copy.retain(|only| only.id != prior.id);
                sorted.superseded.push(prior.clone());
            }
        }
    }

    /// Warns where an archive's place is taken by other content: whoever changed it by mistake has it there until it is pruned.
    pub(super) fn warn_of_changes(&self, sorted: &SortedPriors, data: &ExportedObject) {
        let messages = i64::try_from(data.tally.messages).ok();
        for prior in &sorted.superseded {
            if prior.message_count == messages
                && prior.csv_sha256.as_ref().is_some_and(|sha256| *sha256 != data.csv.sha256)
            {
                self.run.progress.warn(&format!(
                    "messages of archive {} were changed since it was made: what they were is in that archive alone, until archives \
                     prune removes it with --confirm-count",
                    prior.id
                ));
            }
        }
    }

    /// Refuses a chunk that lacks some of what an archive before it holds, and that no other archive holds, before anything
    /// is begun. [`Attempt::sort_priors`] asks again, once writers are kept out.
    pub(in crate::archive) async fn refuse_partly_live(&self, db: &Db) -> Result<()> {
        for prior in &self.priors {
            let there = rehydrated::live(db.client(), self.scope(), prior).await?;
            let lacks = !there.is_all_of(prior) && Some(there.messages) <= prior.message_count;
            if there.messages > 0 && lacks && ledger::later_overlapping(db.client(), prior).await?.is_empty() {
                // What is hidden is not gone.
                counted::is_seen(db.client(), self.scope(), self.chunk, &db.server).await?;
                return Err(partly_live(prior, &there));
            }
        }
        Ok(())
    }

    /// Whether the chunk holds every message of an archive beside others within its global positions: told by the
    /// archive's own data. One that cannot be read stays as it is.
    async fn holds_all_of(&self, db: &Transaction<'_>, prior: &ArchiveRow) -> Result<bool> {
        let doing = "comparing the chunk with an archive";
        db.batch_execute("SAVEPOINT comparing").await.map_err(|e| explain(doing, e))?;
        let compared = async {
            let manifest = verify::read_manifest(self.run.store, prior).await?;
            load::messages(db, self.run.store, &manifest, self.run.stop).await?;
            let found = rehydrated::loaded_in(db, &self.chunk.table).await?;
            Ok::<_, Error>(Some(found) == prior.message_count)
        };
        let held = match compared.await {
            Err(e) if matches!(e.kind(), Kind::Verification | Kind::NotFound) => {
                tracing::info!("archive {} could not be compared with its chunk: {e}", prior.id);
                false
            }
            held => held?,
        };
        db.batch_execute("ROLLBACK TO SAVEPOINT comparing").await.map_err(|e| explain(doing, e))?;
        Ok(held)
    }

    /// Whether the chunk has an archive's streams just as its stream list tells. One in another store proves nothing here;
    /// of one that is damaged there is nothing to lose, and as many messages of the same sum are all that can be told.
    async fn has_streams_of(&self, db: &Transaction<'_>, prior: &ArchiveRow) -> Result<bool> {
        let (table, store, stop) = (&self.chunk.table, self.run.store, self.run.stop);
        match verify::read_manifest(store, prior).await {
            Ok(manifest) => is_all_in(db, table, store, &manifest, stop).await,
            Err(e) if is_untold(&e) => {
                tracing::info!("archive {} could not be compared with its chunk: {e}", prior.id);
                Ok(prior.store_url.as_deref() == Some(store.url().to_string().as_str()))
            }
            Err(e) => Err(e),
        }
    }

    /// Whether the chunk holds every message of an attempt that failed, as far as that has come to a manifest.
    pub(super) async fn holds_attempt(&self, db: &Transaction<'_>, failed: &ArchiveRow) -> Result<bool> {
        let (table, store, stop) = (&self.chunk.table, self.run.store, self.run.stop);
        let Some(key) = failed.manifest_key.as_ref().filter(|_| misnamed(failed).is_none()) else {
            return Ok(false);
        };
        let is_elsewhere = failed.store_url.as_deref().is_none_or(|url| url != store.url().to_string());
        let key = ObjectKey::new(key)?;
        if is_elsewhere || store.head(&key).await?.is_none() {
            return Ok(false);
        }
        match Manifest::read_unproven(store, &key).await {
            Ok((manifest, _)) => Ok(is_all_in(db, table, store, &manifest, stop).await?
                || is_held_by(db, table, store, &manifest, stop).await?),
            Err(e) if is_untold(&e) => Ok(false),
            Err(e) => Err(e),
        }
    }

    /// Carries out what [`Attempt::sort_priors`] found, once archive `id` is verified.
    pub(in crate::archive) async fn retire_priors(
        &self,
        db: &impl GenericClient,
        id: i64,
        sorted: &SortedPriors,
    ) -> Result<()> {
        for old in &sorted.superseded {
            let reason = format!("superseded by archive {id}");
            effect!(
                "archive.supersede",
                ledger::retire(db, old.id, old.state, State::Expired, &reason, Some(id)).await?
            );
        }
        for old in &sorted.only_copy {
            effect!("archive.tell-alone", ledger::advance(db, old.id, old.state, State::Dropped).await?);
            self.run.progress.warn(&format!(
                "none of the messages of archive {} is live any more, though nothing here has dropped them: the archive is \
                 their only copy now",
                old.id
            ));
        }
        Ok(())
    }
}
