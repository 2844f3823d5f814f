//! The stores besides the one that archives go to: whether each that keeps archives answers, by its own settings.

use super::check::{Check, number};
use super::store::objects_of_archives;
use crate::archive::{folder_is_missing, unplaced_archives};
use crate::db::queries::doctor as queries;
use crate::db::{Db, Scope};
use crate::error::Result;
use crate::store::{Store, StoreSettings, StoreUrl};

/// Asks the other stores that keep archives of the namespace, and names sections of the configuration file that no store is in.
/// `looked_at` is the store that was checked already.
///
/// # Errors
/// Where the session is lost; what a store refuses is a check that failed.
pub async fn other_stores(
    db: &Db,
    scope: &Scope,
    settings: &StoreSettings,
    looked_at: Option<&StoreUrl>,
) -> Result<Vec<Check>> {
    let named = queries::stores(db.client(), scope.namespace()).await?;
    let mut checks = Vec::new();
    let mut known: Vec<StoreUrl> = looked_at.into_iter().cloned().collect();
    for store in &named {
        let url = match store.url.parse::<StoreUrl>() {
            Ok(url) if known.contains(&url) => continue,
            Ok(url) => url,
            Err(e) => {
                checks.push(Check::failed("other stores", &e.while_doing(format!("a store's URL, {}", store.url))));
                continue;
            }
        };
        if store.has_archives {
            match answering(&url, settings).await {
                Ok(store) => {
                    checks.push(Check::ok("other stores", format!("{url} answers")));
                    checks.push(objects_of_archives(db, scope, &store).await?);
                    checks.push(unplaced(db, scope, &store).await);
                }
                Err(e) => checks.push(Check::failed("other stores", &e)),
            }
        }
        known.push(url);
    }
    let unused: Vec<_> =
        settings.sections.urls().filter(|section| !known.iter().any(|url| section.holds(url))).collect();
    if !unused.is_empty() {
        let urls = unused.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        checks.push(Check::ok("sections of stores", format!("{urls}: no archive of this database is there yet")));
    }
    Ok(checks)
}

async fn answering(url: &StoreUrl, settings: &StoreSettings) -> Result<Store> {
    let store = Store::open_existing(url, settings).await.map_err(|e| folder_is_missing(e, url))?;
    store.check().await?;
    Ok(store)
}

/// Whether archives lie in a store that the ledger does not have there.
async fn unplaced(db: &Db, scope: &Scope, store: &Store) -> Check {
    const NAME: &str = "archives that the ledger does not have there";
    match unplaced_archives(db, scope, store).await {
        Err(e) => Check::failed(NAME, &e),
        Ok(stems) => match stems.first() {
            None => Check::ok(NAME, format!("none in {}", store.url())),
            Some(first) => Check::warn(
                NAME,
                format!("{} in {}, the first {first}", number(stems.len(), "archive is", "archives are"), store.url()),
                format!("eventodb-admin archives sync --store {}", crate::text::shell_url(store.url())),
            ),
        },
    }
}
