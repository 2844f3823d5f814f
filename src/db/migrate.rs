//! Schema migrations: numbered files with checksums, applied in a transaction under an advisory lock, and a namespace's functions
//! (see [`functions`]).

mod functions;

use sha2::{Digest, Sha256};
use tokio_postgres::{Client, GenericClient, Transaction};

use super::errors::{self, explain};
use super::ident::Ident;
use super::queries::foreign_code::{self, Use};
use super::queries::namespaces;
use super::scope::Scope;
use crate::error::{Error, Result};

/// What a server must be able to do for a migration to apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Needs {
    Nothing,
    /// Community edition. Left out elsewhere and applied when the edition changes.
    Compression,
}

#[derive(Debug)]
struct Migration {
    version: i32,
    name: &'static str,
    needs: Needs,
    sql: &'static str,
}

macro_rules! migration {
    ($version:literal, $dir:literal, $name:literal, $needs:expr) => {
        Migration {
            version: $version,
            name: $name,
            needs: $needs,
            sql: include_str!(concat!("../../migrations/", $dir, "/", $name, ".sql")),
        }
    };
}

static DATABASE: &[Migration] = &[
    migration!(1, "database", "001_registry", Needs::Nothing),
    migration!(2, "database", "002_archives", Needs::Nothing),
    migration!(3, "database", "003_policies", Needs::Nothing),
    migration!(4, "database", "004_migrations", Needs::Nothing),
    migration!(5, "database", "005_erasures", Needs::Nothing),
    migration!(6, "database", "006_archived_floor", Needs::Nothing),
    migration!(7, "database", "007_heads_pending", Needs::Nothing),
    migration!(8, "database", "008_claims", Needs::Nothing),
    migration!(9, "database", "009_read_back", Needs::Nothing),
    migration!(10, "database", "010_continuous_aggregates", Needs::Nothing),
    migration!(11, "database", "011_erasing_in", Needs::Nothing),
    migration!(12, "database", "012_rights", Needs::Nothing),
    migration!(13, "database", "013_lifecycle_lock", Needs::Nothing),
    migration!(14, "database", "014_returned", Needs::Nothing),
    migration!(15, "database", "015_dropped", Needs::Nothing),
    migration!(16, "database", "016_copies", Needs::Nothing),
    migration!(17, "database", "017_holds", Needs::Nothing),
    migration!(18, "database", "018_locks", Needs::Nothing),
    migration!(19, "database", "019_history", Needs::Nothing),
    migration!(20, "database", "020_drills", Needs::Nothing),
    migration!(21, "database", "021_space", Needs::Nothing),
    migration!(22, "database", "022_drills_elsewhere", Needs::Nothing),
    migration!(23, "database", "023_bounds", Needs::Nothing),
    migration!(24, "database", "024_returns", Needs::Nothing),
    migration!(25, "database", "025_source_horizon", Needs::Nothing),
    migration!(26, "database", "026_true_history", Needs::Nothing),
    migration!(27, "database", "027_entered", Needs::Nothing),
    migration!(28, "database", "028_out_of_service", Needs::Nothing),
    migration!(29, "database", "029_own_answers", Needs::Nothing),
];

static NAMESPACE: &[Migration] = &[
    migration!(1, "namespace", "001_messages", Needs::Nothing),
    migration!(2, "namespace", "002_heads", Needs::Nothing),
    migration!(3, "namespace", "003_functions", Needs::Nothing),
    migration!(4, "namespace", "004_lifecycle", Needs::Nothing),
    migration!(5, "namespace", "005_compression.community", Needs::Compression),
    migration!(6, "namespace", "006_counts", Needs::Nothing),
    migration!(7, "namespace", "007_archived_reads", Needs::Nothing),
    migration!(8, "namespace", "008_message_db", Needs::Nothing),
    migration!(9, "namespace", "009_bounded_reads", Needs::Nothing),
    migration!(10, "namespace", "010_kept_plans", Needs::Nothing),
    migration!(11, "namespace", "011_proven_drops", Needs::Nothing),
    migration!(12, "namespace", "012_identities", Needs::Nothing),
    migration!(13, "namespace", "013_counted_once", Needs::Nothing),
    migration!(14, "namespace", "014_own_chunks", Needs::Nothing),
    migration!(15, "namespace", "015_given_out", Needs::Nothing),
    migration!(16, "namespace", "016_readers", Needs::Nothing),
    migration!(17, "namespace", "017_catalogs", Needs::Nothing),
    migration!(18, "namespace", "018_by_hand", Needs::Nothing),
    migration!(19, "namespace", "019_served", Needs::Nothing),
    migration!(20, "namespace", "020_live_costs", Needs::Nothing),
    migration!(21, "namespace", "021_archived_text", Needs::Nothing),
    migration!(22, "namespace", "022_chunk_drops", Needs::Nothing),
];

