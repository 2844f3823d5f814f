//! S3 over a line that breaks: nothing is lost, nothing that failed is called done.

use std::time::{Duration, Instant};

use eventodb_admin::Kind;
use eventodb_admin::store::{Store, StoreSettings, Upload};
use tokio::net::TcpListener;

use super::proxy::{Harm, Proxy};
use super::{drain, fresh_url, key, listed, noise, remove_all, server, settings, shown};

const MIB: usize = 1 << 20;
const EVERY: usize = usize::MAX;

/// The store over a line that does `harm` to the first `times` requests that are picked, and over a sound one.
async fn stores(times: usize, picks: fn(&str) -> bool, harm: Harm) -> (Store, Store, Proxy) {
    let proxy = Proxy::start(&server().endpoint, times, picks, harm).await;
    let url = fresh_url();
    let harmed = StoreSettings { endpoint: Some(proxy.endpoint()), ..settings() };
    (Store::open(&url, &harmed).await.unwrap(), Store::open(&url, &settings()).await.unwrap(), proxy)
}

fn is_get(head: &str) -> bool {
    head.starts_with("GET ") && head.contains("x-id=GetObject")
}

fn is_get_of_a_range(head: &str) -> bool {
    is_get(head) && head.to_lowercase().contains("\r\nrange:")
}

fn is_put(head: &str) -> bool {
    head.starts_with("PUT ") && head.contains("x-id=PutObject")
}

fn is_part(head: &str) -> bool {
    head.starts_with("PUT ") && head.contains("partNumber=")
}

fn is_completion(head: &str) -> bool {
    head.starts_with("POST ") && head.contains("uploadId=")
}

async fn large_upload(store: &Store) -> Upload {
    let mut upload = store.upload(&key("large"), 0).await.unwrap();
    upload.write(noise(20 * MIB)).await.unwrap();
    upload
}

async fn large_object_is_right(store: &Store) -> bool {
    drain(store.get(&key("large"), None).await.unwrap()).await.unwrap() == noise(20 * MIB)
}

#[tokio::test]
async fn a_body_that_breaks_off_is_taken_up_where_it_stopped() {
    // More breaks than tries: each comes after some progress.
    let (store, sound, proxy) = stores(4, is_get, Harm::CutAnswer(4 * MIB)).await;
    large_upload(&sound).await.finish().await.unwrap();
    assert!(large_object_is_right(&store).await);
    assert_eq!(proxy.harmed(), 4);
    let (start, end) = (3 * MIB, 19 * MIB);
    // The same in the middle of the object.
    let proxy = Proxy::start(&server().endpoint, 2, is_get, Harm::CutAnswer(4 * MIB)).await;
    let harmed = StoreSettings { endpoint: Some(proxy.endpoint()), ..settings() };
    let store = Store::open(store.url(), &harmed).await.unwrap();
    let part = drain(store.get(&key("large"), Some(start as u64..end as u64)).await.unwrap()).await.unwrap();
    assert!(part == noise(20 * MIB)[start..end]);
    assert_eq!(proxy.harmed(), 2);
    remove_all(&sound).await;
}

#[tokio::test]
async fn a_body_that_stands_still_is_taken_up_where_it_stopped() {
    let proxy = Proxy::start(&server().endpoint, 1, is_get, Harm::StallAnswer(4 * MIB)).await;
    let mut impatient = StoreSettings { endpoint: Some(proxy.endpoint()), ..settings() };
    impatient.timeouts.stall = Duration::from_secs(1);
    let store = Store::open(&fresh_url(), &impatient).await.unwrap();
    large_upload(&store).await.finish().await.unwrap();
    let begun = Instant::now();
    assert!(large_object_is_right(&store).await);
    assert_eq!(proxy.harmed(), 1);
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    remove_all(&store).await;
}

#[tokio::test]
async fn a_body_that_cannot_be_taken_up_is_an_error_after_a_few_tries() {
    let (store, sound, _) = stores(0, is_get, Harm::LoseRequest).await;
    large_upload(&sound).await.finish().await.unwrap();
    let first = Proxy::start(&server().endpoint, EVERY, is_get_of_a_range, Harm::LoseRequest).await;
    let second = Proxy::start(&first.endpoint(), 1, is_get, Harm::CutAnswer(4 * MIB)).await;
    let both = StoreSettings { endpoint: Some(second.endpoint()), ..settings() };
    let both = Store::open(store.url(), &both).await.unwrap();
    let error = drain(both.get(&key("large"), None).await.unwrap()).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Failed);
    assert_eq!(second.harmed(), 1);
    assert_eq!(first.harmed(), 3, "one layer of retries, three tries");
    remove_all(&sound).await;
}

