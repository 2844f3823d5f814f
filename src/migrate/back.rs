//! A namespace copied into a plain Postgres schema, as EventoDB's Postgres driver has it.
//!
//! Ranges of global positions go over one after the other, each in a transaction of its own, so what is there is always a
//! beginning of the namespace: the next run goes on behind it. Indexes, sequence and the registry's row come last, after
//! both sides have been compared; until then EventoDB's server does not know of the schema.

mod closed;
mod compare;

use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use futures::{SinkExt, TryStreamExt};

use super::rights::Heirs;
use crate::archive::LifecycleLock;
use crate::archive::archive_filter::dropped;
use crate::db::errors::explain;
use crate::db::queries::foreign_code::{self, Use};
use crate::db::queries::migrations as queries;
use crate::db::queries::plain::{self, ExistingTable, PositionSpan, Side, Times};
use crate::db::queries::{chunks, coverage, heads, roles};
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::failpoint::effect;
pub use crate::namespace::default_schema;
use crate::progress::{Progress, Task, Unit};
use crate::stop::Stop;

pub use closed::{closed_by, what_is_left};
pub use compare::FirstDifference;

/// Rows are sent on in parcels of so many bytes.
const PARCEL_BYTES: usize = 64 << 10;
/// How often a range is copied that the server gave in part: a chunk was compressed or decompressed beneath it.
const TRIES: usize = 3;

/// What to copy, and where to.
#[derive(Debug)]
pub struct CopyBackRequest {
    /// The namespace.
    pub source: Scope,
    /// The same namespace under the target's schema.
    pub target: Scope,
    /// Messages a range.
    pub batch: u32,
    /// The mark of the migration that has closed the target's schema, where this namespace took over from it (see
    /// [`closed_by`]).
    pub moving_back: Option<String>,
}

/// What a run would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CopyBackPlan {
    /// What there is.
    pub schema: Schema,
    /// Messages left to copy.
    pub messages: u64,
    /// The target's registry.
    pub registry: Registry,
}

/// The target's schema, before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schema {
    /// It is to be made.
    Absent,
    /// It holds a beginning of the namespace, or all of it.
    Begun,
}

/// The namespace in the target's registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registry {
    /// It is not in there, and is entered.
    Entered,
    /// It is in there with this schema.
    Kept,
    /// It is in there with another schema, and stays so.
    Elsewhere,
}

/// What a run did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CopyBackResult {
    /// Messages that this run copied.
    pub copied: u64,
    /// Messages that both sides have.
    pub messages: u64,
    /// Their last global position.
    pub last_global_position: Option<i64>,
    /// Messages that were written to the namespace meanwhile.
    pub behind: u64,
    /// The target's registry.
    pub registry: Registry,
    /// How long it took.
    pub took: Duration,
}

/// Looks at what is to be done.
///
/// # Errors
/// Those of [`copy`] that can be known beforehand.
pub async fn plan(source: &Db, target: &Db, request: &CopyBackRequest) -> Result<CopyBackPlan> {
    refuse_archived(source, &request.source).await?;
    let schema = look(target, request).await?;
    let sides = Sides::new(source, target, request);
    let Some(all) = sides.source.bounds().await? else {
        return Ok(CopyBackPlan { schema, messages: 0, registry: registry(target, request).await? });
    };
    let first = if schema == Schema::Begun { sides.behind_what_is_there(all).await? } else { Some(all.first) };
    let messages = match first {
        Some(first) => sides.source.count(PositionSpan { first, ..all }).await?,
        None => 0,
    };
    Ok(CopyBackPlan { schema, messages, registry: registry(target, request).await? })
}

