//! `lifecycle run`: what cron calls.

use super::choose::choose;
use super::sessions::Sessions;
use super::told::{HookedRun, RunReport};
use super::{planned, side_by_side};
use crate::cli::RunLifecycle;
use crate::commands::app::{CommandOutcome, Context};
use crate::error::Result;

pub(super) async fn run(context: &Context, args: RunLifecycle) -> Result<CommandOutcome> {
    if context.is_plan() {
        let sessions = Sessions::new(context.connector()?);
        let chosen = choose(context, sessions.one().get().await?, args.all_namespaces).await?;
        return planned::plan(context, &sessions, chosen).await;
    }
    let told = HookedRun::begin(context, "lifecycle run").await;
    let mut report = RunReport::default();
    // A run that cannot begin is told as well: that is what nobody would hear of otherwise.
    let ended = side_by_side::run_all(context, args, &mut report).await;
    told.end(&ended, report).await;
    ended
}
