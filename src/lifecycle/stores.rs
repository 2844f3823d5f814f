//! The stores of a run: each opened and asked once, however many namespaces keep their archives in it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::archive::{self, ArchiveRow, OpenStores, WantedCopies};
use crate::db::queries::policies::Policy;
use crate::error::{Error, Kind, Result};
use crate::store::{Store, StoreSettings, StoreUrl};

/// For so long a store that did not answer is not asked again: with a thousand namespaces the night would go by waiting.
const ASK_AGAIN_AFTER: Duration = Duration::from_mins(1);

/// Opens stores. Clones share what they know.
#[derive(Debug, Clone)]
pub struct LifecycleStores {
    given: Option<StoreUrl>,
    fallback: Option<StoreUrl>,
    settings: StoreSettings,
    known: Arc<Mutex<KnownStores>>,
}

/// What was found out, for all namespaces.
#[derive(Debug, Default)]
struct KnownStores {
    open: HashMap<StoreUrl, Store>,
    down: HashMap<BucketPlace, Down>,
    /// Several that have the same archives, by their addresses.
    mirrors: HashMap<Vec<String>, Store>,
    /// Held by the one that asks a store, so that others wait for the answer.
    asking: HashMap<StoreUrl, Arc<tokio::sync::Mutex<()>>>,
}

/// What is down together: a bucket, as far as it is reached by the same settings.
type BucketPlace = (StoreUrl, Option<StoreUrl>);

#[derive(Debug)]
struct Down {
    since: Instant,
    kind: Kind,
    is_away: bool,
    why: String,
    hint: Option<String>,
}

/// Whether a folder must be there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FolderPresence {
    /// It is new.
    MayBeMade,
    /// Archives are kept in it.
    MustBeThere,
}

impl LifecycleStores {
    /// `given` goes before what policy and ledger name, `fallback` after the policy.
    pub fn new(given: Option<StoreUrl>, fallback: Option<StoreUrl>, settings: StoreSettings) -> Self {
        Self { given, fallback, settings, known: Arc::default() }
    }

    /// Whether a store was named in place of all that policy and ledger name.
    pub const fn is_given(&self) -> bool {
        self.given.is_some()
    }

    /// Where a namespace's archives go.
    ///
    /// # Errors
    /// A usage error where nothing names a store, or the policy's is no store's URL.
    pub fn url(&self, policy: &Policy) -> Result<StoreUrl> {
        match (&self.given, &policy.store_url, &self.fallback) {
            (Some(url), _, _) | (None, None, Some(url)) => Ok(url.clone()),
            (None, Some(url), _) => url.parse(),
            (None, None, None) => Err(Error::usage("looking for the store")
                .because("none is given, and the policy names none")
                .hint("eventodb-admin policy set --store s3://bucket/prefix, or add --store")),
        }
    }

    /// The store at `url`, to write to. A folder that has this database's mark or archives of the ledger is not made anew:
    /// another disk would be written to in place of one that is not mounted.
    ///
    /// # Errors
    /// Where it cannot be opened, or does not answer; [`Kind::Conflict`] where it is not there and must be.
    pub async fn to_write(&mut self, url: &StoreUrl, folder: FolderPresence) -> Result<Store> {
        self.settings.age.check()?;
        self.get(url, folder).await
    }

    /// The stores in which a namespace's archives are wanted.
    ///
    /// # Errors
    /// As [`LifecycleStores::url`].
    pub fn wanted(&self, policy: &Policy) -> Result<WantedCopies> {
        Ok(WantedCopies::by(Some(policy), Some(&self.url(policy)?.to_string())))
    }

    /// The store at this address, which must be there.
    ///
    /// # Errors
    /// Where it cannot be opened, or does not answer.
    pub async fn at(&mut self, url: &str) -> Result<Store> {
        self.get(&url.parse()?, FolderPresence::MustBeThere).await
    }

