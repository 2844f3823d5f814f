//! `archives release`: what was brought back goes again.

use crate::archive::{
    self, AfterVerify, ArchiveOptions, ArchiveRow, Codec, LifecycleLock, Proofs, Release, RemovalCheck, State,
};
use crate::chunks::ChunkRow;
use crate::cli::ReleaseArchives;
use crate::commands::app::Archiving;
use crate::commands::app::{ArchiveStores, CommandOutcome, Context, PlannedStep, aggregates};
use crate::db::queries::ledger;
use crate::db::{Db, Scope};
use crate::error::Result;

/// Archives by what releasing them takes.
#[derive(Default)]
struct ReleaseWork {
    /// Chunks to archive, with the archive whose store takes them.
    chunks: Vec<(ChunkRow, ArchiveRow)>,
    /// Archives that the ledger is told of only.
    told: Vec<ArchiveRow>,
}

pub(super) async fn run(context: &Context, args: &ReleaseArchives) -> Result<CommandOutcome> {
    let (db, namespace) = context.namespace().await?;
    let (scope, ids) = (&namespace.scope, args.ids.as_slice());
    aggregates::may_drop(&db, scope, args.continuous_aggregates).await?;
    if context.is_plan() {
        let work = choose(context, &db, scope, ids).await?;
        let mut steps: Vec<PlannedStep> =
            work.chunks.iter().map(|(chunk, _)| PlannedStep::on_chunk("release", scope.namespace(), chunk)).collect();
        steps.extend(work.told.iter().map(|archive| PlannedStep::on_archive("mark as dropped", archive)));
        let meant = work.chunks.iter().map(|(_, archive)| archive).chain(&work.told);
        let refused = context.refusal_of(&db, scope, meant).await?;
        return context.plan_unless(refused, steps);
    }
    let object_lock = context.object_lock(&db, scope, &args.locking).await?;
    let connector = context.connector()?;
    let mut lock = LifecycleLock::take(db, scope, &context.ui).await?;
    let work = choose(context, lock.db(), scope, ids).await?;
    let (mut stores, mut proofs) = (context.stores().await?, Proofs::default());
    let meant = work.chunks.iter().map(|(_, archive)| archive).chain(&work.told);
    stores.claim_all(&mut lock, scope, meant).await?;
    for archive in &work.told {
        tell(context, &mut lock, scope, (&mut stores, &mut proofs), archive).await?;
    }
    let options = ArchiveOptions { after: AfterVerify::Drop, codec: Codec::default(), jobs: 1 };
    let mut archiving = Archiving::new(context);
    for (chunk, archive) in &work.chunks {
        let mut to = stores.back_to(&mut lock, scope, archive).await?.locking(object_lock);
        let (chunk, meant) = (std::slice::from_ref(chunk), to.first.url().to_string());
        archiving.run(&mut lock, &connector, scope, &mut to, chunk, &options).await;
        stores.went_on(&meant, &to);
    }
    // One whose messages went into several archives is none that is live any more.
    for id in ids {
        let archive = ledger::get(lock.db().client(), scope.namespace(), *id).await?;
        if archive.state != State::Rehydrated || context.stop.check().is_err() {
            continue;
        }
        if let Release::Tell(gone) = archive::plan_release(lock.db(), scope, &archive).await? {
            tell(context, &mut lock, scope, (&mut stores, &mut proofs), &gone).await?;
        }
    }
    stores.end(&mut lock, scope).await;
    let ended = archiving.end();
    if !work.chunks.is_empty() {
        context.tell_manifests_to_keep(lock.db(), scope).await;
    }
    ended
}

async fn tell(
    context: &Context,
    lock: &mut LifecycleLock,
    scope: &Scope,
    (stores, proofs): (&mut ArchiveStores<'_>, &mut Proofs),
    archive: &ArchiveRow,
) -> Result<()> {
    let (db, progress, stop) = (lock.db(), &context.ui, &context.stop);
    let mut looking = RemovalCheck { db, scope, stores, proofs, progress, stop };
    archive::tell_released(&mut looking, archive).await.map(|_| ())
}

async fn choose(context: &Context, db: &Db, scope: &Scope, ids: &[i64]) -> Result<ReleaseWork> {
    let mut work = ReleaseWork::default();
    for id in ids {
        let archive = ledger::get(db.client(), scope.namespace(), *id).await?;
        match archive::plan_release(db, scope, &archive).await? {
            Release::Nothing => context.ui.note(&format!("archive {id} is out of the hypertable already")),
            Release::Tell(gone) => work.told.push(*gone),
            Release::Archive(chunks) => {
                for chunk in chunks {
                    // Two archives of one chunk go together.
                    if work.chunks.iter().all(|(chosen, _)| chosen.table != chunk.table) {
                        work.chunks.push((chunk, archive.clone()));
                    }
                }
            }
        }
    }
    Ok(work)
}
