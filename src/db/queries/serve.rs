//! What the server of archived messages asks the database.

use tokio_postgres::GenericClient;

use crate::db::Db;
use crate::db::errors::explain;
use crate::db::queries::ledger::{self, ArchiveRow};
use crate::db::scope::Scope;
use crate::error::Result;

/// A namespace, as the server of archived messages finds it.
#[derive(Debug, Clone)]
pub struct Found {
    /// Its name.
    pub namespace: String,
    /// Whether this role may read it: one that may not sees none of its archives.
    pub may_read: bool,
    /// Whether it tells what a session can see.
    pub tells_moment: bool,
    /// Whether the foreign table of its archived messages is a part of its messages.
    pub is_served: bool,
}

/// The namespace whose schema this is.
///
/// # Errors
/// Where the query fails.
pub async fn namespace_of(db: &Db, schema: &str) -> Result<Option<Found>> {
    let fail = |e| explain(format!("looking for the namespace of schema {schema}"), e);
    let sql = "SELECT id, eventodb_store.may(CURRENT_USER, 'read', id) AS may_read,
                      EXISTS (SELECT FROM pg_proc p JOIN pg_namespace s ON s.oid = p.pronamespace
                               WHERE s.nspname = schema_name AND p.proname = 'archived_moment' AND p.pronargs = 2) AS tells_moment,
                      EXISTS (SELECT FROM pg_inherits i
                                JOIN pg_class c ON c.oid = i.inhrelid AND c.relkind = 'f' AND c.relname = 'archived'
                                JOIN pg_class m ON m.oid = i.inhparent AND m.relname = 'messages'
                                JOIN pg_namespace s ON s.oid = m.relnamespace AND s.oid = c.relnamespace
                               WHERE s.nspname = schema_name) AS is_served
                 FROM eventodb_store.namespaces WHERE schema_name = $1";
    let row = db.query_opt(&db.prepared(sql).await.map_err(fail)?, &[&schema]).await.map_err(fail)?;
    Ok(row.map(|row| Found {
        namespace: row.get("id"),
        may_read: row.get("may_read"),
        tells_moment: row.get("tells_moment"),
        is_served: row.get("is_served"),
    }))
}

/// Whether a session sees all that has come back from archives by now: so says the namespace's function `archived_moment`.
/// `session` is what `%c` stands for in the session's name: where the process is another one's by now, or another server's, it
/// is not that session.
///
/// # Errors
/// Where the query fails.
pub async fn is_same_moment(db: &Db, scope: &Scope, pid: i32, session: Option<&str>) -> Result<bool> {
    let fail = |e| explain("asking what the session that reads can see", e);
    let sql = format!("SELECT {}.archived_moment($1, $2)", scope.schema_ident());
    let row = db.query_one(&db.prepared(&sql).await.map_err(fail)?, &[&pid, &session]).await.map_err(fail)?;
    Ok(row.get::<_, Option<bool>>(0) != Some(false))
}

/// What this role sees of a session that asks by its foreign table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// The session is one of this database, and the role sees its transaction.
    Seen,
    /// The session is one of this database, and the role may not see its transaction.
    Hidden,
    /// The database has no such session.
    No,
}

/// Looks for a session among those of this database. `session` is as for [`is_same_moment`].
///
/// # Errors
/// Where the query fails.
pub async fn known(db: &impl GenericClient, pid: i32, session: Option<&str>) -> Result<Known> {
    let sql = "SELECT a.backend_start IS NOT NULL AS is_seen FROM pg_stat_activity a
                WHERE a.pid = $1 AND a.datname = current_database()
                  AND coalesce(format('%s.%s', to_hex(extract(epoch FROM date_trunc('second', a.backend_start))::bigint),
                                      to_hex(a.pid)) = $2 OR a.backend_start IS NULL, true)";
    let row =
        db.query_opt(sql, &[&pid, &session]).await.map_err(|e| explain("looking for the session that reads", e))?;
    Ok(match row.map(|row| row.get::<_, bool>(0)) {
        Some(true) => Known::Seen,
        Some(false) => Known::Hidden,
        None => Known::No,
    })
}

/// How many of these archives are kept as they were: with the same manifest.
///
/// # Errors
/// Where the query fails.
pub async fn still_kept(db: &impl GenericClient, archives: &[ArchiveRow]) -> Result<usize> {
    let ids: Vec<i64> = archives.iter().map(|a| a.id).collect();
    let manifests: Vec<Option<&str>> = archives.iter().map(|a| a.manifest_sha256.as_deref()).collect();
    let sql = "SELECT count(*) FROM unnest($1::bigint[], $2::text[]) AS asked (id, manifest)
                 JOIN eventodb_store.archives a ON a.id = asked.id AND a.manifest_sha256 = asked.manifest
                WHERE a.state IN ('verified', 'dropped', 'rehydrated')";
    let row = db
        .query_one(sql, &[&ids, &manifests])
        .await
        .map_err(|e| explain("looking whether archives are still kept", e))?;
    Ok(usize::try_from(row.get::<_, i64>(0)).unwrap_or(0))
}

/// The newest archive that is kept, of any namespace.
///
/// # Errors
/// Where the query fails.
pub async fn newest_archive(db: &impl GenericClient) -> Result<Option<ArchiveRow>> {
    let newest = "SELECT id, namespace FROM eventodb_store.archives
                   WHERE state IN ('verified', 'dropped', 'rehydrated') ORDER BY id DESC LIMIT 1";
    let row = db.query_opt(newest, &[]).await.map_err(|e| explain("looking for the newest archive", e))?;
    let Some(row) = row else { return Ok(None) };
    let (id, namespace): (i64, String) = (row.get(0), row.get(1));
    Ok(ledger::list(db, &namespace).await?.into_iter().find(|a| a.id == id))
}

/// The collation of text that has none of its own, where the C library has it.
///
/// # Errors
/// Where the query fails.
pub async fn collation(db: &impl GenericClient) -> Result<Option<String>> {
    let row = db
        .query_one(
            "SELECT CASE WHEN datlocprovider = 'c' AND datcollate = datctype THEN datcollate END
               FROM pg_database WHERE datname = current_database()",
            &[],
        )
        .await
        .map_err(|e| explain("reading the database's collation", e))?;
    Ok(row.get(0))
}
