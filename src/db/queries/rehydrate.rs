//! What is asked of live messages about an archive.

use chrono::{DateTime, Utc};
use tokio_postgres::GenericClient;

use super::ledger::ArchiveRow;
use crate::db::errors::explain;
use crate::db::ident::{Ident, Qualified};
use crate::db::scope::Scope;
use crate::error::Result;

/// Live messages within an archive's range and global positions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveCount {
    /// How many.
    pub messages: i64,
    /// The sum of their global positions, as a number in text.
    pub global_position_sum: String,
}

impl LiveCount {
    /// Whether these are all of the archive's messages and no others.
    pub fn is_all_of(&self, archive: &ArchiveRow) -> bool {
        Some(self.messages) == archive.message_count
            && Some(&self.global_position_sum) == archive.global_position_sum.as_ref()
    }
}

/// Those in the whole hypertable.
///
/// # Errors
/// Where the query fails.
pub async fn live(db: &impl GenericClient, scope: &Scope, archive: &ArchiveRow) -> Result<LiveCount> {
    live_in(db, &scope.messages(), archive).await
}

/// Those in one table: the hypertable, or a chunk of it.
///
/// # Errors
/// Where the query fails.
pub async fn live_in(db: &impl GenericClient, table: &Qualified, archive: &ArchiveRow) -> Result<LiveCount> {
    let range = (archive.range_start, archive.range_end);
    live_within(db, table, range, (archive.first_global_position, archive.last_global_position))
        .await
        .map_err(|e| e.while_doing(format!("comparing archive {}", archive.id)))
}

/// Those in one table within a range of time and one of global positions, which ends with its last.
///
/// # Errors
/// Where the query fails.
pub async fn live_within(
    db: &impl GenericClient,
    table: &Qualified,
    range: (DateTime<Utc>, DateTime<Utc>),
    global_positions: (Option<i64>, Option<i64>),
) -> Result<LiveCount> {
    let (first, last) = (global_positions.0.unwrap_or(i64::MIN), global_positions.1.unwrap_or(i64::MAX));
    let row = db
        .query_one(
            &format!(
                "SELECT count(*), coalesce(sum(global_position), 0)::text FROM {table}
                  WHERE time >= $1 AND time < $2 AND global_position BETWEEN $3 AND $4"
            ),
            &[&range.0, &range.1, &first, &last],
        )
        .await
        .map_err(|e| explain(format!("counting live messages in {table}"), e))?;
    Ok(LiveCount { messages: row.get(0), global_position_sum: row.get(1) })
}

/// How many of the loaded messages (of the transaction's table of an archive's messages) a chunk holds as they are.
///
/// # Errors
/// Where the query fails.
pub async fn loaded_in(db: &impl GenericClient, chunk: &Qualified) -> Result<i64> {
    let row = db
        .query_one(
            &format!(
                "SELECT count(*) FROM pg_temp.eventodb_loaded l JOIN {chunk} c
                     ON c.global_position = l.global_position AND c.stream_name = l.stream_name
                    AND c.\"position\" = l.\"position\" AND c.time = l.time AND c.type = l.type AND c.id = l.id
                    AND c.data IS NOT DISTINCT FROM l.data AND c.metadata IS NOT DISTINCT FROM l.metadata"
            ),
            &[],
        )
        .await
        .map_err(|e| explain(format!("comparing {chunk} with an archive"), e))?;
    Ok(row.get(0))
}

/// What values are compared by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompareBy {
    /// By themselves: both tables have them of the same types.
    Values,
    /// By what they are written as.
    Texts,
}

fn row_of(table: &str, columns: &[&str]) -> String {
    let columns: Vec<_> = columns.iter().map(|name| format!("{table}.{}", Ident::new(*name))).collect();
    format!("ROW({})", columns.join(", "))
}

/// Whether one (sub)transaction has put the rows of a staging table into a chunk, all and as they are. Those of others that
/// are in it do not count.
///
/// # Errors
/// Where the query fails.
pub async fn came_in_as_they_are(
    db: &impl GenericClient,
    chunk: &Qualified,
    staging: &Qualified,
    columns: &[&str],
    by: CompareBy,
) -> Result<bool> {
    let digest = |table: &str| {
        let row = row_of(table, columns);
        let hash = match by {
            CompareBy::Values => format!("hash_record_extended({row}, 0)"),
            CompareBy::Texts => format!("hashtextextended({row}::text, 0)"),
        };
        format!("count(*) AS n, sum({hash}) AS digest")
    };
    let sql = format!(
        "WITH a AS (SELECT {} FROM {staging} l)
         SELECT EXISTS (SELECT FROM a WHERE a.n = 0)
                OR EXISTS (SELECT FROM a JOIN (SELECT {} FROM ONLY {chunk} c GROUP BY c.xmin) c USING (n, digest))",
        digest("l"),
        digest("c")
    );
    let row = db.query_one(&sql, &[]).await.map_err(|e| explain(format!("comparing {chunk} with an archive"), e))?;
    Ok(row.get(0))
}

