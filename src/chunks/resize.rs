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

/// Compresses or decompresses one chunk; one that is so already stays as it is.
///
/// # Errors
/// [`Kind::Unsupported`] on the Apache-2 edition, which has no compression.
pub async fn resize(db: &Db, scope: &Scope, chunk: &ChunkRow, direction: Direction) -> Result<Resized> {
    let doing = format!("{} chunk {}", direction.verb(), chunk.name());
    check_compression(db).map_err(|e| e.while_doing(&doing))?;
    let done = match (direction, chunk.is_compressed) {
        (Direction::Compress, false) => queries::compress(db.client(), scope, &chunk.table).await,
        (Direction::Decompress, true) => queries::decompress(db.client(), scope, &chunk.table).await,
        _ => Ok(()),
    };
    if let Err(e) = done {
        // The server's own policy may have been faster: then there is nothing left to do.
        let chunks = queries::list(db.client(), scope).await?;
        let now = chunks.iter().find(|c| c.table == chunk.table).map(|c| c.is_compressed);
        if now != Some(direction == Direction::Compress) {
            if queries::is_frozen(db.client(), &chunk.table).await.unwrap_or(false) {
                return Err(Error::new(Kind::Busy, doing)
                    .because("the chunk is frozen: it is being archived, or an operator has frozen it")
                    .hint("try again when the archive run is over"));
            }
            return Err(explain(doing, e));
        }
    }
    if direction == Direction::Compress && !chunk.is_compressed {
        // The chunk is done without it.
        let _ = spans::note_compressed(db.client(), scope).await;
    }
    if chunk.is_compressed {
        // For the planner and for the count that `chunks list` shows; the chunk is done without it.
        let _ = queries::analyze(db.client(), &chunk.table).await;
    }
    let after_bytes = queries::size(db.client(), scope, &chunk.table).await?;
    Ok(Resized { chunk_name: chunk.name().to_owned(), before_bytes: chunk.size_bytes, after_bytes })
}
