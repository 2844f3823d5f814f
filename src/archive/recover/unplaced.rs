//! Archives that lie in a store and that the ledger does not have there: nobody removes, erases or counts them.

use std::collections::{BTreeSet, HashSet};

use futures::TryStreamExt;

use crate::archive::format::object_names::Names;
use crate::db::queries::archive_copies;
use crate::db::queries::ledger;
use crate::db::{Db, Scope};
use crate::error::Result;
use crate::store::Store;

/// The stems of archives whose manifest is in the store, and which the ledger has neither there nor as a copy there. What lies there
/// without a manifest is not among them: `archives sweep` names it. Nothing is read but names.
///
/// # Errors
/// Where a query fails or the store cannot be listed.
pub async fn unplaced_archives(db: &Db, scope: &Scope, store: &Store) -> Result<Vec<String>> {
    let url = store.url().to_string();
    let namespace = scope.namespace();
    let copies = archive_copies::list(db.client(), namespace, None).await?;
    let has_copy: HashSet<i64> =
        copies.iter().filter(|c| c.store_url == url && c.state.is_in_store()).map(|c| c.archive).collect();
    let mut placed = HashSet::new();
    for row in ledger::list(db.client(), namespace).await? {
        if row.store_url.as_ref() == Some(&url) || has_copy.contains(&row.id) {
            let keys = [&row.manifest_key, &row.object_key];
            placed.extend(keys.into_iter().flatten().map(|key| Names::stem(key).to_owned()));
        }
    }
    let mut found = BTreeSet::new();
    let mut objects = store.list(&Names::prefix(namespace));
    while let Some(object) = objects.try_next().await? {
        let stem = Names::stem(object.key.as_str());
        let is_ours = Names::part(namespace, object.key.as_str()).is_some();
        if is_ours && Names::is_manifest(&object.key) && !placed.contains(stem) {
            found.insert(stem.to_owned());
        }
    }
    Ok(found.into_iter().collect())
}
