//! The ledger of archives.

mod described_again;
mod frozen;
mod imagined;
mod lock;
mod newest;
#[cfg(test)]
mod sample;
mod write;

use std::collections::HashMap;
use std::fmt::{self, Write};
use std::str::FromStr;

use chrono::{DateTime, Utc};
use futures::TryStreamExt;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;
use tokio_postgres::{GenericClient, Row, ToStatement};

pub use described_again::{ErasedInArchive, ManifestFacts, described_again, manifest_facts};
pub use frozen::{clear_frozen, forget_frozen, frozen_by, frozen_by_nobody, mark_frozen};
pub use lock::note_lock;
pub use newest::{last_manifest, newest_object};
pub use write::{
    FoundArchive, NewArchive, Uploaded, advance, copy_content, insert, insert_discarded, insert_found,
    later_overlapping, lease, mark_superseded, next_generation, retire, set_objects, take_over, uploaded,
};

use super::field;
use crate::db::Db;
use crate::db::errors::explain;
use crate::db::scope::Scope;
use crate::error::{Error, Kind, Result};
use crate::text::counted;

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

/// What has become of an archive's objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Objects {
    /// They lie where the ledger says, as far as it knows.
    Kept,
    /// They hold what was erased: all their versions are to go.
    Erasing,
    /// They are gone.
    Deleted,
}

impl Objects {
    const ALL: [(Self, &'static str); 3] =
        [(Self::Kept, "kept"), (Self::Erasing, "erasing"), (Self::Deleted, "deleted")];

    /// The name in the ledger.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(o, _)| *o == self).map_or("unknown", |(_, name)| name)
    }
}

impl FromStr for Objects {
    type Err = Error;

