//! Archives that cannot be read: who asks is told which, and nothing changes.

use super::proxy::{Checksums, Harm};
use super::scene::{
    ARCHIVE, COVERAGE, DROP, EVERY, KEEP, LATE, Picks, REHYDRATE, Scene, VERIFY, all, is_get, is_get_of_data,
    is_get_of_heads, is_get_of_the_manifest, same, says,
};
use super::steps::some;

const HARMS: [(Picks, Harm, i32); 10] = [
    (is_get, says(403, "AccessDenied"), 1),
    (is_get, says(503, "SlowDown"), 1),
    (is_get, says(400, "ExpiredToken"), 1),
    (is_get, Harm::Reset, 1),
    (is_get_of_data, says(404, "NoSuchKey"), 5),
    (is_get_of_data, Harm::ShortAnswer(0), 5),
    (is_get_of_data, Harm::FlipAnswer(Checksums::Removed), 5),
    (is_get_of_data, Harm::FlipAnswer(Checksums::Kept), 5),
    (is_get_of_heads, Harm::FlipAnswer(Checksums::Removed), 5),
    (is_get_of_the_manifest, Harm::FlipAnswer(Checksums::Removed), 5),
];

#[tokio::test(flavor = "multi_thread")]
async fn archives_that_cannot_be_read_are_named_and_nothing_comes_back() {
    all(some("archives that cannot be read", HARMS).into_iter().map(|(picks, harm, code)| async move {
        let told = format!("{harm:?}");
        let scene = Scene::new(2, 40).await;
        scene.run(&ARCHIVE).await.succeeds();
        let before = scene.picture().await;

        let (out, _) = scene.run_with(EVERY, picks, harm, &VERIFY).await;
        assert_eq!(out.code, code, "{told}: {out:?}");
        let results: serde_json::Value = serde_json::from_str(&out.stdout).unwrap();
        let word = if code == 5 { "failed" } else { "unknown" };
        assert!(results.as_array().unwrap().iter().all(|r| r["result"] == word), "{told}: {results}");
        assert_eq!(results.as_array().unwrap().len(), 2, "{told}");
        for (first, last, day) in [(1, 40, "2013-01-03 to 2013-01-10"), (41, 80, "2013-01-10 to 2013-01-17")] {
            let extent = format!("({day}, 40 messages, global positions {first} to {last})");
            assert!(out.stderr.contains(&extent), "{told}: {out:?}");
        }

        // The lists of streams do not come back; coverage reads no data.
        let is_of_heads = same(picks, is_get_of_heads);
        let is_of_data = same(picks, is_get_of_data);
        if !is_of_heads {
            let (out, _) = scene.run_with(EVERY, picks, harm, &REHYDRATE).await;
            assert_eq!(out.code, code, "{told}: {out:?}");
            assert!(out.stderr.contains("hint: "), "{told}: {out:?}");
        }
        let (out, _) = scene.run_with(EVERY, picks, harm, &COVERAGE).await;
        assert_eq!(out.code, if is_of_data { 0 } else { code }, "{told}: {out:?}");
        if !is_of_data {
            let coverage: serde_json::Value = serde_json::from_str(&out.stdout).unwrap();
            let verdict = if code == 5 { "incomplete" } else { "unproven" };
            assert_eq!(coverage["verdict"], verdict, "{told}");
            let findings = coverage["findings"].as_array().unwrap();
            assert_eq!(findings.len(), 2, "{told}: {findings:?}");
            let kind = if code == 5 { "archive" } else { "unproven" };
            assert!(findings.iter().all(|f| f["kind"] == kind), "{told}: {findings:?}");
            assert!(findings[1]["text"].as_str().unwrap().contains("40 messages, global positions 41 to 80"));
        }
        assert_eq!(scene.picture().await, before, "{told}");

        for args in [&VERIFY[..], &COVERAGE, &REHYDRATE] {
            scene.run(args).await.succeeds();
        }
        assert!(scene.lab.export().await.unwrap() == scene.lines, "{told}");
    }))
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_chunk_whose_archive_cannot_be_read_back_is_not_dropped() {
    all(some("a kept chunk's archive", HARMS).into_iter().map(|(picks, harm, code)| async move {
        let told = format!("{harm:?}");
        let mut scene = Scene::new(1, 40).await;
        scene.run(&KEEP).await.succeeds();
        let before = scene.picture().await;
        let (out, _) = scene.run_with(EVERY, picks, harm, &DROP).await;
        assert_eq!(out.code, code, "{told}: {out:?}");
        assert_eq!(scene.picture().await, before, "{told}");
        scene.lab.sql(&format!("BEGIN; {LATE}; ROLLBACK")).await;
        // Archiving makes a new one of a chunk that is whole, which cannot be read back either.
        let (out, _) = scene.run_with(EVERY, picks, harm, &ARCHIVE).await;
        assert_eq!(out.code, code, "{told}: {out:?}");
        assert_eq!(scene.lab.closed().await.len(), 1, "{told}");
        scene.lab.assert_covered().await;
        scene.lab.sql(&format!("BEGIN; {LATE}; ROLLBACK")).await;
        scene.run(&DROP).await.succeeds();
        scene.assert_whole(&told).await;
    }))
    .await;
}
