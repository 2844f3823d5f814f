//! Whether a run changes anything.

/// Whether to change anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunMode {
    /// Do it.
    Apply,
    /// Print the plan.
    Plan,
}
