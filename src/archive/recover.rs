//! Clearing away what a run left half done: its attempts are given up, its chunks take writers again. The caller holds
//! the lifecycle lock, so that no such run is still alive.

use crate::db::errors::explain;
use crate::db::queries::chunks;
use crate::db::queries::ledger::{self, State};
use crate::db::{Db, Scope};
use crate::error::Result;
use crate::failpoint::effect;
use crate::progress::Progress;

const REASON: &str = "the run that made it ended early";

/// Gives up attempts that never came to their end and unfreezes chunks that an archive run had frozen. A chunk that an
/// operator froze is in nobody's row, and stays as it is.
///
/// # Errors
/// Where a statement fails.
pub async fn recover(db: &mut Db, scope: &Scope, progress: &dyn Progress) -> Result<()> {
    let archives = ledger::list(db.client(), scope.namespace()).await?;
    for archive in &archives {
        if matches!(archive.state, State::Planned | State::Exported | State::Uploaded) {
            effect!(
                "recover.give-up",
                ledger::retire(db.client(), archive.id, archive.state, State::Failed, REASON, None).await?
            );
            progress.note(&format!(
                "archive {} of chunk {} was given up: {REASON}; its objects in the store are not used",
                archive.id, archive.chunk_name
            ));
        }
    }
    let frozen: Vec<_> = archives.iter().filter_map(|a| Some((a.id, a.frozen_chunk.as_deref()?))).collect();
    if frozen.is_empty() {
        return Ok(());
    }
    let live = chunks::list(db.client(), scope).await?;
    for (id, name) in frozen {
        if let Some(chunk) = live.iter().find(|c| c.name() == name)
            && chunks::is_frozen(db.client(), &chunk.table).await?
        {
            effect!(
                "recover.unfreeze",
                chunks::unfreeze(db.client(), scope, &chunk.table)
                    .await
                    .map_err(|e| explain(format!("unfreezing chunk {name}"), e))?
            );
            progress.note(&format!("chunk {name} was left frozen and takes writers again"));
        }
        effect!("recover.clear", ledger::clear_frozen(db.client(), id).await?);
    }
    Ok(())
}
