//! Writing: a chunk is exported, uploaded, proven and dropped.

pub(super) mod attempt;
pub(super) mod chunk_digest;
pub(super) mod doubles;
pub(super) mod export;
pub(super) mod frame_filler;
pub(super) mod frame_packer;
pub(super) mod hourly_counts;
pub(super) mod options;
pub(super) mod protocol;
pub(super) mod refill;
pub(super) mod run;
pub(super) mod successor;
