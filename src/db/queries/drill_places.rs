//! Drills into another database: where that is, whether the drill is alive, and what its row there says.

use chrono::{DateTime, Utc};
use tokio_postgres::GenericClient;
use uuid::Uuid;

use crate::db::errors::explain;
use crate::db::scope::Scope;
use crate::error::Result;

/// Another database that archives come back to, as the live ledger has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceRow {
    /// `host:port/database`.
    pub shown: String,
    /// The cluster, where the role could read it.
    pub system_identifier: Option<String>,
    /// The database's number in the cluster.
    pub database_oid: i64,
}

impl PlaceRow {
    /// Whether the two are one database, whatever address led there.
    pub fn is_same(&self, other: &Self) -> bool {
        let is_same_cluster = match (&self.system_identifier, &other.system_identifier) {
            (Some(a), Some(b)) => a == b,
            _ => self.shown == other.shown,
        };
        is_same_cluster && self.database_oid == other.database_oid
    }
}

const ALIVE: &str = "hashtextextended('eventodb-admin/drill/' || $1::text, 0)";

/// Takes the lock by which a drill into another database is seen to be alive; false where another session of this database has
/// it. The lock ends with the session.
///
/// # Errors
/// Where the query fails.
pub async fn take_alive(db: &impl GenericClient, id: Uuid) -> Result<bool> {
    let sql = format!("SELECT pg_try_advisory_lock({ALIVE})");
    let row = db
        .query_one(&sql, &[&id.to_string()])
        .await
        .map_err(|e| explain(format!("taking the lock of drill {id}"), e))?;
    Ok(row.get(0))
}

/// Gives that lock back.
///
/// # Errors
/// Where the query fails.
pub async fn give_alive(db: &impl GenericClient, id: Uuid) -> Result<()> {
    let sql = format!("SELECT pg_advisory_unlock({ALIVE})");
    db.execute(&sql, &[&id.to_string()])
        .await
        .map(drop)
        .map_err(|e| explain(format!("giving the lock of drill {id} back"), e))
}

/// Enters a drill in the live ledger, before anything is made in the other database.
///
/// # Errors
/// Where the statement fails.
pub async fn enter(
    db: &impl GenericClient,
    id: Uuid,
    (namespace, by): (&str, &str),
    (scratch, schema): (&str, &str),
    place: &PlaceRow,
) -> Result<DateTime<Utc>> {
    let row = db
        .query_one(
            "INSERT INTO eventodb_store.drills (id, namespace, begun_by, scratch, scratch_schema, place, place_system, place_database)
             VALUES ($1, $2, format('%s (%s)', session_user, $3::text), $4, $5, $6, $7, $8)
             RETURNING began_at",
            &[&id, &namespace, &by, &scratch, &schema, &place.shown, &place.system_identifier, &place.database_oid],
        )
        .await
        .map_err(|e| explain(format!("entering drill {id}"), e))?;
    Ok(row.get(0))
}

/// Ends a drill's row without a report: in the other database, or where no throw-away namespace could be made.
///
/// # Errors
/// Where the statement fails.
pub async fn end_without_report(db: &impl GenericClient, id: Uuid, verdict: &str) -> Result<()> {
    db.execute(
        "UPDATE eventodb_store.drills SET ended_at = now(), verdict = $2 WHERE id = $1 AND ended_at IS NULL",
        &[&id, &verdict],
    )
    .await
    .map(drop)
    .map_err(|e| explain(format!("ending drill {id}"), e))
}

/// Whether a database has drills that a later namespace of the same name can be told from; one of an earlier version has not.
async fn knows_former(db: &impl GenericClient) -> Result<bool> {
    let row = db
        .query_one(
            "SELECT EXISTS (SELECT FROM pg_attribute
                             WHERE attrelid = to_regclass('eventodb_store.drills') AND attname = 'former' AND NOT attisdropped)",
            &[],
        )
        .await
        .map_err(|e| explain("looking for the table of drills", e))?;
    Ok(row.get(0))
}

/// Sets apart the drills of a namespace that is deleted: they can be read, and no later namespace of its name has a part in them.
///
/// # Errors
/// Where a statement fails; run it in the transaction that deletes the namespace.
pub async fn retire(db: &impl GenericClient, namespace: &str, doing: &str) -> Result<()> {
    if !knows_former(db).await? {
        return Ok(());
    }
    for table in ["drills", "drilled"] {
        let sql = format!("UPDATE eventodb_store.{table} SET former = true WHERE namespace = $1 AND NOT former");
        db.execute(&sql, &[&namespace]).await.map_err(|e| explain(doing, e))?;
    }
    Ok(())
}

/// A stream as an archive's list has it: its name, and its last message's position and global position.
pub type ListedStream = (String, i64, i64);

/// Begins to hand out the streams that a drill keeps of an archive's list; in a transaction.
///
/// # Errors
/// Where the statement fails.
pub async fn open_listed(db: &impl GenericClient) -> Result<()> {
    db.batch_execute(
        "DECLARE eventodb_listed_streams NO SCROLL CURSOR FOR
         SELECT stream_name, last_position, last_global_position FROM pg_temp.eventodb_listed",
    )
    .await
    .map_err(|e| explain("reading an archive's stream list", e))
}

/// The next of them; none at the end.
///
/// # Errors
/// Where the query fails.
pub async fn next_listed(db: &impl GenericClient) -> Result<Vec<ListedStream>> {
    let rows = db
        .query("FETCH 10000 FROM eventodb_listed_streams", &[])
        .await
        .map_err(|e| explain("reading an archive's stream list", e))?;
    Ok(rows.iter().map(|r| (r.get(0), r.get(1), r.get(2))).collect())
}

/// How many of these streams the heads of a namespace do not know as far as this. Nothing is written, not even a temporary table.
///
/// # Errors
/// Where the query fails.
pub async fn heads_behind(db: &impl GenericClient, live: &Scope, listed: &[ListedStream]) -> Result<i64> {
    let sql = live.render(
        "SELECT count(*) FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS l (stream_name, last_position, last_global_position)
           LEFT JOIN {{schema}}.heads h ON h.stream_name = l.stream_name
          WHERE h.stream_name IS NULL OR h.\"position\" < l.last_position
             OR h.\"position\" = l.last_position AND h.global_position <> l.last_global_position",
    )?;
    let names: Vec<&str> = listed.iter().map(|(name, ..)| name.as_str()).collect();
    let (positions, globals): (Vec<i64>, Vec<i64>) =
        listed.iter().map(|(_, position, global)| (*position, *global)).unzip();
    let row = db
        .query_one(&sql, &[&names, &positions, &globals])
        .await
        .map_err(|e| explain(format!("comparing heads of namespace {} with an archive's list", live.namespace()), e))?;
    Ok(row.get(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_known_by_its_cluster_or_where_that_is_hidden_by_its_address() {
        let place = |shown: &str, system: Option<&str>, database_oid| PlaceRow {
            shown: shown.to_owned(),
            system_identifier: system.map(str::to_owned),
            database_oid,
        };
        let one = place("a:5432/x", Some("7"), 5);
        assert!(one.is_same(&place("b:5433/y", Some("7"), 5)));
        assert!(!one.is_same(&place("a:5432/x", Some("8"), 5)) && !one.is_same(&place("a:5432/x", Some("7"), 6)));
        assert!(one.is_same(&place("a:5432/x", None, 5)) && !one.is_same(&place("b:5432/x", None, 5)));
    }
}
