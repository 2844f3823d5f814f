//! What a store was found to lack. It is remembered for the process: each is found out once, worked around from then on,
//! and told by `doctor`.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use super::object::Lack;

static PROCESS: LazyLock<Mutex<HashMap<String, StoreMemory>>> = LazyLock::new(Mutex::default);

/// What is known of one bucket at one endpoint, or of one folder. Clones share it.
#[derive(Debug, Clone, Default)]
pub(super) struct StoreMemory(Arc<StoreFacts>);

#[derive(Debug, Default)]
struct StoreFacts {
    lacks: Mutex<BTreeSet<Lack>>,
    /// How many parts an object may have, where fewer than S3's turned out to be the bound.
    most_parts: AtomicU32,
}

impl StoreMemory {
    /// What this process knows of the place of this name.
    pub(super) fn of(place: &str) -> Self {
        let mut all = PROCESS.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry(place.to_owned()).or_default().clone()
    }

    pub(super) fn lacks(&self, what: Lack) -> bool {
        self.0.lacks.lock().unwrap_or_else(PoisonError::into_inner).contains(&what)
    }

    pub(super) fn found(&self, what: Lack) {
        if self.0.lacks.lock().unwrap_or_else(PoisonError::into_inner).insert(what) {
            tracing::debug!(?what, "the store lacks this, which is worked around");
        }
    }

    pub(super) fn all(&self) -> Vec<Lack> {
        self.0.lacks.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().collect()
    }

    pub(super) fn most_parts(&self) -> Option<u32> {
        Some(self.0.most_parts.load(Ordering::Relaxed)).filter(|&parts| parts > 0)
    }

    pub(super) fn found_most_parts(&self, parts: u32) {
        let fewer = |known: u32| (known == 0 || known > parts).then_some(parts);
        self.0.most_parts.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fewer).ok();
        self.found(Lack::ManyParts);
    }
}
