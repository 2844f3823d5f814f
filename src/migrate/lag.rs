//! How far behind the source a namespace is.

use super::source::MigrationSource;
use crate::db::Db;
use crate::db::queries::migrations as queries;
use crate::error::Result;

/// How far behind the source a namespace is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lag {
    /// Messages.
    pub messages: i64,
    /// Seconds since the first of them was written.
    pub seconds: f64,
}

/// How far behind the source the namespace is.
///
/// # Errors
/// Where a query fails.
pub async fn lag(from: &Db, source: &MigrationSource, cut_to: Option<i64>) -> Result<Lag> {
    let (messages, seconds) = queries::unread(from.client(), source.rows().from, cut_to.unwrap_or(i64::MIN)).await?;
    Ok(Lag { messages, seconds: if messages == 0 { 0.0 } else { seconds } })
}
