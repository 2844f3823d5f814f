//! Stores that hold the same objects: what one cannot give is read from the next. Only the first is written to.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures::TryStreamExt;
use futures::stream::{self, BoxStream, StreamExt};

use super::{Frozen, ObjectInfo, ObjectKey, ObjectReader, Store};
use crate::{Error, Kind, Result};

/// For so long a store that gave no answer is asked after all others.
const ASK_AGAIN_AFTER: Duration = Duration::from_mins(1);

/// Stores with the same objects, in the order in which they are asked. Clones share what was found out about them.
#[derive(Debug, Clone)]
pub struct Mirror(Arc<Members>);

#[derive(Debug)]
struct Members {
    /// At least one.
    stores: Vec<Store>,
    seen: Mutex<MirrorMemory>,
}

/// What was found out.
#[derive(Debug, Default)]
struct MirrorMemory {
    /// Those that gave no answer, and when.
    away: HashMap<usize, Instant>,
    /// Objects that a store gave, and that were not what was stored.
    damaged: HashSet<(usize, ObjectKey)>,
    /// Who gave an object last.
    served: HashMap<ObjectKey, usize>,
    /// Whose failure was told.
    told: HashSet<usize>,
}

impl Mirror {
    pub(super) fn new(first: Store, others: Vec<Store>) -> Self {
        let stores = std::iter::once(first).chain(others).collect();
        Self(Arc::new(Members { stores, seen: Mutex::default() }))
    }

    pub(super) fn first(&self) -> &Store {
        // It was made with one.
        &self.0.stores[0]
    }

    /// Nothing is half changed where somebody else panicked.
    fn seen(&self) -> MutexGuard<'_, MirrorMemory> {
        self.0.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The stores by number, those last that gave no answer just now, without those whose `key` is damaged.
    fn order(&self, key: Option<&ObjectKey>) -> Vec<usize> {
        let seen = self.seen();
        let is_away = |n: &usize| seen.away.get(n).is_some_and(|since| since.elapsed() < ASK_AGAIN_AFTER);
        let is_damaged = |n: &usize| key.is_some_and(|key| seen.damaged.contains(&(*n, key.clone())));
        let usable = || (0..self.0.stores.len()).filter(|n| !is_damaged(n));
        usable().filter(|n| !is_away(n)).chain(usable().filter(is_away)).collect()
    }

    fn served(&self, n: usize, key: &ObjectKey) {
        let mut seen = self.seen();
        seen.away.remove(&n);
        seen.served.insert(key.clone(), n);
    }

    /// Notes that a store failed, and tells so once. An object that is absent, or lies in an archive storage class, says nothing
    /// about the others.
    fn failed(&self, n: usize, e: &Error) {
        let mut seen = self.seen();
        if e.kind() != Kind::NotFound && !Frozen::is_cause_of(e) {
            seen.away.insert(n, Instant::now());
        }
        if seen.told.insert(n) {
            tracing::warn!("{} does not give what is asked for, and another copy is read: {e}", self.0.stores[n].url());
        }
    }

    /// The object is not what was stored in the store that gave it last, which is told. False where no other store is left.
    pub(super) fn distrust(&self, key: &ObjectKey) -> bool {
        let n = self.seen().served.get(key).copied().unwrap_or_default();
        let is_left = self.pass_over(key);
        if self.seen().told.insert(n) {
            tracing::warn!(
                "{key} in {} is not what was stored, and another copy is read; archives verify --all --repair makes it again",
                self.0.stores[n].url()
            );
        }
        is_left
    }

    /// The object is not read again in the store that gave it last. False where no other store is left.
    pub(super) fn pass_over(&self, key: &ObjectKey) -> bool {
        let mut seen = self.seen();
        let n = seen.served.get(key).copied().unwrap_or_default();
        if !seen.damaged.insert((n, key.clone())) {
            return false;
        }
        (0..self.0.stores.len()).any(|n| !seen.damaged.contains(&(n, key.clone())))
    }

