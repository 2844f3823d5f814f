//! Rebuilding the ledger from the store alone: what a database that was lost, or restored from an older backup, no longer
//! knows of its archives.

mod buried;
mod collides;
mod contained;
mod enter;
mod entry;
mod erased;
mod forgotten;
mod headless;
mod trust;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use futures::{StreamExt, TryStreamExt};

pub use enter::apply;
pub use entry::{Entering, FoundManifest, ManifestStatus, Survey};
pub use headless::{Headless, WAY_OUT};
pub use trust::{Trust, Unencrypted};

use entry::{finding, is_idle};

use super::coverage::CoverageFinding;
use super::crowded::{MessageRange, crowded};
use super::origin::{self, Origin};
use crate::archive::format::manifest::Manifest;
use crate::archive::format::object_names::Names;
use crate::archive::format::tombstone::Tombstone;
use crate::archive::keep::removable::RemovalCheck;
use crate::archive::keep::whereabouts::OpenStores;
use crate::archive::read::verify;
use crate::db::queries::ledger::{self, ArchiveRow, State};
use crate::db::queries::rehydrate;
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::progress::{Progress, Task, Unit};
use crate::stop::Stop;
use crate::store::{ObjectKey, Store};
use crate::timings::Stages;

/// Manifests that are read at a time.
const READERS: usize = 8;

/// What may be entered of what the store holds.
#[derive(Debug, Clone)]
pub struct Taking {
    /// Of what the ledger gave up.
    pub entering: Entering,
    /// Of what it does not know.
    pub trust: Trust,
}

/// Reads all manifests of the namespace and finds out what each means to the database as it is now. What has no manifest is told.
/// Changes nothing.
///
/// # Errors
/// Where the store cannot be listed or a query fails; what is wrong with a single archive is a finding.
pub async fn survey<S: OpenStores>(
    look: &mut RemovalCheck<'_, S>,
    store: &Store,
    origin: &mut Origin,
    taking: &Taking,
) -> Result<Survey> {
    let (scope, progress, stop) = (look.scope, look.progress, look.stop);
    store.check().await?;
    let keys: Vec<ObjectKey> =
        store.list(&Names::prefix(scope.namespace())).map_ok(|object| object.key).try_collect().await?;
    let (mut entries, mut findings) = read_manifests(scope, store, &keys, progress, stop).await?;
    entries.sort_by(|a, b| (a.manifest.created_at, &a.key).cmp(&(b.manifest.created_at, &b.key)));
    let ledger = ledger::list(look.db.client(), scope.namespace()).await?;
    let headless = headless::headless(scope.namespace(), &keys, &ledger);
    for entry in &mut entries {
        if let Some(row) = row_of(&ledger, &entry.key) {
            if row.manifest_sha256.as_ref().is_some_and(|known| *known != entry.sha256) {
                findings.push(finding(&entry.key, "it is not the manifest that the ledger knows"));
            }
            entry.standing = ManifestStatus::Known(row.state);
            entry.archive_id = Some(row.id);
        }
    }
    let adopted_from = origin.adopt(entries.iter().map(|e| (e.sha256.as_str(), &e.manifest)));
    let entries_of_others =
        |e: &mut FoundManifest| !matches!(e.standing, ManifestStatus::Known(_)) && !origin.is_own(&e.manifest);
    let (mut others, mut lineages) = (0, BTreeSet::new());
    for other in entries.extract_if(.., entries_of_others) {
        others += 1;
        lineages.insert(origin::lineage(&other.manifest));
        findings.push(finding(&other.key, origin::shown(&other.manifest)));
    }
    taking.trust.leave_unencrypted_out(store, &ledger, &mut entries, &mut findings);
    taking.trust.require_expected(store, &ledger, &mut entries)?;
    collides::leave_out(look, store, &mut entries, &mut findings).await?;
    set_replaced_aside(store, &mut entries, &mut findings, progress, stop).await?;
    let mut kept = Vec::with_capacity(entries.len());
    for mut entry in entries {
        stop.check()?;
        if entry.standing != ManifestStatus::OnlyCopy {
            kept.push(entry);
            continue;
        }
        match look_for(look.db, scope, store, &entry, &mut findings).await? {
            Ok(standing) => {
                entry.standing = standing;
                kept.push(entry);
            }
            Err(why) => findings.push(finding(&entry.key, why)),
        }
    }
    buried::find_successors(store, &ledger, &mut kept).await?;
    buried::believe_tombstones(look.db, scope, store, &ledger, &mut kept).await?;
    erased::find_content(look.db, scope, &kept, &mut findings).await?;
    let mut survey =
        Survey { entries: kept, findings, headless, others, lineages, adopted_from, is_forgotten: false, copies: 0 };
    contained::set_contained_aside(look, store, &mut survey).await?;
    forgotten::look_again(look, store, &ledger, &mut survey, taking.entering).await?;
    // Of what is left: a copy of what another archive has takes no places of its own.
    let crowding = crowding(&survey.entries);
    survey.findings.extend(crowding);
    Ok(survey)
}

