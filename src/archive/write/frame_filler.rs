//! Rows on their way into frames: looked at, hashed, compressed, encrypted.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use sha2::{Digest, Sha256};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::chunk_digest::RowDigest;
use super::frame_packer::{ExportTimes, Filled, LARGEST_FRAME_BYTES, Packed, Packing, Ready, emptied, timed};
use super::hourly_counts::HourlyCounts;
use crate::archive::format::codec::Codec;
use crate::archive::format::copy_binary::BinaryRows;
use crate::archive::format::csv::{COLUMNS, CsvRow, ExportCounts, Header, RowKind, first_field};
use crate::archive::format::manifest::{Content, Frame, HeadsFrame};
use crate::archive::format::stream_list::{self, Beyond, Sorted, StreamList, StreamListBuilder};
use crate::db::connect::LARGE_ROW_BYTES;
use crate::error::{Error, Result};
use crate::store::AgeKeys;

/// CSV a frame of messages holds at least: small enough to fetch for one message, large enough to compress well.
const FRAME_BYTES: usize = 256 << 10;
/// The same for a frame of any other CSV, of which one line is looked up at a time.
const SMALL_FRAME_BYTES: usize = 32 << 10;
/// A frame is at least so many times as long as the stream's name that it begins with.
const NAME_SHARE: usize = 128;
/// A frame is at least this part of what lies before it.
const FRAME_SHARE: u64 = 64;
/// Rows travel between the stages in parcels of so many bytes.
pub(super) const PARCEL_BYTES: usize = 512 << 10;
/// Parcels that may wait: the server need not stop while a large frame is compressed.
pub(super) const PARCELS: usize = 12;
/// Compressed frames that may wait for the store.
pub(in crate::archive) const WAITING: usize = 4;

/// What came out of a COPY.
#[derive(Debug)]
pub struct ExportedObject {
    /// Rows and their counts.
    pub tally: ExportCounts,
    /// The CSV.
    pub csv: Content,
    /// What was uploaded; as [`ExportedObject::csv`] where nothing was.
    pub stored: Content,
    /// The parts of what was uploaded, of [`RowKind::Messages`].
    pub frames: Vec<Frame>,
    /// The parts of what was uploaded, of [`RowKind::Other`].
    pub heads_frames: Vec<HeadsFrame>,
    /// Stored bytes of every part, those of other CSV as well.
    pub lengths: Vec<u64>,
    /// What else was learnt of the messages; of those that were uploaded only.
    pub gathered: Option<Box<Gathered>>,
    /// Where the time went.
    pub spent: ExportTimes,
}

/// What is learnt of messages while they pass, within bounds, so that the server need not read them once more.
///
/// `S` is [`StreamListBuilder`] until they have all passed.
#[derive(Debug)]
pub struct Gathered<S = Option<Sorted>> {
    /// By stream; `None` where they were too many.
    pub streams: S,
    /// By hour, category and type.
    pub figures: HourlyCounts,
    /// Of all of them, where it is wanted.
    pub digest: Option<RowDigest>,
}

/// What the rows are that come to the worker.
#[derive(Debug)]
pub(super) enum Form {
    /// Lines of CSV, the header first.
    Csv,
    /// Messages in binary form, of which the CSV is made.
    Binary(BinaryRows),
    /// Lines of CSV, the header first, of which a stream list is made.
    Listed(Box<StreamList>),
}

/// The global position of the last message that a worker has seen.
#[derive(Debug, Clone)]
pub(super) struct Reached(Arc<AtomicI64>);

impl Default for Reached {
    fn default() -> Self {
        Self(Arc::new(AtomicI64::new(i64::MIN)))
    }
}

