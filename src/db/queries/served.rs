//! The foreign table of archived messages: a server of `postgres_fdw`, how to log in there, the table, and its place among the
//! chunks.

use sha2::{Digest, Sha256};
use tokio_postgres::{GenericClient, Transaction};

use crate::db::errors::explain;
use crate::db::ident::{Ident, literal};
use crate::db::scope::Scope;
use crate::db::secret::Secret;
use crate::error::Result;

/// `PostgreSQL` cuts longer names off.
const MAX_NAME_BYTES: usize = 63;

/// What setting it up needs, and how it stands.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools)] // facts, each by itself
pub struct ServeFacts {
    /// Whether `postgres_fdw` is installed.
    pub has_extension: bool,
    /// Whether this role may make servers of it.
    pub may_use_it: bool,
    /// Whether this `TimescaleDB` has foreign tables among chunks, and the namespace's functions tell them from live ones.
    pub has_tiers: bool,
    /// Whether `postgres_fdw` tells the far end which session asks.
    pub names_its_sessions: bool,
    /// The owner of the messages.
    pub owner: String,
    /// Whether a superuser has logged in.
    pub is_superuser: bool,
    /// Whether the foreign table is a part of the messages.
    pub is_attached: bool,
    /// Whether `TimescaleDB`'s catalog has it as a part of the messages. The entry outlives a table that somebody dropped by
    /// `DROP`, and queries of the messages fail then.
    pub is_in_catalog: bool,
    /// Whether there is a table of its name.
    pub has_table: bool,
    /// Whether this role has its server; none where there is no server of its name.
    pub owns_server: Option<bool>,
    /// Whether messages have the columns that this program gives them, and no others.
    pub has_own_columns: bool,
    /// Their columns, as a table is made of them.
    pub columns: String,
}

/// The name of a namespace's server of archived messages: of its schema, and short enough.
pub fn server_name(scope: &Scope) -> Ident {
    let name = format!("{}_archived", scope.schema());
    if name.len() <= MAX_NAME_BYTES {
        return Ident::new(name);
    }
    let hash = hex::encode(Sha256::digest(scope.schema().as_bytes()));
    Ident::new(format!("archived_{}", &hash[..32]))
}

/// Looks at it.
///
/// # Errors
/// Where the query fails; the namespace must be up to date.
pub async fn facts(db: &impl GenericClient, scope: &Scope) -> Result<ServeFacts> {
    let sql = scope.render(include_str!("../sql/served_facts.sql"))?;
    let row = db
        .query_one(&sql, &[&server_name(scope).as_str()])
        .await
        .map_err(|e| explain("looking at what archived reads need", e))?;
    Ok(ServeFacts {
        has_extension: row.get("has_extension"),
        may_use_it: row.get("may_use_it"),
        has_tiers: row.get("has_tiers"),
        names_its_sessions: row.get("names_its_sessions"),
        owner: row.get("owner"),
        is_superuser: row.get("is_superuser"),
        is_attached: row.get("is_attached"),
        is_in_catalog: row.get("is_in_catalog"),
        has_table: row.get("has_table"),
        owns_server: row.get("owns_server"),
        has_own_columns: row.get("has_own_columns"),
        columns: row.get("columns"),
    })
}

/// What takes a superuser before a namespace's owner can set it up.
pub fn for_superusers(scope: &Scope, owner: &str) -> String {
    format!(
        "CREATE EXTENSION IF NOT EXISTS postgres_fdw SCHEMA {}; GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO {};",
        scope.extension(),
        Ident::new(owner)
    )
}

/// What a superuser runs where the far end asks for no password.
pub fn without_password(scope: &Scope) -> String {
    format!("ALTER USER MAPPING FOR PUBLIC SERVER {} OPTIONS (ADD password_required 'false');", server_name(scope))
}

