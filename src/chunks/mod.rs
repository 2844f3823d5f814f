//! Chunks: listed with their state, chosen, compressed and decompressed.

pub(crate) mod counted;
mod list;
mod resize;
mod select;

pub use counted::CountedChunk;
pub use list::{ChunkInfo, ChunkState, Counting, ListFilter, list, list_shown};
pub use resize::{Direction, Resized, check_compression, resize};
pub use select::{Selection, select};

pub use crate::db::queries::chunks::ChunkRow;
