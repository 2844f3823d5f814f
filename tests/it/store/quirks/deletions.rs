//! What is deleted is looked for afterwards: services that say deleted, or list no versions, and are wrong.

use std::sync::atomic::{AtomicUsize, Ordering};

use eventodb_admin::store::Lack;

use super::{
    NO_VERSION, Quirky, impatient, is_delete, is_failure, is_head, is_list_of_versions, quirky, quirky_with, says,
    versions,
};
use crate::store::proxy::{Answer, Harm};
use crate::store::{key, noise, remove_all, shown};

#[tokio::test]
async fn an_object_is_erased_though_the_listing_of_versions_does_not_have_it() {
    // versitygw, floci
    let Quirky { store, sound, proxy } = quirky(|head| is_list_of_versions(head).then(|| versions(NO_VERSION))).await;
    sound.put(&key("personal"), noise(1000)).await.unwrap();
    store.erase(&key("personal")).await.unwrap_or_else(|e| panic!("{}", shown(&e)));
    assert!(proxy.harmed() >= 1);
    assert_eq!(sound.head(&key("personal")).await.unwrap(), None, "it was called erased and is there");
    assert_eq!(store.lacks(), [Lack::VersionListing]);
    // What is not there is erased already.
    store.erase(&key("personal")).await.unwrap();
}

#[tokio::test]
async fn what_cannot_be_seen_to_be_gone_is_never_called_erased_nor_deleted() {
    let done = Answer::new(204, "");
    for lists_versions in [true, false] {
        let quirk = move |head: &str| match head {
            head if is_list_of_versions(head) && lists_versions => Some(versions(NO_VERSION)),
            head if is_list_of_versions(head) => Some(says(501, "NotImplemented")),
            head if is_delete(head) => Some(Harm::Say(done)),
            _ => None,
        };
        let Quirky { store, sound, proxy } = quirky_with(impatient(), quirk).await;
        sound.put(&key("stays"), noise(10)).await.unwrap();
        is_failure(&store.erase(&key("stays")).await.unwrap_err(), &["still there", "s3:DeleteObject"]);
        is_failure(&store.delete(&key("stays")).await.unwrap_err(), &["still there", "s3:DeleteObject"]);
        assert!(proxy.seen().iter().any(|seen| seen.line.starts_with("DELETE ")));
        assert!(sound.head(&key("stays")).await.unwrap().is_some());
        remove_all(&sound).await;
    }
}

#[tokio::test]
async fn a_delete_marker_over_versions_that_nobody_lists_is_no_erasure() {
    // A bucket that keeps versions and does not list them: DELETE puts a marker, HEAD says 404 of it.
    let marked = Answer { head: "x-amz-delete-marker: true\r\n", ..Answer::new(404, "") };
    let quirk = move |head: &str| match head {
        head if is_list_of_versions(head) => Some(versions(NO_VERSION)),
        head if is_head(head) => Some(Harm::Say(marked)),
        _ => None,
    };
    let Quirky { store, .. } = quirky_with(impatient(), quirk).await;
    is_failure(&store.erase(&key("hidden")).await.unwrap_err(), &["delete marker", "s3:ListBucketVersions"]);
    // To delete is to have it out of sight.
    store.delete(&key("hidden")).await.unwrap();

    let made = Answer { head: "x-amz-delete-marker: true\r\nx-amz-version-id: m1\r\n", ..Answer::new(204, "") };
    let quirk = move |head: &str| match head {
        head if is_list_of_versions(head) => Some(versions(NO_VERSION)),
        head if is_delete(head) => Some(Harm::Say(made)),
        _ => None,
    };
    let Quirky { store, sound, .. } = quirky_with(impatient(), quirk).await;
    sound.put(&key("marked"), noise(10)).await.unwrap();
    is_failure(&store.erase(&key("marked")).await.unwrap_err(), &["delete marker"]);
    remove_all(&sound).await;
}

#[tokio::test]
async fn of_a_bucket_that_keeps_versions_and_lists_none_the_one_without_a_name_is_deleted() {
    // What was written before the bucket kept versions is version "null"; a plain DELETE would put a marker over it.
    let enabled = Answer {
        body: "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>",
        ..Answer::new(200, "")
    };
    let quirk = move |head: &str| match head {
        head if is_list_of_versions(head) => Some(versions(NO_VERSION)),
        head if head.lines().next().is_some_and(|line| line.contains("?versioning")) => Some(Harm::Say(enabled)),
        _ => None,
    };
    let Quirky { store, sound, proxy } = quirky(quirk).await;
    sound.put(&key("early"), noise(10)).await.unwrap();
    store.erase(&key("early")).await.unwrap_or_else(|e| panic!("{}", shown(&e)));
    let deletes: Vec<_> = proxy.seen().into_iter().filter(|seen| seen.line.starts_with("DELETE ")).collect();
    assert!(!deletes.is_empty() && deletes.iter().all(|seen| seen.line.contains("versionId=null")), "{deletes:?}");
    assert_eq!(sound.head(&key("early")).await.unwrap(), None);
}

#[tokio::test]
async fn what_is_to_be_deleted_and_was_not_there_is_no_failure_whatever_the_service_says_of_it() {
    for (status, code) in [(404, "NoSuchKey"), (404, "")] {
        let Quirky { store, .. } = quirky(move |head| is_delete(head).then(|| says(status, code))).await;
        store.delete(&key("absent")).await.unwrap_or_else(|e| panic!("{code:?}: {}", shown(&e)));
        store.erase(&key("absent")).await.unwrap_or_else(|e| panic!("{code:?}: {}", shown(&e)));
    }
}

#[tokio::test]
async fn what_shows_a_little_longer_after_it_was_deleted_is_waited_for() {
    let left = AtomicUsize::new(3);
    let stale = Answer { head: "etag: \"x\"\r\n", body: "1234567890", ..Answer::new(200, "") };
    let quirk = move |head: &str| {
        let is_stale =
            is_head(head) && left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1)).is_ok();
        is_stale.then_some(Harm::Say(stale))
    };
    let Quirky { store, sound, proxy } = quirky(quirk).await;
    sound.put(&key("late"), noise(10)).await.unwrap();
    store.delete(&key("late")).await.unwrap_or_else(|e| panic!("{}", shown(&e)));
    assert_eq!(proxy.harmed(), 3);
    assert_eq!(sound.head(&key("late")).await.unwrap(), None);
}
