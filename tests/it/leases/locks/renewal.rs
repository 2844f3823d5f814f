//! Locks that are renewed by night.

use serde_json::json;

use super::super::cli::{made_up, sql};
use super::super::proxy::{Answer, Harm, Proxy};
use super::super::scene::{chunks, covered};
use super::bucket::Bucket;
use super::{is_days_from_now, listed, locked_until};

#[tokio::test]
async fn a_night_keeps_archives_locked_for_as_long_and_touches_none_that_is() {
    let test = "a_night_keeps_archives_locked_for_as_long_and_touches_none_that_is";
    let Some(bucket) = Bucket::new(test, true).await else { return };
    // From before there was a policy.
    let cli = bucket.archived(2, &[]);
    cli.run(&["policy", "set", "--archive-after", "0d", "--lock", "10d", "--lock-renew"]).succeeds();
    let plan = cli.run(&["lifecycle", "run", "--dry-run"]).succeeds().stdout.clone();
    assert_eq!(plan.matches("renew the lock of").count(), 2, "{plan}");
    let renewed = || cli.json(&["lifecycle", "run"])[0]["renewed"].clone();
    assert_eq!((renewed(), renewed()), (json!(2), json!(0)));
    for object in bucket.versions().await {
        assert!(is_days_from_now(bucket.lock(&object.key).await.unwrap().1, 10), "{object:?}");
    }
    // What comes back stays locked, and a longer lock is put in the place of a shorter one.
    cli.run(&["archives", "rehydrate", "--from", "2013-01-10"]).succeeds();
    cli.run(&["policy", "set", "--lock", "20d"]).succeeds();
    assert_eq!(renewed(), json!(2));
    for archive in listed(&cli) {
        assert!(is_days_from_now(locked_until(&archive).unwrap(), 20), "{archive}");
    }
    // Never a shorter one.
    cli.run(&["policy", "set", "--lock", "5d"]).succeeds();
    assert_eq!(renewed(), json!(0));
    sql(&cli.db_url, "UPDATE eventodb_store.archives SET locked_until = now()");
    assert_eq!(renewed(), json!(2), "by the ledger they are not locked any more");
    for archive in listed(&cli) {
        assert!(is_days_from_now(locked_until(&archive).unwrap(), 20), "the store's lock is the longer one: {archive}");
    }
    covered(&cli);
}

#[tokio::test]
async fn locks_are_not_renewed_beyond_the_time_at_which_archives_expire() {
    let test = "locks_are_not_renewed_beyond_the_time_at_which_archives_expire";
    let Some(bucket) = Bucket::new(test, true).await else { return };
    let cli = bucket.archived(1, &[]);
    let end = listed(&cli)[0]["range_end"].as_str().unwrap().parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    let days = (super::bucket::now() - end).num_days() + 5;
    let expire = format!("{days}d");
    let set = ["policy", "set", "--archive-after", "0d", "--lock", "100d", "--lock-renew", "--expire-archives-after"];
    cli.run(&[&set[..], &[&expire, "--yes"]].concat()).succeeds();
    assert_eq!(cli.json(&["lifecycle", "run"])[0]["renewed"], 1);
    let until = locked_until(&listed(&cli)[0]).unwrap();
    assert_eq!(until, end + chrono::TimeDelta::days(days));
    assert_eq!(cli.json(&["lifecycle", "run"])[0]["renewed"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_that_cannot_be_renewed_is_told_and_the_night_goes_on() {
    let test = "a_lock_that_cannot_be_renewed_is_told_and_the_night_goes_on";
    let Some(bucket) = Bucket::new(test, true).await else { return };
    let refuses = |head: &str| {
        let first = head.lines().next().unwrap_or_default();
        (first.starts_with("PUT ") && first.contains("retention"))
            .then_some(Harm::Say(Answer::new(403, "AccessDenied")))
    };
    let proxy = Proxy::with(&bucket.endpoint, refuses).await;
    let cli = bucket.cli_by(&proxy.endpoint());
    cli.run_with(&["messages", "import"], made_up(2, 20).as_bytes()).succeeds();
    let first = chunks(&cli).remove(0);
    cli.run(&["chunks", "archive", &first]).succeeds();
    cli.run(&["policy", "set", "--archive-after", "0d", "--lock", "10d", "--lock-renew"]).succeeds();
    let out = cli.run(&["lifecycle", "run", "-o", "json"]);
    out.fails(1, "s3:PutObjectRetention");
    let night = &serde_json::from_str::<serde_json::Value>(&out.stdout).unwrap()[0];
    assert_eq!((&night["archived"], &night["renewed"]), (&json!(1), &json!(0)), "{night}");
    assert_eq!(night["failed"], json!([listed(&cli)[0]["id"].to_string()]));
    let locks: Vec<_> = listed(&cli).iter().map(|archive| locked_until(archive).is_some()).collect();
    assert_eq!(locks, [false, true]);
    let direct = bucket.reached(cli, &bucket.endpoint);
    assert_eq!(direct.json(&["lifecycle", "run"])[0]["renewed"], 1);
}

#[tokio::test]
async fn what_somebody_has_put_over_an_archive_is_not_locked_in_its_place() {
    let test = "what_somebody_has_put_over_an_archive_is_not_locked_in_its_place";
    let Some(bucket) = Bucket::new(test, true).await else { return };
    let cli = bucket.archived(1, &[]);
    cli.run(&["policy", "set", "--archive-after", "0d", "--lock", "10d", "--lock-renew"]).succeeds();
    let key = format!("events/{}", listed(&cli)[0]["object"].as_str().unwrap());
    bucket.client.put_object().bucket(&bucket.name).key(&key).body(b"nothing".to_vec().into()).send().await.unwrap();
    cli.run(&["lifecycle", "run"]).fails(5, "not those that were stored");
    assert_eq!(bucket.lock(&key).await, None);
    assert_eq!(locked_until(&listed(&cli)[0]), None);
}
