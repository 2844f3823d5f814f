//! Frames on their way to the store: compressed, encrypted and hashed while the next one is being filled.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use bytes::Bytes;
use sha2::{Digest, Sha256};
use tokio::sync::{mpsc, oneshot};

use crate::archive::format::codec::{Codec, Compressor};
use crate::archive::format::csv::RowKind;
use crate::archive::format::encryption::seal;
use crate::archive::format::manifest::{Content, Frame, HeadsFrame};
use crate::error::{Error, Result};
use crate::store::AgeKeys;
use crate::timings::Stages;

/// Frames grow with what lies before them, up to here: a manifest that lists them stays a small part of a large archive.
pub(in crate::archive) const LARGEST_FRAME_BYTES: usize = 4 << 20;
/// Frames that are filled, waiting or being compressed.
const BUFFERS: usize = 3;

const DOING: &str = "compressing the chunk";

/// How long `work` takes, added to `spent`.
pub(super) fn timed<T>(spent: &mut Duration, work: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let done = work();
    *spent += began.elapsed();
    done
}

/// A frame of CSV.
#[derive(Debug, Default)]
pub(super) struct Filled {
    pub csv: Vec<u8>,
    pub rows: u64,
    /// The first row's global position and the last one's, of messages.
    pub global_positions: (i64, i64),
    /// The first row's name, of other CSV.
    pub name: Option<String>,
}

/// A frame's space, for the next one.
pub(in crate::archive) fn emptied(mut csv: Vec<u8>) -> Vec<u8> {
    csv.clear();
    // One row of 200 MB must not keep its space for the rest of the chunk.
    csv.shrink_to(2 * LARGEST_FRAME_BYTES);
    csv
}

/// A frame that is ready for the store.
#[derive(Debug)]
pub(in crate::archive) struct Ready {
    pub bytes: Bytes,
    /// Tells, by being dropped, that it is stored: who has sent a large frame waits for that.
    pub stored: Option<oneshot::Sender<()>>,
}

impl Ready {
    /// Blocks; a large frame until it is stored. Fails where nobody receives.
    fn send(bytes: Bytes, out: &mpsc::Sender<Self>) -> Result<(), ()> {
        let is_large = bytes.len() > 2 * LARGEST_FRAME_BYTES;
        let (stored, is_stored) = oneshot::channel();
        let stored = is_large.then_some(stored);
        out.blocking_send(Self { bytes, stored }).map_err(|_| ())?;
        // It ends by an error: nothing is ever sent.
        let _ = is_stored.blocking_recv();
        Ok(())
    }
}

/// What the frames have become.
#[derive(Debug)]
pub(super) struct Packed {
    pub stored: Content,
    pub frames: Vec<Frame>,
    pub heads_frames: Vec<HeadsFrame>,
    pub lengths: Vec<u64>,
    pub spent: ExportTimes,
}

/// Where the time of an export went. The stages are at work at the same time.
#[derive(Debug, Clone, Copy, Default)]
pub struct ExportTimes {
    pub(in crate::archive) rows: Duration,
    pub(in crate::archive) look: Duration,
    pub(in crate::archive) hash: Duration,
    pub(in crate::archive) compress: Duration,
    pub(super) encrypt: Duration,
    pub(in crate::archive) store: Duration,
}

impl ExportTimes {
    /// Notes it as parts of a stage.
    pub fn tell(&self, stages: &Stages, stage: &'static str) {
        stages.add("wait for rows", Some(stage), self.rows);
        stages.add("look at rows", Some(stage), self.look);
        stages.add("hash", Some(stage), self.hash);
        stages.add("compress", Some(stage), self.compress);
        if !self.encrypt.is_zero() {
            stages.add("encrypt", Some(stage), self.encrypt);
        }
        stages.add("wait for the store", Some(stage), self.store);
    }
}

/// A thread that packs.
pub(super) struct Packing {
    filled: SyncSender<Filled>,
    emptied: Receiver<Vec<u8>>,
    /// Came back while a large frame was waited for.
    spare: Vec<Vec<u8>>,
    thread: JoinHandle<Result<Packed>>,
}

