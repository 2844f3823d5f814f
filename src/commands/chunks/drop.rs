//! `chunks drop`: what is verified, and what is in no archive only when told so.

use super::select::selected;
use crate::archive::{self, ArchiveRow, LifecycleLock, State};
use crate::chunks::{self, ChunkInfo, ChunkRow, CountedChunk, Counting, ListFilter};
use crate::cli::DropChunks;
use crate::commands::app::ArchivedRecord;
use crate::commands::app::{ArchiveStores, CommandOutcome, Context, Failures, PlannedStep, aggregates};
use crate::db::queries::ledger;
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::ui::record::record;
use crate::ui::{TableColumn, Tabular, human};

record! {
    /// A chunk that is gone.
    DroppedRecord {
        /// The archive that holds its messages, or the ledger's row about their loss.
        archive_id: Option<i64>,
        /// The chunk.
        chunk_name: String,
        /// Messages.
        rows: i64,
        /// `dropped`, or `discarded` where its messages are lost.
        state: &'static str,
    }
}

impl Tabular for DroppedRecord {
    const COLUMNS: &'static [TableColumn] = &[
        TableColumn::Right("ARCHIVE"),
        TableColumn::Left("CHUNK"),
        TableColumn::Left("STATE"),
        TableColumn::Right("MESSAGES"),
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            human::or_dash(self.archive_id, |id| id.to_string()),
            self.chunk_name.clone(),
            self.state.to_owned(),
            human::count(self.rows),
        ]
    }
}

/// Chunks asked for, by whether the store holds them.
struct ChosenChunks {
    archived: Vec<(ChunkRow, i64)>,
    unarchived: Vec<ChunkRow>,
}

async fn choose(context: &Context, db: &Db, scope: &Scope, args: &DropChunks) -> Result<ChosenChunks> {
    let selection = match args.which.older_than {
        Some(age) => chunks::Selection::OlderThan(age),
        None => chunks::Selection::Named(args.which.chunks.clone()),
    };
    let selected = selected(context, db, scope, &selection).await?;
    let infos = chunks::list(db, scope, &ListFilter { counting: Counting::Estimate, ..ListFilter::default() }).await?;
    let archive_of = |chunk: &ChunkRow| infos.iter().find(|i: &&ChunkInfo| i.chunk_name == chunk.name())?.archive_id;
    let mut chosen = ChosenChunks { archived: Vec::new(), unarchived: Vec::new() };
    for chunk in selected {
        match archive_of(&chunk) {
            Some(id) => chosen.archived.push((chunk, id)),
            None => chosen.unarchived.push(chunk),
        }
    }
    Ok(chosen)
}

pub(super) async fn run(context: &Context, args: DropChunks) -> Result<CommandOutcome> {
    let (mut db, namespace) = context.namespace().await?;
    let scope = &namespace.scope;
    aggregates::may_drop(&db, scope, args.continuous_aggregates).await?;
    let mut chosen = choose(context, &db, scope, &args).await?;
    let mut failures = Failures::new(&context.ui);
    if args.unarchived {
        leave_held(context, &db, scope, &mut chosen, &mut failures).await?;
    } else {
        refuse_unarchived(context, &args, &chosen)?;
    }
    if context.is_plan() {
        let name = scope.namespace();
        let mut steps: Vec<PlannedStep> =
            chosen.archived.iter().map(|(c, _)| PlannedStep::on_chunk("drop", name, c)).collect();
        if args.unarchived {
            steps.extend(chosen.unarchived.iter().map(|c| PlannedStep::on_chunk("discard", name, c)));
        }
        let archives = ledger::list(db.client(), name).await?;
        let is_meant = |a: &&ArchiveRow| chosen.archived.iter().any(|(_, id)| *id == a.id);
        let refused = context.refusal_of(&db, scope, archives.iter().filter(is_meant)).await?;
        let ended = context.plan_unless(refused, steps)?;
        return Ok(match failures.end("chunk", 0) {
            CommandOutcome::Done => ended,
            failed @ CommandOutcome::Failed(_) => failed,
        });
    }
    let discards = if args.unarchived { chosen.unarchived.as_slice() } else { &[] };
    let confirmed = confirm(context, &mut db, scope, discards).await?;
    if chosen.archived.is_empty() && discards.is_empty() {
        context.ui.note("nothing to drop");
        context.ui.list(Vec::<DroppedRecord>::new())?;
        return Ok(failures.end("chunk", 0));
    }
    let mut lock = LifecycleLock::take(db, scope, &context.ui).await?;
    let mut work = DropRun { context, scope, stores: context.stores().await?, failures };
    let mut done = Vec::new();
    let all = ledger::list(lock.db().client(), scope.namespace()).await?;
    let meant = all.iter().filter(|a| chosen.archived.iter().any(|(_, id)| *id == a.id));
    work.stores.claim_all(&mut lock, scope, meant).await?;
    for (chunk, archive_id) in &chosen.archived {
        match work.drop_archived(&mut lock, chunk, *archive_id).await {
            Ok(record) => done.push(record),
            Err(e) => work.failures.add("chunk", chunk.name(), e),
        }
    }
    for (chunk, counted) in discards.iter().zip(&confirmed) {
        match work.discard(&mut lock, chunk, counted).await {
            Ok(record) => done.push(record),
            Err(e) => work.failures.add("chunk", chunk.name(), e),
        }
    }
    let succeeded = done.len();
    context.ui.list(done)?;
    work.stores.end(&mut lock, scope).await;
    Ok(work.failures.end("chunk", succeeded))
}

