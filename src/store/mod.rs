//! Where archives lie: S3 or a local folder.
//!
//! Objects are written once, under a name nobody used before, and become visible whole or not at all.

mod age_keys;
mod fan;
mod key;
mod local;
mod lock;
mod memory;
mod mirror;
mod object;
mod of_store;
mod rate;
mod s3;
mod sections;
mod service;
mod settings;
mod upload;
mod url;

use std::collections::BTreeSet;
use std::ops::Range;

use bytes::{Bytes, BytesMut};
use chrono::{DateTime, Utc};
use futures::TryStreamExt;
use futures::stream::BoxStream;

pub use self::age_keys::{AgeKeys, CannotOpen, age_identities, age_recipients};
pub use self::fan::Fan;
pub use self::key::ObjectKey;
pub use self::local::LocalStore;
use self::local::MissingFolder;
pub(crate) use self::local::is_full;
pub use self::lock::{Keeping, LockTrial, LockedUntil, ObjectLock, ObjectProtection, RetentionMode};
pub use self::mirror::Mirror;
pub use self::object::{BucketFacts, Known, Lack, ObjectInfo, ObjectReader, Put, StrayUpload, from_io};
pub use self::rate::RateLimit;
pub use self::s3::{Frozen, Hidden, S3Store, check_endpoint};
pub use self::sections::{SectionKeys, SectionSse, SectionThaw, StoreSection, StoreSections};
pub use self::service::{AwsProfile, Credentials, CustomerKey, KeySource, PathStyle, Sse, Thaw, ThawSpeed};
pub use self::settings::{InFlight, RetrySettings, StoreSettings, TimeoutSettings};
pub use self::upload::Upload;
pub use self::url::StoreUrl;
use crate::{Error, Kind, Result};

/// Whether a key may delete what it has written.
#[derive(Debug)]
pub enum Deletes {
    /// It may.
    Allowed,
    /// It may not, as far as was seen.
    Refused(Error),
}

/// A place that keeps objects. Clones share their connections.
#[derive(Debug, Clone)]
pub enum Store {
    /// A bucket.
    S3(S3Store),
    /// A folder.
    Local(LocalStore),
    /// Several with the same objects: what cannot be read in the first is read in the next.
    Mirror(Mirror),
}

impl Store {
    /// Opens the store at `url`, by the settings of its section where it has one. For S3 nothing is sent yet:
    /// [`Store::check`] does that. A folder is created where its parent exists.
    pub async fn open(url: &StoreUrl, settings: &StoreSettings) -> Result<Self> {
        let settings = &*settings.of_store(url).await?;
        match url {
            StoreUrl::S3 { bucket, prefix } => Ok(Self::S3(S3Store::open(bucket, prefix, settings).await?)),
            StoreUrl::File { dir } => Ok(Self::Local(LocalStore::open(dir, MissingFolder::Create, settings).await?)),
        }
    }

    /// Opens the store at `url` for what lies there already: a folder that is missing is not found.
    pub async fn open_existing(url: &StoreUrl, settings: &StoreSettings) -> Result<Self> {
        match url {
            StoreUrl::S3 { .. } => Self::open(url, settings).await,
            StoreUrl::File { dir } => {
                let settings = &*settings.of_store(url).await?;
                Ok(Self::Local(LocalStore::open(dir, MissingFolder::Refuse, settings).await?))
            }
        }
    }

    /// Several stores as one: what cannot be read in this one is read in the next, and this one alone is written to, listed and
    /// named.
    #[must_use]
    pub fn with_others(self, others: Vec<Self>) -> Self {
        if others.is_empty() { self } else { Self::Mirror(Mirror::new(self, others)) }
    }

