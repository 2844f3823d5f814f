//! One archive's rows that a condition takes.

use std::collections::VecDeque;

use futures::{StreamExt, TryStreamExt};

use super::asked::{AfterRow, ScanEnd, ScanRequest, ScanSink};
use crate::archive::archive_filter;
use crate::archive::in_place::{Block, Frames, Keep, Located, OpenFrames, WantedRows, count_category, locate};
use crate::archive::{ArchiveRow, Frame};
use crate::error::Result;
use crate::serve::fault::{Answer, Fault};
use crate::serve::sql::{Range, RowBounds, RowView};
use crate::stream_name::category_of;

/// Archives that are looked into at a time, where little of each is read.
const AT_A_TIME: usize = 8;

/// Streams that are looked up one by one; of more than these all of an archive is read.
const LOOKED_UP: usize = 32;

/// An archive that is being read.
#[derive(Debug)]
pub struct ScannedArchive {
    frames: Frames,
    block: Option<Block>,
    /// How far the block was read, where it was put away.
    at: Option<usize>,
    located: Option<Located>,
    /// Rows of the one stream that was looked up, and how many there must be.
    seen: Option<(i64, i64)>,
    is_sealed: bool,
    /// Whether rows of it are kept when it goes on.
    is_merged: bool,
    /// Whether all rows within the bounds come, and whoever merges them asks the condition.
    is_unconditional: bool,
}

/// Opens the next few archives that have anything of what is asked for.
pub async fn open_few(asked: &ScanRequest, ahead: &mut VecDeque<ArchiveRow>) -> Answer<Vec<ScannedArchive>> {
    let is_little = asked.bounds.streams.is_some();
    let few: Vec<_> = ahead.drain(..ahead.len().min(if is_little { AT_A_TIME } else { 1 })).collect();
    let opened: Vec<_> = futures::stream::iter(few)
        .map(|archive| async move { ScannedArchive::open(asked, &archive).await })
        .buffered(AT_A_TIME)
        .try_collect()
        .await?;
    Ok(opened.into_iter().flatten().collect())
}

/// Begins to fetch of the next few what will be asked for.
pub fn begin_few<'s>(asked: &ScanRequest, sources: impl Iterator<Item = &'s mut ScannedArchive>) {
    if asked.bounds.streams.is_some() && asked.select.limit.is_none() {
        for source in sources.take(AT_A_TIME) {
            source.frames.begin();
        }
    }
}

impl ScannedArchive {
    /// Opens an archive; `None` where it has nothing of it.
    pub async fn open(asked: &ScanRequest, archive: &ArchiveRow) -> Result<Option<Self>> {
        let (store, manifest) = asked.reader.manifest(archive).await?;
        let bounds = &asked.bounds;
        let mut located: Option<Located> = None;
        let mut one_stream = false;
        if let Some(streams) = bounds.streams.as_ref().filter(|s| s.len() <= LOOKED_UP) {
            one_stream = streams.len() == 1;
            for stream in streams.iter().filter(|s| archive_filter::holds(archive, category_of(s))) {
                let found = locate(&asked.reader, archive, &store, &manifest, stream).await?;
                let found = found.filter(|l| bounds.positions.meets(l.first_position, l.last_position));
                located = together(located, found);
            }
            if located.is_none() {
                return Ok(None);
            }
        } else if let Some(category) = single(bounds) {
            let counts = archive.category_counts.as_ref();
            let messages = counts.and_then(|c| c.get(category)).and_then(serde_json::Value::as_u64);
            // A category that is rare is looked up, so that not all of the archive is read for a few messages.
            if messages.is_some_and(|n| n * 2 < manifest.data.frames.len() as u64) {
                located = count_category(&asked.reader, archive, &store, &manifest, category).await?;
                if located.is_none() {
                    return Ok(None);
                }
            }
        }
        let range = bounds.global_positions;
        let wanted = |f: &Frame| {
            range.meets(f.first_global_position, f.last_global_position)
                && located.as_ref().is_none_or(|l| l.meets(f.first_global_position, f.last_global_position))
        };
        let is_all = bounds.streams.is_none() && bounds.categories.is_none() && range == Range::default();
        let is_whole = is_all && asked.select.limit.is_none();
        // Of a stream all frames that it is in will be asked for, unless a limit ends it.
        let ahead = bounds.streams.is_some() && asked.select.limit.is_none();
        let opening = OpenFrames { keep: if is_whole { Keep::No } else { Keep::Yes }, ahead: is_whole || ahead };
        let is_sealed = manifest.encryption.is_some();
        let mut frames = Frames::open(&asked.reader, archive, store, &manifest, wanted, opening).await?;
        if let Some(located) = &located {
            let streams = bounds.streams.iter().flatten().map(String::as_str);
            frames.pick(WantedRows::new(located.spans.as_deref(), streams));
        }
        let seen = located.as_ref().filter(|_| one_stream && range == Range::default()).map(|l| (0, l.messages));
        if let (Some(_), Some(stream)) = (seen, bounds.streams.iter().flatten().next()) {
            frames.gather(stream);
        }
        Ok(Some(Self {
            frames,
            block: None,
            at: None,
            located,
            seen,
            is_sealed,
            is_merged: false,
            is_unconditional: false,
        }))
    }

