//! Chunks: what the catalog says of them, and what is done to one.

use std::fmt;

use chrono::{DateTime, Utc};
use tokio_postgres::{GenericClient, Row, Transaction};

pub use super::all_chunks::{ChunksOf, add_sizes, list_all};
use super::clock::time_of;
pub(super) use super::new_chunks::COLLISION;
pub use super::new_chunks::{can_create, create, empty, make_unseen};
pub use super::own_chunks::{drop, freeze, unfreeze};
use crate::db::errors::{explain, is_too_large};
use crate::db::ident::Qualified;
use crate::db::scope::Scope;
use crate::error::{Error, Result};
use crate::text;

/// A live chunk of the messages hypertable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChunkRow {
    /// Its table.
    pub table: Qualified,
    /// Its table's number: a chunk that is made anew has another.
    pub oid: u32,
    /// The first instant of its range.
    pub range_start: DateTime<Utc>,
    /// The instant after its range.
    pub range_end: DateTime<Utc>,
    /// Whether it is compressed, be it in part.
    pub is_compressed: bool,
    /// Whether late rows lie uncompressed in a compressed chunk, or batches of it overlap: compressing it again mends that. A
    /// frozen chunk takes no such change.
    pub is_partly_compressed: bool,
    /// Table, indexes, TOAST and compressed data, in bytes; the last as of when it was compressed.
    pub size_bytes: i64,
    /// The planner's estimate of its rows, where it has one.
    pub estimate: Option<i64>,
    /// Whether its range lies in the past, by the server's clock.
    pub is_closed: bool,
}

impl ChunkRow {
    /// The chunk's bare name, as users give it.
    pub fn name(&self) -> &str {
        self.table.name.as_str()
    }
}

/// All live chunks, oldest first. Counts nothing.
///
/// # Errors
/// Where the query fails.
pub async fn list(db: &impl GenericClient, scope: &Scope) -> Result<Vec<ChunkRow>> {
    rows(db, scope).await?.iter().map(chunk).collect()
}

/// [`list`], as far as chunks have edges that can be shown, and an error for each other one.
///
/// # Errors
/// Where the query fails.
pub async fn list_shown(db: &impl GenericClient, scope: &Scope) -> Result<(Vec<ChunkRow>, Vec<Error>)> {
    let (mut shown, mut others) = (Vec::new(), Vec::new());
    for row in rows(db, scope).await? {
        match chunk(&row) {
            Ok(chunk) => shown.push(chunk),
            Err(e) => others.push(e),
        }
    }
    Ok((shown, others))
}

async fn rows(db: &impl GenericClient, scope: &Scope) -> Result<Vec<Row>> {
    let sql = scope.render(include_str!("../sql/chunks_list.sql"))?;
    db.query(&sql, &[]).await.map_err(|e| explain(format!("listing the chunks of namespace {}", scope.namespace()), e))
}

/// An edge of a chunk; an error that names the chunk where it is none that can be shown.
fn edge(r: &Row, column: &str, table: &Qualified) -> Result<DateTime<Utc>> {
    time_of(r, column).map_err(|e| {
        Error::new(e.kind(), format!("reading the range of chunk {}", table.name.as_str()))
            .because("it reaches back before 4714 BC, or beyond the year 262142: it has messages of such times, or of infinity")
            .hint(format!(
                "SELECT * FROM {table} shows them; once they are deleted, or stored with another time, DROP TABLE {table} takes \
                 the empty chunk away. Until then commands that need all chunks fail; chunks list shows the others"
            ))
    })
}

pub(super) fn chunk(r: &Row) -> Result<ChunkRow> {
    let table = Qualified::new(r.get::<_, String>("chunk_schema"), r.get::<_, String>("chunk_name"));
    Ok(ChunkRow {
        range_start: edge(r, "range_start", &table)?,
        range_end: edge(r, "range_end", &table)?,
        table,
        oid: r.get("oid"),
        is_compressed: r.get("is_compressed"),
        is_partly_compressed: r.get("is_partly_compressed"),
        size_bytes: r.get("size_bytes"),
        estimate: r.get("estimate"),
        is_closed: r.get("is_closed"),
    })
}

