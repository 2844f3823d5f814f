//! Object Lock: whether the bucket can, and what somebody with this key could do to what is locked.

use super::check::{Check, Verdict};
use crate::archive::lock_of_namespace;
use crate::db::queries::ledger;
use crate::db::{Db, Scope};
use crate::error::Result;
use crate::store::{Keeping, Known, LockTrial, ObjectLock, Store};

/// What makes a bucket lock.
const HOW: &str = "Object Lock is enabled when a bucket is made (aws s3api create-bucket --object-lock-enabled-for-bucket), or by \
                   put-object-lock-configuration where it keeps versions; policy set --lock never goes without";

/// Checks locks of a namespace's archives in a store.
///
/// # Errors
/// Where the session is lost.
pub(super) async fn all(db: &Db, scope: &Scope, store: &Store, can: &Known<bool>) -> Result<Vec<Check>> {
    let wanted = lock_of_namespace(db.client(), scope.namespace()).await?;
    if matches!(store, Store::Local(_)) && wanted.is_none() {
        return Ok(Vec::new());
    }
    let mut checks = vec![lock(store, can, wanted)];
    if *can == Known::Is(true) {
        checks.push(match store.try_lock().await {
            Ok(Some(trial)) => rights(store, &trial),
            Ok(None) => return Ok(checks),
            Err(e) => Check::failed(RIGHTS, &e),
        });
    }
    if wanted.is_some() {
        checks.push(archives(db, scope).await?);
    }
    Ok(checks)
}

const LOCK: &str = "object lock";
const RIGHTS: &str = "rights over what is locked";

fn lock(store: &Store, can: &Known<bool>, wanted: Option<ObjectLock>) -> Check {
    let days = |lock: ObjectLock| lock.period.as_secs() / 86_400;
    match (can, wanted) {
        (Known::Is(true), Some(lock)) => {
            Check::ok(LOCK, format!("on: archives are locked for {} days ({})", days(lock), lock.mode))
        }
        (Known::Is(true), None) => Check::ok(LOCK, "on: sweep and expiry delete only what is not locked".to_owned()),
        (Known::Is(false), Some(_)) => {
            let what = if matches!(store, Store::Local(_)) { "a folder" } else { "the bucket" };
            let fix = if matches!(store, Store::Local(_)) { "archives that are to be locked go to S3" } else { HOW };
            let found = format!("the policy has archives locked, and {what} has no Object Lock");
            Check { verdict: Verdict::Fail, name: LOCK, found, fix: Some(fix.to_owned()) }
        }
        (Known::Is(false), None) => Check::ok(LOCK, "off".to_owned()),
        (Known::Unknown(why), Some(_)) => Check::warn(
            LOCK,
            format!("the policy has archives locked, and it is not known whether the bucket can: {why}"),
            "give the key s3:GetBucketObjectLockConfiguration",
        ),
        (Known::Unknown(why), None) => Check::ok(LOCK, format!("not known: {why}")),
    }
}

/// An attacker has what the archiver has.
fn rights(store: &Store, trial: &LockTrial) -> Check {
    match &trial.keeping {
        Keeping::Broken(what) => {
            return Check {
                verdict: Verdict::Fail,
                name: RIGHTS,
                found: format!("the service says that it locks objects, and {what}"),
                fix: Some("no lock there keeps anything: keep archives in another service".to_owned()),
            };
        }
        Keeping::Unknown(why) => return Check::ok(RIGHTS, format!("not known: {why}")),
        Keeping::Kept => {}
    }
    let fix = "take s3:DeleteObjectVersion and s3:BypassGovernanceRetention away from the key that archives; another key, \
               which no server has, prunes, erases and sweeps";
    match (trial.bypasses, trial.deletes_versions) {
        (true, _) => Check::warn(
            RIGHTS,
            "the key that archives could also end locks of governance mode and delete versions".to_owned(),
            fix,
        ),
        (false, true) => Check::warn(
            RIGHTS,
            "the key that archives could also delete versions, once they are not locked any more".to_owned(),
            fix,
        ),
        (false, false) => {
            let left = trial.left.as_ref().map_or_else(String::new, |key| {
                format!("; {} stays there, for a rule of the bucket to remove", store.describe(key))
            });
            Check::ok(RIGHTS, format!("the key can neither delete versions nor end locks{left}"))
        }
    }
}

async fn archives(db: &Db, scope: &Scope) -> Result<Check> {
    let name = "locked archives";
    let mut all = ledger::list(db.client(), scope.namespace()).await?;
    all.retain(|archive| archive.state.is_kept());
    let open = all.iter().filter(|archive| archive.locked_until.is_none()).count();
    if open == 0 {
        return Ok(Check::ok(name, "all, as far as the ledger knows".to_owned()));
    }
    Ok(Check::warn(
        name,
        format!("{open} of {} are not locked, as far as the ledger knows", all.len()),
        "eventodb-admin policy set --lock-renew has lifecycle run lock them; archives sync asks the store",
    ))
}
