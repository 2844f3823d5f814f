//! Copies of archives in further stores: whether those are there that the policy wants.

use super::check::{Check, number};
use crate::archive::{CopyState, WantedCopies, list_copies, missing_copies};
use crate::db::queries::{ledger, policies};
use crate::db::{Db, Scope};
use crate::error::Result;

const NAME: &str = "copies of archives";

/// What the ledger knows of copies; nothing where there are none and none are wanted.
pub(super) async fn all(db: &Db, scope: &Scope) -> Result<Vec<Check>> {
    let policy = policies::of(db.client(), scope.namespace()).await?;
    let copies = list_copies(db.client(), scope.namespace(), None).await?;
    let wanted = WantedCopies::by(policy.as_ref(), policy.as_ref().and_then(|p| p.store_url.as_deref()));
    if copies.is_empty() && wanted.stores.len() < 2 {
        return Ok(Vec::new());
    }
    let archives = ledger::list(db.client(), scope.namespace()).await?;
    let kept = archives.iter().filter(|a| a.state.is_kept());
    let lacking = kept.filter(|a| !missing_copies(&wanted, a).is_empty()).count();
    let damaged = copies.iter().filter(|c| c.state == CopyState::Damaged).count();
    let to_go: Vec<_> = copies.iter().filter(|c| c.state.is_to_go()).collect();
    let mut checks = Vec::new();
    if damaged > 0 {
        checks.push(Check::warn(
            NAME,
            format!("{} not what was stored", number(damaged, "copy is", "copies are")),
            "eventodb-admin archives verify --all --repair makes them again",
        ));
    }
    if lacking > 0 {
        checks.push(Check::warn(
            NAME,
            format!("{} in fewer stores than the policy asks for", number(lacking, "archive lies", "archives lie")),
            "eventodb-admin archives copy --all makes the copies, and so does lifecycle run",
        ));
    }
    if let Some(first) = to_go.first() {
        checks.push(Check::warn(
            NAME,
            format!(
                "{} still to be removed, the first in {}: their archives are gone",
                number(to_go.len(), "copy is", "copies are"),
                first.store_url
            ),
            "eventodb-admin archives sweep removes them where their store answers, and so does lifecycle run",
        ));
    }
    if checks.is_empty() {
        let stores = wanted.stores.len().max(1);
        checks.push(Check::ok(
            NAME,
            format!("by the ledger every archive lies in {}", number(stores, "store", "stores")),
        ));
    }
    Ok(checks)
}
