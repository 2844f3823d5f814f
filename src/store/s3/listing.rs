//! Listings that prove their end: of objects and of unfinished uploads here, of versions in `erase`.
//!
//! A listing is believed only where every page says whether it is the last one, holds as much as it says, and leads on to
//! something new. All else is an error: a part that passes for the whole would have archives deleted or forgotten.

use std::collections::VecDeque;
use std::future::Future;

use aws_sdk_s3::operation::list_objects_v2::ListObjectsV2Output;
use futures::stream::{self, BoxStream, StreamExt, TryStreamExt};

use super::super::{Lack, ObjectInfo, ObjectKey, StrayUpload};
use super::error::{Class, RequestFault};
use super::{S3Store, instant};
use crate::{Error, Result};

/// Pages in a row that may come with nothing in them.
const EMPTY_PAGES: u32 = 1_000;

/// Whether something that never comes twice comes again: what was passed some steps ago is kept, and moved on after ever
/// more of them (Brent's way), so that a circle of any length is seen without keeping all of it.
#[derive(Debug)]
struct Circle<T> {
    passed: Option<T>,
    ago: u64,
    until: u64,
}

impl<T> Default for Circle<T> {
    fn default() -> Self {
        Self { passed: None, ago: 0, until: 0 }
    }
}

impl<T: PartialEq> Circle<T> {
    fn is_closed_by(&mut self, step: T) -> bool {
        if self.passed.as_ref() == Some(&step) {
            return true;
        }
        self.ago += 1;
        if self.ago > self.until {
            self.passed = Some(step);
            self.until = self.until.saturating_mul(2).max(1);
            self.ago = 0;
        }
        false
    }
}

/// Where a listing is, and whether it gets on. Nothing is concluded from an order: not every service has one.
#[derive(Debug)]
pub(super) struct Pages<M> {
    markers: Circle<M>,
    names: Circle<String>,
    empty: u32,
}

impl<M> Default for Pages<M> {
    fn default() -> Self {
        Self { markers: Circle::default(), names: Circle::default(), empty: 0 }
    }
}

/// Whether there is more, by the page's own words.
pub(super) struct ListedPage<M> {
    pub(super) is_truncated: Option<bool>,
    pub(super) next: Option<M>,
}

impl<M: Clone + PartialEq> Pages<M> {
    /// How to go on after a page in which `name` is the highest; nothing at the end.
    ///
    /// # Errors
    /// Why the listing cannot be believed.
    pub(super) fn after(&mut self, told: ListedPage<M>, name: Option<&str>) -> Result<Option<M>, &'static str> {
        let next = match (told.is_truncated, told.next) {
            (Some(false), _) => return Ok(None),
            (None, _) => return Err("the service does not say whether the listing ends here"),
            (Some(true), None) => return Err("the service says there is more but not how to go on"),
            (Some(true), Some(next)) => next,
        };
        self.empty = if name.is_some() { 0 } else { self.empty + 1 };
        let is_name_again = name.is_some_and(|name| self.names.is_closed_by(name.to_owned()));
        if self.markers.is_closed_by(next.clone()) || is_name_again {
            return Err("the listing goes round in circles: the service leads back to where it was before");
        }
        if self.empty > EMPTY_PAGES {
            return Err("the listing does not end: page after page brings nothing");
        }
        Ok(Some(next))
    }
}

/// A listing on its way, page by page.
struct PagedListing {
    store: S3Store,
    prefix: String,
    page: VecDeque<ObjectInfo>,
    pages: Pages<String>,
    next: NextPage,
}

enum NextPage {
    First,
    Page(String),
    Nothing,
}