    /// Stores that have the same objects, as one: those of `opened` that could be opened, in their order.
    ///
    /// # Errors
    /// What the first said, where none could be opened.
    pub fn together(opened: impl IntoIterator<Item = Result<Self>>) -> Result<Self> {
        let (mut there, mut first_error) = (Vec::new(), None);
        for one in opened {
            match one {
                Ok(store) => there.push(store),
                Err(e) => {
                    first_error.get_or_insert(e);
                }
            }
        }
        let mut there = there.into_iter();
        match there.next() {
            Some(first) => Ok(first.with_others(there.collect())),
            None => Err(first_error.unwrap_or_else(|| Error::failed("opening a store").because("none is named"))),
        }
    }

    /// The one that is written to.
    pub fn first(&self) -> &Self {
        match self {
            Self::Mirror(mirror) => mirror.first(),
            one => one,
        }
    }

    /// What was read last under this name is not what was stored: it is read from another store from now on. False where there
    /// is none.
    pub fn distrust(&self, key: &ObjectKey) -> bool {
        match self {
            Self::Mirror(mirror) => mirror.distrust(key),
            Self::S3(_) | Self::Local(_) => false,
        }
    }

    /// What was read last under this name is read from another store from now on. False where there is none.
    pub fn pass_over(&self, key: &ObjectKey) -> bool {
        match self {
            Self::Mirror(mirror) => mirror.pass_over(key),
            Self::S3(_) | Self::Local(_) => false,
        }
    }

    /// Where it lies.
    pub fn url(&self) -> &StoreUrl {
        match self {
            Self::S3(s3) => s3.url(),
            Self::Local(local) => local.url(),
            Self::Mirror(mirror) => mirror.first().url(),
        }
    }

    /// The keys by which objects are encrypted before they are sent.
    pub fn age_keys(&self) -> &AgeKeys {
        match self {
            Self::S3(s3) => s3.age_keys(),
            Self::Local(local) => local.age_keys(),
            Self::Mirror(mirror) => mirror.first().age_keys(),
        }
    }

    /// The endpoint, where it is not AWS itself, and the region of a bucket's service.
    pub fn service(&self) -> Option<(Option<String>, String)> {
        match self {
            Self::S3(s3) => Some(s3.service()),
            Self::Local(_) => None,
            Self::Mirror(mirror) => mirror.first().service(),
        }
    }

    /// The address of one object, for people.
    pub fn describe(&self, key: &ObjectKey) -> String {
        format!("{}/{key}", self.url().to_string().trim_end_matches('/'))
    }

    /// Asks whether the store is there and may be listed. Not found where the bucket or folder is missing; otherwise
    /// the error says what is wrong: rights, credentials, region, endpoint, clock.
    pub async fn check(&self) -> Result<()> {
        match self {
            Self::S3(s3) => s3.check().await,
            Self::Local(local) => local.check().await,
            Self::Mirror(mirror) => Box::pin(mirror.check()).await,
        }
    }

    /// Proves the rights that archiving and all else need: as [`Store::prove_rights`], where deleting is one of them.
    pub async fn check_rights(&self) -> Result<()> {
        match self.prove_rights().await? {
            Deletes::Allowed => Ok(()),
            Deletes::Refused(e) => Err(e),
        }
    }

    /// Proves the rights that archiving needs: writes a small object, reads it back, and tries to delete it. Sees as well
    /// whether the service refuses to write its name again.
    pub async fn prove_rights(&self) -> Result<Deletes> {
        self.check().await?;
        let key = ObjectKey::new(format!(".eventodb-probe/{}", uuid::Uuid::new_v4()))?;
        let text = Bytes::from_static(b"written to check rights; may be deleted\n");
        self.put(&key, text.clone()).await?;
        if let Self::S3(s3) = self.first() {
            s3.try_overwriting(&key, text.clone()).await?;
        }
        let read = self.read_all(&key, 1024).await;
        let deleted = self.delete(&key).await;
        if read? != text {
            return Err(Error::failed(format!("{} was read back changed", self.describe(&key))));
        }
        Ok(deleted.map_or_else(Deletes::Refused, |()| Deletes::Allowed))
    }

