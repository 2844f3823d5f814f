//! The cutover: writes to the source end, the rest comes over, all is proven, the namespace takes over.

use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;
use tokio_postgres::GenericClient;

use super::foreign;
use super::horizon::Horizon;
use super::job::Job;
use super::late::{self, LateStores};
use super::newer::{self, Newer};
use super::plan;
use super::rights::{self, Heirs};
use super::run::lock_within;
use super::source::MigrationSource;
use super::verify::{CompareDepth, verify};
use crate::db::errors::{self, explain};
use crate::db::queries::claims::DatabaseIdentity;
use crate::db::queries::migrations::{
    self as queries, ClaimedRange, ClosedFor, MigrationRow, MigrationState, SourceMark,
};
use crate::db::queries::{heads, namespaces, shadows};
use crate::db::{Connector, Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::failpoint::effect;
use crate::namespace::Token;
use crate::text::shell_word;

/// One turn of waiting for writers; readers of the source are never kept waiting, new writers only so long.
const TURN: Duration = Duration::from_secs(5);

/// What a cutover is asked for.
#[derive(Debug, Clone)]
pub struct Cutover {
    /// Compare all content once more while writes are stopped.
    pub verify_all: bool,
    /// Everything is put back if writes were stopped for so long.
    pub max_downtime: Duration,
    /// Where archives are that were made behind the copy.
    pub stores: LateStores,
}

/// What a cutover did.
#[derive(Debug)]
pub struct CutOver {
    /// Messages that the namespace has from the source.
    pub messages: i64,
    /// Of these, messages that came over while writes were stopped.
    pub tail: i64,
    /// The highest global position handed out.
    pub last_global_position: Option<i64>,
    /// How long writes were stopped.
    pub downtime: Duration,
    /// A token, where the source had none for this namespace. The registry keeps its SHA-256 only.
    pub token: Option<Token>,
}

/// Refuses a migration that ended.
///
/// # Errors
/// [`Kind::Conflict`] where the namespace has taken over, or the migration was given up.
pub fn refuse_cut_over(migration: &MigrationRow) -> Result<()> {
    let name = shell_word(&migration.namespace);
    let refused = |why: String, hint: String| {
        Err(Error::new(Kind::Conflict, format!("cutting over migration {}", migration.id)).because(why).hint(hint))
    };
    match migration.state {
        MigrationState::CutOver => refused(
            format!("namespace {} has taken over already, and the source refuses writes", migration.namespace),
            format!(
                "nothing is left to do: eventodb-admin -n {name} coverage shows the namespace; eventodb-admin -n {name} migrate \
                 to-postgres is the way back"
            ),
        ),
        MigrationState::Abandoned => refused(
            "it was abandoned".to_owned(),
            format!("eventodb-admin -n {name} migrate postgres begins another one"),
        ),
        MigrationState::Copying | MigrationState::CaughtUp | MigrationState::CuttingOver => Ok(()),
    }
}

/// Does it. On any error the source takes writes as before, and the migration goes on.
///
/// # Errors
/// [`Kind::Verification`] where the sides differ; [`Kind::Busy`] where another run does not end; [`Kind::Conflict`] where
/// another migration has cut the source over, or a subscription writes to it.
pub async fn cutover(job: Job<'_>, how: &Cutover) -> Result<CutOver> {
    let mut db = job.target.connect().await?;
    let seen = queries::get(db.client(), job.migration.id).await?;
    let from = job.source.connect().await?;
    let mark = SourceMark::new(&seen, &DatabaseIdentity::of(&db).await?);
    job.source.refuse_cutover(&from, &mark).await?;
    refuse_shadows(db.client(), job.scope).await?;
    match seen.state {
        MigrationState::Copying | MigrationState::CaughtUp => {
            effect!(
                "cutover.begin",
                queries::advance(db.client(), seen.id, seen.state, MigrationState::CuttingOver).await?
            );
        }
        // A cutover that was killed.
        MigrationState::CuttingOver => {}
        MigrationState::CutOver | MigrationState::Abandoned => refuse_cut_over(&seen)?,
    }
    // Who follows sees that a cutover has begun, and ends.
    let done = match lock_within(&db, &job, Duration::from_mins(1)).await {
        Ok(()) => with_lock(&mut db, &job, how).await,
        Err(e) => Err(e),
    };
    if let Err(e) = &done {
        put_back(&job, e).await;
    }
    done
}

async fn with_lock(db: &mut Db, job: &Job<'_>, how: &Cutover) -> Result<CutOver> {
    let migration = queries::get(db.client(), job.migration.id).await?;
    let from = job.source.connect().await?;
    // As much as can be done while the source takes writes: all but the tail, indexes, a look for what came late.
    job.catch_up(db, &from).await?;
    job.finish_bulk(db).await?;
    late::mend(db, &from, job, &how.stores).await?;
    let heirs = heirs(db, &from, job).await?;
    let copied_before = queries::counts(db.client(), migration.id).await?.messages;

    // Its session's end gives the lock back, whatever happens.
    let holder = job.source.connect().await?;
    let stopped = stop_writes(&holder, job).await?;
    let last = match tokio::time::timeout(how.max_downtime, finish(db, &from, job, how)).await {
        Ok(done) => done?,
        Err(_) => {
            return Err(Error::failed("cutting over")
                .because(format!("writes were stopped for {} s and all was not done", how.max_downtime.as_secs()))
                .hint(
                    "the source takes writes again; run migrate postgres to be closer, or give more --max-downtime",
                ));
        }
    };
    let messages = queries::counts(db.client(), migration.id).await?.messages;
    // The source first: whoever writes must never find both open.
    let mark = SourceMark::new(&migration, &DatabaseIdentity::of(db).await?);
    job.source.refuse_closed(&holder, &mark, "cutting over").await?;
    queries::close(holder.client(), &job.source.found, &mark, &moved_to(&migration, job.target)).await?;
    effect!(
        "cutover.block",
        holder.batch_execute("COMMIT").await.map_err(|e| explain("making the source read-only", e))?
    );
    let token = take_over(db, &migration, last, &heirs).await?;
    Ok(CutOver {
        messages,
        tail: messages - copied_before,
        last_global_position: last,
        downtime: stopped.elapsed(),
        token,
    })
}

/// Waits for those who write in short turns, and keeps new ones waiting from then on.
async fn stop_writes(holder: &Db, job: &Job<'_>) -> Result<Instant> {
    let end = Instant::now() + Duration::from_mins(1);
    let doing = "stopping writes to the source";
    loop {
        job.stop.check()?;
        let began = Instant::now();
        holder.batch_execute("BEGIN").await.map_err(|e| explain(doing, e))?;
        match queries::lock_writes(holder.client(), &job.source.table, TURN).await {
            Ok(()) => return Ok(began),
            Err(e) if errors::is_retryable(&e) && Instant::now() < end => {
                holder.batch_execute("ROLLBACK").await.map_err(|e| explain(doing, e))?;
                job.progress.note("a transaction that writes to the source is still open; waiting for it");
                job.stop.sleep(Duration::from_secs(1)).await?;
            }
            Err(e) => return Err(explain(doing, e)),
        }
    }
}

/// What is left to do while writes are stopped; returns the highest global position that was handed out.
async fn finish(db: &mut Db, from: &Db, job: &Job<'_>, how: &Cutover) -> Result<Option<i64>> {
    let source = job.source;
    let last = queries::highest(from.client(), &source.table, source.sequence.as_ref()).await?;
    job.copy_to(db, from, &Horizon { safe: last, waits_for: None }).await?;
    late::mend(db, from, job, &how.stores).await?;
    let migration = queries::get(db.client(), job.migration.id).await?;
    // By the statistics, which tell late, and not of everything: messages that are newer than their copy are looked for, too.
    let changed = queries::changes(from.client(), &source.found).await?;
    let is_changed = migration.source_changes.is_some_and(|before| before != changed);
    if is_changed {
        job.progress.note("messages of the source were updated or deleted since the migration began: all are compared");
    }
    let newer = newer::find(db, from, job).await?;
    match newer {
        Newer::Ranges(ranges) if !how.verify_all && !is_changed => newer::compare(db, from, job, &ranges).await?,
        _ => compare(db, from, job, &migration).await?,
    }
    check_whole(db, from, source, job.scope, &migration).await?;
    Ok(last)
}

/// Nothing lies outside the ranges, and the heads count what the ranges hold.
async fn check_whole(
    db: &Db,
    from: &Db,
    source: &MigrationSource,
    scope: &Scope,
    migration: &MigrationRow,
) -> Result<()> {
    let doing = "comparing source and namespace as a whole";
    let first = queries::first_position(from.client(), &source.table).await?;
    let differs = |why: String| {
        Err(Error::new(Kind::Verification, doing)
            .because(why)
            .hint("the source takes writes as before; eventodb-admin migrate verify names the messages"))
    };
    if let Some(first) = first
        && migration.first_position.is_none_or(|began| first < began)
    {
        return differs(format!("the source has global position {first}, before the first that was copied"));
    }
    source.refuse_unplaced(from).await?;
    source.refuse_archived(from).await?;
    source.refuse_last_positions(from).await?;
    let counts = queries::counts(db.client(), migration.id).await?;
    let heads: i64 = heads::categories(db.client(), scope).await?.iter().map(|c| c.messages).sum();
    if heads != counts.messages {
        if let Some(foreign) = foreign::find(from, db.client(), source, scope, migration).await? {
            return Err(Error::new(Kind::Verification, doing).because(foreign.told()).hint(format!(
                "the source takes writes as before; keep what others have written ({}), then migrate abandon and copy again",
                foreign.shown_by(scope)
            )));
        }
        return differs(format!("{} messages came over, and the namespace counts {heads}", counts.messages));
    }
    Ok(())
}

/// Compares every range; an error where one differs.
async fn compare(db: &Db, from: &Db, job: &Job<'_>, migration: &MigrationRow) -> Result<()> {
    let found =
        verify(from, db, job.source, job.scope, migration, CompareDepth::Content, job.progress, job.stop).await?;
    let Some((first, last)) = found.differing.first() else { return Ok(()) };
    Err(newer::differ(ClaimedRange { first: *first, last: *last }, &found.findings))
}

/// Where a source's messages have moved to, in words.
pub(super) fn moved_to(migration: &MigrationRow, target: &Connector) -> String {
    format!("namespace {} of {}", migration.namespace, target.info.shown())
}

/// Refuses a namespace in which calls would find functions of somebody's instead of its own.
async fn refuse_shadows(db: &impl GenericClient, scope: &Scope) -> Result<()> {
    let beside = shadows::list(db, scope).await?;
    if beside.is_empty() {
        return Ok(());
    }
    Err(Error::new(Kind::Conflict, format!("letting namespace {} take over", scope.namespace()))
        .because(format!("functions stand beside its own, and calls would find them instead: {}", beside.join(", ")))
        .hint(format!(
            "EventoDB's server makes them where it takes the copy for a namespace: stop it, then {}",
            shadows::removing(&beside)
        )))
}

/// Who is to own and use the namespace.
async fn heirs(db: &mut Db, from: &Db, job: &Job<'_>) -> Result<Heirs> {
    let rights = queries::rights_on(from.client(), &job.source.table).await?;
    let mut heirs = Heirs::find(db, job.scope, &rights, !rights::was_there(db, job.scope).await?).await?;
    for told in heirs.rehearse(db, job.scope).await?.into_iter().chain(heirs.warning()) {
        job.progress.warn(&told);
    }
    Ok(heirs)
}

/// The namespace takes over: sequence, registry, owner and ledger in one transaction.
async fn take_over(db: &mut Db, migration: &MigrationRow, last: Option<i64>, heirs: &Heirs) -> Result<Option<Token>> {
    let doing = "letting the namespace take over";
    let scope = plan::scope(db, migration)?;
    let token = Token::generate(&migration.namespace);
    let tx = db.client_mut().transaction().await.map_err(|e| explain(doing, e))?;
    heads::raise_sequence(&tx, &scope, last.unwrap_or_default()).await?;
    let registry =
        migration.registry.as_ref().filter(|r| r.get("id").and_then(Value::as_str) == Some(&migration.namespace));
    let is_new = namespaces::take_over(
        &tx,
        &migration.namespace,
        &migration.schema,
        &migration.source.schema,
        registry,
        &token.sha256(),
    )
    .await?;
    refuse_shadows(&tx, &scope).await?;
    heirs.inherit(&tx, &scope).await?;
    queries::advance(&tx, migration.id, MigrationState::CuttingOver, MigrationState::CutOver).await?;
    effect!("cutover.commit", tx.commit().await.map_err(|e| explain(doing, e))?);
    Ok((is_new == namespaces::TakenOver::WithNewToken).then_some(token))
}

/// Lets the source take writes again after a cutover that failed. The ledger first: once it says that no cutover is under
/// way, none can end. Where it cannot be asked, or says that the namespace has taken over, the source stays as it is.
async fn put_back(job: &Job<'_>, why: &Error) {
    let back = async {
        let db = job.target.connect().await?;
        let migration = queries::get(db.client(), job.migration.id).await?;
        if migration.state == MigrationState::CuttingOver {
            queries::advance(db.client(), migration.id, MigrationState::CuttingOver, MigrationState::CaughtUp).await?;
            queries::note_error(db.client(), migration.id, Some(&why.to_string())).await?;
        } else if migration.state == MigrationState::CutOver {
            job.progress.warn("the namespace has taken over nevertheless: eventodb-admin migrate status");
            return Ok(());
        }
        reopen(job.source, &SourceMark::new(&migration, &DatabaseIdentity::of(&db).await?)).await.map(|_| ())
    };
    if let Err(e) = back.await {
        job.progress.warn(&format!(
            "the source may still refuse writes: {e}; run migrate cutover again, or migrate abandon to let it take writes"
        ));
    }
}

/// Lets the source take writes again where it was this migration, in this database, that has closed it.
pub(super) async fn reopen(source: &MigrationSource, own: &SourceMark) -> Result<ClosedFor> {
    let from = source.connect().await?;
    let closed = queries::closed(from.client(), source.identity.table).await?.seen_by(own);
    if closed == ClosedFor::This {
        effect!("cutover.unblock", queries::reopen(from.client(), &source.table).await?);
        return Ok(ClosedFor::Nobody);
    }
    Ok(closed)
}
