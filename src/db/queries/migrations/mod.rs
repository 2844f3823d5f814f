//! The ledger of migrations: one row a migration, one a range of global positions.

mod access;
mod closing;
mod foreign;
mod heads;
mod mark;
mod newer;
mod ranges;
mod rights;
mod source;
mod table;

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use tokio_postgres::{GenericClient, Row};

pub use access::{
    Grants, OfSource, SourceLedger, count, gone, hides_rows, lacks_for_closing, lacks_for_reading, ledger_of,
    without_position,
};
pub use closing::{Closed, close, closed, move_back, reopen, reopening};
pub use foreign::{ForeignMessage, ids_of_range, messages_in_heads, outside_ranges, overfull_ranges};
pub use heads::{raise_heads, raise_pending_heads};
pub use mark::{ClosedFor, SourceMark};
pub use newer::{SeenRanges, horizon, newer_ranges};
pub use ranges::{
    ClaimedRange, Hash, HeadsUpdate, MessageTable, MigrationProgress, RangeFigures, RangeRow, add_range, claim,
    complete, counts, figures, figures_of_messages, insert_late, insert_late_counted, last_copied, last_ranges,
    make_late, messages_by_range, note_failure, ranges_from, replace_ranges,
};
pub use rights::{Rights, give, hand_over, is_ours, is_there, owns, rights_on, unknown_roles};
pub use source::{
    ColumnRow, at_global_position, boundary, columns, contiguous, duplicates, encoding, first_position, highest,
    holders, invalid, lock_writes, position_sequence, reads_no_category_as_nothing, registry_row, still_held, times,
    unique_on, unread, with_zero,
};
pub use table::{SourceTable, Structure, TablePart, changes, find_table, other_kind, subscriptions};

use crate::db::errors::explain;
use crate::db::scope::Scope;
use crate::error::{Error, Kind, Result};

/// Where a migration stands. The database checks the transitions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MigrationState {
    /// Ranges are left, or indexes.
    Copying,
    /// The namespace was as the source at some time.
    CaughtUp,
    /// Writes to the source are being stopped, or have been.
    CuttingOver,
    /// The namespace has taken over.
    CutOver,
    /// Given up.
    Abandoned,
}

impl MigrationState {
    const ALL: [(Self, &'static str); 5] = [
        (Self::Copying, "copying"),
        (Self::CaughtUp, "caught_up"),
        (Self::CuttingOver, "cutting_over"),
        (Self::CutOver, "cut_over"),
        (Self::Abandoned, "abandoned"),
    ];

    /// The state's name in the ledger and in output.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(s, _)| *s == self).map_or("unknown", |(_, name)| name)
    }
}

impl fmt::Display for MigrationState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for MigrationState {
    type Err = Error;

    fn from_str(s: &str) -> Result<Self> {
        Self::ALL
            .iter()
            .find(|(_, name)| *name == s)
            .map(|(state, _)| *state)
            .ok_or_else(|| Error::failed("reading the ledger of migrations").because(format!("it has a state {s:?}")))
    }
}

/// Which database and schema messages come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceIdentity {
    /// The cluster's identifier, where the role may read it.
    pub system: Option<String>,
    /// The database.
    pub database: String,
    /// The schema.
    pub schema: String,
    /// The table's object number: another table of the name is another source.
    pub table: u32,
}

/// A migration.
#[derive(Debug, Clone)]
pub struct MigrationRow {
    /// Its number.
    pub id: i64,
    /// The namespace.
    pub namespace: String,
    /// The namespace's schema.
    pub schema: String,
    /// Where it stands.
    pub state: MigrationState,
    /// The source.
    pub source: SourceIdentity,
    /// Where the source was last reached: `user@host:port/database`.
    pub source_shown: String,
    /// The source's row in EventoDB's registry, where it has one.
    pub registry: Option<serde_json::Value>,
    /// Columns of the source that are left behind.
    pub ignored_columns: Vec<String>,
    /// Rows updated and deleted at the source by its statistics when the migration began.
    pub source_changes: Option<i64>,
    /// The first global position.
    pub first_position: Option<i64>,
    /// Up to here global positions are cut into ranges.
    pub cut_to: Option<i64>,
    /// Indexes that are left out for now.
    pub dropped_indexes: Vec<String>,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When the namespace took over.
    pub cut_over_at: Option<DateTime<Utc>>,
}

const COLUMNS: &str = "id, namespace, schema_name, state, source_system, source_database, source_schema, source_table,
    source_shown, source_registry, ignored_columns, source_changes, first_position, cut_to, dropped_indexes, last_error,
    created_at, cut_over_at";