impl S3Store {
    pub(in super::super) fn list(&self, prefix: &str) -> BoxStream<'static, Result<ObjectInfo>> {
        let state = PagedListing {
            store: self.clone(),
            prefix: format!("{}{prefix}", self.0.prefix),
            page: VecDeque::new(),
            pages: Pages::default(),
            next: NextPage::First,
        };
        stream::try_unfold(state, |mut listing| async move {
            loop {
                if let Some(info) = listing.page.pop_front() {
                    return Ok(Some((info, listing)));
                }
                if matches!(listing.next, NextPage::Nothing) {
                    return Ok(None);
                }
                listing.read_page().await?;
            }
        })
        .boxed()
    }

    /// Whether a listing has the object: a second opinion where the answer to a HEAD is not one.
    pub(super) async fn is_listed(&self, key: &ObjectKey) -> Result<bool> {
        let found = self.list(key.as_str()).try_any(|info| {
            let is_it = info.key == *key;
            async move { is_it }
        });
        // Boxed: callers are deep.
        Box::pin(found).await
    }

    pub(in super::super) async fn list_uploads(&self, prefix: &str) -> Result<Vec<StrayUpload>> {
        let doing = || format!("listing unfinished uploads in {}", self.0.url);
        let full = format!("{}{prefix}", self.0.prefix);
        let (mut found, mut pages) = (Vec::new(), Pages::<(String, Option<String>)>::default());
        let mut at = None;
        loop {
            let (key_marker, id_marker) = at.unzip();
            let page = self
                .0
                .client
                .list_multipart_uploads()
                .bucket(&self.0.name)
                .prefix(&full)
                .set_key_marker(key_marker)
                .set_upload_id_marker(id_marker.flatten())
                .set_request_payer(self.0.payer.clone())
                .send()
                .await;
            let page = match page.map_err(|e| RequestFault::of(&e)) {
                Ok(page) => page,
                // Then there are none that anybody could end.
                Err(fault) if *fault.class() == Class::NotImplemented => {
                    self.0.memory.found(Lack::UploadListing);
                    return Ok(Vec::new());
                }
                Err(fault) => return Err(fault.into_error(doing(), &self.0.place)),
            };
            for upload in page.uploads() {
                let (Some(key), Some(id)) = (upload.key(), upload.upload_id()) else {
                    return Err(Error::failed(doing()).because("the service names an upload without its key or id"));
                };
                if let Some(key) = self.relative(key).filter(|_| key.starts_with(&full)) {
                    let initiated = upload.initiated().and_then(instant);
                    found.push(StrayUpload { key, id: id.to_owned(), initiated });
                }
            }
            // Of one key there may be any number of uploads, which their ids part.
            let highest = page.uploads().iter().filter_map(|u| Some(format!("{} {}", u.key()?, u.upload_id()?))).max();
            let next = page.next_key_marker().filter(|marker| !marker.is_empty());
            let next = next.map(|key| (key.to_owned(), page.next_upload_id_marker().map(ToOwned::to_owned)));
            let told = ListedPage { is_truncated: page.is_truncated(), next };
            match pages.after(told, highest.as_deref()).map_err(|why| Error::failed(doing()).because(why))? {
                Some(next) => at = Some(next),
                None => return Ok(found),
            }
        }
    }
}

impl PagedListing {
    async fn read_page(&mut self) -> Result<()> {
        let store = self.store.clone();
        let doing = || format!("listing s3://{}/{}", store.0.name, self.prefix);
        let failed = |why: &str| Error::failed(doing()).because(why.to_owned());
        let page = self.counted(&doing).await?;
        let mut infos = VecDeque::with_capacity(page.contents().len());
        let mut highest = None;
        for object in page.contents() {
            let (Some(name), Some(size)) = (object.key(), object.size().and_then(|size| u64::try_from(size).ok()))
            else {
                return Err(failed("the service lists an object without its name or size"));
            };
            highest = highest.max(Some(name));
            // A service may ignore the prefix.
            let Some(key) = store.relative(name).filter(|_| name.starts_with(&self.prefix)) else { continue };
            infos.push_back(ObjectInfo {
                key,
                size,
                etag: object.e_tag().map(ToOwned::to_owned),
                last_modified: object.last_modified().and_then(instant),
                storage_class: object.storage_class().map(|class| class.as_str().to_owned()),
            });
        }
        let next = page.next_continuation_token().filter(|token| !token.is_empty()).map(ToOwned::to_owned);
        let told = ListedPage { is_truncated: page.is_truncated(), next };
        self.next = self.pages.after(told, highest).map_err(failed)?.map_or(NextPage::Nothing, NextPage::Page);
        self.page.extend(infos);
        Ok(())
    }

