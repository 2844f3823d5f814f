//! What becomes of an archive that was brought back and is no longer needed in the hypertable.

use crate::chunks::counted;
use crate::db::queries::chunks::{self, ChunkRow};
use crate::db::queries::ledger::{self, ArchiveRow, State};
use crate::db::queries::rehydrate as queries;
use crate::db::{Db, Scope};
use crate::error::{Error, Result};
use crate::failpoint::effect;

/// What releasing an archive takes.
#[derive(Debug, Clone)]
pub enum Release {
    /// These chunks hold its messages: archiving them drops them again, at once where nothing has changed.
    Archive(Vec<ChunkRow>),
    /// None of this archive's messages is live though the ledger says so: somebody else has dropped them.
    Tell(Box<ArchiveRow>),
    /// It is out of the hypertable already.
    Nothing,
}

/// Looks where an archive's messages are. What another archive has taken the place of is released with that one.
///
/// # Errors
/// Where it was never dropped, so that there is nothing to release.
pub async fn plan_release(db: &Db, scope: &Scope, archive: &ArchiveRow) -> Result<Release> {
    let successor = successor(db, scope, archive).await?;
    let archive = successor.as_ref().unwrap_or(archive);
    match archive.state {
        State::Dropped => return Ok(Release::Nothing),
        State::Rehydrated => {}
        // A release that ended between the proof of the new generation and the drop.
        State::Verified if successor.is_some() => {}
        state => {
            return Err(Error::failed(format!("releasing archive {}", archive.id))
                .because(format!("it is {state}, not rehydrated"))
                .hint("eventodb-admin chunks drop drops a chunk whose archive is verified"));
        }
    }
    let mut holding = Vec::new();
    for chunk in chunks::list(db.client(), scope).await? {
        let overlaps = chunk.range_start < archive.range_end && archive.range_start < chunk.range_end;
        if !overlaps {
            continue;
        }
        if queries::live_in(db.client(), &chunk.table, archive).await?.messages > 0 {
            holding.push(chunk);
        } else {
            // That none is live is believed only where none can be hidden.
            counted::is_seen(db.client(), scope, &chunk, &db.server).await?;
        }
    }
    Ok(match archive.state {
        _ if !holding.is_empty() => Release::Archive(holding),
        State::Rehydrated => Release::Tell(Box::new(archive.clone())),
        _ => Release::Nothing,
    })
}

/// The archive that has taken this one's place in the end.
async fn successor(db: &Db, scope: &Scope, archive: &ArchiveRow) -> Result<Option<ArchiveRow>> {
    let mut found: Option<ArchiveRow> = None;
    while let Some(next) = found.as_ref().unwrap_or(archive).superseded_by {
        found = Some(ledger::get(db.client(), scope.namespace(), next).await?);
    }
    Ok(found)
}

/// Tells the ledger that the archive is the only copy, once none of its messages is live.
///
/// # Errors
/// Where the ledger was changed by somebody else.
pub async fn tell_released(db: &Db, archive: &ArchiveRow) -> Result<()> {
    effect!("release.tell", ledger::advance(db.client(), archive.id, archive.state, State::Dropped).await?);
    Ok(())
}
