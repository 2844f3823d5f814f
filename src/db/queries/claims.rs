//! Which stores the database owns, and which database it is.

use chrono::{DateTime, Utc};
use tokio_postgres::{GenericClient, Row};
use uuid::Uuid;

use crate::db::errors::explain;
use crate::db::{Db, Scope};
use crate::error::Result;

/// A database, told from its copies as far as the server can tell: a copy of the files has the same identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseIdentity {
    /// The cluster, where the role may read it: another one after a dump was restored elsewhere.
    pub system_identifier: Option<String>,
    /// The database within the cluster: another one in a copy by template.
    pub database_oid: i64,
    /// Its name, for people.
    pub database: String,
    /// Rises with every promotion, where the role may read it.
    pub timeline: Option<i64>,
}

impl DatabaseIdentity {
    /// Of the database that a session is in.
    ///
    /// # Errors
    /// Where the query fails.
    pub async fn of(db: &Db) -> Result<Self> {
        let row = db
            .client()
            .query_one("SELECT oid::bigint, datname::text FROM pg_database WHERE datname = current_database()", &[])
            .await
            .map_err(|e| explain("asking which database this is", e))?;
        // The control file knows of a promotion only after the next checkpoint; the log's names do at once.
        let timeline = "SELECT ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::bigint";
        // For people: nothing is decided by it.
        let timeline = db.client().query_one(timeline, &[]).await.ok().map(|row| row.get(0));
        Ok(Self {
            system_identifier: db.server.system_identifier.clone(),
            database_oid: row.get(0),
            database: row.get(1),
            timeline,
        })
    }

    /// Whether the two can be one database.
    pub fn is_same(&self, other: &Self) -> bool {
        let same_cluster = match (&self.system_identifier, &other.system_identifier) {
            (Some(a), Some(b)) => a == b,
            _ => true,
        };
        same_cluster && self.database_oid == other.database_oid
    }

    /// As `archives sync --from` takes it.
    pub fn source(&self) -> String {
        format!("{}/{}", self.system_identifier.as_deref().unwrap_or("unknown"), self.database)
    }
}

/// What the database knows of a store that it owns, or that the database owned which this is a copy of.
#[derive(Debug, Clone)]
pub struct ClaimRow {
    /// The store.
    pub store_url: String,
    /// The lineage of the archives.
    pub claim_id: Uuid,
    /// Counts the take-overs.
    pub epoch: i32,
    /// The mark that the store is known to have.
    pub mark: Option<Uuid>,
    /// The mark that the store was about to get.
    pub next_mark: Option<Uuid>,
    /// The database that wrote the row.
    pub owner: DatabaseIdentity,
    /// Databases whose archives count as this one's.
    pub sources: Vec<String>,
    /// When it was changed.
    pub changed_at: DateTime<Utc>,
}

impl ClaimRow {
    /// Whether the store's mark is one of this row's.
    pub fn has_mark(&self, mark: Uuid) -> bool {
        self.mark == Some(mark) || self.next_mark == Some(mark)
    }
}

fn claim(row: &Row) -> ClaimRow {
    ClaimRow {
        store_url: row.get("store_url"),
        claim_id: row.get("claim_id"),
        epoch: row.get("epoch"),
        mark: row.get("mark"),
        next_mark: row.get("next_mark"),
        owner: DatabaseIdentity {
            system_identifier: row.get("system_identifier"),
            database_oid: row.get("database_oid"),
            database: row.get("database"),
            timeline: row.get("timeline"),
        },
        sources: row.get("sources"),
        changed_at: row.get("changed_at"),
    }
}

/// All claims of a namespace.
///
/// # Errors
/// Where the query fails.
pub async fn list(db: &impl GenericClient, namespace: &str) -> Result<Vec<ClaimRow>> {
    let rows = db
        .query("SELECT * FROM eventodb_store.claims WHERE namespace = $1 ORDER BY changed_at, store_url", &[&namespace])
        .await
        .map_err(|e| explain("reading which stores are this database's", e))?;
    Ok(rows.iter().map(claim).collect())
}

/// What a store is about to be told.
#[derive(Debug, Clone)]
pub struct NextMark<'a> {
    /// The namespace.
    pub namespace: &'a str,
    /// The store.
    pub store_url: &'a str,
    /// The lineage of the archives.
    pub claim_id: Uuid,
    /// Counts the take-overs.
    pub epoch: i32,
    /// The mark that the store has, where it is this database's; `None` where the store is taken over or new.
    pub mark: Option<Uuid>,
    /// The mark that it gets.
    pub next_mark: Uuid,
    /// This database.
    pub owner: &'a DatabaseIdentity,
    /// Databases whose archives count as this one's from now on.
    pub sources: &'a [String],
}

