//! `archives find`, `archives cat` and `archives sql`.

use std::io::Write;

use crate::archive::find::{self, Found, Sought};
use crate::archive::sql::{self, Engine, Service, Services};
use crate::archive::{self, ArchiveRow, State};
use crate::cli::{FindArchives, SqlEngine, SqlOfArchives};
use crate::commands::app::{Context, Ended, environment, fetched, thawing};
use crate::db::queries::messages::{self as queries, MessageRow};
use crate::db::queries::{heads, ledger};
use crate::error::{Error, Kind, Result};
use crate::messages::{CategoryName, StreamName, WholeArchive, missing, write_line};
use crate::store::{Store, StoreSection};
use crate::ui::record::{Time, record};
use crate::ui::{Column, Tabular, human};

record! {
    /// Where something is.
    FoundRecord {
        /// The archive; none where it is in the database alone.
        archive_id: Option<i64>,
        /// `archive`, `database`, or `both`.
        r#where: &'static str,
        /// The first instant of the archive's range; for a message in the database, its time.
        range_start: Time,
        /// The instant after the range.
        range_end: Option<Time>,
        /// Messages of what was looked for.
        messages: Option<i64>,
        /// The stream, of a message.
        stream: Option<String>,
        /// The first position.
        first_position: Option<i64>,
        /// The last position.
        last_position: Option<i64>,
        /// The first global position.
        first_global_position: Option<i64>,
        /// The last global position.
        last_global_position: Option<i64>,
        /// The data's address.
        object: Option<String>,
    }
}

impl From<Found> for FoundRecord {
    fn from(found: Found) -> Self {
        let a = found.archive;
        let object = a.store_url.zip(a.object_key).map(|(url, key)| format!("{}/{key}", url.trim_end_matches('/')));
        Self {
            archive_id: Some(a.id),
            r#where: if a.state == State::Dropped { "archive" } else { "both" },
            range_start: a.range_start.into(),
            range_end: Some(a.range_end.into()),
            messages: found.messages,
            stream: found.message.map(|m| m.stream_name),
            first_position: found.positions.map(|p| p.0),
            last_position: found.positions.map(|p| p.1),
            first_global_position: found.global_positions.map(|p| p.0),
            last_global_position: found.global_positions.map(|p| p.1),
            object,
        }
    }
}

impl From<MessageRow> for FoundRecord {
    fn from(m: MessageRow) -> Self {
        Self {
            archive_id: None,
            r#where: "database",
            range_start: m.time.into(),
            range_end: None,
            messages: Some(1),
            stream: Some(m.stream_name),
            first_position: Some(m.position),
            last_position: Some(m.position),
            first_global_position: Some(m.global_position),
            last_global_position: Some(m.global_position),
            object: None,
        }
    }
}

impl Tabular for FoundRecord {
    const COLUMNS: &'static [Column] = &[
        Column::Right("ARCHIVE"),
        Column::Left("WHERE"),
        Column::Left("RANGE"),
        Column::Right("MESSAGES"),
        Column::Left("STREAM"),
        Column::Left("POSITIONS"),
        Column::Left("GLOBAL POSITIONS"),
    ];

    fn cells(&self) -> Vec<String> {
        let span = |from: Option<i64>, to: Option<i64>| {
            human::or_dash(from.zip(to), |(f, t)| if f == t { f.to_string() } else { format!("{f} – {t}") })
        };
        vec![
            human::or_dash(self.archive_id, |id| id.to_string()),
            self.r#where.to_owned(),
            self.range_end.map_or_else(|| human::time(self.range_start.0), |e| human::range(self.range_start.0, e.0)),
            human::or_dash(self.messages, human::count),
            human::or_dash(self.stream.clone(), |s| s),
            span(self.first_position, self.last_position),
            span(self.first_global_position, self.last_global_position),
        ]
    }
}

