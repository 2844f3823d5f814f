//! `namespaces show`.

use super::record::NamespaceRecord;
use crate::commands::app::{CommandOutcome, Context};
use crate::db::Scope;
use crate::error::Result;
use crate::namespace;
use crate::ui::{Record, TableColumn, Tabular, human};

pub(super) async fn run(context: &Context, name: Option<&str>) -> Result<CommandOutcome> {
    let db = context.connect_any().await?;
    let row = namespace::find(&db, name.unwrap_or(&context.settings.namespace)).await?;
    let pending = if row.is_hypertable { namespace::pending(&db, &row).await? } else { Vec::new() };
    let archived_reads = if row.is_hypertable && pending.is_empty() {
        context.act_as_owner(&db, &Scope::new(&row.name, &row.schema, "public")).await?;
        Some(namespace::archived_reads(&db, &row).await?.as_str())
    } else {
        None
    };
    let mut record = NamespaceRecord::from(row);
    if !pending.is_empty() {
        context.ui.note(&format!(
            "its schema lacks {}: run eventodb-admin namespaces upgrade {}",
            pending.join(", "),
            record.namespace
        ));
        record.state = "upgrade";
    }
    context.ui.object(&ShownNamespaceRecord { namespace: record, archived_reads })?;
    Ok(CommandOutcome::Done)
}

/// A namespace with its settings. By hand, for the fields that it takes over.
#[derive(Debug, serde::Serialize)]
struct ShownNamespaceRecord {
    #[serde(flatten)]
    namespace: NamespaceRecord,
    archived_reads: Option<&'static str>,
}

impl Record for ShownNamespaceRecord {
    const FIELDS: &'static [&'static str] = &[
        "namespace",
        "schema",
        "state",
        "chunks",
        "chunk_interval",
        "compression",
        "description",
        "created_at",
        "archived_reads",
    ];
}

impl Tabular for ShownNamespaceRecord {
    const COLUMNS: &'static [TableColumn] = &[
        TableColumn::Left("NAMESPACE"),
        TableColumn::Left("SCHEMA"),
        TableColumn::Left("STATE"),
        TableColumn::Right("CHUNKS"),
        TableColumn::Left("INTERVAL"),
        TableColumn::Left("COMPRESSION"),
        TableColumn::Left("CREATED"),
        TableColumn::Left("DESCRIPTION"),
        TableColumn::Left("ARCHIVED READS"),
    ];

    fn cells(&self) -> Vec<String> {
        let mut cells = self.namespace.cells();
        cells.push(human::or_dash(self.archived_reads, str::to_owned));
        cells
    }
}
