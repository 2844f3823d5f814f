//! Objects of archives in the report: each store is listed once a namespace, and nothing is read.

use std::collections::BTreeSet;

use super::judge::{self, notice};
use super::model::{Level, MorningReport, NamespaceKind};
use crate::archive::{self, CoverageStores, StoreLook};
use crate::db::Db;
use crate::db::queries::ledger;
use crate::error::{Kind, Result};
use crate::progress::Progress;
use crate::stop::Stop;

/// Looks whether the stores have what the ledger counts on, and judges each namespace by that. Of a store that gives no answer
/// nothing is known: that is told, and keeps no other from being looked into.
///
/// # Errors
/// After a stop, and where a query fails.
pub async fn look_for_objects(
    db: &Db,
    report: &mut MorningReport,
    places: &mut CoverageStores,
    progress: &dyn Progress,
    stop: &Stop,
) -> Result<()> {
    let mut silent = BTreeSet::new();
    for namespace in report.namespaces.iter_mut().filter(|n| n.kind == NamespaceKind::Hypertable && n.archives > 0) {
        stop.check()?;
        let archives = ledger::list(db.client(), &namespace.name).await?;
        let looks = stop.or(async { Ok(archive::look_into_stores(places, &archives, &namespace.name).await) }).await?;
        for StoreLook { url, found } in looks {
            match found {
                Ok(None) => {}
                Ok(Some(lack)) => {
                    let hint = judge::in_namespace(&lack.hint, &namespace.name);
                    namespace.facts.notices.push(notice(Level::Alarm, lack.text, hint));
                }
                // There is no such folder or bucket.
                Err(e) if e.kind() == Kind::Verification => {
                    let hint = e.hint_text().unwrap_or("eventodb-admin archives verify --all tells what can be read");
                    let hint = judge::in_namespace(hint, &namespace.name);
                    let text = format!("nothing is known of what archives have in {url}: {e}");
                    namespace.facts.notices.push(notice(Level::Attention, text, hint));
                }
                Err(e) => {
                    if silent.insert(url.clone()) {
                        progress.note(&format!("{url} could not be asked, and the report tells nothing of it: {e}"));
                    }
                }
            }
        }
    }
    judge::judge(report);
    Ok(())
}
