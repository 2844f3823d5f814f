//! Coverage in the report: every message is counted, and the stores are asked.

use super::judge;
use super::model::{Checked, CoverageSummary, MorningReport, NamespaceKind};
use crate::archive::{self, CoverageStores};
use crate::db::Db;
use crate::db::queries::roles;
use crate::error::{Error, Result};
use crate::namespace;
use crate::progress::Progress;
use crate::stop::Stop;

/// So many findings of a namespace are kept.
const MOST_FINDINGS: usize = 10;

/// Proves the coverage of each namespace, and judges it by that. One that cannot be looked at is unproven, and keeps no other
/// from being looked at.
///
/// # Errors
/// After a stop, and where the session is lost.
pub async fn prove(
    db: &mut Db,
    report: &mut MorningReport,
    places: &mut CoverageStores,
    progress: &dyn Progress,
    stop: &Stop,
) -> Result<()> {
    for namespace in report.namespaces.iter_mut().filter(|n| n.kind == NamespaceKind::Hypertable) {
        stop.check()?;
        let name = namespace.name.as_str();
        let proven = async {
            let scope = namespace::open(db, name).await?.scope;
            roles::act_as_owner(db.client(), &scope).await?;
            let found = archive::coverage(db, &scope, places, progress, stop).await;
            roles::act_as_oneself(db.client()).await?;
            found
        };
        let oldest = namespace.coverage.oldest_read_back_at;
        namespace.coverage = match proven.await {
            Err(e) if e.kind().is_stop() || db.client().is_closed() => return Err(e),
            Err(e) => unproven(&e),
            Ok(found) => CoverageSummary {
                checked: Checked::Proof,
                verdict: found.verdict(),
                findings: found
                    .findings
                    .iter()
                    .take(MOST_FINDINGS)
                    .map(|f| format!("{}: {}", f.kind, f.text))
                    .collect(),
                hint: found.hint,
                oldest_read_back_at: oldest,
            },
        };
    }
    judge::judge(report);
    Ok(())
}

fn unproven(e: &Error) -> CoverageSummary {
    CoverageSummary {
        checked: Checked::Proof,
        verdict: "unproven",
        findings: vec![e.to_string()],
        hint: e.hint_text().map(str::to_owned),
        oldest_read_back_at: None,
    }
}
