//! At most so many messages a second, over all jobs.

use std::sync::Mutex;
use std::time::Duration;

use tokio::time::Instant;

/// Keeps a rate.
#[derive(Debug)]
pub struct Pace {
    rate: Option<u32>,
    next: Mutex<Instant>,
}

impl Pace {
    /// `None` keeps none.
    pub fn new(rate: Option<u32>) -> Self {
        Self { rate, next: Mutex::new(Instant::now()) }
    }

    /// Waits until `messages` more may go.
    pub async fn wait(&self, messages: u32) {
        let Some(rate) = self.rate else { return };
        let at = {
            let mut next = self.next.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            let at = (*next).max(Instant::now());
            *next = at + Duration::from_secs_f64(f64::from(messages) / f64::from(rate));
            at
        };
        tokio::time::sleep_until(at).await;
    }
}