    /// The store that an archive is in; what it does not give is read from the stores of the archive's other copies.
    ///
    /// # Errors
    /// Where none can be opened, or answers.
    pub async fn of(&mut self, archive: &ArchiveRow) -> Result<Store> {
        if let Some(url) = self.given.clone() {
            return self.get(&url, FolderPresence::MustBeThere).await;
        }
        let Some(url) = &archive.store_url else {
            return Err(Error::failed(format!("opening the store of archive {}", archive.id))
                .because("the ledger names none")
                .hint("add --store"));
        };
        if archive.copies.is_empty() {
            return self.at(url).await;
        }
        let urls: Vec<String> = std::iter::once(url).chain(&archive.copies).cloned().collect();
        if let Some(store) = self.known().mirrors.get(&urls).cloned() {
            return Ok(store);
        }
        let mut opened = Vec::with_capacity(urls.len());
        for url in &urls {
            opened.push(self.at(url).await);
        }
        let is_whole = opened.iter().all(Result::is_ok);
        let store = Store::together(opened)?;
        if is_whole {
            self.known().mirrors.insert(urls, store.clone());
        }
        Ok(store)
    }

    async fn get(&mut self, url: &StoreUrl, folder: FolderPresence) -> Result<Store> {
        if let Some(answer) = self.answer(url) {
            return answer;
        }
        let asking = Arc::clone(self.known().asking.entry(url.clone()).or_default());
        let _asks = asking.lock().await;
        if let Some(answer) = self.answer(url) {
            return answer;
        }
        let asked = async {
            let store = match folder {
                FolderPresence::MayBeMade => Store::open(url, &self.settings).await?,
                FolderPresence::MustBeThere => {
                    Store::open_existing(url, &self.settings).await.map_err(|e| archive::folder_is_missing(e, url))?
                }
            };
            store.check().await?;
            Ok(store)
        };
        match asked.await {
            Ok(store) => {
                self.known().open.insert(url.clone(), store.clone());
                Ok(store)
            }
            Err(e) => {
                self.note_down(url, &e);
                Err(e)
            }
        }
    }

    /// A store that answered before does not any more.
    pub fn note_down(&mut self, url: &StoreUrl, e: &Error) {
        let hint = e.hint_text().map(str::to_owned);
        let is_away = archive::is_away(e);
        let down = Down { since: Instant::now(), kind: e.kind(), is_away, why: e.to_string(), hint };
        let place = self.place(url);
        self.known().down.insert(place, down);
    }

    /// What it was when it was asked last; `None` where it is to be asked.
    fn answer(&self, url: &StoreUrl) -> Option<Result<Store>> {
        let place = self.place(url);
        let known = self.known();
        if let Some(down) = known.down.get(&place).filter(|d| d.since.elapsed() < ASK_AGAIN_AFTER) {
            let doing = format!("asking the store {url}");
            let e = if down.is_away && down.kind == Kind::Conflict {
                archive::still_away(doing, down.why.clone())
            } else {
                Error::new(down.kind, doing).because(down.why.clone())
            };
            return Some(Err(e.hint_if_any(down.hint.as_ref())));
        }
        known.open.get(url).cloned().map(Ok)
    }

    /// A panic in between leaves at worst a store that is asked again.
    fn known(&self) -> MutexGuard<'_, KnownStores> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn place(&self, url: &StoreUrl) -> BucketPlace {
        let bucket = match url {
            StoreUrl::S3 { bucket, .. } => StoreUrl::S3 { bucket: bucket.clone(), prefix: String::new() },
            StoreUrl::File { .. } => url.clone(),
        };
        (bucket, self.settings.sections.of(url).map(|section| section.url.clone()))
    }
}

impl OpenStores for LifecycleStores {
    fn trusts(&self, url: &StoreUrl) -> bool {
        self.given.is_some() || self.fallback.as_ref() == Some(url)
    }

    async fn open(&mut self, archive: &ArchiveRow) -> Result<Store> {
        self.of(archive).await
    }
}
