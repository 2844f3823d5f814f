//! A store in a bucket of S3 or of a service that speaks its protocol.

mod access;
mod causes;
mod clock;
mod connect;
mod erase;
mod error;
mod hidden;
mod hints;
mod inspect;
mod limit;
mod listing;
mod lock;
mod multipart;
mod passing;
mod patience;
mod read;
mod replace;
mod thaw;
mod versions;
mod whole;
mod write;
mod write_id;
mod written;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::DateTime as S3DateTime;
use aws_sdk_s3::types::{ChecksumAlgorithm, RequestPayer, ServerSideEncryption, StorageClass};
use chrono::{DateTime, Utc};
use rand::RngExt;

use self::clock::ServiceClock;
use self::connect::Connection;
pub use self::connect::check_endpoint;
use self::error::{Class, RequestFault};
pub use self::hidden::Hidden;
use self::hints::BucketAddress;
pub(super) use self::multipart::S3Upload;
pub use self::thaw::Frozen;
use self::written::RecentWrites;
use super::key::MAX_KEY_BYTES;
use super::lock::LockedUntil;
use super::memory::StoreMemory;
use super::{
    AgeKeys, CustomerKey, InFlight, Lack, ObjectInfo, ObjectKey, RateLimit, RetrySettings, Sse, StoreSettings,
    StoreUrl, StrayUpload, Thaw, TimeoutSettings,
};
use crate::{Error, Kind, Result};

/// The slowest line that a body is expected to take, in bytes a second.
const SLOWEST_LINE: u64 = 64 * 1024;

/// Requests that share a line whose rate is bounded.
const SHARERS: u64 = 16;

/// Adds the key of SSE-C to a request, where there is one.
macro_rules! with_customer_key {
    ($request:expr, $key:expr) => {{
        let key: Option<&$crate::store::CustomerKey> = $key;
        $request
            .set_sse_customer_algorithm(key.map(|_| "AES256".to_owned()))
            .set_sse_customer_key(key.map($crate::store::CustomerKey::base64))
            .set_sse_customer_key_md5(key.map($crate::store::CustomerKey::md5))
    }};
}
use with_customer_key;

/// A bucket as a store, and the lock that new objects get.
#[derive(Debug, Clone)]
pub struct S3Store(Arc<S3Bucket>, Option<LockedUntil>);

#[derive(Debug)]
struct S3Bucket {
    client: Client,
    clock: ServiceClock,
    url: StoreUrl,
    name: String,
    /// Empty, or ends in `/`.
    prefix: String,
    place: BucketAddress,
    checksum: Option<ChecksumAlgorithm>,
    storage_class: Option<StorageClass>,
    sse: Option<ServerSideEncryption>,
    sse_key: Option<String>,
    customer_key: Option<CustomerKey>,
    /// As a header has them.
    tags: Option<String>,
    payer: Option<RequestPayer>,
    thaw: Option<Thaw>,
    rate: RateLimit,
    age: AgeKeys,
    retries: RetrySettings,
    timeouts: TimeoutSettings,
    in_flight: InFlight,
    /// Whether a whole object is asked for with its checksum.
    asks_for_checksums: bool,
    /// How many parts an object may have, where the settings say.
    max_parts: Option<u32>,
    memory: StoreMemory,
    written: RecentWrites,
    /// Whether the bucket has been seen, so that a 404 of an object means the object.
    seen: AtomicBool,
}

