//! An archive written again for other recipients.

use std::sync::Arc;

use tokio_postgres::GenericClient;

use super::change::{Recipients, check_opens, keys_for};
use super::frames::{Sealed, StoredFrame, StoredObject};
use crate::archive::claim::ClaimedStore;
use crate::archive::format::codec::Codec;
use crate::archive::format::csv::RowKind;
use crate::archive::format::encryption::Encryption;
use crate::archive::format::manifest::{
    Content, DataObject, Erasure, FORMAT_VERSION, Frame, HeadsFrame, Manifest, StreamListObject,
};
use crate::archive::format::object_names::Names;
use crate::archive::keep::object_lock;
use crate::archive::lock::lifecycle::LifecycleLock;
use crate::archive::read::verify::{self, Expected, read_manifest};
use crate::archive::write::attempt;
use crate::archive::write::frame_filler::{ExportedObject, frames_of};
use crate::archive::write::refill::refill;
use crate::archive::write::successor::{replaced_keys, uploaded};
use crate::db::errors::explain;
use crate::db::queries::ledger::{self, ArchiveRow, NewArchive, State};
use crate::db::queries::{clock, counts};
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::failpoint::effect;
use crate::progress::{Progress, Task, Unit};
use crate::stop::Stop;
use crate::store::{AgeKeys, LockedUntil, ObjectKey, Store, Upload};
use crate::timings::Stages;

/// An archive that is to be encrypted to others.
#[derive(Debug, Clone)]
pub struct Rekeyed<'a> {
    /// The archive.
    pub archive: &'a ArchiveRow,
    /// Who is to open it.
    pub recipients: &'a Recipients,
}

impl Rekeyed<'_> {
    /// Fails where it could not be read, or where nobody or nobody here could read what it becomes.
    ///
    /// # Errors
    /// [`Kind::Conflict`] where nobody would be left; a usage error where nobody here could read it back.
    pub fn check(&self, keys: &AgeKeys) -> Result<()> {
        keys_for(self.archive, self.recipients, keys).map(|_| ())
    }
}

/// Writes an archive again for these recipients, proves that it holds what it held, byte for byte, and puts it in the old one's
/// place in the ledger. Returns its number. The old objects are for [`remove`](crate::archive::remove).
///
/// # Errors
/// [`Kind::Verification`] where the old archive or the new one differs from its manifest; the old one stays then.
pub async fn rekey(
    lock: &mut LifecycleLock,
    scope: &Scope,
    store: &ClaimedStore,
    what: &Rekeyed<'_>,
    (progress, stop): (&dyn Progress, &Stop),
) -> Result<i64> {
    let keys = keys_for(what.archive, what.recipients, store.age_keys())?;
    let old = read_manifest(store, what.archive).await?;
    check_opens(what.archive, old.encryption.as_ref(), store.age_keys())?;
    let until = object_lock::of_new(lock.db().client(), store).await?;
    let to = store.locked(until);
    let work = RekeyRewrite { scope, store, to, lock: until, archive: what.archive, old: &old, keys, progress, stop };
    let entry = work.enter(lock.db().client()).await?;
    let made = match work.write(lock.db(), &entry).await {
        Ok(()) => work.take_over(lock.db(), entry.id).await,
        Err(e) => Err(e),
    };
    if let Err(e) = made {
        give_up(lock.db(), entry.id, &e).await;
        return Err(e);
    }
    Ok(entry.id)
}

async fn give_up(db: &Db, id: i64, reason: &Error) {
    let reason = reason.to_string();
    attempt::give_up(id, async |from| {
        effect!("rekey.give-up", ledger::retire(db.client(), id, from, State::Failed, &reason, None).await?);
        Ok(())
    })
    .await;
}

