//! What servers are told of what is archived.

use super::{Check, Verdict};
use crate::db::queries::ledger::{self, State};
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
        ArchivedReads::Fail => Check::ok(name, "the functions fail where a read reaches into archives".to_owned()),
        ArchivedReads::Skip if dropped == 0 => Check::ok(name, "nothing is archived".to_owned()),
        // As EventoDB has it: no fault.
        ArchivedReads::Skip => Check {
            verdict: Verdict::Ok,
            name,
            found: format!("the functions leave out what is in archives ({dropped}), and say nothing"),
            fix: Some(format!(
                "eventodb-admin namespaces set {} --archived-reads fail has new projections notice",
                scope.namespace()
            )),
        },
    })
}
