//! Importing messages: all of a source, or nothing.

use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, Utc};
use tokio::sync::mpsc;
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::{Json, ToSql, Type};
use tokio_postgres::{Client, Transaction};

use super::line::rfc3339;
use super::source::{ImportLine, Source};
use super::storable::{deepest, is_object};
use crate::db::errors::{self, explain};
use crate::db::queries::user_triggers::{self as triggers, Fires, TriggerEvent};
use crate::db::queries::{chunks, clock, heads, import as queries};
use crate::db::{Db, Layout, Scope};
use crate::error::{Error, Kind, Result};
use crate::failpoint::effect;
use crate::progress::{Progress, Unit};
use crate::stop::Stop;

/// A COPY of so many lines, or bytes, at most: the heads trigger keeps a statement's rows until its end.
const BATCH_LINES: usize = 10_000;
const BATCH_BYTES: usize = 8 << 20;

/// What an import brought.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Imported {
    /// Messages in all.
    pub messages: u64,
    /// Of these, messages without a position, appended to their streams.
    pub appended: u64,
    /// The highest global position of them, given or got by being appended.
    pub last_global_position: Option<i64>,
    /// Messages whose data or metadata is JSON of another kind than an object.
    pub not_objects: u64,
    /// The line of the first of these.
    pub first_not_object: Option<u64>,
}

/// Whether to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportMode {
    /// Write.
    Write,
    /// Read and check the source only.
    Check,
}

/// The first and the last time that a line may have.
type TimeBounds = (DateTime<Utc>, DateTime<Utc>);

struct LineBatch {
    lines: Vec<ImportLine>,
    consumed: u64,
}

/// Imports a source in one transaction: after an error, or a crash, nothing of it is there. Positions and global
/// positions are kept; lines without them are appended. Other writers to the namespace wait meanwhile: one of them might
/// be handed a global position that a later line has.
///
/// # Errors
/// [`Kind::Conflict`] where a position, global position or id is taken.
pub async fn import(
    db: &mut Db,
    scope: &Scope,
    source: Source,
    mode: ImportMode,
    progress: &dyn Progress,
    stop: &Stop,
) -> Result<Imported> {
    import_by(db.client_mut(), scope, source, mode, progress, stop).await
}

/// [`import`], on any client.
///
/// # Errors
/// As [`import`].
pub async fn import_by(
    client: &mut Client,
    scope: &Scope,
    source: Source,
    mode: ImportMode,
    progress: &dyn Progress,
    stop: &Stop,
) -> Result<Imported> {
    let task = progress.begin("import", source.size, Unit::Bytes);
    let consumed = std::sync::Arc::clone(&source.consumed);
    let bounds = queries::time_bounds(client, scope).await?;
    let (send, mut batches) = mpsc::channel::<Result<LineBatch>>(2);
    // Reading, unpacking and parsing keep a core busy; COPY waits for the server.
    let reader = tokio::task::spawn_blocking(move || read(source, &consumed, bounds, &send));
    let mut done = Imported::default();
    let mut told = 0;
    if mode == ImportMode::Check {
        while let Some(batch) = batches.recv().await {
            stop.check()?;
            let batch = batch?;
            done.count(&batch.lines);
            task.advance(batch.consumed - std::mem::replace(&mut told, batch.consumed));
        }
    } else {
        let doing = "importing messages";
        let tx = client.transaction().await.map_err(|e| explain(doing, e))?;
        effect!(
            "import.lock",
            tx.batch_execute(&format!("LOCK TABLE ONLY {} IN SHARE ROW EXCLUSIVE MODE", scope.messages()))
                .await
                .map_err(|e| explain(doing, e))?
        );
        let mut places = ImportLimits::new(&tx, scope).await?;
        // Somebody's import may have moved the sequence back.
        heads::raise_sequence(&tx, scope, places.highest).await?;
        while let Some(batch) = batches.recv().await {
            stop.check()?;
            let batch = batch?;
            effect!("import.copy", write(&tx, scope, &batch.lines, &mut places).await?);
            done.count(&batch.lines);
            done.last_global_position = done.last_global_position.max(places.last_appended);
            task.advance(batch.consumed - std::mem::replace(&mut told, batch.consumed));
        }
        if places.has_ids {
            queries::refuse_known_ids(&tx, scope).await?;
        }
        if let Some(last) = done.last_global_position {
            effect!("import.raise", heads::raise_sequence(&tx, scope, last).await?);
        }
        effect!(
            "import.commit",
            tx.commit().await.map_err(|e| {
                explain("committing the import", e).hint("look whether the messages are there before importing again")
            })?
        );
    }
    drop(task);
    reader.await.map_err(|e| Error::failed("reading the source").because(e))?;
    if mode == ImportMode::Write && done.messages >= 1000 {
        // The planner's counts, which `chunks list` shows. They are a nicety: the import stands without them.
        let _ = chunks::analyze(client, &scope.messages()).await;
    }
    Ok(done)
}

