//! Answers that stick: a 404 that is remembered while the object is there.

use std::time::{Duration, Instant};

use super::{
    MIB, Quirky, impatient, is_completion, is_failure, is_get, is_head, quirky, quirky_with, says, write_large,
};
use crate::store::proxy::Harm;
use crate::store::{key, noise, remove_all, shown};

#[tokio::test]
async fn a_404_that_the_service_remembers_does_not_deny_what_was_just_written() {
    // StorageGRID: a HEAD of a name that was free says so for some seconds more.
    let begun = Instant::now();
    let quirk = move |head: &str| (is_head(head) && begun.elapsed() < Duration::from_secs(3)).then(|| says(404, ""));
    let Quirky { store, sound, .. } = quirky(quirk).await;
    write_large(&store).await.unwrap_or_else(|e| panic!("{}", shown(&e)));
    assert!(sound.read_all(&key("large"), 10 << 20).await.unwrap() == noise(9 * MIB));
    remove_all(&sound).await;

    // The answer is lost besides: a listing knows better.
    let begun = Instant::now();
    let quirk = move |head: &str| match head {
        head if is_head(head) && begun.elapsed() < Duration::from_secs(2) => Some(says(404, "")),
        head if is_completion(head) => Some(Harm::CutAnswer(0)),
        _ => None,
    };
    let Quirky { store, sound, .. } = quirky(quirk).await;
    write_large(&store).await.unwrap_or_else(|e| panic!("{}", shown(&e)));
    assert!(sound.read_all(&key("large"), 10 << 20).await.unwrap() == noise(9 * MIB));
    remove_all(&sound).await;

    // What was written is read back at once.
    let begun = Instant::now();
    let is_early = move || begun.elapsed() < Duration::from_secs(2);
    let quirk = move |head: &str| match head {
        head if is_get(head) && is_early() => Some(says(404, "NoSuchKey")),
        head if is_head(head) && is_early() => Some(says(404, "")),
        _ => None,
    };
    let Quirky { store, sound, .. } = quirky(quirk).await;
    store.put(&key("small"), noise(10)).await.unwrap();
    assert_eq!(store.read_all(&key("small"), 10).await.unwrap(), noise(10));
    assert!(store.head(&key("small")).await.unwrap().is_some());
    remove_all(&sound).await;
}

#[tokio::test]
async fn what_never_shows_although_it_was_said_to_be_stored_is_a_failure() {
    let Quirky { store, sound, .. } = quirky_with(impatient(), |head| (is_head(head)).then(|| says(404, ""))).await;
    is_failure(&write_large(&store).await.unwrap_err(), &["said that it is stored, but it is not there"]);
    remove_all(&sound).await;
}
