//! Whether a run changes anything.

/// Whether to change anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Run {
    /// Do it.
    Apply,
    /// Print the plan.
    Plan,
}