/// That there are more archived messages than places for them.
fn crowding(entries: &[FoundManifest]) -> Option<CoverageFinding> {
    let counts = |e: &&FoundManifest| e.standing.state() == State::Dropped;
    let signed = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let run = |e: &FoundManifest| {
        let (first, last) = (e.manifest.first_global_position?, e.manifest.last_global_position?);
        Some(MessageRange { first, last, messages: signed(e.manifest.messages) })
    };
    if entries.iter().filter(counts).any(|e| e.manifest.doubled_global_positions.is_some()) {
        return None;
    }
    let found = crowded(entries.iter().filter(counts).filter_map(run))?;
    let within = |e: &&FoundManifest| run(e).is_some_and(|run| found.first <= run.first && run.last <= found.last);
    let oldest = entries.iter().filter(counts).find(within)?;
    Some(finding(&oldest.key, found.means_two_lives()))
}

/// The row that tells of a manifest's archive: of several one that counts on it.
fn row_of<'a>(ledger: &'a [ArchiveRow], key: &ObjectKey) -> Option<&'a ArchiveRow> {
    let of_it = || ledger.iter().filter(|a| a.manifest_key.as_deref() == Some(key.as_str()));
    of_it().find(|a| !is_idle(a.state)).or_else(|| of_it().max_by_key(|a| a.id))
}

async fn read_manifests(
    scope: &Scope,
    store: &Store,
    keys: &[ObjectKey],
    progress: &dyn Progress,
    stop: &Stop,
) -> Result<(Vec<FoundManifest>, Vec<CoverageFinding>)> {
    // Of an archive that is being deleted both may be there.
    let deleted: HashSet<String> =
        keys.iter().filter(|k| Names::is_tombstone(k)).map(|k| Names::stem(k.as_str()).to_owned()).collect();
    let is_read = |key: &&ObjectKey| {
        Names::is_tombstone(key) || Names::is_manifest(key) && !deleted.contains(Names::stem(key.as_str()))
    };
    let keys: Vec<ObjectKey> = keys.iter().filter(is_read).cloned().collect();
    let task: Arc<dyn Task> = progress.begin("read manifests", Some(keys.len() as u64), Unit::Items).into();
    let task = &task;
    let mut read = futures::stream::iter(keys)
        .map(|key| async move {
            stop.check()?;
            let read = if Names::is_tombstone(&key) {
                read_tombstone(store, &key).await
            } else {
                let read = Manifest::read_unproven(store, &key).await;
                read.map(|(manifest, sha256)| (manifest, sha256, ArchiveRemains::Whole))
            };
            task.advance(1);
            let key = if Names::is_tombstone(&key) { Names::manifest_of(Names::stem(key.as_str()))? } else { key };
            Ok::<_, Error>((key, read))
        })
        .buffered(READERS);
    let (mut entries, mut findings) = (Vec::new(), Vec::new());
    while let Some((key, manifest)) = read.try_next().await? {
        match manifest {
            Ok((mut manifest, sha256, found)) => match misplaced(scope, &key, &manifest) {
                None => {
                    // Encrypted data is read by their lengths.
                    if manifest.encryption.is_none() {
                        manifest.data.frames.clear();
                    }
                    manifest.heads.frames.clear();
                    let is_deleted = found != ArchiveRemains::Whole;
                    entries.push(FoundManifest {
                        key,
                        sha256,
                        manifest,
                        standing: if is_deleted { ManifestStatus::Replaced } else { ManifestStatus::OnlyCopy },
                        archive_id: None,
                        is_deleted,
                        is_given_up: found == ArchiveRemains::Tombstone { is_given_up: true },
                        former: Vec::new(),
                        held_by: Vec::new(),
                    });
                }
                Some(why) => findings.push(finding(&key, why)),
            },
            Err(e) if e.kind() == Kind::Verification => {
                findings.push(CoverageFinding { kind: "archive", text: e.to_string() });
            }
            Err(e) => return Err(e),
        }
    }
    Ok((entries, findings))
}

