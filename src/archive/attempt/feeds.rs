//! While an archive is written to its first store, the same bytes go to the run's other stores: nothing is read again to be copied.
//! A store that this does not work for is left to [`make`](super::super::copies::make), which tells why.

use std::collections::HashSet;

use futures::future::{join, join_all};
use tokio::sync::Mutex;
use tokio::time::timeout;
use tokio_postgres::GenericClient;

use super::super::claim::ClaimedStore;
use super::super::copies::{Making, conclude, locking, prove_objects};
use super::super::object_lock;
use super::super::verify::read_manifest;
use super::Attempt;
use crate::db::queries::archive_copies;
use crate::db::queries::ledger::{self, ArchiveRow};
use crate::error::{Error, Result};
use crate::failpoint::effect;
use crate::store::{Fan, LockedUntil, ObjectKey, Upload};

/// The stores that were given all of an attempt's objects so far.
#[derive(Default)]
pub(in crate::archive) struct Feeds(Mutex<Vec<Feed>>);

struct Feed {
    to: ClaimedStore,
    /// Until when what is written there is locked.
    lock: Option<LockedUntil>,
    /// Whether data and stream list were read back as they were sent.
    is_proven: bool,
}

impl Feeds {
    /// Begins `key` in each, beside the first store's upload.
    pub(super) async fn begin(&self, first: Upload, key: &ObjectKey, size_hint: u64) -> Fan {
        let mut fan = Fan::from(first);
        let feeds = self.0.lock().await;
        let begun = feeds.iter().map(|feed| async move {
            let begun = async { Ok(effect!("copy.begin-feed", feed.to.upload(key, size_hint).await?)) };
            in_time(begun).await
        });
        for (number, upload) in join_all(begun).await.into_iter().enumerate() {
            if let Some(upload) = upload {
                fan.add(number, upload);
            }
        }
        fan
    }

    /// Makes the object visible in all of them. Those where that did not come about are left out from here on.
    ///
    /// # Errors
    /// Of the first store's upload alone.
    pub(super) async fn finish(&self, fan: Fan) -> Result<()> {
        let (first, others) = fan.into_parts();
        let first = async {
            effect!("archive.finish-object", Box::pin(first.finish()).await?);
            Ok::<_, Error>(())
        };
        let others = others.into_iter().map(|(number, upload)| async move {
            let finished = async { Ok(effect!("copy.finish-feed", Box::pin(upload.finish()).await?)) };
            in_time(finished).await.map(|_| number)
        });
        let (first, others) = join(first, join_all(others)).await;
        let whole: HashSet<usize> = others.into_iter().flatten().collect();
        let mut numbers = 0..;
        self.0.lock().await.retain(|_| numbers.next().is_some_and(|number| whole.contains(&number)));
        first
    }
}

/// Nothing waits for long for a store beside the first one.
async fn in_time<T>(work: impl Future<Output = Result<T>>) -> Option<T> {
    match timeout(Fan::PATIENCE, work).await {
        Ok(Ok(done)) => Some(done),
        Ok(Err(e)) => {
            tracing::debug!("{e}");
            None
        }
        Err(_) => {
            tracing::debug!("a store beside the first one did not answer in time");
            None
        }
    }
}

impl Attempt<'_> {
    /// Notes the copies that are to be made while the archive is written: what is erased or removed from now on is so there as well.
    pub(super) async fn enter_feeds(&self, db: &impl GenericClient, id: i64) {
        for store in &self.context.to.others {
            match self.feed(db, id, store).await {
                Ok(feed) => self.feeds.0.lock().await.push(feed),
                Err(e) => tracing::debug!("{e}"),
            }
        }
    }

    async fn feed(&self, db: &impl GenericClient, id: i64, store: &ClaimedStore) -> Result<Feed> {
        let namespace = self.scope().namespace();
        store.refuse_same_as(self.context.store).await?;
        let to = locking(db, store, namespace).await?;
        let lock = object_lock::of_new(db, &to).await?;
        let url = to.url().to_string();
        effect!("copy.enter-feed", archive_copies::begin(db, namespace, id, &url).await?);
        Ok(Feed { to: to.locked_now(lock), lock, is_proven: false })
    }

    /// Reads back what the other stores were given, beside the first store's own proof. One that fails is left to be made anew.
    ///
    /// # Errors
    /// Where a stop is asked for.
    pub(super) async fn prove_feeds(&self, db: &impl GenericClient, id: i64) -> Result<()> {
        let mut feeds = self.feeds.0.lock().await;
        if feeds.is_empty() {
            return Ok(());
        }
        let row = ledger::get(db, self.scope().namespace(), id).await?;
        let manifest = read_manifest(self.context.store, &row).await?;
        let stop = self.context.stop;
        let proofs = feeds.iter_mut().map(|feed| {
            let manifest = &manifest;
            async move {
                match prove_objects(&feed.to, manifest, stop).await {
                    Ok(()) => feed.is_proven = true,
                    Err(e) if e.kind().is_stop() => return Err(e),
                    Err(e) => tracing::debug!("{e}"),
                }
                Ok(())
            }
        });
        join_all(proofs).await.into_iter().collect()
    }

    /// Ends the copy in a store that was given all objects, which have been proven. False where it was not, or where that failed:
    /// then it is to be made.
    ///
    /// # Errors
    /// Where a stop is asked for.
    pub(super) async fn conclude_feed(&self, db: &impl GenericClient, url: &str, archive: &ArchiveRow) -> Result<bool> {
        let feeds = self.feeds.0.lock().await;
        let mut proven = feeds.iter().filter(|feed| feed.is_proven);
        let Some(feed) = proven.find(|feed| feed.to.url().to_string() == url) else { return Ok(false) };
        let (from, progress, stop) = (self.context.store, self.context.progress, self.context.stop);
        match conclude(&Making { db, from, progress, stop }, (&feed.to, feed.lock), archive).await {
            Ok(()) => Ok(true),
            Err(e) if e.kind().is_stop() => Err(e),
            Err(e) => {
                tracing::debug!("{e}");
                Ok(false)
            }
        }
    }
}
