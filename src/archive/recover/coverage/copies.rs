//! Whether archives lie in as many stores as they should.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::places::CoverageStores;
use super::{CoverageFinding, SegmentKind, UNPROVEN, stored};
use crate::archive::claim::{Mark, read_mark};
use crate::archive::copies::is_there;
use crate::db::queries::ledger::ArchiveRow;
use crate::error::{Kind, Result};
use crate::stop::Stop;
use crate::store::Store;

/// Archives that are the only place of their messages and lie in fewer than `enough` stores: their manifests are read there, and
/// their objects looked for. A range each.
///
/// # Errors
/// Where a stop is asked for.
pub async fn too_few(
    places: &mut CoverageStores,
    archives: &[ArchiveRow],
    enough: usize,
    stop: &Stop,
) -> Result<Vec<CoverageFinding>> {
    let (mut findings, mut marks) = (Vec::new(), HashMap::new());
    let only = archives.iter().filter(|a| stored(a).is_some_and(|s| s.kind == SegmentKind::Archived));
    for archive in only {
        stop.check()?;
        let (mut there, mut silent, mut lacking) = (0, 0, Vec::new());
        let mut seen = HashSet::new();
        for url in places.of(archive) {
            let found = match places.open(&url).await {
                Ok(store) => match is_there(&store, archive).await {
                    Ok(()) => mark_of(&mut marks, &store, archive).await,
                    Err(e) => Err(e),
                },
                Err(e) => Err(e),
            };
            match found {
                // One store by two addresses is one.
                Ok(Some(mark)) if !seen.insert(mark) => {
                    lacking.push(format!("{url} is another address of a store before it"));
                }
                Ok(_) => there += 1,
                Err(e) => {
                    silent += usize::from(e.kind() != Kind::Verification);
                    lacking.push(e.to_string());
                }
            }
        }
        if there < enough {
            let mut text = format!("archive {} ({}) is in {there} of {enough} stores", archive.id, archive.extent());
            if !lacking.is_empty() {
                text = format!("{text}: {}", lacking.join("; "));
            }
            // A store that could not be asked may have it.
            let kind = if there + silent >= enough { UNPROVEN } else { "copies" };
            findings.push(CoverageFinding { kind, text });
        }
    }
    Ok(findings)
}

/// The mark by which a store is told from others, read once a run.
async fn mark_of(
    marks: &mut HashMap<String, Option<Uuid>>,
    store: &Store,
    archive: &ArchiveRow,
) -> Result<Option<Uuid>> {
    let url = store.url().to_string();
    if let Some(mark) = marks.get(&url) {
        return Ok(*mark);
    }
    let mark = match read_mark(store, &archive.namespace).await? {
        Mark::Found(found, _) => Some(found.mark),
        Mark::Missing | Mark::Unreadable(..) => None,
    };
    marks.insert(url, mark);
    Ok(mark)
}
