//! What the morning's report asks of all namespaces together: a query each, and not one a namespace.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use futures::TryStreamExt;
use tokio_postgres::GenericClient;

use super::field;
use super::history::{self, RunRow};
use super::ledger::State;
use super::relations;
use crate::db::errors::explain;
use crate::error::Result;

/// What a namespace's `messages` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessagesTable {
    /// It is not there.
    Missing,
    /// A table.
    Plain,
    /// A hypertable.
    Hypertable,
}

/// A namespace as the registry and the catalog have it.
#[derive(Debug, Clone)]
pub struct NamespaceLine {
    /// Its name.
    pub name: String,
    /// What its `messages` is.
    pub messages: MessagesTable,
    /// Whether this program's migrations have been there.
    pub has_heads: bool,
    /// Its schema.
    pub schema: String,
    /// Whether this role may read its ledger, policy and history.
    pub is_readable: bool,
}

/// All namespaces, or the one of this name; also for a role that has no rights in their schemas.
///
/// # Errors
/// Where the query fails.
pub async fn namespaces(db: &impl GenericClient, namespace: Option<&str>) -> Result<Vec<NamespaceLine>> {
    relations::check_kinds(db, relations::DATABASE).await?;
    let rows = db
        .query(
            "SELECT n.id, h.hypertable_name IS NOT NULL,
                    EXISTS (SELECT FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
                             WHERE s.nspname = n.schema_name AND c.relname = 'heads'),
                    EXISTS (SELECT FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
                             WHERE s.nspname = n.schema_name AND c.relname = 'messages'),
                    n.schema_name,
                    NOT row_security_active('eventodb_store.runs'::regclass) OR eventodb_store.may(CURRENT_USER, 'read', n.id)
               FROM eventodb_store.namespaces n
               LEFT JOIN timescaledb_information.hypertables h
                 ON h.hypertable_schema = n.schema_name AND h.hypertable_name = 'messages'
              WHERE $1::text IS NULL OR n.id = $1 ORDER BY n.id",
            &[&namespace],
        )
        .await
        .map_err(|e| explain("reading the registry of namespaces", e))?;
    let line = |r: &tokio_postgres::Row| NamespaceLine {
        name: r.get(0),
        messages: match (r.get(1), r.get(3)) {
            (true, _) => MessagesTable::Hypertable,
            (false, true) => MessagesTable::Plain,
            (false, false) => MessagesTable::Missing,
        },
        has_heads: r.get(2),
        schema: r.get(4),
        is_readable: r.get(5),
    };
    Ok(rows.iter().map(line).collect())
}

/// An archive as far as the report shows it.
#[derive(Debug, Clone)]
pub struct ArchiveLine {
    /// Its number.
    pub id: i64,
    /// The first instant of its range.
    pub range_start: DateTime<Utc>,
    /// The instant after its range.
    pub range_end: DateTime<Utc>,
    /// The chunk that it was made from.
    pub chunk_name: String,
    /// Where it stands.
    pub state: State,
    /// Messages in it.
    pub messages: Option<i64>,
    /// Bytes in the store.
    pub stored_bytes: i64,
    /// Where its objects lie.
    pub store_url: Option<String>,
    /// The further stores in which a verified copy of it lies.
    pub copies: Vec<String>,
    /// When it was last read back, whole and equal; at first when it was made.
    pub read_back_at: Option<DateTime<Utc>>,
}

/// Archives that are kept, and ranges that were discarded, of these namespaces, oldest first.
///
/// # Errors
/// Where the query fails.
pub async fn archives(db: &impl GenericClient, namespaces: &[&str]) -> Result<HashMap<String, Vec<ArchiveLine>>> {
    let doing = "reading the ledger of archives";
    let sql = "SELECT namespace, id, range_start, range_end, chunk_name, state, message_count,
                      coalesce(stored_bytes, 0) AS stored_bytes, store_url, copies,
                      coalesce(read_back_at, verified_at) AS read_back_at
                 FROM eventodb_store.archives
                WHERE namespace = ANY ($1) AND state IN ('verified', 'dropped', 'rehydrated', 'discarded')
                ORDER BY namespace, range_start, id";
    let rows = db.query_raw(sql, [&namespaces]).await.map_err(|e| explain(doing, e))?;
    let mut rows = std::pin::pin!(rows);
    let mut all: HashMap<String, Vec<ArchiveLine>> = HashMap::new();
    while let Some(r) = rows.try_next().await.map_err(|e| explain(doing, e))? {
        all.entry(field(&r, "namespace")?).or_default().push(ArchiveLine {
            id: field(&r, "id")?,
            range_start: field(&r, "range_start")?,
            range_end: field(&r, "range_end")?,
            chunk_name: field(&r, "chunk_name")?,
            state: field::<&str>(&r, "state")?.parse()?,
            messages: field(&r, "message_count")?,
            stored_bytes: field(&r, "stored_bytes")?,
            store_url: field(&r, "store_url")?,
            copies: field(&r, "copies")?,
            read_back_at: field(&r, "read_back_at")?,
        });
    }
    Ok(all)
}

