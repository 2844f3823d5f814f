//! Objects on their way into the database: read → hash and unpack → COPY.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use futures::SinkExt;
use tokio::sync::mpsc;
use tokio_postgres::Transaction;

use super::verify::{Expected, ReadTimes, read_through_timed};
use crate::archive::format::copy_binary::BinaryWriter;
use crate::archive::format::csv::COLUMNS;
use crate::archive::format::manifest::Manifest;
use crate::db::errors::{explain, is_beyond_the_server};
use crate::db::queries::coverage as queries;
use crate::error::{Error, Result};
use crate::progress::Task;
use crate::stop::Stop;
use crate::store::{ObjectKey, Store};

/// Bytes that are sent at a time, at most; a piece of rows is seldom larger.
const SENT_BYTES: usize = 2 << 20;
/// Pieces that may wait for the server.
const WAITING: usize = 4;

/// Copies an object's CSV (its header line left out) into `table (columns)` and returns the rows. The COPY is only ended
/// once the object has proven to be what was stored: on any error nothing of it arrives, as long as the caller's
/// transaction, or savepoint, is rolled back.
///
/// # Errors
/// Where the object is missing or differs, the server refuses a row, or a stop is asked for.
pub async fn copy_in(
    db: &Transaction<'_>,
    target: &str,
    store: &Store,
    key: &ObjectKey,
    expected: Expected,
    task: Option<Arc<dyn Task>>,
    stop: &Stop,
) -> Result<LoadedRows> {
    let make = |piece: &[u8]| Some(Bytes::copy_from_slice(piece));
    let loaded = copy(db, target, "csv, HEADER", store, key, expected, make, &[], task, stop).await?;
    loaded.ok_or_else(|| Error::failed(DOING).because("its reader has ended early"))
}

/// Does as [`copy_in`] with the data of an archive, but sends its rows in binary form, which takes the server less time.
/// `None` where a row is not as servers write it: only [`copy_in`] takes those, after a rollback to before this.
///
/// # Errors
/// As those of [`copy_in`].
pub async fn copy_in_binary(
    db: &Transaction<'_>,
    target: &str,
    store: &Store,
    manifest: &Manifest,
    task: Option<Arc<dyn Task>>,
    stop: &Stop,
) -> Result<Option<LoadedRows>> {
    let mut writer = BinaryWriter::default();
    let make = move |piece: &[u8]| writer.add(piece).ok().map(Bytes::from);
    let (key, expected) = (ObjectKey::new(&manifest.data.object)?, Expected::data(manifest)?);
    copy(db, target, "binary", store, &key, expected, make, &BinaryWriter::END, task, stop).await
}

