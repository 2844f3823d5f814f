//! Global positions that two messages have: noted with an archive, so that it can come back beside the others.

mod archived;

use std::fmt::Write;

use archived::OnlyCopies;
use serde::{Deserialize, Serialize};
use tokio::sync::OnceCell;
use tokio_postgres::Transaction;

use crate::chunks::ChunkRow;
use crate::db::Scope;
use crate::db::queries::chunks;
use crate::db::queries::doubles::{self as queries, Extent};
use crate::db::savepoint;
use crate::error::{Error, Kind, Result};
use crate::progress::Progress;
use crate::stop::Stop;
use crate::store::Store;

/// As many ranges are told apart; what comes after widens the last one.
const MAX_RANGES: usize = 1000;
/// Other chunks that are looked into for one, of those whose global positions overlap.
const MAX_OTHERS: usize = 8;

/// Global positions that more than one message had when a chunk was exported.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doubled {
    /// How many.
    pub count: u64,
    /// Where they lie, first and last; of very many the last range is wider than it has to be.
    pub ranges: Vec<(i64, i64)>,
}

impl Doubled {
    /// Adds one that is no lower than those before it.
    fn add(&mut self, position: i64) {
        let is_full = self.ranges.len() >= MAX_RANGES;
        match self.ranges.last_mut() {
            Some(last) if position == last.1 => return,
            Some(last) if is_full || position.checked_sub(1) == Some(last.1) => last.1 = position,
            _ => self.ranges.push((position, position)),
        }
        self.count += 1;
    }

    /// With others, wherever they lie.
    fn with(self, other: &Self) -> Self {
        let mut ranges: Vec<_> = self.ranges.into_iter().chain(other.ranges.iter().copied()).collect();
        ranges.sort_unstable();
        let mut merged: Vec<(i64, i64)> = Vec::with_capacity(ranges.len());
        for range in ranges {
            let is_full = merged.len() >= MAX_RANGES;
            match merged.last_mut() {
                Some(last) if is_full || range.0 <= last.1.saturating_add(1) => last.1 = last.1.max(range.1),
                _ => merged.push(range),
            }
        }
        Self { count: self.count + other.count, ranges: merged }
    }

    /// As the server takes several ranges: `{[1,2],[5,5]}`; `None` where there are none.
    pub fn multirange(&self) -> Option<String> {
        let mut text = String::new();
        for (first, last) in &self.ranges {
            let _ = write!(text, "{}[{first},{last}]", if text.is_empty() { "" } else { "," });
        }
        (!text.is_empty()).then(|| format!("{{{text}}}"))
    }
}

/// Finds equal neighbours among global positions that come in order.
#[derive(Debug, Clone, Default)]
pub struct Neighbours {
    last: Option<i64>,
    doubled: Doubled,
}

impl Neighbours {
    /// Looks at the next one.
    pub fn add(&mut self, position: i64) {
        if self.last.replace(position) == Some(position) {
            self.doubled.add(position);
        }
    }

    /// Those found.
    pub fn into_doubled(self) -> Doubled {
        self.doubled
    }
}

/// Where the namespace's other messages have their global positions, those of live chunks and those of archives: found out
/// once a run.
#[derive(Debug, Default)]
pub struct Others {
    live: OnceCell<Vec<Extent>>,
    archived: OnceCell<OnlyCopies>,
}

impl Others {
    /// Looks at all live chunks and at the ledger, on the first call. Outside the transaction of an export: it holds no lock
    /// on them.
    ///
    /// # Errors
    /// Where a query fails.
    pub async fn look(&self, db: &tokio_postgres::Client, scope: &Scope, store: &Store, stop: &Stop) -> Result<()> {
        let find = async { queries::extents(db, scope, &chunks::list(db, scope).await?).await };
        self.live.get_or_try_init(|| find).await?;
        self.archived.get_or_try_init(|| OnlyCopies::look(db, scope, store, stop)).await.map(|_| ())
    }

    /// Adds to the doubles `within` a chunk those that it has with another one, or with an archive.
    ///
    /// # Errors
    /// [`Kind::Verification`] where a message is there twice, with its stream and position: it could never come back.
    pub async fn complete(
        &self,
        tx: &Transaction<'_>,
        chunk: &ChunkRow,
        bounds: (Option<i64>, Option<i64>),
        within: Doubled,
        progress: &dyn Progress,
    ) -> Result<Doubled> {
        let (Some(first), Some(last)) = bounds else { return Ok(within) };
        if within.count > 0 && queries::is_twice(tx, &chunk.table, &chunk.table, (first, last)).await? {
            return Err(refused(chunk, "in this chunk"));
        }
        let mut all = within;
        let overlapping = self
            .live
            .get()
            .into_iter()
            .flatten()
            .filter(|other| other.oid != chunk.oid && other.first <= last && first <= other.last);
        for other in overlapping.take(MAX_OTHERS) {
            let span = (first.max(other.first), last.min(other.last));
            let Some((shared, is_twice)) = shared_with(tx, chunk, other, span).await? else { continue };
            if is_twice {
                return Err(refused(chunk, &format!("in chunk {}", other.table.name.as_str())));
            }
            all = all.with(&shared);
        }
        match self.archived.get() {
            Some(archives) => Ok(all.with(&archives.shared_with(tx, chunk, (first, last), progress).await?)),
            None => Ok(all),
        }
    }
}

