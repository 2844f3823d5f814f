//! Whether archived messages are served: the foreign table, the far end, and who reads without them.

use std::time::Duration;

use super::check::{Check, Verdict};
use crate::db::errors::{explain, is_connection_lost, is_retryable};
use crate::db::queries::ledger::{self, ArchiveRow, State};
use crate::db::queries::served as queries;
use crate::db::{Db, Scope};
use crate::error::Result;
use crate::namespace::{self, ArchivedReads};

const NAME: &str = "served archives";
/// A far end that is told to wait for readers answers within a few of these.
const TRIES: usize = 5;
const PAUSE: Duration = Duration::from_millis(500);

/// Looks at all of it; nothing where nothing is served.
pub(super) async fn all(db: &Db, scope: &Scope) -> Result<Vec<Check>> {
    let facts = queries::facts(db.client(), scope).await?;
    let mode = namespace::read_archived_reads(db, scope).await?;
    let again = format!("eventodb-admin namespaces set {} --archived-reads", scope.namespace());
    match (mode, facts.is_attached) {
        (ArchivedReads::Serve, true) => {}
        (ArchivedReads::Serve, false) => {
            return Ok(vec![Check {
                verdict: Verdict::Fail,
                name: NAME,
                found: format!(
                    "they are to be served, and their foreign table is no part of the messages: the functions fail where they \
                     reach into archives, and plain queries {}",
                    match (facts.is_in_catalog, facts.has_table) {
                        (true, false) =>
                            "of what is archived fail, because TimescaleDB looks for a table that was dropped",
                        (true, true) => "still ask it",
                        (false, _) => "leave out what is archived, and say nothing",
                    }
                ),
                fix: Some(format!("{again} serve --serve-url …")),
            }]);
        }
        (_, true) => {
            return Ok(vec![Check::warn(
                NAME,
                format!(
                    "their foreign table is a part of the messages, and the functions are set to {}",
                    mode.as_str()
                ),
                format!("{again} {} takes it out, {again} serve --serve-url … uses it", mode.as_str()),
            )]);
        }
        (_, false) => return Ok(Vec::new()),
    }
    let mut checks = vec![far_end(db, scope).await?];
    if queries::logs_in_for_all(db.client(), scope).await? {
        checks.push(Check::warn(
            NAME,
            format!(
                "the login in the user mapping is for all namespaces of eventodb-admin serve: whoever owns namespace {} can \
                 read what is archived of the others",
                scope.namespace()
            ),
            format!("{again} serve --serve-url … --serve-password-file … makes a login for this namespace alone"),
        ));
    }
    let off = queries::turned_off(db.client()).await?;
    if !off.is_empty() {
        checks.push(Check {
            verdict: Verdict::Fail,
            name: NAME,
            found: format!(
                "timescaledb.enable_tiered_reads is off for {}: plain queries leave out what is archived there, and say \
                 nothing; the functions ask nevertheless",
                off.join(", ")
            ),
            fix: Some("ALTER ROLE … RESET timescaledb.enable_tiered_reads; the same of ALTER DATABASE and ALTER SYSTEM".to_owned()),
        });
    }
    Ok(checks)
}

/// Asks for the first and the last message of the newest archive that is out of the database, as any query would.
async fn far_end(db: &Db, scope: &Scope) -> Result<Check> {
    let at = queries::far_end(db.client(), scope).await?.unwrap_or_default();
    let archives = ledger::list(db.client(), scope.namespace()).await?;
    let newest = archives.iter().rfind(|a| a.state == State::Dropped && a.message_count.is_some_and(|n| n > 0));
    let Some(archive) = newest else {
        return Ok(Check::ok(NAME, format!("by {at}; nothing is archived yet")));
    };
    let bounds = (archive.first_global_position, archive.last_global_position, archive.first_time, archive.last_time);
    let (Some(first), Some(last), Some(from), Some(to)) = bounds else {
        return Ok(Check::ok(NAME, format!("by {at}; the ledger does not tell what lies in archive {}", archive.id)));
    };
    let mut tries = 0;
    let asked = loop {
        tries += 1;
        match queries::ask(db.client(), scope, (first, last), (from, to)).await {
            Err(e) if is_retryable(&e) && tries < TRIES => tokio::time::sleep(PAUSE).await,
            asked => break asked,
        }
    };
    Ok(match asked {
        Ok(found) => compare(archive, &at, (first, last), &found),
        Err(e) if is_retryable(&e) => Check::warn(
            NAME,
            format!(
                "{at} tells to read again, {TRIES} times: archived messages came back while older transactions are open"
            ),
            "these transactions end in their time; pg_stat_activity shows the oldest by xact_start",
        ),
        Err(e) if is_refused_for_good(&e) => Check {
            verdict: Verdict::Fail,
            name: NAME,
            found: format!(
                "{at} refuses: {}",
                e.as_db_error().map_or_else(|| e.to_string(), |d| d.message().to_owned())
            ),
            fix: Some(e.as_db_error().and_then(|d| d.hint()).map_or_else(
                || format!("eventodb-admin namespaces grants {} prints what a role needs", scope.namespace()),
                str::to_owned,
            )),
        },
        Err(e) if is_connection_lost(&e) => Check {
            verdict: Verdict::Fail,
            name: NAME,
            found: format!(
                "{at} does not answer: {}; reads of what is archived fail until it does",
                explain("asking it", e)
            ),
            fix: Some("start eventodb-admin serve there, or tell where it is: namespaces set … --serve-url".to_owned()),
        },
        Err(e) => Check::failed(NAME, &explain(format!("asking {at} for a message of archive {}", archive.id), e)),
    })
}

/// Whether the far end says that it does not answer this database, or may not.
fn is_refused_for_good(e: &tokio_postgres::Error) -> bool {
    matches!(e.code().map(tokio_postgres::error::SqlState::code), Some("55000" | "42501"))
}

fn compare(archive: &ArchiveRow, at: &str, (first, last): (i64, i64), found: &[(i64, i64)]) -> Check {
    let has = |position| found.iter().any(|(at, messages)| *at == position && *messages >= 1);
    if has(first) && has(last) {
        return Check::ok(
            NAME,
            format!("{at} has the first and the last message of archive {}, the newest", archive.id),
        );
    }
    Check {
        verdict: Verdict::Fail,
        name: NAME,
        found: format!(
            "{at} lacks messages of archive {}: asked for global positions {first} and {last} it gave {}",
            archive.id,
            found.len()
        ),
        fix: Some(
            "is it another database's, or another namespace's? namespaces set … --serve-url tells where it is"
                .to_owned(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_far_end_that_lacks_a_message_of_the_ledger_is_found() {
        let archive = ArchiveRow::sample(7, State::Dropped);
        let verdict = |found: &[(i64, i64)]| compare(&archive, "x", (1, 9), found).verdict;
        assert_eq!(verdict(&[(1, 1), (9, 1)]), Verdict::Ok);
        assert_eq!(verdict(&[(1, 1)]), Verdict::Fail);
        assert_eq!(verdict(&[]), Verdict::Fail);
    }
}
