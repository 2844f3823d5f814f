//! The S3 client: who we are, where the service is, timeouts, retries.

use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::config::{RequestChecksumCalculation, ResponseChecksumValidation, StalledStreamProtectionConfig};
use aws_sdk_s3::types::ChecksumAlgorithm;

use super::super::{KeySource, PathStyle, Sse, StoreSettings};
use super::access::{self, AwsConfig, OWN_SERVICE_REGION};
use super::clock::ServiceClock;
use super::hints::{BucketAddress, SectionHint};
use super::limit;
use super::passing::{PassingOrFinal, budget};
use super::whole::WholeAnswers;
use crate::{Error, Result, http_client};

/// A client, and what errors say about it.
pub(super) struct Connection {
    pub(super) client: Client,
    pub(super) clock: ServiceClock,
    pub(super) place: BucketAddress,
    /// Absent where the user turned checksums off for an old service.
    pub(super) checksum: Option<ChecksumAlgorithm>,
    /// Whether a whole object is asked for with its checksum. The user may have turned that off as well.
    pub(super) asks_for_checksums: bool,
}

/// What is known of services by their host's name.
struct KnownService {
    domain: &'static str,
    /// It takes the bucket in the host name only.
    host_style: bool,
    max_parts: Option<u32>,
}

/// As their documentation says. A setting goes before it.
const KNOWN_SERVICES: [KnownService; 4] = [
    KnownService { domain: "aliyuncs.com", host_style: true, max_parts: None },
    KnownService { domain: "myqcloud.com", host_style: true, max_parts: None },
    KnownService { domain: "volces.com", host_style: true, max_parts: None },
    KnownService { domain: "scw.cloud", host_style: false, max_parts: Some(1_000) },
];

fn known(endpoint: Option<&str>) -> Option<&'static KnownService> {
    let url = url::Url::parse(endpoint?).ok()?;
    let host = url.host_str()?;
    KNOWN_SERVICES.iter().find(|known| host.strip_suffix(known.domain).is_some_and(|rest| rest.ends_with('.')))
}

/// Whether the bucket stands in the path and not in the host's name: services of one's own seldom have a name for each bucket.
fn puts_bucket_in_path(style: PathStyle, endpoint: Option<&str>) -> bool {
    match style {
        PathStyle::Auto => endpoint.is_some() && !known(endpoint).is_some_and(|known| known.host_style),
        PathStyle::Always => true,
        PathStyle::Never => false,
    }
}

/// How many parts an object may have there, where that is known to be fewer than S3's.
pub(super) fn known_max_parts(endpoint: Option<&str>) -> Option<u32> {
    known(endpoint)?.max_parts
}

/// Reads the AWS configuration and builds a client. Sends nothing to the store; asks instance metadata for a region
/// where nothing else names one.
pub(super) async fn connect(bucket: &str, settings: &StoreSettings) -> Result<Connection> {
    if let Some(endpoint) = &settings.endpoint {
        check_endpoint(endpoint)?;
    }
    let http = http_client::client()?;
    let AwsConfig { config, region, endpoint } = access::load(settings, &http).await;
    let limited = limit::client(http.clone(), &settings.rate);
    let endpoint = settings.endpoint.clone().or(endpoint);
    if let Some(endpoint) = &endpoint {
        check_endpoint(endpoint)?;
        if matches!(settings.sse, Some(Sse::Customer(_))) {
            refuse_plain(endpoint)?;
        }
    }
    let endpoint = endpoint.map(|endpoint| with_slash(&endpoint));
    let region = match region {
        Some(region) => region,
        None if endpoint.is_some() => OWN_SERVICE_REGION,
        None if settings.keys == KeySource::Chain => {
            access::instance_region(http).await.ok_or_else(|| no_region(bucket, settings))?
        }
        None => return Err(no_region(bucket, settings)),
    };
    let path_style = puts_bucket_in_path(settings.path_style, endpoint.as_deref());
    let checksum = match config.request_checksum_calculation() {
        Some(RequestChecksumCalculation::WhenRequired) => None,
        _ => Some(ChecksumAlgorithm::Crc32C),
    };
    let asks_for_checksums =
        !matches!(config.response_checksum_validation(), Some(ResponseChecksumValidation::WhenRequired));
    let retries = &settings.retries;
    let timeouts = &settings.timeouts;
    let clock = ServiceClock::default();
    let mut builder = aws_sdk_s3::config::Builder::from(&config)
        .region(region.clone())
        .http_client(limited)
        .force_path_style(path_style)
        // Asked for on whole objects only: some services send the whole object's checksum with a range.
        .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
        .retry_config(
            RetryConfig::standard()
                .with_max_attempts(retries.attempts.max(1))
                .with_initial_backoff(retries.initial_backoff)
                .with_max_backoff(retries.max_backoff),
        )
        .retry_classifier(PassingOrFinal)
        .retry_partition(budget())
        .interceptor(WholeAnswers)
        .interceptor(clock.clone())
        .timeout_config(
            TimeoutConfig::builder()
                .connect_timeout(timeouts.connect)
                .operation_attempt_timeout(timeouts.response)
                .build(),
        )
        .stalled_stream_protection(StalledStreamProtectionConfig::enabled().grace_period(timeouts.stall).build());
    if let Some(endpoint) = &endpoint {
        builder = builder.endpoint_url(endpoint);
    }
    let section = settings.applied.clone().map(|url| SectionHint { url, keys: settings.keys.clone() });
    let place = BucketAddress { bucket: bucket.to_owned(), endpoint, region: region.to_string(), path_style, section };
    Ok(Connection { client: Client::from_conf(builder.build()), clock, place, checksum, asks_for_checksums })
}

