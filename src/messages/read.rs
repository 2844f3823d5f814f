//! Reading streams and categories. What is archived is never skipped in silence.

use tokio_postgres::Transaction;

use super::by_global_position::ByGlobalPosition;
use super::by_position::{Amount, ByPosition, last_in};
use super::filter::Filter;
use super::live::{LiveMessages, hold};
use super::query::Archived;
use super::query::{CategoryRead, StreamRead, sink_failed};
use super::{CategoryName, StreamName, plain, stream_unknown};
use crate::archive::ArchiveRow;
use crate::archive::archive_filter::{self, Recency};
use crate::archive::in_place::{ArchiveReader, Keep, OpenFrames};
use crate::db::queries::heads;
use crate::db::queries::messages::{self as queries, MessageRow};
use crate::db::{Db, Layout, Scope};
use crate::error::{Error, Kind, Result};
use crate::stream_name::category_of;

/// Reads a stream, handing each message to `each`.
///
/// # Errors
/// [`Kind::NotFound`] where there is no such stream; [`Kind::Archived`] where messages asked for are archived and no store
/// can be asked for them; [`Kind::Verification`] where an archive is damaged. The messages before that have been handed
/// over by then.
pub async fn read_stream(
    db: &mut Db,
    scope: &Scope,
    read: &StreamRead,
    reader: &ArchiveReader,
    mut each: impl FnMut(&MessageRow) -> std::io::Result<()>,
) -> Result<()> {
    if scope.layout() == Layout::Plain {
        return plain::read_stream(db, scope, read, each).await;
    }
    let stream = read.stream.as_str();
    let doing = format!("reading stream {stream}");
    let flow = db.flow();
    let tx = hold(db, scope).await?;
    let Some(head) = heads::get(&tx, scope, stream).await? else {
        return Err(stream_unknown(doing));
    };
    let mut archives = archived(&tx, scope, read.archived, category_of(stream)).await?;
    archives.retain(|a| archive_filter::may_hold_stream(a, &head));
    let live = match read.archived {
        Archived::Only => LiveMessages::none(),
        Archived::Auto | Archived::Skip => {
            LiveMessages::new(queries::read_stream(&tx, scope, stream, read.from, read.limit).await?, &doing, flow)
        }
    };
    let amount = if read.limit.is_some() { Amount::Some } else { Amount::All };
    let mut messages = ByPosition::new(reader, stream, read.from, head.position, live, archives, amount);
    let mut read_so_far = 0;
    while read.limit.is_none_or(|limit| read_so_far < limit) {
        let Some(next) = messages.next().await.map_err(|e| e.while_doing(&doing))? else {
            if let Some(expected) = messages.expected().filter(|expected| *expected <= head.position)
                && read.archived == Archived::Auto
            {
                archive_filter::check_gap(&head, expected, head.position)?;
            }
            break;
        };
        if read.archived == Archived::Auto && next.message.position > next.expected {
            archive_filter::check_gap(&head, next.expected, next.message.position - 1)?;
        }
        each(&next.message).map_err(sink_failed)?;
        read_so_far += 1;
    }
    Ok(())
}

/// The archives that a read looks into.
async fn archived(tx: &Transaction<'_>, scope: &Scope, archived: Archived, category: &str) -> Result<Vec<ArchiveRow>> {
    match archived {
        Archived::Auto | Archived::Only => archive_filter::dropped(tx, scope, &[category]).await,
        Archived::Skip => Ok(Vec::new()),
    }
}

