//! Rows out of archives: those archives, frames and rows that a condition leaves, in order, in bounded memory.

mod asked;
mod large;
mod lately;
mod merge;
mod plan;
mod returns;
mod sort;
mod source;

use std::collections::VecDeque;
use std::sync::Arc;

pub use large::{StatementTurn, Turns};
pub use lately::Lately;
use merge::Merge;
pub use plan::{AskingSession, LedgerAccess, ScanPlan};
pub use returns::Returns;
use sort::Sorter;
use source::{ScannedArchive, begin_few, open_few};

use crate::archive::ArchiveRow;
use crate::archive::repeats::may_repeat;
use crate::serve::fault::Answer;
use crate::serve::sql::{Aggregate, Expr, MessageColumn, RowView, Select};
pub(in crate::serve) use asked::ScanRequest;
pub use asked::{AfterRow, ScanEnd, ScanSink};

/// How rows come.
#[derive(Debug)]
enum ScanOrder {
    /// Archive by archive.
    OneByOne { ahead: VecDeque<ArchiveRow>, open: VecDeque<ScannedArchive> },
    /// By global position, where archives lie within each other, and each message once where it may lie in several.
    Merged(Merge),
    /// In any other order: all of them first, or all of those archives that lie within each other.
    Sorted { groups: VecDeque<Vec<ScannedArchive>>, unlooked: Option<Vec<ArchiveRow>>, sorter: Option<Sorter> },
    /// So many rows of which nothing is asked.
    Counted(u64),
}

/// A scan of archives.
#[derive(Debug)]
pub struct Scan {
    asked: Arc<ScanRequest>,
    way: ScanOrder,
    skip: u64,
    left: u64,
}

impl Scan {
    /// What a plan says.
    ///
    /// # Errors
    /// Where a manifest cannot be read, if the manifests are all that is needed.
    pub async fn begin(plan: &ScanPlan) -> Answer<Self> {
        let (asked, archives) = (Arc::clone(&plan.asked), plan.archives.clone());
        let select = &asked.select;
        let may_repeat = may_repeat(&archives);
        let is_any_order = select.order.is_empty();
        let way = if select.table.is_none() {
            ScanOrder::Counted(1)
        } else if !may_repeat && select.condition.is_none() && is_blank(select) {
            let mut rows = 0;
            for archive in &archives {
                rows += asked.reader.manifest(archive).await?.1.messages;
            }
            ScanOrder::Counted(rows)
        } else if is_any_order && !may_repeat || is_by_global_position(select) && !overlap(&archives) {
            ScanOrder::OneByOne { ahead: archives.into(), open: VecDeque::new() }
        } else if is_any_order || is_by_global_position(select) {
            ScanOrder::Merged(Merge::new(archives))
        } else {
            ScanOrder::Sorted { groups: VecDeque::new(), unlooked: Some(archives), sorter: None }
        };
        // Figures are made of all rows: their one row alone is counted.
        let (skip, left) = match select.aggregates {
            Some(_) => (0, u64::MAX),
            None => (select.offset, select.limit.unwrap_or(u64::MAX)),
        };
        Ok(Self { asked, way, skip, left })
    }

    /// Gives rows until it is told to pause, or there are none left.
    ///
    /// # Errors
    /// Where an archive cannot be read or is damaged, or an expression fails.
    pub async fn run(&mut self, sink: ScanSink<'_>) -> Answer<ScanEnd> {
        let (mut skip, mut left) = (self.skip, self.left);
        let mut bounded = |row: &RowView<'_>, csv: &[u8]| {
            if skip > 0 {
                skip -= 1;
                return Ok(AfterRow::GoOn);
            }
            if left == 0 {
                return Ok(AfterRow::Pause);
            }
            left -= 1;
            let step = sink(row, csv)?;
            Ok(if left == 0 { AfterRow::Pause } else { step })
        };
        let ended = if self.left == 0 { ScanEnd::Done } else { self.way.run(&self.asked, &mut bounded).await? };
        (self.skip, self.left) = (skip, left);
        if left == 0 {
            self.way = ScanOrder::Counted(0);
            return Ok(ScanEnd::Done);
        }
        Ok(ended)
    }

    /// Gives back memory that can be had again.
    pub fn put_away(&mut self) {
        match &mut self.way {
            ScanOrder::OneByOne { open, .. } => open.iter_mut().for_each(ScannedArchive::put_away),
            ScanOrder::Merged(merge) => merge.put_away(0),
            ScanOrder::Sorted { groups, .. } => groups.iter_mut().flatten().for_each(ScannedArchive::put_away),
            ScanOrder::Counted(_) => {}
        }
    }

    /// What it holds in memory, about.
    pub fn bytes(&self) -> usize {
        match &self.way {
            ScanOrder::OneByOne { open, .. } => open.iter().map(|s| s.bytes() + s.ahead_bytes()).sum(),
            ScanOrder::Merged(merge) => merge.bytes(),
            ScanOrder::Sorted { groups, sorter, .. } => {
                groups.iter().flatten().map(ScannedArchive::ahead_bytes).sum::<usize>()
                    + sorter.as_ref().map_or(0, Sorter::bytes)
            }
            ScanOrder::Counted(_) => 0,
        }
    }
}

