//! Which archives hold what a read asks for, by the ledger.

use chrono::{DateTime, Utc};
use tokio_postgres::GenericClient;

use crate::db::queries::heads::HeadRow;
use crate::db::queries::ledger::{self, ArchiveRow, State};
use crate::db::queries::rehydrate;
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::stream_name::category_of;

/// Whether messages of the category may be in an archive.
pub fn holds(a: &ArchiveRow, category: &str) -> bool {
    // Categories that were not counted one by one may be any.
    category.is_empty() || a.category_counts.as_ref().is_none_or(|c| c.get(category).is_some())
}

/// The archives that are the only copy of their messages, by global position, with what they have of these categories. Somebody
/// may have dropped a chunk that was kept beside its archive, or that had come back: the ledger hears of it from the next
/// night, and a read looks for itself.
///
/// # Errors
/// Where the ledger cannot be read.
pub async fn dropped(db: &impl GenericClient, scope: &Scope, categories: &[&str]) -> Result<Vec<ArchiveRow>> {
    only_copies(db, scope, ledger::list_with(db, scope.namespace(), categories).await?).await
}

/// Does as [`dropped`], without archives all of whose messages have a lower global position.
///
/// # Errors
/// Where the ledger cannot be read.
pub async fn dropped_from(
    db: &impl GenericClient,
    scope: &Scope,
    categories: &[&str],
    from: i64,
) -> Result<Vec<ArchiveRow>> {
    only_copies(db, scope, ledger::list_from(db, scope.namespace(), categories, from).await?).await
}

/// Does as [`dropped_from`], for a session that does so again and again.
///
/// # Errors
/// Where the ledger cannot be read.
pub async fn dropped_again(db: &Db, scope: &Scope, categories: &[&str], from: i64) -> Result<Vec<ArchiveRow>> {
    only_copies(db.client(), scope, ledger::list_again(db, scope.namespace(), categories, from).await?).await
}

async fn only_copies(db: &impl GenericClient, scope: &Scope, mut archives: Vec<ArchiveRow>) -> Result<Vec<ArchiveRow>> {
    archives.retain(|a| a.state.is_kept() && a.message_count != Some(0));
    if archives.iter().any(|a| a.state != State::Dropped) {
        let without_chunk = ledger::without_chunk(db, scope).await?;
        let mut only_copies = Vec::with_capacity(archives.len());
        for archive in archives {
            let is_only_copy = archive.state == State::Dropped
                || without_chunk.contains(&archive.id) && rehydrate::live(db, scope, &archive).await?.messages == 0;
            if is_only_copy {
                only_copies.push(archive);
            }
        }
        archives = only_copies;
    }
    archives.sort_by_key(|a| (a.first_global_position, a.id));
    Ok(archives)
}

/// Which of several archives that hold a message has it as it was last: the greatest. One whose chunk this program has dropped
/// goes before one that came back, or whose chunk was kept, and of which nothing is live any more: its messages may have been
/// changed, and archived again, since.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Recency {
    is_last: bool,
    id: i64,
}

impl Recency {
    /// Of an archive.
    pub fn of(archive: &ArchiveRow) -> Self {
        Self { is_last: archive.state == State::Dropped, id: archive.id }
    }

    /// Whether no other archive can have its messages as they were later.
    pub const fn is_last(self) -> bool {
        self.is_last
    }
}

/// Whether one of them may have messages that another one has as they were later.
pub fn may_be_overtaken(archives: &[ArchiveRow]) -> bool {
    archives.len() > 1 && archives.iter().any(|a| !Recency::of(a).is_last())
}

/// Whether an archive may hold messages of a stream.
pub fn may_hold_stream(a: &ArchiveRow, head: &HeadRow) -> bool {
    a.first_time.is_none_or(|t| t <= head.last_time)
        && a.last_time.is_none_or(|t| t >= head.first_time)
        && holds(a, category_of(&head.stream))
}

/// Whether an archive may hold messages of a time.
pub fn may_hold_time(a: &ArchiveRow, since: Option<DateTime<Utc>>, until: Option<DateTime<Utc>>) -> bool {
    since.is_none_or(|since| a.last_time.is_none_or(|t| t >= since))
        && until.is_none_or(|until| a.first_time.is_none_or(|t| t < until))
}

/// Fails where positions `from..=to` of a stream are nowhere, unless the stream was imported with gaps.
///
/// # Errors
/// [`Kind::Verification`].
pub fn check_gap(head: &HeadRow, from: i64, to: i64) -> Result<()> {
    // A stream without gaps of its own has no place for messages that are nowhere.
    if head.messages - 1 != head.position {
        return Ok(());
    }
    let doing = if from == to {
        format!("reading stream {} at position {from}", head.stream)
    } else {
        format!("reading stream {} from position {from} to {to}", head.stream)
    };
    Err(Error::new(Kind::Verification, doing)
        .because("these messages are neither live nor in an archive")
        .hint("eventodb-admin coverage shows what is missing"))
}
