//! Functions that calls may find instead of the namespace's own, and indexes that it lacks.

use super::check::{Check, Verdict};
use crate::db::queries::{migrations, shadows};
use crate::db::{Db, Scope};
use crate::error::Result;

/// Whether somebody's functions stand beside those that servers are to call.
pub(super) async fn beside(db: &Db, scope: &Scope) -> Result<Check> {
    let name = "functions beside its own";
    let found = shadows::list(db.client(), scope).await?;
    Ok(if found.is_empty() {
        Check::ok(name, "there is none".to_owned())
    } else {
        Check {
            verdict: Verdict::Fail,
            name,
            found: format!("{}: calls find these instead, which know neither heads nor archives", found.join(", ")),
            fix: Some(format!("eventodb-admin namespaces upgrade {} removes them", scope.namespace())),
        }
    })
}

/// Whether the namespace has its own indexes: two of them keep ids and positions unique.
pub(super) async fn indexes(db: &Db, scope: &Scope) -> Result<Check> {
    let name = "indexes";
    let missing = migrations::missing_indexes(db.client(), scope).await?;
    Ok(if missing.is_empty() {
        Check::ok(name, "all are there".to_owned())
    } else {
        Check {
            verdict: Verdict::Fail,
            name,
            found: format!("missing: {}", missing.join(", ")),
            fix: Some(format!("eventodb-admin namespaces upgrade {} makes them", scope.namespace())),
        }
    })
}
