//! A migration given up.

use super::cutover::reopen;
use super::plan;
use super::run::lock;
use super::source::Source;
use crate::archive::LifecycleLock;
use crate::db::Connector;
use crate::db::errors::explain;
use crate::db::queries::migrations::{self as queries, Closed, MigrationRow, State};
use crate::db::queries::namespaces;
use crate::error::{Error, Kind, Result};
use crate::failpoint::effect;
use crate::progress::Progress;
use crate::stop::Stop;

/// Gives a migration up: the copy is deleted, the source takes writes, unless another migration has cut it over.
///
/// # Errors
/// [`Kind::Conflict`] where the namespace has taken over: messages may have been written to it since.
pub async fn abandon(
    target: &Connector,
    migration: &MigrationRow,
    source: &Source,
    progress: &dyn Progress,
    stop: &Stop,
) -> Result<()> {
    let doing = format!("abandoning migration {}", migration.id);
    stop.check()?;
    let mut db = target.connect().await?;
    lock(&db, &migration.namespace).await?;
    let now = queries::get(db.client(), migration.id).await?;
    let scope = plan::scope(&db, &now)?;
    if matches!(now.state, State::CutOver | State::Abandoned) {
        return Err(Error::new(Kind::Conflict, doing).because(format!("it is {}", now.state)));
    }
    let held = LifecycleLock::take_as_it_is(target.connect().await?, &scope).await?;
    let tx = db.client_mut().transaction().await.map_err(|e| explain(doing.clone(), e))?;
    namespaces::delete_copy(&tx, &scope).await?;
    queries::advance(&tx, now.id, now.state, State::Abandoned).await?;
    effect!("migrate.abandon", tx.commit().await.map_err(|e| explain(doing, e))?);
    held.release().await?;
    match reopen(source, &now).await {
        Ok(Closed::No) => Ok(()),
        Ok(Closed::By { moved_to, .. }) => {
            progress.note(&format!(
                "the source refuses writes and stays so: another migration has cut it over{}",
                if moved_to.is_empty() { String::new() } else { format!(", to {moved_to}") }
            ));
            Ok(())
        }
        Err(e) => {
            progress.warn(&format!(
                "the copy is deleted; the source may still refuse writes: {} there",
                queries::reopening(&source.table)
            ));
            Err(e)
        }
    }
}
