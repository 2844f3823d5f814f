//! An archive's messages, frame by frame: those frames alone that are asked for, each checked before a row of it is used.

use std::collections::VecDeque;
use std::fmt::Display;
use std::io::{self, Read};
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use futures::FutureExt;
use tokio::task::JoinHandle;

use super::block::Block;
use super::index::{RowIndexBuilder, WantedRows};
use super::memory::{ArchiveMemory, RowsOf};
use super::message_row::{CsvRows, PartialRow};
use super::spool::Spool;
use super::{ArchiveReader, Keep, ObjectPart, damaged, of, unopened};
use crate::archive::format::codec::Codec;
use crate::archive::format::csv::COLUMNS;
use crate::archive::format::encryption;
use crate::archive::format::manifest::{Frame, Manifest};
use crate::db::queries::ledger::ArchiveRow;
use crate::error::{Error, Kind, Result};
use crate::store::{ObjectKey, Store};

/// CSV of the largest frame that is fetched while another one is read.
const AHEAD_BYTES: u64 = 16 << 20;

/// Frames that are fetched while another one is read, where few rows of each are wanted; and their CSV.
const PICKED_AHEAD: (usize, usize) = (4, 4 << 20);

/// CSV of a frame that is unpacked where it is asked for: that takes less than a millisecond.
const AT_ONCE_BYTES: u64 = 512 << 10;

/// Rows of a stream in one archive that are kept in memory as they are.
const GATHERED_BYTES: usize = 64 << 10;

/// How they are kept: messages of a stream are much alike.
const REMEMBERED: Codec = Codec::Zstd { level: 1 };

/// How to open an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenFrames {
    /// Whether parts are worth keeping.
    pub keep: Keep,
    /// Whether the next frame is fetched while one is being read: all of them will be asked for.
    pub ahead: bool,
}

/// The frames of one archive that are wanted, in order.
#[derive(Debug)]
pub struct Frames {
    loader: Arc<Loader>,
    left: VecDeque<(usize, Frame)>,
    current: Option<(usize, Frame)>,
    /// The first of those that are left, as they are fetched.
    ahead: VecDeque<JoinHandle<Result<Block>>>,
    is_eager: bool,
    /// Other rows need not come.
    wanted: Option<Arc<WantedRows>>,
    gathered: RememberedRows,
}

/// All rows that are wanted of an archive, where they are so few that they are remembered.
#[derive(Debug)]
enum RememberedRows {
    /// They are not.
    Not,
    /// Those of the frames that were read so far.
    Filling(Vec<u8>, RowsOf),
    /// They were remembered, and take the place of all frames; whether they were given.
    Kept(Bytes, bool),
}

impl Drop for Frames {
    fn drop(&mut self) {
        self.put_away();
    }
}

#[derive(Debug)]
struct Loader {
    reader: ArchiveReader,
    archive: ArchiveRow,
    store: Store,
    key: ObjectKey,
    object_bytes: u64,
    codec: Codec,
    is_sealed: bool,
    /// The manifest's hash: what tells frames without one of their own from all others.
    name: String,
    keep: Keep,
    /// Where the archive's frames cannot be proven one by one: its CSV, proven as a whole.
    spool: Option<Spool>,
}

impl Frames {
    /// The frames of an archive that are `wanted`.
    ///
    /// # Errors
    /// Where the archive has other columns than ours, or has to be read as a whole and is not what was stored.
    pub async fn open(
        reader: &ArchiveReader,
        archive: &ArchiveRow,
        store: Store,
        manifest: &Manifest,
        wanted: impl Fn(&Frame) -> bool,
        opening: OpenFrames,
    ) -> Result<Self> {
        let codec = manifest.codec()?;
        let key = ObjectKey::new(&manifest.data.object)?;
        if !manifest.columns.iter().map(|c| c.name.as_str()).eq(COLUMNS.iter().map(|c| c.0)) {
            return Err(Error::new(Kind::Unsupported, format!("reading archive {}", archive.id))
                .because("its columns are not those that this program writes")
                .hint(format!("eventodb-admin archives rehydrate {} brings its messages back", archive.id)));
        }
        // What compression and encryption check by themselves needs no hash.
        let is_checked = codec != Codec::None || manifest.encryption.is_some();
        let provable = manifest.data.frames.iter().all(|f| is_checked || f.sha256.is_some());
        let (spool, frames) = if provable && !(manifest.data.frames.is_empty() && manifest.messages > 0) {
            (None, manifest.data.frames.clone())
        } else {
            let (spool, frames) = Spool::fill(reader, &store, &key, manifest).await.map_err(|e| of(archive, e))?;
            (Some(spool), frames)
        };
        let loader = Loader {
            reader: reader.clone(),
            archive: archive.clone(),
            store,
            key,
            object_bytes: manifest.data.stored.bytes,
            codec,
            is_sealed: manifest.encryption.is_some(),
            name: archive.manifest_sha256.clone().unwrap_or_default(),
            keep: opening.keep,
            spool,
        };
        let left = frames.iter().enumerate().filter(|(_, f)| wanted(f)).map(|(n, f)| (n, f.clone())).collect();
        let (current, ahead) = (None, VecDeque::new());
        Ok(Self {
            loader: Arc::new(loader),
            left,
            current,
            ahead,
            is_eager: opening.ahead,
            wanted: None,
            gathered: RememberedRows::Not,
        })
    }

