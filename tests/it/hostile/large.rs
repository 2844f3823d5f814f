//! Objects of several parts.

use super::proxy::{Answer, Harm};
use super::scene::{COVERAGE, EVERY, LATE, Picks, Scene, TRIES, all, bucket, is_delete, says};

const ARCHIVE: [&str; 6] = ["chunks", "archive", "--older-than", "0d", "--compression", "none"];

fn is_part(head: &str) -> bool {
    head.starts_with("PUT ") && head.contains("partNumber=1&")
}

fn is_completion(head: &str) -> bool {
    head.starts_with("POST ") && head.contains("uploadId=")
}

/// A chunk that takes two parts, uncompressed.
async fn scene() -> Scene {
    let mut scene = Scene::at(&bucket(), &format!("hostile-tests/{}", uuid::Uuid::new_v4())).await;
    let text = "x".repeat(1 << 20);
    for n in 0..9_i64 {
        scene.lines.push_str(&format!(
            "{{\"id\":\"{}\",\"stream\":\"account-1\",\"type\":\"Large\",\"pos\":{n},\"gpos\":{},\
             \"data\":{{\"text\":\"{text}\"}},\"meta\":null,\"time\":\"2013-01-03T00:00:0{n}.000000Z\"}}\n",
            uuid::Uuid::from_u128(n as u128 + 1),
            n + 1,
        ));
    }
    let lines = scene.lines.clone();
    scene.lab.import(lines.as_bytes()).await.unwrap();
    scene.lines = scene.lab.export().await.unwrap();
    scene
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_in_trouble_for_a_while_hold_a_run_up_and_no_more() {
    let harms: [(Picks, Harm); 4] = [
        (is_part, says(503, "SlowDown")),
        (is_part, Harm::FlipRequest),
        // S3 begins its answer before it knows the end of a long completion.
        (is_completion, says(200, "InternalError")),
        (is_completion, Harm::DoAndSay(Answer::new(500, "InternalError"))),
    ];
    all(harms.into_iter().map(|(picks, harm)| async move {
        let mut scene = scene().await;
        let (out, proxy) = scene.run_with(2, picks, harm, &ARCHIVE).await;
        assert_eq!((out.code, scene.live().await.as_str()), (0, "0"), "{harm:?}: {out:?}");
        assert!(proxy.harmed() >= 1, "{harm:?}");
        scene.assert_whole(&format!("{harm:?}")).await;
    }))
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_in_trouble_for_good_cost_no_message_and_leave_no_parts() {
    let harms: [(Picks, Harm, &str, usize); 5] = [
        (is_part, says(500, "InternalError"), "InternalError", TRIES),
        (is_part, Harm::FlipRequest, "changed on their way", TRIES),
        (is_part, Harm::WrongEtag, "", 1),
        (is_completion, says(200, "InternalError"), "InternalError", TRIES),
        (is_completion, says(404, "NoSuchUpload"), "run again", 1),
    ];
    all(harms.into_iter().map(|(picks, harm, text, tries)| async move {
        let mut scene = scene().await;
        let (out, proxy) = scene.run_with(EVERY, picks, harm, &ARCHIVE).await;
        out.fails(1, text);
        assert_eq!(proxy.harmed(), tries, "{harm:?}");
        assert_eq!(scene.live().await, "9", "{harm:?}");
        assert!(scene.lab.store.list_uploads("").await.unwrap().is_empty(), "{harm:?}");
        let left: Vec<_> = scene.objects().await.into_iter().filter(|key| !key.ends_with("/owner.json")).collect();
        assert!(left.is_empty(), "{harm:?}: {left:?}");
        scene.run(&COVERAGE).await.succeeds();
        scene.lab.sql(&format!("BEGIN; {LATE}; ROLLBACK")).await;
        scene.run(&ARCHIVE).await.succeeds();
        scene.assert_whole(&format!("{harm:?}")).await;
    }))
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_that_may_not_be_removed_are_told_of_beside_the_reason() {
    let scene = scene().await;
    let is_either = |head: &str| is_completion(head) || is_delete(head);
    let (out, _) = scene.run_with(EVERY, is_either, says(403, "AccessDenied"), &ARCHIVE).await;
    out.fails(1, "AccessDenied");
    assert!(out.stderr.contains("an unfinished upload could not be removed"), "{out:?}");
    assert_eq!(scene.live().await, "9");
    assert_eq!(scene.lab.store.list_uploads("").await.unwrap().len(), 1);
    scene.run(&COVERAGE).await.succeeds();
}
