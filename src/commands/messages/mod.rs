//! `messages`, but for `export`.

mod export;
mod follow;

use serde_json::value::RawValue;

use crate::cli::{ArchivedMode, Import, Last, MessagesVerb, Read, Write};
use crate::commands::app::{Context, Ended, Step, input};
use crate::error::{Error, Result};
use crate::messages::missing::Archived;
use crate::messages::{self, CategoryName, CategoryRead, ImportMode, Source, StreamName, StreamRead};
use crate::ui::record::record;
use crate::ui::{Column, MessageListing, Tabular, human};

/// What JSON of another kind comes to.
const NOT_READ: &str = "which EventoDB's server cannot read: its reads of the stream and of the category fail there; \
                        Message DB's clients can";

pub(super) async fn run(context: &Context, verb: MessagesVerb) -> Result<Ended> {
    match verb {
        MessagesVerb::Write(args) => write(context, args).await,
        MessagesVerb::Read(args) => read(context, args).await,
        MessagesVerb::Last(args) => last(context, args).await,
        MessagesVerb::Import(args) => import(context, args).await,
        MessagesVerb::Export(args) => export::run(context, args).await,
        MessagesVerb::Follow(args) => follow::run(context, args).await,
    }
}

impl From<ArchivedMode> for Archived {
    fn from(mode: ArchivedMode) -> Self {
        match mode {
            ArchivedMode::Auto => Self::Auto,
            ArchivedMode::Skip => Self::Skip,
            ArchivedMode::Only => Self::Only,
        }
    }
}

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
    const COLUMNS: &'static [Column] =
        &[Column::Right("POSITION"), Column::Right("GLOBAL POSITION"), Column::Left("ID")];

    fn cells(&self) -> Vec<String> {
        vec![self.position.to_string(), self.global_position.to_string(), self.id.clone()]
    }
}

async fn write(context: &Context, args: Write) -> Result<Ended> {
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
        let step = Step {
            size_bytes: i64::try_from(bytes).ok(),
            message_count: Some(1),
            ..Step::new("write", namespace.scope.namespace(), stream.as_str())
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
    let (id, appended) = messages::write(&db, &namespace.scope, &write).await?;
    context.ui.object(&WrittenRecord {
        position: appended.position,
        global_position: appended.global_position,
        id: id.to_string(),
    })?;
    if !appended.is_new {
        context.ui.note("this message was there already: nothing was written");
    }
    Ok(Ended::Done)
}

async fn read(context: &Context, args: Read) -> Result<Ended> {
    let stream = args.stream.as_deref().map(str::parse::<StreamName>).transpose()?;
    let category = args.category.as_deref().map(str::parse::<CategoryName>).transpose()?;
    let correlation = args.correlation.as_deref().map(str::parse::<CategoryName>).transpose()?;
    let archived = args.archived.into();
    let (mut db, namespace) = context.any_namespace().await?;
    let reach = context.reach()?;
    let mut listing = context.ui.messages();
    let read = if let Some(stream) = stream {
        let read = StreamRead { stream, from: args.from_position, limit: args.limit, archived };
        messages::read_stream(&mut db, &namespace.scope, &read, &reach, |m| listing.push(m)).await
    } else {
        let read = CategoryRead {
            category,
            from: args.from_global_position,
            limit: args.limit,
            correlation,
            group: args.consumer_group,
            archived,
        };
        messages::read_category(&mut db, &namespace.scope, &read, &reach, |m| listing.push(m)).await
    };
    // What was read before a failure is a document all the same.
    listing.finish()?;
    context.tell_fetched(&reach);
    read.map(|()| Ended::Done)
}

async fn last(context: &Context, args: Last) -> Result<Ended> {
    let stream: StreamName = args.stream.parse()?;
    let (mut db, namespace) = context.any_namespace().await?;
    let reach = context.reach()?;
    let (scope, message_type) = (&namespace.scope, args.message_type.as_deref());
    let message = messages::last(&mut db, scope, &stream, message_type, args.archived.into(), &reach).await?;
    context.tell_fetched(&reach);
    MessageListing::single(&context.ui, &message)?;
    Ok(Ended::Done)
}

record! {
    /// What an import brought.
    ImportedRecord {
        /// Messages in all.
        messages: u64,
        /// Of these, messages appended to their streams.
        appended: u64,
        /// The highest global position that was given.
        last_global_position: Option<i64>,
    }
}

impl Tabular for ImportedRecord {
    const COLUMNS: &'static [Column] =
        &[Column::Right("MESSAGES"), Column::Right("APPENDED"), Column::Right("LAST GLOBAL POSITION")];

    fn cells(&self) -> Vec<String> {
        let count = |n: u64| human::count(i64::try_from(n).unwrap_or(i64::MAX));
        vec![count(self.messages), count(self.appended), human::or_dash(self.last_global_position, |g| g.to_string())]
    }
}

async fn import(context: &Context, args: Import) -> Result<Ended> {
    let path = (args.file.as_os_str() != "-").then_some(args.file);
    let shown = path.as_ref().map_or_else(|| "standard input".to_owned(), |p| p.display().to_string());
    let (mut db, namespace) = context.any_namespace().await?;
    // Standard input may keep us waiting.
    let source = tokio::task::spawn_blocking(move || Source::open(path.as_deref()))
        .await
        .map_err(|e| Error::failed("opening the source").because(e))??;
    let mode = if context.is_plan() { ImportMode::Check } else { ImportMode::Write };
    let imported = messages::import(&mut db, &namespace.scope, source, mode, &context.ui, &context.stop).await?;
    if context.is_plan() {
        let step = Step {
            message_count: i64::try_from(imported.messages).ok(),
            ..Step::new("import", namespace.scope.namespace(), shown)
        };
        return context.plan(vec![step]);
    }
    if imported.messages == 0 {
        context.ui.note("nothing to import");
    }
    if let Some(line) = imported.first_not_object {
        context.ui.warn(&format!(
            "data or metadata of {} of the messages, first in line {line}, is no JSON object, {NOT_READ}",
            human::count(i64::try_from(imported.not_objects).unwrap_or(i64::MAX))
        ));
    }
    context.ui.object(&ImportedRecord {
        messages: imported.messages,
        appended: imported.appended,
        last_global_position: imported.last_global_position,
    })?;
    Ok(Ended::Done)
}
