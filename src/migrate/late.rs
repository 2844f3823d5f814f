//! Messages that came late into ranges that had been copied: committed with a position that was handed out by hand, or kept
//! in store by a session.

use super::job::Job;
use super::verify::{CompareDepth, reaches_into, verify};
use crate::archive::{self, ArchiveRow, LifecycleLock};
use crate::db::Db;
use crate::db::queries::ledger::{self, State};
use crate::db::queries::migrations::{self as queries, ClaimedRange};
use crate::error::{Error, Result};
use crate::store::{Store, StoreSettings, StoreUrl};

/// Where archives are that were made behind the copy.
#[derive(Debug, Clone)]
pub struct LateStores {
    /// The store that holds all of them, whatever the ledger says.
    pub given: Option<StoreUrl>,
    /// How stores are opened.
    pub settings: StoreSettings,
}

impl LateStores {
    async fn of(&self, archive: &ArchiveRow) -> Result<Store> {
        let doing = || format!("opening the store of archive {}", archive.id);
        let url = match (&self.given, &archive.store_url) {
            (Some(url), _) => url.clone(),
            (None, Some(url)) => url.parse().map_err(|e: Error| e.while_doing(doing()))?,
            (None, None) => {
                return Err(Error::failed(doing()).because("the ledger names none").hint("add --store"));
            }
        };
        Store::open_existing(&url, &self.settings)
            .await
            .map_err(|e| archive::folder_is_missing(e, &url).while_doing(doing()))
    }
}

/// How a range of which some is missing is filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RangeFill {
    /// The heads' trigger looks at each message.
    ByTrigger,
    /// Archives of the range's times are back. The trigger could not tell what lies in those of other times: that all is as
    /// at the source is proven instead.
    Proven,
}

/// Looks for them, and copies them.
///
/// # Errors
/// [`Kind::Verification`](crate::error::Kind::Verification) where the sides differ by more than what was missing.
pub(super) async fn mend(db: &mut Db, from: &Db, job: &Job<'_>, stores: &LateStores) -> Result<()> {
    let migration = queries::get(db.client(), job.migration.id).await?;
    let found = verify(from, db, job.source, job.scope, &migration, CompareDepth::Late, job.progress, job.stop).await?;
    for (first, last) in found.differing {
        let range = ClaimedRange { first, last };
        let fill = match archived(db, job, range).await? {
            archives if archives.is_empty() => RangeFill::ByTrigger,
            archives => {
                bring_back(job, stores, &archives, range).await?;
                RangeFill::Proven
            }
        };
        job.late(db, range, fill).await?;
        job.progress.note(&format!("messages came late to global positions {first} to {last}; they are copied now"));
    }
    Ok(())
}

/// The archives that hold some of a range.
async fn archived(db: &Db, job: &Job<'_>, range: ClaimedRange) -> Result<Vec<ArchiveRow>> {
    let rows = queries::ranges_from(db.client(), job.migration.id, range.first.checked_sub(1), 1).await?;
    let Some(proven) = rows.into_iter().find(|r| r.first == range.first).and_then(|r| r.copied) else {
        return Ok(Vec::new());
    };
    let mut archives = ledger::list(db.client(), job.scope.namespace()).await?;
    archives.retain(|a| a.state == State::Dropped && a.message_count != Some(0));
    archives.retain(|a| reaches_into(&proven, std::slice::from_ref(a)));
    Ok(archives)
}

/// Brings archives back: what came late lies among their messages.
async fn bring_back(job: &Job<'_>, stores: &LateStores, archives: &[ArchiveRow], range: ClaimedRange) -> Result<()> {
    let doing = format!("bringing back what is archived of global positions {} to {}", range.first, range.last);
    let mut lock = LifecycleLock::take(job.target.connect().await?, job.scope, job.progress).await?;
    for row in archives {
        let store = stores.of(row).await.map_err(|e| e.while_doing(&doing))?;
        archive::rehydrate(&mut lock, job.scope, &store, row, None, job.progress, job.stop)
            .await
            .map_err(|e| e.while_doing(&doing))?;
    }
    lock.release().await?;
    let ids: Vec<_> = archives.iter().map(|a| a.id.to_string()).collect();
    job.progress.note(&format!(
        "messages came late to times that were archived behind the copy: archive {} is in the database again, and goes back \
         with eventodb-admin -n {} archives release {} after the cutover",
        ids.join(", "),
        job.scope.namespace(),
        ids.join(" ")
    ));
    Ok(())
}
