//! Namespaces: made, found, upgraded, deleted.

mod categories;
mod grants;
pub(crate) mod login;
mod model;
mod name;
mod plain;
mod reads;
mod served;
mod token;

use tokio_postgres::Transaction;

pub use categories::{NotACategory, not_a_category, set_not_a_category};
pub use grants::{ChunkFunctions, Purpose, RoleName, grants};
pub use name::NamespaceName;
pub use plain::{create as create_plain, default_schema, schema as plain_schema};
pub use reads::{ArchivedReads, NewReads, archived_reads, read as read_archived_reads, set_archived_reads};
pub use served::{FarEnd, prepare as prepare_serving};
pub use token::Token;

use crate::db::errors::explain;
use crate::db::migrate;
use crate::db::queries::namespaces::{self as queries, NamespaceRow, TablePresence};
use crate::db::queries::{heads, import, migrations, relations, roles, served as served_queries, shadows};
use crate::db::scope::{Layout, Scope};
use crate::db::{Db, Timescale};
use crate::error::{Error, Kind, Result};
pub use model::{CompressionSupport, Created, Namespace};

/// When the server compresses chunks by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AutoCompress {
    /// Once they are this old, an interval.
    After(String),
    /// Never.
    Never,
}

/// What `create` is asked for.
#[derive(Debug, Clone)]
pub struct NewNamespace {
    /// The name.
    pub name: NamespaceName,
    /// What it is for.
    pub description: String,
    /// A token of the user's, or a new one.
    pub token: Token,
    /// The time that a chunk spans, an interval.
    pub chunk_interval: String,
    /// When chunks are compressed.
    pub auto_compress: AutoCompress,
}

fn timescale(db: &Db) -> Result<&Timescale> {
    db.server.require_timescale()
}

/// The names for SQL about a namespace's schema.
///
/// # Errors
/// Where the database has no `TimescaleDB`.
fn scope(db: &Db, name: &str, schema: &str) -> Result<Scope> {
    Ok(Scope::new(name, schema, timescale(db)?.extension_schema.clone()))
}

fn compression(db: &Db) -> CompressionSupport {
    if db.server.supports_compression() { CompressionSupport::Available } else { CompressionSupport::NotInThisEdition }
}

/// What to do where a plain schema cannot do what was asked for.
pub const NEEDS_HYPERTABLE: &str = "messages, streams and categories work on it as it is; eventodb-admin migrate postgres \
                                    copies it into a namespace of a TimescaleDB database, where the rest works";

/// Finds a namespace for work on its hypertable.
///
/// # Errors
/// [`Kind::NotFound`] where there is none; [`Kind::Unsupported`] where it is a plain Postgres schema;
/// [`Kind::Failed`] where it has to be upgraded first.
pub async fn open(db: &Db, name: &str) -> Result<Namespace> {
    let row = match find(db, name).await {
        // Whatever it is called, there can be none here.
        Err(e) if e.kind() == Kind::NotFound => return Err(timescale(db).err().unwrap_or(e)),
        found => found?,
    };
    if !row.is_hypertable {
        refuse_missing(&row, &format!("opening namespace {name}"))?;
        return Err(Error::new(Kind::Unsupported, format!("opening namespace {name}"))
            .because(format!("this needs TimescaleDB, and its table {}.messages is no hypertable", row.schema))
            .hint(NEEDS_HYPERTABLE));
    }
    open_hypertable(db, row).await
}

/// What to do about a namespace that only the registry has.
pub(crate) const WHERE_MISSING: &str = "restore the schema, or give it its name again; or take the namespace out of the registry with namespaces delete, make it \
     again, and have archives sync enter what is in the store";

/// Refuses a namespace that only the registry has.
fn refuse_missing(row: &NamespaceRow, doing: &str) -> Result<()> {
    if row.table == TablePresence::There {
        return Ok(());
    }
    Err(Error::new(Kind::NotFound, doing)
        .because(format!("the registry has it, and its table {}.messages is not there", row.schema))
        .hint(WHERE_MISSING))
}

