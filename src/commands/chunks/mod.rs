//! `chunks`, but for `drop`.

mod drop;
mod timeline;

use crate::archive::{self, AfterVerify, ArchiveOptions, Archived, Codec, Destination, LifecycleLock};
use crate::chunks::{self, ChunkInfo, ChunkRow, ChunkState, Counting, Direction, ListFilter, Selection};
use crate::cli::{ArchiveChunks, ChunksVerb, Compression, ListChunks, Which};
use crate::commands::app::{Context, Ended, Failures, Step, aggregates};
use crate::db::queries::policies::{self, ServerJob};
use crate::db::{Connector, Db, Scope};
use crate::error::{Error, Result};
use crate::ui::record::{Time, record};
use crate::ui::{Column, Tabular, human};

pub(super) async fn run(context: &Context, verb: ChunksVerb) -> Result<Ended> {
    match verb {
        ChunksVerb::List(args) => list(context, args).await,
        ChunksVerb::Compress(args) => resize(context, args.which, Direction::Compress).await,
        ChunksVerb::Decompress(args) => resize(context, args.which, Direction::Decompress).await,
        ChunksVerb::Archive(args) => archive(context, args).await,
        ChunksVerb::Drop(args) => drop::run(context, args).await,
    }
}

impl From<Which> for Selection {
    fn from(which: Which) -> Self {
        which.older_than.map_or(Self::Named(which.chunks), Self::OlderThan)
    }
}

record! {
    /// A chunk.
    ChunkRecord {
        /// Its name; an archived one's is what it was.
        chunk_name: String,
        /// The first instant of its range.
        range_start: Time,
        /// The instant after its range.
        range_end: Time,
        /// `open`, `closed`, `compressed`, `archived` or `rehydrated`.
        state: &'static str,
        /// Whether it is compressed in the hypertable.
        is_compressed: bool,
        /// Bytes in the database; for an archived one, in the store.
        size_bytes: i64,
        /// Messages, where a number is known.
        message_count: Option<i64>,
        /// Whether that number is exact.
        count_is_exact: bool,
        /// Its archive, where the store holds a proven one.
        archive_id: Option<i64>,
    }
}

impl From<ChunkInfo> for ChunkRecord {
    fn from(info: ChunkInfo) -> Self {
        Self {
            chunk_name: info.chunk_name,
            range_start: info.range_start.into(),
            range_end: info.range_end.into(),
            state: info.state.as_str(),
            is_compressed: info.is_compressed,
            size_bytes: info.size_bytes,
            message_count: info.message_count,
            count_is_exact: info.count_is_exact,
            archive_id: info.archive_id,
        }
    }
}

impl Tabular for ChunkRecord {
    const COLUMNS: &'static [Column] = &[
        Column::Left("CHUNK"),
        Column::Left("RANGE"),
        Column::Left("STATE"),
        Column::Right("SIZE"),
        Column::Right("MESSAGES"),
        Column::Right("ARCHIVE"),
    ];

    fn cells(&self) -> Vec<String> {
        let about = if self.count_is_exact { "" } else { "~" };
        let mut state = self.state.to_owned();
        if self.is_compressed && self.state != ChunkState::Compressed.as_str() {
            state.push_str(", compressed");
        }
        vec![
            self.chunk_name.clone(),
            human::range(self.range_start.0, self.range_end.0),
            state,
            human::bytes(self.size_bytes),
            human::or_dash(self.message_count, |n| format!("{about}{}", human::count(n))),
            human::or_dash(self.archive_id, |id| id.to_string()),
        ]
    }
}

async fn list(context: &Context, args: ListChunks) -> Result<Ended> {
    if args.timeline {
        return timeline::run(context, args.all_namespaces).await;
    }
    let (db, namespace) = context.namespace().await?;
    let filter = ListFilter {
        older_than: args.older_than,
        state: args.state,
        counting: if args.exact { Counting::Exact } else { Counting::Estimate },
    };
    let found = chunks::list(&db, &namespace.scope, &filter).await?;
    if found.is_empty() {
        context.ui.note("no chunks");
    }
    note_partly_compressed(context, &found);
    context.ui.list(found.into_iter().map(ChunkRecord::from))?;
    Ok(Ended::Done)
}

/// Late messages lie uncompressed in a chunk that is compressed: its state does not tell.
fn note_partly_compressed(context: &Context, found: &[ChunkInfo]) {
    let names: Vec<_> = found.iter().filter(|c| c.is_partly_compressed).map(|c| c.chunk_name.as_str()).collect();
    let Some(first) = names.first() else { return };
    let more = match names.len() {
        1 => String::new(),
        n => format!(" and {} more", n - 1),
    };
    context.ui.note(&format!(
        "compressed in part, since late messages have come: {first}{more}; chunks compress and lifecycle run compress the rest"
    ));
}

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
    const COLUMNS: &'static [Column] =
        &[Column::Left("CHUNK"), Column::Right("BEFORE"), Column::Right("AFTER"), Column::Right("RATIO")];

    fn cells(&self) -> Vec<String> {
        vec![
            self.chunk_name.clone(),
            human::bytes(self.before_bytes),
            human::bytes(self.after_bytes),
            format!("{:.2}", self.ratio),
        ]
    }
}

