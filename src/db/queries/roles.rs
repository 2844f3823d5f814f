//! Whose rights a session works with on a namespace.

use tokio_postgres::GenericClient;

use crate::db::errors::explain;
use crate::db::ident::Ident;
use crate::db::scope::{Layout, Scope};
use crate::error::Result;

/// Whose rights a session works with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Acting {
    /// Those of the role that has logged in.
    Itself,
    /// Those of the namespace's owner: a superuser has logged in, who has put its own aside.
    Owner,
    /// A superuser's, on a namespace of somebody else, who lacks what this program needs.
    Superuser {
        /// The namespace's owner.
        owner: String,
    },
}

/// Has a superuser's session go on as the owner of the namespace, where that one has the rights of an operator: what the owner
/// has put there, triggers and functions, is then run as the owner. It is no cage: such code can take the role back.
///
/// # Errors
/// Where a statement fails.
pub async fn act_as_owner(db: &impl GenericClient, scope: &Scope) -> Result<Acting> {
    let doing = || format!("looking for the owner of namespace {}", scope.namespace());
    // No messages, no owner: whoever needs them says so.
    let Some(row) =
        db.query_opt(include_str!("../sql/acting.sql"), &[&scope.schema()]).await.map_err(|e| explain(doing(), e))?
    else {
        return Ok(Acting::Itself);
    };
    let (owner, is_foreign, is_operator): (String, bool, bool) = (row.get(0), row.get(1), row.get(2));
    if !is_foreign {
        return Ok(Acting::Itself);
    }
    if scope.layout() == Layout::Hypertable && !is_operator {
        return Ok(Acting::Superuser { owner });
    }
    db.batch_execute(&format!("SET ROLE {}", Ident::new(owner))).await.map_err(|e| explain(doing(), e))?;
    Ok(Acting::Owner)
}

/// The owner of a namespace on which a superuser works who is not that one, nor another superuser.
///
/// # Errors
/// Where the query fails.
pub async fn foreign_owner(db: &impl GenericClient, scope: &Scope) -> Result<Option<String>> {
    let row = db
        .query_opt(include_str!("../sql/acting.sql"), &[&scope.schema()])
        .await
        .map_err(|e| explain(format!("looking for the owner of namespace {}", scope.namespace()), e))?;
    Ok(row.filter(|row| row.get(1)).map(|row| row.get(0)))
}

/// Has a superuser's session go on as the owner of one of the namespace's tables, where that is no superuser: what is read runs the
/// code of indexes, and so does what is planned. Says whether it does.
///
/// # Errors
/// Where a statement fails.
pub async fn act_as_owner_of(db: &impl GenericClient, scope: &Scope, table: &str) -> Result<bool> {
    let doing = || format!("looking for the owner of {table} of namespace {}", scope.namespace());
    let found = db
        .query_opt(
            "SELECT o.rolname::text FROM pg_class c
               JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = $1
               JOIN pg_roles o ON o.oid = c.relowner
               JOIN pg_roles r ON r.rolname = CURRENT_USER
              WHERE c.relname = $2 AND r.rolsuper AND NOT o.rolsuper",
            &[&scope.schema(), &table],
        )
        .await
        .map_err(|e| explain(doing(), e))?;
    let Some(row) = found else { return Ok(false) };
    let owner: String = row.get(0);
    db.batch_execute(&format!("SET ROLE {}", Ident::new(owner))).await.map_err(|e| explain(doing(), e))?;
    Ok(true)
}

/// Whether a superuser owns something in the namespace's schema, which its owner could not replace.
///
/// # Errors
/// Where the query fails.
pub async fn superusers_own_some(db: &impl GenericClient, scope: &Scope) -> Result<bool> {
    let row = db
        .query_one(
            "SELECT EXISTS (SELECT FROM pg_namespace n
                              JOIN (SELECT relnamespace AS schema, relowner AS owner FROM pg_class
                                    UNION ALL SELECT pronamespace, proowner FROM pg_proc) o ON o.schema = n.oid
                              JOIN pg_roles r ON r.oid = o.owner AND r.rolsuper
                             WHERE n.nspname = $1)",
            &[&scope.schema()],
        )
        .await
        .map_err(|e| explain(format!("looking who owns what in schema {}", scope.schema()), e))?;
    Ok(row.get(0))
}

/// Has the session go on as the role that has logged in.
///
/// # Errors
/// Where the statement fails.
pub async fn act_as_oneself(db: &impl GenericClient) -> Result<()> {
    db.batch_execute("RESET ROLE").await.map_err(|e| explain("taking the session's own role", e))
}

/// Whether the session's role may make schemas in its database.
///
/// # Errors
/// Where the query fails.
pub async fn may_make_schemas(db: &impl GenericClient) -> Result<bool> {
    let row = db
        .query_one("SELECT has_database_privilege(current_database(), 'CREATE')", &[])
        .await
        .map_err(|e| explain("asking whether this role may make schemas", e))?;
    Ok(row.get(0))
}
