//! A store without a mark: new, from before there were marks, or not the store that it seems.

use std::collections::HashSet;

use futures::TryStreamExt;
use uuid::Uuid;

use super::owner::shown_time;
use super::ownership::{Ownership, is_from};
use super::refusal::{Why, refused};
use crate::archive::format::manifest::Manifest;
use crate::archive::format::object_names::Names;
use crate::db::queries::claims::{ClaimRow, DatabaseIdentity};
use crate::db::queries::ledger::{self, ArchiveRow};
use crate::db::{Db, Scope};
use crate::error::{Kind, Result};
use crate::store::{ObjectKey, Store, StoreUrl};

/// Why the mark that the database knows is not there.
pub(super) async fn why_missing(store: &Store, namespace: &str, row: &ClaimRow) -> Result<Why> {
    let since = shown_time(row.changed_at);
    if store.list(&Names::prefix(namespace)).try_next().await?.is_some() {
        return Ok(Why::MarkIsMissing(since));
    }
    let is_empty_folder = match store.url() {
        // What cannot be listed, such as a link, is something, too.
        StoreUrl::File { .. } => store.list("").try_next().await.is_ok_and(|first| first.is_none()),
        StoreUrl::S3 { .. } => false,
    };
    Ok(if is_empty_folder { Why::EmptyFolder(since) } else { Why::Emptied(since) })
}

/// What lies in a store, beside what the ledger knows.
pub(super) struct StoreContents {
    /// Stems of archives there.
    pub stems: HashSet<String>,
    /// Something that the ledger does not know.
    pub unknown: Option<ObjectKey>,
    /// The manifest of the oldest range.
    pub first_manifest: Option<ObjectKey>,
}

pub(super) fn stems(archives: &[ArchiveRow]) -> HashSet<&str> {
    archives.iter().filter_map(|a| Some(Names::stem(a.manifest_key.as_deref()?))).collect()
}

pub(super) async fn contents(store: &Store, namespace: &str, archives: &[ArchiveRow]) -> Result<StoreContents> {
    let known = stems(archives);
    let mut found = StoreContents { stems: HashSet::new(), unknown: None, first_manifest: None };
    let mut objects = store.list(&Names::prefix(namespace));
    while let Some(object) = objects.try_next().await? {
        let stem = Names::stem(object.key.as_str());
        if !known.contains(stem) && found.unknown.is_none() {
            found.unknown = Some(object.key.clone());
        }
        if !found.stems.contains(stem) {
            found.stems.insert(stem.to_owned());
        }
        if Names::is_manifest(&object.key) && found.first_manifest.is_none() {
            found.first_manifest = Some(object.key);
        }
    }
    Ok(found)
}

/// Neither side has a mark. What lies there was made by this database, before there were marks, or nothing does.
pub(super) async fn look(
    db: &Db,
    scope: &Scope,
    store: &Store,
    rows: &[ClaimRow],
    here: &DatabaseIdentity,
) -> Result<Ownership> {
    let namespace = scope.namespace();
    let fail = |why| Err(refused(store, namespace, why));
    let archives = ledger::list(db.client(), namespace).await?;
    let found = contents(store, namespace, &archives).await?;
    let url = store.url().to_string();
    let is_there = |a: &ArchiveRow| a.manifest_key.as_deref().is_some_and(|k| found.stems.contains(Names::stem(k)));
    let kept: Vec<&ArchiveRow> = archives.iter().filter(|a| a.state.is_kept()).collect();
    let here_by_ledger = kept.iter().filter(|a| a.store_url.as_deref() == Some(url.as_str())).count();
    if here_by_ledger > 0 && !kept.iter().any(|a| is_there(a)) {
        return fail(Why::NoArchives(here_by_ledger));
    }
    if let Some(key) = found.unknown {
        return fail(Why::Unknown(key.to_string()));
    }
    if let Some(newest) = kept.iter().filter(|a| is_there(a)).max_by_key(|a| a.id)
        && let (Some(key), Some(sha256)) = (&newest.manifest_key, &newest.manifest_sha256)
    {
        match Manifest::read(store, &ObjectKey::new(key)?, sha256).await {
            Ok(manifest) if is_from(&manifest.source, here) => {}
            Ok(manifest) => return fail(Why::OfAnother(Box::new(manifest.source))),
            Err(e) if e.kind() == Kind::Verification => return fail(Why::Differs(e.to_string())),
            Err(e) => return Err(e),
        }
    }
    // A run that ended before it wrote the mark has left a row.
    let begun = rows.iter().find(|r| r.store_url == url && r.owner.is_same(here));
    Ok(Ownership::First(begun.map_or_else(Uuid::new_v4, |r| r.claim_id)))
}
