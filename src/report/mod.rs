//! The morning's report: what each namespace is made of, how its last run went, how sizes went, and what to do next, the worst
//! first. It is made from the database alone, by a few queries over all namespaces; `prove` has coverage look into the stores.
//!
//! However many namespaces and chunks there are, it is bounded: chunks of one state are joined, and so are sizes.

mod chapters;
mod gather;
mod instant;
mod judge;
mod model;
mod prove;
mod strip;

pub use gather::{make, strips};
pub use model::{
    Chapter, Checked, CoverageSummary, HoldSummary, LastRuns, Level, LevelCounts, MorningReport, NamespaceKind,
    NamespaceReport, Notice, PolicySummary, RunSummary, SizePoint, StateTotal, Sums,
};
pub use prove::prove;
pub use strip::{StripCell, StripState, alike, joined, strip_of};
