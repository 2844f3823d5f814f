//! Bodies on their way in.

use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use futures::TryStreamExt;
use hyper::HeaderMap;
use s3s::crypto::{Checksum as _, Md5};
use s3s::dto::StreamingBlob;
use s3s::{S3Error, S3ErrorCode, S3Result, TrailingHeaders, s3_error};
use tokio::io::{AsyncWriteExt, BufWriter};

use crate::checksums::{self, Checksums};
use crate::store::{Incoming, Store};

/// A body that came in whole and fits what was said about it.
pub struct Received {
    /// The bytes.
    pub file: Incoming,
    /// How many there are.
    pub size: u64,
    /// Their MD5.
    pub md5: [u8; 16],
    /// The checksums sent with them.
    pub checksums: Checksums,
    /// When they came.
    pub modified: SystemTime,
}

impl Received {
    /// Its entity tag.
    pub fn etag(&self) -> String {
        hex::encode(self.md5)
    }
}

/// The connection broke, or the body is not the one that was signed.
fn incomplete(error: s3s::StdError) -> S3Error {
    S3Error::with_source(S3ErrorCode::IncompleteBody, error)
}

/// Takes a body in. It counts only if it came whole and every checksum sent with it is right.
pub async fn receive(
    store: &Store,
    body: Option<StreamingBlob>,
    headers: &HeaderMap,
    trailers: Option<TrailingHeaders>,
    md5: Option<&str>,
) -> S3Result<Received> {
    let mut body = body.ok_or_else(|| s3_error!(IncompleteBody))?;
    let mut hasher = checksums::hasher(&checksums::announced(headers));
    let mut md5_hasher = Md5::new();
    let mut size = 0;
    let file = store.incoming();
    let mut writer = BufWriter::with_capacity(
        256 << 10,
        tokio::fs::File::create(file.path()).await.map_err(S3Error::internal_error)?,
    );
    while let Some(bytes) = body.try_next().await.map_err(incomplete)? {
        hasher.update(&bytes);
        md5_hasher.update(&bytes);
        size += bytes.len() as u64;
        writer.write_all(&bytes).await.map_err(S3Error::internal_error)?;
    }
    writer.flush().await.map_err(S3Error::internal_error)?;
    let found_md5 = md5_hasher.finalize();
    if md5.is_some_and(|md5| BASE64.decode(md5).ok().as_deref() != Some(&found_md5[..])) {
        return Err(s3_error!(BadDigest, "the body has another MD5 than Content-MD5"));
    }
    let mut expected = checksums::expected(headers);
    if let Some(trailers) = trailers.and_then(|trailers| trailers.take()) {
        expected.extend(checksums::expected(&trailers));
    }
    let found = checksums::finish(hasher);
    if found != expected {
        return Err(s3_error!(BadDigest, "the body has another checksum than was sent with it"));
    }
    Ok(Received { file, size, md5: found_md5, checksums: found, modified: SystemTime::now() })
}
