//! Exporting messages by global position.

use super::by_global_position::ByGlobalPosition;
use super::filter::Filter;
use super::live::{LiveMessages, hold};
use super::plain;
use super::query::Archived;
use super::query::ExportFilter;
use crate::archive::archive_filter;
use crate::archive::in_place::{ArchiveReader, Keep, OpenFrames};
use crate::db::queries::messages::{self as queries, MessageRow};
use crate::db::{Db, Layout, Scope};
use crate::error::Result;

/// Hands the messages to `each`, in the order of their global positions.
///
/// # Errors
/// [`Kind::Archived`](crate::error::Kind::Archived) where a part of them is archived and no store can be asked for it,
/// [`Kind::Verification`](crate::error::Kind::Verification) where an archive is damaged, unless the filter skips those.
pub async fn export(
    db: &mut Db,
    scope: &Scope,
    filter: &ExportFilter,
    reader: &ArchiveReader,
    mut each: impl FnMut(&MessageRow) -> Result<()>,
) -> Result<()> {
    if scope.layout() == Layout::Plain {
        return plain::export(db, scope, filter, each).await;
    }
    let doing = "exporting messages";
    let categories: Vec<String> = filter.categories.iter().map(ToString::to_string).collect();
    let flow = db.flow();
    let tx = hold(db, scope).await?;
    let archives = match filter.archived {
        Archived::Skip => Vec::new(),
        Archived::Auto | Archived::Only => {
            let named: Vec<&str> = categories.iter().map(String::as_str).collect();
            let mut archives = archive_filter::dropped(&tx, scope, &named).await?;
            archives.retain(|a| {
                archive_filter::may_hold_time(a, filter.since, filter.until)
                    && (categories.is_empty() || categories.iter().any(|c| archive_filter::holds(a, c)))
            });
            archives
        }
    };
    let live = match filter.archived {
        Archived::Only => LiveMessages::none(),
        Archived::Auto | Archived::Skip => {
            LiveMessages::new(queries::export(&tx, scope, &categories, filter.since, filter.until).await?, doing, flow)
        }
    };
    let wanted = Filter { categories, since: filter.since, until: filter.until, ..Filter::default() };
    let opening = OpenFrames { keep: Keep::No, ahead: true };
    let mut messages = ByGlobalPosition::new(reader, wanted, opening, live, archives);
    while let Some(message) = messages.next().await.map_err(|e| e.while_doing(doing))? {
        each(&message)?;
    }
    Ok(())
}
