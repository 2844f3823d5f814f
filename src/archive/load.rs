//! Objects on their way into the database: read → hash and unpack → COPY.

use std::sync::Arc;

use bytes::Bytes;
use futures::SinkExt;
use tokio::sync::mpsc;
use tokio_postgres::Transaction;

use super::manifest::Manifest;
use super::verify::{Expected, Spent, read_through_timed};
use crate::db::errors::explain;
use crate::db::queries::coverage as queries;
use crate::error::{Error, Result};
use crate::progress::Task;
use crate::stop::Stop;
use crate::store::{ObjectKey, Store};

/// Pieces that may wait for the server.
const WAITING: usize = 4;

/// Copies an object's CSV (its header line left out) into `table (columns)` and returns the rows, and where the time of
/// reading went. The COPY is only ended
/// once the object has proven to be what was stored: on any error nothing of it arrives, as long as the caller's
/// transaction, or savepoint, is rolled back.
///
/// # Errors
/// Where the object is missing or differs, the server refuses a row, or a stop is asked for.
#[allow(clippy::too_many_arguments)] // what is read, where it goes, who listens
pub async fn copy_in(
    db: &Transaction<'_>,
    target: &str,
    store: &Store,
    key: &ObjectKey,
    expected: Expected,
    task: Option<Arc<dyn Task>>,
    stop: &Stop,
) -> Result<(u64, Spent)> {
    let doing = "copying an archive in";
    let sink = db
        .copy_in::<_, Bytes>(&format!("COPY {target} FROM STDIN (FORMAT csv, HEADER)"))
        .await
        .map_err(|e| explain(doing, e))?;
    let mut sink = std::pin::pin!(sink);
    let (send, mut pieces) = mpsc::channel::<Bytes>(WAITING);
    let reading = Box::pin(read_through_timed(store, key, expected, task, stop, move |piece| {
        send.blocking_send(Bytes::copy_from_slice(piece))
            .map_err(|_| Error::failed(doing).because("the server has ended the copy"))
    }));
    let copying = async {
        while let Some(piece) = pieces.recv().await {
            sink.send(piece).await.map_err(|e| explain(doing, e))?;
        }
        Ok::<_, Error>(())
    };
    // Both to their ends: where the server refuses a row, its reason counts, not that the reader found nobody.
    let (read, copied) = tokio::join!(reading, copying);
    copied?;
    let spent = read?;
    let rows = sink.finish().await.map_err(|e| explain(doing, e))?;
    Ok((rows, spent))
}

/// Loads an archive's stream list into the transaction's table of archived streams.
///
/// # Errors
/// [`Kind::Verification`](crate::error::Kind::Verification) where it is missing or differs.
pub async fn streams(db: &Transaction<'_>, store: &Store, manifest: &Manifest, stop: &Stop) -> Result<()> {
    let heads = &manifest.heads;
    let target = format!("pg_temp.eventodb_archived ({})", heads.columns.join(", "));
    copy_in(db, &target, store, &ObjectKey::new(&heads.object)?, Expected::heads(manifest), None, stop).await?;
    Ok(())
}

/// Does as [`streams`] by the archive's data, where its stream list is lost.
///
/// # Errors
/// [`Kind::Verification`](crate::error::Kind::Verification) where the data is missing or differs.
pub async fn streams_from_data(db: &Transaction<'_>, store: &Store, manifest: &Manifest, stop: &Stop) -> Result<()> {
    messages(db, store, manifest, stop).await?;
    queries::archived_from_loaded(db).await
}

/// Loads an archive's messages into a table of the transaction.
///
/// # Errors
/// [`Kind::Verification`](crate::error::Kind::Verification) where the data is missing or differs.
pub async fn messages(db: &Transaction<'_>, store: &Store, manifest: &Manifest, stop: &Stop) -> Result<()> {
    queries::make_loaded(db).await?;
    let target = format!("pg_temp.eventodb_loaded ({})", manifest.column_list());
    copy_in(db, &target, store, &ObjectKey::new(&manifest.data.object)?, Expected::data(manifest)?, None, stop).await?;
    Ok(())
}
