//! The heads of what a migration has copied.

use chrono::{DateTime, Utc};
use tokio_postgres::{GenericClient, Transaction};

use super::ranges::{ClaimedRange, RangeFigures};
use crate::db::errors::explain;
use crate::db::queries::clock::time_of;
use crate::db::scope::Scope;
use crate::error::Result;

const RAISING: &str = "raising the heads of what was copied";

/// Messages whose heads are raised in one transaction.
const AT_A_TIME: i64 = 2_000_000;

/// Raises the heads by what was just copied.
///
/// # Errors
/// Where the statement fails.
pub async fn raise_heads(
    db: &impl GenericClient,
    scope: &Scope,
    range: ClaimedRange,
    figures: &RangeFigures,
) -> Result<()> {
    raise(db, scope, range, figures.first_time, figures.last_time).await
}

async fn raise(
    db: &impl GenericClient,
    scope: &Scope,
    range: ClaimedRange,
    first_time: Option<DateTime<Utc>>,
    last_time: Option<DateTime<Utc>>,
) -> Result<()> {
    let sql = scope.render(include_str!("../../sql/migrate_heads.sql"))?;
    db.execute(&sql, &[&range.first, &range.last, &first_time, &last_time]).await.map_err(|e| explain(RAISING, e))?;
    // What the heads' trigger would have done, too.
    let sql = scope.render("SELECT {{schema}}.count_again($1, $2)")?;
    db.execute(&sql, &[&first_time, &last_time]).await.map_err(|e| explain(RAISING, e))?;
    Ok(())
}

/// Raises the heads by the next ranges that were copied without; how many messages these hold. 0: there are none.
///
/// Whoever calls holds the migration's lock: no range comes to be copied meanwhile.
///
/// # Errors
/// Where a statement fails.
pub async fn raise_pending_heads(tx: &Transaction<'_>, migration: i64, scope: &Scope) -> Result<i64> {
    let row = tx
        .query_one(include_str!("../../sql/migrate_heads_pending.sql"), &[&migration, &AT_A_TIME])
        .await
        .map_err(|e| explain(RAISING, e))?;
    let (Some(first), Some(last)) = (row.get("first_position"), row.get("last_position")) else { return Ok(0) };
    raise(tx, scope, ClaimedRange { first, last }, time_of(&row, "first_time")?, time_of(&row, "last_time")?).await?;
    tx.execute(
        "UPDATE eventodb_store.migration_ranges SET heads_pending = false
          WHERE migration = $1 AND first_position BETWEEN $2 AND $3 AND heads_pending",
        &[&migration, &first, &last],
    )
    .await
    .map_err(|e| explain(RAISING, e))?;
    Ok(row.get("messages"))
}
