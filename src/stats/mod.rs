//! How many messages there are by time, category and type. What cannot change any more is counted once: an archive when it is
//! made, a chunk some time after its end. The rest is counted when it is asked for.

mod refresh;
mod settle;

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use futures::TryStreamExt;
use tokio_postgres::IsolationLevel;
use tokio_postgres::error::SqlState;

pub use refresh::{Forget, Pending, count_archive, count_chunk, forget_chunks, pending};
pub use settle::{Settled, count_and_settle, settle};

use crate::db::errors::{explain, sqlstate_of};
use crate::db::queries::chunks::{self, LockMode};
use crate::db::queries::clock::time_of;
use crate::db::queries::counts::{self as queries, LiveChunk, Question};
use crate::db::queries::ledger::{self, ArchiveRow, State};
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::messages::CategoryName;

/// Chunks come and go while they are looked at: so often it is tried before that is an error.
const TRIES: usize = 10;

/// A span of time that is counted as one. UTC; weeks begin on Monday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bucket {
    /// An hour.
    Hour,
    /// A day.
    Day,
    /// A week.
    Week,
}

impl Bucket {
    const fn unit(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
        }
    }

    /// The first instant of the next span.
    pub fn after(self, bucket: DateTime<Utc>) -> DateTime<Utc> {
        bucket
            + match self {
                Self::Hour => TimeDelta::hours(1),
                Self::Day => TimeDelta::days(1),
                Self::Week => TimeDelta::weeks(1),
            }
    }
}

/// What messages are told apart by, beside their time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dimension {
    /// Their category.
    Category,
    /// Their type.
    Type,
}

/// What to do about archives that are the only copy of their messages and were never counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Uncounted {
    /// Says so and fails.
    Refuse,
    /// Leaves them out.
    LeaveOut,
}

/// What is to be counted.
#[derive(Debug, Clone)]
pub struct StatsQuery {
    /// Only this category.
    pub category: Option<CategoryName>,
    /// Only this type.
    pub message_type: Option<String>,
    /// From the hour of this instant on.
    pub since: Option<DateTime<Utc>>,
    /// To the end of the hour before this instant, or that it is in.
    pub until: Option<DateTime<Utc>>,
    /// The spans of time.
    pub bucket: Bucket,
    /// What to tell apart.
    pub per: Vec<Dimension>,
    /// What to do about archives that are not counted.
    pub uncounted: Uncounted,
}

/// Messages of a span of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// The first instant of the span.
    pub bucket: DateTime<Utc>,
    /// Their category, where it was asked for.
    pub category: Option<String>,
    /// Their type, where it was asked for.
    pub message_type: Option<String>,
    /// How many.
    pub messages: i64,
}

impl StatsQuery {
    /// Figures are kept by whole hours.
    fn hours(&self) -> (Option<DateTime<Utc>>, Option<DateTime<Utc>>) {
        let hour = TimeDelta::hours(1);
        let floor = |t: DateTime<Utc>| t.duration_trunc(hour).unwrap_or(t);
        let ceil = |t: DateTime<Utc>| if floor(t) == t { t } else { floor(t) + hour };
        (self.since.map(floor), self.until.map(ceil))
    }

    fn meets(&self, start: DateTime<Utc>, end: DateTime<Utc>) -> bool {
        let (since, until) = self.hours();
        since.is_none_or(|since| end > since) && until.is_none_or(|until| start < until)
    }

    fn may_be_in(&self, archive: &ArchiveRow) -> bool {
        let holds = |c: &serde_json::Value| self.category.as_ref().is_none_or(|name| c.get(name.as_str()).is_some());
        self.meets(archive.range_start, archive.range_end) && archive.category_counts.as_ref().is_none_or(holds)
    }
}

/// Counts, and hands each figure to `each` in order of time. All are of one moment.
///
/// # Errors
/// [`Kind::Archived`] where an archive that is the only copy of its messages is not counted.
pub async fn read(
    db: &mut Db,
    scope: &Scope,
    query: &StatsQuery,
    mut each: impl FnMut(Count) -> Result<()>,
) -> Result<()> {
    for _ in 1..TRIES {
        match once(db, scope, query, &mut each).await {
            Ok(Some(())) => return Ok(()),
            Ok(None) => {}
            // A chunk that was dropped before it could be locked.
            Err(e) if sqlstate_of(&e) == Some(&SqlState::UNDEFINED_TABLE) => {}
            Err(e) => return Err(e),
        }
    }
    once(db, scope, query, &mut each).await?.ok_or_else(|| {
        Error::failed("counting messages")
            .because("chunks were made or changed each time it was tried")
            .hint("try again")
    })
}

