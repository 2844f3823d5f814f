//! The stores of a run: each opened and asked once, however many namespaces keep their archives in it.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use crate::archive::{self, ArchiveRow, OpenStores};
use crate::db::queries::policies::Policy;
use crate::error::{Error, Kind, Result};
use crate::store::{Store, StoreSettings, StoreUrl};

/// For so long a store that did not answer is not asked again: with a thousand namespaces the night would go by waiting.
const ASK_AGAIN_AFTER: Duration = Duration::from_mins(1);

/// Opens stores.
#[derive(Debug)]
pub struct Stores {
    given: Option<StoreUrl>,
    fallback: Option<StoreUrl>,
    settings: StoreSettings,
    open: HashMap<StoreUrl, Store>,
    down: HashMap<Place, Down>,
}

/// What is down together: a bucket, as far as it is reached by the same settings.
type Place = (StoreUrl, Option<StoreUrl>);

#[derive(Debug)]
struct Down {
    since: Instant,
    kind: Kind,
    why: String,
    hint: Option<String>,
}

/// Whether a folder must be there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Folder {
    /// It is new.
    MayBeMade,
    /// Archives are kept in it.
    MustBeThere,
}

impl Stores {
    /// `given` goes before what policy and ledger name, `fallback` after the policy.
    pub fn new(given: Option<StoreUrl>, fallback: Option<StoreUrl>, settings: StoreSettings) -> Self {
        Self { given, fallback, settings, open: HashMap::new(), down: HashMap::new() }
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
    pub async fn to_write(&mut self, url: &StoreUrl, folder: Folder) -> Result<Store> {
        self.settings.age.check()?;
        self.get(url, folder).await
    }

    /// The store that an archive is in.
    ///
    /// # Errors
    /// Where it cannot be opened, or does not answer.
    pub async fn of(&mut self, archive: &ArchiveRow) -> Result<Store> {
        let url = match (&self.given, &archive.store_url) {
            (Some(url), _) => url.clone(),
            (None, Some(url)) => url.parse()?,
            (None, None) => {
                return Err(Error::failed(format!("opening the store of archive {}", archive.id))
                    .because("the ledger names none")
                    .hint("add --store"));
            }
        };
        self.get(&url, Folder::MustBeThere).await
    }

    /// The store that an archive is in, to write to where its chunk has changed.
    ///
    /// # Errors
    /// As [`Stores::of`].
    pub async fn back_to(&mut self, archive: &ArchiveRow) -> Result<Store> {
        self.settings.age.check()?;
        self.of(archive).await
    }

    async fn get(&mut self, url: &StoreUrl, folder: Folder) -> Result<Store> {
        if let Some(down) = self.down.get(&self.place(url)).filter(|d| d.since.elapsed() < ASK_AGAIN_AFTER) {
            let e = Error::new(down.kind, format!("asking the store {url}")).because(down.why.clone());
            return Err(e.hint_if_any(down.hint.as_ref()));
        }
        if let Some(store) = self.open.get(url) {
            return Ok(store.clone());
        }
        let asked = async {
            let store = match folder {
                Folder::MayBeMade => Store::open(url, &self.settings).await?,
                Folder::MustBeThere => {
                    Store::open_existing(url, &self.settings).await.map_err(archive::folder_is_missing)?
                }
            };
            store.check().await?;
            Ok(store)
        };
        match asked.await {
            Ok(store) => {
                self.open.insert(url.clone(), store.clone());
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
        let down = Down { since: Instant::now(), kind: e.kind(), why: e.to_string(), hint };
        let place = self.place(url);
        self.down.insert(place, down);
    }

    fn place(&self, url: &StoreUrl) -> Place {
        let bucket = match url {
            StoreUrl::S3 { bucket, .. } => StoreUrl::S3 { bucket: bucket.clone(), prefix: String::new() },
            StoreUrl::File { .. } => url.clone(),
        };
        (bucket, self.settings.sections.of(url).map(|section| section.url.clone()))
    }
}

impl OpenStores for Stores {
    fn trusts(&self, url: &StoreUrl) -> bool {
        self.given.is_some() || self.fallback.as_ref() == Some(url)
    }

    async fn open(&mut self, archive: &ArchiveRow) -> Result<Store> {
        self.of(archive).await
    }
}
