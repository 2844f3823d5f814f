//! Where the rows of a frame lie, and of which streams they are. It is learnt when the frame is proven; later on, the rows that
//! are wanted are found without a look at the others.

use std::hash::{DefaultHasher, Hasher};
use std::ops::Range;

/// Which rows are wanted. Others may come as well.
#[derive(Debug)]
pub struct WantedRows {
    spans: Vec<(i64, i64)>,
    /// Hashes of names; none where the stream does not matter.
    streams: Vec<u32>,
}

impl WantedRows {
    /// Rows within one of these spans of global positions, both ends included, of one of these streams, if any are named.
    pub fn new<'a>(spans: Option<&[(i64, i64)]>, streams: impl Iterator<Item = &'a str>) -> Self {
        let spans = spans.map_or_else(|| vec![(i64::MIN, i64::MAX)], <[_]>::to_vec);
        Self { spans, streams: streams.map(|name| hash(name.as_bytes())).collect() }
    }
}

/// Tells most streams apart.
fn hash(stream: &[u8]) -> u32 {
    let mut hasher = DefaultHasher::new();
    hasher.write(stream);
    // Half of it is enough.
    let [a, b, c, d, ..] = hasher.finish().to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}

/// A row: its global position and its first byte, both counted from the frame's first, and its stream's hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct RowPlace {
    global_position: u32,
    start: u32,
    stream: u32,
}

/// The rows of one frame, by global position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowIndex {
    first: i64,
    places: Vec<RowPlace>,
    /// Bytes of its CSV.
    end: u32,
}

/// Rows of a frame while they are noted.
#[derive(Debug, Default)]
pub struct RowIndexBuilder {
    first: i64,
    places: Vec<RowPlace>,
    is_too_large: bool,
}

impl RowIndexBuilder {
    /// Notes a row that begins there; rows come in the order of global positions.
    pub fn add(&mut self, global_position: i64, stream: &[u8], start: usize) {
        if self.places.is_empty() {
            self.first = global_position;
        }
        let at = global_position.checked_sub(self.first).and_then(|at| u32::try_from(at).ok());
        match (at, u32::try_from(start)) {
            (Some(global_position), Ok(start)) => {
                self.places.push(RowPlace { global_position, start, stream: hash(stream) });
            }
            _ => self.is_too_large = true,
        }
    }

    /// All rows are noted; `None` where they are too far apart for this.
    pub fn end(mut self, bytes: usize) -> Option<RowIndex> {
        let end = u32::try_from(bytes).ok().filter(|_| !self.is_too_large)?;
        self.places.shrink_to_fit();
        Some(RowIndex { first: self.first, places: self.places, end })
    }
}

impl RowIndex {
    /// What it takes in memory.
    pub const fn bytes(&self) -> usize {
        self.places.len() * size_of::<RowPlace>() + 128
    }

    /// The bytes of the rows that are wanted, in the order of the frame.
    pub fn pick(&self, wanted: &WantedRows) -> Vec<Range<usize>> {
        let mut spans: Vec<_> = wanted.spans.iter().map(|span| self.within(*span)).filter(|r| !r.is_empty()).collect();
        spans.sort_unstable_by_key(|rows| rows.start);
        let mut picked: Vec<Range<usize>> = Vec::new();
        let mut done = 0;
        for rows in spans {
            for row in rows.start.max(done)..rows.end {
                let is_it = |place: &RowPlace| wanted.streams.is_empty() || wanted.streams.contains(&place.stream);
                if !self.places.get(row).is_some_and(is_it) {
                    continue;
                }
                let bytes = self.start(row)..self.start(row + 1);
                match picked.last_mut().filter(|last| last.end == bytes.start) {
                    Some(last) => last.end = bytes.end,
                    None => picked.push(bytes),
                }
            }
            done = done.max(rows.end);
        }
        picked
    }

    /// Which rows, by number.
    fn within(&self, (from, to): (i64, i64)) -> Range<usize> {
        let at = |place: &RowPlace| self.first.saturating_add(i64::from(place.global_position));
        let start = self.places.partition_point(|place| at(place) < from);
        let end = self.places.partition_point(|place| at(place) <= to);
        start..end.max(start)
    }

    /// Where a row begins; the one after the last is where the frame ends.
    fn start(&self, row: usize) -> usize {
        self.places.get(row).map_or(self.end, |place| place.start) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(rows: &[(i64, &str, usize)], bytes: usize) -> Option<RowIndex> {
        let mut noting = RowIndexBuilder::default();
        for (at, stream, start) in rows {
            noting.add(*at, stream.as_bytes(), *start);
        }
        noting.end(bytes)
    }

    fn picked(rows: &RowIndex, spans: &[(i64, i64)], streams: &[&str]) -> Vec<(usize, usize)> {
        pairs(&rows.pick(&WantedRows::new(Some(spans), streams.iter().copied())))
    }

    fn pairs(ranges: &[Range<usize>]) -> Vec<(usize, usize)> {
        ranges.iter().map(|bytes| (bytes.start, bytes.end)).collect()
    }

    const NOTHING: [(usize, usize); 0] = [];

    #[test]
    fn rows_are_picked_once_and_in_their_order_whatever_the_spans_are() {
        let rows = [(-7, "a", 20), (-3, "b", 30), (-3, "a", 41), (0, "c", 50), (9, "a", 55)];
        let rows = index(&rows, 70).unwrap();
        assert_eq!(picked(&rows, &[(0, 0)], &[]), [(50, 55)]);
        assert_eq!(picked(&rows, &[(9, i64::MAX), (i64::MIN, -7)], &[]), [(20, 30), (55, 70)]);
        assert_eq!(picked(&rows, &[(-3, -3)], &[]), [(30, 50)], "two rows of one global position");
        assert_eq!(picked(&rows, &[(-7, 0), (-3, 9), (-3, 0)], &[]), [(20, 70)], "spans within each other");
        assert_eq!(picked(&rows, &[(-7, 9), (-3, -3), (0, 9)], &["c", "b"]), [(30, 41), (50, 55)]);
        assert_eq!(picked(&rows, &[(-6, -4), (1, 8), (10, 11), (5, 2)], &[]), NOTHING);
        assert_eq!(picked(&rows, &[(-7, 9)], &["d"]), NOTHING);
        assert_eq!(pairs(&rows.pick(&WantedRows::new(None, ["a"].into_iter()))), [(20, 30), (41, 50), (55, 70)]);
        assert_eq!(pairs(&index(&[], 0).unwrap().pick(&WantedRows::new(None, [].into_iter()))), NOTHING);
    }

    #[test]
    fn rows_that_are_too_far_apart_have_no_index() {
        assert_eq!(index(&[(i64::MIN, "a", 0), (i64::MAX, "a", 9)], 20), None);
        assert_eq!(index(&[(0, "a", 0), (1 << 32, "a", 9)], 20), None);
        let rows = index(&[(0, "a", 0), ((1 << 32) - 1, "a", 9)], 20).unwrap();
        assert_eq!(picked(&rows, &[(1, 1 << 40)], &[]), [(9, 20)]);
    }
}