    /// How the bucket is set up; a folder has nothing to tell.
    pub async fn bucket_facts(&self) -> Option<BucketFacts> {
        match self {
            Self::S3(s3) => Some(s3.facts().await),
            Self::Local(_) => None,
            Self::Mirror(mirror) => Box::pin(mirror.first().bucket_facts()).await,
        }
    }

    /// The same store; objects that are put or uploaded by it from now on are locked. A folder locks nothing.
    #[must_use]
    pub fn locked(&self, lock: Option<LockedUntil>) -> Self {
        match self {
            Self::S3(s3) => Self::S3(s3.locked(lock)),
            Self::Mirror(mirror) => mirror.first().locked(lock),
            Self::Local(_) => self.clone(),
        }
    }

    /// Whether objects can be locked here (S3 Object Lock).
    pub async fn locks_objects(&self) -> Known<bool> {
        match self {
            Self::S3(s3) => s3.locks_objects().await,
            Self::Mirror(mirror) => Box::pin(mirror.first().locks_objects()).await,
            Self::Local(_) => Known::Is(false),
        }
    }

    /// The time that the service tells, by its last answer; a folder tells none.
    pub fn clock(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::S3(s3) => s3.clock(),
            Self::Mirror(mirror) => mirror.first().clock(),
            Self::Local(_) => None,
        }
    }

    /// How an object is kept from being deleted, or nothing where it is absent.
    pub async fn protection(&self, key: &ObjectKey) -> Result<Option<ObjectProtection>> {
        match self {
            Self::S3(s3) => s3.protection(key).await,
            Self::Mirror(mirror) => Box::pin(mirror.first().protection(key)).await,
            Self::Local(local) => Ok(local
                .head(key)
                .await?
                .map(|info| ObjectProtection { size: info.size, ..ObjectProtection::default() })),
        }
    }

    /// Asks for an object's lock by itself. [`Store::protection`] tells of none to a key that may not see it; here that is an
    /// error.
    pub async fn lock_of(&self, key: &ObjectKey) -> Result<Option<LockedUntil>> {
        match self {
            Self::S3(s3) => s3.lock_of(key).await,
            Self::Mirror(mirror) => Box::pin(mirror.first().lock_of(key)).await,
            Self::Local(_) => Ok(None),
        }
    }

    /// Has a version of an object locked until then; without a version the newest. A lock is never shortened.
    pub async fn extend_lock(&self, key: &ObjectKey, version: Option<&str>, to: LockedUntil) -> Result<()> {
        match self {
            Self::S3(s3) => s3.extend_lock(key, version, to).await,
            Self::Mirror(mirror) => Box::pin(mirror.first().extend_lock(key, version, to)).await,
            Self::Local(_) => Err(Error::new(Kind::Unsupported, format!("locking {}", self.describe(key)))
                .because("a folder has no Object Lock")),
        }
    }

    /// Tries on a small object whether the service keeps what is locked, and what the key could do to it. Takes some seconds;
    /// nothing for a folder.
    pub async fn try_lock(&self) -> Result<Option<LockTrial>> {
        match self {
            Self::S3(s3) => s3.try_lock().await.map(Some),
            Self::Mirror(mirror) => Box::pin(mirror.first().try_lock()).await,
            Self::Local(_) => Ok(None),
        }
    }

    /// What the store was found to lack so far, in this process.
    pub fn lacks(&self) -> Vec<Lack> {
        match self {
            Self::S3(s3) => s3.lacks(),
            Self::Local(local) => local.lacks(),
            Self::Mirror(mirror) => mirror.first().lacks(),
        }
    }

    /// Stores a small object under a new name. Conflict where the name is taken.
    pub async fn put(&self, key: &ObjectKey, body: Bytes) -> Result<Put> {
        match self {
            Self::S3(s3) => s3.put(key, body).await,
            Self::Local(local) => local.put(key, body).await,
            Self::Mirror(mirror) => Box::pin(mirror.first().put(key, body)).await,
        }
    }

    /// Stores a small object under a name that is written again and again. Where the service can, it is written only over
    /// the content that it calls `etag`, or where there is none yet; a service (and a folder) that cannot does so in any
    /// case: look again afterwards.
    ///
    /// # Errors
    /// [`Conflict`](crate::Kind::Conflict) where somebody else was faster.
    pub async fn replace(&self, key: &ObjectKey, body: Bytes, etag: Option<&str>) -> Result<Put> {
        match self {
            Self::S3(s3) => s3.replace(key, body, etag).await,
            Self::Local(local) => local.replace(key, body).await,
            Self::Mirror(mirror) => Box::pin(mirror.first().replace(key, body, etag)).await,
        }
    }

    /// Begins a streamed object under a new name. `size_hint` is an upper bound of its bytes: S3's part size is chosen
    /// from it, so that 10,000 parts suffice; a bound that is too low fails only far beyond 80 GB. Conflict where the
    /// name is taken.
    pub async fn upload(&self, key: &ObjectKey, size_hint: u64) -> Result<Upload> {
        match self {
            Self::S3(s3) => Ok(Upload::from(s3.upload(key, size_hint).await?)),
            Self::Local(local) => Ok(Upload::from(local.upload(key).await?)),
            Self::Mirror(mirror) => Box::pin(mirror.first().upload(key, size_hint)).await,
        }
    }

    /// Opens an object, or bytes `range` of it (an end past the object's means its end). Not found where it is absent.
    /// A body that breaks off is taken up again where it stopped, as long as the object is still the same.
    pub async fn get(&self, key: &ObjectKey, range: Option<Range<u64>>) -> Result<ObjectReader> {
        if range.as_ref().is_some_and(Range::is_empty) {
            return Err(Error::usage(format!("reading no bytes of {}", self.describe(key))));
        }
        match self {
            Self::S3(s3) => s3.get(key, range).await,
            Self::Local(local) => local.get(key, range).await,
            Self::Mirror(mirror) => Box::pin(mirror.get(key, range)).await,
        }
    }

    /// Reads a whole object of at most `limit` bytes into memory; fails where it is larger.
    pub async fn read_all(&self, key: &ObjectKey, limit: u64) -> Result<Bytes> {
        self.read_all_of(key, self.get(key, None).await?, limit).await
    }

    /// Reads a whole object of at most `limit` bytes, with the service's name for its content; nothing where it is absent.
    pub async fn read_if_there(&self, key: &ObjectKey, limit: u64) -> Result<Option<(Bytes, Option<String>)>> {
        let reader = match self.get(key, None).await {
            Err(e) if e.kind() == Kind::NotFound && Hidden::is_cause_of(&e) => return Ok(None),
            // A bucket that is missing has a hint.
            Err(e) if e.kind() == Kind::NotFound && e.hint_text().is_none() => return Ok(None),
            reader => reader?,
        };
        let etag = reader.etag().map(ToOwned::to_owned);
        Ok(Some((self.read_all_of(key, reader, limit).await?, etag)))
    }

    async fn read_all_of(&self, key: &ObjectKey, mut reader: ObjectReader, limit: u64) -> Result<Bytes> {
        let too_large = |size: u64| {
            Error::failed(format!("{} has {size} bytes, more than the {limit} expected", self.describe(key)))
        };
        if reader.size() > limit {
            return Err(too_large(reader.size()));
        }
        let mut all = BytesMut::with_capacity(usize::try_from(reader.size()).unwrap_or(0));
        while let Some(piece) = reader.try_next().await? {
            all.extend_from_slice(&piece);
            if all.len() as u64 > limit {
                return Err(too_large(all.len() as u64));
            }
        }
        Ok(all.freeze())
    }

    /// What is known about an object, or nothing where it is absent. Not found where the bucket itself is missing.
    pub async fn head(&self, key: &ObjectKey) -> Result<Option<ObjectInfo>> {
        match self {
            Self::S3(s3) => s3.head(key).await,
            Self::Local(local) => local.head(key).await,
            Self::Mirror(mirror) => Box::pin(mirror.head(key)).await,
        }
    }

    /// Whether an object is the very file that it is in another store: a folder in both may be mounted from one place, or the file
    /// linked. Of what is no folder that is not known.
    pub async fn is_same_file(&self, other: &Self, key: &ObjectKey) -> Result<bool> {
        match (self, other.first()) {
            (Self::Local(here), Self::Local(there)) => {
                let file = here.identity(key).await?;
                Ok(file.is_some() && file == there.identity(key).await?)
            }
            _ => Ok(false),
        }
    }

    /// The objects whose names begin with `prefix` (plain text below the store's own prefix, not a folder), in the store's
    /// own order: sorted in a folder and on S3, not on every service. An error where the service does not prove that these
    /// are all of them. Names that could not be an [`ObjectKey`] are left out.
    pub fn list(&self, prefix: &str) -> BoxStream<'static, Result<ObjectInfo>> {
        match self {
            Self::S3(s3) => s3.list(prefix),
            Self::Local(local) => local.list(prefix),
            Self::Mirror(mirror) => mirror.list(prefix),
        }
    }

    /// Names of the objects below `prefix` that the store has any content of, also where only a hidden version is left. An error
    /// where the service keeps versions and does not list them.
    pub async fn list_kept(&self, prefix: &str) -> Result<BTreeSet<ObjectKey>> {
        match self {
            Self::S3(s3) => s3.list_kept(prefix).await,
            Self::Local(local) => local.list(prefix).map_ok(|object| object.key).try_collect().await,
            Self::Mirror(mirror) => Box::pin(mirror.first().list_kept(prefix)).await,
        }
    }

    /// Has what lies in an archive storage class brought back, as the settings say. Nothing where all can be read now.
    ///
    /// # Errors
    /// Says when to come back, and by [`Frozen`] as its cause that this is all that is amiss.
    pub async fn thaw(&self, keys: &[ObjectKey]) -> Result<()> {
        match self {
            Self::S3(s3) => s3.thaw(keys).await.map(|_| ()),
            Self::Local(_) => Ok(()),
            Self::Mirror(mirror) => Box::pin(mirror.first().thaw(keys)).await,
        }
    }

    /// Deletes an object, and sees that it is gone. One that is absent is no error; a version that the bucket keeps is
    /// none, either.
    pub async fn delete(&self, key: &ObjectKey) -> Result<()> {
        match self {
            Self::S3(s3) => s3.delete(key).await,
            Self::Local(local) => local.delete(key).await,
            Self::Mirror(mirror) => Box::pin(mirror.first().delete(key)).await,
        }
    }

    /// Deletes an object with all its versions, where the bucket keeps any, and proves that none is left. One that is absent
    /// is no error; one that may not go (Object Lock, rights) is.
    pub async fn erase(&self, key: &ObjectKey) -> Result<()> {
        match self {
            Self::S3(s3) => s3.erase(key).await,
            Self::Local(_) => self.delete(key).await,
            Self::Mirror(mirror) => Box::pin(mirror.first().erase(key)).await,
        }
    }

    /// Uploads to names that begin with `prefix`, begun and never ended, running ones included.
    pub async fn list_uploads(&self, prefix: &str) -> Result<Vec<StrayUpload>> {
        match self {
            Self::S3(s3) => s3.list_uploads(prefix).await,
            Self::Local(local) => local.list_uploads(prefix).await,
            Self::Mirror(mirror) => Box::pin(mirror.first().list_uploads(prefix)).await,
        }
    }

    /// Removes what an upload has left. One that is gone is no error.
    pub async fn abort_upload(&self, upload: &StrayUpload) -> Result<()> {
        match self {
            Self::S3(s3) => s3.abort_upload(upload).await,
            Self::Local(local) => local.abort_upload(upload).await,
            Self::Mirror(mirror) => Box::pin(mirror.first().abort_upload(upload)).await,
        }
    }
}
