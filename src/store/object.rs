//! What stores say about objects, and how their content is read.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::Stream;
use futures::stream::BoxStream;
use tokio::io::AsyncBufRead;
use tokio_util::io::StreamReader;

use super::ObjectKey;
use crate::{Error, Result};

/// An object that was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Put {
    /// The service's name for this content. Not a hash to rely on. A local folder has none.
    pub etag: Option<String>,
    /// The version's id, where the bucket keeps versions.
    pub version: Option<String>,
}

/// An object that exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectInfo {
    /// Its name below the store's prefix.
    pub key: ObjectKey,
    /// In bytes, as stored.
    pub size: u64,
    /// The service's name for this content. A local folder has none.
    pub etag: Option<String>,
    /// When it became visible.
    pub last_modified: Option<DateTime<Utc>>,
    /// The S3 storage class where it is not the standard one.
    pub storage_class: Option<String>,
}

/// Something that a service may not tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known<T> {
    /// It told.
    Is(T),
    /// It did not, for this reason: it has no such setting, or the key has no right to ask.
    Unknown(String),
}

/// What a store was found to lack, and what is done about it. Each is found out once and kept for the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lack {
    /// `If-None-Match` on a write.
    ConditionalWrites,
    /// `If-Match` on a read.
    ConditionalReads,
    /// `x-amz-checksum-mode` on a read.
    ReadChecksums,
    /// A 404 for an object that is absent.
    AbsenceByHead,
    /// A listing of versions that has them.
    VersionListing,
    /// A listing of unfinished uploads.
    UploadListing,
    /// As many parts an object as S3 takes.
    ManyParts,
    /// A folder that can be brought to the disk.
    FolderSync,
    /// A rename that never takes a name that is taken.
    ExclusiveRename,
}

impl Lack {
    /// In one sentence: what is missing, and what is done instead.
    pub const fn told(self) -> &'static str {
        match self {
            Self::ConditionalWrites => {
                "the service does not refuse to overwrite (If-None-Match): names are random and looked for first"
            }
            Self::ConditionalReads => {
                "the service never lets If-Match hold: a reading that breaks off goes on without it, and its bytes are hashed"
            }
            Self::ReadChecksums => {
                "the service refuses x-amz-checksum-mode: objects are read without its checksums, and their bytes are hashed.                  AWS_RESPONSE_CHECKSUM_VALIDATION=when_required saves the attempt"
            }
            Self::AbsenceByHead => {
                "the service says 403 of an absent object: a listing decides whether it is there (s3:ListBucket on the whole bucket ends that)"
            }
            Self::VersionListing => {
                "the service lists no versions though it may keep some: an erasure asks for what is there until nothing is"
            }
            Self::UploadListing => {
                "the service lists no unfinished uploads: what a run that was killed has left there is not found, and may be billed"
            }
            Self::ManyParts => {
                "the service takes fewer parts an object than S3: s3_max_parts has them planned larger from the beginning"
            }
            Self::FolderSync => {
                "the file system cannot bring a folder to the disk (fsync): after a power cut an object of the last seconds may be                  missing; archives verify says which"
            }
            Self::ExclusiveRename => {
                "the file system has neither RENAME_NOREPLACE nor hard links: a name is kept by a file beside it while an object gets it"
            }
        }
    }
}

/// How a bucket is set up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BucketFacts {
    /// Whether it keeps versions.
    pub versioning: Known<bool>,
    /// A lifecycle rule that deletes objects below the store's prefix.
    pub expiring_rule: Known<Option<String>>,
    /// Whether a lifecycle rule ends unfinished uploads there.
    pub aborts_uploads: Known<bool>,
    /// The encryption that objects get unless told otherwise.
    pub encryption: Known<Option<String>>,
    /// Whether the service takes conditional writes, as far as it was seen.
    pub refuses_overwrites: bool,
}

/// An upload that was begun and neither finished nor aborted: nobody sees it, and S3 bills its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StrayUpload {
    /// The object it would have become.
    pub key: ObjectKey,
    /// The service's id of the upload; the temporary file's name in a local folder.
    pub id: String,
    /// When it was begun; for a local folder, when it was last written to.
    pub initiated: Option<DateTime<Utc>>,
}

/// An object's content as it arrives: a stream of pieces.
pub struct ObjectReader {
    size: u64,
    object_size: u64,
    etag: Option<String>,
    pieces: BoxStream<'static, Result<Bytes>>,
}

impl ObjectReader {
    pub(super) fn new(
        size: u64,
        object_size: u64,
        etag: Option<String>,
        pieces: BoxStream<'static, Result<Bytes>>,
    ) -> Self {
        Self { size, object_size, etag, pieces }
    }

    /// Bytes that this reader gives: those of the range asked for, or of the object.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Bytes of the whole object.
    pub const fn object_size(&self) -> u64 {
        self.object_size
    }

    /// The service's name for this content.
    pub fn etag(&self) -> Option<&str> {
        self.etag.as_deref()
    }

    /// The same content for code that reads. Errors come wrapped in [`std::io::Error`]: [`from_io`] gives them back.
    pub fn into_async_read(self) -> impl AsyncBufRead + Send + Unpin {
        use futures::StreamExt;
        StreamReader::new(self.pieces.map(|piece| piece.map_err(std::io::Error::other)))
    }
}

/// The store's error inside an I/O error that [`ObjectReader::into_async_read`] gave; `doing` for any other.
pub fn from_io(error: std::io::Error, doing: impl Into<String>) -> Error {
    match error.downcast::<Error>() {
        Ok(own) => own,
        Err(other) => Error::failed(doing).because(other),
    }
}

impl Stream for ObjectReader {
    type Item = Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.pieces.as_mut().poll_next(cx)
    }
}

impl std::fmt::Debug for ObjectReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ObjectReader")
            .field("size", &self.size)
            .field("object_size", &self.object_size)
            .field("etag", &self.etag)
            .finish_non_exhaustive()
    }
}
