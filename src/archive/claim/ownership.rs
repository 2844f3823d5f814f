//! Where a store stands to a database.

use uuid::Uuid;

use crate::archive::format::manifest::ArchiveOrigin;
use crate::db::queries::claims::DatabaseIdentity;

/// Where a store stands to this database.
#[derive(Debug)]
pub enum Ownership {
    /// It is this database's.
    Ours(OwnStore),
    /// Neither the store nor the ledger has a mark, and what lies there can be this database's: the lineage that it would get.
    First(Uuid),
}

/// What is known of a store that is this database's.
#[derive(Debug)]
pub struct OwnStore {
    pub(super) claim_id: Uuid,
    pub(super) epoch: i32,
    pub(super) mark: Uuid,
    pub(super) etag: Option<String>,
}

/// Whether an archive can be of a database, by what its manifest says of its source.
pub(super) fn is_from(source: &ArchiveOrigin, here: &DatabaseIdentity) -> bool {
    let same_cluster = match (&source.system_identifier, &here.system_identifier) {
        (Some(a), Some(b)) => a == b,
        _ => true,
    };
    same_cluster && source.database == here.database
}
