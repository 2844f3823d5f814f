//! The disk that a database lies on, as far as the server tells of it.

use tokio_postgres::GenericClient;

use crate::db::errors::explain;
use crate::db::scope::Scope;
use crate::error::Result;

/// Where the server's files lie, and by what its own folder can be known.
#[derive(Debug, Clone)]
pub struct ServerFiles {
    /// The data directory; `None` where this role may not see it.
    pub data_directory: Option<String>,
    /// The port that the server listens at.
    pub port: Option<i32>,
    /// When the server was started, in seconds since 1970.
    pub started: f64,
    /// Whether the session may be one with a server on this machine.
    pub is_here: bool,
    /// Where the tablespace lies that the namespace's chunks go to, where it is not the data directory.
    pub tablespace: Option<String>,
}

/// Asks the server where it lies.
///
/// # Errors
/// Where the query fails.
pub async fn place(db: &impl GenericClient, scope: &Scope) -> Result<ServerFiles> {
    let row = db
        .query_one(&scope.render(include_str!("../sql/disk_place.sql"))?, &[])
        .await
        .map_err(|e| explain("asking where the server's files lie", e))?;
    Ok(ServerFiles {
        data_directory: row.get("data_directory"),
        port: row.get("port"),
        started: row.get("started"),
        is_here: row.get("is_here"),
        tablespace: row.get::<_, Option<String>>("tablespace").filter(|path| !path.is_empty()),
    })
}

/// What the server's databases and its log take, as far as this role may see them.
///
/// # Errors
/// Where a query fails.
pub async fn used(db: &impl GenericClient) -> Result<i64> {
    let doing = "measuring the server's databases";
    let row = db
        .query_one(
            "SELECT coalesce(sum(pg_database_size(oid)), 0)::bigint,
                    has_function_privilege('pg_catalog.pg_ls_waldir()', 'EXECUTE')
               FROM pg_database
              WHERE has_database_privilege(oid, 'CONNECT') OR pg_has_role('pg_read_all_stats', 'USAGE')",
            &[],
        )
        .await
        .map_err(|e| explain(doing, e))?;
    let databases: i64 = row.get(0);
    if !row.get::<_, bool>(1) {
        return Ok(databases);
    }
    let log = db
        .query_one("SELECT coalesce(sum(size), 0)::bigint FROM pg_ls_waldir()", &[])
        .await
        .map_err(|e| explain(doing, e))?;
    Ok(databases + log.get::<_, i64>(0))
}
