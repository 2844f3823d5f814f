//! TLS by rustls: trusted roots, client certificates and libpq's checks of a server's certificate.

mod files;
mod names;
mod verify;

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use rustls::{CertificateError, ClientConfig, SupportedProtocolVersion};
use tokio_postgres::Socket;
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::db::conninfo::{Sni, SslNegotiation, SslSettings, TlsVersion};
use crate::error::{Error, Result};

type RustlsConnect = <MakeRustlsConnect as MakeTlsConnect<Socket>>::TlsConnect;
type RustlsStream = <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream;

/// How far TLS got in one attempt to connect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// No handshake was begun: not asked for, or the server has no TLS.
    NotBegun,
    /// The handshake was begun and has not succeeded.
    Begun,
    /// The channel is encrypted.
    Done,
}

/// Makes TLS sessions for the driver, and remembers how far the last one got.
#[derive(Clone)]
pub struct Connector {
    inner: MakeRustlsConnect,
    stage: Arc<AtomicU8>,
}

impl Connector {
    /// Reads the files that the settings name.
    ///
    /// # Errors
    /// Where a needed file is missing or cannot be used.
    pub fn new(ssl: &SslSettings) -> Result<Self> {
        Ok(Self { inner: MakeRustlsConnect::new(client_config(ssl)?), stage: Arc::default() })
    }

    /// How far the last handshake got.
    pub fn stage(&self) -> Stage {
        match self.stage.load(Ordering::Relaxed) {
            0 => Stage::NotBegun,
            1 => Stage::Begun,
            _ => Stage::Done,
        }
    }

    /// A connector with the same settings whose stage is its own.
    #[must_use]
    pub fn fresh(&self) -> Self {
        Self { inner: self.inner.clone(), stage: Arc::default() }
    }
}

impl MakeTlsConnect<Socket> for Connector {
    type Stream = RustlsStream;
    type TlsConnect = Handshake;
    type Error = std::convert::Infallible;

    fn make_tls_connect(&mut self, domain: &str) -> Result<Handshake, Self::Error> {
        let inner = <MakeRustlsConnect as MakeTlsConnect<Socket>>::make_tls_connect(&mut self.inner, domain)?;
        Ok(Handshake { inner, stage: Arc::clone(&self.stage) })
    }
}

/// One handshake to come.
pub struct Handshake {
    inner: RustlsConnect,
    stage: Arc<AtomicU8>,
}

impl TlsConnect<Socket> for Handshake {
    type Stream = RustlsStream;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<RustlsStream>> + Send>>;

    fn connect(self, stream: Socket) -> Self::Future {
        Box::pin(async move {
            self.stage.store(1, Ordering::Relaxed);
            let stream = self.inner.connect(stream).await?;
            self.stage.store(2, Ordering::Relaxed);
            Ok(stream)
        })
    }
}

fn client_config(ssl: &SslSettings) -> Result<ClientConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let versions: Vec<&'static SupportedProtocolVersion> =
        [(TlsVersion::V1_2, &rustls::version::TLS12), (TlsVersion::V1_3, &rustls::version::TLS13)]
            .into_iter()
            .filter(|(version, _)| (ssl.min..=ssl.max).contains(version))
            .map(|(_, version)| version)
            .collect();
    let verifier = verify::Verifier::new(ssl, &provider)?;
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
    Ok(config)
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
