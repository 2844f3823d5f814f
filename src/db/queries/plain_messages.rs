//! Messages of a plain Postgres schema. Reads are statements of our own: `EventoDB`'s functions are black boxes to the
//! planner there, and return other types than a hypertable's.

use chrono::{DateTime, Utc};
use tokio_postgres::types::{Json, ToSql};
use tokio_postgres::{GenericClient, RowStream};

use super::heads::{CategoryRow, HeadRow, head};
use super::horizon;
use super::messages::{Appended, ConsumerGroup, MessageRow, NewMessage, last_by, raw};
use crate::db::errors::explain;
use crate::db::scope::Scope;
use crate::error::{Error, Kind, Result};

const SELECT: &str =
    "SELECT m.id::text, m.stream_name::text, m.type::text, m.position, m.global_position, m.data::text,
       m.metadata::text, m.\"time\" FROM {{schema}}.messages m";

/// Appends one message by the schema's own function, which takes the category's lock.
///
/// # Errors
/// P0001 on the constraint `expected_version` for another version than expected, 23505 for an id that is taken.
pub async fn append(
    db: &impl GenericClient,
    scope: &Scope,
    m: &NewMessage<'_>,
) -> std::result::Result<i64, tokio_postgres::Error> {
    let sql = format!("SELECT {}.write_message($1, $2, $3, $4, $5, $6)", scope.schema_ident());
    let id = m.id.to_string();
    let (data, metadata) = (m.data.map(Json), m.metadata.map(Json));
    let row = db.query_one(&sql, &[&id, &m.stream, &m.message_type, &data, &metadata, &m.expected_version]).await?;
    Ok(row.get(0))
}

/// The global position of a message.
///
/// # Errors
/// Where the query fails.
pub async fn global_position(
    db: &impl GenericClient,
    scope: &Scope,
    stream: &str,
    position: i64,
) -> std::result::Result<i64, tokio_postgres::Error> {
    let sql = format!("SELECT global_position FROM {} WHERE stream_name = $1 AND position = $2", scope.messages());
    Ok(db.query_one(&sql, &[&stream, &position]).await?.get(0))
}

/// Where a message was written before: `None` where nothing has its id.
///
/// # Errors
/// [`Kind::Conflict`] where another message has its id.
pub async fn written_before(db: &impl GenericClient, scope: &Scope, m: &NewMessage<'_>) -> Result<Option<Appended>> {
    let sql = format!(
        "SELECT position, global_position,
                stream_name = $2 AND type = $3 AND data IS NOT DISTINCT FROM $4 AND metadata IS NOT DISTINCT FROM $5
           FROM {} WHERE id = $1",
        scope.messages()
    );
    let (data, metadata) = (m.data.map(Json), m.metadata.map(Json));
    let doing = || format!("writing to stream {}", m.stream);
    let row = db
        .query_opt(&sql, &[&m.id, &m.stream, &m.message_type, &data, &metadata])
        .await
        .map_err(|e| explain(doing(), e))?;
    let Some(row) = row else { return Ok(None) };
    if !row.get::<_, bool>(2) {
        return Err(Error::new(Kind::Conflict, doing())
            .because(format!("message id {} is used by another message", m.id))
            .hint("give every message an id of its own"));
    }
    Ok(Some(Appended { position: row.get(0), global_position: row.get(1), is_new: false }))
}

/// Streams a stream's messages. `limit` `None`: all.
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
    let sql = scope.render(&format!(
        "{SELECT} WHERE m.stream_name = $1 AND m.position >= $2 ORDER BY m.position LIMIT $3::bigint"
    ))?;
    raw(db, &sql, &[&stream, &from, &limit], &format!("reading stream {stream}")).await
}

/// Streams a category's messages, or all up to the horizon where it is empty. `limit` `None`: all.
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
    let (member, size) = (group.map(|g| g.member), group.map(|g| g.size));
    let horizon = if category.is_empty() { horizon::plain(db, scope, from).await? } else { None };
    let mut conditions = vec!["m.global_position >= $1".to_owned()];
    let mut params: Vec<&(dyn ToSql + Sync)> = vec![&from, &limit];
    if let Some(horizon) = &horizon {
        params.push(horizon);
        conditions.push(format!("m.global_position <= ${}", params.len()));
    }
    // Only the conditions that are asked for, so that the index on the category is taken.
    if !category.is_empty() {
        params.push(&category);
        conditions.push(format!("split_part(m.stream_name, '-', 1) = ${}", params.len()));
    }
    if let Some(correlation) = &correlation {
        params.push(correlation);
        conditions.push(format!("split_part(m.metadata->>'correlationStreamName', '-', 1) = ${}", params.len()));
    }
    if group.is_some() {
        params.push(&size);
        params.push(&member);
        // hash_64 of the cardinal id, written out: the server's functions keep the planner from inlining them.
        conditions.push(format!(
            "strpos(m.stream_name, '-') > 0 AND mod(abs(('x' || left(md5(split_part(substr(m.stream_name, \
             strpos(m.stream_name, '-') + 1), '+', 1)), 16))::bit(64)::bigint), ${}) = ${}",
            params.len() - 1,
            params.len()
        ));
    }
    let sql = format!("{SELECT} WHERE {} ORDER BY m.global_position LIMIT $2::bigint", conditions.join(" AND "));
    raw(db, &scope.render(&sql)?, &params, &format!("reading category {category}")).await
}

