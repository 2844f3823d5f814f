//! What the server of archived messages asks the database.

use chrono::{DateTime, Utc};
use tokio_postgres::GenericClient;

use crate::db::Db;
use crate::db::errors::explain;
use crate::db::queries::ledger::{self, ArchiveRow};
use crate::error::Result;

/// A namespace, as the server of archived messages finds it.
#[derive(Debug, Clone)]
pub struct ServedNamespace {
    /// Its name.
    pub namespace: String,
    /// Whether this role may read it: one that may not sees none of its archives.
    pub may_read: bool,
    /// Whether the ledger tells what has come back: earlier versions did not.
    pub tells_returns: bool,
    /// Whether the foreign table of its archived messages is a part of its messages.
    pub is_served: bool,
}

/// The namespace whose schema this is.
///
/// # Errors
/// Where the query fails.
pub async fn namespace_of(db: &Db, schema: &str) -> Result<Option<ServedNamespace>> {
    let fail = |e| explain(format!("looking for the namespace of schema {schema}"), e);
    let sql = "SELECT id, eventodb_store.may(CURRENT_USER, 'read', id) AS may_read,
                      EXISTS (SELECT FROM pg_attribute c WHERE c.attrelid = 'eventodb_store.archives'::regclass
                                 AND c.attname = 'returned_in' AND NOT c.attisdropped) AS tells_returns,
                      EXISTS (SELECT FROM pg_inherits i
                                JOIN pg_class c ON c.oid = i.inhrelid AND c.relkind = 'f' AND c.relname = 'archived'
                                JOIN pg_class m ON m.oid = i.inhparent AND m.relname = 'messages'
                                JOIN pg_namespace s ON s.oid = m.relnamespace AND s.oid = c.relnamespace
                               WHERE s.nspname = schema_name) AS is_served
                 FROM eventodb_store.namespaces WHERE schema_name = $1";
    let row = db.query_opt(&db.prepared(sql).await.map_err(fail)?, &[&schema]).await.map_err(fail)?;
    Ok(row.map(|row| ServedNamespace {
        namespace: row.get("id"),
        may_read: row.get("may_read"),
        tells_returns: row.get("tells_returns"),
        is_served: row.get("is_served"),
    }))
}

/// What has come back from archives, beside what a session that reads can see.
#[derive(Debug, Clone)]
pub struct Moment {
    /// When its transaction began. `None` where this role may not see that, or where it has none.
    pub began: Option<DateTime<Utc>>,
    /// Whether its snapshot sees all that came back.
    pub sees_all: bool,
    /// When the newest return was known to be over, as far as that was noted.
    pub seen_at: Option<DateTime<Utc>>,
    /// Which returns are over of which nothing is noted.
    pub unnoted: Option<String>,
    /// The database's time.
    pub now: DateTime<Utc>,
}

/// Asks what has come back, and what a session sees of it. `session` is what `%c` stands for in the session's name: where the
/// process is another one's by now, or another server's, it is not that session, and there is no answer. The ledger is to be
/// read before this. All of it is the catalog's and the ledger's: nothing here is a namespace's owner's to make.
///
/// # Errors
/// Where the query fails.
pub async fn moment(db: &Db, namespace: &str, pid: i32, session: Option<&str>) -> Result<Option<Moment>> {
    let fail = |e| explain("asking what the session that reads can see", e);
    // Transaction numbers of 32 bits are of this round of 64 bits or of the one before. An archive of a dump can have come back
    // in a transaction of another cluster, which is none here. A primary's clock tells nothing of when a standby has got that far.
    let sql = "WITH back AS (
                   SELECT max(r.returned_in::text::numeric) AS newest,
                          CASE WHEN NOT pg_is_in_recovery() THEN max(r.return_seen_at) END AS seen_at,
                          md5(string_agg(DISTINCT r.returned_in::text, ' ')
                              FILTER (WHERE r.return_seen_at IS NULL OR pg_is_in_recovery())) AS unnoted
                     FROM eventodb_store.archives r
                    WHERE r.namespace = $1 AND r.returned_in < pg_snapshot_xmax(pg_current_snapshot()))
               SELECT a.xact_start AS began, b.seen_at, b.unnoted, clock_timestamp() AS now,
                      b.newest IS NULL
                      OR coalesce(div(n.next, 4294967296) * 4294967296 + x.xmin
                                  - CASE WHEN x.xmin > mod(n.next, 4294967296) THEN 4294967296 ELSE 0 END > b.newest, false) AS sees_all
                 FROM pg_stat_activity a, back b,
                      LATERAL (SELECT a.backend_xmin::text::numeric AS xmin) x,
                      (SELECT pg_snapshot_xmax(pg_current_snapshot())::text::numeric AS next) n
                WHERE a.pid = $2 AND a.datname = current_database()
                  AND coalesce(format('%s.%s', to_hex(extract(epoch FROM date_trunc('second', a.backend_start))::bigint),
                                      to_hex(a.pid)) = $3, true)";
    let row =
        db.query_opt(&db.prepared(sql).await.map_err(fail)?, &[&namespace, &pid, &session]).await.map_err(fail)?;
    Ok(row.map(|row| Moment {
        began: row.get("began"),
        sees_all: row.get("sees_all"),
        seen_at: row.get("seen_at"),
        unnoted: row.get("unnoted"),
        now: row.get("now"),
    }))
}