/// `None` where other chunks than those locked have to be counted by now.
async fn once(
    db: &mut Db,
    scope: &Scope,
    query: &StatsQuery,
    each: &mut impl FnMut(Count) -> Result<()>,
) -> Result<Option<()>> {
    let doing = "counting messages";
    let is_asked = |c: &LiveChunk| query.meets(c.range_start, c.range_end);
    let uncounted = |all: &[LiveChunk]| -> Vec<LiveChunk> {
        all.iter().filter(|c| c.counted_id.is_none() && is_asked(c)).cloned().collect()
    };
    let before = uncounted(&queries::live(db.client(), scope).await?);
    let tx = db
        .client_mut()
        .build_transaction()
        .isolation_level(IsolationLevel::RepeatableRead)
        .read_only(true)
        .start()
        .await
        .map_err(|e| explain(doing, e))?;
    // The locks first, the snapshot after: what is compressed or dropped in between would read short.
    for chunk in &before {
        chunks::lock(&tx, &chunk.table, LockMode::AccessShare).await.map_err(|e| explain(doing, e))?;
    }
    let live = queries::live(&tx, scope).await?;
    let now = uncounted(&live);
    if now.iter().any(|chunk| !before.iter().any(|b| b.table == chunk.table)) {
        return Ok(None);
    }
    if query.uncounted == Uncounted::Refuse {
        let category = query.category.as_ref().map(CategoryName::as_str);
        refuse_uncounted(&uncounted_archives(&tx, scope, category).await?, query)?;
    }
    let counted: Vec<i64> = live.iter().filter(|c| is_asked(c)).filter_map(|c| c.counted_id).collect();
    let tables: Vec<_> = now.iter().map(|c| &c.table).collect();
    let (since, until) = query.hours();
    let question = Question {
        unit: query.bucket.unit(),
        by_category: query.per.contains(&Dimension::Category),
        by_type: query.per.contains(&Dimension::Type),
        category: query.category.as_ref().map(CategoryName::as_str),
        message_type: query.message_type.as_deref(),
        since,
        until,
    };
    let mut rows = std::pin::pin!(queries::read(&tx, scope, &question, &counted, &tables).await?);
    while let Some(row) = rows.try_next().await.map_err(|e| explain(doing, e))? {
        each(Count {
            bucket: time_of(&row, "bucket")?,
            category: row.get("category"),
            message_type: row.get("type"),
            messages: row.get("messages"),
        })?;
    }
    Ok(Some(()))
}

/// Archives that are the only copy of their messages and that no figures are kept of, with what they have of a category.
async fn uncounted_archives(
    db: &impl tokio_postgres::GenericClient,
    scope: &Scope,
    category: Option<&str>,
) -> Result<Vec<ArchiveRow>> {
    let counted = queries::archive_ids(db, scope).await?;
    let mut archives = ledger::list_with(db, scope.namespace(), category.as_slice()).await?;
    archives.retain(|a| a.state == State::Dropped && !counted.contains(&a.id));
    Ok(archives)
}

fn refuse_uncounted(archives: &[ArchiveRow], query: &StatsQuery) -> Result<()> {
    let asked: Vec<_> = archives.iter().filter(|a| query.may_be_in(a)).collect();
    let Some(first) = asked.first() else { return Ok(()) };
    let more = match asked.len() {
        1 => String::new(),
        n => format!(", the first of {n} such archives"),
    };
    Err(Error::new(Kind::Archived, "counting messages")
        .because(format!("archive {} ({}) was never counted by hour{more}", first.id, first.extent()))
        .hint("eventodb-admin stats refresh reads it once and keeps its figures; --archived skip leaves it out"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::queries::ledger::State;

    fn query(since: Option<&str>, until: Option<&str>) -> StatsQuery {
        let at = |text: Option<&str>| text.map(|t| t.parse().unwrap());
        StatsQuery {
            category: None,
            message_type: None,
            since: at(since),
            until: at(until),
            bucket: Bucket::Hour,
            per: Vec::new(),
            uncounted: Uncounted::Refuse,
        }
    }

    #[test]
    fn bounds_are_those_of_whole_hours() {
        let hours = |since, until| {
            let (since, until) = query(Some(since), Some(until)).hours();
            (since.unwrap().to_rfc3339(), until.unwrap().to_rfc3339())
        };
        let whole = ("2026-01-01T10:00:00+00:00".to_owned(), "2026-01-01T12:00:00+00:00".to_owned());
        assert_eq!(hours("2026-01-01T10:00:00Z", "2026-01-01T12:00:00Z"), whole);
        assert_eq!(hours("2026-01-01T10:59:59Z", "2026-01-01T11:00:01Z"), whole);
    }

    #[test]
    fn an_archive_is_asked_only_where_it_may_have_some_of_what_is_counted() {
        // The first week of 2026, until the 8th.
        let archive = ArchiveRow::sample(1, State::Dropped);
        let in_it = |since, until| query(since, until).may_be_in(&archive);
        assert!(in_it(None, None));
        assert!(in_it(Some("2026-01-07T23:30:00Z"), None) && !in_it(Some("2026-01-08T00:00:00Z"), None));
        assert!(in_it(None, Some("2026-01-01T00:00:01Z")) && !in_it(None, Some("2026-01-01T00:00:00Z")));
        assert!(!in_it(Some("2026-01-09T00:00:00Z"), Some("2026-01-10T00:00:00Z")));
        let of = |name: &str| StatsQuery { category: Some(name.parse().unwrap()), ..query(None, None) };
        let counted = ArchiveRow { category_counts: Some(serde_json::json!({"account": 10})), ..archive.clone() };
        assert!(of("account").may_be_in(&counted) && !of("order").may_be_in(&counted));
        assert!(of("order").may_be_in(&archive), "nobody has counted its categories");
    }

    #[test]
    fn a_span_ends_where_the_next_one_begins() {
        let at = "2026-01-05T00:00:00Z".parse::<DateTime<Utc>>().unwrap();
        let length = |bucket: Bucket| (bucket.after(at) - at).num_hours();
        assert_eq!((length(Bucket::Hour), length(Bucket::Day), length(Bucket::Week)), (1, 24, 168));
        assert_eq!([Bucket::Hour, Bucket::Day, Bucket::Week].map(Bucket::unit), ["hour", "day", "week"]);
    }
}
