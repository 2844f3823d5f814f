//! What only a bucket has: prefixes beside each other, requests that are counted.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use eventodb_admin::store::{InFlight, PathStyle, RateLimit, Store, StoreSettings, StoreUrl};

use super::proxy::{Harm, Proxy};
use super::{drain, fresh_url, key, listed, noise, remove_all, server, settings, shown};

#[tokio::test]
async fn stores_whose_prefixes_begin_alike_do_not_see_each_other() {
    let StoreUrl::S3 { bucket, prefix } = fresh_url() else { panic!("not S3") };
    let at = |prefix: String| {
        let url = StoreUrl::S3 { bucket: bucket.clone(), prefix };
        async move { Store::open(&url, &settings()).await.unwrap() }
    };
    let (one, longer, above) =
        (at(format!("{prefix}/a")).await, at(format!("{prefix}/ab")).await, at(prefix.clone()).await);
    one.put(&key("x"), noise(1)).await.unwrap();
    longer.put(&key("x"), noise(2)).await.unwrap();
    longer.put(&key("y"), noise(2)).await.unwrap();
    assert_eq!(listed(&one, "").await.len(), 1);
    assert_eq!(one.head(&key("y")).await.unwrap(), None);
    assert_eq!(one.read_all(&key("x"), 10).await.unwrap().len(), 1);
    assert_eq!(listed(&above, "").await.len(), 3);
    assert_eq!(above.read_all(&key("ab/x"), 10).await.unwrap().len(), 2);
    remove_all(&above).await;
}

#[tokio::test]
async fn uploads_share_a_bound_and_readers_do_not_hold_it() {
    let bound = InFlight::new(1);
    let settings = StoreSettings { in_flight: bound.clone(), ..settings() };
    let store = Store::open(&fresh_url(), &settings).await.unwrap();
    store.put(&key("read"), noise(20 << 20)).await.unwrap();
    // Open while both uploads run.
    let reader = store.get(&key("read"), None).await.unwrap();
    let write = |name: &'static str| {
        let store = store.clone();
        async move {
            let mut upload = store.upload(&key(name), 0).await.unwrap();
            upload.write(noise(30 << 20)).await.unwrap();
            upload.finish().await.unwrap();
        }
    };
    tokio::join!(write("first"), write("second"));
    assert_eq!(bound.free(), 1);
    assert!(drain(reader).await.unwrap() == noise(20 << 20));
    assert_eq!(listed(&store, "").await.len(), 3);
    remove_all(&store).await;
}

#[tokio::test]
async fn the_bucket_is_in_the_path_unless_told_otherwise() {
    // As a host name it does not resolve: the error tells which form was used.
    let named = server().endpoint.replace("127.0.0.1", "localhost");
    let always = StoreSettings { path_style: PathStyle::Always, endpoint: Some(named.clone()), ..settings() };
    Store::open(&fresh_url(), &always).await.unwrap().check().await.unwrap();
    let endpoint = Some("http://eventodb.invalid:9".to_owned());
    let never = StoreSettings { path_style: PathStyle::Never, endpoint, ..settings() };
    let error = Store::open(&fresh_url(), &never).await.unwrap().check().await.unwrap_err();
    assert!(shown(&error).contains("part of the host name"), "{}", shown(&error));
}

#[tokio::test]
async fn all_stores_that_share_a_rate_are_held_to_it_together_both_ways() {
    let rate = RateLimit::new(2 << 20);
    let limited = StoreSettings { rate: rate.clone(), ..settings() };
    let (first, second) =
        (Store::open(&fresh_url(), &limited).await.unwrap(), Store::open(&fresh_url(), &limited).await.unwrap());
    let begun = Instant::now();
    let write = |store: Store| async move {
        let mut upload = store.upload(&key("large"), 0).await.unwrap();
        upload.write(noise(3 << 20)).await.unwrap();
        upload.finish().await.unwrap();
        assert!(drain(store.get(&key("large"), None).await.unwrap()).await.unwrap() == noise(3 << 20));
    };
    tokio::join!(write(first.clone()), write(second.clone()));
    // Twice 3 MiB there and back.
    let least = Duration::from_secs(12 / 2);
    assert!(begun.elapsed() >= least, "{:?}", begun.elapsed());
    remove_all(&first).await;
    remove_all(&second).await;
}

#[tokio::test]
async fn a_line_that_is_held_back_is_not_taken_for_a_stalled_one() {
    let mut limited = StoreSettings { rate: RateLimit::new(1 << 20), ..settings() };
    limited.timeouts.response = Duration::from_secs(2);
    limited.timeouts.stall = Duration::from_secs(1);
    limited.retries.attempts = 1;
    let store = Store::open(&fresh_url(), &limited).await.unwrap();
    store.put(&key("small"), noise(4 << 20)).await.unwrap();
    assert!(store.read_all(&key("small"), 4 << 20).await.unwrap() == noise(4 << 20));
    remove_all(&store).await;
}

#[tokio::test]
async fn whoever_asks_pays_for_every_request_once_told_to() {
    let heads = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&heads);
    let record = move |head: &str| {
        seen.lock().unwrap().push(head.to_ascii_lowercase());
        false
    };
    let proxy = Proxy::start(&server().endpoint, 0, record, Harm::None).await;
    let paying = StoreSettings { endpoint: Some(proxy.endpoint()), requester_pays: true, ..settings() };
    let store = Store::open(&fresh_url(), &paying).await.unwrap();
    store.check().await.unwrap();
    store.put(&key("small"), noise(10)).await.unwrap();
    let mut upload = store.upload(&key("large"), 0).await.unwrap();
    upload.write(noise(9 << 20)).await.unwrap();
    upload.finish().await.unwrap();
    let mut given_up = store.upload(&key("given up"), 0).await.unwrap();
    given_up.write(noise(9 << 20)).await.unwrap();
    given_up.abort().await.unwrap();
    store.read_all(&key("small"), 10).await.unwrap();
    remove_all(&store).await;
    let heads = heads.lock().unwrap();
    assert!(heads.len() > 12, "{heads:?}");
    for head in heads.iter() {
        assert!(head.contains("\nx-amz-request-payer: requester"), "{head}");
    }
}
