//! One range: claimed, copied, proven, ended, in one transaction.

use bytes::{Bytes, BytesMut};
use futures::{SinkExt, TryStreamExt};
use tokio_postgres::{IsolationLevel, Transaction};

use super::late::RangeFill;
use super::pace::Pace;
use super::source::MigrationSource;
use super::verify;
use crate::db::errors::{self, explain};
use crate::db::queries::migrations::{self as queries, ClaimedRange, HeadsUpdate, RangeFigures};
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::failpoint::effect;
use crate::progress::Task;

const COLUMNS: &str = "time, global_position, position, stream_name, type, data, metadata, id";
/// Jobs are what runs side by side: rows that travel between a server's own workers cost more than they bring.
const ALONE: &str = "SET LOCAL max_parallel_workers_per_gather = 0";
/// So many messages go between two looks at the rate.
const STEP: u32 = 100;
/// Bytes that go to the server in one piece: handing over each message by itself costs more than copying it.
const PIECE: usize = 64 * 1024;

/// A range that did not come over, for a reason that lies in its messages.
#[derive(Debug)]
pub struct RefusedRange {
    /// Its first global position.
    pub first: i64,
    /// Why.
    pub error: Error,
}

/// What became of the next range.
#[derive(Debug)]
pub enum RangeOutcome {
    /// It is in the namespace: so many messages.
    Copied(i64),
    /// Its messages are not as they must be; nothing of it is in the namespace.
    Refused(RefusedRange),
    /// None is left that nobody works on.
    Nothing,
}

/// What copies ranges: a session at either end.
pub(super) struct Copier<'a> {
    pub source: &'a MigrationSource,
    pub scope: &'a Scope,
    pub migration: i64,
    pub pace: &'a Pace,
    pub task: &'a dyn Task,
    pub heads: HeadsUpdate,
}

