//! What attempts that came to nothing have left in the store: uploads that were never ended, objects of attempts that the
//! ledger gave up.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures::TryStreamExt;

use crate::archive::claim::ClaimedStore;
use crate::archive::format::ledger_row::{history, misnamed};
use crate::archive::format::object_names::Names;
use crate::archive::keep::removable::{ObjectsStayReason, Removable, Removal, RemovalCheck, RemovalVerdict};
use crate::archive::keep::whereabouts::OpenStores;
use crate::db::queries::clock;
use crate::db::queries::ledger::{self, ArchiveRow, Objects, State};
use crate::error::Result;
use crate::failpoint::effect;
use crate::stop::Stop;
use crate::store::{ObjectInfo, ObjectKey, Store, StrayUpload};

/// How old an upload is before it counts as stray, unless told otherwise: another database may be at it.
pub const STRAY_AFTER: Duration = Duration::from_hours(24);

/// Something that a run has left.
#[derive(Debug, Clone)]
pub struct Leftover {
    /// What it is.
    pub what: SweptItem,
    /// What is to be done about it.
    pub fate: Fate,
}

/// What was left.
#[derive(Debug, Clone)]
pub enum SweptItem {
    /// An upload that was begun and not ended; its parts are billed.
    Upload(StrayUpload),
    /// An object, with the archive in the ledger that it is of, if it is of any.
    Object(ObjectInfo, Option<i64>),
    /// A row of the ledger that names objects which it cannot mean: its number, and the first of them.
    Row(i64, String),
}

impl SweptItem {
    /// The name of the object that it is, or would have become.
    pub fn key(&self) -> &str {
        match self {
            Self::Upload(upload) => upload.key.as_str(),
            Self::Object(object, _) => object.key.as_str(),
            Self::Row(_, key) => key,
        }
    }

    /// When it was begun or stored, where the store tells.
    pub const fn since(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Upload(upload) => upload.initiated,
            Self::Object(object, _) => object.last_modified,
            Self::Row(..) => None,
        }
    }
}

/// What is to be done about something left.
#[derive(Debug, Clone)]
pub enum Fate {
    /// An upload that nobody is at any more.
    Abort,
    /// Nothing needs it.
    Remove(Arc<Removable>),
    /// It stays: a run may still be at it.
    TooYoung,
    /// It stays: it may be needed, or the row that it is of cannot be believed.
    Stays(ObjectsStayReason),
    /// It stays: the ledger does not know it.
    Unknown(UnknownObject),
}

/// What is known of something that the ledger does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnknownObject {
    /// A manifest or a tombstone tells what it is.
    Described,
    /// Neither is beside it.
    Headless,
    /// This program gives no object such a name.
    Foreign,
}

impl UnknownObject {
    fn of(namespace: &str, key: &ObjectKey, group: &[ObjectInfo]) -> Self {
        if Names::part(namespace, key.as_str()).is_none() {
            return Self::Foreign;
        }
        let tells = |o: &ObjectInfo| Names::is_manifest(&o.key) || Names::is_tombstone(&o.key);
        if group.iter().any(tells) { Self::Described } else { Self::Headless }
    }
}

impl fmt::Display for UnknownObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Described => "the ledger does not know it: archives sync",
            Self::Headless => {
                "the ledger does not know it, and no manifest is beside it: the run that stored it never finished, or the \
                 manifest is gone. Put that back from another store, a version or a backup, and run archives sync"
            }
            Self::Foreign => "this program gives no object such a name",
        })
    }
}

impl Fate {
    /// Whether it goes.
    pub const fn goes(&self) -> bool {
        matches!(self, Self::Abort | Self::Remove(_))
    }

    /// Whether it stays because it may be an only copy.
    pub const fn may_be_needed(&self) -> bool {
        matches!(self, Self::Stays(stays) if !stays.is_of_row() && !stays.is_held())
    }

    /// Whether it stays because a row of the ledger cannot be right.
    pub const fn is_of_row(&self) -> bool {
        matches!(self, Self::Stays(stays) if stays.is_of_row())
    }
}

/// Looks for what was left. Changes nothing.
///
/// # Errors
/// Where a store cannot be asked or a query fails.
pub async fn leftovers<S: OpenStores>(
    look: &mut RemovalCheck<'_, S>,
    store: &Store,
    stray_after: Duration,
) -> Result<Vec<Leftover>> {
    let prefix = Names::prefix(look.scope.namespace());
    let mut found = Vec::new();
    let until = clock::now(look.db.client()).await? - stray_after;
    for upload in store.list_uploads(&prefix).await? {
        // Without a time nobody knows whether it is at work.
        let fate = if upload.initiated.is_some_and(|at| at <= until) { Fate::Abort } else { Fate::TooYoung };
        found.push(Leftover { what: SweptItem::Upload(upload), fate });
    }
    let mut archives = ledger::list(look.db.client(), look.scope.namespace()).await?;
    let former = history(&archives);
    archives.retain(|row| !former.contains(&row.id));
    let mut rows: HashMap<&str, Vec<&ArchiveRow>> = HashMap::new();
    for row in &archives {
        let stems: BTreeSet<&str> =
            [&row.manifest_key, &row.object_key].into_iter().flatten().map(|key| Names::stem(key)).collect();
        for stem in stems {
            rows.entry(stem).or_default().push(row);
        }
    }
    let mut objects = store.list(&prefix);
    let mut group: Vec<ObjectInfo> = Vec::new();
    while let Some(object) = objects.try_next().await? {
        // Objects of one archive stand side by side.
        if group.first().is_some_and(|first| Names::stem(first.key.as_str()) != Names::stem(object.key.as_str())) {
            found.extend(of_one_archive(look, store, &rows, std::mem::take(&mut group)).await?);
        }
        group.push(object);
    }
    found.extend(of_one_archive(look, store, &rows, group).await?);
    found.extend(odd_rows(look, &archives).await?);
    Ok(found)
}

