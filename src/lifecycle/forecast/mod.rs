//! What the nights to come will do, by the very same planning, and what the database and the store will take then.

mod growth;
mod prices;
mod simulate;
#[cfg(test)]
mod tests;

use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

pub use growth::{Growth, Ratio};
pub use prices::{Month, Prices};

use super::disk::{Disk, DiskSpace};
use super::plan::Known;
use crate::archive::ArchiveRow;
use crate::chunks::ChunkRow;
use crate::db::queries::growth as queries;
use crate::db::queries::policies::{self, Policy, ServerJob};
use crate::db::{Db, Scope};
use crate::error::Result;

/// A namespace as it is when the forecast begins.
#[derive(Debug, Clone)]
pub struct Start {
    /// The namespace.
    pub namespace: String,
    /// What is to be done with it. Chunks that the server compresses by itself count as compressed by it.
    pub policy: Policy,
    /// The instant of the forecast: by the server's clock.
    pub now: DateTime<Utc>,
    /// Live chunks.
    pub live: Vec<ChunkRow>,
    /// The ledger.
    pub archives: Vec<ArchiveRow>,
    /// What the compressed ones among the chunks took before, by name.
    pub before_compression: Vec<(String, i64)>,
    /// How long the ranges of new chunks are.
    pub chunk_interval: Duration,
    /// Whether the server can compress.
    pub can_compress: bool,
    /// How much of the disk is free, where that is known.
    pub disk: Option<DiskSpace>,
}

impl Start {
    /// Looks at a namespace, and at its disk where policy or machine tell of one.
    ///
    /// # Errors
    /// Where a query fails.
    pub async fn of(db: &Db, scope: &Scope, policy: &Policy) -> Result<Self> {
        let Known { now, live, archives, .. } = Known::of(db, scope, policy).await?;
        let disk = match Disk::of(db, scope, &policy.space).await? {
            Some(disk) => Some(disk.space(db).await?),
            None => None,
        };
        let compressed = queries::compressed_sizes(db.client(), scope).await?;
        let mut policy = policy.clone();
        policy.compress_after = compress_after(db, scope, &policy).await?;
        Ok(Self {
            namespace: scope.namespace().to_owned(),
            policy,
            now,
            live,
            archives,
            before_compression: compressed.into_iter().map(|c| (c.chunk_name, c.before_bytes)).collect(),
            chunk_interval: queries::chunk_interval(db.client(), scope).await?,
            can_compress: db.server.supports_compression(),
            disk,
        })
    }
}

/// When chunks are compressed: by a night, or by the server itself where that comes first.
async fn compress_after(db: &Db, scope: &Scope, policy: &Policy) -> Result<Option<Duration>> {
    let server = policies::server_policy(db.client(), scope.schema(), ServerJob::Compression).await?;
    let by_server = server.filter(|found| found.at_least.is_some()).map(|found| found.age);
    Ok(match (policy.compress_after, by_server) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    })
}

/// What a night will do.
#[derive(Debug, Clone, Serialize, PartialEq)]
pub struct ForecastNight {
    /// Its day, in UTC.
    pub date: NaiveDate,
    /// Chunks that are archived and dropped, by age or for room.
    pub archived: u64,
    /// Chunks that came back, and are dropped again.
    pub released: u64,
    /// Those among both that leave for room.
    pub for_space: u64,
    /// Chunks that are compressed.
    pub compressed: u64,
    /// Archives that are deleted.
    pub expired: u64,
    /// Bytes that are stored for what is archived, in all stores.
    pub stored_bytes: i64,
    /// Bytes of the chunks in the database after it.
    pub database_bytes: i64,
    /// Bytes of the archives in all stores after it.
    pub store_bytes: i64,
    /// Bytes of the disk that are free after it, where the disk is known.
    pub disk_free_bytes: Option<i64>,
    /// Bytes by which an aim is missed after it.
    pub aim_missed_bytes: i64,
}

impl ForecastNight {
    const fn of(date: NaiveDate) -> Self {
        Self {
            date,
            archived: 0,
            released: 0,
            for_space: 0,
            compressed: 0,
            expired: 0,
            stored_bytes: 0,
            database_bytes: 0,
            store_bytes: 0,
            disk_free_bytes: None,
            aim_missed_bytes: 0,
        }
    }

    /// Whether anything happens in it.
    pub const fn is_busy(&self) -> bool {
        self.archived + self.released + self.compressed + self.expired > 0
    }
}

/// What will come, where the load stays what it was.
#[derive(Debug, Clone, Serialize)]
pub struct Forecast {
    /// The namespace.
    pub namespace: String,
    /// When it was made.
    pub from: DateTime<Utc>,
    /// What is written each day.
    pub growth: Growth,
    /// What compressing makes of a chunk.
    pub compression: Ratio,
    /// What archiving makes of a chunk that is not compressed.
    pub archiving: Ratio,
    /// Bytes of the chunks in the database now.
    pub database_bytes: i64,
    /// Bytes of the archives in all stores now.
    pub store_bytes: i64,
    /// The disk's size, where it is known.
    pub disk_size_bytes: Option<u64>,
    /// What of it is free now.
    pub disk_free_bytes: Option<i64>,
    /// Each night.
    pub nights: Vec<ForecastNight>,
    /// The first day on which nothing of the disk is free.
    pub disk_full_on: Option<NaiveDate>,
    /// The first night after which an aim by space is missed.
    pub aim_missed_on: Option<NaiveDate>,
    /// The prices' currency.
    pub currency: Option<String>,
    /// What each month costs, by the prices.
    pub months: Vec<Month>,
}

/// Forecasts a namespace by itself: what else lies on the disk stays as it is.
///
/// # Errors
/// Where a query fails.
pub async fn forecast(db: &Db, scope: &Scope, policy: &Policy, days: u32) -> Result<Forecast> {
    let start = Start::of(db, scope, policy).await?;
    of(&start, days, None)
}

/// Forecasts a namespace from how it is.
///
/// # Errors
/// Where the policy's lock cannot be read.
pub fn of(start: &Start, days: u32, prices: Option<&Prices>) -> Result<Forecast> {
    simulate::forecast_one(start, days, prices)
}

/// Forecasts namespaces that lie on one disk, side by side: each night works on one after the other.
///
/// # Errors
/// As [`of`].
pub fn of_all(starts: &[Start], days: u32, prices: Option<&Prices>) -> Result<Vec<Forecast>> {
    simulate::forecast_all(starts, days, prices)
}
