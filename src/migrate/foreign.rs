//! Messages in a copy that no migration has put there: somebody took the copy for a namespace that can be written to.

use std::collections::HashSet;

use super::source::MigrationSource;
use super::verify::NAMED;
use crate::db::queries::heads;
use crate::db::queries::migrations::{self as queries, ForeignMessage, MigrationRow};
use crate::db::{Db, Scope};
use crate::error::Result;
use tokio_postgres::GenericClient;

/// What others have written to a copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreign {
    /// Of these messages, those that are named.
    pub named: Vec<ForeignMessage>,
    /// Whether there are more.
    pub more: bool,
}

impl Foreign {
    /// In words.
    pub fn told(&self) -> String {
        let named: Vec<_> = self
            .named
            .iter()
            .take(5)
            .map(|m| format!("{} (stream {}, position {})", m.id, m.stream, m.position))
            .collect();
        let rest = self.named.len().saturating_sub(5);
        let more = match (rest, self.more) {
            (0, false) => String::new(),
            (_, true) => " and more".to_owned(),
            (n, false) => format!(" and {n} more"),
        };
        format!("others have written to the copy: {}{more}", named.join(", "))
    }

    /// The statement that shows them.
    pub fn shown_by(&self, scope: &Scope) -> String {
        let ids: Vec<_> = self.named.iter().map(|m| format!("'{}'", m.id)).collect();
        format!("SELECT * FROM {} WHERE id IN ({})", scope.messages(), ids.join(", "))
    }
}

/// Looks for them. Writers pass the heads' trigger, which counts them: where the heads count what the ranges hold there are
/// none, and nothing more is asked.
///
/// # Errors
/// Where a query fails.
pub async fn find(
    from: &Db,
    db: &impl GenericClient,
    source: &MigrationSource,
    scope: &Scope,
    migration: &MigrationRow,
) -> Result<Option<Foreign>> {
    let counted: i64 = heads::categories(db, scope).await?.iter().map(|c| c.messages).sum();
    if counted == queries::messages_in_heads(db, migration.id).await? {
        return Ok(None);
    }
    let limit = NAMED;
    let mut named = queries::outside_ranges(db, scope, migration.id, limit).await?;
    for range in queries::overfull_ranges(db, scope, migration.id).await? {
        if named.len() >= limit {
            break;
        }
        let of_source: HashSet<String> =
            queries::ids_of_range(from.client(), source.rows().from, range).await?.into_iter().map(|m| m.id).collect();
        let messages = scope.messages().to_string();
        let ours = queries::ids_of_range(db, &messages, range).await?;
        named.extend(ours.into_iter().filter(|m| !of_source.contains(&m.id)));
    }
    if named.is_empty() {
        // They were taken out again.
        return Ok(None);
    }
    let more = named.len() > limit;
    named.truncate(limit);
    Ok(Some(Foreign { named, more }))
}
