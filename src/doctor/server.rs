//! The server as a whole: what it is, what time it is there, what this role may do, who else may drop chunks.

use chrono::{DateTime, TimeDelta, Utc};

use super::check::{Check, Verdict};
use crate::db::queries::{clock, doctor as queries, grants, policies};
use crate::db::{Db, Scope};
use crate::error::Result;
use crate::lifecycle::{self, Retention};

/// Clocks that differ by more make signatures wrong; S3 refuses a difference of 15 minutes.
const SKEW: TimeDelta = TimeDelta::minutes(1);

pub(super) fn edition(db: &Db) -> Check {
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

/// Whether the program's tests were ever run on a server like this one.
pub(super) fn tried(db: &Db) -> Check {
    let name = "versions that were tried";
    let untried = db.server.untried();
    if untried.is_empty() {
        return Check::ok(name, "the program's tests were run on these".to_owned());
    }
    Check::warn(
        name,
        format!("the program's tests were never run on {}", untried.join(" with ")),
        "docs/reference/editions.md says on which; try archives rehydrate and coverage on a copy of the database first, or install a \
         release of eventodb-admin that knows this version",
    )
}

#[allow(clippy::disallowed_methods)] // the client's clock is what is looked at
pub(super) async fn clock(db: &Db) -> Result<Check> {
    let before = Utc::now();
    let server: DateTime<Utc> = clock::now(db.client()).await?;
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

/// As `lifecycle run` sees it.
pub(super) async fn retention(db: &Db, scope: &Scope) -> Result<Check> {
    let name = "retention policy";
    let policy = policies::of(db.client(), scope.namespace()).await?;
    Ok(match lifecycle::retention(db, scope, policy.as_ref()).await? {
        Retention::None => Check::ok(name, "none".to_owned()),
        Retention::Later(found) => Check::ok(
            name,
            format!(
                "the server drops chunks older than {}, a night or more after lifecycle run archives them",
                found.after
            ),
        ),
        Retention::Drops(found) => Check {
            verdict: Verdict::Fail,
            name,
            found: format!("the server drops chunks older than {}, archived or not", found.after),
            fix: Some("eventodb-admin policy set --server-drop-after never".to_owned()),
        },
    })
}

/// Functions of the server's on chunks: everybody may call them, or somebody who should cannot.
pub(super) async fn open_functions(db: &Db, scope: &Scope) -> Result<Check> {
    let name = "functions that anyone may call";
    if let Some(owner) = queries::hindered_owner(db.client(), &scope.messages()).await? {
        return Ok(Check {
            verdict: Verdict::Fail,
            name,
            found: format!("the namespace's owner {owner} may not call them, so that no chunk can be archived"),
            fix: Some(format!(
                "GRANT EXECUTE ON FUNCTION _timescaledb_functions.freeze_chunk(regclass), \
                 _timescaledb_functions.unfreeze_chunk(regclass), _timescaledb_functions.drop_chunk(regclass) TO {owner}"
            )),
        });
    }
    let open = queries::open_functions(db.client()).await?;
    Ok(if open.is_empty() {
        Check::ok(name, "none that drops or thaws chunks".to_owned())
    } else {
        Check::warn(
            name,
            format!("{} that drop, freeze or thaw any chunk", open.len()),
            format!(
                "eventodb-admin namespaces grants --role ROLE --as archiver --restrict-chunk-functions prints it for a role: REVOKE EXECUTE \
                 ON FUNCTION {} FROM PUBLIC, and a GRANT to the owners of namespaces",
                open.join(", ")
            ),
        )
    })
}

/// Whether rights on one namespace are rights on that one alone.
pub(super) async fn grants(db: &Db) -> Result<Check> {
    let name = "rights of other roles";
    let unguarded = grants::unguarded(db.client()).await?;
    if !unguarded.is_empty() {
        return Ok(Check {
            verdict: Verdict::Fail,
            name,
            found: format!("a role with rights on one namespace reaches those of all in {}", unguarded.join(", ")),
            fix: Some(
                "as their owner: ALTER TABLE … ENABLE ROW LEVEL SECURITY; on eventodb_store.namespaces CREATE TRIGGER \
                 namespaces_check_rights BEFORE INSERT OR UPDATE OR DELETE ON eventodb_store.namespaces FOR EACH ROW EXECUTE \
                 FUNCTION eventodb_store.namespaces_check_rights()"
                    .to_owned(),
            ),
        });
    }
    let stale = grants::stale(db.client()).await?;
    Ok(if stale.is_empty() {
        Check::ok(name, "each reaches the rows of its own namespaces, and the columns that it needs".to_owned())
    } else {
        let commands: Vec<_> = stale.iter().map(grants::Stale::command).collect();
        Check::warn(
            name,
            format!("{} with rights on whole rows, as earlier versions gave them", stale.len()),
            format!("{} prints what to run", commands.join("; ")),
        )
    })
}

/// Whether this role may archive: chunks belong to the owner of the messages.
pub(super) async fn rights(db: &Db, scope: &Scope) -> Result<Check> {
    let name = "rights in the database";
    let owner = queries::owner(db.client(), &scope.messages()).await?;
    Ok(if owner.is_ours {
        Check::ok(name, format!("role {} may do everything to {}", db.server.user, scope.messages()))
    } else if owner.may_archive {
        Check::ok(
            name,
            format!("role {} may archive the chunks of {}, as an archiver", db.server.user, scope.messages()),
        )
    } else {
        Check::warn(
            name,
            format!(
                "{} belongs to {}: role {} cannot archive its chunks",
                scope.messages(),
                owner.name,
                db.server.user
            ),
            "connect as the owner; eventodb-admin namespaces grants --as archiver prints what the role lacks",
        )
    })
}
