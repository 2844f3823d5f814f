//! Streams and categories: listed page by page, and their versions, whatever the namespace's layout.

use tokio_postgres::GenericClient;

use super::StreamName;
use crate::db::queries::heads::{self, CategoryRow, HeadRow};
use crate::db::queries::plain_messages as plain;
use crate::db::{Layout, Scope};
use crate::error::Result;

/// Which streams to list.
#[derive(Debug, Clone, Copy)]
pub struct StreamPage<'a> {
    /// Those that start with this.
    pub prefix: &'a str,
    /// Those behind this name: the last of the page before, or nothing.
    pub after: &'a str,
    /// At most so many.
    pub limit: i64,
}

/// Streams by name. Those of a hypertable include streams all of whose messages are archived.
///
/// # Errors
/// Where the query fails.
pub async fn streams(db: &impl GenericClient, scope: &Scope, page: StreamPage<'_>) -> Result<Vec<HeadRow>> {
    let StreamPage { prefix, after, limit } = page;
    match scope.layout() {
        Layout::Hypertable => heads::list(db, scope, prefix, after, limit).await,
        Layout::Plain => plain::streams(db, scope, prefix, after, limit).await,
    }
}

/// The position of a stream's last message, archived or not; `None` where nothing was ever written to it.
///
/// # Errors
/// Where the query fails.
pub async fn version(db: &impl GenericClient, scope: &Scope, stream: &StreamName) -> Result<Option<i64>> {
    match scope.layout() {
        Layout::Hypertable => Ok(heads::get(db, scope, stream.as_str()).await?.map(|head| head.position)),
        Layout::Plain => plain::version(db, scope, stream.as_str()).await,
    }
}

/// Whether a message was ever written to the category.
///
/// # Errors
/// Where the query fails.
pub async fn has_category(db: &impl GenericClient, scope: &Scope, category: &str) -> Result<bool> {
    match scope.layout() {
        Layout::Hypertable => heads::has_category(db, scope, category).await,
        Layout::Plain => plain::has_category(db, scope, category).await,
    }
}

/// All categories by name.
///
/// # Errors
/// Where the query fails.
pub async fn categories(db: &impl GenericClient, scope: &Scope) -> Result<Vec<CategoryRow>> {
    match scope.layout() {
        Layout::Hypertable => heads::categories(db, scope).await,
        Layout::Plain => plain::categories(db, scope).await,
    }
}
