//! The mark in the store: who owns what lies there.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::archive::format::object_names::Names;
use crate::db::queries::claims::DatabaseIdentity;
use crate::error::{Error, Kind, Result};
use crate::store::{ObjectKey, Store};

/// Rises when a reader of an older format would go wrong.
const FORMAT_VERSION: u32 = 1;

/// The object is a few hundred bytes long.
const MAX_BYTES: u64 = 64 << 10;

/// Who owns a namespace's archives in a store, as the store has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// [`FORMAT_VERSION`] of the program that wrote it.
    pub format_version: u32,
    /// The lineage of the archives: it stays when another database takes the store over.
    pub claim_id: Uuid,
    /// Counts the take-overs.
    pub epoch: i32,
    /// Another one after each run that changed something.
    pub mark: Uuid,
    /// When it was written, by the database's clock.
    pub changed_at: DateTime<Utc>,
    /// The cluster, where the role could read its identifier.
    pub system_identifier: Option<String>,
    /// The database.
    pub database: String,
    /// The database within the cluster.
    pub database_oid: i64,
    /// The cluster's timeline.
    pub timeline: Option<i64>,
    /// The namespace.
    pub namespace: String,
    /// Program and version.
    pub writer: String,
}

impl Owner {
    /// What a database is about to write.
    pub(super) fn new(
        namespace: &str,
        claim: (Uuid, i32),
        mark: Uuid,
        here: &DatabaseIdentity,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            format_version: FORMAT_VERSION,
            claim_id: claim.0,
            epoch: claim.1,
            mark,
            changed_at: now,
            system_identifier: here.system_identifier.clone(),
            database: here.database.clone(),
            database_oid: here.database_oid,
            timeline: here.timeline,
            namespace: namespace.to_owned(),
            writer: concat!("eventodb-admin ", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }

    /// The database.
    pub fn identity(&self) -> DatabaseIdentity {
        DatabaseIdentity {
            system_identifier: self.system_identifier.clone(),
            database_oid: self.database_oid,
            database: self.database.clone(),
            timeline: self.timeline,
        }
    }

    /// For people: `database events of cluster 77 (since 2026-05-02 03:00:00 UTC)`.
    pub fn shown(&self) -> String {
        format!("{}, which last changed it at {}", shown(&self.identity()), shown_time(self.changed_at))
    }
}

/// A database, for people.
pub fn shown(identity: &DatabaseIdentity) -> String {
    let cluster = identity.system_identifier.as_deref().map_or_else(String::new, |id| format!(" of cluster {id}"));
    format!("database {}{cluster}", identity.database)
}

pub(super) fn shown_time(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// The mark as a store has it.
#[derive(Debug, Clone)]
pub enum Mark {
    /// There is none.
    Missing,
    /// This one, with the service's name for its content.
    Found(Box<Owner>, Option<String>),
    /// There is one that cannot be read, and why.
    Unreadable(String, Option<String>),
}

/// Reads the mark of a namespace.
///
/// # Errors
/// Where the store cannot be asked; [`Kind::Unsupported`] where a newer program wrote it.
pub async fn read(store: &Store, namespace: &str) -> Result<Mark> {
    let key = Names::owner(namespace)?;
    // Each store has its own.
    let store = store.first();
    let Some((bytes, etag)) = store.read_if_there(&key, MAX_BYTES).await? else { return Ok(Mark::Missing) };
    let owner: Owner = match serde_json::from_slice(&bytes) {
        Ok(owner) => owner,
        Err(e) => return Ok(Mark::Unreadable(e.to_string(), etag)),
    };
    if owner.format_version > FORMAT_VERSION {
        return Err(Error::new(Kind::Unsupported, format!("reading {}", store.describe(&key)))
            .because(format!("it has format version {}, this program knows {FORMAT_VERSION}", owner.format_version))
            .hint("use a newer eventodb-admin"));
    }
    if owner.namespace != namespace {
        return Ok(Mark::Unreadable(format!("it is of namespace {}", owner.namespace), etag));
    }
    if owner.epoch < 1 || owner.epoch == i32::MAX {
        return Ok(Mark::Unreadable(format!("it counts {} take-overs", owner.epoch), etag));
    }
    Ok(Mark::Found(Box::new(owner), etag))
}

/// Writes the mark, over the content that the service calls `etag`, and looks again whether it is the one that stayed.
///
/// # Errors
/// [`Kind::Conflict`] where somebody else was faster.
pub(super) async fn write(store: &Store, owner: &Owner, etag: Option<&str>) -> Result<()> {
    let key: ObjectKey = Names::owner(&owner.namespace)?;
    let doing = || format!("writing {}", store.describe(&key));
    let mut bytes = serde_json::to_vec_pretty(owner).map_err(|e| Error::failed(doing()).because(e))?;
    bytes.push(b'\n');
    store.replace(&key, bytes.into(), etag).await?;
    match read(store, &owner.namespace).await? {
        Mark::Found(found, _) if found.mark == owner.mark => Ok(()),
        Mark::Found(found, _) => Err(Error::new(Kind::Conflict, doing())
            .because(format!("somebody else was faster: {}", found.shown()))
            .hint(format!(
                "eventodb-admin doctor tells whose it is; eventodb-admin archives claim --store {} takes it over",
                crate::text::shell_url(store.url())
            ))),
        Mark::Missing | Mark::Unreadable(..) => {
            Err(Error::failed(doing()).because("it cannot be read back").hint("run the same command again"))
        }
    }
}
