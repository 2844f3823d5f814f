//! Sessions of a run: one for each namespace under way, used again by the next one.

use std::sync::{Mutex, PoisonError};

use crate::db::{Connector, Db};
use crate::error::Result;

/// Sessions that nobody uses now.
pub(super) struct Sessions {
    connector: Connector,
    free: Mutex<Vec<Db>>,
}

/// One session, opened where it is first needed, and again where it was lost. It goes back when this is dropped.
pub(super) struct LazySession<'a> {
    sessions: &'a Sessions,
    db: Option<Db>,
}

impl Sessions {
    pub fn new(connector: Connector) -> Self {
        Self { connector, free: Mutex::default() }
    }

    /// A session for one namespace.
    pub fn one(&self) -> LazySession<'_> {
        LazySession { sessions: self, db: None }
    }

    /// A panic in between leaves at worst one session fewer.
    fn pop(&self) -> Option<Db> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }
}

impl LazySession<'_> {
    pub fn connector(&self) -> &Connector {
        &self.sessions.connector
    }

    pub async fn get(&mut self) -> Result<&mut Db> {
        let db = self.take().await?;
        Ok(self.db.insert(db))
    }

    /// The session itself; [`LazySession::put`] gives it back.
    pub async fn take(&mut self) -> Result<Db> {
        if let Some(db) = self.db.take().filter(|db| !db.client().is_closed()) {
            return Ok(db);
        }
        while let Some(db) = self.sessions.pop() {
            if !db.client().is_closed() {
                return Ok(db);
            }
        }
        self.connector().connect().await
    }

    pub fn put(&mut self, db: Option<Db>) {
        self.db = db;
    }
}

impl Drop for LazySession<'_> {
    fn drop(&mut self) {
        if let Some(db) = self.db.take() {
            self.sessions.free.lock().unwrap_or_else(PoisonError::into_inner).push(db);
        }
    }
}
