//! Archives that the ledger gave up, and whose messages are nowhere else: attempts that failed after all was stored, and
//! archives of a namespace that was cleared.

use super::entry::{Entering, FoundManifest, ManifestStatus, Survey, finding, is_idle};
use crate::archive::format::object_names::Names;
use crate::archive::keep::removable::{ObjectsStayReason, RemovalCheck, RemovalVerdict};
use crate::archive::keep::whereabouts::{
    ArchiveData, OpenStores, PlaceState, SoughtArchive, Whereabouts, is_untold, whereabouts,
};
use crate::db::queries::ledger::{ArchiveRow, Objects, State};
use crate::error::{Kind, Result};
use crate::store::{ObjectKey, Store};

/// What becomes of one.
enum Again {
    /// Others have its messages, or it has none.
    Not,
    /// It goes into the ledger.
    Enter,
    /// It could.
    Forgotten(String),
    /// It stays out of it.
    LeftOut(String),
}

/// Looks again at what the ledger gave up. What is whole and the only copy goes into the ledger as a new row; the old ones
/// stay as its history.
pub(super) async fn look_again<S: OpenStores>(
    look: &mut RemovalCheck<'_, S>,
    store: &Store,
    ledger: &[ArchiveRow],
    survey: &mut Survey,
    entering: Entering,
) -> Result<()> {
    // The newest first: of several attempts at one chunk it holds the most.
    for n in (0..survey.entries.len()).rev() {
        look.stop.check()?;
        let entry = &survey.entries[n];
        let ManifestStatus::Known(state) = entry.standing else { continue };
        let row = ledger.iter().find(|a| Some(a.id) == entry.archive_id);
        // That its objects were deleted is the ledger's word only: they are here. What is to be erased is not taken back.
        let Some(row) = row.filter(|row| is_idle(state) && !entry.is_deleted && row.objects != Objects::Erasing) else {
            continue;
        };
        if state == State::Expired && is_replaced(&survey.entries, &entry.key) {
            continue;
        }
        let again = match beside(&survey.entries, entry) {
            Some(again) => again,
            None => one(look, store, row, entry, entering).await?,
        };
        match again {
            Again::Not => {}
            Again::Enter => {
                let key = Some(survey.entries[n].key.as_str());
                let of_it = |a: &&ArchiveRow| a.manifest_key.as_deref() == key;
                let former = ledger.iter().filter(of_it).map(|a| a.id).collect();
                let entry = &mut survey.entries[n];
                (entry.standing, entry.archive_id, entry.former) = (ManifestStatus::OnlyCopy, None, former);
            }
            Again::Forgotten(why) => {
                survey.is_forgotten = true;
                let text = finding(&survey.entries[n].key, format!("{why}; archives sync --expired enters it"));
                survey.findings.push(text);
            }
            Again::LeftOut(why) => survey.findings.push(finding(&survey.entries[n].key, why)),
        }
    }
    Ok(())
}

/// Whether an archive that counts says that it has taken its place.
fn is_replaced(entries: &[FoundManifest], key: &ObjectKey) -> bool {
    let counts = |e: &FoundManifest| match e.standing {
        ManifestStatus::Known(state) => state.is_kept(),
        ManifestStatus::OnlyCopy | ManifestStatus::Live => true,
        ManifestStatus::Replaced | ManifestStatus::Partly { .. } | ManifestStatus::Overtaken(_) => false,
    };
    entries.iter().any(|e| counts(e) && e.manifest.replaces.iter().any(|old| old == key.as_str()))
}

