//! Erasing a stream for data protection: every message keeps its place, its type, time and id; data and metadata go, from
//! the hypertable and from every archive.
//!
//! An archive is written anew without them, read back and proven before the ledger knows it; only then do the objects that
//! held them go, with all their versions.

mod live_messages;
mod rewrite;
mod scan;
mod unneeded;

pub use live_messages::{ErasableChunk, erase_live, live_chunks};
pub use rewrite::{Rewritten, rewrite};
pub use scan::{Holding, holding};
pub use unneeded::{UnneededObjects, find_unneeded, mark_for_removal};

pub use crate::db::queries::erasures::{ErasureRow, begin as begin_erasure, end as end_erasure};
