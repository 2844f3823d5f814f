//! Where the rows of a frame lie. It is learnt when the frame is proven; later on, the rows that are wanted are found without
//! a look at the others.

use std::ops::Range;

/// A row: its global position and its first byte, both counted from the frame's first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    global_position: u32,
    start: u32,
}

/// The rows of one frame, by global position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowIndex {
    first: i64,
    places: Vec<Place>,
    /// Bytes of its CSV.
    end: u32,
}

/// Rows of a frame while they are noted.
#[derive(Debug, Default)]
pub struct Noting {
    first: i64,
    places: Vec<Place>,
    is_too_large: bool,
}

impl Noting {
    /// Notes a row that begins there; rows come in the order of global positions.
    pub fn add(&mut self, global_position: i64, start: usize) {
        if self.places.is_empty() {
            self.first = global_position;
        }
        let at = global_position.checked_sub(self.first).and_then(|at| u32::try_from(at).ok());
        match (at, u32::try_from(start)) {
            (Some(global_position), Ok(start)) => self.places.push(Place { global_position, start }),
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
        self.places.len() * size_of::<Place>() + 128
    }

    /// The bytes of rows that lie within one of these spans of global positions, both ends included, in the order of the frame.
    pub fn pick(&self, spans: &[(i64, i64)]) -> Vec<Range<usize>> {
        let mut rows: Vec<Range<usize>> =
            spans.iter().map(|span| self.within(*span)).filter(|r| !r.is_empty()).collect();
        rows.sort_unstable_by_key(|rows| rows.start);
        let mut picked: Vec<Range<usize>> = Vec::new();
        let mut done = 0;
        for rows in rows {
            let rows = rows.start.max(done)..rows.end;
            if rows.is_empty() {
                continue;
            }
            done = rows.end;
            let bytes = self.start(rows.start)..self.start(rows.end);
            match picked.last_mut().filter(|last| last.end == bytes.start) {
                Some(last) => last.end = bytes.end,
                None => picked.push(bytes),
            }
        }
        picked
    }

    /// Which rows, by number.
    fn within(&self, (from, to): (i64, i64)) -> Range<usize> {
        let at = |place: &Place| self.first.saturating_add(i64::from(place.global_position));
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

    fn index(rows: &[(i64, usize)], bytes: usize) -> Option<RowIndex> {
        let mut noting = Noting::default();
        for (at, start) in rows {
            noting.add(*at, *start);
        }
        noting.end(bytes)
    }

    #[test]
    fn rows_are_picked_once_and_in_their_order_whatever_the_spans_are() {
        let rows = index(&[(-7, 20), (-3, 30), (-3, 41), (0, 50), (9, 55)], 70).unwrap();
        assert_eq!(rows.pick(&[(0, 0)]), [50..55]);
        assert_eq!(rows.pick(&[(9, i64::MAX), (i64::MIN, -7)]), [20..30, 55..70]);
        assert_eq!(rows.pick(&[(-3, -3)]), [30..50], "two rows of one global position");
        assert_eq!(rows.pick(&[(-7, 0), (-3, 9), (-3, 0)]), [20..70], "spans within each other");
        assert_eq!(rows.pick(&[(-6, -4), (1, 8), (10, 11), (5, 2)]), Vec::<Range<usize>>::new());
        assert_eq!(index(&[], 0).unwrap().pick(&[(i64::MIN, i64::MAX)]), Vec::<Range<usize>>::new());
    }

    #[test]
    fn rows_that_are_too_far_apart_have_no_index() {
        assert_eq!(index(&[(i64::MIN, 0), (i64::MAX, 9)], 20), None);
        assert_eq!(index(&[(0, 0), (1 << 32, 9)], 20), None);
        assert_eq!(index(&[(0, 0), ((1 << 32) - 1, 9)], 20).unwrap().pick(&[(1, 1 << 40)]), [9..20]);
    }
}
