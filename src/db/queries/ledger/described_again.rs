//! What the ledger keeps of a manifest, for one that is written again.

use chrono::{DateTime, Utc};
use tokio_postgres::GenericClient;

use crate::db::errors::explain;
use crate::error::{Error, Kind, Result};

/// What the ledger knows of a manifest beside what an archive's row shows.
#[derive(Debug, Clone, Default)]
pub struct ManifestFacts {
    /// SHA-256 of the manifest before it.
    pub previous_manifest_sha256: Option<String>,
    /// Global positions that other messages have as well: first and last of each range.
    pub doubled: Vec<(i64, i64)>,
    /// What was erased in it.
    pub erased: Vec<ErasedInArchive>,
}

/// An erasure in an archive.
#[derive(Debug, Clone)]
pub struct ErasedInArchive {
    /// When it was asked for.
    pub begun_at: DateTime<Utc>,
    /// The stream.
    pub stream: String,
    /// Why.
    pub reason: String,
    /// By whom.
    pub erased_by: String,
    /// Messages that lost their content in all archives together.
    pub messages: i64,
    /// SHA-256 of the manifest that told of the content.
    pub of_manifest_sha256: Option<String>,
}

/// Reads what the ledger keeps of an archive's manifest.
///
/// # Errors
/// Where a query fails.
pub async fn manifest_facts(db: &impl GenericClient, namespace: &str, id: i64) -> Result<ManifestFacts> {
    let failed = |e| explain(format!("reading what the ledger has of the manifest of archive {id}"), e);
    let row = db
        .query_one(
            "SELECT previous_manifest_sha256,
                    ARRAY(SELECT lower(r) FROM unnest(doubled_global_positions) r),
                    ARRAY(SELECT upper(r) - 1 FROM unnest(doubled_global_positions) r)
               FROM eventodb_store.archives WHERE id = $1",
            &[&id],
        )
        .await
        .map_err(failed)?;
    let (first, last): (Vec<i64>, Vec<i64>) = (row.get(1), row.get(2));
    let rows = db
        .query(
            "WITH RECURSIVE before AS (
                 SELECT a.id, a.manifest_sha256 FROM eventodb_store.archives a WHERE a.superseded_by = $2
                 UNION
                 SELECT a.id, a.manifest_sha256 FROM eventodb_store.archives a JOIN before b ON a.superseded_by = b.id)
             SELECT e.begun_at, e.stream_name, e.reason, e.erased_by, e.archived_messages, b.manifest_sha256
               FROM eventodb_store.erasures e JOIN before b ON b.id = ANY (e.archives)
              WHERE e.namespace = $1 ORDER BY e.begun_at, e.stream_name",
            &[&namespace, &id],
        )
        .await
        .map_err(failed)?;
    let erased = rows.iter().map(|r| ErasedInArchive {
        begun_at: r.get(0),
        stream: r.get(1),
        reason: r.get(2),
        erased_by: r.get(3),
        messages: r.get(4),
        of_manifest_sha256: r.get(5),
    });
    Ok(ManifestFacts {
        previous_manifest_sha256: row.get(0),
        doubled: first.into_iter().zip(last).collect(),
        erased: erased.collect(),
    })
}

/// Gives an archive's row the hash of the manifest that was written again. Later manifests follow the one that was lost: a row of
/// history, of the same objects, keeps its hash.
///
/// # Errors
/// [`Kind::Conflict`] where the row has another manifest by now.
pub async fn described_again(db: &impl GenericClient, id: i64, lost_sha256: &str, sha256: &str) -> Result<()> {
    let doing = format!("noting that the manifest of archive {id} was written again");
    db.execute(
        "INSERT INTO eventodb_store.archives (namespace, range_start, range_end, generation, chunk_name, protocol, state,
                store_url, object_key, manifest_key, heads_key, codec, message_count, first_global_position,
                last_global_position, global_position_sum, first_time, last_time, csv_bytes, csv_sha256, stored_bytes,
                stored_sha256, manifest_sha256, previous_manifest_sha256, created_at, verified_at, last_error, superseded_by)
         SELECT namespace, range_start, range_end,
                (SELECT max(g.generation) + 1 FROM eventodb_store.archives g
                  WHERE (g.namespace, g.range_start, g.range_end) = (a.namespace, a.range_start, a.range_end)),
                chunk_name, protocol, 'expired', store_url, object_key, manifest_key, heads_key, codec, message_count,
                first_global_position, last_global_position, global_position_sum, first_time, last_time, csv_bytes, csv_sha256,
                stored_bytes, stored_sha256, manifest_sha256, previous_manifest_sha256, created_at, verified_at,
                'its manifest was lost: archive ' || id || ' has the same data, and one that was written again', id
           FROM eventodb_store.archives a WHERE a.id = $1 AND a.manifest_sha256 = $2",
        &[&id, &lost_sha256],
    )
    .await
    .map_err(|e| explain(doing.clone(), e))?;
    let n = db
        .execute(
            "UPDATE eventodb_store.archives SET manifest_sha256 = $3, read_back_at = now()
              WHERE id = $1 AND manifest_sha256 = $2 AND state IN ('verified', 'dropped', 'rehydrated')",
            &[&id, &lost_sha256, &sha256],
        )
        .await
        .map_err(|e| explain(doing.clone(), e))?;
    if n == 1 {
        return Ok(());
    }
    Err(Error::new(Kind::Conflict, doing)
        .because("the ledger has another manifest for it by now")
        .hint("run the same command again"))
}
