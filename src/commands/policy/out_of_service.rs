//! A store that is taken out of service: archives stay in the others.

use tokio_postgres::GenericClient;

use crate::archive::{self, ArchiveRow, ClaimStores};
use crate::commands::app::Context;
use crate::db::queries::policies::Policy;
use crate::db::queries::{archive_copies, ledger};
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::text;

/// Archives whose first copy is in one of these stores, and the copy that takes its place.
fn moved<'a>(archives: &'a [ArchiveRow], given_up: &[String]) -> Vec<(&'a ArchiveRow, Option<&'a String>)> {
    let lies_there = |a: &&ArchiveRow| a.store_url.as_ref().is_some_and(|url| given_up.contains(url));
    let kept = archives.iter().filter(|a| a.state.is_kept()).filter(lies_there);
    kept.map(|a| (a, a.copies.iter().find(|url| !given_up.contains(url)))).collect()
}

/// Refuses where an archive would be left nowhere: each has a verified copy in another store, whose manifest is there.
///
/// # Errors
/// [`Kind::Conflict`] where one has none.
pub(super) async fn check(context: &Context, db: &Db, scope: &Scope, given_up: &[String]) -> Result<()> {
    if given_up.is_empty() {
        return Ok(());
    }
    let doing = || format!("taking {} out of service", given_up.join(", "));
    let archives = ledger::list(db.client(), scope.namespace()).await?;
    let moved = moved(&archives, given_up);
    let alone: Vec<_> = moved.iter().filter(|(_, copy)| copy.is_none()).map(|(archive, _)| archive.id).collect();
    if let Some(first) = alone.first() {
        let n = i64::try_from(alone.len()).unwrap_or(i64::MAX);
        return Err(Error::new(Kind::Conflict, doing())
            .because(format!(
                "{} {} in no other store, archive {first} among them",
                text::counted(n, "archive"),
                if n == 1 { "has a verified copy" } else { "have a verified copy" }
            ))
            .hint(
                "nothing has changed; eventodb-admin archives copy --all makes copies in the policy's other stores",
            ));
    }
    let mut stores = context.stores().await?;
    for (archive, copy) in moved {
        context.stop.check()?;
        let store = stores.at(copy.map_or("", String::as_str)).await.map_err(|e| e.while_doing(doing()))?;
        archive::is_copy_there(&store, archive).await.map_err(|e| {
            e.while_doing(doing())
                .hint("nothing has changed; eventodb-admin archives verify --all reads every copy back")
        })?;
    }
    Ok(())
}

/// What a store that is given up still has of archives that are gone stays there: the program looks into it no more.
pub(super) async fn warn(context: &Context, db: &Db, scope: &Scope, given_up: &[String]) -> Result<()> {
    let to_go = archive_copies::to_go(db.client(), scope.namespace()).await?;
    for url in given_up {
        let left = to_go.iter().filter(|copy| copy.store_url == *url).count();
        if left > 0 {
            let (copies, them) = if left == 1 { ("copy is", "it") } else { ("copies are", "them") };
            context.ui.warn(&format!(
                "{left} {copies} still to be removed from {url}, of archives that were pruned or erased, or have expired: nobody \
                 removes {them} now, unless policy set names the store again"
            ));
        }
    }
    Ok(())
}

/// Has what a store that is in service again should not have any more be removed from it.
pub(super) async fn take_up(db: &impl GenericClient, scope: &Scope, policy: &Policy, before: &Policy) -> Result<()> {
    let is_new = |url: &&String| before.stores().all(|known| known != *url);
    let new: Vec<String> = policy.stores().filter(is_new).cloned().collect();
    if !new.is_empty() {
        archive_copies::take_up(db, scope.namespace(), &new).await?;
    }
    Ok(())
}

/// Has another copy be the first one of each archive there, and notes that nobody looks into these stores any more.
pub(super) async fn give_up(db: &impl GenericClient, scope: &Scope, given_up: &[String]) -> Result<()> {
    let archives = ledger::list(db, scope.namespace()).await?;
    for (archive, copy) in moved(&archives, given_up) {
        let (Some(from), Some(to)) = (&archive.store_url, copy) else { continue };
        archive_copies::use_first(db, archive.id, from, to).await?;
    }
    for url in given_up {
        archive_copies::abandon(db, scope.namespace(), url).await?;
    }
    Ok(())
}
