//! What lies in a chunk's files, read as the ordinary tables that they are: by another way than the one on which compressed
//! rows are unpacked. Where both come to the same number, no setting, edition or version has hidden any.

use std::fmt::Write;

use chrono::{DateTime, Utc};
use tokio_postgres::{GenericClient, SimpleQueryMessage, Transaction};

use super::chunks::{ChunkContents, ChunkRow};
use super::clock::time_of;
use crate::db::errors::explain;
use crate::db::ident::Qualified;
use crate::db::scope::Scope;
use crate::error::{Error, Result};

/// A chunk as the catalog has it now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogChunk {
    /// Its table's number, which a chunk that was made anew under the same name does not have.
    pub oid: u32,
    /// The first instant of its range.
    pub range_start: DateTime<Utc>,
    /// The instant after its range.
    pub range_end: DateTime<Utc>,
    /// Whether the catalog says that it is compressed, be it in part.
    pub is_compressed: bool,
    /// Whether a policy on rows would hide some from this role.
    pub is_filtered: bool,
    /// The table of its compressed rows, as SQL takes it, where one is found.
    pub compressed: Option<String>,
}

/// Looks again at a chunk; `None` where it is no longer one of the namespace's.
///
/// # Errors
/// Where the query fails.
pub async fn standing(db: &impl GenericClient, scope: &Scope, chunk: &Qualified) -> Result<Option<CatalogChunk>> {
    let row = db
        .query_opt(
            include_str!("../sql/chunk_standing.sql"),
            &[&scope.schema(), &chunk.schema.as_str(), &chunk.name.as_str()],
        )
        .await
        .map_err(|e| explain(format!("looking at chunk {} again", chunk.name.as_str()), e))?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(CatalogChunk {
        oid: row.get("oid"),
        range_start: time_of(&row, "range_start")?,
        range_end: time_of(&row, "range_end")?,
        is_compressed: row.get("is_compressed"),
        is_filtered: row.get("is_filtered"),
        compressed: row.get("compressed"),
    }))
}

/// What a chunk's files hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChunkFiles {
    /// Messages: rows that are not compressed, and what is noted of each batch of those that are.
    pub messages: i64,
    /// Tells one state of the files from every later one: how many rows there are and the sum of the transactions that
    /// wrote them. Whatever is written is written by a later transaction than what was there; VACUUM changes neither.
    pub versions: String,
}

/// Whose every row version is summed: `3` is the first transaction there can be. Modulo 2³² it stays when transaction ids
/// wrap around.
const VERSIONS: &str = "count(*), mod(mod(count(*)::numeric * age('3'::xid) - coalesce(sum(age(xmin)), 0), 4294967296) \
                        + 4294967296, 4294967296)";

/// Indexes out of use for what is read between: a damaged one hides rows as well.
const WITHOUT_INDEXES: &str = "SET LOCAL enable_indexscan = off; SET LOCAL enable_indexonlyscan = off; \
                               SET LOCAL enable_bitmapscan = off";
const WITH_INDEXES: &str = "SET LOCAL enable_indexscan TO DEFAULT; SET LOCAL enable_indexonlyscan TO DEFAULT; \
                            SET LOCAL enable_bitmapscan TO DEFAULT";

/// Counts what the files of a chunk hold.
///
/// # Errors
/// Where the query fails.
pub async fn stored(db: &impl GenericClient, chunk: &Qualified, compressed: Option<&str>) -> Result<ChunkFiles> {
    let fail = |e| explain(format!("counting what the files of chunk {} hold", chunk.name.as_str()), e);
    // One message to the server: a transaction of its own where the caller has none.
    let mut sql = format!("{WITHOUT_INDEXES}; SELECT {VERSIONS}, count(*) FROM ONLY {chunk}");
    if let Some(table) = compressed {
        // A text takes whatever is written to it.
        let _ = write!(sql, "; SELECT {VERSIONS}, coalesce(sum(_ts_meta_count), 0)::bigint FROM ONLY {table}");
    }
    sql.push_str("; ");
    sql.push_str(WITH_INDEXES);
    let mut stored = ChunkFiles { messages: 0, versions: String::new() };
    for message in db.simple_query(&sql).await.map_err(fail)? {
        let SimpleQueryMessage::Row(row) = message else { continue };
        let text = |i| row.get(i).unwrap_or_default();
        stored.messages += text(2).parse::<i64>().map_err(|e| Error::failed("counting a chunk's files").because(e))?;
        push_versions(&mut stored.versions, text(0), text(1));
    }
    Ok(stored)
}

