//! What sessions keep between two messages: prepared statements, portals, cursors and savepoints. Each is counted in bytes, for its
//! session and for all sessions together, and is given back when it is dropped, as all of a session's is when the session ends. So is
//! what a statement takes that is being answered: a client may take its time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::fault::{Answer, Fault};

/// What one session may keep.
const OF_SESSION: usize = 16 << 20;
/// What all sessions may keep together.
const OF_ALL: usize = 64 << 20;
/// What the statements of all sessions may take that are being answered.
const RUNNING: usize = 96 << 20;
/// What a session may keep however much others do: nobody can keep others from ordinary statements.
const OF_EACH: usize = 256 << 10;
/// What an entry takes besides its texts.
const ENTRY: usize = 256;

/// What all sessions keep together, in bytes.
#[derive(Debug, Clone, Default)]
pub struct KeptTotal {
    kept: Arc<AtomicUsize>,
    running: Arc<AtomicUsize>,
}

impl KeptTotal {
    /// A session that keeps nothing yet.
    pub fn session(&self) -> SessionMemory {
        SessionMemory { of_all: Arc::clone(&self.kept), of_session: Arc::default(), running: Arc::clone(&self.running) }
    }
}

/// What a session keeps, in bytes.
#[derive(Debug, Clone)]
pub struct SessionMemory {
    of_all: Arc<AtomicUsize>,
    of_session: Arc<AtomicUsize>,
    running: Arc<AtomicUsize>,
}

/// Adds bytes, and says how many there are with them. Who counts before comparing does not take what another one takes, too.
fn add(to: &AtomicUsize, bytes: usize) -> usize {
    to.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes)
}

impl SessionMemory {
    /// Counts what a statement takes while it is answered.
    ///
    /// # Errors
    /// 53200 where those of all sessions would take too much.
    pub fn run(&self, bytes: usize) -> Answer<KeptBytes> {
        let counted = KeptBytes { counters: vec![Arc::clone(&self.running)], bytes };
        if add(&self.running, bytes) > RUNNING && bytes > OF_EACH {
            let message = format!("statements of all sessions that are being answered take more than {RUNNING} bytes");
            return Err(Fault::new("53200", message).hint("try again later, or ask for fewer values at a time"));
        }
        Ok(counted)
    }

    /// Counts an entry whose texts and values have so many bytes.
    ///
    /// # Errors
    /// 53400 where the session would keep too much, 53200 where all sessions together would.
    pub fn keep(&self, bytes: usize) -> Answer<KeptBytes> {
        let bytes = bytes.saturating_add(ENTRY);
        let kept = KeptBytes { counters: vec![Arc::clone(&self.of_session), Arc::clone(&self.of_all)], bytes };
        let (of_session, of_all) = (add(&self.of_session, bytes), add(&self.of_all, bytes));
        if of_session > OF_SESSION {
            let message =
                format!("prepared statements, portals and cursors of this session take more than {OF_SESSION} bytes");
            return Err(Fault::new("53400", message).hint(
                "close those that are not needed any more (DEALLOCATE, CLOSE), or ask for fewer values at a time",
            ));
        }
        if of_all > OF_ALL && of_session > OF_EACH {
            let message =
                format!("prepared statements, portals and cursors of all sessions take more than {OF_ALL} bytes");
            return Err(Fault::new("53200", message)
                .hint("try again when other sessions have closed theirs, or ask for fewer values at a time"));
        }
        Ok(kept)
    }
}

/// Bytes that are counted for as long as this lives.
#[derive(Debug)]
pub struct KeptBytes {
    counters: Vec<Arc<AtomicUsize>>,
    bytes: usize,
}

impl Drop for KeptBytes {
    fn drop(&mut self) {
        for counter in &self.counters {
            counter.fetch_sub(self.bytes, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: usize = 1 << 20;

    #[test]
    fn a_session_keeps_so_many_bytes_and_gives_them_back() {
        let session = KeptTotal::default().session();
        let kept: Vec<_> = (0..15).map(|_| session.keep(MIB).unwrap()).collect();
        assert_eq!(session.keep(MIB).unwrap_err().code, "53400");
        assert_eq!(session.keep(usize::MAX).unwrap_err().code, "53400");
        drop(kept);
        assert_eq!(session.of_session.load(Ordering::Relaxed), 0);
        session.keep(15 * MIB).unwrap();
    }

    #[test]
    fn very_many_small_entries_are_bounded_as_well() {
        let session = KeptTotal::default().session();
        let kept: Vec<_> = std::iter::from_fn(|| session.keep(0).ok()).take(1 << 20).collect();
        assert_eq!(kept.len(), OF_SESSION / ENTRY);
    }

    #[test]
    fn all_sessions_keep_so_many_bytes_together_and_each_some_however_much_others_do() {
        let all = KeptTotal::default();
        let sessions: Vec<_> = (0..4).map(|_| all.session()).collect();
        let kept: Vec<_> = sessions.iter().map(|session| session.keep(16 * MIB - ENTRY).unwrap()).collect();
        let late = all.session();
        assert_eq!(late.keep(MIB).unwrap_err().code, "53200");
        let small = late.keep(OF_EACH - ENTRY).unwrap();
        assert_eq!(late.keep(0).unwrap_err().code, "53200");
        drop((kept, sessions));
        late.keep(MIB).unwrap();
        drop(small);
        assert_eq!(all.kept.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn what_statements_take_is_counted_for_all_sessions_and_small_ones_are_always_answered() {
        let total = KeptTotal::default();
        let (one, other) = (total.session(), total.session());
        let all: Vec<_> = (0..4).map(|_| one.run(24 * MIB).unwrap()).collect();
        assert_eq!(other.run(MIB).unwrap_err().code, "53200");
        drop(other.run(1000).unwrap());
        drop(all);
        drop(other.run(90 * MIB).unwrap());
    }
}
