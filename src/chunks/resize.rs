//! Compressing and decompressing a chunk.

use super::ChunkRow;
use crate::db::errors::explain;
use crate::db::queries::{chunks as queries, spans};
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};

/// Which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Make it small.
    Compress,
    /// Make it writable at full speed again.
    Decompress,
}

impl Direction {
    const fn verb(self) -> &'static str {
        match self {
            Self::Compress => "compressing",
            Self::Decompress => "decompressing",
        }
    }
}

/// What became of a chunk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resized {
    /// The chunk.
    pub chunk_name: String,
    /// Its bytes before.
    pub before_bytes: i64,
    /// Its bytes after.
    pub after_bytes: i64,
}

impl Resized {
    /// How many times the bytes after are the bytes before.
    #[allow(clippy::cast_precision_loss)] // a ratio for people
    pub fn ratio(&self) -> f64 {
        self.before_bytes as f64 / self.after_bytes.max(1) as f64
    }
}

/// Whether this server can compress at all: asked once, before any chunk is.
///
/// # Errors
/// [`Kind::Unsupported`] on the Apache-2 edition, which has no compression.
pub fn check_compression(db: &Db) -> Result<()> {
    if db.server.supports_compression() {
        return Ok(());
    }
    Err(Error::new(Kind::Unsupported, "compressing and decompressing chunks")
        .because("this server runs TimescaleDB's Apache-2 edition, which has no compression")
        .hint("chunks archive works here: archives are compressed on their way to the store"))
}

/// What a chunk needs to be as it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    /// Nothing.
    Nothing,
    /// All of it goes one way.
    Whole,
    /// Late rows are compressed as well.
    Rest,
}

impl Direction {
    /// Whether a chunk that is so is what this way leads to.
    const fn is_done(self, is_compressed: bool, is_partly_compressed: bool) -> bool {
        match self {
            Self::Compress => is_compressed && !is_partly_compressed,
            Self::Decompress => !is_compressed,
        }
    }

    /// Whether there is nothing to do with this chunk.
    pub const fn is_done_with(self, chunk: &ChunkRow) -> bool {
        self.is_done(chunk.is_compressed, chunk.is_partly_compressed)
    }

    const fn need(self, chunk: &ChunkRow) -> Need {
        match (self, chunk.is_compressed) {
            _ if self.is_done_with(chunk) => Need::Nothing,
            (Self::Compress, true) => Need::Rest,
            _ => Need::Whole,
        }
    }
}

/// Compresses or decompresses one chunk; one that is so already stays as it is, and of one that is compressed in part the
/// rest is compressed.
///
/// # Errors
/// [`Kind::Unsupported`] on the Apache-2 edition, which has no compression; where the chunk is not what it was to be
/// afterwards.
pub async fn resize(db: &Db, scope: &Scope, chunk: &ChunkRow, direction: Direction) -> Result<Resized> {
    let doing = format!("{} chunk {}", direction.verb(), chunk.name());
    check_compression(db).map_err(|e| e.while_doing(&doing))?;
    let need = direction.need(chunk);
    // What is listed of a compressed one is of when it was compressed.
    let before_bytes =
        if chunk.is_compressed { queries::size(db.client(), scope, &chunk.table).await? } else { chunk.size_bytes };
    match need {
        Need::Nothing => {}
        Need::Whole => change(db, scope, chunk, direction, None).await.map_err(|e| e.while_doing(&doing))?,
        Need::Rest => {
            let late = queries::count_uncompressed(db.client(), &chunk.table).await?;
            change(db, scope, chunk, direction, Some(late)).await.map_err(|e| e.while_doing(&doing))?;
        }
    }
    if direction == Direction::Compress && need == Need::Whole {
        // The chunk is done without it.
        let _ = spans::note_compressed(db.client(), scope).await;
    }
    if need == Need::Rest {
        // Likewise: a reader may be in the way.
        let _ = queries::give_room_back(db.client(), &chunk.table).await;
    }
    if chunk.is_compressed {
        // For the planner and for the count that `chunks list` shows; the chunk is done without it.
        let _ = queries::analyze(db.client(), &chunk.table).await;
    }
    let after_bytes = queries::size(db.client(), scope, &chunk.table).await?;
    Ok(Resized { chunk_name: chunk.name().to_owned(), before_bytes, after_bytes })
}

/// Does it, and looks whether it was done: a function that has returned proves nothing. `late` is how many rows of a
/// compressed chunk were not.
async fn change(db: &Db, scope: &Scope, chunk: &ChunkRow, direction: Direction, late: Option<i64>) -> Result<()> {
    let doing = "changing how it is stored";
    let done = match direction {
        Direction::Compress => queries::compress(db.client(), scope, &chunk.table).await,
        Direction::Decompress => queries::decompress(db.client(), scope, &chunk.table).await,
    };
    // The server's own policy may have been faster: then there is nothing left to do.
    let now = queries::stored(db.client(), &chunk.table).await?;
    if now.is_some_and(|now| direction.is_done(now.is_compressed, now.is_partly_compressed)) {
        return Ok(());
    }
    // Late writers have waited for us and come next: theirs are for the next time.
    if done.is_ok() && direction == Direction::Compress && now.is_some_and(|now| now.is_compressed) {
        let is_less = match late {
            None => true,
            Some(before) => queries::count_uncompressed(db.client(), &chunk.table).await? < before,
        };
        if is_less {
            return Ok(());
        }
    }
    if now.is_some() && queries::is_frozen(db.client(), &chunk.table).await.unwrap_or(false) {
        return Err(Error::new(Kind::Busy, doing)
            .because("the chunk is frozen: it is being archived, or an operator has frozen it")
            .hint(
                "try again when the archive run is over; after a run that was killed the next `chunks archive` or \
                 `lifecycle run` lets writers in again",
            ));
    }
    match (done, now) {
        (Err(e), _) => Err(explain(doing, e)),
        // Gone, and nobody had to be told.
        (Ok(()), None) => Err(Error::failed(doing).because("somebody has dropped it meanwhile")),
        (Ok(()), Some(now)) => Err(Error::failed(doing)
            .because(match (direction, now.is_compressed) {
                (Direction::Compress, true) => "some of its messages are not compressed still",
                (Direction::Compress, false) => "the server has said it is done, and it is not compressed",
                (Direction::Decompress, _) => "the server has said it is done, and it is compressed still",
            })
            .hint("somebody may be writing late messages into it, or has changed it back: run the same command again")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chunk_needs_what_it_is_not_yet() {
        let need = |direction: Direction, is_compressed, is_partly_compressed| {
            direction.need(&ChunkRow { is_compressed, is_partly_compressed, ..ChunkRow::sample() })
        };
        assert_eq!(need(Direction::Compress, false, false), Need::Whole);
        assert_eq!(need(Direction::Compress, true, true), Need::Rest);
        assert_eq!(need(Direction::Compress, true, false), Need::Nothing);
        assert_eq!(need(Direction::Decompress, false, false), Need::Nothing);
        assert_eq!(need(Direction::Decompress, true, false), Need::Whole);
        assert_eq!(need(Direction::Decompress, true, true), Need::Whole);
    }

    #[test]
    fn the_ratio_is_that_of_the_bytes_before_to_those_after() {
        let ratio = |before_bytes, after_bytes| {
            Resized { chunk_name: String::new(), before_bytes, after_bytes }.ratio().to_string()
        };
        assert_eq!((ratio(100, 25), ratio(100, 0)), ("4".to_owned(), "100".to_owned()));
    }
}
