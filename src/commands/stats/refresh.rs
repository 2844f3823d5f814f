//! `stats refresh`: chunks and archives that lack counts are counted.

use crate::archive::LifecycleLock;
use crate::cli::stats::RefreshStats;
use crate::commands::app::{CommandOutcome, Context, Failures, PlannedStep};
use crate::error::Result;
use crate::progress::{Progress, Unit};
use crate::stats;
use crate::ui::record::{Time, record};
use crate::ui::{TableColumn, Tabular, human};

record! {
    /// What was counted.
    RefreshedRecord {
        /// A chunk.
        chunk_name: Option<String>,
        /// Or an archive.
        archive_id: Option<i64>,
        /// The first instant of its range.
        range_start: Time,
        /// The instant after its range.
        range_end: Time,
        /// Messages.
        messages: i64,
    }
}

impl Tabular for RefreshedRecord {
    const COLUMNS: &'static [TableColumn] = &[
        TableColumn::Left("CHUNK"),
        TableColumn::Right("ARCHIVE"),
        TableColumn::Left("RANGE"),
        TableColumn::Right("MESSAGES"),
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            human::or_dash(self.chunk_name.clone(), |c| c),
            human::or_dash(self.archive_id, |id| id.to_string()),
            human::range(self.range_start.0, self.range_end.0),
            human::count(self.messages),
        ]
    }
}

pub(super) async fn run(context: &Context, args: &RefreshStats) -> Result<CommandOutcome> {
    let (db, namespace) = context.namespace().await?;
    let scope = &namespace.scope;
    if context.is_plan() {
        let pending = stats::pending(&db, scope).await?;
        let mut steps: Vec<PlannedStep> = pending
            .chunks
            .iter()
            .map(|c| PlannedStep::new("count", scope.namespace(), c.table.name.as_str()))
            .collect();
        steps.extend(
            pending.archives.iter().map(|a| PlannedStep::new("count", scope.namespace(), format!("archive {}", a.id))),
        );
        return context.plan(steps);
    }
    let mut lock = LifecycleLock::take(db, scope, &context.ui).await?;
    let which = if args.again { stats::Forget::All } else { stats::Forget::Stale };
    stats::forget_chunks(&mut lock, scope, which).await?;
    let pending = stats::pending(lock.db(), scope).await?;
    let total = pending.chunks.len() + pending.archives.len();
    let task = context.ui.begin("count", Some(total as u64), Unit::Items);
    let (mut failures, mut done) = (Failures::new(&context.ui), Vec::new());
    for chunk in &pending.chunks {
        context.stop.check()?;
        match stats::count_chunk(&mut lock, scope, chunk).await {
            Ok(messages) => done.push(RefreshedRecord {
                chunk_name: Some(chunk.table.name.as_str().to_owned()),
                archive_id: None,
                range_start: chunk.range_start.into(),
                range_end: chunk.range_end.into(),
                messages,
            }),
            Err(e) => failures.add("chunk", chunk.table.name.as_str(), e),
        }
        task.advance(1);
    }
    let mut stores = context.stores().await?;
    for archive in &pending.archives {
        context.stop.check()?;
        let counted = match stores.of(archive).await {
            Ok(store) => {
                let counted = stats::count_archive(&mut lock, scope, &store, archive, &context.stop).await;
                crate::commands::app::thawing(&store, archive, counted).await
            }
            Err(e) => Err(e),
        };
        match counted {
            Ok(messages) => done.push(RefreshedRecord {
                chunk_name: None,
                archive_id: Some(archive.id),
                range_start: archive.range_start.into(),
                range_end: archive.range_end.into(),
                messages,
            }),
            Err(e) => failures.add("archive", &archive.id.to_string(), e),
        }
        task.advance(1);
    }
    drop(task);
    if stats::settle(&mut lock, scope).await? == stats::Settled::NotNow {
        context.ui.note("a writer was in the way: until the next refresh, reads of categories look into every chunk");
    }
    lock.release().await?;
    if total == 0 {
        context.ui.note("everything that does not change any more is counted");
    }
    let succeeded = done.len();
    context.ui.list(done)?;
    Ok(failures.end("count", succeeded))
}
