//! Looks at archives and decides what may become of their objects.

use std::collections::HashMap;

use chrono::TimeDelta;

use super::super::holds::Holds;
use super::super::whereabouts::{
    ArchiveData, OpenStores, SoughtArchive, Whereabouts, is_all_in, is_untold, whereabouts,
};
use super::sealed::has_frames_of;
use super::succeeded::{Succeeded, Successor};
use super::{Evidence, ObjectsStayReason, OwnObjects, Proofs, Removable, RemovalVerdict, is_known_store, ours};
use crate::archive::format::codec::Codec;
use crate::archive::format::ledger_row::end_of_chain;
use crate::archive::format::manifest::Manifest;
use crate::archive::format::object_names::Names;
use crate::archive::format::tombstone::Tombstone;
use crate::archive::read::verify::{read_manifest, verify};
use crate::db::errors::explain;
use crate::db::queries::ledger::{self, ArchiveRow, Objects, State};
use crate::db::queries::{holds, rehydrate, whereabouts as queries};
use crate::db::{Db, Scope};
use crate::error::{Kind, Result};
use crate::progress::Progress;
use crate::stop::Stop;
use crate::store::{Frozen, ObjectKey, Store};

/// Looks at archives, and decides.
pub struct RemovalCheck<'a, S> {
    /// The session; nothing is changed by it.
    pub db: &'a mut Db,
    /// The namespace.
    pub scope: &'a Scope,
    /// Opens the stores that archives are in.
    pub stores: &'a mut S,
    /// Archives that were read back already.
    pub proofs: &'a mut Proofs,
    /// Who is told.
    pub progress: &'a dyn Progress,
    /// Asked between steps.
    pub stop: &'a Stop,
}

