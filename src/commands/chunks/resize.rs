//! `chunks compress` and `chunks decompress`.

use super::select::steps;
use crate::chunks::{self, Direction};
use crate::cli::Which;
use crate::commands::app::{CommandOutcome, Context, Failures};
use crate::error::Result;
use crate::ui::record::record;
use crate::ui::{TableColumn, Tabular, human};

record! {
    /// A chunk that was compressed or decompressed.
    ResizedRecord {
        /// The chunk.
        chunk_name: String,
        /// Its bytes before.
        before_bytes: i64,
        /// Its bytes after.
        after_bytes: i64,
        /// How many times the bytes after are the bytes before.
        ratio: f64,
    }
}

impl Tabular for ResizedRecord {
    const COLUMNS: &'static [TableColumn] = &[
        TableColumn::Left("CHUNK"),
        TableColumn::Right("BEFORE"),
        TableColumn::Right("AFTER"),
        TableColumn::Right("RATIO"),
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.chunk_name.clone(),
            human::bytes(self.before_bytes),
            human::bytes(self.after_bytes),
            format!("{:.2}", self.ratio),
        ]
    }
}

pub(super) async fn run(context: &Context, which: Which, direction: Direction) -> Result<CommandOutcome> {
    let by_age = which.older_than.is_some();
    let (db, namespace) = context.namespace().await?;
    chunks::check_compression(&db)?;
    let mut selected = chunks::select(&db, &namespace.scope, &which.into()).await?;
    let action = match direction {
        Direction::Compress => "compress",
        Direction::Decompress => "decompress",
    };
    if by_age || context.is_plan() {
        // By age, what is so already is not meant.
        selected.retain(|c| !direction.is_done_with(c));
    }
    if context.is_plan() {
        return context.plan(steps(action, namespace.scope.namespace(), &selected));
    }
    if selected.is_empty() {
        context.ui.note(&format!("nothing to {action}"));
    }
    let mut failures = Failures::new(&context.ui);
    let mut done = Vec::new();
    for chunk in &selected {
        let resized = match context.stop.check() {
            Ok(()) => chunks::resize(&db, &namespace.scope, chunk, direction).await,
            Err(stopped) => Err(stopped),
        };
        match resized {
            Ok(resized) => done.push(ResizedRecord {
                ratio: (resized.ratio() * 1000.0).round() / 1000.0,
                chunk_name: resized.chunk_name,
                before_bytes: resized.before_bytes,
                after_bytes: resized.after_bytes,
            }),
            Err(e) => failures.add("chunk", chunk.name(), e),
        }
    }
    let succeeded = done.len();
    context.ui.list(done)?;
    Ok(failures.end("chunk", succeeded))
}
