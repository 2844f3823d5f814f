//! A small S3 server for tests and for trying things out: signatures are checked, data lies in a folder.
//!
//! `cargo run --package s3-server -- --root DIR --port N --bucket B --access-key A --secret-key S`
//! prints `READY port=N` once it accepts connections; port 0 takes a free one.

mod body;
mod checksums;
mod service;
mod store;
mod uploads;

use std::error::Error;
use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;
use hyper::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use s3s::auth::{S3Auth, SecretKey};
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s::{S3Result, s3_error};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::service::Service;
use crate::store::Store;

/// An S3 server over a folder, for tests.
#[derive(Parser)]
struct Args {
    /// Folder that holds everything; made if it is missing.
    #[arg(long)]
    root: PathBuf,
    /// Port on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Bucket that is there from the start; may be repeated.
    #[arg(long)]
    bucket: Vec<String>,
    /// Milliseconds that each answer is held back: a store that is far away.
    #[arg(long, default_value_t = 0)]
    delay: u64,
    /// Access key id that clients sign with.
    #[arg(long, env = "AWS_ACCESS_KEY_ID")]
    access_key: String,
    /// Secret key that clients sign with.
    #[arg(long, env = "AWS_SECRET_ACCESS_KEY", hide_env_values = true)]
    secret_key: String,
}

/// The one pair of keys. Unlike the library's own, it refuses others with the code that S3 uses.
struct KeyPair {
    access: String,
    secret: SecretKey,
}

#[async_trait::async_trait]
impl S3Auth for KeyPair {
    async fn get_secret_key(&self, access_key: &str) -> S3Result<SecretKey> {
        if access_key == self.access { Ok(self.secret.clone()) } else { Err(s3_error!(InvalidAccessKeyId)) }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let args = Args::parse();
    let store = Store::open(&args.root)?;
    for bucket in &args.bucket {
        store.create_bucket(bucket)?;
    }
    let mut builder = S3ServiceBuilder::new(Service::new(store));
    builder.set_auth(KeyPair { access: args.access_key, secret: args.secret_key.into() });
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], args.port))).await?;
    let mut stdout = std::io::stdout();
    writeln!(stdout, "READY port={}", listener.local_addr()?.port())?;
    stdout.flush()?;
    serve(listener, builder.build(), Duration::from_millis(args.delay)).await?;
    Ok(())
}

/// Serves until SIGINT or SIGTERM; requests under way then have a second to end.
async fn serve(listener: TcpListener, service: S3Service, delay: Duration) -> std::io::Result<()> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new());
    let graceful = GracefulShutdown::new();
    loop {
        let socket = tokio::select! {
            accepted = listener.accept() => accepted?.0,
            _ = interrupt.recv() => break,
            _ = terminate.recv() => break,
        };
        socket.set_nodelay(true)?;
        let service = service.clone();
        let far_away = service_fn(move |request: Request<Incoming>| {
            let answer = hyper::service::Service::call(&service, request);
            async move {
                let answer = answer.await;
                tokio::time::sleep(delay).await;
                answer
            }
        });
        let connection = graceful.watch(http.serve_connection(TokioIo::new(socket), far_away));
        // A client that hangs up in the middle is no fault of the server.
        tokio::spawn(async move { connection.await.ok() });
    }
    tokio::time::timeout(std::time::Duration::from_secs(1), graceful.shutdown()).await.ok();
    Ok(())
}
