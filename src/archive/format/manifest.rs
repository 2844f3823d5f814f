//! The manifest: what an archive holds, and how to prove and read it without the database that it came from.

mod sound;

use std::collections::BTreeMap;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::codec::Codec;
use super::encryption::{self, Encryption};
use crate::archive::format::doubled::Doubled;
use crate::db::ident;
use crate::error::{Error, Kind, Result};
use crate::store::{ObjectKey, Store};

/// Rises when a reader of an older format would go wrong. 2: the heads object has a column more, `spans`.
pub const FORMAT_VERSION: u32 = 2;

/// What to do about an object that is missing or differs.
pub(in crate::archive) const DAMAGED: &str = "keep the chunk if it is still there; put the object back from an earlier version in the bucket or a backup of the folder";

/// What to do about a manifest that is missing or differs, where the ledger has its archive.
const DAMAGED_MANIFEST: &str = "eventodb-admin archives verify --all --repair writes it again, from another store or from the ledger and \
     the data; otherwise put it back from an earlier version in the bucket or a backup of the folder, and keep the chunk if it is still \
     there";

/// A manifest of even the largest chunk is smaller.
const MAX_BYTES: u64 = 256 << 20;

/// An archive's manifest.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Manifest {
    /// [`FORMAT_VERSION`] of the program that wrote it.
    pub format_version: u32,
    /// Program and version.
    pub writer: String,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// Where the messages came from.
    pub source: ArchiveOrigin,
    /// The lineage of archives that it is of, whichever database goes on with it; manifests of the first writers lack it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim_id: Option<Uuid>,
    /// The first instant of the chunk's range.
    pub range_start: DateTime<Utc>,
    /// The instant after the chunk's range.
    pub range_end: DateTime<Utc>,
    /// Counts the attempts and parts of this range.
    pub generation: i32,
    /// Messages.
    pub messages: u64,
    /// The lowest global position.
    pub first_global_position: Option<i64>,
    /// The highest global position.
    pub last_global_position: Option<i64>,
    /// The sum of the global positions: with count and bounds, whether live messages are these.
    pub global_position_sum: String,
    /// The earliest time.
    pub first_time: Option<DateTime<Utc>>,
    /// The latest time.
    pub last_time: Option<DateTime<Utc>>,
    /// Columns of the CSV in order, with their `PostgreSQL` types. The first line of the data names them; NULL is an
    /// empty field, the empty string is `""`.
    pub columns: Vec<CsvColumn>,
    /// The CSV before compression.
    pub csv: Content,
    /// The data object.
    pub data: DataObject,
    /// The heads object.
    pub heads: StreamListObject,
    /// Messages by category; left out where there were too many.
    pub categories: Option<BTreeMap<String, u64>>,
    /// Messages by type; left out where there were too many.
    pub types: Option<BTreeMap<String, u64>>,
    /// How data and heads are encrypted, where they are. Categories and types are left out then: they are data, too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encryption: Option<Encryption>,
    /// What was taken out of it since its messages were exported.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub erasures: Vec<Erasure>,
    /// Global positions in it that another message had as well when it was exported: it comes back beside those.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doubled_global_positions: Option<Doubled>,
    /// Manifests (their keys) that count for nothing from now on: of attempts at this range that were given up, and of
    /// archives whose messages are all in this one. Who has only the store knows by this which archives to believe.
    #[serde(default)]
    pub replaces: Vec<String>,
    /// The hash of the manifest before this one in the namespace: a missing or exchanged archive shows.
    pub previous_manifest_sha256: Option<String>,
}

/// An erasure: data and metadata of a stream's messages are NULL, all else is as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erasure {
    /// When it was asked for.
    pub begun_at: DateTime<Utc>,
    /// The stream; left out where the archive is encrypted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<String>,
    /// Why; left out where the archive is encrypted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// By whom.
    pub erased_by: String,
    /// Messages that lost their content.
    pub messages: u64,
    /// The hash of the manifest before it.
    pub of_manifest_sha256: String,
}