impl Reached {
    /// The lowest there is before the first message.
    pub fn get(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Rows on their way to the worker.
pub(super) enum Parcel {
    /// Some rows.
    Rows(Vec<Bytes>),
    /// A row so large that nothing else is to be in memory beside it: who sends it waits until it is told that it is gone.
    Large(Bytes, oneshot::Sender<()>),
    /// The rows are complete. Without this at the end, what came before must not be used.
    End,
}

/// Where rows go that come from elsewhere than a COPY, line end included, the header first. Blocks.
pub(in crate::archive) struct RowSink {
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
        let ended = || Error::failed("writing an archive").because("the upload has ended");
        if row.len() >= LARGE_ROW_BYTES {
            self.bytes = 0;
            let before = Parcel::Rows(std::mem::take(&mut self.parcel));
            let (gone, is_gone) = oneshot::channel();
            self.parcels.blocking_send(before).map_err(|_| ended())?;
            self.parcels.blocking_send(Parcel::Large(row, gone)).map_err(|_| ended())?;
            return is_gone.blocking_recv().map_err(|_| ended());
        }
        self.bytes += row.len();
        self.parcel.push(row);
        if self.bytes < PARCEL_BYTES {
            return Ok(());
        }
        self.bytes = 0;
        let parcel = Parcel::Rows(std::mem::take(&mut self.parcel));
        self.parcels.blocking_send(parcel).map_err(|_| ended())
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
pub(in crate::archive) fn frames_of(
    kind: RowKind,
    codec: Codec,
    keys: &AgeKeys,
) -> (RowSink, mpsc::Receiver<Ready>, JoinHandle<Result<ExportedObject>>) {
    let (parcels, worker_in) = mpsc::channel(PARCELS);
    let (worker_out, frames) = mpsc::channel(WAITING);
    let keys = keys.clone();
    let worker = tokio::task::spawn_blocking(move || Worker::new(kind, Some(codec), keys).run(worker_in, worker_out));
    (RowSink { parcels, parcel: Vec::new(), bytes: 0 }, frames, worker)
}

/// Does as [`frames_of`] with messages, and gathers the list of their streams.
pub(in crate::archive) fn listed_frames_of(
    codec: Codec,
    keys: &AgeKeys,
) -> (RowSink, mpsc::Receiver<Ready>, JoinHandle<Result<ExportedObject>>) {
    let (parcels, worker_in) = mpsc::channel(PARCELS);
    let (worker_out, frames) = mpsc::channel(WAITING);
    let mut worker = Worker::new(RowKind::Messages, Some(codec), keys.clone());
    let streams = StreamListBuilder::new(Beyond::Aside(Vec::new()));
    worker.gathered = Some(Box::new(Gathered { streams, figures: HourlyCounts::default(), digest: None }));
    let worker = tokio::task::spawn_blocking(move || worker.run(worker_in, worker_out));
    (RowSink { parcels, parcel: Vec::new(), bytes: 0 }, frames, worker)
}

/// Hands a row that was split off on.
///
/// # Errors
/// Those of [`RowSink::row`].
pub(in crate::archive) fn pass_row(row: Cow<'_, [u8]>, sink: &mut RowSink) -> Result<()> {
    sink.row(match row {
        // A large row is not copied.
        Cow::Owned(row) => Bytes::from(row),
        Cow::Borrowed(row) => Bytes::copy_from_slice(row),
    })
}

/// Looks at rows and makes them into frames. Blocks.
pub(super) struct Worker {
    kind: RowKind,
    /// None where rows are only hashed.
    codec: Option<Codec>,
    keys: AgeKeys,
    packing: Option<Packing>,
    tally: ExportCounts,
    csv: Sha256,
    csv_bytes: u64,
    /// The frame being filled; its last global position is that of the row before.
    frame: Filled,
    /// Frames before it.
    frames: usize,
    header: Header,
    /// What the rows are.
    pub(super) form: Form,
    /// What is learnt of messages, where it is wanted.
    pub(in crate::archive) gathered: Option<Box<Gathered<StreamListBuilder>>>,
    /// Tells how far it has come.
    reached: Reached,
    spent: ExportTimes,
    /// Waited until a frame was compressed.
    waited: Duration,
}

fn other_form() -> Error {
    Error::failed("copying the chunk out").because("the server sent a row of another form")
}

impl Worker {
    /// With a codec it compresses and passes frames on, without one it hashes.
    pub(in crate::archive) fn new(kind: RowKind, codec: Option<Codec>, keys: AgeKeys) -> Self {
        Self {
            kind,
            codec,
            keys,
            packing: None,
            tally: ExportCounts::default(),
            csv: Sha256::new(),
            csv_bytes: 0,
            frame: Filled::default(),
            frames: 0,
            header: Header::Expected,
            form: Form::Csv,
            gathered: None,
            reached: Reached::default(),
            spent: ExportTimes::default(),
            waited: Duration::ZERO,
        }
    }

    /// Tells its progress there.
    pub(super) fn telling(self, reached: Reached) -> Self {
        Self { reached, ..self }
    }

    /// To the end of the rows.
    pub(in crate::archive) fn run(
        mut self,
        mut parcels: mpsc::Receiver<Parcel>,
        out: mpsc::Sender<Ready>,
    ) -> Result<ExportedObject> {
        let began = Instant::now();
        if let Some(codec) = self.codec {
            self.packing = Some(Packing::start(self.kind, codec, self.keys.clone(), out)?);
        }
        let mut form = std::mem::replace(&mut self.form, Form::Csv);
        loop {
            match timed(&mut self.spent.rows, || parcels.blocking_recv()) {
                Some(Parcel::Rows(rows)) => {
                    for row in rows {
                        self.take(&mut form, row)?;
                    }
                }
                Some(Parcel::Large(row, gone)) => {
                    self.take(&mut form, row)?;
                    // Who has sent it may have ended.
                    let _ = gone.send(());
                }
                Some(Parcel::End) => break,
                None => return Err(Error::failed("copying the chunk out").because("the rows ended early")),
            }
        }
        match &mut form {
            Form::Csv => {}
            Form::Binary(binary) if binary.is_complete() => {}
            Form::Binary(_) => return Err(Error::failed("copying the chunk out").because("the rows ended early")),
            Form::Listed(list) => {
                if let Some(line) = list.end() {
                    self.line(&line)?;
                    self.end_row(line.len())?;
                }
            }
        }
        self.end_frame()?;
        let look = began.elapsed().saturating_sub(self.spent.rows + self.spent.hash + self.waited);
        let gathered = self.gathered.map(|gathered| {
            let Gathered { streams, figures, digest } = *gathered;
            Box::new(Gathered { streams: streams.sorted(), figures, digest })
        });
        let csv = Content { bytes: self.csv_bytes, sha256: hex::encode(self.csv.finalize()) };
        let mut exported = ExportedObject {
            tally: self.tally,
            stored: csv.clone(),
            csv,
            frames: Vec::new(),
            heads_frames: Vec::new(),
            lengths: Vec::new(),
            gathered,
            spent: ExportTimes { look, ..self.spent },
        };
        if let Some(packing) = self.packing {
            let Packed { stored, frames, heads_frames, lengths, spent } = packing.end()?;
            let ExportTimes { rows, look, hash, .. } = exported.spent;
            let spent = ExportTimes { rows, look, hash: hash + spent.hash, ..spent };
            exported = ExportedObject { stored, frames, heads_frames, lengths, spent, ..exported };
        }
        Ok(exported)
    }

    /// How full the frame being filled has to be.
    fn frame_bytes(&self) -> usize {
        let share = usize::try_from(self.csv_bytes / FRAME_SHARE).unwrap_or(usize::MAX);
        match self.kind {
            RowKind::Messages => share.clamp(FRAME_BYTES, LARGEST_FRAME_BYTES),
            // The manifest has the name of each frame's first stream, and must stay small where names are long.
            RowKind::Other => {
                let name = self.frame.name.as_ref().map_or(0, |name| name.len() * NAME_SHARE);
                share.clamp(SMALL_FRAME_BYTES, LARGEST_FRAME_BYTES).max(name)
            }
        }
    }

    /// Takes a row. Its own bytes are gone before those that were made of it go on.
    fn take(&mut self, form: &mut Form, row: Bytes) -> Result<()> {
        let bytes = match form {
            Form::Csv => {
                self.line(&row)?;
                row.len()
            }
            Form::Binary(binary) => {
                if self.header == Header::Expected {
                    let header = COLUMNS.map(|(name, _)| name).join(",") + "\n";
                    self.line(header.as_bytes())?;
                    self.end_row(header.len())?;
                }
                self.binary(binary, &row)?
            }
            Form::Listed(list) => {
                let first = self.header == Header::Expected;
                let line = if first { Some(stream_list::header()) } else { list.add(&row)? };
                let Some(line) = line else { return Ok(()) };
                self.line(&line)?;
                line.len()
            }
        };
        drop(row);
        self.end_row(bytes)
    }

    /// Takes a line of CSV.
    fn line(&mut self, row: &[u8]) -> Result<()> {
        // One message of the protocol is one row
        // (https://www.postgresql.org/docs/current/protocol-message-formats.html, CopyData): no CSV is parsed for it.
        if row.last() != Some(&b'\n') {
            return Err(Error::failed("copying the chunk out").because("the server sent a row without its end"));
        }
        self.frame.csv.extend_from_slice(row);
        if self.header == Header::Expected {
            self.header = Header::Seen;
        } else if self.kind == RowKind::Messages {
            // A digest is only of messages in binary form.
            CsvRow::new(row).and_then(|row| self.message(&row, None)).ok_or_else(other_form)?;
        } else {
            self.tally.messages += 1;
            self.frame.rows += 1;
            if self.frame.name.is_none() {
                self.frame.name = Some(first_field(row));
            }
        }
        Ok(())
    }

    /// Takes a message in binary form, and tells how many bytes of CSV it has.
    fn binary(&mut self, rows: &mut BinaryRows, message: &[u8]) -> Result<usize> {
        // Aside, so that the row in it can be looked at.
        let mut frame = std::mem::take(&mut self.frame.csv);
        let begin = frame.len();
        let written = rows.write(message, &mut frame);
        let row = &frame[begin..];
        let seen = written.map(|written| {
            written.map_or(Some(()), |written| {
                let fields = written.fields(row);
                self.message(&written.row(&fields), Some(fields))
            })
        });
        let bytes = row.len();
        self.frame.csv = frame;
        seen.ok().flatten().ok_or_else(other_form)?;
        Ok(bytes)
    }

    fn end_row(&mut self, bytes: usize) -> Result<()> {
        self.csv_bytes += bytes as u64;
        if self.frame.csv.len() >= self.frame_bytes() {
            self.end_frame()?;
        }
        Ok(())
    }

    /// Looks at a message; `None` where it is not of the form expected.
    fn message(&mut self, row: &CsvRow<'_>, fields: Option<[&[u8]; COLUMNS.len()]>) -> Option<()> {
        self.tally.add(row);
        if let Some(gathered) = self.gathered.as_deref_mut() {
            gathered.streams.add(row, self.frames + 1)?;
            gathered.figures.add(row);
            if let Some(digest) = &mut gathered.digest {
                digest.add(fields?);
            }
        }
        if self.frame.rows == 0 {
            self.frame.global_positions.0 = row.global_position;
        }
        self.frame.global_positions.1 = row.global_position;
        self.reached.0.store(row.global_position, Ordering::Relaxed);
        self.frame.rows += 1;
        Some(())
    }

    fn end_frame(&mut self) -> Result<()> {
        if self.frame.csv.is_empty() {
            return Ok(());
        }
        // A frame at a time, while it is in the processor's cache.
        timed(&mut self.spent.hash, || self.csv.update(&self.frame.csv));
        let last = self.frame.global_positions.1;
        let full = std::mem::take(&mut self.frame);
        self.frame.global_positions.1 = last;
        self.frames += 1;
        self.frame.csv = match &mut self.packing {
            None => emptied(full.csv),
            Some(packing) => match timed(&mut self.waited, || packing.exchange(full)) {
                Some(empty) => empty,
                None => return Err(self.packing_ended()),
            },
        };
        Ok(())
    }

    /// Why.
    fn packing_ended(&mut self) -> Error {
        match self.packing.take().map(Packing::end) {
            Some(Err(e)) => e,
            _ => Error::failed("compressing the chunk").because("it has ended early"),
        }
    }
}
