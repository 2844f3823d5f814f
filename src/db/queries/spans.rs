//! Where the messages of a time have their global positions, by which reads of a category find the chunks that they need.

use chrono::{DateTime, Utc};
use tokio_postgres::GenericClient;

use crate::db::errors::explain;
use crate::db::scope::Scope;
use crate::error::Result;

/// Notes the spans of a chunk by its figures, in the transaction that has made them.
///
/// # Errors
/// Where the statement fails.
pub async fn keep(
    db: &impl GenericClient,
    scope: &Scope,
    chunk_name: &str,
    range: (DateTime<Utc>, DateTime<Utc>),
) -> Result<()> {
    let sql = scope.render(include_str!("../sql/spans_of_chunk.sql"))?;
    db.execute(&sql, &[&chunk_name, &range.0, &range.1])
        .await
        .map_err(|e| explain("noting the global positions of a chunk", e))?;
    Ok(())
}

/// Has reads look everywhere, where spans hold no longer, and forgets these.
///
/// # Errors
/// Where the statement fails; run it in a transaction, before figures are forgotten.
pub async fn forget_stale(db: &impl GenericClient, scope: &Scope) -> Result<()> {
    let sql = scope.render(include_str!("../sql/unsettle.sql"))?;
    db.execute(&sql, &[]).await.map_err(|e| explain("forgetting spans that hold no longer", e))?;
    Ok(())
}

/// Messages came into a range without their triggers: its spans hold no longer.
///
/// # Errors
/// Where the statement fails.
pub async fn mark(db: &impl GenericClient, scope: &Scope, range: (DateTime<Utc>, DateTime<Utc>)) -> Result<()> {
    let sql = scope.render("INSERT INTO {{schema}}.unsettled (first_time, last_time) VALUES ($1, $2)")?;
    db.execute(&sql, &[&range.0, &range.1]).await.map_err(|e| explain("noting that spans hold no longer", e))?;
    Ok(())
}

/// There is a compressed chunk: reads unpack no more of them than they need. Their speed alone depends on it.
///
/// # Errors
/// Where the statement fails.
pub async fn note_compressed(db: &impl GenericClient, scope: &Scope) -> Result<()> {
    let sql = scope.render("UPDATE {{schema}}.settings SET is_compressed = true WHERE NOT is_compressed")?;
    db.execute(&sql, &[]).await.map_err(|e| explain("noting that a chunk is compressed", e))?;
    Ok(())
}

/// Keeps all writers of the namespace out until the transaction ends, and waits for those that are at work.
///
/// # Errors
/// Where they do not end within `lock_timeout`.
pub async fn lock_out(db: &impl GenericClient, scope: &Scope, lock_timeout: &str) -> Result<(), tokio_postgres::Error> {
    db.batch_execute(&format!(
        "SET LOCAL lock_timeout = '{lock_timeout}'; LOCK TABLE ONLY {} IN SHARE MODE",
        scope.messages()
    ))
    .await
}

/// Lets reads rely on the spans there are; the transaction keeps writers out. `false` where somebody has written to what
/// they are of.
///
/// # Errors
/// Where the statement fails.
pub async fn rely_on(db: &impl GenericClient, scope: &Scope) -> Result<bool> {
    let sql = scope.render(include_str!("../sql/settle.sql"))?;
    Ok(db.execute(&sql, &[]).await.map_err(|e| explain("noting that spans hold", e))? > 0)
}

/// Up to so many chunks reads look into all of them, as `get_category_messages` has it.
pub const FEW_CHUNKS: i64 = 15;

/// Whether reads can rely on spans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpansStatus {
    /// Live chunks.
    pub chunks: i64,
    /// Whether it is known where messages lie.
    pub is_settled: bool,
}

/// How reads stand.
///
/// # Errors
/// Where the query fails.
pub async fn standing(db: &impl GenericClient, scope: &Scope) -> Result<SpansStatus> {
    let sql = scope.render(
        "SELECT (SELECT count(*) FROM pg_inherits i WHERE i.inhparent = '{{schema_text}}.messages'::regclass) AS chunks,
                s.settled_until IS NOT NULL AND NOT EXISTS (SELECT FROM {{schema}}.unsettled) AS is_settled
           FROM {{schema}}.settings s",
    )?;
    let row = db.query_one(&sql, &[]).await.map_err(|e| explain("looking whether reads find their chunks", e))?;
    Ok(SpansStatus { chunks: row.get("chunks"), is_settled: row.get("is_settled") })
}
