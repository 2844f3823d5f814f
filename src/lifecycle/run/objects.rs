//! Whether the stores of a night have what the ledger counts on.

use super::super::outcome::RunOutcome;
use super::{NamespaceNight, is_stop};
use crate::archive::{self, ArchiveRow, CopyState, LackInStore, LackingObject};
use crate::db::queries::{archive_copies, ledger};
use crate::error::{Error, Result};

impl NamespaceNight<'_> {
    /// Lists each store that archives lie in, once, and tells which archives lack what. Nothing is read but names and sizes: a
    /// damage inside an object is found by `archives verify`.
    pub(super) async fn look_for_objects(&mut self, outcome: &mut RunOutcome) -> Result<()> {
        let Ok(own) = self.stores.url(self.work.policy) else { return Ok(()) };
        let urls: Vec<String> = if self.stores.is_given() {
            vec![own.to_string()]
        } else {
            archive::stores_of(&self.archives).into_iter().map(str::to_owned).collect()
        };
        for url in urls {
            self.work.stop.check()?;
            match self.lacking_in(&url).await {
                Ok(lacking) => self.tell_lacking(&url, &lacking, outcome).await?,
                Err(e) if is_stop(&e) => return Err(e),
                Err(e) if archive::is_away(&e) && self.has_moved(&url, &own.to_string()).await => {
                    self.tell_away(&url, &e);
                }
                Err(e) => self.tell_unseen(&url, e, outcome),
            }
        }
        Ok(())
    }

    async fn lacking_in(&mut self, url: &str) -> Result<Vec<LackingObject>> {
        if !self.archives.iter().any(|row| is_in(row, url)) {
            return Ok(Vec::new());
        }
        let store = self.stores.at(url).await?;
        // A disk that is not mounted lacks everything: that is another finding, and has another hint.
        archive::look_whose(self.lock.db(), self.work.scope, &store).await?;
        archive::lacking_objects(&self.archives, self.work.scope.namespace(), &store).await
    }

    /// Whether all that the ledger has in one store lies in the policy's: it was moved there, and the ledger has its old address.
    async fn has_moved(&mut self, url: &str, to: &str) -> bool {
        let at_new_address =
            |row: &ArchiveRow| ArchiveRow { store_url: Some(to.to_owned()), copies: Vec::new(), ..row.clone() };
        let moved: Vec<_> = self.archives.iter().filter(|row| is_in(row, url)).map(at_new_address).collect();
        let namespace = self.work.scope.namespace();
        match self.stores.at(to).await {
            Ok(store) if url != to => {
                let lacking = archive::lacking_objects(&moved, namespace, &store).await;
                lacking.is_ok_and(|lacking| lacking.is_empty())
            }
            _ => false,
        }
    }

    /// A store whose archives are all in others, too, may be away for a night.
    fn tell_unseen(&mut self, url: &str, why: Error, outcome: &mut RunOutcome) {
        let has_other = |row: &&ArchiveRow| row.store_url.iter().chain(&row.copies).any(|other| other != url);
        if archive::is_away(&why) && self.archives.iter().filter(|row| is_in(row, url)).all(|row| has_other(&row)) {
            self.tell_away(url, &why);
        } else {
            self.store_failed(url, why, outcome);
        }
    }

    /// The ledger is told as well: what is not whole is no witness for anything, and a copy that the policy wants is made again.
    async fn tell_lacking(&mut self, url: &str, lacking: &[LackingObject], outcome: &mut RunOutcome) -> Result<()> {
        let Some(lack) = LackInStore::of(&self.archives, lacking, url) else { return Ok(()) };
        let db = self.lock.db().client();
        for object in lacking {
            let is_first = |row: &ArchiveRow| row.id == object.archive && row.store_url.as_deref() == Some(url);
            if self.archives.iter().any(is_first) {
                ledger::note_not_read_back(db, object.archive).await?;
            } else {
                let why = object.to_string();
                archive_copies::note(db, object.archive, url, CopyState::Damaged, Some(&why)).await?;
            }
        }
        outcome.fail(url, lack.into_error(url));
        Ok(())
    }
}

fn is_in(row: &ArchiveRow, url: &str) -> bool {
    row.state.is_kept() && row.store_url.iter().chain(&row.copies).any(|other| other == url)
}
