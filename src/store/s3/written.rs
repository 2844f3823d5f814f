//! Names that this process wrote last.

use tokio::time::Instant;

/// Names that this process wrote last.
#[derive(Debug, Default)]
pub(super) struct RecentWrites(std::sync::Mutex<std::collections::VecDeque<(String, Instant)>>);

/// How many are kept.
const KEPT: usize = 64;

impl RecentWrites {
    pub(super) fn add(&self, full_key: &str) {
        let mut last = self.lock();
        if last.len() >= KEPT {
            last.pop_front();
        }
        last.push_back((full_key.to_owned(), Instant::now()));
    }

    pub(super) fn forget(&self, full_key: &str) {
        self.lock().retain(|(key, _)| key != full_key);
    }

    pub(super) fn at(&self, full_key: &str) -> Option<Instant> {
        self.lock().iter().rev().find(|(key, _)| key == full_key).map(|(_, at)| *at)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, std::collections::VecDeque<(String, Instant)>> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
