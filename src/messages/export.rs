//! Exporting messages by global position.

use chrono::{DateTime, Utc};
use futures::{Stream, StreamExt, TryStreamExt};

use super::CategoryName;
use super::missing;
use crate::db::errors::explain;
use crate::db::queries::messages::{self as queries, MessageRow};
use crate::db::{Db, Scope};
use crate::error::Result;

/// Which messages to export.
#[derive(Debug, Clone, Default)]
pub struct ExportFilter {
    /// These categories; all where empty.
    pub categories: Vec<CategoryName>,
    /// From this instant on.
    pub since: Option<DateTime<Utc>>,
    /// Before this instant.
    pub until: Option<DateTime<Utc>>,
    /// What to do about messages that are archived.
    pub archived: missing::Archived,
}

/// Streams the messages in the order of their global positions.
///
/// # Errors
/// [`Kind::Archived`](crate::error::Kind::Archived) before the first message where a part of them is archived, unless
/// the filter skips those.
pub async fn export<'a>(
    db: &'a Db,
    scope: &'a Scope,
    filter: &ExportFilter,
) -> Result<impl Stream<Item = Result<MessageRow>> + use<'a>> {
    let categories: Vec<String> = filter.categories.iter().map(ToString::to_string).collect();
    if filter.archived == missing::Archived::Auto {
        missing::check_export(db, scope, &categories, filter.since, filter.until).await?;
    }
    let rows = queries::export(db.client(), scope, &categories, filter.since, filter.until).await?;
    let filter = filter.clone();
    // Asked again at the end: a chunk may have been archived between the first look and the read.
    let again = async move {
        match filter.archived {
            missing::Archived::Auto => missing::check_export(db, scope, &categories, filter.since, filter.until).await,
            missing::Archived::Skip => Ok(()),
        }
    };
    let rows = rows
        .map_err(|e| explain("exporting messages", e))
        .and_then(|row| futures::future::ready(queries::message(&row)));
    let end = futures::stream::once(again).filter_map(|end| futures::future::ready(end.err().map(Err)));
    Ok(rows.chain(end))
}
