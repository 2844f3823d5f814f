//! A line to the real S3 server that does harm on purpose: it loses, cuts and stalls, answers in the server's place, and
//! changes bytes on their way. It carries one request a connection, so that it always knows where one begins.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// What happens to a request that was picked.
#[derive(Debug, Clone, Copy)]
pub enum Harm {
    /// Nothing: it is only counted.
    None,
    /// The connection ends before the server has seen it.
    LoseRequest,
    /// The connection is reset before the server has seen it.
    Reset,
    /// The server does it; the connection breaks after so many bytes of its answer.
    CutAnswer(usize),
    /// The server does it; after so many bytes of its answer no more come.
    StallAnswer(usize),
    /// The server does it; its answer is lost, and so is everything from then on.
    Die,
    /// The server never sees it: this is answered in its place.
    Say(Answer),
    /// The server does it, and this is answered all the same.
    DoAndSay(Answer),
    /// One bit in the middle of the body is another one when it arrives at the server.
    FlipRequest,
    /// One bit in the middle of the answer's body is another one.
    FlipAnswer(Checksums),
    /// The answer's body ends after so many bytes, and its head says that this is all.
    ShortAnswer(usize),
    /// The answer names another `ETag`.
    WrongEtag,
    /// The answer comes a few bytes at a time.
    Drip(usize, Duration),
    /// The server does it; its answer is told otherwise: from its head and its body to another head and body.
    Retell(fn(&str, Vec<u8>) -> (String, Vec<u8>)),
}

/// Whether an answer's own checksums still come with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checksums {
    Kept,
    /// As where the stored object itself is another.
    Removed,
}

/// What is said in the server's place.
#[derive(Debug, Clone, Copy)]
pub struct Answer {
    pub status: u16,
    /// S3's code; without one there is no body.
    pub code: &'static str,
    /// More lines of the head, each with its line end.
    pub head: &'static str,
    /// The body, where it is not S3's form of an error.
    pub body: &'static str,
}

impl Answer {
    pub const fn new(status: u16, code: &'static str) -> Self {
        Self { status, code, head: "", body: "" }
    }

    fn bytes(self, request: &str) -> Vec<u8> {
        let Self { status, code, head, body } = self;
        let mut body = body.to_owned();
        if !code.is_empty() && !request.starts_with("HEAD ") {
            body = format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>Said on purpose.</Message>\
                 <RequestId>4442587FB7D0A2F9</RequestId><HostId>none</HostId></Error>"
            );
        }
        let length = body.len();
        format!(
            "HTTP/1.1 {status} Said\r\ncontent-type: application/xml\r\n{head}content-length: {length}\r\n\
             connection: close\r\n\r\n{body}"
        )
        .into_bytes()
    }
}

/// A request that came, by the first line of its head.
#[derive(Debug, Clone)]
pub struct Seen {
    pub line: String,
    pub at: Instant,
}

/// What happens to a request, by its head; nothing to most.
type Harms = Box<dyn Fn(&str) -> Option<Harm> + Send + Sync>;

struct Plan {
    upstream: String,
    /// What happens to a request, by its head.
    harms: Harms,
    harmed: AtomicUsize,
    seen: Mutex<Vec<Seen>>,
    is_dead: AtomicBool,
    dead: Notify,
}

/// The proxy runs until the test's runtime ends.
pub struct Proxy {
    pub address: SocketAddr,
    plan: Arc<Plan>,
}

impl Proxy {
    /// Harms the first `times` requests that `picks` picks on their way to `endpoint`.
    pub async fn start(
        endpoint: &str,
        times: usize,
        picks: impl Fn(&str) -> bool + Send + Sync + 'static,
        harm: Harm,
    ) -> Self {
        let left = AtomicUsize::new(times);
        Self::with(endpoint, move |head| (picks(head) && take(&left)).then_some(harm)).await
    }

