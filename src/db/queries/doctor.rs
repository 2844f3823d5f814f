//! What `doctor` asks the server.

use tokio_postgres::GenericClient;

use crate::db::errors::explain;
use crate::db::ident::Qualified;
use crate::db::scope::Scope;
use crate::error::Result;

/// `TimescaleDB`'s functions that drop, freeze or thaw a chunk and may be called by every role: they check no ownership
/// (seen in 2.28.3).
///
/// # Errors
/// Where the query fails.
pub async fn open_functions(db: &impl GenericClient) -> Result<Vec<String>> {
    let rows = db
        .query(
            "SELECT format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid))
               FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
              WHERE n.nspname IN ('_timescaledb_functions', '_timescaledb_internal')
                AND p.proname IN ('drop_chunk', 'freeze_chunk', 'unfreeze_chunk')
                AND EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
                             WHERE a.grantee = 0 AND a.privilege_type = 'EXECUTE')
              ORDER BY 1",
            &[],
        )
        .await
        .map_err(|e| explain("looking for functions that anyone may call", e))?;
    Ok(rows.iter().map(|r| r.get(0)).collect())
}

/// The owner of the messages, where it may not call the functions that it drops, freezes and thaws chunks by.
///
/// # Errors
/// Where the query fails.
pub async fn hindered_owner(db: &impl GenericClient, table: &Qualified) -> Result<Option<String>> {
    let row = db
        .query_opt(
            "SELECT quote_ident(o.rolname) FROM pg_class c JOIN pg_roles o ON o.oid = c.relowner
              WHERE c.oid = $1::text::regclass
                AND NOT (has_function_privilege(o.oid, '_timescaledb_functions.drop_chunk(regclass)', 'EXECUTE')
                         AND has_function_privilege(o.oid, '_timescaledb_functions.freeze_chunk(regclass)', 'EXECUTE')
                         AND has_function_privilege(o.oid, '_timescaledb_functions.unfreeze_chunk(regclass)', 'EXECUTE'))",
            &[&table.to_string()],
        )
        .await
        .map_err(|e| explain(format!("looking for the rights of the owner of {table}"), e))?;
    Ok(row.map(|r| r.get(0)))
}

/// A store that archives or policies name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedStore {
    /// Its URL, as it is written there.
    pub url: String,
    /// Whether archives of the namespace are kept in it.
    pub has_archives: bool,
}

/// The stores that ledger and policies name, as far as the session sees them.
///
/// # Errors
/// Where the query fails.
pub async fn stores(db: &impl GenericClient, namespace: &str) -> Result<Vec<NamedStore>> {
    let rows = db
        .query(
            "SELECT url, bool_or(has_archives) AS has_archives FROM (
                 SELECT store_url AS url, namespace = $1 AND state IN ('verified', 'dropped', 'rehydrated')
                   FROM eventodb_store.archives
                  UNION ALL
                 SELECT unnest(copies), namespace = $1 AND state IN ('verified', 'dropped', 'rehydrated')
                   FROM eventodb_store.archives
                  UNION ALL
                 SELECT unnest(store_url || copies), false FROM eventodb_store.policies
             ) AS named (url, has_archives)
              WHERE url IS NOT NULL GROUP BY url ORDER BY url",
            &[&namespace],
        )
        .await
        .map_err(|e| explain("looking for stores", e))?;
    Ok(rows.iter().map(|r| NamedStore { url: r.get("url"), has_archives: r.get("has_archives") }).collect())
}

/// Who owns a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableOwner {
    /// The role.
    pub name: String,
    /// Whether the session's role has its rights.
    pub is_ours: bool,
    /// Whether the session's role may archive without them, as `namespaces grants --as archiver` has it.
    pub may_archive: bool,
}

/// The owner of a table.
///
/// # Errors
/// Where the query fails.
pub async fn owner(db: &impl GenericClient, table: &Qualified) -> Result<TableOwner> {
    let row = db
        .query_one(
            "SELECT pg_get_userbyid(relowner)::text, pg_has_role(relowner, 'USAGE'),
                    has_table_privilege(oid, 'INSERT') AND has_table_privilege(oid, 'DELETE')
                    AND has_any_column_privilege('eventodb_store.archives', 'UPDATE')
               FROM pg_class WHERE oid = $1::text::regclass",
            &[&table.to_string()],
        )
        .await
        .map_err(|e| explain(format!("looking for the owner of {table}"), e))?;
    Ok(TableOwner { name: row.get(0), is_ours: row.get(1), may_archive: row.get(2) })
}

/// A setting as `pg_settings` has it: numbers in the setting's own unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

impl Setting {
    /// The value, where it is a whole number.
    pub fn number(&self) -> Option<i64> {
        self.value.parse().ok()
    }
}

