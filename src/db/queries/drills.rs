//! Drills: what the ledger has of archives that were brought back for a proof, and of the places that they came back to.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use tokio_postgres::{GenericClient, Row};
use uuid::Uuid;

use super::drill_places::PlaceRow;
use crate::db::errors::explain;
use crate::db::scope::Scope;
use crate::error::{Error, Kind, Result};

/// A drill, as the ledger has it.
#[derive(Debug, Clone, PartialEq)]
pub struct DrillRow {
    /// Its number.
    pub id: Uuid,
    /// The namespace whose archives came back.
    pub namespace: String,
    /// The role, and who ran the program on which machine.
    pub begun_by: String,
    /// When it began.
    pub began_at: DateTime<Utc>,
    /// The throw-away namespace.
    pub scratch: String,
    /// The other database that it is in, where it is not in this one: `host:port/database`.
    pub place: Option<String>,
    /// When that was gone.
    pub cleared_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// How.
    pub verdict: Option<String>,
    /// Archives that it brought back, or tried to.
    pub archives: Option<i32>,
    /// Those of them that are not what was stored.
    pub failed: Option<i32>,
    /// The report as it is stored.
    pub report: Option<String>,
    /// The SHA-256 of the report, in hex.
    pub report_sha256: Option<String>,
    /// The report's key in the stores.
    pub object_key: Option<String>,
    /// Stores that should have the report.
    pub stores: Vec<String>,
    /// Stores that have it.
    pub stored: Vec<String>,
    /// Whether it is of a namespace of this name that was deleted.
    pub former: bool,
}

const COLUMNS: &str = "id, namespace, begun_by, began_at, scratch, place, cleared_at, ended_at, verdict, archives, failed, report, \
                       report_sha256, object_key, stores, stored, former";

fn drill(r: &Row) -> DrillRow {
    DrillRow {
        id: r.get("id"),
        namespace: r.get("namespace"),
        begun_by: r.get("begun_by"),
        began_at: r.get("began_at"),
        scratch: r.get("scratch"),
        place: r.get("place"),
        cleared_at: r.get("cleared_at"),
        ended_at: r.get("ended_at"),
        verdict: r.get("verdict"),
        archives: r.get("archives"),
        failed: r.get("failed"),
        report: r.get("report"),
        report_sha256: r.get("report_sha256"),
        object_key: r.get("object_key"),
        stores: r.get("stores"),
        stored: r.get("stored"),
        former: r.get("former"),
    }
}

/// The drills of a namespace, or those of former ones of its name, the newest first.
///
/// # Errors
/// Where the query fails.
pub async fn list(db: &impl GenericClient, namespace: &str, former: bool, limit: i64) -> Result<Vec<DrillRow>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM eventodb_store.drills WHERE namespace = $1 AND former = $2 ORDER BY began_at DESC, id LIMIT $3"
    );
    let rows = db.query(&sql, &[&namespace, &former, &limit]).await.map_err(|e| explain("reading the drills", e))?;
    Ok(rows.iter().map(drill).collect())
}

/// The drills whose numbers begin with these digits.
///
/// # Errors
/// [`Kind::NotFound`] where there is none; [`Kind::Usage`] where there are several.
pub async fn get(db: &impl GenericClient, namespace: &str, id: &str) -> Result<DrillRow> {
    let doing = || format!("looking for drill {id}");
    let sql = format!(
        "SELECT {COLUMNS} FROM eventodb_store.drills WHERE namespace = $1 AND starts_with(id::text, lower($2)) LIMIT 2"
    );
    let mut rows = db.query(&sql, &[&namespace, &id]).await.map_err(|e| explain(doing(), e))?;
    match (rows.pop(), rows.pop()) {
        (Some(one), None) => Ok(drill(&one)),
        (None, _) => Err(Error::new(Kind::NotFound, doing())
            .because(format!("namespace {namespace} has none of that number"))
            .hint("eventodb-admin drill list shows them; older ones are in the store, below drills/")),
        (Some(_), Some(_)) => {
            Err(Error::usage(doing()).because("several begin with these digits").hint("give more of them"))
        }
    }
}

