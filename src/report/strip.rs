//! Chunks side by side, as they are drawn: a cell a chunk, or several of one state joined where there are many.

use std::collections::HashMap;

use chrono::{DateTime, Datelike, Utc};
use serde::Serialize;

use super::instant::instant;
use crate::archive::{State, WantedCopies, missing_copies_of};
use crate::chunks::{ChunkRow, ChunkState};
use crate::db::queries::report::ArchiveLine;

/// What a cell shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum StripState {
    /// Being written.
    Open,
    /// Its time is over.
    Closed,
    /// Compressed in the hypertable.
    Compressed,
    /// Archived, and back in the hypertable.
    Rehydrated,
    /// In the store only.
    Archived,
    /// Dropped on demand with no archive.
    Discarded,
    /// Chunks of several states, too many to be drawn one by one.
    Mixed,
}

impl StripState {
    /// From what is in the database to what is not.
    pub const ALL: [Self; 7] =
        [Self::Open, Self::Closed, Self::Compressed, Self::Rehydrated, Self::Archived, Self::Discarded, Self::Mixed];

    /// The name in output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Compressed => "compressed",
            Self::Rehydrated => "rehydrated",
            Self::Archived => "archived",
            Self::Discarded => "discarded",
            Self::Mixed => "mixed",
        }
    }

    const fn of(state: ChunkState) -> Self {
        match state {
            ChunkState::Open => Self::Open,
            ChunkState::Closed => Self::Closed,
            ChunkState::Compressed => Self::Compressed,
            ChunkState::Archived => Self::Archived,
            ChunkState::Rehydrated => Self::Rehydrated,
        }
    }
}

/// A chunk, or neighbours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StripCell {
    /// The first instant of its range.
    #[serde(serialize_with = "instant")]
    pub range_start: DateTime<Utc>,
    /// The instant after its range.
    #[serde(serialize_with = "instant")]
    pub range_end: DateTime<Utc>,
    /// What it shows.
    pub state: StripState,
    /// Chunks in it.
    pub chunks: i64,
    /// Their messages, as far as numbers are known.
    pub messages: i64,
    /// Whether that is exact.
    pub is_exact: bool,
    /// Their bytes: in the database, or of archived ones in the store.
    pub bytes: i64,
    /// The lowest and the highest number of their archives.
    pub archives: Option<(i64, i64)>,
    /// In how many stores the archive lies that lies in the fewest.
    pub copies: Option<usize>,
    /// Copies that the policy wants and that are not there.
    pub missing_copies: i64,
}

impl StripCell {
    fn archive(line: &ArchiveLine, wanted: &WantedCopies) -> Self {
        let is_there = line.state != State::Discarded;
        Self {
            range_start: line.range_start,
            range_end: line.range_end,
            state: if is_there { StripState::Archived } else { StripState::Discarded },
            chunks: 1,
            messages: line.messages.unwrap_or_default(),
            is_exact: line.messages.is_some(),
            bytes: if is_there { line.stored_bytes } else { 0 },
            archives: is_there.then_some((line.id, line.id)),
            copies: is_there.then(|| 1 + line.copies.len()),
            missing_copies: if is_there { lacks(line, wanted) } else { 0 },
        }
    }

    fn live(chunk: &ChunkRow, archives: &[&ArchiveLine], wanted: &WantedCopies) -> Self {
        let back = archives.iter().rev().find(|a| a.state == State::Rehydrated);
        let kept = archives.iter().rev().find(|a| a.state == State::Verified && a.chunk_name == chunk.name());
        let archive = back.or(kept);
        Self {
            range_start: chunk.range_start,
            range_end: chunk.range_end,
            state: StripState::of(ChunkState::of_live(chunk, back.is_some())),
            chunks: 1,
            messages: chunk.estimate.unwrap_or_default(),
            is_exact: false,
            bytes: chunk.size_bytes,
            archives: archive.map(|a| (a.id, a.id)),
            copies: archive.map(|a| 1 + a.copies.len()),
            missing_copies: archive.map_or(0, |a| lacks(a, wanted)),
        }
    }

    fn look(&self) -> (StripState, bool) {
        (self.state, self.missing_copies > 0)
    }

