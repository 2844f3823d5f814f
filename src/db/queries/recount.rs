//! Heads made anew from messages and archives. The archives' streams are in the transaction's table of archived streams.

use tokio_postgres::GenericClient;

use crate::db::errors::explain;
use crate::db::ident::Qualified;
use crate::db::scope::Scope;
use crate::error::Result;

/// What heads lack, in sum.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lacks {
    /// Streams that have messages and no head.
    pub new: i64,
    /// Streams whose head is behind their messages.
    pub behind: i64,
    /// Messages that no head has counted.
    pub uncounted: i64,
    /// Messages that heads have counted, and that are neither live nor archived.
    pub missing: i64,
}

/// What is odd about a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OddStream {
    /// The stream.
    pub stream: String,
    /// Live messages that share a position with another live one.
    pub doubled: i64,
    /// Live messages at positions that an archive holds.
    pub in_both: i64,
    /// More messages than there are positions, where nothing else tells of it.
    pub crowded: i64,
    /// Messages that were counted, and are neither live nor archived.
    pub missing: i64,
    /// How many such streams there are in all.
    pub streams: i64,
}

/// Compares heads with messages and archives, into a table of the session.
///
/// # Errors
/// Where a statement fails.
pub async fn compare(db: &impl GenericClient, scope: &Scope) -> Result<()> {
    let fail = |e| explain("comparing heads with messages", e);
    db.batch_execute("DROP TABLE IF EXISTS pg_temp.eventodb_recount").await.map_err(fail)?;
    db.batch_execute(&scope.render(include_str!("../sql/recount_streams.sql"))?).await.map_err(fail)?;
    db.batch_execute(&scope.render(include_str!("../sql/recount_last.sql"))?).await.map_err(fail)
}

/// Drops that table.
///
/// # Errors
/// Where the statement fails.
pub async fn forget(db: &impl GenericClient) -> Result<()> {
    db.batch_execute("DROP TABLE IF EXISTS pg_temp.eventodb_recount")
        .await
        .map_err(|e| explain("dropping a table of the session", e))
}

/// Adds up what was found.
///
/// # Errors
/// Where the query fails.
pub async fn lacks(db: &impl GenericClient) -> Result<Lacks> {
    let row = db
        .query_one(
            "SELECT count(*) FILTER (WHERE head IS NULL), count(*) FILTER (WHERE head IS NOT NULL AND is_behind),
                    coalesce(sum(greatest(0, live + archived - counted)), 0)::bigint,
                    coalesce(sum(greatest(0, counted - live - archived)), 0)::bigint FROM pg_temp.eventodb_recount",
            &[],
        )
        .await
        .map_err(|e| explain("adding up what heads lack", e))?;
    Ok(Lacks { new: row.get(0), behind: row.get(1), uncounted: row.get(2), missing: row.get(3) })
}

/// The first streams that counting cannot mend.
///
/// # Errors
/// Where the query fails.
pub async fn odd(db: &impl GenericClient) -> Result<Vec<OddStream>> {
    let rows = db
        .query(
            "SELECT stream_name, doubled, in_both, crowded, missing, count(*) OVER () AS streams
               FROM (SELECT r.stream_name, r.live - r.live_positions AS doubled, r.in_both,
                            greatest(0, r.live + r.archived - greatest(r.head, r.last) - 1) AS crowded,
                            greatest(0, r.counted - r.live - r.archived) AS missing FROM pg_temp.eventodb_recount r) t
              WHERE doubled > 0 OR in_both > 0 OR crowded > 0 OR missing > 0 ORDER BY stream_name LIMIT 20",
            &[],
        )
        .await
        .map_err(|e| explain("looking for streams that do not add up", e))?;
    Ok(rows
        .iter()
        .map(|r| OddStream {
            stream: r.get("stream_name"),
            doubled: r.get("doubled"),
            in_both: r.get("in_both"),
            crowded: r.get("crowded"),
            missing: r.get("missing"),
            streams: r.get("streams"),
        })
        .collect())
}

