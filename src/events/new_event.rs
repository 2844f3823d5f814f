//! An event to write.

use serde_json::value::RawValue;
use uuid::Uuid;

/// An event to write.
#[derive(Debug, Clone)]
pub struct NewEvent {
    /// Its id. The same id with the same content is the same event.
    pub id: Uuid,
    /// The type.
    pub event_type: String,
    /// JSON, kept exactly.
    pub data: Option<Box<RawValue>>,
    /// JSON, kept exactly.
    pub metadata: Option<Box<RawValue>>,
}

impl NewEvent {
    /// An event with a new id (a `UUIDv7`, which compresses well) and no metadata.
    pub fn new(event_type: impl Into<String>, data: Option<Box<RawValue>>) -> Self {
        Self { id: Uuid::now_v7(), event_type: event_type.into(), data, metadata: None }
    }
}