/// Rows that say that their objects are of no use, and name what others need or what is no archive's: whatever they name
/// stays, and somebody has to look at them.
async fn odd_rows<S: OpenStores>(look: &RemovalCheck<'_, S>, archives: &[ArchiveRow]) -> Result<Vec<Leftover>> {
    let mut claimed = look.claimed_twice().await?;
    let mut odd = Vec::new();
    for row in archives {
        let is_idle = matches!(row.state, State::Failed | State::Expired) && row.objects != Objects::Deleted;
        if !is_idle {
            continue;
        }
        let stays = match (misnamed(row), claimed.remove(&row.id)) {
            (Some(why), _) => ObjectsStayReason::NotOurs(why),
            (None, Some((id, namespace))) => ObjectsStayReason::InUse(id, namespace),
            (None, None) => continue,
        };
        let key = row.object_key.clone().unwrap_or_default();
        odd.push(Leftover { what: SweptItem::Row(row.id, key), fate: Fate::Stays(stays) });
    }
    Ok(odd)
}

async fn of_one_archive<S: OpenStores>(
    look: &mut RemovalCheck<'_, S>,
    store: &Store,
    rows: &HashMap<&str, Vec<&ArchiveRow>>,
    objects: Vec<ObjectInfo>,
) -> Result<Vec<Leftover>> {
    let Some(stem) = objects.first().map(|first| Names::stem(first.key.as_str()).to_owned()) else {
        return Ok(Vec::new());
    };
    let rows = rows.get(stem.as_str()).map(Vec::as_slice).unwrap_or_default();
    // Whatever another row says of them: one that counts on them is believed first.
    if rows.iter().any(|row| !matches!(row.state, State::Failed | State::Expired)) {
        return Ok(Vec::new());
    }
    let has_tombstone = objects.iter().any(|o| Names::is_tombstone(&o.key));
    // Of several the first whose row can be right; the others are told as rows.
    let row = rows.iter().find(|row| misnamed(row).is_none()).or(rows.first()).copied();
    let fate = match row {
        Some(row) if row.state == State::Failed || has_tombstone => match look.verdict_in(store, row).await? {
            RemovalVerdict::Go(leave) => Fate::Remove(Arc::new(leave)),
            RemovalVerdict::Stays(stays) if stays.is_of_row() => return Ok(Vec::new()),
            RemovalVerdict::Stays(stays) => Fate::Stays(stays),
        },
        Some(_) => return Ok(Vec::new()),
        None => Fate::Unknown(UnknownObject::Described),
    };
    let namespace = look.scope.namespace();
    let left = objects.iter().filter(|o| !Names::is_tombstone(&o.key));
    Ok(left
        .map(|object| {
            let fate = match &fate {
                Fate::Unknown(_) => Fate::Unknown(UnknownObject::of(namespace, &object.key, &objects)),
                // Something else that somebody has put beside them under a like name.
                Fate::Remove(leave) if !leave.covers(&object.key) => Fate::Unknown(UnknownObject::Foreign),
                fate => fate.clone(),
            };
            let object = object.clone();
            Leftover { what: SweptItem::Object(object, row.map(|r| r.id)), fate }
        })
        .collect())
}

/// Removes what [`leftovers`] has found, as far as it may go; the caller holds the lifecycle lock.
///
/// # Errors
/// Where the store refuses, or a stop is asked for.
pub async fn sweep(store: &ClaimedStore, left: &Leftover, stop: &Stop) -> Result<()> {
    stop.check()?;
    store.still_ours().await?;
    match (&left.what, &left.fate) {
        (SweptItem::Upload(upload), Fate::Abort) => effect!("sweep.abort", store.abort_upload(upload).await?),
        (SweptItem::Object(object, _), Fate::Remove(leave)) => {
            effect!("sweep.delete", leave.delete(store, &object.key, Removal::Delete).await?);
        }
        _ => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_nothing_needs_goes_and_each_that_stays_says_why() {
        let alone = || Fate::Stays(ObjectsStayReason::Alone(1, 2));
        let of_row = || Fate::Stays(ObjectsStayReason::NotOurs("why".to_owned()));
        assert!(Fate::Abort.goes());
        for fate in [alone(), of_row(), Fate::TooYoung, Fate::Unknown(UnknownObject::Described)] {
            assert!(!fate.goes(), "{fate:?}");
        }
        assert!(alone().may_be_needed() && !alone().is_of_row());
        assert!(of_row().is_of_row() && !of_row().may_be_needed());
        for fate in [Fate::Abort, Fate::TooYoung, Fate::Unknown(UnknownObject::Headless)] {
            assert!(!fate.may_be_needed() && !fate.is_of_row(), "{fate:?}");
        }
    }
}