/// How the newest drill of a namespace stands, and the last time that one found all as it was stored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Latest {
    /// When the newest one that has ended began, and how it ended.
    pub last: Option<(DateTime<Utc>, String)>,
    /// Archives of that one that were not what was stored.
    pub failed: Option<i32>,
    /// When one began last that found everything as it was stored.
    pub last_ok_at: Option<DateTime<Utc>>,
}

/// Reads how the newest drill of a namespace stands.
///
/// # Errors
/// Where the query fails.
pub async fn latest(db: &impl GenericClient, namespace: &str) -> Result<Latest> {
    Ok(latest_of(db, Some(namespace)).await?.remove(namespace).unwrap_or_default())
}

/// The same of all namespaces that have one which has ended, or of this one.
///
/// # Errors
/// Where the query fails.
pub async fn latest_of(db: &impl GenericClient, namespace: Option<&str>) -> Result<HashMap<String, Latest>> {
    let rows = db
        .query(
            "SELECT n.id, d.began_at, d.verdict, d.failed, (SELECT max(o.began_at) FROM eventodb_store.drills o
                                                   WHERE o.namespace = n.id AND NOT o.former AND o.verdict = 'ok')
               FROM eventodb_store.namespaces n
              CROSS JOIN LATERAL (SELECT began_at, verdict, failed FROM eventodb_store.drills d
                                   WHERE d.namespace = n.id AND NOT d.former AND d.ended_at IS NOT NULL ORDER BY began_at DESC LIMIT 1) d
              WHERE $1::text IS NULL OR n.id = $1",
            &[&namespace],
        )
        .await
        .map_err(|e| explain("reading the last drill", e))?;
    let latest = |r: &Row| Latest { last: Some((r.get(1), r.get(2))), failed: r.get(3), last_ok_at: r.get(4) };
    Ok(rows.iter().map(|r| (r.get(0), latest(r))).collect())
}

/// When an archive was last brought back from one of its stores.
#[derive(Debug, Clone, PartialEq)]
pub struct DrilledRow {
    /// The archive.
    pub archive: i64,
    /// The store.
    pub store_url: String,
    /// When a drill took it last.
    pub drilled_at: DateTime<Utc>,
    /// Whether it was not what was stored then.
    pub has_failed: bool,
    /// When it last came back as it was stored.
    pub last_ok_at: Option<DateTime<Utc>>,
    /// Seconds that bringing it back took then.
    pub restore_seconds: Option<f64>,
    /// Those of them that an archive of any size takes.
    pub fixed_seconds: Option<f64>,
    /// Its messages.
    pub messages: Option<i64>,
    /// Its bytes of CSV.
    pub csv_bytes: Option<i64>,
}

/// All that drills have brought back of a namespace: a row for each store of an archive.
///
/// # Errors
/// Where the query fails.
pub async fn drilled(db: &impl GenericClient, namespace: &str) -> Result<Vec<DrilledRow>> {
    let rows = db
        .query(
            "SELECT archive, store_url, drilled_at, result = 'failed' AS has_failed, last_ok_at, restore_seconds,
                    fixed_seconds, messages, csv_bytes
               FROM eventodb_store.drilled WHERE namespace = $1 AND NOT former",
            &[&namespace],
        )
        .await
        .map_err(|e| explain("reading which archives were drilled", e))?;
    Ok(rows
        .iter()
        .map(|r| DrilledRow {
            archive: r.get("archive"),
            store_url: r.get("store_url"),
            drilled_at: r.get("drilled_at"),
            has_failed: r.get("has_failed"),
            last_ok_at: r.get("last_ok_at"),
            restore_seconds: r.get("restore_seconds"),
            fixed_seconds: r.get("fixed_seconds"),
            messages: r.get("messages"),
            csv_bytes: r.get("csv_bytes"),
        })
        .collect())
}

