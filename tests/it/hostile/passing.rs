//! Trouble that passes: the run takes longer, and that is all.

use std::time::Duration;

use super::proxy::{Answer, Harm};
use super::scene::{
    ARCHIVE, COVERAGE, EVERY, Picks, REHYDRATE, Scene, VERIFY, all, is_delete, is_get, is_head, is_list, is_put, says,
};
use super::steps::some;

const TIMES: usize = 2;

#[tokio::test(flavor = "multi_thread")]
async fn a_store_in_trouble_for_a_while_holds_an_archive_run_up_and_no_more() {
    let slow_down = says(503, "SlowDown");
    let harms: [(Picks, Harm); 18] = [
        (is_put, says(500, "InternalError")),
        (is_put, slow_down),
        (is_put, says(429, "")),
        (is_put, says(400, "RequestTimeout")),
        (is_put, Harm::DoAndSay(Answer::new(500, "InternalError"))),
        (is_put, Harm::LoseRequest),
        (is_put, Harm::Reset),
        (is_put, Harm::CutAnswer(0)),
        (is_put, Harm::FlipRequest),
        (is_put, Harm::WrongEtag),
        (is_get, slow_down),
        (is_get, Harm::Reset),
        (is_get, Harm::CutAnswer(700)),
        (is_get, Harm::Drip(100, Duration::from_millis(10))),
        (is_head, says(503, "")),
        (is_head, Harm::Reset),
        (is_list, slow_down),
        (is_list, Harm::LoseRequest),
    ];
    all(some("trouble for a while", harms).into_iter().map(|(picks, harm)| async move {
        let mut scene = Scene::new(2, 60).await;
        let (out, proxy) = scene.run_with(TIMES, picks, harm, &ARCHIVE).await;
        assert_eq!(out.code, 0, "{harm:?}: {out:?}");
        // One listing is all that a run asks for.
        assert!(proxy.harmed() >= 1, "{harm:?}");
        assert_eq!(scene.live().await, "0", "{harm:?}");
        scene.assert_whole(&format!("{harm:?}")).await;
    }))
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_in_trouble_for_a_while_holds_reading_up_and_no_more() {
    // Found after 20 seconds: the others go on meanwhile.
    let standing_still = async {
        let scene = Scene::new(1, 60).await;
        scene.run(&ARCHIVE).await.succeeds();
        let (out, proxy) = scene.run_with(1, is_get, Harm::StallAnswer(700), &REHYDRATE).await;
        assert_eq!((out.code, proxy.harmed()), (0, 1), "{out:?}");
        assert!(scene.lab.export().await.unwrap() == scene.lines);
    };
    let harms: [(Picks, Harm); 7] = [
        (is_get, says(500, "InternalError")),
        (is_get, says(503, "SlowDown")),
        (is_get, says(429, "TooManyRequests")),
        (is_get, Harm::Reset),
        (is_get, Harm::CutAnswer(700)),
        (is_get, Harm::LoseRequest),
        (is_get, Harm::Drip(100, Duration::from_millis(10))),
    ];
    let others = all(some("trouble in reading", harms).into_iter().map(|(picks, harm)| async move {
        let scene = Scene::new(2, 60).await;
        scene.run(&ARCHIVE).await.succeeds();
        for args in [&VERIFY[..], &COVERAGE, &REHYDRATE] {
            let (out, proxy) = scene.run_with(TIMES, picks, harm, args).await;
            assert_eq!(out.code, 0, "{harm:?}: {out:?}");
            assert_eq!(proxy.harmed(), TIMES, "{harm:?}, {args:?}");
        }
        assert!(scene.lab.export().await.unwrap() == scene.lines, "{harm:?}: the export differs");
    }));
    tokio::join!(standing_still, others);
}

/// What a listing says that has not seen any write yet.
const NOTHING: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>b</Name><KeyCount>0</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated></ListBucketResult>";

#[tokio::test(flavor = "multi_thread")]
async fn a_listing_that_never_shows_what_was_written_changes_nothing() {
    let lagging = Harm::Say(Answer { body: NOTHING, ..Answer::new(200, "") });
    let mut scene = Scene::new(2, 60).await;
    for args in [&ARCHIVE[..], &VERIFY, &COVERAGE, &REHYDRATE, &ARCHIVE] {
        let (out, _) = scene.run_with(EVERY, is_list, lagging, args).await;
        assert_eq!(out.code, 0, "{args:?}: {out:?}");
    }
    scene.assert_whole("a lagging listing").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn archiving_needs_no_right_to_delete() {
    let mut scene = Scene::new(2, 60).await;
    for args in [&ARCHIVE[..], &VERIFY, &REHYDRATE, &ARCHIVE] {
        let (out, proxy) = scene.run_with(EVERY, is_delete, says(403, "AccessDenied"), args).await;
        assert_eq!((out.code, proxy.harmed()), (0, 0), "{args:?}: {out:?}");
    }
    scene.assert_whole("no right to delete").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_prefix_of_odd_characters_is_as_good_as_any() {
    let prefix = format!("hostile-tests/{}/a b+c%41&d=e;f,ü'(x)!*~@$", uuid::Uuid::new_v4());
    let mut scene = Scene::at(&super::scene::bucket(), &prefix).await;
    scene.lines = scene.lab.fill(2, 60).await;
    scene.run(&ARCHIVE).await.succeeds();
    let verified = scene.run(&VERIFY).await.json();
    assert!(verified.as_array().unwrap().iter().all(|v| v["result"] == "ok"), "{verified}");
    scene.assert_whole(&prefix).await;
}