    fn add(&mut self, other: &Self) {
        self.range_end = self.range_end.max(other.range_end);
        self.chunks += other.chunks;
        self.messages = self.messages.saturating_add(other.messages);
        self.is_exact &= other.is_exact;
        self.bytes = self.bytes.saturating_add(other.bytes);
        self.archives = match (self.archives, other.archives) {
            (Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
            (one, other) => one.or(other),
        };
        self.copies = match (self.copies, other.copies) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        self.missing_copies += other.missing_copies;
        if self.state != other.state {
            self.state = StripState::Mixed;
        }
    }
}

pub(super) fn lacks(archive: &ArchiveLine, wanted: &WantedCopies) -> i64 {
    let missing = missing_copies_of(wanted, archive.store_url.as_deref(), &archive.copies).len();
    // One store is no store of copies: what lies elsewhere was archived there.
    if wanted.stores.len() > 1 { i64::try_from(missing).unwrap_or(i64::MAX) } else { 0 }
}

/// A namespace's chunks, a cell each, oldest first.
pub fn strip_of(chunks: &[ChunkRow], archives: &[ArchiveLine], wanted: &WantedCopies) -> Vec<StripCell> {
    let mut by_range: HashMap<_, Vec<&ArchiveLine>> = HashMap::new();
    for archive in archives {
        by_range.entry((archive.range_start, archive.range_end)).or_default().push(archive);
    }
    let of = |c: &ChunkRow| by_range.get(&(c.range_start, c.range_end)).map_or(&[][..], Vec::as_slice);
    let gone = archives.iter().filter(|a| matches!(a.state, State::Dropped | State::Discarded));
    let mut cells: Vec<_> = chunks.iter().map(|c| StripCell::live(c, of(c), wanted)).collect();
    cells.extend(gone.map(|a| StripCell::archive(a, wanted)));
    cells.sort_by_key(|c| (c.range_start, c.range_end, c.archives, c.state));
    cells
}

/// The same in so many cells at most. Neighbours of one look are joined first, and within a year; only where that is not enough
/// are others.
pub fn joined(cells: &[StripCell], most: usize) -> Vec<StripCell> {
    let mut together = 1;
    loop {
        let made = join(cells, together, |a, b| a.look() == b.look() && a.range_start.year() == b.range_start.year());
        if made.len() <= most.max(1) {
            return made;
        }
        if together > cells.len() {
            break;
        }
        together *= 2;
    }
    // Looks change too often.
    let together = cells.len().div_ceil(most.max(1));
    join(cells, together, |_, _| true)
}

/// All neighbours of one look joined, over years.
pub fn alike(cells: &[StripCell]) -> Vec<StripCell> {
    join(cells, usize::MAX, |a, b| a.look() == b.look())
}

fn join(cells: &[StripCell], together: usize, may: impl Fn(&StripCell, &StripCell) -> bool) -> Vec<StripCell> {
    let mut made: Vec<StripCell> = Vec::new();
    let mut count = 0;
    for cell in cells {
        match made.last_mut() {
            Some(last) if count < together && may(last, cell) => {
                last.add(cell);
                count += 1;
            }
            _ => {
                made.push(cell.clone());
                count = 1;
            }
        }
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    fn cell(week: i64, state: StripState) -> StripCell {
        let start = DateTime::from_timestamp(1_357_000_000, 0).unwrap() + TimeDelta::weeks(week);
        StripCell {
            range_start: start,
            range_end: start + TimeDelta::weeks(1),
            state,
            chunks: 1,
            messages: 10,
            is_exact: true,
            bytes: 100,
            archives: Some((week, week)),
            copies: Some(2),
            missing_copies: 0,
        }
    }

    fn sums(cells: &[StripCell]) -> (i64, i64, i64) {
        let sum = |of: fn(&StripCell) -> i64| cells.iter().map(of).sum();
        (sum(|c| c.chunks), sum(|c| c.messages), sum(|c| c.bytes))
    }

    #[test]
    fn few_chunks_are_a_cell_each_and_many_are_joined_without_losing_any() {
        let cells: Vec<_> = (0..520)
            .map(|week| cell(week, if week < 500 { StripState::Archived } else { StripState::Compressed }))
            .collect();
        assert_eq!(joined(&cells, 520), cells);
        for most in [1, 2, 12, 60, 519] {
            let made = joined(&cells, most);
            assert!(made.len() <= most, "{most}: {}", made.len());
            assert_eq!(sums(&made), sums(&cells), "{most}");
        }
        let made = joined(&cells, 60);
        assert!(made.iter().all(|c| c.state != StripState::Mixed), "states are not mixed where that is not needed");
        assert!(made.windows(2).all(|two| two[0].range_end <= two[1].range_start));
    }

    #[test]
    fn chunks_whose_states_take_turns_are_joined_as_mixed() {
        let cells: Vec<_> = (0..100)
            .map(|week| cell(week, if week % 2 == 0 { StripState::Archived } else { StripState::Closed }))
            .collect();
        let made = joined(&cells, 10);
        assert!(made.len() <= 10 && made.iter().all(|c| c.state == StripState::Mixed), "{made:?}");
        assert_eq!(sums(&made), sums(&cells));
    }

    #[test]
    fn a_chunk_that_lacks_copies_is_not_hidden_among_those_that_do_not() {
        let mut cells: Vec<_> = (0..50).map(|week| cell(week, StripState::Archived)).collect();
        cells[20].missing_copies = 1;
        let made = joined(&cells, 10);
        assert_eq!(made.iter().filter(|c| c.missing_copies > 0).map(|c| c.chunks).sum::<i64>(), 1, "{made:?}");
    }
}
