//! What a statement fails with: an SQLSTATE, a message, and what to do.

use crate::error::{Error, Kind};

/// What to do where a condition cannot be answered from archives.
const FILTER_HERE: &str =
    "filter it outside: SELECT … FROM (SELECT * FROM … OFFSET 0) m WHERE …, or a WITH m AS MATERIALIZED (…)";

/// What a statement fails with, as the protocol says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The SQLSTATE.
    pub code: &'static str,
    /// The message.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

/// The result of a statement.
pub type Answer<T> = Result<T, Fault>;

impl Fault {
    /// A fault without a hint.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: None }
    }

    /// Something that only the database itself can answer exactly.
    pub fn refused(what: impl std::fmt::Display) -> Self {
        Self::new("0A000", format!("archived messages cannot be asked for by {what}")).hint(FILTER_HERE)
    }

    /// Text that is no value of its type.
    pub fn not_a(kind: &str, text: &str) -> Self {
        Self::new("22P02", format!("invalid input syntax for type {kind}: \"{text}\""))
    }

    /// A change of messages that are archived.
    pub fn archived() -> Self {
        Self::new("55000", "archived messages cannot be changed or locked here").hint(
            "eventodb-admin archives erase removes a stream from live and archived messages; eventodb-admin archives \
             rehydrate brings archived messages back, to be changed where they are live",
        )
    }

    /// Adds what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Whether an archive could not be read.
    pub fn is_of_store(&self) -> bool {
        matches!(self.code, "XX001" | "58030")
    }

    /// A failure of the database that the ledger is in.
    pub fn of_database(e: &Error) -> Self {
        let code = match e.kind() {
            Kind::Busy => "55P03",
            Kind::NotFound => "42P01",
            _ => "08006",
        };
        Self { code, message: e.to_string(), hint: e.hint_text().map(str::to_owned) }
    }
}

impl From<Error> for Fault {
    /// A failure of reading an archive.
    fn from(e: Error) -> Self {
        let code = match e.kind() {
            Kind::Verification | Kind::NotFound => "XX001",
            Kind::Interrupted | Kind::Terminated => "57P01",
            Kind::Unsupported => "0A000",
            Kind::Busy => "55P03",
            Kind::Failed | Kind::Archived | Kind::Usage | Kind::Conflict => "58030",
        };
        Self { code, message: e.to_string(), hint: e.hint_text().map(str::to_owned) }
    }
}