    /// Of each frame only these rows are needed: others are left out where that is cheaper.
    pub fn pick(&mut self, wanted: WantedRows) {
        self.wanted = Some(Arc::new(wanted));
    }

    /// The rows that are picked are those of this stream: they are remembered.
    pub fn gather(&mut self, stream: &str) {
        let Some(memory) = self.loader.memory() else { return };
        let key = (self.loader.name.clone(), stream.to_owned());
        let kept = memory.streams.get(&key).and_then(|(packed, bytes)| REMEMBERED.first_bytes(&packed, bytes).ok());
        self.gathered = match kept {
            Some(rows) => {
                self.left.clear();
                RememberedRows::Kept(rows.into(), false)
            }
            None => RememberedRows::Filling(Vec::new(), key),
        };
    }

    /// Begins to fetch what comes first, where it is known that it will be asked for.
    pub fn begin(&mut self) {
        let (most, bytes) = if self.wanted.is_some() { PICKED_AHEAD } else { (1, 0) };
        while self.ahead.len() < most
            && (self.ahead.is_empty() || self.ahead_bytes() < bytes)
            && let Some((index, frame)) = self.left.get(self.ahead.len())
            && frame.csv_bytes <= AHEAD_BYTES
        {
            let (loader, wanted, index, frame) = (Arc::clone(&self.loader), self.wanted.clone(), *index, frame.clone());
            self.ahead.push_back(tokio::spawn(async move { loader.load(index, &frame, wanted.as_ref()).await }));
        }
    }

    /// CSV of what is fetched before it is asked for; it may hold less.
    pub fn ahead_bytes(&self) -> usize {
        let bytes = |(_, frame): &(usize, Frame)| usize::try_from(frame.csv_bytes).unwrap_or(usize::MAX);
        self.left.iter().take(self.ahead.len()).map(bytes).fold(0, usize::saturating_add)
    }

    /// Forgets what was fetched before it was asked for.
    pub fn put_away(&mut self) {
        for ahead in self.ahead.drain(..) {
            ahead.abort();
        }
    }

    /// The global position before which the next frame has nothing.
    pub fn next_global_position(&self) -> Option<i64> {
        self.left.front().map(|(_, frame)| frame.first_global_position)
    }

    /// CSV of the next frame.
    pub fn next_bytes(&self) -> u64 {
        self.left.front().map_or(0, |(_, frame)| frame.csv_bytes)
    }

    /// CSV of the frame that was read last.
    pub fn last_bytes(&self) -> u64 {
        self.current.as_ref().map_or(0, |(_, frame)| frame.csv_bytes)
    }

    /// The next frame's rows; `None` after the last.
    ///
    /// # Errors
    /// [`Kind::Verification`] where it is missing, damaged or differs; [`Kind::Archived`] where nobody can be asked.
    pub async fn next(&mut self) -> Result<Option<Block>> {
        if let RememberedRows::Kept(rows, is_given @ false) = &mut self.gathered {
            *is_given = true;
            return Ok(Some(Block { csv: rows.clone(), at: 0 }));
        }
        let Some((index, frame)) = self.left.pop_front() else {
            self.remember();
            return Ok(None);
        };
        let block = match self.ahead.pop_front() {
            Some(ahead) => ahead.await.map_err(|e| Error::failed("reading an archive").because(e))??,
            None => self.loader.load(index, &frame, self.wanted.as_ref()).await?,
        };
        // Two large frames need not fit into memory.
        let is_small = frame.csv_bytes <= AHEAD_BYTES;
        self.current = Some((index, frame));
        if self.is_eager && is_small {
            self.begin();
        }
        if let RememberedRows::Filling(rows, _) = &mut self.gathered {
            rows.extend_from_slice(&block.csv[block.at..]);
            if rows.len() > GATHERED_BYTES {
                self.gathered = RememberedRows::Not;
            }
        }
        Ok(Some(block))
    }

