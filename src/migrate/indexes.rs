//! The namespace's indexes, which bulk loading goes without: building them afterwards costs a fraction.

use futures::TryStreamExt;
use tokio_postgres::Transaction;

use crate::db::errors::{self, explain};
use crate::db::ident::Qualified;
use crate::db::queries::migrations::{self as queries, MigrationRow};
use crate::db::queries::session;
use crate::db::{Connector, Db, Scope};
use crate::error::{Error, Result};
use crate::failpoint::effect;

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

/// Makes what [`drop`] has dropped, `jobs` indexes at a time. Where two messages share what must be unique, that index is
/// not made.
///
/// # Errors
/// [`Kind::Conflict`](crate::error::Kind::Conflict) where they do.
pub async fn make(db: &Db, scope: &Scope, connector: &Connector, migration: i64, jobs: usize) -> Result<()> {
    let missing = queries::get(db.client(), migration).await?.dropped_indexes;
    futures::stream::iter(missing.iter().map(Ok::<_, Error>))
        .try_for_each_concurrent(jobs, |index| async move {
            let mut session = connector.connect().await?;
            match make_one(&mut session, migration, index).await {
                // They met: once more, and it is alone or waits.
                Err(e) if errors::is_worth_another_try(&e) => make_one(&mut session, migration, index).await,
                done => done,
            }
        })
        .await?;
    queries::identify_messages(db.client(), scope).await
}

/// Makes all of a namespace's indexes, those of its own and those that [`drop`] has dropped, in the transaction that has emptied
/// it.
///
/// # Errors
/// Where a statement fails.
pub async fn make_all(tx: &Transaction<'_>, scope: &Scope, migration: &MigrationRow) -> Result<()> {
    let doing = "making the namespace's indexes";
    for index in &migration.dropped_indexes {
        tx.batch_execute(index).await.map_err(|e| explain(doing, e))?;
        queries::forget_index(tx, migration.id, index).await?;
    }
    queries::make_indexes(tx, scope).await?;
    queries::identify_messages(tx, scope).await
}

/// An index, and that it is there, in one transaction.
async fn make_one(db: &mut Db, migration: i64, index: &str) -> Result<()> {
    let doing = "making the namespace's indexes";
    let tx = db.client_mut().transaction().await.map_err(|e| explain(doing, e))?;
    session::give_memory_for_indexes(&tx).await?;
    tx.batch_execute(index).await.map_err(|e| explain(doing, e))?;
    queries::forget_index(&tx, migration, index).await?;
    effect!("migrate.indexes_made", tx.commit().await.map_err(|e| explain(doing, e))?);
    Ok(())
}
