//! Chunks that stay frozen.

use super::super::outcome::RunOutcome;
use super::NamespaceNight;
use crate::archive;
use crate::db::queries::ledger;
use crate::error::Result;

impl NamespaceNight<'_> {
    /// Names chunks that are frozen and that no run has noted, be they due or not: their writers are refused until somebody
    /// unfreezes them.
    pub(super) async fn tell_frozen(&mut self, outcome: &mut RunOutcome) -> Result<()> {
        let db = self.lock.db();
        if !db.server.supports_freeze() {
            return Ok(());
        }
        for chunk in ledger::frozen_by_nobody(db.client(), self.work.scope).await? {
            let name = chunk.name.as_str();
            if !outcome.failures.iter().any(|failure| failure.name.split(", ").any(|failed| failed == name)) {
                outcome.fail(name, archive::frozen_by_others(&chunk));
            }
        }
        Ok(())
    }
}