/// What to do where the server makes no hypertable of a table that a publication takes in.
fn published(e: Error) -> Error {
    if errors::sqlstate_of(&e).is_none_or(|state| state.code() != "TS101") {
        return e;
    }
    e.hint(
        "a publication of all tables, or of the schema, takes in the table that is to become a hypertable, and this version of \
         TimescaleDB refuses that: pg_publication shows which; DROP PUBLICATION, create the namespace, and publish again",
    )
}

/// The table in a namespace's schema that tells what was applied to it.
pub const NAMESPACE_HISTORY: &str = "_admin_migrations";

const DATABASE_HISTORY: &str = "eventodb_store.admin_migrations";

/// One key for all of this program's migrations in a database; the number is arbitrary and fixed.
const LOCK: &str = "SELECT pg_advisory_xact_lock(hashtextextended('eventodb-admin/migrations', 0))";

/// Waits for others that make or migrate something in this database, until the transaction ends.
///
/// # Errors
/// Where they do not end within the lock timeout.
pub async fn lock(tx: &Transaction<'_>) -> Result<()> {
    tx.batch_execute(LOCK).await.map_err(|e| explain("waiting for other migrations", e))
}

/// Waits for those that migrate the database, or make or migrate this namespace, until the transaction ends. Other namespaces
/// are made meanwhile: many at a time would wait for each other for longer than the lock timeout.
///
/// # Errors
/// Where they do not end within the lock timeout.
pub async fn lock_namespace(tx: &Transaction<'_>, scope: &Scope) -> Result<()> {
    tx.execute(
        "SELECT pg_advisory_xact_lock_shared(hashtextextended('eventodb-admin/migrations', 0)),
                pg_advisory_xact_lock(hashtextextended('eventodb-admin/migrations of ' || $1, 0))",
        &[&scope.schema()],
    )
    .await
    .map(drop)
    .map_err(|e| explain(format!("waiting for other migrations of namespace {}", scope.namespace()), e))
}

/// Brings the parts that a database has once (registry, ledger) up to date. Returns what was applied, in order.
///
/// # Errors
/// Where a statement fails, or the database was migrated by another version of this program.
pub async fn migrate_database(client: &mut Client) -> Result<Vec<&'static str>> {
    let doing = "migrating the database";
    // A look without a lock first: nearly always there is nothing to do.
    let due = database_pending(client).await?;
    if due.is_empty() {
        return Ok(Vec::new());
    }
    // EventoDB's server may have made the registry before; whoever owns it may have put more there.
    if due.len() == DATABASE.len() {
        foreign_code::refuse(client, ("eventodb_store", None), Use::Write, doing).await?;
    }
    let history = History { table: DATABASE_HISTORY.to_owned() };
    let tx = client.transaction().await.map_err(|e| explain(doing, e))?;
    tx.batch_execute(LOCK).await.map_err(|e| explain(doing, e))?;
    tx.batch_execute("CREATE SCHEMA IF NOT EXISTS eventodb_store").await.map_err(|e| explain(doing, e))?;
    let done = history.apply(&tx, DATABASE, true, doing, |sql| Ok(sql.to_owned())).await?;
    tx.commit().await.map_err(|e| explain(doing, e))?;
    Ok(done)
}

/// What [`migrate_database`] would apply; without writing anything.
///
/// # Errors
/// As [`migrate_database`].
pub async fn database_pending(client: &Client) -> Result<Vec<&'static str>> {
    let history = History { table: DATABASE_HISTORY.to_owned() };
    let applied = history.read_if_there(client).await?;
    Ok(pending(&applied, DATABASE, true, "reading the database's migrations")?.into_iter().map(|m| m.name).collect())
}

/// Brings one namespace's schema up to date inside the caller's transaction, adopting tables that are there already.
/// Returns what was applied, in order. `chunk_interval` is used only where the hypertable is made here.
///
/// # Errors
/// Where a statement fails, or the namespace was migrated by another version of this program.
pub async fn migrate_namespace(
    tx: &Transaction<'_>,
    scope: &Scope,
    chunk_interval: &str,
    compression: bool,
) -> Result<Vec<&'static str>> {
    let doing = format!("migrating namespace {}", scope.namespace());
    lock_namespace(tx, scope).await?;
    let history = History { table: format!("{}.{NAMESPACE_HISTORY}", Ident::new(scope.schema())) };
    let render = |sql: &str| scope.render_with(sql, &[("chunk_interval", &chunk_interval.replace('\'', "''"))]);
    if make_schema(tx, scope, &doing).await? {
        return history.make_today(tx, &render, compression, &doing).await;
    }
    let mut done = history.apply(tx, NAMESPACE, compression, &doing, &render).await?;
    // A step leaves functions of its time.
    if !done.is_empty() || functions_are_due(&history.read(tx, &doing).await?, &doing)? {
        history.make_functions(tx, &render, &doing).await?;
        done.push(FUNCTIONS);
    }
    Ok(done)
}

