//! `stats`: messages by time, category and type.

use serde::Serialize;

use crate::cli::OutputFormat;
use crate::cli::stats::{CountMessages, Per, Span, UncountedMode};
use crate::commands::app::{CommandOutcome, Context};
use crate::error::Result;
use crate::messages::CategoryName;
use crate::stats::{self, Bucket, Count, Dimension, StatsQuery, Uncounted};
use crate::ui::record::Time;
use crate::ui::{Chart, ChartBar, Record, TableColumn, Tabular, human};

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
    const COLUMNS: &'static [TableColumn] = &[
        TableColumn::Left("TIME"),
        TableColumn::Left("CATEGORY"),
        TableColumn::Left("TYPE"),
        TableColumn::Right("MESSAGES"),
    ];

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

pub(super) async fn run(context: &Context, args: CountMessages) -> Result<CommandOutcome> {
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
        let mut found = false;
        let counted = stats::read(&mut db, &namespace.scope, &query, |count| {
            found = true;
            listing.push(CountRecord::from(count))
        });
        counted.await?;
        listing.finish()?;
        if !found {
            context.note_empty_categories(&db, &namespace.scope, &query.category).await?;
        }
        return Ok(CommandOutcome::Done);
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
        chart.push(&ChartBar { labels, value: count.messages });
        Ok(())
    })
    .await?;
    if chart.is_empty() {
        context.note_empty_categories(&db, &namespace.scope, &query.category).await?;
        context.ui.note("no messages");
    }
    context.ui.chart(&chart)?;
    Ok(CommandOutcome::Done)
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
