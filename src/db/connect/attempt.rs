//! Which server is tried how: several hosts, several addresses, with TLS or without, in libpq's order.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rand::seq::SliceRandom;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};
use tokio_postgres::config as driver;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Config};

use super::flow::Flow;
use super::guard::{AsItIs, Guarded, LoginRefusal, Rules};
use super::line::{self, Broken, Route, SocketPlace, Wish};
use super::pooled::{self, SessionOwner};
use super::{Canceller, ConnectOptions, Db, session};
use crate::db::conninfo::{
    ChannelBinding, ConnInfo, Endpoint, HostOrder, Named, ServerAddress, SslMode, TargetSessionAttrs,
};
use crate::db::errors;
use crate::db::server::{Access, Role, ServerInfo};
use crate::db::tls::{self, TlsConnector};
use crate::error::{Error, Kind, Result};

/// "No limit" for a clock that needs one.
const FOREVER: Duration = Duration::from_hours(30 * 365 * 24);

/// For who has named no database at all.
const NOT_NAMED: &str = "no database is named, and libpq's defaults were tried: give --db-url, or set EVENTODB_DB_URL, DATABASE_URL, \
                         PGHOST, or db_url in the configuration file";

/// Why an endpoint did not do, and whether the next one may.
struct Refusal {
    error: Error,
    next: AfterFailure,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum AfterFailure {
    /// Another server may let us in.
    TryOther,
    /// A server answered and said no; libpq stops here too.
    Stop,
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self { error, next: AfterFailure::TryOther }
    }
}

/// Connects to a database with `TimescaleDB` 2.19 or later.
///
/// # Errors
/// Where no server lets us in, with a hint; [`Kind::Unsupported`](crate::error::Kind::Unsupported) where the extension
/// is missing or too old.
pub async fn connect(info: &ConnInfo, options: &ConnectOptions) -> Result<Db> {
    let db = connect_plain(info, options).await?;
    db.server.require_timescale()?;
    Ok(db)
}

/// Connects to any `PostgreSQL` database; [`ServerInfo::timescale`] says whether it has `TimescaleDB`.
///
/// # Errors
/// Where no server lets us in, with a hint.
pub async fn connect_plain(info: &ConnInfo, options: &ConnectOptions) -> Result<Db> {
    open(info, options).await
}

