//! Stream heads and what is counted from them.

use chrono::{DateTime, Utc};
use tokio_postgres::GenericClient;

use super::clock::time_of;
use crate::db::errors::explain;
use crate::db::ident::Qualified;
use crate::db::scope::Scope;
use crate::error::Result;

/// Where a stream stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadRow {
    /// The stream.
    pub stream: String,
    /// The position of its last message, archived or not.
    pub position: i64,
    /// That message's global position.
    pub global_position: i64,
    /// That message's time.
    pub time: DateTime<Utc>,
    /// The earliest time of the stream's messages.
    pub first_time: DateTime<Utc>,
    /// The latest time of the stream's messages.
    pub last_time: DateTime<Utc>,
    /// How many messages were ever stored in it.
    pub messages: i64,
}

pub(super) fn head(r: &tokio_postgres::Row) -> Result<HeadRow> {
    Ok(HeadRow {
        stream: r.get("stream_name"),
        position: r.get("position"),
        global_position: r.get("global_position"),
        time: time_of(r, "time")?,
        first_time: time_of(r, "first_time")?,
        last_time: time_of(r, "last_time")?,
        messages: r.get("messages"),
    })
}

const COLUMNS: &str = "stream_name, position, global_position, time, first_time, last_time, messages";

/// The head of one stream.
///
/// # Errors
/// Where the query fails.
pub async fn get(db: &impl GenericClient, scope: &Scope, stream: &str) -> Result<Option<HeadRow>> {
    let sql = scope.render(&format!("SELECT {COLUMNS} FROM {{{{schema}}}}.heads WHERE stream_name = $1"))?;
    let row =
        db.query_opt(&sql, &[&stream]).await.map_err(|e| explain(format!("reading the head of stream {stream}"), e))?;
    row.as_ref().map(head).transpose()
}

/// Streams by name, those that start with `prefix` and come after `after`.
///
/// # Errors
/// Where the query fails.
pub async fn list(
    db: &impl GenericClient,
    scope: &Scope,
    prefix: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<HeadRow>> {
    let sql = scope.render(&format!(
        "SELECT {COLUMNS} FROM {{{{schema}}}}.heads
          WHERE starts_with(stream_name, $1) AND stream_name >= $1 AND stream_name > $2
          ORDER BY stream_name LIMIT $3"
    ))?;
    let rows = db.query(&sql, &[&prefix, &after, &limit]).await.map_err(|e| explain("listing streams", e))?;
    rows.iter().map(head).collect()
}

/// A category, counted from the heads: archived messages count as well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryRow {
    /// The category.
    pub category: String,
    /// Its streams.
    pub streams: i64,
    /// Their messages, archived ones included.
    pub messages: i64,
}

/// Whether a stream of this category has a head.
///
/// # Errors
/// Where the query fails.
pub async fn has_category(db: &impl GenericClient, scope: &Scope, category: &str) -> Result<bool> {
    let sql = scope.render(
        "SELECT EXISTS (SELECT FROM {{schema}}.heads
                         WHERE starts_with(stream_name, $1) AND stream_name >= $1
                           AND split_part(stream_name, '-', 1) = $1)",
    )?;
    let row =
        db.query_one(&sql, &[&category]).await.map_err(|e| explain(format!("looking for category {category}"), e))?;
    Ok(row.get(0))
}

/// All categories by name.
///
/// # Errors
/// Where the query fails.
pub async fn categories(db: &impl GenericClient, scope: &Scope) -> Result<Vec<CategoryRow>> {
    let sql = scope.render(
        "SELECT split_part(stream_name, '-', 1) AS category, count(*) AS streams, sum(messages)::bigint AS messages
           FROM {{schema}}.heads GROUP BY 1 ORDER BY 1",
    )?;
    let rows = db.query(&sql, &[]).await.map_err(|e| explain("listing categories", e))?;
    Ok(rows.iter().map(|r| CategoryRow { category: r.get(0), streams: r.get(1), messages: r.get(2) }).collect())
}

/// Raises heads that rows of this chunk should have raised and did not. Returns how many.
///
/// # Errors
/// Where the statement fails.
pub async fn mend_from_chunk(db: &impl GenericClient, scope: &Scope, chunk: &Qualified) -> Result<u64> {
    let sql = scope.render_with(include_str!("../sql/heads_from_chunk.sql"), &[("chunk", &chunk.to_string())])?;
    db.execute(&sql, &[]).await.map_err(|e| explain(format!("saving the heads of chunk {}", chunk.name.as_str()), e))
}

/// Whether a head of these streams is missing, or below this position of its stream.
///
/// # Errors
/// Where the query fails.
pub async fn any_behind(
    db: &impl GenericClient,
    scope: &Scope,
    streams: &[&str],
    last_positions: &[i64],
) -> Result<bool> {
    let sql = scope.render(
        "SELECT EXISTS (SELECT FROM unnest($1::text[], $2::bigint[]) s (stream_name, last_position)
                          LEFT JOIN {{schema}}.heads h ON h.stream_name = s.stream_name COLLATE \"C\"
                         WHERE h.stream_name IS NULL OR h.\"position\" < s.last_position)",
    )?;
    let row = db
        .query_one(&sql, &[&streams, &last_positions])
        .await
        .map_err(|e| explain("comparing heads with a chunk's messages", e))?;
    Ok(row.get(0))
}

/// Takes the messages of a chunk that is to be dropped with no archive out of the heads' counts.
///
/// # Errors
/// Where the statement fails.
pub async fn forget_chunk(db: &impl GenericClient, scope: &Scope, chunk: &Qualified) -> Result<()> {
    let sql = scope.render_with(
        "UPDATE {{schema}}.heads h SET messages = greatest(0, h.messages - c.n)
           FROM (SELECT stream_name || '' AS stream_name, count(*) AS n FROM {{chunk}} GROUP BY 1) c
          WHERE c.stream_name = h.stream_name",
        &[("chunk", &chunk.to_string())],
    )?;
    db.execute(&sql, &[])
        .await
        .map_err(|e| explain(format!("counting what chunk {} takes with it", chunk.name.as_str()), e))?;
    Ok(())
}

/// Takes the messages of the transaction's archived streams out of the heads' counts: their archive is deleted.
///
/// # Errors
/// Where the statement fails.
pub async fn forget_archived(db: &impl GenericClient, scope: &Scope) -> Result<()> {
    let sql = scope.render(
        "UPDATE {{schema}}.heads h SET messages = greatest(0, h.messages - a.messages)
           FROM pg_temp.eventodb_archived a WHERE a.stream_name = h.stream_name",
    )?;
    db.execute(&sql, &[]).await.map_err(|e| explain("counting what a deleted archive takes with it", e))?;
    Ok(())
}

/// The highest global position that a message from outside may bring along. Behind it the sequence has a million million more
/// to give out: with a message at the last number that there is nobody could write any more.
pub const HIGHEST_FROM_OUTSIDE: i64 = i64::MAX - (1 << 40);

/// Moves the sequence of global positions forward to `at_least`, never back.
///
/// # Errors
/// Where the statement fails.
pub async fn raise_sequence(db: &impl GenericClient, scope: &Scope, at_least: i64) -> Result<()> {
    if at_least < 1 {
        return Ok(());
    }
    let sql = scope.render(
        "SELECT setval('{{schema_text}}.messages_global_position_seq', $1::bigint)
          WHERE $1 > (SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END
                        FROM {{schema}}.messages_global_position_seq)",
    )?;
    db.execute(&sql, &[&at_least]).await.map_err(|e| explain("moving the sequence of global positions forward", e))?;
    Ok(())
}
