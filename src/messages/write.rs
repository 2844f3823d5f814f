//! Writing one message.

use serde_json::value::RawValue;
use uuid::Uuid;

use super::refusal::refused;
use super::{StreamName, plain};
use crate::db::queries::messages::{self as queries, Appended, NewMessage};
use crate::db::{Db, Layout, Scope};
use crate::error::Result;

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
/// [`Kind::Conflict`] for a wrong expected version or an id that another message has; [`Kind::Usage`] for a name that is too
/// long.
pub async fn write(db: &Db, scope: &Scope, w: &Write) -> Result<(Uuid, Appended)> {
    w.stream.check_to_write()?;
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
