//! A stream's messages by position, live and archived ones as one.

use std::collections::{BTreeMap, VecDeque};

use futures::{StreamExt, TryStreamExt};

use super::live::LiveMessages;
use crate::archive::archive_filter::Recency;
use crate::archive::in_place::{ArchiveReader, Frames, Keep, Located, OpenFrames, PartialRow, locate};
use crate::db::queries::ledger::ArchiveRow;
use crate::db::queries::messages::MessageRow;
use crate::error::{Error, Kind, Result};

/// Archives that are looked into at a time.
const AT_A_TIME: usize = 8;

/// Messages that wait for one before them: past so many bytes they are taken to be in order.
const WAITING_BYTES: usize = 32 << 20;

/// An archive that holds some of the stream.
struct StreamArchive {
    archive: i64,
    recency: Recency,
    frames: Frames,
    located: Located,
    waiting: BTreeMap<i64, MessageRow>,
    waiting_bytes: usize,
    /// Messages of the stream that were seen.
    seen: i64,
    is_done: bool,
    /// Whether it was taken to be in order.
    is_trusted: bool,
}

/// How much is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amount {
    /// All there is.
    All,
    /// The first few.
    Some,
}

/// A stream's messages by position.
pub struct ByPosition<'a> {
    reader: &'a ArchiveReader,
    stream: &'a str,
    amount: Amount,
    live: LiveMessages,
    /// Archives that nobody has looked into yet.
    ahead: VecDeque<ArchiveRow>,
    sources: Vec<StreamArchive>,
    next: i64,
    /// Whether the last position that there can be was given.
    is_over: bool,
    /// The stream's head: no archive has anything after it.
    last: i64,
}

/// A message, and the first position that is missing before it.
pub struct NextMessage {
    /// The message.
    pub message: MessageRow,
    /// The position that should have come.
    pub expected: i64,
}

impl<'a> ByPosition<'a> {
    /// From position `from` on, of a stream whose head is at position `last`.
    pub fn new(
        reader: &'a ArchiveReader,
        stream: &'a str,
        from: i64,
        last: i64,
        live: LiveMessages,
        archives: Vec<ArchiveRow>,
        amount: Amount,
    ) -> Self {
        Self {
            reader,
            stream,
            amount,
            live,
            ahead: archives.into(),
            sources: Vec::new(),
            next: from.max(0),
            is_over: false,
            last,
        }
    }

    /// The position that would come next; `None` behind the last that there can be.
    pub const fn expected(&self) -> Option<i64> {
        if self.is_over { None } else { Some(self.next) }
    }

    /// The next message; `None` at the end.
    ///
    /// # Errors
    /// Where a part of it cannot be read.
    pub async fn next(&mut self) -> Result<Option<NextMessage>> {
        if self.is_over {
            return Ok(None);
        }
        loop {
            // What came back since the ledger was read is in its archive and live.
            while self.live.peek().await?.is_some_and(|m| m.position < self.next) {
                self.live.take();
            }
            let live = self.live.peek().await?.map(|m| m.position);
            let waiting = self.sources.iter().filter_map(|s| s.waiting.first_key_value().map(|(p, _)| *p)).min();
            let lowest = [live, waiting].into_iter().flatten().min();
            if let Some(lowest) = lowest
                && live != Some(lowest)
                && self.looks_for_newer(lowest).await?
            {
                continue;
            }
            if lowest == Some(self.next) {
                return Ok(self.take(self.next));
            }
            if self.next > self.last {
                return Ok(lowest.and_then(|lowest| self.take(lowest)));
            }
            // Something may lie between.
            let may = |s: &StreamArchive| {
                !s.is_done
                    && s.located.last_position >= self.next
                    && lowest.is_none_or(|lowest| s.located.first_position < lowest)
                    && s.waiting_bytes < WAITING_BYTES
            };
            let at = (0..self.sources.len())
                .filter(|at| may(&self.sources[*at]))
                .min_by_key(|at| self.sources[*at].located.first_position);
            if let Some(at) = at {
                self.sources[at].load(self.stream, self.next).await?;
                continue;
            }
            if !self.ahead.is_empty() {
                self.look().await?;
                continue;
            }
            let Some(lowest) = lowest else { return Ok(None) };
            for source in self.sources.iter_mut().filter(|s| !s.is_done && s.located.first_position < lowest) {
                source.is_trusted = true;
            }
            return Ok(self.take(lowest));
        }
    }

    fn take(&mut self, position: i64) -> Option<NextMessage> {
        let expected = self.next;
        match position.checked_add(1) {
            Some(next) => self.next = next,
            None => self.is_over = true,
        }
        let mut taken = self.live.take_at(position);
        let last = self.holding(position);
        for source in &mut self.sources {
            if let Some(message) = source.waiting.remove(&position) {
                source.waiting_bytes -= bytes(&message);
                if taken.is_none() && last == Some(source.recency) {
                    taken = Some(message);
                }
            }
        }
        let next = self.next;
        self.sources.retain(|s| !s.waiting.is_empty() || !s.is_done && s.located.last_position >= next);
        taken.map(|message| NextMessage { message, expected })
    }

    /// Of the archives whose message at this position was read, the one that has it as it was last.
    fn holding(&self, position: i64) -> Option<Recency> {
        self.sources.iter().filter(|s| s.waiting.contains_key(&position)).map(|s| s.recency).max()
    }

