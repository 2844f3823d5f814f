//! What is asked of archives, and who takes the rows.

use super::large::Turn;
use crate::archive::reach::Reach;
use crate::serve::fault::Answer;
use crate::serve::sql::{Bounds, RowView, Select};

/// What whoever takes rows says after one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The next one.
    GoOn,
    /// That is enough for now.
    Pause,
}

/// What takes rows, each with its CSV.
pub type Sink<'s> = &'s mut (dyn FnMut(&RowView<'_>, &[u8]) -> Answer<Step> + Send);

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Whoever takes rows has enough.
    Paused,
    /// There are no more.
    Done,
}

/// What is asked of archives, and where they are read.
#[derive(Debug)]
pub(in crate::serve) struct Asked {
    /// Where from.
    pub reach: Reach,
    /// Which rows.
    pub select: Select,
    /// What that says about where they lie.
    pub bounds: Bounds,
    /// The statement's turn with large messages.
    pub turn: Turn,
}
