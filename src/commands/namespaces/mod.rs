//! `namespaces`.

mod recount;
mod set;

use std::time::Duration;

use chrono::DateTime;

use crate::archive::{self, LifecycleLock};
use crate::cli::values::CompressAfter;
use crate::cli::{Create, DbType, Grants, NamespacesVerb, Purpose, Upgrade};
use crate::commands::app::{Context, Ended, Failures, Step, input};
use crate::db::queries::namespaces::NamespaceRow;
use crate::db::{Db, Layout, Scope};
use crate::error::{Error, Kind, Result};
use crate::namespace::{self, AutoCompress, ChunkFunctions, Compression, NamespaceName, NewNamespace, RoleName, Token};
use crate::text;
use crate::ui::record::{Time, record};
use crate::ui::{Column, Record, Tabular, human};

const SHORTEST_CHUNK: Duration = Duration::from_hours(1);

pub(super) async fn run(context: &Context, verb: NamespacesVerb) -> Result<Ended> {
    match verb {
        NamespacesVerb::Create(args) => create(context, args).await,
        NamespacesVerb::List => list(context).await,
        NamespacesVerb::Show(args) => show(context, args.name.as_deref()).await,
        NamespacesVerb::Set(args) => set::run(context, &args).await,
        NamespacesVerb::Upgrade(args) => upgrade(context, args).await,
        NamespacesVerb::Grants(args) => grants(context, args).await,
        NamespacesVerb::Recount(args) => recount::run(context, args).await,
        NamespacesVerb::Delete(args) => delete(context, &args.name).await,
    }
}

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
    const COLUMNS: &'static [Column] =
        &[Column::Left("NAMESPACE"), Column::Left("SCHEMA"), Column::Left("TOKEN"), Column::Left("COMPRESSION")];

    fn cells(&self) -> Vec<String> {
        let compression = if self.compression { "available" } else { "not available" };
        vec![self.namespace.clone(), self.schema.clone(), self.token.clone(), compression.to_owned()]
    }
}

fn interval(age: Duration) -> String {
    format!("{} seconds", age.as_secs())
}

async fn create(context: &Context, args: Create) -> Result<Ended> {
    let name: NamespaceName = args.name.parse()?;
    if args.chunk_interval < SHORTEST_CHUNK {
        return Err(Error::usage(format!("creating namespace {name}"))
            .because("a chunk interval is at least one hour")
            .hint("7d is a good one; a chunk should hold what a week brings, and fit into memory"));
    }
    let auto_compress = match args.compress_after {
        CompressAfter::Never => AutoCompress::Never,
        CompressAfter::Age(age) if age < Duration::from_secs(1) => {
            return Err(Error::usage(format!("creating namespace {name}"))
                .because("--compress-after is at least one second")
                .hint("--compress-after never leaves chunks as they are"));
        }
        CompressAfter::Age(age) => AutoCompress::After(interval(age)),
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
        return context.plan(vec![Step::new("create", name.as_str(), schema)]);
    }
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
    context.ui.object(&CreatedRecord {
        namespace: new.name.to_string(),
        schema: created.schema,
        token: new.token.reveal().to_owned(),
        compression: created.compression == Compression::Available,
    })?;
    tell_set_aside(context, new.name.as_str(), created.set_aside);
    match created.compression {
        Compression::Available => {}
        Compression::NotInThisEdition => context
            .ui
            .note("this server runs TimescaleDB's Apache-2 edition: chunks cannot be compressed, archiving works"),
        Compression::NoChunks => context
            .ui
            .note("a plain Postgres schema: messages, streams and categories work, and there are no chunks to archive"),
    }
    context.ui.note("keep the token: it is shown this once");
    Ok(Ended::Done)
}