async fn resize(context: &Context, which: Which, direction: Direction) -> Result<Ended> {
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

fn steps(action: &'static str, namespace: &str, chunks: &[ChunkRow]) -> Vec<Step> {
    chunks.iter().map(|chunk| Step::on_chunk(action, namespace, chunk)).collect()
}

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

impl From<Archived> for ArchivedRecord {
    fn from(archived: Archived) -> Self {
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
    const COLUMNS: &'static [Column] = &[
        Column::Right("ARCHIVE"),
        Column::Left("CHUNK"),
        Column::Left("RANGE"),
        Column::Left("STATE"),
        Column::Right("MESSAGES"),
        Column::Right("CSV"),
        Column::Right("STORED"),
        Column::Right("SECONDS"),
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

async fn archive(context: &Context, args: ArchiveChunks) -> Result<Ended> {
    let codec = Codec::new(
        match args.compression {
            Compression::Zstd => "zstd",
            Compression::Gzip => "gzip",
            Compression::None => "none",
        },
        args.level,
    )?;
    let options = ArchiveOptions {
        after: if args.keep { AfterVerify::Keep } else { AfterVerify::Drop },
        codec,
        jobs: usize::from(args.jobs),
    };
    let connector = context.connector()?;
    let (db, namespace) = context.namespace().await?;
    let scope = &namespace.scope;
    let wanted = context.wanted(&db, scope, "archiving chunks").await?;
    context.settings.store_settings.age.check()?;
    let store = context.first_there(&db, scope, &wanted).await?;
    let object_lock = context.object_lock_in(&db, scope, &args.locking, &store).await?;
    if !args.keep {
        aggregates::may_drop(&db, scope, args.continuous_aggregates).await?;
    }
    let selection = args.which.into();
    if context.is_plan() {
        let action = if args.keep { "archive and keep" } else { "archive and drop" };
        let selected = selected(context, &db, scope, &selection).await?;
        let refused = context.refusal(&db, scope, Ok(store)).await;
        return context.plan_unless(refused, steps(action, scope.namespace(), &selected));
    }
    let mut lock = LifecycleLock::take(db, scope, &context.ui).await?;
    // Under the lock: what another run has just archived is not chosen.
    let selected = selected(context, lock.db(), scope, &selection).await?;
    if selected.is_empty() {
        context.ui.note("nothing to archive");
    }
    if let Some(retention) = policies::server_policy(lock.db().client(), scope.schema(), ServerJob::Retention).await? {
        context.ui.warn(&format!(
            "a retention policy of the server drops chunks older than {}, archived or not; eventodb-admin policy set \
             --server-drop-after never ends it",
            retention.after
        ));
    }
    if selected.is_empty() {
        // Nothing changes, so that a look is enough.
        archive::look_whose(lock.db(), scope, &store).await?;
        return Archiving::new(context).end();
    }
    let mut stores = context.stores_to_write();
    let mut to = stores.destination(&mut lock, scope, &wanted).await?.locking(object_lock);
    let mut archiving = Archiving::new(context);
    let meant = to.first.url().to_string();
    archiving.run(&mut lock, &connector, scope, &mut to, &selected, &options).await;
    stores.went_on(&meant, &to);
    stores.end(&mut lock, scope).await;
    let ended = archiving.end();
    context.tell_manifests_to_keep(lock.db(), scope).await;
    ended
}

/// The chunks meant; by age, those whose lease runs are left alone.
pub(super) async fn selected(
    context: &Context,
    db: &Db,
    scope: &Scope,
    selection: &Selection,
) -> Result<Vec<ChunkRow>> {
    let selected = chunks::select(db, scope, selection).await?;
    if matches!(selection, Selection::Named(_)) {
        return Ok(selected);
    }
    let found = archive::by_lease(db, scope, selected).await?;
    for (chunk, until) in &found.leased {
        let until = human::time(*until);
        context.ui.note(&format!("chunk {} is left alone: its lease runs until {until}", chunk.name()));
    }
    Ok(found.free)
}

/// Chunks that are archived, of one store or several, and what became of them.
pub(super) struct Archiving<'a> {
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
        let mut each = |chunk: &ChunkRow, archived: Result<Archived>| match archived {
            Ok(archived) => done.push(ArchivedRecord::from(archived)),
            Err(e) => failures.add("chunk", chunk.name(), e),
        };
        *whole = archive::archive(lock, connector, scope, to, chunks, options, &context.ui, &context.stop, &mut each)
            .await
            .err();
    }

    /// Prints what was done, oldest first.
    pub fn end(mut self) -> Result<Ended> {
        self.done.sort_by_key(|d| d.range_start.0);
        let succeeded = self.done.len();
        self.context.ui.list(self.done)?;
        let ended = self.failures.end("chunk", succeeded);
        // What ended the run as a whole, unless the chunks' own errors tell of something worse.
        match (self.whole, ended) {
            (None, ended) => Ok(ended),
            (Some(e), Ended::Failed(kind)) if kind.severity() >= e.kind().severity() => Ok(ended),
            (Some(e), _) => Err(e),
        }
    }
}
