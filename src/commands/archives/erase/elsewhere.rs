//! Archives that the ledger has in another store than the one that `--store` names: that nothing of them is in the one says nothing
//! of the other.

use std::collections::BTreeMap;

use super::run::{ErasureRun, PlacedElsewhere};
use crate::archive::{self, ArchiveRow, ClaimStores, LifecycleLock};
use crate::commands::app::{ArchiveStores, Context};
use crate::db::queries::whereabouts;
use crate::error::{Error, Kind, Result};
use crate::store::ObjectKey;
use crate::text::{self, shell_url};

/// What became of it.
enum Found {
    /// It holds nothing of the streams there, or is not there.
    Clean,
    /// It holds some of them.
    Holding,
    /// Nobody can tell.
    Unseen,
}

/// Which of these archives the ledger has elsewhere, before anything is removed.
///
/// # Errors
/// Where the store that was asked for does not answer.
pub(super) async fn placed(
    context: &Context,
    stores: &mut ArchiveStores<'_>,
    archives: &[ArchiveRow],
) -> Result<Vec<PlacedElsewhere>> {
    let Some(given) = context.settings.reading_store()?.map(|url| url.to_string()) else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for archive in archives.iter().filter(|archive| archive::misnamed(archive).is_none()) {
        let (Some(url), Some(key)) = (&archive.store_url, &archive.object_key) else { continue };
        if *url == given {
            continue;
        }
        context.stop.check()?;
        let is_in_given = stores.of(archive).await?.head(&ObjectKey::new(key)?).await?.is_some();
        found.push(PlacedElsewhere { archive: archive.clone(), url: url.clone(), is_in_given });
    }
    Ok(found)
}

fn still_there(url: &str, archives: &[i64], is_unseen: bool) -> Error {
    let n = text::counted(i64::try_from(archives.len()).unwrap_or(i64::MAX), "archive");
    let (are, shell) = (if archives.len() == 1 { "is" } else { "are" }, shell_url(&url));
    let ids = archives.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let e = Error::new(Kind::Verification, format!("erasing in {url}"));
    if is_unseen {
        return e
            .because(format!("by the ledger {n} may be there with what is to be erased ({ids}), and nobody can look"))
            .hint(format!(
                "the same command without --store looks there; with --gone {shell} you say that the store is gone for good"
            ));
    }
    e.because(format!(
        "by the ledger {n} {are} there and not in the store that --store names ({ids}), with what is to be erased"
    ))
    .hint("the same command without --store erases there")
}

impl ErasureRun<'_> {
    /// Tells of archives that may still hold what is erased in the store that the ledger has them in.
    pub(super) async fn placed_elsewhere(&mut self, lock: &mut LifecycleLock) -> Result<()> {
        let placed = std::mem::take(&mut self.elsewhere);
        if placed.is_empty() {
            return Ok(());
        }
        // An address that only a row names which is to be deleted is not opened.
        let known = whereabouts::stores(lock.db().client(), self.scope.namespace()).await?;
        let mut left: BTreeMap<(String, bool), Vec<i64>> = BTreeMap::new();
        for one in &placed {
            self.context.stop.check()?;
            if self.gone.contains(&one.url) {
                continue;
            }
            let found = if known.contains(&one.url) { self.look_at(one).await? } else { Found::Unseen };
            let is_unseen = match found {
                Found::Clean => continue,
                Found::Unseen if one.is_in_given => continue,
                Found::Unseen => true,
                Found::Holding => false,
            };
            left.entry((one.url.clone(), is_unseen)).or_default().push(one.archive.id);
        }
        for ((url, is_unseen), archives) in left {
            self.fail("store", &url, still_there(&url, &archives, is_unseen));
        }
        Ok(())
    }

    async fn look_at(&mut self, one: &PlacedElsewhere) -> Result<Found> {
        let looked = async {
            let store = self.stores.at(&one.url).await?;
            let mut is_there = false;
            for key in [&one.archive.object_key, &one.archive.heads_key].into_iter().flatten() {
                is_there |= store.head(&ObjectKey::new(key)?).await?.is_some();
            }
            if !is_there {
                return Ok(Found::Clean);
            }
            match archive::holding(&store, &one.archive, &self.streams, &self.context.stop).await {
                Ok(holding) if holding.streams.is_empty() => Ok(Found::Clean),
                // Without a list that can be believed it may hold anything.
                Err(e) if e.kind().is_stop() => Err(e),
                _ => Ok(Found::Holding),
            }
        };
        match looked.await {
            Err(e) if e.kind().is_stop() => Err(e),
            Err(_) => Ok(Found::Unseen),
            found => found,
        }
    }
}
