//! Archives read where they lie: by the parts of them that matter, each proven before it is used.

mod asking;
mod block;
mod cache;
mod frame_reader;
mod index;
mod located;
mod memory;
mod message_row;
mod moved;
mod spool;
mod stream_lookup;

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::{Bytes, BytesMut};
use futures::TryStreamExt;
use sha2::{Digest, Sha256};
use tokio::sync::{Mutex, Semaphore};

use super::verify::{describes, missing_means_lost};
use crate::archive::format::ledger_row::misnamed;
use crate::archive::format::manifest::{DAMAGED, Manifest};
use crate::db::Connector;
use crate::db::queries::ledger::ArchiveRow;
use crate::error::{Error, Kind, Result};
use crate::stop::Stop;
use crate::store::{CannotOpen, Frozen, ObjectKey, Store, StoreSettings, StoreUrl};

pub use block::Block;
pub use cache::{Cache, DEFAULT_CACHE_BYTES};
pub use frame_reader::{Frames, OpenFrames};
pub use index::WantedRows;
pub use located::Located;
pub use message_row::{CsvRows, PartialRow};
#[cfg(any(test, fuzzing))]
pub(crate) use stream_lookup::scanned;
pub use stream_lookup::{count_category, locate};

use asking::ReplacementLookup;
use memory::ArchiveMemory;

/// What was read so far, and from where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Fetched {
    /// Archives that were looked into.
    pub archives: u64,
    /// Requests to stores.
    pub requests: u64,
    /// Bytes that came from stores.
    pub bytes: u64,
    /// Parts that were in the cache.
    pub cached: u64,
    /// Their bytes.
    pub cached_bytes: u64,
}

#[derive(Debug, Default)]
struct Counters {
    archives: AtomicU64,
    requests: AtomicU64,
    bytes: AtomicU64,
    cached: AtomicU64,
    cached_bytes: AtomicU64,
}

/// Whether a part is worth keeping.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// It may be asked for again.
    Yes,
    /// All of an archive goes by: that would only drive out the rest.
    No,
}

/// A part of an object, and what it must turn out to be.
struct ObjectPart<'a> {
    range: Range<u64>,
    object_bytes: u64,
    sha256: Option<&'a str>,
    /// What tells it from everything else, where it has no hash.
    name: &'a str,
    keep: Keep,
}

/// Reads from archives, in the stores that the ledger names for them. Clones share stores, cache and counters.
#[derive(Debug, Clone)]
pub struct ArchiveReader(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    given: Option<StoreUrl>,
    settings: StoreSettings,
    opened: Mutex<HashMap<StoreUrl, Store>>,
    /// Several that have the same archives, by their addresses.
    mirrors: Mutex<HashMap<Vec<StoreUrl>, Store>>,
    /// Those whose absence was told.
    told: Mutex<HashSet<StoreUrl>>,
    cache: Option<Cache>,
    memory: Option<ArchiveMemory>,
    asking: Option<ReplacementLookup>,
    /// A permit for each frame that is being unpacked.
    unpacking: Semaphore,
    stop: Stop,
    counters: Counters,
}

impl ArchiveReader {
    /// `given` goes before what the ledger names.
    pub fn new(given: Option<StoreUrl>, settings: StoreSettings, cache: Option<Cache>, stop: Stop) -> Self {
        Self::over(HashMap::new(), given, settings, cache, stop)
    }

    fn over(
        opened: HashMap<StoreUrl, Store>,
        given: Option<StoreUrl>,
        settings: StoreSettings,
        cache: Option<Cache>,
        stop: Stop,
    ) -> Self {
        // As many as there are processors.
        let unpacking = Semaphore::new(std::thread::available_parallelism().map_or(2, std::num::NonZero::get));
        let (opened, mirrors, told, counters) =
            (Mutex::new(opened), Mutex::default(), Mutex::default(), Counters::default());
        let (memory, asking) = (None, None);
        Self(Arc::new(Inner {
            given,
            settings,
            opened,
            mirrors,
            told,
            cache,
            memory,
            asking,
            unpacking,
            stop,
            counters,
        }))
    }

    /// The same for one that goes on for long: it keeps in memory, too, what it has read of archives, up to 96 MiB.
    #[must_use]
    pub fn remembering(self) -> Self {
        match Arc::try_unwrap(self.0) {
            Ok(inner) => Self(Arc::new(Inner { memory: Some(ArchiveMemory::default()), ..inner })),
            // Others have it already, who read as they did.
            Err(shared) => Self(shared),
        }
    }

