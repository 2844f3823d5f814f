//! Rebuilding the ledger from the store alone: what a database that was lost, or restored from an older backup, no longer
//! knows of its archives.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use futures::{StreamExt, TryStreamExt};
use tokio_postgres::Transaction;

use super::coverage::Finding;
use super::doubles::Doubled;
use super::expire::Tombstone;
use super::lifecycle::LifecycleLock;
use super::load;
use super::manifest::{self, Manifest};
use super::names::Names;
use super::verify;
use crate::db::errors::explain;
use crate::db::queries::ledger::{self, Found, State};
use crate::db::queries::{coverage as streams, heads, rehydrate, sync as queries};
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::failpoint::effect;
use crate::progress::{Progress, Task, Unit};
use crate::stop::Stop;
use crate::store::{ObjectKey, Store};
use crate::timings::Stages;

/// Manifests that are read at a time.
const READERS: usize = 8;

/// What a manifest in the store turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The ledger has it.
    Known(State),
    /// Its messages are nowhere else: it goes into the ledger as dropped.
    OnlyCopy,
    /// Its messages are in the hypertable as well: it goes into the ledger as rehydrated.
    Live,
    /// Another manifest has taken its place, or it was deleted in its time: it goes into the ledger as expired.
    Replaced,
    /// The ledger has it in this state, and does not know yet of the manifest that has taken its place: it becomes expired.
    Overtaken(State),
}

impl Standing {
    /// The state that the ledger has, or gets.
    pub const fn state(self) -> State {
        match self {
            Self::Known(state) => state,
            Self::OnlyCopy => State::Dropped,
            Self::Live => State::Rehydrated,
            Self::Replaced | Self::Overtaken(_) => State::Expired,
        }
    }
}

/// A manifest in the store.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its key.
    pub key: ObjectKey,
    /// Its hash.
    pub sha256: String,
    /// What it says; frames that proving it can do without are left out.
    pub manifest: Manifest,
    /// What becomes of it.
    pub standing: Standing,
    /// Its number in the ledger, once it has one.
    pub archive_id: Option<i64>,
}

/// What the store holds beside what the ledger knows.
#[derive(Debug)]
pub struct Survey {
    /// Manifests, in the order in which they were made.
    pub entries: Vec<Entry>,
    /// What is left out of the ledger, or cannot be right, and why.
    pub findings: Vec<Finding>,
}

/// Reads all manifests of the namespace and finds out what each means to the database as it is now. Changes nothing.
///
/// # Errors
/// Where the store cannot be listed or a query fails; what is wrong with a single archive is a finding.
pub async fn survey(db: &Db, scope: &Scope, store: &Store, progress: &dyn Progress, stop: &Stop) -> Result<Survey> {
    store.check().await?;
    let (mut entries, mut findings) = read_manifests(scope, store, progress, stop).await?;
    entries.sort_by(|a, b| (a.manifest.created_at, &a.key).cmp(&(b.manifest.created_at, &b.key)));
    let ledger = ledger::list(db.client(), scope.namespace()).await?;
    for entry in &mut entries {
        if let Some(row) = ledger.iter().find(|a| a.manifest_key.as_deref() == Some(entry.key.as_str())) {
            if row.manifest_sha256.as_ref().is_some_and(|known| *known != entry.sha256) {
                findings.push(finding(&entry.key, "it is not the manifest that the ledger knows"));
            }
            entry.standing = Standing::Known(row.state);
            entry.archive_id = Some(row.id);
        }
    }
    set_replaced_aside(store, &mut entries, &mut findings, progress, stop).await?;
    let mut kept = Vec::with_capacity(entries.len());
    for mut entry in entries {
        stop.check()?;
        if entry.standing != Standing::OnlyCopy {
            kept.push(entry);
            continue;
        }
        match look_for(db, scope, store, &entry, &mut findings).await? {
            Ok(standing) => {
                entry.standing = standing;
                kept.push(entry);
            }
            Err(why) => findings.push(finding(&entry.key, why)),
        }
    }
    // What should have taken its place was left out: it stays what it was.
    let has_successor = |key: &ObjectKey| {
        let is_in = |e: &Entry| matches!(e.standing, Standing::OnlyCopy | Standing::Live);
        kept.iter().any(|e| is_in(e) && e.manifest.replaces.iter().any(|old| old == key.as_str()))
    };
    let stays: Vec<bool> = kept.iter().map(|e| !has_successor(&e.key)).collect();
    for (entry, stays) in kept.iter_mut().zip(stays) {
        if let (Standing::Overtaken(state), true) = (entry.standing, stays) {
            entry.standing = Standing::Known(state);
        }
    }
    Ok(Survey { entries: kept, findings })
}