/// The global positions within a span that two chunks have, and whether a message is in both of them. `None` where the other
/// chunk is gone: whoever archived it has noted what it shared with this one. It may go at any moment, because nothing here
/// holds it: another job of the same run drops it when it is done.
async fn shared_with(
    tx: &Transaction<'_>,
    chunk: &ChunkRow,
    other: &Extent,
    span: (i64, i64),
) -> Result<Option<(Doubled, bool)>> {
    if !chunks::is_there(tx, &other.table).await? {
        return Ok(None);
    }
    let compare = async {
        let limit = i64::try_from(MAX_RANGES).unwrap_or(i64::MAX);
        let mut ranges = queries::shared(tx, &chunk.table, &other.table, span, limit).await?;
        if ranges.len() == MAX_RANGES
            && let Some(widest) = ranges.last_mut()
        {
            widest.1 = span.1;
        }
        let count = ranges.iter().map(|(first, last)| last.abs_diff(*first).saturating_add(1)).sum();
        let is_twice = count > 0 && queries::is_twice(tx, &chunk.table, &other.table, span).await?;
        Ok::<_, Error>((Doubled { count, ranges }, is_twice))
    };
    match savepoint::attempt(tx, "comparing two chunks' global positions", compare).await? {
        Err(_) if !chunks::is_there(tx, &other.table).await? => Ok(None),
        compared => compared.map(Some),
    }
}

fn refused(chunk: &ChunkRow, place: &str) -> Error {
    Error::new(Kind::Verification, format!("looking for doubled messages in chunk {}", chunk.name()))
        .because(format!("a message of it is there a second time, {place}, at the same place of the same stream"))
        .hint(
            "an archive of it could not be brought back beside that one; nothing was dropped. messages export with --archived \
             only and with --archived skip, or SELECT stream_name, position FROM messages GROUP BY 1, 2 HAVING count(*) > 1, \
             show which: DELETE the one that is too many",
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(positions: &[i64]) -> Doubled {
        let mut doubled = Doubled::default();
        for position in positions {
            doubled.add(*position);
        }
        doubled
    }

    #[test]
    fn doubles_that_follow_each_other_are_one_range_and_each_counts_once() {
        let doubled = of(&[1, 2, 2, 4, 5, 9]);
        assert_eq!(doubled, Doubled { count: 5, ranges: vec![(1, 2), (4, 5), (9, 9)] });
        assert_eq!(doubled.multirange().as_deref(), Some("{[1,2],[4,5],[9,9]}"));
        assert_eq!(Doubled::default().multirange(), None);
    }

    #[test]
    fn the_doubles_of_two_add_up_wherever_they_lie() {
        let all = of(&[1, 2, 9]).with(&of(&[3, 5, 8, 20]));
        assert_eq!(all, Doubled { count: 7, ranges: vec![(1, 3), (5, 5), (8, 9), (20, 20)] });
        let wide = Doubled { count: 10, ranges: vec![(1, 10)] };
        assert_eq!(wide.with(&of(&[4])), Doubled { count: 11, ranges: vec![(1, 10)] });
    }

    #[test]
    fn of_very_many_the_last_range_is_wider_and_leaves_none_out() {
        let positions: Vec<i64> = (0..).step_by(10).take(MAX_RANGES + 5).collect();
        let (last, end) = (positions[MAX_RANGES - 1], positions[MAX_RANGES + 4]);
        let many = of(&positions);
        assert_eq!((many.ranges.len(), many.ranges.last()), (MAX_RANGES, Some(&(last, end))));
        assert_eq!(many.count, positions.len() as u64);
        let most = of(&positions[..MAX_RANGES]);
        assert_eq!(most.ranges.last(), Some(&(last, last)));
        let all = most.with(&of(&[end + 100]));
        assert_eq!((all.ranges.len(), all.ranges.last()), (MAX_RANGES, Some(&(last, end + 100))));
    }

    #[test]
    fn neighbours_that_are_equal_are_found() {
        let mut neighbours = Neighbours::default();
        for position in [1, 1, 1, 2, 3, 3] {
            neighbours.add(position);
        }
        assert_eq!(neighbours.into_doubled(), Doubled { count: 2, ranges: vec![(1, 1), (3, 3)] });
    }
}
