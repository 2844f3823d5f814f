//! Reading streams and categories. What is archived is never skipped in silence.

use futures::TryStreamExt;

use super::missing::{self, Archived};
use super::{CategoryName, StreamName};
use crate::db::errors::explain;
use crate::db::queries::heads;
use crate::db::queries::messages::{self as queries, ConsumerGroup, MessageRow};
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};

/// A stream to read.
#[derive(Debug, Clone)]
pub struct StreamRead {
    /// The stream.
    pub stream: StreamName,
    /// From this position on.
    pub from: i64,
    /// At most so many messages; `None`: all.
    pub limit: Option<i64>,
    /// What to do about messages that are archived.
    pub archived: Archived,
}

/// A category to read.
#[derive(Debug, Clone)]
pub struct CategoryRead {
    /// The category; `None` reads all of them.
    pub category: Option<CategoryName>,
    /// From this global position on.
    pub from: i64,
    /// At most so many messages; `None`: all.
    pub limit: Option<i64>,
    /// Only messages whose correlation stream is in this category.
    pub correlation: Option<CategoryName>,
    /// Only this member's streams.
    pub group: Option<ConsumerGroup>,
    /// What to do about messages that are archived.
    pub archived: Archived,
}

fn sink_failed(e: std::io::Error) -> Error {
    Error::failed("writing the output").because(e)
}

/// Reads a stream, handing each message to `each`.
///
/// # Errors
/// [`Kind::NotFound`] where there is no such stream; [`Kind::Archived`] where messages asked for are archived. The
/// messages before the first missing one have been handed over by then.
pub async fn read_stream(
    db: &Db,
    scope: &Scope,
    read: &StreamRead,
    mut each: impl FnMut(&MessageRow) -> std::io::Result<()>,
) -> Result<()> {
    let stream = read.stream.as_str();
    let Some(head) = heads::get(db.client(), scope, stream).await? else {
        return Err(Error::new(Kind::NotFound, format!("reading stream {stream}"))
            .because("nothing was ever written to it")
            .hint("eventodb-admin streams list shows the streams of the namespace"));
    };
    let mut rows = std::pin::pin!(queries::read_stream(db.client(), scope, stream, read.from, read.limit).await?);
    let mut expected = read.from.max(0);
    let mut read_so_far = 0;
    while let Some(row) = rows.try_next().await.map_err(|e| explain(format!("reading stream {stream}"), e))? {
        let message = queries::message(&row)?;
        if message.position > expected && read.archived == Archived::Auto {
            missing::check_stream(db, scope, &head, expected, message.position - 1).await?;
        }
        each(&message).map_err(sink_failed)?;
        expected = message.position + 1;
        read_so_far += 1;
    }
    let wants_more = read.limit.is_none_or(|limit| read_so_far < limit);
    if wants_more && expected <= head.position && read.archived == Archived::Auto {
        missing::check_stream(db, scope, &head, expected, head.position).await?;
    }
    Ok(())
}

/// Reads a category, handing each message to `each`.
///
/// # Errors
/// [`Kind::Archived`] before the first message where messages asked for are archived.
pub async fn read_category(
    db: &Db,
    scope: &Scope,
    read: &CategoryRead,
    mut each: impl FnMut(&MessageRow) -> std::io::Result<()>,
) -> Result<()> {
    let category = read.category.as_ref().map_or("", CategoryName::as_str);
    let correlation = read.correlation.as_ref().map(CategoryName::as_str);
    let missing = match read.archived {
        Archived::Auto => missing::first_archived(db, scope, category, read.from).await?,
        Archived::Skip => None,
    };
    let rows =
        queries::read_category(db.client(), scope, category, read.from, read.limit, correlation, read.group).await?;
    let mut rows = std::pin::pin!(rows);
    let (mut read_so_far, mut last) = (0, i64::MIN);
    while let Some(row) = rows.try_next().await.map_err(|e| explain(format!("reading category {category}"), e))? {
        let message = queries::message(&row)?;
        if let Some(missing) = missing.as_ref().filter(|m| m.first_global_position <= message.global_position) {
            return Err(missing.error(format!("reading category {category} from global position {}", read.from)));
        }
        each(&message).map_err(sink_failed)?;
        read_so_far += 1;
        last = message.global_position;
    }
    // Asked again: a chunk may have been archived between the first look and the read.
    let missing = match read.archived {
        Archived::Auto => missing::first_archived(db, scope, category, read.from).await?,
        Archived::Skip => None,
    };
    let wants_more = read.limit.is_none_or(|limit| read_so_far < limit);
    match missing {
        Some(missing) if wants_more || missing.first_global_position <= last => {
            Err(missing.error(format!("reading category {category} from global position {}", read.from)))
        }
        _ => Ok(()),
    }
}

/// The last message of a stream, of this type where one is given.
///
/// # Errors
/// [`Kind::NotFound`] where there is none; [`Kind::Archived`] where it is archived, or may be.
pub async fn last(db: &Db, scope: &Scope, stream: &StreamName, message_type: Option<&str>) -> Result<MessageRow> {
    let doing = format!("reading the last message of stream {stream}");
    let Some(head) = heads::get(db.client(), scope, stream.as_str()).await? else {
        return Err(Error::new(Kind::NotFound, doing).because("nothing was ever written to it"));
    };
    let found = queries::last(db.client(), scope, stream.as_str(), message_type).await?;
    // Of a type: anything archived after the message found might be of that type.
    let live_from = found.as_ref().map_or(0, |m| m.position + 1);
    if live_from <= head.position {
        missing::check_stream_tail(db, scope, &head, live_from).await?;
    }
    found.ok_or_else(|| {
        Error::new(Kind::NotFound, doing)
            .because(message_type.map_or_else(|| "it has none".to_owned(), |t| format!("it has none of type {t}")))
    })
}
