//! What there is to copy, how, and who may be told.

use super::source::MigrationSource;
use super::tidy::Ages;
use crate::db::queries::migrations::MigrationRow;
use crate::db::{Connector, Scope};
use crate::progress::Progress;
use crate::stop::Stop;

/// When a run is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ends {
    /// Once the namespace is as the source was.
    CaughtUp,
    /// Once it is told to, or a cutover begins.
    Never,
}

/// How to copy.
#[derive(Debug, Clone)]
pub struct Options {
    /// Messages a range.
    pub batch: u32,
    /// Ranges at a time.
    pub jobs: usize,
    /// Messages a second.
    pub max_rate: Option<u32>,
    /// What is done with chunks behind the copy.
    pub ages: Ages,
    /// When it is over.
    pub ends: Ends,
}

/// What there is to copy, and who may be told.
#[derive(Clone, Copy)]
pub struct Job<'a> {
    /// Opens sessions to the namespace's database.
    pub target: &'a Connector,
    /// The source.
    pub source: &'a MigrationSource,
    /// The namespace.
    pub scope: &'a Scope,
    /// The migration.
    pub migration: &'a MigrationRow,
    /// How.
    pub options: &'a Options,
    /// Who listens.
    pub progress: &'a dyn Progress,
    /// Whether to stop.
    pub stop: &'a Stop,
}
