//! What servers are told of what is archived.

use super::check::{Check, Verdict, number};
use crate::archive::{Aggregates, named_aggregates};
use crate::db::queries::ledger::{self, State};
use crate::db::queries::{aggregates, policies};
use crate::db::{Db, Scope};
use crate::error::Result;
use crate::namespace::{self, ArchivedReads};

/// Whether reads by the functions notice that they reach into archives.
pub(super) async fn reads(db: &Db, scope: &Scope) -> Result<Check> {
    let name = "archived reads";
    let mode = namespace::read_archived_reads(db, scope).await?;
    let archives = ledger::list(db.client(), scope.namespace()).await?;
    let dropped = archives.iter().filter(|a| a.state == State::Dropped).count();
    Ok(match mode {
        ArchivedReads::Fail if dropped > 0 => Check {
            verdict: Verdict::Ok,
            name,
            found: format!(
                "the functions fail where a read reaches into archives ({dropped}); what EventoDB's server reads without them, \
                 its lists of streams and categories among it, leaves out what is archived"
            ),
            fix: Some("eventodb-admin streams list and categories list show all of them".to_owned()),
        },
        ArchivedReads::Fail => Check::ok(name, "the functions fail where a read reaches into archives".to_owned()),
        ArchivedReads::Skip if dropped == 0 => Check::ok(name, "nothing is archived".to_owned()),
        ArchivedReads::Serve => {
            Check::ok(name, format!("queries of messages ask eventodb-admin serve ({dropped} archives)"))
        }
        // As EventoDB has it: no fault.
        ArchivedReads::Skip => Check {
            verdict: Verdict::Ok,
            name,
            found: format!(
                "the functions leave out what is in archives ({dropped}), and say nothing; so do the server's lists of streams and \
                 categories"
            ),
            fix: Some(format!(
                "eventodb-admin namespaces set {} --archived-reads fail has new projections notice",
                scope.namespace()
            )),
        },
    })
}

/// Whether what is made from messages counts what is in archives.
pub(super) async fn aggregates(db: &Db, scope: &Scope) -> Result<Check> {
    let name = "continuous aggregates";
    let views = aggregates::list(db.client(), scope).await?;
    if views.is_empty() {
        return Ok(Check::ok(name, "none is made from messages".to_owned()));
    }
    let archives = ledger::list(db.client(), scope.namespace()).await?;
    let dropped = archives.iter().filter(|a| a.state == State::Dropped && a.message_count != Some(0)).count();
    let policy = policies::of(db.client(), scope.namespace()).await?;
    let told = policy.and_then(|policy| policy.continuous_aggregates).unwrap_or_default();
    let named = named_aggregates(&views);
    if namespace::read_archived_reads(db, scope).await? == ArchivedReads::Serve {
        return Ok(Check::ok(name, format!("{named}: archived messages are served, and a refresh counts them, too")));
    }
    Ok(match (dropped, told) {
        (0, Aggregates::Refuse) => Check::ok(name, format!("{named}: no chunk is archived under them")),
        (0, Aggregates::Allow) => Check::ok(name, format!("{named}: nothing is archived yet")),
        (n, _) => Check::warn(
            name,
            format!(
                "{named}: messages of {} are not live; where one comes late, the next refresh of its time counts \
                 only what is live",
                number(n, "archive", "archives")
            ),
            "keep refresh windows to what is live (remove_continuous_aggregate_policy, start_offset), and run eventodb-admin \
             archives rehydrate for a time that has late messages: it counts again",
        ),
    })
}
