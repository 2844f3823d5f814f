//! Migrations: a plain Postgres schema copied into a namespace, once, and a namespace copied back into one.
//!
//! Messages are copied in ranges of global position. A range is claimed, copied, proven by hashes on both servers and
//! ended in one transaction, so that a run can break off anywhere and the next one goes on. The registry learns of the
//! namespace at the cutover; until then the source is the store, and nobody writes to the copy.

mod abandon;
pub mod back;
mod checks;
mod claim;
mod compact;
mod copy;
mod cutover;
mod foreign;
mod horizon;
mod indexes;
mod job;
mod lag;
mod late;
mod newer;
mod pace;
mod plan;
mod readable;
mod rights;
mod run;
mod source;
mod tidy;
mod verify;
mod work;

pub use abandon::{abandon, refuse_ended};
pub use claim::{SourceClaim, claim};
pub use cutover::{CutOver, Cutover, cutover, refuse_cut_over};
pub use job::{Ends, Job, Options};
pub use lag::{Lag, lag};
pub use late::LateStores;
pub use plan::{MigrationPlan, MigrationRequest, find, open, plan, prepare};
pub use run::{Behind, MigrationOutcome, run};
pub use source::MigrationSource;
pub use tidy::Ages;
pub use verify::{CompareDepth, MessageDifference, MismatchedMessage, Verification, verify};
