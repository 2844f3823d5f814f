//! What a transaction is given for its work.

use tokio_postgres::Transaction;

use crate::db::errors::explain;
use crate::error::Result;

/// Memory for building an index.
const INDEX_MEMORY: &str = "256MB";

/// So much memory for indexes that the transaction builds, unless the server gives more already.
///
/// # Errors
/// Where the statement fails.
pub async fn give_memory_for_indexes(tx: &Transaction<'_>) -> Result<()> {
    tx.batch_execute(&format!(
        "SELECT set_config('maintenance_work_mem', '{INDEX_MEMORY}', true)
          WHERE pg_size_bytes(current_setting('maintenance_work_mem')) < pg_size_bytes('{INDEX_MEMORY}')"
    ))
    .await
    .map_err(|e| explain("taking memory for indexes", e))
}