    fn from_str(s: &str) -> Result<Self> {
        Self::ALL
            .iter()
            .find(|(_, name)| *name == s)
            .map(|(objects, _)| *objects)
            .ok_or_else(|| Error::failed("reading the ledger").because(format!("it says that objects are {s:?}")))
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
    /// Messages by category, of those categories alone that were asked for with the row ([`list_with`]); `None` where none were
    /// asked for, or where there were too many to be counted: then the archive may hold any.
    pub category_counts: Option<serde_json::Value>,
    /// The chunks that runs about this archive have frozen and nobody has unfrozen yet, one a line.
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
    /// Until when it is to stay.
    pub lease_until: Option<DateTime<Utc>>,
    /// What has become of its objects.
    pub objects: Objects,
    /// The further stores in which a verified copy of it lies.
    pub copies: Vec<String>,
    /// Until when the store keeps its objects from being deleted, as it was last seen there.
    pub locked_until: Option<DateTime<Utc>>,
    /// Who may end that lock before: `governance` or `compliance`.
    pub lock_mode: Option<String>,
}

impl ArchiveRow {
    /// What it holds, for people: `2013-01-03 to 2013-01-10, 100 messages, global positions 1 to 100`.
    pub fn extent(&self) -> String {
        let day = |t: DateTime<Utc>| {
            let text = t.format("%Y-%m-%d %H:%M:%S").to_string();
            text.strip_suffix(" 00:00:00").map_or_else(|| text.clone(), str::to_owned)
        };
        let mut text = format!("{} to {}", day(self.range_start), day(self.range_end));
        if let Some(messages) = self.message_count {
            let _ = write!(text, ", {}", counted(messages, "message"));
        }
        if let (Some(first), Some(last)) = (self.first_global_position, self.last_global_position) {
            let _ = write!(text, ", global positions {first} to {last}");
        }
        text
    }
}

fn archive(r: &Row) -> Result<ArchiveRow> {
    archive_of(r).map_err(|e| {
        let (id, namespace) = (r.try_get("id").unwrap_or(0_i64), r.try_get("namespace").unwrap_or(""));
        e.while_doing(format!("reading archive {id} of namespace {namespace} in the ledger"))
    })
}

fn archive_of(r: &Row) -> Result<ArchiveRow> {
    Ok(ArchiveRow {
        id: field(r, "id")?,
        namespace: field(r, "namespace")?,
        range_start: field(r, "range_start")?,
        range_end: field(r, "range_end")?,
        generation: field(r, "generation")?,
        chunk_name: field(r, "chunk_name")?,
        state: field::<&str>(r, "state")?.parse()?,
        store_url: field(r, "store_url")?,
        object_key: field(r, "object_key")?,
        manifest_key: field(r, "manifest_key")?,
        heads_key: field(r, "heads_key")?,
        codec: field(r, "codec")?,
        message_count: field(r, "message_count")?,
        first_global_position: field(r, "first_global_position")?,
        last_global_position: field(r, "last_global_position")?,
        global_position_sum: field(r, "sum_text")?,
        first_time: field(r, "first_time")?,
        last_time: field(r, "last_time")?,
        csv_bytes: field(r, "csv_bytes")?,
        csv_sha256: field(r, "csv_sha256")?,
        stored_bytes: field(r, "stored_bytes")?,
        stored_sha256: field(r, "stored_sha256")?,
        manifest_sha256: field(r, "manifest_sha256")?,
        category_counts: field(r, "category_counts")?,
        frozen_chunk: field(r, "frozen_chunk")?,
        superseded_by: field(r, "superseded_by")?,
        attempts: field(r, "attempts")?,
        last_error: field(r, "last_error")?,
        created_at: field(r, "created_at")?,
        verified_at: field(r, "verified_at")?,
        dropped_at: field(r, "dropped_at")?,
        rehydrated_at: field(r, "rehydrated_at")?,
        lease_until: field(r, "lease_until")?,
        objects: field::<&str>(r, "objects")?.parse()?,
        copies: field(r, "copies")?,
        locked_until: field(r, "locked_until")?,
        lock_mode: field(r, "lock_mode")?,
    })
}

/// Every column but the counts by category, which may be ten thousand a row: `$2` names those that are wanted.
const SELECT: &str = "SELECT id, namespace, range_start, range_end, generation, chunk_name, state, store_url, object_key,
        manifest_key, heads_key, codec, message_count, first_global_position, last_global_position,
        global_position_sum::text AS sum_text, first_time, last_time, csv_bytes, csv_sha256, stored_bytes, stored_sha256,
        manifest_sha256,
        CASE WHEN $2::text[] <> '{}' AND category_counts IS NOT NULL THEN
             (SELECT coalesce(jsonb_object_agg(w.name, category_counts -> w.name), '{}')
                FROM (SELECT DISTINCT name FROM unnest($2::text[]) name) w WHERE category_counts ? w.name) END AS category_counts,
        frozen_chunk, superseded_by, attempts, last_error, created_at, verified_at, dropped_at, rehydrated_at, lease_until,
        objects, copies, locked_until, lock_mode
   FROM eventodb_store.archives";

/// All archives of a namespace, oldest range first, without their counts by category.
///
/// # Errors
/// Where the query fails.
pub async fn list(db: &impl GenericClient, namespace: &str) -> Result<Vec<ArchiveRow>> {
    list_with(db, namespace, &[]).await
}

/// Does as [`list`], and tells how many messages of these categories each archive has.
///
/// # Errors
/// Where the query fails.
pub async fn list_with(db: &impl GenericClient, namespace: &str, categories: &[&str]) -> Result<Vec<ArchiveRow>> {
    listed(db, &statement(""), &[&namespace, &categories]).await
}

/// Does as [`list_with`], without archives all of whose messages have a lower global position.
///
/// # Errors
/// Where the query fails.
pub async fn list_from(
    db: &impl GenericClient,
    namespace: &str,
    categories: &[&str],
    from: i64,
) -> Result<Vec<ArchiveRow>> {
    listed(db, &statement(FROM), &[&namespace, &categories, &from]).await
}

/// Does as [`list_from`], for a session that does so again and again.
///
/// # Errors
/// Where the query fails.
pub async fn list_again(db: &Db, namespace: &str, categories: &[&str], from: i64) -> Result<Vec<ArchiveRow>> {
    let prepared = db.prepared(&statement(FROM)).await.map_err(|e| explain(READING, e))?;
    listed(db.client(), &prepared, &[&namespace, &categories, &from]).await
}

const FROM: &str = " AND (last_global_position >= $3 OR last_global_position IS NULL)";

const READING: &str = "reading the ledger of archives";

fn statement(condition: &str) -> String {
    format!("{SELECT} WHERE namespace = $1{condition} ORDER BY range_start, generation, id")
}

async fn listed<S: ToStatement + ?Sized + Sync + Send>(
    db: &impl GenericClient,
    statement: &S,
    parameters: &[&(dyn ToSql + Sync)],
) -> Result<Vec<ArchiveRow>> {
    let doing = READING;
    // Row by row: the server's answer is not held beside what is made of it.
    let rows = db.query_raw(statement, parameters.iter().copied()).await.map_err(|e| explain(doing, e))?;
    let mut rows = std::pin::pin!(rows);
    let mut all = Vec::new();
    while let Some(row) = rows.try_next().await.map_err(|e| explain(doing, e))? {
        all.push(archive(&row)?);
    }
    Ok(all)
}

/// Archives whose messages should be live by the ledger, and whose chunk is gone: that of one that was kept, or any chunk in
/// the range of one that had come back.
///
/// # Errors
/// Where the query fails.
pub async fn without_chunk(db: &impl GenericClient, scope: &Scope) -> Result<Vec<i64>> {
    let rows = db
        .query(
            "SELECT a.id FROM eventodb_store.archives a
              WHERE a.namespace = $1 AND a.state IN ('verified', 'rehydrated')
                AND NOT EXISTS (SELECT FROM timescaledb_information.chunks c
                                 WHERE c.hypertable_schema = $2 AND c.hypertable_name = 'messages'
                                   AND CASE a.state WHEN 'verified' THEN c.chunk_name = a.chunk_name
                                            ELSE c.range_start < a.range_end AND a.range_start < c.range_end END)",
            &[&scope.namespace(), &scope.schema()],
        )
        .await
        .map_err(|e| explain("looking for archives whose chunk is gone", e))?;
    Ok(rows.iter().map(|r| r.get(0)).collect())
}

/// An archive's messages by category, in full; `None` where they were not counted.
///
/// # Errors
/// Where the query fails.
pub async fn category_counts(db: &impl GenericClient, id: i64) -> Result<Option<serde_json::Value>> {
    let row = db
        .query_opt("SELECT category_counts FROM eventodb_store.archives WHERE id = $1", &[&id])
        .await
        .map_err(|e| explain(format!("reading archive {id}"), e))?;
    Ok(row.and_then(|row| row.get(0)))
}

/// Those whose place these archives have taken, also by way of others.
pub fn superseded<'a>(all: &'a [ArchiveRow], by: &[ArchiveRow]) -> Vec<&'a ArchiveRow> {
    let mut before: HashMap<i64, Vec<&ArchiveRow>> = HashMap::new();
    for archive in all {
        if let Some(by) = archive.superseded_by {
            before.entry(by).or_default().push(archive);
        }
    }
    let mut ids: Vec<i64> = by.iter().map(|a| a.id).collect();
    let mut found = Vec::new();
    while let Some(id) = ids.pop() {
        // Each is looked up once, whatever the ledger says.
        for archive in before.remove(&id).unwrap_or_default() {
            ids.push(archive.id);
            found.push(archive);
        }
    }
    found
}

