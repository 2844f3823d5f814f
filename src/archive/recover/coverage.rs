//! The proof that every message is somewhere, and once: what the heads have counted against what chunks and archives
//! hold, in sum and stream by stream.

mod copies;
mod finding;
mod lists;
mod places;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use tokio_postgres::Transaction;

use super::crowded::{MessageRange, crowded};
use crate::db::errors::explain;
use crate::db::queries::coverage::{self as queries, UnbalancedStream};
use crate::db::queries::ledger::{self, ArchiveRow, State};
use crate::db::queries::{chunks, chunks::ChunkRow, counts, rehydrate};
use crate::db::{Db, Scope};
use crate::error::Result;
use crate::progress::{Progress, Unit};
use crate::stop::Stop;
use crate::text;
pub use copies::too_few;
pub use finding::CoverageFinding;
use finding::UNPROVEN;
pub use places::CoverageStores;

pub use crate::db::queries::coverage::NotedDoubles;

/// Where a segment's messages are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SegmentKind {
    /// In the hypertable.
    Hot,
    /// In the store.
    Archived,
    /// Dropped on demand with no archive.
    Discarded,
}

/// A chunk or an archive, and what it holds.
#[derive(Debug, Clone)]
pub struct Segment {
    /// Where.
    pub kind: SegmentKind,
    /// The chunk's name.
    pub chunk_name: String,
    /// The archive.
    pub archive_id: Option<i64>,
    /// The first instant of its range.
    pub range_start: DateTime<Utc>,
    /// The instant after its range.
    pub range_end: DateTime<Utc>,
    /// Messages.
    pub messages: i64,
    /// The lowest global position.
    pub first_global_position: Option<i64>,
    /// The highest global position.
    pub last_global_position: Option<i64>,
}

/// What coverage found.
#[derive(Debug, Clone)]
pub struct Coverage {
    /// Messages in the hypertable.
    pub hot_messages: i64,
    /// Messages in archives only.
    pub archived_messages: i64,
    /// Messages that were ever stored and not discarded, by the heads.
    pub expected_messages: i64,
    /// Streams.
    pub streams: i64,
    /// The lowest global position.
    pub first_global_position: Option<i64>,
    /// The highest global position.
    pub head_global_position: Option<i64>,
    /// Chunks and archives, oldest first.
    pub segments: Vec<Segment>,
    /// What is wrong; empty where all is proven.
    pub findings: Vec<CoverageFinding>,
    /// Global positions that more than one message had when it was archived. They were known then, and are no fault now.
    pub noted: Vec<NotedDoubles>,
    /// Whether the archives' own stream lists were read from their stores.
    pub store_read: bool,
    /// What to do about the first thing that was found in a store.
    pub hint: Option<String>,
}

impl Coverage {
    /// Whether something is wrong, rather than only not known.
    pub fn is_broken(&self) -> bool {
        self.findings.iter().any(|f| f.kind != UNPROVEN)
    }

    /// `complete`, `incomplete`, or `unproven` where only the store could not be asked.
    pub fn verdict(&self) -> &'static str {
        match (self.findings.is_empty(), self.is_broken()) {
            (true, _) => "complete",
            (false, true) => "incomplete",
            (false, false) => "unproven",
        }
    }
}

const COUNTS: &str = "counts";

/// Proves that the messages in the hypertable and in the archives are those that were stored. Every archive's manifest and
/// stream list is read from the store that it is in, and its data object looked for (`verify` reads that one too). An archive
/// whose store cannot be asked is told: what is not proven is never complete.
///
/// # Errors
/// Where the proof cannot be carried out; what it finds wrong is in [`Coverage::findings`].
pub async fn coverage(
    db: &mut Db,
    scope: &Scope,
    places: &mut CoverageStores,
    progress: &dyn Progress,
    stop: &Stop,
) -> Result<Coverage> {
    let first = once(db, scope, places, progress, stop).await?;
    // A store that does not answer would be waited for twice.
    if !first.is_broken() {
        return Ok(first);
    }
    // One snapshot for all is what makes the sums comparable, and a chunk that was compressed after the snapshot was
    // taken reads short in it: a finding counts when a second look has it too.
    once(db, scope, places, progress, stop).await
}

