//! Freezing, thawing and dropping a chunk, by the functions that a namespace has for its own: the server's ask for no right on
//! the chunk, or for its owner's.

use tokio_postgres::GenericClient;

use crate::db::ident::Qualified;
use crate::db::scope::Scope;

/// Calls the namespace's own function on one of its chunks: it does what `TimescaleDB`'s does, with the owner's rights.
async fn call(
    db: &impl GenericClient,
    scope: &Scope,
    function: &str,
    chunk: &Qualified,
) -> Result<(), tokio_postgres::Error> {
    let sql = format!("SELECT {}.{function}($1::text::regclass)", scope.schema_ident());
    db.execute(&sql, &[&chunk.to_string()]).await?;
    Ok(())
}

/// Freezes the chunk, after the writers that are in it now; gives up after the session's `lock_timeout`.
///
/// # Errors
/// 55P03 where a writer stays too long.
pub async fn freeze(db: &impl GenericClient, scope: &Scope, chunk: &Qualified) -> Result<(), tokio_postgres::Error> {
    call(db, scope, "freeze_chunk", chunk).await
}

/// Lets writers in again.
///
/// # Errors
/// Where the statement fails; a chunk that is not frozen is no error.
pub async fn unfreeze(db: &impl GenericClient, scope: &Scope, chunk: &Qualified) -> Result<(), tokio_postgres::Error> {
    call(db, scope, "unfreeze_chunk", chunk).await
}

/// Drops exactly this chunk.
///
/// # Errors
/// 42P01 or 55P03 where it is gone, 2BP01 where a view or a foreign key hangs on it.
pub async fn drop(db: &impl GenericClient, scope: &Scope, chunk: &Qualified) -> Result<(), tokio_postgres::Error> {
    call(db, scope, "drop_chunk", chunk).await
}
