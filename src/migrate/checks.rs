//! What keeps a source from being read, copied whole, or closed: found out before anything is changed.

use super::readable::moved;
use super::source::MigrationSource;
use crate::archive::shown_database;
use crate::db::Db;
use crate::db::ident::Ident;
use crate::db::queries::claims::DatabaseIdentity;
use crate::db::queries::heads::HIGHEST_FROM_OUTSIDE;
use crate::db::queries::migrations::{self as queries, ClosedFor, SourceLedger, SourceMark};
use crate::error::{Error, Kind, Result};
use crate::text;

impl MigrationSource {
    fn refused(&self, kind: Kind, doing: &str) -> Error {
        Error::new(kind, format!("{doing} {} of {}", self.table, self.shown))
    }

    /// Refuses messages that ranges of global positions would leave behind.
    ///
    /// # Errors
    /// [`Kind::Conflict`].
    pub(super) async fn refuse_unplaced(&self, db: &Db) -> Result<()> {
        let unplaced = queries::without_position(db.client(), &self.found).await?;
        if unplaced == 0 {
            return Ok(());
        }
        Err(self
            .refused(Kind::Conflict, "looking at")
            .because(format!("{} without a global position", text::counted(unplaced, "message")))
            .hint("give them one that is free, or delete them at the source; nothing of them was copied"))
    }

    /// Refuses a table of which a part is at another server: writers there are not stopped by a lock here, nor by triggers.
    ///
    /// # Errors
    /// [`Kind::Unsupported`].
    pub(super) fn refuse_foreign_parts(&self) -> Result<()> {
        let Some(part) = &self.found.foreign else { return Ok(()) };
        Err(self
            .refused(Kind::Unsupported, "looking at")
            .because(format!("{part} is a foreign table: writers to its rows, at another server, could not be stopped"))
            .hint(format!(
                "bring its rows into a table of this database in the place of {part}; or detach it, and what it has stays behind"
            )))
    }

    /// Refuses global positions behind which the namespace would have none left to give out.
    ///
    /// # Errors
    /// [`Kind::Conflict`].
    pub(super) async fn refuse_last_positions(&self, db: &Db) -> Result<()> {
        let highest = queries::highest(db.client(), &self.table, self.sequence.as_ref()).await?;
        let Some(highest) = highest.filter(|&highest| highest > HIGHEST_FROM_OUTSIDE) else { return Ok(()) };
        let refused = self.refused(Kind::Conflict, "looking at");
        let left = format!(
            "with global positions above {HIGHEST_FROM_OUTSIDE} the namespace would have none left for new messages"
        );
        Err(match queries::at_global_position(db.client(), &self.table, highest).await? {
            Some((stream, position)) => refused
                .because(format!("the message of stream {stream} at position {position} has {highest}; {left}"))
                .hint("give it a global position that is free, or delete it at the source"),
            None => refused
                .because(format!("its sequence has given out {highest}; {left}"))
                .hint("set the sequence at the source back to the highest global position that a message has"),
        })
    }

    /// Refuses a namespace of this program's of which some messages are in archives: its table does not have them.
    ///
    /// # Errors
    /// [`Kind::Archived`]; [`Kind::Failed`] where the role may not read the ledger.
    pub async fn refuse_archived(&self, db: &Db) -> Result<()> {
        let archives = match queries::ledger_of(db.client(), self.table.schema.as_str()).await? {
            SourceLedger::None => return Ok(()),
            SourceLedger::Hidden => {
                return Err(self
                    .refused(Kind::Failed, "looking for archives of")
                    .because("the role may not read eventodb_store.archives, which tells what is not in the table")
                    .hint(
                        "give the URL of the namespace's owner; or as the ledger's owner: GRANT USAGE ON SCHEMA eventodb_store \
                         TO …; GRANT SELECT ON eventodb_store.archives TO …; GRANT SELECT (id, schema_name) ON \
                         eventodb_store.namespaces TO …",
                    ));
            }
            SourceLedger::Archives(archives) => archives,
        };
        let Some(first) = archives.first() else { return Ok(()) };
        let (more, which) = match archives.len() {
            1 => (String::new(), first.id.to_string()),
            n => (format!(", the first of {n}"), "--since 1970-01-01".to_owned()),
        };
        Err(self
            .refused(Kind::Archived, "copying")
            .because(format!(
                "its messages of {} to {} are in archive {}{more}, and not in the table",
                first.from.format("%Y-%m-%d"),
                first.to.format("%Y-%m-%d"),
                first.id
            ))
            .hint(format!(
                "on the source's database: eventodb-admin -n {} archives rehydrate {which}",
                first.namespace
            )))
    }