fn push_versions(all: &mut String, rows: &str, sum: &str) {
    if !all.is_empty() {
        all.push(' ');
    }
    all.push_str(rows);
    all.push('/');
    all.push_str(sum);
}

/// Counts a chunk that has no compressed rows, and finds its bounds, in one pass over its file.
///
/// # Errors
/// Where the query fails.
pub async fn contents_of_file(db: &Transaction<'_>, chunk: &Qualified) -> Result<(ChunkContents, ChunkFiles)> {
    let fail = |e| explain(format!("counting chunk {}", chunk.name.as_str()), e);
    db.batch_execute(WITHOUT_INDEXES).await.map_err(fail)?;
    let row = db
        .query_one(
            &format!(
                "SELECT v.*, v.rows::text AS rows_text, v.versions::text AS versions_text
                   FROM (SELECT {VERSIONS}, min(global_position), max(global_position), min(time), max(time),
                                coalesce(sum(global_position), 0)::text FROM ONLY {chunk})
                        v (rows, versions, first, last, first_time, last_time, sum)"
            ),
            &[],
        )
        .await
        .map_err(fail)?;
    db.batch_execute(WITH_INDEXES).await.map_err(fail)?;
    let contents = ChunkContents {
        messages: row.get("rows"),
        first_global_position: row.get("first"),
        last_global_position: row.get("last"),
        first_time: time_of(&row, "first_time")?,
        last_time: time_of(&row, "last_time")?,
        global_position_sum: row.get("sum"),
    };
    let mut versions = String::new();
    push_versions(&mut versions, row.get("rows_text"), row.get("versions_text"));
    Ok((contents.clone(), ChunkFiles { messages: contents.messages, versions }))
}

/// How many bytes the tables of a chunk take, without indexes: none where no row was ever written, or where VACUUM has
/// found them all gone.
///
/// # Errors
/// Where the query fails.
pub async fn bytes(db: &impl GenericClient, chunk: &Qualified, compressed: Option<&str>) -> Result<i64> {
    let row = db
        .query_one(
            "SELECT pg_relation_size($1::text::regclass) + coalesce(pg_relation_size($2::text::regclass), 0)",
            &[&chunk.to_string(), &compressed],
        )
        .await
        .map_err(|e| explain(format!("measuring the files of chunk {}", chunk.name.as_str()), e))?;
    Ok(row.get(0))
}

/// Messages that were ever stored in the namespace, by the heads, and are neither live nor in an archive whose chunk was
/// dropped: where a chunk seems to be empty, they may be in it.
///
/// # Errors
/// Where the query fails.
pub async fn unaccounted(db: &impl GenericClient, scope: &Scope) -> Result<i64> {
    let sql = scope.render(
        "SELECT ((SELECT coalesce(sum(messages), 0) FROM {{schema}}.heads)
                 - (SELECT coalesce(sum(message_count), 0) FROM eventodb_store.archives
                     WHERE namespace = {{namespace_text}} AND state = 'dropped')
                 - (SELECT count(*) FROM {{schema}}.messages))::bigint",
    )?;
    let row = db.query_one(&sql, &[]).await.map_err(|e| explain("adding up what should be stored", e))?;
    Ok(row.get(0))
}

/// Whether a chunk that was listed is the one that stands there now, with the same range.
pub fn is_same(listed: &ChunkRow, now: &CatalogChunk) -> bool {
    (listed.oid, listed.range_start, listed.range_end) == (now.oid, now.range_start, now.range_end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chunk_is_the_one_that_was_listed_by_its_table_and_both_ends_of_its_range() {
        let listed = ChunkRow::sample();
        let now = |oid, moved: i64, longer: i64| CatalogChunk {
            oid,
            range_start: listed.range_start + chrono::TimeDelta::days(moved),
            range_end: listed.range_end + chrono::TimeDelta::days(longer),
            is_compressed: true,
            is_filtered: false,
            compressed: None,
        };
        assert!(is_same(&listed, &now(listed.oid, 0, 0)));
        assert!(!is_same(&listed, &now(listed.oid + 1, 0, 0)), "made anew");
        assert!(!is_same(&listed, &now(listed.oid, 1, 0)) && !is_same(&listed, &now(listed.oid, 0, 1)));
    }

    #[test]
    fn versions_of_several_tables_are_told_apart() {
        let mut all = String::new();
        push_versions(&mut all, "1", "23");
        push_versions(&mut all, "12", "3");
        assert_eq!(all, "1/23 12/3");
    }
}
