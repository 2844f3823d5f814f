//! A chunk on its way out: COPY → count and hash → compress → upload, each stage at work while the next one is.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use futures::TryStreamExt;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_postgres::{CopyOutStream, Transaction};

use super::codec::Codec;
use super::manifest::{Content, Frame, HeadsFrame};
use super::rows::{Tally, first_field};
use super::seal::seal;
use super::streams::StreamList;
use crate::db::connect::Canceller;
use crate::db::errors::explain;
use crate::error::{Error, Result};
use crate::failpoint::failpoint;
use crate::progress::Task;
use crate::stop::Stop;
use crate::store::{AgeKeys, Upload};

/// CSV a frame of messages holds at least: small enough to fetch for one message, large enough to compress well.
const FRAME_BYTES: usize = 256 << 10;
/// The same for a frame of any other CSV, of which one line is looked up at a time.
const SMALL_FRAME_BYTES: usize = 32 << 10;
/// Frames grow with what lies before them, up to here: a manifest that lists them stays a small part of a large archive.
const LARGEST_FRAME_BYTES: usize = 4 << 20;
/// A frame is at least this part of what lies before it.
const FRAME_SHARE: u64 = 64;
/// Rows travel between the stages in parcels of so many bytes.
const PARCEL_BYTES: usize = 512 << 10;
/// Parcels, or compressed frames, that may wait between two stages.
const WAITING: usize = 4;

/// What came out of a COPY.
#[derive(Debug, Clone)]
pub struct Exported {
    /// Rows and their counts.
    pub tally: Tally,
    /// The CSV.
    pub csv: Content,
    /// What was uploaded; as [`Exported::csv`] where nothing was.
    pub stored: Content,
    /// The parts of what was uploaded, of [`RowKind::Messages`].
    pub frames: Vec<Frame>,
    /// The parts of what was uploaded, of [`RowKind::Other`].
    pub heads_frames: Vec<HeadsFrame>,
    /// Stored bytes of every part, those of other CSV as well.
    pub lengths: Vec<u64>,
}

/// Who is told of an export, and who can end it.
#[derive(Clone, Copy)]
pub struct Watch<'a> {
    /// Is told of every byte.
    pub task: &'a dyn Task,
    /// Is looked at between parcels.
    pub stop: &'a Stop,
    /// Stops the COPY after an error.
    pub canceller: &'a Canceller,
}

/// How the rows are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowKind {
    /// The archive's columns: counted, with frames by global position.
    Messages,
    /// Any other CSV.
    Other,
}

/// What a COPY is of.
#[derive(Debug)]
pub enum Copied {
    /// An archive's messages.
    Messages,
    /// Rows that a stream list is made from.
    Streams(Box<StreamList>),
}

impl Copied {
    fn split(self) -> (RowKind, Option<StreamList>) {
        match self {
            Self::Messages => (RowKind::Messages, None),
            Self::Streams(list) => (RowKind::Other, Some(*list)),
        }
    }
}

enum Parcel {
    Rows(Vec<Bytes>),
    /// The rows are complete. Without this at the end, what came before must not be used.
    End,
}

/// Copies `query` as CSV with a header line to `upload`, encrypted where `keys` say so, or only hashes it where there is none. The upload is not
/// finished here: that is for the caller, once the counts are proven.
///
/// # Errors
/// Where the COPY, the upload or a stop ends it early; the upload can then only be aborted.
pub async fn copy_out(
    db: &Transaction<'_>,
    query: &str,
    of: Copied,
    codec: Codec,
    keys: &AgeKeys,
    mut upload: Option<&mut Upload>,
    watch: &Watch<'_>,
) -> Result<Exported> {
    let Watch { task, stop, canceller } = *watch;
    let doing = "copying the chunk out";
    let rows =
        db.copy_out(&format!("COPY ({query}) TO STDOUT (FORMAT csv, HEADER)")).await.map_err(|e| explain(doing, e))?;
    let mut rows = std::pin::pin!(rows);
    let (parcels, worker_in) = mpsc::channel(WAITING);
    let (worker_out, mut frames) = mpsc::channel(WAITING);
    let codec = if upload.is_some() { Work::Compress(codec) } else { Work::HashOnly };
    let keys = keys.clone();
    let worker: JoinHandle<Result<Exported>> = tokio::task::spawn_blocking(move || {
        let (kind, list) = of.split();
        Worker { list, ..Worker::new(kind, codec, keys) }.run(worker_in, &worker_out)
    });

    let ended = AtomicBool::new(false);
    // Borrowed, so that what is left of the rows can be seen to after an error.
    let send = async {
        let parcels = parcels;
        let mut parcel = Vec::new();
        let mut bytes = 0;
        loop {
            let row = match rows.as_mut().try_next().await {
                Ok(Some(row)) => row,
                end => {
                    ended.store(true, Ordering::SeqCst);
                    end.map_err(|e| explain(doing, e))?;
                    break;
                }
            };
            bytes += row.len();
            parcel.push(row);
            if bytes >= PARCEL_BYTES {
                stop.check()?;
                task.advance(bytes as u64);
                bytes = 0;
                // A worker that is gone has the reason: it is asked below.
                if parcels.send(Parcel::Rows(std::mem::take(&mut parcel))).await.is_err() {
                    return Ok(());
                }
                failpoint!("archive.copying");
            }
        }
        task.advance(bytes as u64);
        if parcels.send(Parcel::Rows(parcel)).await.is_ok() {
            let _ = parcels.send(Parcel::End).await;
        }
        Ok::<_, Error>(())
    };
    let receive = async {
        while let Some(frame) = frames.recv().await {
            if let Some(upload) = upload.as_deref_mut() {
                // A slow line holds a write up for minutes. One given up tears the upload, which is then aborted.
                stop.or(Box::pin(upload.write(frame))).await?;
                failpoint!("archive.sending");
            }
        }
        Ok::<_, Error>(())
    };
    let done = tokio::select! {
        done = async { tokio::try_join!(send, receive) } => done.map(|_| ()),
        // The store may hang, and the rows with it.
        e = stop.asked() => Err(e),
    };
    if let Err(e) = done {
        if !ended.load(Ordering::SeqCst) {
            end_copy(db, rows, canceller).await;
        }
        return Err(e);
    }
    worker.await.map_err(|e| Error::failed(doing).because(e))?
}

