//! What all sessions share.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::sync::{Notify, watch};

use super::auth::{LoginCredentials, Tls};
use super::kept::KeptTotal;
use super::metrics::Metrics;
use super::newcomers::Newcomers;
use super::reading::StatementTurns;
use super::scan::{Lately, Returns, Turns};
use super::sparse::SparseLog;
use super::sql::Collation;
use crate::archive::in_place::ArchiveReader;
use crate::events::Pool;

/// What scans may hold between two fetches; past that they give it back and read it again.
const HELD_BYTES: usize = 48 << 20;

/// How far the server has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// It takes sessions.
    Serving,
    /// It takes none, and lets statements end.
    Stopping,
    /// What still runs is ended.
    Over,
}

/// Waits until the server has come so far.
pub async fn until(phase: &mut watch::Receiver<Phase>, at: Phase) {
    // The sender lives as long as the server, and with it whoever waits.
    let _ = phase.wait_for(|now| *now >= at).await;
}

/// A session that can be cancelled.
#[derive(Debug)]
struct Handle {
    key: i32,
    cancel: Arc<Notify>,
}

/// What all sessions share.
#[derive(Debug)]
pub struct Server {
    /// Sessions of the database.
    pub pool: Pool,
    /// Archives.
    pub reader: ArchiveReader,
    /// How the database has text in order.
    pub collation: Collation,
    /// Who must prove a password.
    pub credentials: Option<LoginCredentials>,
    /// What encrypts.
    pub tls: Option<Tls>,
    /// Sessions at a time.
    pub max_sessions: usize,
    /// Counters.
    pub metrics: Metrics,
    /// What estimates are made of.
    pub lately: Lately,
    /// Since when returns of archived messages are over of which nothing is noted.
    pub returns: Returns,
    /// Whose turn it is to read.
    pub turns: Arc<Turns>,
    /// What sessions keep between two messages.
    pub kept: KeptTotal,
    /// Who may have a long statement parsed.
    pub statement_turns: StatementTurns,
    /// Connections that have not logged in.
    pub newcomers: Arc<Newcomers>,
    /// Lines about connections that ended before they were let in.
    pub turned_away: SparseLog,
    /// Lines about connections that could not be taken.
    pub not_taken: SparseLog,
    held: AtomicUsize,
    sessions: Mutex<HashMap<i32, Handle>>,
    last_id: AtomicI32,
    phase: watch::Sender<Phase>,
}

/// What a server is made of.
#[derive(Debug)]
pub struct ServerParts {
    /// Sessions of the database.
    pub pool: Pool,
    /// Archives.
    pub reader: ArchiveReader,
    /// How the database has text in order.
    pub collation: Collation,
    /// Who must prove a password.
    pub credentials: Option<LoginCredentials>,
    /// What encrypts.
    pub tls: Option<Tls>,
    /// Sessions at a time.
    pub max_sessions: usize,
}

impl Server {
    /// A server that takes sessions.
    pub fn new(parts: ServerParts) -> Arc<Self> {
        let ServerParts { pool, reader, collation, credentials, tls, max_sessions } = parts;
        Arc::new(Self {
            pool,
            reader,
            collation,
            credentials,
            tls,
            max_sessions,
            metrics: Metrics::default(),
            lately: Lately::default(),
            returns: Returns::default(),
            turns: Arc::default(),
            kept: KeptTotal::default(),
            statement_turns: StatementTurns::default(),
            newcomers: Newcomers::new(max_sessions),
            turned_away: SparseLog::default(),
            not_taken: SparseLog::default(),
            held: AtomicUsize::new(0),
            sessions: Mutex::default(),
            last_id: AtomicI32::new(0),
            phase: watch::Sender::new(Phase::Serving),
        })
    }

    /// How far it has come.
    pub fn phase(&self) -> watch::Receiver<Phase> {
        self.phase.subscribe()
    }

    /// Goes on to the next phase.
    pub fn enter(&self, phase: Phase) {
        self.phase.send_replace(phase);
    }

    /// A place for a session; `None` where there is none left.
    pub fn enroll(self: &Arc<Self>) -> Option<SessionPlace> {
        let mut sessions = self.sessions.lock().ok()?;
        if sessions.len() >= self.max_sessions {
            return None;
        }
        let id = self.last_id.fetch_add(1, Ordering::Relaxed).wrapping_add(1) & i32::MAX;
        let (key, cancel) = (rand::random(), Arc::new(Notify::new()));
        sessions.insert(id, Handle { key, cancel: Arc::clone(&cancel) });
        Metrics::count(&self.metrics.sessions, 1);
        Metrics::count(&self.metrics.sessions_total, 1);
        Some(SessionPlace { server: Arc::clone(self), id, key, cancel })
    }

    /// Ends what a session is doing, if the key is the session's.
    pub fn cancel(&self, id: i32, key: Option<i32>) {
        if let Ok(sessions) = self.sessions.lock()
            && let Some(handle) = sessions.get(&id)
            && Some(handle.key) == key
        {
            handle.cancel.notify_waiters();
        }
    }
}

/// A session's place, which is free again once it is dropped.
#[derive(Debug)]
pub struct SessionPlace {
    server: Arc<Server>,
    /// The session's number.
    pub id: i32,
    /// What a cancellation must know.
    pub key: i32,
    /// Told when it is cancelled.
    pub cancel: Arc<Notify>,
}

impl Drop for SessionPlace {
    fn drop(&mut self) {
        if let Ok(mut sessions) = self.server.sessions.lock() {
            sessions.remove(&self.id);
        }
        self.server.metrics.sessions.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Memory that a scan holds while nobody fetches from it.
#[derive(Debug)]
pub struct HeldMemory {
    server: Arc<Server>,
    bytes: usize,
}

impl HeldMemory {
    /// None.
    pub fn none(server: &Arc<Server>) -> Self {
        Self { server: Arc::clone(server), bytes: 0 }
    }

    /// As much as this; whether that is too much for all together.
    pub fn set(&mut self, bytes: usize) -> bool {
        let others = self.server.held.fetch_sub(self.bytes, Ordering::Relaxed) - self.bytes;
        self.server.held.fetch_add(bytes, Ordering::Relaxed);
        self.bytes = bytes;
        bytes > 0 && others + bytes > HELD_BYTES
    }
}

impl Drop for HeldMemory {
    fn drop(&mut self) {
        self.server.held.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}