/// Sends what is read in batches, up to the end or the first error.
fn read(mut source: Source, consumed: &AtomicU64, bounds: Option<TimeBounds>, send: &mpsc::Sender<Result<LineBatch>>) {
    loop {
        let batch = next_batch(&mut source, consumed).and_then(|batch| within(batch, bounds));
        let is_last = batch.is_err();
        if matches!(&batch, Ok(batch) if batch.lines.is_empty()) || send.blocking_send(batch).is_err() || is_last {
            return;
        }
    }
}

impl Imported {
    fn count(&mut self, lines: &[ImportLine]) {
        self.messages += lines.len() as u64;
        self.appended += lines.iter().filter(|l| l.place.is_none()).count() as u64;
        let last = lines.iter().filter_map(|l| l.place.map(|(_, gpos)| gpos)).max();
        self.last_global_position = self.last_global_position.max(last);
        let is_other =
            |line: &&ImportLine| [&line.data, &line.metadata].into_iter().flatten().any(|json| !is_object(json.get()));
        self.not_objects += lines.iter().filter(is_other).count() as u64;
        self.first_not_object = self.first_not_object.or_else(|| lines.iter().find(is_other).map(|line| line.number));
    }
}

/// Lines of one kind: all with positions, or all without.
fn next_batch(source: &mut Source, consumed: &AtomicU64) -> Result<LineBatch> {
    let mut lines: Vec<ImportLine> = Vec::new();
    let mut bytes = 0;
    if let Some(held) = source.held.take() {
        lines.push(held);
    }
    while lines.len() < BATCH_LINES && bytes < BATCH_BYTES {
        let Some(line) = source.next_line()? else { break };
        bytes += [&line.data, &line.metadata].into_iter().flatten().map(|j| j.get().len()).sum::<usize>();
        if lines.first().is_some_and(|first| first.place.is_some() != line.place.is_some()) {
            source.held = Some(line);
            break;
        }
        lines.push(line);
    }
    Ok(LineBatch { lines, consumed: consumed.load(Ordering::Relaxed) })
}

/// What lines are measured against. Surely free are global positions above all that were ever seen, as long as the lines
/// rise.
struct ImportLimits {
    highest: i64,
    /// Triggers of others that fire for what is imported, by name: what they leave of it is compared with the source.
    triggers: Vec<String>,
    /// The time of lines that have none: the server's, as for any other write.
    now: DateTime<Utc>,
    /// Whether lines without positions have ids of the source's.
    has_ids: bool,
    /// The last global position that an appended line got.
    last_appended: Option<i64>,
}

impl ImportLimits {
    async fn new(tx: &Transaction<'_>, scope: &Scope) -> Result<Self> {
        let mut firing = triggers::list(tx, scope, &scope.messages(), TriggerEvent::Insert).await?;
        firing.retain(|t| matches!(t.fires, Fires::InOrigin | Fires::Always));
        Ok(Self {
            highest: queries::highest_global_position(tx, scope).await?,
            triggers: firing.into_iter().map(|t| t.name).collect(),
            now: clock::now(tx).await?,
            has_ids: false,
            last_appended: None,
        })
    }

    /// The bounds to look for doubles in; none where the batch rises above everything.
    fn doubtful(&mut self, lines: &[ImportLine]) -> Option<(i64, i64)> {
        let gpos = || lines.iter().filter_map(|l| l.place.map(|(_, gpos)| gpos));
        let (low, high) = (gpos().min()?, gpos().max()?);
        let rises = gpos().zip(gpos().skip(1)).all(|(a, b)| a < b) && low > self.highest;
        self.highest = self.highest.max(high);
        (!rises).then_some((low, high))
    }
}

/// Refuses a time whose chunk would have an edge that nobody can tell: it could neither be listed nor archived, and no other
/// chunk beside it.
fn within(batch: LineBatch, bounds: Option<TimeBounds>) -> Result<LineBatch> {
    let Some((first, last)) = bounds else { return Ok(batch) };
    let outside = |line: &ImportLine| line.time.filter(|time| *time < first || *time > last);
    let found = batch.lines.iter().find_map(|line| Some((line.number, outside(line)?)));
    let Some((number, time)) = found else { return Ok(batch) };
    Err(Error::usage(format!("importing line {number}"))
        .because(format!(
            "its time is {}, and chunks can only be archived that lie between {} and {}",
            rfc3339(time),
            rfc3339(first),
            rfc3339(last)
        ))
        .hint("nothing was imported; mend the line and import it again"))
}

/// Names the line whose JSON is nested too deep, where that is what the server said.
fn nested_too_deep(lines: &[ImportLine], e: Error) -> Error {
    if !errors::is_nested_too_deep(&e) {
        return e;
    }
    let Some((nth, deep)) = deepest(lines, |line| [line.data.as_deref(), line.metadata.as_deref()]) else { return e };
    Error::failed(format!("importing line {}", lines[nth].number))
        .because(format!("its JSON is nested {deep} deep, more than the server takes (max_stack_depth)"))
}