    /// Looks for the message at a position in archives that may have it as it was later than the one that it would be taken from.
    /// Tells whether there was something to look into.
    async fn looks_for_newer(&mut self, position: i64) -> Result<bool> {
        let Some(known) = self.holding(position).filter(|recency| !recency.is_last()) else { return Ok(false) };
        if !self.ahead.is_empty() {
            self.look().await?;
            return Ok(true);
        }
        let (stream, next) = (self.stream, self.next);
        let newer = self.sources.iter_mut().find(|s| {
            let holds = s.located.first_position <= position && position <= s.located.last_position;
            s.recency > known && !s.is_done && holds && s.waiting_bytes < WAITING_BYTES
        });
        let Some(newer) = newer else { return Ok(false) };
        newer.load(stream, next).await?;
        Ok(true)
    }

    /// Looks into the next few archives.
    async fn look(&mut self) -> Result<()> {
        let (reader, stream, next) = (self.reader, self.stream, self.next);
        let few: Vec<_> = self.ahead.drain(..self.ahead.len().min(AT_A_TIME)).collect();
        let mut sources: Vec<_> = futures::stream::iter(few)
            .map(|archive| source(reader, archive, stream, next, self.amount))
            .buffered(AT_A_TIME)
            .try_filter_map(|source| async { Ok(source) })
            .try_collect()
            .await?;
        self.sources.append(&mut sources);
        if self.amount == Amount::All {
            let busy = self.sources.iter_mut().filter(|s| !s.is_done);
            busy.take(AT_A_TIME).for_each(|s| s.frames.begin());
        }
        Ok(())
    }
}

impl LiveMessages {
    fn take_at(&mut self, position: i64) -> Option<MessageRow> {
        if self.peeked().is_some_and(|m| m.position == position) { self.take() } else { None }
    }
}

fn bytes(m: &MessageRow) -> usize {
    let text = |t: &Option<String>| t.as_ref().map_or(0, String::len);
    200 + m.stream_name.len() + m.message_type.len() + text(&m.data) + text(&m.metadata)
}

async fn source(
    reader: &ArchiveReader,
    archive: ArchiveRow,
    stream: &str,
    from: i64,
    amount: Amount,
) -> Result<Option<StreamArchive>> {
    let (store, manifest) = reader.manifest(&archive).await?;
    let Some(located) = locate(reader, &archive, &store, &manifest, stream).await? else { return Ok(None) };
    if located.last_position < from {
        return Ok(None);
    }
    let opening = OpenFrames { keep: Keep::Yes, ahead: amount == Amount::All };
    let wanted = |f: &crate::archive::Frame| located.meets(f.first_global_position, f.last_global_position);
    let frames = Frames::open(reader, &archive, store, &manifest, wanted, opening).await?;
    Ok(Some(StreamArchive {
        archive: archive.id,
        recency: Recency::of(&archive),
        frames,
        located,
        waiting: BTreeMap::new(),
        waiting_bytes: 0,
        seen: 0,
        is_done: false,
        is_trusted: false,
    }))
}

impl StreamArchive {
    /// Reads the next frame.
    async fn load(&mut self, stream: &str, from: i64) -> Result<()> {
        let Some(mut block) = self.frames.next().await? else {
            self.is_done = true;
            // What the list says and the data has not would be skipped in silence.
            if self.seen != self.located.messages {
                return Err(self.frames.damaged(&format!(
                    "it has {} messages of stream {stream}, its stream list says {}",
                    self.seen, self.located.messages
                )));
            }
            return Ok(());
        };
        while let Some(row) = block.next_row() {
            let Some(row) = PartialRow::read(row) else {
                return Err(self.frames.damaged("it has a row of another form"));
            };
            if *row.stream != *stream.as_bytes() {
                continue;
            }
            self.seen += 1;
            if row.position < from {
                if self.is_trusted {
                    return Err(Error::new(Kind::Archived, format!("reading stream {stream}"))
                        .because(format!(
                            "its positions do not rise with its global positions in archive {}",
                            self.archive
                        ))
                        .hint(format!("eventodb-admin archives rehydrate {} brings them back", self.archive)));
                }
                continue;
            }
            let Some(message) = row.message() else {
                return Err(self.frames.damaged(&format!("its message at {} cannot be read", row.global_position)));
            };
            self.waiting_bytes += bytes(&message);
            self.waiting.insert(row.position, message);
        }
        Ok(())
    }
}

/// The last message of a stream in an archive that is of this type, if any type is given, and above a position.
///
/// # Errors
/// Where the archive cannot be read.
pub async fn last_in(
    reader: &ArchiveReader,
    archive: &ArchiveRow,
    stream: &str,
    message_type: Option<&str>,
    above: i64,
) -> Result<Option<MessageRow>> {
    let Some(mut source) = source(reader, archive.clone(), stream, above + 1, Amount::All).await? else {
        return Ok(None);
    };
    let mut best: Option<MessageRow> = None;
    while !source.is_done {
        source.load(stream, above + 1).await?;
        while let Some((_, message)) = source.waiting.pop_first() {
            if message_type.is_none_or(|t| t == message.message_type)
                && best.as_ref().is_none_or(|b| b.position < message.position)
            {
                best = Some(message);
            }
        }
        source.waiting_bytes = 0;
    }
    Ok(best)
}
