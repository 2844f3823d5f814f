//! What a script of grants has to know of the database.

use tokio_postgres::GenericClient;

use crate::db::errors::explain;
use crate::db::ident::Ident;
use crate::db::scope::Scope;
use crate::error::Result;

/// Who owns what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnershipFacts {
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
    /// The owners of all namespaces, superusers apart: their functions call the server's.
    pub chunk_owners: Vec<Ident>,
    /// Whoever may call the server's functions on chunks by a grant of its own.
    pub chunk_callers: Vec<Ident>,
    /// How many other namespaces are the owner's.
    pub others: i64,
    /// Whether registry and ledger are the owner's.
    pub owns_ledger: bool,
}

fn roles(row: &tokio_postgres::Row, column: &str) -> Vec<Ident> {
    row.get::<_, Vec<String>>(column).into_iter().map(Ident::new).collect()
}

/// Reads them.
///
/// # Errors
/// Where the query fails.
pub async fn facts(db: &impl GenericClient, scope: &Scope) -> Result<OwnershipFacts> {
    let sql = scope.render(include_str!("../sql/grants_facts.sql"))?;
    let row = db
        .query_one(&sql, &[])
        .await
        .map_err(|e| explain(format!("looking for the owner of namespace {}", scope.namespace()), e))?;
    Ok(OwnershipFacts {
        database: Ident::new(row.get::<_, String>("database")),
        owner: Ident::new(row.get::<_, String>("owner")),
        owner_is_superuser: row.get("is_superuser"),
        functions: row.get("functions"),
        deprecated: row.get("deprecated"),
        chunk_owners: roles(&row, "chunk_owners"),
        chunk_callers: roles(&row, "chunk_callers"),
        others: row.get("owners_others"),
        owns_ledger: row.get("owns_ledger"),
    })
}

/// A role with rights that a script of an earlier version gave, wider than it needs them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stale {
    /// The role.
    pub role: String,
    /// A namespace on which it has its rights.
    pub namespace: String,
    /// What it is there: `archiver` or `operator`.
    pub purpose: String,
}

impl Stale {
    /// The command that prints the script of today.
    pub fn command(&self) -> String {
        format!("eventodb-admin namespaces grants {} --role {} --as {}", self.namespace, self.role, self.purpose)
    }
}

/// The roles whose scripts are to be run again.
///
/// # Errors
/// Where the query fails.
pub async fn stale(db: &impl GenericClient) -> Result<Vec<Stale>> {
    let rows = db
        .query(include_str!("../sql/grants_stale.sql"), &[])
        .await
        .map_err(|e| explain("looking for rights that earlier versions gave", e))?;
    let stale = |r: &tokio_postgres::Row| Stale { role: r.get(0), namespace: r.get(1), purpose: r.get(2) };
    Ok(rows.iter().map(stale).collect())
}

/// The tables that are open to the rows of every namespace.
///
/// # Errors
/// Where the query fails.
pub async fn unguarded(db: &impl GenericClient) -> Result<Vec<String>> {
    let rows = db
        .query(include_str!("../sql/grants_unguarded.sql"), &[])
        .await
        .map_err(|e| explain("looking for policies on rows", e))?;
    Ok(rows.iter().map(|r| r.get(0)).collect())
}
