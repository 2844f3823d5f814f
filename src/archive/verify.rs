//! Reading archives back: the only proof that they are there.

use std::io::{self, BufRead, Read};
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bytes::{Buf, Bytes};
use futures::TryStreamExt;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;

use super::codec::Codec;
use super::manifest::{Content, DAMAGED, Manifest};
use super::removable::misnamed;
use super::rows::RowCounter;
use super::seal::Opening;
use crate::db::queries::ledger::ArchiveRow;
use crate::error::{Error, Kind, Result};
use crate::failpoint::failpoint;
use crate::progress::{Progress, Task, Unit};
use crate::stop::Stop;
use crate::store::{CannotOpen, Hidden, ObjectKey, Store};
use crate::timings::Stages;

/// An archive that was read back and found equal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Messages.
    pub messages: u64,
    /// Bytes read.
    pub stored_bytes: u64,
    /// Bytes of CSV that they unpack to.
    pub csv_bytes: u64,
}

/// Reads an archive back: manifest, heads and data against the ledger's hashes.
///
/// # Errors
/// [`Kind::Verification`] where something is missing, damaged or differs.
pub async fn verify(store: &Store, archive: &ArchiveRow, progress: &dyn Progress, stop: &Stop) -> Result<Verified> {
    let read = async {
        failpoint!("verify.begin");
        let manifest = read_manifest(store, archive).await?;
        let name = format!("verify archive {}", archive.id);
        let task: Arc<dyn Task> = progress.begin(&name, Some(manifest.data.stored.bytes), Unit::Bytes).into();
        let stages = Stages::default();
        let verified = stages.time("read back", check(store, &manifest, &task, stop, &stages)).await?;
        stages.tell(progress, &format!("verifying archive {}", archive.id));
        Ok::<_, Error>(verified)
    };
    read.await.map_err(|e| e.while_doing(format!("verifying archive {} ({})", archive.id, archive.extent())))
}

/// What is not where the ledger says it is counts as lost, the whole store as well as one object.
pub(crate) fn missing_means_lost(e: Error, doing: impl Into<String>) -> Error {
    match e.kind() {
        Kind::NotFound => Error::new(Kind::Verification, doing).because(e),
        _ => e.while_doing(doing.into()),
    }
}

/// An archive's manifest, checked against the ledger.
///
/// # Errors
/// [`Kind::Verification`] where it is missing, differs or speaks of something else than the ledger.
pub async fn read_manifest(store: &Store, archive: &ArchiveRow) -> Result<Manifest> {
    let (Some(key), Some(sha256)) = (&archive.manifest_key, &archive.manifest_sha256) else {
        return Err(Error::new(Kind::NotFound, format!("reading the manifest of archive {}", archive.id))
            .because(format!("it is {}: it never got one", archive.state)));
    };
    if let Some(why) = misnamed(archive) {
        return Err(Error::new(Kind::Verification, format!("reading the manifest of archive {}", archive.id))
            .because(why)
            .hint("find out who has written that row of eventodb_store.archives"));
    }
    let manifest = Manifest::read(store, &ObjectKey::new(key)?, sha256).await?;
    describes(&manifest, archive)?;
    Ok(manifest)
}

/// Fails where a manifest is of another archive than the ledger's row.
pub(super) fn describes(manifest: &Manifest, archive: &ArchiveRow) -> Result<()> {
    let same = Some(&manifest.csv.sha256) == archive.csv_sha256.as_ref()
        && Some(&manifest.data.stored.sha256) == archive.stored_sha256.as_ref()
        && Some(&manifest.data.object) == archive.object_key.as_ref()
        && i64::try_from(manifest.messages).ok() == archive.message_count;
    if !same {
        return Err(Error::new(Kind::Verification, format!("reading the manifest of archive {}", archive.id))
            .because("it describes another archive than the ledger does"));
    }
    Ok(())
}

