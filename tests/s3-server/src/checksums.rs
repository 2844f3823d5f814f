//! The checksums a client may send with a body: as headers, or as trailers after it.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hyper::HeaderMap;
use s3s::checksum::ChecksumHasher;
use s3s::dto::Checksum;

/// Checksums by algorithm name, in base64 as S3 writes them.
pub type Checksums = BTreeMap<String, String>;

/// The algorithms of S3, named as in its headers.
const ALGORITHMS: [&str; 5] = ["crc32", "crc32c", "crc64nvme", "sha1", "sha256"];

/// Copies the checksum fields of an S3 type into a map.
macro_rules! checksums_of {
    ($from:expr) => {
        [
            ("crc32", &$from.checksum_crc32),
            ("crc32c", &$from.checksum_crc32c),
            ("crc64nvme", &$from.checksum_crc64nvme),
            ("sha1", &$from.checksum_sha1),
            ("sha256", &$from.checksum_sha256),
        ]
        .into_iter()
        .filter_map(|(name, value)| value.clone().map(|value| (name.to_owned(), value)))
        .collect::<$crate::checksums::Checksums>()
    };
}

/// Sets the checksum fields of an S3 type from a map.
macro_rules! set_checksums {
    ($to:expr, $from:expr) => {
        $to.checksum_crc32 = $from.get("crc32").cloned();
        $to.checksum_crc32c = $from.get("crc32c").cloned();
        $to.checksum_crc64nvme = $from.get("crc64nvme").cloned();
        $to.checksum_sha1 = $from.get("sha1").cloned();
        $to.checksum_sha256 = $from.get("sha256").cloned();
    };
}

pub(crate) use {checksums_of, set_checksums};

/// The checksums that headers or trailers name.
pub fn expected(headers: &HeaderMap) -> Checksums {
    ALGORITHMS
        .iter()
        .filter_map(|name| {
            let value = headers.get(format!("x-amz-checksum-{name}"))?.to_str().ok()?;
            Some(((*name).to_owned(), value.to_owned()))
        })
        .collect()
}

/// The algorithms to compute while the body comes in: those a header has a value for or announces as a trailer.
pub fn announced(headers: &HeaderMap) -> Vec<String> {
    let trailers = headers.get("x-amz-trailer").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let trailers = trailers.split(',').filter_map(|name| name.trim().strip_prefix("x-amz-checksum-"));
    expected(headers).into_keys().chain(trailers.map(str::to_owned)).collect()
}

/// A hasher that computes the named algorithms; unknown names are left out.
pub fn hasher(algorithms: &[String]) -> ChecksumHasher {
    let mut hasher = ChecksumHasher::default();
    for name in algorithms {
        match name.to_ascii_lowercase().as_str() {
            "crc32" => hasher.crc32 = Some(<_>::default()),
            "crc32c" => hasher.crc32c = Some(<_>::default()),
            "crc64nvme" => hasher.crc64nvme = Some(<_>::default()),
            "sha1" => hasher.sha1 = Some(<_>::default()),
            "sha256" => hasher.sha256 = Some(<_>::default()),
            _ => {}
        }
    }
    hasher
}

/// What a hasher found.
pub fn finish(hasher: ChecksumHasher) -> Checksums {
    let found: Checksum = hasher.finalize();
    checksums_of!(found)
}

/// The checksum of a multipart object: the checksum over its parts' checksums, and their number.
/// Only for algorithms that every part has.
pub fn composite(parts: &[&Checksums]) -> Checksums {
    let mut result = Checksums::new();
    for name in ALGORITHMS {
        let digests: Option<Vec<Vec<u8>>> =
            parts.iter().map(|part| part.get(name).and_then(|value| BASE64.decode(value).ok())).collect();
        let Some(digests) = digests else { continue };
        let mut hasher = hasher(&[name.to_owned()]);
        for digest in &digests {
            hasher.update(digest);
        }
        result.extend(finish(hasher).into_iter().map(|(name, value)| (name, format!("{value}-{}", parts.len()))));
    }
    result
}
