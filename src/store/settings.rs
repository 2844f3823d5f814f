//! How a store is reached.

use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD as STANDARD;
use md5::Digest;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::age_keys::AgeKeys;
use super::rate::RateLimit;
use super::sections::{AwsProfile, StoreSections};
use super::url::StoreUrl;
use crate::{Error, Result};

/// Requests that carry object data at the same time, over the whole process, unless told otherwise.
const DEFAULT_IN_FLIGHT: usize = 8;

static PROCESS: LazyLock<InFlight> = LazyLock::new(|| InFlight::new(DEFAULT_IN_FLIGHT));

/// Everything about reaching a store but its URL. What is not set comes from the AWS chain (environment, profile,
/// instance metadata). A local folder needs none of it.
#[derive(Debug, Clone, Default)]
pub struct StoreSettings {
    /// The service's URL, before `AWS_ENDPOINT_URL_S3` and `AWS_ENDPOINT_URL`.
    pub endpoint: Option<String>,
    /// How the bucket is named in a request.
    pub path_style: PathStyle,
    /// How many parts an object may have; S3's 10,000 unless set, or as the service is known for.
    pub max_parts: Option<u32>,
    /// The S3 storage class of new objects, such as `STANDARD_IA`.
    pub storage_class: Option<String>,
    /// Encryption that the service is asked for.
    pub sse: Option<Sse>,
    /// Tags of new objects.
    pub tags: Vec<(String, String)>,
    /// Whether whoever asks pays, rather than the bucket's owner.
    pub requester_pays: bool,
    /// How what lies in an archive storage class is brought back; not at all without.
    pub thaw: Option<Thaw>,
    /// Encryption by us. It is for who writes and reads objects to apply: the store passes bytes on as they are.
    pub age: AgeKeys,
    /// The bound on bytes a second that this store counts against.
    pub rate: RateLimit,
    /// The region, before `AWS_REGION` and the profile.
    pub region: Option<String>,
    /// The profile of the AWS configuration files, before `AWS_PROFILE`.
    pub profile: Option<String>,
    /// Keys, instead of those the AWS chain finds.
    pub credentials: Option<Credentials>,
    /// How often and how patiently a request is tried again.
    pub retries: RetrySettings,
    /// How long to wait for a service.
    pub timeouts: TimeoutSettings,
    /// The bound that this store's uploads count against.
    pub in_flight: InFlight,
    /// Where keys come from, and with them endpoint and region, as far as they are not named here.
    pub keys: KeySource,
    /// Settings of single stores, which go before these.
    pub sections: StoreSections,
    /// The section that has gone before: these are the settings of one store.
    pub applied: Option<StoreUrl>,
}

/// Where keys come from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum KeySource {
    /// The AWS chain: environment, profile, instance.
    #[default]
    Chain,
    /// One profile and nothing else, whatever the environment says.
    Profile(AwsProfile),
    /// [`StoreSettings::credentials`] and nothing else.
    Settings,
}

/// Keys that the calling program has, rather than the AWS chain.
#[derive(Clone)]
pub struct Credentials {
    /// The access key's id.
    pub access_key_id: String,
    /// The secret key; never shown.
    pub secret_access_key: String,
    /// The session's token, for keys that expire; never shown.
    pub session_token: Option<String>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(..)")
    }
}

/// How the bucket is named in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PathStyle {
    /// In the path where an endpoint is set, in the host name on AWS.
    #[default]
    Auto,
    /// Always in the path: `http://host/bucket/key`.
    Always,
    /// Always in the host name: `http://bucket.host/key`.
    Never,
}

impl FromStr for PathStyle {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "auto" => Ok(Self::Auto),
            "always" => Ok(Self::Always),
            "never" => Ok(Self::Never),
            _ => Err(Error::usage(format!("there is no path style {text:?}")).hint("it is auto, always or never")),
        }
    }
}

/// Encryption at rest, done by the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sse {
    /// Keys of the service (`AES256`).
    S3,
    /// A key of the key management service (`aws:kms`).
    Kms {
        /// Its id or ARN; the account's default key for S3 without one.
        key_id: Option<String>,
    },
    /// A key of ours, which the service does not keep (SSE-C).
    Customer(CustomerKey),
}

/// A key of 256 bits. Without it nobody reads again what it encrypted.
#[derive(Clone, PartialEq, Eq)]
pub struct CustomerKey([u8; 32]);

impl CustomerKey {
    /// From 32 bytes, or these in base64 or hex.
    ///
    /// # Errors
    /// A usage error for anything else; it does not repeat it.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        if let Ok(raw) = <[u8; 32]>::try_from(bytes) {
            return Ok(Self(raw));
        }
        let decoded = std::str::from_utf8(bytes).ok().map(str::trim).and_then(|text| match text.len() {
            64 => hex::decode(text).ok(),
            _ => STANDARD.decode(text).ok(),
        });
        let raw = decoded.and_then(|decoded| <[u8; 32]>::try_from(decoded).ok());
        raw.map(Self).ok_or_else(|| {
            Error::usage("a key of SSE-C")
                .because("it is not 32 bytes, nor these in base64 or hex")
                .hint("make one with: openssl rand -base64 32")
        })
    }

    /// As requests carry it.
    pub(super) fn base64(&self) -> String {
        STANDARD.encode(self.0)
    }

    /// By which the service checks what came.
    pub(super) fn md5(&self) -> String {
        STANDARD.encode(md5::Md5::digest(self.0))
    }
}