/// What a drill notes of one archive.
#[derive(Debug, Clone, Copy)]
pub struct DrillNote<'a> {
    /// The drill.
    pub drill: Uuid,
    /// The archive.
    pub archive: i64,
    /// The store that it came from.
    pub store_url: &'a str,
    /// `ok`, `failed` or `unknown`.
    pub result: &'a str,
    /// What was measured, where it came back as it was stored.
    pub measured: Option<NotedMeasures>,
}

/// What a drill notes of an archive that came back.
#[derive(Debug, Clone, Copy)]
pub struct NotedMeasures {
    /// Seconds that bringing it back took.
    pub seconds: f64,
    /// Those of them that an archive of any size takes.
    pub fixed_seconds: f64,
    /// Its messages.
    pub messages: i64,
    /// Its bytes of CSV.
    pub csv_bytes: i64,
}

/// Notes that an archive has had its turn.
///
/// # Errors
/// Where the statement fails.
pub async fn note(db: &impl GenericClient, namespace: &str, noted: DrillNote<'_>) -> Result<()> {
    let DrillNote { drill, archive, store_url, result, measured } = noted;
    let (seconds, fixed) = measured.map(|m| (m.seconds, m.fixed_seconds)).unzip();
    let (messages, bytes) = measured.map(|m| (m.messages, m.csv_bytes)).unzip();
    db.execute(
        "INSERT INTO eventodb_store.drilled (archive, namespace, store_url, drill, result, last_ok_at, restore_seconds,
                messages, csv_bytes, fixed_seconds)
         VALUES ($1, $2, $3, $4, $5, CASE WHEN $5 = 'ok' THEN now() END, $6, $7, $8, $9)
         ON CONFLICT (archive, store_url) DO UPDATE
            SET drill = excluded.drill, drilled_at = now(), result = excluded.result,
                last_ok_at = coalesce(excluded.last_ok_at, drilled.last_ok_at),
                restore_seconds = coalesce(excluded.restore_seconds, drilled.restore_seconds),
                fixed_seconds = coalesce(excluded.fixed_seconds, drilled.fixed_seconds),
                messages = coalesce(excluded.messages, drilled.messages),
                csv_bytes = coalesce(excluded.csv_bytes, drilled.csv_bytes)",
        &[&archive, &namespace, &store_url, &drill, &result, &seconds, &messages, &bytes, &fixed],
    )
    .await
    .map(drop)
    .map_err(|e| explain(format!("noting that archive {archive} was drilled"), e))
}

/// What a throw-away namespace is described as in the registry: the mark by which it is known as this drill's.
pub fn description(id: Uuid, namespace: &str) -> String {
    format!("restore drill {id} of namespace {namespace}: it is thrown away afterwards")
}

/// Enters a drill, in the transaction that has made its throw-away namespace.
///
/// # Errors
/// Where a statement fails.
pub async fn enter(
    db: &impl GenericClient,
    id: Uuid,
    namespace: &str,
    scratch: &Scope,
    by: &str,
) -> Result<DateTime<Utc>> {
    let row = db
        .query_one(
            "INSERT INTO eventodb_store.drills (id, namespace, begun_by, scratch, scratch_schema, scratch_oid)
             SELECT $1, $2, format('%s (%s)', session_user, $3::text), $4, s.nspname, s.oid
               FROM pg_namespace s WHERE s.nspname = $5
             RETURNING began_at",
            &[&id, &namespace, &by, &scratch.namespace(), &scratch.schema()],
        )
        .await
        .map_err(|e| explain(format!("entering drill {id}"), e))?;
    Ok(row.get(0))
}

/// What a drill has left, or has at this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrillLeftover {
    /// The drill.
    pub id: Uuid,
    /// The throw-away namespace.
    pub scratch: String,
    /// Its schema.
    pub schema: String,
    /// Where that is, if not in this database.
    pub place: Option<PlaceRow>,
}

