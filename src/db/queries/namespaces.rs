//! The registry of namespaces.

use tokio_postgres::GenericClient;

use crate::db::errors::explain;
use crate::db::ident::Ident;
use crate::db::queries::{drill_places, history, relations};
use crate::db::scope::{Layout, Scope};
use crate::error::{Error, Result};

/// Whether a namespace that the registry has is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TablePresence {
    /// Its table of messages is.
    There,
    /// Somebody has dropped or renamed it, or its schema.
    Missing,
}

/// A namespace as registry and catalog have it.
#[derive(Debug, Clone)]
pub struct NamespaceRow {
    /// The namespace's name.
    pub name: String,
    /// Its schema, unquoted.
    pub schema: String,
    /// What it is for.
    pub description: Option<String>,
    /// Seconds since 1970.
    pub created_at: i64,
    /// Whether `messages` is a hypertable; false in EventoDB's plain Postgres schemas.
    pub is_hypertable: bool,
    /// Whether there is any table of messages at all.
    pub table: TablePresence,
    /// Whether this program's migrations have been here.
    pub has_heads: bool,
    /// Chunks of the hypertable.
    pub chunks: i64,
    /// Whether chunks can be compressed.
    pub compression_enabled: bool,
    /// The time that a chunk spans, as the server words it (`7 days`).
    pub chunk_interval: Option<String>,
}

/// All namespaces, or the one of this name; none where the database has no registry yet.
///
/// # Errors
/// Where the query fails.
pub async fn list(db: &impl GenericClient, name: Option<&str>) -> Result<Vec<NamespaceRow>> {
    let there = db
        .query_one(
            "SELECT to_regclass('eventodb_store.namespaces') IS NOT NULL,
                    to_regclass('timescaledb_information.hypertables') IS NOT NULL",
            &[],
        )
        .await
        .map_err(|e| explain("looking for the registry of namespaces", e))?;
    relations::check_kinds(db, relations::DATABASE).await?;
    let sql = match (there.get(0), there.get(1)) {
        (false, _) => return Ok(Vec::new()),
        (true, true) => include_str!("../sql/namespaces_list.sql"),
        (true, false) => include_str!("../sql/namespaces_list_plain.sql"),
    };
    let rows = db.query(sql, &[&name]).await.map_err(|e| explain("reading the registry of namespaces", e))?;
    Ok(rows
        .iter()
        .map(|r| NamespaceRow {
            name: r.get("id"),
            schema: r.get("schema_name"),
            description: r.get("description"),
            created_at: r.get("created_at"),
            is_hypertable: r.get("is_hypertable"),
            table: if r.get("has_table") { TablePresence::There } else { TablePresence::Missing },
            has_heads: r.get("has_heads"),
            chunks: r.get("chunks"),
            compression_enabled: r.get("compression_enabled"),
            chunk_interval: r.get("chunk_interval"),
        })
        .collect())
}