/// Copies all of an archive's data into a table whose columns have the types of an archive's: in binary form, and as CSV where
/// that cannot be. A row's CSV may be larger than a server takes.
///
/// # Errors
/// As those of [`copy_in`].
pub async fn copy_data_in(
    db: &Transaction<'_>,
    table: &str,
    store: &Store,
    manifest: &Manifest,
    task: Option<Arc<dyn Task>>,
    stop: &Stop,
) -> Result<()> {
    let target = format!("{table} ({})", manifest.column_list());
    if manifest.columns.iter().map(|column| (column.name.as_str(), column.r#type.as_str())).eq(COLUMNS) {
        db.batch_execute("SAVEPOINT fast").await.map_err(|e| explain(DOING, e))?;
        if copy_in_binary(db, &target, store, manifest, task.clone(), stop).await?.is_some() {
            return Ok(());
        }
        db.batch_execute("ROLLBACK TO SAVEPOINT fast").await.map_err(|e| explain(DOING, e))?;
    }
    let (key, expected) = (ObjectKey::new(&manifest.data.object)?, Expected::data(manifest)?);
    copy_in(db, &target, store, &key, expected, task, stop).await.map(|_| ())
}

/// What was taken in, and where the time of reading it went.
#[derive(Debug, Clone, Copy)]
pub struct LoadedRows {
    /// Rows.
    pub rows: u64,
    /// Time.
    pub spent: ReadTimes,
}

const DOING: &str = "copying an archive in";

/// Sends what `make` makes of each piece, then `end`; nothing more from where it makes nothing, and returns `None` then. The
/// object is read to its end in any case: where it is not what was stored, that counts.
#[allow(clippy::too_many_arguments)] // what is read, what becomes of it, where it goes, who listens
async fn copy(
    db: &Transaction<'_>,
    target: &str,
    form: &str,
    store: &Store,
    key: &ObjectKey,
    expected: Expected,
    mut make: impl FnMut(&[u8]) -> Option<Bytes> + Send + 'static,
    end: &'static [u8],
    task: Option<Arc<dyn Task>>,
    stop: &Stop,
) -> Result<Option<LoadedRows>> {
    let sink = db
        .copy_in::<_, Bytes>(&format!("COPY {target} FROM STDIN (FORMAT {form})"))
        .await
        .map_err(|e| explain(DOING, e))?;
    let mut sink = std::pin::pin!(sink);
    let (send, mut pieces) = mpsc::channel::<Bytes>(WAITING);
    let whole = Arc::new(AtomicBool::new(true));
    let goes_on = Arc::clone(&whole);
    let reading = Box::pin(read_through_timed(store, key, expected, task, stop, move |piece| {
        if !goes_on.load(Ordering::Relaxed) {
            return Ok(());
        }
        let Some(mut rows) = make(piece) else {
            goes_on.store(false, Ordering::Relaxed);
            return Ok(());
        };
        // The server takes a row in as many messages as we like: a large one is not copied as a whole on its way.
        while !rows.is_empty() {
            let some = rows.split_to(rows.len().min(SENT_BYTES));
            send.blocking_send(some).map_err(|_| Error::failed(DOING).because("the server has ended the copy"))?;
        }
        Ok(())
    }));
    let copying = async {
        while let Some(piece) = pieces.recv().await {
            sink.send(piece).await.map_err(|e| explain(DOING, e))?;
        }
        Ok::<_, Error>(())
    };
    // Both to their ends: where the server refuses a row, its reason counts, not that the reader found nobody.
    let (read, copied) = tokio::join!(reading, copying);
    copied?;
    let spent = read?;
    if !whole.load(Ordering::Relaxed) {
        return Ok(None);
    }
    if !end.is_empty() {
        sink.send(Bytes::from_static(end)).await.map_err(|e| explain(DOING, e))?;
    }
    let rows = sink.finish().await.map_err(|e| explain(DOING, e))?;
    Ok(Some(LoadedRows { rows, spent }))
}

/// Copies the first row of an archive into `table (columns)`, and reads no further. Nothing is proven of it: it must not stay.
///
/// # Errors
/// Where the object cannot be read, or the server refuses the row.
pub async fn first_row(
    db: &Transaction<'_>,
    target: &str,
    store: &Store,
    manifest: &Manifest,
    stop: &Stop,
) -> Result<()> {
    let savepoint = |sql| async move { db.batch_execute(sql).await.map_err(|e| explain(FIRST_ROW, e)) };
    savepoint("SAVEPOINT first_row").await?;
    match copy_first_row(db, target, (store, manifest), FirstRow::Csv, stop).await {
        // In CSV, where each quote is doubled, a row can be larger than the server takes.
        Err(e) if is_beyond_the_server(&e) => {
            savepoint("ROLLBACK TO SAVEPOINT first_row").await?;
            let binary = FirstRow::Binary(Box::default());
            copy_first_row(db, target, (store, manifest), binary, stop).await
        }
        copied => copied,
    }
}

const FIRST_ROW: &str = "copying an archive's first row in";

/// The form in which the first row goes to the server.
enum FirstRow {
    Csv,
    Binary(Box<BinaryWriter>),
}

impl FirstRow {
    const fn options(&self) -> &'static str {
        match self {
            Self::Csv => "csv, HEADER",
            Self::Binary(_) => "binary",
        }
    }

    fn bytes(&mut self, csv: &[u8]) -> Result<Bytes> {
        match self {
            Self::Csv => Ok(Bytes::copy_from_slice(csv)),
            Self::Binary(writer) => writer
                .add(csv)
                .map(Bytes::from)
                .map_err(|_| Error::failed(FIRST_ROW).because("it is not as servers write it")),
        }
    }
}

