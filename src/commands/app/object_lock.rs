//! Object Lock as flags and policies ask for it.

use std::time::Duration;

use super::context::Context;
use crate::archive;
use crate::cli::LockFlags;
use crate::cli::values::AgeOrNever;
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::settings::Confirmation;
use crate::store::{ObjectLock, RetentionMode, Store};

/// The lock that is meant: by flags, else as the policy has it.
///
/// # Errors
/// A usage error for flags that do not fit together.
pub fn wanted(of_policy: Option<ObjectLock>, flags: &LockFlags) -> Result<Option<ObjectLock>> {
    let refuse = |why: &str| Err(Error::usage("reading --lock and --lock-mode").because(why.to_owned()));
    match (flags.lock, flags.lock_mode) {
        (Some(AgeOrNever::Never), Some(_)) => refuse("--lock never has no mode"),
        (Some(AgeOrNever::Never), None) => Ok(None),
        (Some(AgeOrNever::Age(Duration::ZERO)), _) => {
            refuse("a lock of no length locks nothing: --lock never goes without")
        }
        (Some(AgeOrNever::Age(period)), mode) => {
            let mode = mode.or(of_policy.map(|lock| lock.mode)).unwrap_or(RetentionMode::Governance);
            Ok(Some(ObjectLock { mode, period }))
        }
        (None, Some(mode)) => match of_policy {
            Some(lock) => Ok(Some(ObjectLock { mode, ..lock })),
            None => refuse("a mode without a lock: --lock 7y says for how long"),
        },
        (None, None) => Ok(of_policy),
    }
}

/// Whether a lock binds more than one that was agreed to before: nobody can take compliance mode back.
pub fn binds_more(lock: Option<ObjectLock>, before: Option<ObjectLock>) -> bool {
    let Some(lock) = lock.filter(|lock| lock.mode == RetentionMode::Compliance) else { return false };
    before.is_none_or(|before| before.mode != RetentionMode::Compliance || lock.period > before.period)
}

impl Context {
    /// The lock of archives that are about to be written: by flags, else as the policy has it. Compliance mode that the policy
    /// does not have is confirmed first.
    pub async fn object_lock(&self, db: &Db, scope: &Scope, flags: &LockFlags) -> Result<Option<ObjectLock>> {
        let of_policy = archive::lock_of_namespace(db.client(), scope.namespace()).await?;
        let lock = wanted(of_policy, flags)?;
        if binds_more(lock, of_policy) && !self.is_plan() {
            self.confirm_compliance(scope, flags.confirm_compliance.as_deref()).await?;
        }
        Ok(lock)
    }

    /// Does so, and sees that the store can lock.
    pub async fn object_lock_in(
        &self,
        db: &Db,
        scope: &Scope,
        flags: &LockFlags,
        store: &Store,
    ) -> Result<Option<ObjectLock>> {
        let lock = self.object_lock(db, scope, flags).await?;
        archive::check_can_lock(store, lock).await?;
        Ok(lock)
    }

    /// Goes on where the operator types the namespace's name, or has given it; `--yes` is not enough.
    pub async fn confirm_compliance(&self, scope: &Scope, given: Option<&str>) -> Result<()> {
        let name = scope.namespace();
        let doing = format!("locking archives of namespace {name} in compliance mode, so that nobody can delete them");
        match given {
            Some(given) if given == name => Ok(()),
            Some(_) => Err(Error::usage(doing)
                .because("--confirm-compliance has another name than the namespace's")
                .hint("nothing has changed")),
            None => self.ask(Confirmation::Ask, doing, name.to_owned()).await.map_err(|e| match e.kind() {
                Kind::Usage => e.hint(format!(
                    "nothing has changed; without a terminal --confirm-compliance {name} confirms it, and --yes does not; \
                     --lock-mode governance can be taken back"
                )),
                _ => e,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_hours(24);

    const fn lock(mode: RetentionMode, days: u64) -> ObjectLock {
        ObjectLock { mode, period: Duration::from_hours(24 * days) }
    }

    fn flags(lock: Option<AgeOrNever>, lock_mode: Option<RetentionMode>) -> LockFlags {
        LockFlags { lock, lock_mode, confirm_compliance: None }
    }

    #[test]
    fn flags_go_before_the_policy_and_governance_is_the_mode_where_nothing_says_another() {
        use RetentionMode::{Compliance, Governance};
        let days = |n: u32| Some(AgeOrNever::Age(DAY * n));
        let of = |policy, given, mode| wanted(policy, &flags(given, mode)).unwrap();
        assert_eq!(of(None, None, None), None);
        assert_eq!(of(None, days(1), None), Some(lock(Governance, 1)));
        assert_eq!(of(None, days(1), Some(Compliance)), Some(lock(Compliance, 1)));
        assert_eq!(of(Some(lock(Compliance, 9)), None, None), Some(lock(Compliance, 9)));
        assert_eq!(of(Some(lock(Compliance, 9)), days(1), None), Some(lock(Compliance, 1)));
        assert_eq!(of(Some(lock(Compliance, 9)), None, Some(Governance)), Some(lock(Governance, 9)));
        assert_eq!(of(Some(lock(Compliance, 9)), Some(AgeOrNever::Never), None), None);
        for bad in [
            flags(Some(AgeOrNever::Never), Some(Governance)),
            flags(Some(AgeOrNever::Age(Duration::ZERO)), None),
            flags(None, Some(Governance)),
        ] {
            assert_eq!(wanted(None, &bad).unwrap_err().kind(), Kind::Usage, "{bad:?}");
        }
    }

    #[test]
    fn what_cannot_be_taken_back_and_was_not_agreed_to_binds_more() {
        use RetentionMode::{Compliance, Governance};
        assert!(binds_more(Some(lock(Compliance, 1)), None));
        assert!(binds_more(Some(lock(Compliance, 1)), Some(lock(Governance, 9))));
        assert!(binds_more(Some(lock(Compliance, 2)), Some(lock(Compliance, 1))));
        assert!(!binds_more(Some(lock(Compliance, 1)), Some(lock(Compliance, 1))));
        assert!(!binds_more(Some(lock(Governance, 9)), None));
        assert!(!binds_more(None, Some(lock(Compliance, 1))));
    }
}
