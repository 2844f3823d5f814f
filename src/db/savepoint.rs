//! Work within a transaction that is undone where it fails, or always, so that the transaction can go on.

use tokio_postgres::Transaction;

use super::errors::explain;
use crate::error::Result;

/// Does some work of a transaction. Where the work fails, what it has done is undone: the inner error says why.
///
/// # Errors
/// Where the session is lost, with the work or after it.
pub async fn attempt<T>(tx: &Transaction<'_>, doing: &str, work: impl Future<Output = Result<T>>) -> Result<Result<T>> {
    tx.batch_execute("SAVEPOINT attempt").await.map_err(|e| explain(doing, e))?;
    let done = work.await;
    let end = match done {
        Ok(_) => "RELEASE SAVEPOINT attempt",
        Err(_) => "ROLLBACK TO SAVEPOINT attempt; RELEASE SAVEPOINT attempt",
    };
    match (tx.batch_execute(end).await, done) {
        (Ok(()), done) => Ok(done),
        // A session that was lost in mid-work: the work's own error tells more.
        (Err(_), Err(why)) => Err(why),
        (Err(e), Ok(_)) => Err(explain(doing, e)),
    }
}

/// Does some work of a transaction that only reads, and undoes it: locks on the tables that it has read are given up. A transaction
/// that lasts would otherwise keep others from dropping them.
///
/// # Errors
/// Of the work, or where the session is lost after it.
pub async fn look<T>(tx: &Transaction<'_>, doing: &str, work: impl Future<Output = Result<T>>) -> Result<T> {
    tx.batch_execute("SAVEPOINT look").await.map_err(|e| explain(doing, e))?;
    let seen = work.await;
    match (tx.batch_execute("ROLLBACK TO SAVEPOINT look; RELEASE SAVEPOINT look").await, seen) {
        (Ok(()), seen) => seen,
        // A session that was lost in mid-work: the work's own error tells more.
        (Err(_), Err(why)) => Err(why),
        (Err(e), Ok(_)) => Err(explain(doing, e)),
    }
}
