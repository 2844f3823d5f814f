//! The record of erasures, and what an erasure does to live messages.

use chrono::{DateTime, Utc};
use tokio_postgres::GenericClient;

use crate::db::errors::explain;
use crate::db::ident::Qualified;
use crate::db::queries::chunks::ChunkRow;
use crate::db::scope::Scope;
use crate::error::Result;

/// An erasure that was asked for.
#[derive(Debug, Clone)]
pub struct ErasureRow {
    /// Its number.
    pub id: i64,
    /// The stream.
    pub stream: String,
    /// Why.
    pub reason: String,
    /// Who.
    pub erased_by: String,
    /// When it was begun.
    pub begun_at: DateTime<Utc>,
    /// Messages in the hypertable that lost their content.
    pub live_messages: i64,
    /// Messages in archives that did.
    pub archived_messages: i64,
    /// Archives that held the content.
    pub archives: Vec<i64>,
}

const COLUMNS: &str = "id, stream_name, reason, erased_by, begun_at, live_messages, archived_messages, archives";

fn erasure(r: &tokio_postgres::Row) -> ErasureRow {
    ErasureRow {
        id: r.get("id"),
        stream: r.get("stream_name"),
        reason: r.get("reason"),
        erased_by: r.get("erased_by"),
        begun_at: r.get("begun_at"),
        live_messages: r.get("live_messages"),
        archived_messages: r.get("archived_messages"),
        archives: r.get("archives"),
    }
}

/// Begins the record of an erasure, or goes on with one of the same stream and reason that did not come to its end.
///
/// # Errors
/// Where the statement fails.
pub async fn begin(
    db: &impl GenericClient,
    namespace: &str,
    stream: &str,
    reason: &str,
    person: &str,
) -> Result<ErasureRow> {
    let doing = || format!("noting the erasure of stream {stream}");
    let unfinished = db
        .query_opt(
            &format!(
                "SELECT {COLUMNS} FROM eventodb_store.erasures
                  WHERE namespace = $1 AND stream_name = $2 AND reason = $3 AND finished_at IS NULL
                  ORDER BY id LIMIT 1"
            ),
            &[&namespace, &stream, &reason],
        )
        .await
        .map_err(|e| explain(doing(), e))?;
    if let Some(row) = unfinished {
        return Ok(erasure(&row));
    }
    let row = db
        .query_one(
            &format!(
                "INSERT INTO eventodb_store.erasures (namespace, stream_name, reason, erased_by)
                 VALUES ($1, $2, $3, format('%s (%s)', session_user, $4::text)) RETURNING {COLUMNS}"
            ),
            &[&namespace, &stream, &reason, &person],
        )
        .await
        .map_err(|e| explain(doing(), e))?;
    Ok(erasure(&row))
}

/// One erasure.
///
/// # Errors
/// Where the query fails.
pub async fn get(db: &impl GenericClient, id: i64) -> Result<ErasureRow> {
    let row = db
        .query_one(&format!("SELECT {COLUMNS} FROM eventodb_store.erasures WHERE id = $1"), &[&id])
        .await
        .map_err(|e| explain("reading the record of an erasure", e))?;
    Ok(erasure(&row))
}

/// Notes the chunk that is decompressed for these erasures; `None` once it is compressed again.
///
/// # Errors
/// Where the statement fails.
pub async fn note_decompressed(db: &impl GenericClient, ids: &[i64], chunk: Option<&str>) -> Result<()> {
    db.execute("UPDATE eventodb_store.erasures SET decompressed_chunk = $2 WHERE id = ANY ($1)", &[&ids, &chunk])
        .await
        .map_err(|e| explain("noting the chunk that is erased in", e))?;
    Ok(())
}

/// Chunks that were decompressed for erasures of a namespace, each with those erasures.
///
/// # Errors
/// Where the query fails.
pub async fn decompressed(db: &impl GenericClient, namespace: &str) -> Result<Vec<(String, Vec<i64>)>> {
    let rows = db
        .query(
            "SELECT decompressed_chunk, array_agg(id) FROM eventodb_store.erasures
              WHERE namespace = $1 AND decompressed_chunk IS NOT NULL GROUP BY 1",
            &[&namespace],
        )
        .await
        .map_err(|e| explain("looking for chunks that an erasure has left decompressed", e))?;
    Ok(rows.iter().map(|r| (r.get(0), r.get(1))).collect())
}

/// Adds live messages that lost their content.
///
/// # Errors
/// Where the statement fails.
pub async fn add_live(db: &impl GenericClient, id: i64, messages: i64) -> Result<()> {
    db.execute(
        "UPDATE eventodb_store.erasures SET live_messages = live_messages + $2 WHERE id = $1",
        &[&id, &messages],
    )
    .await
    .map_err(|e| explain("noting erased messages", e))?;
    Ok(())
}

/// Adds an archive that held the content, and the messages that lost theirs in what took its place.
///
/// # Errors
/// Where the statement fails.
pub async fn add_archive(db: &impl GenericClient, id: i64, archive: i64, messages: i64) -> Result<()> {
    db.execute(
        "UPDATE eventodb_store.erasures
            SET archived_messages = archived_messages + $3,
                archives = CASE WHEN $2 = ANY (archives) THEN archives ELSE archives || $2 END
          WHERE id = $1",
        &[&id, &archive, &messages],
    )
    .await
    .map_err(|e| explain("noting an archive that held what was erased", e))?;
    Ok(())
}