fn finding(key: &ObjectKey, why: impl std::fmt::Display) -> Finding {
    Finding { kind: "archive", text: format!("{key}: {why}") }
}

async fn read_manifests(
    scope: &Scope,
    store: &Store,
    progress: &dyn Progress,
    stop: &Stop,
) -> Result<(Vec<Entry>, Vec<Finding>)> {
    let keys: Vec<ObjectKey> = store
        .list(&Names::prefix(scope.namespace()))
        .map_ok(|object| object.key)
        .try_filter(|key| futures::future::ready(Names::is_manifest(key) || Names::is_tombstone(key)))
        .try_collect()
        .await?;
    // Of an archive that is being deleted both may be there.
    let deleted: HashSet<String> =
        keys.iter().filter(|k| Names::is_tombstone(k)).map(|k| Names::stem(k.as_str()).to_owned()).collect();
    let keys: Vec<ObjectKey> = keys
        .into_iter()
        .filter(|key| Names::is_tombstone(key) || !deleted.contains(Names::stem(key.as_str())))
        .collect();
    let task: Arc<dyn Task> = progress.begin("read manifests", Some(keys.len() as u64), Unit::Items).into();
    let task = &task;
    let mut read = futures::stream::iter(keys)
        .map(|key| async move {
            stop.check()?;
            let read = if Names::is_tombstone(&key) {
                read_tombstone(store, &key).await
            } else {
                let read = Manifest::read_unproven(store, &key).await;
                read.map(|(manifest, sha256)| (manifest, sha256, Standing::OnlyCopy))
            };
            task.advance(1);
            let is_tombstone = Names::is_tombstone(&key);
            let key = if is_tombstone { Names::manifest_of(Names::stem(key.as_str()))? } else { key };
            Ok::<_, Error>((key, read))
        })
        .buffered(READERS);
    let (mut entries, mut findings) = (Vec::new(), Vec::new());
    while let Some((key, manifest)) = read.try_next().await? {
        match manifest {
            Ok((mut manifest, sha256, standing)) => match misplaced(scope, &key, &manifest) {
                None => {
                    // Encrypted data is read by their lengths.
                    if manifest.encryption.is_none() {
                        manifest.data.frames.clear();
                    }
                    manifest.heads.frames.clear();
                    entries.push(Entry { key, sha256, manifest, standing, archive_id: None });
                }
                Some(why) => findings.push(finding(&key, why)),
            },
            Err(e) if e.kind() == Kind::Verification => {
                findings.push(Finding { kind: "archive", text: e.to_string() });
            }
            Err(e) => return Err(e),
        }
    }
    Ok((entries, findings))
}

async fn read_tombstone(store: &Store, key: &ObjectKey) -> Result<(Manifest, String, Standing)> {
    let bytes = manifest::fetch(store, key).await?;
    let tombstone: Tombstone = serde_json::from_slice(&bytes)
        .map_err(|e| Error::new(Kind::Verification, format!("reading {}", store.describe(key))).because(e))?;
    Ok((tombstone.manifest, tombstone.manifest_sha256, Standing::Replaced))
}

