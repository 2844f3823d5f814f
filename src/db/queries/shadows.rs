//! Functions that stand beside a namespace's own under the same names, and that calls may find instead.

use tokio_postgres::GenericClient;

use crate::db::errors::explain;
use crate::db::scope::Scope;
use crate::error::Result;

/// Functions of the namespace's schema that have the name and, but for `text` in the place of `varchar`, the arguments of one
/// of its own, or the first of them: for an argument whose type is not told the server prefers `text`.
///
/// # Errors
/// Where the query fails.
pub async fn list(db: &impl GenericClient, scope: &Scope) -> Result<Vec<String>> {
    let rows = db
        .query(
            "WITH ours AS (
                 SELECT p.oid, p.proname, replace(oidvectortypes(p.proargtypes), 'character varying', 'text') || ',' AS arguments,
                        'varchar'::regtype = ANY (p.proargtypes) AS is_ours
                   FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
                  WHERE n.nspname = $1 AND p.prokind = 'f'
                    AND p.proname IN ('write_message', 'get_stream_messages', 'get_category_messages', 'get_last_stream_message',
                                      'stream_version', 'category', 'id', 'cardinal_id', 'is_category', 'hash_64',
                                      'acquire_lock', 'sql_condition'))
             SELECT DISTINCT format('%I.%I(%s)', $1, t.proname, pg_get_function_identity_arguments(t.oid))
               FROM ours t JOIN ours o
                 ON o.proname = t.proname AND o.oid <> t.oid AND o.is_ours AND NOT t.is_ours
                AND (starts_with(o.arguments, t.arguments) OR starts_with(t.arguments, o.arguments))
              ORDER BY 1",
            &[&scope.schema()],
        )
        .await
        .map_err(|e| explain(format!("looking for functions beside those of namespace {}", scope.namespace()), e))?;
    Ok(rows.iter().map(|r| r.get(0)).collect())
}

/// Removes such functions.
///
/// # Errors
/// Where a statement fails.
pub async fn remove(db: &impl GenericClient, scope: &Scope, functions: &[String]) -> Result<()> {
    if functions.is_empty() {
        return Ok(());
    }
    db.batch_execute(&removing(functions))
        .await
        .map_err(|e| explain(format!("removing functions beside those of namespace {}", scope.namespace()), e))
}

/// The statement that removes them.
pub fn removing(functions: &[String]) -> String {
    format!("DROP FUNCTION {}", functions.join(", "))
}
