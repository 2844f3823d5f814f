//! What an object must turn out to be when it is read back.

use futures::TryStreamExt;
use sha2::{Digest, Sha256};

use crate::archive::format::codec::Codec;
use crate::archive::format::manifest::{Content, Manifest};
use crate::db::queries::ledger::ArchiveRow;
use crate::error::{Error, Kind, Result};
use crate::stop::Stop;
use crate::store::{ObjectKey, Store};

/// What the ledger says is stored of an archive's data.
pub(in crate::archive) fn ledger_content(archive: &ArchiveRow) -> Option<Content> {
    let bytes = archive.stored_bytes.and_then(|n| u64::try_from(n).ok())?;
    Some(Content { bytes, sha256: archive.stored_sha256.clone()? })
}

/// What an object must turn out to be.
#[derive(Debug, Clone)]
pub struct Expected {
    pub(super) stored: Content,
    pub(super) plain: Option<Content>,
    /// The header included. `None` where nobody has counted them.
    pub(super) rows: Option<u64>,
    pub(super) codec: Codec,
    /// Bytes of each frame, where they are encrypted.
    pub(super) sealed: Option<Vec<u64>>,
}

impl Expected {
    /// The heads object of a manifest.
    pub fn heads(manifest: &Manifest) -> Self {
        Self {
            stored: manifest.heads.stored.clone(),
            plain: manifest.heads.csv.clone(),
            rows: Some(manifest.heads.streams + 1),
            codec: Codec::default(),
            sealed: manifest.encryption.as_ref().map(|encryption| encryption.heads_frames.clone()),
        }
    }

    /// The data object of a manifest.
    ///
    /// # Errors
    /// Where its codec is unknown.
    pub fn data(manifest: &Manifest) -> Result<Self> {
        Ok(Self {
            stored: manifest.data.stored.clone(),
            plain: Some(manifest.csv.clone()),
            rows: Some(manifest.messages + 1),
            codec: manifest.codec()?,
            sealed: manifest
                .encryption
                .as_ref()
                .map(|_| manifest.data.frames.iter().map(|frame| frame.length).collect()),
        })
    }
}

impl Expected {
    /// The data object of an archive as the ledger has it, frame by frame in the clear; `None` where it does not have all of it.
    pub(in crate::archive) fn by_ledger(archive: &ArchiveRow, codec: Codec) -> Option<Self> {
        let unsigned = |n: Option<i64>| n.and_then(|n| u64::try_from(n).ok());
        Some(Self {
            stored: ledger_content(archive)?,
            plain: Some(Content { bytes: unsigned(archive.csv_bytes)?, sha256: archive.csv_sha256.clone()? }),
            rows: Some(unsigned(archive.message_count)? + 1),
            codec,
            sealed: None,
        })
    }

    /// Bytes that are stored of it.
    pub(in crate::archive) const fn stored_bytes(&self) -> u64 {
        self.stored.bytes
    }

    /// A data object that no manifest tells of, as it lies in the store now: it is whole, since objects become visible
    /// whole, but nobody has compared it with what was exported.
    ///
    /// # Errors
    /// [`Kind::Verification`] where it is not there.
    pub(in crate::archive) async fn as_it_is(
        store: &Store,
        key: &ObjectKey,
        codec: Codec,
        stop: &Stop,
    ) -> Result<Self> {
        let mut reader = store.get(key, None).await.map_err(|e| match e.kind() {
            Kind::NotFound => Error::new(Kind::Verification, format!("reading {}", store.describe(key))).because(e),
            _ => e,
        })?;
        let (mut hash, mut bytes) = (Sha256::new(), 0);
        while let Some(piece) = stop.or(reader.try_next()).await? {
            hash.update(&piece);
            bytes += piece.len() as u64;
        }
        let stored = Content { bytes, sha256: hex::encode(hash.finalize()) };
        Ok(Self { stored, plain: None, rows: None, codec, sealed: None })
    }
}
