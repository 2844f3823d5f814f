//! How a verb ended.

use crate::error::Kind;

/// How a verb ended that did not fail as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommandOutcome {
    /// All is done.
    Done,
    /// Some things failed, and each was told; the worst was this.
    Failed(Kind),
}
