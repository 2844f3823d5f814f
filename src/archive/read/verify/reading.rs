//! The stages of reading an object back, which are at work at the same time: what is fetched is unpacked, and what is unpacked is
//! hashed and counted.

use std::io::{self, BufRead, Read};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bytes::{Buf, Bytes};
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;

use super::expected::Expected;
use crate::archive::format::codec::Codec;
use crate::archive::format::csv::RowCounter;
use crate::archive::format::encryption::Opening;
use crate::archive::format::manifest::{Content, DAMAGED};
use crate::error::{Error, Kind, Result};
use crate::failpoint::failpoint;
use crate::progress::Task;
use crate::stop::Stop;
use crate::store::{AgeKeys, CannotOpen};

/// Compressed pieces that may have been fetched and not unpacked.
pub(super) const FETCHED: usize = 8;
/// Bytes of CSV that are handed on at a time.
const PIECE_BYTES: usize = 1 << 20;
/// Pieces of CSV that may be under way between unpacking and hashing.
const UNPACKED: usize = 3;

/// The object that is read, as errors name it.
#[derive(Debug, Clone)]
pub(super) struct ObjectName(pub String);

impl ObjectName {
    pub fn doing(&self) -> String {
        format!("reading {} back", self.0)
    }

    /// It is not what was stored.
    pub fn refuse(&self, why: impl Into<String>) -> Error {
        Error::new(Kind::Verification, self.doing()).because(why.into()).hint(DAMAGED)
    }

    /// Why it could not be unpacked.
    fn unpack_fault(&self, e: io::Error) -> Error {
        match e.downcast::<Error>() {
            // The store could not be read: that says nothing about the object.
            Ok(own) => own,
            // Nothing is amiss with the object.
            Err(e) if matches!(e.get_ref(), Some(cause) if cause.is::<CannotOpen>()) => {
                Error::failed(self.doing()).because(e).hint(
                    "give the identity of one of the manifest's recipients by --age-identity-file or EVENTODB_AGE_IDENTITY_FILE",
                )
            }
            Err(e) => self.refuse(format!("it does not unpack: {e}")),
        }
    }
}

/// An object's pieces as they arrive, hashed. They are fetched while those before them are unpacked.
struct Arriving {
    pieces: mpsc::Receiver<Result<Bytes>>,
    piece: Bytes,
    seen: Arc<Mutex<ArrivedBytes>>,
    task: Option<Arc<dyn Task>>,
}

/// What has arrived of an object.
#[derive(Default)]
pub(super) struct ArrivedBytes {
    pub hash: Sha256,
    pub bytes: u64,
    pub wait: Duration,
}

impl Read for Arriving {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.fill_buf()?.read(buf)?;
        self.consume(n);
        Ok(n)
    }
}

impl BufRead for Arriving {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.piece.is_empty() {
            let began = Instant::now();
            let next = self.pieces.blocking_recv();
            let waited = began.elapsed();
            let Some(next) = next else { break };
            self.piece = next.map_err(io::Error::other)?;
            let mut seen = self.seen.lock().map_err(|_| io::Error::other("a reader has panicked"))?;
            seen.hash.update(&self.piece);
            seen.bytes += self.piece.len() as u64;
            seen.wait += waited;
            if let Some(task) = &self.task {
                task.advance(self.piece.len() as u64);
            }
        }
        Ok(&self.piece)
    }

    fn consume(&mut self, n: usize) {
        self.piece.advance(n);
    }
}

/// Gives pieces of CSV, into buffers that come back.
pub(super) struct Giver {
    full: SyncSender<Vec<u8>>,
    emptied: Receiver<Vec<u8>>,
    piece_bytes: usize,
}

/// Takes them.
pub(super) struct Taker {
    filled: Receiver<Vec<u8>>,
    empty: SyncSender<Vec<u8>>,
}

/// The way from unpacking to hashing, with all the memory it ever takes.
pub(super) fn pipe(expected: &Expected) -> (Giver, Taker) {
    let (full, filled) = sync_channel::<Vec<u8>>(UNPACKED);
    let (empty, emptied) = sync_channel::<Vec<u8>>(UNPACKED);
    let whole = |plain: &Content| usize::try_from(plain.bytes).unwrap_or(usize::MAX).clamp(1, PIECE_BYTES);
    let piece_bytes = expected.plain.as_ref().map_or(PIECE_BYTES, whole);
    for _ in 0..UNPACKED {
        // There is room for all of them.
        let _ = empty.send(vec![0; piece_bytes]);
    }
    (Giver { full, emptied, piece_bytes }, Taker { filled, empty })
}

