//! Reading archives back: the only proof that they are there.

use std::io::{self, BufReader, Read};
use std::sync::{Arc, Mutex};

use sha2::{Digest, Sha256};
use tokio_util::io::SyncIoBridge;

use super::codec::Codec;
use super::manifest::{Content, DAMAGED, Manifest};
use super::rows::RowCounter;
use super::seal::Opening;
use crate::db::queries::ledger::ArchiveRow;
use crate::error::{Error, Kind, Result};
use crate::failpoint::failpoint;
use crate::progress::{Progress, Task, Unit};
use crate::stop::Stop;
use crate::store::{CannotOpen, ObjectKey, Store};

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
        let manifest = read_manifest(store, archive).await?;
        let name = format!("verify archive {}", archive.id);
        let task: Arc<dyn Task> = progress.begin(&name, Some(manifest.data.stored.bytes), Unit::Bytes).into();
        check(store, &manifest, &task, stop).await
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

/// Reads heads and data of a manifest back.
///
/// # Errors
/// [`Kind::Verification`] where they differ from it.
pub async fn check(store: &Store, manifest: &Manifest, task: &Arc<dyn Task>, stop: &Stop) -> Result<Verified> {
    let heads = ObjectKey::new(&manifest.heads.object)?;
    read_through(store, &heads, Expected::heads(manifest), None, stop, |_| Ok(())).await?;
    let data = Expected::data(manifest)?;
    read_through(store, &ObjectKey::new(&manifest.data.object)?, data, Some(Arc::clone(task)), stop, |_| Ok(()))
        .await?;
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
    /// The header included.
    rows: u64,
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
            rows: manifest.heads.streams + 1,
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
            rows: manifest.messages + 1,
            codec: manifest.codec()?,
            sealed: manifest
                .encryption
                .as_ref()
                .map(|_| manifest.data.frames.iter().map(|frame| frame.length).collect()),
        })
    }
}

/// Hashes what passes through it.
struct Hashing<R> {
    inner: R,
    seen: Arc<Mutex<(Sha256, u64)>>,
    task: Option<Arc<dyn Task>>,
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        let mut seen = self.seen.lock().map_err(|_| io::Error::other("a reader has panicked"))?;
        seen.0.update(&buf[..n]);
        seen.1 += n as u64;
        if let Some(task) = &self.task {
            task.advance(n as u64);
        }
        Ok(n)
    }
}

/// Streams an object through its hashes, handing the unpacked bytes to `each`, and compares at the end: what `each` got
/// must not be used where this fails.
///
/// # Errors
/// [`Kind::Verification`] where the object is missing, does not unpack or differs.
pub async fn read_through(
    store: &Store,
    key: &ObjectKey,
    expected: Expected,
    task: Option<Arc<dyn Task>>,
    stop: &Stop,
    mut each: impl FnMut(&[u8]) -> Result<()> + Send + 'static,
) -> Result<()> {
    let name = store.describe(key);
    let refuse =
        move |why: String| Error::new(Kind::Verification, format!("reading {name} back")).because(why).hint(DAMAGED);
    let reader = store.get(key, None).await.map_err(|e| match e.kind() {
        Kind::NotFound => refuse("it is not in the store".into()),
        _ => e,
    })?;
    if reader.object_size() != expected.stored.bytes {
        return Err(refuse(format!("it has {} bytes, {} were stored", reader.object_size(), expected.stored.bytes)));
    }
    let keys = store.age_keys().clone();
    let name = store.describe(key);
    // Nothing is amiss with the object.
    let locked = move |e: io::Error| {
        Error::failed(format!("reading {name} back")).because(e).hint(
            "give the identity of one of the manifest's recipients by --age-identity-file or EVENTODB_AGE_IDENTITY_FILE",
        )
    };
    let is_locked = |e: &io::Error| matches!(e.get_ref(), Some(cause) if cause.is::<CannotOpen>());
    let input = SyncIoBridge::new(reader.into_async_read());
    let stop = stop.clone();
    let work = move || {
        let seen = Arc::new(Mutex::new((Sha256::new(), 0)));
        let hashing = BufReader::with_capacity(1 << 20, Hashing { inner: input, seen: Arc::clone(&seen), task });
        let unpack = |e: io::Error| match e.downcast::<Error>() {
            // The store could not be read: that says nothing about the object.
            Ok(own) => own,
            Err(e) if is_locked(&e) => locked(e),
            Err(e) => refuse(format!("it does not unpack: {e}")),
        };
        let mut plain = match expected.sealed {
            Some(lengths) => expected.codec.decompress(Opening::new(hashing, keys, lengths)),
            None => expected.codec.decompress(hashing),
        }
        .map_err(unpack)?;
        let (mut hash, mut bytes, mut rows) = (Sha256::new(), 0_u64, RowCounter::default());
        let mut buffer = vec![0; 1 << 20];
        loop {
            stop.check()?;
            let n = plain.read(&mut buffer).map_err(unpack)?;
            if n == 0 {
                break;
            }
            hash.update(&buffer[..n]);
            rows.add(&buffer[..n]);
            bytes += n as u64;
            // What goes on past its end is not what was stored, and may go on without end.
            if let Some(plain) = expected.plain.as_ref().filter(|plain| bytes > plain.bytes) {
                return Err(refuse(format!("it unpacks to more than the {} bytes that were exported", plain.bytes)));
            }
            if rows.rows() > expected.rows {
                return Err(refuse(format!("it has more than the {} lines that were exported", expected.rows)));
            }
            failpoint!("object.reading");
            each(&buffer[..n])?;
        }
        drop(plain);
        let (stored_hash, stored_bytes) = Arc::try_unwrap(seen)
            .map_err(|_| Error::failed("a reader is still at work"))?
            .into_inner()
            .map_err(|_| Error::failed("a reader has panicked"))?;
        let stored = Content { bytes: stored_bytes, sha256: hex::encode(stored_hash.finalize()) };
        if stored != expected.stored {
            return Err(refuse(format!(
                "its SHA-256 is {} over {} bytes, {} over {} were stored",
                stored.sha256, stored.bytes, expected.stored.sha256, expected.stored.bytes
            )));
        }
        let plain = Content { bytes, sha256: hex::encode(hash.finalize()) };
        if expected.plain.as_ref().is_some_and(|e| *e != plain) {
            return Err(refuse(format!(
                "it unpacks to {} bytes with SHA-256 {}, not to what was exported",
                plain.bytes, plain.sha256
            )));
        }
        if rows.rows() != expected.rows {
            return Err(refuse(format!("it has {} lines, {} were exported", rows.rows(), expected.rows)));
        }
        Ok(())
    };
    tokio::task::spawn_blocking(work).await.map_err(|e| Error::failed("reading an object back").because(e))?
}