fn migration(r: &Row) -> Result<MigrationRow> {
    Ok(MigrationRow {
        id: r.get("id"),
        namespace: r.get("namespace"),
        schema: r.get("schema_name"),
        state: r.get::<_, &str>("state").parse()?,
        source: SourceIdentity {
            system: r.get("source_system"),
            database: r.get("source_database"),
            schema: r.get("source_schema"),
            table: r.get("source_table"),
        },
        source_shown: r.get("source_shown"),
        registry: r.get("source_registry"),
        ignored_columns: r.get("ignored_columns"),
        source_changes: r.get("source_changes"),
        first_position: r.get("first_position"),
        cut_to: r.get("cut_to"),
        dropped_indexes: r.get("dropped_indexes"),
        last_error: r.get("last_error"),
        created_at: r.get("created_at"),
        cut_over_at: r.get("cut_over_at"),
    })
}

/// The namespace's migration that is under way, or else its last one.
///
/// # Errors
/// Where the query fails.
pub async fn find(db: &impl GenericClient, namespace: &str) -> Result<Option<MigrationRow>> {
    let row = db
        .query_opt(
            &format!(
                "SELECT {COLUMNS} FROM eventodb_store.migrations WHERE namespace = $1
                  ORDER BY state NOT IN ('cut_over', 'abandoned') DESC, id DESC LIMIT 1"
            ),
            &[&namespace],
        )
        .await
        .map_err(|e| explain(format!("looking for the migration of namespace {namespace}"), e))?;
    row.as_ref().map(migration).transpose()
}

/// All migrations into a namespace.
///
/// # Errors
/// Where the query fails.
pub async fn of_namespace(db: &impl GenericClient, namespace: &str) -> Result<Vec<MigrationRow>> {
    let rows = db
        .query(
            &format!("SELECT {COLUMNS} FROM eventodb_store.migrations WHERE namespace = $1 ORDER BY id"),
            &[&namespace],
        )
        .await
        .map_err(|e| explain(format!("looking for the migrations of namespace {namespace}"), e))?;
    rows.iter().map(migration).collect()
}

/// One migration.
///
/// # Errors
/// Where the query fails.
pub async fn get(db: &impl GenericClient, id: i64) -> Result<MigrationRow> {
    let row = db
        .query_one(&format!("SELECT {COLUMNS} FROM eventodb_store.migrations WHERE id = $1"), &[&id])
        .await
        .map_err(|e| explain(format!("reading migration {id}"), e))?;
    migration(&row)
}

/// What a new migration's row says.
#[derive(Debug, Clone)]
pub struct NewMigration<'a> {
    /// The namespace.
    pub namespace: &'a str,
    /// Its schema.
    pub schema: &'a str,
    /// The source.
    pub source: &'a SourceIdentity,
    /// Where it was reached.
    pub source_shown: &'a str,
    /// Its registry row.
    pub registry: Option<&'a serde_json::Value>,
    /// Columns left behind.
    pub ignored_columns: &'a [String],
    /// Rows updated and deleted so far.
    pub source_changes: Option<i64>,
}

/// Enters a migration.
///
/// # Errors
/// [`Kind::Conflict`] where the namespace has one under way.
pub async fn insert(db: &impl GenericClient, new: &NewMigration<'_>) -> Result<i64> {
    let row = db
        .query_one(
            "INSERT INTO eventodb_store.migrations (namespace, schema_name, source_system, source_database, source_schema,
                    source_table, source_shown, source_registry, ignored_columns, source_changes)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id",
            &[
                &new.namespace,
                &new.schema,
                &new.source.system,
                &new.source.database,
                &new.source.schema,
                &new.source.table,
                &new.source_shown,
                &new.registry,
                &new.ignored_columns,
                &new.source_changes,
            ],
        )
        .await
        .map_err(|e| explain(format!("beginning the migration of namespace {}", new.namespace), e))?;
    Ok(row.get(0))
}

/// Moves a migration from the state it was seen in to the next.
///
/// # Errors
/// [`Kind::Busy`] where it is in another state by now.
pub async fn advance(db: &impl GenericClient, id: i64, from: MigrationState, to: MigrationState) -> Result<()> {
    let n = db
        .execute(
            "UPDATE eventodb_store.migrations
                SET state = $3, last_error = NULL, cut_over_at = CASE WHEN $3 = 'cut_over' THEN now() END
              WHERE id = $1 AND state = $2",
            &[&id, &from.as_str(), &to.as_str()],
        )
        .await
        .map_err(|e| explain(format!("moving migration {id} from {from} to {to}"), e))?;
    if n == 1 {
        return Ok(());
    }
    Err(Error::new(Kind::Busy, format!("moving migration {id} from {from} to {to}"))
        .because("another run has moved it meanwhile")
        .hint("eventodb-admin migrate status shows how far it is"))
}

