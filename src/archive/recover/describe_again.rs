//! A manifest that its store has lost is written again, and a stream list with it: from the ledger, and from the data, which are
//! read whole and must be what the ledger says.

use std::sync::Arc;

use bytes::Bytes;

use crate::archive::claim::ClaimedStore;
use crate::archive::copies::{locking, prove_object};
use crate::archive::format::codec::Codec;
use crate::archive::format::csv::{COLUMNS, RowKind};
use crate::archive::format::doubled::Doubled;
use crate::archive::format::ledger_row::misnamed;
use crate::archive::format::manifest::{
    ArchiveOrigin, CsvColumn, DataObject, Erasure, FORMAT_VERSION, Manifest, StreamListObject,
};
use crate::archive::format::object_names::Names;
use crate::archive::format::stream_list::{self, Sorted};
use crate::archive::keep::object_lock;
use crate::archive::keep::removable::{Removable, Removal, refused};
use crate::archive::lock::lifecycle::LifecycleLock;
use crate::archive::read::verify::{self, Expected, read_manifest};
use crate::archive::write::frame_filler::{ExportedObject, frames_of, listed_frames_of};
use crate::archive::write::refill::refill;
use crate::archive::write::successor::replaced_keys;
use crate::db::errors::explain;
use crate::db::queries::ledger::{self, ArchiveRow, ErasedInArchive, ManifestFacts};
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::failpoint::effect;
use crate::progress::{Progress, Task, Unit};
use crate::stop::Stop;
use crate::store::{AgeKeys, ObjectKey, Store, Upload};
use crate::timings::Stages;

/// Writes the manifest of an archive again where `to` has lost it, and its stream list where that is not what the data give. The
/// data are read whole and compared with the ledger's row before anything is written; the row keeps its number.
///
/// # Errors
/// [`Kind::Verification`] where the data are not what the ledger says; [`Kind::Unsupported`] where the archive is encrypted, as
/// only its manifest told where its frames begin and for whom they are.
pub async fn describe_again(
    lock: &mut LifecycleLock,
    scope: &Scope,
    to: &ClaimedStore,
    archive: &ArchiveRow,
    (progress, stop): (&dyn Progress, &Stop),
) -> Result<()> {
    let doing = format!("writing the manifest of archive {} again", archive.id);
    let written = async {
        let to = locking(lock.db().client(), to, scope.namespace()).await?;
        let until = object_lock::of_new(lock.db().client(), &to).await?;
        let old = match read_manifest(&to, archive).await {
            Ok(manifest) => Some(manifest),
            Err(e) if e.kind() == Kind::Verification => None,
            Err(e) => return Err(e),
        };
        let work = DescribedAgain { scope, to: &to, locked: to.locked(until), archive, progress, stop };
        let keys = work.keys()?;
        let (data, heads) = work.data_and_list(&keys).await?;
        if old.as_ref().is_none_or(|old| old.heads.stored != heads.stored) {
            let manifest = match old {
                Some(old) => Manifest { heads: keys.list_object(heads), ..old },
                None => work.manifest(lock.db(), &keys, data, heads).await?,
            };
            work.publish(lock.db(), &keys, &manifest).await?;
        }
        work.read_back(lock.db()).await?;
        object_lock::lock_copy(lock.db().client(), &to, archive).await
    };
    written.await.map_err(|e| e.while_doing(doing))
}

struct DescribedAgain<'a> {
    scope: &'a Scope,
    to: &'a ClaimedStore,
    /// The same; what is written to it is locked as the policy asks for.
    locked: Store,
    archive: &'a ArchiveRow,
    progress: &'a dyn Progress,
    stop: &'a Stop,
}

/// The archive's objects by the ledger.
struct LedgerKeys {
    data: ObjectKey,
    heads: ObjectKey,
    manifest: ObjectKey,
}

impl LedgerKeys {
    fn list_object(&self, heads: ExportedObject) -> StreamListObject {
        StreamListObject {
            object: self.heads.as_str().to_owned(),
            stored: heads.stored,
            csv: Some(heads.csv),
            columns: stream_list::COLUMNS.map(str::to_owned).to_vec(),
            streams: heads.tally.messages,
            frames: heads.heads_frames,
        }
    }
}