impl fmt::Debug for CustomerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CustomerKey(..)")
    }
}

/// How what lies in an archive storage class is brought back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Thaw {
    /// How fast.
    pub speed: ThawSpeed,
    /// Days that it stays readable.
    pub days: u16,
}

/// S3's retrieval tiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ThawSpeed {
    /// Minutes; not from `DEEP_ARCHIVE`.
    Expedited,
    /// Hours.
    Standard,
    /// Up to two days.
    Bulk,
}

impl Sse {
    /// From S3's own words, `AES256` or `aws:kms`, and the key's id if one was named.
    pub fn parse(algorithm: &str, key_id: Option<String>) -> Result<Self> {
        match (algorithm, key_id) {
            ("AES256", None) => Ok(Self::S3),
            ("AES256", Some(_)) => Err(Error::usage("a key of KMS with AES256").hint("keys go with aws:kms")),
            ("aws:kms", key_id) => Ok(Self::Kms { key_id }),
            _ => Err(Error::usage(format!("there is no encryption {algorithm:?}")).hint("it is AES256 or aws:kms")),
        }
    }
}

/// How often and how patiently a request is tried again. Only what may pass is: timeouts, broken connections, 5xx,
/// throttling, and what `store/s3/passing.rs` lists besides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetrySettings {
    /// Tries a request, the first included. At least 1.
    pub attempts: u32,
    /// The longest wait before the second try; it doubles from then on, and every wait is a random part of it.
    pub initial_backoff: Duration,
    /// The longest wait before any try.
    pub max_backoff: Duration,
}

impl Default for RetrySettings {
    fn default() -> Self {
        Self { attempts: 5, initial_backoff: Duration::from_millis(500), max_backoff: Duration::from_secs(20) }
    }
}

/// How long to wait for a service. Each limit is for one try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeoutSettings {
    /// Until a connection stands, TLS included.
    pub connect: Duration,
    /// Until the answer begins. The time to send the body at 64 KiB/s is added.
    pub response: Duration,
    /// How long a body may stand still, either way.
    pub stall: Duration,
    /// Until the service has put the parts of an upload together: minutes for large objects.
    pub complete: Duration,
    /// How long what was written or deleted may not show.
    pub settle: Duration,
}

impl Default for TimeoutSettings {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            response: Duration::from_mins(1),
            stall: Duration::from_secs(20),
            complete: Duration::from_mins(15),
            settle: Duration::from_secs(10),
        }
    }
}

/// A bound on the requests that carry object data at one time. Clones share it; the default one is the process's.
#[derive(Debug, Clone)]
pub struct InFlight(Arc<Semaphore>);

impl InFlight {
    /// A bound of its own. 0 counts as 1.
    pub fn new(requests: usize) -> Self {
        Self(Arc::new(Semaphore::new(requests.clamp(1, Semaphore::MAX_PERMITS))))
    }

    /// The bound that all stores of this process share unless given another.
    pub fn process() -> Self {
        PROCESS.clone()
    }

    /// How many more requests could start now.
    pub fn free(&self) -> usize {
        self.0.available_permits()
    }

    pub(super) async fn enter(&self) -> Option<OwnedSemaphorePermit> {
        // The semaphore is never closed.
        Arc::clone(&self.0).acquire_owned().await.ok()
    }
}

impl Default for InFlight {
    fn default() -> Self {
        Self::process()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encryption_is_named_as_s3_names_it() {
        assert_eq!(Sse::parse("AES256", None).unwrap(), Sse::S3);
        assert_eq!(Sse::parse("aws:kms", Some("k".into())).unwrap(), Sse::Kms { key_id: Some("k".into()) });
        assert!(Sse::parse("AES256", Some("k".into())).is_err());
        assert!(Sse::parse("rot13", None).is_err());
    }

    #[test]
    fn path_styles_are_read() {
        assert_eq!("auto".parse::<PathStyle>().unwrap(), PathStyle::Auto);
        assert!("yes".parse::<PathStyle>().is_err());
    }

    #[test]
    fn a_customer_key_is_read_raw_or_encoded_and_never_shown() {
        let raw = [7; 32];
        let key = CustomerKey::parse(&raw).unwrap();
        assert_eq!(CustomerKey::parse(format!("{}\n", STANDARD.encode(raw)).as_bytes()).unwrap(), key);
        assert_eq!(CustomerKey::parse(hex::encode(raw).as_bytes()).unwrap(), key);
        assert!(!format!("{key:?}").contains('7'));
        for bad in [&b""[..], b"hunter2", &[1; 31], &[b'A'; 64 - 2]] {
            assert!(!format!("{}", CustomerKey::parse(bad).unwrap_err()).contains("hunter2"));
        }
    }
}
