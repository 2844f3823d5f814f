//! Who did the night of a namespace.

/// Who did a namespace's night.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WorkedBy {
    /// This run.
    Us,
    /// Another run is at it.
    OtherNow,
    /// Another run did it while this one was under way.
    OtherDone,
    /// Nobody: a stop kept this run from it, or its policy has gone.
    Nobody,
}
