//! Runs: those that ended early, and how the last one went.

use chrono::TimeDelta;

use super::check::{Check, Verdict};
use crate::db::queries::history::{self, RunFilter};
use crate::db::queries::ledger::{self, State};
use crate::db::queries::{clock, lifecycle, policies};
use crate::db::{Db, Scope};
use crate::error::Result;

/// A nightly run that did not succeed for so long has missed a night.
const STALE: TimeDelta = TimeDelta::hours(36);

pub(super) async fn unfinished(db: &Db, scope: &Scope) -> Result<Check> {
    let name = "unfinished runs";
    if lifecycle::is_held(db.client(), scope.namespace()).await? {
        return Ok(Check::ok(name, "one is at work now".to_owned()));
    }
    let archives = ledger::list(db.client(), scope.namespace()).await?;
    let unfinished = |s| matches!(s, State::Planned | State::Exported | State::Uploaded);
    let left: Vec<_> =
        archives.iter().filter(|a| unfinished(a.state) || a.frozen_chunk.is_some()).map(|a| a.id.to_string()).collect();
    Ok(if left.is_empty() {
        Check::ok(name, "none".to_owned())
    } else {
        Check::warn(
            name,
            format!("a run ended early at archive {}; its chunk may still refuse late writers", left.join(", ")),
            "eventodb-admin archives sweep clears up after it, and so does the next archive run",
        )
    })
}

/// Chunks that refuse writers though no run is to be blamed: nothing will unfreeze them.
pub(super) async fn frozen(db: &Db, scope: &Scope) -> Result<Check> {
    let name = "frozen chunks";
    if !db.server.supports_freeze() {
        return Ok(Check::ok(name, "chunks cannot be frozen on this server".to_owned()));
    }
    if lifecycle::is_held(db.client(), scope.namespace()).await? {
        return Ok(Check::ok(name, "a run is at work now, which may freeze some".to_owned()));
    }
    let frozen = ledger::frozen_by_nobody(db.client(), scope).await?;
    let Some(first) = frozen.first() else { return Ok(Check::ok(name, "none but by runs".to_owned())) };
    let names: Vec<_> = frozen.iter().map(|chunk| chunk.name.as_str()).collect();
    Ok(Check::warn(
        name,
        format!("{} frozen by somebody else, and refuses writers", names.join(", ")),
        format!("SELECT _timescaledb_functions.unfreeze_chunk('{first}'); where nobody wants it so, and so for each"),
    ))
}

/// How `lifecycle run` went on this namespace.
pub(super) async fn last(db: &Db, scope: &Scope) -> Result<Check> {
    let name = "lifecycle run";
    let Some((_, _, runs)) = policies::list(db.client(), Some(scope.namespace())).await?.pop() else {
        return Ok(Check::ok(name, "the namespace has no policy".to_owned()));
    };
    let now = clock::now(db.client()).await?;
    let fix = "eventodb-admin lifecycle run; see its timer or crontab, too";
    Ok(match (runs.last_success_at, runs.last_error) {
        (_, Some(error)) => {
            let advice = advice_of_last(db, scope).await?;
            let fix =
                advice.map_or_else(|| fix.to_owned(), |advice| format!("{advice}; then eventodb-admin lifecycle run"));
            Check { verdict: Verdict::Fail, name, found: error, fix: Some(fix) }
        }
        (None, None) => Check::warn(name, "there is a policy, and no run yet".to_owned(), fix),
        (Some(at), None) if at + STALE < now => Check::warn(
            name,
            format!("the last one that did all it had to was at {}", at.format("%Y-%m-%d %H:%M")),
            fix,
        ),
        (Some(at), None) => Check::ok(name, format!("all was done at {}", at.format("%Y-%m-%d %H:%M"))),
    })
}

/// What the last run that failed has said to do next, where it is in the history.
async fn advice_of_last(db: &Db, scope: &Scope) -> Result<Option<String>> {
    if !history::is_kept(db.client()).await? {
        return Ok(None);
    }
    let name = scope.namespace();
    let asked = RunFilter { namespace: Some(name), failures_only: true, limit: 1, ..RunFilter::default() };
    let Some(run) = history::totals(db.client(), asked).await?.pop() else { return Ok(None) };
    let rows = history::of_run(db.client(), run.run_id, run.run_id).await?;
    let mut failures = rows.into_iter().filter(|row| row.namespace == name).flat_map(|row| row.failures);
    Ok(failures.find_map(|failure| failure.hint))
}
