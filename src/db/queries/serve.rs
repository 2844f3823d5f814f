//! What the server of archived messages asks the database.

use tokio_postgres::GenericClient;

use crate::db::errors::explain;
use crate::db::queries::ledger::{self, ArchiveRow};
use crate::db::scope::Scope;
use crate::error::Result;

/// The namespace whose schema this is, and whether this role may read it: one that may not sees none of its archives.
///
/// # Errors
/// Where the query fails.
pub async fn namespace_of(db: &impl GenericClient, schema: &str) -> Result<Option<(String, bool)>> {
    let row = db
        .query_opt("SELECT id, eventodb_store.may(CURRENT_USER, 'read', id) FROM eventodb_store.namespaces WHERE schema_name = $1", &[&schema])
        .await
        .map_err(|e| explain(format!("looking for the namespace of schema {schema}"), e))?;
    Ok(row.map(|row| (row.get(0), row.get(1))))
}

/// Whether a session sees all that has come back from archives by now: so says the namespace's function `archived_moment`, where
/// it has one. `session` is what `%c` stands for in the session's name: where the process is another one's by now, or another
/// server's, it is not that session.
///
/// # Errors
/// Where a query fails.
pub async fn is_same_moment(db: &impl GenericClient, scope: &Scope, pid: i32, session: Option<&str>) -> Result<bool> {
    let doing = "asking what the session that reads can see";
    let function = format!("{}.archived_moment", scope.schema_ident());
    let there = db
        .query_one("SELECT to_regprocedure($1) IS NOT NULL", &[&format!("{function}(integer, text)")])
        .await
        .map_err(|e| explain(doing, e))?;
    if !there.get::<_, bool>(0) {
        return Ok(true);
    }
    let row =
        db.query_one(&format!("SELECT {function}($1, $2)"), &[&pid, &session]).await.map_err(|e| explain(doing, e))?;
    Ok(row.get::<_, Option<bool>>(0) != Some(false))
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
