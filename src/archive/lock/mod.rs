//! The lock: one run at a time changes a namespace's archives. What an earlier run has left half done is cleared up with it.

pub(super) mod clear_up;
pub(super) mod columns;
pub(super) mod drop_retry;
pub(super) mod lifecycle;
