//! What is written to the ledger. Every change of state is compare-and-set.

use chrono::{DateTime, Utc};
use tokio_postgres::GenericClient;
use tokio_postgres::types::ToSql;

use super::{ArchiveRow, Objects, State};
use crate::db::errors::explain;
use crate::db::queries::chunks::{ChunkContents, ChunkRow};
use crate::error::{Error, Kind, Result};

/// What a new attempt needs to know of itself.
#[derive(Debug, Clone)]
pub struct NewArchive<'a> {
    /// The namespace.
    pub namespace: &'a str,
    /// The first instant of the range.
    pub range_start: DateTime<Utc>,
    /// The instant after the range.
    pub range_end: DateTime<Utc>,
    /// The generation, from [`next_generation`].
    pub generation: i32,
    /// The chunk.
    pub chunk_name: &'a str,
    /// `freeze` or `lock`; none where no chunk is read.
    pub protocol: Option<&'a str>,
    /// The store.
    pub store_url: &'a str,
    /// The data's key.
    pub object_key: &'a str,
    /// The manifest's key.
    pub manifest_key: &'a str,
    /// The heads' key.
    pub heads_key: &'a str,
    /// The codec.
    pub codec: &'a str,
    /// How often this range was tried, this time included.
    pub attempts: i32,
    /// The chunk, where the run freezes it.
    pub frozen_chunk: Option<&'a str>,
}

/// The next generation of a range, and how many attempts in a row have failed there.
///
/// # Errors
/// Where the query fails.
pub async fn next_generation(
    db: &impl GenericClient,
    namespace: &str,
    range_start: DateTime<Utc>,
    range_end: DateTime<Utc>,
) -> Result<(i32, i32)> {
    let row = db
        .query_one(
            "SELECT coalesce(max(generation), 0) + 1,
                    (count(*) FILTER (WHERE state = 'failed' AND generation > coalesce((
                        SELECT max(b.generation) FROM eventodb_store.archives b
                         WHERE b.namespace = $1 AND b.range_start = $2 AND b.range_end = $3 AND b.state <> 'failed'), 0)))::int
               FROM eventodb_store.archives WHERE namespace = $1 AND range_start = $2 AND range_end = $3",
            &[&namespace, &range_start, &range_end],
        )
        .await
        .map_err(|e| explain("reading the generations of a range", e))?;
    Ok((row.get(0), row.get(1)))
}

/// Enters a new attempt as `planned`.
///
/// # Errors
/// Where the statement fails; 23505 where another attempt at the chunk is under way.
pub async fn insert(db: &impl GenericClient, new: &NewArchive<'_>) -> Result<i64> {
    let row = db
        .query_one(
            "INSERT INTO eventodb_store.archives (namespace, range_start, range_end, generation, chunk_name, protocol,
                    store_url, object_key, manifest_key, heads_key, codec, attempts, frozen_chunk)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) RETURNING id",
            &[
                &new.namespace,
                &new.range_start,
                &new.range_end,
                &new.generation,
                &new.chunk_name,
                &new.protocol,
                &new.store_url,
                &new.object_key,
                &new.manifest_key,
                &new.heads_key,
                &new.codec,
                &new.attempts,
                &new.frozen_chunk,
            ],
        )
        .await
        .map_err(|e| explain(format!("entering chunk {} in the ledger", new.chunk_name), e))?;
    Ok(row.get(0))
}

/// Enters a chunk that is dropped with no archive.
///
/// # Errors
/// Where the statement fails.
pub async fn insert_discarded(
    db: &impl GenericClient,
    namespace: &str,
    chunk: &ChunkRow,
    generation: i32,
    contents: &ChunkContents,
) -> Result<i64> {
    let row = db
        .query_one(
            "INSERT INTO eventodb_store.archives (namespace, range_start, range_end, generation, chunk_name, state,
                    message_count, first_global_position, last_global_position, first_time, last_time, dropped_at)
             VALUES ($1, $2, $3, $4, $5, 'discarded', $6, $7, $8, $9, $10, now()) RETURNING id",
            &[
                &namespace,
                &chunk.range_start,
                &chunk.range_end,
                &generation,
                &chunk.name(),
                &contents.messages,
                &contents.first_global_position,
                &contents.last_global_position,
                &contents.first_time,
                &contents.last_time,
            ],
        )
        .await
        .map_err(|e| explain(format!("entering the loss of chunk {} in the ledger", chunk.name()), e))?;
    Ok(row.get(0))
}