pub(super) async fn run(context: &Context, args: FindArchives) -> Result<Ended> {
    let stream = args.stream.as_deref().map(str::parse::<StreamName>).transpose()?;
    let category = args.category.as_deref().map(str::parse::<CategoryName>).transpose()?;
    let (db, namespace) = context.namespace().await?;
    let scope = &namespace.scope;
    let (sought, live) = match (stream, category, args.id, args.global_position, args.time) {
        (Some(stream), ..) => {
            let Some(head) = heads::get(db.client(), scope, stream.as_str()).await? else {
                return Err(Error::new(Kind::NotFound, format!("looking for stream {stream}"))
                    .because("nothing was ever written to it"));
            };
            (Sought::Stream(head), Vec::new())
        }
        (_, Some(category), ..) => (Sought::Category(category.to_string()), Vec::new()),
        (.., Some(id), _, _) => match queries::by_id(db.client(), scope, id).await? {
            // The database knows where it is.
            live if live.len() == 1 => (Sought::GlobalPosition(live[0].global_position), live),
            live => (Sought::Id(id), live),
        },
        (.., Some(at), _) => (Sought::GlobalPosition(at), queries::by_global_position(db.client(), scope, at).await?),
        (.., Some(at)) => (Sought::Time(at), Vec::new()),
        _ => return Err(Error::usage("looking for archives").because("nothing is looked for")),
    };
    let category = match &sought {
        Sought::Stream(head) => Some(missing::category_of(&head.stream)),
        Sought::Category(category) => Some(category.as_str()),
        Sought::Id(_) | Sought::GlobalPosition(_) | Sought::Time(_) => None,
    };
    let archives = ledger::list_with(db.client(), scope.namespace(), category.as_slice()).await?;
    let reach = context.reach()?;
    let search = find::find(&reach, archives, &sought).await;
    let read = reach.fetched();
    let search = search?;
    if read.archives > 0 {
        let data = match (search.read, search.unread) {
            (0, 0) => String::new(),
            (n, 0) => format!("; the data of {n}"),
            (n, left) => format!("; the data of {n}, that of {left} was not needed"),
        };
        context.ui.note(&format!("{}{data}", fetched(read)));
    }
    // What came back is told once, with its archive.
    let known = |m: &MessageRow| search.found.iter().any(|f| f.global_position() == Some(m.global_position));
    let live: Vec<_> = live.into_iter().filter(|m| !known(m)).collect();
    let is_one = matches!(sought, Sought::Id(_) | Sought::GlobalPosition(_));
    if search.found.is_empty() && live.is_empty() {
        if is_one {
            return Err(Error::new(Kind::NotFound, "looking for a message")
                .because("it is neither in the database nor in an archive"));
        }
        context.ui.note("no archive holds it");
    }
    let found = search.found.into_iter().map(FoundRecord::from);
    context.ui.list(found.chain(live.into_iter().map(FoundRecord::from)))?;
    Ok(Ended::Done)
}

pub(super) async fn cat(context: &Context, id: i64) -> Result<Ended> {
    let (db, namespace) = context.namespace().await?;
    let row = ledger::get(db.client(), namespace.scope.namespace(), id).await?;
    if !row.state.is_kept() {
        let stores = context.stores().await?;
        let url = row.store_url.as_deref().unwrap_or_default();
        if !archive::is_known_store(&db, &namespace.scope, &stores, url).await? {
            return Err(Error::new(Kind::Verification, format!("reading archive {id}"))
                .because(format!(
                    "it is {}, and lies in {url}, which is no store that the namespace is known to have",
                    row.state
                ))
                .hint("--store says that it is one"));
        }
    }
    // Nothing of the database is needed from here on.
    db.close().await;
    let reach = context.reach()?;
    let printed = print(context, &reach, &row).await;
    context.tell_fetched(&reach);
    match printed {
        Ok(()) => Ok(Ended::Done),
        Err(e) => thawing(&reach.store(&row).await?, &row, Err(e)).await,
    }
}

async fn print(context: &Context, reach: &crate::archive::reach::Reach, row: &ArchiveRow) -> Result<()> {
    let doing = || format!("reading archive {} ({})", row.id, row.extent());
    let failed = |e: std::io::Error| Error::failed("writing to standard output").because(e);
    let mut archive = WholeArchive::open(reach, row).await.map_err(|e| e.while_doing(doing()))?;
    let mut out = std::io::BufWriter::with_capacity(1 << 18, context.ui.stdout());
    while let Some(message) = archive.next().await.map_err(|e| e.while_doing(doing()))? {
        write_line(&mut out, &message).map_err(failed)?;
    }
    out.flush().map_err(failed)
}

impl From<SqlEngine> for Engine {
    fn from(engine: SqlEngine) -> Self {
        match engine {
            SqlEngine::Duckdb => Self::DuckDb,
            SqlEngine::Athena => Self::Athena,
            SqlEngine::Trino => Self::Trino,
            SqlEngine::Clickhouse => Self::ClickHouse,
            SqlEngine::Spark => Self::Spark,
        }
    }
}

pub(super) async fn sql(context: &Context, args: &SqlOfArchives) -> Result<Ended> {
    let (db, namespace) = context.namespace().await?;
    let mut archives = ledger::list(db.client(), namespace.scope.namespace()).await?;
    archives.retain(|a| a.state.is_kept() && a.message_count != Some(0));
    let view = args.view.clone().unwrap_or_else(|| format!("{}_archive", namespace.scope.namespace()));
    let first = |names: [&str; 2]| names.into_iter().find_map(environment).filter(|value| !value.is_empty());
    let shared = Service {
        endpoint: first(["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"]),
        region: first(["AWS_REGION", "AWS_DEFAULT_REGION"]),
    };
    let given = context.settings.reading_store()?;
    let mut services = Services { shared, own: Vec::new() };
    for url in sql::stores(&archives, given.as_ref())? {
        let settings = &context.settings.store_settings;
        if settings.sections.of(&url).is_some_and(StoreSection::names_a_service)
            && let Some((endpoint, region)) = Store::open_existing(&url, settings).await?.service()
        {
            services.own.push((url, Service { endpoint, region: Some(region) }));
        }
    }
    let text = sql::statements(args.engine.into(), &view, &archives, given.as_ref(), &services)?;
    context.ui.text(text.as_bytes())?;
    Ok(Ended::Done)
}
