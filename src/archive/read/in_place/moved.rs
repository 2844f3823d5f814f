//! Archives that others have taken the place of while they are read, with the same messages under other names: they were
//! encrypted to others.

use std::sync::Arc;

use bytes::Bytes;
use futures::FutureExt;
use futures::future::BoxFuture;

use super::{ArchiveReader, Keep, ObjectPart, unopened};
use crate::archive::format::encryption;
use crate::archive::format::manifest::{Frame, Manifest};
use crate::db::queries::ledger::ArchiveRow;
use crate::error::{Error, Result};
use crate::store::{ObjectKey, Store};

/// An archive that has taken another's place.
pub(super) struct Moved {
    pub archive: ArchiveRow,
    pub store: Store,
    pub manifest: Arc<Manifest>,
}

impl ArchiveReader {
    /// What has taken an archive's place and holds the same. Where nobody can be asked, nothing has.
    pub(super) fn moved<'a>(&'a self, archive: &'a ArchiveRow) -> BoxFuture<'a, Option<Moved>> {
        // Boxed: callers are deep.
        self.look_for_moved(archive).boxed()
    }

    async fn look_for_moved(&self, archive: &ArchiveRow) -> Option<Moved> {
        let asking = self.0.asking.as_ref()?;
        let known = asking.known.lock().await.get(&archive.id).cloned();
        if let Some(row) = known
            && let Ok((store, manifest)) = self.manifest_here(&row).await
        {
            return Some(Moved { archive: row, store, manifest });
        }
        let found = async {
            let Some(row) = asking.look(archive).await? else { return Ok(None) };
            let (store, manifest) = self.manifest_here(&row).await?;
            asking.known.lock().await.insert(archive.id, row.clone());
            Ok::<_, Error>(Some(Moved { archive: row, store, manifest }))
        };
        match found.await {
            Ok(found) => found,
            Err(e) => {
                tracing::info!("looking for what has taken the place of archive {}: {e}", archive.id);
                None
            }
        }
    }

    /// A frame as it is compressed, of the archive that has taken this one's place, where that is cut in the same places.
    pub(super) async fn moved_frame(
        &self,
        archive: &ArchiveRow,
        index: usize,
        frame: &Frame,
        keep: Keep,
    ) -> Result<Option<Bytes>> {
        let Some(Moved { archive, store, manifest }) = self.moved(archive).await else { return Ok(None) };
        let cut = |f: &Frame| (f.csv_bytes, f.messages, f.first_global_position, f.last_global_position);
        let Some(same) = manifest.data.frames.get(index).filter(|f| cut(f) == cut(frame)) else { return Ok(None) };
        let key = ObjectKey::new(&manifest.data.object)?;
        let part = ObjectPart {
            range: same.offset..same.offset + same.length,
            object_bytes: manifest.data.stored.bytes,
            sha256: same.sha256.as_deref(),
            name: &format!("{} frame {index}", archive.manifest_sha256.as_deref().unwrap_or_default()),
            keep,
        };
        let stored = self.part(&archive, &store, &key, part).await?;
        if manifest.encryption.is_none() {
            return Ok(Some(stored));
        }
        let keys = store.age_keys().clone();
        let opened = tokio::task::spawn_blocking(move || encryption::open(&keys, &stored));
        let opened = opened.await.map_err(|e| Error::failed("reading an archive").because(e))?;
        opened.map(|bytes| Some(bytes.into())).map_err(|e| unopened(&store, &key, e))
    }
}
