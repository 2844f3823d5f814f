//! What a script of grants has to know of the database.

use tokio_postgres::GenericClient;

use crate::db::errors::explain;
use crate::db::ident::Ident;
use crate::db::scope::Scope;
use crate::error::Result;

/// Who owns what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The database.
    pub database: Ident,
    /// The owner of the namespace's messages.
    pub owner: Ident,
    /// Whether that owner is a superuser.
    pub owner_is_superuser: bool,
    /// The functions of the namespace's schema with their arguments, quoted.
    pub functions: Vec<String>,
    /// The functions on chunks under their old names, quoted.
    pub deprecated: Vec<String>,
}

/// Reads them.
///
/// # Errors
/// Where the query fails.
pub async fn facts(db: &impl GenericClient, scope: &Scope) -> Result<Facts> {
    let sql = scope.render(include_str!("../sql/grants_facts.sql"))?;
    let row = db
        .query_one(&sql, &[])
        .await
        .map_err(|e| explain(format!("looking for the owner of namespace {}", scope.namespace()), e))?;
    Ok(Facts {
        database: Ident::new(row.get::<_, String>("database")),
        owner: Ident::new(row.get::<_, String>("owner")),
        owner_is_superuser: row.get("is_superuser"),
        functions: row.get("functions"),
        deprecated: row.get("deprecated"),
    })
}
