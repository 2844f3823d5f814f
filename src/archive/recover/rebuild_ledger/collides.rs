//! Archives of another life of the namespace: a copy of the database, or one that was restored from a backup, has gone on, and
//! both have given out the same places. What has a place here that another message has by now could never come back.

use std::collections::HashSet;

use futures::FutureExt;

use super::super::coverage::CoverageFinding;
use super::entry::{FoundManifest, ManifestStatus, finding};
use crate::archive::keep::removable::RemovalCheck;
use crate::archive::keep::whereabouts::{OpenStores, is_untold};
use crate::archive::read::load;
use crate::db::errors::explain;
use crate::db::queries::rehydrate;
use crate::db::queries::whereabouts::{self as queries, LIVE};
use crate::db::savepoint;
use crate::error::{Error, Kind, Result};
use crate::store::{ObjectKey, Store};

const DOING: &str = "comparing an archive with what is live";

/// The way out where messages came into a database before the store was asked.
pub(super) const WRITTEN_BEFORE: &str = "Were messages written to this namespace before the sync? Export them, make the namespace \
    again, sync, and import them without pos and gpos.";

/// Leaves archives out that the ledger does not know and that have a place which another message, that is live, has: entered,
/// they would take the place of what fits this database. Each is a finding.
///
/// # Errors
/// [`Kind::Verification`] where the ledger knows no archive yet: the database is a new one, and what was written to it comes after
/// what the store has. Where a query fails, the store cannot be asked, or a stop is asked for.
pub(super) async fn leave_out<S: OpenStores>(
    look: &mut RemovalCheck<'_, S>,
    store: &Store,
    entries: &mut Vec<FoundManifest>,
    findings: &mut Vec<CoverageFinding>,
) -> Result<()> {
    let is_new = !entries.iter().any(|e| matches!(e.standing, ManifestStatus::Known(_)));
    let counted: HashSet<ObjectKey> = entries.iter().filter(|e| is_counted_on(e)).map(|e| e.key.clone()).collect();
    let mut kept = Vec::with_capacity(entries.len());
    for entry in entries.drain(..) {
        look.stop.check()?;
        let overtakes = entry.manifest.replaces.iter().any(|old| counted.iter().any(|key| key.as_str() == old));
        let place = match entry.standing {
            ManifestStatus::OnlyCopy => taken_place(look, store, &entry, (is_new, overtakes)).await?,
            _ => None,
        };
        match place {
            None => kept.push(entry),
            Some(place) if is_new => {
                return Err(Error::new(Kind::Verification, format!("looking at {}", entry.key))
                    .because(format!("another message, which is live, has {place}"))
                    .hint(format!("nothing was changed. {WRITTEN_BEFORE}")));
            }
            Some(place) => findings.push(finding(
                &entry.key,
                format!(
                    "another message, which is live, has {place}: the archive is of another life of this namespace, as where a \
                     copy of the database went on or a backup was restored, and is left out of the ledger"
                ),
            )),
        }
    }
    *entries = kept;
    Ok(())
}

const fn is_counted_on(entry: &FoundManifest) -> bool {
    matches!(entry.standing, ManifestStatus::Known(state) if state.is_kept())
}

/// A place of the archive that a message has which is not the archive's. Where as many are live in its range, of the same sum,
/// they are taken for the archive's own, unless it would take another one's place.
async fn taken_place<S: OpenStores>(
    look: &mut RemovalCheck<'_, S>,
    store: &Store,
    entry: &FoundManifest,
    (is_new, overtakes): (bool, bool),
) -> Result<Option<String>> {
    let (scope, stop, manifest) = (look.scope, look.stop, &entry.manifest);
    let positions = (manifest.first_global_position, manifest.last_global_position);
    if !queries::is_live_between(look.db.client(), scope, positions).await? {
        return Ok(None);
    }
    let range = (manifest.range_start, manifest.range_end);
    let live = rehydrate::live_within(look.db.client(), &scope.messages(), range, positions).await?;
    let messages = i64::try_from(manifest.messages).unwrap_or(i64::MAX);
    // Of a part that is live, message by message, is told later.
    if is_new && live.messages > 0 {
        return Ok(None);
    }
    if !overtakes && live.messages == messages && live.global_position_sum == manifest.global_position_sum {
        return Ok(None);
    }
    let tx = look.db.client_mut().transaction().await.map_err(|e| explain(DOING, e))?;
    let loading = load::messages(&tx, store, manifest, stop).boxed();
    let place = match savepoint::attempt(&tx, DOING, loading).await? {
        Ok(()) => queries::taken_place(&tx, scope, LIVE).await?,
        // What does not read back is told of elsewhere.
        Err(e) if is_untold(&e) => None,
        Err(e) => return Err(e),
    };
    tx.rollback().await.map_err(|e| explain(DOING, e))?;
    Ok(place)
}
