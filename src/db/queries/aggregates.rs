//! Continuous aggregates over messages.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use tokio_postgres::GenericClient;

use super::clock::time_of;
use super::ledger::ArchiveRow;
use crate::db::errors::explain;
use crate::db::ident::Qualified;
use crate::db::scope::Scope;
use crate::error::Result;

/// What is done with chunks that continuous aggregates are made from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Aggregates {
    /// They stay in the hypertable.
    #[default]
    Refuse,
    /// They may be archived and dropped.
    Allow,
}

impl Aggregates {
    /// As it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Refuse => "refuse",
            Self::Allow => "allow",
        }
    }
}

impl fmt::Display for Aggregates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Aggregates {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "refuse" => Ok(Self::Refuse),
            "allow" => Ok(Self::Allow),
            _ => Err("it is allow or refuse".to_owned()),
        }
    }
}

/// Those that are made from a namespace's messages, and those that are made from them: what another is made from comes
/// first.
///
/// # Errors
/// Where the query fails.
pub async fn list(db: &impl GenericClient, scope: &Scope) -> Result<Vec<Qualified>> {
    let sql = scope.render(include_str!("../sql/aggregates.sql"))?;
    let rows = db.query(&sql, &[]).await.map_err(|e| explain("looking for continuous aggregates", e))?;
    Ok(rows.iter().map(|r| Qualified::new(r.get::<_, String>(0), r.get::<_, String>(1))).collect())
}

/// Some buckets of an aggregate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefreshWindow {
    /// The aggregate.
    pub view: Qualified,
    /// The first instant of the first bucket.
    pub start: DateTime<Utc>,
    /// The instant after the last one.
    pub end: DateTime<Utc>,
}

/// The buckets that messages of a range are counted in.
///
/// # Errors
/// Where the query fails.
pub async fn window(
    db: &impl GenericClient,
    scope: &Scope,
    view: &Qualified,
    range: (DateTime<Utc>, DateTime<Utc>),
) -> Result<RefreshWindow> {
    let doing = || format!("looking for the buckets of {view}");
    let sql = scope.render(include_str!("../sql/aggregate_window.sql"))?;
    let row = db
        .query_one(&sql, &[&view.schema.as_str(), &view.name.as_str(), &range.0, &range.1])
        .await
        .map_err(|e| explain(doing(), e))?;
    Ok(RefreshWindow { view: view.clone(), start: time_of(&row, 0)?, end: time_of(&row, 1)? })
}

impl fmt::Display for Call<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(scope, RefreshWindow { view, start, end }) = self;
        let (extension, view) = (scope.extension(), view.to_string().replace('\'', "''"));
        let (start, end) = (start.format("%Y-%m-%d %H:%M:%S%.f+00"), end.format("%Y-%m-%d %H:%M:%S%.f+00"));
        write!(
            f,
            "CALL {extension}.refresh_continuous_aggregate('{view}', '{start}'::timestamptz, '{end}'::timestamptz, force => true)"
        )
    }
}

/// The statement that counts some buckets anew, whatever the server thinks has changed in them.
#[derive(Debug)]
pub struct Call<'a>(pub &'a Scope, pub &'a RefreshWindow);

/// Which messages a refresh counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefreshedMessages {
    /// Live ones: none of the window's is archived.
    Live,
    /// Archived ones as well, which are served.
    Served,
}

/// Counts them anew; not within a transaction.
///
/// # Errors
/// 42501 where the role is not the aggregate's owner, 55P03 where somebody else refreshes it; as the far end fails, where
/// archived ones are counted.
pub async fn refresh(
    db: &impl GenericClient,
    scope: &Scope,
    window: &RefreshWindow,
    counted: RefreshedMessages,
) -> Result<()> {
    let fail = |e| explain(format!("refreshing {}", window.view), e);
    let call = Call(scope, window).to_string();
    if counted == RefreshedMessages::Live {
        return db.batch_execute(&call).await.map_err(fail);
    }
    db.batch_execute("SET timescaledb.enable_tiered_reads = on").await.map_err(fail)?;
    let called = db.batch_execute(&call).await;
    db.batch_execute("SET timescaledb.enable_tiered_reads = off").await.map_err(fail)?;
    called.map_err(fail)
}

/// Archives that are the only copy of messages which belong into some buckets.
///
/// # Errors
/// Where the query fails.
pub async fn archived_in(db: &impl GenericClient, scope: &Scope, window: &RefreshWindow) -> Result<Vec<i64>> {
    let rows = db
        .query(
            "SELECT id FROM eventodb_store.archives
              WHERE namespace = $1 AND state = 'dropped' AND coalesce(message_count, 1) > 0
                AND coalesce(first_time, range_start) < $3 AND coalesce(last_time, range_end) >= $2 ORDER BY id",
            &[&scope.namespace(), &window.start, &window.end],
        )
        .await
        .map_err(|e| explain("looking for archives of the time", e))?;
    Ok(rows.iter().map(|r| r.get(0)).collect())
}

/// The range that an archive's messages lie in.
pub const fn range_of(archive: &ArchiveRow) -> (DateTime<Utc>, DateTime<Utc>) {
    (archive.range_start, archive.range_end)
}
