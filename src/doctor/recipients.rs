//! For whom archives are encrypted.

use std::collections::BTreeSet;

use super::check::Check;
use crate::archive::{ArchiveRow, Names, OpenStores, RemovalCheck, read_manifest};
use crate::db::queries::ledger;
use crate::error::Result;
use crate::store::Store;
use crate::text::{are, counted};

const NAME: &str = "recipients of archives";
const REKEY: &str = "eventodb-admin archives rekey --dry-run lists them; without it they are encrypted to the recipients that \
                     are configured";

/// Whether archives are encrypted to those that are configured: of those that are, the oldest and the newest are looked at.
/// Nothing where neither archives nor settings know of recipients.
///
/// # Errors
/// Where the ledger cannot be read.
pub(super) async fn of_archives<S: OpenStores>(look: &mut RemovalCheck<'_, S>, store: &Store) -> Result<Option<Check>> {
    let mut kept = ledger::list(look.db.client(), look.scope.namespace()).await?;
    kept.retain(|a| a.state.is_kept());
    kept.sort_by_key(|a| a.id);
    let is_sealed = |a: &&ArchiveRow| a.object_key.as_deref().is_some_and(Names::is_encrypted);
    let sealed: Vec<&ArchiveRow> = kept.iter().filter(is_sealed).collect();
    let keys = store.age_keys();
    let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let (all, closed) = (number(kept.len()), number(sealed.len()));
    if !keys.seals() {
        return Ok((closed > 0).then(|| {
            let found =
                format!("{} {} encrypted, and the next one will not be", counted(closed, "archive"), are(closed));
            Check::warn(NAME, found, "--age-recipients-file or EVENTODB_AGE_RECIPIENTS names recipients")
        }));
    }
    if closed < all {
        let open = all - closed;
        let found = format!("{} of {} {} not encrypted", open, counted(all, "archive"), are(open));
        return Ok(Some(Check::warn(NAME, found, REKEY)));
    }
    let ends: BTreeSet<usize> = [0, sealed.len().saturating_sub(1)].into();
    for row in ends.into_iter().filter_map(|n| sealed.get(n)) {
        let read = async { read_manifest(&look.stores.open(row).await?, row).await };
        let recipients: BTreeSet<String> = match read.await {
            Ok(manifest) => manifest.encryption.map(|e| e.recipients).unwrap_or_default().into_iter().collect(),
            Err(e) => return Ok(Some(Check::failed(NAME, &e))),
        };
        if recipients != keys.recipient_names() {
            let list = recipients.into_iter().collect::<Vec<_>>().join(", ");
            let found = format!("archive {} is encrypted to {list}, not to those that are configured", row.id);
            return Ok(Some(Check::warn(NAME, found, REKEY)));
        }
    }
    let found = match closed {
        0 => "nothing is archived yet".to_owned(),
        _ => "the oldest archive and the newest one are encrypted to those that are configured".to_owned(),
    };
    Ok(Some(Check::ok(NAME, found)))
}
