//! What is asked of a namespace that an archive is copied into. The archive's messages are in the transaction's table of
//! loaded messages by then.

use std::fmt;

use chrono::{DateTime, Utc};
use tokio_postgres::GenericClient;

use super::clock::time_of;
use crate::db::errors::explain;
use crate::db::scope::Scope;
use crate::error::Result;

/// Leaves the messages of these streams.
///
/// # Errors
/// Where the statement fails.
pub async fn keep_only(db: &impl GenericClient, streams: &[String]) -> Result<()> {
    db.execute("DELETE FROM pg_temp.eventodb_loaded WHERE NOT stream_name = ANY ($1)", &[&streams])
        .await
        .map_err(|e| explain("leaving out other streams", e))?;
    Ok(())
}

/// What was loaded.
#[derive(Debug, Clone, Copy)]
pub struct LoadedMessages {
    /// Messages.
    pub messages: i64,
    /// The earliest and the latest time.
    pub times: Option<(DateTime<Utc>, DateTime<Utc>)>,
    /// The highest global position.
    pub last_global_position: Option<i64>,
}

/// Looks at what was loaded, and lets the planner know.
///
/// # Errors
/// Where a statement fails.
pub async fn look(db: &impl GenericClient) -> Result<LoadedMessages> {
    let doing = "looking at an archive's messages";
    db.batch_execute("ANALYZE pg_temp.eventodb_loaded").await.map_err(|e| explain(doing, e))?;
    let row = db
        .query_one("SELECT count(*), min(time), max(time), max(global_position) FROM pg_temp.eventodb_loaded", &[])
        .await
        .map_err(|e| explain(doing, e))?;
    let first: Option<DateTime<Utc>> = time_of(&row, 1)?;
    Ok(LoadedMessages { messages: row.get(0), times: first.zip(time_of(&row, 2)?), last_global_position: row.get(3) })
}

const THERE: &str = "EXISTS (SELECT FROM {{schema}}.messages m WHERE m.global_position = l.global_position)";

/// An archive of the namespace that is the only copy of its messages, and may have one in the place of a loaded one that
/// is not live.
///
/// # Errors
/// Where the query fails.
pub async fn archived(db: &impl GenericClient, scope: &Scope) -> Result<Option<i64>> {
    let sql = scope.render(&format!(
        "SELECT a.id FROM eventodb_store.archives a
          WHERE a.namespace = {{{{namespace_text}}}} AND a.state = 'dropped'
            AND EXISTS (SELECT FROM pg_temp.eventodb_loaded l
                         WHERE l.global_position BETWEEN a.first_global_position AND a.last_global_position
                           AND NOT {THERE})
          ORDER BY a.id LIMIT 1"
    ))?;
    let row = db.query_opt(&sql, &[]).await.map_err(|e| explain("looking for places in archives", e))?;
    Ok(row.map(|r| r.get(0)))
}

/// A place that a live message has which is not the loaded one.
#[derive(Debug, Clone)]
pub enum Taken {
    /// A global position.
    GlobalPosition(i64),
    /// A position of a stream.
    Position(String, i64),
    /// An id.
    Id(uuid::Uuid),
}

impl fmt::Display for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::GlobalPosition(at) => write!(f, "global position {at}"),
            Self::Position(stream, at) => write!(f, "position {at} of stream {stream}"),
            Self::Id(id) => write!(f, "id {id}"),
        }
    }
}

/// The first place that is taken by another message.
///
/// # Errors
/// Where the query fails.
pub async fn taken(db: &impl GenericClient, scope: &Scope) -> Result<Option<Taken>> {
    let same = "(m.global_position, m.stream_name, m.\"position\", m.time, m.type, m.id)
              = (l.global_position, l.stream_name, l.\"position\", l.time, l.type, l.id)
            AND m.data IS NOT DISTINCT FROM l.data AND m.metadata IS NOT DISTINCT FROM l.metadata";
    for at in [
        "m.global_position = l.global_position",
        "m.stream_name = l.stream_name AND m.\"position\" = l.\"position\"",
        "m.id = l.id",
    ] {
        let sql = scope.render(&format!(
            "SELECT l.global_position, l.stream_name, l.\"position\", l.id, m.global_position = l.global_position,
                    m.stream_name = l.stream_name AND m.\"position\" = l.\"position\"
               FROM pg_temp.eventodb_loaded l JOIN {{{{schema}}}}.messages m ON {at}
              WHERE NOT ({same}) LIMIT 1"
        ))?;
        let found = db.query_opt(&sql, &[]).await.map_err(|e| explain("looking for places that are taken", e))?;
        if let Some(r) = found {
            return Ok(Some(match (r.get(4), r.get(5)) {
                (true, _) => Taken::GlobalPosition(r.get(0)),
                (false, true) => Taken::Position(r.get(1), r.get(2)),
                (false, false) => Taken::Id(r.get(3)),
            }));
        }
    }
    Ok(None)
}

/// Whether a loaded message is not live yet.
///
/// # Errors
/// Where the query fails.
pub async fn missing(db: &impl GenericClient, scope: &Scope) -> Result<bool> {
    let sql = scope.render(&format!("SELECT EXISTS (SELECT FROM pg_temp.eventodb_loaded l WHERE NOT {THERE})"))?;
    let row = db.query_one(&sql, &[]).await.map_err(|e| explain("looking for what is there already", e))?;
    Ok(row.get(0))
}

/// Inserts the loaded messages that are not live yet. Returns how many.
///
/// # Errors
/// [`Kind::Conflict`](crate::error::Kind::Conflict) where the heads know of another message in its place.
pub async fn insert(db: &impl GenericClient, scope: &Scope) -> Result<i64> {
    let sql = scope.render(&format!(
        "INSERT INTO {{{{schema}}}}.messages (time, global_position, position, stream_name, type, data, metadata, id)
         SELECT l.time, l.global_position, l.position, l.stream_name, l.type, l.data, l.metadata, l.id
           FROM pg_temp.eventodb_loaded l WHERE NOT {THERE} ORDER BY l.global_position"
    ))?;
    let n = db.execute(&sql, &[]).await.map_err(|e| explain("inserting an archive's messages", e))?;
    Ok(i64::try_from(n).unwrap_or(i64::MAX))
}
