//! Drills: archives come back from the store alone into a throw-away namespace, are compared with what was stored and with what
//! the live namespace knows, and are gone again. So an operator knows that they would come back, and an auditor can see it.
//!
//! The live namespace is read and never changed, and none of its locks is held: nights go on meanwhile. What the drill brings back
//! takes the same way as an archive that is rehydrated, so its time tells how long that would take.
//!
//! | step | where |
//! |---|---|
//! | archives take turns, and so do the stores of each | `turns` |
//! | a drill under way, and where its ledger is | `drill` |
//! | the throw-away namespace is made, emptied, and removed by its marks | `scratch` |
//! | the same in another database, with a row in each of the two ledgers | `elsewhere` |
//! | one archive is read, brought in and compared | `bring_back` |
//! | a drill ends, or what it has left is cleared up | `end` |
//! | what an archive of any size takes is timed on nothing | `setup` |
//! | how it turned out, for an archive and for all of them | `measured`, `verdict`, `report`, `summary` |
//! | how long all would take | `predict` |

mod bring_back;
mod drill;
mod elsewhere;
mod end;
mod measured;
mod predict;
mod report;
mod scratch;
mod setup;
mod summary;
mod turns;
mod verdict;

pub use bring_back::From;
pub use drill::{ClearedUp, Drill};
pub use elsewhere::{OtherDatabase, forget};
pub use end::clear_up;
pub use measured::{ArchivePart, MeasuredArchive, Unlike};
pub use report::{DrillOperator, DrillPlace, DrillReport, Drilled, DrilledArchive, by, put as put_report};
pub use scratch::default_name;
pub use summary::{Summary, summary, summary_of};
pub use turns::{Budget, DrillTurn, is_as_it_was, turns};
pub use verdict::DrillVerdict;
