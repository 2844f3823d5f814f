//! Trouble that stays: the run ends in time, says why and what to do, and has dropped nothing. Without the trouble, the
//! next one comes to its end.

use std::ops::RangeInclusive;

use eventodb_admin::archive::State;

use super::proxy::{Checksums, Harm};
use super::scene::{
    ARCHIVE, COVERAGE, EVERY, LATE, Picks, Scene, TRIES, all, is_get, is_get_of_data, is_get_of_heads,
    is_get_of_the_manifest, is_list, is_put, is_put_of_the_manifest, same, says,
};
use super::steps::some;

struct Case {
    picks: Picks,
    harm: Harm,
    code: i32,
    /// What is in the error.
    says: &'static [&'static str],
    tries: Tries,
}

/// Requests that are harmed before it is given up.
#[derive(Clone, Copy)]
enum Tries {
    Exactly(usize),
    /// An object that was just written is looked for until the store has had time to settle: 0.1, 0.2, 0.4, 0.8, 1.6 s
    /// apart and then every 2 s, for 10 s in all. On a busy machine it is asked less often.
    UntilSettled,
}

impl Tries {
    const fn range(self) -> RangeInclusive<usize> {
        match self {
            Tries::Exactly(tries) => tries..=tries,
            Tries::UntilSettled => 3..=10,
        }
    }
}

const fn case(picks: Picks, harm: Harm, code: i32, says: &'static [&'static str], tries: usize) -> Case {
    Case { picks, harm, code, says, tries: Tries::Exactly(tries) }
}

const SETTLING: Case = Case {
    picks: is_get_of_data,
    harm: says(404, "NoSuchKey"),
    code: 5,
    says: &["not in the store"],
    tries: Tries::UntilSettled,
};

const CASES: [Case; 25] = [
    case(is_put, says(500, "InternalError"), 1, &["InternalError", "in trouble"], TRIES),
    case(is_put, says(503, "SlowDown"), 1, &["SlowDown", "fewer requests"], TRIES),
    case(is_put, says(503, "ServiceUnavailable"), 1, &["ServiceUnavailable", "in trouble"], TRIES),
    case(is_put, says(429, ""), 1, &["429", "fewer requests"], TRIES),
    case(is_put, Harm::LoseRequest, 1, &["connection broke"], TRIES),
    case(is_put, Harm::Reset, 1, &["connection broke"], TRIES),
    case(is_put, Harm::FlipRequest, 1, &["changed on their way"], TRIES),
    case(is_put, says(403, "RequestTimeTooSkewed"), 1, &["RequestTimeTooSkewed", "clock"], 1),
    case(is_put, says(400, "ExpiredToken"), 1, &["ExpiredToken", "renew the credentials"], 1),
    case(is_put, says(403, "InvalidAccessKeyId"), 1, &["InvalidAccessKeyId", "AWS_ACCESS_KEY_ID"], 1),
    case(is_put, says(403, "AccessDenied"), 1, &["AccessDenied", "s3:PutObject"], 1),
    case(is_put, says(301, "PermanentRedirect"), 1, &["PermanentRedirect", "AWS_REGION"], 1),
    case(is_put, says(307, "TemporaryRedirect"), 1, &["TemporaryRedirect", "AWS_REGION"], 1),
    case(is_put_of_the_manifest, says(400, "ExpiredToken"), 1, &["ExpiredToken", "renew the credentials"], 1),
    case(is_get, says(403, "AccessDenied"), 1, &["AccessDenied", "s3:GetObject"], 1),
    case(is_get, says(500, "InternalError"), 1, &["InternalError", "in trouble"], TRIES),
    case(is_get, Harm::Reset, 1, &["connection broke"], TRIES),
    case(is_get, Harm::CutAnswer(0), 1, &["connection broke"], TRIES),
    SETTLING,
    case(is_get_of_data, Harm::FlipAnswer(Checksums::Removed), 5, &["back"], 1),
    case(is_get_of_data, Harm::FlipAnswer(Checksums::Kept), 5, &["reading"], 1),
    case(is_get_of_heads, Harm::FlipAnswer(Checksums::Removed), 5, &["back"], 1),
    case(is_get_of_the_manifest, Harm::FlipAnswer(Checksums::Removed), 5, &["SHA-256"], 1),
    case(is_get_of_data, Harm::ShortAnswer(100), 5, &["100 bytes"], 1),
    case(is_list, says(403, "AccessDenied"), 1, &["AccessDenied", "s3:ListBucket"], 1),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_store_in_trouble_for_good_costs_no_message_and_the_next_run_finishes() {
    all(some("trouble for good", CASES).into_iter().map(|case| async move {
        let told = format!("{:?}", case.harm);
        let mut scene = Scene::new(1, 60).await;
        let (out, proxy) = scene.run_with(EVERY, case.picks, case.harm, &ARCHIVE).await;
        assert_eq!(out.code, case.code, "{told}: {out:?}");
        assert!(out.stderr.contains("hint: "), "{told}: {out:?}");
        for text in case.says {
            assert!(out.stderr.contains(text), "{told}: no {text:?} in {out:?}");
        }
        let tries = case.tries.range();
        assert!(
            tries.contains(&proxy.harmed()),
            "one layer of retries: {told}: {} and not {tries:?}: {:?}",
            proxy.harmed(),
            proxy.seen()
        );

        // Nothing dropped, nothing frozen, and the ledger knows why.
        assert_eq!(scene.live().await, "60", "{told}");
        scene.run(&COVERAGE).await.succeeds();
        let archives = scene.lab.archives().await;
        if !same(case.picks, is_list) {
            assert_eq!(archives.iter().map(|a| a.state).collect::<Vec<_>>(), [State::Failed], "{told}");
            let why = archives[0].last_error.clone().unwrap_or_default();
            assert!(!why.is_empty() && out.stderr.contains(&why), "{told}: {why}");
        }
        scene.lab.sql(&format!("BEGIN; {LATE}; ROLLBACK")).await;

        scene.run(&ARCHIVE).await.succeeds();
        assert_eq!(scene.live().await, "0", "{told}");
        scene.assert_whole(&told).await;
    }))
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chunk_that_fails_does_not_stop_those_after_it() {
    let mut scene = Scene::new(3, 40).await;
    let is_second = |head: &str| is_get_of_data(head) && head.contains("20130110T000000Z_");
    let (out, _) = scene.run_with(EVERY, is_second, Harm::FlipAnswer(Checksums::Removed), &ARCHIVE).await;
    out.fails(5, "2 done; 1 chunk failed");
    assert_eq!(scene.live().await, "40");
    scene.run(&COVERAGE).await.succeeds();
    scene.run(&ARCHIVE).await.succeeds();
    scene.assert_whole("the second of three").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_jobs_in_trouble_leave_every_chunk_and_no_frozen_one() {
    let mut scene = Scene::new(4, 40).await;
    let archive = [&ARCHIVE[..], &["--jobs", "3"]].concat();
    let (out, proxy) = scene.run_with(EVERY, is_put, says(503, "SlowDown"), &archive).await;
    out.fails(1, "4 chunks failed");
    assert_eq!(proxy.harmed(), 4 * TRIES);
    assert_eq!(scene.live().await, "160");
    scene.lab.sql(&format!("BEGIN; {LATE}; ROLLBACK")).await;
    scene.run(&archive).await.succeeds();
    scene.assert_whole("three jobs").await;
}
