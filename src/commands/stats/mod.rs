//! `stats`.

use serde::Serialize;

use crate::archive::LifecycleLock;
use crate::cli::OutputFormat;
use crate::cli::stats::{CountMessages, Per, RefreshStats, Span, Stats, StatsVerb, UncountedMode};
use crate::commands::app::{Context, Ended, Failures, Step};
use crate::error::Result;
use crate::messages::CategoryName;
use crate::progress::{Progress, Unit};
use crate::stats::{self, Bucket, Count, Dimension, StatsQuery, Uncounted};
use crate::ui::record::{Time, record};
use crate::ui::{Bar, Chart, Column, Record, Tabular, human};

pub(super) async fn run(context: &Context, args: Stats) -> Result<Ended> {
    match args.verb {
        None => count(context, args.count).await,
        Some(StatsVerb::Refresh(args)) => refresh(context, &args).await,
    }
}

/// Messages of a span of time. By hand, for the name of one of its fields.
#[derive(Debug, Serialize)]
struct CountRecord {
    bucket: Time,
    category: Option<String>,
    #[serde(rename = "type")]
    message_type: Option<String>,
    messages: i64,
}

impl Record for CountRecord {
    const FIELDS: &'static [&'static str] = &["bucket", "category", "type", "messages"];
}

impl Tabular for CountRecord {
    const COLUMNS: &'static [Column] =
        &[Column::Left("TIME"), Column::Left("CATEGORY"), Column::Left("TYPE"), Column::Right("MESSAGES")];

    fn cells(&self) -> Vec<String> {
        vec![
            human::time(self.bucket.0),
            human::or_dash(self.category.clone(), |c| c),
            human::or_dash(self.message_type.clone(), |t| t),
            human::count(self.messages),
        ]
    }
}

impl From<Count> for CountRecord {
    fn from(count: Count) -> Self {
        Self {
            bucket: count.bucket.into(),
            category: count.category,
            message_type: count.message_type,
            messages: count.messages,
        }
    }
}

async fn count(context: &Context, args: CountMessages) -> Result<Ended> {
    let query = StatsQuery {
        category: args.category.as_deref().map(str::parse::<CategoryName>).transpose()?,
        message_type: args.message_type,
        since: args.since,
        until: args.until,
        bucket: match args.by {
            Span::Hour => Bucket::Hour,
            Span::Day => Bucket::Day,
            Span::Week => Bucket::Week,
        },
        per: args
            .per
            .iter()
            .map(|per| match per {
                Per::Category => Dimension::Category,
                Per::Type => Dimension::Type,
            })
            .collect(),
        uncounted: match args.archived {
            UncountedMode::Auto => Uncounted::Refuse,
            UncountedMode::Skip => Uncounted::LeaveOut,
        },
    };
    let (mut db, namespace) = context.namespace().await?;
    if context.ui.output() != OutputFormat::Table {
        let mut listing = context.ui.listing();
        stats::read(&mut db, &namespace.scope, &query, |count| listing.push(CountRecord::from(count))).await?;
        listing.finish()?;
        return Ok(Ended::Done);
    }
    let mut chart = Chart::new(&headings(&query));
    let mut last = None;
    stats::read(&mut db, &namespace.scope, &query, |count| {
        // A gap in time is no step like the others.
        if last.is_some_and(|last| last != count.bucket && query.bucket.after(last) < count.bucket) {
            chart.gap();
        }
        last = Some(count.bucket);
        let form = if query.bucket == Bucket::Hour { "%Y-%m-%d %H:%M" } else { "%Y-%m-%d" };
        let mut labels = vec![count.bucket.format(form).to_string()];
        labels.extend(query.per.contains(&Dimension::Category).then(|| count.category.unwrap_or_default()));
        labels.extend(query.per.contains(&Dimension::Type).then(|| count.message_type.unwrap_or_default()));
        chart.push(&Bar { labels, value: count.messages });
        Ok(())
    })
    .await?;
    if chart.is_empty() {
        context.ui.note("no messages");
    }
    context.ui.chart(&chart)?;
    Ok(Ended::Done)
}

