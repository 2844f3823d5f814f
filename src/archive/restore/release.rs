//! What becomes of an archive that was brought back and is no longer needed in the hypertable.

use std::collections::HashSet;

use crate::archive::format::object_names::Names;
use crate::archive::keep::removable::RemovalCheck;
use crate::archive::keep::whereabouts::{ArchiveData, OpenStores, SoughtArchive, whereabouts};
use crate::archive::read::verify::read_manifest;
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
        // Somebody else has dropped its chunk.
        State::Verified if is_gone(db, scope, archive).await? => {}
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
        State::Verified if successor.is_none() => Release::Tell(Box::new(archive.clone())),
        _ => Release::Nothing,
    })
}

/// Whether the chunk that an archive was made from is gone, and none of its messages is live in another one.
async fn is_gone(db: &Db, scope: &Scope, archive: &ArchiveRow) -> Result<bool> {
    let is_listed = chunks::list(db.client(), scope).await?.iter().any(|c| c.name() == archive.chunk_name);
    Ok(!is_listed && queries::live(db.client(), scope, archive).await?.messages == 0)
}

/// The archive that has taken this one's place in the end.
async fn successor(db: &Db, scope: &Scope, archive: &ArchiveRow) -> Result<Option<ArchiveRow>> {
    let mut found: Option<ArchiveRow> = None;
    // What somebody has written into the ledger may go in circles.
    let mut seen = HashSet::from([archive.id]);
    while let Some(next) = found.as_ref().unwrap_or(archive).superseded_by.filter(|next| seen.insert(*next)) {
        found = Some(ledger::get(db.client(), scope.namespace(), next).await?);
    }
    Ok(found)
}

/// What became of an archive none of whose messages is live any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReleaseVerdict {
    /// They are nowhere else: the ledger counts on it.
    OnlyCopy,
    /// These archives hold all of them: it is expired.
    Elsewhere(Vec<i64>),
    /// These hold some of them: it stays as it is, beside them.
    Divided(Vec<i64>),
}

/// Tells the ledger what an archive is that came back once, and none of whose messages is live any more: the only copy, or
/// one that others have the messages of, where they were archived again since. Says so.
///
/// # Errors
/// Where its messages cannot be looked for, or the ledger was changed by somebody else.
pub async fn tell_released<S: OpenStores>(
    look: &mut RemovalCheck<'_, S>,
    archive: &ArchiveRow,
) -> Result<ReleaseVerdict> {
    let told = now_in(look, archive).await?;
    let (client, progress) = (look.db.client(), look.progress);
    let id = archive.id;
    match &told {
        ReleaseVerdict::OnlyCopy => {
            effect!("release.tell", ledger::advance(client, id, archive.state, State::Dropped).await?);
            progress.warn(&format!(
                "none of the messages of archive {id} was live any more, though nothing here has dropped them: the archive \
                 is their only copy"
            ));
        }
        ReleaseVerdict::Elsewhere(others) => {
            let reason = format!("it came back, and its messages were archived again: in {}", named(others));
            effect!("release.tell", ledger::retire(client, id, archive.state, State::Expired, &reason, None).await?);
            progress.note(&format!("archive {id} is expired: its messages were archived again, in {}", named(others)));
        }
        ReleaseVerdict::Divided(others) => progress.warn(&format!(
            "archive {id} came back and was archived again in part, in {}; the rest of its messages is in it alone, and not \
             live, though nothing here has dropped them: both stay. eventodb-admin archives rehydrate {id} --into another \
             namespace gives them back",
            named(others)
        )),
    }
    Ok(told)
}

fn named(archives: &[i64]) -> String {
    let ids: Vec<_> = archives.iter().map(ToString::to_string).collect();
    format!("{} {}", if ids.len() == 1 { "archive" } else { "archives" }, ids.join(" "))
}

async fn now_in<S: OpenStores>(look: &mut RemovalCheck<'_, S>, archive: &ArchiveRow) -> Result<ReleaseVerdict> {
    let all = ledger::list(look.db.client(), look.scope.namespace()).await?;
    let meets = |a: &ArchiveRow| {
        a.first_global_position <= archive.last_global_position
            && a.last_global_position >= archive.first_global_position
    };
    // Where no other can hold any of them there is nothing to compare, and no store to ask.
    if !all.iter().any(|a| a.id != archive.id && a.state.is_kept() && meets(a)) {
        return Ok(ReleaseVerdict::OnlyCopy);
    }
    let store = look.stores.open(archive).await?;
    let found = async {
        let manifest = read_manifest(&store, archive).await?;
        let stem = Names::stem(&manifest.data.object).to_owned();
        let data = ArchiveData::Described(&manifest);
        let sought = SoughtArchive { id: archive.id, stem: &stem, store: &store, data };
        Box::pin(whereabouts(look.db, look.scope, sought, look.stores, (false, look.stop))).await
    };
    let found =
        found.await.map_err(|e| e.while_doing(format!("looking where the messages of archive {} are", archive.id)))?.0;
    let others = found.holders();
    Ok(match (found.alone, found.changed) {
        (0, _) => ReleaseVerdict::Elsewhere(others),
        (alone, _) if alone == found.messages => ReleaseVerdict::OnlyCopy,
        _ => ReleaseVerdict::Divided(others),
    })
}
