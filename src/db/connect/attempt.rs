//! Which server is tried how: several hosts, several addresses, with TLS or without, in libpq's order.

use std::io;
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rand::seq::SliceRandom;
use tokio::time::{Instant, timeout_at};
use tokio_postgres::config as driver;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Config};

use super::flow::Flow;
use super::pooled::{self, Session};
use super::{Canceller, ConnectOptions, Db, session};
use crate::db::conninfo::{
    Address, ChannelBinding, ConnInfo, Endpoint, HostOrder, Keepalives, SslMode, SslNegotiation, TargetSessionAttrs,
};
use crate::db::errors;
use crate::db::server::{Access, Role, ServerInfo};
use crate::db::tls::{self, Connector, Stage};
use crate::error::{Error, Kind, Result};

/// What a connection gets where the conninfo has nothing to say: a broken network shows within a minute.
const KEEPALIVE_IDLE: Duration = Duration::from_secs(30);
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(10);
const KEEPALIVE_RETRIES: u32 = 3;

/// "No limit" for a clock that needs one.
const FOREVER: Duration = Duration::from_hours(30 * 365 * 24);

/// Why an endpoint did not do, and whether the next one may.
struct Refusal {
    error: Error,
    next: Next,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    /// Another server may let us in.
    TryOther,
    /// A server answered and said no; libpq stops here too.
    Stop,
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self { error, next: Next::TryOther }
    }
}

pub(super) async fn open(info: &ConnInfo, options: &ConnectOptions) -> Result<Db> {
    let tcp = info.endpoints.iter().any(|e| matches!(e.address, Address::Tcp { .. }));
    let tls = if tcp && info.ssl.mode != SslMode::Disable {
        Some(Connector::new(&info.ssl).map_err(|e| e.while_doing(format!("connecting to {}", info.shown())))?)
    } else {
        None
    };
    let mut endpoints: Vec<&Endpoint> = info.endpoints.iter().collect();
    if info.host_order == HostOrder::Random {
        endpoints.shuffle(&mut rand::rng());
    }
    let passes: &[TargetSessionAttrs] = match info.target_session_attrs {
        TargetSessionAttrs::PreferStandby => &[TargetSessionAttrs::Standby, TargetSessionAttrs::Any],
        ref other => std::slice::from_ref(other),
    };
    let mut refusals = Vec::new();
    for wanted in passes {
        refusals.clear();
        for endpoint in &endpoints {
            match (Attempts { info, options, endpoint, tls: tls.as_ref() }).run(*wanted).await {
                Ok(db) => return Ok(db),
                Err(Refusal { error, next: Next::Stop }) => return Err(error),
                Err(Refusal { error, next: Next::TryOther }) => refusals.push(error),
            }
        }
    }
    if refusals.len() > 1 {
        let all: Vec<String> = refusals.iter().map(ToString::to_string).collect();
        let error = Error::failed(format!("connecting to any server of {}", info.shown())).because(all.join("; "));
        let hint = refusals.last().and_then(Error::hint_text).map(str::to_owned);
        return Err(hint.into_iter().fold(error, Error::hint));
    }
    Err(refusals.pop().unwrap_or_else(|| Error::usage("connecting to the database").because("no host is named")))
}

struct Attempts<'a> {
    info: &'a ConnInfo,
    options: &'a ConnectOptions,
    endpoint: &'a Endpoint,
    tls: Option<&'a Connector>,
}

/// One way to try a server.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Plain,
    /// TLS if the server has it.
    Offered,
    Tls,
}