impl<S: OpenStores> RemovalCheck<'_, S> {
    /// What may become of an archive's objects where they lie by the ledger.
    ///
    /// # Errors
    /// Where a store or the database cannot be asked; [`Kind::Verification`] where the archive that took its place does not
    /// read back.
    pub async fn verdict(&mut self, archive: &ArchiveRow) -> Result<RemovalVerdict> {
        self.verdict_while_erasing(archive, &[]).await
    }

    /// Does as [`RemovalCheck::verdict`] where these streams are to be erased: what an archive alone has of their content is no reason
    /// to keep it.
    ///
    /// # Errors
    /// As those of [`RemovalCheck::verdict`].
    pub(in crate::archive) async fn verdict_while_erasing(
        &mut self,
        archive: &ArchiveRow,
        streams: &[String],
    ) -> Result<RemovalVerdict> {
        if let Some(stays) = self.distrusts(archive).await? {
            return Ok(RemovalVerdict::Stays(stays));
        }
        let store = self.stores.open(archive).await?;
        self.verdict_with(&store, archive, streams).await
    }

    /// Why nothing that a row names is opened, let alone deleted.
    ///
    /// # Errors
    /// Where a query fails.
    pub async fn distrusts(&self, archive: &ArchiveRow) -> Result<Option<ObjectsStayReason>> {
        if let Some(stays) = self.needed_by(archive).await? {
            return Ok(Some(stays));
        }
        let url = archive.store_url.as_deref().unwrap_or_default();
        if is_known_store(self.db, self.scope, &*self.stores, url).await? {
            return Ok(None);
        }
        Ok(Some(ObjectsStayReason::NotOurs(format!(
            "it lies in {url}, which is neither the policy's store nor one that a kept archive of the namespace is in; \
             --store says that it is one"
        ))))
    }

    /// Does as [`RemovalCheck::verdict`] where the objects were found in `store`.
    pub(in crate::archive) async fn verdict_in(
        &mut self,
        store: &Store,
        archive: &ArchiveRow,
    ) -> Result<RemovalVerdict> {
        self.verdict_with(store, archive, &[]).await
    }

    async fn verdict_with(
        &mut self,
        store: &Store,
        archive: &ArchiveRow,
        erasing: &[String],
    ) -> Result<RemovalVerdict> {
        match ours(self.db, self.scope, archive).await? {
            Ok(ours) => match Box::pin(self.decide(ours, store, archive, erasing)).await? {
                RemovalVerdict::Go(leave) => Box::pin(self.unless_held(leave, store, archive)).await,
                stays @ RemovalVerdict::Stays(_) => Ok(stays),
            },
            Err(stays) => Ok(RemovalVerdict::Stays(stays)),
        }
    }

    /// What a hold is on goes only where it is elsewhere, each message as it is in it.
    async fn unless_held(&mut self, leave: Removable, store: &Store, archive: &ArchiveRow) -> Result<RemovalVerdict> {
        if leave.evidence == Evidence::NoData {
            return Ok(RemovalVerdict::Go(leave));
        }
        let holds = Holds::of(self.db, self.scope).await?.and_in(store, self.scope).await?;
        if holds.is_empty() {
            return Ok(RemovalVerdict::Go(leave));
        }
        let only = match &leave.evidence {
            Evidence::GivenUp | Evidence::ContentGivenUp | Evidence::Alike => None,
            // Content of streams that were erased was not compared: it may be in this archive alone.
            Evidence::Replaced(next) => self.erased(Some(*next)).await?,
            _ => self.erased(None).await?,
        };
        if only.as_ref().is_some_and(Vec::is_empty) {
            return Ok(RemovalVerdict::Go(leave));
        }
        Ok(match holds.on_archive(store, archive, only.as_deref(), self.stop).await? {
            Some(held) => RemovalVerdict::Stays(ObjectsStayReason::Held(held)),
            None => RemovalVerdict::Go(leave),
        })
    }

    /// Streams whose content was erased, as the database and the archive that took the place tell; `None` where one of them does
    /// not say which.
    async fn erased(&mut self, next: Option<i64>) -> Result<Option<Vec<String>>> {
        let mut streams = holds::erased_streams(self.db.client(), self.scope.namespace()).await?;
        if let Some(next) = next {
            let next = ledger::get(self.db.client(), self.scope.namespace(), next).await?;
            for erasure in self.prove(&next).await?.erasures {
                let Some(stream) = erasure.stream else { return Ok(None) };
                streams.push(stream);
            }
        }
        Ok(Some(streams))
    }

    /// Rows of the namespace that give objects up which others count on, with one of these.
    pub(in crate::archive) async fn claimed_twice(&self) -> Result<HashMap<i64, (i64, String)>> {
        let found = queries::claimed_twice(self.db.client(), self.scope.namespace()).await?;
        Ok(found.into_iter().map(|(row, id, namespace)| (row, (id, namespace))).collect())
    }

    /// Who else counts on the objects that a row names.
    pub(in crate::archive) async fn needed_by(&self, archive: &ArchiveRow) -> Result<Option<ObjectsStayReason>> {
        Ok(ours(self.db, self.scope, archive).await?.err())
    }

    async fn decide(
        &mut self,
        ours: OwnObjects,
        store: &Store,
        archive: &ArchiveRow,
        erasing: &[String],
    ) -> Result<RemovalVerdict> {
        self.stop.check()?;
        let go = |ours, evidence| Ok(RemovalVerdict::Go(Removable { ours, evidence }));
        if store.head(&ours.data).await?.is_none() {
            // Of an archive that counted once, whoever has removed its data on purpose has left a tombstone.
            let was_meant =
                archive.state == State::Failed || store.head(&Names::tombstone(&ours.stem)?).await?.is_some();
            if was_meant {
                return go(ours, Evidence::NoData);
            }
            return Ok(RemovalVerdict::Stays(ObjectsStayReason::Untold(format!(
                "{} is not in the store",
                store.describe(&ours.data)
            ))));
        }
        if archive.state == State::Expired && was_given_up(store, &ours).await? {
            return go(ours, Evidence::GivenUp);
        }
        let next = self.successor(archive).await?;
        let manifest = match Manifest::read_unproven(store, &ours.manifest).await {
            Ok((manifest, _)) if manifest.data.object == ours.data.as_str() => Some(manifest),
            Ok(_) => {
                return Ok(RemovalVerdict::Stays(ObjectsStayReason::Untold(
                    "its manifest is another archive's".to_owned(),
                )));
            }
            Err(e) if e.kind() == Kind::Verification => None,
            Err(e) if is_untold(&e) => return Ok(RemovalVerdict::Stays(ObjectsStayReason::Untold(e.to_string()))),
            Err(e) => return Err(e),
        };
        if let Some(next) = next {
            let old = Succeeded { ours: &ours, store, row: archive, manifest: manifest.as_ref(), erasing };
            return match Box::pin(self.by_successor(old, &next)).await? {
                Ok(evidence) => go(ours, evidence),
                Err(stays) => Ok(RemovalVerdict::Stays(stays)),
            };
        }
        if let Some(manifest) = &manifest
            && let Some(same) = self.same(manifest, &ours.stem).await?
        {
            return go(ours, Evidence::Elsewhere(vec![same]));
        }
        match Box::pin(self.by_messages(&ours, store, archive, manifest.as_ref())).await? {
            Ok(evidence) => go(ours, evidence),
            Err(stays) => Ok(RemovalVerdict::Stays(stays)),
        }
    }

    /// Reads an archive of the ledger back, once a run.
    async fn prove(&mut self, archive: &ArchiveRow) -> Result<Manifest> {
        let store = self.stores.open(archive).await?;
        let read = async {
            if !self.proofs.0.contains(&archive.id) {
                Box::pin(verify(&store, archive, self.progress, self.stop)).await?;
            }
            read_manifest(&store, archive).await
        };
        match read.await {
            Ok(manifest) => {
                self.proofs.add(archive.id);
                Ok(manifest)
            }
            Err(e) => {
                if Frozen::is_cause_of(&e) {
                    // All of it is asked for at once, so that one wait is enough.
                    let names = [&archive.manifest_key, &archive.heads_key, &archive.object_key];
                    let keys: Vec<_> = names.into_iter().flatten().map(ObjectKey::new).collect::<Result<_>>()?;
                    store.thaw(&keys).await?;
                }
                Err(e)
            }
        }
    }

    /// The archive that has taken this one's place in the end, where its manifest says so as well and it reads back.
    async fn successor(&mut self, archive: &ArchiveRow) -> Result<Option<Successor>> {
        if archive.state != State::Expired {
            return Ok(None);
        }
        let all = ledger::list(self.db.client(), self.scope.namespace()).await?;
        let Some(last) = end_of_chain(archive, &all) else { return Ok(None) };
        let manifest = self.prove(last).await.map_err(|e| {
            e.while_doing(format!("keeping archive {}, which archive {} took the place of", archive.id, last.id))
        })?;
        let is_named = archive.manifest_key.as_ref().is_some_and(|key| manifest.replaces.contains(key));
        Ok(is_named.then(|| Successor { row: last.clone(), manifest }))
    }

    /// A kept archive of the very same rows that reads back.
    async fn same(&mut self, manifest: &Manifest, stem: &str) -> Result<Option<i64>> {
        for other in ledger::list(self.db.client(), self.scope.namespace()).await? {
            let is_other = other.object_key.as_deref().is_some_and(|key| Names::stem(key) != stem);
            let has_same = other.csv_sha256.as_ref() == Some(&manifest.csv.sha256);
            if !(is_other && has_same && other.state.is_kept() && other.objects == Objects::Kept) {
                continue;
            }
            match self.prove(&other).await {
                Ok(read) if read.csv == manifest.csv => return Ok(Some(other.id)),
                Ok(_) => {}
                Err(e) if is_untold(&e) => {}
                Err(e) => return Err(e),
            }
        }
        Ok(None)
    }

    /// A kept archive of the same range that reads back and has the very frames of an encrypted object that no manifest
    /// describes: an attempt at the same content ended before it wrote one.
    async fn same_frames(&mut self, ours: &OwnObjects, store: &Store, archive: &ArchiveRow) -> Result<Option<i64>> {
        for other in ledger::list(self.db.client(), self.scope.namespace()).await? {
            let is_other = other.object_key.as_deref().is_some_and(|key| Names::stem(key) != ours.stem);
            let is_of_range = (other.range_start, other.range_end) == (archive.range_start, archive.range_end);
            if !(is_other && is_of_range && other.state.is_kept() && other.objects == Objects::Kept) {
                continue;
            }
            let manifest = match self.prove(&other).await {
                Ok(manifest) => manifest,
                Err(e) if is_untold(&e) => continue,
                Err(e) => return Err(e),
            };
            let its_store = self.stores.open(&other).await?;
            if has_frames_of((store, &ours.data), (&its_store, &manifest), self.stop).await? {
                return Ok(Some(other.id));
            }
        }
        Ok(None)
    }

    /// Where the messages are, one by one.
    async fn by_messages(
        &mut self,
        ours: &OwnObjects,
        store: &Store,
        archive: &ArchiveRow,
        manifest: Option<&Manifest>,
    ) -> Result<Result<Evidence, ObjectsStayReason>> {
        if let Some(manifest) = manifest
            && self.is_nowhere(manifest, &ours.stem).await?
        {
            let messages = i64::try_from(manifest.messages).unwrap_or(i64::MAX);
            return Ok(Err(ObjectsStayReason::Alone(messages, messages)));
        }
        let data = match (manifest, archive.codec.as_deref().map(|codec| Codec::new(codec, None))) {
            (Some(manifest), _) => ArchiveData::Described(manifest),
            (None, _) if Names::is_encrypted(ours.data.as_str()) => {
                return Ok(match self.same_frames(ours, store, archive).await? {
                    Some(same) => Ok(Evidence::Elsewhere(vec![same])),
                    None => {
                        Err(ObjectsStayReason::Untold("it is encrypted, and has no manifest to read it by".to_owned()))
                    }
                });
            }
            (None, Some(Ok(codec))) => ArchiveData::Bare(&ours.data, codec),
            (None, _) => {
                return Ok(Err(ObjectsStayReason::Untold(
                    "it has no manifest, and its compression is not known".to_owned(),
                )));
            }
        };
        let sought = SoughtArchive { id: archive.id, stem: &ours.stem, store, data };
        let looked = Box::pin(whereabouts(self.db, self.scope, sought, self.stores, (false, self.stop)));
        let found = match looked.await {
            Ok((found, _)) => found,
            Err(e) if is_untold(&e) => {
                // What is damaged can still be compared by what its manifest and its stream list tell.
                return Ok(match manifest {
                    Some(manifest) if self.is_live(store, manifest).await? => Ok(Evidence::Alike),
                    _ => Err(ObjectsStayReason::Untold(e.to_string())),
                });
            }
            Err(e) => return Err(e),
        };
        Ok(judge(archive, &found))
    }

    /// Whether nothing can hold any of its messages, by their global positions: there is no need to read them.
    async fn is_nowhere(&self, manifest: &Manifest, stem: &str) -> Result<bool> {
        let positions = (manifest.first_global_position, manifest.last_global_position);
        let (Some(first), Some(last)) = positions else { return Ok(false) };
        let (Some(from), Some(to)) = (manifest.first_time, manifest.last_time) else { return Ok(false) };
        let Some(after) = to.checked_add_signed(TimeDelta::microseconds(1)) else { return Ok(false) };
        let range = (from, after);
        let live = rehydrate::live_within(self.db.client(), &self.scope.messages(), range, positions).await?;
        let meets = |a: &ArchiveRow| {
            a.first_global_position.is_none_or(|f| f <= last) && a.last_global_position.is_none_or(|l| l >= first)
        };
        let others = ledger::list(self.db.client(), self.scope.namespace()).await?;
        let is_other = |a: &ArchiveRow| a.object_key.as_deref().is_some_and(|key| Names::stem(key) != stem);
        Ok(live.messages == 0 && !others.iter().any(|a| a.state.is_kept() && is_other(a) && meets(a)))
    }

    async fn is_live(&mut self, store: &Store, manifest: &Manifest) -> Result<bool> {
        let doing = "comparing an archive with the hypertable";
        let tx = self.db.client_mut().transaction().await.map_err(|e| explain(doing, e))?;
        let live = is_all_in(&tx, &self.scope.messages(), store, manifest, self.stop).await?;
        tx.rollback().await.map_err(|e| explain(doing, e))?;
        Ok(live)
    }
}

