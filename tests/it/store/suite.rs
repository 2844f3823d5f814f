//! What every store does, each case against each store.

use std::time::Duration;

use bytes::Bytes;
use eventodb_admin::Kind;
use eventodb_admin::store::{ObjectKey, Store};
use futures::{FutureExt, StreamExt, stream};
use tokio::io::AsyncReadExt;

use super::{drain, key, listed, noise};

const MIB: usize = 1 << 20;

macro_rules! on_every_store {
    ($($case:ident),* $(,)?) => {
        mod local {
            $(
                #[tokio::test]
                async fn $case() {
                    let (store, _dir) = crate::store::fresh_local().await;
                    super::$case(store).await;
                }
            )*
        }

        mod s3 {
            $(
                #[tokio::test]
                async fn $case() {
                    let store = crate::store::fresh_s3().await;
                    super::$case(store.clone()).await;
                    crate::store::remove_all(&store).await;
                }
            )*
        }
    };
}

on_every_store!(
    what_is_put_comes_back,
    streamed_objects_of_every_size_come_back,
    nothing_is_visible_before_the_end_of_an_upload,
    an_aborted_upload_leaves_nothing,
    a_dropped_upload_leaves_nothing,
    an_upload_torn_in_a_write_cannot_be_finished,
    no_name_is_written_twice,
    the_first_of_two_uploads_to_a_name_wins,
    ranges_give_exactly_their_bytes,
    a_missing_object_is_not_found,
    reading_everything_stops_at_the_limit,
    listings_go_past_a_thousand_objects_and_are_sorted,
    a_listing_holds_only_its_prefix,
    deleting_is_idempotent,
    rights_are_proven_and_nothing_is_left,
    an_object_can_be_read_like_a_file,
);

async fn upload(store: &Store, name: &ObjectKey, data: &Bytes, piece: usize) {
    let mut upload = store.upload(name, data.len() as u64).await.unwrap();
    let mut rest = data.clone();
    while !rest.is_empty() {
        let next = rest.split_to(piece.min(rest.len()));
        upload.write(next).await.unwrap();
    }
    assert_eq!(upload.written(), data.len() as u64);
    upload.finish().await.unwrap();
}

async fn what_is_put_comes_back(store: Store) {
    store.check().await.unwrap();
    for size in [0, 1, 70_000] {
        let name = key(&format!("put/{size} bytes, ä+&.json"));
        let put = store.put(&name, noise(size)).await.unwrap();
        let info = store.head(&name).await.unwrap().unwrap();
        assert_eq!((info.size, &info.key, &info.etag), (size as u64, &name, &put.etag));
        #[allow(clippy::disallowed_methods)]
        let age = chrono::Utc::now() - info.last_modified.unwrap();
        assert!(age.num_seconds().abs() < 60, "{age}");
        assert_eq!(store.read_all(&name, size as u64).await.unwrap(), noise(size));
    }
}

async fn streamed_objects_of_every_size_come_back(store: Store) {
    let part = 8 * MIB;
    for size in [0, 1, part, part + 1, 3 * part + 1] {
        let name = key(&format!("streamed/{size}"));
        let data = noise(size);
        upload(&store, &name, &data, 1_000_003).await;
        let reader = store.get(&name, None).await.unwrap();
        assert_eq!((reader.size(), reader.object_size()), (size as u64, size as u64));
        assert!(drain(reader).await.unwrap() == data, "{size} bytes came back changed");
    }
    assert_eq!(listed(&store, "").await.len(), 5);
}

async fn nothing_is_visible_before_the_end_of_an_upload(store: Store) {
    let name = key("a/slow");
    let mut upload = store.upload(&name, 0).await.unwrap();
    upload.write(noise(20 * MIB)).await.unwrap();
    assert_eq!(store.head(&name).await.unwrap(), None);
    assert_eq!(store.get(&name, None).await.unwrap_err().kind(), Kind::NotFound);
    assert!(listed(&store, "").await.is_empty());
    let stray = store.list_uploads("").await.unwrap();
    assert_eq!(stray.iter().map(|upload| &upload.key).collect::<Vec<_>>(), [&name]);
    assert!(store.list_uploads("b").await.unwrap().is_empty());
    upload.finish().await.unwrap();
    assert_eq!(listed(&store, "").await.len(), 1);
    assert!(store.list_uploads("").await.unwrap().is_empty());
}

