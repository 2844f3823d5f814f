//! Writing one message.

use serde_json::value::RawValue;
use uuid::Uuid;

use super::{StreamName, plain};
use crate::db::errors::{explain, sqlstate};
use crate::db::queries::messages::{self as queries, Appended, NewMessage};
use crate::db::{Db, Layout, Scope};
use crate::error::{Error, Kind, Result};

/// A message to write.
#[derive(Debug)]
pub struct Write {
    /// The stream.
    pub stream: StreamName,
    /// The type.
    pub message_type: String,
    /// JSON, kept exactly.
    pub data: Option<Box<RawValue>>,
    /// JSON, kept exactly.
    pub metadata: Option<Box<RawValue>>,
    /// Its id; a new one where none is given.
    pub id: Option<Uuid>,
    /// The version that the stream must have; -1: it must not exist.
    pub expected_version: Option<i64>,
}

/// Writes a message, and says where it is. The id that it got comes with it.
///
/// # Errors
/// [`Kind::Conflict`] for a wrong expected version or an id that another message has.
pub async fn write(db: &Db, scope: &Scope, w: &Write) -> Result<(Uuid, Appended)> {
    let id = w.id.unwrap_or_else(Uuid::now_v7);
    let new = NewMessage {
        id,
        stream: w.stream.as_str(),
        message_type: &w.message_type,
        data: w.data.as_deref(),
        metadata: w.metadata.as_deref(),
        expected_version: w.expected_version,
    };
    let refused = |e| refused(w.stream.as_str(), e);
    let appended = match scope.layout() {
        Layout::Hypertable => queries::append_alone(db.client(), scope, &new).await.map_err(refused)?,
        Layout::Plain => plain::write(db, scope, &new, refused).await?,
    };
    Ok((id, appended))
}

/// A message that the server has taken, and that is not there.
pub(super) fn not_stored(doing: String) -> Error {
    Error::failed(doing)
        .because("the server has taken it, and it is not there: nothing was written")
        .hint("a trigger or a rule on messages lets rows go: \\d on the table shows them")
}

/// What the server says to a write that it does not take.
pub(crate) fn refused(stream: &str, e: tokio_postgres::Error) -> Error {
    let doing = format!("writing to stream {stream}");
    if is_another_version(&e) {
        return Error::new(Kind::Conflict, doing)
            .because(crate::db::errors::ServerError::new(e))
            .hint("read the stream's new messages, decide again, and write with the version it has now");
    }
    match sqlstate(&e).map(tokio_postgres::error::SqlState::code) {
        Some("EV001") => not_stored(doing),
        _ => explain(doing, e),
    }
}

/// Whether a stream has another version than the one expected. Our functions raise P0001, as Message DB's do, and name what
/// was violated; `EventoDB`'s own raise a code of their own.
pub(super) fn is_another_version(e: &tokio_postgres::Error) -> bool {
    e.as_db_error().is_some_and(|e| match e.code().code() {
        "P0003" => true,
        "P0001" => e.constraint() == Some("expected_version"),
        _ => false,
    })
}