/// The settings that `doctor` looks at.
///
/// # Errors
/// Where the query fails.
pub async fn settings(db: &impl GenericClient) -> Result<Vec<Setting>> {
    let rows = db
        .query(
            "SELECT name, coalesce(reset_val, setting) FROM pg_settings
              WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit', 'max_connections',
                    'max_prepared_transactions', 'max_locks_per_transaction', 'maintenance_work_mem', 'shared_buffers',
                    'max_worker_processes', 'max_parallel_workers', 'timescaledb.max_background_workers',
                    'timescaledb.enable_columnarscan', 'timescaledb.enable_transparent_decompression')",
            &[],
        )
        .await
        .map_err(|e| explain("reading the server's settings", e))?;
    Ok(rows.iter().map(|r| Setting { name: r.get(0), value: r.get(1) }).collect())
}

/// How much there is of a namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NamespaceSize {
    /// Live chunks.
    pub chunks: i64,
    /// Bytes of all of them.
    pub bytes: i64,
    /// Bytes of the largest.
    pub largest_chunk: i64,
}

/// Counts and measures the chunks.
///
/// # Errors
/// Where the query fails.
pub async fn sizes(db: &impl GenericClient, scope: &Scope) -> Result<NamespaceSize> {
    let sql = scope.render(
        "SELECT count(*), coalesce(sum(total_bytes), 0)::bigint, coalesce(max(total_bytes), 0)::bigint
           FROM {{extension}}.chunks_detailed_size('{{schema_text}}.messages'::regclass)",
    )?;
    let row = db.query_one(&sql, &[]).await.map_err(|e| explain("measuring the chunks", e))?;
    Ok(NamespaceSize { chunks: row.get(0), bytes: row.get(1), largest_chunk: row.get(2) })
}

/// What is written, by the planner's counts of the last chunks.
#[derive(Debug, Clone, PartialEq)]
pub struct WriteRate {
    /// Messages a day.
    pub messages_a_day: f64,
    /// The interval of chunks, as the server words it.
    pub interval: String,
    /// The same in days.
    pub interval_days: f64,
}

/// The rate over the last four chunks that have ended and been analyzed; `None` where there are none.
///
/// # Errors
/// Where the query fails.
pub async fn write_rate(db: &impl GenericClient, scope: &Scope) -> Result<Option<WriteRate>> {
    let sql = scope.render(
        "SELECT (SELECT avg(n / days)::float8
                   FROM (SELECT k.reltuples AS n, extract(epoch FROM c.range_end - c.range_start) / 86400 AS days
                           FROM timescaledb_information.chunks c
                           JOIN pg_class k ON k.oid = format('%I.%I', c.chunk_schema, c.chunk_name)::regclass
                          WHERE c.hypertable_schema = {{schema_name_text}} AND c.hypertable_name = 'messages'
                            AND c.range_end <= now() AND k.reltuples > 0 AND NOT c.is_compressed
                          ORDER BY c.range_start DESC LIMIT 4) l),
                d.time_interval::text, extract(epoch FROM d.time_interval)::float8 / 86400
           FROM timescaledb_information.dimensions d
          WHERE d.hypertable_schema = {{schema_name_text}} AND d.hypertable_name = 'messages' AND d.dimension_number = 1",
    )?;
    let row = db.query_opt(&sql, &[]).await.map_err(|e| explain("estimating the write rate", e))?;
    Ok(row.and_then(|r| {
        let messages_a_day = r.get::<_, Option<f64>>(0)?;
        Some(WriteRate { messages_a_day, interval: r.get(1), interval_days: r.get(2) })
    }))
}

/// The columns that compressed chunks are segmented by.
///
/// # Errors
/// Where the query fails.
pub async fn segmented_by(db: &impl GenericClient, scope: &Scope) -> Result<Vec<String>> {
    let sql = scope.render(
        "SELECT attname::text FROM timescaledb_information.compression_settings
          WHERE hypertable_schema = {{schema_name_text}} AND hypertable_name = 'messages'
            AND segmentby_column_index IS NOT NULL",
    )?;
    let rows = db.query(&sql, &[]).await.map_err(|e| explain("reading the compression settings", e))?;
    Ok(rows.iter().map(|r| r.get(0)).collect())
}

/// How many messages of a stream the largest analyzed chunk holds, by the planner's statistics.
///
/// # Errors
/// Where the query fails.
pub async fn messages_a_stream(db: &impl GenericClient, scope: &Scope) -> Result<Option<f64>> {
    let sql = scope.render(
        "SELECT (CASE WHEN s.n_distinct < 0 THEN -1 / s.n_distinct ELSE k.reltuples / s.n_distinct END)::float8
           FROM timescaledb_information.chunks c
           JOIN pg_class k ON k.oid = format('%I.%I', c.chunk_schema, c.chunk_name)::regclass
           JOIN pg_stats s ON s.schemaname = c.chunk_schema AND s.tablename = c.chunk_name AND s.attname = 'stream_name'
          WHERE c.hypertable_schema = {{schema_name_text}} AND c.hypertable_name = 'messages'
            AND s.n_distinct <> 0 AND k.reltuples > 0
          ORDER BY k.reltuples DESC LIMIT 1",
    )?;
    let row = db.query_opt(&sql, &[]).await.map_err(|e| explain("estimating the length of streams", e))?;
    Ok(row.and_then(|r| r.get(0)))
}
