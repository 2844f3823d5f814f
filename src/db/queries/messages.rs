//! Messages: the functions that EventoDB's server calls as well.

use chrono::{DateTime, NaiveDateTime, Utc};
use serde_json::value::RawValue;
use tokio_postgres::types::{Json, ToSql, Type};
use tokio_postgres::{GenericClient, Row, RowStream};
use uuid::Uuid;

use super::clock::time_of;
use crate::db::errors::explain;
use crate::db::scope::Scope;
use crate::error::Result;

/// A row of the type `message`, as the functions return it.
#[derive(Debug, Clone)]
pub struct MessageRow {
    /// The message's id.
    pub id: String,
    /// The stream.
    pub stream_name: String,
    /// The type.
    pub message_type: String,
    /// The position in the stream.
    pub position: i64,
    /// The position in the namespace.
    pub global_position: i64,
    /// JSON text.
    pub data: Option<String>,
    /// JSON text.
    pub metadata: Option<String>,
    /// UTC.
    pub time: DateTime<Utc>,
}

impl MessageRow {
    /// Bytes of its JSON.
    pub fn json_bytes(&self) -> usize {
        self.data.as_ref().map_or(0, String::len) + self.metadata.as_ref().map_or(0, String::len)
    }
}

/// Reads a row of the type `message`.
///
/// # Errors
/// Where a time lies outside what can be shown (`infinity`).
pub fn message(r: &Row) -> Result<MessageRow> {
    Ok(MessageRow {
        id: r.get("id"),
        stream_name: r.get("stream_name"),
        message_type: r.get("type"),
        position: r.get("position"),
        global_position: r.get("global_position"),
        data: r.get("data"),
        metadata: r.get("metadata"),
        time: time_of::<NaiveDateTime, _>(r, "time")
            .map_err(|e| e.while_doing(format!("reading the message at {}", r.get::<_, i64>("global_position"))))?
            .and_utc(),
    })
}

/// What became of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Appended {
    /// The position in the stream.
    pub position: i64,
    /// The position in the namespace.
    pub global_position: i64,
    /// False where the same message was there already.
    pub is_new: bool,
}

/// A message to be written.
#[derive(Debug, Clone)]
pub struct NewMessage<'a> {
    /// Its id.
    pub id: Uuid,
    /// The stream.
    pub stream: &'a str,
    /// The type.
    pub message_type: &'a str,
    /// JSON, exact.
    pub data: Option<&'a RawValue>,
    /// JSON, exact.
    pub metadata: Option<&'a RawValue>,
    /// The version that the stream must have; -1: it must not exist.
    pub expected_version: Option<i64>,
}

/// Appends one message.
///
/// # Errors
/// P0001 on the constraint `expected_version` for another version than expected, 23505 for an id used for something else.
pub async fn append(
    db: &impl GenericClient,
    scope: &Scope,
    m: &NewMessage<'_>,
) -> Result<Appended, tokio_postgres::Error> {
    let sql = format!(
        "SELECT position, global_position, is_new FROM {}.append_message($1, $2, $3, $4, $5, $6)",
        scope.schema_ident()
    );
    let id = m.id.to_string();
    let (data, metadata) = (m.data.map(Json), m.metadata.map(Json));
    let row = db.query_one(&sql, &[&id, &m.stream, &m.message_type, &data, &metadata, &m.expected_version]).await?;
    Ok(Appended { position: row.get(0), global_position: row.get(1), is_new: row.get(2) })
}

