//! Objects in a folder. An object is an entry (a small JSON file) that names the files with its bytes; renaming the
//! entry into place is what makes it visible, so that a broken upload never shows.
//!
//! ```text
//! ROOT/incoming/ID                  bodies on their way in, and parts of uploads; emptied at the start
//! ROOT/buckets/BUCKET/blobs/ID      bytes
//! ROOT/buckets/BUCKET/entries/HASH  entry of the key with this SHA-256: keys may be longer than file names
//! ```

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use bytes::Bytes;
use s3s::dto::{ETag, ETagCondition};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::checksums::Checksums;

/// What a client says about an object and gets back.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Attributes {
    /// Content-Type.
    pub content_type: Option<String>,
    /// Content-Encoding.
    pub content_encoding: Option<String>,
    /// The `x-amz-meta-` headers.
    pub metadata: BTreeMap<String, String>,
    /// Storage class, STANDARD where none is named.
    pub storage_class: Option<String>,
    /// Server-side encryption asked for; nothing is encrypted here.
    pub encryption: Option<String>,
    /// Key of that encryption.
    pub kms_key_id: Option<String>,
}

/// A stored object.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Entry {
    /// Its key.
    pub key: String,
    /// Its bytes: files in `blobs` and their sizes, in order; several after a multipart upload.
    pub blobs: Vec<(String, u64)>,
    /// Entity tag, without quotes.
    pub etag: String,
    /// When it was written.
    pub modified: SystemTime,
    /// Checksums that were sent with it.
    pub checksums: Checksums,
    /// What the client said about it.
    pub attributes: Attributes,
}

impl Entry {
    /// Size in bytes.
    pub fn size(&self) -> u64 {
        self.blobs.iter().map(|(_, size)| size).sum()
    }
}

/// A file in `incoming`, deleted unless it becomes part of an object.
#[derive(Debug)]
pub struct Incoming(PathBuf);

impl Incoming {
    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        fs::remove_file(&self.0).ok();
    }
}

/// Why an object was not written.
#[derive(Debug)]
pub enum PutError {
    /// There is no such bucket.
    NoBucket,
    /// If-None-Match or If-Match does not hold.
    Precondition,
    /// The disk said no.
    Io(io::Error),
}

impl From<io::Error> for PutError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Conditions on what is stored under a key when an object is written.
#[derive(Debug, Default)]
pub struct Conditions {
    /// If-Match.
    pub if_match: Option<ETagCondition>,
    /// If-None-Match.
    pub if_none_match: Option<ETagCondition>,
}

impl Conditions {
    /// Do they hold for what is there now?
    pub fn hold(&self, existing: Option<&Entry>) -> bool {
        let matches = |condition: &ETagCondition| {
            existing.is_some_and(|entry| match condition {
                ETagCondition::Any => true,
                ETagCondition::ETag(etag) => etag.weak_cmp(&ETag::Strong(entry.etag.clone())),
            })
        };
        self.if_match.as_ref().is_none_or(matches) && !self.if_none_match.as_ref().is_some_and(matches)
    }
}

/// One page of a listing.
#[derive(Debug, Default)]
pub struct Page {
    /// Objects, by key.
    pub entries: Vec<Arc<Entry>>,
    /// Keys that share a beginning up to the delimiter, as that beginning.
    pub prefixes: Vec<String>,
    /// Where the next page goes on, if there is one.
    pub next: Option<String>,
}

type Buckets = BTreeMap<String, BTreeMap<String, Arc<Entry>>>;

/// All buckets. The index is in memory, read once at the start.
#[derive(Debug)]
pub struct Store {
    root: PathBuf,
    buckets: Mutex<Buckets>,
}

impl Store {
    /// Opens a folder, which is made if it is missing.
    pub fn open(root: &Path) -> io::Result<Self> {
        let incoming = root.join("incoming");
        if incoming.exists() {
            fs::remove_dir_all(&incoming)?;
        }
        fs::create_dir_all(&incoming)?;
        fs::create_dir_all(root.join("buckets"))?;
        let mut buckets = Buckets::new();
        for bucket in fs::read_dir(root.join("buckets"))? {
            let bucket = bucket?;
            let mut entries = BTreeMap::new();
            for file in fs::read_dir(bucket.path().join("entries"))? {
                let entry: Entry = serde_json::from_slice(&fs::read(file?.path())?)?;
                entries.insert(entry.key.clone(), Arc::new(entry));
            }
            buckets.insert(bucket.file_name().to_string_lossy().into_owned(), entries);
        }
        Ok(Self { root: root.to_owned(), buckets: Mutex::new(buckets) })
    }