/// Makes the schema, and says whether it did: a schema that is there may have tables and functions of others.
async fn make_schema(tx: &Transaction<'_>, scope: &Scope, doing: &str) -> Result<bool> {
    if namespaces::schema_exists(tx, scope.schema()).await? {
        return Ok(false);
    }
    let create = format!("CREATE SCHEMA {}", Ident::new(scope.schema()));
    tx.batch_execute(&create).await.map(|()| true).map_err(|e| explain(doing, e))
}

/// Whether these migrations, which were just applied, made a namespace: nothing of this program was in its schema before.
pub fn has_made(applied: &[&str]) -> bool {
    NAMESPACE.first().is_some_and(|first| applied.contains(&first.name))
}

/// How many migrations a namespace lacks; without writing anything.
///
/// # Errors
/// As [`migrate_namespace`].
pub async fn namespace_pending(
    client: &impl GenericClient,
    schema: &str,
    compression: bool,
) -> Result<Vec<&'static str>> {
    let history = History { table: format!("{}.{NAMESPACE_HISTORY}", Ident::new(schema)) };
    let applied = history.read_if_there(client).await?;
    let doing = format!("reading the migrations of schema {schema}");
    let mut lacking: Vec<_> = pending(&applied, NAMESPACE, compression, &doing)?.into_iter().map(|m| m.name).collect();
    if functions_are_due(&applied, &doing)? {
        lacking.push(FUNCTIONS);
    }
    Ok(lacking)
}

struct Applied {
    version: i32,
    name: String,
    checksum: String,
}

struct History {
    table: String,
}

/// The number by which a history has the functions, and what they are called where migrations are told.
const FUNCTIONS_VERSION: i32 = 0;
const FUNCTIONS: &str = "functions";

/// Whether a namespace with this history has other functions than this program's, or none.
fn functions_are_due(applied: &[Applied], doing: &str) -> Result<bool> {
    match applied.iter().find(|old| old.version == FUNCTIONS_VERSION) {
        Some(old) => functions::is_due(&old.name, &old.checksum, doing),
        None => Ok(true),
    }
}

/// A namespace's tables as they are today, and what follows its functions. The numbered steps come to the same
/// (`tests/it/schema/layouts.rs` compares the two).
const TABLES: &str = include_str!("../../migrations/namespace/today/tables.sql");
const TRIGGERS: &str = include_str!("../../migrations/namespace/today/triggers.sql");