/// As [`append`], in a transaction of its own and in one round trip: the server works off what was sent at once in its order.
///
/// # Errors
/// As [`append`]; EV001 where a trigger has let the message go, also one that others put off to the commit.
pub async fn append_alone(
    db: &tokio_postgres::Client,
    scope: &Scope,
    m: &NewMessage<'_>,
) -> Result<Appended, tokio_postgres::Error> {
    let sql = format!(
        "SELECT position, global_position, is_new FROM {}.append_message($1, $2, $3, $4, $5, $6)",
        scope.schema_ident()
    );
    let id = m.id.to_string();
    let (data, metadata) = (m.data.map(Json), m.metadata.map(Json));
    let params: [(&(dyn ToSql + Sync), Type); 6] = [
        (&id, Type::VARCHAR),
        (&m.stream, Type::VARCHAR),
        (&m.message_type, Type::VARCHAR),
        (&data, Type::JSONB),
        (&metadata, Type::JSONB),
        (&m.expected_version, Type::INT8),
    ];
    let (begun, appended, committed) = tokio::join!(
        biased;
        // What a trigger puts off to the commit would not be seen by the function.
        db.batch_execute("BEGIN; SET CONSTRAINTS ALL IMMEDIATE"),
        db.query_typed(&sql, &params),
        // Of a transaction in which something failed this is the end as well.
        db.batch_execute("COMMIT"),
    );
    begun?;
    let rows = appended?;
    committed?;
    let appended = |row: &Row| Appended { position: row.get(0), global_position: row.get(1), is_new: row.get(2) };
    // The function gives one row.
    Ok(rows.first().map(appended).unwrap_or_default())
}

/// Streams what `get_stream_messages` returns. `limit` `None`: all.
///
/// # Errors
/// Where the query fails.
pub async fn read_stream(
    db: &impl GenericClient,
    scope: &Scope,
    stream: &str,
    from: i64,
    limit: Option<i64>,
) -> Result<RowStream> {
    let sql = scope.render("SELECT * FROM {{schema}}.get_stream_messages($1, $2, $3)")?;
    let limit = limit.unwrap_or(-1);
    raw(db, &sql, &[&stream, &from, &limit], &format!("reading stream {stream}")).await
}

/// A consumer group's share: member `member` of `size`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConsumerGroup {
    /// From 0.
    pub member: i64,
    /// How many members there are.
    pub size: i64,
}

/// Streams what `get_category_messages` returns. `limit` `None`: all.
///
/// # Errors
/// Where the query fails.
pub async fn read_category(
    db: &impl GenericClient,
    scope: &Scope,
    category: &str,
    from: i64,
    limit: Option<i64>,
    correlation: Option<&str>,
    group: Option<ConsumerGroup>,
) -> Result<RowStream> {
    let sql = scope.render("SELECT * FROM {{schema}}.get_category_messages($1, $2, $3, $4, $5, $6)")?;
    let limit = limit.unwrap_or(-1);
    let (member, size) = (group.map(|g| g.member), group.map(|g| g.size));
    raw(db, &sql, &[&category, &from, &limit, &correlation, &member, &size], &format!("reading category {category}"))
        .await
}

/// Streams the first `limit` messages of these categories together (all where empty), by global position. Of several ones the
/// server reads as many of each.
///
/// # Errors
/// Where the query fails.
pub async fn read_categories(
    db: &impl GenericClient,
    scope: &Scope,
    categories: &[String],
    from: i64,
    limit: i64,
    group: Option<ConsumerGroup>,
) -> Result<RowStream> {
    let category = match categories {
        [] => "",
        [one] => one,
        several => {
            let sql = scope.render(
                "SELECT m.* FROM unnest($1::varchar[]) c,
                        {{schema}}.get_category_messages(c, $2, $3, NULL, $4, $5) m ORDER BY m.global_position LIMIT $3",
            )?;
            let (member, size) = (group.map(|g| g.member), group.map(|g| g.size));
            return raw(db, &sql, &[&several, &from, &limit, &member, &size], "reading categories").await;
        }
    };
    read_category(db, scope, category, from, Some(limit), None, group).await
}

/// The last message of a stream, of this type where one is given, among those that are live.
///
/// # Errors
/// Where the query fails.
pub async fn last(
    db: &impl GenericClient,
    scope: &Scope,
    stream: &str,
    message_type: Option<&str>,
) -> Result<Option<MessageRow>> {
    last_by(db, &scope.render("SELECT * FROM {{schema}}.get_last_stream_message($1, $2)")?, stream, message_type).await
}

