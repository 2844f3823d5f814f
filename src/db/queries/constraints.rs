//! What an archive's rows meet when they come back: constraints of messages, and dimensions of their hypertable.

use tokio_postgres::GenericClient;

use crate::db::errors::explain;
use crate::db::ident::Qualified;
use crate::db::scope::Scope;
use crate::error::Result;

/// The columns by which the hypertable is cut into chunks, in their order.
///
/// # Errors
/// Where the query fails.
pub async fn dimensions(db: &impl GenericClient, scope: &Scope) -> Result<Vec<String>> {
    let rows = db
        .query(
            "SELECT column_name::text FROM timescaledb_information.dimensions
              WHERE hypertable_schema = $1 AND hypertable_name = 'messages' ORDER BY dimension_number",
            &[&scope.schema()],
        )
        .await
        .map_err(|e| explain(format!("reading the dimensions of {}", scope.messages()), e))?;
    Ok(rows.iter().map(|r| r.get(0)).collect())
}

/// Checks that were added as `NOT VALID` and that messages of a chunk break: they let in nothing like them any more.
///
/// # Errors
/// Where a query fails.
pub async fn broken(db: &impl GenericClient, scope: &Scope, chunk: &Qualified) -> Result<Vec<String>> {
    let doing = || format!("looking for messages of {chunk} that a constraint would refuse");
    let sql = scope.render(
        "SELECT conname::text, pg_get_expr(conbin, conrelid) FROM pg_constraint
          WHERE conrelid = '{{schema_text}}.messages'::regclass AND contype = 'c' AND NOT convalidated ORDER BY conname",
    )?;
    let mut broken = Vec::new();
    for row in db.query(&sql, &[]).await.map_err(|e| explain(doing(), e))? {
        let (name, check): (String, String) = (row.get(0), row.get(1));
        let sql = format!("SELECT EXISTS (SELECT FROM {chunk} WHERE NOT ({check}))");
        if db.query_one(&sql, &[]).await.map_err(|e| explain(doing(), e))?.get(0) {
            broken.push(name);
        }
    }
    Ok(broken)
}
