//! Where the database is and how to get in: a URL or conninfo string, the environment, libpq's files and defaults.

mod params;
mod parse;
mod require_auth;
mod resolve;
mod service;

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

pub use super::secret::Secret;

pub use require_auth::{AuthMethod, RequireAuth};

/// How much encryption and proof of identity is asked for: libpq's `sslmode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SslMode {
    /// Never TLS.
    Disable,
    /// TLS only where the server refuses a plain connection.
    Allow,
    /// TLS where the server has it and it works, otherwise plain. The default.
    Prefer,
    /// Always TLS. Like [`SslMode::VerifyCa`] where a root certificate file exists, otherwise anyone may answer.
    Require,
    /// TLS with a certificate signed by a trusted root, whatever its name.
    VerifyCa,
    /// TLS with a certificate signed by a trusted root and made out to the host's name.
    VerifyFull,
}

/// Who starts the TLS handshake: libpq's `sslnegotiation`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SslNegotiation {
    /// `PostgreSQL`'s own request comes first. The default.
    Postgres,
    /// TLS from the first byte (`PostgreSQL` 17 and later).
    Direct,
}

/// Whether SCRAM is tied to the TLS channel: libpq's `channel_binding`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChannelBinding {
    /// Never.
    Disable,
    /// Where both sides can. The default.
    Prefer,
    /// Always; otherwise the connection fails.
    Require,
}

/// Which server of several will do: libpq's `target_session_attrs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TargetSessionAttrs {
    /// The first that answers. The default.
    Any,
    /// One whose sessions may write.
    ReadWrite,
    /// One whose sessions may not write.
    ReadOnly,
    /// One that is not a standby.
    Primary,
    /// A standby.
    Standby,
    /// A standby, or any where there is none.
    PreferStandby,
}

/// In which order several hosts are tried: libpq's `load_balance_hosts`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HostOrder {
    /// As they are listed. The default.
    Listed,
    /// Shuffled for every connection.
    Random,
}

/// How one server is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServerAddress {
    /// The folder with the server's unix socket.
    Unix(PathBuf),
    /// TCP.
    Tcp {
        /// The host's name or address, as given: what a certificate is checked against.
        host: String,
        /// Where to connect without asking the name service: `hostaddr`.
        addr: Option<IpAddr>,
    },
}

/// One server of those the connection may go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Where it is.
    pub address: ServerAddress,
    /// Its port; for a unix socket part of the file's name.
    pub port: u16,
    /// The password for it, where one is known.
    pub password: Option<Secret>,
}

/// Where trusted root certificates come from: `sslrootcert`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Roots {
    /// The platform's own: `sslrootcert=system`.
    System,
    /// A PEM file. It need not exist, except for [`SslMode::VerifyCa`] and [`SslMode::VerifyFull`].
    File(PathBuf),
    /// No file named and no home folder to look in.
    None,
}

/// A TLS version, as `ssl_min_protocol_version` and `ssl_max_protocol_version` name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TlsVersion {
    /// TLS 1.2.
    V1_2,
    /// TLS 1.3.
    V1_3,
}

/// Everything about TLS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SslSettings {
    /// How much is asked for.
    pub mode: SslMode,
    /// Who starts.
    pub negotiation: SslNegotiation,
    /// Trusted roots.
    pub roots: Roots,
    /// Revoked certificates, a PEM file that need not exist.
    pub crl: Option<PathBuf>,
    /// The client's certificate chain, a PEM file that need not exist.
    pub cert: Option<PathBuf>,
    /// The key to it, a PEM file.
    pub key: Option<PathBuf>,
    /// Oldest version to speak.
    pub min: TlsVersion,
    /// Newest version to speak.
    pub max: TlsVersion,
    /// Whether the host's name is sent in the clear at the start of the handshake.
    pub sni: Sni,
}

/// Whether the host's name is sent in the clear at the start of the handshake: `sslsni`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sni {
    /// Sent. The default.
    Sent,
    /// Not sent.
    Withheld,
}

/// TCP keepalives; what is `None` is left to this crate or the system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keepalives {
    /// None are sent.
    Off,
    /// Sent on an idle connection.
    On {
        /// Silence before the first.
        idle: Option<Duration>,
        /// Time between two.
        interval: Option<Duration>,
        /// How many go unanswered before the connection counts as broken.
        retries: Option<u32>,
    },
}

/// Whether anybody has said where the database is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// A URL, a variable or a service has.
    Yes,
    /// All is libpq's default.
    No,
}

/// Where the database is and how to get in. Neither `Debug` nor [`ConnInfo::shown`] tells the password.
#[derive(Debug, Clone)]
pub struct ConnInfo {
    /// The servers, in the order given; at least one.
    pub endpoints: Vec<Endpoint>,
    /// Whether anybody has named a server, a database or a user, or all are defaults.
    pub named: Named,
    /// The role to log in as.
    pub user: String,
    /// The database.
    pub dbname: String,
    /// TLS.
    pub ssl: SslSettings,
    /// `connect_timeout`, where given; it counts for each server. `Some(ZERO)` waits for ever.
    pub connect_timeout: Option<Duration>,
    /// Server settings to start with, as `-c name=value …`.
    pub options: Option<String>,
    /// What `pg_stat_activity` shows, where given.
    pub application_name: Option<String>,
    /// Which server will do.
    pub target_session_attrs: TargetSessionAttrs,
    /// Which server is tried first.
    pub host_order: HostOrder,
    /// SCRAM and TLS tied together.
    pub channel_binding: ChannelBinding,
    /// Which ways to log in the server may ask for.
    pub require_auth: RequireAuth,
    /// TCP keepalives.
    pub keepalives: Keepalives,
    /// How long sent data may stay unacknowledged.
    pub tcp_user_timeout: Option<Duration>,
}

impl ConnInfo {
    /// What may be shown: `user@host:port/dbname`, never the password.
    pub fn shown(&self) -> String {
        let hosts: Vec<String> = self.endpoints.iter().map(Endpoint::shown).collect();
        format!("{}@{}/{}", self.user, hosts.join(","), self.dbname)
    }
}

impl Endpoint {
    /// `host:port`, or the path of the unix socket.
    pub fn shown(&self) -> String {
        match &self.address {
            ServerAddress::Unix(folder) => format!("{}:{}", folder.display(), self.port),
            ServerAddress::Tcp { host, .. } if host.contains(':') => format!("[{host}]:{}", self.port),
            ServerAddress::Tcp { host, .. } => format!("{host}:{}", self.port),
        }
    }
}

/// What may be shown of a URL or conninfo string: its parameters as `key=value` pairs, secrets as `***`. Nothing where it
/// cannot be read: what is a secret in it is then unknown.
pub fn masked(text: &str) -> Option<String> {
    Some(parse::text(text).ok()?.masked())
}

/// What [`masked`] says where the password is another one: it has to be the same.
pub fn masked_with_another_password(text: &str) -> Option<String> {
    let mut params = parse::text(text).ok()?;
    if params.get("password").is_some() {
        params.set("password", "another".to_owned()).ok()?;
    }
    Some(params.masked())
}

/// Whether a URL or conninfo string holds a password. One that cannot be read counts as if it did not.
pub fn has_password(text: &str) -> bool {
    parse::text(text).is_ok_and(|params| params.get("password").is_some())
}

#[cfg(test)]
mod tests;