/// The same by a statement that takes stream and type.
pub(super) async fn last_by(
    db: &impl GenericClient,
    sql: &str,
    stream: &str,
    message_type: Option<&str>,
) -> Result<Option<MessageRow>> {
    let row = db
        .query_opt(sql, &[&stream, &message_type])
        .await
        .map_err(|e| explain(format!("reading the last message of stream {stream}"), e))?;
    row.as_ref().map(message).transpose()
}

/// The last message of a stream, of this type where one is given, among those that are live, whether or not a later one is
/// archived.
///
/// # Errors
/// Where the query fails.
pub async fn last_live(
    db: &impl GenericClient,
    scope: &Scope,
    stream: &str,
    message_type: Option<&str>,
) -> Result<Option<MessageRow>> {
    let sql = scope.render(
        "SELECT m.id::text, m.stream_name, m.type, m.position, m.global_position, m.data::text, m.metadata::text,
                (m.\"time\" AT TIME ZONE 'UTC') AS time
           FROM {{schema}}.messages m
          WHERE m.stream_name = $1 AND m.type = coalesce($2, m.type) ORDER BY m.position DESC LIMIT 1",
    )?;
    last_by(db, &sql, stream, message_type).await
}

/// The live messages with an id.
///
/// # Errors
/// Where the query fails.
pub async fn by_id(db: &impl GenericClient, scope: &Scope, id: Uuid) -> Result<Vec<MessageRow>> {
    few(db, scope, "m.id = $1", &id).await
}

/// The live messages at a global position: one, unless something is amiss.
///
/// # Errors
/// Where the query fails.
pub async fn by_global_position(db: &impl GenericClient, scope: &Scope, at: i64) -> Result<Vec<MessageRow>> {
    few(db, scope, "m.global_position = $1", &at).await
}

async fn few(
    db: &impl GenericClient,
    scope: &Scope,
    condition: &str,
    value: &(dyn ToSql + Sync),
) -> Result<Vec<MessageRow>> {
    let sql = scope.render(&format!(
        "SELECT m.id::text, m.stream_name, m.type, m.position, m.global_position, m.data::text, m.metadata::text,
                (m.\"time\" AT TIME ZONE 'UTC') AS time
           FROM {{{{schema}}}}.messages m WHERE {condition} ORDER BY m.global_position"
    ))?;
    let rows = db.query(&sql, &[value]).await.map_err(|e| explain("looking for a message", e))?;
    rows.iter().map(message).collect()
}

/// Streams messages by global position: of the categories given (all where empty), from `since` on and before `until`.
///
/// # Errors
/// Where the query fails.
pub async fn export(
    db: &impl GenericClient,
    scope: &Scope,
    categories: &[String],
    since: Option<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
) -> Result<RowStream> {
    let mut filters = Vec::new();
    let mut params: Vec<&(dyn ToSql + Sync)> = Vec::new();
    // Only the conditions that are asked for: a bound given as a constant lets the planner leave chunks out.
    for (bound, op) in [(&since, ">="), (&until, "<")] {
        if let Some(at) = bound {
            params.push(at);
            filters.push(format!(" AND m.\"time\" {op} ${}", params.len()));
        }
    }
    if !categories.is_empty() {
        params.push(&categories);
        filters.push(format!(" AND split_part(m.stream_name, '-', 1) = ANY(${})", params.len()));
    }
    let filter = filters.concat();
    let sql = scope.render(&format!(
        "SELECT m.id::text, m.stream_name, m.type, m.position, m.global_position, m.data::text, m.metadata::text,
                (m.\"time\" AT TIME ZONE 'UTC') AS time
           FROM {{{{schema}}}}.messages m WHERE true{filter} ORDER BY m.global_position"
    ))?;
    raw(db, &sql, &params, "exporting messages").await
}

pub(super) async fn raw(
    db: &impl GenericClient,
    sql: &str,
    params: &[&(dyn ToSql + Sync)],
    doing: &str,
) -> Result<RowStream> {
    db.query_raw(sql, params.iter().copied()).await.map_err(|e| explain(doing.to_owned(), e))
}
