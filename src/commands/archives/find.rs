//! `archives find`: which archives hold something.

use std::collections::HashSet;

use crate::archive::archive_filter;
use crate::archive::find::{self, ArchiveMatch, FindQuery};
use crate::cli::FindArchives;
use crate::commands::app::{CommandOutcome, Context};
use crate::db::queries::messages::{self as queries, MessageRow};
use crate::db::queries::{heads, ledger};
use crate::error::{Error, Kind, Result};
use crate::messages::{CategoryName, StreamName};
use crate::stream_name::{category_of, stream_unknown};
use crate::ui::record::{Time, record};
use crate::ui::{TableColumn, Tabular, human};

record! {
    /// Where something is.
    MatchRecord {
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

impl MatchRecord {
    /// What was found in an archive; `only` are the archives of which nothing is in the database.
    fn of(found: ArchiveMatch, only: &HashSet<i64>) -> Self {
        let a = found.archive;
        let object = a.store_url.zip(a.object_key).map(|(url, key)| format!("{}/{key}", url.trim_end_matches('/')));
        Self {
            archive_id: Some(a.id),
            r#where: if only.contains(&a.id) { "archive" } else { "both" },
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

impl From<MessageRow> for MatchRecord {
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

impl Tabular for MatchRecord {
    const COLUMNS: &'static [TableColumn] = &[
        TableColumn::Right("ARCHIVE"),
        TableColumn::Left("WHERE"),
        TableColumn::Left("RANGE"),
        TableColumn::Right("MESSAGES"),
        TableColumn::Left("STREAM"),
        TableColumn::Left("POSITIONS"),
        TableColumn::Left("GLOBAL POSITIONS"),
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

pub(super) async fn run(context: &Context, args: FindArchives) -> Result<CommandOutcome> {
    let stream = args.stream.as_deref().map(str::parse::<StreamName>).transpose()?;
    let category = args.category.as_deref().map(str::parse::<CategoryName>).transpose()?;
    let (db, namespace) = context.namespace().await?;
    let scope = &namespace.scope;
    let (sought, live) = match (stream, category, args.id, args.global_position, args.time) {
        (Some(stream), ..) => {
            let Some(head) = heads::get(db.client(), scope, stream.as_str()).await? else {
                return Err(stream_unknown(format!("looking for stream {stream}")));
            };
            (FindQuery::Stream(head), Vec::new())
        }
        (_, Some(category), ..) => (FindQuery::Category(category.to_string()), Vec::new()),
        (.., Some(id), _, _) => match queries::by_id(db.client(), scope, id).await? {
            // The database knows where it is.
            live if live.len() == 1 => (FindQuery::GlobalPosition(live[0].global_position), live),
            live => (FindQuery::Id(id), live),
        },
        (.., Some(at), _) => {
            (FindQuery::GlobalPosition(at), queries::by_global_position(db.client(), scope, at).await?)
        }
        (.., Some(at)) => (FindQuery::Time(at), Vec::new()),
        _ => return Err(Error::usage("looking for archives").because("nothing is looked for")),
    };
    let category = match &sought {
        FindQuery::Stream(head) => Some(category_of(&head.stream)),
        FindQuery::Category(category) => Some(category.as_str()),
        FindQuery::Id(_) | FindQuery::GlobalPosition(_) | FindQuery::Time(_) => None,
    };
    let archives = ledger::list_with(db.client(), scope.namespace(), category.as_slice()).await?;
    let reader = context.archive_reader()?;
    let search = find::find(&reader, archives, &sought).await;
    context.tell_fetched_with(&reader, || {
        search.as_ref().map_or_else(
            |_| String::new(),
            |search| match (search.read, search.unread) {
                (0, 0) => String::new(),
                (n, 0) => format!("; the data of {n}"),
                (n, left) => format!("; the data of {n}, that of {left} was not needed"),
            },
        )
    });
    let search = search?;
    // What came back is told once, with its archive.
    let known = |m: &MessageRow| search.found.iter().any(|f| f.global_position() == Some(m.global_position));
    let live: Vec<_> = live.into_iter().filter(|m| !known(m)).collect();
    let is_one = matches!(sought, FindQuery::Id(_) | FindQuery::GlobalPosition(_));
    if search.found.is_empty() && live.is_empty() {
        if is_one {
            return Err(Error::new(Kind::NotFound, "looking for a message")
                .because("it is neither in the database nor in an archive"));
        }
        if let FindQuery::Category(category) = &sought {
            context.note_empty_categories(&db, scope, &[category.parse()?]).await?;
        }
        context.ui.note("no archive holds it");
    }
    // Of what came back nothing may be live any more: it was archived again.
    let only = archive_filter::dropped(db.client(), scope, &[]).await?.iter().map(|a| a.id).collect();
    let found = search.found.into_iter().map(|found| MatchRecord::of(found, &only));
    context.ui.list(found.chain(live.into_iter().map(MatchRecord::from)))?;
    Ok(CommandOutcome::Done)
}
