//! Ledgers as they were a few seconds ago: good enough for an estimate, of which a planner asks several for a statement.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::archive::ArchiveRow;
use crate::serve::auth::Admitted;

/// How long an estimate may be made of them.
const KEPT_FOR: Duration = Duration::from_secs(10);

/// How many, and of how many archives each.
const MAX_LISTS: usize = 32;
const MAX_ARCHIVES: usize = 2000;

/// What the session may ask for, a namespace's schema, and the categories of which something is asked.
pub type Key = (Admitted, String, Option<BTreeSet<String>>);

type Lists = HashMap<Key, (Instant, Arc<[ArchiveRow]>)>;

/// Archives of namespaces, as they were listed lately.
#[derive(Debug, Default)]
pub struct Lately(Mutex<Lists>);

impl Lately {
    /// The archives, where they were listed a few seconds ago.
    pub fn get(&self, key: &Key) -> Option<Arc<[ArchiveRow]>> {
        let lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, archives) = lists.get(key)?;
        (since.elapsed() < KEPT_FOR).then(|| Arc::clone(archives))
    }

    /// Keeps a list; one of very many archives is not worth its memory.
    pub fn put(&self, key: Key, archives: &[ArchiveRow]) {
        if archives.len() > MAX_ARCHIVES {
            return;
        }
        let mut lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lists.retain(|_, (since, _)| since.elapsed() < KEPT_FOR);
        if lists.len() >= MAX_LISTS {
            lists.clear();
        }
        lists.insert(key, (Instant::now(), archives.into()));
    }
}