impl S3Store {
    pub(super) async fn open(bucket: &str, prefix: &str, settings: &StoreSettings) -> Result<Self> {
        let url = StoreUrl::S3 { bucket: bucket.to_owned(), prefix: prefix.to_owned() };
        let storage_class = settings.storage_class.as_deref().map(StorageClass::from);
        if matches!(storage_class, Some(StorageClass::Glacier | StorageClass::DeepArchive)) {
            return Err(Error::usage(format!("opening {url} with a storage class that cannot be read at once"))
                .hint("archives are read back before anything is dropped: use GLACIER_IR or STANDARD_IA, or a lifecycle rule of the bucket"));
        }
        let (sse, sse_key) = match &settings.sse {
            None | Some(Sse::Customer(_)) => (None, None),
            Some(Sse::S3) => (Some(ServerSideEncryption::Aes256), None),
            Some(Sse::Kms { key_id }) => (Some(ServerSideEncryption::AwsKms), key_id.clone()),
        };
        let Connection { client, clock, place, checksum, asks_for_checksums } =
            connect::connect(bucket, settings).await.map_err(|e| e.while_doing(format!("opening {url}")))?;
        let memory = StoreMemory::of(&format!("{} {bucket}", place.endpoint.as_deref().unwrap_or("AWS")));
        let max_parts = settings.max_parts.or_else(|| connect::known_max_parts(place.endpoint.as_deref()));
        let bucket = S3Bucket {
            client,
            clock,
            url,
            name: bucket.to_owned(),
            prefix: if prefix.is_empty() { String::new() } else { format!("{prefix}/") },
            place,
            checksum,
            storage_class,
            sse,
            sse_key,
            customer_key: match &settings.sse {
                Some(Sse::Customer(key)) => Some(key.clone()),
                _ => None,
            },
            tags: tag_header(&settings.tags),
            payer: settings.requester_pays.then_some(RequestPayer::Requester),
            thaw: settings.thaw,
            rate: settings.rate.clone(),
            age: settings.age.clone(),
            retries: settings.retries.clone(),
            timeouts: settings.timeouts.clone(),
            in_flight: settings.in_flight.clone(),
            asks_for_checksums,
            max_parts,
            memory,
            written: RecentWrites::default(),
            seen: AtomicBool::new(false),
        };
        Ok(Self(Arc::new(bucket), None))
    }

    pub(super) fn age_keys(&self) -> &AgeKeys {
        &self.0.age
    }

    pub(super) fn url(&self) -> &StoreUrl {
        &self.0.url
    }

    pub(super) fn service(&self) -> (Option<String>, String) {
        (self.0.place.endpoint.clone(), self.0.place.region.clone())
    }

    pub(super) async fn check(&self) -> Result<()> {
        // A listing rather than a HEAD of the bucket: its refusals say why.
        let prefix = Some(self.0.prefix.clone()).filter(|prefix| !prefix.is_empty());
        let listed = self
            .0
            .client
            .list_objects_v2()
            .bucket(&self.0.name)
            .set_prefix(prefix)
            .max_keys(1)
            .set_request_payer(self.0.payer.clone())
            .send()
            .await;
        match listed {
            Ok(_) => {
                self.0.seen.store(true, Ordering::Relaxed);
                Ok(())
            }
            Err(e) => Err(RequestFault::of(&e).into_error(format!("reaching {}", self.0.url), &self.0.place)),
        }
    }

    pub(super) async fn head(&self, key: &ObjectKey) -> Result<Option<ObjectInfo>> {
        let found = self.look_up(key).await?;
        if found.is_none() && !self.0.seen.load(Ordering::Relaxed) {
            // The answer to a HEAD is the same where the whole bucket is missing.
            self.check().await?;
        }
        Ok(found.map(|(info, _)| info))
    }

    /// What the service was found to lack so far.
    pub(super) fn lacks(&self) -> Vec<Lack> {
        self.0.memory.all()
    }

    fn is_conditional(&self) -> bool {
        !self.0.memory.lacks(Lack::ConditionalWrites)
    }

    pub(super) async fn abort_upload(&self, upload: &StrayUpload) -> Result<()> {
        let full = self.full(&upload.key)?;
        self.abort_multipart(&full, &upload.id)
            .await
            .map_err(|fault| self.failed("removing what is left of an upload to", &upload.key, fault))
    }

