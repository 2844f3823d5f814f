//! Where the messages of an archive are now. They are in the transaction's table of loaded messages; whatever is found
//! somewhere else is taken out of it, so that the rest is what is nowhere else.

use chrono::{DateTime, Utc};
use tokio_postgres::GenericClient;

use crate::db::errors::explain;
use crate::db::ident::Qualified;
use crate::db::scope::Scope;
use crate::error::Result;

/// The transaction's table that another archive's messages are loaded into.
pub const OTHER: &str = "pg_temp.eventodb_other";

/// The namespace's messages, as [`Scope::render`] takes them.
pub const LIVE: &str = "{{schema}}.messages";

/// Messages of the table of loaded messages, and between which times and global positions they lie.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RemainingMessages {
    /// How many.
    pub messages: i64,
    times: (Option<String>, Option<String>),
    global_positions: (Option<i64>, Option<i64>),
}

impl RemainingMessages {
    /// Whether something between these global positions may be one of them.
    pub fn meets(&self, first: Option<i64>, last: Option<i64>) -> bool {
        let (low, high) = self.global_positions;
        first.zip(high).is_none_or(|(first, high)| first <= high) && last.zip(low).is_none_or(|(last, low)| last >= low)
    }
}

/// What is left in the table of loaded messages; the planner hears of it.
///
/// # Errors
/// Where a statement fails.
pub async fn rest(db: &impl GenericClient) -> Result<RemainingMessages> {
    let doing = "looking at an archive's messages";
    db.batch_execute("ANALYZE pg_temp.eventodb_loaded").await.map_err(|e| explain(doing, e))?;
    let row = db
        .query_one(
            "SELECT count(*), min(time)::text, max(time)::text, min(global_position), max(global_position)
               FROM pg_temp.eventodb_loaded",
            &[],
        )
        .await
        .map_err(|e| explain(doing, e))?;
    Ok(RemainingMessages {
        messages: row.get(0),
        times: (row.get(1), row.get(2)),
        global_positions: (row.get(3), row.get(4)),
    })
}

/// How like a message must be to one that is loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Likeness {
    /// Equal in everything. Of a stream that was erased the content does not count.
    Equal,
    /// The same message by place, time and id, whatever its content is now.
    SamePlace,
}

/// Takes those messages out that the hypertable has. Returns how many they were.
///
/// # Errors
/// Where the statement fails.
pub async fn take_live(
    db: &impl GenericClient,
    scope: &Scope,
    rest: &RemainingMessages,
    likeness: Likeness,
) -> Result<i64> {
    take(db, scope, LIVE, rest, likeness).await
}

/// Takes those messages out that are in the table of another archive's messages. Returns how many they were.
///
/// # Errors
/// Where the statement fails.
pub async fn take_other(
    db: &impl GenericClient,
    scope: &Scope,
    rest: &RemainingMessages,
    likeness: Likeness,
) -> Result<i64> {
    db.batch_execute(&format!("ANALYZE {OTHER}")).await.map_err(|e| explain("looking at an archive's messages", e))?;
    take(db, scope, OTHER, rest, likeness).await
}

/// Takes those messages out that a chunk has, whatever their content is there. Returns how many they were.
///
/// # Errors
/// Where the statement fails.
pub async fn take_from(db: &impl GenericClient, chunk: &Qualified, rest: &RemainingMessages) -> Result<i64> {
    execute(db, &taking(&chunk.to_string(), "true"), &chunk.to_string(), rest).await
}

/// Takes those messages out that the other archive's table has and that were erased there: of these streams, or, where that
/// archive is told to have lost content (`has_erasures`), without any.
///
/// # Errors
/// Where the statement fails.
pub async fn take_erased(db: &impl GenericClient, streams: &[String], has_erasures: bool) -> Result<()> {
    db.execute(
        "DELETE FROM pg_temp.eventodb_loaded l USING pg_temp.eventodb_other m
          WHERE m.global_position = l.global_position AND m.stream_name = l.stream_name
            AND m.\"position\" = l.\"position\" AND m.\"time\" = l.\"time\" AND m.id = l.id AND m.type = l.type
            AND (l.stream_name = ANY ($1) OR $2 AND m.data IS NULL AND m.metadata IS NULL)",
        &[&streams, &has_erasures],
    )
    .await
    .map(drop)
    .map_err(|e| explain("leaving out what was erased", e))
}

async fn take(
    db: &impl GenericClient,
    scope: &Scope,
    table: &str,
    rest: &RemainingMessages,
    likeness: Likeness,
) -> Result<i64> {
    let content = match likeness {
        Likeness::SamePlace => "true",
        Likeness::Equal => {
            "m.type = l.type AND (m.data IS NOT DISTINCT FROM l.data AND m.metadata IS NOT DISTINCT FROM l.metadata
                OR l.stream_name IN (SELECT e.stream_name FROM eventodb_store.erasures e
                                      WHERE e.namespace = {{namespace_text}}))"
        }
    };
    execute(db, &scope.render(&taking(table, content))?, table, rest).await
}