    /// Rows of it are kept when it goes on. Where they come unconditionally, the condition is asked later.
    pub const fn merge(&mut self, is_unconditional: bool) {
        self.is_merged = true;
        self.is_unconditional = is_unconditional;
    }

    /// The first and the last position of the stream that was looked up.
    pub fn positions(&self) -> Option<(i64, i64)> {
        self.located.as_ref().map(|l| (l.first_position, l.last_position))
    }

    /// Whether it is encrypted.
    pub const fn is_sealed(&self) -> bool {
        self.is_sealed
    }

    /// The frame that it holds in memory.
    pub fn bytes(&self) -> usize {
        self.block.as_ref().map_or(0, Block::bytes)
    }

    /// Frames that it holds beside that one, at most.
    pub fn ahead_bytes(&self) -> usize {
        self.frames.ahead_bytes()
    }

    /// Gives frames back; they are read again when their turn comes.
    pub fn put_away(&mut self) {
        self.frames.put_away();
        if let Some(block) = self.block.take() {
            self.at = (!block.is_done()).then(|| block.at());
        }
    }

    /// Gives rows until it is told to pause, or there are none left.
    pub async fn run(&mut self, asked: &ScanRequest, sink: ScanSink<'_>) -> Answer<ScanEnd> {
        loop {
            if let Some(place) = self.at.take() {
                asked.turn.take(self.frames.last_bytes()).await?;
                self.block = self.frames.again().await?;
                if let Some(block) = &mut self.block {
                    block.go_to(place);
                }
            }
            if self.block.is_none() {
                if !self.is_merged {
                    // Of what was given before, a batch has few bytes: else it would have been sent.
                    asked.turn.give_back();
                }
                asked.turn.take(self.frames.next_bytes()).await?;
                self.block = self.frames.next().await?;
                // Whoever cancels or waits gets a turn.
                tokio::task::yield_now().await;
            }
            let Some(block) = &mut self.block else { break };
            while let Some(csv) = block.next_row() {
                let form = || Fault::from(self.frames.damaged("it has a row of another form"));
                let row = RowView::read(csv).ok_or_else(form)?;
                count_stream(&mut self.seen, &asked.bounds, &row)?;
                if !self.is_unconditional && !asked.takes(&row)? {
                    continue;
                }
                if sink(&row, csv)? == AfterRow::Pause {
                    return Ok(ScanEnd::Paused);
                }
            }
            self.block = None;
        }
        match self.seen {
            // What the list says and the data has not would be skipped in silence.
            Some((seen, expected)) if seen != expected => Err(self
                .frames
                .damaged(&format!("it has {seen} messages of a stream, its stream list says {expected}"))
                .into()),
            _ => Ok(ScanEnd::Done),
        }
    }
}

fn count_stream(seen: &mut Option<(i64, i64)>, bounds: &RowBounds, row: &RowView<'_>) -> Answer<()> {
    if let Some((seen, _)) = seen {
        let stream = row.bytes(crate::serve::sql::MessageColumn::Stream)?.unwrap_or_default();
        let is_it = bounds.streams.as_ref().is_some_and(|s| s.iter().any(|s| s.as_bytes() == stream));
        *seen += i64::from(is_it);
    }
    Ok(())
}

fn single(bounds: &RowBounds) -> Option<&String> {
    bounds.categories.as_ref().filter(|c| c.len() == 1).and_then(|c| c.first())
}

fn together(a: Option<Located>, b: Option<Located>) -> Option<Located> {
    match (a, b) {
        (Some(mut a), Some(b)) => {
            a.join(b);
            Some(a)
        }
        (a, b) => a.or(b),
    }
}
