//! A line to the real server that fails on purpose.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// What happens to a request that was picked.
#[derive(Debug, Clone, Copy)]
pub enum Harm {
    /// The connection breaks before the server has seen it.
    LoseRequest,
    /// The server does it; the connection breaks after so many bytes of its answer.
    CutAnswer(usize),
    /// The server does it; after so many bytes of its answer no more come.
    StallAnswer(usize),
    /// The server does it; its answer is lost, and so is everything from then on.
    Die,
}

struct Plan {
    /// Of a request's head.
    picks: fn(&str) -> bool,
    harm: Harm,
    /// How many requests are still to be harmed.
    left: AtomicUsize,
    harmed: AtomicUsize,
    dead: Notify,
}

/// The proxy runs until the test's runtime ends.
pub struct Proxy {
    pub address: SocketAddr,
    plan: Arc<Plan>,
}

impl Proxy {
    /// Harms the first `times` requests that `picks` picks on their way to `endpoint`.
    pub async fn start(endpoint: &str, times: usize, picks: fn(&str) -> bool, harm: Harm) -> Self {
        let plan = Arc::new(Plan {
            picks,
            harm,
            left: AtomicUsize::new(times),
            harmed: AtomicUsize::new(0),
            dead: Notify::new(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let upstream = endpoint.strip_prefix("http://").expect("tests use plain http").trim_end_matches('/').to_owned();
        let shared = Arc::clone(&plan);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let is_dead = matches!(shared.harm, Harm::Die) && shared.harmed.load(Ordering::SeqCst) > 0;
                if !is_dead {
                    tokio::spawn(carry(client, upstream.clone(), Arc::clone(&shared)));
                }
            }
        });
        Self { address, plan }
    }

    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Requests harmed so far.
    pub fn harmed(&self) -> usize {
        self.plan.harmed.load(Ordering::SeqCst)
    }
}

async fn carry(client: TcpStream, upstream: String, plan: Arc<Plan>) {
    let Ok(server) = TcpStream::connect(upstream).await else { return };
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    // Bytes of the answer that may still pass.
    let budget = Arc::new(AtomicUsize::new(usize::MAX));
    tokio::select! {
        () = requests(from_client, to_server, &plan, &budget) => {}
        () = answers(from_server, to_client, &plan, &budget) => {}
        () = plan.dead.notified() => {}
    }
}

async fn requests(
    mut client: impl AsyncRead + Unpin,
    mut server: impl AsyncWrite + Unpin,
    plan: &Plan,
    budget: &AtomicUsize,
) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = client.read(&mut buffer).await {
        let piece = &buffer[..length];
        let starts =
            ["GET ", "PUT ", "POST ", "HEAD ", "DELETE "].iter().any(|verb| piece.starts_with(verb.as_bytes()));
        if starts && (plan.picks)(&String::from_utf8_lossy(piece)) && take(&plan.left) {
            plan.harmed.fetch_add(1, Ordering::SeqCst);
            match plan.harm {
                Harm::LoseRequest => return,
                Harm::CutAnswer(after) | Harm::StallAnswer(after) => budget.store(after, Ordering::SeqCst),
                Harm::Die => budget.store(0, Ordering::SeqCst),
            }
        }
        if server.write_all(piece).await.is_err() {
            return;
        }
    }
}

async fn answers(
    mut server: impl AsyncRead + Unpin,
    mut client: impl AsyncWrite + Unpin,
    plan: &Plan,
    budget: &AtomicUsize,
) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = server.read(&mut buffer).await {
        let may = budget.load(Ordering::SeqCst);
        if client.write_all(&buffer[..length.min(may)]).await.is_err() {
            return;
        }
        if may != usize::MAX {
            budget.store(may.saturating_sub(length), Ordering::SeqCst);
        }
        if length > may {
            match plan.harm {
                Harm::StallAnswer(_) => std::future::pending().await,
                Harm::Die => plan.dead.notify_waiters(),
                Harm::LoseRequest | Harm::CutAnswer(_) => {}
            }
            return;
        }
    }
}

fn take(left: &AtomicUsize) -> bool {
    left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok()
}
