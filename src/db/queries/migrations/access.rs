//! What a role may do with a source, and what the source keeps from it.

use chrono::{DateTime, Utc};
use tokio_postgres::GenericClient;

use super::table::SourceTable;
use crate::db::errors::explain;
use crate::db::ident::{Ident, Qualified};
use crate::db::queries::clock::time_of;
use crate::error::Result;

/// The statements that give the session's role what it lacks.
pub type Grants = Vec<String>;

/// What the role lacks to read all messages.
///
/// # Errors
/// Where the query fails.
pub async fn lacks_for_reading(
    db: &impl GenericClient,
    table: &SourceTable,
    sequence: Option<&Qualified>,
) -> Result<Grants> {
    let schema = Ident::new(table.name.schema.as_str());
    let row = db
        .query_one(
            "SELECT quote_ident(current_user), has_schema_privilege($1::text, 'USAGE'), has_table_privilege($2::oid, 'SELECT'),
                    $3::text IS NULL OR NOT has_schema_privilege($1, 'USAGE') OR has_sequence_privilege($3::text, 'SELECT')",
            &[&table.name.schema.as_str(), &table.oid, &sequence.map(ToString::to_string)],
        )
        .await
        .map_err(|e| explain("asking what the role may do with the source", e))?;
    let role: String = row.get(0);
    let mut grants = Vec::new();
    let lacks_schema = !row.get::<_, bool>(1);
    if lacks_schema {
        grants.push(format!("GRANT USAGE ON SCHEMA {schema} TO {role}"));
    }
    if !row.get::<_, bool>(2) {
        grants.push(format!("GRANT SELECT ON {} TO {role}", table.name));
    }
    if let Some(sequence) = sequence.filter(|_| lacks_schema || !row.get::<_, bool>(3)) {
        grants.push(format!("GRANT SELECT ON SEQUENCE {sequence} TO {role}"));
    }
    Ok(grants)
}

/// What the role lacks to close the source: triggers that fire for everybody are the owner's to make and to drop.
///
/// # Errors
/// Where the query fails.
pub async fn lacks_for_closing(db: &impl GenericClient, table: &SourceTable) -> Result<Grants> {
    let doing = "asking what the role may do with the source";
    let owners = db
        .query(
            "SELECT DISTINCT quote_ident(pg_get_userbyid(c.relowner)), quote_ident(current_user) FROM pg_class c
              WHERE c.oid = ANY ($1) AND NOT pg_has_role(c.relowner, 'USAGE') ORDER BY 1",
            &[&table.oids()],
        )
        .await
        .map_err(|e| explain(doing, e))?;
    let mut grants: Grants =
        owners.iter().map(|r| format!("GRANT {} TO {}", r.get::<_, String>(0), r.get::<_, String>(1))).collect();
    grants.extend(lacks_on_parts(db, table).await?);
    let row = db
        .query_one(
            "SELECT has_schema_privilege($1::text, 'CREATE'), quote_ident(current_user)",
            &[&table.name.schema.as_str()],
        )
        .await
        .map_err(|e| explain(doing, e))?;
    if !row.get::<_, bool>(0) {
        grants.push(format!(
            "GRANT CREATE ON SCHEMA {} TO {}",
            Ident::new(table.name.schema.as_str()),
            row.get::<_, String>(1)
        ));
    }
    Ok(grants)
}

/// What an owner lacks: it may have no way to a part by name, and owners may take rights from themselves.
async fn lacks_on_parts(db: &impl GenericClient, table: &SourceTable) -> Result<Grants> {
    let rows = db
        .query(
            "SELECT format('GRANT USAGE ON SCHEMA %I TO %I', n.nspname, current_user)
               FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
              WHERE c.oid = ANY ($1) AND c.oid <> $2 AND NOT has_schema_privilege(n.oid, 'USAGE')
             UNION
             SELECT format('GRANT TRIGGER ON %I.%I TO %I', n.nspname, c.relname, current_user)
               FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
              WHERE c.oid = ANY ($1) AND NOT has_table_privilege(c.oid, 'TRIGGER') AND pg_has_role(c.relowner, 'USAGE')
             UNION
             SELECT format('GRANT UPDATE ON %I.%I TO %I', n.nspname, c.relname, current_user)
               FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
              WHERE c.oid = $2 AND NOT has_table_privilege(c.oid, 'UPDATE, DELETE, TRUNCATE') AND pg_has_role(c.relowner, 'USAGE')
             ORDER BY 1",
            &[&table.oids(), &table.oid],
        )
        .await
        .map_err(|e| explain("asking what the role may do with the source", e))?;
    Ok(rows.iter().map(|r| r.get(0)).collect())
}

/// Whether policies on rows may hide messages from the role.
///
/// # Errors
/// Where the query fails.
pub async fn hides_rows(db: &impl GenericClient, table: u32) -> Result<bool> {
    let row = db
        .query_one("SELECT row_security_active($1::oid)", &[&table])
        .await
        .map_err(|e| explain("asking whether the source hides messages", e))?;
    Ok(row.get(0))
}

