//! Certificates and keys from PEM files.

use std::path::Path;

use rustls::RootCertStore;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer, PrivateKeyDer};

use crate::db::conninfo::{Roots, SslMode, SslSettings};
use crate::error::{Error, Result};
use crate::permissions;

/// Trusted certificates.
pub(super) struct Trusted {
    /// For building chains.
    pub store: RootCertStore,
    /// The same as they are in the file, for a server whose own certificate is the trusted one.
    pub exact: Vec<CertificateDer<'static>>,
}

/// The certificates to trust; `None` where nothing is to be checked.
pub(super) fn trusted(ssl: &SslSettings) -> Result<Option<Trusted>> {
    let must_verify = ssl.mode >= SslMode::VerifyCa;
    match &ssl.roots {
        Roots::System => system().map(Some),
        // As libpq does: a root file that is there is used in every mode.
        Roots::File(file) if file.exists() => from_file(file).map(Some),
        Roots::File(file) if must_verify => {
            Err(Error::failed(format!("reading the root certificates {}", file.display()))
                .because("there is no such file")
                .hint("name the authority's certificate by sslrootcert, or use sslrootcert=system for a public one"))
        }
        Roots::None if must_verify => Err(Error::failed("looking for root certificates")
            .because("none is named and there is no home folder")
            .hint("name the authority's certificate by sslrootcert, or use sslrootcert=system for a public one")),
        Roots::File(_) | Roots::None => Ok(None),
    }
}

fn system() -> Result<Trusted> {
    let found = rustls_native_certs::load_native_certs();
    let mut store = RootCertStore::empty();
    let (added, _) = store.add_parsable_certificates(found.certs);
    if added > 0 {
        return Ok(Trusted { store, exact: Vec::new() });
    }
    let error = Error::failed("reading the system's root certificates");
    let error = match found.errors.into_iter().next() {
        Some(cause) => error.because(cause),
        None => error.because("there are none"),
    };
    Err(error.hint("install the package ca-certificates, or set SSL_CERT_FILE"))
}

fn from_file(file: &Path) -> Result<Trusted> {
    let exact = certificates(file, "root certificates")?;
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(exact.iter().cloned());
    Ok(Trusted { store, exact })
}

fn certificates(file: &Path, what: &str) -> Result<Vec<CertificateDer<'static>>> {
    let doing = || Error::failed(format!("reading the {what} {}", file.display()));
    let read: Result<Vec<_>, _> = CertificateDer::pem_file_iter(file).and_then(Iterator::collect);
    let list = read.map_err(|e| doing().because(e).hint("it must be a readable PEM file"))?;
    if list.is_empty() {
        return Err(doing().because("it has no certificate").hint("it must be a PEM file with BEGIN CERTIFICATE"));
    }
    Ok(list)
}

/// Revocation lists; none where the file is not there.
pub(super) fn revocation_lists(ssl: &SslSettings) -> Result<Vec<CertificateRevocationListDer<'static>>> {
    let Some(file) = ssl.crl.as_deref().filter(|file| file.exists()) else { return Ok(Vec::new()) };
    CertificateRevocationListDer::pem_file_iter(file).and_then(Iterator::collect).map_err(|e| {
        Error::failed(format!("reading the revocation list {}", file.display()))
            .because(e)
            .hint("sslcrl must be a readable PEM file")
    })
}

/// A client's certificate chain and its key.
pub(super) type ClientCertificate = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

/// The client's certificate chain and key; `None` where there is no certificate file.
pub(super) fn client_identity(ssl: &SslSettings) -> Result<Option<ClientCertificate>> {
    let Some(cert) = ssl.cert.as_deref().filter(|file| file.exists()) else { return Ok(None) };
    let chain = certificates(cert, "client certificate")?;
    let Some(key) = ssl.key.as_deref() else {
        return Err(Error::failed("looking for the client certificate's key").hint("name it by sslkey"));
    };
    let doing = || Error::failed(format!("reading the client certificate's key {}", key.display()));
    check_private(key)
        .map_err(|e| doing().because(e).hint("it must be there and private (chmod 0600); sslkey names another"))?;
    let key = PrivateKeyDer::from_pem_file(key)
        .map_err(|e| doing().because(e).hint("it must be a PEM file without a passphrase; sslkey names another"))?;
    Ok(Some((chain, key)))
}

/// As libpq wants it: nobody else may read the key; root may lend one to a group.
fn check_private(key: &Path) -> std::io::Result<()> {
    if permissions::is_open_to_others(&std::fs::metadata(key)?) {
        return Err(std::io::Error::other("others may read it"));
    }
    Ok(())
}