/// Ends the record: all is gone, or `left` says what is not.
///
/// # Errors
/// Where the statement fails.
pub async fn end(db: &impl GenericClient, id: i64, left: Option<&str>) -> Result<()> {
    db.execute(
        "UPDATE eventodb_store.erasures
            SET last_error = left($2, 20000), finished_at = CASE WHEN $2::text IS NULL THEN now() END WHERE id = $1",
        &[&id, &left],
    )
    .await
    .map_err(|e| explain("noting the end of an erasure", e))?;
    Ok(())
}

/// How many messages of these streams a chunk holds whose content is still there.
///
/// # Errors
/// Where the query fails.
pub async fn count_in(db: &impl GenericClient, chunk: &Qualified, streams: &[String]) -> Result<i64> {
    let row = db
        .query_one(
            &format!(
                "SELECT count(*) FROM {chunk}
                  WHERE stream_name = ANY ($1) AND (data IS NOT NULL OR metadata IS NOT NULL)"
            ),
            &[&streams],
        )
        .await
        .map_err(|e| explain(format!("looking for messages to erase in {chunk}"), e))?;
    Ok(row.get(0))
}

/// How many live messages of a stream have their content, between two global positions.
///
/// # Errors
/// Where the query fails.
pub async fn count_with_content(
    db: &impl GenericClient,
    scope: &Scope,
    stream: &str,
    global_positions: (i64, i64),
) -> Result<i64> {
    let sql = format!(
        "SELECT count(*) FROM {}
          WHERE stream_name = $1 AND global_position BETWEEN $2 AND $3 AND (data IS NOT NULL OR metadata IS NOT NULL)",
        scope.messages()
    );
    let row = db
        .query_one(&sql, &[&stream, &global_positions.0, &global_positions.1])
        .await
        .map_err(|e| explain("looking for content that was erased once", e))?;
    Ok(row.get(0))
}

/// Takes data and metadata from the messages of these streams in one chunk. Returns how many of which stream. Where archived
/// messages are served, the chunk itself is changed: a change of the hypertable is asked of the far end, too, which refuses it
/// where archived messages of these streams lie in the chunk's time.
///
/// # Errors
/// Where the statement fails.
pub async fn erase_in(
    db: &impl GenericClient,
    scope: &Scope,
    chunk: &ChunkRow,
    streams: &[String],
) -> Result<Vec<(String, i64)>, tokio_postgres::Error> {
    let is_served = db.query_one(&format!("SELECT {}.is_served()", scope.schema_ident()), &[]).await?.get(0);
    let target = if is_served { chunk.table.clone() } else { scope.messages() };
    let sql = format!(
        "WITH erased AS (
             UPDATE {target} SET data = NULL, metadata = NULL
              WHERE stream_name = ANY ($1) AND time >= $2 AND time < $3 AND (data IS NOT NULL OR metadata IS NOT NULL)
             RETURNING stream_name)
         SELECT stream_name, count(*) FROM erased GROUP BY 1"
    );
    let rows = db.query(&sql, &[&streams, &chunk.range_start, &chunk.range_end]).await?;
    Ok(rows.iter().map(|r| (r.get(0), r.get(1))).collect())
}

/// What an erasure must leave as it is, and what it must take, of these streams' messages in a chunk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erasable {
    /// Messages.
    pub messages: i64,
    /// Those whose content is there.
    pub with_content: i64,
    /// A digest of all that is no content: times, positions, names, types, ids.
    pub rest: String,
}

/// Looks at these streams' messages in a chunk itself: neither a policy on rows nor a rule of the hypertable stands between.
///
/// # Errors
/// Where the query fails.
pub async fn look(
    db: &impl GenericClient,
    chunk: &Qualified,
    streams: &[String],
) -> Result<Erasable, tokio_postgres::Error> {
    let sql = format!(
        "SELECT count(*), count(*) FILTER (WHERE data IS NOT NULL OR metadata IS NOT NULL),
                coalesce(sum(hashtextextended(
                    ROW (extract(epoch FROM time), global_position, position, stream_name, type, id)::text, 0)), 0)::text
           FROM {chunk} WHERE stream_name = ANY ($1)"
    );
    let row = db.query_one(&sql, &[&streams]).await?;
    Ok(Erasable { messages: row.get(0), with_content: row.get(1), rest: row.get(2) })
}

/// Triggers and rules on messages that are not ours: what stands in the way of a change that did not take place.
///
/// # Errors
/// Where the query fails.
pub async fn foreign_triggers(db: &impl GenericClient, scope: &Scope, chunk: &Qualified) -> Result<Vec<String>> {
    let sql = scope.render(
        "SELECT DISTINCT t.tgname::text FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
          WHERE t.tgrelid IN ('{{schema_text}}.messages'::regclass, to_regclass($1)) AND NOT t.tgisinternal
            AND t.tgenabled <> 'D'
            AND NOT (p.pronamespace = to_regnamespace('{{schema_text}}')
                     AND p.proname IN ({{own_triggers}}))
         UNION
         SELECT r.rulename::text FROM pg_rewrite r
          WHERE r.ev_class IN ('{{schema_text}}.messages'::regclass, to_regclass($1)) ORDER BY 1",
    )?;
    let rows = db
        .query(&sql, &[&chunk.to_string()])
        .await
        .map_err(|e| explain(format!("looking for triggers on chunk {}", chunk.name.as_str()), e))?;
    Ok(rows.iter().map(|r| r.get(0)).collect())
}

/// Gives back the room of what was erased, so that it does not stay in dead rows.
///
/// # Errors
/// Where the statement fails.
pub async fn vacuum(db: &impl GenericClient, chunk: &Qualified) -> Result<(), tokio_postgres::Error> {
    db.batch_execute(&format!("VACUUM {chunk}")).await
}