/// Messages that have no global position. 0 where the column takes none.
///
/// # Errors
/// Where the query fails.
pub async fn without_position(db: &impl GenericClient, table: &SourceTable) -> Result<i64> {
    let doing = "looking for messages without a global position";
    let row = db
        .query_one(
            "SELECT EXISTS (SELECT FROM pg_attribute
                             WHERE attrelid = ANY ($1) AND attname = 'global_position' AND NOT attnotnull)",
            &[&table.oids()],
        )
        .await
        .map_err(|e| explain(doing, e))?;
    if !row.get::<_, bool>(0) {
        return Ok(0);
    }
    let row = db
        .query_one(&format!("SELECT count(*) FROM {} WHERE global_position IS NULL", table.name), &[])
        .await
        .map_err(|e| explain(doing, e))?;
    Ok(row.get(0))
}

/// All messages of the source.
///
/// # Errors
/// Where the query fails.
pub async fn count(db: &impl GenericClient, table: &Qualified) -> Result<i64> {
    let row = db
        .query_one(&format!("SELECT count(*) FROM {table}"), &[])
        .await
        .map_err(|e| explain("counting the messages of the source", e))?;
    Ok(row.get(0))
}

/// An archive that holds messages of the source which its table does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfSource {
    /// Its number.
    pub id: i64,
    /// The namespace that the source is.
    pub namespace: String,
    /// The time from which its messages are.
    pub from: DateTime<Utc>,
    /// The time up to which they are.
    pub to: DateTime<Utc>,
}

/// What the source's own ledger says, where the source is a namespace of this program's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceLedger {
    /// There is none: all messages are in the table.
    None,
    /// There is one, and the role may not read it.
    Hidden,
    /// Archives that hold what the table does not, oldest first.
    Archives(Vec<OfSource>),
}

/// Asks the ledger beside the source.
///
/// # Errors
/// Where a query fails.
pub async fn ledger_of(db: &impl GenericClient, schema: &str) -> Result<SourceLedger> {
    let doing = "looking for archives of the source";
    let row = db
        .query_one(
            "SELECT to_regclass('eventodb_store.archives') IS NOT NULL
                AND EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                             WHERE n.nspname = $1 AND c.relname = 'heads'),
                    coalesce(has_schema_privilege(to_regnamespace('eventodb_store'), 'USAGE')
                             AND has_table_privilege(to_regclass('eventodb_store.archives'), 'SELECT')
                             AND has_column_privilege(to_regclass('eventodb_store.namespaces'), 'schema_name', 'SELECT'), false)",
            &[&schema],
        )
        .await
        .map_err(|e| explain(doing, e))?;
    match (row.get(0), row.get(1)) {
        (false, _) => return Ok(SourceLedger::None),
        (true, false) => return Ok(SourceLedger::Hidden),
        (true, true) => {}
    }
    let rows = db
        .query(
            "SELECT a.id, a.namespace, a.range_start, a.range_end
               FROM eventodb_store.archives a JOIN eventodb_store.namespaces n ON n.id = a.namespace
              WHERE n.schema_name = $1 AND a.state = 'dropped' AND a.message_count IS DISTINCT FROM 0
              ORDER BY a.range_start, a.id",
            &[&schema],
        )
        .await
        .map_err(|e| explain(doing, e))?;
    let archive = |r: &tokio_postgres::Row| {
        Ok(OfSource { id: r.get(0), namespace: r.get(1), from: time_of(r, 2)?, to: time_of(r, 3)? })
    };
    Ok(SourceLedger::Archives(rows.iter().map(archive).collect::<Result<_>>()?))
}

/// Messages that the heads of a namespace of this program's count and its table no longer has; `None` where they cannot be
/// asked.
///
/// # Errors
/// Where a query fails.
pub async fn gone(db: &impl GenericClient, table: &Qualified) -> Result<Option<i64>> {
    let doing = "comparing the source's heads with its messages";
    let heads = Qualified::new(table.schema.as_str(), "heads");
    let row = db
        .query_one(
            "SELECT coalesce(has_table_privilege(to_regclass($1), 'SELECT'), false)
                AND EXISTS (SELECT FROM pg_attribute
                             WHERE attrelid = to_regclass($1) AND attname = 'messages' AND NOT attisdropped)",
            &[&heads.to_string()],
        )
        .await
        .map_err(|e| explain(doing, e))?;
    if !row.get::<_, bool>(0) {
        return Ok(None);
    }
    let row = db
        .query_one(
            &format!(
                "SELECT coalesce((SELECT sum(messages) FROM {heads}), 0)::bigint - (SELECT count(*) FROM {table})"
            ),
            &[],
        )
        .await
        .map_err(|e| explain(doing, e))?;
    Ok(Some(row.get(0)))
}
