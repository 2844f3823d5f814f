//! Archives that the ledger counts on and that were deleted since: by another database that had taken over, or before this one was
//! restored from an older backup. A tombstone alone is believed of nothing: the objects have to be gone as well.

use super::entry::{FoundManifest, ManifestStatus};
use super::{covers, lost_object};
use crate::archive::format::manifest::Manifest;
use crate::db::queries::ledger::{ArchiveRow, State};
use crate::db::queries::rehydrate;
use crate::db::{Db, Scope};
use crate::error::Result;
use crate::store::{ObjectKey, Store};

/// Archives that should have been overtaken stay what they are where none of those that took their places goes into the ledger as
/// one that counts. Where one of those is there with some of its messages live, and the older one has gone as its tombstone says,
/// the newer one has all that is left of both.
pub(super) async fn find_successors(store: &Store, ledger: &[ArchiveRow], entries: &mut [FoundManifest]) -> Result<()> {
    for n in 0..entries.len() {
        let ManifestStatus::Overtaken(state) = entries[n].standing else { continue };
        let entry = &entries[n];
        let successors = || entries.iter().filter(|e| e.manifest.replaces.iter().any(|old| old == entry.key.as_str()));
        if successors().any(|e| matches!(e.standing, ManifestStatus::OnlyCopy | ManifestStatus::Live)) {
            continue;
        }
        let is_told = ledger.iter().any(|row| Some(row.id) == entry.archive_id && is_told_of(entry, row, store));
        let in_part = successors().find(|e| {
            matches!(e.standing, ManifestStatus::Partly { .. }) && !e.is_deleted && covers(&e.manifest, &entry.manifest)
        });
        match in_part.map(|e| e.key.clone()) {
            Some(key) if is_told && is_gone(store, entry).await? => entries[n].held_by = vec![key],
            _ => entries[n].standing = ManifestStatus::Known(state),
        }
    }
    Ok(())
}

/// Has the ledger give up what the store says was deleted, where it was given up then, where another archive has just as many
/// messages at the same global positions, or where all of its messages are live. What is deleted and fits none of these is lost:
/// it stays as it is, and `coverage` tells.
pub(super) async fn believe_tombstones(
    db: &Db,
    scope: &Scope,
    store: &Store,
    ledger: &[ArchiveRow],
    entries: &mut [FoundManifest],
) -> Result<()> {
    for n in 0..entries.len() {
        let entry = &entries[n];
        let ManifestStatus::Known(state) = entry.standing else { continue };
        let Some(row) = ledger.iter().find(|row| Some(row.id) == entry.archive_id) else { continue };
        if !state.is_kept() || !is_told_of(entry, row, store) || !is_gone(store, entry).await? {
            continue;
        }
        let held_by = match state {
            State::Dropped if entry.is_given_up => Vec::new(),
            State::Dropped => match same_elsewhere(entries, n) {
                Some(key) => vec![key],
                None => continue,
            },
            _ if is_live(db, scope, &entry.manifest).await? => Vec::new(),
            _ => continue,
        };
        entries[n].held_by = held_by;
        entries[n].standing = ManifestStatus::Overtaken(state);
    }
    Ok(())
}

/// Whether the tombstone is one of the very archive that the ledger means, and the archive has no copy in another store.
fn is_told_of(entry: &FoundManifest, row: &ArchiveRow, store: &Store) -> bool {
    entry.is_deleted
        && row.manifest_sha256.as_ref() == Some(&entry.sha256)
        && row.store_url.as_deref() == Some(store.url().to_string().as_str())
        && row.copies.is_empty()
}

async fn is_gone(store: &Store, entry: &FoundManifest) -> Result<bool> {
    let manifest = &entry.manifest;
    let is_data_gone = lost_object(store, &manifest.data.object, manifest.data.stored.bytes).await?.is_some();
    Ok(is_data_gone && store.head(&entry.key).await?.is_none())
}

/// Another archive that counts, with the same messages as far as their number and places tell: the data of one is gone.
fn same_elsewhere(entries: &[FoundManifest], n: usize) -> Option<ObjectKey> {
    let counts = |e: &FoundManifest| match e.standing {
        ManifestStatus::OnlyCopy | ManifestStatus::Live => true,
        ManifestStatus::Known(state) => state.is_kept() && !e.is_deleted,
        ManifestStatus::Replaced | ManifestStatus::Partly { .. } | ManifestStatus::Overtaken(_) => false,
    };
    let is_same =
        |(m, e): &(usize, &FoundManifest)| *m != n && counts(e) && has_same(&e.manifest, &entries[n].manifest);
    entries.iter().enumerate().find(is_same).map(|(_, e)| e.key.clone())
}

fn has_same(a: &Manifest, b: &Manifest) -> bool {
    a.messages == b.messages
        && a.first_global_position == b.first_global_position
        && a.last_global_position == b.last_global_position
        && a.global_position_sum == b.global_position_sum
        && a.first_time == b.first_time
        && a.last_time == b.last_time
}

async fn is_live(db: &Db, scope: &Scope, manifest: &Manifest) -> Result<bool> {
    let (range, positions) =
        ((manifest.range_start, manifest.range_end), (manifest.first_global_position, manifest.last_global_position));
    let live = rehydrate::live_within(db.client(), &scope.messages(), range, positions).await?;
    Ok(u64::try_from(live.messages) == Ok(manifest.messages)
        && live.global_position_sum == manifest.global_position_sum)
}

#[cfg(test)]
mod tests {
    use super::super::tests::entry;
    use super::*;
    use crate::archive::format::manifest::sample;

    #[test]
    fn another_archive_has_the_same_messages_where_number_and_places_are_the_same_and_it_counts() {
        let all = [
            ManifestStatus::Known(State::Dropped),
            ManifestStatus::OnlyCopy,
            ManifestStatus::Known(State::Dropped),
            ManifestStatus::Replaced,
            ManifestStatus::Known(State::Expired),
        ];
        let mut entries: Vec<FoundManifest> = (0..).zip(all).map(|(id, standing)| entry(id, standing)).collect();
        assert_eq!(same_elsewhere(&entries, 0), Some(entries[1].key.clone()));
        entries[1].manifest.global_position_sum = "1".to_owned();
        assert_eq!(same_elsewhere(&entries, 0), Some(entries[2].key.clone()));
        entries[2].is_deleted = true;
        assert_eq!(same_elsewhere(&entries, 0), None, "it is deleted as well");
    }

    #[test]
    fn one_message_more_or_elsewhere_is_another_archive() {
        let all = sample();
        assert!(has_same(&all, &all));
        for change in [
            (|m: &mut Manifest| m.messages += 1) as fn(&mut Manifest),
            |m| m.first_global_position = Some(-1),
            |m| m.last_global_position = Some(-1),
            |m| m.global_position_sum.push('0'),
            |m| m.first_time = Some(chrono::DateTime::UNIX_EPOCH),
            |m| m.last_time = Some(chrono::DateTime::UNIX_EPOCH),
        ] {
            let mut other = all.clone();
            change(&mut other);
            assert!(!has_same(&all, &other));
        }
    }
}
