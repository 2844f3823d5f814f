//! How a namespace is shown.

use chrono::DateTime;

use crate::db::queries::namespaces::{NamespaceRow, TablePresence};
use crate::ui::record::{Time, record};
use crate::ui::{TableColumn, Tabular, human};

record! {
    /// A namespace.
    NamespaceRecord {
        /// Its name.
        namespace: String,
        /// Its schema.
        schema: String,
        /// `ready`, `upgrade` (has to be upgraded), `postgres` (no hypertable) or `missing` (no table of messages).
        state: &'static str,
        /// Chunks in the hypertable.
        chunks: i64,
        /// The time that a chunk spans.
        chunk_interval: Option<String>,
        /// Whether its chunks can be compressed.
        compression: bool,
        /// What it is for.
        description: Option<String>,
        /// When it was made.
        created_at: Option<Time>,
    }
}

impl From<NamespaceRow> for NamespaceRecord {
    fn from(row: NamespaceRow) -> Self {
        Self {
            state: match (row.is_hypertable, row.has_heads) {
                (true, true) => "ready",
                (true, false) => "upgrade",
                (false, _) if row.table == TablePresence::Missing => "missing",
                (false, _) => "postgres",
            },
            namespace: row.name,
            schema: row.schema,
            chunks: row.chunks,
            chunk_interval: row.chunk_interval,
            compression: row.compression_enabled,
            description: row.description,
            created_at: DateTime::from_timestamp(row.created_at, 0).map(Time),
        }
    }
}

impl Tabular for NamespaceRecord {
    const COLUMNS: &'static [TableColumn] = &[
        TableColumn::Left("NAMESPACE"),
        TableColumn::Left("SCHEMA"),
        TableColumn::Left("STATE"),
        TableColumn::Right("CHUNKS"),
        TableColumn::Left("INTERVAL"),
        TableColumn::Left("COMPRESSION"),
        TableColumn::Left("CREATED"),
        TableColumn::Left("DESCRIPTION"),
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.namespace.clone(),
            self.schema.clone(),
            self.state.to_owned(),
            human::count(self.chunks),
            human::or_dash(self.chunk_interval.clone(), |i| i),
            if self.compression { "on" } else { "off" }.to_owned(),
            human::or_dash(self.created_at, |t| human::time(t.0)),
            self.description.clone().unwrap_or_default(),
        ]
    }
}