    /// The same for one that reads for a while beside runs: where another archive with the same messages has taken an archive's
    /// place meanwhile, which the ledger tells in sessions of these, it is read instead.
    #[must_use]
    pub fn asking(self, connector: Connector) -> Self {
        match Arc::try_unwrap(self.0) {
            Ok(inner) => Self(Arc::new(Inner { asking: Some(ReplacementLookup::new(connector)), ..inner })),
            // Others have it already, who read as they did.
            Err(shared) => Self(shared),
        }
    }

    /// Reads from archives in this store only, which is open already.
    pub fn of_store(store: &Store, stop: Stop) -> Self {
        let url = store.url().clone();
        let opened = HashMap::from([(url.clone(), store.clone())]);
        Self::over(opened, Some(url), StoreSettings::default(), None, stop)
    }

    /// What was read so far.
    pub fn fetched(&self) -> Fetched {
        let c = &self.0.counters;
        let get = |n: &AtomicU64| n.load(Ordering::Relaxed);
        Fetched {
            archives: get(&c.archives),
            requests: get(&c.requests),
            bytes: get(&c.bytes),
            cached: get(&c.cached),
            cached_bytes: get(&c.cached_bytes),
        }
    }

    pub(crate) fn stop(&self) -> &Stop {
        &self.0.stop
    }

