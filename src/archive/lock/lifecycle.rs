//! The lifecycle lock of a namespace, held by a session.

use std::collections::HashSet;

use super::clear_up::recover;
use crate::db::queries::lifecycle as queries;
use crate::db::{Db, Scope};
use crate::error::Result;
use crate::failpoint::effect;
use crate::progress::Progress;

/// Held while chunks of a namespace are archived, dropped or brought back; gone with the session that holds it.
#[derive(Debug)]
pub struct LifecycleLock {
    db: Db,
    key: i64,
    pid: i32,
    removed: HashSet<i64>,
}

impl LifecycleLock {
    /// Takes the lock on a session of its own, and clears away what an earlier run left half done.
    ///
    /// # Errors
    /// [`Kind::Busy`](crate::error::Kind::Busy) where another run holds it.
    pub async fn take(db: Db, scope: &Scope, progress: &dyn Progress) -> Result<Self> {
        let mut lock = Self::take_as_it_is(db, scope).await?;
        recover(&mut lock.db, scope, progress).await?;
        Ok(lock)
    }

    /// Takes the lock and leaves all as it is: the namespace is about to go, or has never been upgraded.
    ///
    /// # Errors
    /// [`Kind::Busy`](crate::error::Kind::Busy) where another run holds it.
    pub async fn take_as_it_is(db: Db, scope: &Scope) -> Result<Self> {
        db.require_sound(format!("taking the lifecycle lock of namespace {}", scope.namespace()))?;
        let key = effect!("lifecycle.lock", queries::lock(db.client(), scope.namespace()).await?);
        let pid = queries::backend_pid(db.client()).await?;
        Ok(Self { db, key, pid, removed: HashSet::new() })
    }

    /// The server process that holds the lock.
    pub const fn pid(&self) -> i32 {
        self.pid
    }

    /// The session, for work while the lock is held.
    pub const fn db(&mut self) -> &mut Db {
        &mut self.db
    }

    /// Remembers that this run has removed an archive's own objects.
    pub(in crate::archive) fn note_removed(&mut self, archive: i64) {
        self.removed.insert(archive);
    }

    /// Whether this run has removed an archive's own objects.
    pub(in crate::archive) fn has_removed(&self, archive: i64) -> bool {
        self.removed.contains(&archive)
    }

    /// Gives the lock back, and the session with it.
    ///
    /// # Errors
    /// Where the session is gone.
    pub async fn release(self) -> Result<Db> {
        queries::unlock(self.db.client(), self.key).await?;
        Ok(self.db)
    }
}
