//! Who owns messages and who may use them, on one side; who is to own and use them on the other.

use std::fmt::Write as _;

use tokio_postgres::{GenericClient, Transaction};

use crate::db::errors::explain;
use crate::db::ident::{Ident, Qualified};
use crate::db::queries::namespaces;
use crate::db::scope::{Layout, Scope};
use crate::error::Result;

/// Who owns and who may use a table of messages.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rights {
    /// Its owner; `None` where that is a superuser, who needs no rights on the other side.
    pub owner: Option<String>,
    /// Roles that were given rights, each with these as SQL lists them; no role is everybody.
    pub users: Vec<(Option<String>, String)>,
}

/// Reads them.
///
/// # Errors
/// Where the query fails.
pub async fn rights_on(db: &impl GenericClient, table: &Qualified) -> Result<Rights> {
    let doing = format!("reading who may use {table}");
    let owner = db
        .query_one(
            "SELECT r.rolname::text, r.rolsuper FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
              WHERE c.oid = to_regclass($1)",
            &[&table.to_string()],
        )
        .await
        .map_err(|e| explain(doing.clone(), e))?;
    let users = db
        .query(
            "WITH t AS (SELECT c.relowner, n.oid AS schema, n.nspacl, c.relacl
                          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = to_regclass($1)),
                  given AS (
                      SELECT a.grantee, a.privilege_type FROM t, aclexplode(t.relacl) a
                       WHERE a.privilege_type IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
                      -- In a namespace whoever writes by its function needs no right on the table.
                      UNION
                      SELECT a.grantee, 'INSERT' FROM t JOIN pg_proc p ON p.pronamespace = t.schema, aclexplode(p.proacl) a
                       WHERE p.proname = 'append_message' AND p.prosecdef AND a.grantee <> 0)
             SELECT r.rolname::text, string_agg(g.privilege_type, ', ' ORDER BY g.privilege_type)
               FROM t CROSS JOIN given g LEFT JOIN pg_roles r ON r.oid = g.grantee
              WHERE g.grantee <> t.relowner AND r.rolsuper IS NOT TRUE
                -- Rights in a schema that a role may not enter are none.
                AND CASE WHEN g.grantee = 0
                         THEN EXISTS (SELECT FROM aclexplode(t.nspacl) s WHERE s.grantee = 0 AND s.privilege_type = 'USAGE')
                         ELSE r.oid IS NOT NULL AND has_schema_privilege(r.oid, t.schema, 'USAGE') END
              GROUP BY r.rolname ORDER BY r.rolname",
            &[&table.to_string()],
        )
        .await
        .map_err(|e| explain(doing, e))?;
    Ok(Rights {
        owner: (!owner.get::<_, bool>(1)).then(|| owner.get(0)),
        users: users.iter().map(|r| (r.get(0), r.get(1))).collect(),
    })
}

/// Those of the roles that this server does not have.
///
/// # Errors
/// Where the query fails.
pub async fn unknown_roles(db: &impl GenericClient, names: &[&str]) -> Result<Vec<String>> {
    let rows = db
        .query(
            "SELECT n FROM unnest($1::text[]) n WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = n) ORDER BY n",
            &[&names],
        )
        .await
        .map_err(|e| explain("looking for the roles that use the source", e))?;
    Ok(rows.iter().map(|r| r.get(0)).collect())
}

/// Whether a role has all rights of a table's owner already.
///
/// # Errors
/// Where the query fails.
pub async fn owns(db: &impl GenericClient, role: &str, table: &Qualified) -> Result<bool> {
    let row = db
        .query_one(
            "SELECT pg_has_role($1::name, c.relowner, 'USAGE') FROM pg_class c WHERE c.oid = to_regclass($2)",
            &[&role, &table.to_string()],
        )
        .await
        .map_err(|e| explain(format!("asking who owns {table}"), e))?;
    Ok(row.get(0))
}

/// Whether a table is there.
///
/// # Errors
/// Where the query fails.
pub async fn is_there(db: &impl GenericClient, table: &Qualified) -> Result<bool> {
    let row = db
        .query_one("SELECT to_regclass($1) IS NOT NULL", &[&table.to_string()])
        .await
        .map_err(|e| explain(format!("looking for {table}"), e))?;
    Ok(row.get(0))
}

/// Whether the session's own role is a table's owner, and not only a member of it.
///
/// # Errors
/// Where the query fails.
pub async fn is_ours(db: &impl GenericClient, table: &Qualified) -> Result<bool> {
    let row = db
        .query_one(
            "SELECT c.relowner = (SELECT r.oid FROM pg_roles r WHERE r.rolname = current_user)
               FROM pg_class c WHERE c.oid = to_regclass($1)",
            &[&table.to_string()],
        )
        .await
        .map_err(|e| explain(format!("asking who owns {table}"), e))?;
    Ok(row.get(0))
}

/// Makes a role the owner of a schema and of all that is in it.
///
/// # Errors
/// Where a statement fails.
pub async fn hand_over(tx: &Transaction<'_>, scope: &Scope, owner: &str) -> Result<()> {
    let doing = || format!("making {owner} the owner of schema {}", scope.schema());
    let name = Ident::new(owner);
    let (schema, messages) = (scope.schema_ident(), scope.messages());
    tx.batch_execute(&format!("ALTER SCHEMA {schema} OWNER TO {name}; ALTER TABLE {messages} OWNER TO {name}"))
        .await
        .map_err(|e| explain(doing(), e))?;
    // A namespace's own things follow by what an upgrade does, in `give`.
    if scope.layout() == Layout::Plain {
        tx.batch_execute(
            &scope.render_with(include_str!("../../sql/hand_over_plain.sql"), &[("role_text", &quoted(owner))])?,
        )
        .await
        .map_err(|e| explain(doing(), e))?;
    }
    Ok(())
}

fn quoted(text: &str) -> String {
    text.replace('\'', "''")
}

/// Gives roles these rights on a schema's messages, with what is needed to use them.
///
/// # Errors
/// Where a statement fails.
pub async fn give(tx: &Transaction<'_>, scope: &Scope, users: &[(Option<String>, String)]) -> Result<()> {
    let (schema, messages) = (scope.schema_ident(), scope.messages());
    let sequence = Qualified::new(scope.schema(), "messages_global_position_seq");
    let doing = || format!("giving rights on {messages}");
    for (user, rights) in users {
        let user = user.as_ref().map_or_else(|| "PUBLIC".to_owned(), |u| Ident::new(u).to_string());
        let mut sql = format!("GRANT USAGE ON SCHEMA {schema} TO {user}; GRANT {rights} ON {messages} TO {user};");
        if rights.contains("INSERT") {
            // A string takes every write.
            let _ = write!(sql, "GRANT USAGE, SELECT ON SEQUENCE {sequence} TO {user};");
        }
        if scope.layout() == Layout::Hypertable {
            // Its functions look into the ledger, whose rows have policies.
            let _ = write!(
                sql,
                "GRANT USAGE ON SCHEMA eventodb_store TO {user}; GRANT SELECT ON eventodb_store.archives TO {user};"
            );
        }
        tx.batch_execute(&sql).await.map_err(|e| explain(doing(), e))?;
    }
    match scope.layout() {
        Layout::Hypertable => namespaces::adopt(tx, scope).await,
        Layout::Plain => Ok(()),
    }
}
