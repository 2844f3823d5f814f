//! What a store still has, in any version, that opens for somebody who is not to open it.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use chrono::{DateTime, Utc};
use futures::TryStreamExt;

use super::change::{RecipientChange, Recipients};
use crate::archive::format::encryption::{HEADER_BYTES, opens};
use crate::archive::format::ledger_row::is_history;
use crate::archive::format::manifest::Manifest;
use crate::archive::format::object_names::Names;
use crate::archive::format::tombstone::Tombstone;
use crate::archive::keep::whereabouts::is_untold;
use crate::archive::read::verify::read_manifest;
use crate::db::queries::ledger::{ArchiveRow, State};
use crate::error::Result;
use crate::store::{ObjectKey, Store, StrayUpload};

/// What is looked at.
#[derive(Debug, Clone)]
pub enum Within {
    /// All of the namespace.
    Namespace,
    /// Archives of these ranges.
    Ranges(HashSet<(DateTime<Utc>, DateTime<Utc>)>),
}

impl Within {
    fn has(&self, stem: &str) -> bool {
        match self {
            Self::Namespace => true,
            Self::Ranges(ranges) => ranges.iter().any(|range| Names::is_of_range(stem, *range)),
        }
    }
}

/// For whom objects open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExposedBy {
    /// For these, by their manifest.
    Recipients(Recipients),
    /// For everybody: they are not encrypted.
    Everybody,
    /// Nobody can tell: no manifest is left of them.
    Unknown,
}

/// Objects of one archive that open for somebody who is not to open them.
#[derive(Debug, Clone)]
pub struct Exposed {
    /// The ledger's row, where it has one.
    pub row: Option<ArchiveRow>,
    /// The first of them.
    pub key: ObjectKey,
    /// For whom.
    pub by: ExposedBy,
}

impl Exposed {
    /// What is said of it.
    pub fn told(&self) -> String {
        match &self.by {
            ExposedBy::Recipients(all) => {
                format!("it opens for {}", all.iter().map(String::as_str).collect::<Vec<_>>().join(", "))
            }
            ExposedBy::Everybody => "it is not encrypted".to_owned(),
            ExposedBy::Unknown => "no manifest tells for whom it opens".to_owned(),
        }
    }
}

/// What is asked of a store.
#[derive(Debug, Clone, Copy)]
pub struct ExposureQuery<'a> {
    /// The namespace.
    pub namespace: &'a str,
    /// Who is to open what.
    pub change: &'a RecipientChange,
    /// What is looked at.
    pub within: &'a Within,
    /// The ledger.
    pub archives: &'a [ArchiveRow],
    /// Archives that are known to open for those only who are to open them.
    pub settled: &'a HashSet<i64>,
}

/// Looks through a store: objects that open for somebody who is not to open them, whatever the ledger says of them.
///
/// # Errors
/// Where the store cannot be asked, or keeps versions and does not list them.
pub async fn exposed(store: &Store, look: ExposureQuery<'_>) -> Result<Vec<Exposed>> {
    let mut groups: BTreeMap<String, BTreeSet<ObjectKey>> = BTreeMap::new();
    for key in store.list_kept(&Names::prefix(look.namespace)).await? {
        let stem = Names::stem(key.as_str());
        if look.within.has(stem) {
            groups.entry(stem.to_owned()).or_default().insert(key);
        }
    }
    let mut found = Vec::new();
    for (stem, keys) in groups {
        let row = look.row_of(&stem);
        for key in keys.iter().filter(|key| is_content(key, &stem)) {
            // What lies beside an archive's own two objects is none of its.
            let row = row.filter(|row| names(row, key));
            if row.is_some_and(|row| look.settled.contains(&row.id)) {
                continue;
            }
            if let Some(by) = look.exposed_by(store, &stem, row, key).await? {
                found.push(Exposed { row: row.cloned(), key: key.clone(), by });
                break;
            }
        }
    }
    Ok(found)
}

/// Whether an object is the data or the stream list of a row's archive.
fn names(row: &ArchiveRow, key: &ObjectKey) -> bool {
    [&row.object_key, &row.heads_key].into_iter().flatten().any(|own| own == key.as_str())
}

/// Whether an object holds data or a stream list, rather than what says something of them.
fn is_content(key: &ObjectKey, stem: &str) -> bool {
    !Names::is_manifest_of(key, stem) && !Names::is_tombstone(key)
}