impl Moment {
    /// Whether the session surely finds all that came back among the live messages: its snapshot has to see it, and its
    /// transaction has to be younger, because a statement may have looked for its chunks before and have its snapshot from
    /// after. `since` is when the returns were first found over of which nothing is noted.
    pub fn is_past(&self, since: Option<DateTime<Utc>>) -> bool {
        let over = self.seen_at.max(since);
        self.sees_all && over.is_none_or(|over| self.began.is_some_and(|began| began > over))
    }
}

/// What this role sees of a session that asks by its foreign table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionVisibility {
    /// The session is one of this database, and the role sees its transaction.
    Seen,
    /// The session is one of this database, and the role may not see its transaction.
    Hidden,
    /// The database has no such session.
    No,
}

/// Looks for a session among those of this database. `session` is as for [`moment`].
///
/// # Errors
/// Where the query fails.
pub async fn known(db: &impl GenericClient, pid: i32, session: Option<&str>) -> Result<SessionVisibility> {
    let sql = "SELECT a.backend_start IS NOT NULL AS is_seen FROM pg_stat_activity a
                WHERE a.pid = $1 AND a.datname = current_database()
                  AND coalesce(format('%s.%s', to_hex(extract(epoch FROM date_trunc('second', a.backend_start))::bigint),
                                      to_hex(a.pid)) = $2 OR a.backend_start IS NULL, true)";
    let row =
        db.query_opt(sql, &[&pid, &session]).await.map_err(|e| explain("looking for the session that reads", e))?;
    Ok(match row.map(|row| row.get::<_, bool>(0)) {
        Some(true) => SessionVisibility::Seen,
        Some(false) => SessionVisibility::Hidden,
        None => SessionVisibility::No,
    })
}

/// How many of these archives are kept as they were: with the same manifest.
///
/// # Errors
/// Where the query fails.
pub async fn still_kept(db: &impl GenericClient, archives: &[ArchiveRow]) -> Result<usize> {
    let ids: Vec<i64> = archives.iter().map(|a| a.id).collect();
    let manifests: Vec<Option<&str>> = archives.iter().map(|a| a.manifest_sha256.as_deref()).collect();
    let sql = "SELECT count(*) FROM unnest($1::bigint[], $2::text[]) AS asked (id, manifest)
                 JOIN eventodb_store.archives a ON a.id = asked.id AND a.manifest_sha256 = asked.manifest
                WHERE a.state IN ('verified', 'dropped', 'rehydrated')";
    let row = db
        .query_one(sql, &[&ids, &manifests])
        .await
        .map_err(|e| explain("looking whether archives are still kept", e))?;
    Ok(usize::try_from(row.get::<_, i64>(0)).unwrap_or(0))
}

/// The newest archive that is kept, of any namespace.
///
/// # Errors
/// Where the query fails.
pub async fn newest_archive(db: &impl GenericClient) -> Result<Option<ArchiveRow>> {
    let newest = "SELECT id, namespace FROM eventodb_store.archives
                   WHERE state IN ('verified', 'dropped', 'rehydrated') ORDER BY id DESC LIMIT 1";
    let row = db.query_opt(newest, &[]).await.map_err(|e| explain("looking for the newest archive", e))?;
    let Some(row) = row else { return Ok(None) };
    let (id, namespace): (i64, String) = (row.get(0), row.get(1));
    Ok(ledger::list(db, &namespace).await?.into_iter().find(|a| a.id == id))
}

/// The collation of text that has none of its own, where the C library has it.
///
/// # Errors
/// Where the query fails.
pub async fn collation(db: &impl GenericClient) -> Result<Option<String>> {
    let row = db
        .query_one(
            "SELECT CASE WHEN datlocprovider = 'c' AND datcollate = datctype THEN datcollate END
               FROM pg_database WHERE datname = current_database()",
            &[],
        )
        .await
        .map_err(|e| explain("reading the database's collation", e))?;
    Ok(row.get(0))
}
