//! What a forecast is made from, beside chunks and archives.

use std::time::Duration;

use tokio_postgres::GenericClient;

use crate::db::errors::explain;
use crate::db::scope::Scope;
use crate::error::Result;

/// How long the ranges of new chunks are.
///
/// # Errors
/// Where the query fails.
pub async fn chunk_interval(db: &impl GenericClient, scope: &Scope) -> Result<Duration> {
    let sql = scope.render(
        "SELECT extract(epoch FROM time_interval)::float8 FROM timescaledb_information.dimensions
          WHERE hypertable_schema = {{schema_name_text}} AND hypertable_name = 'messages' AND time_interval IS NOT NULL",
    )?;
    let row = db
        .query_opt(&sql, &[])
        .await
        .map_err(|e| explain(format!("looking for the chunk interval of namespace {}", scope.namespace()), e))?;
    let seconds = row.and_then(|r| r.get::<_, Option<f64>>(0)).unwrap_or(604_800.0);
    Ok(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::from_hours(168)).max(Duration::from_secs(1)))
}

/// A chunk before it was compressed, and then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompressedSize {
    /// The chunk.
    pub chunk_name: String,
    /// Its bytes before.
    pub before_bytes: i64,
    /// Its bytes after, without the table that is left of it.
    pub after_bytes: i64,
}

/// What compressing has made of a namespace's chunks.
///
/// # Errors
/// Where the query fails.
pub async fn compressed_sizes(db: &impl GenericClient, scope: &Scope) -> Result<Vec<CompressedSize>> {
    let rows = db
        .query(&scope.render(include_str!("../sql/compressed_sizes.sql"))?, &[])
        .await
        .map_err(|e| explain(format!("measuring the compressed chunks of namespace {}", scope.namespace()), e))?;
    Ok(rows
        .iter()
        .map(|r| CompressedSize {
            chunk_name: r.get("chunk_name"),
            before_bytes: r.get("before_bytes"),
            after_bytes: r.get("after_bytes"),
        })
        .collect())
}
