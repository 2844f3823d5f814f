//! A server that only wants the password: it asks for a login in a way of its choice and keeps what it gets.

use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::{self, ServerConfig, ServerConnection, StreamOwned};

/// What the server asks for, as the protocol numbers it.
pub const CLEAR_TEXT: Question = Question(&[0, 0, 0, 3]);
pub const MD5: Question = Question(b"\0\0\0\x05salt");
pub const SCRAM: Question = Question(b"\0\0\0\x0aSCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0");
/// Nothing: everybody is let in.
pub const NOTHING: Question = Question(&[0, 0, 0, 0]);

#[derive(Clone, Copy)]
pub struct Question(&'static [u8]);

/// The server. It goes on in a thread of its own until the test ends.
pub struct Rogue {
    pub address: SocketAddr,
    /// A root certificate by which it is whom it says, where it has TLS.
    pub authority: Option<String>,
    asked: Arc<AtomicUsize>,
    answers: Mutex<Receiver<Vec<u8>>>,
}

impl Rogue {
    pub fn start(ip: IpAddr, question: Question, has_tls: bool) -> Self {
        let listener = TcpListener::bind((ip, 0)).unwrap();
        let (tls, authority) = if has_tls { tls(ip) } else { (None, None) };
        let (sender, answers) = channel();
        let (asked, answers) = (Arc::default(), Mutex::new(answers));
        let rogue = Self { address: listener.local_addr().unwrap(), authority, asked, answers };
        let asked = Arc::clone(&rogue.asked);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (tls, asked, sender) = (tls.clone(), Arc::clone(&asked), sender.clone());
                std::thread::spawn(move || {
                    // Clients that go away unasked are no matter.
                    if let Ok(heard) = receive(stream.unwrap(), tls, question, &asked) {
                        let _ = sender.send(heard);
                    }
                });
            }
        });
        rogue
    }

    /// What the clients have sent for an answer, since the last time, and how many were asked. Call it when they are gone.
    pub fn heard(&self) -> (usize, String) {
        let asked = self.asked.swap(0, Ordering::SeqCst);
        let answers = self.answers.lock().unwrap();
        let heard: Vec<_> = (0..asked).map(|_| answers.recv_timeout(Duration::from_secs(30)).unwrap()).collect();
        (asked, String::from_utf8_lossy(&heard.concat()).into_owned())
    }
}

/// An address of this machine that is not its loopback's, where there is one: to a client it is as any other machine's.
/// (No packet is sent for that.)
pub fn outer_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("198.51.100.1:9").ok()?;
    Some(socket.local_addr().ok()?.ip()).filter(|ip| !ip.is_loopback() && !ip.is_unspecified())
}

fn receive(
    mut stream: TcpStream,
    tls: Option<Arc<ServerConfig>>,
    question: Question,
    asked: &AtomicUsize,
) -> std::io::Result<Vec<u8>> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut first = message(&mut stream)?;
    if first.starts_with(&[0x04, 0xd2, 0x16, 0x2f]) {
        let Some(tls) = tls else {
            stream.write_all(b"N")?;
            first = message(&mut stream)?;
            assert!(first.starts_with(&[0, 3, 0, 0]), "no startup message");
            return ask(&mut stream, question, asked);
        };
        stream.write_all(b"S")?;
        let session = ServerConnection::new(tls).map_err(std::io::Error::other)?;
        let mut stream = StreamOwned::new(session, stream);
        message(&mut stream)?;
        return ask(&mut stream, question, asked);
    }
    ask(&mut stream, question, asked)
}

/// A message without a tag.
fn message(stream: &mut impl Read) -> std::io::Result<Vec<u8>> {
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    let mut body = vec![0; u32::from_be_bytes(length) as usize - 4];
    stream.read_exact(&mut body)?;
    Ok(body)
}

/// Asks, and reads what is sent for it until the client goes, or waits for more.
fn ask(stream: &mut (impl Read + Write), question: Question, asked: &AtomicUsize) -> std::io::Result<Vec<u8>> {
    let length = u32::try_from(question.0.len() + 4).unwrap();
    asked.fetch_add(1, Ordering::SeqCst);
    stream.write_all(&[&b"R"[..], &length.to_be_bytes(), question.0].concat())?;
    stream.flush()?;
    let mut heard = vec![0; 4096];
    let read = stream.read(&mut heard).unwrap_or(0);
    heard.truncate(read);
    Ok(heard)
}

fn tls(ip: IpAddr) -> (Option<Arc<ServerConfig>>, Option<String>) {
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = rcgen::CertificateParams::new(vec![ip.to_string()]).unwrap().self_signed(&key).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::try_from(key.serialize_der()).unwrap())
        .unwrap();
    (Some(Arc::new(config)), Some(certificate.pem()))
}