/// Notes the mark that the store is about to get.
///
/// # Errors
/// Where the statement fails.
pub async fn tell_next(db: &impl GenericClient, next: &NextMark<'_>) -> Result<()> {
    db.execute(
        "INSERT INTO eventodb_store.claims AS c (namespace, store_url, claim_id, epoch, mark, next_mark, system_identifier,
                database_oid, database, timeline, sources)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         ON CONFLICT (namespace, store_url) DO UPDATE SET claim_id = EXCLUDED.claim_id, epoch = EXCLUDED.epoch,
                mark = EXCLUDED.mark, next_mark = EXCLUDED.next_mark, system_identifier = EXCLUDED.system_identifier,
                database_oid = EXCLUDED.database_oid, database = EXCLUDED.database, timeline = EXCLUDED.timeline,
                sources = ARRAY(SELECT DISTINCT s FROM unnest(c.sources || EXCLUDED.sources) s ORDER BY s), changed_at = now()",
        &[
            &next.namespace,
            &next.store_url,
            &next.claim_id,
            &next.epoch,
            &next.mark,
            &next.next_mark,
            &next.owner.system_identifier,
            &next.owner.database_oid,
            &next.owner.database,
            &next.owner.timeline,
            &next.sources,
        ],
    )
    .await
    .map_err(|e| explain(format!("noting the mark that {} is about to get", next.store_url), e))?;
    Ok(())
}

/// Notes that the store has its mark.
///
/// # Errors
/// Where the statement fails.
pub async fn tell_done(db: &impl GenericClient, namespace: &str, store_url: &str, mark: Uuid) -> Result<()> {
    db.execute(
        "UPDATE eventodb_store.claims SET mark = next_mark, next_mark = NULL, changed_at = now()
          WHERE namespace = $1 AND store_url = $2 AND next_mark = $3",
        &[&namespace, &store_url, &mark],
    )
    .await
    .map_err(|e| explain(format!("noting the mark that {store_url} has"), e))?;
    Ok(())
}

/// Whether nothing was ever written to the namespace.
///
/// # Errors
/// Where the query fails.
pub async fn has_no_streams(db: &impl GenericClient, scope: &Scope) -> Result<bool> {
    let sql = scope.render("SELECT NOT EXISTS (SELECT FROM {{schema}}.heads)")?;
    let row = db.query_one(&sql, &[]).await.map_err(|e| explain("looking for streams", e))?;
    Ok(row.get(0))
}

/// Whether every stream in the transaction's table of archived streams is known here, at least as far as it is archived.
///
/// # Errors
/// Where the query fails.
pub async fn knows_archived_streams(db: &impl GenericClient, scope: &Scope) -> Result<bool> {
    let sql = scope.render(
        "SELECT count(*) > 0 AND coalesce(bool_and(h.\"position\" >= a.last_position), false)
                AND count(h.stream_name) = count(*)
           FROM pg_temp.eventodb_archived a LEFT JOIN {{schema}}.heads h USING (stream_name)",
    )?;
    let row = db.query_one(&sql, &[]).await.map_err(|e| explain("comparing streams with an archive's", e))?;
    Ok(row.get(0))
}

/// Another namespace that keeps archives, or is to keep them, inside the folder that this one has or would have in a store.
///
/// # Errors
/// Where the query fails.
pub async fn store_inside(db: &impl GenericClient, scope: &Scope, store: &str) -> Result<Option<String>> {
    let row = db
        // As a function, which sees the rows that a policy hides from this role.
        .query_one("SELECT eventodb_store.store_inside($1, $2)", &[&scope.namespace(), &store])
        .await
        .map_err(|e| explain("looking for archives of others in a namespace's folder", e))?;
    Ok(row.get(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_told_by_its_cluster_where_both_are_known_and_by_its_number() {
        let of = |cluster: Option<&str>, oid| DatabaseIdentity {
            system_identifier: cluster.map(str::to_owned),
            database_oid: oid,
            database: "events".to_owned(),
            timeline: Some(1),
        };
        assert!(of(Some("7"), 1).is_same(&of(Some("7"), 1)));
        assert!(!of(Some("7"), 1).is_same(&of(Some("8"), 1)), "restored elsewhere");
        assert!(!of(Some("7"), 1).is_same(&of(Some("7"), 2)), "a copy by template");
        assert!(!of(Some("7"), 1).is_same(&of(Some("8"), 2)));
        for (a, b) in [(None, Some("7")), (Some("7"), None), (None, None)] {
            assert!(of(a, 1).is_same(&of(b, 1)), "who may not read the cluster's number goes by the database's");
            assert!(!of(a, 1).is_same(&of(b, 2)));
        }
    }
}
