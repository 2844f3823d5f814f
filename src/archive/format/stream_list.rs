//! The stream list of an archive. It is made while the messages pass; where their streams are too many for that, from the
//! chunk once more, in the order of its streams. Grouping them in the server took it longer than copying the chunk out.

mod spill;
mod stream;

use std::cmp::Ordering;
use std::fs::File;
use std::io;

use indexmap::IndexMap;
use spill::Merged;
use stream::MessagePlace;
pub use stream::{NamedStream, Stream};

use super::copy_binary::TimeReader;
use super::csv::{CsvRow, number, raw_fields, unquoted};
use crate::error::{Error, Result};

/// The columns of the stream list. `spans` are the global positions between which a stream's messages lie, one span for each
/// run of frames that have some: `168960 169002:169010`. Who reads one stream finds its frames by them, and they stay right
/// where the same messages are cut into frames in another way.
pub const COLUMNS: [&str; 9] = [
    "stream_name",
    "first_position",
    "last_position",
    "last_global_position",
    "last_position_time",
    "first_time",
    "last_time",
    "messages",
    "spans",
];

/// The columns that [`StreamList`] takes, and their order.
pub const QUERY: &str = "SELECT stream_name, position, global_position, \"time\" FROM {{chunk}}
  ORDER BY stream_name COLLATE \"C\", global_position";

/// Rows of [`QUERY`] as CSV in, rows of [`COLUMNS`] out; it holds one stream at a time.
#[derive(Debug)]
pub struct StreamList {
    /// The frames' first global positions.
    bounds: Vec<i64>,
    /// Its name as the server wrote it, quotes included.
    stream: Option<NamedStream>,
    times: TimeReader,
}

/// The same list made while an archive's messages pass, in the order of their global positions. It holds all streams as far
/// as there is room for them; then it writes them aside, sorted, and begins anew.
#[derive(Debug)]
pub struct StreamListBuilder {
    /// By the name as the server wrote it.
    by_name: IndexMap<Box<[u8]>, Stream>,
    /// Bytes left of [`StreamListBuilder::room`].
    left: usize,
    room: usize,
    beyond: Beyond,
    times: TimeReader,
}

/// Where streams go for which there is no room.
#[derive(Debug)]
pub enum Beyond {
    /// To files that nobody else can open and that are gone with the process, in the order in which they were written.
    Aside(Vec<File>),
    /// Nowhere: what is encrypted in the store is not to lie in the clear on a disk.
    Nowhere,
    /// They went nowhere, or could not be written: the server makes the list.
    Lost,
}

/// Memory for streams, in bytes: about a hundred thousand of them.
const ROOM: usize = 20 << 20;
/// What a stream takes of it beside its name and spans: itself, its place in the table, the allocator's share.
const STREAM_BYTES: usize = 176;
/// Files that may be open: past that, tens of millions of streams, the server makes the list.
const MAX_FILES: usize = 200;

/// The header line of a stream list.
pub fn header() -> Vec<u8> {
    (COLUMNS.join(",") + "\n").into_bytes()
}

impl StreamList {
    /// For an archive whose frames begin with these global positions.
    pub fn new(bounds: Vec<i64>) -> Self {
        Self { bounds, stream: None, times: TimeReader::default() }
    }

    /// Takes the next row; returns the line of the stream before, where it was that one's last.
    ///
    /// # Errors
    /// Where the row is not of the form of [`QUERY`].
    pub fn add(&mut self, row: &[u8]) -> Result<Option<Vec<u8>>> {
        let other = || Error::failed("making the stream list").because("the server sent a row of another form");
        let [name, position, global_position, time] = raw_fields(row).ok_or_else(other)?;
        let (Some(position), Some(global_position), Some(time)) =
            (number(position), number(global_position), finite(&mut self.times, time))
        else {
            return Err(other());
        };
        let frame = self.bounds.partition_point(|first| *first <= global_position);
        let place = MessagePlace { position, global_position, time };
        match &mut self.stream {
            Some((same, stream)) if **same == *name => {
                stream.add(place, frame);
                Ok(None)
            }
            _ => {
                let before = self.stream.replace((name.into(), Stream::new(place, frame)));
                Ok(before.map(|(name, stream)| stream.line(&name)))
            }
        }
    }

