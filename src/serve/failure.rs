//! Why a statement did not get through.

use std::io;

use super::fault::Fault;

/// Why a statement did not get through.
#[derive(Debug)]
pub enum StatementFailure {
    /// The client is told.
    Fault(Fault),
    /// The client is gone.
    Line(io::Error),
}

impl From<Fault> for StatementFailure {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<io::Error> for StatementFailure {
    fn from(e: io::Error) -> Self {
        Self::Line(e)
    }
}
