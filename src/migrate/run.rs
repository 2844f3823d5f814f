//! Copying until the namespace is as the source, and following it from there.

use std::sync::Mutex as Guarded;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use super::compact;
use super::copy::{Copier, RefusedRange};
use super::horizon::{self, Horizon};
use super::indexes;
use super::job::{Ends, Job};
use super::lag::{Lag, lag};
use super::late::RangeFill;
use super::pace::Pace;
use super::tidy;
use super::work::{CopyCycle, Cutter, worst};
use crate::db::errors::explain;
use crate::db::queries::chunks;
use crate::db::queries::migrations::{self as queries, ClaimedRange, HeadsUpdate, MigrationProgress, MigrationState};
use crate::db::{Db, errors};
use crate::error::{Error, Kind, Result};
use crate::failpoint::effect;
use crate::progress::Unit;

/// Messages between two times that chunks are compressed and archived behind the copy.
const CYCLE: i64 = 2_000_000;
/// So many ranges left make it worth while to load without indexes.
const BULK_RANGES: i64 = 8;
/// How long a transaction at the source that writes is waited for before it is worked around.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often a source that is followed is looked at.
const FOLLOW: Duration = Duration::from_millis(500);
/// How often is told how far behind a namespace that follows is.
const TELL: Duration = Duration::from_secs(10);
/// How long servers may be away.
const AWAY: Duration = Duration::from_mins(5);

/// How a run ended.
#[derive(Debug, Clone)]
pub struct MigrationOutcome {
    /// How far the migration is.
    pub counts: MigrationProgress,
    /// How far the namespace is behind.
    pub lag: Lag,
    /// Where the migration stands.
    pub state: MigrationState,
    /// Why not all came over: who still writes at the source.
    pub behind: Option<Behind>,
}

/// What keeps the namespace from being as the source.
#[derive(Debug, Clone)]
pub enum Behind {
    /// A transaction that is still open there.
    Transaction(String),
}

/// Copies until it is over.
///
/// # Errors
/// [`Kind::Busy`] where another run is at work on the migration; [`Kind::Conflict`] or [`Kind::Verification`] where ranges
/// did not come over for what is in them: all others have.
pub async fn run(job: Job<'_>) -> Result<MigrationOutcome> {
    let mut round = Round { followed: false, told: Instant::now(), tails: 0 };
    let (mut tries, mut patience, mut last_lost) = (0, Duration::ZERO, Instant::now());
    loop {
        let mut db = job.reconnecting(|| job.target.connect()).await?;
        lock_within(&db, &job, patience).await?;
        let result = job.until_over(&mut db, &mut round).await;
        match &result {
            // A server was restarted, and with a session of ours the lock may be gone. Ranges are whole or not there.
            Err(e) if errors::is_session_gone(e) && (tries < 20 || last_lost.elapsed() > AWAY) => {
                // Over weeks many are lost: those count that follow each other.
                tries = if last_lost.elapsed() > AWAY { 1 } else { tries + 1 };
                last_lost = Instant::now();
                job.progress.note(&format!("{e}; trying again"));
                // The server may not have noticed yet that our last session is over.
                patience = Duration::from_secs(10);
                job.stop.sleep(Duration::from_millis(500)).await?;
                continue;
            }
            Err(e) if !e.kind().is_stop() => {
                // A nicety for `migrate status`; the error itself is what counts.
                let _ = queries::note_error(db.client(), job.migration.id, Some(&e.to_string())).await;
            }
            _ => {}
        }
        return result;
    }
}

/// How far a run is, whatever sessions it loses.
struct Round {
    /// Whether the namespace was as the source once.
    followed: bool,
    /// When it was last told how far it is behind.
    told: Instant,
    /// Small ranges since some were made one.
    tails: usize,
}

/// [`lock`], waiting so long for who holds it.
pub(super) async fn lock_within(db: &Db, job: &Job<'_>, patience: Duration) -> Result<()> {
    let end = Instant::now() + patience;
    loop {
        match lock(db, job.scope.namespace()).await {
            Err(e) if e.kind() == Kind::Busy && Instant::now() < end => {
                job.stop.sleep(Duration::from_millis(200)).await?;
            }
            done => return done,
        }
    }
}

/// Takes the migration's lock: it is gone with the session.
///
/// # Errors
/// [`Kind::Busy`] where another run holds it.
pub(super) async fn lock(db: &Db, namespace: &str) -> Result<()> {
    if queries::try_lock(db.client(), namespace).await? {
        return Ok(());
    }
    Err(Error::new(Kind::Busy, format!("migrating into namespace {namespace}"))
        .because("another run is at work on it")
        .hint("wait for it, or end it with Ctrl-C; eventodb-admin migrate status shows how far it is"))
}

