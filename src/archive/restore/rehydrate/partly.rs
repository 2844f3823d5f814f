//! Archives some of whose messages have gone from where they were: others have deleted rows, or dropped a chunk that held a
//! part. What is nowhere else is put back, beside what is there. Which messages those are is told by the archive's own data.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use tokio_postgres::Transaction;

use super::super::{aggregates, bring_in};
use super::{RehydrateOutcome, Rehydrated};
use crate::archive::format::codec::Codec;
use crate::archive::format::csv::COLUMNS;
use crate::archive::format::doubled::Doubled;
use crate::archive::format::ledger_row::is_history;
use crate::archive::format::manifest::Manifest;
use crate::archive::format::object_names::Names;
use crate::archive::keep::removable::{RemovalCheck, refused, way_back};
use crate::archive::keep::whereabouts::{ArchiveData, OpenStores, SoughtArchive, fill, fill_other, may_hold};
use crate::archive::read::verify::read_manifest;
use crate::chunks::counted;
use crate::db::Scope;
use crate::db::errors::explain;
use crate::db::ident::Qualified;
use crate::db::queries::ledger::{self, ArchiveRow, Objects, State};
use crate::db::queries::whereabouts::{self as queries, Likeness, OTHER};
use crate::db::queries::{chunks, copies, counts, coverage as loaded, heads, rehydrate as live, spans, sync};
use crate::error::{Error, Kind, Result};
use crate::failpoint::effect;
use crate::progress::Progress;
use crate::stop::Stop;
use crate::store::{ObjectKey, Store};

/// Whether [`put_back`] is the way to bring an archive back: some of its messages may be live or in other archives, or the
/// ledger does not count on it. Reads nothing of it.
///
/// # Errors
/// [`Kind::Verification`] where the row cannot be right, so that nothing that it names may be opened.
pub async fn is_partly_there<S: OpenStores>(look: &mut RemovalCheck<'_, S>, archive: &ArchiveRow) -> Result<bool> {
    match archive.state {
        State::Rehydrated | State::Verified => {
            let there = live::live(look.db.client(), look.scope, archive).await?;
            let is_gone = there.messages == 0 && ledger::later_overlapping(look.db.client(), archive).await?.is_empty();
            Ok(!there.is_all_of(archive) && !is_gone)
        }
        State::Failed | State::Expired if archive.objects == Objects::Kept => {
            if is_history(archive, &ledger::list(look.db.client(), look.scope.namespace()).await?) {
                return Ok(false);
            }
            look.distrusts(archive).await?.map_or(Ok(true), |stays| Err(refused(archive, &stays)))
        }
        _ => Ok(false),
    }
}

/// What was found out about an archive's messages.
#[derive(Debug, Default)]
struct SearchedMessages {
    messages: i64,
    /// Those that are nowhere else: they were put in.
    missing: i64,
    /// Those whose content is another one where they are now.
    changed: i64,
    /// Archives that are the only copies of some.
    elsewhere: Vec<i64>,
}

/// Puts those of an archive's messages into the hypertable that are neither live nor in an archive that was dropped: all of
/// them or none. What is live stays as it is.
///
/// # Errors
/// [`Kind::Conflict`] where another message has the place of one, or a message of an archive that counts as live is another
/// one now; [`Kind::Verification`] where the archive, or one that may hold some of them, does not read back.
pub async fn put_back<S: OpenStores>(
    look: &mut RemovalCheck<'_, S>,
    store: &Store,
    archive: &ArchiveRow,
    lease: Option<Duration>,
) -> Result<Rehydrated> {
    let started = Instant::now();
    let doing = format!("bringing back what is missing of archive {} ({})", archive.id, archive.extent());
    let found = put_in(look, store, archive, lease).await.map_err(|e| e.while_doing(&doing))?;
    let progress = look.progress;
    if found.changed > 0 {
        progress.warn(&format!(
            "of archive {}, {} now with other content: what is there stays as it is",
            archive.id,
            match found.changed {
                1 => "1 message is there".to_owned(),
                n => format!("{n} messages are there"),
            }
        ));
    }
    if !found.elsewhere.is_empty() {
        let ids = spaced(&found.elsewhere);
        progress.note(&format!(
            "some messages of archive {} are in archives {ids}: eventodb-admin archives rehydrate {ids} brings those back",
            archive.id
        ));
    }
    // Also where nothing was missing: the run that has put it in may have ended before this.
    aggregates::refresh(look.db, look.scope, archive, progress).await;
    let row = ledger::get(look.db.client(), look.scope.namespace(), archive.id).await?;
    let chunks = chunks::list(look.db.client(), look.scope).await?;
    let chunk = chunks.iter().find(|c| c.range_start <= archive.range_start && archive.range_start < c.range_end);
    Ok(Rehydrated {
        archive_id: archive.id,
        chunk_name: chunk.map_or_else(|| archive.chunk_name.clone(), |c| c.name().to_owned()),
        messages: found.messages,
        seconds: started.elapsed().as_secs_f64(),
        outcome: if found.missing == 0 {
            RehydrateOutcome::WasThere
        } else {
            RehydrateOutcome::Completed(found.missing)
        },
        lease_until: row.lease_until,
    })
}

