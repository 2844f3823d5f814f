//! Locks of archives in the ledger.

use chrono::{DateTime, Utc};
use tokio_postgres::GenericClient;

use crate::db::errors::explain;
use crate::error::Result;

/// Notes until when a store keeps an archive's objects from being deleted, and by which mode; nothing where it does not. Each
/// of the stores that have the archive has a lock of its own.
///
/// # Errors
/// Where the statement fails.
pub async fn note_lock(
    db: &impl GenericClient,
    id: i64,
    store_url: &str,
    lock: Option<(DateTime<Utc>, &str)>,
) -> Result<()> {
    let (until, mode) = lock.unzip();
    db.execute(
        "WITH first AS (
             UPDATE eventodb_store.archives SET locked_until = $3, lock_mode = $4
              WHERE id = $1 AND store_url = $2
                AND (locked_until, lock_mode) IS DISTINCT FROM ($3::timestamptz, $4::text))
         UPDATE eventodb_store.copies SET locked_until = $3, lock_mode = $4
          WHERE archive = $1 AND store_url = $2
            AND (locked_until, lock_mode) IS DISTINCT FROM ($3::timestamptz, $4::text)",
        &[&id, &store_url, &until, &mode],
    )
    .await
    .map(drop)
    .map_err(|e| explain(format!("noting until when archive {id} is locked in {store_url}"), e))
}
