//! `namespaces delete`.

use crate::archive::{self, LifecycleLock};
use crate::commands::app::{CommandOutcome, Context, PlannedStep};
use crate::db::queries::namespaces::NamespaceRow;
use crate::db::{Db, Scope};
use crate::error::Result;
use crate::namespace;
use crate::ui::record::record;
use crate::ui::{TableColumn, Tabular, human};

record! {
    /// A namespace that was deleted.
    DeletedRecord {
        /// Its name.
        namespace: String,
        /// Its schema.
        schema: String,
        /// The chunks that went with it.
        chunks: i64,
    }
}

impl Tabular for DeletedRecord {
    const COLUMNS: &'static [TableColumn] =
        &[TableColumn::Left("DELETED"), TableColumn::Left("SCHEMA"), TableColumn::Right("CHUNKS")];

    fn cells(&self) -> Vec<String> {
        vec![self.namespace.clone(), self.schema.clone(), human::count(self.chunks)]
    }
}

pub(super) async fn run(context: &Context, name: &str) -> Result<CommandOutcome> {
    let db = context.connect_any().await?;
    let row = namespace::find(&db, name).await?;
    archive::refuse_namespace(&db, &row.name).await?;
    if context.is_plan() {
        let step = PlannedStep {
            size_bytes: size(&db, &row).await,
            ..PlannedStep::new("delete", &row.name, row.schema.as_str())
        };
        return context.plan(vec![step]);
    }
    let what = if row.is_hypertable {
        let chunks = human::plural(usize::try_from(row.chunks).unwrap_or_default(), "chunk");
        format!("{chunks} of live messages")
    } else {
        "all its messages".to_owned()
    };
    let doing = format!("deleting namespace {} with {what}", row.name);
    context.confirm(doing, row.name.clone()).await?;
    let mut lock = LifecycleLock::take_as_it_is(db, &bare_scope(&row)).await?;
    archive::refuse_namespace(lock.db(), &row.name).await?;
    namespace::delete(lock.db(), &row).await?;
    let had_archives = row.is_hypertable;
    context.ui.object(&DeletedRecord { namespace: row.name, schema: row.schema, chunks: row.chunks })?;
    if had_archives {
        context.ui.note("its archives stay in the store, and their rows in the ledger");
    }
    Ok(CommandOutcome::Done)
}

/// A scope for what needs the names alone: the namespace may lack migrations, or be no hypertable.
fn bare_scope(row: &NamespaceRow) -> Scope {
    Scope::new(&row.name, &row.schema, "public")
}

/// Bytes of its chunks; none where it is no namespace that can be opened.
async fn size(db: &Db, row: &NamespaceRow) -> Option<i64> {
    let opened = namespace::open(db, &row.name).await.ok()?;
    let chunks = crate::db::queries::chunks::list(db.client(), &opened.scope).await.ok()?;
    Some(chunks.iter().map(|c| c.size_bytes).sum())
}
