//! The stores that archives are looked for in.

use std::collections::HashMap;

use crate::archive::read::verify::missing_means_lost;
use crate::db::queries::ledger::ArchiveRow;
use crate::error::{Error, Result};
use crate::store::{Store, StoreSettings, StoreUrl};

/// Stores, each opened once: the one that was asked for, then the one that the ledger names for an archive. Archives may be
/// in several stores, and one store says nothing about what lies in another.
#[derive(Debug)]
pub struct CoverageStores {
    given: Option<StoreUrl>,
    settings: StoreSettings,
    opened: HashMap<StoreUrl, Store>,
    /// Those that give no answers, and why: they are not asked again for every archive.
    silent: HashMap<StoreUrl, Error>,
}

impl CoverageStores {
    /// `given` goes before what the ledger names.
    pub fn new(given: Option<StoreUrl>, settings: StoreSettings) -> Self {
        Self { given, settings, opened: HashMap::new(), silent: HashMap::new() }
    }

    /// Whether a store could be opened.
    pub(super) fn any_opened(&self) -> bool {
        !self.opened.is_empty()
    }

    /// Those that gave no answers, and why.
    pub fn away(&self) -> impl Iterator<Item = (&StoreUrl, &Error)> {
        self.silent.iter()
    }

    /// Where an archive may be.
    pub(super) fn of(&self, archive: &ArchiveRow) -> Vec<StoreUrl> {
        let own = archive.store_url.iter().chain(&archive.copies).filter_map(|url| url.parse().ok());
        let mut urls: Vec<StoreUrl> = Vec::new();
        for url in self.given.iter().cloned().chain(own) {
            if !urls.contains(&url) {
                urls.push(url);
            }
        }
        urls
    }

    /// Opens a store, once. A store that is not there counts as one that has lost what was in it.
    pub(in crate::archive::recover) async fn open(&mut self, url: &StoreUrl) -> Result<Store> {
        if let Some(why) = self.silent.get(url) {
            return Err(again(why));
        }
        if let Some(store) = self.opened.get(url) {
            return Ok(store.clone());
        }
        match Store::open_existing(url, &self.settings).await {
            Ok(store) => {
                self.opened.insert(url.clone(), store.clone());
                Ok(store)
            }
            Err(e) => {
                let why = missing_means_lost(e, format!("opening the store {url}"));
                self.silent.insert(url.clone(), again(&why));
                Err(why)
            }
        }
    }

    /// Notes that a store gives no answers, and why.
    pub(in crate::archive::recover) fn fall_silent(&mut self, url: &StoreUrl, why: Error) {
        self.silent.insert(url.clone(), why);
    }
}

/// The same error for another archive.
fn again(why: &Error) -> Error {
    Error::new(why.kind(), why.to_string()).hint_if_any(why.hint_text())
}