/// Reads a category, handing each message to `each`.
///
/// # Errors
/// As [`read_stream`].
pub async fn read_category(
    db: &mut Db,
    scope: &Scope,
    read: &CategoryRead,
    reader: &ArchiveReader,
    mut each: impl FnMut(&MessageRow) -> std::io::Result<()>,
) -> Result<()> {
    if scope.layout() == Layout::Plain {
        return plain::read_category(db, scope, read, each).await;
    }
    let category = read.category.as_ref().map_or("", CategoryName::as_str);
    let correlation = read.correlation.as_ref().map(CategoryName::as_str);
    let doing = format!("reading category {category} from global position {}", read.from);
    let flow = db.flow();
    let tx = hold(db, scope).await?;
    let mut archives = archived(&tx, scope, read.archived, category).await?;
    archives
        .retain(|a| a.last_global_position.is_none_or(|last| last >= read.from) && archive_filter::holds(a, category));
    let live = match read.archived {
        Archived::Only => LiveMessages::none(),
        Archived::Auto | Archived::Skip => {
            let (from, limit) = (read.from, read.limit);
            let rows = queries::read_category(&tx, scope, category, from, limit, correlation, read.group).await?;
            LiveMessages::new(rows, format!("reading category {category}"), flow)
        }
    };
    let filter = Filter {
        from: Some(read.from),
        categories: read.category.iter().map(ToString::to_string).collect(),
        correlation: correlation.map(str::to_owned),
        group: read.group,
        ..Filter::default()
    };
    // A page is likely to be followed by the next one; all of it drives out the rest.
    let is_page = read.limit.is_some();
    let opening = OpenFrames { keep: if is_page { Keep::Yes } else { Keep::No }, ahead: !is_page };
    let mut messages = ByGlobalPosition::new(reader, filter, opening, live, archives);
    let mut read_so_far = 0;
    while read.limit.is_none_or(|limit| read_so_far < limit) {
        let Some(message) = messages.next().await.map_err(|e| e.while_doing(&doing))? else { break };
        each(&message).map_err(sink_failed)?;
        read_so_far += 1;
    }
    Ok(())
}

/// The last message of a stream, of this type where one is given.
///
/// # Errors
/// [`Kind::NotFound`] where there is none; else as [`read_stream`].
pub async fn last(
    db: &mut Db,
    scope: &Scope,
    stream: &StreamName,
    message_type: Option<&str>,
    mode: Archived,
    reader: &ArchiveReader,
) -> Result<MessageRow> {
    let doing = format!("reading the last message of stream {stream}");
    let none = |doing| {
        let what = if mode == Archived::Skip { "no live one" } else { "none" };
        Error::new(Kind::NotFound, doing)
            .because(message_type.map_or_else(|| format!("it has {what}"), |t| format!("it has {what} of type {t}")))
    };
    if scope.layout() == Layout::Plain {
        return plain::last(db, scope, stream, message_type, mode).await?.ok_or_else(|| none(doing));
    }
    let tx = hold(db, scope).await?;
    let Some(head) = heads::get(&tx, scope, stream.as_str()).await? else {
        return Err(stream_unknown(doing));
    };
    let mut archives = archived(&tx, scope, mode, category_of(stream.as_str())).await?;
    archives.retain(|a| archive_filter::may_hold_stream(a, &head));
    let mut found = match mode {
        Archived::Only => None,
        Archived::Auto => queries::last(&tx, scope, stream.as_str(), message_type).await?,
        Archived::Skip => queries::last_live(&tx, scope, stream.as_str(), message_type).await?,
    };
    let position = |m: &Option<MessageRow>| m.as_ref().map_or(-1, |m| m.position);
    // The newest first: the last message is likely there. What may have been archived again since comes last.
    archives.sort_by_key(|a| std::cmp::Reverse((Recency::of(a).is_last(), a.last_time, a.id)));
    for archive in &archives {
        if position(&found) >= head.position {
            break;
        }
        let later = last_in(reader, archive, stream.as_str(), message_type, position(&found)).await;
        found = later.map_err(|e| e.while_doing(&doing))?.or(found);
    }
    if mode == Archived::Auto && message_type.is_none() && position(&found) < head.position {
        archive_filter::check_gap(&head, position(&found) + 1, head.position)?;
    }
    found.ok_or_else(|| none(doing))
}
