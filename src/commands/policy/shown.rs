//! A policy as it is in force, with the policies of the server.

use super::ages::in_years;
use super::record::PolicyRecord;
use super::space;
use crate::db::queries::policies::{self, Policy, Runs, ServerJob};
use crate::db::{Db, Scope};
use crate::error::{Error, Result};
use crate::ui::human;
use crate::ui::record::Time;

pub(super) async fn one(db: &Db, scope: &Scope, policy: Policy, runs: Runs) -> Result<PolicyRecord> {
    let server = async |job| {
        let found = policies::server_policy(db.client(), scope.schema(), job).await?;
        // What is no length of time is shown as the server words it.
        Ok::<_, Error>(
            found.map(|p| if p.at_least.is_none() && p.age.is_zero() { p.after } else { human::typed(p.age) }),
        )
    };
    Ok(PolicyRecord {
        namespace: scope.namespace().to_owned(),
        compress_after: policy.compress_after.map(human::typed),
        archive_after: policy.archive_after.map(human::typed),
        drop_rehydrated_after: policy.drop_rehydrated_after.map(human::typed),
        expire_archives_after: policy.expire_archives_after.map(in_years),
        store_url: policy.store_url,
        copies: policy.copies,
        drop_after_copies: policy.drop_after_copies,
        continuous_aggregates: policy.continuous_aggregates.unwrap_or_default().to_string(),
        lock: policy.safeguards.lock_for.map(in_years),
        lock_mode: policy.safeguards.lock_mode,
        lock_renew: policy.safeguards.lock_renew,
        keep_at_least: policy.safeguards.keep_at_least.map(in_years),
        server_compress_after: server(ServerJob::Compression).await?,
        server_drop_after: server(ServerJob::Retention).await?,
        last_run_at: runs.last_run_at.map(Time),
        last_success_at: runs.last_success_at.map(Time),
        last_error: runs.last_error,
        keep_at_most_bytes: policy.space.keep_at_most,
        keep_free_percent: space::percent(&policy.space),
        keep_free_bytes: space::bytes(&policy.space),
        keep_live_at_least: policy.space.keep_live_at_least.map(human::typed),
        disk_size_bytes: policy.space.disk_size,
    })
}

pub(super) async fn read(db: &Db, scope: &Scope) -> Result<Option<(Policy, Runs)>> {
    let mut found = policies::list(db.client(), Some(scope.namespace())).await?;
    Ok(found.pop().map(|(_, policy, runs)| (policy, runs)))
}
