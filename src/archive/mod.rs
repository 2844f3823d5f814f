//! Archives: a chunk exported, uploaded, proven, dropped, and brought back.

pub mod missing;
