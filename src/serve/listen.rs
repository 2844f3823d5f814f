//! Where sessions come in.

use std::io;
use std::net::SocketAddr;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, UnixListener, UnixStream};
use tokio::task::JoinSet;

use super::newcomers::{PeerAddress, counted_as};
use super::server::{Phase, Server, until};
use super::session::{LineExposure, talk};
use crate::error::{Error, Kind, Result};

/// The port, unless another one is given; the database's own is likely taken.
pub const PORT: u16 = 5433;

/// Where to listen, as it is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListenAddress {
    /// A host and a port.
    Tcp(String),
    /// A folder for a socket.
    Unix(PathBuf),
}

impl FromStr for ListenAddress {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        if let Some(dir) = text.strip_prefix("unix:") {
            return if dir.starts_with('/') {
                Ok(Self::Unix(dir.into()))
            } else {
                Err("a socket's folder is given from the root: unix:/run/eventodb".to_owned())
            };
        }
        match text.rsplit_once(':') {
            Some((host, port)) if !host.is_empty() && port.parse::<u16>().is_ok() => Ok(Self::Tcp(text.to_owned())),
            _ => Err("give HOST:PORT or unix:/FOLDER".to_owned()),
        }
    }
}

/// A place that is listened at.
#[derive(Debug)]
pub enum Listener {
    /// TCP.
    Tcp(TcpListener, LineExposure),
    /// A socket, which is removed in the end.
    Unix(UnixListener, PathBuf),
}

impl Listener {
    /// Listens, where whoever comes can be told from others as well as the place needs it.
    ///
    /// # Errors
    /// [`Kind::Usage`] where a password or TLS is missing for it; [`Kind::Busy`] where another process listens there.
    pub async fn open(place: &ListenAddress, server: &Server) -> Result<Self> {
        match place {
            ListenAddress::Unix(dir) => {
                let doing = format!("listening in {}", dir.display());
                std::fs::DirBuilder::new()
                    .recursive(true)
                    .mode(crate::permissions::PRIVATE_FOLDER)
                    .create(dir)
                    .map_err(|e| taken(doing.clone(), e))?;
                require_own(dir, &doing)?;
                unix(dir).await.map_err(|e| taken(doing, e))
            }
            ListenAddress::Tcp(text) => {
                let doing = format!("listening at {text}");
                let found = tokio::net::lookup_host(text).await.map_err(|e| Error::usage(&doing).because(e))?;
                let addresses: Vec<SocketAddr> = found.collect();
                let is_loopback = addresses.iter().all(|a| a.ip().is_loopback());
                let line = if is_loopback { LineExposure::Loopback } else { LineExposure::Open };
                if server.credentials.is_none() {
                    return Err(Error::usage(doing).because("whoever comes there must prove a password").hint(
                        "give --password-file FILE or EVENTODB_SERVE_PASSWORD, or listen in a folder of your own: \
                         --listen unix:/run/eventodb",
                    ));
                }
                if line == LineExposure::Open && server.tls.is_none() {
                    return Err(Error::usage(doing)
                        .because("others can listen to what is not encrypted there")
                        .hint("give --tls-cert and --tls-key, or listen at 127.0.0.1"));
                }
                let listener = TcpListener::bind(&*addresses).await.map_err(|e| taken(doing, e))?;
                Ok(Self::Tcp(listener, line))
            }
        }
    }

    /// Where it is, as a client names it.
    pub fn shown(&self) -> String {
        match self {
            Self::Tcp(listener, _) => listener.local_addr().map_or_else(|_| "tcp".to_owned(), |a| a.to_string()),
            Self::Unix(_, path) => path.display().to_string(),
        }
    }

    async fn accept(&self) -> io::Result<(Box<dyn super::wire::WireStream>, LineExposure, PeerAddress)> {
        match self {
            Self::Tcp(listener, line) => {
                let (stream, address) = listener.accept().await?;
                stream.set_nodelay(true)?;
                let keepalive = socket2::TcpKeepalive::new().with_time(Duration::from_mins(1));
                socket2::SockRef::from(&stream).set_tcp_keepalive(&keepalive)?;
                Ok((Box::new(stream), *line, Some(counted_as(address.ip()))))
            }
            Self::Unix(listener, _) => Ok((Box::new(listener.accept().await?.0), LineExposure::Private, None)),
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Self::Unix(_, path) = self {
            // One that stays is taken for what it is: nobody answers there.
            let _ = std::fs::remove_file(path);
        }
    }
}

fn taken(doing: String, e: io::Error) -> Error {
    if e.kind() == io::ErrorKind::AddrInUse {
        return Error::new(Kind::Busy, doing).because(e).hint("another process listens there");
    }
    Error::failed(doing).because(e)
}

/// Refuses a folder in which others could put a socket of theirs in the place of this one.
fn require_own(dir: &Path, doing: &str) -> Result<()> {
    if !crate::permissions::lets_others_write(dir) {
        return Ok(());
    }
    Err(Error::usage(doing)
        .because("others on this machine may write to the folder, and could put a socket of theirs there")
        .hint(format!("chmod 0700 {}, or give a folder of this user's own", dir.display())))
}

async fn unix(dir: &Path) -> io::Result<Listener> {
    let path = dir.join(format!(".s.PGSQL.{PORT}"));
    if path.exists() {
        if UnixStream::connect(&path).await.is_ok() {
            return Err(io::ErrorKind::AddrInUse.into());
        }
        std::fs::remove_file(&path)?;
    }
    // Nobody connects between the two who could not before: nobody else may write to the folder.
    let listener = UnixListener::bind(&path)?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
    Ok(Listener::Unix(listener, path))
}

/// Takes sessions until the server stops, and waits for them.
pub async fn take_sessions(server: Arc<Server>, listener: Listener) {
    let mut phase = server.phase();
    let mut sessions = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, line, from)) => {
                    let (server, newcomer) = (Arc::clone(&server), server.newcomers.take_in(from));
                    sessions.spawn(talk(server, stream, line, newcomer));
                }
                Err(e) => {
                    if let Some(others) = server.not_taken.due() {
                        tracing::warn!("taking a session: {e}{others}");
                    }
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            },
            Some(_) = sessions.join_next() => {}
            () = until(&mut phase, Phase::Stopping) => break,
        }
    }
    drop(listener);
    while sessions.join_next().await.is_some() {}
}