    /// The index. It is consistent even after a panic: every change is one insert or remove.
    fn index(&self) -> MutexGuard<'_, Buckets> {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn blob(&self, bucket: &str, name: &str) -> PathBuf {
        self.root.join("buckets").join(bucket).join("blobs").join(name)
    }

    fn entry(&self, bucket: &str, key: &str) -> PathBuf {
        self.root.join("buckets").join(bucket).join("entries").join(hex::encode(Sha256::digest(key)))
    }

    /// A new file for a body on its way in.
    pub fn incoming(&self) -> Incoming {
        Incoming(self.root.join("incoming").join(Uuid::new_v4().to_string()))
    }

    /// Makes a bucket; false if it was there.
    pub fn create_bucket(&self, bucket: &str) -> io::Result<bool> {
        let mut index = self.index();
        if index.contains_key(bucket) {
            return Ok(false);
        }
        let folder = self.root.join("buckets").join(bucket);
        fs::create_dir_all(folder.join("blobs"))?;
        fs::create_dir_all(folder.join("entries"))?;
        index.insert(bucket.to_owned(), BTreeMap::new());
        Ok(true)
    }

    /// Deletes a bucket; false if objects are left in it.
    pub fn delete_bucket(&self, bucket: &str) -> io::Result<bool> {
        let mut index = self.index();
        if index.get(bucket).is_some_and(|entries| !entries.is_empty()) {
            return Ok(false);
        }
        fs::remove_dir_all(self.root.join("buckets").join(bucket))?;
        index.remove(bucket);
        Ok(true)
    }

    /// Is there such a bucket?
    pub fn has_bucket(&self, bucket: &str) -> bool {
        self.index().contains_key(bucket)
    }

    /// All buckets, and when their folders were made.
    pub fn buckets(&self) -> Vec<(String, SystemTime)> {
        let made = |bucket: &String| fs::metadata(self.root.join("buckets").join(bucket))?.modified();
        self.index().keys().map(|bucket| (bucket.clone(), made(bucket).unwrap_or(SystemTime::UNIX_EPOCH))).collect()
    }

    /// The object under a key.
    pub fn get(&self, bucket: &str, key: &str) -> Option<Arc<Entry>> {
        self.index().get(bucket)?.get(key).cloned()
    }

    /// Makes an object of complete bodies; `entry.blobs` is filled in. Visible at once or not at all.
    pub fn put(
        &self,
        bucket: &str,
        mut entry: Entry,
        bodies: &[(&Path, u64)],
        conditions: &Conditions,
    ) -> Result<(), PutError> {
        let mut index = self.index();
        let entries = index.get_mut(bucket).ok_or(PutError::NoBucket)?;
        if !conditions.hold(entries.get(&entry.key).map(Arc::as_ref)) {
            return Err(PutError::Precondition);
        }
        entry.blobs.clear();
        for (path, size) in bodies {
            let name = Uuid::new_v4().to_string();
            fs::rename(path, self.blob(bucket, &name))?;
            entry.blobs.push((name, *size));
        }
        let written = self.incoming();
        fs::write(written.path(), serde_json::to_vec(&entry).map_err(io::Error::from)?)?;
        fs::rename(written.path(), self.entry(bucket, &entry.key))?;
        if let Some(replaced) = entries.insert(entry.key.clone(), Arc::new(entry)) {
            self.remove_blobs(bucket, &replaced);
        }
        Ok(())
    }

    /// Deletes an object; nothing happens where there is none.
    pub fn delete(&self, bucket: &str, key: &str) -> io::Result<()> {
        let mut index = self.index();
        let Some(entries) = index.get_mut(bucket) else { return Ok(()) };
        if entries.contains_key(key) {
            fs::remove_file(self.entry(bucket, key))?;
        }
        if let Some(removed) = entries.remove(key) {
            self.remove_blobs(bucket, &removed);
        }
        Ok(())
    }

    fn remove_blobs(&self, bucket: &str, entry: &Entry) {
        for (name, _) in &entry.blobs {
            fs::remove_file(self.blob(bucket, name)).ok();
        }
    }

    /// At most `limit` objects and common prefixes that come after `after`, in the order of their keys.
    pub fn list(&self, bucket: &str, prefix: &str, delimiter: Option<&str>, after: &str, limit: usize) -> Page {
        let mut page = Page::default();
        let index = self.index();
        let Some(entries) = index.get(bucket) else { return page };
        let mut last = None;
        for (key, entry) in entries.range(prefix.to_owned()..).take_while(|(key, _)| key.starts_with(prefix)) {
            let group = delimiter
                .and_then(|delimiter| key[prefix.len()..].find(delimiter).map(|at| prefix.len() + at + delimiter.len()))
                .map(|end| &key[..end]);
            let name = group.unwrap_or(key);
            if name <= after || page.prefixes.last().is_some_and(|seen| group == Some(seen)) {
                continue;
            }
            if page.entries.len() + page.prefixes.len() == limit {
                page.next = last;
                return page;
            }
            last = Some(name.to_owned());
            match group {
                Some(group) => page.prefixes.push(group.to_owned()),
                None => page.entries.push(entry.clone()),
            }
        }
        page
    }

    /// Streams a range of an object's bytes. Never more than a few buffers are in memory.
    pub fn read(&self, bucket: &str, entry: &Entry, range: Range<u64>) -> mpsc::Receiver<io::Result<Bytes>> {
        let mut pieces = Vec::new();
        let mut start = 0;
        for (name, size) in &entry.blobs {
            let (from, to) = (range.start.max(start), range.end.min(start + size));
            if from < to {
                pieces.push((self.blob(bucket, name), from - start, to - from));
            }
            start += size;
        }
        let (sender, receiver) = mpsc::channel(4);
        tokio::spawn(async move {
            for (path, offset, length) in pieces {
                if let Err(error) = send_piece(&path, offset, length, &sender).await {
                    sender.send(Err(error)).await.ok();
                    return;
                }
            }
        });
        receiver
    }
}

/// Sends `length` bytes of a file from `offset` on; ends early where nobody listens any more.
async fn send_piece(path: &Path, offset: u64, length: u64, to: &mpsc::Sender<io::Result<Bytes>>) -> io::Result<()> {
    const BUFFER: usize = 256 << 10;
    let mut file = tokio::fs::File::open(path).await?;
    file.set_max_buf_size(BUFFER);
    file.seek(SeekFrom::Start(offset)).await?;
    let mut file = file.take(length);
    let mut left = length;
    while left > 0 {
        let mut buffer = Vec::with_capacity(BUFFER);
        if file.read_buf(&mut buffer).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        left -= buffer.len() as u64;
        if to.send(Ok(buffer.into())).await.is_err() {
            return Ok(());
        }
    }
    Ok(())
}