/// Whether a run has begun to delete it because its messages were given up: its tombstone says so.
async fn was_given_up(store: &Store, ours: &OwnObjects) -> Result<bool> {
    let key = Names::tombstone(&ours.stem)?;
    if store.head(&key).await?.is_none() {
        return Ok(false);
    }
    match Tombstone::read(store, &key).await {
        Ok(tombstone) => Ok(tombstone.given_up == Some(true) && tombstone.manifest.data.object == ours.data.as_str()),
        Err(e) if is_untold(&e) => Ok(false),
        Err(e) => Err(e),
    }
}

/// What follows from where the messages are.
fn judge(archive: &ArchiveRow, found: &Whereabouts) -> Result<Evidence, ObjectsStayReason> {
    // An attempt that failed never counted: what has changed since was changed where it counts.
    let changed_counts = archive.state != State::Failed;
    match found {
        _ if found.alone > 0 => Err(ObjectsStayReason::Alone(found.alone, found.messages)),
        _ if found.changed > 0 && changed_counts => Err(ObjectsStayReason::Changed(found.changed, found.messages)),
        _ if found.changed > 0 => Ok(Evidence::Alike),
        _ if found.elsewhere.is_empty() => Ok(Evidence::Live),
        _ => Ok(Evidence::Elsewhere(found.holders())),
    }
}

#[cfg(test)]
mod tests;