#[tokio::test]
async fn an_object_that_is_replaced_while_it_is_read_is_an_error() {
    let (store, sound, _proxy) = stores(1, is_get, Harm::CutAnswer(4 * MIB)).await;
    large_upload(&sound).await.finish().await.unwrap();
    let reader = store.get(&key("large"), None).await.unwrap();
    sound.delete(&key("large")).await.unwrap();
    let mut other = sound.upload(&key("large"), 0).await.unwrap();
    other.write(vec![7; 20 * MIB].into()).await.unwrap();
    other.finish().await.unwrap();
    let error = drain(reader).await.unwrap_err();
    assert!(error.to_string().contains("replaced"), "{error}");
    remove_all(&sound).await;
}

#[tokio::test]
async fn a_put_whose_answer_is_lost_is_known_to_be_done() {
    for times in [1, EVERY] {
        let (store, sound, proxy) = stores(times, is_put, Harm::CutAnswer(0)).await;
        let put = store.put(&key("small"), noise(100)).await.unwrap();
        assert!(proxy.harmed() >= 1);
        assert_eq!(put.etag, sound.head(&key("small")).await.unwrap().unwrap().etag);
        remove_all(&sound).await;
    }
}

#[tokio::test]
async fn a_put_that_never_arrives_is_an_error() {
    let (store, sound, proxy) = stores(EVERY, is_put, Harm::LoseRequest).await;
    let error = store.put(&key("small"), noise(100)).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Failed);
    assert_eq!(proxy.harmed(), 3);
    assert_eq!(sound.head(&key("small")).await.unwrap(), None);
}

#[tokio::test]
async fn a_part_whose_answer_is_lost_is_sent_again() {
    let (store, sound, proxy) = stores(2, is_part, Harm::CutAnswer(0)).await;
    large_upload(&store).await.finish().await.unwrap();
    assert_eq!(proxy.harmed(), 2);
    assert!(large_object_is_right(&sound).await);
    remove_all(&sound).await;
}

#[tokio::test]
async fn a_part_that_never_arrives_fails_the_upload_and_leaves_nothing() {
    let (store, sound, _proxy) = stores(EVERY, is_part, Harm::LoseRequest).await;
    let mut upload = store.upload(&key("large"), 0).await.unwrap();
    let failed = match upload.write(noise(40 * MIB)).await {
        Err(error) => error,
        Ok(()) => upload.finish().await.unwrap_err(),
    };
    assert_eq!(failed.kind(), Kind::Failed);
    assert_eq!(sound.head(&key("large")).await.unwrap(), None);
    remove_all(&sound).await;
}

#[tokio::test]
async fn a_completion_whose_answer_is_lost_is_known_to_be_done() {
    for times in [1, EVERY] {
        let (store, sound, proxy) = stores(times, is_completion, Harm::CutAnswer(0)).await;
        let put = large_upload(&store).await.finish().await.unwrap();
        assert!(proxy.harmed() >= 1);
        assert_eq!(put.etag, sound.head(&key("large")).await.unwrap().unwrap().etag);
        assert!(large_object_is_right(&sound).await);
        assert!(sound.list_uploads("").await.unwrap().is_empty());
        remove_all(&sound).await;
    }
}

#[tokio::test]
async fn a_completion_that_never_arrives_is_an_error_and_leaves_nothing() {
    let (store, sound, proxy) = stores(EVERY, is_completion, Harm::LoseRequest).await;
    let error = large_upload(&store).await.finish().await.unwrap_err();
    assert_eq!(error.kind(), Kind::Failed);
    assert_eq!(proxy.harmed(), 3);
    assert!(listed(&sound, "").await.is_empty());
    assert!(sound.list_uploads("").await.unwrap().is_empty());
}

#[tokio::test]
async fn a_write_of_unknown_outcome_is_never_called_done() {
    let (store, sound, _proxy) = stores(1, is_completion, Harm::Die).await;
    let error = large_upload(&store).await.finish().await.unwrap_err();
    assert_eq!(error.kind(), Kind::Failed);
    assert!(error.to_string().contains("not known whether"), "{error}");
    assert!(sound.head(&key("large")).await.unwrap().is_some(), "the server had done it");
    let (store, other, _proxy) = stores(1, is_put, Harm::Die).await;
    let error = store.put(&key("small"), noise(10)).await.unwrap_err();
    assert!(error.to_string().contains("not known whether"), "{error}");
    remove_all(&sound).await;
    remove_all(&other).await;
}

#[tokio::test]
async fn a_service_that_says_nothing_is_given_up_in_time() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut settings =
        StoreSettings { endpoint: Some(format!("http://{}", silent.local_addr().unwrap())), ..settings() };
    settings.timeouts.response = Duration::from_millis(300);
    settings.retries.attempts = 2;
    let begun = Instant::now();
    let error = Store::open(&fresh_url(), &settings).await.unwrap().check().await.unwrap_err();
    assert!(shown(&error).contains("does not answer"), "{}", shown(&error));
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}
