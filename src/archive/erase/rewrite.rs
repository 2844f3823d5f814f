//! An archive written anew without the content of some streams.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use tokio_postgres::GenericClient;

use super::scan::{ErasureScan, Holding, Looker, NO_CONTENT, ScannedRow, scan};
use crate::archive::claim::ClaimedStore;
use crate::archive::format::codec::Codec;
use crate::archive::format::csv::{RowKind, RowSplitter};
use crate::archive::format::encryption::Encryption;
use crate::archive::format::manifest::{DataObject, Erasure, FORMAT_VERSION, Manifest, StreamListObject};
use crate::archive::format::object_names::Names;
use crate::archive::keep::object_lock;
use crate::archive::lock::lifecycle::LifecycleLock;
use crate::archive::read::verify::{self, Expected, read_through};
use crate::archive::write::attempt;
use crate::archive::write::frame_filler::{ExportedObject, RowSink, frames_of};
use crate::archive::write::successor::{replaced_keys, uploaded};
use crate::db::errors::explain;
use crate::db::queries::erasures::{self, ErasureRow};
use crate::db::queries::ledger::{self, ArchiveRow, NewArchive, State, Uploaded};
use crate::db::queries::{clock, counts};
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::failpoint::effect;
use crate::progress::{Progress, Task, Unit};
use crate::stop::Stop;
use crate::store::{LockedUntil, ObjectKey, Store, Upload};

/// What took an archive's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewritten {
    /// Its number.
    pub archive_id: i64,
    /// Messages that lost their content.
    pub messages: u64,
}

/// Writes an archive anew without the content of the streams that it holds, proves that every other row of it is the same
/// byte for byte, and puts it in the old one's place in the ledger. `None` where there is no content left to erase. The old
/// objects are for [`remove`](crate::archive::remove).
///
/// # Errors
/// [`Kind::Verification`] where the old archive or the new one differs from its manifest; the old one stays then.
#[allow(clippy::too_many_arguments)] // what is read, who asked for it, who listens
pub async fn rewrite(
    lock: &mut LifecycleLock,
    scope: &Scope,
    store: &ClaimedStore,
    archive: &ArchiveRow,
    holding: &Holding,
    records: &[ErasureRow],
    progress: &dyn Progress,
    stop: &Stop,
) -> Result<Option<Rewritten>> {
    let old = &holding.manifest;
    let streams: Vec<String> = holding.streams.keys().cloned().collect();
    if old.encryption.is_some() && !store.age_keys().seals() {
        return Err(Error::usage(format!("writing archive {} again", archive.id))
            .because("it is encrypted, and nobody is named that it is to be encrypted to")
            .hint("--age-recipients-file or EVENTODB_AGE_RECIPIENTS names them"));
    }
    let lock_until = object_lock::of_new(lock.db().client(), store).await?;
    let to = store.locked(lock_until);
    let work =
        ErasureRewrite { scope, store, to, lock: lock_until, archive, old, streams: &streams, records, progress, stop };
    let before = scan(store, old, &streams, Some(work.task("look through")), stop).await?;
    if before.contents.is_empty() {
        return Ok(None);
    }
    let (id, names, generation) = work.enter(lock.db().client()).await?;
    let made = match work.write(lock.db(), id, &names, generation, &before).await {
        Ok(()) => work.take_over(lock.db(), id, &before.contents).await,
        Err(e) => Err(e),
    };
    if let Err(e) = made {
        give_up(lock.db(), id, &e).await;
        return Err(e);
    }
    Ok(Some(Rewritten { archive_id: id, messages: before.contents.values().sum() }))
}

async fn give_up(db: &Db, id: i64, reason: &Error) {
    let reason = reason.to_string();
    attempt::give_up(id, async |from| {
        effect!("erase.give-up", ledger::retire(db.client(), id, from, State::Failed, &reason, None).await?);
        Ok(())
    })
    .await;
}

struct ErasureRewrite<'a> {
    scope: &'a Scope,
    store: &'a ClaimedStore,
    /// The same one, which locks what is written.
    to: Store,
    lock: Option<LockedUntil>,
    archive: &'a ArchiveRow,
    old: &'a Manifest,
    streams: &'a [String],
    records: &'a [ErasureRow],
    progress: &'a dyn Progress,
    stop: &'a Stop,
}