    /// Asks the stores until one answers. Where none does: that it is absent, if every store says so.
    async fn ask<T, F>(&self, key: Option<&ObjectKey>, mut ask: impl FnMut(Store) -> F) -> Result<(usize, T)>
    where
        F: Future<Output = Result<T>>,
    {
        let mut first: Option<Error> = None;
        for n in self.order(key) {
            match ask(self.0.stores[n].clone()).await {
                Ok(answer) => {
                    if let Some(key) = key {
                        self.served(n, key);
                    }
                    return Ok((n, answer));
                }
                Err(e) if e.kind().is_stop() || e.kind() == Kind::Usage => return Err(e),
                Err(e) => {
                    self.failed(n, &e);
                    // Who could not be asked counts for more than who has nothing.
                    if first.as_ref().is_none_or(|before| before.kind() == Kind::NotFound) {
                        first = Some(e);
                    }
                }
            }
        }
        Err(first.unwrap_or_else(|| {
            let what = key.map_or_else(String::new, |key| format!(" {key}"));
            Error::new(Kind::Verification, format!("reading{what} in {} stores", self.0.stores.len()))
                .because("it is damaged in all of them")
        }))
    }

    pub(super) async fn check(&self) -> Result<()> {
        self.ask(None, |store| async move { Box::pin(store.check()).await }).await.map(|_| ())
    }

    pub(super) async fn head(&self, key: &ObjectKey) -> Result<Option<ObjectInfo>> {
        let absent = "it is absent";
        let found = self.ask(Some(key), |store| async move {
            let found = Box::pin(store.head(key)).await?;
            found.ok_or_else(|| {
                Error::new(Kind::NotFound, format!("looking for {}", store.describe(key))).because(absent)
            })
        });
        match found.await {
            Ok((_, info)) => Ok(Some(info)),
            Err(e) if e.kind() == Kind::NotFound => Ok(None),
            Err(e) => Err(e),
        }
    }

    /// A body that breaks off goes on from the next store, as long as the object has the same size there.
    pub(super) async fn get(&self, key: &ObjectKey, range: Option<Range<u64>>) -> Result<ObjectReader> {
        let asked = range.clone();
        let found = self.ask(Some(key), |store| {
            let range = asked.clone();
            async move { Box::pin(store.get(key, range)).await }
        });
        let (n, reader) = found.await?;
        let begin = range.map_or(0, |range| range.start);
        let (size, object_size) = (reader.size(), reader.object_size());
        let etag = reader.etag().map(str::to_owned);
        let body = MirrorBody {
            mirror: self.clone(),
            key: key.clone(),
            at: begin,
            end: begin + size,
            object_size,
            from: n,
            reader,
        };
        Ok(ObjectReader::new(size, object_size, etag, body.pieces()))
    }

    pub(super) fn list(&self, prefix: &str) -> BoxStream<'static, Result<ObjectInfo>> {
        // What a listing leaves out would be taken for gone: it is one store's, whole.
        self.first().list(prefix)
    }
}

/// A body on its way.
struct MirrorBody {
    mirror: Mirror,
    key: ObjectKey,
    /// The next byte that is needed, and the one after the last.
    at: u64,
    end: u64,
    object_size: u64,
    /// Whose it is.
    from: usize,
    reader: ObjectReader,
}

