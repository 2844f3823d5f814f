//! What a policy keeps archives by, whatever else it says: locks in the store, and a time before which nobody removes them.

use std::time::Duration;

use tokio_postgres::{GenericClient, Row};

use super::ages::{keeping, near};
use crate::db::errors::explain;
use crate::error::Result;

/// What keeps a namespace's archives. `None`: nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Safeguards {
    /// Lock the objects of new archives for so long.
    pub lock_for: Option<Duration>,
    /// By which mode: `governance` or `compliance`; there is one where there is a lock.
    pub lock_mode: Option<String>,
    /// Keep archives locked for as long, night after night.
    pub lock_renew: bool,
    /// Neither prune archives nor have them expire before their range ended so long ago.
    pub keep_at_least: Option<Duration>,
}

/// How a listing of policies reads them from `p`. A ledger of an earlier version has no such columns.
pub(super) const COLUMNS: &str = "extract(epoch FROM (to_jsonb(p)->>'lock_for')::interval)::float8 AS lock_for,
                    to_jsonb(p)->>'lock_mode' AS lock_mode,
                    coalesce((to_jsonb(p)->>'lock_renew')::boolean, false) AS lock_renew,
                    extract(epoch FROM (to_jsonb(p)->>'keep_at_least')::interval)::float8 AS keep_at_least";

impl Safeguards {
    pub(super) fn of(row: &Row) -> Self {
        Self {
            lock_for: keeping(row, "lock_for"),
            lock_mode: row.get("lock_mode"),
            lock_renew: row.get("lock_renew"),
            keep_at_least: keeping(row, "keep_at_least"),
        }
    }

    /// Whether both ask for the same.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        near(self.lock_for, other.lock_for)
            && self.lock_mode == other.lock_mode
            && self.lock_renew == other.lock_renew
            && near(self.keep_at_least, other.keep_at_least)
    }

    /// Sets them in the policy that a namespace has.
    pub(super) async fn set(&self, db: &impl GenericClient, namespace: &str) -> Result<()> {
        let seconds = |age: Option<Duration>| age.map(|age| age.as_secs_f64());
        db.execute(
            "UPDATE eventodb_store.policies
                SET lock_for = make_interval(secs => $2), lock_mode = $3, lock_renew = $4,
                    keep_at_least = make_interval(secs => $5)
              WHERE namespace = $1",
            &[&namespace, &seconds(self.lock_for), &self.lock_mode, &self.lock_renew, &seconds(self.keep_at_least)],
        )
        .await
        .map(drop)
        .map_err(|e| explain(format!("setting what keeps the archives of namespace {namespace}"), e))
    }
}
