//! Bringing archives back into the hypertable, under the positions, ids and times that they had.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use tokio_postgres::Transaction;

use super::attempt::check_columns;
use super::lifecycle::LifecycleLock;
use super::load::{Loaded, copy_in, copy_in_binary};
use super::manifest::Manifest;
use super::removable::not_kept;
use super::retry::DropError;
use super::rows::COLUMNS;
use super::verify::{Expected, read_manifest};
use crate::db::errors::explain;
use crate::db::queries::chunks::{self, ChunkRow};
use crate::db::queries::ledger::{self, ArchiveRow, State};
use crate::db::queries::stage::{self, Adopted};
use crate::db::queries::{counts, heads, rehydrate as queries, spans};
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::failpoint::effect;
use crate::messages::StreamName;
use crate::progress::{Progress, Task, Unit};
use crate::stop::Stop;
use crate::store::{ObjectKey, Store};
use crate::timings::Stages;

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
    let mut archives = ledger::list(db.client(), scope.namespace()).await?;
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
                    return Err(Error::new(Kind::NotFound, format!("looking for stream {stream}"))
                        .because("nothing was ever written to it"));
                };
                known.push(head);
            }
            archives.retain(|a| wanted.is(a.state) && known.iter().any(|head| may_hold(a, head)));
        }
    }
    Ok(archives)
}

/// Whether an archive may have messages of a stream, by what the ledger tells.
fn may_hold(archive: &ArchiveRow, head: &heads::HeadRow) -> bool {
    let category = head.stream.split('-').next().unwrap_or_default();
    archive.first_time.is_none_or(|t| t <= head.last_time)
        && archive.last_time.is_none_or(|t| t >= head.first_time)
        && archive.category_counts.as_ref().is_none_or(|c| c.get(category).is_some())
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
    pub outcome: Outcome,
    /// Until when it is to stay, where it has a lease.
    pub lease_until: Option<DateTime<Utc>>,
}

/// What a rehydrate found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was archived and is back now.
    Restored,
    /// It was there already.
    WasThere,
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
        State::Dropped => Outcome::Restored,
        State::Rehydrated | State::Verified => still_there(lock.db(), scope, archive).await?,
        state => {
            return Err(Error::failed(doing).because(format!("it is {state}")).hint(not_kept(
                state,
                "only archives whose chunk was dropped come back; eventodb-admin archives list shows them",
            )));
        }
    };
    if outcome == Outcome::Restored {
        let manifest = read_manifest(store, archive).await.map_err(|e| e.while_doing(&doing))?;
        if let Err(e) = restore(lock.db(), scope, store, archive, &manifest, lease, &stages, progress, stop).await {
            // The chunk that was made for it may be left, with nothing in it.
            if let Ok(Some(chunk)) = live(lock.db(), scope, archive).await {
                let dropped = async {
                    effect!("rehydrate.drop-empty", chunks::drop_if_empty(lock.db().client_mut(), &chunk.table).await?);
                    Ok::<_, DropError>(())
                };
                let _ = dropped.await;
            }
            return Err(e.while_doing(&doing));
        }
    }
    let lease_until = match lease {
        Some(time) if outcome == Outcome::WasThere => {
            Some(effect!("rehydrate.extend", ledger::lease(lock.db().client(), archive.id, time).await?))
        }
        _ => ledger::get(lock.db().client(), scope.namespace(), archive.id).await?.lease_until,
    };
    let chunk = live(lock.db(), scope, archive).await?;
    if let Some(chunk) = chunk.as_ref().filter(|_| outcome == Outcome::Restored) {
        // For `chunks list` and the planner; the messages are there without it.
        // Of the columns that reads go by: JSON costs ten times as much as these do.
        let columns = "(\"time\", global_position, stream_name, \"position\")";
        let _ = stages.time("analyze", chunks::analyze_columns(lock.db().client(), &chunk.table, columns)).await;
    }
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
async fn still_there(db: &Db, scope: &Scope, archive: &ArchiveRow) -> Result<Outcome> {
    let there = queries::live(db.client(), scope, archive).await?.messages;
    let later = ledger::later_overlapping(db.client(), archive).await?;
    match archive.message_count {
        Some(n) if there >= n => Ok(Outcome::WasThere),
        _ if there == 0 && later.is_empty() => Ok(Outcome::Restored),
        _ if !later.is_empty() => {
            let later: Vec<_> = later.iter().map(ToString::to_string).collect();
            let later = later.join(" ");
            Err(Error::new(Kind::Conflict, format!("rehydrating archive {}", archive.id))
                .because(format!("it was brought back once, and its messages were archived again: in archives {later}"))
                .hint(format!("eventodb-admin archives rehydrate {later}")))
        }
        n => Err(Error::new(Kind::Conflict, format!("rehydrating archive {}", archive.id))
            .because(format!("{there} of its {} messages are in the hypertable", n.unwrap_or_default()))
            .hint("eventodb-admin coverage shows what is where; nothing was changed")),
    }
}

/// How an archive's messages come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Into a table of their own, which then becomes the range's chunk.
    Aside,
    /// Into the range's chunk, which is there and takes them row by row.
    IntoChunk,
}

