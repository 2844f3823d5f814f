//! What coverage adds up.

use tokio_postgres::GenericClient;

use crate::db::errors::explain;
use crate::db::scope::Scope;
use crate::error::Result;

/// What all heads say together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    /// Streams.
    pub streams: i64,
    /// Messages ever stored and not discarded.
    pub messages: i64,
    /// The highest global position of a head.
    pub head: Option<i64>,
}

/// Adds the heads up.
///
/// # Errors
/// Where the query fails.
pub async fn totals(db: &impl GenericClient, scope: &Scope) -> Result<Totals> {
    let sql = scope
        .render("SELECT count(*), coalesce(sum(messages), 0)::bigint, max(global_position) FROM {{schema}}.heads")?;
    let row = db.query_one(&sql, &[]).await.map_err(|e| explain("adding up the stream heads", e))?;
    Ok(Totals { streams: row.get(0), messages: row.get(1), head: row.get(2) })
}

/// Archives whose messages are live, and whose manifests follow one that the ledger does not have.
///
/// # Errors
/// Where the query fails.
pub async fn live_without_the_one_before(db: &impl GenericClient, scope: &Scope) -> Result<Vec<i64>> {
    let sql = "SELECT a.id FROM eventodb_store.archives a
                WHERE a.namespace = $1 AND a.state IN ('verified', 'rehydrated') AND a.previous_manifest_sha256 IS NOT NULL
                  AND NOT EXISTS (SELECT FROM eventodb_store.archives b
                                   WHERE b.namespace = a.namespace AND b.manifest_sha256 = a.previous_manifest_sha256)
                ORDER BY a.id";
    let rows =
        db.query(sql, &[&scope.namespace()]).await.map_err(|e| explain("looking for the archive before each", e))?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// How many live messages have a global position that another one has.
///
/// # Errors
/// Where the query fails.
pub async fn doubled_global_positions(db: &impl GenericClient, scope: &Scope) -> Result<i64> {
    let sql = scope.render("SELECT count(*) - count(DISTINCT global_position) FROM {{schema}}.messages")?;
    let row = db.query_one(&sql, &[]).await.map_err(|e| explain("looking for doubled global positions", e))?;
    Ok(row.get(0))
}

/// Global positions that another message had as well when an archive was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotedDoubles {
    /// The archive.
    pub archive_id: i64,
    /// How many, at most.
    pub global_positions: i64,
    /// The first of them.
    pub first: i64,
    /// The last of them.
    pub last: i64,
}

/// What is noted with archives that are the only copy of their messages.
///
/// # Errors
/// Where the query fails.
pub async fn noted(db: &impl GenericClient, scope: &Scope) -> Result<Vec<NotedDoubles>> {
    let rows = db
        .query(
            "SELECT a.id, sum(upper(r) - lower(r))::bigint, min(lower(r)), max(upper(r)) - 1
               FROM eventodb_store.archives a, unnest(a.doubled_global_positions) r
              WHERE a.namespace = $1 AND a.state = 'dropped' GROUP BY a.id ORDER BY a.id",
            &[&scope.namespace()],
        )
        .await
        .map_err(|e| explain("reading which doubled global positions are noted", e))?;
    let noted = |r: &tokio_postgres::Row| NotedDoubles {
        archive_id: r.get(0),
        global_positions: r.get(1),
        first: r.get(2),
        last: r.get(3),
    };
    Ok(rows.iter().map(noted).collect())
}

/// Makes the table that the archives' stream lists are loaded into; it ends with the transaction.
///
/// # Errors
/// Where the statement fails.
pub async fn make_archived(db: &impl GenericClient) -> Result<()> {
    db.batch_execute(
        "CREATE TEMPORARY TABLE eventodb_archived (stream_name text COLLATE \"C\", first_position bigint,
             last_position bigint, last_global_position bigint, last_position_time timestamptz, first_time timestamptz,
             last_time timestamptz, messages bigint, spans text) ON COMMIT DROP",
    )
    .await
    .map_err(|e| explain("making the table of archived streams", e))
}

/// Makes the table that an archive's messages are loaded into; it ends with the transaction.
///
/// # Errors
/// Where the statement fails.
pub async fn make_loaded(db: &impl GenericClient) -> Result<()> {
    db.batch_execute(
        "DROP TABLE IF EXISTS pg_temp.eventodb_loaded;
         CREATE TEMPORARY TABLE eventodb_loaded (time timestamptz, global_position bigint, position bigint,
             stream_name text COLLATE \"C\", type text, data jsonb, metadata jsonb, id uuid) ON COMMIT DROP",
    )
    .await
    .map_err(|e| explain("making the table of an archive's messages", e))
}

/// Adds the streams of the loaded messages to the archived ones.
///
/// # Errors
/// Where the statement fails.
pub async fn archived_from_loaded(db: &impl GenericClient) -> Result<()> {
    db.batch_execute(
        "INSERT INTO pg_temp.eventodb_archived (stream_name, first_position, last_position, last_global_position,
                last_position_time, first_time, last_time, messages)
         SELECT DISTINCT ON (stream_name) stream_name, min(position) OVER s, position, global_position, time,
                min(time) OVER s, max(time) OVER s, count(*) OVER s
           FROM pg_temp.eventodb_loaded WINDOW s AS (PARTITION BY stream_name) ORDER BY stream_name, position DESC",
    )
    .await
    .map_err(|e| explain("listing the streams of an archive's messages", e))
}

/// A stream that does not add up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnbalancedStream {
    /// The stream.
    pub stream: String,
    /// Messages that its head has counted.
    pub expected: i64,
    /// Its head's position; -1 where it has no head.
    pub head: i64,
    /// Live messages.
    pub hot: i64,
    /// Different positions among them.
    pub hot_positions: i64,
    /// Archived messages.
    pub archived: i64,
    /// The highest position found.
    pub last: i64,
    /// How many such streams there are in all.
    pub streams: i64,
}

/// The first streams that do not add up. Without the archives' lists only doubles among live messages are looked for.
///
/// # Errors
/// Where the query fails.
pub async fn odd_streams(
    db: &impl GenericClient,
    scope: &Scope,
    archives_loaded: bool,
) -> Result<Vec<UnbalancedStream>> {
    let sql = scope.render(include_str!("../sql/coverage_streams.sql"))?;
    let rows =
        db.query(&sql, &[&archives_loaded]).await.map_err(|e| explain("comparing streams with their heads", e))?;
    Ok(rows
        .iter()
        .map(|r| UnbalancedStream {
            stream: r.get("stream_name"),
            expected: r.get("expected"),
            head: r.get("head"),
            hot: r.get("hot"),
            hot_positions: r.get("hot_positions"),
            archived: r.get("archived"),
            last: r.get("last"),
            streams: r.get("streams"),
        })
        .collect())
}