/// The names of all namespaces that the registry has.
///
/// # Errors
/// Where the query fails.
pub async fn names(db: &impl GenericClient) -> Result<Vec<String>> {
    let rows = db
        .query("SELECT id FROM eventodb_store.namespaces ORDER BY id", &[])
        .await
        .map_err(|e| explain("reading the registry of namespaces", e))?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// Whether a schema of this name exists.
///
/// # Errors
/// Where the query fails.
pub async fn schema_exists(db: &impl GenericClient, schema: &str) -> Result<bool> {
    let row = db
        .query_one("SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1)", &[&schema])
        .await
        .map_err(|e| explain(format!("looking for schema {schema}"), e))?;
    Ok(row.get(0))
}

/// Refuses to go on where somebody has put functions beside the extension's, under names that a new namespace is made
/// with: theirs could be the better match, and would run with our rights.
///
/// # Errors
/// Where there is one, or the query fails.
pub async fn refuse_impostors(db: &impl GenericClient, scope: &Scope) -> Result<()> {
    let doing = "looking for functions that only seem to be the extension's";
    let found = db
        .query_opt(
            "SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
              WHERE n.nspname = $1 AND p.proname IN ('create_hypertable', 'by_range', 'add_compression_policy')
                AND NOT EXISTS (SELECT FROM pg_depend d
                                 WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
              LIMIT 1",
            &[&scope.extension().as_str()],
        )
        .await
        .map_err(|e| explain(doing, e))?;
    match found {
        None => Ok(()),
        Some(row) => Err(Error::failed(doing)
            .because(format!("{} is not TimescaleDB's own", row.get::<_, String>(0)))
            .hint(format!("drop it, and REVOKE CREATE ON SCHEMA {} FROM PUBLIC", scope.extension()))),
    }
}

/// Enters a namespace; false where its name, schema or token is there already.
///
/// # Errors
/// Where the statement fails.
pub async fn insert(
    db: &impl GenericClient,
    name: &str,
    token_sha256: &str,
    schema: &str,
    description: &str,
    layout: Layout,
) -> Result<bool> {
    // What EventoDB's drivers enter, each for its own.
    let metadata = match layout {
        Layout::Hypertable => r#"{"backend": "timescaledb"}"#,
        Layout::Plain => "{}",
    };
    let n = db
        .execute(
            "INSERT INTO eventodb_store.namespaces (id, token_hash, schema_name, description, created_at, metadata)
             VALUES ($1, $2, $3, $4, extract(epoch FROM now())::bigint, $5::text::jsonb)
             ON CONFLICT DO NOTHING",
            &[&name, &token_sha256, &schema, &description, &metadata],
        )
        .await
        .map_err(|e| explain(format!("registering namespace {name}"), e))?;
    Ok(n == 1)
}

/// Who may use a namespace that has taken over from another schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TakenOver {
    /// Whoever could use the source, or the namespace that was there.
    WithOldToken,
    /// Whoever has the new token.
    WithNewToken,
}

/// Has the registry name `schema` for a namespace: its row is switched where it names `source_schema`, made from the
/// source's own row (`registry`) or with a new token where there is none.
///
/// # Errors
/// [`Kind::Conflict`](crate::error::Kind::Conflict) where the registry names a third schema.
pub async fn take_over(
    db: &impl GenericClient,
    name: &str,
    schema: &str,
    source_schema: &str,
    registry: Option<&serde_json::Value>,
    token_sha256: &str,
) -> Result<TakenOver> {
    let doing = format!("switching the registry to schema {schema} for namespace {name}");
    let there = db
        .query_opt("SELECT schema_name FROM eventodb_store.namespaces WHERE id = $1 FOR UPDATE", &[&name])
        .await
        .map_err(|e| explain(doing.clone(), e))?;
    if let Some(row) = there {
        let named: String = row.get(0);
        if named == schema {
            return Ok(TakenOver::WithOldToken);
        }
        if named != source_schema {
            return Err(Error::new(crate::error::Kind::Conflict, doing)
                .because(format!("it names {named} for that namespace"))
                .hint("look who has made that namespace meanwhile"));
        }
        db.execute(
            "UPDATE eventodb_store.namespaces
                SET schema_name = $2,
                    metadata = coalesce(metadata, '{}') || jsonb_build_object('backend', 'timescaledb', 'migrated_from', $3::text)
              WHERE id = $1",
            &[&name, &schema, &source_schema],
        )
        .await
        .map_err(|e| explain(doing, e))?;
        return Ok(TakenOver::WithOldToken);
    }
    let text = |key: &str| registry.and_then(|r| r.get(key)).and_then(serde_json::Value::as_str);
    let created_at = registry.and_then(|r| r.get("created_at")).and_then(serde_json::Value::as_i64);
    db.execute(
        "INSERT INTO eventodb_store.namespaces (id, token_hash, schema_name, description, created_at, metadata)
         VALUES ($1, $2, $3, $4, coalesce($5, extract(epoch FROM now())::bigint),
                 jsonb_build_object('backend', 'timescaledb', 'migrated_from', $6::text))",
        &[
            &name,
            &text("token_hash").unwrap_or(token_sha256),
            &schema,
            &text("description").unwrap_or_default(),
            &created_at,
            &source_schema,
        ],
    )
    .await
    .map_err(|e| explain(doing, e))?;
    Ok(if text("token_hash").is_some() { TakenOver::WithOldToken } else { TakenOver::WithNewToken })
}

/// What was deleted of a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeletedPart {
    /// Its schema.
    Schema,
    /// Its messages: the namespace was there before.
    Messages,
}

/// Deletes a copy that has not taken over: its schema where it is a namespace of nobody's, else its messages.
///
/// # Errors
/// Where a statement fails; run it in a transaction.
pub async fn delete_copy(db: &impl GenericClient, scope: &Scope) -> Result<DeletedPart> {
    let doing = format!("deleting the copy in schema {}", scope.schema());
    let registered = db
        .query_one("SELECT EXISTS (SELECT FROM eventodb_store.namespaces WHERE schema_name = $1)", &[&scope.schema()])
        .await
        .map_err(|e| explain(doing.clone(), e))?;
    if registered.get(0) {
        // Its trigger empties the heads and retires archives.
        db.batch_execute(&format!("TRUNCATE {}", scope.messages())).await.map_err(|e| explain(doing, e))?;
        Ok(DeletedPart::Messages)
    } else {
        drop_schema(db, scope.namespace(), scope.schema(), &doing).await?;
        Ok(DeletedPart::Schema)
    }
}