    /// The last stream's line.
    pub fn end(&mut self) -> Option<Vec<u8>> {
        self.stream.take().map(|(name, stream)| stream.line(&name))
    }
}

impl StreamListBuilder {
    /// None yet.
    pub fn new(beyond: Beyond) -> Self {
        let room = room();
        Self { by_name: IndexMap::new(), left: room, room, beyond, times: TimeReader::default() }
    }

    /// Takes the next message, which lies in this frame, counted from one; `None` where its time is not of the server's form.
    pub fn add(&mut self, row: &CsvRow<'_>, frame: usize) -> Option<()> {
        let place = MessagePlace {
            position: row.position,
            global_position: row.global_position,
            time: finite(&mut self.times, row.time)?,
        };
        if matches!(self.beyond, Beyond::Lost) {
            return Some(());
        }
        let taken = if let Some(stream) = self.by_name.get_mut(row.written_stream) {
            let before = stream.spans.capacity();
            stream.add(place, frame);
            stream.spans.capacity() - before
        } else {
            self.by_name.insert(row.written_stream.into(), Stream::new(place, frame));
            STREAM_BYTES + row.written_stream.len()
        };
        self.left = self.left.saturating_sub(taken);
        if self.left == 0 {
            self.put_aside();
        }
        Some(())
    }

    fn put_aside(&mut self) {
        self.left = self.room;
        let held = std::mem::take(&mut self.by_name).sorted_unstable_by(|a, _, b, _| by_bytes(a, b));
        match &mut self.beyond {
            Beyond::Aside(files) if files.len() < max_files() => match spill::write(held.map(Ok)) {
                Ok(file) => return files.push(file),
                Err(e) => tracing::debug!("streams were not written aside: {e}"),
            },
            _ => {}
        }
        self.beyond = Beyond::Lost;
    }

    /// All streams, in the order of their names' bytes, with the names as the server wrote them; `None` where they were too
    /// many. Blocks.
    pub fn sorted(mut self) -> Option<Sorted> {
        let is_held = match &self.beyond {
            Beyond::Aside(files) => files.is_empty(),
            Beyond::Nowhere => true,
            Beyond::Lost => false,
        };
        if is_held {
            self.by_name.sort_unstable_by(|a, _, b, _| by_bytes(a, b));
            return Some(Sorted::Held(self.by_name));
        }
        if !self.by_name.is_empty() {
            self.put_aside();
        }
        let Beyond::Aside(files) = self.beyond else { return None };
        match Merged::new(files).and_then(spill::write) {
            Ok(file) => Some(Sorted::Aside(file)),
            Err(e) => {
                tracing::debug!("streams that were written aside could not be merged: {e}");
                None
            }
        }
    }
}

fn max_files() -> usize {
    fail::fail_point!("streams.lost", |_| 0);
    MAX_FILES
}

/// A test need not have a hundred thousand streams.
fn room() -> usize {
    fail::fail_point!("streams.crowded", |_| 20_000);
    ROOM
}

/// By the names' own bytes.
fn by_bytes(a: &[u8], b: &[u8]) -> Ordering {
    unquoted(a).cmp(&unquoted(b))
}

/// The server has no such rows, as a chunk has an end.
fn finite(times: &mut TimeReader, time: &[u8]) -> Option<i64> {
    times.read(time).filter(|time| !matches!(*time, i64::MIN | i64::MAX))
}

/// What is read one by one.
pub type ResultIterator<'a, T> = Box<dyn Iterator<Item = Result<T>> + Send + 'a>;

fn not_read(e: io::Error) -> Error {
    Error::failed("reading streams that were put aside").because(e)
}

/// All streams of an archive, in the order of their names.
#[derive(Debug)]
pub enum Sorted {
    /// In memory.
    Held(IndexMap<Box<[u8]>, Stream>),
    /// In a file that nobody else can open.
    Aside(File),
}