/// What there is of an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ArchiveRemains {
    Whole,
    Tombstone { is_given_up: bool },
}

async fn read_tombstone(store: &Store, key: &ObjectKey) -> Result<(Manifest, String, ArchiveRemains)> {
    let tombstone = Tombstone::read(store, key).await?;
    // A run that ended before it removed them: others had the messages then, and may have them no longer.
    if tombstone.given_up == Some(false) {
        let manifest = Names::manifest_of(Names::stem(key.as_str()))?;
        let data = ObjectKey::new(&tombstone.manifest.data.object)?;
        if store.head(&manifest).await?.is_some() && store.head(&data).await?.is_some() {
            let (manifest, sha256) = Manifest::read_unproven(store, &manifest).await?;
            return Ok((manifest, sha256, ArchiveRemains::Whole));
        }
    }
    let is_given_up = tombstone.given_up == Some(true);
    Ok((tombstone.manifest, tombstone.manifest_sha256, ArchiveRemains::Tombstone { is_given_up }))
}

/// Why a manifest cannot belong where it lies: a copy under another name would count messages twice.
pub(in crate::archive) fn misplaced(scope: &Scope, key: &ObjectKey, manifest: &Manifest) -> Option<String> {
    if manifest.source.namespace != scope.namespace() {
        return Some(format!("it is of namespace {}", manifest.source.namespace));
    }
    let own = |object: &str| Names::stem(object) == Names::stem(key.as_str());
    let is_copy = !Names::is_manifest_of(key, Names::stem(key.as_str()));
    (is_copy || !own(&manifest.data.object) || !own(&manifest.heads.object))
        .then(|| "the objects that it names are not those beside it".to_owned())
}