/// Why a manifest cannot belong where it lies: a copy under another name would count messages twice.
fn misplaced(scope: &Scope, key: &ObjectKey, manifest: &Manifest) -> Option<String> {
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
    entries: &mut [Entry],
    findings: &mut Vec<Finding>,
    progress: &dyn Progress,
    stop: &Stop,
) -> Result<()> {
    let at: HashMap<String, usize> = entries.iter().enumerate().map(|(n, e)| (e.key.as_str().to_owned(), n)).collect();
    // What was deleted in its time had been proven: what it took the place of does not come back.
    for n in 0..entries.len() {
        if entries[n].standing == Standing::Replaced {
            for old in entries[n].manifest.replaces.iter().filter_map(|key| at.get(key).copied()).collect::<Vec<_>>() {
                if entries[old].standing == Standing::OnlyCopy {
                    entries[old].standing = Standing::Replaced;
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
                Standing::OnlyCopy => true,
                // A ledger from before the newer one was made.
                Standing::Known(state) => state.is_kept() && entries[n].standing == Standing::OnlyCopy,
                _ => false,
            })
            .collect();
        let is_known = matches!(entries[n].standing, Standing::Known(_) | Standing::Overtaken(_));
        if replaced.is_empty() || entries[n].standing == Standing::Replaced {
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
                    entries[n].standing = Standing::Replaced;
                    continue;
                }
                Err(e) => return Err(e),
            }
        }
        for old in replaced {
            entries[old].standing = match entries[old].standing {
                Standing::Known(state) => Standing::Overtaken(state),
                _ => Standing::Replaced,
            };
        }
    }
    Ok(())
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
    entry: &Entry,
    findings: &mut Vec<Finding>,
) -> Result<Result<Standing, String>> {
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
        0 => Ok(Standing::OnlyCopy),
        n if n == messages && live.global_position_sum == manifest.global_position_sum => Ok(Standing::Live),
        n => Err(format!(
            "of its {messages} messages, between {} and {}, {n} or others in their place are live: it is left out of the ledger",
            manifest.range_start, manifest.range_end
        )),
    })
}

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
    if survey.entries.iter().all(|e| matches!(e.standing, Standing::Known(_))) {
        return Ok(());
    }
    let doing = "entering archives in the ledger";
    let tx = lock.db().client_mut().transaction().await.map_err(|e| explain(doing, e))?;
    load_streams(&tx, store, &survey.entries, progress, stop).await?;
    effect!("sync.lock", queries::keep_writers_out(&tx, scope).await?);
    let mut ids = HashMap::new();
    for entry in survey.entries.iter_mut().filter(|e| e.archive_id.is_none()) {
        let id = effect!("sync.enter", enter(&tx, scope, store, entry).await?);
        entry.archive_id = Some(id);
        ids.insert(entry.key.as_str().to_owned(), id);
    }
    for entry in &survey.entries {
        let is_set_aside = matches!(entry.standing, Standing::Replaced | Standing::Overtaken(_));
        let Some(new) = entry.archive_id.filter(|_| !is_set_aside) else { continue };
        let overtaken =
            survey.entries.iter().filter(|e| entry.manifest.replaces.iter().any(|key| key == e.key.as_str()));
        for old in overtaken {
            if let (Standing::Overtaken(state), Some(id)) = (old.standing, old.archive_id) {
                let reason = format!("superseded by archive {new}");
                effect!("sync.overtake", ledger::retire(&tx, id, state, State::Expired, &reason, Some(new)).await?);
            }
        }
        for old in entry.manifest.replaces.iter().filter_map(|key| ids.get(key)) {
            ledger::mark_superseded(&tx, *old, new).await?;
        }
    }
    effect!("sync.heads", queries::raise_heads(&tx, scope).await?);
    refuse_doubled(&tx, scope).await?;
    let kept = survey.entries.iter().filter(|e| e.standing.state().is_kept());
    if let Some(last) = kept.filter_map(|e| e.manifest.last_global_position).max() {
        effect!("sync.raise", heads::raise_sequence(&tx, scope, last).await?);
    }
    effect!("sync.commit", tx.commit().await.map_err(|e| explain(doing, e))?);
    Ok(())
}

async fn enter(tx: &Transaction<'_>, scope: &Scope, store: &Store, entry: &Entry) -> Result<i64> {
    let manifest = &entry.manifest;
    let (namespace, range) = (scope.namespace(), (manifest.range_start, manifest.range_end));
    // A ledger that was lost has counted the generations of a range anew.
    let (free, _) = ledger::next_generation(tx, namespace, range.0, range.1).await?;
    let signed = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let categories = manifest.categories.as_ref().map(|c| serde_json::json!(c));
    ledger::insert_found(
        tx,
        &Found {
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
    entries: &[Entry],
    progress: &dyn Progress,
    stop: &Stop,
) -> Result<()> {
    let only_copies: Vec<_> = entries.iter().filter(|e| e.standing.state() == State::Dropped).collect();
    streams::make_archived(tx).await?;
    let task = progress.begin("read archives' stream lists", Some(only_copies.len() as u64), Unit::Items);
    for entry in only_copies {
        stop.check()?;
        let doing = "loading a stream list";
        tx.batch_execute("SAVEPOINT one").await.map_err(|e| explain(doing, e))?;
        match load::streams(tx, store, &entry.manifest, stop).await {
            Err(e) if e.kind() == Kind::Verification => {
                tx.batch_execute("ROLLBACK TO SAVEPOINT one").await.map_err(|e| explain(doing, e))?;
                match load::streams_from_data(tx, store, &entry.manifest, stop).await {
                    // The heads know its streams already.
                    Err(e) if e.kind() == Kind::Verification && entry.archive_id.is_some() => {
                        tx.batch_execute("ROLLBACK TO SAVEPOINT one").await.map_err(|e| explain(doing, e))?;
                    }
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
        .hint(
            "nothing was changed. Were messages written to this namespace before the sync? Export them, make the namespace \
             anew, sync, and import them without pos and gpos. Or have two databases written below one prefix? archives \
             sync --dry-run lists what is there",
        ))
}