struct RekeyRewrite<'a> {
    scope: &'a Scope,
    store: &'a ClaimedStore,
    /// The same; what is written to it is locked as the policy asks for.
    to: Store,
    lock: Option<LockedUntil>,
    archive: &'a ArchiveRow,
    old: &'a Manifest,
    /// The identities at hand, and the new recipients.
    keys: AgeKeys,
    progress: &'a dyn Progress,
    stop: &'a Stop,
}

/// The ledger's row of the new archive.
struct RekeyedRow {
    id: i64,
    names: Names,
    generation: i32,
}

/// An object of the old archive, and what is known of it.
struct OldObject {
    key: ObjectKey,
    kind: RowKind,
    codec: Codec,
    expected: Expected,
    stored: Content,
    /// Bytes of each frame; `None` where they are not told, or where the object's content is not.
    lengths: Option<Vec<u64>>,
}

/// What an object has become.
enum Made {
    /// Its frames are those that it had, encrypted again.
    Sealed(Sealed),
    /// Its rows were put into frames of their own.
    Framed(Box<ExportedObject>),
}

impl Made {
    fn stored(&self) -> Content {
        match self {
            Self::Sealed(sealed) => sealed.stored.clone(),
            Self::Framed(exported) => exported.stored.clone(),
        }
    }

    fn lengths(&self) -> Vec<u64> {
        match self {
            Self::Sealed(sealed) => sealed.pieces.iter().map(|piece| piece.length).collect(),
            Self::Framed(exported) => exported.lengths.clone(),
        }
    }

    fn data_frames(self, old: &[Frame]) -> Vec<Frame> {
        match self {
            Self::Framed(exported) => exported.frames,
            Self::Sealed(sealed) => {
                let of = |(frame, (offset, piece)): (&Frame, (u64, StoredFrame))| Frame {
                    offset,
                    length: piece.length,
                    sha256: Some(piece.sha256),
                    ..frame.clone()
                };
                old.iter().zip(placed(sealed.pieces)).map(of).collect()
            }
        }
    }

    fn heads_frames(self, old: &[HeadsFrame]) -> Vec<HeadsFrame> {
        match self {
            Self::Framed(exported) => exported.heads_frames,
            Self::Sealed(sealed) => {
                // Names are data: an encrypted archive's manifest tells none.
                let of = |(frame, (offset, piece)): (&HeadsFrame, (u64, StoredFrame))| HeadsFrame {
                    offset,
                    length: piece.length,
                    sha256: piece.sha256,
                    first: None,
                    ..*frame
                };
                old.iter().zip(placed(sealed.pieces)).map(of).collect()
            }
        }
    }
}

/// Each with where it begins.
fn placed(pieces: Vec<StoredFrame>) -> impl Iterator<Item = (u64, StoredFrame)> {
    pieces.into_iter().scan(0, |end, piece| {
        let offset = *end;
        *end += piece.length;
        Some((offset, piece))
    })
}

