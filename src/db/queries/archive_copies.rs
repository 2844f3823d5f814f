//! Copies of archives in further stores. Every change of state is compare-and-set; the database checks the transitions.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use tokio_postgres::{GenericClient, Row};

use crate::db::errors::explain;
use crate::db::queries::ledger::ArchiveRow;
use crate::error::{Error, Kind, Result};

/// Where a copy stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CopyState {
    /// A run has begun to make it.
    Planned,
    /// Read back and found equal.
    Verified,
    /// It was not found whole.
    Damaged,
    /// The archive's objects are gone; the copy's are to go.
    Deleting,
    /// They are to go with all their versions.
    Erasing,
    /// Gone.
    Deleted,
    /// Its store was taken out of service.
    Abandoned,
}

impl CopyState {
    const ALL: [(Self, &'static str); 7] = [
        (Self::Planned, "planned"),
        (Self::Verified, "verified"),
        (Self::Damaged, "damaged"),
        (Self::Deleting, "deleting"),
        (Self::Erasing, "erasing"),
        (Self::Deleted, "deleted"),
        (Self::Abandoned, "abandoned"),
    ];

    /// The state's name in the ledger and in output.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(s, _)| *s == self).map_or("unknown", |(_, name)| name)
    }

    /// Whether its objects may be in its store, and are looked after.
    pub const fn is_in_store(self) -> bool {
        !matches!(self, Self::Deleted | Self::Abandoned)
    }

    /// Whether its objects are still to be removed.
    pub const fn is_to_go(self) -> bool {
        matches!(self, Self::Deleting | Self::Erasing)
    }
}

impl fmt::Display for CopyState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for CopyState {
    type Err = Error;

    fn from_str(s: &str) -> Result<Self> {
        let found = Self::ALL.iter().find(|(_, name)| *name == s).map(|(state, _)| *state);
        found.ok_or_else(|| Error::failed("reading the copies of archives").because(format!("one has a state {s:?}")))
    }
}

/// A copy of an archive in a further store.
#[derive(Debug, Clone)]
pub struct CopyRow {
    /// The archive.
    pub archive: i64,
    /// The store.
    pub store_url: String,
    /// Where it stands.
    pub state: CopyState,
    /// When it was first proven.
    pub verified_at: Option<DateTime<Utc>>,
    /// When it was last read back, whole and equal.
    pub read_back_at: Option<DateTime<Utc>>,
    /// What was wrong with it last.
    pub last_error: Option<String>,
    /// Until when its store keeps it from being deleted, as it was last seen there.
    pub locked_until: Option<DateTime<Utc>>,
    /// By which mode.
    pub lock_mode: Option<String>,
}

impl CopyRow {
    /// The archive as it lies in this copy's store.
    pub fn of(&self, archive: &ArchiveRow) -> ArchiveRow {
        ArchiveRow {
            store_url: Some(self.store_url.clone()),
            copies: Vec::new(),
            locked_until: self.locked_until,
            lock_mode: self.lock_mode.clone(),
            ..archive.clone()
        }
    }
}

fn copy(row: &Row) -> Result<CopyRow> {
    Ok(CopyRow {
        archive: row.get("archive"),
        store_url: row.get("store_url"),
        state: row.get::<_, &str>("state").parse()?,
        verified_at: row.get("verified_at"),
        read_back_at: row.get("read_back_at"),
        last_error: row.get("last_error"),
        locked_until: row.get("locked_until"),
        lock_mode: row.get("lock_mode"),
    })
}

/// The copies of a namespace's archives, of one of them where `archive` names it.
///
/// # Errors
/// Where the query fails.
pub async fn list(db: &impl GenericClient, namespace: &str, archive: Option<i64>) -> Result<Vec<CopyRow>> {
    let rows = db
        .query(
            "SELECT archive, store_url, state, verified_at, read_back_at, last_error, locked_until, lock_mode
               FROM eventodb_store.copies
              WHERE namespace = $1 AND ($2::bigint IS NULL OR archive = $2) ORDER BY archive, created_at, store_url",
            &[&namespace, &archive],
        )
        .await
        .map_err(|e| explain("reading the copies of archives", e))?;
    rows.iter().map(copy).collect()
}

/// Copies whose objects are to be removed, because those of their archives are gone.
///
/// # Errors
/// Where the query fails.
pub async fn to_go(db: &impl GenericClient, namespace: &str) -> Result<Vec<CopyRow>> {
    let rows = db
        .query(
            "SELECT archive, store_url, state, verified_at, read_back_at, last_error, locked_until, lock_mode
               FROM eventodb_store.copies
              WHERE namespace = $1 AND state IN ('deleting', 'erasing') ORDER BY archive, store_url",
            &[&namespace],
        )
        .await
        .map_err(|e| explain("reading which copies are to go", e))?;
    rows.iter().map(copy).collect()
}

