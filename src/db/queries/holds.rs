//! Holds: what is to be kept for a case, whatever its age.

use chrono::{DateTime, Utc};
use tokio_postgres::{GenericClient, Row};
use uuid::Uuid;

use crate::db::errors::explain;
use crate::db::ident::Qualified;
use crate::error::{Error, Kind, Result};

/// What is to be kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HoldScope {
    /// This stream alone.
    pub stream: Option<String>,
    /// This category alone.
    pub category: Option<String>,
    /// Messages from this instant on.
    pub from: Option<DateTime<Utc>>,
    /// Messages before this instant.
    pub to: Option<DateTime<Utc>>,
}

/// A hold in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// By this the row and the object are told to be one hold.
    pub id: Uuid,
    /// The case that it is for.
    pub case: String,
    /// What is to be kept.
    pub scope: HoldScope,
    /// What somebody has written beside it.
    pub note: Option<String>,
    /// When it was placed.
    pub placed_at: DateTime<Utc>,
    /// By whom.
    pub placed_by: String,
}

/// A hold as the database has it, in force or released.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldRow {
    /// The hold.
    pub hold: Hold,
    /// When it was released.
    pub released_at: Option<DateTime<Utc>>,
    /// By whom.
    pub released_by: Option<String>,
}

const COLUMNS: &str = "hold_id, case_name, stream_name, category, from_time, to_time, note, placed_at, placed_by, \
                       released_at, released_by";

const READING: &str = "reading the holds of a namespace";

fn hold(row: &Row) -> HoldRow {
    HoldRow {
        hold: Hold {
            id: row.get("hold_id"),
            case: row.get("case_name"),
            scope: HoldScope {
                stream: row.get("stream_name"),
                category: row.get("category"),
                from: row.get("from_time"),
                to: row.get("to_time"),
            },
            note: row.get("note"),
            placed_at: row.get("placed_at"),
            placed_by: row.get("placed_by"),
        },
        released_at: row.get("released_at"),
        released_by: row.get("released_by"),
    }
}

/// All holds of a namespace, released ones included, in the order in which they were placed.
///
/// # Errors
/// Where the role may not see them: none that is seen would not mean that there is none.
pub async fn list(db: &impl GenericClient, namespace: &str) -> Result<Vec<HoldRow>> {
    let sees = db
        .query_one(
            "SELECT NOT row_security_active('eventodb_store.holds'::regclass)
                    OR eventodb_store.may(CURRENT_USER, 'read', $1)",
            &[&namespace],
        )
        .await
        .map_err(|e| explain(READING, e))?;
    if !sees.get::<_, bool>(0) {
        return Err(Error::failed(READING)
            .because(format!("this role may not see those of namespace {namespace}"))
            .hint(
                "eventodb-admin namespaces grants prints what it lacks; nothing goes while nobody knows what is held",
            ));
    }
    let sql = format!("SELECT {COLUMNS} FROM eventodb_store.holds WHERE namespace = $1 ORDER BY id");
    let rows = db.query(&sql, &[&namespace]).await.map_err(|e| explain(READING, e))?;
    Ok(rows.iter().map(hold).collect())
}

/// The holds in force.
///
/// # Errors
/// As [`list`].
pub async fn in_force(db: &impl GenericClient, namespace: &str) -> Result<Vec<Hold>> {
    let all = list(db, namespace).await?;
    Ok(all.into_iter().filter(|row| row.released_at.is_none()).map(|row| row.hold).collect())
}

/// Whether the database keeps holds: one of an earlier version has no table for them.
///
/// # Errors
/// Where the query fails.
pub async fn are_kept(db: &impl GenericClient) -> Result<bool> {
    let sql = "SELECT to_regclass('eventodb_store.holds') IS NOT NULL";
    Ok(db.query_one(sql, &[]).await.map_err(|e| explain(READING, e))?.get(0))
}

/// Enters a hold. From here on it binds whoever looks.
///
/// # Errors
/// Where the statement fails.
pub async fn enter(
    db: &impl GenericClient,
    namespace: &str,
    (case, scope): (&str, &HoldScope),
    note: Option<&str>,
    person: &str,
) -> Result<Hold> {
    let sql = format!(
        "INSERT INTO eventodb_store.holds (namespace, case_name, stream_name, category, from_time, to_time, note, placed_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, format('%s (%s)', session_user, $8::text)) RETURNING {COLUMNS}"
    );
    let row = db
        .query_one(&sql, &[&namespace, &case, &scope.stream, &scope.category, &scope.from, &scope.to, &note, &person])
        .await
        .map_err(|e| explain(format!("placing the hold of case {case}"), e))?;
    Ok(hold(&row).hold)
}

