//! What only a bucket has: prefixes beside each other, requests that are counted.

use eventodb_admin::store::{InFlight, PathStyle, Store, StoreSettings, StoreUrl};

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