/// The size of one chunk now, as [`ChunkRow::size_bytes`].
///
/// # Errors
/// Where the query fails.
pub async fn size(db: &impl GenericClient, scope: &Scope, chunk: &Qualified) -> Result<i64> {
    let sql = scope.render(
        "SELECT coalesce(sum(total_bytes), 0)::bigint
           FROM {{extension}}.chunks_detailed_size('{{schema_text}}.messages'::regclass)
          WHERE chunk_schema = $1 AND chunk_name = $2",
    )?;
    let row = db
        .query_one(&sql, &[&chunk.schema.as_str(), &chunk.name.as_str()])
        .await
        .map_err(|e| explain(format!("measuring chunk {}", chunk.name.as_str()), e))?;
    Ok(row.get(0))
}

/// Counts the rows of one chunk by reading it.
///
/// # Errors
/// Where the query fails.
pub async fn count(db: &impl GenericClient, chunk: &Qualified) -> Result<i64> {
    let row = db
        .query_one(&format!("SELECT count(*) FROM {chunk}"), &[])
        .await
        .map_err(|e| explain(format!("counting the rows of chunk {}", chunk.name.as_str()), e))?;
    Ok(row.get(0))
}

/// What a lock on a chunk keeps out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockMode {
    /// Whoever would compress, freeze or drop it; writers go on.
    RowExclusive,
    /// Who would drop or rewrite it; writers go on.
    AccessShare,
    /// Writers; other readers of this kind may share it.
    Share,
    /// Writers and other holders of this lock; readers go on.
    Exclusive,
    /// Everybody.
    AccessExclusive,
}

impl LockMode {
    const fn sql(self) -> &'static str {
        match self {
            Self::RowExclusive => "ROW EXCLUSIVE",
            Self::AccessShare => "ACCESS SHARE",
            Self::Share => "SHARE",
            Self::Exclusive => "EXCLUSIVE",
            Self::AccessExclusive => "ACCESS EXCLUSIVE",
        }
    }
}

/// Locks a chunk for the rest of the transaction, waiting at most the session's `lock_timeout`.
///
/// # Errors
/// 55P03 where it could not be had in time, 42P01 where the chunk is gone.
pub async fn lock(db: &impl GenericClient, chunk: &Qualified, mode: LockMode) -> Result<(), tokio_postgres::Error> {
    db.batch_execute(&format!("LOCK TABLE {chunk} IN {} MODE", mode.sql())).await
}

/// Keeps VACUUM out for the rest of the transaction. It waits until the server has ended an automatic one that is in the
/// way; neither readers nor writers queue behind it meanwhile, as they would behind a lock that keeps them out.
///
/// # Errors
/// 55P03 where the server does not end it: one that somebody has asked for, or one that keeps transaction ids from running
/// out.
pub async fn lock_out_vacuum(db: &impl GenericClient, chunk: &Qualified) -> Result<(), tokio_postgres::Error> {
    outwait_vacuum(db).await?;
    db.batch_execute(&format!("LOCK TABLE {chunk} IN SHARE UPDATE EXCLUSIVE MODE")).await
}

/// For the rest of the transaction a lock is waited for until the server has ended an automatic vacuum that holds it: it
/// does so after `deadlock_timeout` (<https://www.postgresql.org/docs/current/routine-vacuuming.html>, The Autovacuum Daemon).
///
/// # Errors
/// Where the statement fails.
pub async fn outwait_vacuum(db: &impl GenericClient) -> Result<(), tokio_postgres::Error> {
    db.batch_execute(
        "SELECT set_config('lock_timeout', (setting::bigint + 500)::text, true)
           FROM pg_settings WHERE name = 'deadlock_timeout'",
    )
    .await
}

