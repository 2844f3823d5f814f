//! The lifecycle lock of a namespace, held by a session.

use crate::db::queries::lifecycle as queries;
use crate::db::{Db, Scope};
use crate::error::Result;

/// Held while chunks of a namespace are archived, dropped or brought back; gone with the session that holds it.
#[derive(Debug)]
pub struct LifecycleLock {
    db: Db,
    namespace: String,
    pid: i32,
}

impl LifecycleLock {
    /// Takes the lock on a session of its own.
    ///
    /// # Errors
    /// [`Kind::Busy`](crate::error::Kind::Busy) where another run holds it.
    pub async fn take(db: Db, scope: &Scope) -> Result<Self> {
        queries::lock(db.client(), scope.namespace()).await?;
        let pid = queries::backend_pid(db.client()).await?;
        Ok(Self { db, namespace: scope.namespace().to_owned(), pid })
    }

    /// The server process that holds the lock.
    pub const fn pid(&self) -> i32 {
        self.pid
    }

    /// The session, for work while the lock is held.
    pub const fn db(&mut self) -> &mut Db {
        &mut self.db
    }

    /// Gives the lock back, and the session with it.
    ///
    /// # Errors
    /// Where the session is gone.
    pub async fn release(self) -> Result<Db> {
        queries::unlock(self.db.client(), &self.namespace).await?;
        Ok(self.db)
    }
}
