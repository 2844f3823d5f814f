//! Live messages beside archived ones, such that each is seen once whatever happens to its chunk meanwhile.

use std::pin::Pin;

use futures::TryStreamExt;
use tokio_postgres::error::SqlState;
use tokio_postgres::{IsolationLevel, RowStream, Transaction};

use crate::db::connect::{Flow, HeldBack, LARGE_ROW_BYTES};
use crate::db::errors::{explain, sqlstate_of};
use crate::db::queries::messages::{self as queries, MessageRow};
use crate::db::{Db, Scope, savepoint};
use crate::error::Result;

/// So often are chunks looked for. The server looks at each before it locks it, and fails with an internal error where one was
/// dropped in between (PostgreSQL, `find_all_inheritors` without a lock, `has_subclass`).
const TRIES: u32 = 5;

/// A transaction in which no chunk is dropped, compressed or decompressed. The lock comes first: each statement after
/// it sees what was committed before. Who reads the ledger and then the messages sees all that were not archived by then,
/// and at most, where an archive came back in between, some of them twice.
///
/// # Errors
/// [`Kind::Busy`](crate::error::Kind::Busy) where a chunk is locked for too long.
pub async fn hold<'a>(db: &'a mut Db, scope: &Scope) -> Result<Transaction<'a>> {
    let doing = "keeping the chunks as they are while they are read";
    let tx = db
        .client_mut()
        .build_transaction()
        .isolation_level(IsolationLevel::ReadCommitted)
        .read_only(true)
        .start()
        .await
        .map_err(|e| explain(doing, e))?;
    let lock = format!("LOCK TABLE {} IN ACCESS SHARE MODE", scope.messages());
    let mut tries = TRIES;
    loop {
        let locked =
            savepoint::attempt(&tx, doing, async { tx.batch_execute(&lock).await.map_err(|e| explain(doing, e)) });
        match locked.await? {
            Ok(()) => return Ok(tx),
            Err(e) if tries > 1 && sqlstate_of(&e) == Some(&SqlState::INTERNAL_ERROR) => tries -= 1,
            Err(e) => return Err(e),
        }
    }
}

/// Live messages as they come, with a look at the next.
pub struct LiveMessages {
    rows: Option<Pin<Box<RowStream>>>,
    next: Option<MessageRow>,
    doing: String,
    flow: Flow,
    /// While a large message is under way: the next ones, which may be large as well, are not read ahead.
    held: Option<HeldBack>,
}

impl LiveMessages {
    /// These.
    pub fn new(rows: RowStream, doing: impl Into<String>, flow: Flow) -> Self {
        Self { rows: Some(Box::pin(rows)), next: None, doing: doing.into(), flow, held: None }
    }

    /// None.
    pub fn none() -> Self {
        Self { rows: None, next: None, doing: String::new(), flow: Flow::default(), held: None }
    }

    /// The next one, which stays.
    ///
    /// # Errors
    /// Where the query fails.
    pub async fn peek(&mut self) -> Result<Option<&MessageRow>> {
        if let (None, Some(rows)) = (&self.next, &mut self.rows) {
            self.held = None;
            match rows.try_next().await.map_err(|e| explain(self.doing.clone(), e))? {
                Some(row) => {
                    if row.raw_size_bytes() >= LARGE_ROW_BYTES {
                        self.held = Some(self.flow.hold());
                    }
                    self.next = Some(queries::message(&row)?);
                }
                None => self.rows = None,
            }
        }
        Ok(self.next.as_ref())
    }

    /// What was looked at.
    pub const fn peeked(&self) -> Option<&MessageRow> {
        self.next.as_ref()
    }

    /// Takes what was looked at.
    pub const fn take(&mut self) -> Option<MessageRow> {
        self.next.take()
    }
}
