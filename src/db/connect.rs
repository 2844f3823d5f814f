//! Connections: opened, set up the same way every time, driven in the background, cancellable.

mod attempt;
mod flow;
mod guard;
mod line;
mod pins;
mod pooled;
mod session;

use std::collections::HashMap;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio_postgres::{CancelToken, Client, Statement};

pub use attempt::{connect, connect_plain};
pub use flow::{Flow, HeldBack, LARGE_ROW_BYTES};

use super::errors;
use super::server::ServerInfo;
use super::tls::TlsConnector;
use crate::error::{Error, Result};
use guard::{AsItIs, Guarded};
use line::{Broken, Route, Wish};

pub(crate) use line::SSL_REQUEST;
pub use pins::Unsound;

/// How to connect, apart from where to.
#[derive(Debug, Clone)]
pub struct ConnectOptions {
    /// How long one server may take to let us in. The conninfo's own `connect_timeout` goes before it.
    pub connect_timeout: Duration,
    /// The session's `lock_timeout`. Zero waits for ever.
    pub lock_timeout: Duration,
    /// What `pg_stat_activity` shows, unless the conninfo says otherwise.
    pub application_name: String,
}

impl Default for ConnectOptions {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            lock_timeout: Duration::from_secs(5),
            application_name: "eventodb-admin".to_owned(),
        }
    }
}

/// An open session. Dereferences to the driver's [`Client`]; dropping it closes the connection.
pub struct Db {
    client: Client,
    /// What the server is.
    pub server: ServerInfo,
    /// Settings by which this session may not see all there is, and that it may not change: whoever changes something
    /// calls [`Db::require_sound`] first.
    pub unsound: Vec<Unsound>,
    endpoint: String,
    canceller: Canceller,
    ended: Arc<OnceLock<tokio_postgres::Error>>,
    driver: JoinHandle<()>,
    prepared: Mutex<HashMap<String, Statement>>,
}

/// Statements that a session keeps prepared; past that it begins anew.
const MAX_PREPARED: usize = 200;

impl Db {
    /// The driver's client.
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// The driver's client, for transactions.
    pub const fn client_mut(&mut self) -> &mut Client {
        &mut self.client
    }

    /// A statement that runs again and again, prepared once in this session.
    ///
    /// # Errors
    /// Where the server refuses it.
    pub async fn prepared(&self, sql: &str) -> std::result::Result<Statement, tokio_postgres::Error> {
        // A panic in between leaves at worst one that is prepared once more.
        let known = self.prepared.lock().unwrap_or_else(PoisonError::into_inner).get(sql).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let statement = self.client.prepare(sql).await?;
        let mut prepared = self.prepared.lock().unwrap_or_else(PoisonError::into_inner);
        if prepared.len() >= MAX_PREPARED {
            prepared.clear();
        }
        prepared.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    /// Forgets them: one that failed may have been prepared for tables that are others by now.
    pub fn forget_prepared(&self) {
        self.prepared.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Whether the session sees every message and keeps what it writes, as far as its settings tell.
    ///
    /// # Errors
    /// Where a setting says otherwise and may not be changed by this role, or a dump is being restored.
    pub fn require_sound(&self, doing: impl Into<String>) -> Result<()> {
        pins::require(&self.unsound, doing)
    }

    /// The server connected to: `host:port` or the socket's path.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Stops the running statement, over a connection of its own. The statement then fails with 57014.
    ///
    /// # Errors
    /// Where the server cannot be reached. That nothing was running is no error.
    pub async fn cancel(&self) -> Result<()> {
        self.canceller.cancel().await
    }

    /// What stops the running statement while the client is borrowed, for a signal handler.
    pub fn canceller(&self) -> Canceller {
        self.canceller.clone()
    }

    /// What holds the session's reading back.
    pub fn flow(&self) -> Flow {
        self.canceller.flow()
    }

    /// Why the connection ended, if it ended by an error.
    pub fn ended_by(&self) -> Option<&tokio_postgres::Error> {
        self.ended.get()
    }

    /// [`errors::explain`] with the reason why the connection ended, where the statement only knows that it is closed.
    pub fn explain(&self, doing: impl Into<String>, e: tokio_postgres::Error) -> Error {
        errors::explain_ended(doing, e, self.ended_by())
    }

    /// Closes the connection and waits until the server has been told.
    pub async fn close(self) {
        drop(self.client);
        // A driver that failed left its reason in `ended`; the session is over either way.
        let _ = self.driver.await;
    }
}

impl Deref for Db {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl DerefMut for Db {
    fn deref_mut(&mut self) -> &mut Client {
        &mut self.client
    }
}

impl fmt::Debug for Db {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Db").field("endpoint", &self.endpoint).field("server", &self.server).finish_non_exhaustive()
    }
}

/// Stops a session's running statement from outside.
#[derive(Clone)]
pub struct Canceller {
    token: CancelToken,
    route: Route,
    /// Where the session is encrypted.
    tls: Option<TlsConnector>,
    timeout: Duration,
    flow: Flow,
}

impl Canceller {
    /// What holds the session's reading back.
    pub fn flow(&self) -> Flow {
        self.flow.clone()
    }

    /// Asks the server to stop what the session is running.
    ///
    /// # Errors
    /// Where the server cannot be reached. That nothing was running is no error.
    pub async fn cancel(&self) -> Result<()> {
        const DOING: &str = "cancelling the running statement";
        let broken = |broken| match broken {
            Broken::Socket(e) | Broken::Handshake(e) => Error::failed(DOING).because(e),
            Broken::NoTls => Error::failed(DOING).because("the server has no TLS any more"),
        };
        let wish = self.tls.as_ref().map_or(Wish::Plain, Wish::Tls);
        let cancelled = async {
            let line = self.route.open(wish).await.map_err(broken)?.line;
            let sent = self.token.cancel_query_raw(Guarded::unwatched(line), AsItIs).await;
            sent.map_err(|e| errors::explain(DOING, e))
        };
        match tokio::time::timeout(self.timeout, cancelled).await {
            Ok(done) => done,
            Err(_) => Err(Error::failed(DOING).because(format!("no answer within {} s", self.timeout.as_secs()))),
        }
    }
}

impl fmt::Debug for Canceller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Canceller").finish_non_exhaustive()
    }
}
