//! The proof that every message is somewhere, and once: what the heads have counted against what chunks and archives
//! hold, in sum and stream by stream.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use tokio_postgres::Transaction;

use super::load;
use super::manifest::{DAMAGED, Manifest};
use super::verify::read_manifest;
use crate::db::errors::explain;
use crate::db::queries::coverage::{self as queries, OddStream};
use crate::db::queries::ledger::{self, ArchiveRow, State};
use crate::db::queries::{chunks, chunks::ChunkRow, counts};
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::progress::{Progress, Unit};
use crate::stop::Stop;
use crate::store::{ObjectKey, Store};

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

/// Something that is not as it should be.
#[derive(Debug, Clone)]
pub struct Finding {
    /// `hole` (messages are missing), `overlap` (messages are there twice), `archive` (an archive is missing or damaged in
    /// the store), `unproven` (the store could not be asked for an archive) or `counts` (what `stats` tells is not what is
    /// there).
    pub kind: &'static str,
    /// What, in a sentence.
    pub text: String,
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
    pub findings: Vec<Finding>,
    /// Whether the archives' own stream lists were read from the store.
    pub store_read: bool,
    /// What to do about the first thing that was found in the store.
    pub hint: Option<String>,
}

impl Coverage {
    /// Whether something is wrong, rather than only not known.
    pub fn is_broken(&self) -> bool {
        self.findings.iter().any(|f| f.kind != UNPROVEN)
    }

    /// Adds every archive that is the only copy of its messages, where the store could not even be opened.
    pub fn without_store(&mut self, archives: &[ArchiveRow], why: &Error) {
        self.hint = why.hint_text().map(str::to_owned);
        let lost = archives.iter().filter(|a| a.state == State::Dropped).map(|a| of_archive(a, why));
        self.findings.splice(0..0, lost);
    }
}

const UNPROVEN: &str = "unproven";
const COUNTS: &str = "counts";

/// What the store has said, or not said, about an archive.
fn of_archive(archive: &ArchiveRow, why: &Error) -> Finding {
    let kind = if why.kind() == Kind::Verification { "archive" } else { UNPROVEN };
    Finding { kind, text: format!("archive {} ({}): {why}", archive.id, archive.extent()) }
}

/// Proves that the messages in the hypertable and in the archives are those that were stored. With a store, every
/// archive's manifest and stream list is read and its data object looked for (`verify` reads that one too); without one,
/// counts are compared only.
///
/// # Errors
/// Where the proof cannot be carried out; what it finds wrong is in [`Coverage::findings`].
pub async fn coverage(
    db: &mut Db,
    scope: &Scope,
    store: Option<&Store>,
    progress: &dyn Progress,
    stop: &Stop,
) -> Result<Coverage> {
    let first = once(db, scope, store, progress, stop).await?;
    // A store that does not answer would be waited for twice.
    if !first.is_broken() {
        return Ok(first);
    }
    // One snapshot for all is what makes the sums comparable, and a chunk that was compressed after the snapshot was
    // taken reads short in it: a finding counts when a second look has it too.
    once(db, scope, store, progress, stop).await
}