impl Job<'_> {
    async fn until_over(&self, db: &mut Db, round: &mut Round) -> Result<MigrationOutcome> {
        loop {
            let from = self.reconnecting(|| self.source.connect()).await?;
            let migration = queries::get(db.client(), self.migration.id).await?;
            if matches!(
                migration.state,
                MigrationState::CuttingOver | MigrationState::CutOver | MigrationState::Abandoned
            ) {
                if !round.followed {
                    return Err(Error::new(Kind::Conflict, format!("going on with migration {}", migration.id))
                        .because(format!("it is {}", migration.state))
                        .hint("migrate cutover ends it; migrate abandon gives it up"));
                }
                self.progress.note("a cutover has begun elsewhere: it copies the rest");
                return self.outcome(db, &from, None).await;
            }
            let horizon = horizon::horizon(
                &from,
                self.source,
                migration.cut_to,
                self.patience(round.followed),
                self.progress,
                self.stop,
            )
            .await?;
            self.copy_to(db, &from, &horizon).await?;
            if !round.followed {
                self.finish_bulk(db).await?;
            }
            round.tails += 1;
            if round.tails >= compact::TOGETHER || self.options.ends == Ends::CaughtUp {
                compact::compact(self, db, &from).await?;
                round.tails = 0;
            }
            round.followed = true;
            if self.options.ends == Ends::CaughtUp {
                return self.outcome(db, &from, horizon.waits_for.map(Behind::Transaction)).await;
            }
            self.follow(db, &from, &mut round.told).await?;
        }
    }

    fn patience(&self, followed: bool) -> Duration {
        if followed || self.options.ends == Ends::Never { Duration::from_secs(2) } else { PATIENCE }
    }

    async fn outcome(&self, db: &Db, from: &Db, behind: Option<Behind>) -> Result<MigrationOutcome> {
        let migration = queries::get(db.client(), self.migration.id).await?;
        Ok(MigrationOutcome {
            counts: queries::counts(db.client(), migration.id).await?,
            lag: lag(from, self.source, migration.cut_to).await?,
            state: migration.state,
            behind,
        })
    }

    /// Copies what can be copied now, before a cutover.
    pub(super) async fn catch_up(&self, db: &mut Db, from: &Db) -> Result<()> {
        let cut_to = queries::get(db.client(), self.migration.id).await?.cut_to;
        let horizon =
            horizon::horizon(from, self.source, cut_to, Duration::from_secs(2), self.progress, self.stop).await?;
        self.copy_to(db, from, &horizon).await
    }

    /// Copies what is missing of a range that was copied before.
    pub(super) async fn late(&self, to: &mut Db, range: ClaimedRange, fill: RangeFill) -> Result<()> {
        let mut from = self.source.connect().await?;
        let task = self.progress.begin("copy late messages", None, Unit::Messages);
        let pace = Pace::new(None);
        let copier = Copier {
            source: self.source,
            scope: self.scope,
            migration: self.migration.id,
            pace: &pace,
            task: &*task,
            heads: HeadsUpdate::WithIt,
        };
        copier.late(&mut from, to, range, fill).await
    }

    /// Copies what lies up to the horizon, in cycles: loaded, then compressed or archived behind it.
    pub(super) async fn copy_to(&self, db: &mut Db, from: &Db, horizon: &Horizon) -> Result<()> {
        let Some(until) = horizon.safe else { return Ok(()) };
        let migration = queries::get(db.client(), self.migration.id).await?;
        let pending = queries::counts(db.client(), migration.id).await?;
        let done = migration.cut_to.is_some_and(|cut| cut >= until) && pending.copied == pending.ranges;
        if done {
            return Ok(());
        }
        let bulk = self.is_bulk(from, migration.cut_to, until, pending).await?;
        let cycles = tidy::wants(&self.options.ages, db) && bulk;
        let left = queries::counts(db.client(), migration.id).await?;
        let total = self.source.estimate.and_then(|n| u64::try_from(n.max(left.messages)).ok());
        let task = self.progress.begin("migrate", total.filter(|_| bulk), Unit::Messages);
        if bulk {
            task.advance(u64::try_from(left.messages).unwrap_or_default());
        }
        let pace = Pace::new(self.options.max_rate);
        let refused = Guarded::new(Vec::<RefusedRange>::new());
        loop {
            if bulk {
                indexes::drop(db, self.scope, migration.id).await?;
            }
            let budget = AtomicI64::new(if cycles { CYCLE } else { i64::MAX });
            let cutter = Mutex::new(Cutter { from: self.source.connect().await?, until, made: None });
            let (jobs, heads) = if bulk { (self.options.jobs, HeadsUpdate::Later) } else { (1, HeadsUpdate::WithIt) };
            let work = CopyCycle {
                job: self,
                pace: &pace,
                refused: &refused,
                budget: &budget,
                cutter: &cutter,
                task: &*task,
                heads,
            };
            let ended = futures::future::join_all((0..jobs).map(|_| work.until_nothing_is_left())).await;
            ended.into_iter().collect::<Result<Vec<()>>>()?;
            self.raise_heads(db).await?;
            if !cycles || budget.load(Ordering::SeqCst) > 0 {
                break;
            }
            tidy::tidy(
                db,
                self.target,
                self.scope,
                migration.id,
                &self.options.ages,
                self.options.jobs,
                self.progress,
                self.stop,
            )
            .await?;
        }
        let refused = refused.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        worst(refused)
    }

    /// Whether so much is left that indexes are built faster than kept.
    async fn is_bulk(&self, from: &Db, cut_to: Option<i64>, until: i64, left: MigrationProgress) -> Result<bool> {
        if cut_to.is_none() || left.ranges - left.copied > BULK_RANGES {
            return Ok(true);
        }
        let many = BULK_RANGES * i64::from(self.options.batch);
        let after = cut_to.unwrap_or(i64::MIN);
        Ok(queries::boundary(from.client(), &self.source.table, after, until, many).await?.is_some())
    }

    /// The heads of what was copied without them.
    async fn raise_heads(&self, db: &mut Db) -> Result<()> {
        let doing = "raising the heads of what was copied";
        loop {
            self.stop.check()?;
            let tx = db.client_mut().transaction().await.map_err(|e| explain(doing, e))?;
            if queries::raise_pending_heads(&tx, self.migration.id, self.scope).await? == 0 {
                return Ok(());
            }
            effect!("migrate.heads_later", tx.commit().await.map_err(|e| explain(doing, e))?);
        }
    }

    /// All that was left for when the bulk is over: heads, indexes, chunks, the planner's figures.
    pub(super) async fn finish_bulk(&self, db: &mut Db) -> Result<()> {
        self.raise_heads(db).await?;
        indexes::make(db, self.scope, self.target, self.migration.id, self.options.jobs).await?;
        tidy::tidy(
            db,
            self.target,
            self.scope,
            self.migration.id,
            &self.options.ages,
            self.options.jobs,
            self.progress,
            self.stop,
        )
        .await?;
        // The planner's counts are a nicety: the copy stands without them. Of the columns that reads go by: JSON costs ten
        // times as much as these do, and autovacuum comes by anyway.
        let columns = "(\"time\", global_position, stream_name, \"position\")";
        let _ = chunks::analyze_columns(db.client(), &self.scope.messages(), columns).await;
        let migration = queries::get(db.client(), self.migration.id).await?;
        if migration.state == MigrationState::Copying {
            let (from, to) = (MigrationState::Copying, MigrationState::CaughtUp);
            effect!("migrate.caught_up", queries::advance(db.client(), migration.id, from, to).await?);
        }
        Ok(())
    }

    /// Waits for something new at the source, and tells now and then how far behind the namespace is.
    async fn follow(&self, db: &Db, from: &Db, told: &mut Instant) -> Result<()> {
        loop {
            self.stop.sleep(FOLLOW).await?;
            let migration = queries::get(db.client(), self.migration.id).await?;
            if migration.state != MigrationState::CaughtUp {
                return Ok(());
            }
            let highest = match queries::highest(from.client(), &self.source.table, self.source.sequence.as_ref()).await
            {
                Ok(highest) => highest,
                // The next round connects anew.
                Err(e) if errors::is_session_gone(&e) => return Ok(()),
                Err(e) => return Err(e),
            };
            let is_time = told.elapsed() > TELL;
            if is_time {
                *told = Instant::now();
                let lag = lag(from, self.source, migration.cut_to).await?;
                self.progress.note(&format!("following: {} messages and {:.1} s behind", lag.messages, lag.seconds));
            }
            if highest > migration.cut_to {
                return Ok(());
            }
        }
    }

    /// Connects, however long servers take to come back, within limits.
    pub(super) async fn reconnecting<F: Future<Output = Result<Db>>>(&self, connect: impl Fn() -> F) -> Result<Db> {
        let end = Instant::now() + AWAY;
        let mut pause = Duration::from_millis(200);
        loop {
            match connect().await {
                Ok(db) => return Ok(db),
                Err(e) if e.kind() != Kind::Failed || Instant::now() > end => return Err(e),
                Err(e) => {
                    self.progress.note(&format!("{e}; trying again"));
                    self.stop.sleep(pause).await?;
                    pause = (pause * 2).min(Duration::from_secs(10));
                }
            }
        }
    }
}