/// Whether the chunk is frozen: nothing but a drop changes it.
///
/// # Errors
/// Where the query fails.
pub async fn is_frozen(db: &impl GenericClient, chunk: &Qualified) -> Result<bool> {
    let row = db
        .query_one("SELECT (_timescaledb_functions.chunk_status($1::text::regclass) & 4) <> 0", &[&chunk.to_string()])
        .await
        .map_err(|e| explain(format!("reading the status of chunk {}", chunk.name.as_str()), e))?;
    Ok(row.get(0))
}

/// Whether a table is still there.
///
/// # Errors
/// Where the query fails.
pub async fn is_there(db: &impl GenericClient, table: &Qualified) -> Result<bool> {
    let row = db
        .query_one("SELECT to_regclass($1) IS NOT NULL", &[&table.to_string()])
        .await
        .map_err(|e| explain(format!("looking for {table}"), e))?;
    Ok(row.get(0))
}

/// Refuses to go on where a chunk that was dropped in this transaction is still there.
///
/// # Errors
/// Where it is.
pub async fn ensure_gone(db: &impl GenericClient, chunk: &Qualified) -> Result<()> {
    let doing = || format!("dropping chunk {}", chunk.name.as_str());
    let row =
        db.query_one("SELECT to_regclass($1) IS NULL", &[&chunk.to_string()]).await.map_err(|e| explain(doing(), e))?;
    if row.get(0) {
        return Ok(());
    }
    Err(Error::failed(doing())
        .because("the server has said that it is dropped, and it is still there; nothing was changed")
        .hint("the server's log may tell why; run the same command again"))
}

/// How a chunk is stored now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChunkStorage {
    /// It is compressed, be it in part.
    pub is_compressed: bool,
    /// Late rows lie uncompressed in it, or batches overlap.
    pub is_partly_compressed: bool,
}

/// Reads from the chunk's status how it is stored; `None` where the chunk is gone.
///
/// # Errors
/// Where the query fails.
pub async fn stored(db: &impl GenericClient, chunk: &Qualified) -> Result<Option<ChunkStorage>> {
    let row = db
        .query_opt(
            "SELECT s & 1 <> 0, s & 10 <> 0
               FROM (SELECT _timescaledb_functions.chunk_status(c) AS s FROM to_regclass($1) c WHERE c IS NOT NULL) t",
            &[&chunk.to_string()],
        )
        .await
        .map_err(|e| explain(format!("reading the status of chunk {}", chunk.name.as_str()), e))?;
    Ok(row.map(|r| ChunkStorage { is_compressed: r.get(0), is_partly_compressed: r.get(1) }))
}

/// Counts the rows of a compressed chunk that lie uncompressed in it.
///
/// # Errors
/// Where the query fails.
pub async fn count_uncompressed(db: &impl GenericClient, chunk: &Qualified) -> Result<i64> {
    let row = db
        .query_one(&format!("SELECT count(*) FROM ONLY {chunk}"), &[])
        .await
        .map_err(|e| explain(format!("counting the late rows of chunk {}", chunk.name.as_str()), e))?;
    Ok(row.get(0))
}

/// Gives the room back that rows of a chunk took which lie in its compressed part now: their indexes keep it otherwise.
///
/// # Errors
/// Where the statement fails: somebody reads the chunk, which is as good as it was.
pub async fn give_room_back(db: &impl GenericClient, chunk: &Qualified) -> Result<(), tokio_postgres::Error> {
    db.batch_execute(&format!("VACUUM (FULL) {chunk}")).await
}

/// Compresses one chunk; one that is compressed in part as a whole.
///
/// # Errors
/// 0A000 on the Apache-2 edition.
pub async fn compress(db: &impl GenericClient, scope: &Scope, chunk: &Qualified) -> Result<(), tokio_postgres::Error> {
    call(db, scope, "compress_chunk", "true, false", chunk).await
}

