//! The morning's report: what each namespace is made of, how its last run went, how sizes went, and what to do next, the worst
//! first. It is made from the database, by a few queries over all namespaces; `look_for_objects` lists what lies in the stores, and
//! `prove` has coverage read there.
//!
//! However many namespaces and chunks there are, it is bounded: chunks of one state are joined, and so are sizes.

mod chapters;
mod gather;
mod instant;
mod judge;
mod model;
mod objects;
mod prove;
mod strip;

pub use gather::{make, strips};
pub use model::{
    Chapter, Checked, CoverageSummary, HoldSummary, LastRuns, Level, LevelCounts, MorningReport, NamespaceKind,
    NamespaceReport, Notice, PolicySummary, RunSummary, SizePoint, StateTotal, Sums,
};
pub use objects::look_for_objects;
pub use prove::prove;
pub use strip::{StripCell, StripState, alike, joined, strip_of};