impl RekeyRewrite<'_> {
    fn task(&self, what: &str) -> Arc<dyn Task> {
        let name = format!("{what} archive {}", self.archive.id);
        self.progress.begin(&name, Some(self.old.data.stored.bytes), Unit::Bytes).into()
    }

    /// The ledger's row, before anything else happens.
    async fn enter(&self, db: &impl GenericClient) -> Result<RekeyedRow> {
        let (namespace, archive) = (self.scope.namespace(), self.archive);
        let range = (archive.range_start, archive.range_end);
        let (generation, failed) = ledger::next_generation(db, namespace, range.0, range.1).await?;
        let codec = self.old.codec()?;
        let names = Names::new(namespace, range, generation, rand::random(), codec)?.sealed()?;
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
        let id = effect!("rekey.enter", ledger::insert(db, &new).await?);
        Ok(RekeyedRow { id, names, generation })
    }

    fn data(&self) -> Result<OldObject> {
        let old = self.old;
        let lengths: Vec<u64> = old.data.frames.iter().map(|frame| frame.length).collect();
        Ok(OldObject {
            key: ObjectKey::new(&old.data.object)?,
            kind: RowKind::Messages,
            codec: old.codec()?,
            expected: Expected::data(old)?,
            stored: old.data.stored.clone(),
            lengths: Some(lengths).filter(|lengths| !lengths.is_empty()),
        })
    }

    fn heads(&self) -> Result<OldObject> {
        let heads = &self.old.heads;
        let lengths: Vec<u64> = match &self.old.encryption {
            Some(encryption) => encryption.heads_frames.clone(),
            None => heads.frames.iter().map(|frame| frame.length).collect(),
        };
        Ok(OldObject {
            key: ObjectKey::new(&heads.object)?,
            kind: RowKind::Other,
            codec: Codec::default(),
            expected: Expected::heads(self.old),
            stored: heads.stored.clone(),
            // Of a list without a hash of its content nothing could be proven: it gets one.
            lengths: Some(lengths).filter(|lengths| !lengths.is_empty() && heads.csv.is_some()),
        })
    }

    /// Data, stream list, manifest; then all of it read back: `planned` → `exported` → `uploaded`.
    async fn write(&self, db: &Db, entry: &RekeyedRow) -> Result<()> {
        let (client, id, task) = (db.client(), entry.id, self.task("encrypt"));
        let data = self.copy(self.data()?, &entry.names.data, Some(&task)).await?;
        effect!("rekey.tell-exported", ledger::advance(client, id, State::Planned, State::Exported).await?);
        let heads = self.copy(self.heads()?, &entry.names.heads, None).await?;
        let manifest = self.manifest(db, entry, data, heads).await?;
        let (bytes, sha256) = manifest.to_bytes()?;
        effect!("rekey.put-manifest", {
            self.store.still_ours().await?;
            self.to.put(&entry.names.manifest, bytes).await?
        });
        effect!("rekey.tell-uploaded", ledger::uploaded(client, id, &uploaded(&manifest, &sha256)?).await?);
        effect!("rekey.read-back", self.read_back(client, id).await?);
        if let Some(asked) = self.lock {
            let keys = [&entry.names.data, &entry.names.heads, &entry.names.manifest];
            let lock = object_lock::prove(self.store, keys, asked).await?;
            let url = self.store.url().to_string();
            effect!("retain.tell-rekeyed", object_lock::note(client, id, &url, Some(lock)).await?);
        }
        Ok(())
    }

    /// Reads it back through the ledger's hashes, as any other archive is, and compares what it holds with what the old one
    /// held.
    async fn read_back(&self, db: &impl GenericClient, id: i64) -> Result<()> {
        let row = ledger::get(db, self.scope.namespace(), id).await?;
        let manifest = read_manifest(self.store, &row).await?;
        verify::check(self.store, &manifest, &self.task("verify"), self.stop, &Stages::default()).await?;
        let old = self.old;
        let is_same = manifest.csv == old.csv
            && manifest.messages == old.messages
            && manifest.global_position_sum == old.global_position_sum
            && manifest.heads.streams == old.heads.streams
            && old.heads.csv.as_ref().is_none_or(|csv| manifest.heads.csv.as_ref() == Some(csv));
        if is_same && manifest.encryption.is_some() {
            return Ok(());
        }
        Err(Error::new(Kind::Verification, format!("comparing archive {id} with what it was made from"))
            .because("it does not hold the same")
            .hint("nothing was removed; please report this"))
    }

    /// Copies an object under its new name, encrypted to the new recipients.
    async fn copy(&self, object: OldObject, to: &ObjectKey, task: Option<&Arc<dyn Task>>) -> Result<Made> {
        let source = StoredObject {
            store: self.store,
            key: object.key.clone(),
            stored: &object.stored,
            lengths: object.lengths.clone().unwrap_or_default(),
            is_sealed: self.old.encryption.is_some(),
        };
        let size = source.size_hint(&self.keys).max(self.old.csv.bytes);
        let mut upload = effect!("rekey.begin-object", self.to.upload(to, size).await?);
        let made = async {
            Ok::<_, Error>(if object.lengths.is_some() {
                Made::Sealed(source.seal_into(&mut upload, &self.keys, task, self.stop).await?)
            } else {
                Made::Framed(Box::new(self.frame(&object, &mut upload).await?))
            })
        };
        match made.await {
            Ok(made) => {
                effect!("rekey.finish-object", self.stop.or(Box::pin(self.store.finish(upload))).await?);
                Ok(made)
            }
            Err(e) => {
                if let Err(left) = upload.abort().await {
                    tracing::warn!("{left}");
                }
                Err(e)
            }
        }
    }

    /// Puts an object's rows into frames: that of an archive of the first writers, who told of none.
    async fn frame(&self, object: &OldObject, upload: &mut Upload) -> Result<ExportedObject> {
        let (sink, mut frames, worker) = frames_of(object.kind, object.codec, &self.keys);
        let read = refill((self.store, &object.key), object.expected.clone(), None, self.stop, sink);
        let send = async {
            while let Some(frame) = frames.recv().await {
                self.stop.or(Box::pin(upload.write(frame.bytes))).await?;
                drop(frame.stored);
            }
            Ok::<_, Error>(())
        };
        tokio::try_join!(read, send)?;
        worker.await.map_err(|e| Error::failed("writing an archive").because(e))?
    }

    async fn manifest(&self, db: &Db, entry: &RekeyedRow, data: Made, heads: Made) -> Result<Manifest> {
        let old = self.old;
        let heads_csv = match &heads {
            Made::Framed(exported) => Some(exported.csv.clone()),
            Made::Sealed(_) => old.heads.csv.clone(),
        };
        // Names of streams are data.
        let erasures = old.erasures.iter().map(|erasure| Erasure { stream: None, reason: None, ..erasure.clone() });
        Ok(Manifest {
            format_version: FORMAT_VERSION,
            writer: concat!("eventodb-admin ", env!("CARGO_PKG_VERSION")).to_owned(),
            created_at: clock::now(db.client()).await?,
            claim_id: Some(self.store.claim_id()),
            generation: entry.generation,
            encryption: Encryption::by(&self.keys, heads.lengths()),
            data: DataObject {
                object: entry.names.data.as_str().to_owned(),
                stored: data.stored(),
                codec: old.data.codec.clone(),
                level: old.data.level,
                frames: data.data_frames(&old.data.frames),
            },
            heads: StreamListObject {
                object: entry.names.heads.as_str().to_owned(),
                stored: heads.stored(),
                csv: heads_csv,
                columns: old.heads.columns.clone(),
                streams: old.heads.streams,
                frames: heads.heads_frames(&old.heads.frames),
            },
            categories: None,
            types: None,
            erasures: erasures.collect(),
            replaces: replaced_keys(db, self.store, self.archive, old).await?,
            previous_manifest_sha256: ledger::last_manifest(db.client(), self.scope).await?,
            ..old.clone()
        })
    }

    /// The new archive takes the place of the old one, with its figures, in one transaction.
    async fn take_over(&self, db: &mut Db, id: i64) -> Result<()> {
        let doing = format!("putting archive {id} in the place of archive {}", self.archive.id);
        let tx = db.client_mut().transaction().await.map_err(|e| explain(doing.clone(), e))?;
        let reason = format!("encrypted to others: archive {id} holds the same");
        counts::copy_archive(&tx, self.scope, self.archive.id, id).await?;
        ledger::copy_content(&tx, self.archive.id, id).await?;
        effect!("rekey.take-over", ledger::take_over(&tx, self.archive, id, &reason).await?);
        effect!(
            "rekey.commit",
            tx.commit().await.map_err(|e| {
                explain(doing, e)
                    .hint("run the same command again: the ledger tells what was done, and nothing is lost")
            })?
        );
        Ok(())
    }
}
