//! The namespace's indexes, which bulk loading goes without: building them afterwards costs a fraction.

use crate::db::errors::explain;
use crate::db::ident::Qualified;
use crate::db::queries::migrations as queries;
use crate::db::{Db, Scope};
use crate::error::Result;
use crate::failpoint::effect;

/// Memory for building an index, unless the session has more already.
const MEMORY: &str = "512MB";

/// Drops all indexes but the one on global positions; how each is made is kept in the same transaction.
///
/// # Errors
/// Where a statement fails.
pub async fn drop(db: &mut Db, scope: &Scope, migration: i64) -> Result<()> {
    let doing = "dropping indexes before the bulk is loaded";
    let found = queries::secondary_indexes(db.client(), scope.schema()).await?;
    if found.is_empty() {
        return Ok(());
    }
    // One by one: older versions of TimescaleDB refuse to drop several at once (2.19.3: XX000).
    let drops: Vec<_> =
        found.iter().map(|(name, _)| format!("DROP INDEX {}", Qualified::new(scope.schema(), name))).collect();
    let made: Vec<_> = found.into_iter().map(|(_, made)| made).collect();
    let tx = db.client_mut().transaction().await.map_err(|e| explain(doing, e))?;
    tx.batch_execute(&drops.join("; ")).await.map_err(|e| explain(doing, e))?;
    queries::keep_indexes(&tx, migration, &made).await?;
    effect!("migrate.indexes_dropped", tx.commit().await.map_err(|e| explain(doing, e))?);
    Ok(())
}

/// Makes what [`drop`] has dropped; where two messages share what must be unique, nothing is made.
///
/// # Errors
/// [`Kind::Conflict`](crate::error::Kind::Conflict) where they do.
pub async fn make(db: &mut Db, migration: i64) -> Result<()> {
    let made = queries::get(db.client(), migration).await?.dropped_indexes;
    if made.is_empty() {
        return Ok(());
    }
    let doing = "making the namespace's indexes";
    let tx = db.client_mut().transaction().await.map_err(|e| explain(doing, e))?;
    tx.batch_execute(&format!(
        "SELECT set_config('maintenance_work_mem', '{MEMORY}', true)
          WHERE pg_size_bytes(current_setting('maintenance_work_mem')) < pg_size_bytes('{MEMORY}')"
    ))
    .await
    .map_err(|e| explain(doing, e))?;
    for index in &made {
        tx.batch_execute(index).await.map_err(|e| explain(doing, e))?;
    }
    queries::keep_indexes(&tx, migration, &[]).await?;
    effect!("migrate.indexes_made", tx.commit().await.map_err(|e| explain(doing, e))?);
    Ok(())
}