/// Drills of a namespace whose throw-away namespaces are not known to be gone.
///
/// # Errors
/// Where the query fails.
pub async fn left(db: &impl GenericClient, namespace: &str) -> Result<Vec<DrillLeftover>> {
    let rows = db
        .query(
            "SELECT id, scratch, scratch_schema, place, place_system, place_database FROM eventodb_store.drills
              WHERE namespace = $1 AND cleared_at IS NULL ORDER BY began_at",
            &[&namespace],
        )
        .await
        .map_err(|e| explain("looking for what drills have left", e))?;
    let place = |r: &Row| {
        let shown = r.get::<_, Option<String>>(3)?;
        Some(PlaceRow { shown, system_identifier: r.get(4), database_oid: r.get(5) })
    };
    Ok(rows
        .iter()
        .map(|r| DrillLeftover { id: r.get(0), scratch: r.get(1), schema: r.get(2), place: place(r) })
        .collect())
}

/// What there is of a drill's throw-away namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScratchStatus {
    /// Its schema is gone.
    Gone,
    /// Schema and registry say that it is this drill's.
    Ours,
    /// Its schema has another name or another number by now, or the registry does not say that it is this drill's.
    NotOurs,
}

/// Looks by number, name and mark whether a throw-away namespace is the drill's. In a transaction: until its end nobody changes the
/// drill's row.
///
/// # Errors
/// Where the query fails.
pub async fn standing(db: &impl GenericClient, id: Uuid) -> Result<ScratchStatus> {
    let row = db
        .query_opt(
            "SELECT EXISTS (SELECT FROM pg_namespace s WHERE s.oid = d.scratch_oid),
                    EXISTS (SELECT FROM pg_namespace s WHERE s.oid = d.scratch_oid AND s.nspname = d.scratch_schema)
                    AND EXISTS (SELECT FROM eventodb_store.namespaces n
                                 WHERE n.id = d.scratch AND n.schema_name = d.scratch_schema
                                   AND starts_with(n.description, 'restore drill ' || d.id || ' '))
                    AND NOT EXISTS (SELECT FROM eventodb_store.namespaces n
                                     WHERE n.id <> d.scratch AND n.schema_name = d.scratch_schema)
               FROM eventodb_store.drills d WHERE d.id = $1 AND d.cleared_at IS NULL FOR UPDATE OF d",
            &[&id],
        )
        .await
        .map_err(|e| explain(format!("looking whose the throw-away namespace of drill {id} is"), e))?;
    Ok(match row.map(|r| (r.get(0), r.get(1))) {
        None | Some((false, _)) => ScratchStatus::Gone,
        Some((true, true)) => ScratchStatus::Ours,
        Some((true, false)) => ScratchStatus::NotOurs,
    })
}

/// Notes what is about to be brought in: messages, and the first and last of their global positions.
///
/// # Errors
/// Where the statement fails.
pub async fn note_loading(db: &impl GenericClient, id: Uuid, loading: (i64, Option<i64>, Option<i64>)) -> Result<()> {
    db.execute(
        "UPDATE eventodb_store.drills SET loading_messages = $2, loading_first = $3, loading_last = $4 WHERE id = $1",
        &[&id, &loading.0, &loading.1, &loading.2],
    )
    .await
    .map(drop)
    .map_err(|e| explain(format!("noting what drill {id} brings in"), e))
}

/// Keeps everybody out of a throw-away namespace until the transaction ends, and tells whether it holds nothing but what its drill
/// has brought in.
///
/// # Errors
/// 55P03 where somebody stays in it for longer than the lock timeout.
pub async fn holds_only_its_own(db: &impl GenericClient, id: Uuid, scratch: &Scope) -> Result<bool> {
    let doing = || format!("looking for messages of others in namespace {}", scratch.namespace());
    let messages = scratch.messages();
    db.batch_execute(&format!("LOCK TABLE {messages} IN ACCESS EXCLUSIVE MODE"))
        .await
        .map_err(|e| explain(doing(), e))?;
    let sql = format!(
        "SELECT m.n = 0 OR coalesce(m.n <= d.loading_messages AND m.first >= d.loading_first AND m.last <= d.loading_last, false)
           FROM eventodb_store.drills d,
                (SELECT count(*) AS n, min(global_position) AS first, max(global_position) AS last FROM {messages}) m
          WHERE d.id = $1"
    );
    let row = db.query_opt(&sql, &[&id]).await.map_err(|e| explain(doing(), e))?;
    Ok(row.is_some_and(|r| r.get(0)))
}

