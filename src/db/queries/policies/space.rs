//! How much room a policy leaves to a namespace's chunks, and to the disk.

use std::fmt;
use std::time::Duration;

use tokio_postgres::{GenericClient, Row};

use super::ages::{keeping, near};
use crate::db::errors::explain;
use crate::error::Result;

/// How much of the disk stays free.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum KeepFree {
    /// So many percent of it, more than 0 and less than 100.
    Percent(f64),
    /// So many bytes.
    Bytes(u64),
}

impl KeepFree {
    /// How many bytes that is on a disk of this size.
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)] // of a disk's size
    pub fn of_disk(self, size_bytes: u64) -> u64 {
        match self {
            Self::Percent(percent) => (size_bytes as f64 * percent / 100.0).ceil() as u64,
            Self::Bytes(bytes) => bytes,
        }
    }
}

impl fmt::Display for KeepFree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Percent(percent) => write!(f, "{percent}%"),
            Self::Bytes(bytes) => write!(f, "{bytes}"),
        }
    }
}

/// How much room there is to be after a night. `None`: no aim.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SpaceAims {
    /// The namespace's chunks take so many bytes at most.
    pub keep_at_most: Option<u64>,
    /// So much of the disk stays free.
    pub keep_free: Option<KeepFree>,
    /// No chunk leaves the database before its range ended so long ago.
    pub keep_live_at_least: Option<Duration>,
    /// The size of the disk, as somebody has named it.
    pub disk_size: Option<u64>,
}

// A percentage comes from a parser or a CHECK, neither of which lets NaN pass.
impl Eq for SpaceAims {}

/// How a listing of policies reads them from `p`. A ledger of an earlier version has no such columns.
pub(super) const COLUMNS: &str = "(to_jsonb(p)->>'keep_at_most')::bigint AS keep_at_most,
                    (to_jsonb(p)->>'keep_free_percent')::float8 AS keep_free_percent,
                    (to_jsonb(p)->>'keep_free_bytes')::bigint AS keep_free_bytes,
                    extract(epoch FROM (to_jsonb(p)->>'keep_live_at_least')::interval)::float8 AS keep_live_at_least,
                    (to_jsonb(p)->>'disk_size')::bigint AS disk_size";

impl SpaceAims {
    /// Whether there is an aim that chunks leave the database for.
    pub const fn has_aim(&self) -> bool {
        self.keep_at_most.is_some() || self.keep_free.is_some()
    }

    pub(super) fn of(row: &Row) -> Self {
        let bytes = |name: &str| row.get::<_, Option<i64>>(name).and_then(|n| u64::try_from(n).ok());
        let percent = row.get::<_, Option<f64>>("keep_free_percent").map(KeepFree::Percent);
        Self {
            keep_at_most: bytes("keep_at_most"),
            keep_free: percent.or_else(|| bytes("keep_free_bytes").map(KeepFree::Bytes)),
            keep_live_at_least: keeping(row, "keep_live_at_least"),
            disk_size: bytes("disk_size"),
        }
    }

    /// Whether both ask for the same.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        near(self.keep_live_at_least, other.keep_live_at_least)
            && self.keep_at_most == other.keep_at_most
            && self.keep_free == other.keep_free
            && self.disk_size == other.disk_size
    }

    /// Sets them in the policy that a namespace has.
    pub(super) async fn set(&self, db: &impl GenericClient, namespace: &str) -> Result<()> {
        let bytes = |n: Option<u64>| n.map(|n| i64::try_from(n).unwrap_or(i64::MAX));
        let (percent, free) = match self.keep_free {
            Some(KeepFree::Percent(percent)) => (Some(percent), None),
            Some(KeepFree::Bytes(n)) => (None, Some(n)),
            None => (None, None),
        };
        db.execute(
            "UPDATE eventodb_store.policies
                SET keep_at_most = $2, keep_free_percent = $3, keep_free_bytes = $4,
                    keep_live_at_least = make_interval(secs => $5), disk_size = $6
              WHERE namespace = $1",
            &[
                &namespace,
                &bytes(self.keep_at_most),
                &percent,
                &bytes(free),
                &self.keep_live_at_least.map(|age| age.as_secs_f64()),
                &bytes(self.disk_size),
            ],
        )
        .await
        .map(drop)
        .map_err(|e| explain(format!("setting how much room namespace {namespace} has"), e))
    }
}