impl Sorted {
    /// Names and highest positions.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn positions(&mut self) -> Result<ResultIterator<'_, (Vec<u8>, i64)>> {
        let position = |name: &[u8], stream: &Stream| (unquoted(name).into_owned(), stream.last.position);
        Ok(match self {
            Self::Held(streams) => Box::new(streams.iter().map(move |(name, stream)| Ok(position(name, stream)))),
            Self::Aside(file) => {
                let streams = spill::read(file).map_err(not_read)?;
                Box::new(streams.map(move |read| {
                    let (name, stream) = read.map_err(not_read)?;
                    Ok(position(&name, &stream))
                }))
            }
        })
    }

    /// The lines of the list, with the header.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn into_lines(self) -> Result<ResultIterator<'static, Vec<u8>>> {
        let streams: ResultIterator<'static, NamedStream> = match self {
            Self::Held(streams) => Box::new(streams.into_iter().map(Ok)),
            Self::Aside(file) => Box::new(spill::read(file).map_err(not_read)?.map(|read| read.map_err(not_read))),
        };
        let lines = streams.map(|read| read.map(|(name, stream)| stream.line(&name)));
        Ok(Box::new(std::iter::once(Ok(header())).chain(lines)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(bounds: &[i64], rows: &[&str]) -> String {
        let mut list = StreamList::new(bounds.to_vec());
        let mut lines: Vec<u8> = Vec::new();
        for row in rows {
            lines.extend(list.add(row.as_bytes()).unwrap().unwrap_or_default());
        }
        lines.extend(list.end().unwrap_or_default());
        String::from_utf8(lines).unwrap()
    }

    #[test]
    fn a_stream_has_a_span_for_each_run_of_frames() {
        let rows = [
            "a-1,0,1,2013-01-03 00:00:00+00\n",
            "a-1,1,5,2013-01-03 00:00:00.5+00\n",
            "a-1,2,25,2013-01-03 00:00:01+00\n",
            "\"b,\"\"1\"\"\n\",7,12,2013-01-04 00:00:00+00\n",
        ];
        // Frames from 1, 10, 20 and 30.
        assert_eq!(
            list(&[1, 10, 20, 30], &rows),
            "a-1,0,2,25,2013-01-03 00:00:01+00,2013-01-03 00:00:00+00,2013-01-03 00:00:01+00,3,1:5 25\n\
             \"b,\"\"1\"\"\n\",7,7,12,2013-01-04 00:00:00+00,2013-01-04 00:00:00+00,2013-01-04 00:00:00+00,1,12\n"
        );
        assert_eq!(list(&[1, 10, 20, 30], &[]), "");
    }

    /// The list by [`StreamListBuilder`]: rows of the archive in the order of their global positions, and their frames.
    fn by_streams(rows: &[(&str, usize)], room: usize, beyond: Beyond) -> Option<String> {
        let mut streams = StreamListBuilder { left: room, room, ..StreamListBuilder::new(beyond) };
        for (row, frame) in rows {
            streams.add(&CsvRow::new(row.as_bytes()).unwrap(), *frame).unwrap();
        }
        let lines: Vec<_> = streams.sorted()?.into_lines().unwrap().map(Result::unwrap).collect();
        let list = String::from_utf8(lines.concat()).unwrap();
        Some(list.strip_prefix(&(COLUMNS.join(",") + "\n")).unwrap().to_owned())
    }

    #[test]
    fn streams_are_the_same_by_either_way_and_ordered_by_their_bytes() {
        let rows = [
            ("1,0,2013-01-03 00:00:00+00,b-1,T,x,,\n", 1),
            ("5,9,2013-01-03 00:00:00.5+00,\"a,\"\"1\"\"\",T,x,,\n", 1),
            ("12,1,2013-01-02 00:00:00+00,b-1,T,x,,\n", 2),
            ("33,2,2013-01-04 00:00:00+00,b-1,T,x,,\n", 4),
        ];
        let in_order = [
            "\"a,\"\"1\"\"\",9,5,2013-01-03 00:00:00.5+00\n",
            "b-1,0,1,2013-01-03 00:00:00+00\n",
            "b-1,1,12,2013-01-02 00:00:00+00\n",
            "b-1,2,33,2013-01-04 00:00:00+00\n",
        ];
        let list = Some(list(&[1, 10, 20, 30], &in_order));
        assert_eq!(by_streams(&rows, ROOM, Beyond::Nowhere), list);
        assert_eq!(
            by_streams(&rows, 2 * STREAM_BYTES, Beyond::Nowhere),
            None,
            "two streams and their names do not fit"
        );
        assert_eq!(by_streams(&rows, 2 * STREAM_BYTES, Beyond::Aside(Vec::new())), list);
    }

    #[test]
    fn of_two_messages_at_a_streams_last_position_the_first_stays_its_last() {
        let rows = [
            ("1,0,2013-01-03 00:00:00+00,a-1,T,x,,\n", 1),
            ("12,1,2013-01-04 00:00:00+00,a-1,T,y,,\n", 2),
            ("13,1,2013-01-05 00:00:00+00,a-1,T,z,,\n", 2),
        ];
        let line =
            "a-1,0,1,12,2013-01-04 00:00:00+00,2013-01-03 00:00:00+00,2013-01-05 00:00:00+00,3,1:13\n".to_owned();
        assert_eq!(by_streams(&rows, ROOM, Beyond::Nowhere), Some(line.clone()));
        // Each row put aside by itself.
        assert_eq!(by_streams(&rows, 1, Beyond::Aside(Vec::new())), Some(line));
    }

    #[test]
    fn streams_that_were_put_aside_at_any_time_come_together_again() {
        let mut rows = Vec::new();
        let mut at = 0;
        for i in 0..600_usize {
            // Runs and gaps of frames, times and positions that go back at times.
            let stream = ["a-1", "\"b,1\"", "c-1", "d-1", "e-1"][i * i % 7 % 5];
            at += i % 3;
            let (day, position) = (1 + i * 11 % 28, if i % 50 == 0 { 900 - i } else { i });
            rows.push((format!("{i},{position},2013-01-{day:02} 00:00:00+00,{stream},T,x,,\n"), 1 + at / 9));
        }
        let rows: Vec<_> = rows.iter().map(|(row, frame)| (row.as_str(), *frame)).collect();
        let whole = by_streams(&rows, ROOM, Beyond::Nowhere);
        assert!(whole.as_ref().unwrap().lines().all(|line| line.contains(' ')), "a stream has one span only");
        for room in [1, STREAM_BYTES + 10, 2 * STREAM_BYTES, 3 * STREAM_BYTES, 4 * STREAM_BYTES, 5 * STREAM_BYTES] {
            // As many streams fit into a file at least.
            let rows = &rows[..rows.len().min((MAX_FILES - 1) * (room / STREAM_BYTES).max(1))];
            let whole = by_streams(rows, ROOM, Beyond::Nowhere);
            assert_eq!(by_streams(rows, room, Beyond::Aside(Vec::new())), whole, "room for {room} bytes");
        }
        assert_eq!(by_streams(&rows, 1, Beyond::Aside(Vec::new())), None, "a file for each message");
    }

    #[test]
    fn the_head_is_the_message_at_the_highest_position_wherever_it_lies() {
        let rows = ["a-1,9,1,2013-01-05 00:00:00+00\n", "a-1,3,2,2013-01-03 00:00:00+00\n"];
        assert_eq!(
            list(&[1], &rows),
            "a-1,3,9,1,2013-01-05 00:00:00+00,2013-01-03 00:00:00+00,2013-01-05 00:00:00+00,2,1:2\n"
        );
    }

    #[test]
    fn a_row_of_another_form_is_refused() {
        for row in ["a-1,0,1\n", "a-1,0,x,2013-01-03 00:00:00+00\n", "a-1,0,1,infinity\n", ""] {
            assert!(StreamList::new(vec![1]).add(row.as_bytes()).is_err(), "{row:?}");
        }
    }
}