    /// All rows were read.
    fn remember(&mut self) {
        if let RememberedRows::Filling(rows, key) = std::mem::replace(&mut self.gathered, RememberedRows::Not)
            && let Some(memory) = self.loader.memory()
        {
            // What cannot be compressed is read again.
            if let Ok(packed) = REMEMBERED.compress(&rows) {
                let bytes = packed.len() + 256;
                memory.streams.put(key, (packed.into(), rows.len()), bytes);
            }
        }
    }

    /// The frame that was read last once more.
    ///
    /// # Errors
    /// As [`Frames::next`].
    pub async fn again(&self) -> Result<Option<Block>> {
        if let RememberedRows::Kept(rows, true) = &self.gathered {
            return Ok(Some(Block { csv: rows.clone(), at: 0 }));
        }
        let Some((index, frame)) = &self.current else { return Ok(None) };
        self.loader.load(*index, frame, self.wanted.as_ref()).await.map(Some)
    }

    /// What is wrong with a row of it.
    pub fn damaged(&self, why: &str) -> Error {
        of(&self.loader.archive, damaged(&self.loader.store, &self.loader.key, why.to_owned()))
    }
}

impl Loader {
    /// What is remembered of it, if anything is.
    fn memory(&self) -> Option<&ArchiveMemory> {
        self.reader.memory().filter(|_| self.keep == Keep::Yes)
    }

    async fn load(&self, index: usize, frame: &Frame, wanted: Option<&Arc<WantedRows>>) -> Result<Block> {
        if let Some(spool) = &self.spool {
            return Ok(Block { csv: spool.frame(frame)?.into(), at: 0 });
        }
        let loaded = match self.memory() {
            Some(memory) => self.load_again(memory, index, frame, wanted).await,
            None => self.load_first(index, frame).await,
        };
        loaded.map_err(|e| of(&self.archive, e))
    }

    /// Fetches a frame and proves it.
    async fn load_first(&self, index: usize, frame: &Frame) -> Result<Block> {
        let (packed, frame) = (self.fetch(index, frame).await?, frame.clone());
        self.unpacking(packed, move |codec, packed| {
            let csv = unpack(codec, &packed, &frame, index)?;
            drop(packed);
            prove(&csv, &frame, index, None)?;
            Ok(whole(csv, index))
        })
        .await
    }

    /// The same where frames are remembered: one that was proven before is not looked through again.
    async fn load_again(
        &self,
        memory: &ArchiveMemory,
        index: usize,
        frame: &Frame,
        wanted: Option<&Arc<WantedRows>>,
    ) -> Result<Block> {
        let key = (self.name.clone(), index);
        let remembered = memory.frames.get(&key);
        // Where rows lie is of use for the same bytes alone.
        let is_same = remembered.is_some() || frame.sha256.is_some();
        let known = memory.rows.get(&key).filter(|_| is_same);
        let chosen = known.as_ref().zip(wanted).map(|(rows, wanted)| rows.pick(wanted));
        if chosen.as_ref().is_some_and(Vec::is_empty) {
            return Ok(Block { at: 0, csv: Bytes::new() });
        }
        let (packed, is_new) = match (remembered, &chosen) {
            // As quick as it is to have it done elsewhere.
            (Some(packed), Some(chosen)) if frame.csv_bytes <= AT_ONCE_BYTES => {
                return unpack_picked(self.codec, &packed, chosen).map_err(|e| unopened(&self.store, &self.key, e));
            }
            (Some(packed), _) => (packed, false),
            (None, _) => (self.fetch(index, frame).await?, true),
        };
        let (frame, wanted, kept) = (frame.clone(), wanted.cloned(), packed.clone());
        let (block, learnt) = self
            .unpacking(packed, move |codec, packed| {
                if let Some(chosen) = chosen {
                    return Ok((unpack_picked(codec, &packed, &chosen)?, None));
                }
                let csv = unpack(codec, &packed, &frame, index)?;
                drop(packed);
                if known.is_some() {
                    return Ok((whole(csv, index), None));
                }
                let mut noting = RowIndexBuilder::default();
                prove(&csv, &frame, index, Some(&mut noting))?;
                let rows = noting.end(csv.len());
                let block = match (&rows, wanted) {
                    (Some(rows), Some(wanted)) => picked_of(&csv, &rows.pick(&wanted)),
                    _ => whole(csv, index),
                };
                Ok((block, rows))
            })
            .await?;
        // What is put there again would stay for longer than it may.
        if is_new {
            let bytes = kept.len() + 128;
            memory.frames.put(key.clone(), kept, bytes);
        }
        if let Some(rows) = learnt {
            let bytes = rows.bytes();
            memory.rows.put(key, Arc::new(rows), bytes);
        }
        Ok(block)
    }

