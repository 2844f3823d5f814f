//! What an archive holds that the one which has taken its place has otherwise: messages can have changed in the hypertable between
//! the two. That all of them are in the later one, by place, is not enough to call the earlier one of no use.

use super::super::whereabouts::{ArchiveData, OpenStores, SoughtArchive, cannot_open, fill, fill_other, is_untold};
use super::{Evidence, ObjectsStayReason, OwnObjects, RemovalCheck};
use crate::archive::format::codec::Codec;
use crate::archive::format::manifest::Manifest;
use crate::archive::format::object_names::Names;
use crate::db::errors::explain;
use crate::db::queries::ledger::ArchiveRow;
use crate::db::queries::whereabouts::{self as queries, Likeness};
use crate::error::Result;
use crate::store::Store;

/// An archive that was read back, and has taken another's place.
pub(super) struct Successor {
    /// It.
    pub row: ArchiveRow,
    /// Its manifest.
    pub manifest: Manifest,
}

/// An archive whose place was taken.
#[derive(Clone, Copy)]
pub(super) struct Succeeded<'a> {
    /// What it may call its own.
    pub ours: &'a OwnObjects,
    /// Where they are.
    pub store: &'a Store,
    /// Its row.
    pub row: &'a ArchiveRow,
    /// Its manifest, where it has one.
    pub manifest: Option<&'a Manifest>,
    /// Streams that are being erased: what differs of them counts for nothing.
    pub erasing: &'a [String],
}

impl Succeeded<'_> {
    fn data(&self) -> Option<ArchiveData<'_>> {
        if let Some(manifest) = self.manifest {
            return Some(ArchiveData::Described(manifest));
        }
        // Without a manifest nobody can open what is encrypted.
        let codec = self.row.codec.as_deref().filter(|_| !Names::is_encrypted(self.ours.data.as_str()))?;
        Codec::new(codec, None).ok().map(|codec| ArchiveData::Bare(&self.ours.data, codec))
    }
}

impl<S: OpenStores> RemovalCheck<'_, S> {
    /// Whether each message of an archive is in its successor, or live, as it is in it. Content that was erased since counts
    /// for nothing.
    pub(super) async fn by_successor(
        &mut self,
        old: Succeeded<'_>,
        next: &Successor,
    ) -> Result<Result<Evidence, ObjectsStayReason>> {
        let replaced = Ok(Evidence::Replaced(next.row.id));
        let (true, Some(data)) = (old.manifest.is_none_or(|m| m.csv != next.manifest.csv), old.data()) else {
            return Ok(replaced);
        };
        let doing = "comparing an archive with the one that took its place";
        let tx = self.db.client_mut().transaction().await.map_err(|e| explain(doing, e))?;
        let sought = SoughtArchive { id: old.row.id, stem: &old.ours.stem, store: old.store, data };
        match fill(&tx, sought, self.stop).await {
            Ok(()) => {}
            Err(e) if cannot_open(&e) => return Ok(Err(ObjectsStayReason::Untold(e.to_string()))),
            // What cannot be read has nothing to lose; its successor was.
            Err(e) if is_untold(&e) => {
                tracing::info!("archive {} cannot be compared with archive {}: {e}", old.row.id, next.row.id);
                return Ok(replaced);
            }
            Err(e) => return Err(e),
        }
        let all = queries::rest(&tx).await?;
        if !fill_other(&tx, &next.row, self.stores, self.stop).await? {
            let why = format!("archive {}, which took its place, cannot be compared with it", next.row.id);
            return Ok(Err(ObjectsStayReason::Untold(why)));
        }
        queries::take_other(&tx, self.scope, &all, Likeness::Equal).await?;
        queries::take_erased(&tx, old.erasing, !next.manifest.erasures.is_empty()).await?;
        queries::take_live(&tx, self.scope, &all, Likeness::Equal).await?;
        let changed = queries::take_other(&tx, self.scope, &all, Likeness::SamePlace).await?;
        let alone = queries::rest(&tx).await?.messages;
        tx.rollback().await.map_err(|e| explain(doing, e))?;
        Ok(match (alone, changed) {
            (0, 0) => replaced,
            (0, changed) => Err(ObjectsStayReason::Changed(changed, all.messages)),
            (alone, _) => Err(ObjectsStayReason::Alone(alone, all.messages)),
        })
    }
}