impl ScanOrder {
    async fn run(&mut self, asked: &ScanRequest, sink: ScanSink<'_>) -> Answer<ScanEnd> {
        match self {
            Self::OneByOne { ahead, open } => one_by_one(asked, ahead, open, sink).await,
            Self::Merged(merge) => merge.run(asked, sink).await,
            Self::Sorted { groups, unlooked, sorter } => {
                match unlooked.take() {
                    Some(archives) if may_repeat(&archives) => *sorter = Some(sorted_once(asked, archives).await?),
                    Some(archives) => *groups = grouped(asked, archives).await?,
                    None => {}
                }
                sorted(asked, groups, sorter, sink).await
            }
            Self::Counted(rows) => {
                const NOTHING: &[u8] = b"0,0,,,,,,\n";
                let blank = RowView::read(NOTHING);
                while let (true, Some(blank)) = (*rows > 0, &blank) {
                    *rows -= 1;
                    if sink(blank, NOTHING)? == AfterRow::Pause {
                        return Ok(ScanEnd::Paused);
                    }
                }
                Ok(ScanEnd::Done)
            }
        }
    }
}

async fn one_by_one(
    asked: &ScanRequest,
    ahead: &mut VecDeque<ArchiveRow>,
    open: &mut VecDeque<ScannedArchive>,
    sink: ScanSink<'_>,
) -> Answer<ScanEnd> {
    loop {
        while !open.is_empty() {
            begin_few(asked, open.iter_mut());
            let Some(source) = open.front_mut() else { break };
            if source.run(asked, sink).await? == ScanEnd::Paused {
                return Ok(ScanEnd::Paused);
            }
            open.pop_front();
        }
        if ahead.is_empty() {
            return Ok(ScanEnd::Done);
        }
        open.extend(open_few(asked, ahead).await?);
    }
}

async fn sorted(
    asked: &ScanRequest,
    groups: &mut VecDeque<Vec<ScannedArchive>>,
    sorter: &mut Option<Sorter>,
    sink: ScanSink<'_>,
) -> Answer<ScanEnd> {
    loop {
        if let Some(ready) = sorter {
            if ready.run(sink)? == ScanEnd::Paused {
                return Ok(ScanEnd::Paused);
            }
            *sorter = None;
        }
        let Some(group) = groups.pop_front() else { return Ok(ScanEnd::Done) };
        let mut filling = Sorter::new(asked, group.iter().any(ScannedArchive::is_sealed));
        let mut group: VecDeque<_> = group.into();
        while !group.is_empty() {
            begin_few(asked, group.iter_mut().chain(groups.iter_mut().flatten()));
            let Some(mut source) = group.pop_front() else { break };
            let mut add = |row: &RowView<'_>, csv: &[u8]| filling.add(row, csv).map(|()| AfterRow::GoOn);
            source.run(asked, &mut add).await?;
        }
        filling.finish()?;
        *sorter = Some(filling);
    }
}

/// The rows of archives that may hold the same messages, each row once.
async fn sorted_once(asked: &ScanRequest, archives: Vec<ArchiveRow>) -> Answer<Sorter> {
    let mut is_sealed = false;
    for archive in &archives {
        is_sealed = is_sealed || asked.reader.manifest(archive).await?.1.encryption.is_some();
    }
    let mut filling = Sorter::new(asked, is_sealed);
    let mut add = |row: &RowView<'_>, csv: &[u8]| filling.add(row, csv).map(|()| AfterRow::GoOn);
    Merge::new(archives).run(asked, &mut add).await?;
    filling.finish()?;
    Ok(filling)
}

/// Archives such that all rows of one group come before those of the next, where a stream's positions tell.
async fn grouped(asked: &ScanRequest, archives: Vec<ArchiveRow>) -> Answer<VecDeque<Vec<ScannedArchive>>> {
    let mut ahead: VecDeque<_> = archives.into();
    let mut all = Vec::new();
    while !ahead.is_empty() {
        all.extend(open_few(asked, &mut ahead).await?);
    }
    let by_position = match asked.select.order.as_slice() {
        [one] => one.expr == Expr::Column(MessageColumn::Position) && !one.is_descending,
        _ => false,
    };
    let is_one_stream = asked.bounds.streams.as_ref().is_some_and(|s| s.len() == 1);
    if !by_position || !is_one_stream || all.iter().any(|s| s.positions().is_none()) {
        return Ok(VecDeque::from([all]));
    }
    let ends = |s: &ScannedArchive| s.positions().unwrap_or((i64::MIN, i64::MAX));
    all.sort_by_key(|s| ends(s).0);
    let mut groups: VecDeque<Vec<ScannedArchive>> = VecDeque::new();
    let mut last = i64::MIN;
    for source in all {
        let (first, end) = ends(&source);
        match groups.back_mut().filter(|_| first <= last) {
            Some(group) => group.push(source),
            None => groups.push_back(vec![source]),
        }
        last = last.max(end);
    }
    Ok(groups)
}

/// Whether nothing of a row is asked.
fn is_blank(select: &Select) -> bool {
    let is_blank = |one: &Aggregate| matches!(one, Aggregate::Count(None));
    match &select.aggregates {
        Some(all) => all.iter().all(is_blank),
        None => select.order.is_empty() && !select.locks && select.outputs.iter().all(|o| o.expr == Expr::NULL),
    }
}

fn is_by_global_position(select: &Select) -> bool {
    matches!(select.order.as_slice(), [one] if one.expr == Expr::Column(MessageColumn::GlobalPosition) && !one.is_descending)
}

/// Whether the global positions of one, as the ledger has them, lie within those of another.
fn overlap(archives: &[ArchiveRow]) -> bool {
    archives.windows(2).any(|two| match (two[0].last_global_position, two[1].first_global_position) {
        (Some(last), Some(first)) => last >= first,
        _ => true,
    })
}
