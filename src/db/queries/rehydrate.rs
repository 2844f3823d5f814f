//! What a rehydrate asks of the hypertable.

use tokio_postgres::GenericClient;

use super::ledger::ArchiveRow;
use crate::db::errors::explain;
use crate::db::scope::Scope;
use crate::error::Result;

/// How many live messages lie within an archive's range and global positions.
///
/// # Errors
/// Where the query fails.
pub async fn count_of(db: &impl GenericClient, scope: &Scope, archive: &ArchiveRow) -> Result<i64> {
    let sql = scope.render(
        "SELECT count(*) FROM {{schema}}.messages
          WHERE time >= $1 AND time < $2 AND global_position BETWEEN $3 AND $4",
    )?;
    let row = db
        .query_one(
            &sql,
            &[
                &archive.range_start,
                &archive.range_end,
                &archive.first_global_position.unwrap_or(i64::MIN),
                &archive.last_global_position.unwrap_or(i64::MAX),
            ],
        )
        .await
        .map_err(|e| explain(format!("counting the live messages of archive {}", archive.id), e))?;
    Ok(row.get(0))
}
