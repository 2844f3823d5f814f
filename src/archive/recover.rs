//! Clearing away what a run left half done: its attempts are given up, its chunks take writers again. The caller holds
//! the lifecycle lock, so that no such run is still alive.

use crate::db::errors::explain;
use crate::db::queries::chunks;
use crate::db::queries::ledger::{self, State};
use crate::db::{Db, Scope};
use crate::error::Result;
use crate::progress::Progress;

const REASON: &str = "the run that made it ended early";

/// Gives up attempts that never came to their end and unfreezes chunks that an archive run had frozen.
///
/// # Errors
/// Where a statement fails.
pub async fn recover(db: &mut Db, scope: &Scope, progress: &dyn Progress) -> Result<()> {
    let archives = ledger::list(db.client(), scope.namespace()).await?;
    for archive in &archives {
        if matches!(archive.state, State::Planned | State::Exported | State::Uploaded) {
            ledger::retire(db.client(), archive.id, archive.state, State::Failed, REASON, None).await?;
            progress.note(&format!(
                "archive {} of chunk {} was given up: {REASON}; its objects in the store are not used",
                archive.id, archive.chunk_name
            ));
        }
    }
    if !db.server.supports_freeze() {
        return Ok(());
    }
    for chunk in chunks::list(db.client(), scope).await? {
        let ours = archives.iter().any(|a| a.range_start == chunk.range_start && a.range_end == chunk.range_end);
        if ours && chunks::is_frozen(db.client(), &chunk.table).await? {
            chunks::unfreeze(db.client(), &chunk.table)
                .await
                .map_err(|e| explain(format!("unfreezing chunk {}", chunk.name()), e))?;
            progress.note(&format!("chunk {} was left frozen and takes writers again", chunk.name()));
        }
    }
    Ok(())
}