impl History {
    /// Makes a new namespace, as if every step had been applied to it. Returns these.
    async fn make_today(
        &self,
        tx: &Transaction<'_>,
        render: &impl Fn(&str) -> Result<String>,
        compression: bool,
        doing: &str,
    ) -> Result<Vec<&'static str>> {
        self.make_table(tx, doing).await?;
        let steps = pending(&[], NAMESPACE, compression, doing)?;
        let compressing = steps.iter().filter(|m| m.needs == Needs::Compression).map(|m| m.sql);
        for sql in std::iter::once(TABLES).chain(compressing) {
            tx.batch_execute(&render(sql)?).await.map_err(|e| published(explain(doing, e)))?;
        }
        self.make_functions(tx, render, doing).await?;
        tx.batch_execute(&render(TRIGGERS)?).await.map_err(|e| explain(doing, e))?;
        self.note(tx, &steps, doing).await?;
        Ok(steps.iter().map(|m| m.name).chain([FUNCTIONS]).collect())
    }

    async fn make_functions(
        &self,
        tx: &Transaction<'_>,
        render: &impl Fn(&str) -> Result<String>,
        doing: &str,
    ) -> Result<()> {
        let texts: Vec<&str> = functions::texts().collect();
        tx.batch_execute(&render(&texts.join("\n;\n"))?)
            .await
            .map_err(|e| explain(format!("{doing}: making its functions"), e))?;
        tx.execute(
            &format!(
                "INSERT INTO {} (version, name, checksum) VALUES ($1, $2, $3)
                 ON CONFLICT (version) DO UPDATE SET name = excluded.name, checksum = excluded.checksum, applied_at = now()",
                self.table
            ),
            &[&FUNCTIONS_VERSION, &functions::name(), &functions::checksum()],
        )
        .await
        .map(drop)
        .map_err(|e| explain(doing, e))
    }

    async fn read_if_there(&self, client: &impl GenericClient) -> Result<Vec<Applied>> {
        let doing = "reading which migrations were applied";
        let there = client
            .query_one("SELECT to_regclass($1) IS NOT NULL", &[&self.table])
            .await
            .map_err(|e| explain(doing, e))?;
        if !there.get::<_, bool>(0) {
            return Ok(Vec::new());
        }
        self.read(client, doing).await
    }

    async fn read(&self, client: &impl GenericClient, doing: &str) -> Result<Vec<Applied>> {
        let select = format!("SELECT version, name, checksum FROM {} ORDER BY version", self.table);
        let rows = client.query(&select, &[]).await.map_err(|e| explain(doing, e))?;
        Ok(rows.iter().map(applied).collect())
    }

    async fn apply(
        &self,
        tx: &Transaction<'_>,
        all: &'static [Migration],
        compression: bool,
        doing: &str,
        render: impl Fn(&str) -> Result<String>,
    ) -> Result<Vec<&'static str>> {
        self.make_table(tx, doing).await?;
        let applied = self.read(tx, doing).await?;
        let mut done = Vec::new();
        for migration in pending(&applied, all, compression, doing)? {
            tx.batch_execute(&render(migration.sql)?)
                .await
                .map_err(|e| published(explain(format!("{doing}: applying {}", migration.name), e)))?;
            self.note(tx, &[migration], doing).await?;
            done.push(migration.name);
        }
        Ok(done)
    }

    async fn make_table(&self, tx: &Transaction<'_>, doing: &str) -> Result<()> {
        tx.batch_execute(&format!(
            "CREATE TABLE IF NOT EXISTS {} (version integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, \
             applied_at timestamptz NOT NULL DEFAULT now())",
            self.table
        ))
        .await
        .map_err(|e| explain(doing, e))
    }

    async fn note(&self, tx: &Transaction<'_>, applied: &[&Migration], doing: &str) -> Result<()> {
        let versions: Vec<i32> = applied.iter().map(|m| m.version).collect();
        let names: Vec<&str> = applied.iter().map(|m| m.name).collect();
        let checksums: Vec<String> = applied.iter().map(|m| checksum(m)).collect();
        let insert = format!(
            "INSERT INTO {} (version, name, checksum) SELECT * FROM unnest($1::integer[], $2::text[], $3::text[])",
            self.table
        );
        tx.execute(&insert, &[&versions, &names, &checksums]).await.map(drop).map_err(|e| explain(doing, e))
    }
}

fn applied(row: &tokio_postgres::Row) -> Applied {
    Applied { version: row.get(0), name: row.get(1), checksum: row.get(2) }
}

fn checksum(migration: &Migration) -> String {
    hex::encode(Sha256::digest(migration.sql.as_bytes()))
}

fn pending(
    applied: &[Applied],
    all: &'static [Migration],
    compression: bool,
    doing: &str,
) -> Result<Vec<&'static Migration>> {
    for old in applied.iter().filter(|old| old.version != FUNCTIONS_VERSION) {
        let Some(ours) = all.iter().find(|m| m.version == old.version) else {
            return Err(Error::failed(doing)
                .because(format!("migration {} is not known to this version of the program", old.name))
                .hint("a newer eventodb-admin was here; use that version"));
        };
        if checksum(ours) != old.checksum {
            return Err(Error::failed(doing)
                .because(format!("migration {} was applied with other content than this program has", old.name))
                .hint("use the eventodb-admin that made this schema, or a release after it"));
        }
    }
    Ok(all
        .iter()
        .filter(|m| m.needs == Needs::Nothing || compression)
        .filter(|m| !applied.iter().any(|old| old.version == m.version))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_rise_without_gap_and_are_those_of_the_names() {
        for all in [DATABASE, NAMESPACE] {
            for (i, m) in all.iter().enumerate() {
                assert_eq!(usize::try_from(m.version).unwrap(), i + 1, "{}", m.name);
                assert_eq!(m.name.split('_').next().unwrap().parse(), Ok(m.version), "{}", m.name);
            }
        }
    }

    #[test]
    fn a_changed_or_unknown_migration_is_refused() {
        let mut old = Applied { version: 1, name: "001_registry".into(), checksum: checksum(&DATABASE[0]) };
        assert_eq!(pending(&[], DATABASE, true, "x").unwrap().len(), DATABASE.len());
        old.checksum = "0".repeat(64);
        assert!(pending(&[old], DATABASE, true, "x").unwrap_err().to_string().contains("other content"));
        let newer = Applied { version: 99, name: "099_later".into(), checksum: "0".repeat(64) };
        assert!(pending(&[newer], DATABASE, true, "x").unwrap_err().hint_text().unwrap().contains("newer"));
    }

    #[test]
    fn compression_waits_for_a_server_that_has_it() {
        assert_eq!(pending(&[], NAMESPACE, false, "x").unwrap().len(), NAMESPACE.len() - 1);
    }
}
