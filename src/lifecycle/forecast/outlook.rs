//! What a forecast says.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::growth::{Growth, Ratio};
use super::prices::Month;

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
    pub(super) const fn of(date: NaiveDate) -> Self {
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
