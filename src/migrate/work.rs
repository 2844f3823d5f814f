//! The jobs of a copy: each takes the next range, and cuts a new one where none is left.

use std::sync::Mutex as Guarded;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::Mutex;

use super::copy::{Copier, RangeOutcome, RefusedRange};
use super::job::Job;
use super::pace::Pace;
use crate::db::queries::chunks;
use crate::db::queries::migrations::{self as queries, HeadsUpdate};
use crate::db::{Db, errors};
use crate::error::Result;
use crate::progress::Task;

/// Chunks that are made ahead of a range.
const CHUNKS_AHEAD: usize = 16;

/// Cuts ranges as they are needed.
pub(super) struct Cutter {
    pub from: Db,
    pub until: i64,
    /// The range of the chunk that was made or found last.
    pub made: Option<(DateTime<Utc>, DateTime<Utc>)>,
}

/// What the jobs of a cycle share.
pub(super) struct CopyCycle<'a> {
    pub job: &'a Job<'a>,
    pub pace: &'a Pace,
    pub refused: &'a Guarded<Vec<RefusedRange>>,
    pub budget: &'a AtomicI64,
    pub cutter: &'a Mutex<Cutter>,
    pub task: &'a dyn Task,
    pub heads: HeadsUpdate,
}

impl CopyCycle<'_> {
    /// A job: ranges one after the other; a lost session is opened again.
    pub async fn until_nothing_is_left(&self) -> Result<()> {
        let job = self.job;
        let mut tries = 0;
        loop {
            match self.with_sessions().await {
                Ok(()) => return Ok(()),
                Err(e) if (errors::is_session_gone(&e) || errors::is_worth_another_try(&e)) && tries < 20 => {
                    tries += 1;
                    job.progress.note(&format!("{e}; trying again"));
                    job.stop.sleep(Duration::from_millis(500)).await?;
                }
                Err(e) => return Err(e),
            }
        }
    }

    async fn with_sessions(&self) -> Result<()> {
        let job = self.job;
        let mut to = job.reconnecting(|| job.target.connect()).await?;
        let mut from = job.reconnecting(|| job.source.connect()).await?;
        let copier = Copier {
            source: job.source,
            scope: job.scope,
            migration: job.migration.id,
            pace: self.pace,
            task: self.task,
            heads: self.heads,
        };
        while self.budget.load(Ordering::SeqCst) > 0 {
            job.stop.check()?;
            job.source.refuse_code(&from).await?;
            let refused = self.refused_firsts();
            match copier.next(&mut from, &mut to, &refused).await? {
                RangeOutcome::Copied(messages) => {
                    self.budget.fetch_sub(messages, Ordering::SeqCst);
                }
                // Another job may have come to the range before this one had said so.
                RangeOutcome::Refused(refused) if !self.refused_firsts().contains(&refused.first) => {
                    job.progress.warn(&refused.error.to_string());
                    self.lock_refused().push(refused);
                }
                RangeOutcome::Refused(_) => {}
                RangeOutcome::Nothing => {
                    if !self.cut(&mut to).await? {
                        return Ok(());
                    }
                }
            }
        }
        Ok(())
    }

    fn lock_refused(&self) -> std::sync::MutexGuard<'_, Vec<RefusedRange>> {
        self.refused.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn refused_firsts(&self) -> Vec<i64> {
        self.lock_refused().iter().map(|r| r.first).collect()
    }

    /// Cuts the next range; false where all are cut.
    async fn cut(&self, to: &mut Db) -> Result<bool> {
        let mut cutter = self.cutter.lock().await;
        let job = self.job;
        let next = cutter.next_range(job, to).await;
        if next.as_ref().is_err_and(errors::is_session_gone) {
            cutter.from = job.reconnecting(|| job.source.connect()).await?;
            return cutter.next_range(job, to).await;
        }
        next
    }
}

impl Cutter {
    /// Cuts the next range; false where all are cut.
    async fn next_range(&mut self, job: &Job<'_>, to: &mut Db) -> Result<bool> {
        job.source.refuse_code(&self.from).await?;
        let migration = queries::get(to.client(), job.migration.id).await?;
        let until = self.until;
        let first = match migration.cut_to {
            Some(cut) if cut >= until => return Ok(false),
            Some(cut) => cut.saturating_add(1),
            None => match queries::first_position(self.from.client(), &job.source.table).await? {
                Some(first) => first.min(until),
                // Nothing there yet, though positions were handed out.
                None => return Ok(false),
            },
        };
        let batch = i64::from(job.options.batch);
        let table = &job.source.table;
        let last = queries::boundary(self.from.client(), table, first - 1, until, batch).await?.unwrap_or(until);
        match self.make_chunks(job, to, first, last).await {
            Err(e) if errors::is_session_gone(&e) => return Err(e),
            // The copy makes what it needs, or says which message is in the way.
            _ => {}
        }
        // False: another session was faster. Its range is there to be claimed.
        let _ = queries::add_range(to.client(), migration.id, first, last).await?;
        Ok(true)
    }

    /// Makes a range's chunks, each in a transaction of its own: who makes one keeps all others from making theirs until
    /// it commits, and a job would wait for another's whole range.
    async fn make_chunks(&mut self, job: &Job<'_>, to: &mut Db, first: i64, last: i64) -> Result<()> {
        let rows = job.source.rows().from;
        let Some((mut time, end)) = queries::times(self.from.client(), rows, first, last).await? else { return Ok(()) };
        // Times that jump far are left to the copy.
        for _ in 0..CHUNKS_AHEAD {
            if self.made.is_none_or(|(from, to)| time < from || time >= to) {
                self.made = chunks::range_at(to.client(), job.scope, time).await?;
            }
            if self.made.is_none() {
                if !chunks::make_unseen(to.client_mut(), job.scope, time).await? {
                    // The copy makes what it needs.
                    break;
                }
                self.made = chunks::range_at(to.client(), job.scope, time).await?;
            }
            match self.made {
                Some((_, made_to)) if made_to <= end => time = made_to,
                _ => break,
            }
        }
        Ok(())
    }
}

/// One error for all ranges that did not come over.
pub(super) fn worst(mut refused: Vec<RefusedRange>) -> Result<()> {
    refused.sort_by_key(|r| (u8::MAX - r.error.kind().severity(), r.first));
    let n = refused.len();
    match refused.into_iter().next() {
        None => Ok(()),
        Some(first) if n == 1 => Err(first.error),
        Some(first) => Err(first.error.while_doing(format!("{n} ranges were refused, the rest was copied; the first"))),
    }
}
