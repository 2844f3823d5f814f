//! Messages of a plain Postgres schema, where nothing is archived.

use std::pin::pin;

use futures::TryStreamExt;
use tokio_postgres::RowStream;
use tokio_postgres::error::SqlState;

use super::StreamName;
use super::query::Archived;
use super::query::{CategoryRead, ExportFilter, StreamRead, sink_failed};
use super::refusal::is_another_version;
use super::{CategoryName, stream_unknown};
use crate::db::errors::{explain, sqlstate};
use crate::db::queries::messages::{self as queries, Appended, MessageRow, NewMessage};
use crate::db::queries::plain_messages as plain;
use crate::db::{Db, Scope};
use crate::error::{Error, Result};

/// Writes a message. One whose id is there already, with the same content, keeps its place, as in a hypertable; here an
/// id is known for ever.
pub(super) async fn write(
    db: &Db,
    scope: &Scope,
    m: &NewMessage<'_>,
    refused: impl Fn(tokio_postgres::Error) -> Error,
) -> Result<Appended> {
    // Before the write: a retry would fail at its expected version.
    if let Some(before) = plain::written_before(db.client(), scope, m).await? {
        return Ok(before);
    }
    match plain::append(db.client(), scope, m).await {
        Ok(position) => {
            let doing = || format!("looking where the message went in stream {}", m.stream);
            let global_position = plain::global_position(db.client(), scope, m.stream, position).await;
            let global_position = global_position.map_err(|e| {
                explain(doing(), e).hint("the message is written; writing it again with the same id tells where")
            })?;
            Ok(Appended { position, global_position, is_new: true })
        }
        // The same write, by another session, came in between.
        Err(e) if is_another_version(&e) || sqlstate(&e) == Some(&SqlState::UNIQUE_VIOLATION) => {
            match plain::written_before(db.client(), scope, m).await? {
                Some(before) => Ok(before),
                None => Err(refused(e)),
            }
        }
        Err(e) => Err(refused(e)),
    }
}

async fn hand_over<E>(
    rows: RowStream,
    doing: &str,
    mut each: impl FnMut(&MessageRow) -> std::result::Result<(), E>,
    failed: impl Fn(E) -> Error,
) -> Result<()> {
    let mut rows = pin!(rows);
    while let Some(row) = rows.try_next().await.map_err(|e| explain(doing.to_owned(), e))? {
        each(&queries::message(&row)?).map_err(&failed)?;
    }
    Ok(())
}

pub(super) async fn read_stream(
    db: &Db,
    scope: &Scope,
    read: &StreamRead,
    each: impl FnMut(&MessageRow) -> std::io::Result<()>,
) -> Result<()> {
    let stream = read.stream.as_str();
    let doing = format!("reading stream {stream}");
    if plain::version(db.client(), scope, stream).await?.is_none() {
        return Err(stream_unknown(doing));
    }
    if read.archived == Archived::Only {
        return Ok(());
    }
    let rows = plain::read_stream(db.client(), scope, stream, read.from, read.limit).await?;
    hand_over(rows, &doing, each, sink_failed).await
}

pub(super) async fn read_category(
    db: &Db,
    scope: &Scope,
    read: &CategoryRead,
    each: impl FnMut(&MessageRow) -> std::io::Result<()>,
) -> Result<()> {
    if read.archived == Archived::Only {
        return Ok(());
    }
    let category = read.category.as_ref().map_or("", CategoryName::as_str);
    let correlation = read.correlation.as_ref().map(CategoryName::as_str);
    let rows =
        plain::read_category(db.client(), scope, category, read.from, read.limit, correlation, read.group).await?;
    hand_over(rows, &format!("reading category {category}"), each, sink_failed).await
}

pub(super) async fn last(
    db: &Db,
    scope: &Scope,
    stream: &StreamName,
    message_type: Option<&str>,
    archived: Archived,
) -> Result<Option<MessageRow>> {
    match archived {
        Archived::Only => Ok(None),
        Archived::Auto | Archived::Skip => plain::last(db.client(), scope, stream.as_str(), message_type).await,
    }
}

pub(super) async fn export(
    db: &Db,
    scope: &Scope,
    filter: &ExportFilter,
    each: impl FnMut(&MessageRow) -> Result<()>,
) -> Result<()> {
    if filter.archived == Archived::Only {
        return Ok(());
    }
    let categories: Vec<String> = filter.categories.iter().map(ToString::to_string).collect();
    let rows = plain::export(db.client(), scope, &categories, filter.since, filter.until).await?;
    hand_over(rows, "exporting messages", each, |e| e).await
}
