//! What is asked of, and done to, the schema that messages come from.

use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio_postgres::GenericClient;

use crate::db::errors::explain;
use crate::db::ident::{Ident, Qualified};
use crate::error::Result;

use super::table::{SourceTable, Structure};

/// Whether a message's time is one whose chunk can be archived, with the chunks of up to a month that the program makes.
pub(super) const KEPT_TIME: &str = r#"(m."time" >= '4713-01-01 BC' AND m."time" < '261999-01-01')"#;

/// A column of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnRow {
    /// Its name.
    pub name: String,
    /// Its type.
    pub data_type: String,
    /// Whether it may be NULL.
    pub nullable: bool,
}

/// How the database keeps text.
///
/// # Errors
/// Where the query fails.
pub async fn encoding(db: &impl GenericClient) -> Result<String> {
    let row = db
        .query_one("SELECT current_setting('server_encoding')", &[])
        .await
        .map_err(|e| explain("asking how a database keeps text", e))?;
    Ok(row.get(0))
}

/// Its columns.
///
/// # Errors
/// Where the query fails.
pub async fn columns(db: &impl GenericClient, table: u32) -> Result<Vec<ColumnRow>> {
    let rows = db
        .query(
            "SELECT a.attname, format_type(a.atttypid, NULL), NOT a.attnotnull FROM pg_attribute a
              WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum",
            &[&table],
        )
        .await
        .map_err(|e| explain("reading the columns of the source", e))?;
    Ok(rows.iter().map(|r| ColumnRow { name: r.get(0), data_type: r.get(1), nullable: r.get(2) }).collect())
}

/// Whether a valid, whole index makes exactly these columns unique. An index of a table that others inherit from does not look
/// at their rows.
///
/// # Errors
/// Where the query fails.
pub async fn unique_on(db: &impl GenericClient, table: &SourceTable, columns: &[&str]) -> Result<bool> {
    if table.structure == Structure::Inherited {
        return Ok(false);
    }
    let row = db
        .query_one(
            "SELECT EXISTS (SELECT FROM pg_index i
              WHERE i.indrelid = $1 AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
                AND (SELECT array_agg(a.attname::text ORDER BY a.attname::text) FROM pg_attribute a
                      WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey[0:i.indnkeyatts - 1]))
                  = (SELECT array_agg(c ORDER BY c) FROM unnest($2::text[]) c))",
            &[&table.oid, &columns],
        )
        .await
        .map_err(|e| explain("reading the indexes of the source", e))?;
    Ok(row.get(0))
}

/// What occurs more than once in these columns: up to five, worded.
///
/// # Errors
/// Where the query fails.
pub async fn duplicates(db: &impl GenericClient, table: &Qualified, columns: &[&str]) -> Result<Vec<String>> {
    let list: Vec<String> = columns.iter().map(|c| Ident::new(*c).to_string()).collect();
    let list = list.join(", ");
    let rows = db
        .query(
            &format!(
                "SELECT concat_ws(' ', {list}) || ' (' || count(*) || ' times)' FROM {table}
                  GROUP BY {list} HAVING count(*) > 1 ORDER BY min(global_position) LIMIT 5"
            ),
            &[],
        )
        .await
        .map_err(|e| explain("looking for duplicates in the source", e))?;
    Ok(rows.iter().map(|r| r.get(0)).collect())
}

