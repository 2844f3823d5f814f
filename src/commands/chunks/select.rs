//! Which chunks a verb means, and the plan for them.

use crate::archive;
use crate::chunks::{self, ChunkRow, Selection};
use crate::commands::app::{Context, PlannedStep};
use crate::db::{Db, Scope};
use crate::error::Result;
use crate::ui::human;

pub(super) fn steps(action: &'static str, namespace: &str, chunks: &[ChunkRow]) -> Vec<PlannedStep> {
    chunks.iter().map(|chunk| PlannedStep::on_chunk(action, namespace, chunk)).collect()
}

/// Tells of chunks that were named and take messages of today: what is written to their range once they were dropped makes a
/// chunk and an archive of its own.
pub(super) fn warn_of_open(context: &Context, chunks: &[ChunkRow]) {
    for chunk in chunks.iter().filter(|chunk| !chunk.is_closed) {
        context.ui.warn(&format!(
            "the range of chunk {} is not over: messages until {} come into it; what is written once it was archived becomes \
             an archive of its own",
            chunk.name(),
            human::time(chunk.range_end)
        ));
    }
}

/// The chunks meant; by age, those whose lease runs are left alone.
pub(super) async fn selected(
    context: &Context,
    db: &Db,
    scope: &Scope,
    selection: &Selection,
) -> Result<Vec<ChunkRow>> {
    let selected = chunks::select(db, scope, selection).await?;
    if matches!(selection, Selection::Named(_)) {
        return Ok(selected);
    }
    let found = archive::by_lease(db, scope, selected).await?;
    for (chunk, until) in &found.leased {
        let until = human::time(*until);
        context.ui.note(&format!("chunk {} is left alone: its lease runs until {until}", chunk.name()));
    }
    Ok(found.free)
}
