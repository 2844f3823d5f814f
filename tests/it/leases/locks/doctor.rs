//! What `doctor` tells of locks.

use serde_json::Value;

use super::super::cli::Cli;
use super::super::proxy::{Answer, Harm, Proxy};
use super::bucket::Bucket;

fn check(cli: &Cli, name: &str) -> (String, String, String) {
    let out = cli.run(&["doctor", "-o", "json"]);
    let checks: Value = serde_json::from_str(&out.stdout).unwrap_or_else(|e| panic!("{e}: {out:?}"));
    let found = checks.as_array().unwrap().iter().find(|c| c["check"] == name);
    let found = found.unwrap_or_else(|| panic!("no {name}: {checks}"));
    let text = |field: &str| found[field].as_str().unwrap_or_default().to_owned();
    (text("verdict"), text("found"), text("fix"))
}

const RIGHTS: &str = "rights over what is locked";

#[tokio::test]
async fn a_bucket_that_cannot_lock_what_the_policy_has_locked_fails() {
    let test = "a_bucket_that_cannot_lock_what_the_policy_has_locked_fails";
    let Some(bucket) = Bucket::new(test, false).await else { return };
    let cli = bucket.archived(1, &[]);
    assert_eq!(check(&cli, "object lock").0, "ok");
    cli.run(&["policy", "set", "--lock", "1d"]).succeeds();
    let (verdict, found, fix) = check(&cli, "object lock");
    assert!(verdict == "fail" && found.contains("no Object Lock") && fix.contains("create-bucket"), "{found} {fix}");
    let (verdict, found, _) = check(&cli, "locked archives");
    assert!(verdict == "warn" && found.starts_with("1 of 1 "), "{found}");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_told_whether_the_key_that_archives_could_delete_and_the_trial_leaves_nothing() {
    let test = "it_is_told_whether_the_key_that_archives_could_delete_and_the_trial_leaves_nothing";
    let Some(bucket) = Bucket::new(test, true).await else { return };
    let cli = bucket.archived(1, &["--lock", "1d"]);
    cli.run(&["policy", "set", "--lock", "1d"]).succeeds();
    let before = bucket.versions().await;
    assert_eq!(check(&cli, "object lock").0, "ok");
    let (verdict, found, fix) = check(&cli, RIGHTS);
    assert!(verdict == "warn" && found.contains("end locks of governance mode"), "{found}");
    assert!(fix.contains("s3:DeleteObjectVersion") && fix.contains("s3:BypassGovernanceRetention"), "{fix}");
    assert_eq!(check(&cli, "locked archives").0, "ok");
    // The rest of the probe that every doctor writes is hidden, as what is deleted in such a bucket is.
    let left = |all: Vec<super::bucket::Version>| {
        all.into_iter().filter(|v| !v.key.contains(".eventodb-probe/")).collect::<Vec<_>>()
    };
    assert_eq!(left(bucket.versions().await), before);
    // A key without the right to bypass, and one that deletes no version at all.
    let deletes = |head: &str| {
        let first = head.lines().next().unwrap_or_default();
        first.starts_with("DELETE ").then(|| first.contains("versionId="))
    };
    let bypasses = |head: &str| head.to_ascii_lowercase().contains("\nx-amz-bypass-governance-retention: true");
    let denied = Harm::Say(Answer::new(403, "AccessDenied"));
    let plain = Proxy::with(&bucket.endpoint, move |head| bypasses(head).then_some(denied)).await;
    let cli = bucket.reached(cli, &plain.endpoint());
    let (verdict, found, _) = check(&cli, RIGHTS);
    assert!(verdict == "warn" && found.contains("once they are not locked any more"), "{verdict} {found}");
    let none =
        Proxy::with(&bucket.endpoint, move |head| (bypasses(head) || deletes(head) == Some(true)).then_some(denied))
            .await;
    let cli = bucket.reached(cli, &none.endpoint());
    let (verdict, found, _) = check(&cli, RIGHTS);
    assert!(verdict == "ok" && found.contains("neither delete versions nor end locks"), "{verdict} {found}");
    // Nor puts delete markers: what it has written stays, and that is as it should be.
    let never =
        Proxy::with(&bucket.endpoint, move |head| (bypasses(head) || deletes(head).is_some()).then_some(denied)).await;
    let cli = bucket.reached(cli, &never.endpoint());
    let (verdict, found, _) = check(&cli, "store");
    assert!(verdict == "ok" && found.contains("deletes none"), "{verdict} {found}");
    assert_eq!(check(&cli, RIGHTS).0, "ok");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_deletes_what_it_has_locked_fails() {
    let test = "a_service_that_deletes_what_it_has_locked_fails";
    let Some(bucket) = Bucket::new(test, true).await else { return };
    let gone = Harm::Say(Answer { status: 204, code: "", head: "", body: "" });
    let proxy = Proxy::with(&bucket.endpoint, move |head| {
        (head.starts_with("DELETE ") && head.lines().next().unwrap().contains("versionId=")).then_some(gone)
    })
    .await;
    let cli = bucket.cli_by(&proxy.endpoint());
    let (verdict, found, _) = check(&cli, RIGHTS);
    assert!(verdict == "fail" && found.contains("deleted an object that was locked"), "{verdict} {found}");
}
