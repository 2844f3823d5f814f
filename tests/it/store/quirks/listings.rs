//! Listings that were cut, do not say where they end, or go round in circles.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use eventodb_admin::store::Store;
use futures::TryStreamExt;

use super::{Quirky, Retell, TRIES, is_failure, is_list, is_list_of_uploads, is_list_of_versions, quirky, versions};
use crate::store::proxy::Harm;
use crate::store::{key, listed, noise, remove_all, shown};

/// Cuts an answer after the second of its entries.
fn cut_in_the_middle(head: &str, body: Vec<u8>) -> (String, Vec<u8>) {
    let text = String::from_utf8(body).unwrap();
    let second = |end: &str| text.match_indices(end).nth(1).map(|(at, _)| at + end.len());
    let cut = ["</Contents>", "</Version>", "</Upload>"].into_iter().find_map(second).unwrap_or(text.len() / 2);
    (head.to_owned(), text.as_bytes()[..cut].to_vec())
}

/// Leaves out all entries but two, and the count or the word on the end as they were or gone.
fn few(mut text: String, keep: usize) -> String {
    while text.matches("<Contents>").count() > keep {
        let (from, to) = (text.rfind("<Contents>").unwrap(), text.rfind("</Contents>").unwrap());
        text.replace_range(from..to + "</Contents>".len(), "");
    }
    text
}

fn without_some(head: &str, body: Vec<u8>) -> (String, Vec<u8>) {
    (head.to_owned(), few(String::from_utf8(body).unwrap(), 2).into_bytes())
}

fn without_its_end_told(head: &str, body: Vec<u8>) -> (String, Vec<u8>) {
    let text = String::from_utf8(body).unwrap();
    (head.to_owned(), text.replace("<IsTruncated>false</IsTruncated>", "").into_bytes())
}

fn empty(head: &str, _: Vec<u8>) -> (String, Vec<u8>) {
    (head.to_owned(), Vec::new())
}

async fn with_five(store: &Store) {
    for i in 0..5 {
        store.put(&key(&format!("object{i}")), noise(10)).await.unwrap();
    }
}

#[tokio::test]
async fn a_listing_that_is_not_whole_is_refused_and_asked_for_again() {
    let ways: [(Retell, &str, bool); 4] = [
        (cut_in_the_middle, "cut", true),
        (empty, "an answer that cannot be read", true),
        (without_some, "holds 5 objects, and 2 came", true),
        (without_its_end_told, "does not say whether", false),
    ];
    for (retell, text, is_tried_again) in ways {
        let Quirky { store, sound, proxy } = quirky(move |head| is_list(head).then_some(Harm::Retell(retell))).await;
        with_five(&sound).await;
        let error = store.list("").try_collect::<Vec<_>>().await.unwrap_err();
        is_failure(&error, &[text]);
        assert_eq!(proxy.harmed(), if is_tried_again { TRIES } else { 1 }, "{}", shown(&error));
        remove_all(&sound).await;
    }
    // Once only: the next answer is whole.
    for retell in [cut_in_the_middle as Retell, without_some] {
        let once = AtomicBool::new(true);
        let quirk =
            move |head: &str| (is_list(head) && once.swap(false, Ordering::SeqCst)).then_some(Harm::Retell(retell));
        let Quirky { store, sound, proxy } = quirky(quirk).await;
        with_five(&sound).await;
        assert_eq!(listed(&store, "").await.len(), 5);
        assert_eq!(proxy.harmed(), 1);
        remove_all(&sound).await;
    }
}

#[tokio::test]
async fn a_listing_of_versions_or_uploads_that_was_cut_leads_to_no_deletion() {
    const CUT: &str = "<?xml version=\"1.0\"?><ListVersionsResult><IsTruncated>false</IsTruncated><Version><Key>";
    const ENDLESS: &str = "<?xml version=\"1.0\"?><ListVersionsResult><Name>b</Name></ListVersionsResult>";
    const NO_WAY_ON: &str =
        "<?xml version=\"1.0\"?><ListVersionsResult><IsTruncated>true</IsTruncated></ListVersionsResult>";
    for body in [CUT, ENDLESS, NO_WAY_ON, ""] {
        let Quirky { store, sound, proxy } =
            quirky(move |head| is_list_of_versions(head).then(|| versions(body))).await;
        sound.put(&key("kept"), noise(10)).await.unwrap();
        is_failure(&store.erase(&key("kept")).await.unwrap_err(), &["looking for versions"]);
        assert!(proxy.seen().iter().all(|seen| !seen.line.starts_with("DELETE ")), "{body}");
        remove_all(&sound).await;
    }
    for retell in [cut_in_the_middle as Retell, without_its_end_told, empty] {
        let Quirky { store, .. } = quirky(move |head| is_list_of_uploads(head).then_some(Harm::Retell(retell))).await;
        is_failure(&store.list_uploads("").await.unwrap_err(), &["listing unfinished uploads"]);
    }
}

#[tokio::test]
async fn a_listing_whose_marker_does_not_advance_ends_soon() {
    const VERSIONS: &str = "<ListVersionsResult><IsTruncated>true</IsTruncated><NextKeyMarker>a</NextKeyMarker>\
                            <NextVersionIdMarker>1</NextVersionIdMarker></ListVersionsResult>";
    const UPLOADS: &str = "<ListMultipartUploadsResult><IsTruncated>true</IsTruncated><NextKeyMarker>a</NextKeyMarker>\
                           <NextUploadIdMarker>1</NextUploadIdMarker></ListMultipartUploadsResult>";
    const OBJECTS: &str = "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>a\
                           </NextContinuationToken></ListBucketResult>";
    let quirk = |head: &str| match head {
        head if is_list_of_versions(head) => Some(versions(VERSIONS)),
        head if is_list_of_uploads(head) => Some(versions(UPLOADS)),
        head if is_list(head) => Some(versions(OBJECTS)),
        _ => None,
    };
    let Quirky { store, sound, proxy } = quirky(quirk).await;
    sound.put(&key("kept"), noise(10)).await.unwrap();
    for error in [
        store.erase(&key("kept")).await.unwrap_err(),
        store.list_uploads("").await.map(drop).unwrap_err(),
        store.list("").try_collect::<Vec<_>>().await.map(drop).unwrap_err(),
    ] {
        is_failure(&error, &["round in circles"]);
    }
    assert_eq!(proxy.harmed(), 6, "two pages each");
    assert!(sound.head(&key("kept")).await.unwrap().is_some());
    remove_all(&sound).await;
}

#[tokio::test]
async fn a_listing_that_goes_in_a_larger_circle_ends_as_well() {
    const PAGES: [&str; 3] = [
        "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>a</NextContinuationToken></ListBucketResult>",
        "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>b</NextContinuationToken></ListBucketResult>",
        "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>c</NextContinuationToken></ListBucketResult>",
    ];
    let page = AtomicUsize::new(0);
    let quirk = move |head: &str| {
        let next = || versions(PAGES[page.fetch_add(1, Ordering::SeqCst) % 3]);
        is_list(head).then(next)
    };
    let Quirky { store, proxy, .. } = quirky(quirk).await;
    is_failure(&store.list("").try_collect::<Vec<_>>().await.map(drop).unwrap_err(), &["round in circles"]);
    assert!(proxy.harmed() < 20, "{}", proxy.harmed());
}
