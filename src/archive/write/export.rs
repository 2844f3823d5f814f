//! A chunk on its way out: COPY → count and hash → compress → upload, each stage at work while the next one is.

use std::pin::Pin;

use bytes::Bytes;
use futures::TryStreamExt;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_postgres::{CopyOutStream, Transaction};

use super::chunk_digest::RowDigest;
use super::frame_filler::{
    ExportedObject, Form, Gathered, PARCEL_BYTES, PARCELS, Parcel, Reached, WAITING, Worker, frames_of,
};
use super::frame_packer::Ready;
use super::hourly_counts::HourlyCounts;
use crate::archive::format::codec::Codec;
use crate::archive::format::copy_binary::BinaryRows;
use crate::archive::format::csv::RowKind;
use crate::archive::format::stream_list::{Beyond, StreamList, StreamListBuilder};
use crate::db::connect::{Canceller, Flow, LARGE_ROW_BYTES};
use crate::db::errors::{explain, is_too_large};
use crate::error::{Error, Result};
use crate::failpoint::failpoint;
use crate::progress::Task;
use crate::stop::Stop;
use crate::store::{AgeKeys, Fan};

/// Who is told of an export, and who can end it.
#[derive(Clone, Copy)]
pub struct ExportWatch<'a> {
    /// Is told of every byte.
    pub task: &'a dyn Task,
    /// Is looked at between parcels.
    pub stop: &'a Stop,
    /// Stops the COPY after an error.
    pub canceller: &'a Canceller,
}

/// What a COPY is of.
#[derive(Debug)]
pub enum CopyContent {
    /// An archive's messages, with their digest where it is wanted. We write their CSV.
    Messages(Option<RowDigest>),
    /// The same only to be hashed, as CSV that the server writes: it is compared with what we have written.
    Compared,
    /// Rows that a stream list is made from.
    Streams(Box<StreamList>),
}

impl CopyContent {
    fn statement(&self, query: &str) -> String {
        let form = match self {
            Self::Messages(_) => "binary",
            Self::Compared | Self::Streams(_) => "csv, HEADER",
        };
        format!("COPY ({query}) TO STDOUT (FORMAT {form})")
    }

    fn worker(self, codec: Option<Codec>, keys: AgeKeys) -> Worker {
        let kind = match self {
            Self::Messages(_) | Self::Compared => RowKind::Messages,
            Self::Streams(_) => RowKind::Other,
        };
        let beyond = if keys.seals() { Beyond::Nowhere } else { Beyond::Aside(Vec::new()) };
        let mut worker = Worker::new(kind, codec, keys);
        match self {
            Self::Messages(digest) => {
                worker.form = Form::Binary(BinaryRows::default());
                let (streams, figures) = (StreamListBuilder::new(beyond), HourlyCounts::default());
                worker.gathered = Some(Box::new(Gathered { streams, figures, digest }));
            }
            Self::Compared => {}
            Self::Streams(list) => worker.form = Form::Listed(list),
        }
        worker
    }
}