/// Copies what is missing, compares both sides, and enters the namespace in the target's registry.
///
/// # Errors
/// [`Kind::Archived`] where a part of the namespace is in archives, [`Kind::Conflict`] where the target holds anything
/// else, [`Kind::Verification`] where both sides differ in the end, [`Kind::Busy`] beside another run.
pub async fn copy(
    source: Db,
    target: &mut Db,
    request: &CopyBackRequest,
    progress: &dyn Progress,
    stop: &Stop,
) -> Result<CopyBackResult> {
    let begun = Instant::now();
    // No chunk goes to an archive, or comes back from one, beneath the copy.
    let mut lock = LifecycleLock::take_as_it_is(source, &request.source).await?;
    let source = lock.db();
    refuse_archived(source, &request.source).await?;
    plain::lock(target.client(), request.target.schema()).await?;
    if look(target, request).await? == Schema::Absent {
        make(target, request).await?;
    }
    let heirs = heirs(source, target, request, progress).await?;
    let mut first = {
        plain::await_writers(source, &request.source).await?;
        let sides = Sides::new(source, target, request);
        match sides.source.bounds().await? {
            Some(all) => stop.or(sides.behind_what_is_there(all)).await?,
            None => sides.refuse_any().await?,
        }
    };
    let all = coverage::totals(source.client(), &request.source).await?.messages.unsigned_abs();
    let there =
        Sides::new(source, target, request).target.count(PositionSpan { first: i64::MIN, last: i64::MAX }).await?;
    let task =
        progress.begin(&format!("to {}", request.target.schema()), Some(all.saturating_sub(there)), Unit::Messages);
    let mut copied = 0;
    let mut last = None;
    // Once more for what was written during the first pass, which takes long; the rest is told.
    for _ in 0..2 {
        plain::await_writers(source, &request.source).await?;
        let bounds = Sides::new(source, target, request).source.bounds().await?;
        let Some(bounds) = bounds else { break };
        last = Some(bounds.last);
        if let Some(from) = first
            && from <= bounds.last
        {
            let span = PositionSpan { first: from.max(bounds.first), last: bounds.last };
            copied += copy_span(source, target, request, span, task.as_ref(), stop).await?;
        }
        first = bounds.last.checked_add(1);
    }
    drop(task);
    let sequence = Side { db: source, scope: &request.source, times: Times::Zoned }.sequence().await?;
    finish(target, request, sequence.max(last.unwrap_or_default()), &heirs).await?;
    let messages = verify(&Sides::new(source, target, request), last, progress, stop).await?;
    let before = registry(target, request).await?;
    if before == Registry::Entered {
        // A superuser's session works as the namespace's owner, who need not see the hashes of tokens.
        roles::act_as_oneself(source.client()).await?;
        effect!("back.register", plain::register(source.client(), target.client(), &request.target).await?);
    }
    let behind = match last {
        Some(last) if last < i64::MAX => {
            let behind = PositionSpan { first: last + 1, last: i64::MAX };
            Side { db: source, scope: &request.source, times: Times::Zoned }.count(behind).await?
        }
        _ => 0,
    };
    warn_of_lost_versions(source, &request.source, progress).await?;
    lock.release().await?;
    Ok(CopyBackResult { copied, messages, last_global_position: last, behind, registry: before, took: begun.elapsed() })
}

struct Sides<'a> {
    source: Side<'a>,
    target: Side<'a>,
}

impl<'a> Sides<'a> {
    const fn new(source: &'a Db, target: &'a Db, request: &'a CopyBackRequest) -> Self {
        Self {
            source: Side { db: source, scope: &request.source, times: Times::Zoned },
            target: Side { db: target, scope: &request.target, times: Times::Utc },
        }
    }

    /// Where to go on: `None` where all is there.
    async fn behind_what_is_there(&self, all: PositionSpan) -> Result<Option<i64>> {
        let Some(there) = self.target.bounds().await? else { return Ok(Some(all.first)) };
        // Below the first and up to the last: nothing may have been left out either.
        let span = PositionSpan { first: all.first.min(there.first), last: there.last };
        match compare::compare(self.source, self.target, span).await? {
            None => Ok(there.last.checked_add(1)),
            Some(difference) => Err(self.refuse(difference.told())),
        }
    }

    /// For a namespace without messages: the target may have none either.
    async fn refuse_any(&self) -> Result<Option<i64>> {
        match self.target.bounds().await? {
            None => Ok(Some(i64::MIN)),
            Some(there) => Err(self.refuse(FirstDifference::Foreign(there.first).told())),
        }
    }

    fn refuse(&self, why: String) -> Error {
        let schema = self.target.scope.schema();
        Error::new(Kind::Conflict, format!("going on in schema {schema}")).because(why).hint(format!(
            "choose another schema with --to-schema; where {schema} holds nothing but an earlier copy, drop it and run \
             this again"
        ))
    }
}

async fn refuse_archived(source: &Db, scope: &Scope) -> Result<()> {
    let archives = dropped(source.client(), scope, &[]).await?;
    let Some(first) = archives.first() else { return Ok(()) };
    let (more, hint) = match archives.len() {
        1 => (String::new(), format!("eventodb-admin archives rehydrate {} brings them back", first.id)),
        n => (
            format!(", the first of {n}"),
            format!(
                "eventodb-admin archives rehydrate {} brings them back; with --since 1970-01-01 instead of the number, all \
                 archives",
                first.id
            ),
        ),
    };
    Err(Error::new(Kind::Archived, format!("copying namespace {}", scope.namespace()))
        .because(format!(
            "its messages of {} to {} are in archive {}{more}",
            first.range_start.format("%Y-%m-%d"),
            first.range_end.format("%Y-%m-%d"),
            first.id
        ))
        .hint(hint))
}

