//! What the newest archive of a namespace is known by.

use tokio_postgres::GenericClient;

use crate::db::errors::explain;
use crate::error::Result;

/// The data object of the newest archive that is kept.
///
/// # Errors
/// Where the query fails.
pub async fn newest_object(db: &impl GenericClient, namespace: &str) -> Result<Option<String>> {
    let row = db
        .query_opt(
            "SELECT object_key FROM eventodb_store.archives
              WHERE namespace = $1 AND state IN ('verified', 'dropped', 'rehydrated') AND object_key IS NOT NULL
              ORDER BY id DESC LIMIT 1",
            &[&namespace],
        )
        .await
        .map_err(|e| explain("looking for the newest archive", e))?;
    Ok(row.map(|r| r.get(0)))
}

/// The manifest that the next one refers to. Not one of an attempt that failed: its objects may be swept away.
///
/// # Errors
/// Where the query fails.
pub async fn last_manifest(db: &impl GenericClient, namespace: &str) -> Result<Option<String>> {
    let row = db
        .query_opt(
            "SELECT manifest_sha256 FROM eventodb_store.archives
              WHERE namespace = $1 AND manifest_sha256 IS NOT NULL
                AND state IN ('verified', 'dropped', 'rehydrated', 'expired')
                -- A row of history keeps the hash of a manifest that was lost.
                AND (superseded_by > id) IS NOT FALSE ORDER BY id DESC LIMIT 1",
            &[&namespace],
        )
        .await
        .map_err(|e| explain("reading the last manifest's hash", e))?;
    Ok(row.map(|r| r.get(0)))
}