/// What to do about an import that was refused.
fn hint(e: Error) -> Error {
    match e.kind() {
        // What a frozen chunk says to writers.
        Kind::Unsupported => Error::new(Kind::Busy, e.to_string())
            .hint("nothing was imported; a chunk that it goes into is being archived: import again when that is done"),
        _ if errors::is_worth_another_try(&e) => {
            e.hint("nothing was imported; another session was in the way: import again")
        }
        Kind::Conflict => e.hint("nothing was imported; a part of the source is in this namespace already"),
        _ => e.hint("nothing was imported; mend the source and import it again"),
    }
}

/// Writes one line in the order of the columns that its COPY has.
async fn write_line(
    writer: Pin<&mut BinaryCopyInWriter>,
    line: &ImportLine,
    time: DateTime<Utc>,
    is_zoned: bool,
) -> Result<(), tokio_postgres::Error> {
    let stream = line.stream.as_str();
    let (data, metadata) = (line.data.as_deref().map(Json), line.metadata.as_deref().map(Json));
    let number = i64::try_from(line.number).unwrap_or(i64::MAX);
    let rest: [&(dyn ToSql + Sync); 5] = [&stream, &line.message_type, &data, &metadata, &line.id];
    let utc = time.naive_utc();
    let mut row: Vec<&(dyn ToSql + Sync)> = vec![if is_zoned { &time } else { &utc }];
    match &line.place {
        Some((pos, gpos)) => row.extend([gpos as &(dyn ToSql + Sync), pos]),
        None => row.push(&number),
    }
    row.extend(rest);
    writer.write(&row).await
}

async fn write(tx: &Transaction<'_>, scope: &Scope, lines: &[ImportLine], places: &mut ImportLimits) -> Result<()> {
    let (Some(first), Some(last)) = (lines.first(), lines.last()) else { return Ok(()) };
    let doing = format!("importing lines {} to {}", first.number, last.number);
    let appended = first.place.is_none();
    places.has_ids |= appended && lines.iter().any(|l| l.has_id);
    let is_compared = !places.triggers.is_empty();
    let (table, columns) = if appended {
        queries::make_staging(tx).await?;
        ("pg_temp.eventodb_import".to_owned(), "time, number, stream_name, type, data, metadata, id")
    } else if is_compared {
        queries::make_placed(tx, scope).await?;
        ("pg_temp.eventodb_placed".to_owned(), queries::COLUMNS)
    } else {
        (scope.messages().to_string(), queries::COLUMNS)
    };
    if let Some((low, high)) = places.doubtful(lines) {
        let gpos: Vec<i64> = lines.iter().filter_map(|l| l.place.map(|(_, g)| g)).collect();
        queries::refuse_taken(tx, scope, &gpos, low, high).await.map_err(|e| hint(e.while_doing(&doing)))?;
    }
    let fail = |e| hint(nested_too_deep(lines, explain(doing.clone(), e)));
    let sink = tx
        .copy_in::<_, bytes::Bytes>(&format!("COPY {table} ({columns}) FROM STDIN (FORMAT binary)"))
        .await
        .map_err(fail)?;
    let types: &[Type] = if appended {
        &[Type::TIMESTAMPTZ, Type::INT8, Type::TEXT, Type::TEXT, Type::JSONB, Type::JSONB, Type::UUID]
    } else {
        let time = match scope.layout() {
            Layout::Hypertable => Type::TIMESTAMPTZ,
            Layout::Plain => Type::TIMESTAMP,
        };
        &[time, Type::INT8, Type::INT8, Type::TEXT, Type::TEXT, Type::JSONB, Type::JSONB, Type::UUID]
    };
    let is_zoned = types[0] == Type::TIMESTAMPTZ;
    let mut writer = std::pin::pin!(BinaryCopyInWriter::new(sink, types));
    for line in lines {
        let time = line.time.unwrap_or(places.now);
        write_line(writer.as_mut(), line, time, is_zoned).await.map_err(fail)?;
    }
    let mut stored = writer.as_mut().finish().await.map_err(fail)?;
    if appended {
        let done = queries::append_staged(tx, scope).await.map_err(|e| hint(e.while_doing(&doing)))?;
        stored = done.messages;
        places.last_appended = places.last_appended.max(done.last_global_position);
    } else if is_compared {
        stored = queries::place_staged(tx, scope).await.map_err(|e| hint(e.while_doing(&doing)))?;
    }
    if stored != lines.len() as u64 {
        return Err(Error::failed(doing)
            .because(format!("of {} messages {stored} were stored: nothing was imported", lines.len()))
            .hint("a trigger or a rule on messages lets rows go: see to that, and import again"));
    }
    if is_compared && !queries::is_as_given(tx, scope, appended).await.map_err(|e| e.while_doing(&doing))? {
        let names = places.triggers.join(", ");
        return Err(Error::new(Kind::Verification, doing)
            .because(format!("messages are not what the source has: a trigger altered them ({names})"))
            .hint(format!(
                "nothing was imported; ALTER TABLE {} DISABLE TRIGGER … meanwhile, and import again",
                scope.messages()
            )));
    }
    Ok(())
}
