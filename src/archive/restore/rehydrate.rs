//! Bringing archives back into the hypertable, under the positions, ids and times that they had.

mod partly;

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use tokio_postgres::Transaction;

use super::aggregates;
use super::bring_in::{self, BringInWay, IncomingArchive};
use crate::archive::format::csv::COLUMNS;
use crate::archive::format::doubled::Doubled;
use crate::archive::keep::removable::not_kept;
use crate::archive::lock::drop_retry::pauses;
use crate::archive::lock::lifecycle::LifecycleLock;
use crate::archive::read::archive_filter;
use crate::archive::read::load::{LoadedRows, copy_in, copy_in_binary};
use crate::archive::read::verify::{Expected, read_manifest};
use crate::chunks::counted;
use crate::db::errors::{explain, is_retryable};
use crate::db::ident::Qualified;
use crate::db::queries::chunks::{self, ChunkRow};
use crate::db::queries::ledger::{self, ArchiveRow, State};
use crate::db::queries::stage::{self, Adopted};
use crate::db::queries::{counts, coverage as loaded, heads, rehydrate as queries, served, spans};
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::failpoint::effect;
use crate::progress::{Progress, Task, Unit};
use crate::stop::Stop;
use crate::store::{ObjectKey, Store};
use crate::stream_name::{StreamName, category_of, stream_unknown};
use crate::timings::Stages;

pub use partly::{is_partly_there, put_back};

/// Which archives to bring back.
#[derive(Debug, Clone)]
pub enum RehydrateFilter {
    /// These.
    Ids(Vec<i64>),
    /// Those whose range meets this span of time.
    Range {
        /// From this instant on.
        from: Option<DateTime<Utc>>,
        /// Before this instant.
        to: Option<DateTime<Utc>>,
    },
    /// Those that may hold messages of one of these streams.
    Streams(Vec<StreamName>),
    /// Those that were made from chunks of these names.
    Chunks(Vec<String>),
}

/// Which of them a filter by time or stream finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Those that are out of the hypertable.
    Dropped,
    /// All that the store holds a proven copy of.
    Kept,
}

impl Wanted {
    const fn is(self, state: State) -> bool {
        match self {
            Self::Dropped => matches!(state, State::Dropped),
            Self::Kept => state.is_kept(),
        }
    }
}

/// The archives meant, oldest first. By id any archive is found; otherwise those that are `wanted`.
///
/// # Errors
/// [`Kind::NotFound`] for an id, a chunk or a stream that is not there.
pub async fn choose(db: &Db, scope: &Scope, filter: &RehydrateFilter, wanted: Wanted) -> Result<Vec<ArchiveRow>> {
    let categories: Vec<&str> = match filter {
        RehydrateFilter::Streams(streams) => streams.iter().map(|s| category_of(s.as_str())).collect(),
        _ => Vec::new(),
    };
    let mut archives = ledger::list_with(db.client(), scope.namespace(), &categories).await?;
    match filter {
        RehydrateFilter::Chunks(names) => {
            let of = |a: &ArchiveRow, name: &str| a.state.is_kept() && a.chunk_name == name;
            if let Some(unknown) = names.iter().find(|name| !archives.iter().any(|a| of(a, name))) {
                return Err(Error::new(Kind::NotFound, format!("looking for archives of chunk {unknown:?}"))
                    .because(format!("namespace {} has none", scope.namespace()))
                    .hint("eventodb-admin archives list shows chunks and archives"));
            }
            archives.retain(|a| names.iter().any(|name| of(a, name)));
        }
        RehydrateFilter::Ids(ids) => {
            for id in ids {
                ledger::get(db.client(), scope.namespace(), *id).await?;
            }
            archives.retain(|a| ids.contains(&a.id));
        }
        RehydrateFilter::Range { from, to } => archives.retain(|a| {
            wanted.is(a.state) && from.is_none_or(|from| a.range_end > from) && to.is_none_or(|to| a.range_start < to)
        }),
        RehydrateFilter::Streams(streams) => {
            let mut known = Vec::with_capacity(streams.len());
            for stream in streams {
                let Some(head) = heads::get(db.client(), scope, stream.as_str()).await? else {
                    return Err(stream_unknown(format!("looking for stream {stream}")));
                };
                known.push(head);
            }
            archives
                .retain(|a| wanted.is(a.state) && known.iter().any(|head| archive_filter::may_hold_stream(a, head)));
        }
    }
    Ok(archives)
}