/// Takes all messages out of a throw-away namespace: its triggers forget the heads.
///
/// # Errors
/// Where the statement fails.
pub async fn empty(db: &impl GenericClient, scratch: &Scope) -> Result<()> {
    db.batch_execute(&format!("TRUNCATE {}", scratch.messages()))
        .await
        .map_err(|e| explain(format!("emptying namespace {}", scratch.namespace()), e))
}

/// Notes that a drill's throw-away namespace is gone. False where that was noted already, or the role may not.
///
/// # Errors
/// Where the statement fails.
pub async fn note_cleared(db: &impl GenericClient, id: Uuid) -> Result<bool> {
    db.execute("UPDATE eventodb_store.drills SET cleared_at = now() WHERE id = $1 AND cleared_at IS NULL", &[&id])
        .await
        .map(|noted| noted > 0)
        .map_err(|e| explain(format!("noting that drill {id} is cleared up"), e))
}

/// Ends a drill that did not come to its own end.
///
/// # Errors
/// Where the statement fails.
pub async fn note_killed(db: &impl GenericClient, id: Uuid) -> Result<()> {
    db.execute(
        "UPDATE eventodb_store.drills SET ended_at = now(), verdict = 'killed' WHERE id = $1 AND ended_at IS NULL",
        &[&id],
    )
    .await
    .map(drop)
    .map_err(|e| explain(format!("ending drill {id}"), e))
}

/// How a drill ended.
#[derive(Debug, Clone, Copy)]
pub struct DrillEnding<'a> {
    /// When.
    pub ended_at: DateTime<Utc>,
    /// How.
    pub verdict: &'a str,
    /// Archives that it brought back, or tried to.
    pub archives: i32,
    /// Those of them that are not what was stored.
    pub failed: i32,
    /// The report as it is to be stored, and its SHA-256 in hex.
    pub report: (&'a str, &'a str),
    /// The report's key.
    pub object_key: &'a str,
    /// The stores that it is wanted in.
    pub stores: &'a [String],
}

/// Ends a drill.
///
/// # Errors
/// [`Kind::Conflict`] where it has ended already: another one took it for killed.
pub async fn end(db: &impl GenericClient, id: Uuid, ending: DrillEnding<'_>) -> Result<()> {
    let doing = || format!("ending drill {id}");
    let n = db
        .execute(
            "UPDATE eventodb_store.drills
                SET ended_at = $2, verdict = $3, archives = $4, failed = $5, report = $6, report_sha256 = $7, object_key = $8,
                    stores = $9
              WHERE id = $1 AND ended_at IS NULL",
            &[
                &id,
                &ending.ended_at,
                &ending.verdict,
                &ending.archives,
                &ending.failed,
                &ending.report.0,
                &ending.report.1,
                &ending.object_key,
                &ending.stores,
            ],
        )
        .await
        .map_err(|e| explain(doing(), e))?;
    if n == 1 {
        return Ok(());
    }
    Err(Error::new(Kind::Conflict, doing())
        .because("it has ended already: another run took it for one that was killed")
        .hint("run it again, one at a time"))
}

/// Notes that a store has the report of a drill.
///
/// # Errors
/// Where the statement fails.
pub async fn note_stored(db: &impl GenericClient, id: Uuid, store_url: &str) -> Result<()> {
    db.execute(
        "UPDATE eventodb_store.drills SET stored = array_append(stored, $2) WHERE id = $1 AND NOT $2 = ANY (stored)",
        &[&id, &store_url],
    )
    .await
    .map(drop)
    .map_err(|e| explain(format!("noting where the report of drill {id} is"), e))
}