/// Times and positions are parameters: chunks without any of them are not looked into.
fn taking(table: &str, content: &str) -> String {
    format!(
        "DELETE FROM pg_temp.eventodb_loaded l USING {table} m
          WHERE m.global_position = l.global_position AND m.stream_name = l.stream_name
            AND m.\"position\" = l.\"position\" AND m.\"time\" = l.\"time\" AND m.id = l.id
            AND m.\"time\" BETWEEN $1::text::timestamptz AND $2::text::timestamptz
            AND m.global_position BETWEEN $3 AND $4 AND ({content})"
    )
}

async fn execute(db: &impl GenericClient, sql: &str, table: &str, rest: &RemainingMessages) -> Result<i64> {
    let (first, last) = rest.global_positions;
    let taken = db
        .execute(sql, &[&rest.times.0, &rest.times.1, &first, &last])
        .await
        .map_err(|e| explain(format!("comparing an archive's messages with {table}"), e))?;
    Ok(i64::try_from(taken).unwrap_or(i64::MAX))
}

/// Makes the table that another archive's messages are loaded into; it ends with the transaction.
///
/// # Errors
/// Where the statement fails.
pub async fn make_other(db: &impl GenericClient) -> Result<()> {
    db.batch_execute(
        "DROP TABLE IF EXISTS pg_temp.eventodb_other;
         CREATE TEMPORARY TABLE eventodb_other (time timestamptz, global_position bigint, position bigint,
             stream_name text COLLATE \"C\", type text, data jsonb, metadata jsonb, id uuid) ON COMMIT DROP",
    )
    .await
    .map_err(|e| explain("making the table of another archive's messages", e))
}

/// A place among the loaded messages that another message has in `table` ([`LIVE`] or [`OTHER`]): by global position, or by
/// position in its stream.
///
/// # Errors
/// Where the query fails.
pub async fn taken_place(db: &impl GenericClient, scope: &Scope, table: &str) -> Result<Option<String>> {
    for (at, place) in [
        (
            "m.global_position = l.global_position",
            "'global position ' || l.global_position || ' (in stream ' || m.stream_name || ')'",
        ),
        (
            "m.stream_name = l.stream_name AND m.\"position\" = l.\"position\"",
            "'position ' || l.\"position\" || ' of stream ' || l.stream_name",
        ),
    ] {
        let sql = scope.render(&format!(
            "SELECT {place} FROM pg_temp.eventodb_loaded l JOIN {table} m ON {at}
              WHERE (m.stream_name, m.\"position\", m.global_position, m.id)
                    IS DISTINCT FROM (l.stream_name, l.\"position\", l.global_position, l.id) LIMIT 1"
        ))?;
        let row = db.query_opt(&sql, &[]).await.map_err(|e| explain("looking for places that are taken", e))?;
        if let Some(row) = row {
            return Ok(row.get(0));
        }
    }
    Ok(None)
}

/// Whether a message between two global positions, both included, is live.
///
/// # Errors
/// Where the query fails.
pub async fn is_live_between(
    db: &impl GenericClient,
    scope: &Scope,
    (first, last): (Option<i64>, Option<i64>),
) -> Result<bool> {
    let sql = format!("SELECT EXISTS (SELECT FROM {} WHERE global_position BETWEEN $1 AND $2)", scope.messages());
    let row = db
        .query_one(&sql, &[&first.unwrap_or(i64::MIN), &last.unwrap_or(i64::MAX)])
        .await
        .map_err(|e| explain("looking for live messages at an archive's global positions", e))?;
    Ok(row.get(0))
}

/// A position in its stream among the loaded messages that a message has in the hypertable by now, whichever it is.
///
/// # Errors
/// Where the query fails.
pub async fn place_in_stream(db: &impl GenericClient, scope: &Scope) -> Result<Option<String>> {
    let sql = scope.render(&format!(
        "SELECT 'position ' || l.\"position\" || ' of stream ' || l.stream_name
           FROM pg_temp.eventodb_loaded l JOIN {LIVE} m USING (stream_name, \"position\") LIMIT 1"
    ))?;
    let row = db.query_opt(&sql, &[]).await.map_err(|e| explain("looking for places that are taken", e))?;
    Ok(row.map(|row| row.get(0)))
}

/// Takes the content out of loaded messages of streams that were erased since: it does not come back.
///
/// # Errors
/// Where the statement fails.
pub async fn blank_erased(db: &impl GenericClient, scope: &Scope) -> Result<()> {
    let sql = scope.render(
        "UPDATE pg_temp.eventodb_loaded l SET data = NULL, metadata = NULL
           FROM eventodb_store.erasures e
          WHERE e.namespace = {{namespace_text}} AND e.stream_name = l.stream_name AND l.\"time\" <= e.begun_at",
    )?;
    db.execute(&sql, &[]).await.map_err(|e| explain("leaving out what was erased", e))?;
    Ok(())
}

/// Whether the heads know every stream of the loaded messages up to its last loaded one: these messages were stored here,
/// and nothing has made the namespace forget them.
///
/// # Errors
/// Where the query fails.
pub async fn are_expected(db: &impl GenericClient, scope: &Scope) -> Result<bool> {
    let sql = scope.render(
        "SELECT NOT EXISTS (
             SELECT FROM (SELECT stream_name, max(\"position\") AS last FROM pg_temp.eventodb_loaded GROUP BY 1) l
               LEFT JOIN {{schema}}.heads h USING (stream_name)
              WHERE h.\"position\" IS NULL OR h.\"position\" < l.last)",
    )?;
    let row = db.query_one(&sql, &[]).await.map_err(|e| explain("comparing an archive's streams with heads", e))?;
    Ok(row.get(0))
}

/// Whether a table holds the streams of the transaction's archived ones just as these are: how many messages of each, from
/// and to which position, within a range of time and one of global positions.
///
/// # Errors
/// Where the query fails.
pub async fn has_streams(
    db: &impl GenericClient,
    table: &Qualified,
    range: (DateTime<Utc>, DateTime<Utc>),
    global_positions: (Option<i64>, Option<i64>),
) -> Result<bool> {
    let (first, last) = (global_positions.0.unwrap_or(i64::MIN), global_positions.1.unwrap_or(i64::MAX));
    let row = db
        .query_one(
            &format!(
                "SELECT NOT EXISTS (
                     SELECT FROM pg_temp.eventodb_archived a
                       LEFT JOIN (SELECT m.stream_name, count(*) AS messages, min(m.\"position\") AS first,
                                         max(m.\"position\") AS last
                                    FROM {table} m
                                   WHERE m.\"time\" >= $1 AND m.\"time\" < $2 AND m.global_position BETWEEN $3 AND $4
                                   GROUP BY 1) c USING (stream_name)
                      WHERE (c.messages, c.first, c.last)
                            IS DISTINCT FROM (a.messages, a.first_position, a.last_position))"
            ),
            &[&range.0, &range.1, &first, &last],
        )
        .await
        .map_err(|e| explain(format!("comparing the streams in {table} with an archive's"), e))?;
    Ok(row.get(0))
}

/// Another archive, of any namespace, that names one of these objects and counts on it: kept, or under way.
///
/// # Errors
/// Where the query fails.
pub async fn in_use(db: &impl GenericClient, id: i64, keys: &[String], stem: &str) -> Result<Option<(i64, String)>> {
    let row = db
        .query_opt(
            // As a function, which sees the rows that a policy hides from this role.
            "SELECT u.id, u.namespace FROM eventodb_store.archive_in_use($1, $2, $3) u",
            &[&id, &keys, &stem],
        )
        .await
        .map_err(|e| explain("looking for archives that need the same objects", e))?;
    Ok(row.map(|r| (r.get(0), r.get(1))))
}

/// Rows of a namespace that give objects up which another row, of any namespace, names and counts on: their number, the
/// other's, and its namespace.
///
/// # Errors
/// Where the query fails.
pub async fn claimed_twice(db: &impl GenericClient, namespace: &str) -> Result<Vec<(i64, i64, String)>> {
    let rows = db
        .query("SELECT c.id, c.by, c.namespace FROM eventodb_store.archives_claimed_twice($1) c", &[&namespace])
        .await
        .map_err(|e| explain("looking for archives that name the same objects", e))?;
    Ok(rows.iter().map(|r| (r.get(0), r.get(1), r.get(2))).collect())
}

/// The stores that a namespace is known to have: of its policy, of archives that are kept, and those that it owns.
///
/// # Errors
/// Where the query fails.
pub async fn stores(db: &impl GenericClient, namespace: &str) -> Result<Vec<String>> {
    let rows = db
        .query(
            "SELECT store_url FROM eventodb_store.archives
              WHERE namespace = $1 AND state IN ('verified', 'dropped', 'rehydrated') AND store_url IS NOT NULL
              UNION SELECT unnest(copies) FROM eventodb_store.archives
              WHERE namespace = $1 AND state IN ('verified', 'dropped', 'rehydrated')
              UNION SELECT unnest(store_url || copies) FROM eventodb_store.policies
              WHERE namespace = $1 AND store_url IS NOT NULL
              UNION SELECT store_url FROM eventodb_store.claims WHERE namespace = $1 AND mark IS NOT NULL",
            &[&namespace],
        )
        .await
        .map_err(|e| explain("reading which stores are known", e))?;
    Ok(rows.iter().map(|r| r.get(0)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_between_other_global_positions_holds_none_of_the_rest() {
        let rest = RemainingMessages { global_positions: (Some(10), Some(20)), ..RemainingMessages::default() };
        for (first, last) in [(10, 20), (1, 10), (20, 30), (1, 30), (15, 15)] {
            assert!(rest.meets(Some(first), Some(last)), "{first} {last}");
        }
        assert!(!rest.meets(Some(1), Some(9)) && !rest.meets(Some(21), Some(30)));
        // Where a bound is not known, nothing is ruled out by it.
        assert!(rest.meets(None, Some(10)) && rest.meets(Some(20), None) && rest.meets(None, None));
        assert!(!rest.meets(None, Some(9)) && !rest.meets(Some(21), None));
    }
}
