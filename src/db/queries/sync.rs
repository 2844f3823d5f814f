//! What `archives sync` asks and changes beside the ledger. The archives' streams are in the transaction's table of
//! archived streams by then.

use tokio_postgres::GenericClient;

use crate::db::errors::explain;
use crate::db::scope::Scope;
use crate::error::Result;

/// Keeps writers out until the transaction ends; readers go on.
///
/// # Errors
/// 55P03 where a writer stays too long.
pub async fn keep_writers_out(db: &impl GenericClient, scope: &Scope) -> Result<()> {
    db.batch_execute(&format!("LOCK TABLE ONLY {} IN SHARE ROW EXCLUSIVE MODE", scope.messages()))
        .await
        .map_err(|e| explain("waiting for writers", e))
}

/// Raises every archived stream's head to its last archived message, and its count to the live and archived ones. Never
/// lowers anything: heads that know these messages stay as they are.
///
/// # Errors
/// Where the statement fails.
pub async fn raise_heads(db: &impl GenericClient, scope: &Scope) -> Result<()> {
    let sql = scope.render(include_str!("../sql/heads_from_archives.sql"))?;
    db.execute(&sql, &[]).await.map_err(|e| explain("raising the stream heads", e))?;
    Ok(())
}

/// An archived stream with more messages than positions.
///
/// # Errors
/// Where the query fails.
pub async fn doubled_stream(db: &impl GenericClient, scope: &Scope) -> Result<Option<String>> {
    let sql = scope.render(
        "SELECT h.stream_name FROM {{schema}}.heads h JOIN pg_temp.eventodb_archived a USING (stream_name)
          WHERE h.messages - 1 > h.\"position\" LIMIT 1",
    )?;
    let row = db.query_opt(&sql, &[]).await.map_err(|e| explain("looking for doubled streams", e))?;
    Ok(row.map(|r| r.get(0)))
}

/// The manifests that no other one that is kept refers to, the newest first: by these, whoever has only the store knows that
/// all others are those that were written.
///
/// # Errors
/// Where the query fails.
pub async fn unfollowed_manifests(db: &impl GenericClient, namespace: &str) -> Result<Vec<String>> {
    let rows = db
        .query(
            "SELECT a.manifest_sha256 FROM eventodb_store.archives a
              WHERE a.namespace = $1 AND a.manifest_sha256 IS NOT NULL AND a.state IN ('verified', 'dropped', 'rehydrated')
                AND NOT EXISTS (SELECT FROM eventodb_store.archives f
                                 WHERE f.namespace = $1 AND f.previous_manifest_sha256 = a.manifest_sha256
                                   AND f.manifest_sha256 IS NOT NULL AND f.state IN ('verified', 'dropped', 'rehydrated'))
              ORDER BY a.id DESC",
            &[&namespace],
        )
        .await
        .map_err(|e| explain("reading the hashes of manifests", e))?;
    Ok(rows.iter().map(|r| r.get(0)).collect())
}
