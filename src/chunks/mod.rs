//! Chunks: listed with their state, chosen, compressed, decompressed, and, if need be, thrown away.

pub(crate) mod counted;
mod discard;
mod list;
mod resize;
mod select;

pub use counted::Counted;
pub use discard::{Discarded, count, discard};
pub use list::{ChunkInfo, ChunkState, Counting, ListFilter, list};
pub use resize::{Direction, Resized, check_compression, resize};
pub use select::{Selection, select};

pub use crate::db::queries::chunks::ChunkRow;