    /// A frame's bytes as they are compressed, wherever they are by now; what encrypts them is undone.
    async fn fetch(&self, index: usize, frame: &Frame) -> Result<Bytes> {
        // Boxed: callers are deep.
        match self.fetch_here(index, frame).boxed().await {
            Err(e) if e.kind() == Kind::Verification => {
                self.reader.moved_frame(&self.archive, index, frame, self.keep).boxed().await?.ok_or(e)
            }
            fetched => fetched,
        }
    }

    async fn fetch_here(&self, index: usize, frame: &Frame) -> Result<Bytes> {
        let part = ObjectPart {
            range: frame.offset..frame.offset + frame.length,
            object_bytes: self.object_bytes,
            sha256: frame.sha256.as_deref(),
            name: &format!("{} frame {index}", self.name),
            keep: self.keep,
        };
        let stored = self.reader.part(&self.archive, &self.store, &self.key, part).await?;
        if !self.is_sealed {
            return Ok(stored);
        }
        let keys = self.store.age_keys().clone();
        let opened = tokio::task::spawn_blocking(move || encryption::open(&keys, &stored));
        let opened = opened.await.map_err(|e| Error::failed("reading an archive").because(e))?;
        opened.map(Bytes::from).map_err(|e| unopened(&self.store, &self.key, e))
    }

    /// Unpacks where that keeps nobody waiting, as many frames at a time as there are processors.
    async fn unpacking<T: Send + 'static>(
        &self,
        packed: Bytes,
        how: impl FnOnce(Codec, Bytes) -> io::Result<T> + Send + 'static,
    ) -> Result<T> {
        let failed = "reading an archive";
        let _turn = self.reader.unpacking().acquire().await.map_err(|e| Error::failed(failed).because(e))?;
        let codec = self.codec;
        let unpacked = tokio::task::spawn_blocking(move || how(codec, packed)).await;
        unpacked.map_err(|e| Error::failed(failed).because(e))?.map_err(|e| unopened(&self.store, &self.key, e))
    }
}

/// Where the rows of a frame begin: the first one has the header line before them.
fn start(csv: &[u8], index: usize) -> usize {
    if index == 0 { CsvRows(csv).next().map_or(csv.len(), <[u8]>::len) } else { 0 }
}

fn refused(index: usize, why: impl Display) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("frame {index} {why}"))
}

/// A frame's CSV, of the length that it must have.
fn unpack(codec: Codec, packed: &[u8], frame: &Frame, index: usize) -> io::Result<Vec<u8>> {
    let mut csv = Vec::with_capacity(usize::try_from(frame.csv_bytes).unwrap_or(0).min(64 << 20));
    codec.decompress(packed)?.take(frame.csv_bytes + 1).read_to_end(&mut csv)?;
    if csv.len() as u64 == frame.csv_bytes {
        Ok(csv)
    } else {
        Err(refused(index, format_args!("unpacks to other than its {} bytes", frame.csv_bytes)))
    }
}

/// Some of the CSV of a frame that was proven before.
fn unpack_picked(codec: Codec, packed: &[u8], chosen: &[Range<usize>]) -> io::Result<Block> {
    let csv = codec.first_bytes(packed, chosen.last().map_or(0, |last| last.end))?;
    Ok(picked_of(&csv, chosen))
}

fn whole(csv: Vec<u8>, index: usize) -> Block {
    Block { at: start(&csv, index), csv: csv.into() }
}

fn picked_of(csv: &[u8], chosen: &[Range<usize>]) -> Block {
    let mut rows = Vec::with_capacity(chosen.iter().map(Range::len).sum());
    for range in chosen {
        rows.extend_from_slice(&csv[range.clone()]);
    }
    Block { csv: rows.into(), at: 0 }
}

/// Looks at each row of a frame, and notes where it lies.
fn prove(csv: &[u8], frame: &Frame, index: usize, mut noting: Option<&mut RowIndexBuilder>) -> io::Result<()> {
    let at = start(csv, index);
    let (mut rows, mut bytes, mut last) = (0, 0, i64::MIN);
    for row in CsvRows(&csv[at..]) {
        let Some(read) = PartialRow::read(row) else {
            return Err(refused(index, "has a row of another form"));
        };
        let position = read.global_position;
        if position < last || rows == 0 && position != frame.first_global_position {
            return Err(refused(index, "is not in the order of global positions"));
        }
        if let Some(noting) = &mut noting {
            noting.add(position, &read.stream, at + bytes);
        }
        rows += 1;
        bytes += row.len();
        last = position;
    }
    if rows != frame.messages || at + bytes != csv.len() || rows > 0 && last != frame.last_global_position {
        let why = format_args!("has {rows} messages up to global position {last}, not those that it should have");
        return Err(refused(index, why));
    }
    Ok(())
}
