//! What failed attempts have left in the stores of a night.

use std::collections::BTreeSet;

use super::super::outcome::RunOutcome;
use super::{NamespaceNight, NamespaceWork, is_stop};
use crate::archive::{self, Fate, Leftover, Proofs, RemovalCheck, STRAY_AFTER, State, StillLocked, SweptItem};
use crate::db::queries::claims;
use crate::error::Result;
use crate::store::{Store, StoreUrl};

impl NamespaceNight<'_> {
    /// Removes what failed attempts have left, where there is anything that an archive could have been tried for.
    pub(super) async fn sweep(&mut self, outcome: &mut RunOutcome) -> Result<()> {
        let has_tried = outcome.archived > 0 || self.archives.iter().any(|a| a.state != State::Discarded);
        let policy = self.work.policy;
        let Ok(own) = self.stores.url(policy) else { return Ok(()) };
        if !policy.archives() || !has_tried {
            return Ok(());
        }
        for url in self.swept(own).await? {
            if let Some(store) = self.open_store(&url, outcome).await {
                self.sweep_store(&store, &url, outcome).await?;
            }
        }
        Ok(())
    }

    /// The store that archives go to, and those of their copies that something was written to.
    async fn swept(&mut self, own: StoreUrl) -> Result<Vec<StoreUrl>> {
        let mut swept = vec![own];
        if self.stores.is_given() || self.work.policy.copies.is_empty() {
            return Ok(swept);
        }
        let claims = claims::list(self.lock.db().client(), self.work.scope.namespace()).await?;
        for url in self.work.policy.copies.iter().filter(|url| claims.iter().any(|row| row.store_url == **url)) {
            swept.push(url.parse()?);
        }
        Ok(swept)
    }

    async fn sweep_store(&mut self, store: &Store, url: &StoreUrl, outcome: &mut RunOutcome) -> Result<()> {
        let NamespaceWork { scope, policy, progress, stop, .. } = self.work;
        let mut proofs = Proofs::default();
        // A night that has nothing to remove only looks.
        let looked = async {
            archive::look_whose(self.lock.db(), scope, store).await?;
            let (db, stores) = (self.lock.db(), &mut *self.stores);
            let mut look = RemovalCheck { db, scope, stores, proofs: &mut proofs, progress, stop };
            archive::leftovers(&mut look, store, STRAY_AFTER).await
        };
        let mut found = match looked.await {
            Ok(found) => found,
            Err(e) if is_stop(&e) => return Err(e),
            Err(e) if !policy.copies.is_empty() && store.check().await.is_err() => {
                self.tell_away(&url.to_string(), &e);
                return Ok(());
            }
            Err(e) => {
                self.store_failed(&url.to_string(), e, outcome);
                return Ok(());
            }
        };
        for text in found.iter().filter_map(why_it_stays).collect::<BTreeSet<_>>() {
            self.tell_stays(text);
        }
        found.retain(|left| left.fate.goes());
        if found.is_empty() {
            return Ok(());
        }
        let store = match self.claims.of_to_remove(self.lock, scope, store, progress).await {
            Ok(store) => store,
            Err(e) => {
                self.store_failed(&url.to_string(), e, outcome);
                return Ok(());
            }
        };
        for left in &found {
            stop.check()?;
            match archive::sweep(&store, left, stop).await {
                Ok(()) => outcome.swept += 1,
                Err(e) if is_stop(&e) => return Err(e),
                // It goes in the night after its lock has ended.
                Err(e) if StillLocked::of(&e).is_some() => progress.note(&e.to_string()),
                Err(e) => outcome.fail(left.what.key(), e),
            }
        }
        Ok(())
    }

    /// Once a night, in however many stores it is found.
    fn tell_stays(&mut self, text: String) {
        if !self.told.contains(&text) {
            self.work.progress.warn(&text);
            self.told.insert(text);
        }
    }
}

fn why_it_stays(left: &Leftover) -> Option<String> {
    let Fate::Stays(stays) = &left.fate else { return None };
    Some(match (&left.what, stays.is_of_row()) {
        (SweptItem::Object(_, Some(id)) | SweptItem::Row(id, _), false) => {
            format!("archive {id} failed, but {stays}; {}", stays.way_back(*id, State::Failed))
        }
        (SweptItem::Object(_, Some(id)) | SweptItem::Row(id, _), true) => {
            format!("the row of archive {id} is odd: {stays}")
        }
        _ => format!("{} stays: {stays}", left.what.key()),
    })
}
