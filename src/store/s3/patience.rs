//! Looking again: what a service has done may show a little later, and what it said of a name before may stick.

use std::time::Duration;

use tokio::time::Instant;

use super::S3Store;

/// The first wait before looking again; it doubles.
const FIRST: Duration = Duration::from_millis(100);
/// The longest.
const LONGEST: Duration = Duration::from_secs(2);

/// How long somebody goes on looking.
#[derive(Debug)]
pub(super) struct Patience {
    until: Instant,
    pause: Duration,
}

impl Patience {
    fn new(until: Instant) -> Self {
        Self { until, pause: FIRST }
    }

    /// Waits a little. False where it has waited long enough.
    pub(super) async fn again(&mut self) -> bool {
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return false;
        }
        tokio::time::sleep(self.pause.min(left)).await;
        self.pause = (self.pause * 2).min(LONGEST);
        true
    }
}

impl S3Store {
    /// For as long as something that was just done may not show.
    pub(super) fn patience(&self) -> Patience {
        Patience::new(Instant::now() + self.0.timeouts.visible)
    }

    /// For what this process has written a moment ago; none for anything else.
    pub(super) fn patience_for(&self, full_key: &str) -> Patience {
        let written = self.0.written.at(full_key);
        Patience::new(written.map_or_else(Instant::now, |at| at + self.0.timeouts.visible))
    }
}
