//! How the domain tells of its progress, without knowing who listens.

use std::time::Duration;

/// What a task's figures count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Bytes.
    Bytes,
    /// Messages.
    Messages,
    /// Chunks or archives.
    Items,
}

/// A stage of some work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// What was done.
    pub name: &'static str,
    /// The stage that it was a part of. Such parts may be at work at the same time.
    pub within: Option<&'static str>,
    /// How long it took.
    pub took: Duration,
}

/// Listens to tasks.
pub trait Progress: Send + Sync {
    /// A task begins. It ends when the returned value is dropped. `total` is `None` where it is not known.
    fn begin(&self, task: &str, total: Option<u64>, unit: Unit) -> Box<dyn Task>;

    /// Something worth a line, now.
    fn note(&self, text: &str);

    /// Something that the user should look at, now.
    fn warn(&self, text: &str);

    /// What some work consisted of, once it is done.
    fn timings(&self, _work: &str, _stages: &[Stage]) {}
}

/// A task under way.
pub trait Task: Send + Sync {
    /// So much more is done.
    fn advance(&self, n: u64);
}

/// Nobody listens.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _: &str, _: Option<u64>, _: Unit) -> Box<dyn Task> {
        Box::new(Self)
    }
    fn note(&self, _: &str) {}
    fn warn(&self, _: &str) {}
}

impl Task for Silent {
    fn advance(&self, _: u64) {}
}