/// The sequence that hands out global positions, and whether sessions keep some in store.
///
/// # Errors
/// Where the query fails.
pub async fn position_sequence(db: &impl GenericClient, table: u32) -> Result<Option<(Qualified, bool)>> {
    let row = db
        .query_opt(
            "SELECT n.nspname, c.relname, s.seqcache > 1
               FROM pg_attribute a
               LEFT JOIN pg_attrdef f ON (f.adrelid, f.adnum) = (a.attrelid, a.attnum)
               JOIN pg_depend d ON (d.classid = 'pg_attrdef'::regclass AND d.objid = f.oid AND d.refclassid = 'pg_class'::regclass)
                                OR (d.classid = 'pg_class'::regclass AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum
                                    AND d.deptype IN ('a', 'i'))
               JOIN pg_class c ON c.oid = CASE WHEN d.classid = 'pg_class'::regclass THEN d.objid ELSE d.refobjid END
                              AND c.relkind = 'S'
               JOIN pg_namespace n ON n.oid = c.relnamespace
               JOIN pg_sequence s ON s.seqrelid = c.oid
              WHERE a.attrelid = $1 AND a.attname = 'global_position' LIMIT 1",
            &[&table],
        )
        .await
        .map_err(|e| explain("looking for the source's sequence", e))?;
    Ok(row.map(|r| (Qualified::new(r.get::<_, String>(0), r.get::<_, String>(1)), r.get(2))))
}

/// The highest global position that was handed out or is visible; `None` where the source is empty and new.
///
/// # Errors
/// Where the query fails.
pub async fn highest(db: &impl GenericClient, table: &Qualified, sequence: Option<&Qualified>) -> Result<Option<i64>> {
    let from_sequence = sequence.map_or_else(
        || "NULL::bigint".to_owned(),
        |s| format!("(SELECT CASE WHEN is_called THEN last_value END FROM {s})"),
    );
    let row = db
        .query_one(&format!("SELECT greatest((SELECT max(global_position) FROM {table}), {from_sequence})"), &[])
        .await
        .map_err(|e| explain("looking for the highest global position of the source", e))?;
    Ok(row.get(0))
}

/// Stream and position of the message with this global position.
///
/// # Errors
/// Where the query fails.
pub async fn at_global_position(
    db: &impl GenericClient,
    table: &Qualified,
    global_position: i64,
) -> Result<Option<(String, i64)>> {
    let row = db
        .query_opt(
            &format!("SELECT stream_name::text, \"position\"::bigint FROM {table} WHERE global_position = $1 LIMIT 1"),
            &[&global_position],
        )
        .await
        .map_err(|e| explain("looking for the last message of the source", e))?;
    Ok(row.map(|r| (r.get(0), r.get(1))))
}

/// The lowest global position.
///
/// # Errors
/// Where the query fails.
pub async fn first_position(db: &impl GenericClient, table: &Qualified) -> Result<Option<i64>> {
    let row = db
        .query_one(&format!("SELECT min(global_position) FROM {table}"), &[])
        .await
        .map_err(|e| explain("looking for the lowest global position of the source", e))?;
    Ok(row.get(0))
}

/// The global position of the `batch`-th message after `after`, up to `until`; that of the last one where there are fewer.
///
/// # Errors
/// Where the query fails.
pub async fn boundary(
    db: &impl GenericClient,
    table: &Qualified,
    after: i64,
    until: i64,
    batch: i64,
) -> Result<Option<i64>> {
    let row = db
        .query_one(
            &format!(
                "SELECT max(g.global_position), count(*) FROM
                   (SELECT global_position FROM {table} WHERE global_position > $1::bigint AND global_position <= $2::bigint
                     ORDER BY global_position LIMIT $3::bigint) g"
            ),
            &[&after, &until, &batch],
        )
        .await
        .map_err(|e| explain("cutting a range", e))?;
    // The last range ends where it is safe to end, and not at its last message.
    Ok(if row.get::<_, i64>(1) < batch { None } else { row.get(0) })
}

/// The last of the global positions that follow `after` without a gap, of at most `window`; `after` itself where the next
/// one is missing.
///
/// # Errors
/// Where the query fails.
pub async fn contiguous(db: &impl GenericClient, table: &Qualified, after: i64, window: i64) -> Result<i64> {
    let row = db
        .query_one(
            &format!(
                "SELECT coalesce(max(n.global_position), $1::bigint) FROM
                   (SELECT global_position, row_number() OVER (ORDER BY global_position) AS place FROM {table}
                     WHERE global_position > $1::bigint ORDER BY global_position LIMIT $2::bigint) n
                  WHERE n.global_position = $1::bigint + n.place"
            ),
            &[&after, &window],
        )
        .await
        .map_err(|e| explain("looking for a gap in the source", e))?;
    Ok(row.get(0))
}

