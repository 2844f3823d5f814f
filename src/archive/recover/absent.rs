//! What archives lack of their objects, as far as a listing of a store's names and sizes tells: nothing is read.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write};
use std::time::Duration;

use futures::TryStreamExt;

use super::coverage::CoverageStores;
use crate::archive::format::object_names::{Names, ObjectRole};
use crate::db::queries::ledger::{ArchiveRow, State};
use crate::error::{Error, Kind, Result};
use crate::store::{Store, StoreUrl};
use crate::text::{are, counted};

/// So many archives are named.
const NAMED: usize = 10;
/// A store that has not listed a namespace's objects by then is not waited for where somebody only looks.
const PATIENCE: Duration = Duration::from_secs(30);

/// An object that the ledger counts on and that a store does not have as it was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LackingObject {
    /// The archive.
    pub archive: i64,
    /// The object's key.
    pub key: String,
    role: ObjectRole,
    /// How many bytes it has, where it is there.
    size: Option<u64>,
    /// How many were stored, where the ledger tells.
    stored: Option<u64>,
}

impl fmt::Display for LackingObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = match self.role {
            ObjectRole::Data => "data",
            ObjectRole::Streams => "stream list",
            ObjectRole::Manifest | ObjectRole::Tombstone => "manifest",
        };
        match (self.size, self.stored) {
            (None, _) => write!(f, "archive {} lacks its {part}", self.archive),
            (Some(size), Some(stored)) => {
                write!(f, "the {part} of archive {} has {size} bytes, {stored} were stored", self.archive)
            }
            (Some(_), None) => write!(f, "the {part} of archive {} is empty", self.archive),
        }
    }
}

/// The stores that archives which are kept lie in, by the ledger.
pub fn stores_of(archives: &[ArchiveRow]) -> BTreeSet<&str> {
    let kept = archives.iter().filter(|row| row.state.is_kept());
    kept.flat_map(|row| row.store_url.iter().chain(&row.copies)).map(String::as_str).collect()
}

/// The objects of archives that are kept, as far as the ledger has them in this store and the store does not list them, or not
/// with the bytes that were stored. The ledger knows the size of the data alone: of the others an empty one is told.
///
/// # Errors
/// Where the store cannot be listed.
pub async fn lacking_objects(archives: &[ArchiveRow], namespace: &str, store: &Store) -> Result<Vec<LackingObject>> {
    let url = store.url().to_string();
    let mut wanted: BTreeMap<&str, LackingObject> = BTreeMap::new();
    for row in archives {
        if !row.state.is_kept() || row.store_url.as_ref() != Some(&url) && !row.copies.contains(&url) {
            continue;
        }
        let stored = row.stored_bytes.and_then(|bytes| u64::try_from(bytes).ok());
        let parts = [
            (&row.object_key, ObjectRole::Data, stored),
            (&row.heads_key, ObjectRole::Streams, None),
            (&row.manifest_key, ObjectRole::Manifest, None),
        ];
        for (key, role, stored) in parts {
            let Some(key) = key else { continue };
            wanted.insert(key, LackingObject { archive: row.id, key: key.clone(), role, size: None, stored });
        }
    }
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let mut objects = store.list(&Names::prefix(namespace));
    while let Some(object) = objects.try_next().await? {
        let Some(lacking) = wanted.get_mut(object.key.as_str()) else { continue };
        if lacking.stored.map_or(object.size > 0, |stored| stored == object.size) {
            wanted.remove(object.key.as_str());
        } else {
            lacking.size = Some(object.size);
        }
    }
    let mut lacking: Vec<_> = wanted.into_values().collect();
    lacking.sort_by_key(|object| object.archive);
    Ok(lacking)
}

/// What a store lacks, in words, and what to do about it. There is at least one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LackInStore {
    /// Which archives lack what.
    pub text: String,
    /// The command by which one goes on.
    pub hint: String,
}

impl LackInStore {
    /// Tells of the objects that a store lacks; `None` where it lacks nothing.
    pub fn of(archives: &[ArchiveRow], lacking: &[LackingObject], url: &str) -> Option<Self> {
        let first = lacking.first()?;
        let ids: BTreeSet<i64> = lacking.iter().map(|object| object.archive).collect();
        let (objects, number) = (signed(lacking.len()), signed(ids.len()));
        let as_stored = if lacking.iter().any(|object| object.size.is_some()) { " as stored" } else { "" };
        let mut text = format!(
            "{} {} not in the store{as_stored}, of {}, the first {} of archive {} ({url}): {}",
            counted(objects, "object"),
            are(objects),
            counted(number, "archive"),
            first.key,
            first.archive,
            lacking.iter().take(NAMED).map(ToString::to_string).collect::<Vec<_>>().join("; ")
        );
        if lacking.len() > NAMED {
            // A string takes every write.
            let _ = write!(text, "; and {} more", lacking.len() - NAMED);
        }
        Some(Self { text, hint: way_on(archives, lacking, &ids, url) })
    }

    /// As an error of a run.
    pub fn into_error(self, url: &str) -> Error {
        Error::new(Kind::Verification, format!("looking for what archives have in {url}"))
            .because(self.text)
            .hint(self.hint)
    }
}

