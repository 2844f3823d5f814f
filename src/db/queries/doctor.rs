//! What `doctor` asks the server.

use chrono::{DateTime, Utc};
use tokio_postgres::GenericClient;

use crate::db::errors::explain;
use crate::error::Result;

/// The server's clock.
///
/// # Errors
/// Where the query fails.
pub async fn now(db: &impl GenericClient) -> Result<DateTime<Utc>> {
    let row = db
        .query_one("SELECT clock_timestamp()", &[])
        .await
        .map_err(|e| explain("asking the server for the time", e))?;
    Ok(row.get(0))
}

/// `TimescaleDB`'s functions that drop, freeze or thaw a chunk and may be called by every role: they check no ownership
/// (seen in 2.28.3).
///
/// # Errors
/// Where the query fails.
pub async fn open_functions(db: &impl GenericClient) -> Result<Vec<String>> {
    let rows = db
        .query(
            "SELECT p.oid::regprocedure::text FROM pg_proc p
              WHERE p.pronamespace = to_regnamespace('_timescaledb_functions')
                AND p.proname IN ('drop_chunk', 'freeze_chunk', 'unfreeze_chunk')
                AND EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
                             WHERE a.grantee = 0 AND a.privilege_type = 'EXECUTE')
              ORDER BY 1",
            &[],
        )
        .await
        .map_err(|e| explain("looking for functions that anyone may call", e))?;
    let schema = "_timescaledb_functions.";
    Ok(rows
        .iter()
        .map(|r| {
            let name: String = r.get(0);
            name.strip_prefix(schema).map_or(name.clone(), str::to_owned)
        })
        .collect())
}

/// Whether some session holds the namespace's lifecycle lock.
///
/// # Errors
/// Where the query fails.
pub async fn is_lifecycle_locked(db: &impl GenericClient, namespace: &str) -> Result<bool> {
    let row = db
        .query_one(
            "SELECT EXISTS (SELECT FROM pg_locks l,
                    (SELECT hashtextextended('eventodb-admin/lifecycle/' || $1::text, 0) AS key) k
              WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
                AND (l.classid::bigint << 32) | l.objid::bigint = k.key)",
            &[&namespace],
        )
        .await
        .map_err(|e| explain("asking who holds the lifecycle lock", e))?;
    Ok(row.get(0))
}
