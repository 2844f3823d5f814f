//! What is to be done by age, night after night: compress, archive and drop, release what came back, expire.

mod metrics;
mod outcome;
mod plan;
mod run;
mod stores;

pub use metrics::{Gauges, Last, render as render_metrics};
pub use outcome::{Failure, Outcome};
pub use plan::{Plan, Retention, Step, plan, plan_all, refuse_retention, retention};
pub use run::{Limits, Work, run};
pub use stores::{Folder, Stores};

pub use crate::db::queries::policies::{Policy, Runs, ServerJob, ServerPolicy};
