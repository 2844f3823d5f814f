//! The freeze protocol: the chunk is frozen from before the export until its drop. Writers to it are refused meanwhile,
//! policies and foreign `drop_chunks` pass it by, and no transaction stays open during the upload.

use std::time::Instant;

use tokio_postgres::GenericClient;
use tokio_postgres::error::SqlState;

use super::super::attempt::{Attempt, AttemptRow, Done, Spread, Unchanged};
use super::super::options::{AfterVerify, Protocol};
use crate::archive::lock::clear_up::frozen_by_others;
use crate::archive::lock::drop_retry::{DropError, pauses};
use crate::chunks::counted::{self, CountedChunk};
use crate::db::Db;
use crate::db::errors::{explain, is_retryable};
use crate::db::queries::chunks::{self, LockMode};
use crate::db::queries::ledger::{self, State};
use crate::error::{Error, Kind, Result};
use crate::failpoint::effect;

/// Archives one chunk. It is unfrozen again unless it was dropped.
pub(in crate::archive) async fn archive(db: &mut Db, attempt: &Attempt<'_>) -> Result<Done> {
    let chunk = &attempt.chunk.table;
    if chunks::is_frozen(db.client(), chunk).await? {
        return Err(frozen_by_others(chunk));
    }
    let mut mark = None;
    let result = marked(db, attempt, &mut mark).await;
    if let Ok(Done::Archive(_) | Done::Empty) = &result
        && attempt.run.options.after == AfterVerify::Drop
    {
        return result;
    }
    // Best effort after an error: whoever takes the lifecycle lock next unfreezes what this run could not.
    match unfreeze(db, attempt, mark).await {
        Ok(()) => result,
        Err(left) => {
            let told = match result {
                Ok(_) => left,
                Err(first) => Error::new(first.kind(), format!("{first}; then {left}")),
            };
            Err(told.hint("the chunk refuses writers until the next run unfreezes it: run the same command again soon"))
        }
    }
}

/// The row that says so comes before the freeze: a chunk that stays frozen after a crash is found by it.
async fn marked(db: &mut Db, attempt: &Attempt<'_>, mark: &mut Option<i64>) -> Result<Done> {
    if let Some(newest) = attempt.priors.last() {
        effect!("freeze.mark", ledger::mark_frozen(db.client(), newest.id, attempt.chunk.name()).await?);
        *mark = Some(newest.id);
        effect!("freeze.freeze-to-compare", freeze(db, attempt).await?);
        if let Some(same) = unchanged_since(db, attempt).await?
            && attempt.serves_again(db.client(), &same.archive).await?
        {
            return again(db, attempt, &same).await;
        }
    }
    let entry = attempt.enter(db.client(), Protocol::Freeze).await?;
    if let Some(before) = mark.replace(entry.id) {
        effect!("freeze.clear-prior", ledger::clear_frozen(db.client(), before, attempt.chunk.name()).await?);
    }
    export_again(db, attempt, &entry).await
}

/// Lets writers in. Where somebody else has cleared up after this run already, and another run has frozen the chunk since, it
/// is that run's.
async fn unfreeze(db: &Db, attempt: &Attempt<'_>, mark: Option<i64>) -> Result<()> {
    let Some(id) = mark else { return Ok(()) };
    let (namespace, name) = (attempt.scope().namespace(), attempt.chunk.name());
    let noted = ledger::frozen_by(db.client(), namespace, name).await?;
    if !noted.is_empty() && !noted.contains(&id) {
        return Ok(());
    }
    effect!(
        "freeze.unfreeze",
        match chunks::unfreeze(db.client(), attempt.scope(), &attempt.chunk.table).await {
            // Somebody has dropped it: there is nothing left that writers could be let into.
            Err(e) if e.code() == Some(&SqlState::UNDEFINED_TABLE) => {}
            done => done.map_err(|e| explain(format!("unfreezing chunk {name}"), e))?,
        }
    );
    effect!("freeze.clear", ledger::clear_frozen(db.client(), id, name).await?);
    Ok(())
}

