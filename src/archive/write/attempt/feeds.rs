//! While an archive is written to its first store, the same bytes go to the run's other stores: nothing is read again to be copied.
//! A store that this does not work for is left to [`make`](crate::archive::copies::make), which tells why.

use std::collections::HashSet;

use futures::future::{join_all, try_join_all};
use tokio::sync::Mutex;
use tokio::time::timeout;
use tokio_postgres::GenericClient;

use super::Attempt;
use crate::archive::claim::ClaimedStore;
use crate::archive::copies::{Making, conclude, locking, prove_objects};
use crate::archive::format::manifest::Manifest;
use crate::archive::keep::object_lock;
use crate::db::queries::archive_copies;
use crate::db::queries::ledger::ArchiveRow;
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
        let begun = feeds.iter().map(|feed| {
            let begun =
                async move { Ok::<_, Error>(effect!("copy.begin-feed", feed.to.upload(key, size_hint).await?)) };
            timeout(Fan::PATIENCE, begun)
        });
        for (number, begun) in join_all(begun).await.into_iter().enumerate() {
            if let Ok(Ok(upload)) = begun.map(told) {
                fan.add(number, upload);
            }
        }
        fan
    }

    /// Makes the object visible in all of them. Those where that did not come about are left out from here on.
    ///
    /// # Errors
    /// Of the first store's upload alone.
    pub(super) async fn finish(&self, store: &ClaimedStore, fan: Fan) -> Result<()> {
        let (first, others) = fan.into_parts();
        let stores: Vec<ClaimedStore> = self.0.lock().await.iter().map(|feed| feed.to.clone()).collect();
        let first = async {
            effect!("archive.finish-object", Box::pin(store.finish(first)).await?);
            Ok::<_, Error>(())
        };
        let others = others.into_iter().map(|(number, upload)| {
            let to = stores.get(number);
            let finished = async move {
                let to = to.ok_or_else(|| Error::failed("ending an upload").because("its store is not known"))?;
                effect!("copy.finish-feed", Box::pin(to.finish(upload)).await?);
                Ok::<_, Error>(number)
            };
            (Fan::PATIENCE, finished)
        });
        let ((), others) = Fan::together(first, others).await?;
        let finished = others.into_iter().filter_map(|(finished, _)| finished);
        let whole: HashSet<usize> = finished.filter_map(|finished| told(finished).ok()).collect();
        let mut numbers = 0..;
        self.0.lock().await.retain(|_| numbers.next().is_some_and(|number| whole.contains(&number)));
        Ok(())
    }
}

/// What does not work here is tried again by `make`, which tells the user.
fn told<T>(done: Result<T>) -> Result<T> {
    done.inspect_err(|e| tracing::debug!("{e}"))
}

impl Attempt<'_> {
    /// Notes the copies that are to be made while the archive is written: what is erased or removed from now on is so there as well.
    pub(super) async fn enter_feeds(&self, db: &impl GenericClient, id: i64) {
        for store in &self.run.to.others {
            if let Ok(feed) = told(self.feed(db, id, store).await) {
                self.feeds.0.lock().await.push(feed);
            }
        }
    }

    async fn feed(&self, db: &impl GenericClient, id: i64, store: &ClaimedStore) -> Result<Feed> {
        let namespace = self.scope().namespace();
        store.refuse_same_as(self.run.store).await?;
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
    pub(super) async fn prove_feeds(&self, manifest: &Manifest) -> Result<()> {
        let mut feeds = self.feeds.0.lock().await;
        let proofs = feeds.iter_mut().map(|feed| async move {
            match told(prove_objects(&feed.to, manifest, self.run.stop).await) {
                Err(e) if e.kind().is_stop() => return Err(e),
                proven => feed.is_proven = proven.is_ok(),
            }
            Ok(())
        });
        try_join_all(proofs).await.map(drop)
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
        let (from, progress, stop) = (self.run.store, self.run.progress, self.run.stop);
        match told(conclude(&Making { db, from, progress, stop }, (&feed.to, feed.lock), archive).await) {
            Err(e) if e.kind().is_stop() => Err(e),
            concluded => Ok(concluded.is_ok()),
        }
    }
}