/// Reads heads and data of a manifest back, as the stage `read back`.
///
/// # Errors
/// [`Kind::Verification`] where they differ from it.
pub async fn check(
    store: &Store,
    manifest: &Manifest,
    task: &Arc<dyn Task>,
    stop: &Stop,
    stages: &Stages,
) -> Result<Verified> {
    let (heads, heads_key) = (Expected::heads(manifest), ObjectKey::new(&manifest.heads.object)?);
    let (data, key) = (Expected::data(manifest)?, ObjectKey::new(&manifest.data.object)?);
    // At once: of a small archive most of the time is the store's, until its first byte.
    let ((), spent) = tokio::try_join!(
        read_through(store, &heads_key, heads, None, stop, |_| Ok(())),
        Box::pin(read_through_timed(store, &key, data, Some(Arc::clone(task)), stop, |_| Ok(()))),
    )?;
    spent.tell(stages, "read back");
    Ok(Verified {
        messages: manifest.messages,
        stored_bytes: manifest.data.stored.bytes,
        csv_bytes: manifest.csv.bytes,
    })
}

/// What an object must turn out to be.
#[derive(Debug, Clone)]
pub struct Expected {
    stored: Content,
    plain: Option<Content>,
    /// The header included. `None` where nobody has counted them.
    rows: Option<u64>,
    codec: Codec,
    /// Bytes of each frame, where they are encrypted.
    sealed: Option<Vec<u64>>,
}

impl Expected {
    /// The heads object of a manifest.
    pub fn heads(manifest: &Manifest) -> Self {
        Self {
            stored: manifest.heads.stored.clone(),
            plain: manifest.heads.csv.clone(),
            rows: Some(manifest.heads.streams + 1),
            codec: Codec::default(),
            sealed: manifest.encryption.as_ref().map(|encryption| encryption.heads_frames.clone()),
        }
    }

    /// The data object of a manifest.
    ///
    /// # Errors
    /// Where its codec is unknown.
    pub fn data(manifest: &Manifest) -> Result<Self> {
        Ok(Self {
            stored: manifest.data.stored.clone(),
            plain: Some(manifest.csv.clone()),
            rows: Some(manifest.messages + 1),
            codec: manifest.codec()?,
            sealed: manifest
                .encryption
                .as_ref()
                .map(|_| manifest.data.frames.iter().map(|frame| frame.length).collect()),
        })
    }
}

impl Expected {
    /// A data object that no manifest tells of, as it lies in the store now: it is whole, since objects become visible
    /// whole, but nobody has compared it with what was exported.
    ///
    /// # Errors
    /// [`Kind::Verification`] where it is not there.
    pub(super) async fn as_it_is(store: &Store, key: &ObjectKey, codec: Codec, stop: &Stop) -> Result<Self> {
        let mut reader = store.get(key, None).await.map_err(|e| match e.kind() {
            Kind::NotFound => Error::new(Kind::Verification, format!("reading {}", store.describe(key))).because(e),
            _ => e,
        })?;
        let (mut hash, mut bytes) = (Sha256::new(), 0);
        while let Some(piece) = stop.or(reader.try_next()).await? {
            hash.update(&piece);
            bytes += piece.len() as u64;
        }
        let stored = Content { bytes, sha256: hex::encode(hash.finalize()) };
        Ok(Self { stored, plain: None, rows: None, codec, sealed: None })
    }
}

/// An object's pieces as they arrive, hashed. They are fetched while those before them are unpacked.
struct Arriving {
    pieces: mpsc::Receiver<Result<Bytes>>,
    piece: Bytes,
    seen: Arc<Mutex<Seen>>,
    task: Option<Arc<dyn Task>>,
}

/// What has arrived of an object.
#[derive(Default)]
struct Seen {
    hash: Sha256,
    bytes: u64,
    wait: Duration,
}

impl Read for Arriving {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.fill_buf()?.read(buf)?;
        self.consume(n);
        Ok(n)
    }
}

impl BufRead for Arriving {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.piece.is_empty() {
            let began = Instant::now();
            let next = self.pieces.blocking_recv();
            let waited = began.elapsed();
            let Some(next) = next else { break };
            self.piece = next.map_err(io::Error::other)?;
            let mut seen = self.seen.lock().map_err(|_| io::Error::other("a reader has panicked"))?;
            seen.hash.update(&self.piece);
            seen.bytes += self.piece.len() as u64;
            seen.wait += waited;
            if let Some(task) = &self.task {
                task.advance(self.piece.len() as u64);
            }
        }
        Ok(&self.piece)
    }

    fn consume(&mut self, n: usize) {
        self.piece.advance(n);
    }
}

