//! How a store is reached.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::age_keys::AgeKeys;
use super::rate::RateLimit;
use super::sections::StoreSections;
use super::service::{Credentials, KeySource, PathStyle, Sse, Thaw};
use super::url::StoreUrl;

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
    pub visible: Duration,
}

impl Default for TimeoutSettings {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            response: Duration::from_mins(1),
            stall: Duration::from_secs(20),
            complete: Duration::from_mins(15),
            visible: Duration::from_secs(10),
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
