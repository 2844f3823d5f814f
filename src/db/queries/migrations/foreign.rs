//! Messages of a copy that its migration has not put there.

use tokio_postgres::{GenericClient, Row};

use super::ranges::ClaimedRange;
use crate::db::errors::explain;
use crate::db::scope::Scope;
use crate::error::Result;

/// A message that somebody has written to a copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignMessage {
    /// Its id.
    pub id: String,
    /// Its stream.
    pub stream: String,
    /// Its position.
    pub position: i64,
}

fn message(r: &Row) -> ForeignMessage {
    ForeignMessage {
        id: r.get::<_, Option<String>>(0).unwrap_or_default(),
        stream: r.get::<_, Option<String>>(1).unwrap_or_default(),
        position: r.get::<_, Option<i64>>(2).unwrap_or_default(),
    }
}

const LOOKING: &str = "looking for what others have written to the copy";

/// Messages of ranges that the heads know of.
///
/// # Errors
/// Where the query fails.
pub async fn messages_in_heads(db: &impl GenericClient, migration: i64) -> Result<i64> {
    let row = db
        .query_one(
            "SELECT coalesce(sum(messages), 0)::bigint FROM eventodb_store.migration_ranges
              WHERE migration = $1 AND state = 'copied' AND NOT heads_pending",
            &[&migration],
        )
        .await
        .map_err(|e| explain(LOOKING, e))?;
    Ok(row.get(0))
}

/// Messages in no range that was copied, or at another time than the messages of their range.
///
/// # Errors
/// Where the query fails.
pub async fn outside_ranges(
    db: &impl GenericClient,
    scope: &Scope,
    migration: i64,
    limit: usize,
) -> Result<Vec<ForeignMessage>> {
    let rows = db
        .query(
            &format!(
                "SELECT m.id::text, m.stream_name, m.\"position\" FROM {} m
                  WHERE NOT EXISTS (
                        SELECT FROM (SELECT r.* FROM eventodb_store.migration_ranges r
                                      WHERE r.migration = $1 AND r.first_position <= m.global_position
                                      ORDER BY r.first_position DESC LIMIT 1) r
                         WHERE r.state = 'copied' AND m.global_position <= r.last_position
                           AND m.\"time\" BETWEEN r.first_time AND r.last_time)
                  ORDER BY m.\"time\", m.global_position LIMIT $2",
                scope.messages()
            ),
            &[&migration, &i64::try_from(limit).unwrap_or(i64::MAX)],
        )
        .await
        .map_err(|e| explain(LOOKING, e))?;
    Ok(rows.iter().map(message).collect())
}

/// Ranges that hold more messages than were copied, at the times of what was copied.
///
/// # Errors
/// Where the query fails.
pub async fn overfull_ranges(db: &impl GenericClient, scope: &Scope, migration: i64) -> Result<Vec<ClaimedRange>> {
    let rows = db
        .query(
            &format!(
                "SELECT r.first_position, r.last_position FROM eventodb_store.migration_ranges r
                  WHERE r.migration = $1 AND r.state = 'copied'
                    AND r.messages < (SELECT count(*) FROM {} m
                                       WHERE m.global_position BETWEEN r.first_position AND r.last_position
                                         AND m.\"time\" BETWEEN r.first_time AND r.last_time)
                  ORDER BY 1",
                scope.messages()
            ),
            &[&migration],
        )
        .await
        .map_err(|e| explain(LOOKING, e))?;
    Ok(rows.iter().map(|r| ClaimedRange { first: r.get(0), last: r.get(1) }).collect())
}

/// The messages of a range on a side.
///
/// # Errors
/// Where the query fails.
pub async fn ids_of_range(db: &impl GenericClient, rows: &str, range: ClaimedRange) -> Result<Vec<ForeignMessage>> {
    let rows = db
        .query(
            &format!(
                "SELECT m.id::text, m.stream_name, m.\"position\" FROM {rows} m
                  WHERE m.global_position BETWEEN $1 AND $2 ORDER BY m.global_position"
            ),
            &[&range.first, &range.last],
        )
        .await
        .map_err(|e| explain(LOOKING, e))?;
    Ok(rows.iter().map(message).collect())
}
