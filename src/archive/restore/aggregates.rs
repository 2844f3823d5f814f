//! Continuous aggregates over messages. The server counts a bucket anew where a late message has come into it, and counts
//! what is live then: what was archived drops out of the figure. It knows of no way to be told. So chunks only go from under
//! an aggregate where that was said to be right, and what comes back is counted again.

use crate::db::ident::Qualified;
use crate::db::queries::aggregates::{self as queries, Aggregates, Call, RefreshedMessages};
use crate::db::queries::ledger::ArchiveRow;
use crate::db::queries::served;
use crate::db::{Db, Scope};
use crate::error::{Error, Result};
use crate::failpoint::effect;
use crate::progress::Progress;

/// Names of aggregates in a sentence.
pub(crate) fn named(views: &[Qualified]) -> String {
    views.iter().map(|v| format!("{}.{}", v.schema.as_str(), v.name.as_str())).collect::<Vec<_>>().join(", ")
}

/// Refuses to have chunks go that continuous aggregates are made from, unless that was allowed.
///
/// # Errors
/// Where it was not, and there are such aggregates.
pub async fn may_drop(db: &Db, scope: &Scope, told: Aggregates) -> Result<()> {
    if told == Aggregates::Allow {
        return Ok(());
    }
    let views = queries::list(db.client(), scope).await?;
    if views.is_empty() {
        return Ok(());
    }
    let namespace = scope.namespace();
    Err(Error::failed(format!("looking at what is made from the messages of namespace {namespace}"))
        .because(format!(
            "continuous aggregates are ({}): once messages are archived, a late message has the next refresh of its time \
             count only what is live, and what was never refreshed is never counted; nothing was dropped",
            named(&views)
        ))
        .hint(format!(
            "refresh them, then --continuous-aggregates allow drops nevertheless, and archives rehydrate counts again what it \
             brings back; for lifecycle run: eventodb-admin -n {namespace} policy set --continuous-aggregates allow"
        )))
}

/// Has the aggregates count again what has come back. The messages are back in any case: where it cannot be done, a warning
/// tells the statement that does it.
pub(in crate::archive) async fn refresh(db: &Db, scope: &Scope, archive: &ArchiveRow, progress: &dyn Progress) {
    let views = match queries::list(db.client(), scope).await {
        Ok(views) => views,
        Err(e) => return progress.warn(&format!("continuous aggregates may lack what has come back: {e}")),
    };
    let mut range = queries::range_of(archive);
    for view in views {
        let window = match queries::window(db.client(), scope, &view, range).await {
            Ok(window) => window,
            Err(e) => {
                progress.warn(&format!(
                    "{} may lack what has come back, refresh it by hand (CALL refresh_continuous_aggregate with force => \
                     true): {e}",
                    named(std::slice::from_ref(&view))
                ));
                continue;
            }
        };
        // What is made from this one has to count all of its buckets.
        range = (range.0.min(window.start), range.1.max(window.end));
        let refreshed = async {
            let is_served = served::is_served(db.client(), scope).await?;
            let archived = queries::archived_in(db.client(), scope, &window).await?;
            if !archived.is_empty() && !is_served {
                let ids: Vec<_> = archived.iter().map(ToString::to_string).collect();
                return Err(Error::failed("looking for messages of its buckets")
                    .because(format!("others are in archives {} only: they would drop out of it", ids.join(", "))));
            }
            let counted = if is_served { RefreshedMessages::Served } else { RefreshedMessages::Live };
            effect!("rehydrate.refresh", queries::refresh(db.client(), scope, &window, counted).await?);
            Ok::<_, Error>(())
        };
        if let Err(e) = refreshed.await {
            progress.warn(&format!(
                "{} was not refreshed and may lack what has come back: {e}; once that is mended: {}",
                named(std::slice::from_ref(&view)),
                Call(scope, &window)
            ));
        }
    }
}
