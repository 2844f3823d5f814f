//! A table that is filled and indexed aside, and then becomes a chunk: indexes are built in a third of the time that
//! keeping them row by row takes, and nobody who writes is in its way.

use chrono::{DateTime, Utc};
use tokio_postgres::{GenericClient, Transaction};

use super::chunks::COLLISION;
use super::session;
use crate::db::errors::{explain, sqlstate_of};
use crate::db::ident::Qualified;
use crate::db::scope::Scope;
use crate::error::Result;

/// Whether the range's chunk can be made in this way.
///
/// # Errors
/// Where the query fails.
pub async fn is_possible(
    db: &impl GenericClient,
    scope: &Scope,
    range: (DateTime<Utc>, DateTime<Utc>),
) -> Result<bool> {
    let sql = scope.render(include_str!("../sql/stage_possible.sql"))?;
    let row = db.query_one(&sql, &[&range.0, &range.1]).await.map_err(|e| explain("looking at the hypertable", e))?;
    Ok(row.get(0))
}

/// Makes the table, of this name. Its indexes get names by that, which must be free in the schema of all chunks as well.
///
/// # Errors
/// Where the statement fails.
pub async fn make(tx: &Transaction<'_>, scope: &Scope, name: String) -> Result<Qualified> {
    let table = Qualified::new(scope.schema(), name);
    tx.batch_execute(&format!(
        "CREATE TABLE {table} (LIKE {} INCLUDING DEFAULTS INCLUDING STORAGE INCLUDING COMPRESSION)",
        scope.messages()
    ))
    .await
    .map_err(|e| explain(format!("making table {table}"), e))?;
    Ok(table)
}

/// Gives it the indexes, the owner and the grants of a chunk.
///
/// # Errors
/// Where a statement fails.
pub async fn make_like_chunk(tx: &Transaction<'_>, scope: &Scope, table: &Qualified) -> Result<()> {
    let doing = "making indexes";
    session::give_memory_for_indexes(tx).await?;
    let sql = scope.render(include_str!("../sql/stage_like_chunk.sql"))?;
    for row in tx.query(&sql, &[&table.to_string()]).await.map_err(|e| explain(doing, e))? {
        tx.batch_execute(row.get(0)).await.map_err(|e| explain(doing, e))?;
    }
    Ok(())
}

/// What became of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adopted {
    /// It is the range's chunk now.
    Chunk,
    /// Somebody has written to the range meanwhile, so that it has a chunk: the table is what it was.
    RangeIsTaken,
    /// The server would have given it no triggers or foreign keys: the table is what it was, and the range has no chunk.
    WouldLackSome,
}

/// Makes the table the chunk of a range. From then to the commit nobody else can make a chunk.
///
/// # Errors
/// Where the server refuses.
pub async fn adopt(
    tx: &mut Transaction<'_>,
    scope: &Scope,
    table: &Qualified,
    range: (DateTime<Utc>, DateTime<Utc>),
) -> Result<Adopted> {
    let doing = "making the table a chunk";
    // As microseconds, which is what the slices are in.
    let slices = serde_json::json!({ "time": [range.0.timestamp_micros(), range.1.timestamp_micros()] });
    let inner = tx.savepoint("adopt").await.map_err(|e| explain(doing, e))?;
    let made = inner
        .execute(
            "SELECT FROM _timescaledb_functions.create_chunk($1::text::regclass, $2, NULL, NULL, $3::text::regclass)",
            &[&scope.messages().to_string(), &slices, &table.to_string()],
        )
        .await
        .map_err(|e| explain(doing, e));
    match made {
        Ok(_) if lacks_some(&inner, scope, range).await? => {
            inner.rollback().await.map_err(|e| explain(doing, e))?;
            Ok(Adopted::WouldLackSome)
        }
        Ok(_) => {
            inner.commit().await.map_err(|e| explain(doing, e))?;
            Ok(Adopted::Chunk)
        }
        Err(e) if sqlstate_of(&e).is_some_and(|code| code.code() == COLLISION) => {
            inner.rollback().await.map_err(|e| explain(doing, e))?;
            Ok(Adopted::RangeIsTaken)
        }
        Err(e) => Err(e),
    }
}

/// Whether the chunk of a range lacks triggers or foreign keys that the hypertable has.
async fn lacks_some(db: &impl GenericClient, scope: &Scope, range: (DateTime<Utc>, DateTime<Utc>)) -> Result<bool> {
    let sql = scope.render(include_str!("../sql/stage_lacks.sql"))?;
    let row = db.query_one(&sql, &[&range.0, &range.1]).await.map_err(|e| explain("looking at the new chunk", e))?;
    Ok(row.get(0))
}

/// Copies the rows of a table into another one.
///
/// # Errors
/// Where a statement fails.
pub async fn insert_staged(tx: &Transaction<'_>, into: &Qualified, table: &Qualified, columns: &str) -> Result<()> {
    tx.batch_execute(&format!("INSERT INTO {into} ({columns}) SELECT {columns} FROM {table}"))
        .await
        .map_err(|e| explain("moving messages into the hypertable", e))
}

/// Drops the table.
///
/// # Errors
/// Where the statement fails.
pub async fn drop(tx: &Transaction<'_>, table: &Qualified) -> Result<()> {
    tx.batch_execute(&format!("DROP TABLE {table}")).await.map_err(|e| explain(format!("dropping table {table}"), e))
}
