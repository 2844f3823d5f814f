//! Archives: a chunk exported, uploaded, proven, dropped, and brought back.

mod attempt;
mod codec;
mod context;
mod coverage;
mod expire;
mod export;
mod fates;
mod frozen;
mod lifecycle;
mod load;
mod locked;
mod manifest;
mod names;
mod recover;
mod rehydrate;
mod release;
mod retry;
mod rows;
mod run;
mod seal;
mod sweep;
mod sync;
mod verify;

pub use codec::Codec;
pub use context::{AfterVerify, ArchiveOptions};
pub use coverage::{Coverage, Finding, Segment, SegmentKind, coverage};
pub use expire::expire;
pub use lifecycle::LifecycleLock;
pub use load::messages as load_messages;
pub use manifest::Manifest;
pub use rehydrate::{Outcome as RehydrateOutcome, RehydrateFilter, Rehydrated, choose, rehydrate};
pub use release::{Release, plan_release, tell_released};
pub use run::{Archived, archive, drop_verified};
pub use sweep::{Fate, Left, Leftover, STRAY_AFTER, leftovers, sweep};
pub use sync::{Entry as SyncEntry, Standing, Survey, apply as apply_survey, survey};
pub(crate) use verify::missing_means_lost;
pub use verify::{Verified, read_manifest, verify};

pub use crate::db::queries::ledger::{ArchiveRow, State};
