//! The server's clock: the one that messages, ages and leases go by.

use chrono::{DateTime, Utc};
use tokio_postgres::GenericClient;

use crate::db::errors::explain;
use crate::error::Result;

/// The time now; inside a transaction, the time at which it began, as `now()`.
///
/// # Errors
/// Where the query fails.
pub async fn now(db: &impl GenericClient) -> Result<DateTime<Utc>> {
    let row = db.query_one("SELECT now()", &[]).await.map_err(|e| explain("reading the server's clock", e))?;
    Ok(row.get(0))
}
