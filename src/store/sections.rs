//! Settings of single stores: which section a store's URL lies in, and what that one changes.

use std::path::PathBuf;
use std::sync::Arc;

use super::RateLimit;
use super::service::{AwsProfile, Credentials, PathStyle, Sse, Thaw};
use super::url::StoreUrl;

/// Settings of one store, or of all stores below one address. What it does not name is as everywhere.
#[derive(Debug, Clone)]
pub struct StoreSection {
    /// The address.
    pub url: StoreUrl,
    /// The service's URL.
    pub endpoint: Option<String>,
    /// The region.
    pub region: Option<String>,
    /// Whose keys the service gets.
    pub keys: SectionKeys,
    /// How the bucket is named in a request.
    pub path_style: Option<PathStyle>,
    /// How many parts an object may have.
    pub max_parts: Option<u32>,
    /// The storage class of new objects.
    pub storage_class: Option<String>,
    /// Encryption that the service is asked for.
    pub sse: Option<SectionSse>,
    /// Tags of new objects.
    pub tags: Option<Vec<(String, String)>>,
    /// Whether whoever asks pays.
    pub requester_pays: Option<bool>,
    /// How what lies in an archive storage class is brought back.
    pub thaw: SectionThaw,
    /// A bound of its own, within the one that holds for all stores.
    pub rate: RateLimit,
}

/// Whose keys the service of a section gets.
#[derive(Debug, Clone)]
pub enum SectionKeys {
    /// Those of all stores: the AWS chain's, unless the settings name others.
    Shared,
    /// A profile's.
    Profile(AwsProfile),
    /// Those that were found in variables of the environment.
    Found(Credentials),
    /// None: these variables are not set.
    Missing(Vec<String>),
}

/// Encryption that the service of a section is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SectionSse {
    /// None.
    Off,
    /// By keys that the service has.
    Service(Sse),
    /// By the key in this file, which the service does not keep (SSE-C). It is read when the store is opened.
    KeyFile(PathBuf),
}

/// How a section has things brought back from archive storage classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SectionThaw {
    /// As everywhere.
    Shared,
    /// Its own way; not at all without one.
    Own(Option<Thaw>),
}

impl StoreSection {
    /// A section that changes nothing.
    pub fn new(url: StoreUrl) -> Self {
        Self {
            url,
            endpoint: None,
            region: None,
            keys: SectionKeys::Shared,
            path_style: None,
            max_parts: None,
            storage_class: None,
            sse: None,
            tags: None,
            requester_pays: None,
            thaw: SectionThaw::Shared,
            rate: RateLimit::default(),
        }
    }

    /// Whether it says where the service is, or whose keys it gets.
    pub fn names_a_service(&self) -> bool {
        self.endpoint.is_some() || self.region.is_some() || !matches!(self.keys, SectionKeys::Shared)
    }
}

/// Sections, of which the one that lies deepest counts for a store.
#[derive(Debug, Clone, Default)]
pub struct StoreSections(Arc<[StoreSection]>);

impl StoreSections {
    /// These.
    pub fn new(sections: Vec<StoreSection>) -> Self {
        Self(sections.into())
    }

    /// The section that a store's URL lies in.
    pub fn of(&self, url: &StoreUrl) -> Option<&StoreSection> {
        self.0.iter().filter(|section| section.url.holds(url)).max_by_key(|section| section.url.depth())
    }

    /// The addresses of all.
    pub fn urls(&self) -> impl Iterator<Item = &StoreUrl> {
        self.0.iter().map(|section| &section.url)
    }
}
