//! A migration given up.

use super::cutover::reopen;
use super::foreign;
use super::indexes;
use super::plan;
use super::run::lock;
use super::source::MigrationSource;
use tokio_postgres::Transaction;

use crate::archive::{LifecycleLock, shown_database};
use crate::db::errors::explain;
use crate::db::queries::claims::DatabaseIdentity;
use crate::db::queries::migrations::{self as queries, ClosedFor, MigrationRow, MigrationState, SourceMark};
use crate::db::queries::namespaces::{self, DeletedPart};
use crate::db::{Connector, Scope};
use crate::error::{Error, Kind, Result};
use crate::failpoint::effect;
use crate::progress::Progress;
use crate::stop::Stop;

/// Refuses to delete what others have written to the copy: nobody else has it.
async fn refuse_foreign(
    tx: &Transaction<'_>,
    scope: &Scope,
    source: &MigrationSource,
    migration: &MigrationRow,
    doing: &str,
) -> Result<()> {
    if !queries::is_there(tx, &scope.messages()).await? {
        return Ok(());
    }
    // Whoever writes now is waited for, and seen.
    tx.batch_execute(&format!("LOCK TABLE ONLY {} IN SHARE ROW EXCLUSIVE MODE", scope.messages()))
        .await
        .map_err(|e| explain(doing, e))?;
    let from = source.connect().await?;
    let Some(foreign) = foreign::find(&from, tx, source, scope, migration).await? else { return Ok(()) };
    Err(Error::new(Kind::Conflict, doing).because(foreign.told()).hint(format!(
        "the source does not have them, and they would be gone: keep them ({}), write them to the source where they belong \
         there, delete them from the copy, then run this again",
        foreign.shown_by(scope)
    )))
}

/// Refuses a migration that has ended.
///
/// # Errors
/// [`Kind::Conflict`] where its copy is the namespace by now, or it was given up.
pub fn refuse_ended(migration: &MigrationRow) -> Result<()> {
    let e = || {
        Error::new(Kind::Conflict, format!("abandoning migration {}", migration.id))
            .because(format!("it is {}", migration.state))
    };
    match migration.state {
        MigrationState::CutOver => Err(e().hint(format!(
            "namespace {} has the messages now, and those written since; eventodb-admin migrate to-postgres is the way back",
            migration.namespace
        ))),
        MigrationState::Abandoned => Err(e()),
        _ => Ok(()),
    }
}

/// Gives a migration up: the copy is deleted, the source takes writes, unless another migration has cut it over.
///
/// # Errors
/// [`Kind::Conflict`] where the namespace has taken over, others have written to the copy (their messages would be lost), or
/// the database that this one is a copy of has cut the source over.
pub async fn abandon(
    target: &Connector,
    migration: &MigrationRow,
    source: &MigrationSource,
    progress: &dyn Progress,
    stop: &Stop,
) -> Result<()> {
    let doing = format!("abandoning migration {}", migration.id);
    stop.check()?;
    let mut db = target.connect().await?;
    lock(&db, &migration.namespace).await?;
    let now = queries::get(db.client(), migration.id).await?;
    let scope = plan::scope(&db, &now)?;
    refuse_ended(&now)?;
    let mark = SourceMark::new(&now, &DatabaseIdentity::of(&db).await?);
    source.refuse_original(&source.connect().await?, &mark, "giving up the copy of").await?;
    let held = LifecycleLock::take_as_it_is(target.connect().await?, &scope).await?;
    let tx = db.client_mut().transaction().await.map_err(|e| explain(doing.clone(), e))?;
    refuse_foreign(&tx, &scope, source, &now, &doing).await?;
    if namespaces::delete_copy(&tx, &scope).await? == DeletedPart::Messages {
        indexes::make_all(&tx, &scope, &now).await?;
    }
    queries::advance(&tx, now.id, now.state, MigrationState::Abandoned).await?;
    effect!("migrate.abandon", tx.commit().await.map_err(|e| explain(doing, e))?);
    held.release().await?;
    match reopen(source, &mark).await {
        Ok(ClosedFor::Nobody | ClosedFor::This) => Ok(()),
        Ok(ClosedFor::Another(moved_to)) => {
            progress.note(&format!(
                "the source refuses writes and stays so: another migration has cut it over{}",
                if moved_to.is_empty() { String::new() } else { format!(", to {moved_to}") }
            ));
            Ok(())
        }
        // Since it was looked at.
        Ok(ClosedFor::Original(owner)) => {
            progress
                .note(&format!("the source refuses writes and stays so: {} has cut it over", shown_database(&owner)));
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
