//! What can be asked of messages.

use chrono::{DateTime, Utc};

use super::{CategoryName, StreamName};
use crate::db::queries::messages::ConsumerGroup;
use crate::error::Error;

/// What a read does about messages that are archived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Archived {
    /// Reads them from the store, and fails where it cannot.
    #[default]
    Auto,
    /// Leaves them out.
    Skip,
    /// Reads nothing else.
    Only,
}

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
    pub archived: Archived,
}

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

pub(super) fn sink_failed(e: std::io::Error) -> Error {
    Error::failed("writing the output").because(e)
}