fn headings(query: &StatsQuery) -> Vec<&'static str> {
    let mut headings = vec![match query.bucket {
        Bucket::Hour => "HOUR",
        Bucket::Day => "DAY",
        Bucket::Week => "WEEK FROM",
    }];
    headings.extend(query.per.contains(&Dimension::Category).then_some("CATEGORY"));
    headings.extend(query.per.contains(&Dimension::Type).then_some("TYPE"));
    headings.push("MESSAGES");
    headings
}

record! {
    /// What was counted.
    RefreshedRecord {
        /// A chunk.
        chunk_name: Option<String>,
        /// Or an archive.
        archive_id: Option<i64>,
        /// The first instant of its range.
        range_start: Time,
        /// The instant after its range.
        range_end: Time,
        /// Messages.
        messages: i64,
    }
}

impl Tabular for RefreshedRecord {
    const COLUMNS: &'static [Column] =
        &[Column::Left("CHUNK"), Column::Right("ARCHIVE"), Column::Left("RANGE"), Column::Right("MESSAGES")];

    fn cells(&self) -> Vec<String> {
        vec![
            human::or_dash(self.chunk_name.clone(), |c| c),
            human::or_dash(self.archive_id, |id| id.to_string()),
            human::range(self.range_start.0, self.range_end.0),
            human::count(self.messages),
        ]
    }
}

async fn refresh(context: &Context, args: &RefreshStats) -> Result<Ended> {
    let (db, namespace) = context.namespace().await?;
    let scope = &namespace.scope;
    if context.is_plan() {
        let pending = stats::pending(&db, scope).await?;
        let mut steps: Vec<Step> =
            pending.chunks.iter().map(|c| Step::new("count", scope.namespace(), c.table.name.as_str())).collect();
        steps.extend(
            pending.archives.iter().map(|a| Step::new("count", scope.namespace(), format!("archive {}", a.id))),
        );
        return context.plan(steps);
    }
    let mut lock = LifecycleLock::take(db, scope, &context.ui).await?;
    let which = if args.again { stats::Forget::All } else { stats::Forget::Stale };
    stats::forget_chunks(&mut lock, scope, which).await?;
    let pending = stats::pending(lock.db(), scope).await?;
    let total = pending.chunks.len() + pending.archives.len();
    let task = context.ui.begin("count", Some(total as u64), Unit::Items);
    let (mut failures, mut done) = (Failures::new(&context.ui), Vec::new());
    for chunk in &pending.chunks {
        context.stop.check()?;
        match stats::count_chunk(&mut lock, scope, chunk).await {
            Ok(messages) => done.push(RefreshedRecord {
                chunk_name: Some(chunk.table.name.as_str().to_owned()),
                archive_id: None,
                range_start: chunk.range_start.into(),
                range_end: chunk.range_end.into(),
                messages,
            }),
            Err(e) => failures.add("chunk", chunk.table.name.as_str(), e),
        }
        task.advance(1);
    }
    let mut stores = context.stores().await?;
    for archive in &pending.archives {
        context.stop.check()?;
        let counted = match stores.of(archive).await {
            Ok(store) => {
                let counted = stats::count_archive(&mut lock, scope, &store, archive, &context.stop).await;
                crate::commands::app::thawing(&store, archive, counted).await
            }
            Err(e) => Err(e),
        };
        match counted {
            Ok(messages) => done.push(RefreshedRecord {
                chunk_name: None,
                archive_id: Some(archive.id),
                range_start: archive.range_start.into(),
                range_end: archive.range_end.into(),
                messages,
            }),
            Err(e) => failures.add("archive", &archive.id.to_string(), e),
        }
        task.advance(1);
    }
    drop(task);
    if stats::settle(&mut lock, scope).await? == stats::Settled::NotNow {
        context.ui.note("a writer was in the way: until the next refresh, reads of categories look into every chunk");
    }
    lock.release().await?;
    if total == 0 {
        context.ui.note("everything that does not change any more is counted");
    }
    let succeeded = done.len();
    context.ui.list(done)?;
    Ok(failures.end("count", succeeded))
}