/// Where an archive came from.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ArchiveOrigin {
    /// The cluster, where the role could read it.
    pub system_identifier: Option<String>,
    /// The database.
    pub database: String,
    /// The namespace.
    pub namespace: String,
    /// Its schema.
    pub schema: String,
    /// The chunk.
    pub chunk: String,
    /// The server's version.
    pub postgres: String,
    /// The extension's version and edition.
    pub timescaledb: String,
}

/// A column of the CSV.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CsvColumn {
    /// Its name.
    pub name: String,
    /// Its `PostgreSQL` type.
    pub r#type: String,
}

/// Bytes and their hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// How many.
    pub bytes: u64,
    /// SHA-256, in hex.
    pub sha256: String,
}

/// The data object.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DataObject {
    /// Its key below the store's prefix.
    pub object: String,
    /// What is stored.
    #[serde(flatten)]
    pub stored: Content,
    /// `zstd`, `gzip` or `none`.
    pub codec: String,
    /// The codec's level.
    pub level: Option<i32>,
    /// Parts that can be read alone.
    pub frames: Vec<Frame>,
}

/// A part of the data object that can be fetched and decompressed alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    /// Where it starts in the object.
    pub offset: u64,
    /// Its stored bytes.
    pub length: u64,
    /// Its bytes of CSV.
    pub csv_bytes: u64,
    /// Its messages.
    pub messages: u64,
    /// The global position of its first message.
    pub first_global_position: i64,
    /// The global position of its last message.
    pub last_global_position: i64,
    /// SHA-256 of its stored bytes, in hex; manifests of format 1 lack it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}

/// The heads object: CSV in zstd, a line a stream, sorted by name.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StreamListObject {
    /// Its key below the store's prefix.
    pub object: String,
    /// What is stored.
    #[serde(flatten)]
    pub stored: Content,
    /// The CSV before compression; manifests of the first writers lack it.
    #[serde(default)]
    pub csv: Option<Content>,
    /// Its columns.
    pub columns: Vec<String>,
    /// How many streams.
    pub streams: u64,
    /// Parts that can be read alone, in the order of the streams' bytes; manifests of format 1 lack them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub frames: Vec<HeadsFrame>,
}

/// A part of the heads object that can be fetched and decompressed alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeadsFrame {
    /// Where it starts in the object.
    pub offset: u64,
    /// Its stored bytes.
    pub length: u64,
    /// Its bytes of CSV.
    pub csv_bytes: u64,
    /// Its streams.
    pub streams: u64,
    /// Its first stream; left out where the archive is encrypted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<String>,
    /// SHA-256 of its stored bytes, in hex.
    pub sha256: String,
}

/// What a later program has written in a way that this one does not know.
fn unknown(doing: String, why: String) -> Error {
    Error::new(Kind::Unsupported, doing).because(why).hint("use a newer eventodb-admin")
}

fn of_later_version(doing: String, version: u32) -> Error {
    unknown(doing, format!("it has format version {version}, this program knows {FORMAT_VERSION}"))
}

/// Returns the version of the format that an object of JSON says it was written in.
pub(in crate::archive) fn format_version(bytes: &[u8]) -> Option<u32> {
    #[derive(Deserialize)]
    struct Versioned {
        format_version: u32,
    }
    serde_json::from_slice::<Versioned>(bytes).ok().map(|found| found.format_version)
}

/// The version of a manifest that this program cannot read, if it is one of a later format.
fn later_version(bytes: &[u8]) -> Option<u32> {
    format_version(bytes).filter(|version| *version > FORMAT_VERSION)
}

fn doing(store: &Store, key: &ObjectKey) -> String {
    format!("reading the manifest {}", store.describe(key))
}

pub(in crate::archive) async fn fetch(store: &Store, key: &ObjectKey) -> Result<Bytes> {
    let refuse = |e| Error::new(Kind::Verification, doing(store, key)).because(e);
    store.read_all(key, MAX_BYTES).await.map_err(|e: Error| match e.kind() {
        // A bucket that is missing has a hint of its own.
        Kind::NotFound if e.hint_text().is_some() => refuse(e),
        Kind::NotFound => refuse(e).hint(DAMAGED_MANIFEST),
        _ => e,
    })
}

