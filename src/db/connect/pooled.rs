//! Poolers that hand the server's session to other clients between our transactions. Our settings would then reach their
//! queries, and our session locks would protect nothing. Such a pooler is noticed before any setting is sent.

use std::io;
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::time::timeout;
use tokio_postgres::{CancelToken, Client, SimpleQueryMessage};

use super::guard::{AsItIs, Guarded};

/// What a cancellation begins with (<https://www.postgresql.org/docs/current/protocol-message-formats.html>).
const CANCEL_REQUEST: i32 = 80_877_102;

/// Rounds that have to show that the session is ours alone, where a pooler is in between.
const ROUNDS: usize = 5;
/// A statement of the second session that takes longer waits for a session of the server's.
const PATIENCE: Duration = Duration::from_secs(2);

/// The session's process. Whatever limit the role has is lifted for this one transaction, and no setting outlives it.
const PROCESS: &str = "SET LOCAL statement_timeout = 0; SELECT pg_catalog.pg_backend_pid()";

/// The session's process, and the number of its transaction: the server counts a process's transactions one by one. No
/// setting of ours is made yet, so that everything is named in full.
const MARK: &str = "SET LOCAL statement_timeout = 0; SELECT pg_catalog.pg_backend_pid(), l.virtualtransaction FROM pg_catalog.pg_locks l \
    WHERE l.locktype OPERATOR(pg_catalog.=) 'virtualxid' AND l.virtualxid OPERATOR(pg_catalog.=) l.virtualtransaction \
    AND l.pid OPERATOR(pg_catalog.=) pg_catalog.pg_backend_pid()";

/// Whose the server's session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SessionOwner {
    /// It is ours until we leave.
    Ours,
    /// Other clients get it between our transactions.
    Shared,
}

/// Whether the session is ours alone. Where no pooler is in between that takes one round trip: the process that has greeted
/// us is the one that answers. A pooler greets with a number of its own; then a `second` session decides, which in a shared
/// pool sooner or later gets the first one's process, or takes another in its place.
///
/// # Errors
/// Where a statement of the first session fails, or the second session cannot be had.
pub(super) async fn whose<F, E>(client: &Client, second: impl FnOnce() -> F) -> Result<SessionOwner, E>
where
    F: Future<Output = Result<Client, E>>,
    E: From<tokio_postgres::Error>,
{
    let answering = process(&client.simple_query(PROCESS).await?);
    // A server without processes (in WebAssembly) says 0, and has no sessions to hand on.
    if answering == Some(0) || answering == greeting(&client.cancel_token()).await {
        return Ok(SessionOwner::Ours);
    }
    match timeout(PATIENCE, second()).await {
        Ok(second) => Ok(compared(client, &second?).await?),
        // No session of the server's was free for it.
        Err(_) => Ok(alone(client).await?),
    }
}

/// Plays rounds in which a shared session would show.
async fn compared(first: &Client, second: &Client) -> Result<SessionOwner, tokio_postgres::Error> {
    let mut last = marked(first).await?;
    let mut gaps = 0;
    let mut clean = 0;
    while clean < ROUNDS {
        // Pools that take turns show here: two transactions, two processes.
        let before = next(first, &mut last).await?;
        // Pools that give what came back last show here: the second session gets the first one's process.
        match timeout(PATIENCE, second.simple_query(&format!("BEGIN; {PROCESS}"))).await {
            Err(_) => return alone(first).await,
            // Statement pooling refuses BEGIN.
            Ok(Err(e)) if !e.is_closed() && e.code().is_none() => return Err(e),
            Ok(Err(_)) => return Ok(SessionOwner::Shared),
            Ok(Ok(rows)) if process(&rows) == last.process => return Ok(SessionOwner::Shared),
            Ok(Ok(_)) => {}
        }
        let meanwhile = next(first, &mut last).await?;
        // What the second session gives back now would be the first one's next.
        match timeout(PATIENCE, second.simple_query("ROLLBACK")).await {
            Ok(Ok(_)) => {}
            _ => return Ok(SessionOwner::Shared),
        }
        let after = next(first, &mut last).await?;
        match [before, meanwhile, after].into_iter().fold(Succession::Consecutive, Succession::and) {
            Succession::Consecutive => clean += 1,
            // A server that catches up with changes of its catalog takes a number unasked, now and then.
            Succession::Gap if gaps == 0 => gaps += 1,
            Succession::Gap | Succession::Elsewhere => return Ok(SessionOwner::Shared),
        }
    }
    Ok(SessionOwner::Ours)
}

