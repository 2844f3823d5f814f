//! The lifecycle lock: one run a namespace, gone with its session. It is an advisory lock, which anybody who can connect may
//! take; so its key is kept in a table, and changes where a session holds it whose role has no business with the namespace.

use tokio_postgres::GenericClient;
use tokio_postgres::error::SqlState;

use crate::db::errors::explain;
use crate::error::{Error, Kind, Result};

/// The key before there was a table of keys: for a namespace that is deleted from a database of an earlier version.
const FIRST_KEY: &str = "hashtextextended('eventodb-admin/lifecycle/' || $1::text, 0)";

/// Whether the database keeps the keys.
async fn keeps_keys(db: &impl GenericClient) -> Result<bool> {
    let row = db
        .query_one("SELECT to_regclass('eventodb_store.lifecycle_locks') IS NOT NULL", &[])
        .await
        .map_err(|e| explain("looking for the keys of lifecycle locks", e))?;
    Ok(row.get(0))
}

/// Takes the namespace's lifecycle lock for this session, and returns its key.
///
/// # Errors
/// [`Kind::Busy`] where another session holds it.
pub async fn lock(db: &impl GenericClient, namespace: &str) -> Result<i64> {
    let doing = || format!("taking the lifecycle lock of namespace {namespace}");
    let busy = || {
        Error::new(Kind::Busy, doing())
            .because("another run holds it")
            .hint("wait for that run to end; SELECT pid, application_name FROM pg_stat_activity shows it")
    };
    let (take, key) = if keeps_keys(db).await? {
        ("eventodb_store.take_lifecycle_lock($1, true)".to_owned(), "eventodb_store.lifecycle_key($1)")
    } else {
        (format!("CASE WHEN pg_try_advisory_lock({FIRST_KEY}) THEN 'taken' ELSE 'busy' END"), FIRST_KEY)
    };
    let done = match db.query_one(&format!("SELECT {take}"), &[&namespace]).await {
        Ok(row) => row.get::<_, String>(0),
        // Another run is taking it at this moment.
        Err(e) if e.code() == Some(&SqlState::LOCK_NOT_AVAILABLE) => return Err(busy()),
        Err(e) => return Err(explain(doing(), e)),
    };
    match done.as_str() {
        "busy" => return Err(busy()),
        "rekeyed" => tracing::warn!(
            namespace,
            "a session of a role without rights on the namespace held its lifecycle lock: another key took its place"
        ),
        _ => {}
    }
    // In a statement of its own, which sees the key that the first one has set.
    let row = db.query_one(&format!("SELECT {key}"), &[&namespace]).await.map_err(|e| explain(doing(), e))?;
    Ok(row.get(0))
}

/// Gives the lock of a key back.
///
/// # Errors
/// Where the statement fails.
pub async fn unlock(db: &impl GenericClient, key: i64) -> Result<()> {
    db.execute("SELECT pg_advisory_unlock($1)", &[&key])
        .await
        .map_err(|e| explain("giving the lifecycle lock back", e))?;
    Ok(())
}

/// The server process of this session.
///
/// # Errors
/// Where the query fails.
pub async fn backend_pid(db: &impl GenericClient) -> Result<i32> {
    let row = db.query_one("SELECT pg_backend_pid()", &[]).await.map_err(|e| explain("asking for the backend", e))?;
    Ok(row.get(0))
}

/// Whether `pid` still holds the namespace's lifecycle lock: asked before a drop by sessions that work for it. The session
/// that took the lock has it for as long as it can ask.
///
/// # Errors
/// Where the query fails.
pub async fn is_held_by(db: &impl GenericClient, namespace: &str, pid: i32) -> Result<bool> {
    let row = db
        .query_one(
            "SELECT $2 = pg_backend_pid() OR EXISTS (
                 SELECT FROM eventodb_store.lifecycle_holders($1, eventodb_store.lifecycle_key($1)) h WHERE h.pid = $2)",
            &[&namespace, &pid],
        )
        .await
        .map_err(|e| explain("asking who holds the lifecycle lock", e))?;
    Ok(row.get(0))
}

/// Whether a session holds the namespace's lifecycle lock that may.
///
/// # Errors
/// Where the query fails.
pub async fn is_held(db: &impl GenericClient, namespace: &str) -> Result<bool> {
    let row = db
        .query_one(
            "SELECT EXISTS (SELECT FROM eventodb_store.lifecycle_holders($1, eventodb_store.lifecycle_key($1)) h
                             WHERE h.is_rightful)",
            &[&namespace],
        )
        .await
        .map_err(|e| explain("asking who holds the lifecycle lock", e))?;
    Ok(row.get(0))
}
