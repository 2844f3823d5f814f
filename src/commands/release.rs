//! `archives release`: what was brought back goes again.

use super::chunks::Archiving;
use super::plan::Step;
use super::{Context, Ended, aggregates};
use crate::archive::{self, AfterVerify, ArchiveOptions, ArchiveRow, Codec, LifecycleLock, Release};
use crate::chunks::ChunkRow;
use crate::cli::Release as Args;
use crate::db::queries::ledger;
use crate::db::{Db, Scope};
use crate::error::Result;

/// Archives by what releasing them takes.
#[derive(Default)]
struct Work {
    /// Chunks to archive, with the archive whose store takes them.
    chunks: Vec<(ChunkRow, ArchiveRow)>,
    /// Archives that the ledger is told of only.
    told: Vec<ArchiveRow>,
}

pub(super) async fn run(context: &Context, args: &Args) -> Result<Ended> {
    let (db, namespace) = context.namespace().await?;
    let (scope, ids) = (&namespace.scope, args.ids.as_slice());
    aggregates::may_drop(&db, scope, args.continuous_aggregates).await?;
    if context.is_plan() {
        let work = choose(context, &db, scope, ids).await?;
        let mut steps: Vec<Step> =
            work.chunks.iter().map(|(chunk, _)| Step::on_chunk("release", scope.namespace(), chunk)).collect();
        steps.extend(work.told.iter().map(|archive| Step::on_archive("mark as dropped", archive)));
        return context.plan(steps);
    }
    let connector = context.connector()?;
    let mut lock = LifecycleLock::take(db, scope, &context.ui).await?;
    let work = choose(context, lock.db(), scope, ids).await?;
    for archive in &work.told {
        archive::tell_released(lock.db(), archive).await?;
        context.ui.warn(&format!(
            "none of the messages of archive {} was live any more, though nothing here has dropped them: the archive is \
             their only copy",
            archive.id
        ));
    }
    let options = ArchiveOptions { after: AfterVerify::Drop, codec: Codec::default(), jobs: 1 };
    let mut stores = context.stores().await?;
    let mut archiving = Archiving::new(context);
    for (chunk, archive) in &work.chunks {
        let store = stores.of(archive).await?;
        let chunk = std::slice::from_ref(chunk);
        archiving.run(&mut lock, &connector, scope, &store, chunk, &options).await;
    }
    archiving.end()
}

async fn choose(context: &Context, db: &Db, scope: &Scope, ids: &[i64]) -> Result<Work> {
    let mut work = Work::default();
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