/// The manifest of an archive: the one that the ledger knows or, of an attempt that failed before the ledger knew, the one
/// that lies there. `None` where such an attempt has not come to one.
async fn manifest_of(store: &Store, archive: &ArchiveRow) -> Result<Option<Manifest>> {
    if archive.manifest_sha256.is_some() {
        return read_manifest(store, archive).await.map(Some);
    }
    let key = ObjectKey::new(archive.manifest_key.clone().unwrap_or_default())?;
    if store.head(&key).await?.is_none() {
        return Ok(None);
    }
    let (manifest, _) = Manifest::read_unproven(store, &key).await?;
    if archive.object_key.as_deref() == Some(manifest.data.object.as_str()) {
        return Ok(Some(manifest));
    }
    Err(Error::new(Kind::Verification, format!("reading {}", store.describe(&key)))
        .because("it is another archive's manifest"))
}

async fn put_in<S: OpenStores>(
    look: &mut RemovalCheck<'_, S>,
    store: &Store,
    archive: &ArchiveRow,
    lease: Option<Duration>,
) -> Result<SearchedMessages> {
    let scope = look.scope;
    for chunk in chunks::list(look.db.client(), scope).await? {
        if chunk.range_start < archive.range_end && archive.range_start < chunk.range_end {
            // What is hidden would come back a second time.
            counted::is_seen(look.db.client(), scope, &chunk, &look.db.server).await?;
        }
    }
    let manifest = manifest_of(store, archive).await?;
    let key = ObjectKey::new(archive.object_key.clone().unwrap_or_default())?;
    let data = match &manifest {
        Some(manifest) => ArchiveData::Described(manifest),
        None if Names::is_encrypted(key.as_str()) => {
            return Err(Error::new(Kind::Verification, format!("reading {}", store.describe(&key)))
                .because("it is encrypted, and has no manifest to read it by"));
        }
        None => ArchiveData::Bare(&key, Codec::new(archive.codec.as_deref().unwrap_or_default(), None)?),
    };
    let sought = SoughtArchive { id: archive.id, stem: Names::stem(key.as_str()), store, data };
    let doing = "opening the transaction";
    let mut tx = look.db.client_mut().transaction().await.map_err(|e| explain(doing, e))?;
    effect!("rehydrate.load-again", fill(&tx, sought, look.stop).await?);
    let staging = Qualified::new("pg_temp", "eventodb_loaded");
    bring_in::prove_plain(&tx, &staging).await?;
    let found = take_what_is_there(&tx, (look.scope, &mut *look.stores, look.stop), archive, sought).await?;
    if found.missing > 0 {
        refuse(&tx, look.scope, archive, (&found, manifest.as_ref())).await?;
        look.stop.check()?;
        insert_the_rest(&mut tx, look.scope, archive, &staging, look.progress).await?;
    }
    if let Some(time) = lease.filter(|_| archive.state.is_kept()) {
        effect!("rehydrate.lease", ledger::lease(&tx, archive.id, time).await?);
    }
    effect!(
        "rehydrate.commit",
        tx.commit().await.map_err(|e| explain("committing", e).hint("run the same command again: twice is fine"))?
    );
    Ok(found)
}

