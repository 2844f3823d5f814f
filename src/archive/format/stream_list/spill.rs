//! Streams in files, for which there is no room in memory: written sorted, read back merged.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};
use std::path::{Path, PathBuf};

use super::super::csv::unquoted;
use super::stream::{MessagePlace, NamedStream, Stream};

/// Read at a time, of each file.
const BUFFER: usize = 32 << 10;

/// Streams in a file of its own, in the order in which they come.
///
/// # Errors
/// Where there is no place for it, or one does not come.
pub fn write(streams: impl IntoIterator<Item = io::Result<NamedStream>>) -> io::Result<File> {
    let mut out = BufWriter::with_capacity(1 << 18, tempfile::tempfile_in(folder())?);
    let mut record = Vec::new();
    for stream in streams {
        let (name, stream) = stream?;
        let Stream { first_position, last, first_time, last_time, messages, first_frame, open, spans } = stream;
        record.clear();
        add(&mut record, &name)?;
        let places = [first_position, last.position, last.global_position, open.1, open.2];
        for number in places.into_iter().chain([last.time, first_time, last_time]) {
            record.extend_from_slice(&number.to_le_bytes());
        }
        for number in [messages, first_frame as u64, open.0 as u64] {
            record.extend_from_slice(&number.to_le_bytes());
        }
        add(&mut record, spans.as_bytes())?;
        out.write_all(&record)?;
    }
    out.into_inner().map_err(io::IntoInnerError::into_error)
}

/// Where large files may lie: `/tmp` is memory on many systems.
fn folder() -> PathBuf {
    let large = Path::new("/var/tmp");
    if std::env::var_os("TMPDIR").is_none() && large.is_dir() { large.to_owned() } else { std::env::temp_dir() }
}

fn add(record: &mut Vec<u8>, text: &[u8]) -> io::Result<()> {
    record.extend_from_slice(&u32::try_from(text.len()).map_err(io::Error::other)?.to_le_bytes());
    record.extend_from_slice(text);
    Ok(())
}

/// A file's streams, from its beginning.
pub struct SpilledStreams<F>(BufReader<F>);

impl<F: Read> SpilledStreams<F> {
    fn number(&mut self) -> io::Result<i64> {
        let mut bytes = [0; 8];
        self.0.read_exact(&mut bytes)?;
        Ok(i64::from_le_bytes(bytes))
    }

    fn count(&mut self) -> io::Result<u64> {
        Ok(self.number()?.cast_unsigned())
    }

    /// `None` at the end.
    fn text(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut length = [0; 4];
        if self.0.read(&mut length[..1])? == 0 {
            return Ok(None);
        }
        self.0.read_exact(&mut length[1..])?;
        let mut text = vec![0; usize::try_from(u32::from_le_bytes(length)).map_err(io::Error::other)?];
        self.0.read_exact(&mut text)?;
        Ok(Some(text))
    }

    fn stream(&mut self) -> io::Result<Option<NamedStream>> {
        let Some(name) = self.text()? else { return Ok(None) };
        let first_position = self.number()?;
        let (position, global_position) = (self.number()?, self.number()?);
        let span = (self.number()?, self.number()?);
        let (time, first_time, last_time) = (self.number()?, self.number()?, self.number()?);
        let messages = self.count()?;
        let mut frame = || usize::try_from(self.count()?).map_err(io::Error::other);
        let (first_frame, open) = (frame()?, (frame()?, span.0, span.1));
        let spans = self.text()?.ok_or(io::ErrorKind::UnexpectedEof)?;
        let spans = String::from_utf8(spans).map_err(io::Error::other)?;
        let last = MessagePlace { position, global_position, time };
        let stream = Stream { first_position, last, first_time, last_time, messages, first_frame, open, spans };
        Ok(Some((name.into(), stream)))
    }
}

impl<F: Read> Iterator for SpilledStreams<F> {
    type Item = io::Result<NamedStream>;

    fn next(&mut self) -> Option<Self::Item> {
        self.stream().transpose()
    }
}

/// The streams of a file, from its beginning.
///
/// # Errors
/// Where it cannot be read.
pub fn read<F: Read + Seek>(mut file: F) -> io::Result<SpilledStreams<F>> {
    file.rewind()?;
    Ok(SpilledStreams(BufReader::with_capacity(BUFFER, file)))
}

/// All streams of all files, each once, in the order of their names' bytes.
pub struct Merged {
    files: Vec<SpilledStreams<File>>,
    /// Each file's next.
    next: BinaryHeap<Reverse<NextSpilled>>,
}

/// Ordered by its name, then by its file: what was written first came first.
struct NextSpilled {
    name: Vec<u8>,
    file: usize,
    stream: NamedStream,
}

impl NextSpilled {
    fn key(&self) -> (&[u8], usize) {
        (&self.name, self.file)
    }
}

impl Ord for NextSpilled {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}

impl PartialOrd for NextSpilled {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for NextSpilled {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for NextSpilled {}

impl Merged {
    /// Of these files, in the order in which they were written.
    ///
    /// # Errors
    /// Where one cannot be read.
    pub fn new(files: Vec<File>) -> io::Result<Self> {
        let mut merged = Self { files: Vec::new(), next: BinaryHeap::new() };
        for file in files {
            merged.files.push(read(file)?);
            if let Some(next) = merged.read(merged.files.len() - 1)? {
                merged.next.push(Reverse(next));
            }
        }
        Ok(merged)
    }

    fn read(&mut self, file: usize) -> io::Result<Option<NextSpilled>> {
        let read = self.files[file].next().transpose()?;
        Ok(read.map(|stream| NextSpilled { name: unquoted(&stream.0).into_owned(), file, stream }))
    }

    /// The next part of a stream, where it is of this name or any will do.
    fn part(&mut self, of: Option<&[u8]>) -> io::Result<Option<NextSpilled>> {
        let Some(first) = self.next.peek_mut() else { return Ok(None) };
        if of.is_some_and(|name| name != first.0.name) {
            return Ok(None);
        }
        let Reverse(part) = PeekMut::pop(first);
        if let Some(next) = self.read(part.file)? {
            self.next.push(Reverse(next));
        }
        Ok(Some(part))
    }

    fn stream(&mut self) -> io::Result<Option<NamedStream>> {
        let Some(mut whole) = self.part(None)? else { return Ok(None) };
        while let Some(part) = self.part(Some(&whole.name))? {
            whole.stream.1.join(&part.stream.1);
        }
        Ok(Some(whole.stream))
    }
}

impl Iterator for Merged {
    type Item = io::Result<NamedStream>;

    fn next(&mut self) -> Option<Self::Item> {
        self.stream().transpose()
    }
}