impl Packing {
    /// Frames go to `out` in the order in which they come.
    ///
    /// # Errors
    /// Where there is no compressor, or no thread.
    pub fn start(kind: RowKind, codec: Codec, keys: AgeKeys, out: mpsc::Sender<Ready>) -> Result<Self> {
        let compressor = codec.compressor().map_err(|e| Error::failed(DOING).because(e))?;
        let (filled, to_pack) = sync_channel(1);
        let (empty, emptied) = sync_channel(BUFFERS);
        for _ in 1..BUFFERS {
            // There is room for all of them.
            let _ = empty.send(Vec::new());
        }
        let packer = Packer {
            kind,
            compressor,
            keys,
            out,
            sha256: Sha256::new(),
            bytes: 0,
            frames: Vec::new(),
            heads_frames: Vec::new(),
            lengths: Vec::new(),
            spent: ExportTimes::default(),
        };
        let thread = std::thread::Builder::new()
            .name("pack".into())
            .spawn(move || packer.run(&to_pack, &empty))
            .map_err(|e| Error::failed(DOING).because(e))?;
        Ok(Self { filled, emptied, spare: Vec::new(), thread })
    }

    /// Takes a frame, and gives an empty one for it; `None` where the thread has ended: [`Packing::end`] has the reason.
    /// A frame of one large row is packed before the next one is filled: two of them need not fit into memory.
    pub fn exchange(&mut self, frame: Filled) -> Option<Vec<u8>> {
        let is_large = frame.csv.len() > 2 * LARGEST_FRAME_BYTES;
        self.filled.send(frame).ok()?;
        while is_large && self.spare.len() < BUFFERS {
            self.spare.push(self.emptied.recv().ok()?);
        }
        match self.spare.pop() {
            Some(empty) => Some(empty),
            None => self.emptied.recv().ok(),
        }
    }

    /// There are no more frames.
    ///
    /// # Errors
    /// Where one could not be packed, or nobody wanted it.
    pub fn end(self) -> Result<Packed> {
        drop(self.filled);
        self.thread.join().map_err(|_| Error::failed(DOING).because("a thread has panicked"))?
    }
}

struct Packer {
    kind: RowKind,
    compressor: Compressor,
    keys: AgeKeys,
    out: mpsc::Sender<Ready>,
    sha256: Sha256,
    bytes: u64,
    frames: Vec<Frame>,
    heads_frames: Vec<HeadsFrame>,
    lengths: Vec<u64>,
    spent: ExportTimes,
}

impl Packer {
    fn run(mut self, filled: &Receiver<Filled>, empty: &SyncSender<Vec<u8>>) -> Result<Packed> {
        while let Ok(frame) = filled.recv() {
            let csv = self.pack(frame)?;
            // Who fills may have come to the end.
            let _ = empty.send(csv);
        }
        Ok(Packed {
            stored: Content { bytes: self.bytes, sha256: hex::encode(self.sha256.finalize()) },
            frames: self.frames,
            heads_frames: self.heads_frames,
            lengths: self.lengths,
            spent: self.spent,
        })
    }

    /// Returns the frame's space.
    fn pack(&mut self, frame: Filled) -> Result<Vec<u8>> {
        let Filled { csv, rows, global_positions, name } = frame;
        let mut stored = timed(&mut self.spent.compress, || self.compressor.compress(&csv))
            .map_err(|e| Error::failed(DOING).because(e))?;
        if self.keys.seals() {
            stored = timed(&mut self.spent.encrypt, || seal(&self.keys, &stored))
                .map_err(|e| Error::failed("encrypting the chunk").because(e))?;
        }
        let (offset, length, csv_bytes) = (self.bytes, stored.len() as u64, csv.len() as u64);
        let csv = emptied(csv);
        self.bytes += length;
        self.lengths.push(length);
        let sha256 = timed(&mut self.spent.hash, || {
            self.sha256.update(&stored);
            hex::encode(Sha256::digest(&stored))
        });
        match self.kind {
            RowKind::Messages => self.frames.push(Frame {
                offset,
                length,
                csv_bytes,
                messages: rows,
                first_global_position: global_positions.0,
                last_global_position: global_positions.1,
                sha256: Some(sha256),
            }),
            RowKind::Other => {
                // Names are data: an encrypted archive's manifest tells none.
                let first = name.filter(|_| !self.keys.seals());
                self.heads_frames.push(HeadsFrame { offset, length, csv_bytes, streams: rows, first, sha256 });
            }
        }
        // A receiver that is gone has the reason.
        timed(&mut self.spent.store, || Ready::send(stored.into(), &self.out))
            .map_err(|()| Error::failed(DOING).because("the upload has ended"))?;
        Ok(csv)
    }
}
