//! The same run, ended at each of its requests in turn, or at this run's share of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::proxy::{Harm, Proxy};
use super::scene::{ARCHIVE, COVERAGE, EVERY, LATE, REHYDRATE, Scene, all, endpoint, is_any, says};
use super::steps::some;

/// How many requests the command takes where nothing goes wrong.
async fn requests(scene: &Scene, args: &[&str]) -> usize {
    let (out, proxy) = scene.run_with(0, is_any, Harm::None, args).await;
    out.succeeds();
    proxy.seen().len()
}

/// Picks all requests after the first `sound` ones.
fn after(sound: usize) -> impl Fn(&str) -> bool + Send + Sync {
    let seen = Arc::new(AtomicUsize::new(0));
    move |_| seen.fetch_add(1, Ordering::SeqCst) >= sound
}

async fn run_harmed_after(scene: &Scene, sound: usize, times: usize, harm: Harm, args: &[&str]) -> super::cli::Out {
    let proxy = Proxy::start(&endpoint(), times, after(sound), harm).await;
    scene.run_by(&proxy.endpoint(), args).await
}

async fn archive_harmed_after(sound: usize, times: usize, harm: Harm) {
    let told = format!("{harm:?} after {sound} requests");
    let mut scene = Scene::new(1, 40).await;
    let out = run_harmed_after(&scene, sound, times, harm, &ARCHIVE).await;
    if out.code == 0 {
        // All was done but for the mark that the run leaves in the store at its end.
        assert!(out.stderr.contains("was not moved on"), "{told}: {out:?}");
        assert_eq!(scene.live().await, "0", "{told}");
        scene.assert_whole(&told).await;
        return;
    }
    assert_eq!(out.code, 1, "{told}: {out:?}");
    assert!(out.stderr.contains("hint: "), "{told}: {out:?}");
    assert_eq!(scene.live().await, "40", "{told}");
    scene.run(&COVERAGE).await.succeeds();
    scene.lab.sql(&format!("BEGIN; {LATE}; ROLLBACK")).await;
    scene.run(&ARCHIVE).await.succeeds();
    scene.assert_whole(&told).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_that_expire_before_any_request_of_a_run_lose_nothing() {
    let n = requests(&Scene::new(1, 40).await, &ARCHIVE).await;
    assert!(n > 10, "{n} requests");
    let sound = some("credentials that expire", 0..n);
    all(sound.into_iter().map(|sound| archive_harmed_after(sound, EVERY, says(400, "ExpiredToken")))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_dies_in_any_answer_of_a_run_loses_nothing() {
    let n = requests(&Scene::new(1, 40).await, &ARCHIVE).await;
    let sound = some("a store that dies", 0..n);
    all(sound.into_iter().map(|sound| archive_harmed_after(sound, 1, Harm::Die))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rehydrate_whose_credentials_expire_before_any_request_leaves_all_as_it_was() {
    let scene = Scene::new(2, 40).await;
    scene.run(&ARCHIVE).await.succeeds();
    let n = requests(&scene, &REHYDRATE).await;
    assert!(n >= 4, "{n} requests");
    scene.run(&ARCHIVE).await.succeeds();
    let before = scene.picture().await;
    for sound in some("a rehydrate whose credentials expire", 0..n / 2) {
        let out = run_harmed_after(&scene, sound, EVERY, says(400, "ExpiredToken"), &REHYDRATE).await;
        out.fails(1, "renew the credentials");
        assert_eq!(scene.picture().await, before, "after {sound} requests");
    }
    // One of two is back: the other as it was.
    let out = run_harmed_after(&scene, n / 2, EVERY, says(400, "ExpiredToken"), &REHYDRATE).await;
    out.fails(1, "1 done; 1 archive failed");
    assert_eq!(scene.live().await, "40");
    scene.run(&COVERAGE).await.succeeds();
    scene.run(&REHYDRATE).await.succeeds();
    assert!(scene.lab.export().await.unwrap() == scene.lines);
}