async fn way(db: &mut Db, scope: &Scope, archive: &ArchiveRow) -> Result<Way> {
    match live(db, scope, archive).await? {
        None => {
            let range = (archive.range_start, archive.range_end);
            if db.server.supports_compression() && stage::is_possible(db.client(), scope, range).await? {
                return Ok(Way::Aside);
            }
            effect!("rehydrate.make-range", chunks::make_range(db.client_mut(), scope, archive.range_start).await?);
        }
        // Rows go into a compressed chunk one batch at a time; late ones are few, the archive's are many.
        Some(chunk) if chunk.is_compressed => effect!(
            "rehydrate.decompress",
            chunks::decompress(db.client(), scope, &chunk.table)
                .await
                .map_err(|e| explain(format!("decompressing chunk {}", chunk.name()), e))?
        ),
        Some(_) => {}
    }
    Ok(Way::IntoChunk)
}

fn refuse_doubled(twice: Option<i64>) -> Result<()> {
    let Some(twice) = twice else { return Ok(()) };
    Err(Error::new(Kind::Conflict, "looking for what is there twice")
        .because(format!("the hypertable has a message at global position {twice} already"))
        .hint("nothing was changed; eventodb-admin coverage shows what is where"))
}

/// Copies the archive's messages in, in the form that the server takes fastest.
async fn load(
    tx: &mut Transaction<'_>,
    scope: &Scope,
    target: &str,
    store: &Store,
    manifest: &Manifest,
    task: &Arc<dyn Task>,
    stop: &Stop,
) -> Result<Loaded> {
    let doing = "copying an archive in";
    let columns = manifest.columns.iter().map(|column| (column.name.as_str(), column.r#type.as_str()));
    // Binary form knows no conversions: another table's columns take text.
    let takes_binary = match check_columns(tx, scope).await {
        Ok(()) => columns.eq(COLUMNS),
        Err(e) if e.kind() == Kind::Unsupported => false,
        Err(e) => return Err(e),
    };
    if takes_binary {
        let inner = tx.savepoint("fast").await.map_err(|e| explain(doing, e))?;
        if let Some(loaded) = copy_in_binary(&inner, target, store, manifest, Some(Arc::clone(task)), stop).await? {
            inner.commit().await.map_err(|e| explain(doing, e))?;
            return Ok(loaded);
        }
        inner.rollback().await.map_err(|e| explain(doing, e))?;
    }
    let (key, expected) = (ObjectKey::new(&manifest.data.object)?, Expected::data(manifest)?);
    copy_in(tx, target, store, &key, expected, Some(Arc::clone(task)), stop).await
}

#[allow(clippy::too_many_arguments)] // as for rehydrate
async fn restore(
    db: &mut Db,
    scope: &Scope,
    store: &Store,
    archive: &ArchiveRow,
    manifest: &Manifest,
    lease: Option<Duration>,
    stages: &Stages,
    progress: &dyn Progress,
    stop: &Stop,
) -> Result<()> {
    let way = way(db, scope, archive).await?;
    let task: Arc<dyn Task> = progress
        .begin(&format!("rehydrate archive {}", archive.id), Some(manifest.data.stored.bytes), Unit::Bytes)
        .into();
    let doing = "opening the transaction";
    let mut tx = db.client_mut().transaction().await.map_err(|e| explain(doing, e))?;
    // The heads know these messages: they were never forgotten.
    tx.batch_execute("SET LOCAL eventodb.heads_kept = 'on'").await.map_err(|e| explain(doing, e))?;
    effect!("rehydrate.tell", ledger::advance(&tx, archive.id, archive.state, State::Rehydrated).await?);
    if let Some(time) = lease {
        effect!("rehydrate.lease", ledger::lease(&tx, archive.id, time).await?);
    }
    let table = match way {
        Way::Aside => effect!("rehydrate.stage", stage::make(&tx, scope, archive.id).await?),
        Way::IntoChunk => scope.messages(),
    };
    let target = format!("{table} ({})", manifest.column_list());
    let copy = stages.time("copy in", load(&mut tx, scope, &target, store, manifest, &task, stop));
    let Loaded { rows, spent } = effect!("rehydrate.copy", copy.await?);
    spent.tell(stages, "copy in");
    if rows != manifest.messages {
        return Err(Error::new(Kind::Verification, "counting what came in")
            .because(format!("the archive has {} messages, {rows} were taken", manifest.messages)));
    }
    stop.check()?;
    if way == Way::Aside {
        effect!("rehydrate.index", stages.time("indexes", stage::make_like_chunk(&tx, scope, &table)).await?);
        // Before it is a chunk: from then on others wait for us.
        let doubled = stages.time("look for doubles", queries::doubled(&tx, scope, archive, Some(&table)));
        refuse_doubled(doubled.await?)?;
        stop.check()?;
        let range = (archive.range_start, archive.range_end);
        let adopt = stages.time("adopt", stage::adopt(&mut tx, scope, &table, range));
        let adopted = effect!("rehydrate.adopt", adopt.await?);
        if adopted == Adopted::RangeIsTaken {
            let columns = manifest.column_list();
            let pour = stages.time("insert row by row", stage::pour(&tx, scope, &table, &columns));
            effect!("rehydrate.pour", pour.await?);
        }
    } else {
        let doubled = stages.time("look for doubles", queries::doubled(&tx, scope, archive, None));
        refuse_doubled(doubled.await?)?;
    }
    counts::mark(&tx, scope, (archive.range_start, archive.range_end)).await?;
    spans::mark(&tx, scope, (archive.range_start, archive.range_end)).await?;
    if let Some(last) = manifest.last_global_position {
        effect!("rehydrate.raise", heads::raise_sequence(&tx, scope, last).await?);
    }
    effect!(
        "rehydrate.commit",
        stages.time("commit", tx.commit()).await.map_err(|e| {
            explain("committing", e).hint("run the same command again: the ledger tells whether the messages are back")
        })?
    );
    Ok(())
}
