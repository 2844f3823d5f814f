//! Checks of a namespace, its server and its store, each with what to do about it.

mod archived;
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
use crate::error::{Error, Result};

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// As it should be.
    Ok,
    /// Works, and could go wrong.
    Warn,
    /// Does not work.
    Fail,
}

impl Verdict {
    /// Its name in output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

/// What one check has found.
#[derive(Debug, Clone)]
pub struct Check {
    /// How bad it is.
    pub verdict: Verdict,
    /// What was looked at.
    pub name: &'static str,
    /// What was found.
    pub found: String,
    /// What to do about it.
    pub fix: Option<String>,
}

impl Check {
    /// As it should be.
    pub const fn ok(name: &'static str, found: String) -> Self {
        Self { verdict: Verdict::Ok, name, found, fix: None }
    }

    /// Something to look at.
    pub fn warn(name: &'static str, found: String, fix: impl Into<String>) -> Self {
        Self { verdict: Verdict::Warn, name, found, fix: Some(fix.into()) }
    }

    /// A check that could not be made.
    pub fn failed(name: &'static str, e: &Error) -> Self {
        Self { verdict: Verdict::Fail, name, found: e.to_string(), fix: e.hint_text().map(str::to_owned) }
    }
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
    checks.push(chunks::interval(db, scope).await?);
    checks.push(chunks::compression(db, scope).await?);
    checks.push(chunks::reads(db, scope).await?);
    checks.push(functions::beside(db, scope).await?);
    checks.push(functions::indexes(db, scope).await?);
    checks.push(heads::newest(db, scope).await?);
    checks.push(archived::reads(db, scope).await?);
    checks.extend(served::all(db, scope).await?);
    checks.push(archived::aggregates(db, scope).await?);
    checks.extend(copies::all(db, scope).await?);
    checks.push(holds::in_force(db, scope).await?);
    checks.push(drills::last(db, scope).await?);
    checks.push(runs::unfinished(db, scope).await?);
    checks.push(runs::last(db, scope).await?);
    Ok(checks)
}