/// Enters a hold that the store has told of. `false` where the database has had it, in force or released.
///
/// # Errors
/// Where the statement fails.
pub async fn enter_again(db: &impl GenericClient, namespace: &str, hold: &Hold) -> Result<bool> {
    let scope = &hold.scope;
    let entered = db
        .execute(
            "INSERT INTO eventodb_store.holds (namespace, hold_id, case_name, stream_name, category, from_time, to_time,
                    note, placed_at, placed_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (namespace, hold_id) DO NOTHING",
            &[
                &namespace,
                &hold.id,
                &hold.case,
                &scope.stream,
                &scope.category,
                &scope.from,
                &scope.to,
                &hold.note,
                &hold.placed_at,
                &hold.placed_by,
            ],
        )
        .await
        .map_err(|e| explain(format!("entering the hold of case {} again", hold.case), e))?;
    Ok(entered > 0)
}

/// Releases all holds of a case. Returns how many those were.
///
/// # Errors
/// Where the statement fails; [`Kind::Conflict`] where some were left, which this role may not release.
pub async fn release(db: &impl GenericClient, namespace: &str, case: &str, person: &str) -> Result<u64> {
    let doing = || format!("releasing the holds of case {case}");
    let released = db
        .execute(
            "UPDATE eventodb_store.holds
                SET released_at = now(), released_by = format('%s (%s)', session_user, $3::text)
              WHERE namespace = $1 AND case_name = $2 AND released_at IS NULL",
            &[&namespace, &case, &person],
        )
        .await
        .map_err(|e| explain(doing(), e))?;
    if in_force(db, namespace).await?.iter().any(|hold| hold.case == case) {
        return Err(Error::new(Kind::Conflict, doing())
            .because("they are still in force: whoever releases holds owns the namespace")
            .hint("run it as the role that the namespace belongs to, or as a member of it"));
    }
    Ok(released)
}

/// Whether this role may place and release holds of a namespace.
///
/// # Errors
/// Where the query fails.
pub async fn may_change(db: &impl GenericClient, namespace: &str) -> Result<bool> {
    let row = db
        .query_one(
            "SELECT NOT row_security_active('eventodb_store.holds'::regclass)
                    OR eventodb_store.may(CURRENT_USER, 'own', $1)",
            &[&namespace],
        )
        .await
        .map_err(|e| explain("asking who may place and release holds", e))?;
    Ok(row.get(0))
}

/// Has whoever places a hold wait until this transaction has ended, and reads after that what is in force. A transaction with an
/// older snapshot fails with 40001 where a hold was placed since, and is tried again.
///
/// # Errors
/// Where a statement fails.
pub async fn fence(db: &impl GenericClient, namespace: &str) -> Result<Vec<Hold>> {
    let sql = "SELECT FROM eventodb_store.lifecycle_locks WHERE namespace = $1 FOR SHARE";
    db.execute(sql, &[&namespace]).await.map_err(|e| explain("keeping holds from being placed meanwhile", e))?;
    in_force(db, namespace).await
}

/// Waits for those who have looked for holds before one was entered, and are about to commit ([`fence`]).
///
/// # Errors
/// 55P03 where they take longer than the lock timeout.
pub async fn wait_for_fences(db: &impl GenericClient, namespace: &str) -> Result<()> {
    db.execute("UPDATE eventodb_store.lifecycle_locks SET key = key WHERE namespace = $1", &[&namespace])
        .await
        .map(drop)
        .map_err(|e| explain("waiting for steps of runs that began before the hold", e))
}

/// Whether a table of messages has some that a hold is on; of these streams alone, where some are named.
///
/// # Errors
/// Where the query fails.
pub async fn is_on(
    db: &impl GenericClient,
    table: &Qualified,
    scope: &HoldScope,
    only: Option<&[String]>,
) -> Result<bool> {
    let sql = format!(
        "SELECT EXISTS (SELECT FROM {table} m
          WHERE ($1::text IS NULL OR m.stream_name = $1) AND ($2::text IS NULL OR split_part(m.stream_name, '-', 1) = $2)
            AND ($3::timestamptz IS NULL OR m.\"time\" >= $3) AND ($4::timestamptz IS NULL OR m.\"time\" < $4)
            AND ($5::text[] IS NULL OR m.stream_name = ANY ($5)))"
    );
    let row = db
        .query_one(&sql, &[&scope.stream, &scope.category, &scope.from, &scope.to, &only])
        .await
        .map_err(|e| explain(format!("looking for held messages in {table}"), e))?;
    Ok(row.get(0))
}

/// Streams of a namespace that were erased, or whose erasure was begun.
///
/// # Errors
/// Where the query fails.
pub async fn erased_streams(db: &impl GenericClient, namespace: &str) -> Result<Vec<String>> {
    let sql = "SELECT DISTINCT stream_name FROM eventodb_store.erasures WHERE namespace = $1";
    let rows = db.query(sql, &[&namespace]).await.map_err(|e| explain("reading which streams were erased", e))?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}
