//! The ledger of archives. Every change of state is compare-and-set.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use tokio_postgres::types::ToSql;
use tokio_postgres::{GenericClient, Row};

use crate::db::errors::explain;
use crate::error::{Error, Kind, Result};

/// Where an archive stands. The database checks the transitions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// A run has begun.
    Planned,
    /// The chunk was read to its end.
    Exported,
    /// Data, heads and manifest are in the store.
    Uploaded,
    /// Read back and found equal.
    Verified,
    /// The archive is the only copy.
    Dropped,
    /// Back in the hypertable.
    Rehydrated,
    /// Given up; the chunk is untouched.
    Failed,
    /// Superseded, or past its time.
    Expired,
    /// Dropped on demand with no archive.
    Discarded,
}

impl State {
    const ALL: [(Self, &'static str); 9] = [
        (Self::Planned, "planned"),
        (Self::Exported, "exported"),
        (Self::Uploaded, "uploaded"),
        (Self::Verified, "verified"),
        (Self::Dropped, "dropped"),
        (Self::Rehydrated, "rehydrated"),
        (Self::Failed, "failed"),
        (Self::Expired, "expired"),
        (Self::Discarded, "discarded"),
    ];

    /// The state's name in the ledger and in output.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(s, _)| *s == self).map_or("unknown", |(_, name)| name)
    }

    /// Whether the store holds a proven copy.
    pub const fn is_kept(self) -> bool {
        matches!(self, Self::Verified | Self::Dropped | Self::Rehydrated)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for State {
    type Err = Error;

    fn from_str(s: &str) -> Result<Self> {
        Self::ALL
            .iter()
            .find(|(_, name)| *name == s)
            .map(|(state, _)| *state)
            .ok_or_else(|| Error::failed("reading the ledger").because(format!("it has a state {s:?}")))
    }
}

/// One generation of an archived range.
#[derive(Debug, Clone)]
pub struct ArchiveRow {
    /// The archive's number, as users give it.
    pub id: i64,
    /// The namespace.
    pub namespace: String,
    /// The first instant of the range.
    pub range_start: DateTime<Utc>,
    /// The instant after the range.
    pub range_end: DateTime<Utc>,
    /// Counts the attempts and parts of this range, from 1.
    pub generation: i32,
    /// The chunk it was made from.
    pub chunk_name: String,
    /// Where it stands.
    pub state: State,
    /// Where the objects lie.
    pub store_url: Option<String>,
    /// The data.
    pub object_key: Option<String>,
    /// The manifest.
    pub manifest_key: Option<String>,
    /// The stream heads.
    pub heads_key: Option<String>,
    /// How the data is compressed.
    pub codec: Option<String>,
    /// Messages in it.
    pub message_count: Option<i64>,
    /// The lowest global position.
    pub first_global_position: Option<i64>,
    /// The highest global position.
    pub last_global_position: Option<i64>,
    /// The sum of the global positions, as a number in text.
    pub global_position_sum: Option<String>,
    /// The earliest time.
    pub first_time: Option<DateTime<Utc>>,
    /// The latest time.
    pub last_time: Option<DateTime<Utc>>,
    /// Bytes of CSV.
    pub csv_bytes: Option<i64>,
    /// SHA-256 of the CSV, in hex.
    pub csv_sha256: Option<String>,
    /// Bytes as stored.
    pub stored_bytes: Option<i64>,
    /// SHA-256 of what is stored, in hex.
    pub stored_sha256: Option<String>,
    /// SHA-256 of the manifest, in hex.
    pub manifest_sha256: Option<String>,
    /// Messages by category; `None` where there were too many categories.
    pub category_counts: Option<serde_json::Value>,
    /// The chunk that this row's run has frozen and nobody has unfrozen yet.
    pub frozen_chunk: Option<String>,
    /// The archive that took its place.
    pub superseded_by: Option<i64>,
    /// How often this range was tried.
    pub attempts: i32,
    /// Why the last try failed.
    pub last_error: Option<String>,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
    /// When it was read back and found equal.
    pub verified_at: Option<DateTime<Utc>>,
    /// When the chunk was dropped.
    pub dropped_at: Option<DateTime<Utc>>,
    /// When it came back.
    pub rehydrated_at: Option<DateTime<Utc>>,
}

fn archive(r: &Row) -> Result<ArchiveRow> {
    Ok(ArchiveRow {
        id: r.get("id"),
        namespace: r.get("namespace"),
        range_start: r.get("range_start"),
        range_end: r.get("range_end"),
        generation: r.get("generation"),
        chunk_name: r.get("chunk_name"),
        state: r.get::<_, &str>("state").parse()?,
        store_url: r.get("store_url"),
        object_key: r.get("object_key"),
        manifest_key: r.get("manifest_key"),
        heads_key: r.get("heads_key"),
        codec: r.get("codec"),
        message_count: r.get("message_count"),
        first_global_position: r.get("first_global_position"),
        last_global_position: r.get("last_global_position"),
        global_position_sum: r.get("sum_text"),
        first_time: r.get("first_time"),
        last_time: r.get("last_time"),
        csv_bytes: r.get("csv_bytes"),
        csv_sha256: r.get("csv_sha256"),
        stored_bytes: r.get("stored_bytes"),
        stored_sha256: r.get("stored_sha256"),
        manifest_sha256: r.get("manifest_sha256"),
        category_counts: r.get("category_counts"),
        frozen_chunk: r.get("frozen_chunk"),
        superseded_by: r.get("superseded_by"),
        attempts: r.get("attempts"),
        last_error: r.get("last_error"),
        created_at: r.get("created_at"),
        verified_at: r.get("verified_at"),
        dropped_at: r.get("dropped_at"),
        rehydrated_at: r.get("rehydrated_at"),
    })
}

const SELECT: &str = "SELECT *, global_position_sum::text AS sum_text FROM eventodb_store.archives";

/// All archives of a namespace, oldest range first.
///
/// # Errors
/// Where the query fails.
pub async fn list(db: &impl GenericClient, namespace: &str) -> Result<Vec<ArchiveRow>> {
    let rows = db
        .query(&format!("{SELECT} WHERE namespace = $1 ORDER BY range_start, generation, id"), &[&namespace])
        .await
        .map_err(|e| explain("reading the ledger of archives", e))?;
    rows.iter().map(archive).collect()
}

/// One archive of a namespace.
///
/// # Errors
/// [`Kind::NotFound`] where the namespace has none of this number.
pub async fn get(db: &impl GenericClient, namespace: &str, id: i64) -> Result<ArchiveRow> {
    let row = db
        .query_opt(&format!("{SELECT} WHERE namespace = $1 AND id = $2"), &[&namespace, &id])
        .await
        .map_err(|e| explain(format!("reading archive {id}"), e))?;
    match row {
        Some(row) => archive(&row),
        None => Err(Error::new(Kind::NotFound, format!("looking for archive {id}"))
            .because(format!("namespace {namespace} has no archive of this number"))
            .hint("eventodb-admin archives list shows them")),
    }
}

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
    /// `freeze` or `lock`.
    pub protocol: &'a str,
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
    chunk: &super::chunks::ChunkRow,
    generation: i32,
    contents: &super::chunks::Contents,
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
               global_position_sum = $17::text::numeric";
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
        ],
    )
    .await
}

