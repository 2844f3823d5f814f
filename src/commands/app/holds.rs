//! The stores of a namespace that are asked for holds, and the holds that are in force.

use super::context::Context;
use crate::archive::{self, Holds};
use crate::db::queries::whereabouts;
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::store::{Store, StoreUrl};

/// What a missing folder means, where no archive is known to be in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoFolder {
    /// It is made.
    Make,
    /// There is nothing in it.
    Skip,
}

/// The addresses of the namespace's stores: those of its policy and its archives, and the one that was asked for; `--store` names
/// the one that is in the place of all.
pub async fn known(context: &Context, db: &Db, scope: &Scope) -> Result<Vec<String>> {
    if let Some(url) = context.settings.reading_store()? {
        return Ok(vec![url.to_string()]);
    }
    let mut urls = whereabouts::stores(db.client(), scope.namespace()).await?;
    if let Some(url) = context.settings.store()?.map(|url| url.to_string())
        && !urls.contains(&url)
    {
        urls.push(url);
    }
    Ok(urls)
}

pub async fn open(context: &Context, db: &Db, scope: &Scope, url: &str, no_folder: NoFolder) -> Result<Option<Store>> {
    let (url, settings) = (url.parse::<StoreUrl>()?, &context.settings.store_settings);
    match Store::open_existing(&url, settings).await {
        Err(e) if e.kind() == Kind::NotFound => {
            if archive::must_be_there(db, scope, &url.to_string()).await? {
                return Err(archive::folder_is_missing(e, &url));
            }
            match no_folder {
                NoFolder::Make => Store::open(&url, settings).await.map(Some),
                NoFolder::Skip => Ok(None),
            }
        }
        opened => opened.map(Some),
    }
}

/// The holds that are known to the database and the namespace's stores, for a verb that takes messages out of the database.
pub async fn in_force(context: &Context, db: &Db, scope: &Scope) -> Result<Holds> {
    let mut holds = Holds::of(db, scope).await?;
    let (mut is_asked, mut away) = (false, Vec::new());
    for url in known(context, db, scope).await? {
        let opened = async {
            let Some(store) = open(context, db, scope, &url, NoFolder::Skip).await? else { return Ok(None) };
            store.check().await?;
            Ok::<_, Error>(Some(store))
        };
        match opened.await {
            Ok(None) => {}
            Ok(Some(store)) => {
                holds = holds.and_in(&store, scope).await?;
                is_asked = true;
            }
            Err(e) if archive::is_away(&e) => away.push((url, e)),
            Err(e) => return Err(e),
        }
    }
    // One store has what all have: without any, the database's word stands alone.
    for (url, e) in away {
        if !is_asked {
            return Err(e);
        }
        context.ui.warn(&format!("{url} is away, and was not asked for holds: {e}"));
    }
    Ok(holds)
}