async fn look(target: &Db, request: &CopyBackRequest) -> Result<Schema> {
    let doing = || format!("copying to schema {}", request.target.schema());
    refuse_code(target, request).await?;
    match plain::look(target.client(), &request.target).await? {
        ExistingTable::Nothing => Ok(Schema::Absent),
        ExistingTable::Messages => Ok(Schema::Begun),
        ExistingTable::Other(why) => {
            Err(Error::new(Kind::Conflict, doing()).because(why).hint("choose another schema with --to-schema"))
        }
    }
}

/// Refuses to have a superuser's session run what the owner of the target has put there; before each range as well.
async fn refuse_code(target: &Db, request: &CopyBackRequest) -> Result<()> {
    let doing = format!("copying to schema {}", request.target.schema());
    for schema in [request.target.schema(), "eventodb_store"] {
        foreign_code::refuse(target.client(), (schema, None), Use::Write, &doing).await?;
    }
    Ok(())
}

async fn registry(target: &Db, request: &CopyBackRequest) -> Result<Registry> {
    Ok(match plain::registered(target.client(), request.target.namespace()).await? {
        // Message DB has none.
        None if request.moving_back.is_some() && !plain::has_registry(target.client()).await? => Registry::Kept,
        None => Registry::Entered,
        Some(schema) if schema == request.target.schema() => Registry::Kept,
        Some(_) => Registry::Elsewhere,
    })
}

async fn make(target: &mut Db, request: &CopyBackRequest) -> Result<()> {
    let doing = || format!("making schema {}", request.target.schema());
    let tx = target.client_mut().transaction().await.map_err(|e| explain(doing(), e))?;
    plain::make(&tx, &request.target).await?;
    effect!("back.make", tx.commit().await.map_err(|e| explain(doing(), e))?);
    Ok(())
}

/// Who is to own and use the copy: whoever owns and uses the namespace.
async fn heirs(source: &Db, target: &mut Db, request: &CopyBackRequest, progress: &dyn Progress) -> Result<Heirs> {
    let rights = queries::rights_on(source.client(), &request.source.messages()).await?;
    // What others have made keeps its owner.
    let is_ours = queries::is_ours(target.client(), &request.target.messages()).await?;
    let mut heirs = Heirs::find(target, &request.target, &rights, is_ours).await?;
    for told in heirs.rehearse(target, &request.target).await?.into_iter().chain(heirs.warning()) {
        progress.warn(&told);
    }
    Ok(heirs)
}

async fn finish(target: &mut Db, request: &CopyBackRequest, sequence: i64, heirs: &Heirs) -> Result<()> {
    let doing = || format!("finishing schema {}", request.target.schema());
    let tx = target.client_mut().transaction().await.map_err(|e| explain(doing(), e))?;
    if request.moving_back.is_some() {
        // It was a store of its own, and is whole.
        heads::raise_sequence(&tx, &request.target, sequence).await?;
    } else {
        plain::finish(&tx, &request.target, sequence).await?;
    }
    heirs.inherit(&tx, &request.target).await?;
    effect!("back.finish", tx.commit().await.map_err(|e| explain(doing(), e))?);
    // The planner's counts are a nicety: the copy stands without them.
    let _ = chunks::analyze(target.client(), &request.target.messages()).await;
    Ok(())
}

async fn verify(sides: &Sides<'_>, last: Option<i64>, progress: &dyn Progress, stop: &Stop) -> Result<u64> {
    let _task = progress.begin("comparing both sides", None, Unit::Messages);
    // All that the target has, and of the namespace all up to where it was copied.
    let first = [sides.source.bounds().await?, sides.target.bounds().await?].iter().flatten().map(|s| s.first).min();
    let Some((first, last)) = first.zip(last) else { return Ok(0) };
    let doing = || format!("comparing namespace {} with its copy", sides.source.scope.namespace());
    let differs = |difference: FirstDifference| {
        Err(Error::new(Kind::Verification, doing()).because(difference.told()).hint(format!(
            "the namespace is as it was; something else wrote to it, or to schema {}: stop that, drop the schema and run \
             this again",
            sides.target.scope.schema()
        )))
    };
    let span = PositionSpan { first, last };
    if let Some(difference) = stop.or(compare::compare(sides.source, sides.target, span)).await? {
        return differs(difference);
    }
    if let Some(there) = sides.target.bounds().await?
        && there.last > last
    {
        return differs(FirstDifference::Foreign(there.last));
    }
    let (there, here) = (sides.target.count(span).await?, sides.source.count_each(last).await?);
    if there == here {
        return Ok(there);
    }
    // Both sides were asked by ranges: another witness that does not go by them.
    Err(Error::new(Kind::Verification, doing())
        .because(format!("the target has {there} messages, and the namespace {here}"))
        .hint("eventodb-admin doctor looks for what hides messages; the namespace is as it was"))
}