async fn open(info: &ConnInfo, options: &ConnectOptions) -> Result<Db> {
    let tcp = info.endpoints.iter().any(|e| matches!(e.address, ServerAddress::Tcp { .. }));
    let tls = if tcp && info.ssl.mode != SslMode::Disable {
        Some(TlsConnector::new(&info.ssl).map_err(|e| e.while_doing(format!("connecting to {}", info.shown())))?)
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
                Err(Refusal { error, next: AfterFailure::Stop }) => return Err(error),
                Err(Refusal { error, next: AfterFailure::TryOther }) => refusals.push(error),
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
    tls: Option<&'a TlsConnector>,
}

/// One way to try a server.
#[derive(Clone, Copy, PartialEq, Eq)]
enum TlsWay {
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
        for place in self.places(limit).await? {
            let deadline = Instant::now() + limit;
            match timeout_at(deadline, self.by_ssl_mode(&place)).await {
                Ok(Ok(db)) => return self.fitting(db, wanted),
                Ok(Err(r)) if r.next == AfterFailure::Stop => return Err(r),
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

    /// The addresses behind the host's name, or the unix socket.
    async fn places(&self, limit: Duration) -> Result<Vec<SocketPlace>, Refusal> {
        let port = self.endpoint.port;
        let (host, addr) = match &self.endpoint.address {
            ServerAddress::Unix(folder) => return Ok(vec![SocketPlace::Unix(folder.clone(), port)]),
            ServerAddress::Tcp { host, addr } => (host, addr),
        };
        let at = |addr| SocketPlace::Tcp { host: host.clone(), addr: SocketAddr::new(addr, port) };
        if let Some(addr) = addr {
            return Ok(vec![at(*addr)]);
        }
        let found = tokio::time::timeout(limit, tokio::net::lookup_host((host.as_str(), port)))
            .await
            .map_err(|_| self.timed_out(limit))?
            .map_err(|e| {
                Error::failed(self.doing())
                    .because(e)
                    .hint(format!("the host {host:?} is unknown here: check its name in the database URL or PGHOST"))
            })?;
        let mut addresses: Vec<_> = found.map(|address| address.ip()).collect();
        addresses.dedup();
        if self.info.host_order == HostOrder::Random {
            addresses.shuffle(&mut rand::rng());
        }
        Ok(addresses.into_iter().map(at).collect())
    }

    /// One address, in the one or two ways that `sslmode` allows.
    async fn by_ssl_mode(&self, place: &SocketPlace) -> Result<Db, Refusal> {
        let (first, second) = match (self.tls, self.info.ssl.mode) {
            (None, _) | (_, SslMode::Disable) => (TlsWay::Plain, None),
            _ if matches!(place, SocketPlace::Unix(..)) => (TlsWay::Plain, None),
            (Some(_), SslMode::Allow) => (TlsWay::Plain, Some(TlsWay::Offered)),
            (Some(_), SslMode::Prefer) => (TlsWay::Offered, Some(TlsWay::Plain)),
            (Some(_), SslMode::Require | SslMode::VerifyCa | SslMode::VerifyFull) => (TlsWay::Tls, None),
        };
        let failure = match self.once(place, first).await {
            Ok(opened) => return self.of_our_own(opened),
            Err(failure) => failure,
        };
        let Some(second) = second.filter(|_| failure.may_go_otherwise(first)) else {
            return Err(self.refusal(failure));
        };
        match self.once(place, second).await {
            Ok(opened) => self.of_our_own(opened),
            // The more telling of the two: a wrong password says more than "no encryption" or a broken handshake.
            Err(again) if again.rank() > failure.rank() => Err(self.refusal(again)),
            Err(_) => Err(self.refusal(failure)),
        }
    }

    async fn once(&self, place: &SocketPlace, way: TlsWay) -> Result<OpenedSession, AttemptFailure> {
        let (info, route) = (self.info, self.route(place));
        let flow = Flow::default();
        let ended = Arc::new(OnceLock::new());
        let (client, driver, is_encrypted) = self.session(&route, way, (Arc::clone(&ended), flow.clone())).await?;
        let stage = if is_encrypted { TlsStage::Done } else { TlsStage::NotBegun };
        let failed = |e| AttemptFailure { cause: Cause::Driver(e), stage };
        // Before any setting is sent: it would reach the queries of others.
        let second = || async { Ok(self.session(&route, way, Default::default()).await?.0) };
        if pooled::whose::<_, AttemptFailure>(&client, second).await.map_err(|e| e.at(stage))? == SessionOwner::Shared {
            return Ok(OpenedSession::Shared);
        }
        let set_up = session::set_up(&client, self.options.lock_timeout).await;
        let (server, unsound) = set_up.map_err(failed)?;
        let timeout = info.connect_timeout.unwrap_or(self.options.connect_timeout);
        let timeout = if timeout.is_zero() { FOREVER } else { timeout };
        let tls = self.tls.filter(|_| is_encrypted).cloned();
        let canceller = Canceller { token: client.cancel_token(), route, tls, timeout, flow };
        Ok(OpenedSession::Own(Box::new(Db {
            client,
            server,
            unsound,
            endpoint: self.endpoint.shown(),
            canceller,
            ended,
            driver,
            prepared: std::sync::Mutex::default(),
        })))
    }

    /// Logs in, and drives the session until its client is dropped. Says as well whether it is encrypted.
    async fn session(
        &self,
        route: &Route,
        way: TlsWay,
        (ended, flow): (Arc<OnceLock<tokio_postgres::Error>>, Flow),
    ) -> Result<(Client, JoinHandle<()>, bool), AttemptFailure> {
        let wish = match (way, self.tls) {
            (TlsWay::Plain, _) | (_, None) => Wish::Plain,
            (TlsWay::Offered, Some(tls)) => Wish::Offered(tls),
            (TlsWay::Tls, Some(tls)) => Wish::Tls(tls),
        };
        let line::OpenedLine { line, protection, is_encrypted } = route.open(wish).await?;
        let guarded = Guarded::new(line, Rules { require: self.info.require_auth.clone(), protection });
        let stage = if is_encrypted { TlsStage::Done } else { TlsStage::NotBegun };
        let config = self.config(is_encrypted);
        let (client, connection) =
            config.connect_raw(guarded, AsItIs).await.map_err(|e| AttemptFailure::from(e).at(stage))?;
        Ok((client, session::drive(connection, ended, flow), is_encrypted))
    }

    fn route(&self, place: &SocketPlace) -> Route {
        Route {
            place: place.clone(),
            negotiation: self.info.ssl.negotiation,
            keepalives: self.info.keepalives.clone(),
            user_timeout: self.info.tcp_user_timeout,
        }
    }

    fn of_our_own(&self, opened: OpenedSession) -> Result<Db, Refusal> {
        match opened {
            OpenedSession::Own(db) => Ok(*db),
            OpenedSession::Shared => Err(Error::new(Kind::Unsupported, self.doing())
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

    /// What the driver is told: the line is there already, encrypted or not.
    fn config(&self, is_encrypted: bool) -> Config {
        let (info, options) = (self.info, self.options);
        let mut config = Config::new();
        config.user(&info.user).dbname(&info.dbname);
        config.application_name(info.application_name.as_ref().unwrap_or(&options.application_name));
        if let Some(password) = &self.endpoint.password {
            config.password(password.reveal());
        }
        if let Some(text) = &info.options {
            config.options(text);
        }
        config.ssl_mode(if is_encrypted { driver::SslMode::Require } else { driver::SslMode::Disable });
        config.ssl_negotiation(driver::SslNegotiation::Direct);
        config.channel_binding(match info.channel_binding {
            ChannelBinding::Disable => driver::ChannelBinding::Disable,
            ChannelBinding::Prefer => driver::ChannelBinding::Prefer,
            ChannelBinding::Require => driver::ChannelBinding::Require,
        });
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

    fn refusal(&self, failure: AttemptFailure) -> Refusal {
        let next = match (&failure.cause, failure.code()) {
            // Somebody else may listen on the next host, and gets nothing either.
            (Cause::Refused(_), _) => AfterFailure::Stop,
            (_, None) => AfterFailure::TryOther,
            (_, Some(code)) if *code == SqlState::CANNOT_CONNECT_NOW => AfterFailure::TryOther,
            (_, Some(_)) => AfterFailure::Stop,
        };
        let error = self.explain(failure);
        Refusal { error: if self.info.named == Named::No { error.hint(NOT_NAMED) } else { error }, next }
    }

    fn explain(&self, AttemptFailure { cause, stage: _ }: AttemptFailure) -> Error {
        let error = Error::failed(self.doing());
        let e = match cause {
            Cause::Driver(e) if e.code().is_some() => return errors::explain(self.doing(), e),
            Cause::Driver(e) => e,
            Cause::Io(io) => {
                let hint = self.io_hint(&io);
                return error.because(io).hint(hint);
            }
            Cause::NoTls => {
                return error
                    .because("the server has no TLS")
                    .hint("set ssl = on at the server, or sslmode=prefer or disable if the network can be trusted");
            }
            Cause::Refused(refused) => {
                let hint = refused.hint();
                return error.because(refused).hint(hint);
            }
        };
        if let Some(io) = errors::io_error(&e) {
            let hint = self.io_hint(io);
            return error.because(errors::ServerError::new(e)).hint(hint);
        }
        // Neither end of the talk nor nonsense in it has a cause; every refusal below has.
        if std::error::Error::source(&e).is_none() {
            return error.because(errors::ServerError::new(e)).hint(self.stranger_hint());
        }
        let error = error.because(errors::ServerError::new(e));
        if self.endpoint.password.is_none() {
            return error.hint("the server wants a password: give one by PGPASSWORD, ~/.pgpass or in the database URL");
        }
        if self.info.channel_binding == ChannelBinding::Require {
            return error.hint(
                "channel_binding=require takes a login by scram-sha-256 over TLS: see sslmode, the server's pg_hba.conf and \
                 how its password was stored",
            );
        }
        error.hint("client and server share no way to log in: the server's pg_hba.conf should say scram-sha-256")
    }

    fn io_hint(&self, io: &io::Error) -> String {
        let at = self.endpoint.shown();
        if let Some(tls) = tls::tls_error(io) {
            return tls::hint(tls).to_owned();
        }
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
enum OpenedSession {
    /// A session that stays ours.
    Own(Box<Db>),
    /// A pooler's, of which nothing was asked but whose it is.
    Shared,
}

/// How far TLS got in one attempt to connect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TlsStage {
    /// No handshake was begun: not asked for, or the server has no TLS.
    NotBegun,
    /// The handshake was begun and has not succeeded.
    Begun,
    /// The line is encrypted.
    Done,
}

/// What one attempt ran into.
struct AttemptFailure {
    cause: Cause,
    stage: TlsStage,
}

enum Cause {
    /// What the server said, or what the driver made of it.
    Driver(tokio_postgres::Error),
    /// The way there.
    Io(io::Error),
    /// The server has no TLS, and it was a must.
    NoTls,
    /// The server's question was not answered.
    Refused(LoginRefusal),
}

impl From<tokio_postgres::Error> for AttemptFailure {
    fn from(e: tokio_postgres::Error) -> Self {
        let refused = errors::io_error(&e).and_then(|io| io.get_ref()?.downcast_ref::<LoginRefusal>()).cloned();
        Self { cause: refused.map_or(Cause::Driver(e), Cause::Refused), stage: TlsStage::NotBegun }
    }
}

impl From<Broken> for AttemptFailure {
    fn from(broken: Broken) -> Self {
        let (cause, stage) = match broken {
            Broken::Socket(e) => (Cause::Io(e), TlsStage::NotBegun),
            Broken::NoTls => (Cause::NoTls, TlsStage::NotBegun),
            Broken::Handshake(e) => (Cause::Io(e), TlsStage::Begun),
        };
        Self { cause, stage }
    }
}

impl AttemptFailure {
    fn at(self, stage: TlsStage) -> Self {
        Self { stage, ..self }
    }

    fn code(&self) -> Option<&SqlState> {
        match &self.cause {
            Cause::Driver(e) => e.code(),
            _ => None,
        }
    }

    /// Whether `allow` and `prefer` now try the other way: the server refused this one, or the handshake failed.
    fn may_go_otherwise(&self, way: TlsWay) -> bool {
        match self.code() {
            Some(code) => {
                let refused = code.code().starts_with("28");
                refused && (way == TlsWay::Plain || self.stage == TlsStage::Done)
            }
            None => self.stage == TlsStage::Begun,
        }
    }

    fn rank(&self) -> u8 {
        match (&self.cause, self.code()) {
            (Cause::Refused(_), _) => 3,
            (_, Some(code)) if *code == SqlState::INVALID_AUTHORIZATION_SPECIFICATION => 1,
            (_, Some(_)) => 2,
            (_, None) => 0,
        }
    }
}
