//! The table that messages come from, with all that hangs below it.

use tokio_postgres::GenericClient;

use crate::db::errors::explain;
use crate::db::ident::Qualified;
use crate::error::Result;

/// How a table keeps its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Structure {
    /// By itself.
    Plain,
    /// In partitions.
    Partitioned,
    /// In tables that inherit from it, too.
    Inherited,
    /// In chunks, which TimescaleDB makes.
    Hypertable,
}

/// A table that keeps some of the source's rows, or that others of them hang below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TablePart {
    /// Its object number.
    pub oid: u32,
    /// Its name.
    pub name: Qualified,
    /// Whether it has rows of its own.
    pub has_rows: bool,
}

/// The source's table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceTable {
    /// Its object number.
    pub oid: u32,
    /// Its name.
    pub name: Qualified,
    /// Messages, by the planner's estimate; negative where it has none.
    pub estimate: i64,
    /// Bytes with indexes.
    pub bytes: i64,
    /// How it keeps its rows.
    pub structure: Structure,
    /// The table itself and, but for a hypertable, all that hang below it.
    pub parts: Vec<TablePart>,
    /// A part whose rows are at another server.
    pub foreign: Option<Qualified>,
}

impl SourceTable {
    /// The object numbers of its parts.
    pub fn oids(&self) -> Vec<u32> {
        self.parts.iter().map(|p| p.oid).collect()
    }
}

/// All tables that hang below `$1`, itself included.
const TREE: &str = "WITH RECURSIVE tree AS (
        SELECT $1::oid AS oid UNION SELECT i.inhrelid FROM pg_inherits i JOIN tree t ON t.oid = i.inhparent)";

/// The table `messages` of a schema, where it is one.
///
/// # Errors
/// Where a query fails.
pub async fn find_table(db: &impl GenericClient, schema: &str) -> Result<Option<SourceTable>> {
    let doing = format!("looking for {schema}.messages");
    let row = db
        .query_opt(
            "SELECT c.oid, c.relkind = 'p', EXISTS (SELECT FROM pg_inherits i WHERE i.inhparent = c.oid),
                    to_regclass('timescaledb_information.hypertables') IS NOT NULL
               FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
              WHERE n.nspname = $1 AND c.relname = 'messages' AND c.relkind IN ('r', 'p')",
            &[&schema],
        )
        .await
        .map_err(|e| explain(doing.clone(), e))?;
    let Some(row) = row else { return Ok(None) };
    let oid: u32 = row.get(0);
    let is_hypertable = row.get(3)
        && db
            .query_opt(
                "SELECT FROM timescaledb_information.hypertables
                  WHERE hypertable_schema = $1 AND hypertable_name = 'messages'",
                &[&schema],
            )
            .await
            .map_err(|e| explain(doing.clone(), e))?
            .is_some();
    let structure = match (is_hypertable, row.get(1), row.get(2)) {
        (true, ..) => Structure::Hypertable,
        (_, true, _) => Structure::Partitioned,
        (_, _, true) => Structure::Inherited,
        _ => Structure::Plain,
    };
    let rows = db
        .query(
            &format!(
                "{TREE} SELECT c.oid, n.nspname, c.relname, c.relkind <> 'p', greatest(c.reltuples, -1)::bigint,
                        pg_total_relation_size(c.oid), c.relkind = 'f'
                   FROM tree t JOIN pg_class c USING (oid) JOIN pg_namespace n ON n.oid = c.relnamespace
                  WHERE c.relkind IN ('r', 'p', 'f')
                  ORDER BY c.oid <> $1, n.nspname, c.relname"
            ),
            &[&oid],
        )
        .await
        .map_err(|e| explain(doing, e))?;
    let own = |r: &&tokio_postgres::Row| {
        r.get::<_, bool>(3) && (is_hypertable || structure != Structure::Partitioned || r.get::<_, u32>(0) != oid)
    };
    let estimates: Vec<i64> = rows.iter().filter(own).map(|r| r.get(4)).collect();
    let known = estimates.iter().any(|&n| n >= 0);
    let name = |r: &tokio_postgres::Row| Qualified::new(r.get::<_, String>(1), r.get::<_, String>(2));
    let parts = rows.iter().map(|r| TablePart { oid: r.get(0), name: name(r), has_rows: r.get(3) });
    Ok(Some(SourceTable {
        oid,
        name: Qualified::new(schema, "messages"),
        estimate: if known { estimates.iter().filter(|&&n| n > 0).sum() } else { -1 },
        bytes: rows.iter().map(|r| r.get::<_, i64>(5)).sum(),
        structure,
        parts: parts.filter(|p| !is_hypertable || p.oid == oid).collect(),
        foreign: rows.iter().find(|r| r.get(6)).map(name),
    }))
}

