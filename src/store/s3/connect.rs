//! The S3 client: who we are, where the service is, TLS, timeouts, retries.

use std::path::Path;
use std::time::Duration;

use aws_config::environment::region::EnvironmentVariableRegionProvider;
use aws_config::imds::region::ImdsRegionProvider;
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::region::ProfileFileRegionProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_s3::Client;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::config::{
    RequestChecksumCalculation, ResponseChecksumValidation, SharedHttpClient, StalledStreamProtectionConfig,
};
use aws_sdk_s3::types::ChecksumAlgorithm;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_http_client::{Builder as HttpBuilder, Connector};
use aws_smithy_runtime_api::client::dns::{DnsFuture, ResolveDns, ResolveDnsError};
use aws_types::service_config::ServiceConfigKey;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::super::{Credentials, PathStyle, Sse, StoreSettings};
use super::error::Place;
use super::limit;
use super::retry::AlsoPassing;
use crate::{Error, Result};

/// Signed for where a service of one's own is named without a region: most such services take it.
const OWN_SERVICE_REGION: &str = "us-east-1";

/// A client, and what errors say about it.
pub(super) struct Connection {
    pub(super) client: Client,
    pub(super) place: Place,
    /// Absent where the user turned checksums off for an old service.
    pub(super) checksum: Option<ChecksumAlgorithm>,
}

/// Reads the AWS configuration and builds a client. Sends nothing to the store; asks instance metadata for a region
/// where nothing else names one.
pub(super) async fn connect(bucket: &str, settings: &StoreSettings) -> Result<Connection> {
    if let Some(endpoint) = &settings.endpoint {
        check_endpoint(endpoint)?;
    }
    let http = http_client()?;
    let config = load(settings, http.clone()).await;
    let limited = limit::client(http.clone(), &settings.rate);
    let endpoint = settings.endpoint.clone().or_else(|| configured_endpoint(&config));
    if let Some(endpoint) = &endpoint {
        check_endpoint(endpoint)?;
        if matches!(settings.sse, Some(Sse::Customer(_))) {
            refuse_plain(endpoint)?;
        }
    }
    let region = match config.region() {
        Some(region) => region.clone(),
        None if endpoint.is_some() => Region::from_static(OWN_SERVICE_REGION),
        None => instance_region(http).await.ok_or_else(|| {
            Error::usage(format!("no region is known for the bucket {bucket}"))
                .hint("set AWS_REGION, or AWS_ENDPOINT_URL_S3 for a service that is not AWS")
        })?,
    };
    let path_style = match settings.path_style {
        PathStyle::Auto => endpoint.is_some(),
        PathStyle::Always => true,
        PathStyle::Never => false,
    };
    let checksum = match config.request_checksum_calculation() {
        Some(RequestChecksumCalculation::WhenRequired) => None,
        _ => Some(ChecksumAlgorithm::Crc32C),
    };
    let retries = &settings.retries;
    let timeouts = &settings.timeouts;
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
        .retry_classifier(AlsoPassing)
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
    let place = Place { bucket: bucket.to_owned(), endpoint, region: region.to_string(), path_style };
    Ok(Connection { client: Client::from_conf(builder.build()), place, checksum })
}

/// Limits for one request whose body or work takes its own time.
pub(super) fn within(limit: Duration) -> aws_sdk_s3::config::Builder {
    aws_sdk_s3::Config::builder().timeout_config(TimeoutConfig::builder().operation_attempt_timeout(limit).build())
}

async fn load(settings: &StoreSettings, http: SharedHttpClient) -> SdkConfig {
    let mut profile_region = ProfileFileRegionProvider::builder();
    if let Some(profile) = &settings.profile {
        profile_region = profile_region.profile_name(profile);
    }
    let region = RegionProviderChain::first_try(settings.region.clone().map(Region::new))
        .or_else(EnvironmentVariableRegionProvider::new())
        .or_else(profile_region.build());
    let mut loader = aws_config::defaults(BehaviorVersion::latest()).http_client(http).region(region);
    if let Some(profile) = &settings.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(own) = &settings.credentials {
        let Credentials { access_key_id, secret_access_key, session_token } = own.clone();
        loader = loader.credentials_provider(aws_sdk_s3::config::Credentials::new(
            access_key_id,
            secret_access_key,
            session_token,
            None,
            "settings",
        ));
    }
    loader.load().await
}

