//! The check of a server's certificate, as libpq does it by `sslmode`.

use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, Error as TlsError, SignatureScheme};

use super::{files, names};
use crate::db::conninfo::{SslMode, SslSettings};
use crate::error::{Error, Result};

/// How a server's certificate is checked.
#[derive(Debug)]
pub(super) struct CertificateVerifier {
    provider: Arc<CryptoProvider>,
    trust: CertificateTrust,
}

#[derive(Debug)]
enum CertificateTrust {
    /// Encryption only: anybody may answer.
    Anyone,
    /// A chain to a trusted root.
    Chain { webpki: Arc<WebPkiServerVerifier>, exact: Vec<CertificateDer<'static>>, name: NameCheck },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NameCheck {
    Required,
    Skipped,
}

impl CertificateVerifier {
    pub(super) fn new(ssl: &SslSettings, provider: &Arc<CryptoProvider>) -> Result<Self> {
        let trust = match files::trusted(ssl)? {
            None => CertificateTrust::Anyone,
            Some(trusted) => {
                let lists = files::revocation_lists(ssl)?;
                let builder =
                    WebPkiServerVerifier::builder_with_provider(Arc::new(trusted.store), Arc::clone(provider));
                // With a list given every certificate of the chain must be known to one, as with libpq.
                let webpki = builder.with_crls(lists).build().map_err(|e| {
                    Error::failed("setting up TLS").because(e).hint("sslrootcert or sslcrl names a file it cannot use")
                })?;
                let name = if ssl.mode == SslMode::VerifyFull { NameCheck::Required } else { NameCheck::Skipped };
                CertificateTrust::Chain { webpki, exact: trusted.exact, name }
            }
        };
        Ok(Self { provider: Arc::clone(provider), trust })
    }

    /// Whether a certificate has to be signed by a trusted root.
    pub(super) const fn checks(&self) -> bool {
        matches!(self.trust, CertificateTrust::Chain { .. })
    }
}

impl ServerCertVerifier for CertificateVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        let CertificateTrust::Chain { webpki, exact, name } = &self.trust else {
            return Ok(ServerCertVerified::assertion());
        };
        // A certificate that signed itself and is trusted by file is its own chain; webpki refuses it as an authority.
        if exact.iter().any(|trusted| trusted.as_ref() == end_entity.as_ref()) {
            names::check_dates(end_entity, now)?;
            return match name {
                NameCheck::Skipped => Ok(ServerCertVerified::assertion()),
                NameCheck::Required => names::check(end_entity, server_name).map(|()| ServerCertVerified::assertion()),
            };
        }
        match webpki.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now) {
            // The name is looked at last: the chain is good.
            Err(TlsError::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) => match name {
                NameCheck::Skipped => Ok(ServerCertVerified::assertion()),
                NameCheck::Required => names::check(end_entity, server_name).map(|()| ServerCertVerified::assertion()),
            },
            other => other,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests;