/// Notes that a copy is about to be made. One that was verified stays so: it is only looked at again.
///
/// # Errors
/// [`Kind::Conflict`] where the copy is to go.
pub async fn begin(db: &impl GenericClient, namespace: &str, archive: i64, store_url: &str) -> Result<()> {
    let doing = || format!("noting that archive {archive} is copied to {store_url}");
    let n = db
        .execute(
            "INSERT INTO eventodb_store.copies AS c (archive, namespace, store_url) VALUES ($1, $2, $3)
             ON CONFLICT (archive, store_url) DO UPDATE
                SET state = CASE WHEN c.state IN ('deleted', 'abandoned', 'deleting') THEN 'planned' ELSE c.state END
              WHERE c.state <> 'erasing'
                AND (c.state <> 'deleting'
                     OR EXISTS (SELECT FROM eventodb_store.archives a WHERE a.id = c.archive AND a.objects = 'kept'))",
            &[&archive, &namespace, &store_url],
        )
        .await
        .map_err(|e| explain(doing(), e))?;
    if n == 1 {
        return Ok(());
    }
    Err(Error::new(Kind::Conflict, doing())
        .because("the copy there is to be removed")
        .hint("run the same command again once it is: lifecycle run and archives sweep remove it"))
}

/// Moves a copy on to `to`, from wherever the database lets it come, with what was wrong.
///
/// # Errors
/// [`Kind::Conflict`] where there is no such copy; 23514 where it may not go there.
pub async fn advance(
    db: &impl GenericClient,
    archive: i64,
    store_url: &str,
    to: CopyState,
    why: Option<&str>,
) -> Result<()> {
    let doing = || format!("noting that the copy of archive {archive} in {store_url} is {to}");
    let n = db
        .execute(
            "UPDATE eventodb_store.copies
                SET state = $3::text, last_error = left($4, 20000),
                    verified_at = CASE WHEN $3::text = 'verified' THEN coalesce(verified_at, now()) ELSE verified_at END,
                    read_back_at = CASE WHEN $3::text = 'verified' THEN now()
                                        WHEN $3::text = 'damaged' THEN NULL ELSE read_back_at END
              WHERE archive = $1 AND store_url = $2",
            &[&archive, &store_url, &to.as_str(), &why],
        )
        .await
        .map_err(|e| explain(doing(), e))?;
    if n == 1 {
        return Ok(());
    }
    Err(Error::new(Kind::Conflict, doing()).because("the ledger has no such copy"))
}

/// Makes the verified copy in `to` the one that the archive's row names, in place of the one in `from`, which becomes a copy.
/// False where that is not how they are any more.
///
/// # Errors
/// 42501 where the role may not archive the namespace.
pub async fn use_first(db: &impl GenericClient, archive: i64, from: &str, to: &str) -> Result<bool> {
    let row = db
        .query_one("SELECT eventodb_store.use_copy($1, $2, $3)", &[&archive, &from, &to])
        .await
        .map_err(|e| explain(format!("using the copy of archive {archive} in {to}"), e))?;
    Ok(row.get(0))
}

/// Has a copy's objects be removed though its archive stays: it was moved to another store.
///
/// # Errors
/// [`Kind::Conflict`] where it is none that is verified or damaged.
pub async fn retire_moved(db: &impl GenericClient, archive: i64, store_url: &str) -> Result<()> {
    let doing = || format!("noting that the copy of archive {archive} in {store_url} is to go");
    let n = db
        .execute(
            "UPDATE eventodb_store.copies SET state = 'deleting'
              WHERE archive = $1 AND store_url = $2 AND state IN ('planned', 'verified', 'damaged')",
            &[&archive, &store_url],
        )
        .await
        .map_err(|e| explain(doing(), e))?;
    if n == 1 {
        return Ok(());
    }
    Err(Error::new(Kind::Conflict, doing()).because("the ledger has no such copy"))
}

/// Notes that a copy's store was taken out of service.
///
/// # Errors
/// Where the statement fails.
pub async fn abandon(db: &impl GenericClient, namespace: &str, store_url: &str) -> Result<u64> {
    db.execute(
        "UPDATE eventodb_store.copies SET state = 'abandoned'
          WHERE namespace = $1 AND store_url = $2 AND state NOT IN ('deleted', 'abandoned')",
        &[&namespace, &store_url],
    )
    .await
    .map_err(|e| explain(format!("noting that {store_url} is out of service"), e))
}

/// Stores that were out of service are in it again: what they still have of archives that are gone is to go. Returns how many.
///
/// # Errors
/// Where the statement fails.
pub async fn take_up(db: &impl GenericClient, namespace: &str, urls: &[String]) -> Result<u64> {
    db.execute(
        "UPDATE eventodb_store.copies c
            SET state = CASE WHEN a.superseded_by IS NULL THEN 'deleting' ELSE 'erasing' END
           FROM eventodb_store.archives a
          WHERE a.id = c.archive AND c.namespace = $1 AND c.store_url = ANY ($2) AND c.state = 'abandoned'
            AND a.objects IN ('erasing', 'deleted')",
        &[&namespace, &urls],
    )
    .await
    .map_err(|e| explain("noting what is to be removed from stores that are in service again", e))
}

/// Notes how a copy was found, where this role may say so; one that is to go is left as it is.
///
/// # Errors
/// Where the statement fails for another reason.
pub async fn note(
    db: &impl GenericClient,
    archive: i64,
    store_url: &str,
    state: CopyState,
    why: Option<&str>,
) -> Result<()> {
    let sql = "UPDATE eventodb_store.copies
                  SET state = $3::text, last_error = left($4, 20000),
                      read_back_at = CASE WHEN $3::text = 'verified' THEN now() END
                WHERE archive = $1 AND store_url = $2 AND state IN ('planned', 'verified', 'damaged')";
    let doing = || format!("noting how the copy of archive {archive} in {store_url} was found");
    super::ledger::where_allowed(db, sql, &[&archive, &store_url, &state.as_str(), &why], doing).await
}
