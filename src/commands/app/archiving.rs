//! Chunks that are archived, and how they are shown.

use super::context::Context;
use super::ended::CommandOutcome;
use super::failures::Failures;
use crate::archive::{self, ArchiveOptions, ArchivedChunk, Destination, LifecycleLock};
use crate::chunks::ChunkRow;
use crate::db::{Connector, Scope};
use crate::error::{Error, Result};
use crate::ui::record::{Time, record};
use crate::ui::{TableColumn, Tabular, human};

record! {
    /// A chunk that was archived.
    ArchivedRecord {
        /// The archive; none for an empty chunk, which needs none.
        archive_id: Option<i64>,
        /// The chunk.
        chunk_name: String,
        /// The first instant of its range.
        range_start: Time,
        /// The instant after its range.
        range_end: Time,
        /// Messages.
        rows: i64,
        /// Bytes of CSV.
        csv_bytes: i64,
        /// Bytes stored.
        stored_bytes: i64,
        /// SHA-256 of what is stored, in hex.
        sha256: String,
        /// The data object's address.
        object: String,
        /// The manifest's address.
        manifest: String,
        /// `verified` where the chunk was kept, `dropped` where not.
        state: &'static str,
        /// How long it took.
        seconds: f64,
    }
}

impl From<ArchivedChunk> for ArchivedRecord {
    fn from(archived: ArchivedChunk) -> Self {
        Self {
            archive_id: archived.archive_id,
            chunk_name: archived.chunk_name,
            range_start: archived.range_start.into(),
            range_end: archived.range_end.into(),
            rows: archived.rows,
            csv_bytes: archived.csv_bytes,
            stored_bytes: archived.stored_bytes,
            sha256: archived.sha256,
            object: archived.object,
            manifest: archived.manifest,
            state: archived.state.as_str(),
            seconds: (archived.seconds * 1000.0).round() / 1000.0,
        }
    }
}

impl Tabular for ArchivedRecord {
    const COLUMNS: &'static [TableColumn] = &[
        TableColumn::Right("ARCHIVE"),
        TableColumn::Left("CHUNK"),
        TableColumn::Left("RANGE"),
        TableColumn::Left("STATE"),
        TableColumn::Right("MESSAGES"),
        TableColumn::Right("CSV"),
        TableColumn::Right("STORED"),
        TableColumn::Right("SECONDS"),
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            human::or_dash(self.archive_id, |id| id.to_string()),
            self.chunk_name.clone(),
            human::range(self.range_start.0, self.range_end.0),
            self.state.to_owned(),
            human::count(self.rows),
            human::bytes(self.csv_bytes),
            human::bytes(self.stored_bytes),
            format!("{:.1}", self.seconds),
        ]
    }
}

/// Chunks that are archived, of one store or several, and what became of them.
pub struct Archiving<'a> {
    context: &'a Context,
    failures: Failures<'a>,
    done: Vec<ArchivedRecord>,
    /// What ended a run as a whole.
    whole: Option<Error>,
}

impl<'a> Archiving<'a> {
    /// Nothing yet.
    pub fn new(context: &'a Context) -> Self {
        Self { context, failures: Failures::new(&context.ui), done: Vec::new(), whole: None }
    }

    /// Archives chunks; after a run that ended as a whole nothing more is done.
    pub async fn run(
        &mut self,
        lock: &mut LifecycleLock,
        connector: &Connector,
        scope: &Scope,
        to: &mut Destination,
        chunks: &[ChunkRow],
        options: &ArchiveOptions,
    ) {
        if self.whole.is_some() || chunks.is_empty() {
            return;
        }
        let Self { context, failures, done, whole } = self;
        let mut each = |chunk: &ChunkRow, archived: Result<ArchivedChunk>| match archived {
            Ok(archived) => done.push(ArchivedRecord::from(archived)),
            Err(e) => failures.add("chunk", chunk.name(), e),
        };
        *whole = archive::archive(lock, connector, scope, to, chunks, options, &context.ui, &context.stop, &mut each)
            .await
            .err();
    }

    /// Prints what was done, oldest first.
    pub fn end(mut self) -> Result<CommandOutcome> {
        self.done.sort_by_key(|d| d.range_start.0);
        let succeeded = self.done.len();
        self.context.ui.list(self.done)?;
        let ended = self.failures.end("chunk", succeeded);
        // What ended the run as a whole, unless the chunks' own errors tell of something worse.
        match (self.whole, ended) {
            (None, ended) => Ok(ended),
            (Some(e), CommandOutcome::Failed(kind)) if kind.severity() >= e.kind().severity() => Ok(ended),
            (Some(e), _) => Err(e),
        }
    }
}
