//! Global positions that two messages have.

use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, GenericClient, Transaction};

use super::chunks::ChunkRow;
use crate::db::errors::explain;
use crate::db::ident::Qualified;
use crate::db::scope::Scope;
use crate::error::Result;

/// Where a chunk has its global positions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extent {
    /// Its table.
    pub table: Qualified,
    /// Its table's number.
    pub oid: u32,
    /// Its lowest global position.
    pub first: i64,
    /// Its highest one.
    pub last: i64,
}

/// The extents of these chunks: by the spans that are kept where they hold, otherwise by the chunk's index, or by reading it
/// where it is compressed. Empty ones have none.
///
/// # Errors
/// Where a query fails.
pub async fn extents(db: &Client, scope: &Scope, chunks: &[ChunkRow]) -> Result<Vec<Extent>> {
    let fail = |e| explain("looking where chunks have their global positions", e);
    let sql = scope.render(
        "SELECT s.range_start, s.range_end, s.first_global_position, s.last_global_position FROM {{schema}}.spans s
          WHERE s.category IS NULL
            AND NOT EXISTS (SELECT FROM {{schema}}.unsettled u WHERE u.first_time < s.range_end AND u.last_time >= s.range_start)",
    )?;
    let spans = db.query(&sql, &[]).await.map_err(fail)?;
    let mut extents = Vec::with_capacity(chunks.len());
    for chunk in chunks {
        let kept = spans.iter().find(|s| {
            chunk.is_compressed
                && s.get::<_, chrono::DateTime<chrono::Utc>>(0) == chunk.range_start
                && s.get::<_, chrono::DateTime<chrono::Utc>>(1) == chunk.range_end
        });
        let (first, last): (Option<i64>, Option<i64>) = if let Some(kept) = kept {
            (kept.get(2), kept.get(3))
        } else {
            let sql = format!("SELECT min(global_position), max(global_position) FROM {}", chunk.table);
            match db.query_one(&sql, &[]).await {
                Ok(row) => (row.get(0), row.get(1)),
                // Dropped since it was listed, or it cannot be read: whoever archives it is told.
                Err(e) if e.as_db_error().is_some() => continue,
                Err(e) => return Err(fail(e)),
            }
        };
        if let (Some(first), Some(last)) = (first, last) {
            extents.push(Extent { table: chunk.table.clone(), oid: chunk.oid, first, last });
        }
    }
    Ok(extents)
}

/// So few global positions are looked up one by one, by an index or by what is noted of a compressed batch.
const FEW: i64 = 1000;

/// Those of a chunk within a span, where they are few.
async fn few(db: &Transaction<'_>, chunk: &Qualified, span: (i64, i64)) -> Result<Option<Vec<i64>>> {
    let rows = db
        .query(
            &format!("SELECT global_position FROM {chunk} WHERE global_position BETWEEN $1 AND $2 LIMIT $3"),
            &[&span.0, &span.1, &(FEW + 1)],
        )
        .await
        .map_err(|e| explain("looking for global positions that two chunks may have", e))?;
    let found: Vec<i64> = rows.iter().map(|r| r.get(0)).collect();
    Ok(i64::try_from(found.len()).is_ok_and(|n| n <= FEW).then_some(found))
}

/// Whether a chunk has a message within a span.
///
/// # Errors
/// Where the query fails.
pub async fn any_within(db: &impl GenericClient, chunk: &Qualified, span: (i64, i64)) -> Result<bool> {
    let sql = format!("SELECT EXISTS (SELECT FROM {chunk} WHERE global_position BETWEEN $1 AND $2)");
    let row = db
        .query_one(&sql, &[&span.0, &span.1])
        .await
        .map_err(|e| explain("looking for global positions that an archive may have as well", e))?;
    Ok(row.get(0))
}