    /// The next page, with as much in it as it says. One that lacks something is asked for again.
    async fn counted(&self, doing: &impl Fn() -> String) -> Result<ListObjectsV2Output> {
        let mut tries = 1;
        loop {
            let page = self.ask().await.map_err(|fault| fault.into_error(doing(), &self.store.0.place))?;
            let came = page.contents().len() + page.common_prefixes().len();
            let said = page.key_count().and_then(|count| usize::try_from(count).ok()).unwrap_or(came);
            if said <= came {
                return Ok(page);
            }
            if tries >= self.store.0.retries.attempts {
                return Err(Error::failed(doing())
                    .because(format!("the service says that a page holds {said} objects, and {came} came"))
                    .hint("the listing is not whole: suspect a proxy in between, and run again"));
            }
            tokio::time::sleep(self.store.pause(tries)).await;
            tries += 1;
        }
    }

    fn ask(&self) -> impl Future<Output = Result<ListObjectsV2Output, RequestFault>> + Send + use<> {
        let bucket = &self.store.0;
        let token = match &self.next {
            NextPage::Page(token) => Some(token.clone()),
            NextPage::First | NextPage::Nothing => None,
        };
        let page = bucket
            .client
            .list_objects_v2()
            .bucket(&bucket.name)
            .prefix(&self.prefix)
            .set_continuation_token(token)
            .set_request_payer(bucket.payer.clone())
            .send();
        async move { page.await.map_err(|e| RequestFault::of(&e)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn more(next: &str) -> ListedPage<String> {
        ListedPage { is_truncated: Some(true), next: Some(next.to_owned()) }
    }

    #[test]
    fn a_listing_ends_only_where_it_is_said_to() {
        let mut pages = Pages::default();
        assert_eq!(pages.after(more("a"), Some("a")), Ok(Some("a".to_owned())));
        assert!(pages.after(ListedPage { is_truncated: None, next: None }, None).is_err());
        assert!(pages.after(ListedPage { is_truncated: Some(true), next: None }, None).is_err());
        assert_eq!(pages.after(ListedPage { is_truncated: Some(false), next: None }, None), Ok(None));
    }

    #[test]
    fn a_circle_of_any_length_is_seen() {
        for length in [1, 2, 3, 7, 64, 333] {
            let mut pages = Pages::default();
            let circle = (0..).map(|i| format!("{}", i % length)).take(5_000);
            let seen = circle.enumerate().find(|(_, next)| pages.after(more(next), None).is_err());
            let (at, _) = seen.unwrap_or_else(|| panic!("a circle of {length} has no end"));
            assert!(at <= 4 * length + 4, "{length} was seen after {at}");
        }
    }

    #[test]
    fn pages_without_anything_new_come_to_an_end_and_a_long_listing_does_not() {
        let mut pages = Pages::default();
        assert_eq!((0..2_000).position(|i| pages.after(more(&format!("t{i}")), None).is_err()), Some(1_000));
        let mut pages = Pages::default();
        let again = (0..2_000).position(|i| pages.after(more(&format!("t{i}")), Some(&format!("{}", i % 5))).is_err());
        assert!(again.is_some_and(|at| at < 20), "{again:?}");
        // In no order, as some services list.
        let mut pages = Pages::default();
        for i in 0..10_000 {
            pages.after(more(&format!("t{i}")), Some(&format!("{:05}", i * 7_919 % 10_007))).unwrap();
        }
    }
}