async fn once(
    db: &mut Db,
    scope: &Scope,
    places: &mut CoverageStores,
    progress: &dyn Progress,
    stop: &Stop,
) -> Result<Coverage> {
    let doing = "proving coverage";
    let tx = db
        .client_mut()
        .build_transaction()
        .isolation_level(tokio_postgres::IsolationLevel::RepeatableRead)
        .start()
        .await
        .map_err(|e| explain(doing, e))?;
    let archives = ledger::list(&tx, scope.namespace()).await?;
    let chunks = chunks::list(&tx, scope).await?;
    queries::make_archived(&tx).await?;
    let lists::LoadedLists { mut findings, mut hint } =
        lists::load_all(&tx, scope, places, &archives, (progress, stop)).await?;
    let mut segments = hot(&tx, &chunks, progress, stop).await?;
    segments.extend(archives.iter().filter_map(stored));
    segments.sort_by_key(|s| (s.range_start, s.archive_id));
    findings.extend(miscounted(&tx, scope, &segments).await?);
    let totals = queries::totals(&tx, scope).await?;
    let archives_known = findings.iter().all(|f| f.kind == COUNTS);
    let noted = queries::noted(&tx, scope).await?;
    let doubled = queries::doubled_global_positions(&tx, scope).await?;
    let odd = queries::odd_streams(&tx, scope, archives_known).await?;
    let sum = |kind| segments.iter().filter(|s| s.kind == kind).map(|s| s.messages).sum::<i64>();
    let (hot_messages, archived_messages) = (sum(SegmentKind::Hot), sum(SegmentKind::Archived));
    let difference = hot_messages + archived_messages - totals.messages;
    // Where all adds up, what is not live of one is in others that were made of it.
    let partly_live = if difference < 0 { partly_live(&tx, scope, &archives).await? } else { Vec::new() };
    tx.rollback().await.map_err(|e| explain(doing, e))?;

    findings.extend(odd.iter().map(odd_stream));
    findings.extend((doubled == 0 && noted.is_empty()).then(|| crowding(&segments)).flatten());
    if doubled > 0 {
        let shares = if doubled == 1 { "shares" } else { "share" };
        let text = format!("{} {shares} a global position with another", text::counted(doubled, "live message"));
        findings.push(CoverageFinding { kind: "overlap", text });
    }
    if let Some(more) = odd.first().map(|o| o.streams - i64::try_from(odd.len()).unwrap_or_default()).filter(|n| *n > 0)
    {
        findings.push(CoverageFinding { kind: "hole", text: format!("{more} more streams do not add up") });
    }
    let is_uncounted =
        |o: &UnbalancedStream| o.hot == o.hot_positions && (o.hot + o.archived > o.expected || o.head < o.last);
    let put_in = lacking(&partly_live, &mut findings);
    hint = hint.or(put_in);
    if hint.is_none() && (difference > 0 || odd.iter().any(is_uncounted)) {
        hint = Some(format!(
            "rows that came past the triggers are not counted: eventodb-admin namespaces recount {}",
            scope.namespace()
        ));
    }
    findings.extend(difference_in(hot_messages, archived_messages, totals.messages));
    let kept = || segments.iter().filter(|s| s.kind != SegmentKind::Discarded);
    Ok(Coverage {
        hot_messages,
        archived_messages,
        expected_messages: totals.messages,
        streams: totals.streams,
        first_global_position: kept().filter_map(|s| s.first_global_position).min(),
        head_global_position: kept().filter_map(|s| s.last_global_position).max().max(totals.head),
        segments,
        findings,
        noted,
        store_read: places.any_opened(),
        hint,
    })
}

/// That there are more messages than global positions for them.
fn crowding(segments: &[Segment]) -> Option<CoverageFinding> {
    let run = |s: &Segment| {
        Some(MessageRange { first: s.first_global_position?, last: s.last_global_position?, messages: s.messages })
    };
    let there = segments.iter().filter(|s| s.kind != SegmentKind::Discarded).filter_map(run);
    crowded(there).map(|found| CoverageFinding { kind: "overlap", text: found.means_two_lives() })
}

/// That the sums differ.
fn difference_in(hot: i64, archived: i64, stored: i64) -> Option<CoverageFinding> {
    let difference = hot + archived - stored;
    let (kind, what) = if difference < 0 { ("hole", "missing") } else { ("overlap", "there twice") };
    let text = || {
        format!(
            "{} {} {what}: {hot} {} live and {archived} archived, {stored} were stored",
            text::counted(difference.abs(), "message"),
            text::are(difference.abs()),
            text::are(hot),
        )
    };
    (difference != 0).then(|| CoverageFinding { kind, text: text() })
}

/// Archives that count as live, some of whose messages are neither that nor, by their number, in archives made since: with
/// how many are live.
async fn partly_live<'a>(
    tx: &Transaction<'_>,
    scope: &Scope,
    archives: &'a [ArchiveRow],
) -> Result<Vec<(&'a ArchiveRow, i64)>> {
    let mut found = Vec::new();
    for archive in archives.iter().filter(|a| matches!(a.state, State::Rehydrated | State::Verified)) {
        let live = rehydrate::live(tx, scope, archive).await?;
        let later = ledger::later_overlapping(tx, archive).await?;
        let dropped = |a: &&ArchiveRow| a.state == State::Dropped && later.contains(&a.id);
        let since: i64 = archives.iter().filter(dropped).filter_map(|a| a.message_count).sum();
        // Of one that is gone as a whole somebody has dropped the chunk.
        let is_partly_there = live.messages > 0 || since > 0;
        if is_partly_there && Some(live.messages + since) < archive.message_count {
            found.push((archive, live.messages));
        }
    }
    Ok(found)
}

