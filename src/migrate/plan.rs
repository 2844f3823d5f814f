//! What a migration would do, and its beginning: the namespace is made, and the ledger says what it is for.

use super::rights;
use super::source::{self, MigrationSource};
use crate::db::conninfo::ConnInfo;
use crate::db::queries::migrations::{self as queries, MigrationRow, MigrationState, NewMigration};
use crate::db::queries::{heads, namespaces, settings};
use crate::db::{Connector, Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::namespace::{self, NamespaceName, NotACategory};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct MigrationRequest {
    /// The namespace to be.
    pub namespace: NamespaceName,
    /// The source's database.
    pub from: ConnInfo,
    /// The source's schema; `None` where a migration is under way.
    pub from_schema: Option<String>,
    /// Columns to leave behind.
    pub ignore_columns: Vec<String>,
    /// The time that a chunk spans, an interval.
    pub chunk_interval: String,
}

/// What would be done.
#[derive(Debug, Clone)]
pub struct MigrationPlan {
    /// The source.
    pub source: MigrationSource,
    /// The migration under way, where there is one.
    pub migration: Option<MigrationRow>,
}

/// The migration that a namespace has, and its source, looked at anew.
///
/// # Errors
/// [`Kind::NotFound`] where it has none; otherwise as [`MigrationSource::open`].
pub async fn open(
    db: &Db,
    target: &Connector,
    namespace: &str,
    from: ConnInfo,
) -> Result<(MigrationRow, Scope, MigrationSource)> {
    let migration = find(db, namespace).await?;
    let connector = source::connector(from, &target.options);
    let session = connector.connect_plain().await?;
    let source =
        MigrationSource::open(&connector, &session, &migration.source.schema, &migration.ignored_columns).await?;
    source.check_identity(&migration.source)?;
    let scope = scope(db, &migration)?;
    Ok((migration, scope, source))
}

/// The migration that a namespace has: the one under way, or else the last one.
///
/// # Errors
/// [`Kind::NotFound`] where it has none.
pub async fn find(db: &Db, namespace: &str) -> Result<MigrationRow> {
    under_way(db, namespace).await?.ok_or_else(|| {
        Error::new(Kind::NotFound, format!("looking for a migration into namespace {namespace}"))
            .because("there is none")
            .hint("eventodb-admin migrate postgres begins one")
    })
}

/// The names for SQL about a migration's namespace.
///
/// # Errors
/// Where the database has no `TimescaleDB`.
pub(super) fn scope(db: &Db, migration: &MigrationRow) -> Result<Scope> {
    let extension = db.server.require_timescale()?.extension_schema.clone();
    Ok(Scope::new(&migration.namespace, &migration.schema, extension))
}

/// The namespace's migration, whatever its state; none where the ledger is not there yet.
async fn under_way(db: &Db, namespace: &str) -> Result<Option<MigrationRow>> {
    if crate::db::migrate::database_pending(db.client()).await?.is_empty() {
        queries::find(db.client(), namespace).await
    } else {
        Ok(None)
    }
}

/// Looks at both ends; nothing changes.
///
/// # Errors
/// As [`MigrationSource::open`]; [`Kind::Conflict`] where the namespace is taken.
pub async fn plan(db: &Db, target: &Connector, request: &MigrationRequest) -> Result<MigrationPlan> {
    let name = request.namespace.as_str();
    let migration = under_way(db, name).await?.filter(|m| !matches!(m.state, MigrationState::Abandoned));
    if let Some(done) = migration.as_ref().filter(|m| m.state == MigrationState::CutOver) {
        return Err(Error::new(Kind::Conflict, format!("migrating into namespace {name}"))
            .because(format!("migration {} is over: the namespace has taken over", done.id))
            .hint("name another namespace with -n"));
    }
    let schema = match (&request.from_schema, &migration) {
        (Some(schema), _) => schema.clone(),
        (None, Some(migration)) => migration.source.schema.clone(),
        (None, None) => {
            return Err(Error::usage(format!("migrating into namespace {name}"))
                .because("the source's schema is not given")
                .hint("add --from-schema eventodb_<namespace>, or message_store"));
        }
    };
    let ignored = migration.as_ref().map_or(&request.ignore_columns, |m| &m.ignored_columns);
    let connector = source::connector(request.from.clone(), &target.options);
    let session = connector.connect_plain().await?;
    let mut source = MigrationSource::open(&connector, &session, &schema, ignored).await?;
    source.refuse_archived(&session).await?;
    source.refuse_foreign_parts()?;
    source.refuse_last_positions(&session).await?;
    let rights = queries::rights_on(session.client(), &source.table).await?;
    source.notes.extend(rights::warning(&rights::unknown(db, &rights).await?));
    match &migration {
        Some(migration) => source.check_identity(&migration.source)?,
        None => refuse_taken(db, name, &source).await?,
    }
    Ok(MigrationPlan { source, migration })
}

/// A namespace of the name may be there only as the source itself, or empty.
async fn refuse_taken(db: &Db, name: &str, source: &MigrationSource) -> Result<()> {
    let doing = format!("migrating into namespace {name}");
    let Some(row) = namespaces::list(db.client(), Some(name)).await?.pop() else { return Ok(()) };
    if !row.is_hypertable {
        let here =
            source.identity.database == db.server.database && source.identity.system == db.server.system_identifier;
        if here && row.schema == source.identity.schema {
            return Ok(());
        }
        return Err(Error::new(Kind::Conflict, doing)
            .because(format!("it is there already, as the plain Postgres schema {}", row.schema))
            .hint("name another namespace with -n, or migrate that schema"));
    }
    let namespace = namespace::open(db, name).await?;
    if heads::list(db.client(), &namespace.scope, "", "", 1).await?.is_empty() {
        return Ok(());
    }
    Err(Error::new(Kind::Conflict, doing)
        .because("it is there already and has messages")
        .hint("name another namespace with -n; one that is empty will do"))
}

/// Begins the migration, or finds the one under way.
///
/// # Errors
/// [`Kind::Conflict`] where the namespace or its schema is taken.
pub async fn prepare(db: &mut Db, request: &MigrationRequest, plan: &MigrationPlan) -> Result<(MigrationRow, Scope)> {
    if let Some(migration) = &plan.migration {
        return Ok((migration.clone(), scope(db, migration)?));
    }
    let name = request.namespace.as_str();
    let (source, doing) = (&plan.source, format!("beginning the migration into namespace {name}"));
    let session = source.connect().await?;
    let changes = queries::changes(session.client(), &source.found).await?;
    let is_lenient = queries::reads_no_category_as_nothing(session.client(), &source.identity.schema).await?;
    let id = namespace::prepare(db, &request.namespace, &request.chunk_interval, async |tx, schema| {
        if is_lenient {
            settings::set_not_a_category(tx, schema, NotACategory::Nothing.as_str()).await?;
        }
        queries::insert(
            tx,
            &NewMigration {
                namespace: name,
                schema,
                source: &source.identity,
                source_shown: &source.shown,
                registry: source.registry.as_ref(),
                ignored_columns: &request.ignore_columns,
                source_changes: Some(changes),
            },
        )
        .await
    })
    .await
    .map_err(|e| e.while_doing(doing))?;
    let migration = queries::get(db.client(), id).await?;
    let scope = scope(db, &migration)?;
    Ok((migration, scope))
}
