//! What the newest archive of a namespace is known by.

use tokio_postgres::GenericClient;

use crate::db::errors::explain;
use crate::db::migrate::NAMESPACE_HISTORY;
use crate::db::scope::Scope;
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

/// The manifest that the next one refers to. Not one of an attempt that failed: its objects may be swept away. Not one of a
/// former life of the namespace either, which ended before the schema was made that it has now: where the database is lost, two
/// lives in one store must be two chains of manifests.
///
/// # Errors
/// Where the query fails.
pub async fn last_manifest(db: &impl GenericClient, scope: &Scope) -> Result<Option<String>> {
    let sql = scope.render(&format!(
        "SELECT a.manifest_sha256 FROM eventodb_store.archives a
          WHERE a.namespace = $1 AND a.manifest_sha256 IS NOT NULL
            AND a.state IN ('verified', 'dropped', 'rehydrated', 'expired')
            -- A row of history keeps the hash of a manifest that was lost.
            AND (a.superseded_by > a.id) IS NOT FALSE
            AND coalesce(a.entered_at, a.updated_at)
                >= (SELECT min(m.applied_at) FROM {{{{schema}}}}.{NAMESPACE_HISTORY} m WHERE m.version > 0)
          ORDER BY a.id DESC LIMIT 1"
    ))?;
    let row =
        db.query_opt(&sql, &[&scope.namespace()]).await.map_err(|e| explain("reading the last manifest's hash", e))?;
    Ok(row.map(|r| r.get(0)))
}