/// Where the time of reading an object went. The stages are at work at the same time.
#[derive(Debug, Clone, Copy, Default)]
pub struct Spent {
    wait: Duration,
    unpack: Duration,
    hash: Duration,
}

impl Spent {
    /// Notes it as parts of a stage.
    pub fn tell(&self, stages: &Stages, stage: &'static str) {
        stages.add("wait for the store", Some(stage), self.wait);
        stages.add("hash and unpack", Some(stage), self.unpack);
        stages.add("hash and count rows", Some(stage), self.hash);
    }
}

/// As [`read_through_timed`], whatever time it takes.
///
/// # Errors
/// As that one's.
pub async fn read_through(
    store: &Store,
    key: &ObjectKey,
    expected: Expected,
    task: Option<Arc<dyn Task>>,
    stop: &Stop,
    each: impl FnMut(&[u8]) -> Result<()> + Send + 'static,
) -> Result<()> {
    Box::pin(read_through_timed(store, key, expected, task, stop, each)).await.map(|_| ())
}

/// Compressed pieces that may have been fetched and not unpacked.
const FETCHED: usize = 8;
/// Bytes of CSV that are handed on at a time.
const PIECE_BYTES: usize = 1 << 20;
/// Pieces of CSV that may be under way between unpacking and hashing.
const UNPACKED: usize = 3;