/// Makes the server, the way to log in, and the table, and puts it among the chunks.
///
/// # Errors
/// Where a statement fails; what was there must have been taken down.
pub async fn put_up(
    tx: &Transaction<'_>,
    scope: &Scope,
    columns: &str,
    options: &[(&str, String)],
    user: &str,
) -> Result<()> {
    let doing = "making the foreign table of archived messages";
    let options: Result<Vec<_>> =
        options.iter().map(|(name, value)| Ok(format!("{} {}", Ident::new(*name), literal(value)?))).collect();
    let (server, options, user) = (server_name(scope), options?.join(", "), literal(user)?);
    let (schema, remote) = (scope.schema_ident(), literal(scope.schema())?);
    let sql = format!(
        "CREATE SERVER {server} FOREIGN DATA WRAPPER postgres_fdw OPTIONS ({options});
         CREATE USER MAPPING FOR PUBLIC SERVER {server} OPTIONS (\"user\" {user});
         CREATE FOREIGN TABLE {schema}.archived ({columns}) SERVER {server}
             OPTIONS (schema_name {remote}, table_name 'messages')"
    );
    tx.batch_execute(&sql).await.map_err(|e| explain(doing, e))?;
    let sql = scope.render(
        "SELECT _timescaledb_functions.attach_osm_table_chunk('{{schema_text}}.messages'::regclass, '{{schema_text}}.archived'::regclass);
         SELECT {{schema}}.make_archived_text()",
    )?;
    tx.batch_execute(&sql).await.map_err(|e| explain(doing, e))
}

/// Gives the password to the server that keeps it for whoever asks. It is in no statement's text.
///
/// # Errors
/// Where it is not taken; the error does not have it.
pub async fn set_password(tx: &Transaction<'_>, scope: &Scope, password: &Secret) -> Result<()> {
    use futures::SinkExt as _;

    let doing = "keeping the password of archived reads";
    let fail = |e| explain(doing, e);
    tx.batch_execute("CREATE TEMPORARY TABLE eventodb_password (password text) ON COMMIT DROP").await.map_err(fail)?;
    // The text form of COPY.
    let text = password.reveal().replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n").replace('\r', "\\r");
    let sink = tx.copy_in("COPY pg_temp.eventodb_password FROM STDIN").await.map_err(fail)?;
    let mut sink = std::pin::pin!(sink);
    sink.send(bytes::Bytes::from(format!("{text}\n"))).await.map_err(fail)?;
    sink.finish().await.map_err(fail)?;
    let server = server_name(scope).to_string().replace('\'', "''").replace('%', "%%");
    let sql = scope.render_with(include_str!("../sql/served_password.sql"), &[("server_format", &server)])?;
    tx.batch_execute(&sql).await.map_err(fail)?;
    tx.batch_execute("DROP TABLE pg_temp.eventodb_password").await.map_err(fail)
}

/// Has whoever asks need no password. It takes a superuser who has logged in.
///
/// # Errors
/// Where the statement fails.
pub async fn need_no_password(tx: &Transaction<'_>, scope: &Scope) -> Result<()> {
    let doing = "having archived reads need no password";
    let role: String = tx.query_one("SELECT current_setting('role')", &[]).await.map_err(|e| explain(doing, e))?.get(0);
    let role = literal(&role)?;
    tx.batch_execute(&format!(
        "SET LOCAL ROLE NONE; {} SELECT set_config('role', {role}, true)",
        without_password(scope)
    ))
    .await
    .map_err(|e| explain(doing, e))
}

/// Takes the table out of the messages, and what belongs to it away. Readers that ask for archived messages are waited for.
///
/// # Errors
/// Where a statement fails.
pub async fn take_down(tx: &Transaction<'_>, scope: &Scope, facts: &ServeFacts) -> Result<()> {
    let doing = "taking the foreign table of archived messages away";
    if facts.is_attached || facts.is_in_catalog {
        if !facts.has_table {
            // TimescaleDB removes the entry together with a table of its name: an empty one serves.
            let sql = scope.render("CREATE TABLE {{schema}}.archived ()")?;
            tx.batch_execute(&sql).await.map_err(|e| explain(doing, e))?;
        }
        let sql = scope.render("SELECT _timescaledb_functions.drop_osm_chunk('{{schema_text}}.messages'::regclass)")?;
        tx.batch_execute(&sql).await.map_err(|e| explain(doing, e))?;
    } else if facts.has_table {
        let sql = scope.render("DROP FOREIGN TABLE {{schema}}.archived")?;
        tx.batch_execute(&sql).await.map_err(|e| explain(doing, e))?;
    }
    if facts.owns_server.is_some() {
        drop_server(tx, scope).await?;
    }
    Ok(())
}

/// Drops the server of a namespace's archived messages, where it is there.
///
/// # Errors
/// Where it is another role's.
pub async fn drop_server(db: &impl GenericClient, scope: &Scope) -> Result<()> {
    db.batch_execute(&format!("DROP SERVER IF EXISTS {} CASCADE", server_name(scope)))
        .await
        .map_err(|e| explain("dropping the server of archived messages", e))
}

/// Whether the foreign table is a part of the messages.
///
/// # Errors
/// Where the query fails.
pub async fn is_served(db: &impl GenericClient, scope: &Scope) -> Result<bool> {
    let row = db
        .query_one(&format!("SELECT {}.is_served()", scope.schema_ident()), &[])
        .await
        .map_err(|e| explain("looking whether archived messages are served", e))?;
    Ok(row.get(0))
}

/// Keeps those away who ask for archived messages, until the transaction ends, and notes that it brings some back. Fails where
/// one of them does not end within the transaction's `lock_timeout`.
///
/// # Errors
/// 55P03 where a reader stays.
pub async fn announce_return(db: &impl GenericClient, scope: &Scope) -> Result<(), tokio_postgres::Error> {
    db.batch_execute(&format!("SELECT {}.announce_return()", scope.schema_ident())).await
}

/// Notes that the transaction is over which brought an archive's messages back: in the ledger, whose trigger does so with any
/// change of the row, and in the namespace, where a `serve` of an earlier version looks.
///
/// # Errors
/// Where a statement fails.
pub async fn note_returned(db: &impl GenericClient, scope: &Scope, archive: i64) -> Result<()> {
    let fail = |e| explain("noting that archived messages are back", e);
    let note =
        "UPDATE eventodb_store.archives SET rehydrated_at = rehydrated_at WHERE id = $1 AND state = 'rehydrated'";
    db.execute(note, &[&archive]).await.map_err(fail)?;
    db.batch_execute(&format!("SELECT {}.note_returned()", scope.schema_ident())).await.map_err(fail)
}

/// Where the far end is: the options of the server.
///
/// # Errors
/// Where the query fails.
pub async fn far_end(db: &impl GenericClient, scope: &Scope) -> Result<Option<String>> {
    let row = db
        .query_opt(
            "SELECT (SELECT string_agg(o.option_value, ':' ORDER BY o.option_name)
                       FROM pg_options_to_table(s.srvoptions) o WHERE o.option_name IN ('host', 'port'))
               FROM pg_foreign_server s WHERE s.srvname = $1",
            &[&server_name(scope).as_str()],
        )
        .await
        .map_err(|e| explain("looking where archived messages are served", e))?;
    Ok(row.and_then(|r| r.get(0)))
}

