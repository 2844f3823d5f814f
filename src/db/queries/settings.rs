//! A namespace's own settings.

use tokio_postgres::GenericClient;

use crate::db::errors::explain;
use crate::db::ident::Qualified;
use crate::db::scope::Scope;
use crate::error::Result;

/// What the functions that servers call do where a read reaches into archives: `skip`, `fail` or `serve`.
///
/// # Errors
/// Where the query fails.
pub async fn archived_reads(db: &impl GenericClient, scope: &Scope) -> Result<String> {
    let sql = scope.render("SELECT archived_reads FROM {{schema}}.settings")?;
    let row = db.query_one(&sql, &[]).await.map_err(|e| explain("reading the namespace's settings", e))?;
    Ok(row.get(0))
}

/// Changes it. Where they ask the ledger, whoever reads messages may look into the ledger, too.
///
/// # Errors
/// Where a statement fails; run it in a transaction.
pub async fn set_archived_reads(db: &impl GenericClient, scope: &Scope, mode: &str) -> Result<()> {
    let doing = "changing the namespace's settings";
    let sql = scope.render("UPDATE {{schema}}.settings SET archived_reads = $1")?;
    db.execute(&sql, &[&mode]).await.map_err(|e| explain(doing, e))?;
    if mode != "skip" {
        let sql = scope.render(include_str!("../sql/archived_reads_grants.sql"))?;
        db.batch_execute(&sql).await.map_err(|e| explain(doing, e))?;
    }
    Ok(())
}

/// What is given where a category is asked for by a name with '-': `fail` or `nothing`.
///
/// # Errors
/// Where the query fails.
pub async fn not_a_category(db: &impl GenericClient, scope: &Scope) -> Result<String> {
    let sql = scope.render("SELECT not_a_category FROM {{schema}}.settings")?;
    let row = db.query_one(&sql, &[]).await.map_err(|e| explain("reading the namespace's settings", e))?;
    Ok(row.get(0))
}

/// Changes it.
///
/// # Errors
/// Where the statement fails.
pub async fn set_not_a_category(db: &impl GenericClient, schema: &str, answer: &str) -> Result<()> {
    let sql = format!("UPDATE {} SET not_a_category = $1", Qualified::new(schema, "settings"));
    db.execute(&sql, &[&answer]).await.map_err(|e| explain("changing the namespace's settings", e))?;
    Ok(())
}
