//! Messages of many streams by global position, live and archived ones as one.

use std::cmp::Reverse;
use std::collections::VecDeque;

use super::filter::Filter;
use super::live::LiveMessages;
use crate::archive::archive_filter::{Recency, may_be_overtaken};
use crate::archive::in_place::{ArchiveReader, Block, Frames, Keep, OpenFrames, PartialRow, count_category};
use crate::db::queries::ledger::ArchiveRow;
use crate::db::queries::messages::MessageRow;
use crate::error::Result;

/// CSV of frames that may be in memory: past that, those that are not next are read again.
const OPEN_BYTES: usize = 128 << 20;

/// Archives that fetch their next frame while one is being read.
const EAGER: usize = 4;

/// An archive that is being read.
struct OpenArchive {
    frames: Frames,
    block: Option<Block>,
    /// How far the block was read, where it was put away.
    at: Option<usize>,
    next: MessageRow,
    recency: Recency,
}

/// Messages by global position.
pub struct ByGlobalPosition<'a> {
    reader: &'a ArchiveReader,
    filter: Filter,
    /// What is asked of an archived message once it is known to be as it was last, where several archives may have it.
    content: Option<Filter>,
    opening: OpenFrames,
    live: LiveMessages,
    /// Archives that nobody has looked into yet, by their first global position.
    ahead: VecDeque<ArchiveRow>,
    sources: Vec<OpenArchive>,
    /// What was given at the last global position.
    given: (i64, Vec<(String, i64)>),
}

impl<'a> ByGlobalPosition<'a> {
    /// What the filter takes from these archives, and live messages, which it has taken already.
    pub fn new(
        reader: &'a ArchiveReader,
        mut filter: Filter,
        opening: OpenFrames,
        live: LiveMessages,
        archives: Vec<ArchiveRow>,
    ) -> Self {
        let given = (i64::MIN, Vec::new());
        let content = may_be_overtaken(&archives).then(|| filter.without_content());
        Self { reader, filter, content, opening, live, ahead: archives.into(), sources: Vec::new(), given }
    }

    /// The next message; `None` at the end.
    ///
    /// # Errors
    /// Where a part of it cannot be read.
    pub async fn next(&mut self) -> Result<Option<MessageRow>> {
        loop {
            let live = self.live.peek().await?.map(|m| m.global_position);
            let order = |at: &usize| (self.sources[*at].next.global_position, Reverse(self.sources[*at].recency));
            let first = (0..self.sources.len()).min_by_key(order);
            let archived = first.map(|at| self.sources[at].next.global_position);
            let lowest = [live, archived].into_iter().flatten().min();
            let begins = |a: &ArchiveRow| a.first_global_position.unwrap_or(i64::MIN);
            if self.ahead.front().is_some_and(|a| lowest.is_none_or(|lowest| begins(a) <= lowest)) {
                if let Some(archive) = self.ahead.pop_front() {
                    self.open(&archive).await?;
                }
                continue;
            }
            let of_archive = first.filter(|_| archived.is_some() && archived == lowest);
            let message = match of_archive {
                Some(at) => self.take(at).await?,
                None => match self.live.take() {
                    Some(message) => message,
                    None => return Ok(None),
                },
            };
            // What came back since the ledger was read is in its archive and live. What came back and was archived again may be in
            // two archives, of which the first here has it as it was last.
            let same = (message.stream_name.clone(), message.position);
            if self.given.0 != message.global_position {
                self.given = (message.global_position, vec![same]);
            } else if self.given.1.contains(&same) {
                continue;
            } else {
                self.given.1.push(same);
            }
            if of_archive.is_some() && self.content.as_ref().is_some_and(|content| !content.takes_message(&message)) {
                continue;
            }
            return Ok(Some(message));
        }
    }