/// What another manifest has taken the place of. The other one may never have been read back before the database was
/// lost: where both have their data, it is proven first, and where that fails the older one is believed.
async fn set_replaced_aside(
    store: &Store,
    entries: &mut [FoundManifest],
    findings: &mut Vec<CoverageFinding>,
    progress: &dyn Progress,
    stop: &Stop,
) -> Result<()> {
    let at: HashMap<String, usize> = entries.iter().enumerate().map(|(n, e)| (e.key.as_str().to_owned(), n)).collect();
    // What was deleted in its time had been proven: what it took the place of does not come back.
    for n in 0..entries.len() {
        if entries[n].standing == ManifestStatus::Replaced {
            for old in entries[n].manifest.replaces.iter().filter_map(|key| at.get(key).copied()).collect::<Vec<_>>() {
                if entries[old].standing == ManifestStatus::OnlyCopy {
                    entries[old].standing = ManifestStatus::Replaced;
                }
            }
        }
    }
    // The newest first: one that is set aside has no say any more.
    for n in (0..entries.len()).rev() {
        let replaced: Vec<usize> = entries[n]
            .manifest
            .replaces
            .iter()
            .filter_map(|key| at.get(key).copied())
            .filter(|old| match entries[*old].standing {
                // Earlier versions named attempts that failed without a look at what was in them.
                ManifestStatus::OnlyCopy => covers(&entries[n].manifest, &entries[*old].manifest),
                // A ledger from before the newer one was made.
                ManifestStatus::Known(state) => state.is_kept() && entries[n].standing == ManifestStatus::OnlyCopy,
                _ => false,
            })
            .collect();
        let is_known = matches!(entries[n].standing, ManifestStatus::Known(_) | ManifestStatus::Overtaken(_));
        // An attempt that failed took nothing's place.
        let has_say = !matches!(entries[n].standing, ManifestStatus::Replaced | ManifestStatus::Known(State::Failed));
        if replaced.is_empty() || !has_say {
            continue;
        }
        if !is_known {
            let manifest = &entries[n].manifest;
            let task: Arc<dyn Task> =
                progress.begin("prove an archive", Some(manifest.data.stored.bytes), Unit::Bytes).into();
            match verify::check(store, manifest, &task, stop, &Stages::default()).await {
                Ok(_) => {}
                Err(e) if e.kind() == Kind::Verification => {
                    findings.push(finding(&entries[n].key, format!("{e}; what it replaces is used in its place")));
                    entries[n].standing = ManifestStatus::Replaced;
                    continue;
                }
                Err(e) => return Err(e),
            }
        }
        for old in replaced {
            entries[old].standing = match entries[old].standing {
                ManifestStatus::Known(state) => ManifestStatus::Overtaken(state),
                _ => ManifestStatus::Replaced,
            };
        }
    }
    Ok(())
}

/// Whether one archive may hold all that another does, as far as their manifests tell.
fn covers(new: &Manifest, old: &Manifest) -> bool {
    new.messages >= old.messages
        && new.first_global_position <= old.first_global_position
        && new.last_global_position >= old.last_global_position
}

/// What is wrong with an object, as far as its size tells.
async fn lost_object(store: &Store, key: &str, bytes: u64) -> Result<Option<String>> {
    Ok(match store.head(&ObjectKey::new(key)?).await? {
        None => Some(format!("{key} is not in the store")),
        Some(object) if object.size != bytes => Some(format!("{key} has {} bytes, {bytes} were stored", object.size)),
        Some(_) => None,
    })
}

/// Whether the archive's messages are live. An inner error tells why it is left out of the ledger.
async fn look_for(
    db: &Db,
    scope: &Scope,
    store: &Store,
    entry: &FoundManifest,
    findings: &mut Vec<CoverageFinding>,
) -> Result<Result<ManifestStatus, String>> {
    let manifest = &entry.manifest;
    let lost = lost_object(store, &manifest.data.object, manifest.data.stored.bytes).await?;
    if let Some(why) = lost {
        if lost_object(store, &manifest.heads.object, manifest.heads.stored.bytes).await?.is_some() {
            return Ok(Err(format!(
                "its {} messages from {} to {} are lost, and with them the list of their streams: {why}",
                manifest.messages, manifest.range_start, manifest.range_end
            )));
        }
        // It goes into the ledger all the same: its streams keep their versions, and `coverage` tells what is lost.
        findings.push(finding(&entry.key, why));
    }
    let live = rehydrate::live_within(
        db.client(),
        &scope.messages(),
        (manifest.range_start, manifest.range_end),
        (manifest.first_global_position, manifest.last_global_position),
    )
    .await?;
    let messages = i64::try_from(manifest.messages).unwrap_or(i64::MAX);
    Ok(match live.messages {
        0 => Ok(ManifestStatus::OnlyCopy),
        n if n == messages && live.global_position_sum == manifest.global_position_sum => Ok(ManifestStatus::Live),
        // By messages it is told later how many.
        _ => Ok(ManifestStatus::Partly { alone: messages }),
    })
}

#[cfg(test)]
mod tests;