/// What a hold is on is not thrown away; the others go.
async fn leave_held<'a>(
    context: &'a Context,
    db: &Db,
    scope: &Scope,
    chosen: &mut ChosenChunks,
    failures: &mut Failures<'a>,
) -> Result<()> {
    if chosen.unarchived.is_empty() {
        return Ok(());
    }
    let holds = crate::commands::app::holds::in_force(context, db, scope).await?;
    let mut free = Vec::new();
    for chunk in std::mem::take(&mut chosen.unarchived) {
        match archive::refuse_chunk(db, &holds, &chunk).await {
            Ok(()) => free.push(chunk),
            Err(e) => failures.add("chunk", chunk.name(), e),
        }
    }
    chosen.unarchived = free;
    Ok(())
}

/// By name, a chunk in no archive is an error; by age it is left alone.
fn refuse_unarchived(context: &Context, args: &DropChunks, chosen: &ChosenChunks) -> Result<()> {
    let names: Vec<_> = chosen.unarchived.iter().map(ChunkRow::name).collect();
    if names.is_empty() {
        return Ok(());
    }
    if args.which.older_than.is_none() {
        return Err(Error::failed(format!("dropping {}", names.join(", ")))
            .because("no archive of it is verified; nothing was dropped")
            .hint(format!(
                "eventodb-admin chunks archive {} brings it to the store first; --unarchived drops it for good",
                names.join(" ")
            )));
    }
    context.ui.note(&format!("left alone, as no archive of them is verified: {}", names.join(", ")));
    Ok(())
}

/// The operator types the chunk's name, or the number of messages of several. Returns what was confirmed of each.
async fn confirm(context: &Context, db: &mut Db, scope: &Scope, discards: &[ChunkRow]) -> Result<Vec<CountedChunk>> {
    let mut confirmed = Vec::with_capacity(discards.len());
    for chunk in discards {
        confirmed.push(archive::discard::count(db, scope, chunk).await?);
    }
    let messages: i64 = confirmed.iter().map(|counted| counted.contents.messages).sum();
    let (doing, expected) = match discards {
        [] => return Ok(confirmed),
        [chunk] => (
            format!("dropping chunk {} with {messages} messages that are in no archive", chunk.name()),
            chunk.name().to_owned(),
        ),
        many => (
            format!("dropping {} chunks with {messages} messages that are in no archive", many.len()),
            messages.to_string(),
        ),
    };
    context.confirm(doing, expected).await?;
    Ok(confirmed)
}

struct DropRun<'a> {
    context: &'a Context,
    scope: &'a Scope,
    stores: ArchiveStores<'a>,
    failures: Failures<'a>,
}

impl DropRun<'_> {
    async fn drop_archived(&mut self, lock: &mut LifecycleLock, chunk: &ChunkRow, id: i64) -> Result<DroppedRecord> {
        self.context.stop.check()?;
        let archive: ArchiveRow = ledger::get(lock.db().client(), self.scope.namespace(), id).await?;
        let object_lock = archive::lock_of_namespace(lock.db().client(), self.scope.namespace()).await?;
        let to = self.stores.back_to(lock, self.scope, &archive).await?.locking(object_lock);
        let (ui, stop) = (&self.context.ui, &self.context.stop);
        let dropped = archive::drop_verified(lock, self.scope, &to, chunk, ui, stop).await?;
        if dropped.state != State::Dropped {
            return Err(Error::failed(format!("dropping chunk {}", chunk.name()))
                .because("its archive lies in fewer stores than the policy asks for")
                .hint("eventodb-admin archives copy makes the others; policy set --drop-after-copies says how many it takes"));
        }
        let record = ArchivedRecord::from(dropped);
        Ok(DroppedRecord {
            archive_id: record.archive_id,
            chunk_name: record.chunk_name,
            rows: record.rows,
            state: record.state,
        })
    }

    async fn discard(
        &mut self,
        lock: &mut LifecycleLock,
        chunk: &ChunkRow,
        confirmed: &CountedChunk,
    ) -> Result<DroppedRecord> {
        self.context.stop.check()?;
        // Under the lock: somebody may have archived it, and the ledger counts on it since.
        let infos = chunks::list(lock.db(), self.scope, &ListFilter::default()).await?;
        if let Some(id) = infos.iter().find(|i| i.chunk_name == chunk.name()).and_then(|i| i.archive_id) {
            return Err(Error::new(Kind::Conflict, format!("dropping chunk {}", chunk.name()))
                .because(format!("archive {id} of it was made since this was confirmed"))
                .hint("nothing was dropped; without --unarchived the chunk goes, and the archive keeps its messages"));
        }
        let discarded = archive::discard::discard(lock.db(), self.scope, chunk, confirmed).await?;
        Ok(DroppedRecord {
            archive_id: Some(discarded.archive_id),
            chunk_name: discarded.chunk_name,
            rows: discarded.messages,
            state: State::Discarded.as_str(),
        })
    }
}
