//! Memory for large messages, which one statement at a time has: several at once would take more than the machine has.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::serve::fault::{Answer, Fault};

/// Scans that read at a time; others wait their turn.
const READING: usize = 4;

/// Bytes of a frame's CSV from which on it is large. Most are of about a mebibyte: only a message makes one this long.
const LARGE_BYTES: u64 = 16 << 20;

/// How long a statement waits until others are done with large messages.
const PATIENCE: Duration = Duration::from_mins(1);

/// How long a client may take to receive what has a large message in it, once another statement waits to read one.
const TO_SEND: Duration = Duration::from_secs(20);

/// What scans of all sessions share.
#[derive(Debug)]
pub struct Turns {
    reading: Arc<Semaphore>,
    large: Arc<Semaphore>,
    /// Statements that wait for a large message's turn.
    waiting: AtomicUsize,
}

impl Default for Turns {
    fn default() -> Self {
        Self {
            reading: Arc::new(Semaphore::new(READING)),
            large: Arc::new(Semaphore::new(1)),
            waiting: AtomicUsize::new(0),
        }
    }
}

/// One statement's turns.
#[derive(Debug)]
pub struct StatementTurn {
    turns: Arc<Turns>,
    has: Mutex<Has>,
}

#[derive(Debug, Default)]
struct Has {
    reading: Option<OwnedSemaphorePermit>,
    large: Option<OwnedSemaphorePermit>,
    met_large: bool,
}

/// A scan that reads, until this is dropped.
#[derive(Debug)]
pub struct ReadingTurn<'t>(&'t StatementTurn);

impl Drop for ReadingTurn<'_> {
    fn drop(&mut self) {
        self.0.has().reading = None;
    }
}

/// A statement that waits, until this is dropped.
struct Waiting<'t>(&'t AtomicUsize);

impl<'t> Waiting<'t> {
    fn new(waiting: &'t AtomicUsize) -> Self {
        waiting.fetch_add(1, Ordering::Relaxed);
        Self(waiting)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl StatementTurn {
    /// None so far.
    pub fn new(turns: &Arc<Turns>) -> Self {
        Self { turns: Arc::clone(turns), has: Mutex::default() }
    }

    fn has(&self) -> MutexGuard<'_, Has> {
        self.has.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until few enough others read.
    ///
    /// # Errors
    /// 57P01 where the server is going down.
    pub async fn read(&self) -> Answer<ReadingTurn<'_>> {
        let permit = one_of(&self.turns.reading).await?;
        self.has().reading = Some(permit);
        Ok(ReadingTurn(self))
    }

    /// Before a frame of so many bytes of CSV is read: where that is large, waits until no other one is in memory. Meanwhile
    /// another statement may read.
    ///
    /// # Errors
    /// 53200 where others were not done in a minute.
    pub async fn take(&self, bytes: u64) -> Answer<()> {
        if bytes <= LARGE_BYTES || self.has().large.is_some() {
            return Ok(());
        }
        self.has().reading = None;
        let waiting = Waiting::new(&self.turns.waiting);
        let permit = tokio::time::timeout(PATIENCE, one_of(&self.turns.large)).await.map_err(|_| {
            Fault::new("53200", "other statements are reading large archived messages")
                .hint("run the statement again once they are done")
        })??;
        drop(waiting);
        let reading = one_of(&self.turns.reading).await?;
        let mut has = self.has();
        (has.large, has.reading, has.met_large) = (Some(permit), Some(reading), true);
        Ok(())
    }

    /// Sends rows. A client that does not take a large message would keep it in memory, and all others from theirs: it is left, once
    /// another statement waits.
    ///
    /// # Errors
    /// Where the connection fails, or the client is left.
    pub async fn sending(&self, send: impl Future<Output = io::Result<()>>) -> io::Result<()> {
        let begun = Instant::now();
        tokio::pin!(send);
        loop {
            tokio::select! {
                done = &mut send => return done,
                () = tokio::time::sleep(Duration::from_secs(1)) => {}
            }
            let is_awaited = self.has().large.is_some() && self.turns.waiting.load(Ordering::Relaxed) > 0;
            if is_awaited && begun.elapsed() >= TO_SEND {
                return Err(io::Error::new(
                    io::ErrorKind::TimedOut,
                    "the client does not take a large message, and others wait",
                ));
            }
        }
    }

    /// No large message is in memory any more; whether one was.
    pub fn give_back(&self) -> bool {
        self.has().large.take().is_some()
    }

    /// Whether the statement came to a large message.
    pub fn has_met_large(&self) -> bool {
        self.has().met_large
    }
}

async fn one_of(permits: &Arc<Semaphore>) -> Answer<OwnedSemaphorePermit> {
    let closed = |_| Fault::new("57P01", "the server is going down");
    Arc::clone(permits).acquire_owned().await.map_err(closed)
}
