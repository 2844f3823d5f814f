//! Letting reads rely on what is known of chunks whose time is over.

use tokio_postgres::error::SqlState;

use super::refresh::{Forget, count_chunk, forget_chunks, pending};
use crate::archive::LifecycleLock;
use crate::db::Scope;
use crate::db::errors::explain;
use crate::db::queries::spans;
use crate::error::Result;
use crate::stop::Stop;

/// How long writers may have to wait behind us, who wait for one of them.
const LOCK_TIMEOUT: &str = "500ms";

/// Whether reads can rely on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// They can.
    Yes,
    /// A transaction that writes was open for too long, or somebody has written to a time that is over. Reads look into
    /// every chunk until this is tried again.
    NotNow,
}

/// Settles what is counted; writers wait for a moment meanwhile.
///
/// # Errors
/// Where a statement fails.
pub async fn settle(lock: &mut LifecycleLock, scope: &Scope) -> Result<Settled> {
    let doing = "noting where messages have their global positions";
    let tx = lock.db().client_mut().transaction().await.map_err(|e| explain(doing, e))?;
    match spans::lock_out(&tx, scope, LOCK_TIMEOUT).await {
        Err(e) if e.code() == Some(&SqlState::LOCK_NOT_AVAILABLE) => return Ok(Settled::NotNow),
        locked => locked.map_err(|e| explain(doing, e))?,
    }
    let settled = spans::rely_on(&tx, scope).await?;
    tx.commit().await.map_err(|e| explain(doing, e))?;
    Ok(if settled { Settled::Yes } else { Settled::NotNow })
}

/// Counts the chunks whose time is over and that are not counted yet, and settles them. A chunk that cannot be had is left
/// for the next time.
///
/// # Errors
/// Where a statement fails; after a stop.
pub async fn count_and_settle(lock: &mut LifecycleLock, scope: &Scope, stop: &Stop) -> Result<Settled> {
    forget_chunks(lock, scope, Forget::Stale).await?;
    for chunk in pending(lock.db(), scope).await?.chunks {
        stop.check()?;
        if let Err(e) = count_chunk(lock, scope, &chunk).await {
            if lock.db().client().is_closed() {
                return Err(e);
            }
            tracing::info!("{e}");
        }
    }
    settle(lock, scope).await
}