/// An archive that was found in the store.
#[derive(Debug, Clone)]
pub struct FoundArchive<'a> {
    /// The namespace.
    pub namespace: &'a str,
    /// The first instant of the range, and the one after it.
    pub range: (DateTime<Utc>, DateTime<Utc>),
    /// A generation that the range does not have yet.
    pub generation: i32,
    /// The chunk that it was made from, in whichever database.
    pub chunk_name: &'a str,
    /// Where it stands.
    pub state: State,
    /// The store.
    pub store_url: &'a str,
    /// The data's key.
    pub object_key: &'a str,
    /// The manifest's key.
    pub manifest_key: &'a str,
    /// The heads' key.
    pub heads_key: &'a str,
    /// The codec.
    pub codec: &'a str,
    /// Messages.
    pub message_count: i64,
    /// Lowest and highest.
    pub global_positions: (Option<i64>, Option<i64>),
    /// Their sum, as a number in text.
    pub global_position_sum: &'a str,
    /// Earliest and latest.
    pub times: (Option<DateTime<Utc>>, Option<DateTime<Utc>>),
    /// Bytes of CSV.
    pub csv_bytes: i64,
    /// SHA-256 of the CSV.
    pub csv_sha256: &'a str,
    /// Bytes stored.
    pub stored_bytes: i64,
    /// SHA-256 of what is stored.
    pub stored_sha256: &'a str,
    /// SHA-256 of the manifest.
    pub manifest_sha256: &'a str,
    /// SHA-256 of the manifest before.
    pub previous_manifest_sha256: Option<&'a str>,
    /// Messages by category.
    pub category_counts: Option<&'a serde_json::Value>,
    /// Global positions that other messages have as well, as several ranges.
    pub doubled_global_positions: Option<String>,
    /// When the manifest was made.
    pub created_at: DateTime<Utc>,
}

/// Enters an archive that was found in the store.
///
/// # Errors
/// Where the statement fails.
pub async fn insert_found(db: &impl GenericClient, f: &FoundArchive<'_>) -> Result<i64> {
    let row = db
        .query_one(
            "INSERT INTO eventodb_store.archives (namespace, range_start, range_end, generation, chunk_name, state,
                    store_url, object_key, manifest_key, heads_key, codec, message_count, first_global_position,
                    last_global_position, global_position_sum, first_time, last_time, csv_bytes, csv_sha256, stored_bytes,
                    stored_sha256, manifest_sha256, previous_manifest_sha256, category_counts, created_at,
                    doubled_global_positions)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15::text::numeric, $16, $17, $18, $19,
                     $20, $21, $22, $23, $24, $25, $26::text::int8multirange) RETURNING id",
            &[
                &f.namespace,
                &f.range.0,
                &f.range.1,
                &f.generation,
                &f.chunk_name,
                &f.state.as_str(),
                &f.store_url,
                &f.object_key,
                &f.manifest_key,
                &f.heads_key,
                &f.codec,
                &f.message_count,
                &f.global_positions.0,
                &f.global_positions.1,
                &f.global_position_sum,
                &f.times.0,
                &f.times.1,
                &f.csv_bytes,
                &f.csv_sha256,
                &f.stored_bytes,
                &f.stored_sha256,
                &f.manifest_sha256,
                &f.previous_manifest_sha256,
                &f.category_counts,
                &f.created_at,
                &f.doubled_global_positions,
            ],
        )
        .await
        .map_err(|e| explain(format!("entering {} in the ledger", f.manifest_key), e))?;
    Ok(row.get(0))
}

/// Notes which archive has taken another's place.
///
/// # Errors
/// Where the statement fails.
pub async fn mark_superseded(db: &impl GenericClient, old: i64, new: i64) -> Result<()> {
    db.execute("UPDATE eventodb_store.archives SET superseded_by = $2 WHERE id = $1", &[&old, &new])
        .await
        .map_err(|e| explain(format!("noting that archive {new} takes the place of archive {old}"), e))?;
    Ok(())
}

