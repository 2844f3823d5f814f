//! The lock protocol, for servers whose chunks cannot be frozen: one transaction holds the chunk from before the export
//! until its drop. Writers to it wait, readers go on.

use tokio_postgres::Transaction;

use super::super::attempt::{Attempt, AttemptRow, Done, Spread};
use super::super::options::{AfterVerify, Protocol};
use crate::archive::lock::drop_retry::{DropError, pauses};
use crate::chunks::counted;
use crate::db::Db;
use crate::db::errors::{explain, is_retryable};
use crate::db::queries::chunks::{self, LockMode};
use crate::db::queries::ledger::State;
use crate::db::server::ServerInfo;
use crate::error::{Error, Kind, Result};
use crate::failpoint::effect;

/// Archives one chunk.
pub(in crate::archive) async fn archive(db: &mut Db, attempt: &Attempt<'_>) -> Result<Done> {
    if !attempt.priors.is_empty() {
        let (server, canceller) = (db.server.clone(), db.canceller());
        let tx = begin(db, attempt).await?;
        let same = attempt.unchanged_since(&tx, &server, &canceller).await?;
        let was_read = match &same {
            Some(same) => attempt.serves_again(&tx, &same.archive).await,
            None => Ok(false),
        };
        if let (Some(same), Ok(true)) = (&same, &was_read) {
            let archive = &same.archive;
            let id = archive.id;
            attempt.retire_priors(&tx, id, &same.sorted).await?;
            let spread = attempt.spread(&tx, id).await?;
            let drops = attempt.run.options.after == AfterVerify::Drop;
            if drops && spread == Spread::Enough {
                let held = LockedChunk { server: &server, exported: Some((id, archive.state)) };
                drop_locked(&tx, attempt, held).await?;
            }
            commit(tx).await?;
            return Ok(if drops && spread == Spread::TooFew { Done::Waits(id) } else { Done::Archive(id) });
        }
        tx.rollback().await.map_err(|e| explain("ending the comparison", e))?;
        if let Some(same) = &same
            && was_read.as_ref().err().is_none_or(|e| e.kind() == Kind::Verification)
        {
            // What was noted in the transaction has gone with it.
            attempt.note_unread(db.client(), &same.archive).await?;
        }
        was_read?;
    }
    let entry = attempt.enter(db.client(), Protocol::Lock).await?;
    match export_again(db, attempt, &entry).await {
        Ok(Done::Empty) => {
            attempt.give_up(db, &entry, &Error::failed("the chunk is empty")).await;
            Ok(Done::Empty)
        }
        Ok(done) => Ok(done),
        Err(e) => {
            attempt.give_up(db, &entry, &e).await;
            Err(e)
        }
    }
}

async fn export_again(db: &mut Db, attempt: &Attempt<'_>, entry: &AttemptRow) -> Result<Done> {
    let (server, canceller) = (db.server.clone(), db.canceller());
    let tx = begin(db, attempt).await?;
    let stored = attempt.export(&tx, &server, entry, &canceller).await?;
    match (stored, attempt.run.options.after) {
        (None, after) => {
            if after == AfterVerify::Drop {
                drop_locked(&tx, attempt, LockedChunk { server: &server, exported: None }).await?;
            }
            commit(tx).await?;
            Ok(Done::Empty)
        }
        (Some(stored), AfterVerify::Keep) => {
            // Writers need not wait for the store where nothing is to be dropped.
            commit(tx).await?;
            attempt.publish(db.client(), entry, &stored).await?;
            attempt.prove(db.client(), entry).await?;
            attempt.retire_priors(db.client(), entry.id, &stored.sorted).await?;
            attempt.spread(db.client(), entry.id).await?;
            Ok(Done::Archive(entry.id))
        }
        (Some(stored), AfterVerify::Drop) => {
            attempt.publish(&tx, entry, &stored).await?;
            attempt.prove(&tx, entry).await?;
            attempt.retire_priors(&tx, entry.id, &stored.sorted).await?;
            if attempt.spread(&tx, entry.id).await? == Spread::TooFew {
                commit(tx).await?;
                return Ok(Done::Waits(entry.id));
            }
            let drop = async {
                let held = LockedChunk { server: &server, exported: Some((entry.id, State::Verified)) };
                drop_locked(&tx, attempt, held).await?;
                commit(tx).await
            };
            attempt.stages.time("drop", drop).await?;
            Ok(Done::Archive(entry.id))
        }
    }
}