/// Whether a login that is kept for the far end is for more than this namespace. Where this role may not see how one logs in, no
/// login is found.
///
/// # Errors
/// Where the query fails.
pub async fn logs_in_for_all(db: &impl GenericClient, scope: &Scope) -> Result<bool> {
    let sql = "SELECT EXISTS (
                   SELECT FROM pg_user_mappings u
                    WHERE u.srvname = $1
                      AND EXISTS (SELECT FROM pg_options_to_table(u.umoptions) o WHERE o.option_name = 'password')
                      AND NOT EXISTS (SELECT FROM pg_options_to_table(u.umoptions) o
                                       WHERE o.option_name = 'user'
                                         AND o.option_value = split_part(o.option_value, '/', 1) || '/' || $2))";
    let row = db
        .query_one(sql, &[&server_name(scope).as_str(), &scope.namespace()])
        .await
        .map_err(|e| explain("looking who logs in where archived messages are served", e))?;
    Ok(row.get(0))
}

/// What the far end gives for two global positions between two times: how many messages of each.
///
/// # Errors
/// As the far end fails, or `postgres_fdw` where it is away.
pub async fn ask(
    db: &impl GenericClient,
    scope: &Scope,
    positions: (i64, i64),
    times: (chrono::DateTime<chrono::Utc>, chrono::DateTime<chrono::Utc>),
) -> Result<Vec<(i64, i64)>, tokio_postgres::Error> {
    let sql = format!(
        "WITH found AS MATERIALIZED (
             SELECT a.global_position FROM {}.archived a
              WHERE a.global_position = ANY (ARRAY[$1::bigint, $2]) AND a.time BETWEEN $3 AND $4)
         SELECT global_position, count(*) FROM found GROUP BY 1",
        scope.schema_ident()
    );
    let rows = db.query(&sql, &[&positions.0, &positions.1, &times.0, &times.1]).await?;
    Ok(rows.iter().map(|r| (r.get(0), r.get(1))).collect())
}

/// Where the setting that leaves archived messages out of reads is off: for whom, as a person names it.
///
/// # Errors
/// Where the query fails.
pub async fn turned_off(db: &impl GenericClient) -> Result<Vec<String>> {
    let rows = db
        .query(
            "SELECT concat_ws(' in ', CASE WHEN s.setrole <> 0 THEN 'role ' || r.rolname ELSE 'every role' END,
                              CASE WHEN s.setdatabase <> 0 THEN 'this database' ELSE 'every database' END)
               FROM pg_db_role_setting s
               LEFT JOIN pg_roles r ON r.oid = s.setrole
              CROSS JOIN unnest(s.setconfig) c
              WHERE s.setdatabase IN (0, (SELECT d.oid FROM pg_database d WHERE d.datname = current_database()))
                AND c ~* '^timescaledb\\.enable_tiered_reads=(off|false|no|0)'
             UNION
             SELECT 'role ' || session_user || ', or all of this server' FROM pg_settings
              WHERE name = 'timescaledb.enable_tiered_reads' AND reset_val = 'off'
             ORDER BY 1",
            &[],
        )
        .await
        .map_err(|e| explain("looking who reads without archived messages", e))?;
    Ok(rows.iter().map(|r| r.get(0)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_has_the_name_of_its_schema_unless_that_is_too_long() {
        let named = |schema: &str| server_name(&Scope::new("n", schema, "public")).as_str().to_owned();
        assert_eq!(named("tsdb_a"), "tsdb_a_archived");
        let long = "x".repeat(63);
        assert!(named(&long).len() <= 63 && named(&long) != named(&long[..62]));
    }
}
