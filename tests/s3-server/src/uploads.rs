//! Multipart uploads under way.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::SystemTime;

use s3s::dto::CompletedPart;
use s3s::{S3Result, s3_error};

use crate::body::Received;
use crate::checksums::checksums_of;
use crate::store::Attributes;

/// S3 wants every part but the last to have at least this many bytes.
const SMALLEST_PART: u64 = 5 << 20;
/// A multipart upload under way.
pub struct Upload {
    /// Bucket the object will be in.
    pub bucket: String,
    /// Key the object will have.
    pub key: String,
    /// When it began.
    pub initiated: SystemTime,
    /// What the client says about the object.
    pub attributes: Attributes,
    /// The parts that are there, by number.
    pub parts: BTreeMap<i32, Arc<Received>>,
}

/// The parts that a completion names, if they are there, unchanged, in order and large enough.
pub fn check_parts(upload: &Upload, named: &[CompletedPart]) -> S3Result<Vec<Arc<Received>>> {
    let mut parts: Vec<Arc<Received>> = Vec::new();
    let mut before = 0;
    for part in named {
        let number = part.part_number.ok_or_else(|| s3_error!(InvalidPart))?;
        let stored = upload.parts.get(&number).ok_or_else(|| s3_error!(InvalidPart))?;
        if number <= before {
            return Err(s3_error!(InvalidPartOrder));
        }
        before = number;
        let etag_fits = part.e_tag.as_ref().is_some_and(|etag| etag.value() == stored.etag());
        let checksums_fit = checksums_of!(part).iter().all(|(name, value)| stored.checksums.get(name) == Some(value));
        if !etag_fits || !checksums_fit {
            return Err(s3_error!(InvalidPart));
        }
        if parts.last().is_some_and(|previous| previous.size < SMALLEST_PART) {
            return Err(s3_error!(EntityTooSmall));
        }
        parts.push(stored.clone());
    }
    if parts.is_empty() { Err(s3_error!(InvalidPart)) } else { Ok(parts) }
}
