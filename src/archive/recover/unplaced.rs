//! Archives that lie in a store and that the ledger does not have there: nobody removes, erases or counts them.

use std::collections::{BTreeSet, HashMap, HashSet};

use futures::TryStreamExt;

use crate::archive::format::object_names::Names;
use crate::db::queries::archive_copies::{self, CopyState};
use crate::db::queries::ledger;
use crate::db::{Db, Scope};
use crate::error::Result;
use crate::store::Store;

/// The stems of archives of which a manifest or data is in the store, and which the ledger has neither there nor as a copy there.
/// Those alone of which data is there that no manifest tells of are left out: `archives sweep` names them. Nothing is read but names.
///
/// # Errors
/// Where a query fails or the store cannot be listed.
pub async fn unplaced_archives(db: &Db, scope: &Scope, store: &Store) -> Result<Vec<String>> {
    let url = store.url().to_string();
    let namespace = scope.namespace();
    let copies = archive_copies::list(db.client(), namespace, None).await?;
    let is_there = |state| !matches!(state, CopyState::Deleted | CopyState::Abandoned);
    let has_copy: HashSet<i64> =
        copies.iter().filter(|c| c.store_url == url && is_there(c.state)).map(|c| c.archive).collect();
    let mut placed = HashSet::new();
    for row in ledger::list(db.client(), namespace).await? {
        if row.store_url.as_ref() == Some(&url) || has_copy.contains(&row.id) {
            let keys = [&row.manifest_key, &row.object_key];
            placed.extend(keys.into_iter().flatten().map(|key| Names::stem(key).to_owned()));
        }
    }
    // Of an archive that is being deleted its tombstone is there as well.
    let (mut found, mut told) = (BTreeSet::new(), HashMap::new());
    let mut objects = store.list(&Names::prefix(namespace));
    while let Some(object) = objects.try_next().await? {
        let stem = Names::stem(object.key.as_str());
        if Names::part(namespace, object.key.as_str()).is_none() || placed.contains(stem) {
            continue;
        }
        let tells = Names::is_manifest(&object.key);
        told.entry(stem.to_owned()).and_modify(|t| *t |= tells).or_insert(tells);
        if !Names::is_tombstone(&object.key) {
            found.insert(stem.to_owned());
        }
    }
    found.retain(|stem| told.get(stem).copied().unwrap_or_default());
    Ok(found.into_iter().collect())
}
