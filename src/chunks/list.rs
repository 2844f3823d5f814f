//! Chunks, live and archived, with their states.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::select::before;
use crate::db::queries::chunks::{self as queries, ChunkRow};
use crate::db::queries::ledger::{self, ArchiveRow, State};
use crate::db::{Db, Scope};
use crate::error::{Error, Result};

/// Where a chunk stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChunkState {
    /// Its range has not ended: it is being written.
    Open,
    /// Its range has ended.
    Closed,
    /// Compressed in the hypertable.
    Compressed,
    /// In the store only.
    Archived,
    /// Archived, and back in the hypertable.
    Rehydrated,
}

impl ChunkState {
    const ALL: [(Self, &'static str); 5] = [
        (Self::Open, "open"),
        (Self::Closed, "closed"),
        (Self::Compressed, "compressed"),
        (Self::Archived, "archived"),
        (Self::Rehydrated, "rehydrated"),
    ];

    /// The state of a live chunk; an archive of its range may have come back.
    pub const fn of_live(chunk: &ChunkRow, has_come_back: bool) -> Self {
        if has_come_back {
            Self::Rehydrated
        } else if chunk.is_compressed {
            Self::Compressed
        } else if chunk.is_closed {
            Self::Closed
        } else {
            Self::Open
        }
    }

    /// The state's name.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(s, _)| *s == self).map_or("", |(_, name)| name)
    }
}

impl fmt::Display for ChunkState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ChunkState {
    type Err = Error;

    fn from_str(s: &str) -> Result<Self> {
        Self::ALL.iter().find(|(_, name)| *name == s).map(|(state, _)| *state).ok_or_else(|| {
            Error::usage(format!("chunk state {s:?}"))
                .because("it is not one of open, closed, compressed, archived and rehydrated")
        })
    }
}

/// A chunk as `chunks list` shows it.
#[derive(Debug, Clone)]
pub struct ChunkInfo {
    /// Its name; an archived one's is what it was.
    pub chunk_name: String,
    /// The first instant of its range.
    pub range_start: DateTime<Utc>,
    /// The instant after its range.
    pub range_end: DateTime<Utc>,
    /// Where it stands.
    pub state: ChunkState,
    /// Whether it is compressed in the hypertable.
    pub is_compressed: bool,
    /// Whether late messages lie uncompressed in it.
    pub is_partly_compressed: bool,
    /// Bytes in the database; for an archived one, bytes in the store.
    pub size_bytes: i64,
    /// Messages, where a number is known.
    pub message_count: Option<i64>,
    /// Whether that number is exact, or the planner's estimate.
    pub count_is_exact: bool,
    /// Its archive, where the store holds a proven one.
    pub archive_id: Option<i64>,
}

/// How live chunks are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Counting {
    /// By the planner's estimate: reads no chunk.
    #[default]
    Estimate,
    /// By reading every chunk.
    Exact,
}

/// Which chunks to list.
#[derive(Debug, Clone, Default)]
pub struct ListFilter {
    /// Whose range ended at least so long ago.
    pub older_than: Option<Duration>,
    /// In this state.
    pub state: Option<ChunkState>,
    /// How to count.
    pub counting: Counting,
}

/// Chunks of a namespace, oldest first; archived ranges stand among them.
///
/// # Errors
/// Where a query fails.
pub async fn list(db: &Db, scope: &Scope, filter: &ListFilter) -> Result<Vec<ChunkInfo>> {
    let chunks = queries::list(db.client(), scope).await?;
    among(db, scope, filter, &chunks).await
}

/// [`list`], as far as chunks have edges that can be shown, and an error for each other one.
///
/// # Errors
/// Where a query fails.
pub async fn list_shown(db: &Db, scope: &Scope, filter: &ListFilter) -> Result<(Vec<ChunkInfo>, Vec<Error>)> {
    let (chunks, others) = queries::list_shown(db.client(), scope).await?;
    Ok((among(db, scope, filter, &chunks).await?, others))
}

async fn among(db: &Db, scope: &Scope, filter: &ListFilter, chunks: &[ChunkRow]) -> Result<Vec<ChunkInfo>> {
    let archives = ledger::list(db.client(), scope.namespace()).await?;
    let mut by_range: HashMap<_, Vec<&ArchiveRow>> = HashMap::new();
    for archive in &archives {
        by_range.entry((archive.range_start, archive.range_end)).or_default().push(archive);
    }
    let of = |c: &ChunkRow| by_range.get(&(c.range_start, c.range_end)).map_or(&[][..], Vec::as_slice);
    let mut all: Vec<ChunkInfo> = chunks.iter().map(|c| live(c, of(c))).collect();
    all.extend(archives.iter().filter(|a| a.state == State::Dropped).map(archived));
    all.sort_by(|a, b| (a.range_start, &a.chunk_name).cmp(&(b.range_start, &b.chunk_name)));
    let until = match filter.older_than {
        Some(age) => Some(before(db, age).await?),
        None => None,
    };
    all.retain(|c| until.is_none_or(|until| c.range_end <= until) && filter.state.is_none_or(|s| c.state == s));
    if filter.counting == Counting::Exact {
        for info in all.iter_mut().filter(|c| !c.count_is_exact) {
            if let Some(chunk) = chunks.iter().find(|c| c.name() == info.chunk_name) {
                info.message_count = Some(queries::count(db.client(), &chunk.table).await?);
                info.count_is_exact = true;
            }
        }
    }
    Ok(all)
}

/// By the archives of its range.
fn live(chunk: &ChunkRow, archives: &[&ArchiveRow]) -> ChunkInfo {
    let of_range = |state: State| archives.iter().rev().find(|a| a.state == state);
    let rehydrated = of_range(State::Rehydrated);
    let verified = of_range(State::Verified).filter(|a| a.chunk_name == chunk.name());
    let state = ChunkState::of_live(chunk, rehydrated.is_some());
    ChunkInfo {
        chunk_name: chunk.name().to_owned(),
        range_start: chunk.range_start,
        range_end: chunk.range_end,
        state,
        is_compressed: chunk.is_compressed,
        is_partly_compressed: chunk.is_partly_compressed,
        size_bytes: chunk.size_bytes,
        message_count: chunk.estimate,
        count_is_exact: false,
        archive_id: rehydrated.or(verified).map(|a| a.id),
    }
}

fn archived(a: &ArchiveRow) -> ChunkInfo {
    ChunkInfo {
        chunk_name: a.chunk_name.clone(),
        range_start: a.range_start,
        range_end: a.range_end,
        state: ChunkState::Archived,
        is_compressed: false,
        is_partly_compressed: false,
        size_bytes: a.stored_bytes.unwrap_or_default(),
        message_count: a.message_count,
        count_is_exact: true,
        archive_id: Some(a.id),
    }
}