async fn warn_of_lost_versions(source: &Db, scope: &Scope, progress: &dyn Progress) -> Result<()> {
    let streams = plain::headless_streams(source.client(), scope).await?;
    if streams > 0 {
        progress.warn(&format!(
            "the last messages of {streams} streams were dropped or expired for good; a plain schema counts a stream's version \
             from its messages, so theirs go back"
        ));
    }
    Ok(())
}

async fn copy_span(
    source: &Db,
    target: &mut Db,
    request: &CopyBackRequest,
    span: PositionSpan,
    task: &dyn Task,
    stop: &Stop,
) -> Result<u64> {
    let batch = u64::from(request.batch);
    let (mut width, mut copied, mut from) = (i64::from(request.batch), 0, span.first);
    loop {
        stop.check()?;
        let range = PositionSpan { first: from, last: from.saturating_add(width - 1).min(span.last) };
        refuse_code(target, request).await?;
        let n = copy_range(source, target, request, range).await?;
        copied += n;
        task.advance(n);
        if range.last == span.last {
            return Ok(copied);
        }
        // Behind the last that there can be nothing comes.
        let Some(behind) = range.last.checked_add(1) else { return Ok(copied) };
        from = behind;
        if n == 0 {
            let side = Side { db: source, scope: &request.source, times: Times::Zoned };
            match side.first_of(PositionSpan { first: from, ..span }).await? {
                Some(next) => from = next,
                None => return Ok(copied),
            }
        }
        // Where the sequence has gaps a range spans more of it; where positions are doubled, less.
        width = match n {
            n if n < batch / 2 => width.saturating_mul(2),
            n if n > batch => (width / 2).max(1),
            _ => width,
        };
    }
}

/// Copies one range, all of it or nothing.
async fn copy_range(source: &Db, target: &mut Db, request: &CopyBackRequest, range: PositionSpan) -> Result<u64> {
    let side = Side { db: source, scope: &request.source, times: Times::Zoned };
    let doing = || format!("copying global positions {} to {}", range.first, range.last);
    let mut counts = (0, 0);
    for _ in 0..TRIES {
        let tx = target.client_mut().transaction().await.map_err(|e| explain(doing(), e))?;
        if let Some(mark) = &request.moving_back {
            queries::move_back(&tx, mark).await?;
        }
        let sent = send_range(source, &tx, side, request, range).await.map_err(|e| e.while_doing(doing()))?;
        let there = side.count(range).await?;
        if sent == there {
            effect!("back.range", tx.commit().await.map_err(|e| explain(doing(), e))?);
            return Ok(sent);
        }
        tx.rollback().await.map_err(|e| explain(doing(), e))?;
        counts = (sent, there);
    }
    Err(Error::failed(doing())
        .because(format!("{} messages came of {} that are there", counts.0, counts.1))
        .hint("something compresses chunks or writes old messages beneath the copy; run it again when that has ended"))
}

async fn send_range(
    source: &Db,
    tx: &tokio_postgres::Transaction<'_>,
    side: Side<'_>,
    request: &CopyBackRequest,
    range: PositionSpan,
) -> Result<u64> {
    let sink = plain::copy_in(tx, &request.target).await?;
    let mut sink = std::pin::pin!(sink);
    let mut rows = std::pin::pin!(side.copy_out(range).await?);
    let into = |e| explain(format!("copying into {}", request.target.messages()), e);
    let mut parcel = BytesMut::with_capacity(PARCEL_BYTES);
    while let Some(row) =
        rows.try_next().await.map_err(|e| source.explain(format!("copying {} out", request.source.messages()), e))?
    {
        // A large row goes as it came.
        if row.len() >= PARCEL_BYTES && parcel.is_empty() {
            sink.send(row).await.map_err(into)?;
            continue;
        }
        parcel.extend_from_slice(&row);
        if parcel.len() >= PARCEL_BYTES {
            let full: Bytes = std::mem::replace(&mut parcel, BytesMut::with_capacity(PARCEL_BYTES)).freeze();
            sink.send(full).await.map_err(into)?;
        }
    }
    if !parcel.is_empty() {
        sink.send(parcel.freeze()).await.map_err(into)?;
    }
    sink.finish().await.map_err(into)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemas_are_named_as_eventodb_names_them() {
        assert_eq!(default_schema("default"), "eventodb_default");
        assert_eq!(default_schema("Tenant-7.eu"), "eventodb_Tenant_7_eu");
        assert_eq!(default_schema(&"x".repeat(90)).len(), 63);
    }
}