/// What follows from others that this run enters: the ledger does not have them yet.
fn beside(entries: &[FoundManifest], entry: &FoundManifest) -> Option<Again> {
    let (first, last) = (entry.manifest.first_global_position, entry.manifest.last_global_position);
    let meets = |e: &&FoundManifest| {
        e.standing == ManifestStatus::OnlyCopy
            && e.manifest.first_global_position <= last
            && e.manifest.last_global_position >= first
    };
    let mut others = entries.iter().filter(meets).peekable();
    others.peek()?;
    if others.any(|other| other.manifest.csv == entry.manifest.csv) {
        return Some(Again::Not);
    }
    let why =
        "others that are entered now may hold some of its messages; run the same command again to have it compared";
    Some(Again::LeftOut(why.to_owned()))
}

async fn one<S: OpenStores>(
    look: &mut RemovalCheck<'_, S>,
    store: &Store,
    row: &ArchiveRow,
    entry: &FoundManifest,
    entering: Entering,
) -> Result<Again> {
    let id = row.id;
    let verdict = match look.verdict_in(store, row).await {
        // What is wrong with one archive keeps no other one out of the ledger.
        Err(e) if e.kind() == Kind::Verification => {
            let id = row.id;
            return Ok(Again::LeftOut(format!(
                "{e}; eventodb-admin archives cat {id} reads archive {id}, which may hold as much"
            )));
        }
        verdict => verdict?,
    };
    match verdict {
        RemovalVerdict::Go(_) | RemovalVerdict::Stays(ObjectsStayReason::Held(_)) => return Ok(Again::Not),
        // Rows that cannot be right are told by sweep; the objects are another's.
        RemovalVerdict::Stays(stays) if stays.is_of_row() => {
            return Ok(Again::LeftOut(format!("archive {id}: {stays}")));
        }
        RemovalVerdict::Stays(stays @ ObjectsStayReason::Untold(_)) => {
            return Ok(Again::LeftOut(format!("archive {id} is {}, and {stays}", row.state)));
        }
        RemovalVerdict::Stays(_) => {}
    }
    let stem = Names::stem(entry.key.as_str());
    let sought = SoughtArchive { id, stem, store, data: ArchiveData::Described(&entry.manifest) };
    let asked = Box::pin(whereabouts(look.db, look.scope, sought, look.stores, (true, look.stop)));
    let (found, place) = match asked.await {
        Ok(found) => found,
        Err(e) if is_untold(&e) => {
            return Ok(Again::LeftOut(format!("archive {id} is {}, and not whole: {e}", row.state)));
        }
        Err(e) => return Err(e),
    };
    Ok(decide(row, &found, place, entering))
}

fn decide(row: &ArchiveRow, found: &Whereabouts, place: PlaceState, entering: Entering) -> Again {
    let (id, state, all, alone) = (row.id, row.state, found.messages, found.alone);
    if alone + found.changed == 0 {
        return Again::Not;
    }
    if alone < all {
        return Again::LeftOut(format!(
            "archive {id} is {state}: of its {all} messages {alone} are nowhere else, {} have changed since, and the rest is \
             live or in other archives, so it cannot be counted as a whole. It is kept{}",
            found.changed,
            if alone > 0 {
                format!("; eventodb-admin archives rehydrate {id} puts in what is missing")
            } else {
                printed(row)
            }
        ));
    }
    match (place, entering) {
        (PlaceState::Taken(place), _) => Again::LeftOut(format!(
            "archive {id} is {state}, and the only copy of {all} messages, but another message has {place}: it is kept, and \
             left out of the ledger{}",
            printed(row)
        )),
        (PlaceState::Expected, Entering::Expected) if state == State::Failed => Again::Enter,
        (_, Entering::Forgotten) => Again::Enter,
        (_, Entering::Expected) => {
            Again::Forgotten(format!("archive {id} is {state}, and the only copy of {all} messages"))
        }
    }
}

/// How to see what is in it, where the ledger has the hash of its manifest.
fn printed(row: &ArchiveRow) -> String {
    row.manifest_sha256
        .as_ref()
        .map_or_else(String::new, |_| format!("; eventodb-admin archives cat {} prints it", row.id))
}

#[cfg(test)]
mod tests;
