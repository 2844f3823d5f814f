//! Up to which global position a namespace can be read, where all categories are: no transaction that is still open may bring
//! a lower one later. A hypertable's own function knows that, and its `get_category_messages` keeps to it; the functions of a
//! plain schema are `EventoDB`'s, or those of an older version of ours.

use std::time::Duration;

use tokio::time::Instant;
use tokio_postgres::GenericClient;

use super::migrations::{contiguous, holders, still_held};
use crate::db::errors::explain;
use crate::db::scope::Scope;
use crate::error::Result;

/// How long writers are waited for, and how often it is looked whether they have ended.
const PATIENCE: Duration = Duration::from_millis(100);
const LOOK: Duration = Duration::from_millis(2);
/// Messages that are looked at for a gap.
const WINDOW: i64 = 10_000;

/// All messages up to here are there, or never will be. The statement that reads has to come after it, in a transaction whose
/// statements see what was committed before each of them.
///
/// # Errors
/// Where the query fails.
pub async fn hypertable(db: &impl GenericClient, scope: &Scope) -> Result<i64> {
    let sql = scope.render("SELECT {{schema}}.global_horizon()")?;
    let row = db.query_one(&sql, &[]).await.map_err(|e| explain("looking how far messages can be read", e))?;
    Ok(row.get(0))
}

/// All messages from `from` on and up to here are there, or never will be; `None` in a transaction whose snapshot is older
/// than any horizon could be. The statement that reads has to come after it.
///
/// A writer takes its global position while it holds the table's lock: the highest position is read first, the holders of
/// the lock after it. Where one of them stays, it is the position before the first one that is missing.
///
/// # Errors
/// Where a query fails.
pub async fn plain(db: &impl GenericClient, scope: &Scope, from: i64) -> Result<Option<i64>> {
    let sql = scope.render(
        "SELECT current_setting('transaction_isolation') IN ('read committed', 'read uncommitted'),
                coalesce(max(m.global_position), 0), '{{schema_text}}.messages'::regclass::oid FROM {{schema}}.messages m",
    )?;
    let row = db.query_one(&sql, &[]).await.map_err(|e| explain("looking for the highest global position", e))?;
    if !row.get::<_, bool>(0) {
        return Ok(None);
    }
    let (highest, table): (i64, u32) = (row.get(1), row.get(2));
    if highest < from {
        return Ok(Some(highest));
    }
    let writers = holders(db, &[table]).await?;
    let end = Instant::now() + PATIENCE;
    while !writers.is_empty() && !still_held(db, &[table], &writers).await?.is_empty() {
        if Instant::now() >= end {
            let until = contiguous(db, &scope.messages(), from.saturating_sub(1), WINDOW).await?;
            return Ok(Some(until.min(highest)));
        }
        tokio::time::sleep(LOOK).await;
    }
    Ok(Some(highest))
}