const NO_CATEGORIES: [&str; 0] = [];

/// One archive of a namespace, without its counts by category.
///
/// # Errors
/// [`Kind::NotFound`] where the namespace has none of this number.
pub async fn get(db: &impl GenericClient, namespace: &str, id: i64) -> Result<ArchiveRow> {
    let row = db
        .query_opt(&format!("{SELECT} WHERE namespace = $1 AND id = $3"), &[&namespace, &NO_CATEGORIES.as_slice(), &id])
        .await
        .map_err(|e| explain(format!("reading archive {id}"), e))?;
    match row {
        Some(row) => archive(&row),
        None => Err(Error::new(Kind::NotFound, format!("looking for archive {id}"))
            .because(format!("namespace {namespace} has no archive of this number"))
            .hint("eventodb-admin archives list shows them")),
    }
}

/// Notes that an archive was read back from the store just now, whole and equal. Where the role may only read the ledger,
/// nobody is told.
///
/// # Errors
/// Where the statement fails for another reason.
pub async fn note_read_back(db: &impl GenericClient, id: i64) -> Result<()> {
    let sql = "UPDATE eventodb_store.archives SET read_back_at = now() WHERE id = $1";
    where_allowed(db, sql, &[&id], || format!("noting that archive {id} was read back")).await
}

/// Notes that an archive was not found whole: what was read back before counts for nothing any more.
///
/// # Errors
/// As those of [`note_read_back`].
pub async fn note_not_read_back(db: &impl GenericClient, id: i64) -> Result<()> {
    let sql = "UPDATE eventodb_store.archives SET read_back_at = NULL WHERE id = $1 AND read_back_at IS NOT NULL";
    where_allowed(db, sql, &[&id], || format!("noting that archive {id} could not be read back")).await
}

/// Notes that a store is not this database's, or not the one it was: nothing that was read back there counts any more.
///
/// # Errors
/// As those of [`note_read_back`].
pub async fn doubt_store(db: &impl GenericClient, namespace: &str, store_url: &str) -> Result<()> {
    let sql = "UPDATE eventodb_store.archives SET read_back_at = NULL
                WHERE namespace = $1 AND store_url = $2 AND read_back_at IS NOT NULL";
    where_allowed(db, sql, &[&namespace, &store_url], || format!("noting that {store_url} is not the store it was"))
        .await
}

/// Where the role may not, or the session only reads, nobody is told.
pub(super) async fn where_allowed(
    db: &impl GenericClient,
    sql: &str,
    values: &[&(dyn ToSql + Sync)],
    doing: impl Fn() -> String,
) -> Result<()> {
    let refusals = [SqlState::INSUFFICIENT_PRIVILEGE, SqlState::READ_ONLY_SQL_TRANSACTION];
    match db.execute(sql, values).await {
        Err(e) if refusals.iter().any(|state| e.code() == Some(state)) => {
            tracing::debug!("{}: {e}", doing());
            Ok(())
        }
        noted => noted.map(|_| ()).map_err(|e| explain(doing(), e)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_read_as_it_is_written() {
        for (state, name) in State::ALL {
            assert_eq!(
                (state.as_str(), state.to_string().as_str(), name.parse::<State>().unwrap()),
                (name, name, state)
            );
        }
        let names: std::collections::BTreeSet<_> = State::ALL.iter().map(|(_, name)| name).collect();
        assert_eq!(names.len(), State::ALL.len());
        assert!("unknown".parse::<State>().is_err());
        for objects in [Objects::Kept, Objects::Erasing, Objects::Deleted] {
            assert_eq!(objects.as_str().parse::<Objects>().unwrap(), objects);
        }
    }
}