/// Streams an object through its hashes, handing the unpacked bytes to `each`, and compares at the end: what `each` got
/// must not be used where this fails. Fetching, unpacking and hashing what was unpacked go on at the same time.
///
/// # Errors
/// [`Kind::Verification`] where the object is missing, does not unpack or differs.
pub async fn read_through_timed(
    store: &Store,
    key: &ObjectKey,
    expected: Expected,
    task: Option<Arc<dyn Task>>,
    stop: &Stop,
    mut each: impl FnMut(&[u8]) -> Result<()> + Send + 'static,
) -> Result<Spent> {
    let name = store.describe(key);
    let refuse =
        move |why: String| Error::new(Kind::Verification, format!("reading {name} back")).because(why).hint(DAMAGED);
    let mut reader = store.get(key, None).await.map_err(|e| match e.kind() {
        Kind::NotFound if Hidden::is_cause_of(&e) => {
            missing_means_lost(e, format!("reading {} back", store.describe(key)))
        }
        Kind::NotFound => refuse("it is not in the store".into()),
        _ => e,
    })?;
    if reader.object_size() != expected.stored.bytes {
        return Err(refuse(format!("it has {} bytes, {} were stored", reader.object_size(), expected.stored.bytes)));
    }
    let name = store.describe(key);
    // Nothing is amiss with the object.
    let locked = move |e: io::Error| {
        Error::failed(format!("reading {name} back")).because(e).hint(
            "give the identity of one of the manifest's recipients by --age-identity-file or EVENTODB_AGE_IDENTITY_FILE",
        )
    };
    let is_locked = |e: &io::Error| matches!(e.get_ref(), Some(cause) if cause.is::<CannotOpen>());
    let unpack_fault = {
        let refuse = refuse.clone();
        move |e: io::Error| match e.downcast::<Error>() {
            // The store could not be read: that says nothing about the object.
            Ok(own) => own,
            Err(e) if is_locked(&e) => locked(e),
            Err(e) => refuse(format!("it does not unpack: {e}")),
        }
    };

    let (arrived, pieces) = mpsc::channel(FETCHED);
    let fetch = async {
        while let Some(piece) = stop.or(reader.try_next()).await.transpose() {
            let is_last = piece.is_err();
            // Who unpacks and wants no more has the reason.
            if arrived.send(piece).await.is_err() || is_last {
                break;
            }
        }
        drop(arrived);
    };

    let (full, filled) = sync_channel::<Vec<u8>>(UNPACKED);
    let (empty, emptied) = sync_channel::<Vec<u8>>(UNPACKED);
    let piece_bytes = expected
        .plain
        .as_ref()
        .map_or(PIECE_BYTES, |plain| usize::try_from(plain.bytes).unwrap_or(usize::MAX).clamp(1, PIECE_BYTES));
    for _ in 0..UNPACKED {
        // There is room for all of them.
        let _ = empty.send(vec![0; piece_bytes]);
    }
    let keys = store.age_keys().clone();
    let (codec, sealed) = (expected.codec, expected.sealed.clone());
    let unpack = tokio::task::spawn_blocking(move || {
        let began = Instant::now();
        let seen = Arc::new(Mutex::new(Seen::default()));
        let arriving = Arriving { pieces, piece: Bytes::new(), seen: Arc::clone(&seen), task };
        let mut plain = match sealed {
            Some(lengths) => codec.decompress(Opening::new(arriving, keys, lengths)),
            None => codec.decompress(arriving),
        }
        .map_err(&unpack_fault)?;
        let mut handing = Duration::ZERO;
        loop {
            let waited = Instant::now();
            // Who is gone has the reason.
            let Ok(mut piece) = emptied.recv() else { return Ok(None) };
            handing += waited.elapsed();
            piece.resize(piece_bytes, 0);
            let n = fill(&mut plain, &mut piece).map_err(&unpack_fault)?;
            if n == 0 {
                break;
            }
            piece.truncate(n);
            let waited = Instant::now();
            if full.send(piece).is_err() {
                return Ok(None);
            }
            handing += waited.elapsed();
        }
        drop(plain);
        let seen = Arc::try_unwrap(seen)
            .map_err(|_| Error::failed("a reader is still at work"))?
            .into_inner()
            .map_err(|_| Error::failed("a reader has panicked"))?;
        let unpacking = began.elapsed().saturating_sub(seen.wait + handing);
        Ok::<_, Error>(Some((seen, unpacking)))
    });

    let (limit, rows_limit, refuse_more, stop) = (expected.plain.clone(), expected.rows, refuse.clone(), stop.clone());
    let look = tokio::task::spawn_blocking(move || {
        let (mut hash, mut bytes, mut rows, mut hashing) =
            (Sha256::new(), 0_u64, RowCounter::default(), Duration::ZERO);
        while let Ok(piece) = filled.recv() {
            stop.check()?;
            let began = Instant::now();
            hash.update(&piece);
            rows.add(&piece);
            hashing += began.elapsed();
            bytes += piece.len() as u64;
            // What goes on past its end is not what was stored, and may go on without end.
            if let Some(plain) = limit.as_ref().filter(|plain| bytes > plain.bytes) {
                return Err(refuse_more(format!(
                    "it unpacks to more than the {} bytes that were exported",
                    plain.bytes
                )));
            }
            if let Some(limit) = rows_limit.filter(|limit| rows.rows() > *limit) {
                return Err(refuse_more(format!("it has more than the {limit} lines that were exported")));
            }
            failpoint!("object.reading");
            each(&piece)?;
            // Its owner may have come to the end.
            let _ = empty.send(piece);
        }
        Ok::<_, Error>((Content { bytes, sha256: hex::encode(hash.finalize()) }, rows.rows(), hashing))
    });

    let ((), unpacked, plain_seen) = tokio::join!(fetch, unpack, look);
    let panicked = |e| Error::failed("reading an object back").because(e);
    // Who looks ends early for a reason of its own, or because there is nothing more.
    let (plain, rows, hash) = plain_seen.map_err(panicked)??;
    let (seen, unpack) = unpacked.map_err(panicked)??.ok_or_else(|| Error::failed("a reader has ended early"))?;
    let stored = Content { bytes: seen.bytes, sha256: hex::encode(seen.hash.finalize()) };
    if stored != expected.stored {
        return Err(refuse(format!(
            "its SHA-256 is {} over {} bytes, {} over {} were stored",
            stored.sha256, stored.bytes, expected.stored.sha256, expected.stored.bytes
        )));
    }
    if expected.plain.as_ref().is_some_and(|e| *e != plain) {
        return Err(refuse(format!(
            "it unpacks to {} bytes with SHA-256 {}, not to what was exported",
            plain.bytes, plain.sha256
        )));
    }
    if let Some(exported) = expected.rows.filter(|exported| *exported != rows) {
        return Err(refuse(format!("it has {rows} lines, {exported} were exported")));
    }
    Ok(Spent { wait: seen.wait, unpack, hash })
}

/// Reads until the buffer is full or there is no more.
fn fill(from: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut n = 0;
    while n < buffer.len() {
        match from.read(&mut buffer[n..])? {
            0 => break,
            more => n += more,
        }
    }
    Ok(n)
}

#[cfg(test)]
mod tests;
