//! Holds: whether database and store are of one mind about them.

use super::check::Check;
use crate::archive::{Holds, StoredHold, read_stored_holds};
use crate::db::queries::holds as queries;
use crate::db::{Db, Scope};
use crate::error::Result;
use crate::store::Store;
use crate::text::counted;

/// Cases named in a line, each once.
fn named<'a>(cases: impl Iterator<Item = &'a str>) -> String {
    let mut cases: Vec<&str> = cases.collect();
    cases.sort_unstable();
    cases.dedup();
    cases.join(", ")
}

/// What is held by the database.
pub(super) async fn in_force(db: &Db, scope: &Scope) -> Result<Check> {
    let name = "holds";
    Ok(match Holds::of(db, scope).await {
        Ok(holds) if holds.is_empty() => Check::ok(name, "nothing is held".to_owned()),
        Ok(holds) => Check::ok(name, format!("in force for {}", holds.cases().join(", "))),
        Err(e) => Check::failed(name, &e),
    })
}

/// What the store has of them.
pub(super) async fn in_store(db: &Db, scope: &Scope, store: &Store) -> Result<Check> {
    let name = "holds in the store";
    let rows = queries::list(db.client(), scope.namespace()).await?;
    let there: Vec<StoredHold> = match read_stored_holds(store, scope.namespace()).await {
        Ok(there) => there,
        Err(e) => return Ok(Check::failed(name, &e)),
    };
    let is_there = |id| there.iter().any(|stored| stored.hold.id == id);
    let lacking = named(
        rows.iter().filter(|r| r.released_at.is_none() && !is_there(r.hold.id)).map(|row| row.hold.case.as_str()),
    );
    let is_in_force = |id| rows.iter().any(|row| row.hold.id == id && row.released_at.is_none());
    let beyond = || there.iter().filter(|stored| !is_in_force(stored.hold.id));
    let is_released = |stored: &&StoredHold| rows.iter().any(|row| row.hold.id == stored.hold.id);
    let released = named(beyond().filter(is_released).map(|stored| stored.hold.case.as_str()));
    let unknown = named(beyond().filter(|s| !is_released(s)).map(|stored| stored.hold.case.as_str()));
    Ok(if !unknown.is_empty() {
        Check::warn(
            name,
            format!("the database does not know of {unknown}, which binds in any case"),
            "eventodb-admin archives sync enters it in the database",
        )
    } else if !released.is_empty() {
        Check::warn(
            name,
            format!("the database has released {released}, and the store still has it: it binds"),
            "eventodb-admin holds release --case CASE again",
        )
    } else if !lacking.is_empty() {
        Check::warn(
            name,
            format!("the store lacks {lacking}: where the database is lost, nobody knows of it"),
            "eventodb-admin holds place again with the same flags writes it there, and so does the next archive",
        )
    } else {
        Check::ok(name, counted(i64::try_from(there.len()).unwrap_or(i64::MAX), "hold"))
    })
}
