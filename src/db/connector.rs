//! Opens sessions to one database, as many as a run has jobs.

use super::connect::{ConnectOptions, Db, connect, connect_plain};
use super::conninfo::ConnInfo;
use super::queries::foreign_code::{self, Use};
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
    /// As [`connect`]; [`Kind::Conflict`](crate::error::Kind::Conflict) where code on the registry would run with a superuser's
    /// rights.
    pub async fn connect(&self) -> Result<Db> {
        self.safe(connect(&self.info, &self.options).await?).await
    }

    /// A new session to any `PostgreSQL`.
    ///
    /// # Errors
    /// As [`connect_plain`]; [`Kind::Conflict`](crate::error::Kind::Conflict) where code on the registry would run with a
    /// superuser's rights.
    pub async fn connect_plain(&self) -> Result<Db> {
        self.safe(connect_plain(&self.info, &self.options).await?).await
    }

    /// Looks at the registry before anything reads it: who has made it beforehand may have put code there.
    async fn safe(&self, db: Db) -> Result<Db> {
        if db.server.registry_is_others {
            let doing = format!("connecting to {}", self.info.shown());
            foreign_code::refuse(db.client(), ("eventodb_store", None), Use::Read, &doing).await?;
        }
        Ok(db)
    }
}