/// Stops a COPY that nobody reads any more: the session would have to take all the rest of it before it could be told
/// anything. Returns once the cancellation has hit: one that came later would hit the session's next statement.
async fn end_copy(db: &Transaction<'_>, mut rows: Pin<&mut CopyOutStream>, canceller: &Canceller) {
    if let Err(e) = canceller.cancel().await {
        tracing::warn!("{e}");
    }
    loop {
        match rows.as_mut().try_next().await {
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

/// Where rows go that come from elsewhere than a COPY, line end included, the header first. Blocks.
pub(super) struct RowSink {
    parcels: mpsc::Sender<Parcel>,
    parcel: Vec<Bytes>,
    bytes: usize,
}

impl RowSink {
    /// Takes the next row.
    ///
    /// # Errors
    /// Where the worker has ended; it has the reason.
    pub fn row(&mut self, row: Bytes) -> Result<()> {
        self.bytes += row.len();
        self.parcel.push(row);
        if self.bytes < PARCEL_BYTES {
            return Ok(());
        }
        self.bytes = 0;
        let parcel = Parcel::Rows(std::mem::take(&mut self.parcel));
        self.parcels
            .blocking_send(parcel)
            .map_err(|_| Error::failed("writing an archive").because("the upload has ended"))
    }

    /// The rows are complete. Without this, what came before is not used.
    pub async fn end(self) {
        // A worker that is gone has the reason.
        if self.parcels.send(Parcel::Rows(self.parcel)).await.is_ok() {
            let _ = self.parcels.send(Parcel::End).await;
        }
    }
}

/// Makes rows into frames that can be uploaded: a sink, the frames as they come, and at last what they add up to.
pub(super) fn frames_of(
    kind: RowKind,
    codec: Codec,
    keys: &AgeKeys,
) -> (RowSink, mpsc::Receiver<Bytes>, JoinHandle<Result<Exported>>) {
    let (parcels, worker_in) = mpsc::channel(WAITING);
    let (worker_out, frames) = mpsc::channel(WAITING);
    let keys = keys.clone();
    let worker =
        tokio::task::spawn_blocking(move || Worker::new(kind, Work::Compress(codec), keys).run(worker_in, &worker_out));
    (RowSink { parcels, parcel: Vec::new(), bytes: 0 }, frames, worker)
}

#[derive(Debug, Clone, Copy)]
enum Work {
    HashOnly,
    Compress(Codec),
}

struct Worker {
    kind: RowKind,
    work: Work,
    tally: Tally,
    csv: Sha256,
    csv_bytes: u64,
    stored: Sha256,
    stored_bytes: u64,
    frames: Vec<Frame>,
    heads_frames: Vec<HeadsFrame>,
    lengths: Vec<u64>,
    keys: AgeKeys,
    /// The frame being filled.
    frame: Vec<u8>,
    frame_rows: u64,
    frame_first: Option<i64>,
    frame_name: Option<String>,
    last: i64,
    header: Header,
    /// What rows become before they are counted and hashed.
    list: Option<StreamList>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Header {
    Expected,
    Seen,
}

impl Worker {
    fn new(kind: RowKind, work: Work, keys: AgeKeys) -> Self {
        Self {
            kind,
            work,
            tally: Tally::default(),
            csv: Sha256::new(),
            csv_bytes: 0,
            stored: Sha256::new(),
            stored_bytes: 0,
            frames: Vec::new(),
            heads_frames: Vec::new(),
            lengths: Vec::new(),
            keys,
            frame: Vec::new(),
            frame_rows: 0,
            frame_first: None,
            frame_name: None,
            last: 0,
            header: Header::Expected,
            list: None,
        }
    }

    fn run(mut self, mut parcels: mpsc::Receiver<Parcel>, out: &mpsc::Sender<Bytes>) -> Result<Exported> {
        loop {
            match parcels.blocking_recv() {
                Some(Parcel::Rows(rows)) => {
                    for row in rows {
                        match self.list.as_mut() {
                            None => self.row(&row, out)?,
                            Some(_) if self.header == Header::Expected => self.row(&StreamList::header(), out)?,
                            Some(list) => {
                                if let Some(line) = list.add(&row)? {
                                    self.row(&line, out)?;
                                }
                            }
                        }
                    }
                }
                Some(Parcel::End) => break,
                None => return Err(Error::failed("copying the chunk out").because("the rows ended early")),
            }
        }
        if let Some(line) = self.list.as_mut().and_then(StreamList::end) {
            self.row(&line, out)?;
        }
        self.end_frame(out)?;
        let csv = Content { bytes: self.csv_bytes, sha256: hex::encode(self.csv.finalize()) };
        let stored = match self.work {
            Work::HashOnly => csv.clone(),
            Work::Compress(_) => Content { bytes: self.stored_bytes, sha256: hex::encode(self.stored.finalize()) },
        };
        Ok(Exported {
            tally: self.tally,
            csv,
            stored,
            frames: self.frames,
            heads_frames: self.heads_frames,
            lengths: self.lengths,
        })
    }

    /// How full the frame being filled has to be.
    fn frame_bytes(&self) -> usize {
        let least = match self.kind {
            RowKind::Messages => FRAME_BYTES,
            RowKind::Other => SMALL_FRAME_BYTES,
        };
        usize::try_from(self.csv_bytes / FRAME_SHARE).unwrap_or(usize::MAX).clamp(least, LARGEST_FRAME_BYTES)
    }

    fn row(&mut self, row: &[u8], out: &mpsc::Sender<Bytes>) -> Result<()> {
        // One message of the protocol is one row
        // (https://www.postgresql.org/docs/current/protocol-message-formats.html, CopyData): no CSV is parsed for it.
        if row.last() != Some(&b'\n') {
            return Err(Error::failed("copying the chunk out").because("the server sent a row without its end"));
        }
        self.csv.update(row);
        self.csv_bytes += row.len() as u64;
        if self.header == Header::Expected {
            self.header = Header::Seen;
        } else if self.kind == RowKind::Messages {
            let Some(global_position) = self.tally.add(row) else {
                return Err(Error::failed("copying the chunk out").because("the server sent a row of another form"));
            };
            self.frame_first.get_or_insert(global_position);
            self.last = global_position;
            self.frame_rows += 1;
        } else {
            self.tally.messages += 1;
            self.frame_rows += 1;
            if self.frame_name.is_none() {
                self.frame_name = Some(first_field(row));
            }
        }
        if let Work::Compress(_) = self.work {
            self.frame.extend_from_slice(row);
        }
        if self.frame.len() >= self.frame_bytes() {
            self.end_frame(out)?;
        }
        Ok(())
    }

    fn end_frame(&mut self, out: &mpsc::Sender<Bytes>) -> Result<()> {
        let Work::Compress(codec) = self.work else { return Ok(()) };
        if self.frame.is_empty() {
            return Ok(());
        }
        let mut stored = codec.compress(&self.frame).map_err(|e| Error::failed("compressing the chunk").because(e))?;
        if self.keys.seals() {
            stored = seal(&self.keys, &stored).map_err(|e| Error::failed("encrypting the chunk").because(e))?;
        }
        self.lengths.push(stored.len() as u64);
        let (offset, length, csv_bytes) = (self.stored_bytes, stored.len() as u64, self.frame.len() as u64);
        let rows = std::mem::take(&mut self.frame_rows);
        let sha256 = hex::encode(Sha256::digest(&stored));
        match self.kind {
            RowKind::Messages => self.frames.push(Frame {
                offset,
                length,
                csv_bytes,
                messages: rows,
                first_global_position: self.frame_first.take().unwrap_or_default(),
                last_global_position: self.last,
                sha256: Some(sha256),
            }),
            RowKind::Other => {
                // Names are data: an encrypted archive's manifest tells none.
                let first = self.frame_name.take().filter(|_| !self.keys.seals());
                self.heads_frames.push(HeadsFrame { offset, length, csv_bytes, streams: rows, first, sha256 });
            }
        }
        self.frame.clear();
        // One row of 200 MB must not keep its space for the rest of the chunk.
        self.frame.shrink_to(2 * LARGEST_FRAME_BYTES);
        self.stored.update(&stored);
        self.stored_bytes += stored.len() as u64;
        // A receiver that is gone has the reason.
        out.blocking_send(stored.into())
            .map_err(|_| Error::failed("compressing the chunk").because("the upload has ended"))
    }
}
