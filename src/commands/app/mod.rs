//! What the verbs share: settings, signals, failures, plans, arguments, files and stores.

pub mod aggregates;
mod archiving;
mod categories;
mod context;
mod ended;
mod environment;
mod failures;
pub mod files;
pub mod holds;
pub mod input;
pub mod object_lock;
mod overtaken;
mod plan;
mod positions;
mod signals;
mod stores;
mod unplaced;

pub use archiving::{ArchivedRecord, Archiving};
pub use context::{Context, Effect};
pub use ended::CommandOutcome;
pub use environment::environment;
pub use failures::Failures;
pub use plan::PlannedStep;
pub use signals::{Stopping, watch};
pub use stores::{ArchiveStores, thawing, turn_to_next_copy};
pub use unplaced::Unplaced;
