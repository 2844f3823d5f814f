//! Objects that the ledger counts on and that are not in a store.

use std::collections::BTreeMap;

use futures::TryStreamExt;

use crate::archive::format::object_names::Names;
use crate::db::queries::ledger;
use crate::db::{Db, Scope};
use crate::error::Result;
use crate::store::Store;

/// The objects of archives that are kept, as far as the ledger has them in this store and the store does not list them: their keys,
/// and the archive of each. Nothing is read but names.
///
/// # Errors
/// Where the query fails or the store cannot be listed.
pub async fn absent_objects(db: &Db, scope: &Scope, store: &Store) -> Result<BTreeMap<String, i64>> {
    let url = store.url().to_string();
    let mut absent = BTreeMap::new();
    for row in ledger::list(db.client(), scope.namespace()).await? {
        if !row.state.is_kept() || row.store_url.as_ref() != Some(&url) && !row.copies.contains(&url) {
            continue;
        }
        let keys = [row.object_key, row.heads_key, row.manifest_key];
        absent.extend(keys.into_iter().flatten().map(|key| (key, row.id)));
    }
    let mut objects = store.list(&Names::prefix(scope.namespace()));
    while let Some(object) = objects.try_next().await? {
        absent.remove(object.key.as_str());
    }
    Ok(absent)
}