/// What an upload adds to the row.
#[derive(Debug, Clone)]
pub struct Uploaded<'a> {
    /// Messages.
    pub message_count: i64,
    /// Lowest global position.
    pub first_global_position: Option<i64>,
    /// Highest global position.
    pub last_global_position: Option<i64>,
    /// Earliest time.
    pub first_time: Option<DateTime<Utc>>,
    /// Latest time.
    pub last_time: Option<DateTime<Utc>>,
    /// Bytes of CSV.
    pub csv_bytes: i64,
    /// SHA-256 of the CSV.
    pub csv_sha256: &'a str,
    /// Bytes stored.
    pub stored_bytes: i64,
    /// SHA-256 of what is stored.
    pub stored_sha256: &'a str,
    /// SHA-256 of the manifest.
    pub manifest_sha256: &'a str,
    /// SHA-256 of the manifest before.
    pub previous_manifest_sha256: Option<&'a str>,
    /// Messages by category.
    pub category_counts: Option<&'a serde_json::Value>,
    /// The sum of the global positions, as a number in text.
    pub global_position_sum: &'a str,
    /// Global positions that other messages have as well, as several ranges.
    pub doubled_global_positions: Option<String>,
    /// For a later drop in SQL.
    pub content_digest: Option<&'a str>,
}

/// `exported` → `uploaded`, with all that is known by then.
///
/// # Errors
/// [`Kind::Conflict`] where the row is not in that state.
pub async fn uploaded(db: &impl GenericClient, id: i64, u: &Uploaded<'_>) -> Result<()> {
    let set = "message_count = $4, first_global_position = $5, last_global_position = $6, first_time = $7, \
               last_time = $8, csv_bytes = $9, csv_sha256 = $10, stored_bytes = $11, stored_sha256 = $12, \
               manifest_sha256 = $13, previous_manifest_sha256 = $14, category_counts = $15, content_digest = $16, \
               global_position_sum = $17::text::numeric, doubled_global_positions = $18::text::int8multirange";
    advance_with(
        db,
        id,
        State::Exported,
        State::Uploaded,
        set,
        &[
            &u.message_count,
            &u.first_global_position,
            &u.last_global_position,
            &u.first_time,
            &u.last_time,
            &u.csv_bytes,
            &u.csv_sha256,
            &u.stored_bytes,
            &u.stored_sha256,
            &u.manifest_sha256,
            &u.previous_manifest_sha256,
            &u.category_counts,
            &u.content_digest,
            &u.global_position_sum,
            &u.doubled_global_positions,
        ],
    )
    .await
}

/// Kept archives that were made, or took up their chunk again, after `archive` and share some of its range and global
/// positions: parts of what it held may be in them.
///
/// # Errors
/// Where the query fails.
pub async fn later_overlapping(db: &impl GenericClient, archive: &ArchiveRow) -> Result<Vec<i64>> {
    let rows = db
        .query(
            "SELECT id FROM eventodb_store.archives
              WHERE namespace = $1 AND state IN ('verified', 'dropped', 'rehydrated')
                AND (id > $2 OR id < $2 AND state = 'dropped' AND dropped_at >= $7)
                AND range_start < $4 AND range_end > $3
                AND first_global_position <= $6 AND last_global_position >= $5 ORDER BY id",
            &[
                &archive.namespace,
                &archive.id,
                &archive.range_start,
                &archive.range_end,
                &archive.first_global_position,
                &archive.last_global_position,
                &archive.rehydrated_at,
            ],
        )
        .await
        .map_err(|e| explain(format!("looking for archives made after archive {}", archive.id), e))?;
    Ok(rows.iter().map(|r| r.get(0)).collect())
}

/// Moves an archive from one state to the next, where it still is in the first.
///
/// # Errors
/// [`Kind::Conflict`] where somebody else has moved it.
pub async fn advance(db: &impl GenericClient, id: i64, from: State, to: State) -> Result<()> {
    let set = match to {
        State::Verified => "verified_at = now(), read_back_at = now()",
        State::Dropped => "dropped_at = now(), rehydrated_at = NULL, lease_until = NULL",
        State::Rehydrated => "rehydrated_at = now()",
        _ => "last_error = last_error",
    };
    advance_with(db, id, from, to, set, &[]).await
}

