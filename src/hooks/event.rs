//! What hooks are told of.

use std::fmt;

/// What is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HookEvent {
    /// A run begins.
    Start,
    /// It has done all that it had to.
    Success,
    /// It has not.
    Failure,
}

impl HookEvent {
    /// Its name in messages, and in the names of settings.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Success => "success",
            Self::Failure => "failure",
        }
    }
}

impl fmt::Display for HookEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
