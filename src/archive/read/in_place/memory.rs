//! What a server that goes on for long keeps in memory of archives: manifests that were read, places that were looked up,
//! frames that were proven, compressed as they are, and where their rows lie. Archives never change, and each is known by its
//! manifest's hash.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;

use super::index::RowIndex;
use super::located::{Located, SoughtStreams};
use crate::archive::format::manifest::Manifest;

/// What is older is read again: what was erased elsewhere does not live on here.
const KEPT_FOR: Duration = Duration::from_mins(10);

const MANIFEST_BYTES: usize = 12 << 20;
const LOCATED_BYTES: usize = 8 << 20;
const STREAM_BYTES: usize = 24 << 20;
const ROWS_BYTES: usize = 16 << 20;
const FRAME_BYTES: usize = 36 << 20;

/// What rows of one stream are kept by: the manifest's hash, and the stream.
pub type RowsOf = (String, String);

/// Parts of archives, in memory.
#[derive(Debug)]
pub struct ArchiveMemory {
    /// By the manifest's hash.
    pub manifests: Shelf<String, Arc<Manifest>>,
    /// By that and what was looked for.
    pub located: Shelf<(String, SoughtStreams), Option<Located>>,
    /// By that and the stream: its rows, where they are few, compressed; and how many bytes they have.
    pub streams: Shelf<RowsOf, (Bytes, usize)>,
    /// By that and the frame's number: where rows lie in frames that were proven.
    pub rows: Shelf<(String, usize), Arc<RowIndex>>,
    /// By the same: what such a frame is unpacked from.
    pub frames: Shelf<(String, usize), Bytes>,
}

impl Default for ArchiveMemory {
    fn default() -> Self {
        Self {
            manifests: Shelf::new(MANIFEST_BYTES),
            located: Shelf::new(LOCATED_BYTES),
            streams: Shelf::new(STREAM_BYTES),
            rows: Shelf::new(ROWS_BYTES),
            frames: Shelf::new(FRAME_BYTES),
        }
    }
}

#[derive(Debug)]
struct ShelfEntry<V> {
    value: V,
    bytes: usize,
    since: Instant,
    used: u64,
}

#[derive(Debug)]
struct Entries<K, V> {
    all: HashMap<K, ShelfEntry<V>>,
    bytes: usize,
    clock: u64,
}

/// Values within a bound of bytes; those go first that were not used for longest.
#[derive(Debug)]
pub struct Shelf<K, V> {
    limit: usize,
    entries: Mutex<Entries<K, V>>,
}

impl<K: Hash + Eq + Clone, V: Clone> Shelf<K, V> {
    fn new(limit: usize) -> Self {
        Self { limit, entries: Mutex::new(Entries { all: HashMap::new(), bytes: 0, clock: 0 }) }
    }

    /// A value that was put here lately.
    pub fn get(&self, key: &K) -> Option<V> {
        // A panic in between leaves at worst a count that is too high.
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.clock += 1;
        let clock = entries.clock;
        let entry = entries.all.get_mut(key)?;
        if entry.since.elapsed() > KEPT_FOR {
            entries.remove(key);
            return None;
        }
        entry.used = clock;
        Some(entry.value.clone())
    }

    /// Keeps a value of about so many bytes.
    pub fn put(&self, key: K, value: V, bytes: usize) {
        if bytes > self.limit / 8 {
            return;
        }
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.remove(&key);
        if entries.bytes + bytes > self.limit {
            entries.make_room(self.limit - self.limit / 8 - bytes);
        }
        entries.clock += 1;
        let used = entries.clock;
        entries.bytes += bytes;
        entries.all.insert(key, ShelfEntry { value, bytes, since: Instant::now(), used });
    }
}

impl<K: Hash + Eq + Clone, V> Entries<K, V> {
    /// Removes what was not used for longest, so that what is left takes no more than this.
    fn make_room(&mut self, limit: usize) {
        let mut by_use: Vec<_> = self.all.iter().map(|(key, entry)| (entry.used, key.clone())).collect();
        by_use.sort_unstable_by_key(|(used, _)| *used);
        for (_, key) in by_use {
            if self.bytes <= limit {
                break;
            }
            self.remove(&key);
        }
    }

    fn remove(&mut self, key: &K) {
        if let Some(gone) = self.all.remove(key) {
            self.bytes -= gone.bytes;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_used_for_longest_goes_first_and_the_bound_holds() {
        let shelf = Shelf::new(1000);
        for n in 0..10 {
            shelf.put(n, n * 7, 100);
        }
        assert_eq!(shelf.get(&0), Some(0));
        shelf.put(10, 70, 100);
        assert_eq!((shelf.get(&1), shelf.get(&0), shelf.get(&10)), (None, Some(0), Some(70)));
        shelf.put(11, 0, 500);
        assert_eq!(shelf.get(&11), None, "too large for it");
        shelf.put(10, 71, 100);
        assert_eq!(shelf.get(&10), Some(71));
        assert!(shelf.entries.lock().unwrap().bytes <= 1000);
    }
}
