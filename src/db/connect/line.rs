//! The line to one server: a socket, and TLS over it where that is asked for. The driver gets it ready-made, so that what
//! comes in is seen before the driver answers it.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_postgres::tls::{ChannelBinding, TlsStream};

use crate::db::conninfo::{Keepalives, SslNegotiation};
use crate::db::tls::{self, TlsConnector};

/// What a client asks TLS with: the message's length and its code
/// (<https://www.postgresql.org/docs/current/protocol-message-formats.html>).
pub(crate) const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];

/// What a connection gets where the conninfo has nothing to say: a broken network shows within a minute.
const KEEPALIVE_IDLE: Duration = Duration::from_secs(30);
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(10);
const KEEPALIVE_RETRIES: u32 = 3;

/// Bytes to and from a server.
pub(super) trait ServerLine: AsyncRead + AsyncWrite + Unpin + Send {
    /// What ties a login to this line.
    fn binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}

impl ServerLine for TcpStream {}
#[cfg(unix)]
impl ServerLine for tokio::net::UnixStream {}
impl ServerLine for tokio::io::DuplexStream {}

impl ServerLine for tls::Encrypted<Box<dyn ServerLine>> {
    fn binding(&self) -> ChannelBinding {
        TlsStream::channel_binding(self)
    }
}

/// How sure it is that nobody but the server meant hears what is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LineProtection {
    /// The line does not leave this machine.
    ThisMachine,
    /// It is encrypted, and the server's certificate was checked.
    Proven,
    /// It is encrypted, by whoever answered.
    Encrypted,
    /// Anybody on the way can hear it, or answer.
    Open,
}

/// What is asked of TLS.
#[derive(Clone, Copy)]
pub(super) enum Wish<'a> {
    Plain,
    /// TLS if the server has it.
    Offered(&'a TlsConnector),
    Tls(&'a TlsConnector),
}

/// Where a server is and how the socket to it is kept.
#[derive(Debug, Clone)]
pub(super) struct Route {
    pub place: SocketPlace,
    pub negotiation: SslNegotiation,
    pub keepalives: Keepalives,
    pub user_timeout: Option<Duration>,
}

#[derive(Debug, Clone)]
pub(super) enum SocketPlace {
    /// The folder with the socket, and the port in its name.
    Unix(PathBuf, u16),
    /// The host's name is what a certificate is checked against.
    Tcp { host: String, addr: SocketAddr },
}

/// A line that is there.
pub(super) struct OpenedLine {
    pub line: Box<dyn ServerLine>,
    pub protection: LineProtection,
    pub is_encrypted: bool,
}

/// Why there is no line.
#[derive(Debug)]
pub(super) enum Broken {
    /// The socket, or what came over it before any handshake.
    Socket(io::Error),
    /// The server has no TLS, and it was a must.
    NoTls,
    /// The handshake was begun and failed.
    Handshake(io::Error),
}

impl Route {
    /// Connects.
    pub(super) async fn open(&self, wish: Wish<'_>) -> Result<OpenedLine, Broken> {
        let (host, addr, mut line) = match &self.place {
            SocketPlace::Unix(folder, port) => {
                let line = unix(folder, *port).await.map_err(Broken::Socket)?;
                return Ok(OpenedLine { line, protection: LineProtection::ThisMachine, is_encrypted: false });
            }
            SocketPlace::Tcp { host, addr } => (host, *addr, self.tcp(*addr).await.map_err(Broken::Socket)?),
        };
        let here = addr.ip().to_canonical().is_loopback().then_some(LineProtection::ThisMachine);
        let plain = |line| {
            let protection = here.unwrap_or(LineProtection::Open);
            Ok(OpenedLine { line, protection, is_encrypted: false })
        };
        let (connector, is_must) = match wish {
            Wish::Plain => return plain(line),
            Wish::Offered(connector) => (connector, false),
            Wish::Tls(connector) => (connector, true),
        };
        if self.negotiation == SslNegotiation::Postgres && !ask(&mut line, is_must).await? {
            return if is_must { Err(Broken::NoTls) } else { plain(line) };
        }
        let line = connector.handshake(line, host).await.map_err(Broken::Handshake)?;
        let protection = match here {
            _ if connector.checks_certificates() => LineProtection::Proven,
            Some(here) => here,
            None => LineProtection::Encrypted,
        };
        Ok(OpenedLine { line: Box::new(line), protection, is_encrypted: true })
    }

    async fn tcp(&self, addr: SocketAddr) -> io::Result<Box<dyn ServerLine>> {
        let stream = TcpStream::connect(addr).await?;
        stream.set_nodelay(true)?;
        let socket = SockRef::from(&stream);
        #[cfg(target_os = "linux")]
        if let Some(timeout) = self.user_timeout {
            socket.set_tcp_user_timeout(Some(timeout))?;
        }
        if let Keepalives::On { idle, interval, retries } = self.keepalives {
            let keepalive = TcpKeepalive::new().with_time(idle.unwrap_or(KEEPALIVE_IDLE));
            #[cfg(any(target_os = "linux", target_os = "macos", target_os = "freebsd", target_os = "windows"))]
            let keepalive = keepalive.with_interval(interval.unwrap_or(KEEPALIVE_INTERVAL));
            #[cfg(any(target_os = "linux", target_os = "macos", target_os = "freebsd"))]
            let keepalive = keepalive.with_retries(retries.unwrap_or(KEEPALIVE_RETRIES));
            socket.set_tcp_keepalive(&keepalive)?;
        }
        Ok(Box::new(stream))
    }
}

/// Whether the server takes TLS. Its answer is one byte; what else it may have sent is left to the handshake, so that
/// nothing that came before is taken for what came over TLS.
async fn ask(line: &mut Box<dyn ServerLine>, is_must: bool) -> Result<bool, Broken> {
    let asked = async {
        line.write_all(&SSL_REQUEST).await?;
        line.flush().await?;
        line.read_u8().await
    };
    match asked.await.map_err(Broken::Socket)? {
        b'S' => Ok(true),
        b'N' => Ok(false),
        _ if is_must => Ok(false),
        _ => Err(Broken::Socket(io::Error::new(
            io::ErrorKind::InvalidData,
            "the answer to the request for TLS is neither yes nor no",
        ))),
    }
}

#[cfg(unix)]
async fn unix(folder: &std::path::Path, port: u16) -> io::Result<Box<dyn ServerLine>> {
    Ok(Box::new(tokio::net::UnixStream::connect(folder.join(format!(".s.PGSQL.{port}"))).await?))
}

#[cfg(not(unix))]
async fn unix(_: &std::path::Path, _: u16) -> io::Result<Box<dyn ServerLine>> {
    Err(io::ErrorKind::Unsupported.into())
}