/// Notes why a migration does not go on.
///
/// # Errors
/// Where the statement fails.
pub async fn note_error(db: &impl GenericClient, id: i64, error: Option<&str>) -> Result<()> {
    db.execute("UPDATE eventodb_store.migrations SET last_error = $2 WHERE id = $1", &[&id, &error])
        .await
        .map_err(|e| explain(format!("noting what happened to migration {id}"), e))?;
    Ok(())
}

/// Keeps how the indexes are made that are dropped, beside those that are kept already.
///
/// # Errors
/// Where the statement fails.
pub async fn keep_indexes(db: &impl GenericClient, id: i64, indexes: &[String]) -> Result<()> {
    db.execute(
        "UPDATE eventodb_store.migrations SET dropped_indexes = dropped_indexes || $2 WHERE id = $1",
        &[&id, &indexes],
    )
    .await
    .map_err(|e| explain(format!("keeping the indexes of migration {id}"), e))?;
    Ok(())
}

/// Forgets a kept index: it is there again.
///
/// # Errors
/// Where the statement fails.
pub async fn forget_index(db: &impl GenericClient, id: i64, index: &str) -> Result<()> {
    db.execute(
        "UPDATE eventodb_store.migrations SET dropped_indexes = array_remove(dropped_indexes, $2::text) WHERE id = $1",
        &[&id, &index],
    )
    .await
    .map_err(|e| explain(format!("keeping the indexes of migration {id}"), e))?;
    Ok(())
}

/// The namespace's indexes beside the one on global positions: name and how each is made.
///
/// # Errors
/// Where the query fails.
pub async fn secondary_indexes(db: &impl GenericClient, schema: &str) -> Result<Vec<(String, String)>> {
    let rows = db
        .query(
            "SELECT c.relname, pg_get_indexdef(i.indexrelid)
               FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
              WHERE i.indrelid = format('%I.messages', $1::text)::regclass AND c.relname <> 'messages_global_position'
                AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)
              ORDER BY i.indisunique DESC, c.relname",
            &[&schema],
        )
        .await
        .map_err(|e| explain(format!("reading the indexes of schema {schema}"), e))?;
    Ok(rows.iter().map(|r| (r.get(0), r.get(1))).collect())
}

/// Makes those of a namespace's own indexes that are missing, and tells which; one that is there stays as it is.
///
/// # Errors
/// [`Kind::Conflict`] where two messages share what must be unique.
pub async fn make_indexes(db: &impl GenericClient, scope: &Scope) -> Result<Vec<String>> {
    let doing = || format!("making the indexes of namespace {}", scope.namespace());
    let missing = missing_indexes(db, scope).await?;
    if !missing.is_empty() {
        let sql = scope.render(include_str!("../../sql/indexes.sql"))?;
        db.batch_execute(&sql).await.map_err(|e| explain(doing(), e))?;
    }
    Ok(missing)
}

/// Those of a namespace's own indexes that are not there.
///
/// # Errors
/// Where the query fails.
pub async fn missing_indexes(db: &impl GenericClient, scope: &Scope) -> Result<Vec<String>> {
    let rows = db
        .query(
            "SELECT n FROM unnest(ARRAY['messages_stream_position_time', 'messages_id_time', 'messages_category_global',
                                        'messages_global_position', 'messages_correlation']) n
              WHERE NOT EXISTS (SELECT FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
                                 WHERE i.indrelid = to_regclass(format('%I.messages', $1::text)) AND x.relname = n)",
            &[&scope.schema()],
        )
        .await
        .map_err(|e| explain(format!("reading the indexes of namespace {}", scope.namespace()), e))?;
    Ok(rows.iter().map(|r| r.get(0)).collect())
}

/// Has a change stream tell messages apart by an index again that was dropped and made anew.
///
/// # Errors
/// Where the statement fails.
pub async fn identify_messages(db: &impl GenericClient, scope: &Scope) -> Result<()> {
    let sql = scope.render("SELECT {{schema}}.identify_messages()")?;
    db.execute(&sql, &[]).await.map_err(|e| explain("naming the index that tells messages apart", e))?;
    Ok(())
}

/// Takes the migration's lock for this session: one run at a time; false where another holds it.
///
/// # Errors
/// Where the query fails.
pub async fn try_lock(db: &impl GenericClient, namespace: &str) -> Result<bool> {
    let row = db
        .query_one(
            "SELECT pg_try_advisory_lock(hashtextextended('eventodb-admin/migrate/' || $1::text, 0))",
            &[&namespace],
        )
        .await
        .map_err(|e| explain(format!("taking the migration lock of namespace {namespace}"), e))?;
    Ok(row.get(0))
}