/// The endpoint that the environment or the profile names, for S3 or for all services.
fn configured_endpoint(config: &SdkConfig) -> Option<String> {
    let key =
        ServiceConfigKey::builder().service_id("S3").env("AWS_ENDPOINT_URL").profile("endpoint_url").build().ok()?;
    let for_s3 = config.service_config().and_then(|services| services.load_config(key));
    for_s3.or_else(|| config.endpoint_url().map(ToOwned::to_owned)).filter(|endpoint| !endpoint.is_empty())
}

async fn instance_region(http: SharedHttpClient) -> Option<Region> {
    let config = ProviderConfig::without_region().with_http_client(http);
    ImdsRegionProvider::builder().configure(&config).build().region().await
}

fn check_endpoint(endpoint: &str) -> Result<()> {
    let refuse = |why: &str| {
        // Not repeated: it may hold a password.
        Error::usage(format!("the S3 endpoint {why}")).hint("an endpoint looks like https://s3.example.org:9000")
    };
    let url = url::Url::parse(endpoint).map_err(|e| refuse("is no URL").because(e))?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(refuse("is no http or https URL"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refuse("holds credentials"));
    }
    Ok(())
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

/// TLS with the platform's roots and those of `AWS_CA_BUNDLE`; proxies as `HTTPS_PROXY` and `NO_PROXY` say.
fn http_client() -> Result<SharedHttpClient> {
    // The client panics on roots it cannot read: they are tried here first.
    let platform = rustls_native_certs::load_native_certs();
    let mut trust = TrustStore::empty().with_native_roots(!platform.certs.is_empty());
    if let Some(path) = std::env::var_os("AWS_CA_BUNDLE").filter(|path| !path.is_empty()) {
        trust = trust.with_pem_certificate(ca_bundle(Path::new(&path))?);
    }
    let tls = TlsContext::builder()
        .with_trust_store(trust)
        .build()
        .map_err(|e| Error::failed("preparing TLS for S3").because(e))?;
    Ok(HttpBuilder::new().build_with_connector_fn(move |settings, components| {
        let mut connector = Connector::builder()
            .tls_provider(Provider::rustls(CryptoMode::Ring))
            .tls_context(tls.clone())
            .proxy_config(ProxyConfig::from_env());
        connector.set_connector_settings(settings.cloned());
        if let Some(components) = components {
            connector.set_sleep_impl(components.sleep_impl());
        }
        connector.build_with_resolver(SystemResolver)
    }))
}

fn ca_bundle(path: &Path) -> Result<Vec<u8>> {
    let refuse = || {
        Error::usage(format!("reading the certificates of AWS_CA_BUNDLE, {}", path.display()))
            .hint("it names a file of PEM certificates")
    };
    let pem = std::fs::read(path).map_err(|e| refuse().because(e))?;
    let mut roots = rustls::RootCertStore::empty();
    for der in CertificateDer::pem_slice_iter(&pem) {
        let der = der.map_err(|e| refuse().because(e))?;
        roots.add(der).map_err(|e| refuse().because(e))?;
    }
    if roots.is_empty() {
        return Err(refuse().because("it holds none"));
    }
    Ok(pem)
}

/// The system's resolver, with failures that can be told from others.
#[derive(Debug, Clone)]
struct SystemResolver;

impl ResolveDns for SystemResolver {
    fn resolve_dns<'a>(&'a self, name: &'a str) -> DnsFuture<'a> {
        DnsFuture::new(async move {
            let found = tokio::net::lookup_host((name, 0)).await.map_err(ResolveDnsError::new)?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}
