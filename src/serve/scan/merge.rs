//! Archives that lie within each other's global positions, as one: a message that several of them hold comes once.

use std::cmp::Reverse;
use std::collections::VecDeque;

use super::asked::{AfterRow, ScanEnd, ScanRequest, ScanSink};
use super::source::ScannedArchive;
use crate::archive::ArchiveRow;
use crate::archive::archive_filter::{Recency, may_be_overtaken};
use crate::serve::fault::{Answer, Fault};
use crate::serve::sql::{MessageColumn, RowView, Value};

/// Frames that may be in memory: past that, those that are not next are read again.
const OPEN_BYTES: usize = 16 << 20;

#[derive(Debug)]
struct MergeHead {
    source: ScannedArchive,
    global_position: i64,
    csv: Vec<u8>,
    recency: Recency,
}

/// Where in its stream a message is: the stream and the position, as they are printed.
type StreamPlace = (Vec<u8>, Vec<u8>);

/// A merge by global position.
#[derive(Debug)]
pub struct Merge {
    ahead: VecDeque<ArchiveRow>,
    open: Vec<MergeHead>,
    /// Whether a message may come as it was and as it is: the condition is asked of the one that is given.
    has_overtaken: bool,
    /// The last global position that was given, and the places of its messages. Imports may give one to several messages.
    given: (i64, Vec<StreamPlace>),
}

impl Merge {
    /// Of these, by their first global position.
    pub fn new(archives: Vec<ArchiveRow>) -> Self {
        let has_overtaken = may_be_overtaken(&archives);
        Self { ahead: archives.into(), open: Vec::new(), has_overtaken, given: (i64::MIN, Vec::new()) }
    }

    /// What it holds in memory.
    pub fn bytes(&self) -> usize {
        self.open.iter().map(|n| n.source.bytes() + n.csv.len()).sum()
    }

    /// Gives frames back, those first whose turn comes last, until no more than `limit` bytes are held.
    pub fn put_away(&mut self, limit: usize) {
        let mut total = self.bytes();
        while total > limit {
            let holding = self.open.iter_mut().filter(|n| n.source.bytes() > 0);
            let Some(last) = holding.max_by_key(|n| n.global_position) else { return };
            total -= last.source.bytes();
            last.source.put_away();
        }
    }

    /// Gives rows until it is told to pause, or there are none left.
    pub async fn run(&mut self, asked: &ScanRequest, sink: ScanSink<'_>) -> Answer<ScanEnd> {
        loop {
            // Of those that hold a message the one comes first that has it as it was last.
            let order = |at: &usize| (self.open[*at].global_position, Reverse(self.open[*at].recency));
            let first = (0..self.open.len()).min_by_key(order);
            let lowest = first.map(|at| self.open[at].global_position);
            let begins = |a: &ArchiveRow| a.first_global_position.unwrap_or(i64::MIN);
            if self.ahead.front().is_some_and(|a| lowest.is_none_or(|lowest| begins(a) <= lowest)) {
                if let Some(archive) = self.ahead.pop_front()
                    && let Some(mut source) = ScannedArchive::open(asked, &archive).await?
                    && let Some(next) = {
                        source.merge(self.has_overtaken);
                        next(asked, source, Recency::of(&archive)).await?
                    }
                {
                    self.open.push(next);
                }
                self.put_away(OPEN_BYTES);
                continue;
            }
            let Some(at) = first else { return Ok(ScanEnd::Done) };
            let MergeHead { source, global_position, csv, recency } = self.open.swap_remove(at);
            // The source goes on first: where that fails, the row is not given either.
            if let Some(next) = next(asked, source, recency).await? {
                self.open.push(next);
            }
            self.put_away(OPEN_BYTES);
            let row = RowView::read(&csv).ok_or_else(|| Fault::new("XX001", "a row has another form"))?;
            let is_given = self.is_new(global_position, &row)? && (!self.has_overtaken || asked.takes(&row)?);
            if is_given && sink(&row, &csv)? == AfterRow::Pause {
                return Ok(ScanEnd::Paused);
            }
        }
    }

    /// Notes a message; whether it was not given before.
    fn is_new(&mut self, global_position: i64, row: &RowView<'_>) -> Answer<bool> {
        let bytes = |column| row.bytes(column).map(Option::unwrap_or_default);
        let (stream, position) = (bytes(MessageColumn::Stream)?, bytes(MessageColumn::Position)?);
        if self.given.0 != global_position {
            self.given = (global_position, Vec::new());
        } else if self.given.1.iter().any(|(s, p)| s == stream && p == position) {
            return Ok(false);
        }
        self.given.1.push((stream.to_owned(), position.to_owned()));
        Ok(true)
    }
}

async fn next(asked: &ScanRequest, mut source: ScannedArchive, recency: Recency) -> Answer<Option<MergeHead>> {
    let mut found = None;
    let mut take = |row: &RowView<'_>, csv: &[u8]| {
        if let Value::Int(at) = row.value(MessageColumn::GlobalPosition)? {
            found = Some((at, csv.to_vec()));
        }
        Ok(AfterRow::Pause)
    };
    source.run(asked, &mut take).await?;
    Ok(found.map(|(global_position, csv)| MergeHead { source, global_position, csv, recency }))
}
