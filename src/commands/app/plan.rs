//! What `--dry-run` prints.

use std::collections::HashSet;

use super::context::Context;
use super::ended::CommandOutcome;
use crate::archive::{self, ArchiveRow};
use crate::chunks::ChunkRow;
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::store::Store;
use crate::ui::record::{Time, record};
use crate::ui::{TableColumn, Tabular, human};

record! {
    /// One step of a plan.
    PlannedStep {
        /// What would be done.
        action: &'static str,
        /// In which namespace.
        namespace: String,
        /// To what.
        target: String,
        /// The first instant of its range.
        range_start: Option<Time>,
        /// The instant after its range.
        range_end: Option<Time>,
        /// Bytes that it has now.
        size_bytes: Option<i64>,
        /// Messages, where a number is known.
        message_count: Option<i64>,
        /// Why, where it is not by age.
        reason: Option<String>,
    }
}

impl PlannedStep {
    /// A step on something without figures.
    pub fn new(action: &'static str, namespace: &str, target: impl Into<String>) -> Self {
        Self {
            action,
            namespace: namespace.to_owned(),
            target: target.into(),
            range_start: None,
            range_end: None,
            size_bytes: None,
            message_count: None,
            reason: None,
        }
    }

    /// A step on a chunk.
    pub fn on_chunk(action: &'static str, namespace: &str, chunk: &ChunkRow) -> Self {
        Self {
            range_start: Some(chunk.range_start.into()),
            range_end: Some(chunk.range_end.into()),
            size_bytes: Some(chunk.size_bytes),
            message_count: chunk.estimate,
            ..Self::new(action, namespace, chunk.name())
        }
    }

    /// A step on an archive.
    pub fn on_archive(action: &'static str, archive: &ArchiveRow) -> Self {
        Self {
            range_start: Some(archive.range_start.into()),
            range_end: Some(archive.range_end.into()),
            size_bytes: archive.stored_bytes,
            message_count: archive.message_count,
            ..Self::new(action, &archive.namespace, archive.id.to_string())
        }
    }
}

impl Tabular for PlannedStep {
    const COLUMNS: &'static [TableColumn] = &[
        TableColumn::Left("WOULD"),
        TableColumn::Left("NAMESPACE"),
        TableColumn::Left("TARGET"),
        TableColumn::Left("RANGE"),
        TableColumn::Right("SIZE"),
        TableColumn::Right("MESSAGES"),
        TableColumn::Optional("WHY"),
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.action.to_owned(),
            self.namespace.clone(),
            human::shortened(&self.target, 80),
            human::or_dash(self.range_start.zip(self.range_end), |(from, to)| human::range(from.0, to.0)),
            human::or_dash(self.size_bytes, human::bytes),
            human::or_dash(self.message_count, human::count),
            human::or_dash(self.reason.clone(), |reason| reason),
        ]
    }
}

impl Context {
    /// Prints a plan; nothing has changed.
    pub fn plan(&self, steps: Vec<PlannedStep>) -> Result<CommandOutcome> {
        if steps.is_empty() {
            self.ui.note("nothing to do");
        }
        self.ui.list(steps)?;
        self.ui.note("a plan: nothing has changed");
        Ok(CommandOutcome::Done)
    }

    /// Prints a plan, and what would keep the run from it.
    pub fn plan_unless(&self, refused: Option<Error>, steps: Vec<PlannedStep>) -> Result<CommandOutcome> {
        self.plan(steps)?;
        Ok(self.end_of_plan(refused))
    }

    /// Says what would keep the run from what was planned.
    pub fn end_of_plan(&self, refused: Option<Error>) -> CommandOutcome {
        let Some(e) = refused else { return CommandOutcome::Done };
        self.ui.error(&e);
        CommandOutcome::Failed(e.kind())
    }

    /// Why a run would change nothing in a store: it is not this database's, or not the one that it was. What else is amiss
    /// with it, the run itself tells.
    pub async fn refusal(&self, db: &Db, scope: &Scope, store: Result<Store>) -> Option<Error> {
        let looked = match store {
            Ok(store) => archive::look_whose(db, scope, &store).await.map(|_| ()),
            Err(e) => Err(e),
        };
        looked.err().filter(|e| e.kind() == Kind::Conflict)
    }

    /// As [`Context::refusal`], of the stores that these archives are in.
    pub async fn refusal_of<'a>(
        &self,
        db: &Db,
        scope: &Scope,
        archives: impl IntoIterator<Item = &'a ArchiveRow>,
    ) -> Result<Option<Error>> {
        let (mut stores, mut seen) = (self.stores().await?, HashSet::new());
        for archive in archives {
            if !seen.insert(&archive.store_url) {
                continue;
            }
            let store = stores.of(archive).await;
            if let Some(e) = self.refusal(db, scope, store).await {
                return Ok(Some(e));
            }
        }
        Ok(None)
    }
}
