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
