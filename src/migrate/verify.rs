//! Comparing source and namespace: counts, then content, down to the message.

use futures::TryStreamExt;
use tokio_postgres::GenericClient;

use super::lag::{self, Lag};
use super::source::MigrationSource;
use crate::db::errors::explain;
use crate::db::queries::ledger::{self, ArchiveRow};
use crate::db::queries::migrations::{
    self as queries, ClaimedRange, MessageTable, MigrationRow, RangeFigures, RangeRow,
};
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::progress::{Progress, Unit};
use crate::stop::Stop;

/// Messages that are named; there may be more.
pub(super) const NAMED: usize = 20;

/// How closely to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompareDepth {
    /// Count the source's messages in each range, and compare with what was proven when it was copied.
    Late,
    /// Count the messages of each range on both sides.
    Counts,
    /// Hash them, too.
    Content,
}

impl CompareDepth {
    /// Ranges that are asked about at a time.
    const fn window(self) -> i64 {
        match self {
            Self::Late | Self::Counts => 500,
            // A message's hash costs more than an entry of an index.
            Self::Content => 20,
        }
    }
}

/// What is wrong with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageDifference {
    /// The source has it, the namespace not.
    Missing,
    /// The namespace has it, the source not.
    Extra,
    /// Both have it, with other content.
    Differs,
}

impl MessageDifference {
    /// In output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Extra => "extra",
            Self::Differs => "differs",
        }
    }
}

/// A message that is not the same on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MismatchedMessage {
    /// What is wrong.
    pub difference: MessageDifference,
    /// Its global position.
    pub global_position: i64,
    /// Its stream.
    pub stream: String,
    /// Its position.
    pub position: i64,
}

/// What a comparison found.
#[derive(Debug, Clone)]
pub struct Verification {
    /// Ranges compared.
    pub ranges: i64,
    /// Messages of the source in them.
    pub source_messages: i64,
    /// Messages of the namespace in them, live or archived.
    pub messages: i64,
    /// Of these, messages in ranges that reach into archives: compared with what was proven when they were copied.
    pub archived_messages: i64,
    /// Ranges that are not the same on both sides.
    pub differing: Vec<(i64, i64)>,
    /// Messages that are not, as far as they are named.
    pub findings: Vec<MismatchedMessage>,
    /// Messages of the source that are in no range that was copied.
    pub lag: Lag,
}

/// A range without messages.
pub(super) fn nothing() -> RangeFigures {
    // What SQL answers for no rows: md5 of the empty text.
    RangeFigures {
        hash_sum: "0".to_owned(),
        hash_chain: "d41d8cd98f00b204e9800998ecf8427e".to_owned(),
        ..RangeFigures::default()
    }
}

/// The error for a range whose copy is not what the source has.
pub(super) fn differs(range: ClaimedRange, found: &[MismatchedMessage]) -> Error {
    let named: Vec<_> = found
        .iter()
        .take(5)
        .map(|f| format!("{} ({}, position {}) {}", f.global_position, f.stream, f.position, f.difference.as_str()))
        .collect();
    Error::new(Kind::Verification, format!("comparing global positions {} to {}", range.first, range.last))
        .because(if named.is_empty() { "source and copy differ".to_owned() } else { named.join("; ") })
        .hint("nothing of the range was kept; look who writes to the namespace, then run the same command again")
}

/// The messages of a range that are not the same on both sides, up to [`NAMED`] of them: two streams side by side.
pub(super) async fn narrow(
    from: &impl GenericClient,
    from_rows: MessageTable<'_>,
    to: &impl GenericClient,
    to_rows: MessageTable<'_>,
    first: i64,
    last: i64,
) -> Result<Vec<MismatchedMessage>> {
    let doing = "comparing messages";
    let mut theirs = std::pin::pin!(queries::figures_of_messages(from, from_rows, first, last).await?);
    let mut ours = std::pin::pin!(queries::figures_of_messages(to, to_rows, first, last).await?);
    let mut found = Vec::new();
    let finding = |difference, row: &tokio_postgres::Row| MismatchedMessage {
        difference,
        global_position: row.get(0),
        stream: row.get::<_, Option<String>>(2).unwrap_or_default(),
        position: row.get::<_, Option<i64>>(3).unwrap_or_default(),
    };
    let mut a = theirs.try_next().await.map_err(|e| explain(doing, e))?;
    let mut b = ours.try_next().await.map_err(|e| explain(doing, e))?;
    while found.len() < NAMED {
        let (gpos_a, gpos_b) = (a.as_ref().map(|r| r.get::<_, i64>(0)), b.as_ref().map(|r| r.get::<_, i64>(0)));
        let (next_a, next_b) = match (gpos_a, gpos_b) {
            (None, None) => break,
            (Some(x), Some(y)) if x == y => (true, true),
            (Some(x), Some(y)) => (x < y, y < x),
            (Some(_), None) => (true, false),
            (None, Some(_)) => (false, true),
        };
        let hash = |row: &tokio_postgres::Row| row.get::<_, Option<i64>>(1);
        match (&a, &b) {
            (Some(x), Some(y)) if next_a && next_b && hash(x) == hash(y) => {}
            (Some(x), Some(_)) if next_a && next_b => found.push(finding(MessageDifference::Differs, x)),
            (Some(x), _) if next_a => found.push(finding(MessageDifference::Missing, x)),
            (_, Some(y)) => found.push(finding(MessageDifference::Extra, y)),
            _ => {}
        }
        if next_a {
            a = theirs.try_next().await.map_err(|e| explain(doing, e))?;
        }
        if next_b {
            b = ours.try_next().await.map_err(|e| explain(doing, e))?;
        }
    }
    Ok(found)
}

