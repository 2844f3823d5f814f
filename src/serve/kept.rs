//! What sessions keep between two messages: prepared statements, portals, cursors and savepoints. Each is counted in bytes, for its
//! session and for all sessions together, and is given back when it is dropped, as all of a session's is when the session ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::fault::{Answer, Fault};

/// What one session may keep.
const OF_SESSION: usize = 16 << 20;
/// What all sessions may keep together.
const OF_ALL: usize = 64 << 20;
/// What a session may keep however much others do: nobody can keep others from ordinary statements.
const OF_EACH: usize = 256 << 10;
/// What an entry takes besides its texts.
const ENTRY: usize = 256;

/// What all sessions keep together, in bytes.
#[derive(Debug, Clone, Default)]
pub struct KeptTotal(Arc<AtomicUsize>);

impl KeptTotal {
    /// A session that keeps nothing yet.
    pub fn session(&self) -> SessionMemory {
        SessionMemory { of_all: Arc::clone(&self.0), of_session: Arc::default() }
    }
}

/// What a session keeps, in bytes.
#[derive(Debug, Clone)]
pub struct SessionMemory {
    of_all: Arc<AtomicUsize>,
    of_session: Arc<AtomicUsize>,
}

impl SessionMemory {
    /// Counts an entry whose texts and values have so many bytes.
    ///
    /// # Errors
    /// 53400 where the session would keep too much, 53200 where all sessions together would.
    pub fn keep(&self, bytes: usize) -> Answer<KeptBytes> {
        let bytes = bytes.saturating_add(ENTRY);
        // It is counted before it is compared: two sessions cannot both take what is left.
        let kept = KeptBytes { memory: self.clone(), bytes };
        let of_session = self.of_session.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes);
        let of_all = self.of_all.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes);
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
    memory: SessionMemory,
    bytes: usize,
}

impl Drop for KeptBytes {
    fn drop(&mut self) {
        self.memory.of_session.fetch_sub(self.bytes, Ordering::Relaxed);
        self.memory.of_all.fetch_sub(self.bytes, Ordering::Relaxed);
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
        assert_eq!(all.0.load(Ordering::Relaxed), 0);
    }
}