async fn freeze(db: &mut Db, attempt: &Attempt<'_>) -> Result<()> {
    let mut pauses = pauses();
    loop {
        attempt.run.stop.check()?;
        match chunks::freeze(db.client(), attempt.scope(), &attempt.chunk.table).await {
            Ok(()) => return Ok(()),
            Err(e) if is_retryable(&e) => match pauses.next() {
                Some(pause) => attempt.run.stop.sleep(pause).await?,
                None => return Err(explain("freezing it while a writer holds it", e)),
            },
            Err(e) => return Err(explain("freezing it", e)),
        }
    }
}

async fn unchanged_since(db: &mut Db, attempt: &Attempt<'_>) -> Result<Option<Unchanged>> {
    let doing = "locking it for the comparison";
    let (server, canceller) = (db.server.clone(), db.canceller());
    let tx = db.client_mut().transaction().await.map_err(|e| explain(doing, e))?;
    chunks::lock(&tx, &attempt.chunk.table, LockMode::Share).await.map_err(|e| explain(doing, e))?;
    let same = attempt.unchanged_since(&tx, &server, &canceller).await?;
    tx.commit().await.map_err(|e| explain(doing, e))?;
    Ok(same)
}

/// The prior archive serves again: no upload. Its objects were read back.
async fn again(db: &mut Db, attempt: &Attempt<'_>, same: &Unchanged) -> Result<Done> {
    let archive = &same.archive;
    attempt.retire_priors(db.client(), archive.id, &same.sorted).await?;
    let spread = attempt.spread(db.client(), archive.id).await?;
    if attempt.run.options.after == AfterVerify::Drop {
        if spread == Spread::TooFew {
            return Ok(Done::Waits(archive.id));
        }
        let exported = ExportedChunk { id: archive.id, from: archive.state, proof: &same.proof };
        attempt.stages.time("drop", drop_frozen(db, attempt, exported)).await?;
    }
    Ok(Done::Archive(archive.id))
}

async fn export_again(db: &mut Db, attempt: &Attempt<'_>, entry: &AttemptRow) -> Result<Done> {
    let proof = match export_and_prove(db, attempt, entry).await {
        Ok(Some(proof)) => proof,
        Ok(None) => {
            attempt.give_up(db, entry, &Error::failed("the chunk is empty")).await;
            if attempt.run.options.after == AfterVerify::Drop {
                drop_empty(db, attempt).await?;
                let (namespace, name) = (attempt.scope().namespace(), attempt.chunk.name());
                effect!("freeze.clear-empty", ledger::forget_frozen(db.client(), namespace, name).await?);
            }
            return Ok(Done::Empty);
        }
        Err(e) => {
            attempt.give_up(db, entry, &e).await;
            return Err(e);
        }
    };
    let spread = attempt.spread(db.client(), entry.id).await?;
    if attempt.run.options.after == AfterVerify::Drop {
        if spread == Spread::TooFew {
            return Ok(Done::Waits(entry.id));
        }
        let exported = ExportedChunk { id: entry.id, from: State::Verified, proof: &proof };
        attempt.stages.time("drop", drop_frozen(db, attempt, exported)).await?;
    }
    Ok(Done::Archive(entry.id))
}

async fn export_and_prove(db: &mut Db, attempt: &Attempt<'_>, entry: &AttemptRow) -> Result<Option<CountedChunk>> {
    effect!("freeze.freeze", attempt.stages.time("freeze and lock", freeze(db, attempt)).await?);
    let doing = "locking it for the export";
    let (server, canceller) = (db.server.clone(), db.canceller());
    let tx = db.client_mut().transaction().await.map_err(|e| explain(doing, e))?;
    // First statement of a READ COMMITTED transaction: a recompress that was waiting is over when the rows are read.
    effect!(
        "freeze.lock",
        attempt
            .stages
            .time("freeze and lock", chunks::lock(&tx, &attempt.chunk.table, LockMode::Share))
            .await
            .map_err(|e| explain(doing, e))?
    );
    still_frozen(&tx, attempt).await?;
    let stored = attempt.export(&tx, &server, entry, &canceller).await?;
    effect!("freeze.end-export", tx.commit().await.map_err(|e| explain("ending the export", e))?);
    let Some(stored) = stored else { return Ok(None) };
    attempt.publish(db.client(), entry, &stored).await?;
    attempt.prove(db.client(), entry).await?;
    attempt.retire_priors(db.client(), entry.id, &stored.sorted).await?;
    Ok(Some(stored.proof))
}