/// Copies `query`, as CSV with a header line, to `upload`, encrypted where `keys` say so, or only hashes it where there is none. The upload is not
/// finished here: that is for the caller, once the counts are proven.
///
/// # Errors
/// Where the COPY, the upload or a stop ends it early; the upload can then only be aborted.
pub async fn copy_out(
    db: &Transaction<'_>,
    query: &str,
    of: CopyContent,
    codec: Codec,
    keys: &AgeKeys,
    upload: Option<&mut Fan>,
    watch: &ExportWatch<'_>,
) -> Result<ExportedObject> {
    let ExportWatch { task, stop, canceller } = *watch;
    let doing = "copying the chunk out";
    // What the server cannot send is named, and another form of it may do.
    let rows = begun(db, &of.statement(query)).await?;
    let reached = Reached::default();
    let (parcels, worker_in) = mpsc::channel(PARCELS);
    let (worker_out, mut frames) = mpsc::channel(WAITING);
    let codec = upload.is_some().then_some(codec);
    let (keys, at) = (keys.clone(), reached.clone());
    let worker: JoinHandle<Result<ExportedObject>> =
        tokio::task::spawn_blocking(move || of.worker(codec, keys).telling(at).run(worker_in, worker_out));

    let flow = canceller.flow();
    let (halt, halted) = oneshot::channel::<()>();
    let (passing, mut passed) = mpsc::unbounded_channel();
    // A task of its own, on the thread of the connection's: waking another thread for every few rows costs as much as they do.
    let pump = tokio::spawn(async move {
        let mut rows = Box::pin(rows);
        let end = tokio::select! {
            end = pump(rows.as_mut(), parcels, passing, &flow) => end,
            _ = halted => Ok(RowsRead::Left),
        };
        (rows, end)
    });
    let follow = async {
        while let Some(bytes) = passed.recv().await {
            stop.check()?;
            task.advance(bytes);
            if bytes >= PARCEL_BYTES as u64 {
                failpoint!("archive.copying");
            }
        }
        Ok::<_, Error>(())
    };
    let receive = async {
        // Without one there are no frames.
        if let Some(upload) = upload {
            send_frames(&mut frames, upload, stop).await?;
        }
        Ok::<_, Error>(())
    };
    let done = tokio::select! {
        done = async { tokio::try_join!(follow, receive) } => done.map(|_| ()),
        // The store may hang, and the rows with it.
        e = stop.asked() => Err(e),
    };
    // It has ended, or nobody wants its rows any more.
    drop(halt);
    let (rows, end) = pump.await.map_err(|e| Error::failed(doing).because(e))?;
    if let Ok(RowsRead::Left) = end {
        end_copy(db, rows, canceller).await;
    }
    done?;
    let exported = worker.await.map_err(|e| Error::failed(doing).because(e))?;
    match end {
        Err(e) if is_too_large(&e) => Err(too_large(db, query, &reached, e).await),
        Err(e) => Err(explain(doing, e)),
        Ok(_) => released(db, exported?).await,
    }
}

/// The COPY is not gone back before any more.
async fn released(db: &Transaction<'_>, exported: ExportedObject) -> Result<ExportedObject> {
    let released = db.batch_execute("RELEASE SAVEPOINT copied").await;
    released.map(|()| exported).map_err(|e| explain("copying the chunk out", e))
}

/// Rows of a COPY, which can be gone back before.
async fn begun(db: &Transaction<'_>, statement: &str) -> Result<CopyOutStream> {
    let rows = async {
        db.batch_execute("SAVEPOINT copied").await?;
        db.copy_out(statement).await
    };
    rows.await.map_err(|e| explain("copying the chunk out", e))
}

/// Names the row that the server could not send: the first one that has not come. The transaction goes on from before the COPY.
async fn too_large(db: &Transaction<'_>, query: &str, reached: &Reached, e: tokio_postgres::Error) -> Error {
    let named = async {
        db.batch_execute("ROLLBACK TO SAVEPOINT copied").await?;
        let next = format!(
            "SELECT q.global_position, left(q.stream_name, 200) FROM ({query}) q WHERE q.global_position > $1 \
             ORDER BY q.global_position LIMIT 1"
        );
        db.query_opt(&next, &[&reached.get()]).await
    };
    let doing = match named.await {
        Ok(Some(row)) => format!(
            "copying out the message at global position {} (stream {})",
            row.get::<_, i64>(0),
            row.get::<_, &str>(1)
        ),
        _ => "copying the chunk out".to_owned(),
    };
    explain(doing, e).hint(
        "the server makes no text of more than 1 GB, and needs memory for one of that size: shorten the message's data or \
         metadata, or leave its chunk in the database; the other chunks are archived nevertheless",
    )
}

/// How far the rows of a COPY were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RowsRead {
    /// To their end.
    Ended,
    /// Some may be left.
    Left,
}

