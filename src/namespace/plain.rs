//! Namespaces in plain Postgres schemas, as `EventoDB`'s Postgres driver makes them.

use super::model::{CompressionSupport, Created, Namespace};
use super::{NamespaceName, Token};
use crate::db::errors::explain;
use crate::db::queries::namespaces::{self as queries, NamespaceRow};
use crate::db::queries::plain::{self, ExistingTable};
use crate::db::queries::relations;
use crate::db::scope::{Layout, Scope};
use crate::db::{Db, migrate};
use crate::error::{Error, Kind, Result};

/// The schema of a namespace, named as `EventoDB`'s server names it.
pub fn schema(name: &NamespaceName) -> String {
    default_schema(name.as_str())
}

/// `eventodb_<namespace>` as EventoDB's server makes it: what is no letter, digit or underscore becomes an underscore, and
/// `PostgreSQL` cuts off what is too long.
pub fn default_schema(namespace: &str) -> String {
    let name: String = namespace.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '_' }).collect();
    let mut schema = format!("eventodb_{name}");
    schema.truncate(63);
    schema
}

pub(super) async fn open(db: &Db, row: NamespaceRow) -> Result<Namespace> {
    let scope = Scope::plain(&row.name, &row.schema);
    let doing = || format!("opening namespace {}", row.name);
    relations::check_kinds(db.client(), &row.schema).await?;
    relations::check_all_is_seen(db.client(), &row.schema).await?;
    match plain::look(db.client(), &scope).await? {
        ExistingTable::Messages => Ok(Namespace { row, scope }),
        ExistingTable::Nothing => Err(Error::new(Kind::NotFound, doing())
            .because(format!("the registry has it, and its schema {} is not there", row.schema))
            .hint("restore the schema, or take the namespace out of the registry with namespaces delete")),
        ExistingTable::Other(why) => Err(Error::new(Kind::Unsupported, doing())
            .because(format!("its schema {} is not one of EventoDB's: {why}", row.schema))
            .hint("on a TimescaleDB database a namespace has a hypertable; on plain Postgres EventoDB's own columns")),
    }
}

/// Makes a namespace in a plain schema: all of it or nothing. The database need not have `TimescaleDB`.
///
/// # Errors
/// [`Kind::Conflict`] where the name, its schema or the token is taken.
pub async fn create(db: &mut Db, name: &NamespaceName, description: &str, token: &Token) -> Result<Created> {
    let doing = format!("creating namespace {name}");
    let schema = schema(name);
    let scope = Scope::plain(name.as_str(), &schema);
    let tx = db.client_mut().transaction().await.map_err(|e| explain(doing.clone(), e))?;
    migrate::lock(&tx).await?;
    plain::make_registry(&tx).await?;
    if !queries::insert(&tx, name.as_str(), &token.sha256(), &schema, description, Layout::Plain).await? {
        return Err(Error::new(Kind::Conflict, doing).because("its name, its schema or its token is taken").hint(
            "eventodb-admin namespaces list shows what is there; a-b and a_b are one schema here, as in EventoDB",
        ));
    }
    if queries::schema_exists(&tx, &schema).await? {
        return Err(super::schema_taken(doing, &schema));
    }
    plain::make(&tx, &scope).await?;
    plain::finish(&tx, &scope, 0).await?;
    tx.commit().await.map_err(|e| explain(doing, e))?;
    Ok(Created { schema, compression: CompressionSupport::NoChunks, set_aside: 0 })
}
