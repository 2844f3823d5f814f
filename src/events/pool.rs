//! The built-in pool.

use deadpool::managed::{self, Metrics, Object, RecycleError, RecycleResult};

use crate::db::{Connector, Db};
use crate::error::{Error, Kind, Result};

/// Sessions of one database, opened when they are needed and kept for the next who asks. Clones share them.
///
/// A session goes back when it is dropped, also in the middle of a call that was cancelled: what had been sent is finished
/// by the server, a transaction that was open is rolled back, and the next user's statements come after that.
#[derive(Debug, Clone)]
pub struct Pool(managed::Pool<Manager>);

/// A session of the pool; dereferences to [`Db`], and goes back when it is dropped.
pub type Pooled = Object<Manager>;

/// Opens sessions, and looks whether one that comes back is still good.
#[derive(Debug)]
pub struct Manager(Connector);

impl managed::Manager for Manager {
    type Type = Db;
    type Error = Error;

    async fn create(&self) -> Result<Db> {
        let db = self.0.connect_plain().await?;
        // Nobody reads a warning here: a stream that looks shorter than it is would be taken for it.
        db.require_sound("looking at the session's settings")?;
        Ok(db)
    }

    async fn recycle(&self, db: &mut Db, _: &Metrics) -> RecycleResult<Error> {
        if db.client().is_closed() {
            return Err(RecycleError::message("the connection is closed"));
        }
        Ok(())
    }
}

impl Pool {
    /// At most `size` sessions at a time; whoever comes after that waits.
    ///
    /// # Errors
    /// Where `size` is 0.
    pub fn new(connector: Connector, size: usize) -> Result<Self> {
        if size == 0 {
            return Err(Error::usage("making a pool").because("it has no room for a session"));
        }
        let pool = managed::Pool::builder(Manager(connector)).max_size(size).build();
        pool.map(Self).map_err(|e| Error::failed("making a pool").because(e))
    }

    /// A session, as soon as there is one.
    ///
    /// # Errors
    /// Where no server lets us in, or the pool is closed.
    pub async fn get(&self) -> Result<Pooled> {
        self.0.get().await.map_err(|e| match e {
            managed::PoolError::Backend(e) => e,
            e => Error::new(Kind::Failed, "taking a session from the pool").because(e),
        })
    }

    /// Closes the sessions that nobody uses, and the others when they come back. Nobody gets one any more.
    pub fn close(&self) {
        self.0.close();
    }
}
