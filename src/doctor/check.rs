//! What a check has found.

use crate::error::Error;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// As it should be.
    Ok,
    /// Works, and could go wrong.
    Warn,
    /// Does not work.
    Fail,
}

impl Verdict {
    /// Its name in output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

/// `1 copy is`, `2 copies are`.
pub(super) fn number(n: usize, one: &str, many: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {many}") }
}

/// What one check has found.
#[derive(Debug, Clone)]
pub struct Check {
    /// How bad it is.
    pub verdict: Verdict,
    /// What was looked at.
    pub name: &'static str,
    /// What was found.
    pub found: String,
    /// What to do about it.
    pub fix: Option<String>,
}

impl Check {
    /// As it should be.
    pub const fn ok(name: &'static str, found: String) -> Self {
        Self { verdict: Verdict::Ok, name, found, fix: None }
    }

    /// Something to look at.
    pub fn warn(name: &'static str, found: String, fix: impl Into<String>) -> Self {
        Self { verdict: Verdict::Warn, name, found, fix: Some(fix.into()) }
    }

    /// A check that could not be made.
    pub fn failed(name: &'static str, e: &Error) -> Self {
        Self { verdict: Verdict::Fail, name, found: e.to_string(), fix: e.hint_text().map(str::to_owned) }
    }
}