impl Attempts<'_> {
    fn doing(&self) -> String {
        format!("connecting to {}@{}/{}", self.info.user, self.endpoint.shown(), self.info.dbname)
    }

    /// Tries each address of the endpoint.
    async fn run(&self, wanted: TargetSessionAttrs) -> Result<Db, Refusal> {
        let limit = self.info.connect_timeout.unwrap_or(self.options.connect_timeout);
        let limit = if limit.is_zero() { FOREVER } else { limit };
        let mut refusal: Option<Refusal> = None;
        for addr in self.addresses(limit).await? {
            let deadline = Instant::now() + limit;
            match timeout_at(deadline, self.by_ssl_mode(addr)).await {
                Ok(Ok(db)) => return self.fitting(db, wanted),
                Ok(Err(r)) if r.next == Next::Stop => return Err(r),
                Ok(Err(r)) => refusal = Some(r),
                Err(_) => refusal = Some(self.timed_out(limit).into()),
            }
        }
        Err(refusal.unwrap_or_else(|| Error::failed(self.doing()).because("the host's name has no address").into()))
    }

    fn timed_out(&self, limit: Duration) -> Error {
        Error::failed(self.doing()).because(format!("no answer within {} s", limit.as_secs_f64())).hint(
            "check host, port and firewall, and that it is PostgreSQL that listens there; connect_timeout in the URL \
             allows more time",
        )
    }

    /// The addresses behind the host's name; one `None` for a unix socket.
    async fn addresses(&self, limit: Duration) -> Result<Vec<Option<IpAddr>>, Refusal> {
        let host = match &self.endpoint.address {
            Address::Unix(_) => return Ok(vec![None]),
            Address::Tcp { addr: Some(addr), .. } => return Ok(vec![Some(*addr)]),
            Address::Tcp { host, addr: None } => host,
        };
        let found = tokio::time::timeout(limit, tokio::net::lookup_host((host.as_str(), self.endpoint.port)))
            .await
            .map_err(|_| self.timed_out(limit))?
            .map_err(|e| {
                Error::failed(self.doing())
                    .because(e)
                    .hint(format!("the host {host:?} is unknown here: check its name in the database URL or PGHOST"))
            })?;
        let mut addresses: Vec<_> = found.map(|address| Some(address.ip())).collect();
        addresses.dedup();
        if self.info.host_order == HostOrder::Random {
            addresses.shuffle(&mut rand::rng());
        }
        Ok(addresses)
    }

    /// One address, in the one or two ways that `sslmode` allows.
    async fn by_ssl_mode(&self, addr: Option<IpAddr>) -> Result<Db, Refusal> {
        let (first, second) = match (self.tls, self.info.ssl.mode) {
            (None, _) | (_, SslMode::Disable) => (Way::Plain, None),
            _ if addr.is_none() => (Way::Plain, None),
            (Some(_), SslMode::Allow) => (Way::Plain, Some(Way::Offered)),
            (Some(_), SslMode::Prefer) => (Way::Offered, Some(Way::Plain)),
            (Some(_), SslMode::Require | SslMode::VerifyCa | SslMode::VerifyFull) => (Way::Tls, None),
        };
        let failure = match self.once(addr, first).await {
            Ok(opened) => return self.of_our_own(opened),
            Err(failure) => failure,
        };
        let Some(second) = second.filter(|_| failure.may_go_otherwise(first)) else {
            return Err(self.refusal(failure, first));
        };
        match self.once(addr, second).await {
            Ok(opened) => self.of_our_own(opened),
            // The more telling of the two: a wrong password says more than "no encryption" or a broken handshake.
            Err(again) if again.rank() > failure.rank() => Err(self.refusal(again, second)),
            Err(_) => Err(self.refusal(failure, first)),
        }
    }

    async fn once(&self, addr: Option<IpAddr>, way: Way) -> Result<Opened, Failure> {
        let config = self.config(addr, way);
        let flow = Flow::default();
        let ended = Arc::new(OnceLock::new());
        let tls = self.tls.filter(|_| way != Way::Plain).map(Connector::fresh);
        let (client, driver, stage) = if let Some(tls) = &tls {
            let failed = |e| Failure { e, stage: tls.stage() };
            let (client, connection) = config.connect(tls.clone()).await.map_err(failed)?;
            (client, session::drive(connection, Arc::clone(&ended), flow.clone()), tls.stage())
        } else {
            let failed = |e| Failure { e, stage: Stage::NotBegun };
            let (client, connection) = config.connect(tokio_postgres::NoTls).await.map_err(failed)?;
            (client, session::drive(connection, Arc::clone(&ended), flow.clone()), Stage::NotBegun)
        };
        let failed = |e| Failure { e, stage };
        // Before any setting is sent: it would reach the queries of others.
        if pooled::whose(&client, || self.another(&config, way)).await.map_err(failed)? == Session::Shared {
            return Ok(Opened::Shared);
        }
        let set_up = session::set_up(&client, self.options.lock_timeout).await;
        let (server, unsound) = set_up.map_err(failed)?;
        let timeout = self.info.connect_timeout.unwrap_or(self.options.connect_timeout);
        let timeout = if timeout.is_zero() { FOREVER } else { timeout };
        let canceller = Canceller { token: client.cancel_token(), tls, timeout, flow };
        Ok(Opened::Own(Box::new(Db {
            client,
            server,
            unsound,
            endpoint: self.endpoint.shown(),
            canceller,
            ended,
            driver,
        })))
    }

    /// A second session, which ends when it is dropped.
    async fn another(&self, config: &Config, way: Way) -> Result<Client, tokio_postgres::Error> {
        let ended = Arc::new(OnceLock::new());
        if let Some(tls) = self.tls.filter(|_| way != Way::Plain).map(Connector::fresh) {
            let (client, connection) = config.connect(tls).await?;
            session::drive(connection, ended, Flow::default());
            return Ok(client);
        }
        let (client, connection) = config.connect(tokio_postgres::NoTls).await?;
        session::drive(connection, ended, Flow::default());
        Ok(client)
    }

    fn of_our_own(&self, opened: Opened) -> Result<Db, Refusal> {
        match opened {
            Opened::Own(db) => Ok(*db),
            Opened::Shared => Err(Error::new(Kind::Unsupported, self.doing())
                .because(
                    "a connection pooler is in between, which hands the server's session to other clients after each \
                     transaction or statement",
                )
                .hint(
                    "name the server's own host and port in the database URL, or a pool in session mode (PgBouncer: \
                     pool_mode = session): locks and settings last as long as a session here",
                )
                .into()),
        }
    }

    fn config(&self, addr: Option<IpAddr>, way: Way) -> Config {
        let (info, options) = (self.info, self.options);
        let mut config = Config::new();
        match &self.endpoint.address {
            Address::Unix(folder) => config.host_path(folder),
            Address::Tcp { host, .. } => config.host(host),
        };
        if let Some(addr) = addr {
            config.hostaddr(addr);
        }
        config.port(self.endpoint.port).user(&info.user).dbname(&info.dbname);
        config.application_name(info.application_name.as_ref().unwrap_or(&options.application_name));
        if let Some(password) = &self.endpoint.password {
            config.password(password.reveal());
        }
        if let Some(text) = &info.options {
            config.options(text);
        }
        config.ssl_mode(match way {
            Way::Plain => driver::SslMode::Disable,
            Way::Offered => driver::SslMode::Prefer,
            Way::Tls => driver::SslMode::Require,
        });
        config.ssl_negotiation(match info.ssl.negotiation {
            SslNegotiation::Postgres => driver::SslNegotiation::Postgres,
            SslNegotiation::Direct => driver::SslNegotiation::Direct,
        });
        config.channel_binding(match info.channel_binding {
            ChannelBinding::Disable => driver::ChannelBinding::Disable,
            ChannelBinding::Prefer => driver::ChannelBinding::Prefer,
            ChannelBinding::Require => driver::ChannelBinding::Require,
        });
        match info.keepalives {
            Keepalives::Off => {
                config.keepalives(false);
            }
            Keepalives::On { idle, interval, retries } => {
                config
                    .keepalives(true)
                    .keepalives_idle(idle.unwrap_or(KEEPALIVE_IDLE))
                    .keepalives_interval(interval.unwrap_or(KEEPALIVE_INTERVAL))
                    .keepalives_retries(retries.unwrap_or(KEEPALIVE_RETRIES));
            }
        }
        if let Some(timeout) = info.tcp_user_timeout {
            config.tcp_user_timeout(timeout);
        }
        config
    }

    fn fitting(&self, db: Db, wanted: TargetSessionAttrs) -> Result<Db, Refusal> {
        let ServerInfo { access, role, .. } = db.server;
        let (fits, what) = match wanted {
            TargetSessionAttrs::Any | TargetSessionAttrs::PreferStandby => (true, ""),
            TargetSessionAttrs::ReadWrite => (access == Access::ReadWrite, "its sessions are read-only"),
            TargetSessionAttrs::ReadOnly => (access == Access::ReadOnly, "its sessions may write"),
            TargetSessionAttrs::Primary => (role == Role::Primary, "it is a standby"),
            TargetSessionAttrs::Standby => (role == Role::Standby, "it is no standby"),
        };
        if fits {
            return Ok(db);
        }
        Err(Error::failed(self.doing())
            .because(what)
            .hint("target_session_attrs asks for another server: list all hosts of the cluster in the database URL")
            .into())
    }

    fn refusal(&self, failure: Failure, way: Way) -> Refusal {
        let next = match failure.e.code() {
            None => Next::TryOther,
            Some(code) if *code == SqlState::CANNOT_CONNECT_NOW => Next::TryOther,
            Some(_) => Next::Stop,
        };
        Refusal { error: self.explain(failure, way), next }
    }

    fn explain(&self, Failure { e, stage }: Failure, way: Way) -> Error {
        if e.code().is_some() {
            return errors::explain(self.doing(), e);
        }
        let error = Error::failed(self.doing());
        if let Some(io) = errors::io_error(&e) {
            let hint = match tls::tls_error(io) {
                Some(tls) => tls::hint(tls).to_owned(),
                None => self.io_hint(io),
            };
            return error.because(errors::ServerError::new(e)).hint(hint);
        }
        // Neither end of the talk nor nonsense in it has a cause; every refusal below has.
        if std::error::Error::source(&e).is_none() {
            return error.because(errors::ServerError::new(e)).hint(self.stranger_hint());
        }
        if way == Way::Tls && stage == Stage::NotBegun {
            return error
                .because("the server has no TLS")
                .hint("set ssl = on at the server, or sslmode=prefer or disable if the network can be trusted");
        }
        let error = error.because(errors::ServerError::new(e));
        if self.endpoint.password.is_none() {
            return error.hint("the server wants a password: give one by PGPASSWORD, ~/.pgpass or in the database URL");
        }
        error.hint("client and server share no way to log in: the server's pg_hba.conf should say scram-sha-256")
    }

    fn io_hint(&self, io: &io::Error) -> String {
        let at = self.endpoint.shown();
        match io.kind() {
            io::ErrorKind::ConnectionRefused => {
                format!("nothing listens at {at}: is the server running, and are host and port right?")
            }
            io::ErrorKind::NotFound => {
                format!("there is no socket at {at}: is the server running, and is the port right?")
            }
            io::ErrorKind::PermissionDenied => format!("this user may not open the socket at {at}"),
            io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable | io::ErrorKind::TimedOut => {
                format!("check that {at} can be reached from here: network, firewall, VPN")
            }
            _ => self.stranger_hint(),
        }
    }

    fn stranger_hint(&self) -> String {
        format!("what listens at {} broke off: is it PostgreSQL? Its log may say why", self.endpoint.shown())
    }
}

/// What one attempt came to.
enum Opened {
    /// A session that stays ours.
    Own(Box<Db>),
    /// A pooler's, of which nothing was asked but whose it is.
    Shared,
}

/// What one attempt ran into.
struct Failure {
    e: tokio_postgres::Error,
    stage: Stage,
}

impl Failure {
    /// Whether `allow` and `prefer` now try the other way: the server refused this one, or the handshake failed.
    fn may_go_otherwise(&self, way: Way) -> bool {
        match self.e.code() {
            Some(code) => {
                let refused = code.code().starts_with("28");
                refused && (way == Way::Plain || self.stage == Stage::Done)
            }
            None => self.stage == Stage::Begun,
        }
    }

    fn rank(&self) -> u8 {
        match self.e.code() {
            Some(code) if *code == SqlState::INVALID_AUTHORIZATION_SPECIFICATION => 1,
            Some(_) => 2,
            None => 0,
        }
    }
}