    /// Aborts an upload; one that is gone is no fault.
    async fn abort_multipart(&self, full_key: &str, id: &str) -> std::result::Result<(), RequestFault> {
        let aborted = self
            .0
            .client
            .abort_multipart_upload()
            .bucket(&self.0.name)
            .key(full_key)
            .upload_id(id)
            .set_request_payer(self.0.payer.clone())
            .send()
            .await;
        match aborted.map_err(|e| RequestFault::of(&e)) {
            Err(fault) if !matches!(fault.class(), Class::NoUpload | Class::NoKey) => Err(fault),
            _ => Ok(()),
        }
    }

    /// The key as the bucket knows it.
    fn full(&self, key: &ObjectKey) -> Result<String> {
        let full = format!("{}{key}", self.0.prefix);
        if full.len() > MAX_KEY_BYTES {
            return Err(Error::usage(format!(
                "the object name {key} is longer than {MAX_KEY_BYTES} bytes with its store's prefix"
            )));
        }
        Ok(full)
    }

    /// The key below the prefix. Nothing for what others put there under names that are none of ours.
    fn relative(&self, full: &str) -> Option<ObjectKey> {
        ObjectKey::new(full.strip_prefix(&self.0.prefix)?).ok()
    }

    fn doing(&self, what: &str, key: &ObjectKey) -> String {
        format!("{what} s3://{}/{}{key}", self.0.name, self.0.prefix)
    }

    fn failed(&self, what: &str, key: &ObjectKey, fault: RequestFault) -> Error {
        fault.into_error(self.doing(what, key), &self.0.place)
    }

    /// As [`S3Store::failed`] where an object was asked for, whose key may be another than ours.
    fn failed_reading(&self, what: &str, key: &ObjectKey, fault: RequestFault) -> Error {
        if let Some(marker) = fault.marker() {
            return self.hidden(what, key, marker);
        }
        let hint = match &self.0.customer_key {
            None if fault.is_bad_request() => Some(
                "an object that was encrypted with a key of yours (SSE-C) needs it again: --sse-c-key-file or \
                 EVENTODB_SSE_C_KEY_FILE",
            ),
            Some(_) if fault.is_about_a_key() => Some(
                "is this the key of SSE-C that the object was encrypted with? If it is, check the rights: \
                 s3:GetObject",
            ),
            _ => None,
        };
        self.failed(what, key, fault).hint_if_any(hint)
    }

    /// As [`S3Store::failed`] where an object was written: none that is absent is what is amiss.
    fn failed_writing(&self, what: &str, key: &ObjectKey, fault: RequestFault) -> Error {
        let is_absent = *fault.class() == Class::NoKey;
        let may_be_locks = self.1.is_some() && fault.may_mean_an_unknown_header();
        let may_be_checksums = self.0.checksum.is_some() && fault.may_mean_an_unknown_header();
        let doing = self.doing(what, key);
        let error = if is_absent {
            fault.into_error_of(Kind::Failed, doing, &self.0.place)
        } else {
            fault.into_error(doing, &self.0.place)
        };
        match error.hint_text() {
            None if may_be_locks => error.hint(hints::LOCKS),
            None if may_be_checksums => error.hint(hints::CHECKSUMS),
            _ => error,
        }
    }

    /// A random part of a wait that doubles with every try that failed, of which there was one at least.
    fn pause(&self, failed: u32) -> Duration {
        let retries = &self.0.retries;
        let longest = retries.initial_backoff.saturating_mul(1 << (failed - 1).min(16)).min(retries.max_backoff);
        longest.mul_f64(rand::rng().random_range(0.0..=1.0))
    }

    /// How long a request with a body of `bytes` may take.
    fn time_for(&self, bytes: u64) -> Duration {
        let line = self.0.rate.bytes_a_second().map_or(SLOWEST_LINE, |rate| SLOWEST_LINE.min(rate / SHARERS).max(1));
        self.0.timeouts.response + Duration::from_secs(bytes / line)
    }
}

/// Tags as a header has them.
fn tag_header(tags: &[(String, String)]) -> Option<String> {
    let pairs = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(tags).finish();
    Some(pairs).filter(|pairs| !pairs.is_empty())
}

fn instant(at: &S3DateTime) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(at.secs(), at.subsec_nanos())
}
