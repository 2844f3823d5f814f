//! What a read cannot see because it is archived: found in the ledger, and told.

use chrono::{DateTime, Utc};
use futures::TryStreamExt;

use crate::db::errors::explain;
use crate::db::queries::heads::HeadRow;
use crate::db::queries::ledger::{self, ArchiveRow, State};
use crate::db::queries::messages as queries;
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};

/// What a read does about messages that are archived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Archived {
    /// Says what is missing and fails.
    #[default]
    Auto,
    /// Leaves them out.
    Skip,
}

/// An archive that holds messages asked for.
#[derive(Debug, Clone)]
pub struct Missing {
    /// Its number.
    pub id: i64,
    /// Its range.
    pub range: (DateTime<Utc>, DateTime<Utc>),
    /// The first global position in it.
    pub first_global_position: i64,
    /// How many archives there are in all.
    pub archives: usize,
}

impl Missing {
    /// The error that tells of it.
    pub fn error(&self, doing: String) -> Error {
        let more = match self.archives {
            0 | 1 => String::new(),
            n => format!(", the first of {n} that hold some"),
        };
        Error::new(Kind::Archived, doing)
            .because(format!(
                "messages of {} to {} are in archive {}{more}",
                self.range.0.format("%Y-%m-%d"),
                self.range.1.format("%Y-%m-%d"),
                self.id
            ))
            .hint(format!(
                "eventodb-admin archives rehydrate {} brings them back; --archived skip reads what is live",
                self.id
            ))
    }
}

fn first(archives: &[&ArchiveRow]) -> Option<Missing> {
    let a = archives.iter().min_by_key(|a| a.first_global_position)?;
    Some(Missing {
        id: a.id,
        range: (a.range_start, a.range_end),
        first_global_position: a.first_global_position.unwrap_or_default(),
        archives: archives.len(),
    })
}

fn holds(a: &ArchiveRow, category: &str) -> bool {
    // Categories that were not counted one by one may be any.
    category.is_empty() || a.category_counts.as_ref().is_none_or(|c| c.get(category).is_some())
}

async fn dropped(db: &Db, scope: &Scope) -> Result<Vec<ArchiveRow>> {
    let mut archives = ledger::list(db.client(), scope.namespace()).await?;
    archives.retain(|a| a.state == State::Dropped && a.message_count != Some(0));
    Ok(archives)
}

/// The first archive with messages of the category (any, where empty) at or after a global position.
///
/// # Errors
/// Where the ledger cannot be read.
pub async fn first_archived(db: &Db, scope: &Scope, category: &str, from: i64) -> Result<Option<Missing>> {
    let archives = dropped(db, scope).await?;
    let holding: Vec<_> = archives
        .iter()
        .filter(|a| a.last_global_position.is_none_or(|last| last >= from) && holds(a, category))
        .collect();
    Ok(first(&holding))
}

/// Fails where an export would lack archived messages.
///
/// # Errors
/// [`Kind::Archived`] with the first archive that holds some.
pub async fn check_export(
    db: &Db,
    scope: &Scope,
    categories: &[String],
    since: Option<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
) -> Result<()> {
    let archives = dropped(db, scope).await?;
    let holding: Vec<_> = archives
        .iter()
        .filter(|a| since.is_none_or(|since| a.last_time.is_none_or(|t| t >= since)))
        .filter(|a| until.is_none_or(|until| a.first_time.is_none_or(|t| t < until)))
        .filter(|a| categories.is_empty() || categories.iter().any(|c| holds(a, c)))
        .collect();
    first(&holding).map_or(Ok(()), |m| Err(m.error("exporting messages".into())))
}

/// Fails where positions `from..=to` of a stream are not live and an archive of the stream's time may hold them. Where
/// there is none, the stream was imported with gaps.
///
/// # Errors
/// [`Kind::Archived`].
pub async fn check_stream(db: &Db, scope: &Scope, head: &HeadRow, from: i64, to: i64) -> Result<()> {
    let archives = dropped(db, scope).await?;
    let category = head.stream.split('-').next().unwrap_or_default();
    let holding: Vec<_> = archives
        .iter()
        .filter(|a| {
            a.first_time.is_none_or(|t| t <= head.last_time) && a.last_time.is_none_or(|t| t >= head.first_time)
        })
        .filter(|a| holds(a, category))
        .collect();
    let doing = if from == to {
        format!("reading stream {} at position {from}", head.stream)
    } else {
        format!("reading stream {} from position {from} to {to}", head.stream)
    };
    let Some(missing) = first(&holding) else {
        // A stream without gaps of its own has no place for messages that are nowhere.
        if head.messages == head.position + 1 {
            return Err(Error::new(Kind::Verification, doing)
                .because("these messages are neither live nor in an archive")
                .hint("eventodb-admin coverage shows what is missing"));
        }
        return Ok(());
    };
    let why = match missing.archives {
        1 => format!(
            "they are in archive {} of {} to {}",
            missing.id,
            missing.range.0.format("%Y-%m-%d"),
            missing.range.1.format("%Y-%m-%d")
        ),
        n => format!("they are archived, in some of {n} archives from {} on", missing.range.0.format("%Y-%m-%d")),
    };
    Err(Error::new(Kind::Archived, doing).because(why).hint(format!(
        "eventodb-admin archives rehydrate --stream {} brings them back; --archived skip reads what is live",
        head.stream
    )))
}

/// As [`check_stream`] from `from` to the head, where the positions are not all live.
///
/// # Errors
/// [`Kind::Archived`].
pub async fn check_stream_tail(db: &Db, scope: &Scope, head: &HeadRow, from: i64) -> Result<()> {
    let mut rows = std::pin::pin!(queries::read_stream(db.client(), scope, &head.stream, from, None).await?);
    let mut expected = from;
    while let Some(row) = rows.try_next().await.map_err(|e| explain("reading a stream's tail", e))? {
        let position = row.get::<_, i64>("position");
        if position > expected {
            check_stream(db, scope, head, expected, position - 1).await?;
        }
        expected = position + 1;
    }
    if expected <= head.position {
        check_stream(db, scope, head, expected, head.position).await?;
    }
    Ok(())
}
