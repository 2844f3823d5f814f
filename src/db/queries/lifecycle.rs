//! The lifecycle lock: one run a namespace, gone with its session.

use tokio_postgres::{Client, GenericClient};

use crate::db::errors::explain;
use crate::error::{Error, Kind, Result};

const KEY: &str = "hashtextextended('eventodb-admin/lifecycle/' || $1::text, 0)";

/// Takes the namespace's lifecycle lock for this session.
///
/// # Errors
/// [`Kind::Busy`] where another session holds it.
pub async fn lock(db: &Client, namespace: &str) -> Result<()> {
    let row = db
        .query_one(&format!("SELECT pg_try_advisory_lock({KEY})"), &[&namespace])
        .await
        .map_err(|e| explain(format!("taking the lifecycle lock of namespace {namespace}"), e))?;
    if row.get(0) {
        return Ok(());
    }
    Err(Error::new(Kind::Busy, format!("taking the lifecycle lock of namespace {namespace}"))
        .because("another run holds it")
        .hint("wait for that run to end; SELECT pid, application_name FROM pg_stat_activity shows it"))
}

/// Gives the lock back.
///
/// # Errors
/// Where the statement fails.
pub async fn unlock(db: &Client, namespace: &str) -> Result<()> {
    db.execute(&format!("SELECT pg_advisory_unlock({KEY})"), &[&namespace])
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
            &format!(
                "SELECT $2 = pg_backend_pid() OR EXISTS (SELECT FROM pg_locks l, (SELECT {KEY} AS key) k
                  WHERE l.locktype = 'advisory' AND l.granted AND l.pid = $2 AND l.objsubid = 1
                    AND (l.classid::bigint << 32) | l.objid::bigint = k.key)"
            ),
            &[&namespace, &pid],
        )
        .await
        .map_err(|e| explain("asking who holds the lifecycle lock", e))?;
    Ok(row.get(0))
}

/// Whether some session holds the namespace's lifecycle lock.
///
/// # Errors
/// Where the query fails.
pub async fn is_held(db: &impl GenericClient, namespace: &str) -> Result<bool> {
    let row = db
        .query_one(
            &format!(
                "SELECT EXISTS (SELECT FROM pg_locks l, (SELECT {KEY} AS key) k
                  WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
                    AND (l.classid::bigint << 32) | l.objid::bigint = k.key)"
            ),
            &[&namespace],
        )
        .await
        .map_err(|e| explain("asking who holds the lifecycle lock", e))?;
    Ok(row.get(0))
}
