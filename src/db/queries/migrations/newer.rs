//! Messages of a source that are newer than their copy, whatever its statistics say.

use tokio_postgres::GenericClient;

use super::table::{SourceTable, Structure};
use crate::db::errors::explain;
use crate::error::Result;

/// The transaction below which none is open, as the session's snapshot has it: what a later one writes is not seen.
///
/// # Errors
/// Where the query fails.
pub async fn horizon(db: &impl GenericClient) -> Result<i64> {
    let row = db
        .query_one("SELECT txid_snapshot_xmin(txid_current_snapshot())", &[])
        .await
        .map_err(|e| explain("asking which transactions are open at the source", e))?;
    Ok(row.get(0))
}

/// Ranges in order, and what was seen of each when it was copied.
#[derive(Debug, Default)]
pub struct SeenRanges {
    /// Their first global positions.
    pub firsts: Vec<i64>,
    /// The horizon of each; `None` where nothing is known of it.
    pub horizons: Vec<Option<i64>>,
    /// The last global position of all.
    pub last: i64,
}

/// Which of the ranges have messages that a transaction wrote at or after the range's horizon, by the ranges' place; `None` where
/// the table does not tell: compressed chunks do not. Rows keep their transaction when they are frozen. Its number is compared
/// as the server keeps it, in 32 bits: after 4 billion transactions an old row may look new, and never a new one old.
///
/// # Errors
/// Where the query fails.
pub async fn newer_ranges(
    db: &impl GenericClient,
    table: &SourceTable,
    seen: &SeenRanges,
) -> Result<Option<Vec<usize>>> {
    let first = seen.firsts.first().copied().unwrap_or(i64::MIN);
    let sql = format!(
        "WITH snapshot AS (SELECT txid_snapshot_xmax(txid_current_snapshot()) AS next)
         SELECT DISTINCT r.place
           FROM (SELECT width_bucket(m.global_position, $1::bigint[]) AS place, m.xmin::text::bigint AS writer FROM {} m
                  WHERE m.global_position BETWEEN $2 AND $3) r, snapshot s
          WHERE s.next - ($4::bigint[])[r.place] >= ((s.next - r.writer) & 4294967295)
                -- The source's cluster was set back.
             OR s.next < ($4::bigint[])[r.place]
          ORDER BY 1",
        table.name
    );
    match db.query(&sql, &[&seen.firsts, &first, &seen.last, &seen.horizons]).await {
        Ok(rows) => Ok(Some(
            rows.iter().map(|r| usize::try_from(r.get::<_, i32>(0)).unwrap_or_default().saturating_sub(1)).collect(),
        )),
        Err(e) if table.structure == Structure::Hypertable && e.as_db_error().is_some() => Ok(None),
        Err(e) => Err(explain("looking for messages of the source that are newer than their copy", e)),
    }
}
