//! What attempts that came to nothing have left in the store: uploads that were never ended, objects of attempts that the
//! ledger gave up.

use std::time::Duration;

use chrono::{DateTime, Utc};
use futures::TryStreamExt;

use super::claim::ClaimedStore;
use super::names::Names;
use crate::db::queries::ledger::{self, ArchiveRow, State};
use crate::db::queries::{clock, rehydrate};
use crate::db::{Db, Scope};
use crate::error::Result;
use crate::failpoint::effect;
use crate::stop::Stop;
use crate::store::{ObjectInfo, Store, StrayUpload};

/// How old an upload is before it counts as stray, unless told otherwise: another database may be at it.
pub const STRAY_AFTER: Duration = Duration::from_hours(24);

/// Something that a run has left.
#[derive(Debug, Clone)]
pub struct Leftover {
    /// What it is.
    pub what: Left,
    /// What is to be done about it.
    pub fate: Fate,
}

/// What was left.
#[derive(Debug, Clone)]
pub enum Left {
    /// An upload that was begun and not ended; its parts are billed.
    Upload(StrayUpload),
    /// An object, with the archive in the ledger that it is of, if it is of any.
    Object(ObjectInfo, Option<i64>),
}

impl Left {
    /// The name of the object that it is, or would have become.
    pub fn key(&self) -> &str {
        match self {
            Self::Upload(upload) => upload.key.as_str(),
            Self::Object(object, _) => object.key.as_str(),
        }
    }

    /// When it was begun or stored, where the store tells.
    pub const fn since(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Upload(upload) => upload.initiated,
            Self::Object(object, _) => object.last_modified,
        }
    }
}

/// What is to be done about something left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Nothing needs it.
    Remove,
    /// It stays: a run may still be at it.
    TooYoung,
    /// It stays: it may be the only copy of its messages, which are neither live nor in an archive that is proven.
    MayBeNeeded,
    /// It stays: the ledger does not know it.
    Unknown,
}

/// Looks for what was left. Changes nothing.
///
/// # Errors
/// Where the store cannot be listed or a query fails.
pub async fn leftovers(db: &Db, scope: &Scope, store: &Store, stray_after: Duration) -> Result<Vec<Leftover>> {
    let prefix = Names::prefix(scope.namespace());
    let mut found = Vec::new();
    let until = clock::now(db.client()).await? - stray_after;
    for upload in store.list_uploads(&prefix).await? {
        // Without a time nobody knows whether it is at work.
        let fate = if upload.initiated.is_some_and(|at| at <= until) { Fate::Remove } else { Fate::TooYoung };
        found.push(Leftover { what: Left::Upload(upload), fate });
    }
    let archives = ledger::list(db.client(), scope.namespace()).await?;
    let mut objects = store.list(&prefix);
    let mut group: Vec<ObjectInfo> = Vec::new();
    while let Some(object) = objects.try_next().await? {
        // Objects of one archive stand side by side.
        if group.first().is_some_and(|first| Names::stem(first.key.as_str()) != Names::stem(object.key.as_str())) {
            found.extend(of_one_archive(db, scope, &archives, std::mem::take(&mut group)).await?);
        }
        group.push(object);
    }
    found.extend(of_one_archive(db, scope, &archives, group).await?);
    Ok(found)
}

async fn of_one_archive(
    db: &Db,
    scope: &Scope,
    archives: &[ArchiveRow],
    objects: Vec<ObjectInfo>,
) -> Result<Vec<Leftover>> {
    let Some(stem) = objects.first().map(|first| Names::stem(first.key.as_str()).to_owned()) else {
        return Ok(Vec::new());
    };
    let row = archives.iter().find(|a| a.manifest_key.as_deref().is_some_and(|key| Names::stem(key) == stem));
    let has_tombstone = objects.iter().any(|o| Names::is_tombstone(&o.key));
    let fate = match row {
        Some(row) if row.state == State::Failed => fate_of(db, scope, archives, row).await?,
        // A run ended while it deleted the archive.
        Some(row) if row.state == State::Expired && has_tombstone => Fate::Remove,
        Some(_) => return Ok(Vec::new()),
        None => Fate::Unknown,
    };
    let left = objects.into_iter().filter(|o| !Names::is_tombstone(&o.key));
    Ok(left.map(|object| Leftover { what: Left::Object(object, row.map(|r| r.id)), fate }).collect())
}

/// An attempt that failed may have stored all of its chunk before somebody else dropped that.
pub(super) async fn fate_of(db: &Db, scope: &Scope, archives: &[ArchiveRow], failed: &ArchiveRow) -> Result<Fate> {
    let range = (failed.range_start, failed.range_end);
    // Of the same messages at least, not a late part of the range.
    let holds_as_much = |a: &ArchiveRow| {
        failed.message_count.is_none()
            || a.message_count >= failed.message_count
                && a.first_global_position <= failed.first_global_position
                && a.last_global_position >= failed.last_global_position
    };
    let is_archived = archives.iter().any(|a| {
        a.state.is_kept() && a.id > failed.id && a.range_start <= range.0 && a.range_end >= range.1 && holds_as_much(a)
    });
    if is_archived {
        return Ok(Fate::Remove);
    }
    let positions = (failed.first_global_position, failed.last_global_position);
    let live = rehydrate::live_within(db.client(), &scope.messages(), range, positions).await?.messages;
    Ok(if live > 0 && live >= failed.message_count.unwrap_or(1) { Fate::Remove } else { Fate::MayBeNeeded })
}

/// Removes what [`leftovers`] has found, as far as it may go; the caller holds the lifecycle lock.
///
/// # Errors
/// Where the store refuses, or a stop is asked for.
pub async fn sweep(store: &ClaimedStore, left: &Leftover, stop: &Stop) -> Result<()> {
    stop.check()?;
    if left.fate != Fate::Remove {
        return Ok(());
    }
    store.still_ours().await?;
    match &left.what {
        Left::Upload(upload) => effect!("sweep.abort", store.abort_upload(upload).await?),
        Left::Object(object, _) => effect!("sweep.delete", store.delete(&object.key).await?),
    }
    Ok(())
}