/// Decompresses one chunk.
///
/// # Errors
/// 0A000 on the Apache-2 edition.
pub async fn decompress(
    db: &impl GenericClient,
    scope: &Scope,
    chunk: &Qualified,
) -> Result<(), tokio_postgres::Error> {
    call(db, scope, "decompress_chunk", "true", chunk).await
}

/// With all of the function's arguments: where others may create functions beside the extension's, one of theirs with
/// fewer would be the better match.
async fn call(
    db: &impl GenericClient,
    scope: &Scope,
    function: &str,
    defaults: &str,
    chunk: &Qualified,
) -> Result<(), tokio_postgres::Error> {
    let sql = format!("SELECT {}.{function}($1::text::regclass, {defaults})", scope.extension());
    db.execute(&sql, &[&chunk.to_string()]).await?;
    Ok(())
}

/// Refreshes the planner's row count of a table; what [`ChunkRow::estimate`] shows.
///
/// # Errors
/// Where the statement fails.
pub async fn analyze(db: &impl GenericClient, table: &Qualified) -> Result<(), tokio_postgres::Error> {
    db.batch_execute(&format!("ANALYZE {table}")).await
}

/// The same of some columns, given in parentheses.
///
/// # Errors
/// Where the statement fails.
pub async fn analyze_columns(
    db: &impl GenericClient,
    table: &Qualified,
    columns: &str,
) -> Result<(), tokio_postgres::Error> {
    db.batch_execute(&format!("ANALYZE {table} {columns}")).await
}

/// What a chunk holds, in figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChunkContents {
    /// Rows.
    pub messages: i64,
    /// The lowest global position; `None` in an empty chunk.
    pub first_global_position: Option<i64>,
    /// The highest global position.
    pub last_global_position: Option<i64>,
    /// The earliest time.
    pub first_time: Option<DateTime<Utc>>,
    /// The latest time.
    pub last_time: Option<DateTime<Utc>>,
    /// The sum of the global positions, as a number in text.
    pub global_position_sum: String,
}

impl fmt::Display for ChunkContents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", text::counted(self.messages, "message"))?;
        if let (Some(first), Some(last)) = (self.first_global_position, self.last_global_position) {
            write!(f, " at global positions {first} to {last} (sum {})", self.global_position_sum)?;
        }
        if let (Some(first), Some(last)) = (self.first_time, self.last_time) {
            write!(f, " of {} to {}", first.to_rfc3339(), last.to_rfc3339())?;
        }
        Ok(())
    }
}

/// Counts a chunk and finds its bounds, in one pass.
///
/// # Errors
/// Where the query fails.
pub async fn contents(db: &impl GenericClient, chunk: &Qualified) -> Result<ChunkContents> {
    let row = db
        .query_one(
            &format!(
                "SELECT count(*), min(global_position), max(global_position), min(time), max(time),
                        coalesce(sum(global_position), 0)::text FROM {chunk}"
            ),
            &[],
        )
        .await
        .map_err(|e| explain(format!("counting chunk {}", chunk.name.as_str()), e))?;
    Ok(ChunkContents {
        messages: row.get(0),
        first_global_position: row.get(1),
        last_global_position: row.get(2),
        first_time: time_of(&row, 3)?,
        last_time: time_of(&row, 4)?,
        global_position_sum: row.get(5),
    })
}