    /// Does to each request on its way to `endpoint` what `harms` says of its head: a service with a quirk.
    pub async fn with(endpoint: &str, harms: impl Fn(&str) -> Option<Harm> + Send + Sync + 'static) -> Self {
        let plan = Arc::new(Plan {
            upstream: endpoint.strip_prefix("http://").expect("tests use plain http").trim_end_matches('/').to_owned(),
            harms: Box::new(harms),
            harmed: AtomicUsize::new(0),
            seen: Mutex::default(),
            is_dead: AtomicBool::new(false),
            dead: Notify::new(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::clone(&plan);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if !shared.is_dead.load(Ordering::SeqCst) {
                    let plan = Arc::clone(&shared);
                    tokio::spawn(async move {
                        tokio::select! {
                            _ = plan.carry(client) => {}
                            () = plan.dead.notified() => {}
                        }
                    });
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

    /// All requests so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.plan.seen.lock().unwrap().clone()
    }
}

impl Plan {
    async fn carry(&self, mut client: TcpStream) -> Option<()> {
        let (head, rest) = read_head(&mut client).await?;
        let line = head.lines().next().unwrap_or_default().to_owned();
        self.seen.lock().unwrap().push(Seen { line, at: Instant::now() });
        let harm = (self.harms)(&head);
        self.harmed.fetch_add(usize::from(harm.is_some()), Ordering::SeqCst);
        let harm = harm.unwrap_or(Harm::None);
        let length = content_length(&head);
        match harm {
            Harm::LoseRequest => return None,
            Harm::Reset => {
                client.set_zero_linger().ok()?;
                return None;
            }
            Harm::Say(answer) => {
                // A client that is answered before it has sent all may see a reset instead.
                drain(&mut client, length.saturating_sub(rest.len())).await?;
                return client.write_all(&answer.bytes(&head)).await.ok();
            }
            _ => {}
        }
        let mut server = TcpStream::connect(&self.upstream).await.ok()?;
        server.write_all(closing(&head).as_bytes()).await.ok()?;
        let (mut from_client, mut to_client) = client.split();
        let (mut from_server, mut to_server) = server.split();
        let flip = matches!(harm, Harm::FlipRequest).then_some(length / 2);
        let request = async {
            send_body(rest, &mut from_client, &mut to_server, flip).await;
            // Nothing more comes from the client than its end.
        };
        let answer = self.answer(&head, harm, &mut from_server, &mut to_client);
        tokio::select! {
            () = request => {}
            _ = answer => {}
        }
        Some(())
    }

    async fn answer(
        &self,
        head: &str,
        harm: Harm,
        server: &mut (impl AsyncRead + Unpin),
        client: &mut (impl AsyncWrite + Unpin),
    ) -> Option<()> {
        match harm {
            Harm::CutAnswer(after) | Harm::StallAnswer(after) => {
                copy_up_to(after, server, client).await?;
                if let Harm::StallAnswer(_) = harm {
                    std::future::pending::<()>().await;
                }
            }
            Harm::Die => {
                // The server has done it once it answers.
                server.read_u8().await.ok()?;
                self.is_dead.store(true, Ordering::SeqCst);
                self.dead.notify_waiters();
            }
            Harm::Drip(piece, pause) => {
                let mut buffer = vec![0; piece];
                while let Ok(length @ 1..) = server.read(&mut buffer).await {
                    client.write_all(&buffer[..length]).await.ok()?;
                    client.flush().await.ok()?;
                    tokio::time::sleep(pause).await;
                }
            }
            Harm::DoAndSay(_) | Harm::FlipAnswer(_) | Harm::ShortAnswer(_) | Harm::WrongEtag | Harm::Retell(_) => {
                let mut whole = Vec::new();
                server.read_to_end(&mut whole).await.ok()?;
                client.write_all(&changed(&whole, head, harm)).await.ok()?;
            }
            _ => {
                tokio::io::copy(server, client).await.ok()?;
            }
        }
        client.shutdown().await.ok()
    }
}

fn changed(whole: &[u8], request: &str, harm: Harm) -> Vec<u8> {
    let end = whole.windows(4).position(|w| w == b"\r\n\r\n").map_or(whole.len(), |at| at + 4);
    let (head, mut body) = (String::from_utf8_lossy(&whole[..end]).into_owned(), whole[end..].to_vec());
    let without = |names: &[&str]| {
        let is_named = |line: &str| names.iter().any(|name| line.to_lowercase().starts_with(name));
        head.split_inclusive("\r\n").filter(|line| !is_named(line)).collect::<String>()
    };
    let head = match harm {
        Harm::Retell(retell) => {
            // A body in chunks is told in one.
            let in_chunks = head.to_lowercase().contains("\r\ntransfer-encoding: chunked");
            let (head, body) = retell(&without(&["transfer-encoding:"]), if in_chunks { joined(&body) } else { body });
            let length = format!("\r\ncontent-length: {}\r\n", body.len());
            let has_body = !request.starts_with("HEAD ");
            let head =
                if has_body { without_line(&head, "content-length:").replacen("\r\n", &length, 1) } else { head };
            return [head.into_bytes(), body].concat();
        }
        Harm::DoAndSay(answer) => return answer.bytes(request),
        Harm::FlipAnswer(checksums) => {
            let middle = body.len() / 2;
            if let Some(byte) = body.get_mut(middle) {
                *byte ^= 1;
            }
            if checksums == Checksums::Removed { without(&["x-amz-checksum"]) } else { head }
        }
        Harm::ShortAnswer(length) => {
            body.truncate(length);
            without(&["content-length:", "x-amz-checksum"]).replacen(
                "\r\n",
                &format!("\r\ncontent-length: {}\r\n", body.len()),
                1,
            )
        }
        Harm::WrongEtag => {
            without(&["etag:"]).replacen("\r\n", "\r\netag: \"0123456789abcdef0123456789abcdef\"\r\n", 1)
        }
        _ => head,
    };
    [head.into_bytes(), body].concat()
}

fn without_line(head: &str, name: &str) -> String {
    head.split_inclusive("\r\n").filter(|line| !line.to_lowercase().starts_with(name)).collect()
}

/// What chunks hold.
fn joined(mut chunks: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    while let Some(end) = chunks.windows(2).position(|w| w == b"\r\n") {
        let size = std::str::from_utf8(&chunks[..end]).unwrap().split(';').next().unwrap_or_default().trim();
        let Ok(size @ 1..) = usize::from_str_radix(size, 16) else { break };
        whole.extend_from_slice(&chunks[end + 2..end + 2 + size]);
        chunks = &chunks[end + 2 + size + 2..];
    }
    whole
}

/// The head, and what has come of the body with it.
async fn read_head(client: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let (mut bytes, mut buffer) = (Vec::new(), vec![0; 64 * 1024]);
    loop {
        if let Some(at) = bytes.windows(4).position(|w| w == b"\r\n\r\n") {
            let rest = bytes.split_off(at + 4);
            return Some((String::from_utf8_lossy(&bytes).into_owned(), rest));
        }
        match client.read(&mut buffer).await {
            Ok(length @ 1..) => bytes.extend_from_slice(&buffer[..length]),
            _ => return None,
        }
    }
}

/// The head, asking the server to end the connection after its answer.
fn closing(head: &str) -> String {
    let is_connection = |line: &str| line.to_lowercase().starts_with("connection:");
    let kept: String = head.split_inclusive("\r\n").filter(|line| !is_connection(line)).collect();
    kept.replacen("\r\n", "\r\nconnection: close\r\n", 1)
}

fn content_length(head: &str) -> usize {
    let value = |line: &str| line.to_lowercase().strip_prefix("content-length:").and_then(|n| n.trim().parse().ok());
    head.lines().find_map(value).unwrap_or(0)
}

async fn drain(from: &mut TcpStream, mut left: usize) -> Option<()> {
    let mut buffer = vec![0; 64 * 1024];
    while left > 0 {
        match from.read(&mut buffer).await {
            Ok(length @ 1..) => left = left.saturating_sub(length),
            _ => return None,
        }
    }
    Some(())
}

/// Carries a body until the client ends, with one bit of byte `flip` changed.
async fn send_body(
    mut piece: Vec<u8>,
    from: &mut (impl AsyncRead + Unpin),
    to: &mut (impl AsyncWrite + Unpin),
    flip: Option<usize>,
) {
    let (mut at, mut buffer) = (0, vec![0; 64 * 1024]);
    loop {
        if let Some(byte) = flip.and_then(|flip| flip.checked_sub(at)).and_then(|n| piece.get_mut(n)) {
            *byte ^= 1;
        }
        at += piece.len();
        if to.write_all(&piece).await.is_err() {
            // The server has heard enough; its answer is on the way.
            return std::future::pending().await;
        }
        match from.read(&mut buffer).await {
            Ok(length @ 1..) => piece = buffer[..length].to_vec(),
            _ => return,
        }
    }
}

async fn copy_up_to(
    mut left: usize,
    from: &mut (impl AsyncRead + Unpin),
    to: &mut (impl AsyncWrite + Unpin),
) -> Option<()> {
    let mut buffer = vec![0; 64 * 1024];
    // One more byte than may pass: the server has answered by then.
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        to.write_all(&buffer[..length.min(left)]).await.ok()?;
        if length > left {
            return Some(());
        }
        left -= length;
    }
    Some(())
}

fn take(left: &AtomicUsize) -> bool {
    left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok()
}
