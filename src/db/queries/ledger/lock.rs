//! Locks of archives in the ledger.

use chrono::{DateTime, Utc};
use tokio_postgres::GenericClient;

use crate::db::errors::explain;
use crate::error::Result;

/// Notes until when the store keeps an archive's objects from being deleted, and by which mode; nothing where it does not.
///
/// # Errors
/// Where the statement fails.
pub async fn note_lock(db: &impl GenericClient, id: i64, lock: Option<(DateTime<Utc>, &str)>) -> Result<()> {
    let (until, mode) = lock.unzip();
    db.execute(
        "UPDATE eventodb_store.archives SET locked_until = $2, lock_mode = $3
          WHERE id = $1 AND (locked_until, lock_mode) IS DISTINCT FROM ($2::timestamptz, $3::text)",
        &[&id, &until, &mode],
    )
    .await
    .map(drop)
    .map_err(|e| explain(format!("noting until when archive {id} is locked"), e))
}
