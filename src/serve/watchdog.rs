//! Tells a service manager that has asked for it that this server still takes sessions: it comes to itself as a client does. One
//! that no longer answers is started anew by the manager (`WatchdogSec=` of systemd,
//! <https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html>).

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use sd_notify::NotifyState;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};

use super::listen::Listener;
use super::server::{Phase, Server};
use crate::db::connect::SSL_REQUEST;

/// A place that is listened at, as one comes to it from this machine.
#[derive(Debug, Clone)]
pub enum Door {
    Tcp(SocketAddr),
    Unix(PathBuf),
}

impl Door {
    pub fn of(listener: &Listener) -> Option<Self> {
        match listener {
            Listener::Unix(_, path) => Some(Self::Unix(path.clone())),
            Listener::Tcp(listener, _) => listener.local_addr().ok().map(|at| Self::Tcp(from_here(at))),
        }
    }

    async fn knock(&self) -> io::Result<()> {
        match self {
            Self::Tcp(at) => ask(TcpStream::connect(at).await?).await,
            Self::Unix(path) => ask(UnixStream::connect(path).await?).await,
        }
    }
}

/// Nobody can go to an address that stands for all of them.
fn from_here(at: SocketAddr) -> SocketAddr {
    let ip = match at.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, at.port())
}

/// The first words of a client are answered by one letter before anybody has to prove who he is.
async fn ask(mut stream: impl AsyncRead + AsyncWrite + Unpin) -> io::Result<()> {
    stream.write_all(&SSL_REQUEST).await?;
    match stream.read_u8().await? {
        // `E` begins an error: a server that is full still answers.
        b'S' | b'N' | b'E' => Ok(()),
        other => Err(io::Error::other(format!("it answered with {other:#x}"))),
    }
}

/// Says so until the process ends, three times as often as it has to be heard. While statements are let end nobody is let in, and
/// it is enough that this task runs.
pub async fn tell(server: Arc<Server>, doors: Vec<Door>, every: Duration) {
    let pause = every / 3;
    loop {
        let is_serving = *server.phase().borrow() == Phase::Serving;
        match all_answer(if is_serving { &doors } else { &[] }, pause).await {
            Ok(()) => {
                let _ = sd_notify::notify(&[NotifyState::Watchdog]);
            }
            Err(e) => tracing::warn!("this server does not answer itself: {e}"),
        }
        tokio::time::sleep(pause).await;
    }
}

async fn all_answer(doors: &[Door], within: Duration) -> io::Result<()> {
    let knocks = futures::future::try_join_all(doors.iter().map(Door::knock));
    tokio::time::timeout(within, knocks).await?.map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_stands_for_all_is_come_to_by_loopback() {
        let at = |text: &str| text.parse::<SocketAddr>().unwrap();
        assert_eq!(from_here(at("0.0.0.0:5433")), at("127.0.0.1:5433"));
        assert_eq!(from_here(at("[::]:5433")), at("[::1]:5433"));
        assert_eq!(from_here(at("10.1.2.3:5433")), at("10.1.2.3:5433"));
    }

    #[tokio::test]
    async fn a_door_that_is_open_and_silent_is_no_answer() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let doors = [Door::Tcp(listener.local_addr().unwrap())];
        let silent = all_answer(&doors, Duration::from_millis(100)).await;
        assert_eq!(silent.unwrap_err().kind(), io::ErrorKind::TimedOut);
        let answers = tokio::spawn(async move {
            // The one that was given up comes first.
            for _ in 0..2 {
                let (mut stream, _) = listener.accept().await.unwrap();
                let _ = stream.write_all(b"N").await;
            }
        });
        all_answer(&doors, Duration::from_secs(10)).await.unwrap();
        answers.await.unwrap();
        assert!(all_answer(&doors, Duration::from_secs(10)).await.is_err(), "nobody listens any more");
    }
}