/// The times between which a range's messages lie; `None` where there are none, or none that a chunk can be made for.
///
/// # Errors
/// Where the query fails.
pub async fn times(
    db: &impl GenericClient,
    rows: &str,
    first: i64,
    last: i64,
) -> Result<Option<(DateTime<Utc>, DateTime<Utc>)>> {
    let row = db
        .query_one(
            &format!(
                "SELECT min(m.\"time\"), max(m.\"time\") FROM {rows} m
                  WHERE m.global_position BETWEEN $1 AND $2 AND {KEPT_TIME}"
            ),
            &[&first, &last],
        )
        .await
        .map_err(|e| explain("looking at the times of a range", e))?;
    Ok(row.try_get::<_, Option<_>>(0).ok().flatten().zip(row.try_get::<_, Option<_>>(1).ok().flatten()))
}

/// Transactions that may hold global positions which are not visible yet: those that write to the table.
///
/// # Errors
/// Where the query fails.
pub async fn holders(db: &impl GenericClient, tables: &[u32]) -> Result<Vec<String>> {
    let rows = db
        .query(
            "SELECT DISTINCT l.virtualtransaction FROM pg_locks l
              WHERE l.locktype = 'relation' AND l.relation = ANY ($1) AND l.granted
                AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
                AND l.mode IN ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
                AND l.pid IS DISTINCT FROM pg_backend_pid()",
            &[&tables],
        )
        .await
        .map_err(|e| explain("looking for transactions that write to the source", e))?;
    Ok(rows.iter().map(|r| r.get(0)).collect())
}

/// Those of the transactions that are not over, with who they are.
///
/// # Errors
/// Where the query fails.
pub async fn still_held(db: &impl GenericClient, tables: &[u32], holders: &[String]) -> Result<Vec<(String, String)>> {
    let rows = db
        .query(
            "SELECT DISTINCT l.virtualtransaction,
                    coalesce('session ' || l.pid || coalesce(' (' || nullif(a.application_name, '') || ')', '')
                             || coalesce(', since ' || to_char(a.xact_start, 'HH24:MI:SS'), ''), 'a prepared transaction')
               FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
              WHERE l.locktype = 'relation' AND l.relation = ANY ($1) AND l.granted AND l.virtualtransaction = ANY ($2)
                AND l.mode IN ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')",
            &[&tables, &holders],
        )
        .await
        .map_err(|e| explain("waiting for transactions that write to the source", e))?;
    Ok(rows.iter().map(|r| (r.get(0), r.get(1))).collect())
}

/// Messages that no namespace can hold, in a range: up to five, worded.
///
/// # Errors
/// Where the query fails.
pub async fn invalid(db: &impl GenericClient, rows: &str, first: i64, last: i64) -> Result<Vec<String>> {
    let found = db
        .query(
            &format!(
                "SELECT m.global_position || ': ' || concat_ws(', ',
                        CASE WHEN m.stream_name IS NULL THEN 'no stream name' WHEN m.stream_name = '' THEN 'an empty stream name' END,
                        CASE WHEN m.\"type\" IS NULL THEN 'no type' END,
                        CASE WHEN m.\"position\" IS NULL THEN 'no position' WHEN m.\"position\" < 0 THEN 'a position below 0' END,
                        CASE WHEN m.id IS NULL THEN 'no id' END,
                        CASE WHEN m.\"time\" IS NULL THEN 'no time' WHEN NOT {KEPT_TIME}
                             THEN 'a time at infinity, or one that no archive can hold' END)
                   FROM {rows} m
                  WHERE m.global_position BETWEEN $1 AND $2
                    AND (m.stream_name IS NULL OR m.stream_name = '' OR m.\"type\" IS NULL OR m.\"position\" IS NULL
                         OR m.\"position\" < 0 OR m.id IS NULL OR m.\"time\" IS NULL OR NOT {KEPT_TIME})
                  ORDER BY m.global_position LIMIT 5"
            ),
            &[&first, &last],
        )
        .await
        .map_err(|e| explain("looking for messages that cannot be kept", e))?;
    Ok(found.iter().map(|r| r.get(0)).collect())
}