fn refuse(why: impl Into<String>) -> Error {
    Error::new(Kind::Verification, "comparing the data with the ledger").because(why.into())
}

impl DescribedAgain<'_> {
    fn keys(&self) -> Result<LedgerKeys> {
        let archive = self.archive;
        if let Some(why) = misnamed(archive) {
            return Err(refuse(why).hint("find out who has written that row of eventodb_store.archives"));
        }
        let key = |key: &Option<String>| ObjectKey::new(key.as_deref().unwrap_or_default());
        let keys = LedgerKeys {
            data: key(&archive.object_key)?,
            heads: key(&archive.heads_key)?,
            manifest: key(&archive.manifest_key)?,
        };
        if !Names::is_encrypted(keys.data.as_str()) {
            return Ok(keys);
        }
        Err(Error::new(Kind::Unsupported, "looking at the data")
            .because("they are encrypted, and only the manifest told where their frames begin and for whom they are")
            .hint(
                "put the manifest back from another store, an earlier version in the bucket or a backup of the folder; the data can \
                 still be read by hand (docs/operate/disaster.md)",
            ))
    }

    /// Reads the data and makes the list of their streams, which is written where the store does not have that very list.
    async fn data_and_list(&self, keys: &LedgerKeys) -> Result<(ExportedObject, ExportedObject)> {
        let (mut data, streams) = self.read_data(keys).await?;
        if self.to.head(&keys.heads).await?.is_some() {
            let heads = self.send(streams, None).await?;
            match prove_object(self.to, &keys.heads, &heads.stored, self.stop).await {
                Ok(()) => return Ok((data, heads)),
                Err(e) if e.kind() == Kind::Verification => tracing::debug!("{e}"),
                Err(e) => return Err(e),
            }
            self.take_away(&keys.heads).await?;
            let (again, streams) = self.read_data(keys).await?;
            data = again;
            return Ok((data, self.upload_list(&keys.heads, streams).await?));
        }
        let heads = self.upload_list(&keys.heads, streams).await?;
        Ok((data, heads))
    }

    /// Reads the data whole: what comes of it is only used where bytes, hashes, rows and bounds are those of the ledger.
    async fn read_data(&self, keys: &LedgerKeys) -> Result<(ExportedObject, Sorted)> {
        let archive = self.archive;
        let codec = Codec::new(archive.codec.as_deref().unwrap_or_default(), None)?;
        let expected = Expected::by_ledger(archive, codec)
            .ok_or_else(|| refuse("the ledger does not have all of their bytes, hashes and messages"))?;
        let (sink, mut frames, worker) = listed_frames_of(codec, &AgeKeys::default());
        let task: Arc<dyn Task> = self
            .progress
            .begin(&format!("read archive {}", archive.id), Some(expected.stored_bytes()), Unit::Bytes)
            .into();
        let read = refill((self.to, &keys.data), expected, Some(task), self.stop, sink);
        let drain = async {
            while frames.recv().await.is_some() {}
            Ok::<_, Error>(())
        };
        tokio::try_join!(read, drain)?;
        let mut data = worker.await.map_err(|e| Error::failed("reading an archive").because(e))??;
        self.compare(&data)?;
        let streams = data.gathered.take().and_then(|gathered| gathered.streams).ok_or_else(|| {
            Error::failed("making the stream list").because("the archive has more streams than can be put aside here")
        })?;
        Ok((data, streams))
    }

    fn compare(&self, data: &ExportedObject) -> Result<()> {
        let archive = self.archive;
        let bounds = (
            data.frames.iter().find(|frame| frame.messages > 0).map(|frame| frame.first_global_position),
            data.frames.iter().rfind(|frame| frame.messages > 0).map(|frame| frame.last_global_position),
        );
        if Some(data.tally.messages) != archive.message_count.and_then(|n| u64::try_from(n).ok()) {
            return Err(refuse(format!("they have {} messages, the ledger says otherwise", data.tally.messages)));
        }
        if bounds != (archive.first_global_position, archive.last_global_position) {
            return Err(refuse("their first and last global position are not those of the ledger"));
        }
        Ok(())
    }

    async fn upload_list(&self, key: &ObjectKey, streams: Sorted) -> Result<ExportedObject> {
        self.to.still_ours().await?;
        let size = self.archive.csv_bytes.and_then(|n| u64::try_from(n).ok()).unwrap_or_default();
        let mut upload = effect!("describe.begin-list", self.locked.upload(key, size).await?);
        match self.send(streams, Some(&mut upload)).await {
            Ok(list) => {
                effect!("describe.finish-list", self.stop.or(Box::pin(self.to.finish(upload))).await?);
                Ok(list)
            }
            Err(e) => {
                if let Err(left) = upload.abort().await {
                    tracing::warn!("{left}");
                }
                Err(e)
            }
        }
    }

    async fn send(&self, streams: Sorted, mut upload: Option<&mut Upload>) -> Result<ExportedObject> {
        let lines = streams.into_lines()?;
        let (mut sink, mut frames, worker) = frames_of(RowKind::Other, Codec::default(), &AgeKeys::default());
        let failed = |e| Error::failed("writing a stream list").because(e);
        let make = tokio::task::spawn_blocking(move || {
            for line in lines {
                sink.row(line?.into())?;
            }
            Ok::<_, Error>(sink)
        });
        let make = async {
            make.await.map_err(failed)??.end().await;
            Ok::<_, Error>(())
        };
        let send = async {
            while let Some(frame) = frames.recv().await {
                if let Some(upload) = upload.as_deref_mut() {
                    self.stop.or(Box::pin(upload.write(frame.bytes))).await?;
                }
            }
            Ok::<_, Error>(())
        };
        tokio::try_join!(make, send)?;
        worker.await.map_err(failed)?
    }

    fn data_object(&self, keys: &LedgerKeys, data: &mut ExportedObject) -> Result<DataObject> {
        let codec = Codec::new(self.archive.codec.as_deref().unwrap_or_default(), None)?;
        let stored = verify::ledger_content(self.archive).ok_or_else(|| refuse("the ledger lacks their hash"))?;
        // Another program, or another level, has cut and compressed them otherwise: then they are read as a whole.
        let is_same = data.stored == stored;
        Ok(DataObject {
            object: keys.data.as_str().to_owned(),
            stored,
            codec: codec.name().to_owned(),
            level: codec.level().filter(|_| is_same),
            frames: if is_same { std::mem::take(&mut data.frames) } else { Vec::new() },
        })
    }

    async fn manifest(
        &self,
        db: &Db,
        keys: &LedgerKeys,
        mut data: ExportedObject,
        heads: ExportedObject,
    ) -> Result<Manifest> {
        let archive = self.archive;
        let facts = ledger::manifest_facts(db.client(), self.scope.namespace(), archive.id).await?;
        let mut manifest = Manifest {
            format_version: FORMAT_VERSION,
            writer: concat!("eventodb-admin ", env!("CARGO_PKG_VERSION")).to_owned(),
            // Its place among the others, and the same where it has to be written once more.
            created_at: archive.created_at,
            source: self.origin(db),
            claim_id: Some(self.to.claim_id()),
            range_start: archive.range_start,
            range_end: archive.range_end,
            generation: archive.generation,
            messages: data.tally.messages,
            first_global_position: archive.first_global_position,
            last_global_position: archive.last_global_position,
            global_position_sum: archive
                .global_position_sum
                .clone()
                .ok_or_else(|| refuse("the ledger lacks the sum of their global positions"))?,
            first_time: archive.first_time,
            last_time: archive.last_time,
            columns: COLUMNS.map(|(name, kind)| CsvColumn { name: name.to_owned(), r#type: kind.to_owned() }).to_vec(),
            data: self.data_object(keys, &mut data)?,
            csv: data.csv,
            heads: keys.list_object(heads),
            categories: data.tally.categories.into_map(),
            types: data.tally.types.into_map(),
            encryption: None,
            erasures: facts.erased.iter().map(|erased| erasure(erased, data.tally.messages)).collect(),
            doubled_global_positions: doubled(&facts),
            replaces: Vec::new(),
            previous_manifest_sha256: facts.previous_manifest_sha256,
        };
        manifest.replaces = replaced_keys(db, self.to, archive, &manifest).await?;
        manifest.replaces.retain(|key| key != keys.manifest.as_str());
        Ok(manifest)
    }

    fn origin(&self, db: &Db) -> ArchiveOrigin {
        let server = &db.server;
        ArchiveOrigin {
            system_identifier: server.system_identifier.clone(),
            database: server.database.clone(),
            namespace: self.scope.namespace().to_owned(),
            schema: self.scope.schema().to_owned(),
            chunk: self.archive.chunk_name.clone(),
            postgres: server.server_version.clone(),
            timescaledb: server.timescale.as_ref().map_or_else(String::new, |t| format!("{} {}", t.version, t.edition)),
        }
    }

    /// The manifest first, then the ledger: a run that ends between them finds a manifest with another hash, and writes it again.
    async fn publish(&self, db: &mut Db, keys: &LedgerKeys, manifest: &Manifest) -> Result<()> {
        let (bytes, sha256) = manifest.to_bytes()?;
        self.to.still_ours().await?;
        match self.put(&keys.manifest, bytes.clone()).await {
            Err(e) if e.kind() == Kind::Conflict => {
                self.take_away(&keys.manifest).await?;
                self.put(&keys.manifest, bytes).await?;
            }
            done => done?,
        }
        let lost = self.archive.manifest_sha256.as_deref().unwrap_or_default();
        if lost == sha256 {
            return Ok(());
        }
        let doing = "noting that a manifest was written again";
        let tx = db.client_mut().transaction().await.map_err(|e| explain(doing, e))?;
        ledger::described_again(&tx, self.archive.id, lost, &sha256).await?;
        effect!("describe.tell", tx.commit().await.map_err(|e| explain(doing, e))?);
        Ok(())
    }

    async fn put(&self, key: &ObjectKey, bytes: Bytes) -> Result<()> {
        effect!("describe.put-manifest", self.locked.put(key, bytes).await?);
        Ok(())
    }

    /// What lies under a name of the archive's and is not what the data give.
    async fn take_away(&self, key: &ObjectKey) -> Result<()> {
        let leave = Removable::damaged_copy(self.archive)?.map_err(|stays| refused(self.archive, &stays))?;
        self.to.still_ours().await?;
        effect!("describe.take-away", leave.delete(self.to, key, Removal::Delete).await?);
        Ok(())
    }

    async fn read_back(&self, db: &Db) -> Result<()> {
        let row = ledger::get(db.client(), self.scope.namespace(), self.archive.id).await?;
        let manifest = read_manifest(self.to, &row).await?;
        let name = format!("verify archive {}", row.id);
        let task = self.progress.begin(&name, Some(manifest.data.stored.bytes), Unit::Bytes).into();
        verify::check(self.to, &manifest, &task, self.stop, &Stages::default()).await?;
        ledger::note_read_back(db.client(), row.id).await
    }
}

fn erasure(erased: &ErasedInArchive, messages: u64) -> Erasure {
    Erasure {
        begun_at: erased.begun_at,
        stream: Some(erased.stream.clone()),
        reason: Some(erased.reason.clone()),
        erased_by: erased.erased_by.clone(),
        messages: u64::try_from(erased.messages).unwrap_or_default().min(messages),
        of_manifest_sha256: erased.of_manifest_sha256.clone().unwrap_or_default(),
    }
}

fn doubled(facts: &ManifestFacts) -> Option<Doubled> {
    let ranges = facts.doubled.clone();
    let count = ranges.iter().map(|(first, last)| last.abs_diff(*first).saturating_add(1)).fold(0, u64::saturating_add);
    (count > 0).then_some(Doubled { count, ranges })
}
