//! Reading archives back: the only proof that they are there.

mod expected;
mod reading;

use std::sync::Arc;
use std::time::Duration;

use futures::TryStreamExt;
use sha2::Digest;
use tokio::sync::mpsc;

use crate::archive::format::ledger_row::misnamed;
use crate::archive::format::manifest::{Content, Manifest};
use crate::db::queries::ledger::ArchiveRow;
use crate::error::{Error, Kind, Result};
use crate::failpoint::failpoint;
use crate::progress::{Progress, Task, Unit};
use crate::stop::Stop;
use crate::store::{Hidden, ObjectKey, ObjectReader, Store};
use crate::timings::Stages;
pub use expected::Expected;
pub(in crate::archive) use expected::ledger_content;
use reading::{FETCHED, Looking, ObjectName, UnpackedObject, Unpacking, pipe};

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
pub(in crate::archive) fn describes(manifest: &Manifest, archive: &ArchiveRow) -> Result<()> {
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

/// Where the time of reading an object went. The stages are at work at the same time.
#[derive(Debug, Clone, Copy, Default)]
pub struct ReadTimes {
    wait: Duration,
    unpack: Duration,
    hash: Duration,
}

impl ReadTimes {
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
    each: impl FnMut(&[u8]) -> Result<()> + Send + 'static,
) -> Result<ReadTimes> {
    let object = ObjectName(store.describe(key));
    let mut reader = open(store, key, &expected, &object).await?;
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
    let (giver, taker) = pipe(&expected);
    let (keys, codec, sealed) = (store.age_keys().clone(), expected.codec, expected.sealed.clone());
    let unpacking = Unpacking { object: object.clone(), codec, sealed, keys, to: giver };
    let unpack = tokio::task::spawn_blocking(move || unpacking.run(pieces, task));
    let (plain, rows) = (expected.plain.clone(), expected.rows);
    let looking = Looking { object: object.clone(), plain, rows, from: taker, stop: stop.clone() };
    let look = tokio::task::spawn_blocking(move || looking.run(each));

    let ((), unpacked, looked) = tokio::join!(fetch, unpack, look);
    let panicked = |e| Error::failed("reading an object back").because(e);
    // Who looks ends early for a reason of its own, or because there is nothing more.
    let found = looked.map_err(panicked)??;
    let (seen, unpack) = unpacked.map_err(panicked)??.ok_or_else(|| Error::failed("a reader has ended early"))?;
    let stored = Content { bytes: seen.bytes, sha256: hex::encode(seen.hash.finalize()) };
    expected.compare(&object, &stored, &found)?;
    Ok(ReadTimes { wait: seen.wait, unpack, hash: found.took })
}

async fn open(store: &Store, key: &ObjectKey, expected: &Expected, object: &ObjectName) -> Result<ObjectReader> {
    let reader = store.get(key, None).await.map_err(|e| match e.kind() {
        Kind::NotFound if Hidden::is_cause_of(&e) => missing_means_lost(e, object.doing()),
        Kind::NotFound => object.refuse("it is not in the store"),
        _ => e,
    })?;
    if reader.object_size() != expected.stored.bytes {
        let (is, was) = (reader.object_size(), expected.stored.bytes);
        return Err(object.refuse(format!("it has {is} bytes, {was} were stored")));
    }
    Ok(reader)
}

impl Expected {
    fn compare(&self, object: &ObjectName, stored: &Content, found: &UnpackedObject) -> Result<()> {
        if *stored != self.stored {
            return Err(object.refuse(format!(
                "its SHA-256 is {} over {} bytes, {} over {} were stored",
                stored.sha256, stored.bytes, self.stored.sha256, self.stored.bytes
            )));
        }
        let plain = &found.plain;
        if self.plain.as_ref().is_some_and(|exported| exported != plain) {
            return Err(object.refuse(format!(
                "it unpacks to {} bytes with SHA-256 {}, not to what was exported",
                plain.bytes, plain.sha256
            )));
        }
        match self.rows {
            Some(exported) if exported != found.rows => {
                Err(object.refuse(format!("it has {} lines, {exported} were exported", found.rows)))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