/// Messages whose `json` has a zero character, which `jsonb` cannot hold: up to five global positions.
///
/// # Errors
/// Where the query fails.
pub async fn with_zero(db: &impl GenericClient, table: &Qualified, first: i64, last: i64) -> Result<Vec<i64>> {
    let rows = db
        .query(
            &format!(
                r"SELECT global_position FROM {table}
                   WHERE global_position BETWEEN $1 AND $2
                     AND concat(data::text, ' ', metadata::text) ~ '(^|[^\\])(\\\\)*\\u0000'
                   ORDER BY 1 LIMIT 5"
            ),
            &[&first, &last],
        )
        .await
        .map_err(|e| explain("looking for zero characters", e))?;
    Ok(rows.iter().map(|r| r.get(0)).collect())
}

/// Messages after a global position, and the age in seconds of the first of them.
///
/// # Errors
/// Where the query fails.
pub async fn unread(db: &impl GenericClient, rows: &str, after: i64) -> Result<(i64, f64)> {
    let row = db
        .query_one(
            &format!(
                "SELECT count(*), coalesce(extract(epoch FROM clock_timestamp() - min(m.\"time\")), 0)::float8
                   FROM {rows} m WHERE m.global_position > $1"
            ),
            &[&after],
        )
        .await
        .map_err(|e| explain("measuring how far behind the copy is", e))?;
    Ok((row.get(0), row.get::<_, f64>(1).max(0.0)))
}

/// The source's row in EventoDB's registry, where there is one.
///
/// # Errors
/// Where a query fails.
pub async fn registry_row(db: &impl GenericClient, schema: &str) -> Result<Option<serde_json::Value>> {
    let doing = "looking for the source in EventoDB's registry";
    let there = db
        // A role that may read the messages alone will do.
        .query_one(
            "SELECT coalesce(has_schema_privilege(to_regnamespace('eventodb_store'), 'USAGE')
                             AND has_table_privilege(to_regclass('eventodb_store.namespaces'), 'SELECT'), false)",
            &[],
        )
        .await
        .map_err(|e| explain(doing, e))?;
    if !there.get::<_, bool>(0) {
        return Ok(None);
    }
    let row = db
        .query_opt("SELECT to_jsonb(n) FROM eventodb_store.namespaces n WHERE n.schema_name = $1", &[&schema])
        .await
        .map_err(|e| explain(doing, e))?;
    Ok(row.map(|r| r.get(0)))
}

/// Whether the functions of the source give nothing where a category is asked for by a name with '-', as `EventoDB`'s do.
/// Message DB's and ours fail, and tell their version.
///
/// # Errors
/// Where the query fails.
pub async fn reads_no_category_as_nothing(db: &impl GenericClient, schema: &str) -> Result<bool> {
    let row = db
        .query_one(
            "SELECT count(*) FILTER (WHERE p.proname = 'get_category_messages') > 0
                    AND count(*) FILTER (WHERE p.proname = 'message_store_version') = 0
               FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
              WHERE n.nspname = $1 AND p.proname IN ('get_category_messages', 'message_store_version')",
            &[&schema],
        )
        .await
        .map_err(|e| explain("looking at the functions of the source", e))?;
    Ok(row.get(0))
}

/// Waits `patience` for writers to end and keeps new ones waiting until the transaction ends; readers go on.
///
/// # Errors
/// Where the lock is not to be had.
pub async fn lock_writes(
    db: &impl GenericClient,
    table: &Qualified,
    patience: Duration,
) -> Result<(), tokio_postgres::Error> {
    db.batch_execute(&format!(
        "SET LOCAL lock_timeout = {}; LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE",
        patience.as_millis()
    ))
    .await
}
