//! `streams version`.

use crate::commands::app::{CommandOutcome, Context};
use crate::error::Result;
use crate::messages::{self, StreamName, stream_unknown};
use crate::ui::record::record;
use crate::ui::{TableColumn, Tabular};

record! {
    /// A stream's version.
    VersionRecord {
        /// Its name.
        stream: String,
        /// The position of its last message.
        version: i64,
    }
}

impl Tabular for VersionRecord {
    const COLUMNS: &'static [TableColumn] = &[TableColumn::Left("STREAM"), TableColumn::Right("VERSION")];

    fn cells(&self) -> Vec<String> {
        vec![self.stream.clone(), self.version.to_string()]
    }
}

pub(super) async fn run(context: &Context, stream: &str) -> Result<CommandOutcome> {
    let stream: StreamName = stream.parse()?;
    let (db, namespace) = context.any_namespace().await?;
    let version = messages::version(db.client(), &namespace.scope, &stream)
        .await?
        .ok_or_else(|| stream_unknown(format!("looking for stream {stream}")))?;
    context.ui.object(&VersionRecord { stream: stream.to_string(), version })?;
    Ok(CommandOutcome::Done)
}
