//! Keeping: what an archive's objects are needed for, and the one place that decides whether they may go.

pub(super) mod at_least;
pub(super) mod holds;
pub(super) mod object_lock;
pub(super) mod removable;
pub(super) mod whereabouts;
