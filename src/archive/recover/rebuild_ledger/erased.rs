//! What the store says was erased, and is live with its content: a database that was restored from before the erasure.

use super::entry::{FoundManifest, ManifestStatus, finding};
use crate::archive::recover::coverage::CoverageFinding;
use crate::db::queries::erasures;
use crate::db::{Db, Scope};
use crate::error::Result;
use crate::text;

/// Adds what is to be erased again. An encrypted manifest does not name the streams: where it says that something was erased and
/// all of its messages are live, that is told.
pub(super) async fn find_content(
    db: &Db,
    scope: &Scope,
    entries: &[FoundManifest],
    findings: &mut Vec<CoverageFinding>,
) -> Result<()> {
    for entry in entries.iter().filter(|e| !e.is_deleted && !matches!(e.standing, ManifestStatus::Overtaken(_))) {
        let manifest = &entry.manifest;
        let (Some(first), Some(last)) = (manifest.first_global_position, manifest.last_global_position) else {
            continue;
        };
        for erasure in &manifest.erasures {
            let Some(stream) = &erasure.stream else {
                if entry.standing == ManifestStatus::Live {
                    let what = "it tells of an erasure, and its messages are live: erase there what was erased then";
                    findings.push(finding(&entry.key, what));
                }
                continue;
            };
            let live = erasures::count_with_content(db.client(), scope, stream, (first, last)).await?;
            if live > 0 {
                let reason = erasure.reason.as_deref().unwrap_or("…");
                let shown: String = stream.chars().take(60).flat_map(char::escape_debug).collect();
                let what = format!(
                    "{} of stream {shown} have their content in the database, from before the erasure that it tells of: \
                     eventodb-admin archives erase --stream {} --reason {} takes it again",
                    text::counted(live, "message"),
                    text::shell_word(stream),
                    text::shell_word(reason)
                );
                findings.push(finding(&entry.key, what));
            }
        }
    }
    Ok(())
}
