//! Entering in the ledger what was found in the store.

use std::collections::{HashMap, HashSet};

use tokio_postgres::{Client, Transaction};

use super::collides::WRITTEN_BEFORE;
use super::contained::Compared;
use super::entry::{FoundManifest, ManifestStatus, Survey};
use crate::archive::format::doubled::Doubled;
use crate::archive::lock::lifecycle::LifecycleLock;
use crate::archive::read::load;
use crate::db::Scope;
use crate::db::errors::explain;
use crate::db::queries::archive_copies::{self, CopyRow, CopyState};
use crate::db::queries::ledger::{self, ArchiveRow, FoundArchive, Objects, State};
use crate::db::queries::{coverage as streams, heads, sync as queries};
use crate::db::savepoint;
use crate::error::{Error, Kind, Result};
use crate::failpoint::effect;
use crate::progress::{Progress, Unit};
use crate::stop::Stop;
use crate::store::Store;

/// Enters in the ledger what the survey found, raises stream heads and the sequence of global positions to what the
/// archives hold: all or nothing. Entries get their numbers.
///
/// # Errors
/// [`Kind::Verification`] where archives claim the same positions of a stream; nothing has changed then.
pub async fn apply(
    lock: &mut LifecycleLock,
    scope: &Scope,
    store: &Store,
    survey: &mut Survey,
    progress: &dyn Progress,
    stop: &Stop,
) -> Result<()> {
    survey.copies = effect!("sync.copies", copies(lock.db().client(), scope, store, &survey.entries).await?);
    if survey.entries.iter().all(|e| matches!(e.standing, ManifestStatus::Known(_))) {
        return Ok(());
    }
    let doing = "entering archives in the ledger";
    let tx = lock.db().client_mut().transaction().await.map_err(|e| explain(doing, e))?;
    load_streams(&tx, store, &survey.entries, progress, stop).await?;
    let compared = Compared { scope, store, entries: &survey.entries, stop };
    for (n, _) in survey.entries.iter().enumerate().filter(|(_, e)| matches!(e.standing, ManifestStatus::Partly { .. }))
    {
        // Their places are kept: until they are put back they are told as missing.
        compared.rest(&tx, n).await?;
        streams::archived_from_loaded(&tx).await?;
    }
    effect!("sync.lock", queries::keep_writers_out(&tx, scope).await?);
    let mut ids = HashMap::new();
    for entry in survey.entries.iter_mut().filter(|e| e.archive_id.is_none()) {
        let id = effect!("sync.enter", enter(&tx, scope, store, entry).await?);
        entry.archive_id = Some(id);
        for former in &entry.former {
            ledger::mark_superseded(&tx, *former, id).await?;
        }
        ids.insert(entry.key.as_str().to_owned(), id);
    }
    let mut retired = HashSet::new();
    for entry in &survey.entries {
        let has_say = match entry.standing {
            ManifestStatus::OnlyCopy | ManifestStatus::Live => true,
            ManifestStatus::Known(state) => state.is_kept(),
            ManifestStatus::Replaced | ManifestStatus::Partly { .. } | ManifestStatus::Overtaken(_) => false,
        };
        let Some(new) = entry.archive_id.filter(|_| has_say) else { continue };
        let overtaken =
            survey.entries.iter().filter(|e| entry.manifest.replaces.iter().any(|key| key == e.key.as_str()));
        for old in overtaken {
            if let (ManifestStatus::Overtaken(state), Some(id)) = (old.standing, old.archive_id)
                && !retired.contains(&id)
            {
                let reason = format!("superseded by archive {new}");
                effect!("sync.overtake", ledger::retire(&tx, id, state, State::Expired, &reason, Some(new)).await?);
                retired.insert(id);
            }
        }
        for old in entry.manifest.replaces.iter().filter_map(|key| ids.get(key)) {
            ledger::mark_superseded(&tx, *old, new).await?;
        }
    }
    for entry in &survey.entries {
        let (ManifestStatus::Overtaken(state), Some(id)) = (entry.standing, entry.archive_id) else { continue };
        let reason = match (entry.held_by.is_empty(), entry.is_deleted) {
            _ if retired.contains(&id) => continue,
            (false, _) => "other archives hold all of its messages",
            (true, true) => "deleted, as its store says",
            (true, false) => continue,
        };
        effect!("sync.overtake", ledger::retire(&tx, id, state, State::Expired, reason, None).await?);
        if entry.is_deleted {
            ledger::set_objects(&tx, id, Objects::Deleted).await?;
        }
    }
    effect!("sync.heads", queries::raise_heads(&tx, scope).await?);
    refuse_doubled(&tx, scope).await?;
    // Whatever became of an archive: its positions were given out.
    if let Some(last) = survey.entries.iter().filter_map(|e| e.manifest.last_global_position).max() {
        effect!("sync.raise", heads::raise_sequence(&tx, scope, last).await?);
    }
    effect!("sync.commit", tx.commit().await.map_err(|e| explain(doing, e))?);
    Ok(())
}