async fn an_aborted_upload_leaves_nothing(store: Store) {
    for size in [1, 20 * MIB] {
        let name = key(&format!("aborted/{size}"));
        let mut upload = store.upload(&name, 0).await.unwrap();
        upload.write(noise(size)).await.unwrap();
        upload.abort().await.unwrap();
        assert_eq!(store.head(&name).await.unwrap(), None);
        assert!(store.list_uploads("").await.unwrap().is_empty());
    }
    // What another process left is found and removed.
    let mut left = store.upload(&key("left"), 0).await.unwrap();
    left.write(noise(20 * MIB)).await.unwrap();
    let stray = store.list_uploads("le").await.unwrap();
    store.abort_upload(&stray[0]).await.unwrap();
    store.abort_upload(&stray[0]).await.unwrap();
    assert!(store.list_uploads("").await.unwrap().is_empty());
    left.finish().await.unwrap_err();
    assert_eq!(store.head(&key("left")).await.unwrap(), None);
}

async fn a_dropped_upload_leaves_nothing(store: Store) {
    let mut upload = store.upload(&key("dropped"), 0).await.unwrap();
    upload.write(noise(20 * MIB)).await.unwrap();
    assert_eq!(store.list_uploads("").await.unwrap().len(), 1);
    drop(upload);
    for _ in 0..100 {
        if store.list_uploads("").await.unwrap().is_empty() {
            assert!(listed(&store, "").await.is_empty());
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the upload is still there");
}

async fn an_upload_torn_in_a_write_cannot_be_finished(store: Store) {
    let mut upload = store.upload(&key("torn"), 0).await.unwrap();
    assert!(upload.write(noise(40 * MIB)).now_or_never().is_none(), "the write ended at once");
    upload.write(noise(1)).await.unwrap_err();
    upload.finish().await.unwrap_err();
    assert_eq!(store.head(&key("torn")).await.unwrap(), None);
}

async fn no_name_is_written_twice(store: Store) {
    let name = key("once");
    store.put(&name, noise(10)).await.unwrap();
    assert_eq!(store.put(&name, noise(20)).await.unwrap_err().kind(), Kind::Conflict);
    assert_eq!(store.upload(&name, 0).await.unwrap_err().kind(), Kind::Conflict);
    assert_eq!(store.read_all(&name, 100).await.unwrap(), noise(10));
}

async fn the_first_of_two_uploads_to_a_name_wins(store: Store) {
    for size in [1, 9 * MIB] {
        let name = key(&format!("race/{size}"));
        let mut first = store.upload(&name, 0).await.unwrap();
        let mut second = store.upload(&name, 0).await.unwrap();
        first.write(noise(size)).await.unwrap();
        second.write(noise(size + 1)).await.unwrap();
        first.finish().await.unwrap();
        assert_eq!(second.finish().await.unwrap_err().kind(), Kind::Conflict);
        assert_eq!(store.head(&name).await.unwrap().unwrap().size, size as u64);
        assert!(store.list_uploads("").await.unwrap().is_empty());
    }
}

async fn ranges_give_exactly_their_bytes(store: Store) {
    let name = key("ranges");
    let data = noise(9 * MIB);
    upload(&store, &name, &data, 3 * MIB).await;
    let whole = data.len() as u64;
    let part = 8 * MIB as u64;
    for (asked, given) in [
        (0..1, 0..1),
        (5..6, 5..6),
        (part - 3..part + 5, part - 3..part + 5),
        (whole - 1..whole, whole - 1..whole),
        (100..whole + 50, 100..whole),
    ] {
        let reader = store.get(&name, Some(asked.clone())).await.unwrap();
        assert_eq!((reader.size(), reader.object_size()), (given.end - given.start, whole));
        let given = usize::try_from(given.start).unwrap()..usize::try_from(given.end).unwrap();
        assert!(drain(reader).await.unwrap() == data[given], "{asked:?} came back changed");
    }
    assert_eq!(store.get(&name, Some(whole..whole + 1)).await.unwrap_err().kind(), Kind::Failed);
    assert_eq!(store.get(&name, Some(7..7)).await.unwrap_err().kind(), Kind::Usage);
}

async fn a_missing_object_is_not_found(store: Store) {
    store.put(&key("folder/object"), noise(1)).await.unwrap();
    for missing in ["nothing", "folder", "folder/object/below"] {
        let missing = key(missing);
        assert_eq!(store.head(&missing).await.unwrap(), None);
        let error = store.get(&missing, None).await.unwrap_err();
        assert_eq!(error.kind(), Kind::NotFound);
        assert!(error.to_string().contains(missing.as_str()), "{error}");
        assert_eq!(store.get(&missing, Some(0..1)).await.unwrap_err().kind(), Kind::NotFound);
        assert_eq!(store.read_all(&missing, 10).await.unwrap_err().kind(), Kind::NotFound);
    }
}

async fn reading_everything_stops_at_the_limit(store: Store) {
    store.put(&key("ten"), noise(10)).await.unwrap();
    assert_eq!(store.read_all(&key("ten"), 10).await.unwrap(), noise(10));
    let error = store.read_all(&key("ten"), 9).await.unwrap_err();
    assert!(error.to_string().contains("10 bytes"), "{error}");
}

async fn listings_go_past_a_thousand_objects_and_are_sorted(store: Store) {
    // '-' and '.' sort before '/', '0' after it.
    let mut names: Vec<_> = (0..1_040).map(|i| format!("many/{}/{i:04}", i % 3)).collect();
    names.extend(["many/0-", "many/0.x", "many/00"].map(String::from));
    let puts = names.iter().map(|name| {
        let store = &store;
        async move { store.put(&key(name), Bytes::from_static(b"x")).await }
    });
    stream::iter(puts.collect::<Vec<_>>()).buffer_unordered(16).for_each(|put| async { drop(put.unwrap()) }).await;
    names.sort();
    let found: Vec<_> = listed(&store, "many/").await.iter().map(|info| info.key.to_string()).collect();
    assert_eq!(found, names);
}

async fn a_listing_holds_only_its_prefix(store: Store) {
    for name in ["shop/a", "shop/b/c", "shop2/a", "sho"] {
        store.put(&key(name), noise(3)).await.unwrap();
    }
    let names = |prefix: &'static str| {
        let store = store.clone();
        async move { listed(&store, prefix).await.iter().map(|info| info.key.to_string()).collect::<Vec<_>>() }
    };
    assert_eq!(names("shop/").await, ["shop/a", "shop/b/c"]);
    assert_eq!(names("shop").await, ["shop/a", "shop/b/c", "shop2/a"]);
    assert_eq!(names("shop/b/").await, ["shop/b/c"]);
    assert!(names("other/").await.is_empty());
    assert!(names("../").await.is_empty());
    assert_eq!(names("").await.len(), 4);
    assert!(listed(&store, "").await.iter().all(|info| info.size == 3 && info.last_modified.is_some()));
}

async fn deleting_is_idempotent(store: Store) {
    let name = key("gone/soon");
    store.put(&name, noise(3)).await.unwrap();
    store.delete(&name).await.unwrap();
    assert_eq!(store.head(&name).await.unwrap(), None);
    store.delete(&name).await.unwrap();
    store.put(&name, noise(4)).await.unwrap();
}

async fn rights_are_proven_and_nothing_is_left(store: Store) {
    store.check_rights().await.unwrap();
    assert!(listed(&store, "").await.is_empty());
}

async fn an_object_can_be_read_like_a_file(store: Store) {
    let data = noise(3 * MIB + 5);
    upload(&store, &key("file"), &data, MIB).await;
    let mut reader = store.get(&key("file"), None).await.unwrap().into_async_read();
    let mut all = Vec::new();
    reader.read_to_end(&mut all).await.unwrap();
    assert!(all == data);
}
