//! The same bytes to several stores at once.

use std::time::{Duration, Instant};

use bytes::Bytes;
use futures::FutureExt;
use futures::future::{join_all, try_join};
use tokio::sync::oneshot;

use super::Upload;
use crate::Result;

/// An upload to a store, and the same to others beside it. One beside it that fails, or that the first would have to wait for, is
/// given up, and the first goes on without it. Each piece is with all of them before the next one is taken: what is held in memory
/// is what each upload holds.
#[derive(Debug)]
pub struct Fan {
    first: Upload,
    beside: Vec<Beside>,
    begun: Instant,
}

/// An upload beside the first.
#[derive(Debug)]
struct Beside {
    /// By which the caller knows it.
    number: usize,
    upload: Upload,
    /// How long the first has waited for it, in all.
    waited: Duration,
    /// Whether it took all that it was given.
    is_whole: bool,
}

impl Fan {
    /// How long the first store waits for another one at a time, once it has done its own part. In all it waits for that long, and
    /// for as long again as it has taken itself.
    pub const PATIENCE: Duration = Duration::from_secs(10);

    /// Has the same bytes go to `upload`, before anything is written.
    pub fn add(&mut self, number: usize, upload: Upload) {
        self.beside.push(Beside { number, upload, waited: Duration::ZERO, is_whole: true });
    }

    /// Appends `data` to all.
    ///
    /// # Errors
    /// As those of [`Upload::write`], of the first one alone.
    pub async fn write(&mut self, data: Bytes) -> Result<()> {
        if self.beside.is_empty() {
            return self.first.write(data).await;
        }
        let taken = self.begun.elapsed();
        let others = self.beside.iter_mut().map(|beside| {
            let Beside { upload, waited, is_whole, .. } = beside;
            let patience = patience(taken, *waited);
            let data = data.clone();
            (patience, async move { upload.write(data).await }, (waited, is_whole))
        });
        let (others, notes): (Vec<_>, Vec<_>) = others.map(|(patience, write, note)| ((patience, write), note)).unzip();
        let ((), done) = Self::together(self.first.write(data), others).await?;
        for ((written, late), (waited, is_whole)) in done.into_iter().zip(notes) {
            *waited += late;
            *is_whole = match written {
                Some(Ok(())) => true,
                Some(Err(e)) => {
                    tracing::debug!("{e}");
                    false
                }
                None => {
                    tracing::debug!("a store beside the first one is too slow");
                    false
                }
            };
        }
        // What is dropped unfinished is aborted.
        self.beside.retain(|beside| beside.is_whole);
        Ok(())
    }

    /// The first upload, and those beside it that are whole, by their numbers.
    pub fn into_parts(self) -> (Upload, Vec<(usize, Upload)>) {
        (self.first, self.beside.into_iter().map(|beside| (beside.number, beside.upload)).collect())
    }

    /// Does all at once. Once the first is done, each of the others is waited for as long as its patience; `None` for one that is late.
    /// With each comes how long it was waited for.
    ///
    /// # Errors
    /// Of the first alone: then the others are left where they are.
    pub async fn together<T, U>(
        first: impl Future<Output = Result<T>>,
        others: impl IntoIterator<Item = (Duration, impl Future<Output = U>)>,
    ) -> Result<(T, Vec<(Option<U>, Duration)>)> {
        let (told, done) = oneshot::channel();
        let done = done.shared();
        let first = async {
            let first = first.await?;
            // Nobody listens where there are no others.
            let _ = told.send(Instant::now());
            Ok(first)
        };
        let others = others.into_iter().map(|(patience, work)| {
            let done = done.clone();
            async move {
                let late = async {
                    match done.clone().await {
                        Ok(_) => tokio::time::sleep(patience).await,
                        // The first has failed, and nobody asks any more.
                        Err(_) => std::future::pending().await,
                    }
                };
                let work = tokio::select! {
                    biased;
                    work = work => Some(work),
                    () = late => None,
                };
                let waited = done.peek().and_then(|done| done.as_ref().ok()).map_or(Duration::ZERO, Instant::elapsed);
                (work, waited)
            }
        });
        try_join(first, join_all(others).map(Ok)).await
    }
}

/// How long one is waited for now, `taken` being the time since all of it began, with the waits.
fn patience(taken: Duration, waited: Duration) -> Duration {
    (Fan::PATIENCE + taken).saturating_sub(waited * 2).min(Fan::PATIENCE)
}

impl From<Upload> for Fan {
    fn from(first: Upload) -> Self {
        Self { first, beside: Vec::new(), begun: Instant::now() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: Duration = Duration::from_millis(20);

    async fn for_ever() -> u8 {
        std::future::pending().await
    }

    #[tokio::test]
    async fn the_others_are_waited_for_once_the_first_is_done_and_no_longer() {
        let slow = async {
            tokio::time::sleep(SHORT * 10).await;
            Ok::<_, crate::Error>(1)
        };
        // Done while the first is still at it: it was waited for by nobody.
        let while_at_it = async {
            tokio::time::sleep(SHORT * 5).await;
            2
        };
        let others: [(Duration, futures::future::BoxFuture<'_, u8>); 2] =
            [(Duration::ZERO, Box::pin(while_at_it)), (SHORT, Box::pin(for_ever()))];
        let (first, done) = Fan::together(slow, others).await.unwrap();
        assert_eq!((first, done[0]), (1, (Some(2), Duration::ZERO)));
        assert!(done[1].0.is_none() && done[1].1 >= SHORT, "{done:?}");
    }

    #[tokio::test]
    async fn a_first_one_that_fails_waits_for_nobody() {
        let fails = async { Err::<(), _>(crate::Error::failed("writing")) };
        let failed =
            tokio::time::timeout(Duration::from_secs(10), Fan::together(fails, [(Duration::MAX, for_ever())])).await;
        assert!(failed.expect("it ends").is_err());
    }

    #[test]
    fn a_store_may_take_as_long_again_as_the_first_and_not_for_ever_at_a_time() {
        let after = |waited| patience(Duration::from_secs(100), Duration::from_secs(waited));
        assert_eq!([after(0), after(54), after(56)], [Fan::PATIENCE, Duration::from_secs(2), Duration::ZERO]);
    }
}
