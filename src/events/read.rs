//! Pages of a stream or a category, and the last event of a stream.

use tokio_postgres::types::ToSql;
use tokio_postgres::{GenericClient, Row};

use futures::TryStreamExt;

use super::{ConsumerGroup, Events, MessageRow};
use crate::db::Layout;
use crate::db::errors::explain;
use crate::db::queries::messages::message;
use crate::db::queries::plain_messages as plain;
use crate::error::Result;
use crate::messages::{CategoryName, StreamName};

/// What a read does where events that it asks for are archived. Reads that fetch them from the store are
/// [`read_stream`](crate::messages::read_stream) and [`read_category`](crate::messages::read_category).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reading {
    /// It gives them where the namespace's archived messages are served, and else fails with
    /// [`Kind::Archived`](crate::Kind::Archived).
    #[default]
    Complete,
    /// It leaves them out.
    Live,
}

impl Reading {
    const fn mode(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Live => "skip",
        }
    }
}

/// A page of a stream.
#[derive(Debug, Clone, Copy)]
pub struct StreamQuery<'a> {
    /// The stream.
    pub stream: &'a StreamName,
    /// From this position on.
    pub from: i64,
    /// At most so many events; -1: all, as in Message DB.
    pub limit: i64,
    /// What to do about what is archived.
    pub reading: Reading,
}

/// A page of a category.
#[derive(Debug, Clone, Copy)]
pub struct CategoryQuery<'a> {
    /// The category; `None` reads all of them.
    pub category: Option<&'a CategoryName>,
    /// From this global position on; they begin with 1.
    pub from: i64,
    /// At most so many events; -1: all, as in Message DB.
    pub limit: i64,
    /// Only events whose correlation stream is in this category.
    pub correlation: Option<&'a CategoryName>,
    /// Only this member's streams.
    pub group: Option<ConsumerGroup>,
    /// What to do about what is archived.
    pub reading: Reading,
}

/// The setting is in force once its row is there, and the function is called with what that row gives: for this statement
/// (or the caller's transaction) alone.
fn with_mode(call: &str) -> String {
    format!(
        "WITH mode AS MATERIALIZED (SELECT pg_catalog.set_config('eventodb.archived_reads', $1, true) AS is_set)
         SELECT m.* FROM mode, LATERAL {call} m"
    )
}

/// What a plain schema's statements take: no bound for all.
fn at_most(limit: i64) -> Option<i64> {
    (limit != -1).then_some(limit)
}

fn rows(rows: &[Row]) -> Result<Vec<MessageRow>> {
    rows.iter().map(message).collect()
}

impl Events {
    async fn call(
        &self,
        client: &impl GenericClient,
        call: &str,
        params: &[&(dyn ToSql + Sync)],
        doing: String,
    ) -> Result<Vec<MessageRow>> {
        let sql = self.scope.render(&with_mode(call))?;
        rows(&client.query(&sql, params).await.map_err(|e| explain(doing, e))?)
    }

    /// Reads a page of a stream; nothing where there is no such stream.
    ///
    /// # Errors
    /// [`Kind::Archived`](crate::Kind::Archived) where a part of the page is archived, unless the query leaves that out.
    pub async fn read_stream(&self, client: &impl GenericClient, query: StreamQuery<'_>) -> Result<Vec<MessageRow>> {
        let StreamQuery { stream, from, limit, reading } = query;
        let (stream, doing) = (stream.as_str(), format!("reading stream {stream}"));
        if self.scope.layout() == Layout::Plain {
            let found: Vec<_> = plain::read_stream(client, &self.scope, stream, from, at_most(limit))
                .await?
                .try_collect()
                .await
                .map_err(|e| explain(doing, e))?;
            return rows(&found);
        }
        let call = "{{schema}}.get_stream_messages($2, $3, $4, nullif(mode.is_set, $1)::varchar)";
        self.call(client, call, &[&reading.mode(), &stream, &from, &limit], doing).await
    }

    /// Reads a page of a category.
    ///
    /// # Errors
    /// As [`Events::read_stream`].
    pub async fn read_category(
        &self,
        client: &impl GenericClient,
        query: CategoryQuery<'_>,
    ) -> Result<Vec<MessageRow>> {
        let category = query.category.map_or("", CategoryName::as_str);
        let correlation = query.correlation.map(CategoryName::as_str);
        let (limit, doing) = (query.limit, format!("reading category {category}"));
        if self.scope.layout() == Layout::Plain {
            let found: Vec<_> = plain::read_category(
                client,
                &self.scope,
                category,
                query.from,
                at_most(limit),
                correlation,
                query.group,
            )
            .await?
            .try_collect()
            .await
            .map_err(|e| explain(doing, e))?;
            return rows(&found);
        }
        let (member, size) = (query.group.map(|g| g.member), query.group.map(|g| g.size));
        let call = "{{schema}}.get_category_messages($2, $3, $4, $5, $6, $7, nullif(mode.is_set, $1)::varchar)";
        let params: &[&(dyn ToSql + Sync)] =
            &[&query.reading.mode(), &category, &query.from, &limit, &correlation, &member, &size];
        self.call(client, call, params, doing).await
    }

    /// The last event of a stream, of this type where one is given.
    ///
    /// # Errors
    /// [`Kind::Archived`](crate::Kind::Archived) where it is archived, unless `reading` leaves that out.
    pub async fn last(
        &self,
        client: &impl GenericClient,
        stream: &StreamName,
        event_type: Option<&str>,
        reading: Reading,
    ) -> Result<Option<MessageRow>> {
        if self.scope.layout() == Layout::Plain {
            return plain::last(client, &self.scope, stream.as_str(), event_type).await;
        }
        let call = "{{schema}}.get_last_stream_message($2, coalesce($3, nullif(mode.is_set, $1)::varchar))";
        let params: &[&(dyn ToSql + Sync)] = &[&reading.mode(), &stream.as_str(), &event_type];
        Ok(self.call(client, call, params, format!("reading the last message of stream {stream}")).await?.pop())
    }
}
