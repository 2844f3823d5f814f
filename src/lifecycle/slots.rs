//! What the namespaces of a run share: how many chunks are under way at a time, however many namespaces there are.

use tokio::sync::{Mutex, MutexGuard, Semaphore, SemaphorePermit};

use crate::chunks::ChunkRow;

/// Slots for chunks. A namespace under way has one of them; where no other namespace waits, it gets more for chunks that may
/// go together. So a run of many namespaces has one chunk of each at a time, and memory for so many chunks is enough.
#[derive(Debug)]
pub struct Slots {
    chunks: Semaphore,
    large: Semaphore,
    most_large: usize,
    most_further: usize,
    room: Mutex<()>,
}

/// A slot, until it is dropped.
#[derive(Debug)]
pub struct Slot<'a> {
    _held: Option<SemaphorePermit<'a>>,
}

/// Further slots, until they are dropped.
#[derive(Debug)]
pub struct FurtherSlots<'a>(Vec<SemaphorePermit<'a>>);

impl FurtherSlots<'_> {
    /// How many there are.
    pub const fn len(&self) -> usize {
        self.0.len()
    }
}

impl Slots {
    /// So many, of which so many may be for large chunks; one of each at least.
    pub fn new(jobs: usize, large: usize) -> Self {
        let jobs = jobs.clamp(1, Semaphore::MAX_PERMITS);
        let most_large = large.clamp(1, jobs);
        let (chunks, large) = (Semaphore::new(jobs), Semaphore::new(most_large));
        Self { chunks, large, most_large, most_further: usize::MAX, room: Mutex::default() }
    }

    /// No namespace gets a second one: its manifests make one chain, each naming the one before it.
    #[must_use]
    pub fn one_each(self) -> Self {
        Self { most_further: 0, ..self }
    }

    /// Waits for the slot of a namespace.
    pub async fn enter(&self) -> Slot<'_> {
        // The semaphore is never closed.
        Slot { _held: self.chunks.acquire().await.ok() }
    }

    /// Further slots for chunks of a namespace that has one: as many as are free and nobody waits for, and so many at most.
    pub fn further(&self, most: usize) -> FurtherSlots<'_> {
        let free = std::iter::from_fn(|| self.chunks.try_acquire().ok());
        FurtherSlots(free.take(most.min(self.most_further)).collect())
    }

    /// Of chunks that would go together, how many may by their sizes.
    pub fn together<'c>(&self, chunks: impl Iterator<Item = &'c ChunkRow>) -> usize {
        let mut large = 0;
        let fits = |chunk: &&ChunkRow| {
            large += usize::from(is_large(chunk));
            large <= self.most_large
        };
        chunks.take_while(fits).count()
    }

    /// Waits until the large ones among them may be under way. They are no more than [`Slots::together`] allows.
    pub async fn for_large<'c>(&self, chunks: impl Iterator<Item = &'c ChunkRow>) -> Option<SemaphorePermit<'_>> {
        let large = chunks.filter(|chunk| is_large(chunk)).count();
        // The semaphore is never closed.
        self.large.acquire_many(u32::try_from(large).unwrap_or(u32::MAX)).await.ok()
    }

    /// Waits until no other namespace makes room on the disk: two that see it full at the same time would both leave it.
    pub async fn alone_with_the_disk(&self) -> MutexGuard<'_, ()> {
        self.room.lock().await
    }
}

/// Up to this size in the database the memory that archiving a chunk takes is small beside that of a large one, which does not
/// grow any more.
const LARGE: i64 = 64 << 20;
/// A compressed chunk has about so many times its size in rows.
const COMPRESSED: i64 = 8;

const fn is_large(chunk: &ChunkRow) -> bool {
    let packed = if chunk.is_compressed { COMPRESSED } else { 1 };
    chunk.size_bytes.saturating_mul(packed) >= LARGE
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use futures::FutureExt;

    use super::*;

    #[tokio::test]
    async fn a_namespace_gets_further_places_only_while_no_other_one_waits() {
        let slots = Slots::new(3, 3);
        let one = slots.enter().await;
        let further = slots.further(5);
        assert_eq!(further.len(), 2, "all that there are");
        let mut two = Box::pin(slots.enter());
        assert!(two.as_mut().now_or_never().is_none(), "all are taken");
        drop(further);
        assert_eq!(slots.further(5).len(), 1, "one is kept for the one that waits");
        let two = two.await;
        drop(one);
        assert_eq!(slots.further(1).len(), 1);
        drop(two);
        assert_eq!(slots.further(9).len(), 3);
        assert_eq!(Slots::new(3, 3).one_each().further(9).len(), 0);
    }

    #[tokio::test]
    async fn large_chunks_have_fewer_slots() {
        use crate::db::ident::Qualified;
        let chunk = |size_bytes, is_compressed| ChunkRow {
            table: Qualified::new("s", "c"),
            oid: 1,
            range_start: DateTime::default(),
            range_end: DateTime::default(),
            is_compressed,
            is_partly_compressed: false,
            size_bytes,
            estimate: None,
            is_closed: true,
        };
        let (small, large, packed) = (chunk(LARGE - 1, false), chunk(LARGE, false), chunk(LARGE / 8, true));
        let slots = Slots::new(4, 2);
        assert_eq!(slots.together([&small, &large, &packed, &small, &large, &small].into_iter()), 4);
        assert_eq!(Slots::new(4, 4).together([&large; 6].into_iter()), 4);
        let both = slots.for_large([&large, &packed, &small].into_iter()).await;
        assert!(slots.for_large([&small].into_iter()).now_or_never().is_some());
        assert!(slots.for_large([&large].into_iter()).now_or_never().is_none(), "two are under way");
        drop(both);
        assert!(slots.for_large([&large].into_iter()).now_or_never().is_some());
    }
}