/// The chunk's digest for a drop that is decided later, in SQL alone; `None` where a row is larger than the server can make a
/// text of: such a chunk is only dropped by reading it.
///
/// # Errors
/// Where the query fails.
pub async fn digest(db: &Transaction<'_>, scope: &Scope, chunk: &Qualified) -> Result<Option<String>> {
    let sql = scope.render("SELECT digest FROM {{schema}}.chunk_digest($1::text::regclass)")?;
    let fail = |e| explain(format!("computing the digest of chunk {}", chunk.name.as_str()), e);
    db.batch_execute("SAVEPOINT digest").await.map_err(fail)?;
    match db.query_one(&sql, &[&chunk.to_string()]).await {
        Ok(row) => {
            db.batch_execute("RELEASE SAVEPOINT digest").await.map_err(fail)?;
            Ok(row.get(0))
        }
        Err(e) if is_too_large(&e) => {
            db.batch_execute("ROLLBACK TO SAVEPOINT digest").await.map_err(fail)?;
            Ok(None)
        }
        Err(e) => Err(fail(e)),
    }
}

/// Whether this is the server's hash of a text, and its texts are UTF-8.
///
/// # Errors
/// Where the query fails.
pub async fn hashes_texts_as(db: &impl GenericClient, text: &str, hash: i64) -> Result<bool> {
    let row = db
        .query_one("SELECT hashtextextended($1, 0) = $2 AND getdatabaseencoding() = 'UTF8'", &[&text, &hash])
        .await
        .map_err(|e| explain("asking how the server hashes texts", e))?;
    Ok(row.get(0))
}

/// Whether a policy on rows holds for this role: by its table's row security, forced on the owner as well.
///
/// # Errors
/// Where the query fails.
pub async fn has_row_policy(db: &impl GenericClient, table: &Qualified) -> Result<bool> {
    // `row_security_active()` goes by the session's setting, which makes a query fail that a policy would filter.
    let row = db
        .query_one(
            "SELECT c.relrowsecurity AND NOT r.rolsuper AND NOT r.rolbypassrls
                    AND (c.relforcerowsecurity OR NOT pg_has_role(c.relowner, 'USAGE'))
               FROM pg_class c, pg_roles r WHERE c.oid = $1::text::regclass AND r.rolname = CURRENT_USER",
            &[&table.to_string()],
        )
        .await
        .map_err(|e| explain(format!("reading the row security of {table}"), e))?;
    Ok(row.get(0))
}

/// The columns of a table, name and type, in order.
///
/// # Errors
/// Where the query fails.
pub async fn columns(db: &impl GenericClient, table: &Qualified) -> Result<Vec<(String, String)>> {
    let rows = db
        .query(
            "SELECT attname::text, format_type(atttypid, atttypmod) FROM pg_attribute
              WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
            &[&table.to_string()],
        )
        .await
        .map_err(|e| explain(format!("reading the columns of {table}"), e))?;
    Ok(rows.iter().map(|r| (r.get(0), r.get(1))).collect())
}

/// The range of the chunk that a time falls into, where there is one.
///
/// # Errors
/// Where the query fails.
pub async fn range_at(
    db: &impl GenericClient,
    scope: &Scope,
    time: DateTime<Utc>,
) -> Result<Option<(DateTime<Utc>, DateTime<Utc>)>> {
    let row = db
        .query_opt(
            "SELECT range_start, range_end FROM timescaledb_information.chunks
              WHERE hypertable_schema = $1 AND hypertable_name = 'messages' AND range_start <= $2 AND range_end > $2",
            &[&scope.schema(), &time],
        )
        .await
        .map_err(|e| explain("looking for a chunk by its time", e))?;
    row.as_ref().map(|r| Ok((time_of(r, 0)?, time_of(r, 1)?))).transpose()
}

#[cfg(test)]
impl ChunkRow {
    /// The chunk of the first week of 2026.
    pub(crate) fn sample() -> Self {
        let range_start = DateTime::from_timestamp(1_767_225_600, 0).unwrap();
        Self {
            table: Qualified::new("_timescaledb_internal", "_hyper_1_1_chunk"),
            oid: 7,
            range_start,
            range_end: range_start + chrono::TimeDelta::days(7),
            is_compressed: false,
            is_partly_compressed: false,
            size_bytes: 8192,
            estimate: None,
            is_closed: true,
        }
    }
}