/// Finds a namespace for work on its messages, in a hypertable or a plain table.
///
/// # Errors
/// [`Kind::NotFound`] where there is none; [`Kind::Unsupported`] where its table is none of `EventoDB`'s;
/// [`Kind::Failed`] where it has to be upgraded first.
pub async fn open_any(db: &Db, name: &str) -> Result<Namespace> {
    let row = find(db, name).await?;
    if row.is_hypertable { open_hypertable(db, row).await } else { plain::open(db, row).await }
}

async fn open_hypertable(db: &Db, row: NamespaceRow) -> Result<Namespace> {
    let name = row.name.as_str();
    let scope = scope(db, &row.name, &row.schema)?;
    let pending = pending(db, &row).await?;
    if !pending.is_empty() {
        return Err(Error::failed(format!("opening namespace {name}"))
            .because(format!("its schema lacks {}", pending.join(", ")))
            .hint(format!("run eventodb-admin namespaces upgrade {name}")));
    }
    relations::check_all_is_seen(db.client(), &row.schema).await?;
    relations::check_no_chunk_is_skipped(db.client(), &row.schema).await?;
    Ok(Namespace { row, scope })
}

/// The registry's row of a namespace.
///
/// # Errors
/// [`Kind::NotFound`] where there is none.
pub async fn find(db: &Db, name: &str) -> Result<NamespaceRow> {
    queries::list(db.client(), Some(name)).await?.pop().ok_or_else(|| {
        let shown: String = name.chars().take(60).flat_map(char::escape_debug).collect();
        Error::new(Kind::NotFound, format!("looking for namespace \"{shown}\""))
            .because("this database has none of this name")
            .hint(if name == NamespaceName::DEFAULT {
                "default is meant where neither --namespace nor EVENTODB_NAMESPACE names another; eventodb-admin namespaces list shows \
                 them; namespaces create makes one"
            } else {
                "eventodb-admin namespaces list shows them; namespaces create makes one"
            })
    })
}

/// All namespaces by name.
///
/// # Errors
/// Where the query fails.
pub async fn list(db: &Db) -> Result<Vec<NamespaceRow>> {
    queries::list(db.client(), None).await
}

/// Sets a database up for namespaces, where it is not.
///
/// # Errors
/// [`Kind::Unsupported`] where it has no `TimescaleDB`; [`Kind::Failed`] where another version of this program was there.
pub async fn prepare_database(db: &mut Db) -> Result<()> {
    migrate_database(db).await
}

async fn migrate_database(db: &mut Db) -> Result<()> {
    timescale(db)?;
    relations::check_kinds(db.client(), relations::DATABASE).await?;
    migrate::migrate_database(db.client_mut()).await?;
    Ok(())
}

/// Makes a namespace: all of it or nothing.
///
/// # Errors
/// [`Kind::Conflict`] where the name, its schema or the token is taken.
pub async fn create(db: &mut Db, new: &NewNamespace) -> Result<Created> {
    create_and(db, new, async |_, _| Ok(())).await.map(|(created, ())| created)
}

/// That a schema is there which no namespace has: nothing is made in it.
fn schema_taken(doing: String, schema: &str) -> Error {
    Error::new(Kind::Conflict, doing)
        .because(format!("schema {schema} is there, and no namespace in the registry has it"))
        .hint(
            "it may be a copy that eventodb-admin migrate postgres is making: migrate status tells; otherwise look into it, and \
             rename it",
        )
}