async fn begin<'a>(db: &'a mut Db, attempt: &Attempt<'_>) -> Result<Transaction<'a>> {
    let doing = "locking it for the export";
    let tx = db.client_mut().transaction().await.map_err(|e| explain(doing, e))?;
    effect!("lock.lock", attempt.stages.time("lock", lock(&tx, attempt, doing)).await?);
    Ok(tx)
}

async fn lock(tx: &Transaction<'_>, attempt: &Attempt<'_>, doing: &str) -> Result<()> {
    let mut pauses = pauses();
    loop {
        attempt.run.stop.check()?;
        tx.batch_execute("SAVEPOINT before_lock").await.map_err(|e| explain(doing, e))?;
        // Not SHARE: two archivers would share it, and then deadlock at the drop.
        let e = match chunks::lock(tx, &attempt.chunk.table, LockMode::Exclusive).await {
            Ok(()) => return Ok(()),
            Err(e) => e,
        };
        let Some(pause) = pauses.next().filter(|_| is_retryable(&e)) else { return Err(explain(doing, e)) };
        // Other writers queue behind the request: it is taken back before the next.
        tx.batch_execute("ROLLBACK TO SAVEPOINT before_lock").await.map_err(|e| explain(doing, e))?;
        attempt.run.stop.sleep(pause).await?;
    }
}

async fn commit(tx: Transaction<'_>) -> Result<()> {
    effect!(
        "drop.commit",
        tx.commit().await.map_err(|e| {
            explain("committing", e)
                .hint("run the same command again: the ledger tells what was done, and nothing is lost")
        })?
    );
    Ok(())
}

/// Drops under the lock that is held; a reader in the way is waited for in short turns, without giving the lock up.
async fn drop_locked(tx: &Transaction<'_>, attempt: &Attempt<'_>, held: LockedChunk<'_>) -> Result<()> {
    let mut pauses = pauses();
    loop {
        attempt.run.stop.check()?;
        tx.batch_execute("SAVEPOINT before_drop; SET LOCAL lock_timeout = '1s'")
            .await
            .map_err(|e| explain("preparing the drop", e))?;
        let e = match try_drop(tx, attempt, held).await {
            Ok(()) => return Ok(()),
            Err(e) if !e.is_retryable() => return Err(e.into_error(attempt.chunk)),
            Err(e) => e,
        };
        let Some(pause) = pauses.next() else {
            return Err(e.into_error(attempt.chunk).hint("a reader holds the chunk; run again when it is done"));
        };
        tx.batch_execute("ROLLBACK TO SAVEPOINT before_drop").await.map_err(|e| explain("taking the drop back", e))?;
        attempt.run.stop.sleep(pause).await?;
    }
}

async fn try_drop(tx: &Transaction<'_>, attempt: &Attempt<'_>, held: LockedChunk<'_>) -> Result<(), DropError> {
    if held.exported.is_some() {
        attempt.may_drop(tx).await?;
    }
    effect!("drop.lock", chunks::lock(tx, &attempt.chunk.table, LockMode::AccessExclusive).await?);
    if let Some((id, from)) = held.exported {
        // The lock has kept writers out since the chunk was counted: there is nothing to count again.
        counted::look_again(tx, attempt.scope(), attempt.chunk, held.server).await?;
        attempt.drop_chunk(tx, id, from).await?;
    } else {
        counted::prove_empty(tx, attempt.scope(), attempt.chunk, held.server).await?;
        effect!("drop.drop-empty", chunks::drop(tx, attempt.scope(), &attempt.chunk.table).await?);
    }
    Ok(())
}

/// What the drop relies on.
#[derive(Clone, Copy)]
struct LockedChunk<'a> {
    server: &'a ServerInfo,
    /// The archive, and where it stands; none where the chunk seemed empty.
    exported: Option<(i64, State)>,
}
