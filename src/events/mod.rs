//! The driver: events of a namespace, written and read on whatever connection the caller has.
//!
//! [`Events`] is a namespace's names and layout, nothing more; it is cheap to clone and can be shared. Each call takes the
//! client to run on: a [`tokio_postgres::Client`] of the caller's own or of a pool of the caller's (`deadpool-postgres`,
//! `bb8-postgres`), a [`Transaction`](tokio_postgres::Transaction) that other tables are changed in as well, or a session of
//! the built-in [`Pool`].
//!
//! # Cancelling
//! A future that is dropped takes nothing half done with it: each call is one statement or one transaction. What had been
//! sent by then may still be committed by the server, as with a lost connection. Who wants to know writes the same events
//! again with the same ids: they keep their first places, and nothing is stored twice. In a hypertable that holds for seven
//! days, in a plain schema for ever. A statement that runs on at the server ends by its canceller
//! ([`Db::canceller`](crate::db::Db::canceller)).

mod batch;
mod new_event;
mod open;
mod pool;
mod read;
mod storable;

use tokio_postgres::{Client, GenericClient};

pub use crate::db::queries::heads::{CategoryRow, HeadRow};
pub use crate::db::queries::messages::{Appended, ConsumerGroup, MessageRow};
pub use crate::messages::names::{cardinal_id, category, hash_64, id, is_category, member_of};
pub use batch::Batch;
pub use new_event::NewEvent;
pub use pool::{Manager, Pool, Pooled};
pub use read::{CategoryQuery, Reading, StreamQuery};

use crate::db::errors::explain;
use crate::db::queries::messages::{self as queries, NewMessage};
use crate::db::{Layout, Scope};
use crate::error::Result;
use crate::messages::{self, ImportMode, Imported, Source, StreamName, StreamPage};
use crate::progress::Silent;
use crate::stop::Stop;

/// A namespace, for calls on any connection to its database.
#[derive(Debug, Clone)]
pub struct Events {
    scope: Scope,
}

/// What version a stream must have for a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// Any.
    Any,
    /// The stream must not exist.
    NoStream,
    /// The position of its last event.
    Version(i64),
}

impl Expect {
    const fn sql(self) -> Option<i64> {
        match self {
            Self::Any => None,
            Self::NoStream => Some(-1),
            Self::Version(version) => Some(version),
        }
    }
}

impl Events {
    /// The names that its SQL is made of.
    pub const fn scope(&self) -> &Scope {
        &self.scope
    }

    /// Writes an event.
    ///
    /// # Errors
    /// [`Kind::Conflict`](crate::Kind::Conflict) for another version than expected, or an id that another event has;
    /// [`Kind::Usage`](crate::Kind::Usage) for one that `PostgreSQL` cannot store.
    pub async fn write(
        &self,
        client: &mut impl GenericClient,
        stream: &StreamName,
        expect: Expect,
        event: &NewEvent,
    ) -> Result<Appended> {
        if self.scope.layout() == Layout::Plain {
            let batch = self.write_batch(client, stream, expect, std::slice::from_ref(event)).await?;
            let global_position = batch.global_positions.first().copied().unwrap_or_default();
            return Ok(Appended { position: batch.first_position, global_position, is_new: batch.is_new });
        }
        stream.check_to_write()?;
        storable::refuse_unstorable(stream.as_str(), std::slice::from_ref(event))?;
        let new = NewMessage {
            id: event.id,
            stream: stream.as_str(),
            message_type: &event.event_type,
            data: event.data.as_deref(),
            metadata: event.metadata.as_deref(),
            expected_version: expect.sql(),
        };
        queries::append(client, &self.scope, &new).await.map_err(|e| messages::refused(stream.as_str(), e))
    }

    /// The position of a stream's last event, archived or not; `None` where nothing was ever written to it.
    ///
    /// # Errors
    /// Where the query fails.
    pub async fn version(&self, client: &impl GenericClient, stream: &StreamName) -> Result<Option<i64>> {
        messages::version(client, &self.scope, stream).await
    }

    /// A page of streams, by name.
    ///
    /// # Errors
    /// Where the query fails.
    pub async fn streams(&self, client: &impl GenericClient, page: StreamPage<'_>) -> Result<Vec<HeadRow>> {
        messages::streams(client, &self.scope, page).await
    }

    /// A page of categories, by name: those behind `after`, at most `limit`.
    ///
    /// # Errors
    /// Where the query fails.
    pub async fn categories(&self, client: &impl GenericClient, after: &str, limit: usize) -> Result<Vec<CategoryRow>> {
        // Counted over all streams either way.
        let mut all = messages::categories(client, &self.scope).await?;
        all.sort_by(|a, b| a.category.cmp(&b.category));
        Ok(all.into_iter().filter(|c| c.category.as_str() > after).take(limit).collect())
    }

    /// Imports NDJSON, positions and global positions as they are given; all or nothing. Other writers wait meanwhile.
    ///
    /// # Errors
    /// [`Kind::Conflict`](crate::Kind::Conflict) where a position, global position or id is taken.
    pub async fn import(&self, client: &mut Client, source: Source) -> Result<Imported> {
        messages::import_by(client, &self.scope, source, ImportMode::Write, &Silent, &Stop::default()).await
    }

    /// Deletes all events. Streams, versions and global positions begin anew; what was archived stays in the store, and its
    /// archives count as expired.
    ///
    /// # Errors
    /// Where a statement fails; then nothing has changed.
    pub async fn clear(&self, client: &impl GenericClient) -> Result<()> {
        // Sent together: one transaction.
        let sql = self.scope.render(
            "TRUNCATE {{schema}}.messages; ALTER SEQUENCE {{schema}}.messages_global_position_seq RESTART WITH 1",
        )?;
        let doing = format!("clearing namespace {}", self.scope.namespace());
        client.batch_execute(&sql).await.map_err(|e| explain(doing, e))
    }
}