/// Without a second session: it waits for a process of the server's, so none is free. The first session's is either in the
/// hands of another client, which the count of its transactions tells, or ours.
async fn alone(first: &Client) -> Result<SessionOwner, tokio_postgres::Error> {
    let mut last = marked(first).await?;
    let mut gaps = 0;
    for _ in 0..2 * ROUNDS {
        tokio::time::sleep(PATIENCE / 100).await;
        match timeout(PATIENCE, next(first, &mut last)).await {
            Ok(answer) => match answer? {
                Succession::Consecutive => {}
                Succession::Gap if gaps == 0 => gaps += 1,
                Succession::Gap | Succession::Elsewhere => return Ok(SessionOwner::Shared),
            },
            // It has to wait itself.
            Err(_) => return Ok(SessionOwner::Shared),
        }
    }
    Ok(SessionOwner::Ours)
}

/// Where a session's transaction ran, and which it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct TransactionMark {
    process: Option<i32>,
    transaction: Option<u32>,
}

/// What a transaction is to the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Succession {
    /// The same process's next.
    Consecutive,
    /// The same process's, and others came between.
    Gap,
    /// Another process's.
    Elsewhere,
}

impl Succession {
    const fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Elsewhere, _) | (_, Self::Elsewhere) => Self::Elsewhere,
            (Self::Gap, _) | (_, Self::Gap) => Self::Gap,
            _ => Self::Consecutive,
        }
    }
}

async fn next(client: &Client, last: &mut TransactionMark) -> Result<Succession, tokio_postgres::Error> {
    let now = marked(client).await?;
    let before = std::mem::replace(last, now);
    Ok(match (before.transaction, now.transaction) {
        _ if now.process.is_none() || now.process != before.process => Succession::Elsewhere,
        (Some(before), Some(now)) if now == before.wrapping_add(1) => Succession::Consecutive,
        _ => Succession::Gap,
    })
}

async fn marked(client: &Client) -> Result<TransactionMark, tokio_postgres::Error> {
    let rows = client.simple_query(MARK).await?;
    let transaction = field(&rows, 1).and_then(|text| text.rsplit_once('/')?.1.parse().ok());
    Ok(TransactionMark { process: process(&rows), transaction })
}

fn process(rows: &[SimpleQueryMessage]) -> Option<i32> {
    field(rows, 0)?.parse().ok()
}

fn field(rows: &[SimpleQueryMessage], column: usize) -> Option<&str> {
    rows.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.try_get(column).ok().flatten(),
        _ => None,
    })
}

/// The process that the server has greeted us with. The driver tells it to nobody but the server: a cancellation that is
/// sent to ourselves has it.
async fn greeting(token: &CancelToken) -> Option<i32> {
    let (near, mut far) = tokio::io::duplex(64);
    let read = async {
        let _length = far.read_i32().await?;
        if far.read_i32().await? != CANCEL_REQUEST {
            return Err(io::Error::from(io::ErrorKind::InvalidData));
        }
        let process = far.read_i32().await?;
        let _key = far.read_i32().await?;
        Ok(process)
    };
    let (sent, process) = tokio::join!(token.cancel_query_raw(Guarded::unwatched(Box::new(near)), AsItIs), read);
    sent.ok().and(process.ok())
}
