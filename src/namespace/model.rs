//! What a namespace is, and what making one comes to.

use crate::db::queries::namespaces::NamespaceRow;
use crate::db::scope::Scope;

/// A namespace that is there and up to date, with what its statements need.
#[derive(Debug, Clone)]
pub struct Namespace {
    /// The registry's row.
    pub row: NamespaceRow,
    /// The names for its SQL.
    pub scope: Scope,
}

/// What `create` made.
#[derive(Debug, Clone)]
pub struct Created {
    /// The schema.
    pub schema: String,
    /// Whether chunks can be compressed here.
    pub compression: CompressionSupport,
    /// Archives of another namespace of this name that somebody deleted without this program: they are set aside.
    pub set_aside: u64,
}

/// Whether a namespace's chunks can be compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompressionSupport {
    /// They can.
    Available,
    /// The Apache-2 edition of `TimescaleDB` cannot.
    NotInThisEdition,
    /// A plain table has no chunks.
    NoChunks,
}
