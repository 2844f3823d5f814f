//! `namespaces create`.

use std::time::Duration;

use super::set_aside::tell_set_aside;
use crate::cli::values::AgeOrNever;
use crate::cli::{Create, DbType};
use crate::commands::app::{CommandOutcome, Context, PlannedStep, input};
use crate::db::{Db, Layout};
use crate::error::{Error, Kind, Result};
use crate::namespace::{self, AutoCompress, CompressionSupport, NamespaceName, NewNamespace, Token};
use crate::text::shell_word;
use crate::ui::record::record;
use crate::ui::{CommittedWork, TableColumn, Tabular};

const SHORTEST_CHUNK: Duration = Duration::from_hours(1);

record! {
    /// A namespace that was made.
    CreatedRecord {
        /// Its name.
        namespace: String,
        /// Its schema.
        schema: String,
        /// Its token, shown this once.
        token: String,
        /// Whether its chunks can be compressed.
        compression: bool,
    }
}

impl Tabular for CreatedRecord {
    const COLUMNS: &'static [TableColumn] = &[
        TableColumn::Left("NAMESPACE"),
        TableColumn::Left("SCHEMA"),
        TableColumn::Left("TOKEN"),
        TableColumn::Left("COMPRESSION"),
    ];

    fn cells(&self) -> Vec<String> {
        let compression = if self.compression { "available" } else { "not available" };
        vec![self.namespace.clone(), self.schema.clone(), self.token.clone(), compression.to_owned()]
    }
}

/// What was done, for whoever could not read the answer.
fn made(answer: &CreatedRecord) -> CommittedWork {
    CommittedWork {
        what: format!("namespace {} was made, with schema {}", answer.namespace, answer.schema),
        next: format!(
            "it is there, and its token was shown to nobody: eventodb-admin namespaces delete {0}, then namespaces create {0} makes \
             it with another token",
            shell_word(&answer.namespace)
        ),
        has_token: true,
    }
}

fn interval(age: Duration) -> String {
    format!("{} seconds", age.as_secs())
}

pub(super) async fn run(context: &Context, args: Create) -> Result<CommandOutcome> {
    let name: NamespaceName = args.name.parse()?;
    if args.chunk_interval < SHORTEST_CHUNK {
        return Err(Error::usage(format!("creating namespace {name}"))
            .because("a chunk interval is at least one hour")
            .hint("7d is a good one; a chunk should hold what a week brings, and fit into memory"));
    }
    let auto_compress = match args.compress_after {
        AgeOrNever::Never => AutoCompress::Never,
        AgeOrNever::Age(age) if age < Duration::from_secs(1) => {
            return Err(Error::usage(format!("creating namespace {name}"))
                .because("--compress-after is at least one second")
                .hint("--compress-after never leaves chunks as they are"));
        }
        AgeOrNever::Age(age) => AutoCompress::After(interval(age)),
    };
    let token = match args.token {
        Some(argument) => {
            Token::parse(input::text("--token", argument.reveal().to_owned()).await?.trim(), name.as_str())?
        }
        None => Token::generate(name.as_str()),
    };
    let mut db = context.connect_any().await?;
    let layout = match context.settings.db_type {
        DbType::Auto if db.server.timescale.is_none() => Layout::Plain,
        DbType::Auto | DbType::Timescale => Layout::Hypertable,
        DbType::Postgres => Layout::Plain,
    };
    if context.is_plan() {
        if namespace::list(&db).await?.iter().any(|row| row.name == name.as_str()) {
            return Err(Error::new(Kind::Conflict, format!("creating namespace {name}")).because("its name is taken"));
        }
        let schema = match layout {
            Layout::Hypertable => name.schema(),
            Layout::Plain => namespace::plain_schema(&name),
        };
        return context.plan(vec![PlannedStep::new("create", name.as_str(), schema)]);
    }
    context.ui.require_room(&format!("creating namespace {name}"))?;
    let new = NewNamespace {
        name,
        description: args.description,
        token,
        chunk_interval: interval(args.chunk_interval),
        auto_compress,
    };
    let created = match layout {
        Layout::Hypertable => namespace::create(&mut db, &new).await?,
        Layout::Plain => namespace::create_plain(&mut db, &new.name, &new.description, &new.token).await?,
    };
    let answer = CreatedRecord {
        namespace: new.name.to_string(),
        schema: created.schema,
        token: new.token.reveal().to_owned(),
        compression: created.compression == CompressionSupport::Available,
    };
    context.ui.committed(&answer, made(&answer))?;
    tell_set_aside(context, new.name.as_str(), created.set_aside);
    tell_of_chunks(context, &db, new.name.as_str(), created.compression);
    context.ui.note("keep the token: it is shown this once");
    Ok(CommandOutcome::Done)
}

/// Says what a namespace lacks on this server.
fn tell_of_chunks(context: &Context, db: &Db, name: &str, compression: CompressionSupport) {
    match compression {
        CompressionSupport::Available => {}
        CompressionSupport::NotInThisEdition => context
            .ui
            .note("this server runs TimescaleDB's Apache-2 edition: chunks cannot be compressed, archiving works"),
        CompressionSupport::NoChunks if db.server.timescale.is_none() => context.ui.note(&format!(
            "this database has no TimescaleDB extension, so it became a plain Postgres schema: messages, streams and categories work, \
             and there are no chunks to archive. For those, as long as it is empty: eventodb-admin namespaces delete {0}, CREATE \
             EXTENSION timescaledb, and eventodb-admin namespaces create {0}; later eventodb-admin migrate postgres copies it",
            shell_word(name)
        )),
        CompressionSupport::NoChunks => context
            .ui
            .note("a plain Postgres schema: messages, streams and categories work, and there are no chunks to archive"),
    }
}