/// An archive that is back.
#[derive(Debug, Clone, PartialEq)]
pub struct Rehydrated {
    /// The archive.
    pub archive_id: i64,
    /// The chunk that holds its messages now.
    pub chunk_name: String,
    /// Messages.
    pub messages: i64,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// Whether it was there before.
    pub outcome: RehydrateOutcome,
    /// Until when it is to stay, where it has a lease.
    pub lease_until: Option<DateTime<Utc>>,
}

/// What a rehydrate found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RehydrateOutcome {
    /// It was archived and is back now.
    Restored,
    /// It was there already.
    WasThere,
    /// So many of its messages were missing, and are back.
    Completed(i64),
}

/// Brings one archive back: all of it or nothing. What is copied becomes visible only once both hashes and the count
/// have proven right. With a `lease` it stays for so long at least, also where it was back already.
///
/// # Errors
/// [`Kind::Verification`] where the archive is missing or differs; [`Kind::Conflict`] where some of its messages are in
/// the hypertable already.
#[allow(clippy::too_many_arguments)] // what comes back from where, for how long, and who listens
pub async fn rehydrate(
    lock: &mut LifecycleLock,
    scope: &Scope,
    store: &Store,
    archive: &ArchiveRow,
    lease: Option<Duration>,
    progress: &dyn Progress,
    stop: &Stop,
) -> Result<Rehydrated> {
    let started = Instant::now();
    let stages = Stages::default();
    let doing = format!("rehydrating archive {} ({})", archive.id, archive.extent());
    let outcome = match archive.state {
        State::Dropped => RehydrateOutcome::Restored,
        State::Rehydrated | State::Verified => still_there(lock.db(), scope, archive).await?,
        state => {
            return Err(Error::failed(doing).because(format!("it is {state}")).hint(not_kept(
                archive,
                "only archives whose chunk was dropped come back; eventodb-admin archives list shows them",
            )));
        }
    };
    if outcome == RehydrateOutcome::Restored {
        let manifest = read_manifest(store, archive).await.map_err(|e| e.while_doing(&doing))?;
        let source = IncomingArchive { scope, store, archive, manifest: &manifest, stop };
        let (mut made, noting) = (None, LedgerNote::Back(lease));
        if let Err(e) = restore(lock.db(), source, noting, &mut made, &stages, progress).await {
            // The chunk that was made for it may be left, with nothing in it.
            if let Some(chunk) = made {
                let dropped = async {
                    if let Some(chunk) = live(lock.db(), scope, archive).await?.filter(|c| c.table == chunk) {
                        effect!("rehydrate.drop-empty", counted::drop_if_empty(lock.db(), scope, &chunk).await?);
                    }
                    Ok::<_, Error>(())
                };
                let _ = dropped.await;
            }
            return Err(e.while_doing(&doing));
        }
    }
    let lease_until = match lease {
        Some(time) if outcome == RehydrateOutcome::WasThere => {
            Some(effect!("rehydrate.extend", ledger::lease(lock.db().client(), archive.id, time).await?))
        }
        _ => ledger::get(lock.db().client(), scope.namespace(), archive.id).await?.lease_until,
    };
    let chunk = live(lock.db(), scope, archive).await?;
    if let Some(chunk) = chunk.as_ref().filter(|_| outcome == RehydrateOutcome::Restored) {
        // For `chunks list` and the planner; the messages are there without it.
        // Of the columns that reads go by: JSON costs ten times as much as these do.
        let columns = "(\"time\", global_position, stream_name, \"position\")";
        let _ = stages.time("analyze", chunks::analyze_columns(lock.db().client(), &chunk.table, columns)).await;
    }
    // Also where it was there already: the run that has brought it back may have ended before this.
    stages.time("refresh aggregates", aggregates::refresh(lock.db(), scope, archive, progress)).await;
    stages.tell(progress, &doing);
    Ok(Rehydrated {
        archive_id: archive.id,
        chunk_name: chunk.map_or_else(|| archive.chunk_name.clone(), |c| c.name().to_owned()),
        messages: archive.message_count.unwrap_or_default(),
        seconds: started.elapsed().as_secs_f64(),
        outcome,
        lease_until,
    })
}

