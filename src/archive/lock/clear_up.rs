//! Clearing away what a run left half done: its attempts are given up, its chunks take writers again. The caller holds
//! the lifecycle lock, so that no such run is still alive.

use super::drop_retry::DropError;
use crate::db::errors::explain;
use crate::db::ident::Qualified;
use crate::db::queries::chunks;
use crate::db::queries::erasures;
use crate::db::queries::ledger::{self, State};
use crate::db::{Db, Scope};
use crate::error::{Error, Result};
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
    // A chunk that stays decompressed costs space and nothing else, so no run fails because of it.
    if let Err(e) = compress_again(db, scope, progress).await {
        tracing::info!("looking for chunks that an erasure has left decompressed: {e}");
    }
    let frozen: Vec<_> = archives.iter().flat_map(|a| a.frozen_chunks().map(|name| (a.id, name))).collect();
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
        effect!("recover.clear", ledger::clear_frozen(db.client(), id, name).await?);
    }
    Ok(())
}

/// What a frozen chunk means that no run has noted.
pub fn frozen_by_others(chunk: &Qualified) -> Error {
    Error::failed("looking at its status")
        .because("the chunk was frozen by somebody else: writers to it are refused")
        .hint(format!("SELECT _timescaledb_functions.unfreeze_chunk('{chunk}'); once it may be archived"))
}

/// Compresses chunks again that a run had decompressed to erase in them. One that cannot be compressed now is left to the next
/// run: nothing is lost by it.
async fn compress_again(db: &mut Db, scope: &Scope, progress: &dyn Progress) -> Result<()> {
    if !db.server.supports_compression() {
        return Ok(());
    }
    let left = erasures::decompressed(db.client(), scope.namespace()).await?;
    if left.is_empty() {
        return Ok(());
    }
    let live = chunks::list(db.client(), scope).await?;
    for (name, ids) in left {
        // One that is gone, or that somebody has compressed meanwhile, needs nothing.
        let found = live.iter().find(|c| c.name() == name && (!c.is_compressed || c.is_partly_compressed));
        if let Some(chunk) = found {
            let compressed = async {
                chunks::compress(db.client(), scope, &chunk.table).await?;
                Ok::<_, DropError>(())
            };
            if let Err(e) = compressed.await {
                let e: Error = e.into_error(chunk);
                progress.warn(&format!(
                    "chunk {name} was decompressed by an erasure, and is not compressed again yet: {e}"
                ));
                continue;
            }
            progress.note(&format!("chunk {name} was left decompressed by an erasure and is compressed again"));
        }
        // A role that archives need not have the right to change the record: whoever has it clears the note.
        if let Err(e) = erasures::note_decompressed(db.client(), &ids, None).await {
            tracing::info!("chunk {name} is still noted as decompressed: {e}");
        }
    }
    Ok(())
}
