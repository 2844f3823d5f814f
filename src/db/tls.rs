//! TLS by rustls: trusted roots, client certificates and libpq's checks of a server's certificate.

mod files;
mod names;
mod verify;

use std::io;
use std::sync::Arc;

use rustls::{CertificateError, ClientConfig, SupportedProtocolVersion};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::db::conninfo::{Sni, SslNegotiation, SslSettings, TlsVersion};
use crate::error::{Error, Result};

/// An encrypted stream over `S`.
pub type Encrypted<S> = <MakeRustlsConnect as MakeTlsConnect<S>>::Stream;

/// Makes TLS sessions.
#[derive(Clone)]
pub struct TlsConnector {
    inner: MakeRustlsConnect,
    checks_certificates: bool,
}

impl TlsConnector {
    /// Reads the files that the settings name.
    ///
    /// # Errors
    /// Where a needed file is missing or cannot be used.
    pub fn new(ssl: &SslSettings) -> Result<Self> {
        let (config, checks_certificates) = client_config(ssl)?;
        Ok(Self { inner: MakeRustlsConnect::new(config), checks_certificates })
    }

    /// Whether only a server with a certificate by a trusted root gets through a handshake.
    pub const fn checks_certificates(&self) -> bool {
        self.checks_certificates
    }

    /// Encrypts a stream to the host of this name.
    ///
    /// # Errors
    /// Where the other end does not, or its certificate will not do: see [`tls_error`].
    pub async fn handshake<S>(&self, stream: S, host: &str) -> io::Result<Encrypted<S>>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let mut inner = self.inner.clone();
        let Ok(connect) = <MakeRustlsConnect as MakeTlsConnect<S>>::make_tls_connect(&mut inner, host);
        connect.connect(stream).await
    }
}

/// The configuration, and whether it has a server's certificate checked.
fn client_config(ssl: &SslSettings) -> Result<(ClientConfig, bool)> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let versions: Vec<&'static SupportedProtocolVersion> =
        [(TlsVersion::V1_2, &rustls::version::TLS12), (TlsVersion::V1_3, &rustls::version::TLS13)]
            .into_iter()
            .filter(|(version, _)| (ssl.min..=ssl.max).contains(version))
            .map(|(_, version)| version)
            .collect();
    let verifier = verify::CertificateVerifier::new(ssl, &provider)?;
    let checks_certificates = verifier.checks();
    let setting_up = || Error::failed("setting up TLS");
    let builder = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&versions)
        .map_err(|e| setting_up().because(e))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    let mut config = match files::client_identity(ssl)? {
        Some((chain, key)) => builder.with_client_auth_cert(chain, key).map_err(|e| {
            setting_up().because(e).hint("sslkey must be the key that belongs to the first certificate of sslcert")
        })?,
        None => builder.with_no_client_auth(),
    };
    config.enable_sni = ssl.sni == Sni::Sent;
    // Without the request first, the protocol's name is how the server tells one client from another.
    if ssl.negotiation == SslNegotiation::Direct {
        config.alpn_protocols = vec![b"postgresql".to_vec()];
    }
    Ok((config, checks_certificates))
}

/// The TLS error inside a socket's error.
pub(super) fn tls_error(e: &io::Error) -> Option<&rustls::Error> {
    e.get_ref().and_then(|inner| inner.downcast_ref())
}

/// What to do about a TLS error.
pub(super) fn hint(e: &rustls::Error) -> &'static str {
    match e {
        rustls::Error::InvalidCertificate(problem) => match problem {
            CertificateError::UnknownIssuer | CertificateError::BadSignature => {
                "sslrootcert must hold the certificate of the authority that signed the server's"
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                "connect by a name the server's certificate has (hostaddr can hold the address), or use \
                 sslmode=verify-ca if any name will do"
            }
            CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. } => {
                "the server needs a new certificate; check the clocks of both machines"
            }
            CertificateError::Revoked => "the server's certificate was revoked: it needs a new one",
            _ => "the server's certificate cannot be used: it needs a new one",
        },
        rustls::Error::AlertReceived(_) => {
            "the server broke off: it may want a client certificate (sslcert, sslkey) or another TLS version; its log \
             says which"
        }
        rustls::Error::PeerIncompatible(_) => {
            "client and server share no TLS version or cipher: the server needs TLS 1.2 or 1.3"
        }
        _ => "check that a PostgreSQL server with TLS listens there",
    }
}