/// Whether the rows of a staging table are in another one, all and as they are.
///
/// # Errors
/// Where the query fails.
pub async fn are_there_as_they_are(
    db: &impl GenericClient,
    table: &Qualified,
    staging: &Qualified,
    columns: &[&str],
) -> Result<bool> {
    let doing = || format!("comparing {table} with an archive");
    db.batch_execute(&format!("ANALYZE {staging}")).await.map_err(|e| explain(doing(), e))?;
    let (there, here) = (row_of("c", columns), row_of("l", columns));
    let sql = format!(
        "SELECT NOT EXISTS (
            SELECT FROM {staging} l
             WHERE NOT EXISTS (SELECT FROM {table} c
                                WHERE c.global_position = l.global_position AND c.time = l.time
                                  AND {there}::text = {here}::text))"
    );
    let row = db.query_one(&sql, &[]).await.map_err(|e| explain(doing(), e))?;
    Ok(row.get(0))
}

/// A global position within an archive's that two messages have, of those that are live and those in a staging table. Those
/// that were `noted` with this archive, or with another one, had two messages before; with these as well no message may be
/// there twice.
///
/// # Errors
/// Where the query fails.
pub async fn doubled(
    db: &impl GenericClient,
    scope: &Scope,
    archive: &ArchiveRow,
    staging: Option<&Qualified>,
    noted: Option<&str>,
) -> Result<Option<i64>> {
    let staging = staging.map(|table| format!("UNION ALL SELECT global_position FROM {table}")).unwrap_or_default();
    let fail = |e| explain("looking for global positions that are there twice", e);
    let noted = db
        .query_one(
            "SELECT coalesce(range_agg(r), '{}')::text
               FROM (SELECT unnest(a.doubled_global_positions) AS r FROM eventodb_store.archives a WHERE a.namespace = $1
                     UNION ALL SELECT unnest($2::text::int8multirange)) n",
            &[&archive.namespace, &noted],
        )
        .await
        .map_err(fail)?
        .get::<_, String>(0);
    let (first, last) = (archive.first_global_position, archive.last_global_position);
    let of_all = |besides: &str| {
        format!(
            "SELECT global_position
               FROM (SELECT global_position FROM {} WHERE global_position BETWEEN $1 AND $2 {staging}) m
              GROUP BY global_position HAVING count(*) > 1 {besides} LIMIT 1",
            scope.messages()
        )
    };
    // Asked only where some were noted: the server would ask it of each row before it counts them.
    let row = if noted == "{}" {
        db.query_opt(&of_all(""), &[&first, &last]).await
    } else {
        let besides = "AND NOT $3::text::int8multirange @> global_position";
        db.query_opt(&of_all(besides), &[&first, &last, &noted]).await
    }
    .map_err(fail)?;
    if row.is_some() || noted == "{}" {
        return Ok(row.map(|r| r.get(0)));
    }
    let staging = staging.replace("global_position FROM", "global_position, stream_name, \"position\" FROM");
    let sql = format!(
        "SELECT global_position
           FROM (SELECT global_position, stream_name, \"position\" FROM {} WHERE global_position BETWEEN $1 AND $2 {staging}) m
          WHERE $3::text::int8multirange @> global_position
          GROUP BY global_position, stream_name, \"position\" HAVING count(*) > 1 LIMIT 1",
        scope.messages()
    );
    let row = db.query_opt(&sql, &[&first, &last, &noted]).await.map_err(fail)?;
    Ok(row.map(|r| r.get(0)))
}

/// A live message at a global position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveAt {
    /// Its stream.
    pub stream: String,
    /// Its position there.
    pub position: i64,
    /// The chunk that it is in.
    pub chunk: String,
    /// Whether the staging table has a message of that stream at that position: it is the same one.
    pub is_staged: bool,
}

/// The live message at a global position, one that the staging table has as well before others.
///
/// # Errors
/// Where the query fails.
pub async fn live_at(
    db: &impl GenericClient,
    scope: &Scope,
    staging: &Qualified,
    global_position: i64,
) -> Result<Option<LiveAt>> {
    let sql = format!(
        "SELECT m.stream_name, m.\"position\", c.relname::text,
                EXISTS (SELECT FROM {staging} s WHERE s.stream_name = m.stream_name AND s.\"position\" = m.\"position\")
           FROM {} m JOIN pg_class c ON c.oid = m.tableoid WHERE m.global_position = $1 ORDER BY 4 DESC, 1, 2 LIMIT 1",
        scope.messages()
    );
    let row = db
        .query_opt(&sql, &[&global_position])
        .await
        .map_err(|e| explain(format!("looking for the message at global position {global_position}"), e))?;
    Ok(row.map(|r| LiveAt { stream: r.get(0), position: r.get(1), chunk: r.get(2), is_staged: r.get(3) }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::queries::ledger::State;

    #[test]
    fn messages_are_all_of_an_archive_by_their_number_and_their_sum() {
        let archive = ArchiveRow::sample(1, State::Dropped);
        let live = |messages, sum: &str| LiveCount { messages, global_position_sum: sum.to_owned() };
        assert!(live(10, "155").is_all_of(&archive));
        assert!(!live(9, "155").is_all_of(&archive) && !live(10, "154").is_all_of(&archive));
        let unknown = ArchiveRow { message_count: None, global_position_sum: None, ..archive };
        assert!(!live(0, "0").is_all_of(&unknown));
    }
}
