//! The rows of an object that is stored, on their way into frames once more.

use std::sync::{Arc, Mutex};

use super::frame_filler::{RowSink, pass_row};
use crate::archive::format::csv::RowSplitter;
use crate::archive::read::verify::{Expected, read_through};
use crate::error::{Error, Result};
use crate::progress::Task;
use crate::stop::Stop;
use crate::store::{ObjectKey, Store};

/// Hands a sink the rows of an object, which is read whole. Only where the rows are those that were stored they are complete to it.
///
/// # Errors
/// [`Kind::Verification`](crate::error::Kind::Verification) where the object is not what is expected; where the store cannot be
/// read; after a stop.
pub(in crate::archive) async fn refill(
    (store, key): (&Store, &ObjectKey),
    expected: Expected,
    task: Option<Arc<dyn Task>>,
    stop: &Stop,
    sink: RowSink,
) -> Result<()> {
    let state = Arc::new(Mutex::new((RowSplitter::default(), sink)));
    let shared = Arc::clone(&state);
    read_through(store, key, expected, task, stop, move |piece| {
        let mut guard = shared.lock().map_err(|_| Error::failed("a reader has panicked"))?;
        let (splitter, sink) = &mut *guard;
        splitter.add_owned(piece, |row| pass_row(row, sink))
    })
    .await?;
    let state = Arc::into_inner(state).and_then(|state| state.into_inner().ok());
    let (_, sink) = state.ok_or_else(|| Error::failed("a reader is still at work"))?;
    sink.end().await;
    Ok(())
}