    async fn open(&mut self, archive: &ArchiveRow) -> Result<()> {
        let (store, manifest) = self.reader.manifest(archive).await?;
        // A category that is rare is looked up, so that not all of the archive is read for a few messages.
        let mut located = None;
        if let [category] = self.filter.categories.as_slice() {
            let counts = archive.category_counts.as_ref();
            let messages = counts.and_then(|c| c.get(category)).and_then(serde_json::Value::as_u64);
            if messages.is_some_and(|n| n * 2 < manifest.data.frames.len() as u64) {
                located = count_category(self.reader, archive, &store, &manifest, category).await?;
            }
        }
        let from = self.filter.from.unwrap_or(i64::MIN);
        let wanted = |f: &crate::archive::Frame| {
            f.last_global_position >= from
                && located.as_ref().is_none_or(|l| l.meets(f.first_global_position, f.last_global_position))
        };
        let opening = OpenFrames { ahead: self.opening.ahead && self.sources.len() < EAGER, ..self.opening };
        let mut frames = Frames::open(self.reader, archive, store, &manifest, wanted, opening).await?;
        let mut block = None;
        if let Some(next) = advance(&self.filter, &mut frames, &mut block).await? {
            self.sources.push(OpenArchive { frames, block, at: None, next, recency: Recency::of(archive) });
        }
        self.put_away();
        Ok(())
    }

    async fn take(&mut self, at: usize) -> Result<MessageRow> {
        let source = &mut self.sources[at];
        if let Some(place) = source.at.take() {
            source.block = source.frames.again().await?;
            if let Some(block) = &mut source.block {
                block.go_to(place);
            }
        }
        let next = advance(&self.filter, &mut source.frames, &mut source.block).await?;
        let message = match next {
            Some(next) => std::mem::replace(&mut source.next, next),
            None => self.sources.swap_remove(at).next,
        };
        self.put_away();
        Ok(message)
    }

    /// Keeps memory bounded where very many archives lie within each other's global positions: those whose turn comes
    /// last give their frames away.
    fn put_away(&mut self) {
        let open = |s: &OpenArchive| s.block.as_ref().map_or(0, Block::bytes);
        let mut total: usize = self.sources.iter().map(open).sum();
        while total > OPEN_BYTES && self.sources.iter().filter(|s| s.block.is_some()).count() > 1 {
            let last = self.sources.iter_mut().filter(|s| s.block.is_some()).max_by_key(|s| s.next.global_position);
            let Some(last) = last else { return };
            total -= open(last);
            last.at = last.block.take().map(|block| block.at());
        }
    }
}

/// The next row that the filter takes.
async fn advance(filter: &Filter, frames: &mut Frames, block: &mut Option<Block>) -> Result<Option<MessageRow>> {
    loop {
        let Some(open) = block else {
            *block = frames.next().await?;
            if block.is_none() {
                return Ok(None);
            }
            continue;
        };
        let Some(row) = open.next_row() else {
            *block = None;
            continue;
        };
        let form = || frames.damaged("it has a row of another form");
        let row = PartialRow::read(row).ok_or_else(form)?;
        if filter.takes(&row).ok_or_else(form)? {
            let at = row.global_position;
            let message = row.message();
            // A frame of one large row need not stay while its message is written.
            if open.is_done() {
                *block = None;
            }
            return match message {
                Some(message) => Ok(Some(message)),
                None => Err(frames.damaged(&format!("its message at {at} cannot be read"))),
            };
        }
    }
}

/// All of an archive.
pub struct WholeArchive {
    frames: Frames,
    block: Option<Block>,
    filter: Filter,
}

impl WholeArchive {
    /// Opens it.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub async fn open(reader: &ArchiveReader, archive: &ArchiveRow) -> Result<Self> {
        let (store, manifest) = reader.manifest(archive).await?;
        let opening = OpenFrames { keep: Keep::No, ahead: true };
        let frames = Frames::open(reader, archive, store, &manifest, |_| true, opening).await?;
        Ok(Self { frames, block: None, filter: Filter::default() })
    }

    /// The next message; `None` at the end.
    ///
    /// # Errors
    /// Where it is damaged or cannot be read.
    pub async fn next(&mut self) -> Result<Option<MessageRow>> {
        advance(&self.filter, &mut self.frames, &mut self.block).await
    }
}
