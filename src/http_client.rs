//! How requests travel: TLS and whom it trusts, proxies and where they are left out.

use std::net::IpAddr;
use std::path::Path;

use aws_sdk_s3::config::{SharedAsyncSleep, SharedHttpClient};
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_http_client::{Builder as HttpBuilder, Connector};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::dns::{DnsFuture, ResolveDns, ResolveDnsError};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::{RuntimeComponents, RuntimeComponentsBuilder};
use aws_smithy_types::config_bag::ConfigBag;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::{Error, Result};

/// TLS with the platform's roots and those of `AWS_CA_BUNDLE`; proxies as `HTTPS_PROXY` and `NO_PROXY` say, and never to
/// this machine itself or its link, where metadata services give credentials.
pub fn client() -> Result<SharedHttpClient> {
    let tls = trust()?;
    let by = |proxy: fn() -> ProxyConfig| {
        let tls = tls.clone();
        HttpBuilder::new().build_with_connector_fn(move |settings, components| {
            let sleep = components.and_then(RuntimeComponents::sleep_impl);
            built(&tls, proxy(), (settings.cloned(), sleep))
        })
    };
    let (proxied, direct) = (by(ProxyConfig::from_env), by(ProxyConfig::disabled));
    Ok(SharedHttpClient::new(ByHost { proxied, direct }))
}

/// The same for single requests, outside of any client of AWS.
pub fn connector() -> Result<SharedHttpConnector> {
    let tls = trust()?;
    let by = |proxy| SharedHttpConnector::new(built(&tls, proxy, (None, None)));
    let (proxied, direct) = (by(ProxyConfig::from_env()), by(ProxyConfig::disabled()));
    Ok(SharedHttpConnector::new(ByHost { proxied, direct }))
}

fn built(
    tls: &TlsContext,
    proxy: ProxyConfig,
    (settings, sleep): (Option<HttpConnectorSettings>, Option<SharedAsyncSleep>),
) -> Connector {
    let mut connector = Connector::builder()
        .tls_provider(Provider::rustls(CryptoMode::Ring))
        .tls_context(tls.clone())
        .proxy_config(proxy);
    connector.set_connector_settings(settings);
    connector.set_sleep_impl(sleep);
    connector.build_with_resolver(SystemResolver)
}

/// Whom TLS trusts.
fn trust() -> Result<TlsContext> {
    // The client panics on roots it cannot read: they are tried here first.
    let platform = rustls_native_certs::load_native_certs();
    let (readable, _) = rustls::RootCertStore::empty().add_parsable_certificates(platform.certs);
    let mut trust = TrustStore::empty().with_native_roots(readable > 0);
    if let Some(path) = std::env::var_os("AWS_CA_BUNDLE").filter(|path| !path.is_empty()) {
        trust = trust.with_pem_certificate(ca_bundle(Path::new(&path))?);
    }
    TlsContext::builder().with_trust_store(trust).build().map_err(|e| Error::failed("preparing TLS").because(e))
}

/// Two ways, the second one for hosts that no proxy may stand before.
#[derive(Debug)]
struct ByHost<T> {
    proxied: T,
    direct: T,
}

impl HttpClient for ByHost<SharedHttpClient> {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(ByHost {
            proxied: self.proxied.http_connector(settings, components),
            direct: self.direct.http_connector(settings, components),
        })
    }

    fn validate_base_client_config(
        &self,
        components: &RuntimeComponentsBuilder,
        config: &ConfigBag,
    ) -> Result<(), BoxError> {
        self.proxied.validate_base_client_config(components, config)?;
        self.direct.validate_base_client_config(components, config)
    }

    fn validate_final_config(&self, components: &RuntimeComponents, config: &ConfigBag) -> Result<(), BoxError> {
        self.proxied.validate_final_config(components, config)?;
        self.direct.validate_final_config(components, config)
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        self.proxied.connector_metadata()
    }
}

impl HttpConnector for ByHost<SharedHttpConnector> {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        if is_near(request.uri()) { self.direct.call(request) } else { self.proxied.call(request) }
    }
}

/// Whether a URI is of this machine or of its link: a proxy elsewhere would ask itself, or its own link.
fn is_near(uri: &str) -> bool {
    let Ok(url) = url::Url::parse(uri) else { return false };
    match url.host() {
        Some(url::Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name.eq_ignore_ascii_case("localhost") || name.to_ascii_lowercase().ends_with(".localhost")
        }
        Some(url::Host::Ipv4(address)) => is_near_address(address.into()),
        Some(url::Host::Ipv6(address)) => is_near_address(address.into()),
        None => false,
    }
}

fn is_near_address(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_link_local(),
        // Besides the link's own, where EC2 and EKS have their metadata.
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unicast_link_local() || v6.segments()[..2] == [0xfd00, 0x0ec2],
    }
}

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

/// The certificates of a bundle that can be read. One that cannot stands for nobody; the others still count.
fn ca_bundle(path: &Path) -> Result<Vec<u8>> {
    let refuse = || {
        Error::usage(format!("reading the certificates of AWS_CA_BUNDLE, {}", path.display()))
            .hint("it names a file of PEM certificates")
    };
    let pem = std::fs::read(path).map_err(|e| refuse().because(e))?;
    let text = String::from_utf8_lossy(&pem);
    let (mut good, mut bad) = (String::new(), None);
    for block in text.split(BEGIN).skip(1) {
        let block = block.split_once(END).map(|(inside, _)| format!("{BEGIN}{inside}{END}\n"));
        let read = block.ok_or_else(|| "one of them has no end".to_owned()).and_then(|block| {
            let der = CertificateDer::from_pem_slice(block.as_bytes()).map_err(|e| e.to_string())?;
            rustls::RootCertStore::empty().add(der).map_err(|e| e.to_string())?;
            Ok(block)
        });
        match read {
            Ok(block) => good.push_str(&block),
            Err(why) => {
                tracing::warn!(bundle = %path.display(), why, "a certificate of AWS_CA_BUNDLE cannot be read and is left out");
                bad = Some(why);
            }
        }
    }
    if good.is_empty() {
        return Err(refuse().because(bad.unwrap_or_else(|| "it holds none".to_owned())));
    }
    Ok(good.into_bytes())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_proxy_stands_before_this_machine_and_its_link() {
        for near in [
            "http://localhost:9000/b",
            "https://LOCALHOST./",
            "http://minio.localhost/",
            "http://127.0.0.1/",
            "http://127.8.9.10:1/x",
            "http://[::1]:9000/",
            "http://[::ffff:127.0.0.1]/",
            "http://169.254.169.254/latest",
            "http://169.254.170.2/creds",
            "http://[fe80::1]/",
            "http://[fd00:ec2::254]/",
        ] {
            assert!(is_near(near), "{near}");
        }
        for far in
            ["https://s3.amazonaws.com/", "http://10.0.0.1/", "http://localhost.example.org/", "http://[fd00::1]/"]
        {
            assert!(!is_near(far), "{far}");
        }
    }
}
