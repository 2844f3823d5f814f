//! What stores cost, by prices that the operator has written down.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::archive::{ArchiveRow, Objects};
use crate::error::{Error, Result};

/// An archive is so many objects: data, list of streams, manifest.
const OBJECTS: f64 = 3.0;
/// A gigabyte as stores bill it.
const GB: f64 = 1_073_741_824.0;

/// Prices by store.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prices {
    /// What the figures are in.
    pub currency: Option<String>,
    /// Each store's.
    #[serde(default)]
    stores: Vec<StorePrices>,
}

/// Prices of the stores whose address begins so.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct StorePrices {
    url: String,
    #[serde(default)]
    storage_per_gb_month: f64,
    #[serde(default)]
    put_per_1000: f64,
    #[serde(default)]
    get_per_1000: f64,
    /// An object is paid for so long, though it is deleted before.
    #[serde(default)]
    minimum_days: u32,
    /// An object is paid for as if it had so many bytes.
    #[serde(default)]
    minimum_bytes: u32,
}

/// What a month costs.
#[derive(Debug, Clone, Serialize, PartialEq)]
pub struct Month {
    /// The month: `2026-03`. The first and the last one are parts of a month.
    pub month: String,
    /// What lies in the stores.
    pub storage: f64,
    /// Requests that write archives, and read them back.
    pub requests: f64,
    /// Both.
    pub total: f64,
}

impl Prices {
    /// Reads a file of prices.
    ///
    /// # Errors
    /// A usage error where it cannot be read, or has figures that are no prices.
    pub fn read(file: &Path) -> Result<Self> {
        let doing = || Error::usage(format!("reading the prices in {}", file.display()));
        let text = std::fs::read_to_string(file).map_err(|e| doing().because(e))?;
        Self::parse(&text).map_err(|why| {
            doing().because(why).hint("docs/commands/policy-and-lifecycle.md has such a file, with every field")
        })
    }

    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let prices: Self = toml::from_str(text).map_err(|e| e.to_string())?;
        for store in &prices.stores {
            let each = [store.storage_per_gb_month, store.put_per_1000, store.get_per_1000];
            if each.iter().any(|price| !price.is_finite() || *price < 0.0) {
                return Err(format!("a price of {} is below 0 or no number", store.url));
            }
        }
        Ok(prices)
    }

    /// The prices of a store: those of the longest address that its own begins with.
    fn of(&self, url: &str) -> Option<&StorePrices> {
        self.stores.iter().filter(|store| url.starts_with(&store.url)).max_by_key(|store| store.url.len())
    }
}

/// What was deleted and is still paid for.
#[derive(Debug)]
struct Gone {
    url: String,
    bytes: f64,
    until: DateTime<Utc>,
}

/// Adds up what a forecast costs.
#[derive(Debug)]
pub(super) struct Bill<'a> {
    prices: &'a Prices,
    months: BTreeMap<(i32, u32), (f64, f64)>,
    gone: Vec<Gone>,
}

/// The stores that an archive lies in.
fn stores(archive: &ArchiveRow) -> impl Iterator<Item = &String> {
    archive.store_url.iter().chain(&archive.copies)
}

impl<'a> Bill<'a> {
    pub fn new(prices: &'a Prices) -> Self {
        Self { prices, months: BTreeMap::new(), gone: Vec::new() }
    }

    fn month(&mut self, at: DateTime<Utc>) -> &mut (f64, f64) {
        self.months.entry((at.year(), at.month())).or_default()
    }

    /// An archive is written to a store, and read back.
    pub fn write(&mut self, url: &str, at: DateTime<Utc>) {
        let Some(store) = self.prices.of(url) else { return };
        let cost = (store.put_per_1000 + store.get_per_1000) * OBJECTS / 1000.0;
        self.month(at).1 += cost;
    }

    /// An archive is deleted.
    pub fn delete(&mut self, archive: &ArchiveRow) {
        for url in stores(archive) {
            let Some(store) = self.prices.of(url) else { continue };
            let until = archive.created_at + TimeDelta::days(i64::from(store.minimum_days));
            self.gone.push(Gone { url: url.clone(), bytes: billed(archive, store), until });
        }
    }

    /// A day goes by.
    pub fn day(&mut self, archives: &[ArchiveRow], at: DateTime<Utc>) {
        self.gone.retain(|gone| gone.until > at);
        let mut cost = 0.0;
        for archive in archives.iter().filter(|a| a.state.is_kept() && a.objects == Objects::Kept) {
            for store in stores(archive).filter_map(|url| self.prices.of(url)) {
                cost += billed(archive, store) / GB * store.storage_per_gb_month;
            }
        }
        for gone in &self.gone {
            cost += self.prices.of(&gone.url).map_or(0.0, |store| gone.bytes / GB * store.storage_per_gb_month);
        }
        let cost = cost / days_of_month(at.date_naive());
        self.month(at).0 += cost;
    }

    pub fn months(&self) -> Vec<Month> {
        let month = |(&(year, month), &(storage, requests)): (&(i32, u32), &(f64, f64))| Month {
            month: format!("{year:04}-{month:02}"),
            storage,
            requests,
            total: storage + requests,
        };
        self.months.iter().map(month).collect()
    }
}

/// The bytes that are paid for. (The list of streams and the manifest are small.)
#[allow(clippy::cast_precision_loss)] // money
fn billed(archive: &ArchiveRow, store: &StorePrices) -> f64 {
    let least = f64::from(store.minimum_bytes);
    (archive.stored_bytes.unwrap_or_default() as f64).max(least) + (OBJECTS - 1.0) * least
}

fn days_of_month(date: NaiveDate) -> f64 {
    f64::from(date.num_days_in_month())
}
