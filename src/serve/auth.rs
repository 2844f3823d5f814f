//! Who may ask: nobody is asked on a socket that only this user can open, others prove a password by SCRAM-SHA-256
//! (<https://www.postgresql.org/docs/current/sasl-authentication.html>).

use std::borrow::Cow;
use std::io;
use std::sync::Arc;

use bytes::Bytes;
use pgwire::messages::startup::{Authentication, PasswordMessageFamily};
use pgwire::messages::{PgWireBackendMessage as Backend, PgWireFrontendMessage as Frontend};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

use super::fault::{Answer, Fault};
use super::scram::{MECHANISM, PasswordVerifier};
use super::wire::{Expecting, Wire};
use crate::db::conninfo::Secret;
use crate::db::queries::serve::ServedNamespace;
use crate::error::{Error, Result};
use crate::namespace::login::{LoginKey, SEPARATOR, namespace_of};

/// Which namespaces a session may ask for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Admitted {
    /// All of them.
    ToAll,
    /// This one alone, and only while its archived messages are served.
    To(String),
}

impl Admitted {
    /// Refuses a table of another namespace.
    ///
    /// # Errors
    /// 42501 where the session may not ask for it.
    pub fn check(&self, schema: &str, found: &ServedNamespace) -> Answer<()> {
        let Self::To(own) = self else { return Ok(()) };
        let denied = |why: String| Fault::new("42501", format!("permission denied for {schema}.messages: {why}"));
        let set = "eventodb-admin namespaces set NAMESPACE --archived-reads serve --serve-url …";
        if found.namespace != *own {
            return Err(denied(format!("this login is for namespace {own} alone"))
                .hint(format!("{set} makes a foreign table, and its login, for each namespace")));
        }
        if !found.is_served {
            return Err(denied(format!("namespace {own} is not set to have its archived messages served"))
                .hint(format!("{set} has them served")));
        }
        Ok(())
    }
}

/// A user and what proves its password, and the passwords of namespaces.
#[derive(Debug, Clone)]
pub struct LoginCredentials {
    user: String,
    verifier: PasswordVerifier,
    key: LoginKey,
}

impl LoginCredentials {
    /// Keeps what the password is proven by, and what passwords of namespaces are made from.
    ///
    /// # Errors
    /// [`Kind::Usage`](crate::error::Kind::Usage) where the user could be taken for one of a namespace.
    pub fn new(user: String, password: &Secret) -> Result<Self> {
        if user.contains(SEPARATOR) {
            return Err(Error::usage("reading --user")
                .because(format!("{user} has the character {SEPARATOR:?}"))
                .hint("what is behind it would be the namespace that the login is for: choose a name without it"));
        }
        Ok(Self { user, verifier: PasswordVerifier::new(password.reveal()), key: LoginKey::new(password) })
    }

    /// What a user may ask for once the password is proven; `None` where nobody has that name.
    fn admitted(&self, user: &str) -> Option<Admitted> {
        if user == self.user {
            return Some(Admitted::ToAll);
        }
        namespace_of(user, &self.user).map(|namespace| Admitted::To(namespace.to_owned()))
    }

    /// What proves the password. That of a namespace is made for each login and is not kept.
    fn verifier(&self, admitted: Option<&Admitted>) -> Cow<'_, PasswordVerifier> {
        match admitted {
            Some(Admitted::To(namespace)) => {
                Cow::Owned(PasswordVerifier::new(self.key.password_of(namespace).reveal()))
            }
            // One of no known name is asked as well, and is refused in the end.
            Some(Admitted::ToAll) | None => Cow::Borrowed(&self.verifier),
        }
    }
}

/// A certificate, and what encrypts by it.
#[derive(Clone)]
pub struct Tls {
    acceptor: TlsAcceptor,
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tls").finish_non_exhaustive()
    }
}

impl Tls {
    /// Reads a certificate with its chain, and its key.
    ///
    /// # Errors
    /// [`Kind::Usage`](crate::error::Kind::Usage) where a file cannot be read, or they do not belong together.
    pub fn read(certificate: &std::path::Path, key: &std::path::Path) -> Result<Self> {
        let doing = |file: &std::path::Path| format!("reading {}", file.display());
        if let Some(complaint) = crate::permissions::complaint(key, "a key") {
            return Err(Error::usage(doing(key)).because(complaint));
        }
        let pem = std::fs::read(certificate).map_err(|e| Error::usage(doing(certificate)).because(e))?;
        let chain: Vec<_> = CertificateDer::pem_slice_iter(&pem)
            .collect::<std::result::Result<_, _>>()
            .map_err(|e| Error::usage(doing(certificate)).because(e.to_string()))?;
        let key_der = PrivateKeyDer::from_pem_file(key).map_err(|e| Error::usage(doing(key)).because(e.to_string()))?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|e| Error::failed("setting up TLS").because(e))?
            .with_no_client_auth()
            .with_single_cert(chain, key_der)
            .map_err(|e| Error::usage("setting up TLS").because(e).hint("--tls-cert and --tls-key belong together"))?;
        Ok(Self { acceptor: TlsAcceptor::from(Arc::new(config)) })
    }

    /// Encrypts a stream.
    pub async fn accept(
        &self,
        stream: Box<dyn super::wire::WireStream>,
    ) -> io::Result<Box<dyn super::wire::WireStream>> {
        Ok(Box::new(self.acceptor.accept(stream).await?))
    }
}

/// Lets a client in that knows the password, and says what it may ask for.
///
/// # Errors
/// Where the connection fails. The inner fault is a client that is not let in.
pub async fn prove(wire: &mut Wire, user: &str, credentials: &LoginCredentials) -> io::Result<Answer<Admitted>> {
    let admitted = credentials.admitted(user);
    let verifier = credentials.verifier(admitted.as_ref());
    let refused = || Fault::new("28P01", format!("password authentication failed for user \"{user}\""));
    wire.feed(Backend::Authentication(Authentication::SASL(vec![MECHANISM.to_owned()]))).await?;
    wire.flush().await?;
    let first = sasl(wire).await?.and_then(|message| message.into_sasl_initial_response().ok());
    let first = first.filter(|first| first.auth_method == MECHANISM).and_then(|first| first.data);
    let Some(challenge) = first.and_then(|first| verifier.challenge(&first)) else {
        return Ok(Err(refused()));
    };
    let message = Bytes::from(challenge.message.clone());
    wire.feed(Backend::Authentication(Authentication::SASLContinue(message))).await?;
    wire.flush().await?;
    let last = sasl(wire).await?.and_then(|message| message.into_sasl_response().ok());
    // The name is looked at last, so that a wrong one takes as long.
    match (last.and_then(|last| challenge.proof(&last.data)), admitted) {
        (Some(proof), Some(admitted)) => {
            wire.feed(Backend::Authentication(Authentication::SASLFinal(Bytes::from(proof)))).await?;
            Ok(Ok(admitted))
        }
        _ => Ok(Err(refused())),
    }
}

async fn sasl(wire: &mut Wire) -> io::Result<Option<PasswordMessageFamily>> {
    wire.expect(Expecting::Password);
    Ok(match wire.next().await? {
        Some(Frontend::PasswordMessageFamily(message)) => Some(message),
        _ => None,
    })
}