async fn live(db: &Db, scope: &Scope, archive: &ArchiveRow) -> Result<Option<ChunkRow>> {
    let chunks = chunks::list(db.client(), scope).await?;
    Ok(chunks.into_iter().find(|c| c.range_start <= archive.range_start && archive.range_start < c.range_end))
}

/// A rehydrated chunk that somebody dropped behind our back comes back again; nothing else is assumed.
async fn still_there(db: &Db, scope: &Scope, archive: &ArchiveRow) -> Result<RehydrateOutcome> {
    let there = queries::live(db.client(), scope, archive).await?.messages;
    if let Some(chunk) = live(db, scope, archive).await? {
        // What is hidden would come back a second time.
        counted::is_seen(db.client(), scope, &chunk, &db.server).await?;
    }
    let later = ledger::later_overlapping(db.client(), archive).await?;
    match archive.message_count {
        Some(n) if there >= n => Ok(RehydrateOutcome::WasThere),
        _ if there == 0 && later.is_empty() => Ok(RehydrateOutcome::Restored),
        _ if !later.is_empty() => {
            let later: Vec<_> = later.iter().map(ToString::to_string).collect();
            let later = later.join(" ");
            Err(Error::new(Kind::Conflict, format!("rehydrating archive {}", archive.id))
                .because(format!("it was brought back once, and its messages were archived again: in archives {later}"))
                .hint(format!("eventodb-admin archives rehydrate {later}")))
        }
        n => Err(Error::new(Kind::Conflict, format!("rehydrating archive {}", archive.id))
            .because(format!("{there} of its {} messages are in the hypertable", n.unwrap_or_default()))
            .hint(format!("eventodb-admin archives rehydrate {} puts in what is missing", archive.id))),
    }
}

/// Refuses where a live message has the global position of one that is to come in, and names it with the way out.
async fn refuse_doubled(
    tx: &Transaction<'_>,
    scope: &Scope,
    archive: &ArchiveRow,
    staging: &Qualified,
    twice: Option<i64>,
) -> Result<()> {
    let Some(twice) = twice else { return Ok(()) };
    let id = archive.id;
    let e = Error::new(Kind::Conflict, "looking for what is there twice");
    let Some(live) = queries::live_at(tx, scope, staging, twice).await? else {
        return Err(e
            .because(format!("two of its messages have global position {twice}, and its manifest does not note it"))
            .hint("nothing was changed; eventodb-admin archives cat prints what it holds"));
    };
    let (place, chunk) = (format!("position {} of stream {}", live.position, live.stream), live.chunk);
    let into = format!("archives rehydrate {id} --into another namespace gives the archive beside it");
    if live.is_staged {
        return Err(e
            .because(format!("the message at {place} is live already, in chunk {chunk} at global position {twice}"))
            .hint(format!(
                "nothing was changed; eventodb-admin archives cat {id} prints the archive's one: where both are the same, delete \
                 the live one. Or {into}"
            )));
    }
    Err(e
        .because(format!("the live message at {place}, in chunk {chunk}, has global position {twice} as well"))
        .hint(format!(
            "nothing was changed; eventodb-admin chunks archive {chunk} notes that two messages have it, then eventodb-admin \
             archives rehydrate {id} brings the archive back, and that chunk's archive comes back beside it. Or {into}"
        )))
}