impl MirrorBody {
    fn pieces(self) -> BoxStream<'static, Result<Bytes>> {
        stream::try_unfold(self, |mut body| async move {
            loop {
                match body.reader.try_next().await {
                    Ok(None) => return Ok(None),
                    Ok(Some(piece)) => {
                        body.at += piece.len() as u64;
                        return Ok(Some((piece, body)));
                    }
                    Err(e) if e.kind().is_stop() => return Err(e),
                    Err(e) => body.go_on(e).await?,
                }
            }
        })
        .boxed()
    }

    /// Opens the rest in another store; `e` where there is none that has it.
    async fn go_on(&mut self, e: Error) -> Result<()> {
        self.mirror.failed(self.from, &e);
        for n in self.mirror.order(Some(&self.key)) {
            if n == self.from || self.at >= self.end {
                continue;
            }
            let store = &self.mirror.0.stores[n];
            match Box::pin(store.get(&self.key, Some(self.at..self.end))).await {
                Ok(reader) if reader.object_size() == self.object_size => {
                    self.mirror.served(n, &self.key);
                    (self.from, self.reader) = (n, reader);
                    return Ok(());
                }
                Ok(_) => {}
                Err(e) if e.kind().is_stop() => return Err(e),
                Err(e) => self.mirror.failed(n, &e),
            }
        }
        Err(e)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{StoreSettings, StoreUrl};

    async fn folder(dir: &std::path::Path) -> Store {
        Store::open(&StoreUrl::file(dir).unwrap(), &StoreSettings::default()).await.unwrap()
    }

    async fn two() -> (tempfile::TempDir, Store, Store, Store) {
        let dir = tempfile::tempdir().unwrap();
        let (a, b) = (folder(&dir.path().join("a")).await, folder(&dir.path().join("b")).await);
        let both = a.clone().with_others(vec![b.clone()]);
        (dir, a, b, both)
    }

    fn key(name: &str) -> ObjectKey {
        ObjectKey::new(name).unwrap()
    }

    #[tokio::test]
    async fn what_the_first_lacks_is_read_from_the_next_and_what_both_lack_is_absent() {
        let (_dir, _, b, both) = two().await;
        b.put(&key("only-b"), Bytes::from_static(b"text")).await.unwrap();
        assert_eq!(both.read_all(&key("only-b"), 10).await.unwrap(), "text");
        assert!(both.head(&key("only-b")).await.unwrap().is_some());
        assert!(both.head(&key("none")).await.unwrap().is_none());
        assert_eq!(both.get(&key("none"), None).await.unwrap_err().kind(), Kind::NotFound);
    }

    #[tokio::test]
    async fn only_the_first_is_written_to_and_listed() {
        let (_dir, a, b, both) = two().await;
        both.put(&key("new"), Bytes::from_static(b"x")).await.unwrap();
        assert!(a.head(&key("new")).await.unwrap().is_some() && b.head(&key("new")).await.unwrap().is_none());
        b.put(&key("other"), Bytes::from_static(b"x")).await.unwrap();
        let listed: Vec<_> = both.list("").try_collect().await.unwrap();
        assert_eq!(listed.len(), 1);
        both.delete(&key("other")).await.unwrap();
        assert!(b.head(&key("other")).await.unwrap().is_some(), "it is not the first's");
    }

    #[tokio::test]
    async fn a_damaged_object_is_read_from_the_next_and_no_more_where_all_are_damaged() {
        let (_dir, a, b, both) = two().await;
        for (store, text) in [(&a, "bad"), (&b, "good")] {
            store.put(&key("o"), Bytes::from(text)).await.unwrap();
        }
        assert_eq!(both.read_all(&key("o"), 10).await.unwrap(), "bad");
        assert!(both.distrust(&key("o")));
        assert_eq!(both.read_all(&key("o"), 10).await.unwrap(), "good");
        assert!(!both.distrust(&key("o")), "no store is left");
        assert_eq!(both.read_all(&key("o"), 10).await.unwrap_err().kind(), Kind::Verification);
        assert!(!a.distrust(&key("o")), "a store alone has no other copy");
    }

    #[tokio::test]
    async fn a_store_that_goes_away_while_it_is_read_is_gone_on_from_by_the_next() {
        let (dir, a, b, both) = two().await;
        // Several pieces.
        let text = Bytes::from(vec![7_u8; 5 << 20]);
        for store in [&a, &b] {
            store.put(&key("o"), text.clone()).await.unwrap();
        }
        let mut reader = both.get(&key("o"), Some(10..text.len() as u64)).await.unwrap();
        let first = reader.try_next().await.unwrap().unwrap().len();
        // The rest of it is cut off, as by a disk that fails.
        std::fs::OpenOptions::new().write(true).open(dir.path().join("a/o")).unwrap().set_len(1 << 20).unwrap();
        let mut bytes = first;
        while let Some(piece) = reader.try_next().await.unwrap() {
            assert!(piece.iter().all(|b| *b == 7));
            bytes += piece.len();
        }
        assert_eq!(bytes, text.len() - 10);
    }
}
