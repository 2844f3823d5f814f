//! What an import asks and does beside its COPY.

use chrono::{DateTime, TimeDelta, Utc};
use tokio_postgres::GenericClient;

use crate::db::errors::explain;
use crate::db::scope::{Layout, Scope};
use crate::error::{Error, Kind, Result};

/// The highest global position that the namespace ever had, live or archived; 0 where it is empty.
///
/// # Errors
/// Where the query fails.
pub async fn highest_global_position(db: &impl GenericClient, scope: &Scope) -> Result<i64> {
    let sql = scope.render(match scope.layout() {
        Layout::Hypertable => {
            "SELECT greatest((SELECT coalesce(max(global_position), 0) FROM {{schema}}.messages),
                         (SELECT coalesce(max(last_global_position), 0) FROM eventodb_store.archives
                           WHERE namespace = {{namespace_text}} AND state = 'dropped'),
                         (SELECT CASE WHEN is_called THEN last_value ELSE 0 END
                            FROM {{schema}}.messages_global_position_seq))"
        }
        Layout::Plain => {
            "SELECT greatest((SELECT coalesce(max(global_position), 0) FROM {{schema}}.messages),
                             (SELECT CASE WHEN is_called THEN last_value ELSE 0 END
                                FROM {{schema}}.messages_global_position_seq))"
        }
    })?;
    let row = db.query_one(&sql, &[]).await.map_err(|e| explain("looking for the highest global position", e))?;
    Ok(row.get(0))
}

/// Refuses global positions that occur twice, that a live message has, or that lie in an archive.
///
/// # Errors
/// [`Kind::Conflict`].
pub async fn refuse_taken(
    db: &impl GenericClient,
    scope: &Scope,
    global_positions: &[i64],
    low: i64,
    high: i64,
) -> Result<()> {
    let doing = "looking for global positions that are taken";
    let refuse = |text: String| Err(Error::new(Kind::Conflict, text));
    let mut sorted = global_positions.to_vec();
    sorted.sort_unstable();
    if let Some([twice, ..]) = sorted.windows(2).find(|w| w[0] == w[1]) {
        return refuse(format!("global position {twice} is given twice"));
    }
    let sql = scope.render(
        "SELECT global_position FROM {{schema}}.messages
          WHERE global_position BETWEEN $2 AND $3 AND global_position = ANY($1) LIMIT 1",
    )?;
    let taken = db.query_opt(&sql, &[&global_positions, &low, &high]).await.map_err(|e| explain(doing, e))?;
    if let Some(row) = taken {
        return refuse(format!("global position {} is taken", row.get::<_, i64>(0)));
    }
    if scope.layout() == Layout::Plain {
        return Ok(());
    }
    let archived = db
        .query_opt(
            "SELECT n.g, a.id FROM unnest($1::bigint[]) AS n(g)
               JOIN eventodb_store.archives a ON a.namespace = $2 AND a.state = 'dropped'
                AND n.g BETWEEN a.first_global_position AND a.last_global_position LIMIT 1",
            &[&global_positions, &scope.namespace()],
        )
        .await
        .map_err(|e| explain(doing, e))?;
    match archived {
        Some(row) => refuse(format!(
            "global position {} may lie in archive {}: rehydrate that first",
            row.get::<_, i64>(0),
            row.get::<_, i64>(1)
        )),
        None => Ok(()),
    }
}

/// The first and the last time that a message may have: of its chunk both edges can be told, and so it can be archived. None in a
/// plain schema, which has no chunks.
///
/// # Errors
/// Where the query fails.
pub async fn time_bounds(db: &impl GenericClient, scope: &Scope) -> Result<Option<(DateTime<Utc>, DateTime<Utc>)>> {
    if scope.layout() == Layout::Plain {
        return Ok(None);
    }
    // The server's first day: a chunk that would begin before it begins at -infinity. And the last that the ledger takes.
    let row = db
        .query_one(
            "SELECT '4714-11-24 00:00:00+00 BC'::timestamptz, '262000-01-01 00:00:00+00'::timestamptz,
                    extract(epoch FROM time_interval)::bigint
               FROM timescaledb_information.dimensions
              WHERE hypertable_schema = $1 AND hypertable_name = 'messages' AND column_name = 'time'",
            &[&scope.schema()],
        )
        .await
        .map_err(|e| explain("reading the chunk interval", e))?;
    let (first, last): (DateTime<Utc>, DateTime<Utc>) = (row.get(0), row.get(1));
    let interval = TimeDelta::try_seconds(row.get(2)).unwrap_or(TimeDelta::MAX);
    let first = first.checked_add_signed(interval).unwrap_or(last);
    Ok(Some((first, last.checked_sub_signed(interval).unwrap_or(first))))
}

/// Makes the table that lines without positions are copied into, empty; it ends with the transaction.
///
/// # Errors
/// Where the statement fails.
pub async fn make_staging(db: &impl GenericClient) -> Result<()> {
    db.batch_execute(
        "CREATE TEMPORARY TABLE IF NOT EXISTS eventodb_import (time timestamptz, number bigint, stream_name text COLLATE \"C\",
             type text, data jsonb, metadata jsonb, id uuid) ON COMMIT DROP;
         TRUNCATE pg_temp.eventodb_import",
    )
    .await
    .map_err(|e| explain("making the staging table", e))
}

/// What came of messages that were appended.
#[derive(Debug, Clone, Copy)]
pub struct AppendedStaged {
    /// How many are there now.
    pub messages: u64,
    /// The last global position that one of them got.
    pub last_global_position: Option<i64>,
}

