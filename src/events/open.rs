//! Opening a namespace on a connection of which nothing is known.

use tokio_postgres::GenericClient;

use super::Events;
use crate::db::errors::explain;
use crate::db::queries::namespaces::{self as queries, NamespaceRow};
use crate::db::queries::plain::{self, ExistingTable};
use crate::db::{Scope, migrate};
use crate::error::{Error, Kind, Result};

impl Events {
    /// Finds a namespace by its name. Namespaces are made, listed and deleted by the functions of
    /// [`namespace`](crate::namespace).
    ///
    /// # Errors
    /// [`Kind::NotFound`] where there is none, [`Kind::Unsupported`] where its table is none of `EventoDB`'s,
    /// [`Kind::Failed`] where it has to be upgraded first.
    pub async fn open(client: &impl GenericClient, name: &str) -> Result<Self> {
        let doing = || format!("opening namespace {name:?}");
        let row = queries::list(client, Some(name))
            .await?
            .pop()
            .ok_or_else(|| Error::new(Kind::NotFound, doing()).because("this database has none of this name"))?;
        if row.is_hypertable {
            return Self::hypertable(client, &row).await;
        }
        let scope = Scope::plain(&row.name, &row.schema);
        match plain::look(client, &scope).await? {
            ExistingTable::Messages => Ok(Self { scope }),
            ExistingTable::Nothing => Err(Error::new(Kind::NotFound, doing()).because("its schema is not there")),
            ExistingTable::Other(why) => Err(Error::new(Kind::Unsupported, doing()).because(why)),
        }
    }

    async fn hypertable(client: &impl GenericClient, row: &NamespaceRow) -> Result<Self> {
        // Whether chunks can be compressed is no matter for events.
        let pending = migrate::namespace_pending(client, &row.schema, false).await?;
        if !pending.is_empty() {
            return Err(Error::failed(format!("opening namespace {}", row.name))
                .because(format!("its schema lacks {}", pending.join(", ")))
                .hint(format!("run eventodb-admin namespaces upgrade {}", row.name)));
        }
        let extension = client
            .query_one(
                "SELECT n.nspname::text FROM pg_catalog.pg_extension e
                   JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'timescaledb'",
                &[],
            )
            .await
            .map_err(|e| explain("looking for TimescaleDB", e))?;
        Ok(Self { scope: Scope::new(&row.name, &row.schema, extension.get::<_, String>(0)) })
    }
}
