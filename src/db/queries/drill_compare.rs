//! What came back in a drill, compared with what the archive's stream list and the live namespace say.

use tokio_postgres::GenericClient;

use crate::db::errors::explain;
use crate::db::scope::Scope;
use crate::error::Result;

/// Keeps a copy of the streams that the transaction has loaded from a list, until the session drops it.
///
/// # Errors
/// Where the statement fails.
pub async fn keep_listed(db: &impl GenericClient) -> Result<()> {
    db.batch_execute(
        "DROP TABLE IF EXISTS pg_temp.eventodb_listed;
         CREATE TEMPORARY TABLE eventodb_listed AS SELECT * FROM pg_temp.eventodb_archived;
         ANALYZE pg_temp.eventodb_listed",
    )
    .await
    .map_err(|e| explain("keeping an archive's stream list", e))
}

/// Drops that copy.
///
/// # Errors
/// Where the statement fails.
pub async fn drop_listed(db: &impl GenericClient) -> Result<()> {
    db.batch_execute("DROP TABLE IF EXISTS pg_temp.eventodb_listed")
        .await
        .map_err(|e| explain("dropping an archive's stream list", e))
}

/// Streams that are not what the archive's list says, of those that came back and those that are listed.
///
/// # Errors
/// Where the query fails.
pub async fn streams_unlike_listed(db: &impl GenericClient, scratch: &Scope) -> Result<i64> {
    let sql = scratch.render(include_str!("../sql/drill_streams.sql"))?;
    let row = db.query_one(&sql, &[]).await.map_err(|e| explain("comparing streams with an archive's list", e))?;
    Ok(row.get(0))
}

/// Messages outside of the ranges in which the archive's list says that their streams lie.
///
/// # Errors
/// Where the query fails.
pub async fn messages_outside_spans(db: &impl GenericClient, scratch: &Scope) -> Result<i64> {
    let sql = scratch.render(
        // Behind the last position that there can be no range has a bound.
        "SELECT count(*)
           FROM (SELECT s.stream_name, range_agg(CASE WHEN s.last = 9223372036854775807 THEN int8range(s.first, NULL)
                                                      ELSE int8range(s.first, s.last, '[]') END) AS spans
                   FROM (SELECT l.stream_name, split_part(s, ':', 1)::bigint AS first,
                                coalesce(nullif(split_part(s, ':', 2), ''), s)::bigint AS last
                           FROM pg_temp.eventodb_listed l, unnest(string_to_array(l.spans, ' ')) s) s GROUP BY 1) l
           JOIN {{schema}}.messages m USING (stream_name)
          WHERE NOT l.spans @> m.global_position",
    )?;
    let row = db.query_one(&sql, &[]).await.map_err(|e| explain("comparing messages with an archive's list", e))?;
    Ok(row.get(0))
}

/// Heads of a namespace that are not at, or beyond, the last messages of the listed streams: `exactly` there, where that is asked
/// for.
///
/// # Errors
/// Where the query fails.
pub async fn heads_unlike_listed(db: &impl GenericClient, scope: &Scope, exactly: bool) -> Result<i64> {
    let sql = scope.render(
        "SELECT count(*) FROM pg_temp.eventodb_listed l LEFT JOIN {{schema}}.heads h ON h.stream_name = l.stream_name
          WHERE h.stream_name IS NULL OR h.\"position\" < l.last_position OR $1 AND h.\"position\" > l.last_position
             OR h.\"position\" = l.last_position AND h.global_position <> l.last_global_position",
    )?;
    let row = db.query_one(&sql, &[&exactly]).await.map_err(|e| {
        explain(format!("comparing heads of namespace {} with an archive's list", scope.namespace()), e)
    })?;
    Ok(row.get(0))
}

/// The last global position that a namespace has given out.
///
/// # Errors
/// Where the query fails.
pub async fn last_given_out(db: &impl GenericClient, scope: &Scope) -> Result<i64> {
    let sql = scope.render(
        "SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM {{schema}}.messages_global_position_seq",
    )?;
    let row = db.query_one(&sql, &[]).await.map_err(|e| explain("reading the sequence of global positions", e))?;
    Ok(row.get(0))
}