/// Takes a namespace out of the registry and drops its schema with all that is in it.
///
/// # Errors
/// Where a statement fails; run it in a transaction.
pub async fn delete(db: &impl GenericClient, name: &str, schema: &str) -> Result<()> {
    let doing = format!("deleting namespace {name}");
    // Before the schema goes, by which the database tells whose the rows are.
    delete_policy(db, name, &doing).await?;
    delete_history(db, name, &doing).await?;
    drill_places::retire(db, name, &doing).await?;
    drop_schema(db, name, schema, &doing).await?;
    db.execute("DELETE FROM eventodb_store.namespaces WHERE id = $1", &[&name])
        .await
        .map_err(|e| explain(doing.clone(), e))?;
    let left = db
        .query_one(
            "SELECT EXISTS (SELECT FROM eventodb_store.namespaces WHERE id = $1), to_regnamespace($2) IS NOT NULL",
            &[&name, &Ident::new(schema).to_string()],
        )
        .await
        .map_err(|e| explain(doing.clone(), e))?;
    if left.get(0) || left.get(1) {
        return Err(Error::failed(doing)
            .because("its row in the registry or its schema is still there; nothing was changed")
            .hint("a trigger on eventodb_store.namespaces or an event trigger keeps it"));
    }
    Ok(())
}

async fn drop_schema(db: &impl GenericClient, name: &str, schema: &str, doing: &str) -> Result<()> {
    // Another namespace of this name must not take the archives of this one for its own. First: once the schema is gone,
    // they are no longer this role's to change.
    let ledger = db
        .query_one("SELECT to_regclass('eventodb_store.archives') IS NOT NULL", &[])
        .await
        .map_err(|e| explain(doing, e))?;
    if ledger.get(0) {
        retire_archives(db, name, doing, "the namespace was deleted").await?;
    }
    db.batch_execute(&format!("DROP SCHEMA IF EXISTS {} CASCADE", Ident::new(schema)))
        .await
        .map_err(|e| explain(doing, e))
}

async fn delete_policy(db: &impl GenericClient, name: &str, doing: &str) -> Result<()> {
    let policies = db
        .query_one("SELECT to_regclass('eventodb_store.policies') IS NOT NULL", &[])
        .await
        .map_err(|e| explain(doing, e))?;
    if policies.get(0) {
        db.execute("DELETE FROM eventodb_store.policies WHERE namespace = $1", &[&name])
            .await
            .map_err(|e| explain(doing, e))?;
    }
    Ok(())
}

/// What its runs did is nothing that another namespace of this name has done.
async fn delete_history(db: &impl GenericClient, name: &str, doing: &str) -> Result<()> {
    if !history::is_kept(db).await? {
        return Ok(());
    }
    let by_function = db
        .query_one("SELECT to_regprocedure('eventodb_store.forget_history(text)') IS NOT NULL", &[])
        .await
        .map_err(|e| explain(doing, e))?;
    // A history of an earlier version is its owner's to delete from.
    let statement = if by_function.get(0) {
        "SELECT eventodb_store.forget_history($1)"
    } else {
        "DELETE FROM eventodb_store.runs WHERE namespace = $1"
    };
    db.execute(statement, &[&name]).await.map(drop).map_err(|e| explain(doing, e))
}

/// Ends what another namespace of this name has left, which somebody deleted without this program: its policy and its history
/// go, and its archives are retired. Returns how many archives were counted on until now.
///
/// # Errors
/// Where a statement fails; run it in the transaction that makes the new namespace.
pub async fn end_former(db: &impl GenericClient, name: &str) -> Result<u64> {
    let doing = format!("setting aside what another namespace {name} has left");
    delete_policy(db, name, &doing).await?;
    delete_history(db, name, &doing).await?;
    drill_places::retire(db, name, &doing).await?;
    retire_archives(db, name, &doing, "the namespace was deleted by others, and made again").await
}

/// Returns how many archives were counted on until now.
async fn retire_archives(db: &impl GenericClient, name: &str, doing: &str, why: &str) -> Result<u64> {
    let mut kept = 0;
    for (from, to) in
        [("'planned', 'exported', 'uploaded'", "failed"), ("'verified', 'dropped', 'rehydrated'", "expired")]
    {
        kept = db
            .execute(
                &format!(
                    "UPDATE eventodb_store.archives SET state = '{to}', last_error = $2
                      WHERE namespace = $1 AND state IN ({from})"
                ),
                &[&name, &why],
            )
            .await
            .map_err(|e| explain(doing, e))?;
    }
    Ok(kept)
}

/// Gives what an upgrade has made to the owner of the messages, and to those who may read or write them.
///
/// # Errors
/// Where a statement fails.
pub async fn adopt(db: &impl GenericClient, scope: &Scope) -> Result<()> {
    db.batch_execute(&scope.render(include_str!("../sql/adopt.sql"))?)
        .await
        .map_err(|e| explain(format!("giving namespace {} to its owner", scope.namespace()), e))
}

/// Has the server compress chunks by itself once they are `after` old (an interval).
///
/// # Errors
/// Where the server refuses; the Apache-2 edition does.
pub async fn add_compression_policy(db: &impl GenericClient, scope: &Scope, after: &str) -> Result<()> {
    let sql = scope.render(
        "SELECT {{extension}}.add_compression_policy('{{schema_text}}.messages'::regclass, $1::text::interval, if_not_exists => true)",
    )?;
    db.execute(&sql, &[&after]).await.map_err(|e| explain("adding the compression policy", e))?;
    Ok(())
}
