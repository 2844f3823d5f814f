//! A source that was cut over, taken over by the database that takes the place of the one that had done so.

use super::cutover::moved_to;
use super::run::lock;
use super::source::MigrationSource;
use crate::db::errors::explain;
use crate::db::queries::claims::DatabaseIdentity;
use crate::db::queries::migrations::{self as queries, Closed, ClosedFor, MigrationRow, MigrationState, SourceMark};
use crate::db::{Connector, Db};
use crate::error::{Error, Kind, Result};
use crate::failpoint::effect;

/// What a claim has to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceClaim {
    /// Nothing: no cutover has closed the source.
    Open,
    /// Nothing: it is this database's.
    Ours,
    /// It becomes this database's; `None` where the mark does not say whose it was.
    From(Option<DatabaseIdentity>),
}

impl SourceClaim {
    /// What is to be done about the source, as a session there sees it.
    ///
    /// # Errors
    /// [`Kind::Conflict`] where another migration has closed the source.
    pub async fn look(from: &Db, source: &MigrationSource, own: &SourceMark) -> Result<Self> {
        source.refuse_other(from, own, "claiming").await?;
        let closed = queries::closed(from.client(), source.identity.table).await?;
        Ok(match (closed.seen_by(own), closed) {
            (ClosedFor::Original(owner), _) => Self::From(Some(owner)),
            (ClosedFor::This, Closed::By { mark, .. }) if mark != own.to_string() => Self::From(None),
            (ClosedFor::This, _) => Self::Ours,
            (ClosedFor::Nobody | ClosedFor::Another(_), _) => Self::Open,
        })
    }
}

/// Has the source's mark name this database. The source stays closed; the database that had closed it changes nothing there
/// from now on.
///
/// # Errors
/// [`Kind::Conflict`] where another migration has closed the source, or this one was given up.
pub async fn claim(target: &Connector, migration: &MigrationRow, source: &MigrationSource) -> Result<SourceClaim> {
    let doing = format!("claiming the source of migration {}", migration.id);
    let db = target.connect().await?;
    lock(&db, &migration.namespace).await?;
    let now = queries::get(db.client(), migration.id).await?;
    if now.state == MigrationState::Abandoned {
        return Err(Error::new(Kind::Conflict, doing).because(format!("the migration is {}", now.state)));
    }
    let own = SourceMark::new(&now, &DatabaseIdentity::of(&db).await?);
    let mut from = source.connect().await?;
    let found = SourceClaim::look(&from, source, &own).await?;
    if !matches!(found, SourceClaim::From(_)) {
        return Ok(found);
    }
    source.refuse_unclosable(&from, "claiming").await?;
    let tx = from.client_mut().transaction().await.map_err(|e| explain(doing.clone(), e))?;
    queries::close(&tx, &source.found, &own, &moved_to(&now, target)).await?;
    effect!("migrate.claim", tx.commit().await.map_err(|e| explain(doing, e))?);
    Ok(found)
}
