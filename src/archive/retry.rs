//! What is tried again, how often, and what is stopped before that.

use crate::chunks::ChunkRow;
use crate::db::connect::Canceller;
use crate::db::errors::explain;
use crate::error::{Error, Result};

/// After an error, stops the COPY that may still be running: the session would have to read all the rest of it before it
/// could be told anything.
pub(super) async fn or_cancel<T>(result: Result<T>, canceller: &Canceller) -> Result<T> {
    if result.is_err()
        && let Err(e) = canceller.cancel().await
    {
        tracing::warn!("{e}");
    }
    result
}

/// Why a drop did not happen: a statement's own error can be worth another try.
#[derive(Debug)]
pub(super) enum DropError {
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
            Self::Sql(e) => crate::db::errors::is_retryable(e),
            Self::Other(e) => {
                crate::db::errors::sqlstate_of(e).is_some_and(|s| ["55P03", "40P01", "40001"].contains(&s.code()))
            }
        }
    }
}

/// Waits between tries to get a chunk's lock: about a minute in all.
pub(super) fn pauses() -> impl Iterator<Item = std::time::Duration> {
    use backon::BackoffBuilder;
    backon::ExponentialBuilder::default()
        .with_min_delay(std::time::Duration::from_millis(200))
        .with_max_delay(std::time::Duration::from_secs(10))
        .with_max_times(8)
        .with_jitter()
        .build()
}