record! {
    /// A namespace.
    NamespaceRecord {
        /// Its name.
        namespace: String,
        /// Its schema.
        schema: String,
        /// `ready`, `upgrade` (has to be upgraded) or `postgres` (no hypertable).
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
    const COLUMNS: &'static [Column] = &[
        Column::Left("NAMESPACE"),
        Column::Left("SCHEMA"),
        Column::Left("STATE"),
        Column::Right("CHUNKS"),
        Column::Left("INTERVAL"),
        Column::Left("COMPRESSION"),
        Column::Left("CREATED"),
        Column::Left("DESCRIPTION"),
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

async fn list(context: &Context) -> Result<Ended> {
    let db = context.connect_any().await?;
    let rows = namespace::list(&db).await?;
    if rows.is_empty() {
        context.ui.note("no namespaces");
    }
    context.ui.list(rows.into_iter().map(NamespaceRecord::from))?;
    Ok(Ended::Done)
}

async fn show(context: &Context, name: Option<&str>) -> Result<Ended> {
    let db = context.connect_any().await?;
    let row = namespace::find(&db, name.unwrap_or(&context.settings.namespace)).await?;
    let pending = if row.is_hypertable { namespace::pending(&db, &row).await? } else { Vec::new() };
    let archived_reads = if row.is_hypertable && pending.is_empty() {
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
    context.ui.object(&ShownRecord { namespace: record, archived_reads })?;
    Ok(Ended::Done)
}

/// A namespace with its settings. By hand, for the fields that it takes over.
#[derive(Debug, serde::Serialize)]
struct ShownRecord {
    #[serde(flatten)]
    namespace: NamespaceRecord,
    archived_reads: Option<&'static str>,
}

impl Record for ShownRecord {
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

impl Tabular for ShownRecord {
    const COLUMNS: &'static [Column] = &[
        Column::Left("NAMESPACE"),
        Column::Left("SCHEMA"),
        Column::Left("STATE"),
        Column::Right("CHUNKS"),
        Column::Left("INTERVAL"),
        Column::Left("COMPRESSION"),
        Column::Left("CREATED"),
        Column::Left("DESCRIPTION"),
        Column::Left("ARCHIVED READS"),
    ];

    fn cells(&self) -> Vec<String> {
        let mut cells = self.namespace.cells();
        cells.push(human::or_dash(self.archived_reads, str::to_owned));
        cells
    }
}

record! {
    /// A namespace that was upgraded.
    UpgradedRecord {
        /// Its name.
        namespace: String,
        /// What was added, in order.
        applied: Vec<&'static str>,
        /// Whether its chunks can be compressed.
        compression: bool,
    }
}

impl Tabular for UpgradedRecord {
    const COLUMNS: &'static [Column] =
        &[Column::Left("NAMESPACE"), Column::Left("APPLIED"), Column::Left("COMPRESSION")];

    fn cells(&self) -> Vec<String> {
        let applied = if self.applied.is_empty() { "-".to_owned() } else { self.applied.join(", ") };
        let compression = if self.compression { "available" } else { "not in this edition" };
        vec![self.namespace.clone(), applied, compression.to_owned()]
    }
}

async fn upgrade(context: &Context, args: Upgrade) -> Result<Ended> {
    let mut db = context.connect().await?;
    let rows = if args.all {
        let (ours, others): (Vec<_>, Vec<_>) =
            namespace::list(&db).await?.into_iter().partition(|row| row.is_hypertable);
        if !others.is_empty() {
            let names: Vec<_> = others.iter().map(|row| row.name.as_str()).collect();
            context.ui.note(&format!("left alone, as they are no hypertables: {}", names.join(", ")));
        }
        ours
    } else {
        vec![namespace::find(&db, args.name.as_deref().unwrap_or(&context.settings.namespace)).await?]
    };
    if context.is_plan() {
        let mut steps = Vec::new();
        for row in &rows {
            steps.extend(
                namespace::pending(&db, row).await?.into_iter().map(|what| Step::new("apply", &row.name, what)),
            );
            let beside = namespace::shadows(&db, row).await?;
            steps.extend(beside.into_iter().map(|function| Step::new("remove function", &row.name, function)));
        }
        return context.plan(steps);
    }
    let mut failures = Failures::new(&context.ui);
    let mut done = Vec::new();
    for row in &rows {
        match namespace::upgrade(&mut db, row).await {
            Ok(upgraded) => {
                tell_set_aside(context, &upgraded.name, upgraded.set_aside);
                if !upgraded.removed.is_empty() {
                    context.ui.note(&format!(
                        "removed from namespace {}, where calls would have found them instead of its own functions: {}",
                        upgraded.name,
                        upgraded.removed.join(", ")
                    ));
                }
                if !upgraded.indexes.is_empty() {
                    context.ui.note(&format!(
                        "made for namespace {}, which lacked them: index {}",
                        upgraded.name,
                        upgraded.indexes.join(", ")
                    ));
                }
                done.push(UpgradedRecord {
                    namespace: upgraded.name,
                    applied: upgraded.applied,
                    compression: upgraded.compression == Compression::Available,
                });
            }
            Err(e) => failures.add("namespace", &row.name, e),
        }
    }
    if done.iter().all(|d| d.applied.is_empty()) && !rows.is_empty() {
        context.ui.note("up to date");
    }
    let has_changed = done.iter().any(|d| !d.applied.is_empty());
    let succeeded = done.len();
    context.ui.list(done)?;
    if has_changed {
        for stale in crate::db::queries::grants::stale(db.client()).await? {
            context.ui.note(&format!(
                "role {} has rights that an earlier version gave, wider than it needs them: {} prints what to run",
                stale.role,
                stale.command()
            ));
        }
    }
    Ok(failures.end("namespace", succeeded))
}

fn tell_set_aside(context: &Context, name: &str, archives: u64) {
    let archives = i64::try_from(archives).unwrap_or(i64::MAX);
    if archives > 0 {
        context.ui.note(&format!(
            "{} of another namespace {name}, which was deleted, {} set aside as expired; if this is to be the same one again: \
             eventodb-admin -n {name} archives sync --expired",
            text::counted(archives, "archive"),
            text::are(archives)
        ));
    }
}

async fn grants(context: &Context, args: Grants) -> Result<Ended> {
    let role: RoleName = args.role.parse()?;
    let purpose = match args.purpose {
        Purpose::Reader => namespace::Purpose::Reader,
        Purpose::Writer => namespace::Purpose::Writer,
        Purpose::Archiver => namespace::Purpose::Archiver,
        Purpose::Operator => namespace::Purpose::Operator,
        Purpose::Server => namespace::Purpose::Server,
    };
    let chunk_functions = if args.restrict_chunk_functions { ChunkFunctions::Restrict } else { ChunkFunctions::Leave };
    let db = context.connect().await?;
    let found = namespace::open(&db, args.name.as_deref().unwrap_or(&context.settings.namespace)).await?;
    // SQL whatever --output says: it is to be run.
    context.ui.text(namespace::grants(&db, &found, &role, purpose, chunk_functions).await?.as_bytes())?;
    Ok(Ended::Done)
}

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
    const COLUMNS: &'static [Column] = &[Column::Left("DELETED"), Column::Left("SCHEMA"), Column::Right("CHUNKS")];

    fn cells(&self) -> Vec<String> {
        vec![self.namespace.clone(), self.schema.clone(), human::count(self.chunks)]
    }
}

async fn delete(context: &Context, name: &str) -> Result<Ended> {
    let db = context.connect_any().await?;
    let row = namespace::find(&db, name).await?;
    archive::refuse_namespace(&db, &row.name).await?;
    if context.is_plan() {
        let step = Step { size_bytes: size(&db, &row).await, ..Step::new("delete", &row.name, row.schema.as_str()) };
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
    Ok(Ended::Done)
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
