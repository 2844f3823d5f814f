//! What is to be done by age and by space, night after night: compress, archive and drop, release what came back, expire.

mod disk;
pub mod forecast;
mod history;
mod metrics;
mod outcome;
mod plan;
mod run;
mod slots;
mod space;
mod step;
mod stores;

pub use disk::{Disk, DiskSpace};
pub use history::{begin as begin_history, end as end_history, result as run_result};
pub use metrics::{Gauges, Last, render as render_metrics};
pub use outcome::{RunOutcome, SpaceOutcome, StepFailure};
pub use plan::{ForSpace, LifecyclePlan, Retention, plan, plan_all, refuse_retention, retention};
pub use run::{Limits, NamespaceWork, run};
pub use slots::{Slot, Slots};
pub use space::{MeasuredSpace, Missed, missed};
pub use step::Step;
pub use stores::{FolderPresence, LifecycleStores};

pub use crate::db::queries::history::RunResult;
pub use crate::db::queries::policies::{KeepFree, Policy, Runs, ServerJob, ServerPolicy, SpaceAims};
