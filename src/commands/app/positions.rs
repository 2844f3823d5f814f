//! What a run says of a namespace that has no global positions left.

use super::Context;
use crate::db::queries::heads::HIGHEST_FROM_OUTSIDE;
use crate::db::queries::recount;
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};

impl Context {
    /// Warns where the sequence of global positions has come near the last number that there is: a message from an archive, or
    /// one that was entered by hand, has taken it there.
    pub async fn warn_of_last_positions(&self, db: &Db, scope: &Scope) -> Result<()> {
        let last = recount::sequence(db.client(), scope).await?.last;
        if last > HIGHEST_FROM_OUTSIDE {
            self.warn_of(
                &Error::new(Kind::Conflict, format!("looking at the sequence of namespace {}", scope.namespace()))
                    .because(format!("global position {last} is taken: {} are left for new messages", i64::MAX - last))
                    .hint("eventodb-admin doctor says what to do"),
            );
        }
        Ok(())
    }
}
