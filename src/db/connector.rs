//! Opens sessions to one database, as many as a run has jobs.

use super::connect::{ConnectOptions, Db, connect, connect_plain};
use super::conninfo::ConnInfo;
use crate::error::Result;

/// Where and how to connect.
#[derive(Debug, Clone)]
pub struct Connector {
    /// Where.
    pub info: ConnInfo,
    /// How.
    pub options: ConnectOptions,
}

impl Connector {
    /// A new session.
    ///
    /// # Errors
    /// As [`connect`].
    pub async fn connect(&self) -> Result<Db> {
        connect(&self.info, &self.options).await
    }

    /// A new session to any `PostgreSQL`.
    ///
    /// # Errors
    /// As [`connect_plain`].
    pub async fn connect_plain(&self) -> Result<Db> {
        connect_plain(&self.info, &self.options).await
    }
}