/// Makes a namespace as [`create`] does, and does `more` in the same transaction.
///
/// # Errors
/// As those of [`create`], and of `more`.
pub async fn create_and<T>(
    db: &mut Db,
    new: &NewNamespace,
    more: impl AsyncFnOnce(&Transaction<'_>, &Scope) -> Result<T>,
) -> Result<(Created, T)> {
    migrate_database(db).await?;
    let name = new.name.as_str();
    let doing = format!("creating namespace {name}");
    let schema = new.name.schema();
    let compression = compression(db);
    let scope = scope(db, name, &schema)?;
    let tx = db.client_mut().transaction().await.map_err(|e| explain(doing.clone(), e))?;
    queries::refuse_impostors(&tx, &scope).await?;
    if !queries::insert(&tx, name, &new.token.sha256(), &schema, &new.description, Layout::Hypertable).await? {
        return Err(Error::new(Kind::Conflict, doing)
            .because("its name, its schema or its token is taken")
            .hint("eventodb-admin namespaces list shows what is there"));
    }
    if queries::schema_exists(&tx, &schema).await? {
        return Err(schema_taken(doing, &schema));
    }
    let set_aside = migrate_schema(&tx, &scope, &new.chunk_interval, compression).await?.1;
    if let (AutoCompress::After(age), CompressionSupport::Available) = (&new.auto_compress, compression) {
        queries::add_compression_policy(&tx, &scope, age).await?;
    }
    let done = more(&tx, &scope).await?;
    tx.commit().await.map_err(|e| explain(doing, e))?;
    Ok((Created { schema, compression, set_aside }, done))
}

/// Brings a namespace's schema up to date. Where that makes it a namespace of this program, nothing that another one of its
/// name has left is taken for its own. Returns what was applied, and how many archives were set aside.
async fn migrate_schema(
    tx: &Transaction<'_>,
    scope: &Scope,
    chunk_interval: &str,
    compression: CompressionSupport,
) -> Result<(Vec<&'static str>, u64)> {
    let is_available = compression == CompressionSupport::Available;
    let applied = migrate::migrate_namespace(tx, scope, chunk_interval, is_available).await?;
    let set_aside = if migrate::has_made(&applied) { queries::end_former(tx, scope.namespace()).await? } else { 0 };
    Ok((applied, set_aside))
}

/// Makes a namespace's schema, unless an empty namespace of the name is there, and does `more` in the same transaction. The
/// registry does not learn of it.
///
/// # Errors
/// [`Kind::Conflict`] where a schema of its name is there that no namespace has.
pub async fn prepare<T>(
    db: &mut Db,
    name: &NamespaceName,
    chunk_interval: &str,
    more: impl AsyncFnOnce(&Transaction<'_>, &str) -> Result<T>,
) -> Result<T> {
    migrate_database(db).await?;
    let doing = format!("making namespace {name}");
    let compression = compression(db);
    let there = queries::list(db.client(), Some(name.as_str())).await?.pop().filter(|row| row.is_hypertable);
    let schema = there.as_ref().map_or_else(|| name.schema(), |row| row.schema.clone());
    let scope = scope(db, name.as_str(), &schema)?;
    let tx = db.client_mut().transaction().await.map_err(|e| explain(doing.clone(), e))?;
    queries::refuse_impostors(&tx, &scope).await?;
    if there.is_none() && queries::schema_exists(&tx, &schema).await? {
        return Err(schema_taken(doing, &schema));
    }
    migrate_schema(&tx, &scope, chunk_interval, compression).await?;
    // One that was there may lack some.
    migrations::make_indexes(&tx, &scope).await?;
    let done = more(&tx, &schema).await?;
    tx.commit().await.map_err(|e| explain(doing, e))?;
    Ok(done)
}

/// What an upgrade did to one namespace.
#[derive(Debug, Clone)]
pub struct Upgraded {
    /// The namespace.
    pub name: String,
    /// The migrations applied, in order; none where it was up to date.
    pub applied: Vec<&'static str>,
    /// Functions that stood beside the namespace's own, and would have been called instead; they are removed.
    pub removed: Vec<String>,
    /// Indexes of the namespace's own that were missing, and were made.
    pub indexes: Vec<String>,
    /// Whether chunks can be compressed here.
    pub compression: CompressionSupport,
    /// Archives of another namespace of this name that somebody deleted without this program: they are set aside.
    pub set_aside: u64,
}

/// Brings a namespace up to date, adopting one that EventoDB's server made: what is missing is added, nothing is lost.
///
/// # Errors
/// [`Kind::Unsupported`] where it is a plain Postgres schema.
pub async fn upgrade(db: &mut Db, row: &NamespaceRow) -> Result<Upgraded> {
    let doing = format!("upgrading namespace {}", row.name);
    if !row.is_hypertable {
        refuse_missing(row, &doing)?;
        return Err(Error::new(Kind::Unsupported, doing)
            .because(format!("{}.messages is no hypertable, and it cannot become one in place", row.schema))
            .hint(NEEDS_HYPERTABLE));
    }
    relations::check_kinds(db.client(), &row.schema).await?;
    migrate_database(db).await?;
    let compression = compression(db);
    let scope = scope(db, &row.name, &row.schema)?;
    let tx = db.client_mut().transaction().await.map_err(|e| explain(doing.clone(), e))?;
    queries::refuse_impostors(&tx, &scope).await?;
    // Before the writers, who would wait as well.
    migrate::lock_namespace(&tx, &scope).await?;
    lock_writers(&tx, &scope, &doing).await?;
    let (applied, set_aside) = migrate_schema(&tx, &scope, "7 days", compression).await?;
    let indexes = migrations::make_indexes(&tx, &scope).await?;
    let removed = shadows::list(&tx, &scope).await?;
    shadows::remove(&tx, &scope, &removed).await?;
    if !applied.is_empty() {
        queries::adopt(&tx, &scope).await?;
        // A restore by other means may have moved the sequence back; ours may be a new one.
        let highest = import::highest_global_position(&tx, &scope).await?;
        heads::raise_sequence(&tx, &scope, highest).await?;
    }
    tx.commit().await.map_err(|e| explain(doing, e))?;
    Ok(Upgraded { name: row.name.clone(), applied, removed, indexes, compression, set_aside })
}

/// Heads are counted from the messages there are: no writer may slip between the count and the trigger.
async fn lock_writers(tx: &Transaction<'_>, scope: &Scope, doing: &str) -> Result<()> {
    tx.batch_execute(&format!("LOCK TABLE ONLY {} IN SHARE ROW EXCLUSIVE MODE", scope.messages()))
        .await
        .map_err(|e| explain(doing, e))
}

/// Migrations that a namespace lacks, those of the database included.
///
/// # Errors
/// Where it was migrated by another version of this program.
pub async fn pending(db: &Db, row: &NamespaceRow) -> Result<Vec<&'static str>> {
    relations::check_kinds(db.client(), relations::DATABASE).await?;
    relations::check_kinds(db.client(), &row.schema).await?;
    let mut pending = migrate::database_pending(db.client()).await?;
    let scope = scope(db, &row.name, &row.schema)?;
    let is_other = roles::act_as_owner_of(db.client(), &scope, migrate::NAMESPACE_HISTORY).await?;
    let lacking =
        migrate::namespace_pending(db.client(), &row.schema, compression(db) == CompressionSupport::Available).await;
    if is_other {
        roles::act_as_oneself(db.client()).await?;
    }
    pending.extend(lacking?);
    Ok(pending)
}

/// Functions beside a namespace's own that an upgrade removes.
///
/// # Errors
/// Where the query fails.
pub async fn shadows(db: &Db, row: &NamespaceRow) -> Result<Vec<String>> {
    shadows::list(db.client(), &scope(db, &row.name, &row.schema)?).await
}

/// Deletes a namespace with all its live messages. Its archives stay in the store, and their rows in the ledger.
///
/// # Errors
/// Where a statement fails.
pub async fn delete(db: &mut Db, row: &NamespaceRow) -> Result<()> {
    let doing = format!("deleting namespace {}", row.name);
    let tx = db.client_mut().transaction().await.map_err(|e| explain(doing.clone(), e))?;
    delete_in(&tx, &row.name, &row.schema).await?;
    tx.commit().await.map_err(|e| explain(doing, e))
}

/// Does as [`delete`] within a transaction of the caller's.
///
/// # Errors
/// Where a statement fails.
pub async fn delete_in(tx: &Transaction<'_>, name: &str, schema: &str) -> Result<()> {
    queries::delete(tx, name, schema).await?;
    served_queries::drop_server(tx, &Scope::new(name, schema, "public")).await
}