/// Notes archives that the ledger has in another store as copies that nobody has proven yet. Returns how many they are.
async fn copies(db: &Client, scope: &Scope, store: &Store, entries: &[FoundManifest]) -> Result<u64> {
    let ledger = ledger::list(db, scope.namespace()).await?;
    let known = archive_copies::list(db, scope.namespace(), None).await?;
    let url = store.url().to_string();
    let mut noted = 0;
    for entry in entries.iter().filter(|e| matches!(e.standing, ManifestStatus::Known(_)) && !e.is_deleted) {
        let is_it =
            |a: &&ArchiveRow| Some(a.id) == entry.archive_id && a.manifest_sha256.as_ref() == Some(&entry.sha256);
        let Some(archive) = ledger.iter().find(is_it) else { continue };
        let is_known = archive.store_url.as_ref() == Some(&url) || archive.copies.contains(&url);
        let is_placed =
            |copy: &CopyRow| copy.archive == archive.id && copy.store_url == url && copy.state.is_in_store();
        // What the ledger gave up follows its archive, or goes with it.
        let goes_to = match (archive.state.is_kept(), archive.objects) {
            _ if is_known => continue,
            (false, _) if known.iter().any(is_placed) => continue,
            (true, _) | (false, Objects::Kept) => None,
            (false, Objects::Erasing) => Some(CopyState::Erasing),
            (false, Objects::Deleted) => Some(CopyState::Deleting),
        };
        archive_copies::begin(db, scope.namespace(), archive.id, &url).await?;
        if let Some(state) = goes_to {
            archive_copies::advance(db, archive.id, &url, state, None).await?;
        }
        noted += u64::from(archive.state.is_kept());
    }
    Ok(noted)
}

async fn enter(tx: &Transaction<'_>, scope: &Scope, store: &Store, entry: &FoundManifest) -> Result<i64> {
    let manifest = &entry.manifest;
    let (namespace, range) = (scope.namespace(), (manifest.range_start, manifest.range_end));
    // A ledger that was lost has counted the generations of a range anew.
    let (free, _) = ledger::next_generation(tx, namespace, range.0, range.1).await?;
    let signed = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let categories = manifest.categories.as_ref().map(|c| serde_json::json!(c));
    ledger::insert_found(
        tx,
        &FoundArchive {
            namespace,
            range,
            generation: free.max(manifest.generation),
            chunk_name: &manifest.source.chunk,
            state: entry.standing.state(),
            store_url: &store.url().to_string(),
            object_key: &manifest.data.object,
            manifest_key: entry.key.as_str(),
            heads_key: &manifest.heads.object,
            codec: &manifest.data.codec,
            message_count: signed(manifest.messages),
            global_positions: (manifest.first_global_position, manifest.last_global_position),
            global_position_sum: &manifest.global_position_sum,
            times: (manifest.first_time, manifest.last_time),
            csv_bytes: signed(manifest.csv.bytes),
            csv_sha256: &manifest.csv.sha256,
            stored_bytes: signed(manifest.data.stored.bytes),
            stored_sha256: &manifest.data.stored.sha256,
            manifest_sha256: &entry.sha256,
            previous_manifest_sha256: manifest.previous_manifest_sha256.as_deref(),
            category_counts: categories.as_ref(),
            doubled_global_positions: manifest.doubled_global_positions.as_ref().and_then(Doubled::multirange),
            created_at: manifest.created_at,
        },
    )
    .await
}

/// Loads which streams the archives hold that are the only copy of their messages. Writers go on meanwhile.
async fn load_streams(
    tx: &Transaction<'_>,
    store: &Store,
    entries: &[FoundManifest],
    progress: &dyn Progress,
    stop: &Stop,
) -> Result<()> {
    let only_copies: Vec<_> = entries.iter().filter(|e| e.standing.state() == State::Dropped).collect();
    streams::make_archived(tx).await?;
    let task = progress.begin("read archives' stream lists", Some(only_copies.len() as u64), Unit::Items);
    for entry in only_copies {
        stop.check()?;
        let doing = "loading a stream list";
        match savepoint::attempt(tx, doing, load::streams(tx, store, &entry.manifest, stop)).await? {
            Err(e) if e.kind() == Kind::Verification => {
                let from_data = load::streams_from_data(tx, store, &entry.manifest, stop);
                match savepoint::attempt(tx, doing, from_data).await? {
                    // The heads know its streams already.
                    Err(e) if e.kind() == Kind::Verification && entry.archive_id.is_some() => {}
                    other => other?,
                }
            }
            other => other?,
        }
        task.advance(1);
    }
    Ok(())
}

/// One message a position: more means that some are in two archives.
async fn refuse_doubled(tx: &Transaction<'_>, scope: &Scope) -> Result<()> {
    let Some(stream) = queries::doubled_stream(tx, scope).await? else { return Ok(()) };
    Err(Error::new(Kind::Verification, "adding up the archives' streams")
        .because(format!("stream {stream} has fewer positions than messages"))
        .hint(format!(
            "nothing was changed. Does an archive not read back whose messages others hold as well (archives sync --dry-run -v \
             tells)? Move its .manifest.json out of the store, sync, and put it back. {WRITTEN_BEFORE} Have two databases \
             written below one prefix? --from says whose are meant",
        )))
}