impl ExposureQuery<'_> {
    /// The row that counts on the objects of this stem, or else the last one that names them.
    fn row_of(&self, stem: &str) -> Option<&ArchiveRow> {
        let of_stem = |key: &Option<String>| key.as_deref().is_some_and(|key| Names::stem(key) == stem);
        let of_it = || self.archives.iter().filter(|a| of_stem(&a.object_key) || of_stem(&a.manifest_key));
        let counts = |a: &&ArchiveRow| !matches!(a.state, State::Failed | State::Expired);
        of_it().find(counts).or_else(|| of_it().filter(|a| !is_history(a, self.archives)).max_by_key(|a| a.id))
    }

    async fn exposed_by(
        &self,
        store: &Store,
        stem: &str,
        row: Option<&ArchiveRow>,
        key: &ObjectKey,
    ) -> Result<Option<ExposedBy>> {
        if !Names::is_encrypted(key.as_str()) {
            return Ok(self.change.is_open_to_others(None).then_some(ExposedBy::Everybody));
        }
        // A manifest that the ledger does not vouch for may say anything: the object itself tells, where it can be tried.
        let is_vouched_for = row.is_some_and(|row| row.manifest_sha256.is_some());
        if !is_vouched_for
            && let Some(removed) = self.change.removed()
            && let Some(opens) = self.opens_for_those_removed(store, key).await?
        {
            return Ok(opens.then(|| ExposedBy::Recipients(removed.clone())));
        }
        let describes =
            |manifest: &Manifest| manifest.data.object == key.as_str() || manifest.heads.object == key.as_str();
        if let Some(manifest) = manifest_of(store, stem, row).await?.filter(describes) {
            let is_open = self.change.is_open_to_others(manifest.encryption.as_ref());
            return Ok(is_open.then(|| match manifest.encryption {
                None => ExposedBy::Everybody,
                Some(encryption) => ExposedBy::Recipients(encryption.recipients.into_iter().collect()),
            }));
        }
        if !self.change.may_remove() {
            return Ok(None);
        }
        Ok(match (self.opens_for_those_removed(store, key).await?, self.change.removed()) {
            (Some(false), _) => None,
            (Some(true), Some(removed)) => Some(ExposedBy::Recipients(removed.clone())),
            _ => Some(ExposedBy::Unknown),
        })
    }

    /// Whether one of those that were removed opens an object, where it can be tried: the identities of all are at hand.
    async fn opens_for_those_removed(&self, store: &Store, key: &ObjectKey) -> Result<Option<bool>> {
        let Some(removed) = self.change.removed() else { return Ok(None) };
        let theirs = store.age_keys().only_identities_of(removed);
        if theirs.opened_names() != *removed {
            return Ok(None);
        }
        let Some(found) = store.head(key).await? else { return Ok(None) };
        let mut beginning = Vec::new();
        for most in [4096, HEADER_BYTES] {
            beginning.clear();
            let mut reader = store.get(key, Some(0..found.size.min(most))).await?;
            while let Some(piece) = reader.try_next().await? {
                beginning.extend_from_slice(&piece);
            }
            if let Ok(is_open) = opens(&theirs, &beginning) {
                return Ok(Some(is_open));
            }
        }
        Ok(None)
    }
}

/// What is written of an archive: its manifest, or what stays of that where it was deleted.
async fn manifest_of(store: &Store, stem: &str, row: Option<&ArchiveRow>) -> Result<Option<Manifest>> {
    let key = Names::manifest_of(stem)?;
    if store.head(&key).await?.is_some() {
        let read = match row.filter(|row| row.manifest_sha256.is_some()) {
            Some(row) => read_manifest(store, row).await,
            None => Manifest::read_unproven(store, &key).await.map(|(manifest, _)| manifest),
        };
        return match read {
            Err(e) if is_untold(&e) => Ok(None),
            read => read.map(Some),
        };
    }
    let key = Names::tombstone(stem)?;
    if store.head(&key).await?.is_none() {
        return Ok(None);
    }
    match Tombstone::read(store, &key).await {
        Err(e) if is_untold(&e) => Ok(None),
        read => read.map(|tombstone| Some(tombstone.manifest)),
    }
}

/// Uploads to archives of the namespace that were begun and not ended: whoever has written their parts knows what is in them.
///
/// # Errors
/// Where the store cannot be asked.
pub async fn unfinished_uploads(store: &Store, namespace: &str, within: &Within) -> Result<Vec<StrayUpload>> {
    let mut found = store.list_uploads(&Names::prefix(namespace)).await?;
    found.retain(|upload| within.has(Names::stem(upload.key.as_str())));
    Ok(found)
}
