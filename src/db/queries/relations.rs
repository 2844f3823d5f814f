//! Whether a namespace's tables are what this program takes them for. Their owner may put others in their place: a view that
//! calls a function would run it with the rights of whoever reads it.

use tokio_postgres::GenericClient;

use crate::db::errors::explain;
use crate::db::ident::{Qualified, literal};
use crate::error::{Error, Kind, Result};

/// Of the registry and the ledger.
pub const DATABASE: &str = "eventodb_store";

/// Refuses a schema in which one of this program's tables or sequences is of another kind, or has a column whose type is not
/// the server's own: a cast of such a type is somebody's function.
///
/// # Errors
/// [`Kind::Conflict`] where there is one.
pub async fn check_kinds(db: &impl GenericClient, schema: &str) -> Result<()> {
    let doing = || format!("looking at the tables of schema {schema}");
    let found = db.query_opt(include_str!("../sql/relation_kinds.sql"), &[&schema]).await;
    let Some(row) = found.map_err(|e| explain(doing(), e))? else { return Ok(()) };
    let (name, what): (String, String) = (row.get(0), row.get(1));
    Err(Error::new(Kind::Conflict, doing())
        .because(format!("{schema}.{name} {what}: somebody has put it in the place of this program's own"))
        .hint(
            "nothing was read from it; ask the schema's owner, and look at it with psql before anything is run on it",
        ))
}

/// Refuses a namespace in which a policy on rows would hide some from this role, or a part of whose messages lies where this
/// program does not look: it counts what it sees. A foreign table among the chunks holds messages that are not live; this
/// program's sessions leave it out, so only the one of archived messages may stand there.
///
/// # Errors
/// Where a policy holds for this role; [`Kind::Unsupported`] where there is another foreign table.
pub async fn check_all_is_seen(db: &impl GenericClient, schema: &str) -> Result<()> {
    let doing = || format!("looking for row policies in schema {schema}");
    let found = db.query_opt(include_str!("../sql/relation_policies.sql"), &[&schema]).await;
    let Some(row) = found.map_err(|e| explain(doing(), e))? else { return Ok(()) };
    let (table, is_foreign): (String, bool) = (row.get(0), row.get(1));
    if is_foreign {
        return Err(Error::new(Kind::Unsupported, format!("looking for tiered messages in schema {schema}"))
            .because(format!(
                "foreign table {table} is a part of its messages, and not the one of archived messages that this program \
                 makes: it would count neither of them right"
            ))
            .hint(
                "untier what is there, or take it out with _timescaledb_functions.drop_osm_chunk, which drops the foreign \
                 table as well",
            ));
    }
    Err(Error::failed(doing())
        .because(format!("row security holds for this role on {table}: row-level security would hide rows of it"))
        .hint(format!(
            "run it as a role with BYPASSRLS or as a superuser, or: ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY, and \
             connect as its owner"
        )))
}

/// Refuses a namespace with chunks that the server leaves out of queries, as it has no ranges of them (`enable_chunk_skipping`):
/// messages would be missed that are live.
///
/// # Errors
/// [`Kind::Conflict`] where there are such chunks; where the query fails.
pub async fn check_no_chunk_is_skipped(db: &impl GenericClient, schema: &str) -> Result<()> {
    let doing = || format!("looking for chunks of schema {schema} that queries leave out");
    let found = db.query_opt(include_str!("../sql/skipped_chunks.sql"), &[&schema]).await;
    let Some(row) = found.map_err(|e| explain(doing(), e))? else { return Ok(()) };
    let (column, chunks): (String, i64) = (row.get(0), row.get(1));
    let table = literal(&Qualified::new(schema, "messages").to_string())?;
    let column = literal(&column)?;
    Err(Error::new(Kind::Conflict, doing())
        .because(format!(
            "of {chunks} chunks TimescaleDB has no range of {column}: while timescaledb.enable_chunk_skipping is on, queries do not \
             see their messages"
        ))
        .hint(format!(
            "have it begin with ranges of all chunks, as the table's owner and in one transaction: \
             SET timescaledb.enable_chunk_skipping = on; SELECT disable_chunk_skipping({table}, {column}); \
             SELECT enable_chunk_skipping({table}, {column})"
        )))
}
