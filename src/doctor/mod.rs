//! Checks of a namespace, its server and its store, each with what to do about it.

mod archived;
mod check;
mod chunks;
mod copies;
mod drills;
mod functions;
mod heads;
mod holds;
mod locks;
mod owner;
mod recipients;
mod runs;
mod served;
mod server;
mod settings;
mod store;
mod stores;

pub use store::store;
pub use stores::other_stores;

use crate::db::{Db, Scope};
use crate::error::Result;
pub use check::{Check, Verdict};

/// Checks the server, where there is no namespace to check.
///
/// # Errors
/// Where the session is lost.
pub async fn server_alone(db: &Db) -> Result<Vec<Check>> {
    Ok(vec![server::edition(db), server::tried(db), server::clock(db).await?])
}

/// Checks the server and the namespace.
///
/// # Errors
/// Where the session is lost.
pub async fn database(db: &Db, scope: &Scope) -> Result<Vec<Check>> {
    let mut checks = vec![
        server::edition(db),
        server::tried(db),
        server::clock(db).await?,
        server::rights(db, scope).await?,
        server::retention(db, scope).await?,
        server::open_functions(db, scope).await?,
        server::grants(db).await?,
    ];
    checks.extend(settings::all(db, scope).await?);
    checks.push(chunks::table(db, scope).await?);
    checks.push(chunks::interval(db, scope).await?);
    checks.push(chunks::compression(db, scope).await?);
    checks.push(chunks::reads(db, scope).await?);
    checks.push(functions::beside(db, scope).await?);
    checks.push(functions::indexes(db, scope).await?);
    checks.push(heads::newest(db, scope).await?);
    checks.push(heads::positions_left(db, scope).await?);
    checks.push(archived::reads(db, scope).await?);
    checks.extend(served::all(db, scope).await?);
    checks.push(archived::aggregates(db, scope).await?);
    checks.extend(copies::all(db, scope).await?);
    checks.push(holds::in_force(db, scope).await?);
    checks.push(drills::last(db, scope).await?);
    checks.push(runs::unfinished(db, scope).await?);
    checks.push(runs::frozen(db, scope).await?);
    checks.push(runs::last(db, scope).await?);
    Ok(checks)
}
