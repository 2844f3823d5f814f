//! Archives that lie in the namespace's stores and that the ledger does not have there.

use crate::archive;
use crate::commands::app::Context;
use crate::db::queries::archive_copies;
use crate::db::queries::policies::{self, Policy};
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::store::{Store, StoreUrl};
use crate::text::shell_url;
use crate::ui::human;

/// What is unknown in a store, or why it could not be looked through.
pub struct Unplaced {
    /// The store.
    pub store_url: StoreUrl,
    /// What is to be done about it.
    pub error: Error,
}

impl Context {
    /// Looks through the stores that were asked for or that the policy names, all but one: what of archives lies there and is not in
    /// the ledger, or is there as another store's alone. Where a store does not answer, that is the error.
    pub async fn unplaced(&self, db: &Db, scope: &Scope, but: Option<&StoreUrl>) -> Result<Vec<Unplaced>> {
        let mut urls: Vec<StoreUrl> = self.settings.store()?.into_iter().collect();
        let policy = policies::of(db.client(), scope.namespace()).await?;
        for url in policy.iter().flat_map(Policy::stores) {
            let url = url.parse()?;
            if !urls.contains(&url) {
                urls.push(url);
            }
        }
        let mut found = Vec::new();
        for url in urls.into_iter().filter(|url| Some(url) != but) {
            self.stop.check()?;
            let looked = async {
                let store = Store::open_existing(&url, &self.settings.store_settings).await?;
                unplaced_in(db, scope, &store).await
            };
            let error = match looked.await {
                Ok(None) => continue,
                // A store that nothing was written to yet.
                Err(e)
                    if e.kind() == Kind::NotFound && !archive::must_be_there(db, scope, &url.to_string()).await? =>
                {
                    continue;
                }
                Ok(Some(error)) | Err(error) => error,
            };
            found.push(Unplaced { store_url: url, error });
        }
        Ok(found)
    }

    /// Warns of stores that were taken out of service with copies in them: nothing looks there.
    pub async fn warn_of_out_of_service(&self, db: &Db, scope: &Scope) -> Result<()> {
        let asked = self.settings.store()?.map(|url| url.to_string());
        let mut stores = archive_copies::out_of_service(db.client(), scope.namespace()).await?;
        stores.retain(|(url, _)| Some(url) != asked.as_ref());
        for (url, copies) in &stores {
            self.ui.warn(&format!(
                "{} may still be in {url}, which was taken out of service and was not looked into; the same command with --store {} \
                 looks there",
                if *copies == 1 { "a copy of an archive".to_owned() } else { format!("copies of {copies} archives") },
                shell_url(url)
            ));
        }
        Ok(())
    }

    /// Says what is not an error of this command.
    pub(super) fn warn_of(&self, error: &Error) {
        self.ui.warn(&match error.hint_text() {
            Some(hint) => format!("{error}; {hint}"),
            None => error.to_string(),
        });
    }

    /// Warns of what lies in a store.
    pub async fn warn_of_unplaced_in(&self, db: &Db, scope: &Scope, store: &Store) -> Result<()> {
        if let Some(error) = unplaced_in(db, scope, store).await? {
            self.warn_of(&error);
        }
        Ok(())
    }

    /// Warns of what lies in those stores.
    pub async fn warn_of_unplaced(&self, db: &Db, scope: &Scope, but: Option<&StoreUrl>) -> Result<()> {
        for Unplaced { error, .. } in self.unplaced(db, scope, but).await? {
            self.warn_of(&error);
        }
        Ok(())
    }
}

/// What of archives lies in a store that the ledger does not have there.
async fn unplaced_in(db: &Db, scope: &Scope, store: &Store) -> Result<Option<Error>> {
    let stems = archive::unplaced_archives(db, scope, store).await?;
    let Some(first) = stems.first() else { return Ok(None) };
    let (n, url) = (human::plural(stems.len(), "archive"), store.url());
    let has = if stems.len() == 1 {
        "lies there that the ledger does not have"
    } else {
        "lie there that the ledger does not have"
    };
    Ok(Some(
        Error::new(Kind::Verification, format!("looking through {url}"))
            .because(format!("{n} {has} in this store, the first {first}"))
            .hint(format!(
                "eventodb-admin archives sync --store {} enters what is there in the ledger",
                shell_url(url)
            )),
    ))
}
