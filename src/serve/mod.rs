//! Archived messages in SQL: a server that speaks `PostgreSQL`'s protocol and answers what `postgres_fdw` asks, or a person
//! with psql, from archives where they lie. It changes nothing. What it answers, it answers exactly as the database would
//! have; everything else it refuses.
//!
//! `listen` takes sessions, `session` talks, `transaction` does what a statement says, `sql` understands it, `scan` reads.

mod auth;
mod cursor;
mod extended;
mod failure;
mod fault;
mod health;
mod kept;
mod listen;
mod metrics;
mod newcomers;
mod reading;
mod scan;
mod scram;
mod server;
mod session;
mod sparse;
mod sql;
mod transaction;
mod utility;
mod watchdog;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::JoinSet;

pub use auth::{LoginCredentials, Tls};
pub use listen::{ListenAddress, Listener};
pub use server::{Phase, Server, ServerParts};
pub use sql::{Collation, STACK_BYTES};

use crate::error::{Error, Result};
use crate::stop::Stop;

/// How long statements may go on after the server was asked to stop.
const GRACE: Duration = Duration::from_secs(30);

/// How the database has text in order where nothing else is said.
///
/// # Errors
/// Where the database cannot be asked.
pub async fn collation(db: &crate::db::Db) -> Result<Collation> {
    Ok(match crate::db::queries::serve::collation(db.client()).await?.as_deref() {
        Some("C" | "POSIX") => Collation::C,
        // The C library has it strictly by code point.
        Some("C.UTF-8" | "C.utf8") => Collation::CodePoints,
        _ => Collation::OfDatabase,
    })
}

/// Takes sessions until a stop is asked for; statements that run then may end.
pub async fn run(server: Arc<Server>, listeners: Vec<Listener>, health: Option<TcpListener>, stop: Stop) {
    // Set by a service manager that wants to hear of it.
    if let Some(every) = sd_notify::watchdog_enabled() {
        let doors = listeners.iter().filter_map(watchdog::Door::of).collect();
        tokio::spawn(watchdog::tell(Arc::clone(&server), doors, every));
    }
    let mut work = JoinSet::new();
    for listener in listeners {
        work.spawn(listen::take_sessions(Arc::clone(&server), listener));
    }
    if let Some(listener) = health {
        tokio::spawn(health::answer(Arc::clone(&server), listener));
    }
    // Nothing but a stop ends it.
    let _asked: Error = stop.asked().await;
    let _ = sd_notify::notify(&[sd_notify::NotifyState::Stopping]);
    server.enter(Phase::Stopping);
    let all = async { while work.join_next().await.is_some() {} };
    tokio::pin!(all);
    if tokio::time::timeout(GRACE, &mut all).await.is_err() {
        server.enter(Phase::Over);
        // What does not end even then goes with the process.
        let _ = tokio::time::timeout(Duration::from_secs(2), all).await;
    }
    server.enter(Phase::Over);
}