/// Gives an attempt up, or marks an archive as superseded, with the reason.
///
/// # Errors
/// [`Kind::Conflict`] where somebody else has moved it.
pub async fn retire(
    db: &impl GenericClient,
    id: i64,
    from: State,
    to: State,
    reason: &str,
    superseded_by: Option<i64>,
) -> Result<()> {
    advance_with(db, id, from, to, "last_error = left($4, 20000), superseded_by = $5", &[&reason, &superseded_by]).await
}

async fn advance_with(
    db: &impl GenericClient,
    id: i64,
    from: State,
    to: State,
    set: &str,
    more: &[&(dyn ToSql + Sync)],
) -> Result<()> {
    let doing = format!("moving archive {id} from {from} to {to}");
    let (from, to) = (from.as_str(), to.as_str());
    let mut params: Vec<&(dyn ToSql + Sync)> = vec![&id, &from, &to];
    params.extend_from_slice(more);
    let n = db
        .execute(&format!("UPDATE eventodb_store.archives SET state = $3, {set} WHERE id = $1 AND state = $2"), &params)
        .await
        .map_err(|e| explain(doing.clone(), e))?;
    if n == 1 {
        return Ok(());
    }
    Err(Error::new(Kind::Conflict, doing)
        .because("it is no longer in that state: somebody else has moved it")
        .hint("eventodb-admin archives show tells its state; run the command again"))
}

/// Puts an archive that was written anew, and proven, in the place of the one that it was made from: it stands where that
/// one stood, whose objects are to go.
///
/// # Errors
/// [`Kind::Conflict`] where somebody else has moved one of them.
pub async fn take_over(db: &impl GenericClient, old: &ArchiveRow, new: i64, reason: &str) -> Result<()> {
    advance(db, new, State::Uploaded, State::Verified).await?;
    let since = "dropped_at = (SELECT o.dropped_at FROM eventodb_store.archives o WHERE o.id = $4), \
                 rehydrated_at = (SELECT o.rehydrated_at FROM eventodb_store.archives o WHERE o.id = $4), \
                 lease_until = (SELECT o.lease_until FROM eventodb_store.archives o WHERE o.id = $4)";
    advance_with(db, new, State::Verified, old.state, since, &[&old.id]).await?;
    retire(db, old.id, old.state, State::Expired, reason, Some(new)).await?;
    set_objects(db, old.id, Objects::Erasing).await
}

/// Notes of an archive that holds the same as another one what is known of that one's content.
///
/// # Errors
/// Where the statement fails.
pub async fn copy_content(db: &impl GenericClient, from: i64, to: i64) -> Result<()> {
    db.execute(
        "UPDATE eventodb_store.archives n SET category_counts = o.category_counts, content_digest = o.content_digest
           FROM eventodb_store.archives o WHERE o.id = $1 AND n.id = $2",
        &[&from, &to],
    )
    .await
    .map_err(|e| explain(format!("noting that archive {to} holds what archive {from} holds"), e))?;
    Ok(())
}

/// Notes what has become of an archive's objects.
///
/// # Errors
/// Where the statement fails.
pub async fn set_objects(db: &impl GenericClient, id: i64, objects: Objects) -> Result<()> {
    db.execute("UPDATE eventodb_store.archives SET objects = $2 WHERE id = $1", &[&id, &objects.as_str()])
        .await
        .map_err(|e| explain(format!("noting what has become of the objects of archive {id}"), e))?;
    Ok(())
}

/// Has what is in the hypertable stay for so long, by the server's clock; never shortens. Returns until when.
///
/// # Errors
/// [`Kind::Conflict`] where it is no longer there.
pub async fn lease(db: &impl GenericClient, id: i64, time: std::time::Duration) -> Result<DateTime<Utc>> {
    let doing = format!("leasing archive {id}");
    let row = db
        .query_opt(
            "UPDATE eventodb_store.archives
                SET lease_until = greatest(lease_until, now() + make_interval(secs => $2))
              WHERE id = $1 AND state IN ('rehydrated', 'verified') RETURNING lease_until",
            &[&id, &time.as_secs_f64()],
        )
        .await
        .map_err(|e| explain(doing.clone(), e))?;
    row.map(|r| r.get(0)).ok_or_else(|| {
        Error::new(Kind::Conflict, doing)
            .because("it is not in the hypertable: somebody else has moved it")
            .hint("run the same command again")
    })
}