/// Leaves those of the loaded messages that are nowhere else. Others count that are dropped: what is in one that came back,
/// and is not live, is as gone as the rest.
async fn take_what_is_there<S: OpenStores>(
    tx: &Transaction<'_>,
    (scope, stores, stop): (&Scope, &mut S, &Stop),
    archive: &ArchiveRow,
    sought: SoughtArchive<'_>,
) -> Result<SearchedMessages> {
    let mut rest = queries::rest(tx).await?;
    let mut found = SearchedMessages { messages: rest.messages, ..SearchedMessages::default() };
    queries::take_live(tx, scope, &rest, Likeness::Equal).await?;
    found.changed = queries::take_live(tx, scope, &rest, Likeness::SamePlace).await?;
    for other in ledger::list(tx, scope.namespace()).await? {
        rest = queries::rest(tx).await?;
        if rest.messages == 0 {
            break;
        }
        if other.state != State::Dropped || !may_hold(scope, &other, sought.stem, &rest) {
            continue;
        }
        if !fill_other(tx, &other, stores, stop).await? {
            return Err(Error::new(Kind::Verification, format!("looking for them in archive {}", other.id))
                .because("it may hold some of them, and does not read back; nothing was changed")
                .hint(format!("eventodb-admin archives verify {} tells why", other.id)));
        }
        let held = queries::take_other(tx, scope, &rest, Likeness::SamePlace).await?;
        if held > 0 {
            found.elsewhere.push(other.id);
        }
        if let Some(taken) = queries::taken_place(tx, scope, OTHER).await? {
            return Err(taken_by_another(&format!("{taken} (in archive {})", other.id)));
        }
    }
    found.missing = queries::rest(tx).await?.messages;
    if found.missing == 0 && !found.elsewhere.is_empty() && archive.state.is_kept() {
        let ids = spaced(&found.elsewhere);
        return Err(Error::new(Kind::Conflict, "looking for its messages")
            .because(format!("it was brought back once, and its messages were archived again: in archives {ids}"))
            .hint(format!("eventodb-admin archives rehydrate {ids}")));
    }
    Ok(found)
}

/// Archives as a command takes several of them.
fn spaced(ids: &[i64]) -> String {
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

fn taken_by_another(place: &str) -> Error {
    Error::new(Kind::Conflict, "looking for its places")
        .because(format!("another message has {place}; nothing was changed"))
        .hint("eventodb-admin coverage shows what is where; --into another namespace gives an archive as it is")
}

/// Refuses what would not come back as it was, or has a better way.
async fn refuse(
    tx: &Transaction<'_>,
    scope: &Scope,
    archive: &ArchiveRow,
    (found, manifest): (&SearchedMessages, Option<&Manifest>),
) -> Result<()> {
    let (id, is_kept) = (archive.id, archive.state.is_kept());
    if is_kept && found.changed > 0 {
        return Err(Error::new(Kind::Conflict, "comparing it with what is live")
            .because(format!(
                "{} of its messages are missing, and {} have other content where they are now; nothing was changed",
                found.missing, found.changed
            ))
            .hint(format!(
                "eventodb-admin archives rehydrate {id} --into another namespace gives what they were; give those that \
                 have changed their content back, then run it again"
            )));
    }
    // As a whole it comes back into a chunk of its own, and counts as archived until then.
    if !is_kept && found.missing == found.messages && manifest.is_some() {
        return Err(Error::failed("looking for its messages")
            .because(format!("it is {}, and the only copy of all of them", archive.state))
            .hint(format!("{}; then archives rehydrate brings it back", way_back(id, archive.state))));
    }
    if let Some(taken) = queries::place_in_stream(tx, scope).await? {
        return Err(taken_by_another(&taken));
    }
    let noted = manifest.and_then(|m| m.doubled_global_positions.as_ref()).and_then(Doubled::multirange);
    let staging = Qualified::new("pg_temp", "eventodb_loaded");
    let twice = live::doubled(tx, scope, archive, Some(&staging), noted.as_deref()).await?;
    super::refuse_doubled(tx, scope, archive, &staging, twice).await
}

/// Puts what is left into the hypertable. Heads that have forgotten these messages learn of them.
async fn insert_the_rest(
    tx: &mut Transaction<'_>,
    scope: &Scope,
    archive: &ArchiveRow,
    staging: &Qualified,
    progress: &dyn Progress,
) -> Result<()> {
    let doing = "putting messages back";
    queries::blank_erased(tx, scope).await?;
    if !queries::are_expected(tx, scope).await? {
        loaded::make_archived(tx).await?;
        loaded::archived_from_loaded(tx).await?;
        sync::raise_heads(tx, scope).await?;
        progress.note(&format!(
            "heads did not know all of these messages: eventodb-admin namespaces recount {} counts them",
            scope.namespace()
        ));
    }
    let left = copies::look(tx).await?;
    let Some(((first, last), position)) = left.times.zip(left.last_global_position) else { return Ok(()) };
    let range = (first, last.checked_add_signed(TimeDelta::microseconds(1)).unwrap_or(last));
    let fill = bring_in::plan(tx, scope, range).await?;
    // The heads know these messages: they were never forgotten.
    tx.batch_execute("SET LOCAL eventodb.heads_kept = 'on'").await.map_err(|e| explain(doing, e))?;
    let columns = COLUMNS.map(|(name, _)| name);
    effect!("rehydrate.pour", bring_in::insert_staged(tx, scope, &fill, staging, &columns).await?);
    let range = (archive.range_start, archive.range_end);
    counts::mark(tx, scope, range).await?;
    spans::mark(tx, scope, range).await?;
    effect!("rehydrate.raise", heads::raise_sequence(tx, scope, position).await?);
    Ok(())
}