/// Unpacks what arrives.
pub(super) struct Unpacking {
    pub object: ObjectName,
    pub codec: Codec,
    pub sealed: Option<Vec<u64>>,
    pub keys: AgeKeys,
    pub to: Giver,
}

impl Unpacking {
    /// What has arrived, and how long unpacking took; nothing where nobody takes what is unpacked.
    pub fn run(
        self,
        pieces: mpsc::Receiver<Result<Bytes>>,
        task: Option<Arc<dyn Task>>,
    ) -> Result<Option<(ArrivedBytes, Duration)>> {
        let began = Instant::now();
        let seen = Arc::new(Mutex::new(ArrivedBytes::default()));
        let arriving = Arriving { pieces, piece: Bytes::new(), seen: Arc::clone(&seen), task };
        let opened = match self.sealed {
            Some(lengths) => self.codec.decompress(Opening::new(arriving, self.keys, lengths)),
            None => self.codec.decompress(arriving),
        };
        let mut plain = opened.map_err(|e| self.object.unpack_fault(e))?;
        let mut handing = Duration::ZERO;
        loop {
            let waited = Instant::now();
            // Who is gone has the reason.
            let Ok(mut piece) = self.to.emptied.recv() else { return Ok(None) };
            handing += waited.elapsed();
            piece.resize(self.to.piece_bytes, 0);
            let n = fill(&mut plain, &mut piece).map_err(|e| self.object.unpack_fault(e))?;
            if n == 0 {
                break;
            }
            piece.truncate(n);
            let waited = Instant::now();
            if self.to.full.send(piece).is_err() {
                return Ok(None);
            }
            handing += waited.elapsed();
        }
        drop(plain);
        let seen = Arc::try_unwrap(seen)
            .map_err(|_| Error::failed("a reader is still at work"))?
            .into_inner()
            .map_err(|_| Error::failed("a reader has panicked"))?;
        let unpacking = began.elapsed().saturating_sub(seen.wait + handing);
        Ok(Some((seen, unpacking)))
    }
}

/// Hashes and counts what was unpacked.
pub(super) struct Looking {
    pub object: ObjectName,
    /// What was exported, beyond which nothing is read.
    pub plain: Option<Content>,
    /// How many lines, the header included.
    pub rows: Option<u64>,
    pub from: Taker,
    pub stop: Stop,
}

/// What an object unpacked to.
pub(super) struct UnpackedObject {
    pub plain: Content,
    pub rows: u64,
    /// How long hashing and counting took.
    pub took: Duration,
}

impl Looking {
    pub fn run(self, mut each: impl FnMut(&[u8]) -> Result<()>) -> Result<UnpackedObject> {
        let (mut hash, mut bytes, mut rows, mut took) = (Sha256::new(), 0_u64, RowCounter::default(), Duration::ZERO);
        while let Ok(piece) = self.from.filled.recv() {
            self.stop.check()?;
            let began = Instant::now();
            hash.update(&piece);
            rows.add(&piece);
            took += began.elapsed();
            bytes += piece.len() as u64;
            // What goes on past its end is not what was stored, and may go on without end.
            if let Some(plain) = self.plain.as_ref().filter(|plain| bytes > plain.bytes) {
                let more = format!("it unpacks to more than the {} bytes that were exported", plain.bytes);
                return Err(self.object.refuse(more));
            }
            if let Some(limit) = self.rows.filter(|limit| rows.rows() > *limit) {
                return Err(self.object.refuse(format!("it has more than the {limit} lines that were exported")));
            }
            failpoint!("object.reading");
            each(&piece)?;
            // Its owner may have come to the end.
            let _ = self.from.empty.send(piece);
        }
        Ok(UnpackedObject { plain: Content { bytes, sha256: hex::encode(hash.finalize()) }, rows: rows.rows(), took })
    }
}

/// Reads until the buffer is full or there is no more.
fn fill(from: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut n = 0;
    while n < buffer.len() {
        match from.read(&mut buffer[n..])? {
            0 => break,
            more => n += more,
        }
    }
    Ok(n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_is_filled_from_as_many_pieces_as_it_takes() {
        struct ReadInPieces(Vec<&'static [u8]>);
        impl Read for ReadInPieces {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                let piece = self.0.pop().unwrap_or_default();
                let n = piece.len().min(buffer.len());
                buffer[..n].copy_from_slice(&piece[..n]);
                Ok(n)
            }
        }
        let mut buffer = [0; 4];
        assert_eq!(fill(&mut ReadInPieces(vec![b"d", b"c", b"ab"]), &mut buffer).unwrap(), 4);
        assert_eq!(&buffer, b"abcd");
        assert_eq!(fill(&mut ReadInPieces(vec![b"x", b"y"]), &mut buffer).unwrap(), 2);
        assert_eq!(&buffer, b"yxcd");
    }
}