/// Raises heads by what was found.
///
/// # Errors
/// Where the statement fails.
pub async fn raise(db: &impl GenericClient, scope: &Scope) -> Result<()> {
    let sql = scope.render(include_str!("../sql/recount_apply.sql"))?;
    db.execute(&sql, &[]).await.map_err(|e| explain("raising heads", e))?;
    Ok(())
}

/// Takes messages out of the heads' counts that are nowhere any more. Positions stay: none is given out twice.
///
/// # Errors
/// Where the statement fails.
pub async fn accept_missing(db: &impl GenericClient, scope: &Scope) -> Result<()> {
    let sql = scope.render(
        "UPDATE {{schema}}.heads h SET messages = greatest(0, h.messages - (r.counted - r.live - r.archived))
           FROM pg_temp.eventodb_recount r
          WHERE r.stream_name = h.stream_name AND r.counted > r.live + r.archived",
    )?;
    db.execute(&sql, &[]).await.map_err(|e| explain("taking what is missing out of the heads' counts", e))?;
    Ok(())
}

/// How many of the heads that were changed are still not what messages and archives make them.
///
/// # Errors
/// Where the query fails.
pub async fn unequal(db: &impl GenericClient, scope: &Scope, accepts_missing: bool) -> Result<i64> {
    let sql = scope.render(include_str!("../sql/recount_check.sql"))?;
    let row = db.query_one(&sql, &[&accepts_missing]).await.map_err(|e| explain("looking at the heads again", e))?;
    Ok(row.get(0))
}

/// Where the sequence of global positions stands, and where it must stand at least.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sequence {
    /// The last global position that it gave out; 0 before the first.
    pub last: i64,
    /// The highest one that a message has, live or archived.
    pub highest: i64,
}

/// Looks at the sequence.
///
/// # Errors
/// Where the query fails.
pub async fn sequence(db: &impl GenericClient, scope: &Scope) -> Result<Sequence> {
    let sql = scope.render(
        "SELECT CASE WHEN q.is_called THEN q.last_value ELSE q.last_value - 1 END,
                greatest(0, (SELECT max(m.global_position) FROM {{schema}}.messages m),
                         (SELECT max(h.global_position) FROM {{schema}}.heads h),
                         (SELECT max(a.last_global_position) FROM eventodb_store.archives a
                           WHERE a.namespace = {{namespace_text}} AND a.state IN ('verified', 'dropped', 'rehydrated')))
           FROM {{schema}}.messages_global_position_seq q",
    )?;
    let row = db.query_one(&sql, &[]).await.map_err(|e| explain("looking at the sequence of global positions", e))?;
    Ok(Sequence { last: row.get(0), highest: row.get(1) })
}

/// The newest message of a chunk, against its head and the sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newest {
    /// Its global position.
    pub global_position: i64,
    /// Its head is missing, or below it.
    pub is_past_its_head: bool,
    /// The sequence has not given out its global position yet.
    pub is_past_the_sequence: bool,
}

/// Looks at the message with the highest global position in a chunk; `None` where the chunk is empty.
///
/// # Errors
/// Where the query fails.
pub async fn newest(db: &impl GenericClient, scope: &Scope, chunk: &Qualified) -> Result<Option<Newest>> {
    let sql = scope.render_with(
        "SELECT m.global_position, h.\"position\" IS NULL OR h.\"position\" < m.\"position\",
                m.global_position > CASE WHEN q.is_called THEN q.last_value ELSE q.last_value - 1 END
           FROM (SELECT * FROM {{chunk}} ORDER BY global_position DESC LIMIT 1) m
           CROSS JOIN {{schema}}.messages_global_position_seq q
           LEFT JOIN {{schema}}.heads h ON h.stream_name = m.stream_name COLLATE \"C\"",
        &[("chunk", &chunk.to_string())],
    )?;
    let row = db.query_opt(&sql, &[]).await.map_err(|e| explain("looking at the newest message", e))?;
    Ok(row.map(|r| Newest { global_position: r.get(0), is_past_its_head: r.get(1), is_past_the_sequence: r.get(2) }))
}
