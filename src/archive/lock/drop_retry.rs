//! What is tried again, and how often.

use crate::chunks::ChunkRow;
use crate::db::errors::{self, explain};
use crate::error::Error;

/// Why a drop did not happen: a statement's own error can be worth another try.
#[derive(Debug)]
pub(in crate::archive) enum DropError {
    /// The server refused.
    Sql(tokio_postgres::Error),
    /// Anything else.
    Other(Error),
}

impl From<tokio_postgres::Error> for DropError {
    fn from(e: tokio_postgres::Error) -> Self {
        Self::Sql(e)
    }
}

impl From<Error> for DropError {
    fn from(e: Error) -> Self {
        Self::Other(e)
    }
}

impl DropError {
    pub fn into_error(self, chunk: &ChunkRow) -> Error {
        match self {
            Self::Sql(e) => explain(format!("dropping chunk {}", chunk.name()), e),
            Self::Other(e) => e,
        }
    }

    /// Whether a reader or a deadlock was in the way, and will be gone in a while.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Sql(e) => errors::is_retryable(e),
            Self::Other(e) => errors::is_worth_another_try(e),
        }
    }
}

/// Waits between tries to get a chunk's lock: about a minute in all.
pub(in crate::archive) fn pauses() -> impl Iterator<Item = std::time::Duration> {
    use backon::BackoffBuilder;
    backon::ExponentialBuilder::default()
        .with_min_delay(std::time::Duration::from_millis(200))
        .with_max_delay(std::time::Duration::from_secs(10))
        .with_max_times(times())
        .with_jitter()
        .build()
}

/// A test need not wait for a minute.
fn times() -> usize {
    fail::fail_point!("retry.once", |_| 1);
    8
}
