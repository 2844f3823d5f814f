//! The server's clock, the one that messages, ages and leases go by, and times that are longer than ours.

use chrono::{DateTime, Utc};
use tokio_postgres::row::RowIndex;
use tokio_postgres::types::FromSql;
use tokio_postgres::{GenericClient, Row};

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

/// A time that may lie outside what can be shown: `PostgreSQL`'s calendar is longer, and has infinity.
///
/// # Errors
/// Where it does.
pub fn time_of<'r, T, I>(row: &'r Row, column: I) -> Result<T>
where
    T: FromSql<'r>,
    I: RowIndex + std::fmt::Display,
{
    row.try_get(column).map_err(|e| {
        explain("reading a time", e).hint(
            "a message or chunk has a time before 262143 BC, after AD 262142 or at infinity; correct or delete it",
        )
    })
}
