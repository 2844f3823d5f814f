//! Whose the store is.

use super::check::{Check, Verdict};
use crate::archive::{Mark, Ownership, look_whose, read_mark};
use crate::db::{Db, Scope};
use crate::error::{Kind, Result};
use crate::store::Store;

const NAME: &str = "owner of the store";

/// Whether the store's archives are this database's to change.
///
/// # Errors
/// Where the session is lost; what the store refuses is a check that failed.
pub async fn of_store(db: &Db, scope: &Scope, store: &Store) -> Result<Check> {
    match look_whose(db, scope, store).await {
        Ok(Ownership::First(_)) => {
            Ok(Check::ok(NAME, "nobody yet: the first run that changes something makes it this database's".to_owned()))
        }
        Ok(Ownership::Ours(_)) => Ok(match read_mark(store, scope.namespace()).await {
            Ok(Mark::Found(owner, _)) => Check::ok(NAME, format!("this database: {}", owner.shown())),
            Ok(Mark::Missing | Mark::Unreadable(..)) => Check::ok(NAME, "this database".to_owned()),
            Err(e) => Check::failed(NAME, &e),
        }),
        Err(e) if db.client().is_closed() => Err(e),
        Err(e) if e.kind() == Kind::Conflict => Ok(Check {
            verdict: Verdict::Fail,
            name: NAME,
            found: e.to_string(),
            fix: e.hint_text().map(str::to_owned),
        }),
        Err(e) => Ok(Check::failed(NAME, &e)),
    }
}