/// Notes that this row's run is about to freeze a chunk: whatever happens, the next run finds it.
///
/// # Errors
/// Where the statement fails.
pub async fn mark_frozen(db: &impl GenericClient, id: i64, chunk_name: &str) -> Result<()> {
    db.execute("UPDATE eventodb_store.archives SET frozen_chunk = $2 WHERE id = $1", &[&id, &chunk_name])
        .await
        .map_err(|e| explain(format!("noting that chunk {chunk_name} is frozen"), e))?;
    Ok(())
}

/// Forgets a freeze, once it is over.
///
/// # Errors
/// Where the statement fails.
pub async fn clear_frozen(db: &impl GenericClient, id: i64) -> Result<()> {
    db.execute("UPDATE eventodb_store.archives SET frozen_chunk = NULL WHERE id = $1", &[&id])
        .await
        .map_err(|e| explain("noting that a chunk is no longer frozen", e))?;
    Ok(())
}

/// How many kept archives made after `archive` share some of its range and global positions: parts of what it held may
/// be in them.
///
/// # Errors
/// Where the query fails.
pub async fn later_overlapping(db: &impl GenericClient, archive: &ArchiveRow) -> Result<Vec<i64>> {
    let rows = db
        .query(
            "SELECT id FROM eventodb_store.archives
              WHERE namespace = $1 AND id > $2 AND state IN ('verified', 'dropped', 'rehydrated')
                AND range_start < $4 AND range_end > $3
                AND first_global_position <= $6 AND last_global_position >= $5 ORDER BY id",
            &[
                &archive.namespace,
                &archive.id,
                &archive.range_start,
                &archive.range_end,
                &archive.first_global_position,
                &archive.last_global_position,
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
        State::Verified => "verified_at = now()",
        State::Dropped => "dropped_at = now(), rehydrated_at = NULL, lease_until = NULL, frozen_chunk = NULL",
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
    advance_with(db, id, from, to, "last_error = $4, superseded_by = $5", &[&reason, &superseded_by]).await
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
        .hint("eventodb-admin archives show tells where it stands; run the command again"))
}

/// The manifest that the next one refers to.
///
/// # Errors
/// Where the query fails.
pub async fn last_manifest(db: &impl GenericClient, namespace: &str) -> Result<Option<String>> {
    let row = db
        .query_opt(
            "SELECT manifest_sha256 FROM eventodb_store.archives
              WHERE namespace = $1 AND manifest_sha256 IS NOT NULL ORDER BY id DESC LIMIT 1",
            &[&namespace],
        )
        .await
        .map_err(|e| explain("reading the last manifest's hash", e))?;
    Ok(row.map(|r| r.get(0)))
}