impl Copier<'_> {
    /// Copies the next range that is to be copied, those in `refused` left out.
    ///
    /// # Errors
    /// Where a session is lost or a server refuses for a reason that does not lie in the messages.
    pub async fn next(&self, from: &mut Db, to: &mut Db, refused: &[i64]) -> Result<RangeOutcome> {
        let tx = to.client_mut().transaction().await.map_err(|e| explain("copying a range", e))?;
        let Some(range) = queries::claim(&tx, self.migration, refused).await? else { return Ok(RangeOutcome::Nothing) };
        let doing = format!("copying global positions {} to {}", range.first, range.last);
        match self.copy(&tx, from, range).await {
            Ok(figures) => {
                effect!("migrate.commit", tx.commit().await.map_err(|e| explain(doing, e))?);
                Ok(RangeOutcome::Copied(figures.messages))
            }
            // A refusal of this range is kept; whatever else is wrong would be so for the next one.
            Err(e) if matches!(e.kind(), Kind::Verification | Kind::Conflict) => {
                // Its session may be broken as well: then there is nothing to roll back.
                let _ = tx.rollback().await;
                queries::note_failure(to.client(), self.migration, range.first, &e.to_string()).await?;
                Ok(RangeOutcome::Refused(RefusedRange { first: range.first, error: e.while_doing(doing) }))
            }
            Err(e) => Err(e.while_doing(doing)),
        }
    }

    async fn copy(&self, tx: &Transaction<'_>, from: &mut Db, range: ClaimedRange) -> Result<RangeFigures> {
        let source = snapshot(from).await?;
        tx.batch_execute(&format!("SET LOCAL eventodb.heads_kept = 'on'; {ALONE}"))
            .await
            .map_err(|e| explain("copying messages", e))?;
        let messages = self.scope.messages().to_string();
        let piped = effect!("migrate.copy", self.pipe(&source, tx, &messages, range).await);
        if let Err(e) = piped {
            return Err(self.blame(range, e).await);
        }
        let figures = self.prove(&source, tx, range).await?;
        if figures.messages > 0 && self.heads == HeadsUpdate::WithIt {
            effect!("migrate.heads", queries::raise_heads(tx, self.scope, range, &figures).await?);
        }
        effect!("migrate.end", queries::complete(tx, self.migration, range.first, &figures, self.heads).await?);
        // Read only: that it ends badly changes nothing.
        let _ = source.commit().await;
        Ok(figures)
    }

    /// Copies what is missing of a range that was copied before.
    ///
    /// # Errors
    /// [`Kind::Verification`] where the sides differ by more than what was missing.
    pub async fn late(&self, from: &mut Db, to: &mut Db, range: ClaimedRange, fill: RangeFill) -> Result<()> {
        let doing = "copying late messages";
        if fill == RangeFill::Proven {
            self.source.refuse_duplicates(from).await?;
        }
        let source = snapshot(from).await?;
        let tx = to.client_mut().transaction().await.map_err(|e| explain(doing, e))?;
        queries::make_late(&tx, self.scope).await?;
        self.pipe(&source, &tx, "pg_temp.eventodb_late", range).await?;
        match fill {
            RangeFill::ByTrigger => {
                queries::insert_late(&tx, self.scope, COLUMNS).await?;
            }
            RangeFill::Proven => queries::insert_late_counted(&tx, self.scope).await?,
        }
        let figures = self.prove(&source, &tx, range).await?;
        queries::complete(&tx, self.migration, range.first, &figures, HeadsUpdate::WithIt).await?;
        effect!("migrate.late", tx.commit().await.map_err(|e| explain(doing, e))?);
        Ok(())
    }

    /// What the range holds, once both servers say the same.
    async fn prove(&self, source: &Transaction<'_>, tx: &Transaction<'_>, range: ClaimedRange) -> Result<RangeFigures> {
        let (messages, firsts) = (self.scope.messages().to_string(), [range.first]);
        let horizon = Some(queries::horizon(source).await?);
        let (theirs, ours) = tokio::join!(
            queries::figures(source, self.source.rows(), &firsts, range.last, None),
            queries::figures(tx, self.source.rows_of(&messages), &firsts, range.last, None)
        );
        let first =
            |figures: Vec<(usize, RangeFigures)>| figures.into_iter().next().map(|(_, f)| f).unwrap_or_default();
        let (theirs, ours) = (first(theirs?), first(ours?));
        if theirs.invalid > 0 {
            return Err(self.invalid(source, range).await?);
        }
        if !theirs.agree(&ours) {
            let found =
                verify::narrow(source, self.source.rows(), tx, self.source.rows_of(&messages), range.first, range.last)
                    .await?;
            return Err(verify::differs(range, &found));
        }
        Ok(RangeFigures { horizon, ..if ours.messages == 0 { verify::nothing() } else { ours } })
    }

    /// COPY to COPY, in the servers' own binary form.
    async fn pipe(
        &self,
        source: &Transaction<'_>,
        tx: &Transaction<'_>,
        into: &str,
        range: ClaimedRange,
    ) -> Result<u64> {
        let out = source
            .copy_out(&format!(
                "COPY (SELECT {COLUMNS} FROM {} m WHERE global_position BETWEEN {} AND {} ORDER BY global_position)
                 TO STDOUT (FORMAT binary)",
                self.source.rows().from,
                range.first,
                range.last
            ))
            .await
            .map_err(|e| explain("reading the source", e))?;
        let sink = tx
            .copy_in::<_, Bytes>(&format!("COPY {into} ({COLUMNS}) FROM STDIN (FORMAT binary)"))
            .await
            .map_err(|e| explain("writing to the namespace", e))?;
        let (mut out, mut sink) = (std::pin::pin!(out), std::pin::pin!(sink));
        let (mut waiting, mut buffer) = (0, BytesMut::with_capacity(PIECE));
        loop {
            // A piece is a message, but for the first and the last.
            let piece = out.try_next().await.map_err(|e| explain("reading the source", e))?;
            let full = piece.as_ref().is_none_or(|p| buffer.len() + p.len() > PIECE);
            if full && !buffer.is_empty() {
                if let Err(e) = sink.feed(buffer.split().freeze()).await {
                    // The server's own reason comes with the end of the copy.
                    let e = sink.finish().await.err().unwrap_or(e);
                    return Err(explain("writing to the namespace", e));
                }
                buffer.reserve(PIECE);
            }
            let Some(piece) = piece else { break };
            buffer.extend_from_slice(&piece);
            waiting += 1;
            if waiting == STEP {
                self.told(waiting).await;
                waiting = 0;
            }
        }
        let written = sink.finish().await.map_err(|e| explain("writing to the namespace", e))?;
        self.told(waiting).await;
        Ok(written)
    }

    async fn told(&self, messages: u32) {
        self.pace.wait(messages).await;
        self.task.advance(u64::from(messages));
    }

    /// Why a range does not come over: where it lies in its messages, they are named as far as they can be.
    async fn blame(&self, range: ClaimedRange, e: Error) -> Error {
        let code = errors::sqlstate_of(&e).map(|c| c.code().to_owned()).unwrap_or_default();
        // Data that is not as it must be, or that breaks a rule of the namespace.
        if !code.starts_with("22") && !code.starts_with("23") {
            return e;
        }
        // The transactions are over by then.
        let named = match code.as_str() {
            // Only json holds what jsonb refuses.
            "22P05" | "22P02" | "22003" if self.source.json => self.zeros(range).await,
            _ => self.invalid_outside(range).await,
        };
        match named {
            Ok(Some(named)) => named,
            _ => Error::new(Kind::Conflict, "messages that a namespace cannot hold").because(e),
        }
    }

    async fn invalid(&self, source: &Transaction<'_>, range: ClaimedRange) -> Result<Error> {
        let named = queries::invalid(source, self.source.rows().from, range.first, range.last).await?;
        Ok(refusal(&named))
    }

    async fn invalid_outside(&self, range: ClaimedRange) -> Result<Option<Error>> {
        let db = self.source.connect().await?;
        let named = queries::invalid(db.client(), self.source.rows().from, range.first, range.last).await?;
        Ok((!named.is_empty()).then(|| refusal(&named)))
    }

    async fn zeros(&self, range: ClaimedRange) -> Result<Option<Error>> {
        let db = self.source.connect().await?;
        let named = queries::with_zero(db.client(), &self.source.table, range.first, range.last).await?;
        let named: Vec<_> = named.iter().map(|g| format!("{g}: \\u0000, which jsonb cannot hold")).collect();
        Ok((!named.is_empty()).then(|| refusal(&named)))
    }
}

/// One snapshot for the copy and for what it is measured against.
async fn snapshot(from: &mut Db) -> Result<Transaction<'_>> {
    let doing = "reading the source";
    let snapshot = from
        .client_mut()
        .build_transaction()
        .isolation_level(IsolationLevel::RepeatableRead)
        .read_only(true)
        .start()
        .await
        .map_err(|e| explain(doing, e))?;
    snapshot.batch_execute(ALONE).await.map_err(|e| explain(doing, e))?;
    Ok(snapshot)
}

/// Messages that cannot be kept, by global position.
fn refusal(named: &[String]) -> Error {
    Error::new(Kind::Conflict, "messages that a namespace cannot hold")
        .because(named.join("; "))
        .hint("correct or delete them at the source and run the same command again; nothing of the range was copied")
}
