//! What a drill finds of one archive: what it measured, or what differs.

use std::fmt;
use std::time::Duration;

use crate::error::Error;

/// What of an archive was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ArchivePart {
    /// The store: it can be opened.
    Store,
    /// The manifest: there, whole, the one that the ledger knows, and of this archive.
    Manifest,
    /// The stream list: there, whole, and what the messages give.
    Streams,
    /// The data: there, whole, and taken by the server.
    Data,
    /// The messages that came back: as many, and as they were exported.
    Messages,
    /// The heads of the live namespace: none is behind the archive.
    Heads,
    /// The sequence of the live namespace: it is not behind the archive.
    Sequence,
    /// The throw-away namespace.
    Scratch,
}

impl fmt::Display for ArchivePart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Store => "store",
            Self::Manifest => "manifest",
            Self::Streams => "streams",
            Self::Data => "data",
            Self::Messages => "messages",
            Self::Heads => "heads",
            Self::Sequence => "sequence",
            Self::Scratch => "scratch",
        })
    }
}

/// Why an archive did not come back as it was stored, or could not be looked at.
#[derive(Debug)]
pub struct Unlike {
    /// What was looked at.
    pub part: ArchivePart,
    /// What was found: [`Kind::Verification`](crate::error::Kind::Verification) where it tells of the archive.
    pub error: Error,
}

/// An archive that came back as it was stored.
#[derive(Debug, Clone)]
pub struct MeasuredArchive {
    /// SHA-256 of the manifest, in hex, as it was read.
    pub manifest_sha256: String,
    /// SHA-256 of the data object, in hex.
    pub stored_sha256: String,
    /// The messages as CSV, as the server gave them back: bytes, and SHA-256 in hex.
    pub csv: (u64, String),
    /// Messages.
    pub messages: u64,
    /// Streams.
    pub streams: u64,
    /// Bytes that were read as data.
    pub stored_bytes: u64,
    /// The time that went into reading: manifest, stream list, and waits for the data.
    pub read: Duration,
    /// The time that went into bringing it in, beside that.
    pub load: Duration,
    /// The part of both that does not grow with the archive: requests, tables, marks.
    pub fixed: Duration,
    /// The time that went into comparing.
    pub compare: Duration,
}
