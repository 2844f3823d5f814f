//! Names of content that change, and bounds on parts.

use std::sync::atomic::{AtomicBool, Ordering};

use eventodb_admin::store::{Lack, Store, StoreSettings};

use super::{MIB, Quirky, Retell, has, is_failure, is_get, is_head, is_part, quirky, quirky_with, says, write_large};
use crate::store::proxy::{Harm, Proxy};
use crate::store::{drain, fresh_url, key, noise, remove_all, server, settings, shown};

fn weak(head: &str, body: Vec<u8>) -> (String, Vec<u8>) {
    (head.replace("etag: \"", "etag: W/\"").replace("ETag: \"", "ETag: W/\""), body)
}

fn nameless(head: &str, body: Vec<u8>) -> (String, Vec<u8>) {
    (head.split_inclusive("\r\n").filter(|line| !line.to_lowercase().starts_with("etag:")).collect(), body)
}

/// Cuts the first answer of data only, and tells the others otherwise.
async fn cut_once(retell: Retell, refuses_conditions: bool) -> Quirky {
    // The cut is before the quirk, so that the client sees a broken body with a changed head.
    let cuts = AtomicBool::new(true);
    let inner = Proxy::with(&server().endpoint, move |head| match head {
        head if refuses_conditions && has(head, "if-match") => Some(says(412, "PreconditionFailed")),
        head if is_get(head) || is_head(head) => Some(Harm::Retell(retell)),
        _ => None,
    })
    .await;
    let outer = Proxy::with(&inner.endpoint(), move |head| {
        (is_get(head) && cuts.swap(false, Ordering::SeqCst)).then_some(Harm::CutAnswer(4 * MIB))
    })
    .await;
    let url = fresh_url();
    let through = StoreSettings { endpoint: Some(outer.endpoint()), ..settings() };
    let sound = Store::open(&url, &settings()).await.unwrap();
    Quirky { store: Store::open(&url, &through).await.unwrap(), sound, proxy: outer }
}

fn as_it_is(head: &str, body: Vec<u8>) -> (String, Vec<u8>) {
    (head.to_owned(), body)
}

#[tokio::test]
async fn a_reading_goes_on_where_names_of_content_are_weak_absent_or_never_match() {
    let ways: [(Retell, bool); 6] =
        [(weak, false), (weak, true), (nameless, false), (nameless, true), (as_it_is, true), (as_it_is, false)];
    for (retell, refuses_conditions) in ways {
        let Quirky { store, sound, proxy } = cut_once(retell, refuses_conditions).await;
        write_large(&sound).await.unwrap();
        let read = drain(store.get(&key("large"), None).await.unwrap()).await;
        assert!(read.unwrap_or_else(|e| panic!("{}", shown(&e))) == noise(9 * MIB));
        assert_eq!(proxy.harmed(), 1);
        remove_all(&sound).await;
    }
}

#[tokio::test]
async fn another_object_in_its_place_is_seen_whatever_names_of_content_say() {
    for (retell, refuses_conditions) in [(weak as Retell, true), (nameless, false), (as_it_is, true)] {
        let Quirky { store, sound, .. } = cut_once(retell, refuses_conditions).await;
        write_large(&sound).await.unwrap();
        let reader = store.get(&key("large"), None).await.unwrap();
        sound.delete(&key("large")).await.unwrap();
        sound.put(&key("large"), vec![7; 9 * MIB].into()).await.unwrap();
        is_failure(&drain(reader).await.unwrap_err(), &["replaced"]);
        remove_all(&sound).await;
    }
}

#[tokio::test]
async fn a_service_that_takes_few_parts_gets_larger_ones_once_that_is_known() {
    // Scaleway takes 1,000; two here.
    let quirk = |head: &str| {
        let is_third = is_part(head) && !head.contains("partNumber=1&") && !head.contains("partNumber=2&");
        is_third.then(|| says(400, "InvalidArgument"))
    };
    let write = async |store: &Store| {
        let mut upload = store.upload(&key("large"), 20 * MIB as u64).await?;
        upload.write(noise(20 * MIB)).await?;
        upload.finish().await.map(drop)
    };
    let Quirky { store, sound, .. } = quirky(quirk).await;
    is_failure(&write(&store).await.unwrap_err(), &["no more than 2 parts", "--s3-max-parts 2"]);
    assert_eq!(store.lacks(), [Lack::ManyParts]);
    // The process knows from now on.
    write(&store).await.unwrap_or_else(|e| panic!("{}", shown(&e)));
    remove_all(&sound).await;
    // Or is told before.
    let Quirky { store, sound, proxy } = quirky_with(StoreSettings { max_parts: Some(2), ..settings() }, quirk).await;
    write(&store).await.unwrap_or_else(|e| panic!("{}", shown(&e)));
    assert_eq!(proxy.harmed(), 0);
    assert!(drain(sound.get(&key("large"), None).await.unwrap()).await.unwrap() == noise(20 * MIB));
    remove_all(&sound).await;
}