impl ErasureRewrite<'_> {
    fn task(&self, what: &str) -> Arc<dyn Task> {
        let name = format!("{what} archive {}", self.archive.id);
        self.progress.begin(&name, Some(self.old.data.stored.bytes), Unit::Bytes).into()
    }

    /// The ledger's row, before anything else happens.
    async fn enter(&self, db: &impl GenericClient) -> Result<(i64, Names, i32)> {
        let (namespace, archive) = (self.scope.namespace(), self.archive);
        let range = (archive.range_start, archive.range_end);
        let (generation, failed) = ledger::next_generation(db, namespace, range.0, range.1).await?;
        let codec = self.old.codec()?;
        let names = Names::new(namespace, range, generation, rand::random(), codec)?;
        let names = if self.store.age_keys().seals() { names.sealed()? } else { names };
        let new = NewArchive {
            namespace,
            range_start: range.0,
            range_end: range.1,
            generation,
            chunk_name: &archive.chunk_name,
            protocol: None,
            store_url: &self.store.url().to_string(),
            object_key: names.data.as_str(),
            manifest_key: names.manifest.as_str(),
            heads_key: names.heads.as_str(),
            codec: codec.name(),
            attempts: failed + 1,
            frozen_chunk: None,
        };
        let id = effect!("erase.enter", ledger::insert(db, &new).await?);
        Ok((id, names, generation))
    }

    /// Data, stream list, manifest; then all of it read back: `planned` → `exported` → `uploaded`.
    async fn write(&self, db: &Db, id: i64, names: &Names, generation: i32, before: &ErasureScan) -> Result<()> {
        let (old, client) = (self.old, db.client());
        let data = (&ObjectKey::new(&old.data.object)?, &names.data);
        let data = self.copy(data, Expected::data(old)?, RowKind::Messages, old.codec()?).await?;
        effect!("erase.tell-exported", ledger::advance(client, id, State::Planned, State::Exported).await?);
        let heads = (&ObjectKey::new(&old.heads.object)?, &names.heads);
        let heads = self.copy(heads, Expected::heads(old), RowKind::Other, Codec::default()).await?;
        let manifest = self.manifest(db, names, generation, before, data, heads).await?;
        let (bytes, sha256) = manifest.to_bytes()?;
        effect!("erase.put-manifest", {
            self.store.still_ours().await?;
            self.to.put(&names.manifest, bytes).await?
        });
        let categories = manifest.categories.as_ref().map(|c| serde_json::json!(c));
        let uploaded = Uploaded { category_counts: categories.as_ref(), ..uploaded(&manifest, &sha256)? };
        effect!("erase.tell-uploaded", ledger::uploaded(client, id, &uploaded).await?);
        // Read back through the ledger's hashes, as any other archive is.
        let row = ledger::get(client, self.scope.namespace(), id).await?;
        let manifest = verify::read_manifest(self.store, &row).await?;
        let task = self.task("verify");
        let heads = ObjectKey::new(&manifest.heads.object)?;
        read_through(self.store, &heads, Expected::heads(&manifest), None, self.stop, |_| Ok(())).await?;
        let after = effect!("erase.read-back", scan(self.store, &manifest, self.streams, Some(task), self.stop).await?);
        if after.print == before.print && after.contents.is_empty() && manifest.heads.csv == self.heads_csv(&manifest) {
            if let Some(asked) = self.lock {
                let keys = [&names.data, &names.heads, &names.manifest];
                let lock = object_lock::prove(self.store, keys, asked).await?;
                let url = self.store.url().to_string();
                effect!("retain.tell-rewritten", object_lock::note(client, id, &url, Some(lock)).await?);
            }
            return Ok(());
        }
        Err(Error::new(Kind::Verification, format!("comparing archive {} with what it was made from", row.id))
            .because("it differs in more than what was to be erased")
            .hint("nothing was removed; please report this"))
    }

    /// The stream list's content, which an erasure does not change. Manifests of the first writers do not tell it.
    fn heads_csv(&self, new: &Manifest) -> Option<crate::archive::format::manifest::Content> {
        self.old.heads.csv.clone().or_else(|| new.heads.csv.clone())
    }

    /// Copies an object under its new name; of messages the content goes where it is to be erased.
    async fn copy(
        &self,
        (from, to): (&ObjectKey, &ObjectKey),
        expected: Expected,
        kind: RowKind,
        codec: Codec,
    ) -> Result<ExportedObject> {
        // Not smaller than what is stored in the end.
        let size = self.old.csv.bytes.max(self.old.data.stored.bytes);
        let mut upload = effect!("erase.begin-object", self.to.upload(to, size).await?);
        match self.pump(from, expected, kind, codec, &mut upload).await {
            Ok(exported) => {
                effect!("erase.finish-object", self.stop.or(Box::pin(self.store.finish(upload))).await?);
                Ok(exported)
            }
            Err(e) => {
                if let Err(left) = upload.abort().await {
                    tracing::warn!("{left}");
                }
                Err(e)
            }
        }
    }

    async fn pump(
        &self,
        from: &ObjectKey,
        expected: Expected,
        kind: RowKind,
        codec: Codec,
        upload: &mut Upload,
    ) -> Result<ExportedObject> {
        let (sink, mut frames, worker) = frames_of(kind, codec, self.store.age_keys());
        let looker = (kind == RowKind::Messages).then(|| Looker::new(self.streams));
        let state = Arc::new(Mutex::new((RowSplitter::default(), looker, sink)));
        let shared = Arc::clone(&state);
        let read = async move {
            read_through(self.store, from, expected, None, self.stop, move |piece| {
                let mut guard = shared.lock().map_err(|_| Error::failed("a reader has panicked"))?;
                let (splitter, looker, sink) = &mut *guard;
                splitter.add_owned(piece, |row| pass(row, looker.as_mut(), sink))
            })
            .await?;
            // Only now is it known that the rows were those that were stored.
            let state = Arc::into_inner(state).and_then(|state| state.into_inner().ok());
            let (_, _, sink) = state.ok_or_else(|| Error::failed("a reader is still at work"))?;
            sink.end().await;
            Ok::<_, Error>(())
        };
        let send = async {
            while let Some(frame) = frames.recv().await {
                self.stop.or(Box::pin(upload.write(frame.bytes))).await?;
                drop(frame.stored);
            }
            // Of a worker that was told of no end as well: the reader has the reason.
            Ok::<_, Error>(())
        };
        tokio::try_join!(read, send)?;
        worker.await.map_err(|e| Error::failed("writing an archive").because(e))?
    }

    async fn manifest(
        &self,
        db: &Db,
        names: &Names,
        generation: i32,
        before: &ErasureScan,
        data: ExportedObject,
        heads: ExportedObject,
    ) -> Result<Manifest> {
        let old = self.old;
        if data.tally.messages != old.messages || heads.tally.messages != old.heads.streams {
            return Err(Error::new(Kind::Verification, "counting what was written")
                .because(format!("the archive has {} messages, {} were written", old.messages, data.tally.messages)));
        }
        let encryption = Encryption::by(self.store.age_keys(), heads.lengths);
        let is_plain = encryption.is_none();
        let of_manifest_sha256 = self.archive.manifest_sha256.clone().unwrap_or_default();
        let done = self.records.iter().filter_map(|record| {
            let messages = *before.contents.get(&record.stream)?;
            Some(Erasure {
                begun_at: record.begun_at,
                stream: is_plain.then(|| record.stream.clone()),
                reason: is_plain.then(|| record.reason.clone()),
                erased_by: record.erased_by.clone(),
                messages,
                of_manifest_sha256: of_manifest_sha256.clone(),
            })
        });
        let replaces = replaced_keys(db, self.store, self.archive, old).await?;
        let codec = old.codec()?;
        Ok(Manifest {
            format_version: FORMAT_VERSION,
            writer: concat!("eventodb-admin ", env!("CARGO_PKG_VERSION")).to_owned(),
            created_at: clock::now(db.client()).await?,
            claim_id: Some(old.claim_id.unwrap_or(self.store.claim_id())),
            generation,
            csv: data.csv,
            data: DataObject {
                object: names.data.as_str().to_owned(),
                stored: data.stored,
                codec: codec.name().to_owned(),
                level: codec.level(),
                frames: data.frames,
            },
            heads: StreamListObject {
                object: names.heads.as_str().to_owned(),
                stored: heads.stored,
                csv: Some(heads.csv),
                columns: old.heads.columns.clone(),
                streams: heads.tally.messages,
                frames: heads.heads_frames,
            },
            categories: data.tally.categories.into_map().filter(|_| is_plain),
            types: data.tally.types.into_map().filter(|_| is_plain),
            encryption,
            erasures: old.erasures.iter().cloned().chain(done).collect(),
            replaces,
            previous_manifest_sha256: ledger::last_manifest(db.client(), self.scope).await?,
            ..old.clone()
        })
    }

    /// The new archive stands where the old one stood, in one transaction with the record of the erasure.
    async fn take_over(&self, db: &mut Db, id: i64, erased: &BTreeMap<String, u64>) -> Result<()> {
        let doing = format!("putting archive {id} in the place of archive {}", self.archive.id);
        let tx = db.client_mut().transaction().await.map_err(|e| explain(doing.clone(), e))?;
        let reason = format!("erased: archive {id} holds the rest");
        // Place, type and time of each message stay.
        counts::copy_archive(&tx, self.scope, self.archive.id, id).await?;
        effect!("erase.take-over", ledger::take_over(&tx, self.archive, id, &reason).await?);
        for record in self.records {
            if let Some(messages) = erased.get(&record.stream) {
                let messages = i64::try_from(*messages).unwrap_or(i64::MAX);
                erasures::add_archive(&tx, record.id, self.archive.id, messages).await?;
            }
        }
        effect!(
            "erase.commit",
            tx.commit().await.map_err(|e| {
                explain(doing, e)
                    .hint("run the same command again: the ledger tells what was done, and nothing is lost")
            })?
        );
        Ok(())
    }
}

fn pass(row: Cow<'_, [u8]>, looker: Option<&mut Looker>, sink: &mut RowSink) -> Result<()> {
    let row = match looker.map(|l| l.row(&row)).transpose()? {
        Some(ScannedRow::Slot(content)) => Bytes::from([&row[..content], NO_CONTENT].concat()),
        Some(ScannedRow::Other) | None => match row {
            // A large row is not copied.
            Cow::Owned(row) => Bytes::from(row),
            Cow::Borrowed(row) => Bytes::copy_from_slice(row),
        },
    };
    sink.row(row)
}
