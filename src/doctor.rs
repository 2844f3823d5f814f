//! Checks of a namespace, its server and its store, each with what to do about it.

use chrono::{DateTime, TimeDelta, Utc};

use crate::archive::{Fate, Left, Leftover, STRAY_AFTER, leftovers};
use crate::db::queries::ledger::{self, State};
use crate::db::queries::{doctor as queries, lifecycle};
use crate::db::{Db, Scope};
use crate::error::{Error, Result};
use crate::store::Store;

/// Clocks that differ by more make ages and signatures wrong; S3 refuses a difference of 15 minutes.
const SKEW: TimeDelta = TimeDelta::minutes(1);

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
    const fn ok(name: &'static str, found: String) -> Self {
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
    Ok(vec![
        server(db),
        clock(db).await?,
        retention(db, scope).await?,
        open_functions(db).await?,
        attempts(db, scope).await?,
    ])
}

fn server(db: &Db) -> Check {
    let name = "server";
    let Some(timescale) = &db.server.timescale else {
        return Check::warn(name, format!("PostgreSQL {}", db.server.server_version), "CREATE EXTENSION timescaledb");
    };
    let found =
        format!("PostgreSQL {}, TimescaleDB {} {}", db.server.server_version, timescale.version, timescale.edition);
    if db.server.supports_freeze() {
        Check::ok(name, found)
    } else {
        Check::warn(
            name,
            format!("{found}: chunks cannot be frozen, late writers wait while their chunk is archived"),
            "TimescaleDB Community 2.24 or later archives without holding writers up for long",
        )
    }
}

async fn clock(db: &Db) -> Result<Check> {
    let before = Utc::now();
    let server: DateTime<Utc> = queries::now(db.client()).await?;
    // The server answered somewhere between.
    let skew = (before - server).max(server - Utc::now()).max(TimeDelta::zero());
    Ok(if skew > SKEW {
        let found = format!("it differs from the server's by {} s", skew.num_seconds());
        Check::warn(
            "clock",
            found,
            "let both machines follow a time server: S3 refuses requests of a clock 15 minutes off",
        )
    } else {
        Check::ok("clock", "it agrees with the server's".to_owned())
    })
}

async fn retention(db: &Db, scope: &Scope) -> Result<Check> {
    let name = "retention policy";
    Ok(match lifecycle::retention(db.client(), scope.schema()).await? {
        None => Check::ok(name, "none".to_owned()),
        Some(age) => Check {
            verdict: Verdict::Fail,
            name,
            found: format!("the server drops chunks older than {age}, archived or not"),
            fix: Some("eventodb-admin policy set --server-drop-after never".to_owned()),
        },
    })
}

async fn open_functions(db: &Db) -> Result<Check> {
    let name = "functions that anyone may call";
    let open = queries::open_functions(db.client()).await?;
    Ok(if open.is_empty() {
        Check::ok(name, "none that drops or thaws chunks".to_owned())
    } else {
        let signatures: Vec<_> = open.iter().map(|f| format!("_timescaledb_functions.{f}")).collect();
        Check::warn(
            name,
            format!("every role may call {}", open.join(", ")),
            format!("REVOKE EXECUTE ON FUNCTION {} FROM PUBLIC", signatures.join(", ")),
        )
    })
}

async fn attempts(db: &Db, scope: &Scope) -> Result<Check> {
    let name = "unfinished runs";
    if queries::is_lifecycle_locked(db.client(), scope.namespace()).await? {
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

/// Checks the store, and looks for what runs have left in it.
///
/// # Errors
/// Where the session is lost; what the store refuses is a check that failed.
pub async fn store(db: &Db, scope: &Scope, store: &Store) -> Result<Vec<Check>> {
    if let Err(e) = store.check_rights().await {
        return Ok(vec![Check::failed("store", &e)]);
    }
    let mut checks = vec![Check::ok("store", format!("{} takes, gives back and deletes objects", store.url()))];
    match leftovers(db, scope, store, STRAY_AFTER).await {
        Ok(found) => checks.extend(left_in_store(&found)),
        Err(e) => checks.push(Check::failed("leftovers in the store", &e)),
    }
    Ok(checks)
}

fn left_in_store(found: &[Leftover]) -> Vec<Check> {
    let count = |meant: fn(&Leftover) -> bool| found.iter().filter(|l| meant(l)).count();
    let stray = count(|l| matches!(l.what, Left::Upload(_)) && l.fate == Fate::Remove);
    let running = count(|l| matches!(l.what, Left::Upload(_)) && l.fate == Fate::TooYoung);
    let failed = count(|l| matches!(l.what, Left::Object(..)) && l.fate == Fate::Remove);
    let needed = count(|l| l.fate == Fate::MayBeNeeded);
    let unknown = count(|l| l.fate == Fate::Unknown);
    let sweep = "eventodb-admin archives sweep --dry-run lists them; without it they are removed";
    let line = |name, n: usize, text: &str, fix: &str| {
        if n == 0 { Check::ok(name, "none".to_owned()) } else { Check::warn(name, format!("{n} {text}"), fix) }
    };
    let uploads = if stray == 0 && running > 0 {
        Check::ok("stray uploads", format!("none; {running} begun within the last day"))
    } else {
        line("stray uploads", stray, "never ended, and are billed", sweep)
    };
    vec![
        uploads,
        line("objects of failed attempts", failed, "are of no use", sweep),
        line(
            "objects that may be the only copy",
            needed,
            "are of attempts that failed, and their messages are not in the hypertable",
            "keep them, and find out who dropped the chunk; a manifest beside them can be read",
        ),
        line(
            "objects that the ledger does not know",
            unknown,
            "may be archives of a ledger that was lost",
            "eventodb-admin archives sync",
        ),
    ]
}