impl Manifest {
    /// The bytes to store, and their hash.
    ///
    /// # Errors
    /// Where it cannot be serialised.
    pub fn to_bytes(&self) -> Result<(Bytes, String)> {
        let mut bytes = serde_json::to_vec_pretty(self).map_err(|e| Error::failed("writing a manifest").because(e))?;
        bytes.push(b'\n');
        let hash = hex::encode(Sha256::digest(&bytes));
        Ok((bytes.into(), hash))
    }

    /// Reads a manifest back and checks it against the ledger's hash; of several stores in whichever it is whole.
    ///
    /// # Errors
    /// [`Kind::Verification`] where it is missing, differs or is no manifest.
    pub async fn read(store: &Store, key: &ObjectKey, sha256: &str) -> Result<Self> {
        loop {
            let bytes = fetch(store, key).await?;
            match Self::parse_proven(store, key, &bytes, sha256) {
                Err(e) if e.kind() == Kind::Verification && store.distrust(key) => {}
                parsed => return parsed,
            }
        }
    }

    /// Does as [`Manifest::read`] with bytes that were read.
    pub(in crate::archive) fn parse_proven(store: &Store, key: &ObjectKey, bytes: &[u8], sha256: &str) -> Result<Self> {
        let found = hex::encode(Sha256::digest(bytes));
        if found != sha256 {
            return Err(Error::new(Kind::Verification, doing(store, key))
                .because(format!("its SHA-256 is {found}, the ledger has {sha256}"))
                .hint(DAMAGED_MANIFEST));
        }
        Self::parse(store, key, bytes)
    }

    /// Reads a manifest that no ledger knows, and returns its hash as well.
    ///
    /// # Errors
    /// [`Kind::Verification`] where it is missing or is no manifest.
    pub async fn read_unproven(store: &Store, key: &ObjectKey) -> Result<(Self, String)> {
        let bytes = fetch(store, key).await?;
        Ok((Self::parse(store, key, &bytes)?, hex::encode(Sha256::digest(&bytes))))
    }

    pub(in crate::archive) fn parse(store: &Store, key: &ObjectKey, bytes: &[u8]) -> Result<Self> {
        Self::from_bytes(bytes, || doing(store, key))
    }

    /// A manifest by its bytes; `doing` tells what is being done where it is none.
    pub(crate) fn from_bytes(bytes: &[u8], doing: impl Fn() -> String) -> Result<Self> {
        let manifest: Self = serde_json::from_slice(bytes).map_err(|e| match later_version(bytes) {
            // Its fields may have other forms.
            Some(later) => of_later_version(doing(), later),
            None => Error::new(Kind::Verification, doing()).because(e).hint(DAMAGED),
        })?;
        manifest.is_of_a_known_version(&doing)?;
        if let Some(other) = manifest.encryption.as_ref().filter(|encryption| encryption.scheme != encryption::SCHEME) {
            return Err(unknown(
                doing(),
                format!("it is encrypted as {:?}, which this program does not know", other.scheme),
            ));
        }
        manifest.is_sound().map_err(|why| {
            Error::new(Kind::Verification, doing()).because(format!("it contradicts itself: {why}")).hint(DAMAGED)
        })?;
        Ok(manifest)
    }

    /// # Errors
    /// [`Kind::Unsupported`] where its format is a later one than this program knows.
    pub(super) fn is_of_a_known_version(&self, doing: impl Fn() -> String) -> Result<()> {
        if self.format_version > FORMAT_VERSION { Err(of_later_version(doing(), self.format_version)) } else { Ok(()) }
    }

    /// The codec of the data. A level that this program does not have is another program's, and no reader needs it.
    ///
    /// # Errors
    /// [`Kind::Unsupported`] where it is unknown.
    pub fn codec(&self) -> Result<Codec> {
        Codec::new(&self.data.codec, self.data.level).or_else(|_| Codec::new(&self.data.codec, None)).map_err(|_| {
            let why = format!("it is compressed as {:?}, which this program does not know", self.data.codec);
            unknown("reading an archive".to_owned(), why)
        })
    }

    /// The columns of the CSV as SQL takes them.
    pub fn column_list(&self) -> String {
        ident::list(self.columns.iter().map(|c| c.name.as_str()))
    }
}

#[cfg(test)]
pub(in crate::archive) use sound::tests::sample;
