//! Whether it lives, whether it can answer, and its figures, over HTTP.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use super::server::{Phase, Server, until};
use crate::db::queries::serve as queries;

/// How long a check may take, and a client.
const PATIENCE: Duration = Duration::from_secs(5);
/// Requests at a time; the next one waits.
const REQUESTS: usize = 256;

/// Answers until the server is over.
pub async fn answer(server: Arc<Server>, listener: TcpListener) {
    let mut phase = server.phase();
    let places = Arc::new(Semaphore::new(REQUESTS));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        let stream = tokio::select! {
            accepted = listener.accept() => accepted,
            () = until(&mut phase, Phase::Over) => return,
        };
        let Ok((stream, _)) = stream else {
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let server = Arc::clone(&server);
        tokio::spawn(async move {
            let answer = service_fn(move |request| {
                let server = Arc::clone(&server);
                async move { Ok::<_, Infallible>(respond(&server, &request).await) }
            });
            let done = hyper::server::conn::http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(PATIENCE)
                .keep_alive(false)
                .serve_connection(TokioIo::new(stream), answer);
            // To send, to be looked into, and to be read.
            if let Ok(Err(e)) = tokio::time::timeout(PATIENCE * 3, done).await {
                tracing::debug!("a request for health: {e}");
            }
            drop(place);
        });
    }
}

async fn respond(server: &Server, request: &Request<hyper::body::Incoming>) -> Response<Full<Bytes>> {
    let (status, text) = match request.uri().path() {
        "/live" => (StatusCode::OK, "live\n".to_owned()),
        "/metrics" => (StatusCode::OK, server.metrics.render(&server.reader)),
        "/ready" => match tokio::time::timeout(PATIENCE, readiness(server)).await {
            Ok(Ok(())) => (StatusCode::OK, "ready\n".to_owned()),
            Ok(Err(why)) => (StatusCode::SERVICE_UNAVAILABLE, format!("{why}\n")),
            Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "no answer from the database or the store\n".to_owned()),
        },
        _ => (StatusCode::NOT_FOUND, "/live, /ready and /metrics\n".to_owned()),
    };
    let mut response = Response::new(Full::new(Bytes::from(text)));
    *response.status_mut() = status;
    response
}

/// Whether the database answers, and the store of the newest archive, where there is one.
async fn readiness(server: &Server) -> Result<(), String> {
    if *server.phase().borrow() != Phase::Serving {
        return Err("stopping".to_owned());
    }
    let db = server.pool.get().await.map_err(|e| e.to_string())?;
    let newest = queries::newest_archive(db.client()).await.map_err(|e| e.to_string())?;
    match newest {
        Some(archive) => server.reader.store_answers(&archive).await.map_err(|e| e.to_string()),
        None => Ok(()),
    }
}