/// Appends what was staged to the streams, in order, and keeps the ids for [`refuse_known_ids`].
///
/// # Errors
/// [`Kind::Conflict`] where an id is taken.
pub async fn append_staged(db: &impl GenericClient, scope: &Scope) -> Result<AppendedStaged> {
    let doing = "appending messages";
    let sql = scope.render(match scope.layout() {
        Layout::Hypertable => include_str!("../sql/import_append.sql"),
        Layout::Plain => include_str!("../sql/import_append_plain.sql"),
    })?;
    db.batch_execute(
        "CREATE TEMPORARY TABLE IF NOT EXISTS eventodb_import_ids (id uuid) ON COMMIT DROP;
         INSERT INTO pg_temp.eventodb_import_ids (id) SELECT i.id FROM pg_temp.eventodb_import i",
    )
    .await
    .map_err(|e| explain(doing, e))?;
    let row = db.query_one(&sql, &[]).await.map_err(|e| explain(doing, e))?;
    Ok(AppendedStaged {
        messages: u64::try_from(row.get::<_, i64>(0)).unwrap_or_default(),
        last_global_position: row.get(1),
    })
}

/// Refuses ids of appended lines that another message has as well. In a plain schema an index does; in a hypertable it sees
/// one time only, and a line that is given no time comes at another one whenever it is imported. Once for all lines: each
/// chunk may have to be read through.
///
/// # Errors
/// [`Kind::Conflict`].
pub async fn refuse_known_ids(db: &impl GenericClient, scope: &Scope) -> Result<()> {
    let doing = "looking for ids that are taken";
    if scope.layout() == Layout::Plain {
        return Ok(());
    }
    db.batch_execute("ANALYZE pg_temp.eventodb_import_ids").await.map_err(|e| explain(doing, e))?;
    let sql = scope.render(
        "SELECT i.id::text FROM (SELECT DISTINCT id FROM pg_temp.eventodb_import_ids) i
           JOIN {{schema}}.messages m ON m.id = i.id GROUP BY i.id HAVING count(*) > 1 LIMIT 1",
    )?;
    match db.query_opt(&sql, &[]).await.map_err(|e| explain(doing, e))? {
        Some(row) => Err(Error::new(Kind::Conflict, "importing messages")
            .because(format!("id {} is that of two messages", row.get::<_, String>(0)))
            .hint("nothing was imported; a part of the source is in this namespace already, or the source has an id twice")),
        None => Ok(()),
    }
}

/// The columns of lines with positions.
pub const COLUMNS: &str = "time, global_position, position, stream_name, type, data, metadata, id";

/// Makes the table that lines with positions are copied into where they are to be compared afterwards, empty; it ends with the
/// transaction.
///
/// # Errors
/// Where the statement fails.
pub async fn make_placed(db: &impl GenericClient, scope: &Scope) -> Result<()> {
    db.batch_execute(&format!(
        "CREATE TEMPORARY TABLE IF NOT EXISTS eventodb_placed ON COMMIT DROP AS SELECT {COLUMNS} FROM {} WITH NO DATA;
         TRUNCATE pg_temp.eventodb_placed",
        scope.messages()
    ))
    .await
    .map_err(|e| explain("making the staging table", e))
}

/// Inserts those lines.
///
/// # Errors
/// [`Kind::Conflict`] where a place is taken.
pub async fn place_staged(db: &impl GenericClient, scope: &Scope) -> Result<u64> {
    let sql = format!("INSERT INTO {} ({COLUMNS}) SELECT {COLUMNS} FROM pg_temp.eventodb_placed", scope.messages());
    db.execute(&sql, &[]).await.map_err(|e| explain("inserting messages", e))
}

/// Whether what was staged last has become messages as it is, once what triggers put off to the commit is done: lines
/// without positions are known by their ids.
///
/// # Errors
/// Where a statement fails.
pub async fn is_as_given(db: &impl GenericClient, scope: &Scope, appended: bool) -> Result<bool> {
    let doing = "comparing messages with the source";
    db.batch_execute("SET CONSTRAINTS ALL IMMEDIATE").await.map_err(|e| explain(doing, e))?;
    let (staged, place) = if appended {
        ("pg_temp.eventodb_import", "m.id = s.id")
    } else {
        (
            "pg_temp.eventodb_placed",
            "m.global_position = s.global_position AND m.\"position\" = s.\"position\" AND m.id = s.id",
        )
    };
    let time = match (scope.layout(), appended) {
        (Layout::Plain, true) => "s.time AT TIME ZONE 'UTC'",
        _ => "s.time",
    };
    db.batch_execute(&format!("ANALYZE {staged}")).await.map_err(|e| explain(doing, e))?;
    let sql = format!(
        "SELECT NOT EXISTS (
             SELECT FROM {staged} s
              WHERE NOT EXISTS (SELECT FROM {} m
                                 WHERE {place} AND m.time = {time} AND m.stream_name::text = s.stream_name::text
                                   AND m.type::text = s.type::text
                                   AND m.data::jsonb::text IS NOT DISTINCT FROM s.data::jsonb::text
                                   AND m.metadata::jsonb::text IS NOT DISTINCT FROM s.metadata::jsonb::text))",
        scope.messages()
    );
    let row = db.query_one(&sql, &[]).await.map_err(|e| explain(doing, e))?;
    Ok(row.get(0))
}