fn signed(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// What brings back what is lacking, by what else there is of each archive.
fn way_on(archives: &[ArchiveRow], lacking: &[LackingObject], ids: &BTreeSet<i64>, url: &str) -> String {
    let rows = || archives.iter().filter(|row| ids.contains(&row.id));
    let has_other = |row: &&ArchiveRow| row.store_url.iter().chain(&row.copies).any(|other| other != url);
    let lacks_data =
        |row: &&ArchiveRow| lacking.iter().any(|object| object.archive == row.id && object.role == ObjectRole::Data);
    let copied: Vec<_> = rows().filter(has_other).collect();
    let described: Vec<_> = rows().filter(|row| !has_other(row) && !lacks_data(row)).collect();
    let lost: Vec<_> = rows().filter(|row| !has_other(row) && lacks_data(row)).collect();
    let mut ways = Vec::new();
    if !copied.is_empty() {
        ways.push(format!(
            "eventodb-admin archives verify {} --repair makes again what is lacking, from a copy in another store",
            named(&copied)
        ));
    }
    if !described.is_empty() {
        ways.push(format!(
            "eventodb-admin archives verify {} --repair writes manifest and stream list again from the data, where that is whole",
            named(&described)
        ));
    }
    if !lost.is_empty() {
        let live = lost.iter().filter(|row| row.state != State::Dropped).count();
        let keep = if live > 0 { "keep chunks whose messages are still live; " } else { "" };
        ways.push(format!(
            "{keep}put the data back from an earlier version in the bucket or a backup of the folder, then eventodb-admin archives \
             verify {} tells whether it is whole",
            named(&lost)
        ));
    }
    ways.join("; ")
}

fn named(archives: &[&ArchiveRow]) -> String {
    if archives.len() > NAMED {
        return "--all".to_owned();
    }
    archives.iter().map(|row| row.id.to_string()).collect::<Vec<_>>().join(" ")
}

/// What is known of a store that was looked into.
#[derive(Debug)]
pub struct StoreLook {
    /// The store.
    pub url: String,
    /// What it lacks, or why it could not be asked.
    pub found: Result<Option<LackInStore>>,
}

/// Looks into each store that archives of the namespace lie in. One that gives no answer is not asked for the next namespace.
pub async fn look_into_stores(places: &mut CoverageStores, archives: &[ArchiveRow], namespace: &str) -> Vec<StoreLook> {
    let mut looks = Vec::new();
    for url in stores_of(archives) {
        let looked = async {
            let parsed: StoreUrl = url.parse()?;
            let store = places.open(&parsed).await?;
            let listed = tokio::time::timeout(PATIENCE, lacking_objects(archives, namespace, &store)).await;
            let lacking = listed.map_err(|_| {
                Error::failed(format!("listing {url}"))
                    .because(format!("it took longer than {} seconds", PATIENCE.as_secs()))
            });
            match lacking {
                Ok(Ok(lacking)) => Ok(LackInStore::of(archives, &lacking, url)),
                Ok(Err(e)) | Err(e) => {
                    places.fall_silent(&parsed, Error::new(e.kind(), e.to_string()).hint_if_any(e.hint_text()));
                    Err(e)
                }
            }
        };
        let found = looked.await;
        looks.push(StoreLook { url: url.to_owned(), found });
    }
    looks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(archive: i64, role: ObjectRole, size: Option<u64>) -> LackingObject {
        let stored = (role == ObjectRole::Data).then_some(300);
        LackingObject { archive, key: format!("k{archive}"), role, size, stored }
    }

    fn row(id: i64, copies: &[&str]) -> ArchiveRow {
        ArchiveRow {
            store_url: Some("file:///a".to_owned()),
            copies: copies.iter().map(|&url| url.to_owned()).collect(),
            ..ArchiveRow::sample(id, State::Dropped)
        }
    }

    #[test]
    fn each_archive_that_lacks_something_has_the_command_that_brings_it_back() {
        let rows = [row(1, &["file:///b"]), row(2, &[]), row(3, &[])];
        let lacking = [
            object(1, ObjectRole::Data, Some(12)),
            object(2, ObjectRole::Manifest, None),
            object(3, ObjectRole::Data, None),
            object(3, ObjectRole::Streams, Some(0)),
        ];
        let lack = LackInStore::of(&rows, &lacking, "file:///a").unwrap();
        assert!(lack.text.starts_with("4 objects are not in the store as stored, of 3 archives"), "{}", lack.text);
        assert!(lack.text.contains("the data of archive 1 has 12 bytes, 300 were stored"), "{}", lack.text);
        assert!(lack.text.contains("archive 2 lacks its manifest; archive 3 lacks its data"), "{}", lack.text);
        assert!(lack.text.ends_with("the stream list of archive 3 is empty"), "{}", lack.text);
        let ways: Vec<_> = lack.hint.split("; ").collect();
        assert_eq!(ways.len(), 3, "{ways:?}");
        assert!(ways[0].contains("verify 1 --repair") && ways[0].contains("copy in another store"), "{ways:?}");
        assert!(ways[1].contains("verify 2 --repair writes manifest"), "{ways:?}");
        assert!(ways[2].starts_with("put the data back") && ways[2].contains("verify 3 tells"), "{ways:?}");
        assert_eq!(LackInStore::of(&rows, &[], "file:///a"), None);
    }

    #[test]
    fn no_more_archives_are_named_than_can_be_read() {
        let rows: Vec<_> = (1..=30).map(|id| row(id, &[])).collect();
        let lacking: Vec<_> = (1..=30).map(|id| object(id, ObjectRole::Manifest, None)).collect();
        let lack = LackInStore::of(&rows, &lacking, "file:///a").unwrap();
        assert!(lack.text.ends_with("archive 10 lacks its manifest; and 20 more"), "{}", lack.text);
        assert!(lack.hint.contains("verify --all --repair"), "{}", lack.hint);
    }
}
