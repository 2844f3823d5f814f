//! Stores that are out of service, and may still hold what is erased: nothing looks into them.

use std::collections::{BTreeMap, BTreeSet};

use super::run::{ErasureRun, candidates, listed};
use crate::archive::{self, ArchiveRow, ClaimStores, Fate, Leftover, LifecycleLock, SweptItem, Within};
use crate::commands::app::Context;
use crate::db::queries::archive_copies::{self, CopyRow, CopyState};
use crate::db::queries::ledger;
use crate::db::queries::policies::{self, Policy};
use crate::db::queries::whereabouts;
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::store::StoreUrl;
use crate::stream_name::category_of;
use crate::text::shell_url;

/// The stores that `--gone` names.
///
/// # Errors
/// [`Kind::NotFound`] where one is not out of service: it is looked into, and what it holds is erased.
pub(super) async fn gone(context: &Context, db: &Db, scope: &Scope, given: &[String]) -> Result<BTreeSet<String>> {
    let mut gone = BTreeSet::new();
    if given.is_empty() {
        return Ok(gone);
    }
    let known = archive_copies::out_of_service(db.client(), scope.namespace()).await?;
    let mut known: BTreeSet<String> = known.into_iter().map(|(url, _)| url).collect();
    // Where another store is asked for, those that the ledger names are not looked into.
    if let Some(asked) = context.settings.reading_store()?.map(|url| url.to_string()) {
        let archives = ledger::list(db.client(), scope.namespace()).await?;
        known.extend(archives.into_iter().filter_map(|archive| archive.store_url).filter(|url| *url != asked));
    }
    for url in given {
        let url = url.parse::<StoreUrl>()?.to_string();
        if !known.contains(&url) {
            return Err(Error::new(
                Kind::NotFound,
                format!("looking for {url} among the stores that are out of service"),
            )
            .because("the namespace has no copies in a store of this address that is")
            .hint(format!("eventodb-admin policy set --remove-copy {} takes it out of service", shell_url(&url))));
        }
        gone.insert(url);
    }
    Ok(gone)
}

fn still_there(url: &str, copies: i64) -> Error {
    let copies = if copies == 1 { "a copy of an archive".to_owned() } else { format!("copies of {copies} archives") };
    let shell = shell_url(&url);
    Error::new(Kind::Verification, format!("erasing in {url}"))
        .because(format!(
            "{copies} may still be in {url}, which was taken out of service and was not looked into, with what is to be erased"
        ))
        .hint(format!(
            "the same command with --store {shell} looks there; with --gone {shell} you say that the store is gone for good"
        ))
}

impl ErasureRun<'_> {
    /// What the ledger has as out of service in a store that the policy names is in service.
    pub(super) async fn take_up(&self, lock: &mut LifecycleLock) -> Result<()> {
        let db = lock.db().client();
        let policy = policies::of(db, self.scope.namespace()).await?;
        let named: Vec<String> = policy.iter().flat_map(Policy::stores).cloned().collect();
        archive_copies::take_up(db, self.scope.namespace(), &named).await.map(drop)
    }

    /// Tells of stores that nothing looks into and that may hold some of it. Says whether one counts as gone.
    pub(super) async fn out_of_service(&mut self, context: &Context, lock: &mut LifecycleLock) -> Result<bool> {
        let asked = context.settings.store()?.map(|url| url.to_string());
        let archives = listed(lock.db(), self.scope, &self.streams).await?;
        let mut stores: BTreeMap<String, i64> = BTreeMap::new();
        for copy in archive_copies::list(lock.db().client(), self.scope.namespace(), None).await? {
            if copy.state != CopyState::Abandoned || Some(&copy.store_url) == asked.as_ref() {
                continue;
            }
            let Some(archive) = archives.iter().find(|a| a.id == copy.archive) else { continue };
            if self.may_hold(archive).await? {
                *stores.entry(copy.store_url).or_default() += 1;
            }
        }
        let mut is_any_gone = false;
        for (url, copies) in stores {
            if self.gone.contains(&url) {
                is_any_gone = true;
                context.ui.note(&format!("what {url} held counts as erased: it is gone for good, as --gone says"));
            } else {
                self.fail("store", &url, still_there(&url, copies));
            }
        }
        Ok(is_any_gone)
    }

    /// Ends uploads that runs have left which were killed, or which lost their lock: their parts hold what is erased. Nobody is at them
    /// while the lifecycle lock is held, and a run that stood still cannot end them any more.
    pub(super) async fn uploads(&mut self, lock: &mut LifecycleLock) -> Result<()> {
        let (db, namespace) = (lock.db().client(), self.scope.namespace());
        // An address that only a row names which is to be deleted is not opened.
        let known = whereabouts::stores(db, namespace).await?;
        let copies = archive_copies::list(db, namespace, None).await?;
        let meant = candidates(&listed(lock.db(), self.scope, &self.streams).await?, &self.streams);
        let is_of_one = |copy: &CopyRow| copy.state.is_in_store() && meant.iter().any(|a| a.id == copy.archive);
        let places: BTreeSet<&String> = meant
            .iter()
            .filter_map(|archive| archive.store_url.as_ref().filter(|url| known.contains(url)))
            .chain(copies.iter().filter(|copy| is_of_one(copy)).map(|copy| &copy.store_url))
            .collect();
        for url in places {
            self.context.stop.check()?;
            match self.end_uploads(lock, url).await {
                Ok(()) => {}
                Err(e) if e.kind().is_stop() => return Err(e),
                // What needs the store tells that it is away.
                Err(e) if archive::is_away(&e) => tracing::info!("{e}"),
                Err(e) => self.fail("store", url, e),
            }
        }
        Ok(())
    }

    async fn end_uploads(&mut self, lock: &mut LifecycleLock, url: &str) -> Result<()> {
        let store = self.stores.claimed_at(lock, self.scope, url).await?;
        for upload in archive::unfinished_uploads(&store, self.scope.namespace(), &Within::Namespace).await? {
            let left = Leftover { what: SweptItem::Upload(upload), fate: Fate::Abort };
            archive::sweep(&store, &left, &self.context.stop).await?;
        }
        Ok(())
    }

    /// Whether an archive's copies may hold some of it: of one that is kept its own objects tell, of another one its categories.
    async fn may_hold(&mut self, archive: &ArchiveRow) -> Result<bool> {
        let has_category = |s: &String| {
            let counts = archive.category_counts.as_ref();
            counts.is_none_or(|counts| counts.get(category_of(s)).is_some())
        };
        if archive.object_key.is_none() || !self.streams.iter().any(has_category) {
            return Ok(false);
        }
        if !archive.state.is_kept() {
            return Ok(true);
        }
        let looked = async {
            let store = self.stores.of(archive).await?;
            archive::holding(&store, archive, &self.streams, &self.context.stop).await
        };
        match looked.await {
            Ok(holding) => Ok(!holding.streams.is_empty()),
            Err(e) if e.kind().is_stop() => Err(e),
            Err(_) => Ok(true),
        }
    }
}
