//! A migration with its source and its namespace.

use crate::cli::MigrateFrom;
use crate::commands::app::{Context, environment};
use crate::db::conninfo::ConnInfo;
use crate::db::queries::claims::DatabaseIdentity;
use crate::db::queries::migrations::{MigrationRow, SourceMark};
use crate::db::{Connector, Db, Scope};
use crate::error::{Error, Result};
use crate::migrate::{self, MigrationSource};

/// Where the source is: by flag, or by `EVENTODB_FROM_URL`, which no list of processes shows.
pub(super) fn from(args: &MigrateFrom) -> Result<ConnInfo> {
    let url = args.from_url.clone().or_else(|| environment("EVENTODB_FROM_URL").filter(|url| !url.is_empty()));
    let Some(url) = url else {
        return Err(Error::usage("reading where to migrate from")
            .because("no source is given")
            .hint("add --from-url postgres://user@host/database, or set EVENTODB_FROM_URL"));
    };
    ConnInfo::resolve(Some(&url), &environment)
}

/// A migration with both its ends.
pub(super) struct Both {
    pub connector: Connector,
    pub db: Db,
    pub migration: MigrationRow,
    pub scope: Scope,
    pub source: MigrationSource,
}

impl Both {
    /// What a cutover of the migration leaves at the source.
    pub async fn mark(&self) -> Result<SourceMark> {
        Ok(SourceMark::new(&self.migration, &DatabaseIdentity::of(&self.db).await?))
    }
}

pub(super) async fn both(context: &Context, args: &MigrateFrom) -> Result<Both> {
    let info = from(args)?;
    let connector = context.connector()?;
    let db = context.connect().await?;
    let (migration, scope, source) = migrate::open(&db, &connector, &context.settings.namespace, info).await?;
    Ok(Both { connector, db, migration, scope, source })
}