/// Limits for one request whose body or work takes its own time.
pub(super) fn within(limit: Duration) -> aws_sdk_s3::config::Builder {
    aws_sdk_s3::Config::builder().timeout_config(TimeoutConfig::builder().operation_attempt_timeout(limit).build())
}

fn no_region(bucket: &str, settings: &StoreSettings) -> Error {
    let what = format!("no region is known for the bucket {bucket}");
    match (&settings.applied, &settings.keys) {
        (Some(url), KeySource::Profile(profile)) => Error::failed(what).hint(format!(
            "is there an AWS profile {} with region or endpoint_url? The section of {url} may name them as well",
            profile.name
        )),
        (Some(url), _) => Error::usage(what).hint(format!(
            "name region in the section of {url} in the configuration file, or endpoint for a service that is not AWS"
        )),
        (None, _) => Error::usage(what).hint("set AWS_REGION, or AWS_ENDPOINT_URL_S3 for a service that is not AWS"),
    }
}

/// Refuses what is no address of a service.
///
/// # Errors
/// A usage error; it does not repeat the text, which may hold a password.
pub fn check_endpoint(endpoint: &str) -> Result<()> {
    let refuse = |why: &str| {
        Error::usage(format!("the S3 endpoint {why}")).hint("an endpoint looks like https://s3.example.org:9000")
    };
    let url = url::Url::parse(endpoint).map_err(|e| refuse("is no URL").because(e))?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(refuse("is no http or https URL"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refuse("holds credentials"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(refuse("has a '?' or '#'"));
    }
    Ok(())
}

/// An endpoint with a path needs a slash at its end: the bucket's name would be glued to the path otherwise.
fn with_slash(endpoint: &str) -> String {
    match url::Url::parse(endpoint) {
        Ok(url) if url.path() != "/" && !url.path().ends_with('/') => format!("{endpoint}/"),
        _ => endpoint.to_owned(),
    }
}

/// A key must not travel where others can read it.
fn refuse_plain(endpoint: &str) -> Result<()> {
    let loopback = |url: &url::Url| match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    match url::Url::parse(endpoint) {
        Ok(url) if url.scheme() == "http" && !loopback(&url) => Err(Error::usage("using a key of SSE-C")
            .because("the S3 endpoint is http, and each request carries the key")
            .hint("use https")),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_with_a_path_ends_in_a_slash_and_no_other_changes() {
        assert_eq!(with_slash("http://h/storage/v1/s3"), "http://h/storage/v1/s3/");
        for same in ["http://h/storage/v1/s3/", "http://h", "http://h/", "https://h:9000"] {
            assert_eq!(with_slash(same), same);
        }
    }

    #[test]
    fn the_bucket_stands_in_the_hosts_name_at_aws_and_where_a_service_wants_it_so() {
        let own = Some("https://s3.example.org");
        assert!(!puts_bucket_in_path(PathStyle::Auto, None));
        assert!(puts_bucket_in_path(PathStyle::Auto, own));
        assert!(!puts_bucket_in_path(PathStyle::Auto, Some("https://oss-eu-central-1.aliyuncs.com")));
        assert!(puts_bucket_in_path(PathStyle::Always, None) && !puts_bucket_in_path(PathStyle::Never, own));
    }

    #[test]
    fn services_are_known_by_their_domain_and_not_by_what_looks_like_it() {
        assert_eq!(known_max_parts(Some("https://s3.fr-par.scw.cloud")), Some(1_000));
        assert!(known(Some("https://oss-eu-central-1.aliyuncs.com")).is_some_and(|known| known.host_style));
        for other in [None, Some("https://s3.example.org"), Some("https://notscw.cloud"), Some("https://scw.cloud.org")]
        {
            assert!(known(other).is_none(), "{other:?}");
        }
    }
}
