//! What is asked of live messages about an archive.

use tokio_postgres::GenericClient;

use super::ledger::ArchiveRow;
use crate::db::errors::explain;
use crate::db::ident::Qualified;
use crate::db::scope::Scope;
use crate::error::Result;

/// Live messages within an archive's range and global positions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Live {
    /// How many.
    pub messages: i64,
    /// The sum of their global positions, as a number in text.
    pub global_position_sum: String,
}

impl Live {
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
pub async fn live(db: &impl GenericClient, scope: &Scope, archive: &ArchiveRow) -> Result<Live> {
    live_in(db, &scope.messages(), archive).await
}

/// Those in one table: the hypertable, or a chunk of it.
///
/// # Errors
/// Where the query fails.
pub async fn live_in(db: &impl GenericClient, table: &Qualified, archive: &ArchiveRow) -> Result<Live> {
    let row = db
        .query_one(
            &format!(
                "SELECT count(*), coalesce(sum(global_position), 0)::text FROM {table}
                  WHERE time >= $1 AND time < $2 AND global_position BETWEEN $3 AND $4"
            ),
            &[
                &archive.range_start,
                &archive.range_end,
                &archive.first_global_position.unwrap_or(i64::MIN),
                &archive.last_global_position.unwrap_or(i64::MAX),
            ],
        )
        .await
        .map_err(|e| explain(format!("counting the live messages of archive {}", archive.id), e))?;
    Ok(Live { messages: row.get(0), global_position_sum: row.get(1) })
}

/// A global position within an archive's that two live messages have.
///
/// # Errors
/// Where the query fails.
pub async fn doubled(db: &impl GenericClient, scope: &Scope, archive: &ArchiveRow) -> Result<Option<i64>> {
    let sql = scope.render(
        "SELECT global_position FROM {{schema}}.messages WHERE global_position BETWEEN $1 AND $2
          GROUP BY global_position HAVING count(*) > 1 LIMIT 1",
    )?;
    let row = db
        .query_opt(&sql, &[&archive.first_global_position, &archive.last_global_position])
        .await
        .map_err(|e| explain("looking for global positions that are there twice", e))?;
    Ok(row.map(|r| r.get(0)))
}