    fn count_fetched(&self, bytes: u64) {
        self.0.counters.requests.fetch_add(1, Ordering::Relaxed);
        self.0.counters.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    /// The store that an archive is in.
    ///
    /// # Errors
    /// [`Kind::Archived`] where there is none to ask; [`Kind::Verification`] where it is gone.
    pub async fn store(&self, archive: &ArchiveRow) -> Result<Store> {
        let mut opened = self.0.opened.lock().await;
        if let Some(given) = &self.0.given {
            return self.open(&mut opened, archive, given).await;
        }
        let own = archive.store_url.iter().chain(&archive.copies);
        let urls: Vec<StoreUrl> = own.map(|url| url.parse()).collect::<Result<_>>().map_err(|e| unread(archive, e))?;
        let Some((first, others)) = urls.split_first() else {
            return Err(unread(archive, Error::failed("the ledger names no store").hint("add --store")));
        };
        if others.is_empty() {
            return self.open(&mut opened, archive, first).await;
        }
        let mut mirrors = self.0.mirrors.lock().await;
        if let Some(store) = mirrors.get(&urls) {
            return Ok(store.clone());
        }
        let mut tried = Vec::with_capacity(urls.len());
        for url in &urls {
            let store = self.open(&mut opened, archive, url).await;
            if let Err(e) = &store {
                self.tell_away(url, e).await;
            }
            tried.push(store);
        }
        let store = Store::together(tried)?;
        mirrors.insert(urls, store.clone());
        Ok(store)
    }

    /// Says once that a store is done without.
    async fn tell_away(&self, url: &StoreUrl, why: &Error) {
        if self.0.told.lock().await.insert(url.clone()) {
            tracing::warn!("{url} is away, and another copy is read: {why}");
        }
    }

    async fn open(&self, opened: &mut HashMap<StoreUrl, Store>, archive: &ArchiveRow, url: &StoreUrl) -> Result<Store> {
        if let Some(store) = opened.get(url) {
            return Ok(store.clone());
        }
        let store = Box::pin(Store::open_existing(url, &self.0.settings)).await.map_err(|e| match e.kind() {
            Kind::NotFound => missing_means_lost(e, format!("opening the store of archive {}", archive.id)),
            _ => unread(archive, e),
        })?;
        opened.insert(url.clone(), store.clone());
        Ok(store)
    }

    /// Asks an archive's store whether its manifest is there.
    ///
    /// # Errors
    /// As [`ArchiveReader::store`]; [`Kind::Verification`] where it is not.
    pub async fn store_answers(&self, archive: &ArchiveRow) -> Result<()> {
        let store = self.store(archive).await?;
        let key = ObjectKey::new(archive.manifest_key.as_deref().unwrap_or_default())?;
        match store.head(&key).await? {
            Some(_) => Ok(()),
            None => Err(damaged(&store, &key, "it is not in the store")),
        }
    }

    /// An archive's manifest, proven by the ledger.
    ///
    /// # Errors
    /// As [`crate::archive::read_manifest`], and [`Kind::Archived`] where the store cannot be asked.
    pub async fn manifest(&self, archive: &ArchiveRow) -> Result<(Store, Arc<Manifest>)> {
        match self.manifest_here(archive).await {
            Err(e) if e.kind() == Kind::Verification => match self.moved(archive).await {
                Some(moved) => Ok((moved.store, moved.manifest)),
                None => Err(of(archive, e)),
            },
            found => found.map_err(|e| of(archive, e)),
        }
    }

    async fn manifest_here(&self, archive: &ArchiveRow) -> Result<(Store, Arc<Manifest>)> {
        self.0.stop.check()?;
        if let Some(why) = misnamed(archive) {
            return Err(Error::new(Kind::Verification, "looking for its objects")
                .because(why)
                .hint("find out who has written that row of eventodb_store.archives"));
        }
        let store = self.store(archive).await?;
        self.0.counters.archives.fetch_add(1, Ordering::Relaxed);
        let (Some(key), Some(sha256)) = (&archive.manifest_key, &archive.manifest_sha256) else {
            return Err(Error::new(Kind::NotFound, format!("reading the manifest of archive {}", archive.id))
                .because(format!("it is {}: it never got one", archive.state)));
        };
        if let Some(known) = self.0.memory.as_ref().and_then(|m| m.manifests.get(sha256)) {
            describes(&known, archive)?;
            return Ok((store, known));
        }
        let key = ObjectKey::new(key)?;
        let kept = self.cached(sha256, None).await.filter(|bytes| hex::encode(Sha256::digest(bytes)) == *sha256);
        let manifest = if let Some(bytes) = kept {
            Manifest::parse(&store, &key, &bytes)?
        } else {
            let (bytes, manifest) = Box::pin(self.fetch_manifest(archive, &store, &key, sha256)).await?;
            self.keep(sha256, &bytes).await;
            manifest
        };
        describes(&manifest, archive)?;
        let manifest = Arc::new(manifest);
        if let Some(memory) = &self.0.memory {
            let bytes = 4096 + 256 * (manifest.data.frames.len() + manifest.heads.frames.len());
            memory.manifests.put(sha256.clone(), Arc::clone(&manifest), bytes);
        }
        Ok((store, manifest))
    }

    /// From whichever store has it as the ledger knows it.
    async fn fetch_manifest(
        &self,
        archive: &ArchiveRow,
        store: &Store,
        key: &ObjectKey,
        sha256: &str,
    ) -> Result<(Bytes, Manifest)> {
        loop {
            let bytes = match crate::archive::format::manifest::fetch(store, key).await {
                Ok(bytes) => bytes,
                Err(e) => return Err(self.classify_store_error(archive, store, key, None, e).await),
            };
            self.count_fetched(bytes.len() as u64);
            match Manifest::parse_proven(store, key, &bytes, sha256) {
                Err(e) if e.kind() == Kind::Verification && store.distrust(key) => {}
                parsed => return Ok((bytes, parsed?)),
            }
        }
    }

    fn memory(&self) -> Option<&ArchiveMemory> {
        self.0.memory.as_ref()
    }

    fn unpacking(&self) -> &Semaphore {
        &self.0.unpacking
    }

    async fn cached(&self, name: &str, length: Option<u64>) -> Option<Bytes> {
        self.0.cache.as_ref()?;
        let (own, name) = (self.clone(), name.to_owned());
        let found = tokio::task::spawn_blocking(move || own.0.cache.as_ref()?.get(&name, length)).await.ok()??;
        self.0.counters.cached.fetch_add(1, Ordering::Relaxed);
        self.0.counters.cached_bytes.fetch_add(found.len() as u64, Ordering::Relaxed);
        Some(found.into())
    }

    async fn keep(&self, name: &str, bytes: &Bytes) {
        if self.0.cache.is_none() {
            return;
        }
        let (own, name, bytes) = (self.clone(), name.to_owned(), bytes.clone());
        // One that fails was only not kept.
        let _ = tokio::task::spawn_blocking(move || own.0.cache.as_ref().map(|c| c.put(&name, &bytes))).await;
    }

    /// A part of an object, proven as far as the manifest has a hash of it.
    async fn part(&self, archive: &ArchiveRow, store: &Store, key: &ObjectKey, part: ObjectPart<'_>) -> Result<Bytes> {
        self.0.stop.check()?;
        let length = part.range.end - part.range.start;
        let name = part.sha256.map_or_else(|| hex::encode(Sha256::digest(part.name)), str::to_owned);
        let is_right = |bytes: &[u8]| part.sha256.is_none_or(|sha256| hex::encode(Sha256::digest(bytes)) == sha256);
        if let Some(kept) = self.cached(&name, Some(length)).await.filter(|bytes| is_right(bytes)) {
            return Ok(kept);
        }
        let mut fetched = fetch(store, key, part.range.clone(), part.object_bytes).await;
        let is_whole = |bytes: &Bytes| bytes.len() as u64 == length && is_right(bytes);
        // Another copy may be as it was stored.
        while match &fetched {
            Ok(bytes) => !is_whole(bytes),
            Err(e) => e.kind() == Kind::Verification,
        } && store.distrust(key)
        {
            fetched = fetch(store, key, part.range.clone(), part.object_bytes).await;
        }
        let bytes = match fetched {
            Ok(bytes) => bytes,
            Err(e) => return Err(self.classify_store_error(archive, store, key, Some(part.object_bytes), e).await),
        };
        self.count_fetched(bytes.len() as u64);
        if !is_whole(&bytes) {
            return Err(damaged(
                store,
                key,
                format!("its bytes {} to {} are not those stored", part.range.start, part.range.end),
            ));
        }
        if part.keep == Keep::Yes {
            self.keep(&name, &bytes).await;
        }
        Ok(bytes)
    }

    /// What an error of the store means: the object is not what was stored, the store cannot be asked, or what it says.
    async fn classify_store_error(
        &self,
        archive: &ArchiveRow,
        store: &Store,
        key: &ObjectKey,
        bytes: Option<u64>,
        e: Error,
    ) -> Error {
        match e.kind() {
            Kind::NotFound => return damaged(store, key, e),
            Kind::Failed if !Frozen::is_cause_of(&e) => {}
            _ => return e,
        }
        match Box::pin(store.head(key)).await {
            Ok(None) => damaged(store, key, "it is not in the store"),
            Ok(Some(found)) if bytes.is_some_and(|bytes| found.size != bytes) => {
                damaged(store, key, format!("it has {} bytes, {} were stored", found.size, bytes.unwrap_or_default()))
            }
            Ok(Some(_)) => e,
            Err(gone) if gone.kind() == Kind::NotFound => {
                missing_means_lost(gone, format!("reading archive {}", archive.id))
            }
            Err(_) => unread(archive, e),
        }
    }
}

async fn fetch(store: &Store, key: &ObjectKey, range: Range<u64>, object_bytes: u64) -> Result<Bytes> {
    let length = usize::try_from(range.end - range.start).unwrap_or(usize::MAX);
    let mut reader = Box::pin(store.get(key, Some(range))).await?;
    if reader.object_size() != object_bytes {
        return Err(damaged(store, key, format!("it has {} bytes, {object_bytes} were stored", reader.object_size())));
    }
    let mut bytes = BytesMut::with_capacity(length);
    while let Some(piece) = reader.try_next().await? {
        bytes.extend_from_slice(&piece);
        if bytes.len() > length {
            break;
        }
    }
    Ok(bytes.freeze())
}

fn damaged(store: &Store, key: &ObjectKey, why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::new(Kind::Verification, format!("reading {}", store.describe(key))).because(why).hint(DAMAGED)
}

/// What an encrypted frame that does not open means.
fn unopened(store: &Store, key: &ObjectKey, e: std::io::Error) -> Error {
    if e.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<CannotOpen>) {
        return Error::failed(format!("reading {}", store.describe(key))).because(e).hint(
            "give the identity of one of the manifest's recipients by --age-identity-file or EVENTODB_AGE_IDENTITY_FILE",
        );
    }
    damaged(store, key, format!("it does not open: {e}"))
}

/// An error that names the archive; [`unread`] does so itself.
fn of(archive: &ArchiveRow, e: Error) -> Error {
    if e.kind() == Kind::Archived { e } else { e.while_doing(format!("archive {}", archive.id)) }
}

/// What was asked for is archived, and nobody could be asked for it.
pub fn unread(archive: &ArchiveRow, cause: Error) -> Error {
    let hint = match cause.hint_text() {
        Some(hint) => format!("{hint}; --archived skip reads what is live"),
        None => format!(
            "--store says where archives have gone; eventodb-admin archives rehydrate {} brings them back; \
             --archived skip reads what is live",
            archive.id
        ),
    };
    Error::new(
        Kind::Archived,
        format!(
            "messages of {} to {} are in archive {}, and it could not be read",
            archive.range_start.format("%Y-%m-%d"),
            archive.range_end.format("%Y-%m-%d"),
            archive.id
        ),
    )
    .because(cause)
    .hint(hint)
}
