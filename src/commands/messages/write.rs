//! `messages write`.

use serde_json::value::RawValue;

use super::not_an_object::NOT_READ;
use crate::cli::WriteMessage;
use crate::commands::app::{CommandOutcome, Context, PlannedStep, input};
use crate::error::{Error, Result};
use crate::messages::{self, StreamName};
use crate::ui::record::record;
use crate::ui::{CommittedWork, TableColumn, Tabular};

record! {
    /// Where a message was written.
    WrittenRecord {
        /// The position in the stream.
        position: i64,
        /// The position in the namespace.
        global_position: i64,
        /// The message's id.
        id: String,
    }
}

impl Tabular for WrittenRecord {
    const COLUMNS: &'static [TableColumn] =
        &[TableColumn::Right("POSITION"), TableColumn::Right("GLOBAL POSITION"), TableColumn::Left("ID")];

    fn cells(&self) -> Vec<String> {
        vec![self.position.to_string(), self.global_position.to_string(), self.id.clone()]
    }
}

/// What was done, for whoever could not read the answer.
fn written(write: &messages::Write, at: &WrittenRecord) -> CommittedWork {
    CommittedWork {
        what: format!(
            "message {} is in stream {} at position {}, global position {}",
            at.id, write.stream, at.position, at.global_position
        ),
        next: match write.id {
            Some(_) => "the same command, with the same --id, finds it and changes nothing".to_owned(),
            None => format!(
                "do not write it again: it would be there twice. With --id {} the same command finds it and changes nothing",
                at.id
            ),
        },
        has_token: false,
    }
}

pub(super) async fn run(context: &Context, args: WriteMessage) -> Result<CommandOutcome> {
    let stream: StreamName = args.stream.parse()?;
    if args.message_type.is_empty() {
        return Err(Error::usage(format!("writing to stream {stream}")).because("the type is empty"));
    }
    if [&args.data, &args.metadata].iter().all(|a| a.as_deref() == Some("-")) {
        return Err(Error::usage(format!("writing to stream {stream}"))
            .because("--data and --metadata cannot both be read from standard input")
            .hint("give one of them by @FILE"));
    }
    let data = input::json("--data", args.data).await?;
    let metadata = input::json("--metadata", args.metadata).await?;
    let (db, namespace) = context.any_namespace().await?;
    if context.is_plan() {
        let bytes = [&data, &metadata].into_iter().flatten().map(|j| j.get().len()).sum::<usize>();
        let step = PlannedStep {
            size_bytes: i64::try_from(bytes).ok(),
            message_count: Some(1),
            ..PlannedStep::new("write", namespace.scope.namespace(), stream.as_str())
        };
        return context.plan(vec![step]);
    }
    let write = messages::Write {
        stream,
        message_type: args.message_type,
        data,
        metadata,
        id: args.id,
        expected_version: args.expected_version,
    };
    let is_other = |json: &Option<Box<RawValue>>| json.as_deref().is_some_and(|json| !messages::is_object(json.get()));
    if is_other(&write.data) || is_other(&write.metadata) {
        context.ui.warn(&format!("data or metadata of this message is no JSON object, {NOT_READ}"));
    }
    context.ui.require_room(&format!("writing to stream {}", write.stream))?;
    let (id, appended) = messages::write(&db, &namespace.scope, &write).await?;
    let answer =
        WrittenRecord { position: appended.position, global_position: appended.global_position, id: id.to_string() };
    context.ui.committed(&answer, written(&write, &answer))?;
    if !appended.is_new {
        context.ui.note("this message was there already: nothing was written");
    }
    Ok(CommandOutcome::Done)
}