    /// Refuses a source that cannot be cut over by this migration, or by this role.
    ///
    /// # Errors
    /// [`Kind::Conflict`] where another migration has closed it, or a subscription writes to it; [`Kind::Failed`] where the
    /// role lacks a right; [`Kind::Archived`] where some of its messages are in archives.
    pub async fn refuse_cutover(&self, db: &Db, own: &SourceMark) -> Result<()> {
        self.refuse_closed(db, own, "cutting over").await?;
        self.refuse_subscribed(db).await?;
        self.refuse_unclosable(db, "cutting over").await?;
        self.refuse_foreign_parts()?;
        self.refuse_last_positions(db).await?;
        self.refuse_archived(db).await
    }

    /// Refuses a role that may not close the source.
    ///
    /// # Errors
    /// [`Kind::Failed`], with the statements that help.
    pub(super) async fn refuse_unclosable(&self, db: &Db, doing: &str) -> Result<()> {
        let lacks = queries::lacks_for_closing(db.client(), &self.found).await?;
        if lacks.is_empty() {
            return Ok(());
        }
        Err(self.refused(Kind::Failed, doing).because("the role may not close it").hint(lacks.join("; ")))
    }

    /// Refuses a source that another migration than the one with this mark has cut over, or the same one in another database.
    ///
    /// # Errors
    /// [`Kind::Conflict`].
    pub(super) async fn refuse_closed(&self, db: &Db, own: &SourceMark, doing: &str) -> Result<()> {
        self.refuse_original(db, own, doing).await?;
        self.refuse_other(db, own, doing).await
    }

    /// Refuses a source that another migration than the one with this mark has cut over.
    ///
    /// # Errors
    /// [`Kind::Conflict`].
    pub(super) async fn refuse_other(&self, db: &Db, own: &SourceMark, doing: &str) -> Result<()> {
        let closed = queries::closed(db.client(), self.identity.table).await?;
        let ClosedFor::Another(moved_to) = closed.seen_by(own) else { return Ok(()) };
        Err(self.refused(Kind::Conflict, doing)
            .because(format!("another migration has done so: its messages have moved to {}", moved(&moved_to)))
            .hint("its messages go on there; eventodb-admin migrate abandon gives this copy up and leaves the source closed"))
    }

    /// Refuses a source that the migration with this mark has cut over in the database that this one is a copy of.
    ///
    /// # Errors
    /// [`Kind::Conflict`].
    pub(super) async fn refuse_original(&self, db: &Db, own: &SourceMark, doing: &str) -> Result<()> {
        let ClosedFor::Original(owner) = queries::closed(db.client(), self.identity.table).await?.seen_by(own) else {
            return Ok(());
        };
        Err(refused_as_copy(self.refused(Kind::Conflict, doing), &owner, own))
    }

    /// Refuses a source that a subscription writes to: its writers are at another server, and would go on there.
    ///
    /// # Errors
    /// [`Kind::Conflict`].
    async fn refuse_subscribed(&self, db: &Db) -> Result<()> {
        let subscriptions = queries::subscriptions(db.client(), &self.found).await?;
        let Some(first) = subscriptions.first() else { return Ok(()) };
        Err(self.refused(Kind::Conflict, "cutting over")
            .because(format!("a subscription writes to it: {}", subscriptions.join(", ")))
            .hint(format!(
                "stop the writers at the publisher, wait until the subscription has brought all, then ALTER SUBSCRIPTION {} \
                 DISABLE and run this again",
                Ident::new(first)
            )))
    }
}

/// Says whose a source is that a copy of its owner is about to change, and what to do.
pub(super) fn refused_as_copy(refused: Error, owner: &DatabaseIdentity, own: &SourceMark) -> Error {
    let here = own.owner().map_or_else(|| "this database".to_owned(), shown_database);
    refused
        .because(format!("{} has cut it over; this is {here}, a copy of it", shown_database(owner)))
        .hint(
            "a copy of a database leaves its original's source alone: drop the copy, or keep it to look at; if this database is \
             the one that is to go on with the source: eventodb-admin migrate claim",
        )
}