/// Passes rows on in parcels, and says how many bytes they have. An error of the server's ends the COPY as well.
async fn pump(
    mut rows: Pin<&mut CopyOutStream>,
    parcels: mpsc::Sender<Parcel>,
    passing: mpsc::UnboundedSender<u64>,
    flow: &Flow,
) -> Result<RowsRead, tokio_postgres::Error> {
    let mut parcel = Vec::new();
    let mut bytes = 0;
    loop {
        let row = match rows.try_next().await {
            Ok(Some(row)) => row,
            Ok(None) => break,
            Err(e) => {
                // They tell how far it has come.
                let _ = parcels.send(Parcel::Rows(parcel)).await;
                return Err(e);
            }
        };
        let length = row.len();
        bytes += length;
        // A worker that is gone has the reason: it is asked in the end.
        if length >= LARGE_ROW_BYTES {
            // Nothing more is read until it is gone.
            let _held = flow.hold();
            let (gone, is_gone) = oneshot::channel();
            let before = Parcel::Rows(std::mem::take(&mut parcel));
            let sent = parcels.send(before).await.is_ok() && parcels.send(Parcel::Large(row, gone)).await.is_ok();
            if !sent || is_gone.await.is_err() {
                return Ok(RowsRead::Left);
            }
            let _ = passing.send(std::mem::take(&mut bytes) as u64);
            continue;
        }
        parcel.push(row);
        if bytes >= PARCEL_BYTES {
            if send_parcel(&parcels, std::mem::take(&mut parcel), flow).await.is_err() {
                return Ok(RowsRead::Left);
            }
            let _ = passing.send(std::mem::take(&mut bytes) as u64);
        }
    }
    let _ = passing.send(bytes as u64);
    if parcels.send(Parcel::Rows(parcel)).await.is_ok() {
        let _ = parcels.send(Parcel::End).await;
    }
    Ok(RowsRead::Ended)
}

/// Nothing is read ahead while the parcel has to wait: the rows that come next may be large.
async fn send_parcel(parcels: &mpsc::Sender<Parcel>, rows: Vec<Bytes>, flow: &Flow) -> Result<(), ()> {
    match parcels.try_send(Parcel::Rows(rows)) {
        Ok(()) => Ok(()),
        Err(TrySendError::Full(parcel)) => {
            let _held = flow.hold();
            parcels.send(parcel).await.map_err(|_| ())
        }
        Err(TrySendError::Closed(_)) => Err(()),
    }
}

/// Stops a COPY that nobody reads any more: the session would have to take all the rest of it before it could be told
/// anything. Returns once the cancellation has hit: one that came later would hit the session's next statement.
async fn end_copy(db: &Transaction<'_>, mut rows: Pin<Box<CopyOutStream>>, canceller: &Canceller) {
    if let Err(e) = canceller.cancel().await {
        tracing::warn!("{e}");
    }
    loop {
        match rows.try_next().await {
            Ok(Some(_)) => {}
            Err(_) => return,
            Ok(None) => {
                // The COPY was faster than its cancellation, which this takes instead.
                let _ = db.batch_execute("SELECT pg_sleep(1)").await;
                return;
            }
        }
    }
}

/// Uploads lines that come from elsewhere than a COPY, the header first. The upload is not finished here.
///
/// # Errors
/// Where the upload or a stop ends it early; the upload can then only be aborted.
pub(super) async fn send_lines(
    lines: impl Iterator<Item = Result<Vec<u8>>> + Send + 'static,
    codec: Codec,
    keys: &AgeKeys,
    upload: &mut Fan,
    stop: &Stop,
) -> Result<ExportedObject> {
    let (mut sink, mut frames, worker) = frames_of(RowKind::Other, codec, keys);
    let make = tokio::task::spawn_blocking(move || {
        for line in lines {
            sink.row(line?.into())?;
        }
        Ok::<_, Error>(sink)
    });
    let make = async {
        let sink = make.await.map_err(|e| Error::failed("writing a stream list").because(e))??;
        sink.end().await;
        Ok::<_, Error>(())
    };
    tokio::try_join!(make, send_frames(&mut frames, upload, stop))?;
    worker.await.map_err(|e| Error::failed("writing a stream list").because(e))?
}

/// Uploads frames as they come.
pub(super) async fn send_frames(frames: &mut mpsc::Receiver<Ready>, upload: &mut Fan, stop: &Stop) -> Result<()> {
    while let Some(Ready { bytes, stored }) = frames.recv().await {
        // A slow line holds a write up for minutes. One given up tears the upload, which is then aborted.
        stop.or(Box::pin(upload.write(bytes))).await?;
        drop(stored);
        failpoint!("archive.sending");
    }
    Ok(())
}