/// What a relation of a schema called `messages` is that is no table; `None` where there is none.
///
/// # Errors
/// Where the query fails.
pub async fn other_kind(db: &impl GenericClient, schema: &str) -> Result<Option<&'static str>> {
    let row = db
        .query_opt(
            "SELECT c.relkind::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
              WHERE n.nspname = $1 AND c.relname = 'messages' AND c.relkind IN ('v', 'm', 'f')",
            &[&schema],
        )
        .await
        .map_err(|e| explain(format!("looking for {schema}.messages"), e))?;
    Ok(row.map(|r| match r.get::<_, &str>(0) {
        "v" => "a view",
        "m" => "a materialized view",
        _ => "a foreign table",
    }))
}

/// Whether the catalog's chunks tell which table each was compressed to, as up to 2.28; from then on the settings do.
async fn keeps_compressed_chunks(db: &impl GenericClient) -> Result<bool> {
    let row = db
        .query_one(
            "SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('_timescaledb_catalog.chunk')
                               AND attname = 'compressed_chunk_id' AND NOT attisdropped)",
            &[],
        )
        .await
        .map_err(|e| explain("asking what was changed at the source", e))?;
    Ok(row.get(0))
}

/// Rows updated and deleted so far, by the server's statistics: in the table and in all that hang below it, chunks and what
/// they were compressed to included.
///
/// # Errors
/// Where the query fails.
pub async fn changes(db: &impl GenericClient, table: &SourceTable) -> Result<i64> {
    let compressed = match table.structure {
        Structure::Hypertable if !keeps_compressed_chunks(db).await? => {
            "UNION SELECT (to_jsonb(s) ->> 'compress_relid')::regclass::oid
               FROM _timescaledb_catalog.compression_settings s JOIN tree t ON t.oid = s.relid"
        }
        Structure::Hypertable => {
            "UNION SELECT to_regclass(format('%I.%I', z.schema_name, z.table_name))::oid
               FROM _timescaledb_catalog.chunk c JOIN _timescaledb_catalog.chunk z ON z.id = c.compressed_chunk_id
               JOIN tree t ON t.oid = to_regclass(format('%I.%I', c.schema_name, c.table_name))::oid"
        }
        _ => "",
    };
    let row = db
        .query_one(
            &format!(
                "{TREE}, counted AS (SELECT oid FROM tree {compressed})
                 SELECT coalesce(sum(pg_stat_get_tuples_updated(oid) + pg_stat_get_tuples_deleted(oid)), 0)::bigint
                   FROM counted WHERE oid IS NOT NULL"
            ),
            &[&table.oid],
        )
        .await
        .map_err(|e| explain("asking what was changed at the source", e))?;
    Ok(row.get(0))
}

/// Subscriptions that bring rows to the table, by name, those that are enabled.
///
/// # Errors
/// Where a query fails.
pub async fn subscriptions(db: &impl GenericClient, table: &SourceTable) -> Result<Vec<String>> {
    let doing = "looking for subscriptions that write to the source";
    let may_look = db
        .query_one(
            "SELECT has_column_privilege('pg_subscription', 'oid', 'SELECT')
                AND has_column_privilege('pg_subscription', 'subenabled', 'SELECT')",
            &[],
        )
        .await
        .map_err(|e| explain(doing, e))?;
    // Up to PostgreSQL 14 whoever is no superuser sees those that are at work.
    let of = if may_look.get(0) {
        "pg_subscription s ON s.oid = r.srsubid AND s.subenabled"
    } else {
        "pg_stat_subscription s ON s.subid = r.srsubid AND s.pid IS NOT NULL"
    };
    let rows = db
        .query(
            &format!(
                "SELECT DISTINCT s.subname::text FROM pg_subscription_rel r JOIN {of}
                  WHERE r.srrelid = ANY ($1) ORDER BY 1"
            ),
            &[&table.oids()],
        )
        .await
        .map_err(|e| explain(doing, e))?;
    Ok(rows.iter().map(|r| r.get(0)).collect())
}