/// The messages of a chunk at these global positions, in their order: with stream and position.
///
/// # Errors
/// Where the query fails.
pub async fn places_at(
    db: &impl GenericClient,
    chunk: &Qualified,
    positions: &[i64],
) -> Result<Vec<(i64, (String, i64))>> {
    let sql = format!(
        "SELECT global_position, stream_name::text, \"position\" FROM {chunk}
          WHERE global_position = ANY ($1::bigint[]) ORDER BY 1"
    );
    let rows = db
        .query(&sql, &[&positions])
        .await
        .map_err(|e| explain("comparing a chunk's global positions with an archive's", e))?;
    Ok(rows.iter().map(|r| (r.get(0), (r.get(1), r.get(2)))).collect())
}

/// Ranges of global positions within a span that both chunks have, in order; at most so many. A late message has a chunk
/// overlap with all that came in between: mostly one of two has few there.
///
/// # Errors
/// Where the query fails.
pub async fn shared(
    db: &Transaction<'_>,
    chunk: &Qualified,
    other: &Qualified,
    span: (i64, i64),
    limit: i64,
) -> Result<Vec<(i64, i64)>> {
    for (sparse, dense) in [(chunk, other), (other, chunk)] {
        if let Some(positions) = few(db, sparse, span).await? {
            let sql =
                format!("SELECT d.global_position AS g FROM {dense} d WHERE d.global_position = ANY ($1::bigint[])");
            return if positions.is_empty() { Ok(Vec::new()) } else { islands(db, &sql, &[&positions, &limit]).await };
        }
    }
    let sql = format!(
        "SELECT o.global_position AS g FROM {other} o JOIN {chunk} c ON c.global_position = o.global_position
          WHERE o.global_position BETWEEN ($1::bigint[])[1] AND ($1::bigint[])[2]
            AND c.global_position BETWEEN ($1::bigint[])[1] AND ($1::bigint[])[2]"
    );
    islands(db, &sql, &[&vec![span.0, span.1], &limit]).await
}

/// Numbers that a query gives as `g`, as ranges without gaps.
async fn islands(db: &Transaction<'_>, query: &str, params: &[&(dyn ToSql + Sync)]) -> Result<Vec<(i64, i64)>> {
    let sql = format!(
        "SELECT min(g), max(g)
           FROM (SELECT g, g - row_number() OVER (ORDER BY g) AS island FROM (SELECT DISTINCT g FROM ({query}) q) s) i
          GROUP BY island ORDER BY 1 LIMIT $2"
    );
    let rows =
        db.query(&sql, params).await.map_err(|e| explain("looking for global positions that two chunks have", e))?;
    Ok(rows.iter().map(|r| (r.get(0), r.get(1))).collect())
}

/// Whether a message of `chunk` within a span stands in `other` as well: at the same place of the same stream.
///
/// # Errors
/// Where the query fails.
pub async fn is_twice(db: &impl GenericClient, chunk: &Qualified, other: &Qualified, span: (i64, i64)) -> Result<bool> {
    let row = db
        .query_one(
            &format!(
                "SELECT EXISTS (
                     SELECT FROM {chunk} c JOIN {other} o
                         ON o.global_position = c.global_position AND o.stream_name = c.stream_name
                        AND o.\"position\" = c.\"position\" AND (o.id, o.time) <> (c.id, c.time)
                      WHERE c.global_position BETWEEN $1 AND $2 AND o.global_position BETWEEN $1 AND $2)
                     OR EXISTS (
                     SELECT FROM {chunk} c JOIN {other} o
                         ON o.global_position = c.global_position AND o.stream_name = c.stream_name
                        AND o.\"position\" = c.\"position\" AND c.tableoid <> o.tableoid
                      WHERE c.global_position BETWEEN $1 AND $2 AND o.global_position BETWEEN $1 AND $2)"
            ),
            &[&span.0, &span.1],
        )
        .await
        .map_err(|e| explain("looking for messages that are there twice", e))?;
    Ok(row.get(0))
}
