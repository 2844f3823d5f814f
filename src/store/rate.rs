//! A bound on the bytes that a process moves to and from its stores.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// The longest piece that passes at once: what is read from a socket in one go.
const LARGEST_PIECE: u64 = 64 * 1024;
/// Pieces a second at least, so that a slow line is a steady one.
const PIECES_A_SECOND: u64 = 20;

/// Bounds on bytes a second, in both directions together, that all hold. Clones share them; by default there is none.
#[derive(Debug, Clone, Default)]
pub struct RateLimit(Vec<Arc<RateQueue>>);

#[derive(Debug)]
struct RateQueue {
    bytes_a_second: u64,
    /// When the line is free again. Whoever asks is given the next stretch of it: first come, first served.
    free: Mutex<Instant>,
}

impl RateLimit {
    /// A bound of its own. 0 counts as 1.
    pub fn new(bytes_a_second: u64) -> Self {
        Self(vec![Arc::new(RateQueue { bytes_a_second: bytes_a_second.max(1), free: Mutex::new(Instant::now()) })])
    }

    /// This bound within another one: what passes counts against both.
    #[must_use]
    pub fn within(&self, outer: &Self) -> Self {
        Self(self.0.iter().chain(&outer.0).cloned().collect())
    }

    /// Bytes a second, where there is a bound.
    pub fn bytes_a_second(&self) -> Option<u64> {
        self.0.iter().map(|line| line.bytes_a_second).min()
    }

    /// How much may be asked for at once.
    pub(super) fn piece(&self) -> usize {
        let piece = self.bytes_a_second().map_or(LARGEST_PIECE, |rate| rate / PIECES_A_SECOND);
        usize::try_from(piece.clamp(1, LARGEST_PIECE)).unwrap_or(usize::MAX)
    }

    /// Takes the next stretch of each line, and waits until `bytes` have passed on all. A wait that is given up leaves its
    /// stretch empty, which is at most a piece long where [`RateLimit::piece`] is kept to.
    pub(super) fn pass(&self, bytes: usize) -> impl Future<Output = ()> + Send + 'static + use<> {
        let until = self.0.iter().map(|line| line.book(bytes)).max();
        async move {
            if let Some(until) = until {
                sleep_until(until).await;
            }
        }
    }

    /// As [`RateLimit::pass`] for more than a piece.
    pub(super) async fn pass_all(&self, mut bytes: usize) {
        while !self.0.is_empty() && bytes > 0 {
            let piece = bytes.min(self.piece());
            self.pass(piece).await;
            bytes -= piece;
        }
    }
}

impl RateQueue {
    #[allow(clippy::cast_precision_loss)] // pieces are small
    fn book(&self, bytes: usize) -> Instant {
        let takes = Duration::from_secs_f64(bytes as f64 / self.bytes_a_second as f64);
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        // What nobody used is gone: no burst makes up for it.
        *free = (*free).max(Instant::now()) + takes;
        *free
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn all_who_share_a_line_are_held_to_it_together() {
        let limit = RateLimit::new(1 << 20);
        let begun = Instant::now();
        let other = limit.clone();
        tokio::join!(limit.pass_all(2 << 20), other.pass_all(1 << 20), limit.pass_all(1 << 20));
        let took = begun.elapsed();
        assert!(took >= Duration::from_millis(3990) && took <= Duration::from_millis(4100), "{took:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_small_wish_is_not_held_up_by_a_large_one() {
        let limit = RateLimit::new(1 << 20);
        let begun = Instant::now();
        let large = limit.pass_all(10 << 20);
        let small = async {
            limit.pass_all(1000).await;
            begun.elapsed()
        };
        let ((), small) = tokio::join!(large, small);
        assert!(small < Duration::from_millis(200), "{small:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_bound_within_another_one_is_held_to_both() {
        let outer = RateLimit::new(2 << 20);
        let (slow, fast) = (RateLimit::new(1 << 20).within(&outer), RateLimit::new(8 << 20).within(&outer));
        assert_eq!((slow.bytes_a_second(), fast.bytes_a_second()), (Some(1 << 20), Some(2 << 20)));
        let begun = Instant::now();
        slow.pass_all(2 << 20).await;
        assert!(begun.elapsed() >= Duration::from_millis(1990));
        let begun = Instant::now();
        tokio::join!(fast.pass_all(3 << 20), outer.pass_all(1 << 20));
        let took = begun.elapsed();
        assert!(took >= Duration::from_millis(1990) && took <= Duration::from_millis(2100), "{took:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn idle_time_is_not_saved_up() {
        let limit = RateLimit::new(1 << 20);
        tokio::time::sleep(Duration::from_mins(1)).await;
        let begun = Instant::now();
        limit.pass_all(1 << 20).await;
        assert!(begun.elapsed() >= Duration::from_millis(990));
    }

    #[tokio::test]
    async fn no_bound_costs_no_time() {
        let limit = RateLimit::default();
        assert_eq!(limit.bytes_a_second(), None);
        limit.pass_all(usize::MAX).await;
    }
}
