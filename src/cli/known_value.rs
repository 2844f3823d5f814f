//! Arguments whose values the database or the configuration file knows, for shells that complete them.

use clap::builder::ArgExt;

/// What a value of an argument names. An argument says so with `add`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KnownValue {
    /// A namespace that is there.
    Namespace,
    /// An archive of the namespace.
    Archive,
    /// A live chunk of the namespace.
    Chunk,
    /// A profile of the configuration file.
    Profile,
}

impl ArgExt for KnownValue {}
