//! The mark that a cutover leaves at a source: which migration has closed it, and in which database that migration is.

use std::fmt;

use super::MigrationRow;
use crate::db::queries::claims::DatabaseIdentity;

/// A migration, and the database that it is in: a copy of that database has the same migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceMark {
    migration: String,
    /// `None` where an earlier version closed the source.
    owner: Option<DatabaseIdentity>,
}

/// Whose a source is, by the mark that it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClosedFor {
    /// It takes writes: nobody's yet.
    Nobody,
    /// The migration that looks at it has closed it.
    This,
    /// Another migration has; its messages have moved there.
    Another(String),
    /// This migration has, in the database of which the one that looks at it is a copy.
    Original(DatabaseIdentity),
}

impl SourceMark {
    /// Of a migration in the database `here`.
    pub fn new(migration: &MigrationRow, here: &DatabaseIdentity) -> Self {
        Self {
            migration: format!("{}/{}", migration.id, migration.created_at.timestamp_micros()),
            owner: Some(DatabaseIdentity { timeline: None, ..here.clone() }),
        }
    }

    /// As a source keeps it; `None` where it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let parts: Vec<_> = text.splitn(5, '/').collect();
        let (id, began, owner) = match parts[..] {
            [id, began] => (id, began, None),
            [id, began, system, oid, database] => {
                let owner = DatabaseIdentity {
                    system_identifier: (system != "-").then(|| system.to_owned()),
                    database_oid: oid.parse().ok()?,
                    database: database.to_owned(),
                    timeline: None,
                };
                (id, began, Some(owner))
            }
            _ => return None,
        };
        Some(Self { migration: format!("{id}/{began}"), owner })
    }

    /// The database.
    pub fn owner(&self) -> Option<&DatabaseIdentity> {
        self.owner.as_ref()
    }

    /// Whose a source with the mark `found` is, as the migration with this mark sees it.
    pub(super) fn judge(&self, found: &str, moved_to: &str) -> ClosedFor {
        match Self::parse(found) {
            Some(found) if found.migration == self.migration => match (found.owner, &self.owner) {
                (Some(owner), Some(here)) if !owner.is_same(here) => ClosedFor::Original(owner),
                _ => ClosedFor::This,
            },
            _ => ClosedFor::Another(moved_to.to_owned()),
        }
    }
}

impl fmt::Display for SourceMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.migration)?;
        let Some(owner) = &self.owner else { return Ok(()) };
        let system = owner.system_identifier.as_deref().unwrap_or("-");
        write!(f, "/{system}/{}/{}", owner.database_oid, owner.database)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(system: Option<&str>, oid: i64) -> SourceMark {
        let system_identifier = system.map(str::to_owned);
        let owner =
            DatabaseIdentity { system_identifier, database_oid: oid, database: "a/b".to_owned(), timeline: None };
        SourceMark { migration: "3/17".to_owned(), owner: Some(owner) }
    }

    #[test]
    fn a_mark_is_read_as_it_was_written() {
        for mark in [mark(Some("7"), 1), mark(None, 2), SourceMark { migration: "3/17".to_owned(), owner: None }] {
            assert_eq!(SourceMark::parse(&mark.to_string()), Some(mark));
        }
        for odd in ["", "3", "3/17/7", "3/17/7/1", "3/17/7/x/db"] {
            assert_eq!(SourceMark::parse(odd), None, "{odd}");
        }
    }

    #[test]
    fn a_copy_of_the_database_is_told_from_the_one_that_closed_the_source_where_the_mark_says_which_that_was() {
        let here = mark(Some("7"), 1);
        let judged = |found: &str| here.judge(found, "there");
        assert_eq!(judged("3/17"), ClosedFor::This, "of an earlier version");
        assert_eq!(judged(&here.to_string()), ClosedFor::This);
        for other in [mark(Some("7"), 2), mark(Some("8"), 1)] {
            assert_eq!(judged(&other.to_string()), ClosedFor::Original(other.owner.unwrap()));
        }
        for another in ["", "3/18", "4/17/7/1/a/b"] {
            assert_eq!(judged(another), ClosedFor::Another("there".to_owned()), "{another}");
        }
    }
}