async fn once(
    db: &mut Db,
    scope: &Scope,
    store: Option<&Store>,
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
    let (mut findings, mut hint) = (Vec::new(), None);
    if let Some(store) = store {
        hint = load_archives(&tx, store, &archives, &mut findings, progress, stop).await?;
    }
    let mut segments = hot(&tx, &chunks, progress, stop).await?;
    segments.extend(archives.iter().filter_map(stored));
    segments.sort_by_key(|s| (s.range_start, s.archive_id));
    findings.extend(miscounted(&tx, scope, &segments).await?);
    let totals = queries::totals(&tx, scope).await?;
    // Where nothing is archived, there is nothing to load.
    let any_dropped = archives.iter().any(|a| a.state == State::Dropped);
    let archives_known = !any_dropped || store.is_some() && findings.iter().all(|f| f.kind == COUNTS);
    let doubled = queries::doubled_global_positions(&tx, scope).await?;
    let odd = queries::odd_streams(&tx, scope, archives_known).await?;
    tx.rollback().await.map_err(|e| explain(doing, e))?;

    let sum = |kind| segments.iter().filter(|s| s.kind == kind).map(|s| s.messages).sum::<i64>();
    let (hot_messages, archived_messages) = (sum(SegmentKind::Hot), sum(SegmentKind::Archived));
    findings.extend(odd.iter().map(odd_stream));
    if doubled > 0 {
        let text = format!("{doubled} live messages share a global position with another");
        findings.push(Finding { kind: "overlap", text });
    }
    if let Some(more) = odd.first().map(|o| o.streams - i64::try_from(odd.len()).unwrap_or_default()).filter(|n| *n > 0)
    {
        findings.push(Finding { kind: "hole", text: format!("{more} more streams do not add up") });
    }
    let difference = hot_messages + archived_messages - totals.messages;
    let is_uncounted = |o: &OddStream| o.hot == o.hot_positions && (o.hot + o.archived > o.expected || o.head < o.last);
    if hint.is_none() && (difference > 0 || odd.iter().any(is_uncounted)) {
        hint = Some(format!(
            "rows that came past the triggers are not counted: eventodb-admin namespaces recount {}",
            scope.namespace()
        ));
    }
    if difference != 0 {
        let (kind, what) = if difference < 0 { ("hole", "are missing") } else { ("overlap", "are there twice") };
        findings.push(Finding {
            kind,
            text: format!(
                "{} messages {what}: {hot_messages} are live and {archived_messages} archived, {} were stored",
                difference.abs(),
                totals.messages
            ),
        });
    }
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
        store_read: store.is_some(),
        hint,
    })
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
async fn miscounted(tx: &Transaction<'_>, scope: &Scope, segments: &[Segment]) -> Result<Vec<Finding>> {
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
        .map(|(what, counted, messages)| Finding {
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

/// Loads the stream lists of all archives that are the only copy, and finds those that are missing or damaged, or that
/// the store cannot be asked for. Gives the hint of the first.
async fn load_archives(
    tx: &Transaction<'_>,
    store: &Store,
    archives: &[ArchiveRow],
    findings: &mut Vec<Finding>,
    progress: &dyn Progress,
    stop: &Stop,
) -> Result<Option<String>> {
    let known: HashSet<_> = archives.iter().filter_map(|a| a.manifest_sha256.as_deref()).collect();
    let archives: Vec<_> = archives.iter().filter(|a| a.state == State::Dropped).collect();
    let task = progress.begin("read archives' stream lists", Some(archives.len() as u64), Unit::Items);
    let mut hint = None;
    // Why the store as a whole gives no answers.
    let mut silent = None;
    for archive in archives {
        stop.check()?;
        if let Some(why) = &silent {
            findings.push(of_archive(archive, why));
            continue;
        }
        tx.batch_execute("SAVEPOINT one").await.map_err(|e| explain("loading a stream list", e))?;
        match load_one(tx, store, archive, stop).await {
            Ok(manifest) => {
                let previous = manifest.previous_manifest_sha256;
                if previous.as_deref().is_some_and(|previous| !known.contains(previous)) {
                    let text = format!(
                        "the manifest of archive {} follows one that the ledger does not have: an archive before it is missing",
                        archive.id
                    );
                    findings.push(Finding { kind: "archive", text });
                }
            }
            Err(e) if matches!(e.kind(), Kind::Interrupted | Kind::Terminated) => return Err(e),
            Err(e) => {
                // A session that is lost says so here: that is no finding.
                tx.batch_execute("ROLLBACK TO SAVEPOINT one").await.map_err(|e| explain("loading a stream list", e))?;
                findings.push(of_archive(archive, &e));
                hint = hint.or_else(|| e.hint_text().map(str::to_owned));
                if e.kind() != Kind::Verification {
                    silent = store.check().await.err();
                }
            }
        }
        task.advance(1);
    }
    Ok(hint)
}

async fn load_one(tx: &Transaction<'_>, store: &Store, archive: &ArchiveRow, stop: &Stop) -> Result<Manifest> {
    let manifest = read_manifest(store, archive).await?;
    let data = ObjectKey::new(&manifest.data.object)?;
    let refuse = |why: String| {
        Err(Error::new(Kind::Verification, format!("looking for {}", store.describe(&data))).because(why).hint(DAMAGED))
    };
    match store.head(&data).await? {
        None => return refuse("it is not in the store".into()),
        Some(found) if found.size != manifest.data.stored.bytes => {
            return refuse(format!("it has {} bytes, {} were stored", found.size, manifest.data.stored.bytes));
        }
        Some(_) => {}
    }
    load::streams(tx, store, &manifest, stop).await?;
    Ok(manifest)
}

fn odd_stream(odd: &OddStream) -> Finding {
    let OddStream { stream, expected, hot, hot_positions, archived, head, last, .. } = odd;
    if hot != hot_positions {
        let text =
            format!("stream {stream}: {} of its live messages share a position with another", hot - hot_positions);
        return Finding { kind: "overlap", text };
    }
    if *expected > head + 1 {
        let text = format!("stream {stream}: {expected} messages were stored at {} positions", head + 1);
        return Finding { kind: "overlap", text };
    }
    let found = hot + archived;
    let kind = if found > *expected { "overlap" } else { "hole" };
    let text = if found == *expected {
        format!("stream {stream}: its head is at position {head}, its last message at {last}")
    } else {
        format!("stream {stream}: {expected} messages were stored, {hot} are live and {archived} archived")
    };
    Finding { kind, text }
}

#[cfg(test)]
mod tests;