async fn copy_first_row(
    db: &Transaction<'_>,
    target: &str,
    (store, manifest): (&Store, &Manifest),
    mut form: FirstRow,
    stop: &Stop,
) -> Result<()> {
    let end: &'static [u8] = if matches!(form, FirstRow::Binary(_)) { &BinaryWriter::END } else { &[] };
    let sink = db
        .copy_in::<_, Bytes>(&format!("COPY {target} FROM STDIN (FORMAT {})", form.options()))
        .await
        .map_err(|e| explain(FIRST_ROW, e))?;
    let mut sink = std::pin::pin!(sink);
    let (send, mut pieces) = mpsc::channel::<Bytes>(WAITING);
    let enough = Arc::new(AtomicBool::new(false));
    let is_enough = Arc::clone(&enough);
    let mut lines = FirstLines::of(2);
    let (key, expected) = (ObjectKey::new(&manifest.data.object)?, Expected::data(manifest)?);
    let reading = Box::pin(read_through_timed(store, &key, expected, None, stop, move |piece| {
        let taken = lines.take(piece);
        let is_wanted = send.blocking_send(form.bytes(&piece[..taken])?).is_ok();
        is_enough.store(lines.left == 0, Ordering::Relaxed);
        if is_wanted && lines.left > 0 { Ok(()) } else { Err(Error::failed(FIRST_ROW).because("no more is wanted")) }
    }));
    let copying = async {
        while let Some(piece) = pieces.recv().await {
            sink.send(piece).await.map_err(|e| explain(FIRST_ROW, e))?;
        }
        Ok::<_, Error>(())
    };
    let (read, copied) = tokio::join!(reading, copying);
    copied?;
    if !enough.load(Ordering::Relaxed) {
        read?;
    }
    if !end.is_empty() {
        sink.send(Bytes::from_static(end)).await.map_err(|e| explain(FIRST_ROW, e))?;
    }
    sink.finish().await.map_err(|e| explain(FIRST_ROW, e))?;
    Ok(())
}

/// Finds the end of the first lines of CSV, whose values may have ends of lines in them.
struct FirstLines {
    left: usize,
    is_quoted: bool,
}

impl FirstLines {
    const fn of(left: usize) -> Self {
        Self { left, is_quoted: false }
    }

    /// How many bytes of this piece belong to them.
    fn take(&mut self, piece: &[u8]) -> usize {
        for (i, byte) in piece.iter().enumerate() {
            match byte {
                // A quote within is doubled: in and out again.
                b'"' => self.is_quoted = !self.is_quoted,
                b'\n' if !self.is_quoted => self.left -= 1,
                _ => {}
            }
            if self.left == 0 {
                return i + 1;
            }
        }
        piece.len()
    }
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
    copy_data_in(db, "pg_temp.eventodb_loaded", store, manifest, None, stop).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_lines_end_where_no_value_goes_on() {
        let text = b"a,b\n1,\"x\"\"\n\"\n2,y\n";
        for piece in 1..text.len() {
            let mut lines = FirstLines::of(2);
            let mut taken = 0;
            for part in text.chunks(piece) {
                if lines.left > 0 {
                    taken += lines.take(part);
                }
            }
            assert_eq!(&text[..taken], b"a,b\n1,\"x\"\"\n\"\n", "pieces of {piece}");
        }
    }
}
