//! The tombstone: what is left in a store of an archive that was deleted.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::manifest::{self, Manifest};
use crate::error::{Error, Kind, Result};
use crate::store::{ObjectKey, Store};

/// What stays in the store of an archive that was deleted: whoever has only the store knows by it that nothing is missing.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::archive) struct Tombstone {
    /// When it was written.
    pub expired_at: DateTime<Utc>,
    /// The hash of the manifest, which the next one refers to.
    pub manifest_sha256: String,
    /// Whether the messages were given up with the archive; otherwise others had them when it was written. Tombstones of
    /// earlier versions do not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_up: Option<bool>,
    /// The manifest without its frames.
    pub manifest: Manifest,
}

impl Tombstone {
    /// Reads one.
    pub(in crate::archive) async fn read(store: &Store, key: &ObjectKey) -> Result<Self> {
        let bytes = manifest::fetch(store, key).await?;
        let doing = || format!("reading {}", store.describe(key));
        let tombstone: Self =
            serde_json::from_slice(&bytes).map_err(|e| Error::new(Kind::Verification, doing()).because(e))?;
        tombstone.manifest.is_of_a_known_version(doing)?;
        Ok(tombstone)
    }
}