async fn still_frozen(db: &impl GenericClient, attempt: &Attempt<'_>) -> Result<()> {
    if chunks::is_frozen(db, &attempt.chunk.table).await? {
        return Ok(());
    }
    Err(Error::new(Kind::Verification, "looking at its status")
        .because("somebody has unfrozen the chunk meanwhile: it may have changed")
        .hint("nothing was dropped; run the same command again"))
}

/// What the drop relies on.
#[derive(Clone, Copy)]
struct ExportedChunk<'a> {
    /// The archive, and where it stands.
    id: i64,
    from: State,
    /// The chunk as it was then.
    proof: &'a CountedChunk,
}

/// The drop: everybody out, still frozen, gone, and the ledger knows, in one short transaction.
async fn drop_frozen(db: &mut Db, attempt: &Attempt<'_>, exported: ExportedChunk<'_>) -> Result<()> {
    let mut pauses = pauses();
    loop {
        attempt.run.stop.check()?;
        match try_drop(db, attempt, Some(exported)).await {
            Ok(()) => return Ok(()),
            Err(e) if e.is_retryable() => match pauses.next() {
                Some(pause) => attempt.run.stop.sleep(pause).await?,
                None => {
                    return Err(e.into_error(attempt.chunk).hint(
                        "a reader or a vacuum holds the chunk; its archive is verified, and the next run drops it",
                    ));
                }
            },
            Err(e) => return Err(e.into_error(attempt.chunk)),
        }
    }
}

async fn drop_empty(db: &mut Db, attempt: &Attempt<'_>) -> Result<()> {
    try_drop(db, attempt, None).await.map_err(|e| e.into_error(attempt.chunk))
}

async fn try_drop(db: &mut Db, attempt: &Attempt<'_>, exported: Option<ExportedChunk<'_>>) -> Result<(), DropError> {
    let (chunk, server) = (&attempt.chunk.table, db.server.clone());
    let tx = db.client_mut().transaction().await?;
    effect!("freeze.lock-out-vacuum", chunks::lock_out_vacuum(&tx, chunk).await?);
    // Queries without a time filter queue behind this lock while it waits behind a reader: not for long.
    tx.batch_execute("SET LOCAL lock_timeout = '1s'").await?;
    // Readers go on while the messages are counted.
    effect!("freeze.lock-to-count", chunks::lock(&tx, chunk, LockMode::Share).await?);
    let began = Instant::now();
    // A chunk can be thawed, written to and frozen again by whoever has the right: its status alone is no proof. The lock
    // keeps writers out from here to the drop.
    match exported {
        Some(exported) => {
            counted::unchanged(&tx, attempt.scope(), attempt.chunk, &server, exported.proof).await?;
        }
        None => counted::prove_empty(&tx, attempt.scope(), attempt.chunk, &server).await?,
    }
    attempt.stages.add("count again", Some("drop"), began.elapsed());
    if exported.is_some() {
        attempt.may_drop(&tx).await?;
    }
    let began = Instant::now();
    effect!("drop.lock", chunks::lock(&tx, chunk, LockMode::AccessExclusive).await?);
    attempt.stages.add("wait for readers", Some("drop"), began.elapsed());
    if attempt.chunk.is_compressed {
        // The table that holds what is compressed goes as well.
        chunks::outwait_vacuum(&tx).await?;
    }
    still_frozen(&tx, attempt).await?;
    effect!("freeze.thaw-to-drop", chunks::unfreeze(&tx, attempt.scope(), chunk).await?);
    if let Some(ExportedChunk { id, from, .. }) = exported {
        attempt.drop_chunk(&tx, id, from).await?;
    } else {
        effect!("drop.drop-empty", chunks::drop(&tx, attempt.scope(), chunk).await?);
    }
    let began = Instant::now();
    effect!("drop.commit", tx.commit().await?);
    attempt.stages.add("commit", Some("drop"), began.elapsed());
    Ok(())
}