/// The last message of a stream, of this type where one is given.
///
/// # Errors
/// Where the query fails.
pub async fn last(
    db: &impl GenericClient,
    scope: &Scope,
    stream: &str,
    message_type: Option<&str>,
) -> Result<Option<MessageRow>> {
    let sql = scope.render(&format!(
        "{SELECT} WHERE m.stream_name = $1 AND m.type = coalesce($2, m.type) ORDER BY m.position DESC LIMIT 1"
    ))?;
    last_by(db, &sql, stream, message_type).await
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
    let (since, until) = (since.map(|t| t.naive_utc()), until.map(|t| t.naive_utc()));
    let mut conditions = vec!["true".to_owned()];
    let mut params: Vec<&(dyn ToSql + Sync)> = Vec::new();
    for (bound, op) in [(&since, ">="), (&until, "<")] {
        if let Some(at) = bound {
            params.push(at);
            conditions.push(format!("m.\"time\" {op} ${}", params.len()));
        }
    }
    if !categories.is_empty() {
        params.push(&categories);
        conditions.push(format!("split_part(m.stream_name, '-', 1) = ANY(${})", params.len()));
    }
    let sql = format!("{SELECT} WHERE {} ORDER BY m.global_position", conditions.join(" AND "));
    raw(db, &scope.render(&sql)?, &params, "exporting messages").await
}

/// The position of a stream's last message; `None` where it has none.
///
/// # Errors
/// Where the query fails.
pub async fn version(db: &impl GenericClient, scope: &Scope, stream: &str) -> Result<Option<i64>> {
    let sql = format!("SELECT max(position) FROM {} WHERE stream_name = $1", scope.messages());
    let row = db
        .query_one(&sql, &[&stream])
        .await
        .map_err(|e| explain(format!("reading the version of stream {stream}"), e))?;
    Ok(row.get(0))
}

/// Streams by name, those that start with `prefix` and come after `after`: counted from their messages, in the order of
/// the index.
///
/// # Errors
/// Where the query fails.
pub async fn streams(
    db: &impl GenericClient,
    scope: &Scope,
    prefix: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<HeadRow>> {
    let sql = scope.render(
        "SELECT s.stream_name::text, s.position, m.global_position, m.\"time\" AT TIME ZONE 'UTC' AS time,
                s.first_time AT TIME ZONE 'UTC' AS first_time, s.last_time AT TIME ZONE 'UTC' AS last_time, s.messages
           FROM (SELECT stream_name, max(position) AS position, min(\"time\") AS first_time, max(\"time\") AS last_time,
                        count(*) AS messages
                   FROM {{schema}}.messages
                  WHERE starts_with(stream_name, $1) AND stream_name > $2
                  GROUP BY stream_name ORDER BY stream_name LIMIT $3) s
           JOIN {{schema}}.messages m ON m.stream_name = s.stream_name AND m.position = s.position
          ORDER BY s.stream_name",
    )?;
    let rows = db.query(&sql, &[&prefix, &after, &limit]).await.map_err(|e| explain("listing streams", e))?;
    rows.iter().map(head).collect()
}

/// Whether there is a message of this category.
///
/// # Errors
/// Where the query fails.
pub async fn has_category(db: &impl GenericClient, scope: &Scope, category: &str) -> Result<bool> {
    let sql =
        scope.render("SELECT EXISTS (SELECT FROM {{schema}}.messages WHERE {{schema}}.category(stream_name) = $1)")?;
    let row =
        db.query_one(&sql, &[&category]).await.map_err(|e| explain(format!("looking for category {category}"), e))?;
    Ok(row.get(0))
}

/// All categories by name, counted from the messages.
///
/// # Errors
/// Where the query fails.
pub async fn categories(db: &impl GenericClient, scope: &Scope) -> Result<Vec<CategoryRow>> {
    let sql = scope.render(
        "SELECT split_part(stream_name, '-', 1) AS category, count(*) AS streams, sum(n)::bigint AS messages
           FROM (SELECT stream_name, count(*) AS n FROM {{schema}}.messages GROUP BY stream_name) s
          GROUP BY 1 ORDER BY 1",
    )?;
    let rows = db.query(&sql, &[]).await.map_err(|e| explain("listing categories", e))?;
    Ok(rows.iter().map(|r| CategoryRow { category: r.get(0), streams: r.get(1), messages: r.get(2) }).collect())
}