/// Copies the archive's messages into a staging table, in the form that the server takes fastest.
async fn load(
    tx: &mut Transaction<'_>,
    source: IncomingArchive<'_>,
    table: &Qualified,
    task: &Arc<dyn Task>,
) -> Result<LoadedRows> {
    let doing = "copying an archive in";
    let IncomingArchive { store, manifest, stop, .. } = source;
    let target = format!("{table} ({})", manifest.column_list());
    let columns = manifest.columns.iter().map(|column| (column.name.as_str(), column.r#type.as_str()));
    // Binary form knows no conversions.
    if columns.eq(COLUMNS) {
        let inner = tx.savepoint("fast").await.map_err(|e| explain(doing, e))?;
        if let Some(loaded) = copy_in_binary(&inner, &target, store, manifest, Some(Arc::clone(task)), stop).await? {
            inner.commit().await.map_err(|e| explain(doing, e))?;
            return Ok(loaded);
        }
        inner.rollback().await.map_err(|e| explain(doing, e))?;
    }
    let (key, expected) = (ObjectKey::new(&manifest.data.object)?, Expected::data(manifest)?);
    copy_in(tx, &target, store, &key, expected, Some(Arc::clone(task)), stop).await
}

/// The name of the staging table of an archive that is drilled.
pub(in crate::archive) fn drilled_table(id: i64) -> String {
    format!("drilled_{id}_{:08x}", rand::random::<u32>())
}

/// The table aside that the archive's messages go into first.
async fn make_aside(
    tx: &Transaction<'_>,
    source: IncomingArchive<'_>,
    way: &BringInWay,
    noting: LedgerNote,
) -> Result<Qualified> {
    let id = source.archive.id;
    match way {
        BringInWay::Aside => {
            let name = match noting {
                LedgerNote::Back(_) => format!("rehydrated_{id}"),
                // The archive may be live as well, or be drilled in another place.
                LedgerNote::Nothing => drilled_table(id),
            };
            stage::make(tx, source.scope, name).await
        }
        BringInWay::Rows(_) => {
            loaded::make_loaded(tx).await?;
            Ok(Qualified::new("pg_temp", "eventodb_loaded"))
        }
    }
}

/// What the ledger is told of an archive that is brought in.
#[derive(Debug, Clone, Copy)]
pub(in crate::archive) enum LedgerNote {
    /// That it is back, for as long at least.
    Back(Option<Duration>),
    /// Nothing: it is brought into another place than its own, for a drill.
    Nothing,
}

/// Brings all of an archive in, in one transaction: its messages are compared with the manifest before anybody sees them. `made`
/// is the chunk that was made for them before.
///
/// # Errors
/// [`Kind::Verification`] where the archive differs; [`Kind::Conflict`] where others have the place of its messages.
pub(in crate::archive) async fn restore(
    db: &mut Db,
    source: IncomingArchive<'_>,
    noting: LedgerNote,
    made: &mut Option<Qualified>,
    stages: &Stages,
    progress: &dyn Progress,
) -> Result<()> {
    let IncomingArchive { scope, archive, manifest, stop, .. } = source;
    let way = bring_in::choose(db, source, made).await?;
    let task: Arc<dyn Task> = progress
        .begin(&format!("rehydrate archive {}", archive.id), Some(manifest.data.stored.bytes), Unit::Bytes)
        .into();
    let doing = "opening the transaction";
    let mut tx = db.client_mut().transaction().await.map_err(|e| explain(doing, e))?;
    // The heads know these messages: they were never forgotten.
    tx.batch_execute("SET LOCAL eventodb.heads_kept = 'on'").await.map_err(|e| explain(doing, e))?;
    if let LedgerNote::Back(lease) = noting {
        effect!("rehydrate.tell", ledger::advance(&tx, archive.id, archive.state, State::Rehydrated).await?);
        if let Some(time) = lease {
            effect!("rehydrate.lease", ledger::lease(&tx, archive.id, time).await?);
        }
    }
    let table = effect!("rehydrate.stage", make_aside(&tx, source, &way, noting).await?);
    let copy = stages.time("copy in", load(&mut tx, source, &table, &task));
    let LoadedRows { rows, spent } = effect!("rehydrate.copy", copy.await.map_err(bring_in::refused_by_a_constraint)?);
    spent.tell(stages, "copy in");
    if rows != manifest.messages {
        return Err(Error::new(Kind::Verification, "counting what came in")
            .because(format!("the archive has {} messages, {rows} were taken", manifest.messages)));
    }
    bring_in::prove_plain(&tx, &table).await?;
    stop.check()?;
    put_in_place(&mut tx, source, &way, &table, stages).await?;
    counts::mark(&tx, scope, (archive.range_start, archive.range_end)).await?;
    spans::mark(&tx, scope, (archive.range_start, archive.range_end)).await?;
    if let Some(last) = manifest.last_global_position {
        effect!("rehydrate.raise", heads::raise_sequence(&tx, scope, last).await?);
    }
    effect!("rehydrate.announce", stages.time("wait for readers", announce(&tx, scope, stop)).await?);
    effect!(
        "rehydrate.commit",
        stages.time("commit", tx.commit()).await.map_err(|e| {
            explain("committing", e).hint("run the same command again: the ledger tells whether the messages are back")
        })?
    );
    // Without the note it is found out later; until then readers of archived messages are told to read again.
    let _ = served::note_returned(db.client(), scope, archive.id).await;
    Ok(())
}

/// Those who ask the far end for archived messages have ended, and none takes its table until the commit. They are waited for in
/// short turns, as others wait behind the request.
async fn announce(tx: &Transaction<'_>, scope: &Scope, stop: &Stop) -> Result<()> {
    let doing = "waiting for readers of archived messages";
    let fail = |e| explain(doing, e);
    let before: String = tx.query_one("SELECT current_setting('lock_timeout')", &[]).await.map_err(fail)?.get(0);
    let mut pauses = pauses();
    loop {
        stop.check()?;
        tx.batch_execute("SAVEPOINT before_announcing; SET LOCAL lock_timeout = '1s'").await.map_err(fail)?;
        let e = match served::announce_return(tx, scope).await {
            Ok(()) => break,
            Err(e) if is_retryable(&e) => e,
            Err(e) => return Err(fail(e)),
        };
        let Some(pause) = pauses.next() else {
            return Err(fail(e).hint("a reader stays in its transaction; run again when it is done"));
        };
        tx.batch_execute("ROLLBACK TO SAVEPOINT before_announcing").await.map_err(fail)?;
        stop.sleep(pause).await?;
    }
    tx.query_one("SELECT set_config('lock_timeout', $1, true)", &[&before]).await.map_err(fail)?;
    Ok(())
}

/// Has what lies in a staging table become messages of the hypertable.
async fn put_in_place(
    tx: &mut Transaction<'_>,
    source: IncomingArchive<'_>,
    way: &BringInWay,
    table: &Qualified,
    stages: &Stages,
) -> Result<()> {
    let IncomingArchive { scope, archive, manifest, stop, .. } = source;
    let range = (archive.range_start, archive.range_end);
    let noted = manifest.doubled_global_positions.as_ref().and_then(Doubled::multirange);
    if *way == BringInWay::Aside {
        let like = stages.time("indexes", stage::make_like_chunk(tx, scope, table));
        effect!("rehydrate.index", like.await.map_err(bring_in::refused_by_a_constraint)?);
    }
    // Before it is a chunk, or in one: from then on others wait for us.
    let doubled = stages.time("look for doubles", queries::doubled(tx, scope, archive, Some(table), noted.as_deref()));
    refuse_doubled(tx, scope, archive, table, doubled.await?).await?;
    stop.check()?;
    let fill = match way {
        BringInWay::Rows(fill) => fill.clone(),
        BringInWay::Aside => {
            // Before there is a chunk that nobody sees yet: whoever needs one of its own would wait with us.
            announce(tx, scope, stop).await?;
            let adopt = stages.time("adopt", stage::adopt(tx, scope, table, range));
            let adopted = effect!("rehydrate.adopt", adopt.await.map_err(bring_in::refused_by_a_constraint)?);
            match adopted {
                Adopted::Chunk => return Ok(()),
                Adopted::RangeIsTaken => {}
                Adopted::WouldLackSome => {
                    chunks::create(tx, scope, range).await?;
                }
            }
            bring_in::plan(tx, scope, range).await?
        }
    };
    if fill.keeps_others_out() {
        // One that waits for the chunk holds what is waited for at the end: that comes first.
        announce(tx, scope, stop).await?;
    }
    let columns: Vec<_> = manifest.columns.iter().map(|c| c.name.as_str()).collect();
    let inserting = stages.time("insert row by row", bring_in::insert_staged(tx, scope, &fill, table, &columns));
    effect!("rehydrate.pour", inserting.await?);
    stage::drop(tx, table).await
}
