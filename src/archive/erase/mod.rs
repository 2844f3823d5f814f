//! Erasing a stream for data protection: every message keeps its place, its type, time and id; data and metadata go, from
//! the hypertable and from every archive.
//!
//! An archive is written anew without them, read back and proven before the ledger knows it; only then do the objects that
//! held them go, with all their versions.

mod live;
mod old;
mod remove;
mod rewrite;
mod scan;

pub use live::{LiveChunk, erase_live, live_chunks};
pub use old::{Old, let_go, look_at_old};
pub use remove::remove;
pub use rewrite::{Rewritten, rewrite};
pub use scan::{Holding, holding};

pub use crate::db::queries::erasures::{ErasureRow, begin as begin_erasure, end as end_erasure};
