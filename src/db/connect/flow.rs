//! How far a session reads ahead. The driver fetches up to three rows that nobody has asked for yet, whatever their size: rows
//! of hundreds of megabytes would fill the memory. Who has got a large one holds the rest back until it is done with.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Context;

use futures::task::AtomicWaker;

/// Bytes from which on a row is large: it goes its way alone, and nothing is read ahead meanwhile.
pub const LARGE_ROW_BYTES: usize = 4 << 20;

/// Holds a session's reading back. Clones are of the same session.
#[derive(Debug, Clone, Default)]
pub struct Flow(Arc<FlowState>);

#[derive(Debug, Default)]
struct FlowState {
    holders: AtomicUsize,
    driver: AtomicWaker,
}

/// Nothing is read from the server, nor sent to it, while this is there.
#[derive(Debug)]
#[must_use]
pub struct HeldBack(Flow);

impl Flow {
    /// Holds back. No statement of the session gets an answer until the guard is dropped.
    pub fn hold(&self) -> HeldBack {
        self.0.holders.fetch_add(1, Ordering::SeqCst);
        HeldBack(self.clone())
    }

    /// Whether the driver has to wait; it is woken when that ends.
    pub(super) fn is_held(&self, cx: &Context<'_>) -> bool {
        // Registered first: who lets go in between wakes it.
        self.0.driver.register(cx.waker());
        self.0.holders.load(Ordering::SeqCst) > 0
    }
}

impl Drop for HeldBack {
    fn drop(&mut self) {
        if self.0.0.holders.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.0.0.driver.wake();
        }
    }
}