/// Ranges side by side with what each side holds in them.
struct ComparedRanges {
    ranges: Vec<RangeRow>,
    theirs: Vec<RangeFigures>,
    ours: Vec<RangeFigures>,
}

/// Compares all ranges that were copied.
///
/// # Errors
/// Where a query fails, or a stop is asked for. That the sides differ is no error here.
#[allow(clippy::too_many_arguments)] // both sides, how closely, who listens
pub async fn verify(
    from: &Db,
    to: &Db,
    source: &MigrationSource,
    scope: &Scope,
    migration: &MigrationRow,
    depth: CompareDepth,
    progress: &dyn Progress,
    stop: &Stop,
) -> Result<Verification> {
    let counts = queries::counts(to.client(), migration.id).await?;
    let mut archives = ledger::list(to.client(), scope.namespace()).await?;
    archives.retain(|a| a.state == ledger::State::Dropped && a.message_count != Some(0));
    let mut done = Verification {
        ranges: 0,
        source_messages: 0,
        messages: 0,
        archived_messages: 0,
        differing: Vec::new(),
        findings: Vec::new(),
        lag: Lag { messages: 0, seconds: 0.0 },
    };
    let task = progress.begin("verify", u64::try_from(counts.messages).ok(), Unit::Messages);
    let mut after = None;
    loop {
        stop.check()?;
        let ranges = queries::ranges_from(to.client(), migration.id, after, depth.window()).await?;
        let Some(end) = ranges.last() else { break };
        after = Some(end.first);
        let window = compare(from, to, source, scope, depth, ranges).await?;
        for ((range, theirs), ours) in window.ranges.iter().zip(&window.theirs).zip(&window.ours) {
            // A range that is not copied is looked at so that its messages do not count for the one before it.
            let Some(proven) = range.copied.as_ref() else { continue };
            let is_archived = reaches_into(proven, &archives);
            let ours = if is_archived || depth == CompareDepth::Late { proven } else { ours };
            done.ranges += 1;
            done.source_messages += theirs.messages;
            done.messages += ours.messages;
            if is_archived {
                done.archived_messages += ours.messages;
            }
            task.advance(u64::try_from(ours.messages).unwrap_or_default());
            let same = match depth {
                CompareDepth::Late | CompareDepth::Counts => theirs.messages == ours.messages,
                CompareDepth::Content => theirs.agree(ours),
            };
            if same {
                continue;
            }
            done.differing.push((range.first, range.last));
            if !is_archived && depth != CompareDepth::Late && done.findings.len() < NAMED {
                let messages = scope.messages().to_string();
                let named = narrow(
                    from.client(),
                    source.rows(),
                    to.client(),
                    source.rows_of(&messages),
                    range.first,
                    range.last,
                )
                .await?;
                done.findings.extend(named);
                done.findings.truncate(NAMED);
            }
        }
    }
    drop(task);
    if depth != CompareDepth::Late {
        // Also what lies below the first range, and in ranges that were refused. What has been written meanwhile counts.
        let behind = queries::count(from.client(), &source.table).await? - done.source_messages;
        done.lag = Lag { messages: behind.max(0), ..lag::lag(from, source, migration.cut_to).await? };
    }
    Ok(done)
}

async fn compare(
    from: &Db,
    to: &Db,
    source: &MigrationSource,
    scope: &Scope,
    depth: CompareDepth,
    ranges: Vec<RangeRow>,
) -> Result<ComparedRanges> {
    let (mut theirs, mut ours) = (vec![nothing(); ranges.len()], vec![nothing(); ranges.len()]);
    let firsts: Vec<i64> = ranges.iter().map(|r| r.first).collect();
    let Some(last) = ranges.last().map(|r| r.last) else { return Ok(ComparedRanges { ranges, theirs, ours }) };
    let messages = scope.messages().to_string();
    match depth {
        CompareDepth::Late | CompareDepth::Counts => {
            let table = source.table.to_string();
            let own = async {
                match depth {
                    CompareDepth::Counts => queries::messages_by_range(to.client(), &messages, &firsts, last).await,
                    _ => Ok(Vec::new()),
                }
            };
            let (a, b) = tokio::join!(queries::messages_by_range(from.client(), &table, &firsts, last), own);
            for (side, counted) in [(&mut theirs, a?), (&mut ours, b?)] {
                for (place, n) in counted {
                    if let Some(figures) = side.get_mut(place) {
                        figures.messages = n;
                    }
                }
            }
        }
        CompareDepth::Content => {
            // Where the namespace's messages of the window lie: chunks of other times are left alone. What has been put
            // elsewhere since is missing here then, and is found.
            let times = ranges
                .iter()
                .filter_map(|r| r.copied.as_ref().and_then(|c| c.first_time))
                .min()
                .zip(ranges.iter().filter_map(|r| r.copied.as_ref().and_then(|c| c.last_time)).max());
            let (a, b) = tokio::join!(
                queries::figures(from.client(), source.rows(), &firsts, last, None),
                queries::figures(to.client(), source.rows_of(&messages), &firsts, last, times)
            );
            for (side, found) in [(&mut theirs, a?), (&mut ours, b?)] {
                for (place, figures) in found {
                    if let Some(slot) = side.get_mut(place) {
                        *slot = figures;
                    }
                }
            }
        }
    }
    Ok(ComparedRanges { ranges, theirs, ours })
}

/// Whether some of a range's messages may be in an archive.
pub(super) fn reaches_into(range: &RangeFigures, archives: &[ArchiveRow]) -> bool {
    let Some((first, last)) = range.first_time.zip(range.last_time) else { return false };
    archives.iter().any(|a| a.range_start <= last && a.range_end > first)
}