async fn hot(tx: &Transaction<'_>, chunks: &[ChunkRow], progress: &dyn Progress, stop: &Stop) -> Result<Vec<Segment>> {
    let task = progress.begin("count chunks", Some(chunks.len() as u64), Unit::Items);
    let mut segments = Vec::with_capacity(chunks.len());
    for chunk in chunks {
        stop.check()?;
        let contents = chunks::contents(tx, &chunk.table).await?;
        task.advance(1);
        segments.push(Segment {
            kind: SegmentKind::Hot,
            chunk_name: chunk.name().to_owned(),
            archive_id: None,
            range_start: chunk.range_start,
            range_end: chunk.range_end,
            messages: contents.messages,
            first_global_position: contents.first_global_position,
            last_global_position: contents.last_global_position,
        });
    }
    Ok(segments)
}

/// Figures that are kept, and are not those of what they were kept of. Where none are, all of `stats` adds up to what the
/// heads have counted.
async fn miscounted(tx: &Transaction<'_>, scope: &Scope, segments: &[Segment]) -> Result<Vec<CoverageFinding>> {
    let mut kept: Vec<(String, i64, i64)> = Vec::new();
    let archives: HashMap<i64, i64> = counts::archives(tx, scope).await?.into_iter().collect();
    for segment in segments.iter().filter(|s| s.kind == SegmentKind::Archived) {
        if let Some((id, counted)) = segment.archive_id.and_then(|id| Some((id, *archives.get(&id)?))) {
            kept.push((format!("archive {id}"), counted, segment.messages));
        }
    }
    for chunk in counts::live(tx, scope).await? {
        let segment = segments.iter().find(|s| s.kind == SegmentKind::Hot && s.chunk_name == chunk.table.name.as_str());
        if let (Some(id), Some(segment)) = (chunk.counted_id, segment) {
            let counted = counts::messages_of(tx, scope, id).await?;
            kept.push((format!("chunk {}", segment.chunk_name), counted, segment.messages));
        }
    }
    let wrong = kept.into_iter().filter(|(_, counted, messages)| counted != messages);
    Ok(wrong
        .map(|(what, counted, messages)| CoverageFinding {
            kind: COUNTS,
            text: format!("{what} has {messages} messages, by stats {counted}: eventodb-admin stats refresh --again"),
        })
        .collect())
}

fn stored(archive: &ArchiveRow) -> Option<Segment> {
    let kind = match archive.state {
        State::Dropped => SegmentKind::Archived,
        State::Discarded => SegmentKind::Discarded,
        _ => return None,
    };
    Some(Segment {
        kind,
        chunk_name: archive.chunk_name.clone(),
        archive_id: Some(archive.id),
        range_start: archive.range_start,
        range_end: archive.range_end,
        messages: archive.message_count.unwrap_or_default(),
        first_global_position: archive.first_global_position,
        last_global_position: archive.last_global_position,
    })
}

/// Adds what is missing of archives that count as live, and gives the hint of the first.
fn lacking(archives: &[(&ArchiveRow, i64)], findings: &mut Vec<CoverageFinding>) -> Option<String> {
    for (archive, live) in archives {
        let (id, state) = (archive.id, archive.state);
        let text = format!(
            "archive {id} ({}) is {state}, but {live} of its messages are live: the others are in it alone",
            archive.extent()
        );
        findings.push(CoverageFinding { kind: "hole", text });
    }
    let (first, _) = archives.first()?;
    Some(format!("eventodb-admin archives rehydrate {} puts in what is missing", first.id))
}

fn odd_stream(odd: &UnbalancedStream) -> CoverageFinding {
    let UnbalancedStream { stream, expected, hot, hot_positions, archived, head, last, .. } = odd;
    if hot != hot_positions {
        let text =
            format!("stream {stream}: {} of its live messages share a position with another", hot - hot_positions);
        return CoverageFinding { kind: "overlap", text };
    }
    if expected.saturating_sub(1) > *head {
        let text = format!("stream {stream}: {expected} messages were stored at {} positions", head.saturating_add(1));
        return CoverageFinding { kind: "overlap", text };
    }
    let found = hot + archived;
    let kind = if found > *expected { "overlap" } else { "hole" };
    let text = if found == *expected {
        format!("stream {stream}: its head is at position {head}, its last message at {last}")
    } else {
        format!("stream {stream}: {expected} messages were stored, {hot} are live and {archived} archived")
    };
    CoverageFinding { kind, text }
}

#[cfg(test)]
mod tests;
