//! What a row of the ledger says of an archive's objects, by its own words: whether it can mean the objects that it names, and which
//! rows have come after it.

use std::collections::{HashMap, HashSet};

use super::object_names::Names;
use crate::db::queries::ledger::{ArchiveRow, Objects};

/// What a ledger's row names wrongly by its own words: objects that are none of the namespace's archives.
pub fn misnamed(archive: &ArchiveRow) -> Option<String> {
    let (Some(data), Some(heads), Some(manifest)) = (&archive.object_key, &archive.heads_key, &archive.manifest_key)
    else {
        return Some("the ledger does not name all of its objects".to_owned());
    };
    let Some(stem) = Names::own_stem(&archive.namespace, data, heads, manifest) else {
        return Some(format!("the ledger names {data} for it, which is no object of an archive of this namespace"));
    };
    (!Names::is_of_range(stem, (archive.range_start, archive.range_end)))
        .then(|| format!("the ledger names {data} for it, which is of another range"))
}

/// Whether a row is history: another of the same objects has come after it and says so.
pub(in crate::archive) fn is_history(archive: &ArchiveRow, all: &[ArchiveRow]) -> bool {
    all.iter().any(|new| comes_after(new, archive))
}

/// The rows that are history, of all of a namespace's.
pub(in crate::archive) fn history(all: &[ArchiveRow]) -> HashSet<i64> {
    let by_id: HashMap<i64, &ArchiveRow> = all.iter().map(|a| (a.id, a)).collect();
    let new = |old: &ArchiveRow| old.superseded_by.and_then(|id| by_id.get(&id));
    all.iter().filter(|old| new(old).is_some_and(|new| comes_after(new, old))).map(|old| old.id).collect()
}

/// Whether a row is of the same objects as one before it, which names it.
fn comes_after(new: &ArchiveRow, old: &ArchiveRow) -> bool {
    Some(new.id) == old.superseded_by && new.object_key == old.object_key && new.manifest_key == old.manifest_key
}

/// The archive at the end of the chain of those that took each other's place, where it is kept.
pub(in crate::archive) fn end_of_chain<'a>(archive: &ArchiveRow, all: &'a [ArchiveRow]) -> Option<&'a ArchiveRow> {
    // What somebody has written into the ledger may go in circles.
    let mut seen = HashSet::from([archive.id]);
    let mut last = None;
    let mut next = archive.superseded_by;
    while let Some(found) = next.and_then(|id| all.iter().find(|a| a.id == id)).filter(|a| seen.insert(a.id)) {
        last = Some(found);
        next = found.superseded_by;
    }
    last.filter(|a| a.state.is_kept() && a.objects == Objects::Kept)
}

#[cfg(test)]
mod tests;