/// Holds in force.
#[derive(Debug, Clone, Default)]
pub struct HeldCases {
    /// How many there are.
    pub holds: i64,
    /// The first few of their cases.
    pub cases: Vec<String>,
}

/// Holds in force by namespace.
///
/// # Errors
/// Where the query fails.
pub async fn holds(db: &impl GenericClient, namespace: Option<&str>) -> Result<HashMap<String, HeldCases>> {
    let rows = db
        .query(
            "SELECT namespace, count(*), (array_agg(DISTINCT left(case_name, 200)))[1:5]
               FROM eventodb_store.holds
              WHERE released_at IS NULL AND ($1::text IS NULL OR namespace = $1) GROUP BY namespace",
            &[&namespace],
        )
        .await
        .map_err(|e| explain("reading what is held", e))?;
    Ok(rows.iter().map(|r| (r.get(0), HeldCases { holds: r.get(1), cases: r.get(2) })).collect())
}

/// Copies in further stores that somebody should know of.
#[derive(Debug, Clone, Copy, Default)]
pub struct OddCopies {
    /// Found damaged or missing, and not made again.
    pub damaged: i64,
    /// Still to be removed.
    pub to_remove: i64,
}

/// Those by namespace.
///
/// # Errors
/// Where the query fails.
pub async fn odd_copies(db: &impl GenericClient, namespace: Option<&str>) -> Result<HashMap<String, OddCopies>> {
    let rows = db
        .query(
            "SELECT namespace, count(*) FILTER (WHERE state = 'damaged'), count(*) FILTER (WHERE state IN ('deleting', 'erasing'))
               FROM eventodb_store.copies
              WHERE state IN ('damaged', 'deleting', 'erasing') AND ($1::text IS NULL OR namespace = $1) GROUP BY namespace",
            &[&namespace],
        )
        .await
        .map_err(|e| explain("looking for copies that are not whole", e))?;
    Ok(rows.iter().map(|r| (r.get(0), OddCopies { damaged: r.get(1), to_remove: r.get(2) })).collect())
}

/// Archives that are kept, and were in a drill.
#[derive(Debug, Clone, Copy, Default)]
pub struct DrilledLine {
    /// Those that came back as they were stored.
    pub came_back: i64,
    /// Those that did not the last time, from a store that they are still in.
    pub failed: i64,
}

/// How many there are, by namespace.
///
/// # Errors
/// Where the query fails.
pub async fn drilled(db: &impl GenericClient, namespace: Option<&str>) -> Result<HashMap<String, DrilledLine>> {
    let rows = db
        .query(
            "SELECT k.namespace, count(DISTINCT a.id) FILTER (WHERE k.last_ok_at IS NOT NULL),
                    count(DISTINCT a.id) FILTER (WHERE k.result = 'failed' AND k.store_url = ANY (a.store_url || a.copies))
               FROM eventodb_store.drilled k JOIN eventodb_store.archives a ON a.id = k.archive
              WHERE a.state IN ('verified', 'dropped', 'rehydrated') AND ($1::text IS NULL OR k.namespace = $1)
              GROUP BY k.namespace",
            &[&namespace],
        )
        .await
        .map_err(|e| explain("counting archives that came back in drills", e))?;
    Ok(rows.iter().map(|r| (r.get(0), DrilledLine { came_back: r.get(1), failed: r.get(2) })).collect())
}

/// The last run of each namespace.
///
/// # Errors
/// Where the query fails.
pub async fn last_runs(db: &impl GenericClient, namespace: Option<&str>) -> Result<HashMap<String, RunRow>> {
    let sql = format!(
        "SELECT {} FROM eventodb_store.namespaces n
          CROSS JOIN LATERAL (SELECT * FROM eventodb_store.runs r WHERE r.namespace = n.id
                               ORDER BY r.began_at DESC, r.run_id DESC LIMIT 1) r
          WHERE $1::text IS NULL OR n.id = $1",
        history::SELECT
    );
    let rows = db.query(&sql, &[&namespace]).await.map_err(|e| explain("reading the last run of each namespace", e))?;
    rows.iter().map(|row| history::run(row).map(|run| (run.namespace.clone(), run))).collect()
}

/// What database and store held at the end of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SizeLine {
    /// When it ended.
    pub at: DateTime<Utc>,
    /// Bytes of chunks in the database.
    pub database_bytes: i64,
    /// Bytes of archives in the store.
    pub archive_bytes: i64,
}

/// How sizes went, by namespace, oldest first: at most so many a namespace, at equal distances.
///
/// # Errors
/// Where the query fails.
pub async fn sizes(
    db: &impl GenericClient,
    namespace: Option<&str>,
    most: i64,
) -> Result<HashMap<String, Vec<SizeLine>>> {
    let rows = db
        .query(include_str!("../sql/report_sizes.sql"), &[&namespace, &most])
        .await
        .map_err(|e| explain("reading how sizes went", e))?;
    let mut all: HashMap<String, Vec<SizeLine>> = HashMap::new();
    for r in &rows {
        all.entry(r.get("namespace")).or_default().push(SizeLine {
            at: r.get("ended_at"),
            database_bytes: r.get("database_bytes"),
            archive_bytes: r.get("archive_bytes"),
        });
    }
    Ok(all)
}
