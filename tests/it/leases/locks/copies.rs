//! Locks of copies in further stores: each store has its own.

use serde_json::json;

use super::super::cli::{Cli, sql};
use super::super::scene::covered;
use super::bucket::Bucket;
use super::{ARCHIVE, is_days_from_now, listed, locked_until};

/// A policy that keeps archives in two places of the bucket, with a lock.
fn two_places(bucket: &Bucket, cli: &Cli, words: &[&str]) {
    let places = ["--store", &of(bucket, "events"), "--copy", &of(bucket, "second")];
    cli.run(&[&["policy", "set", "--archive-after", "0d"], &places[..], words].concat()).succeeds();
}

fn of(bucket: &Bucket, place: &str) -> String {
    format!("s3://{}/{place}", bucket.name)
}

/// For how many days the objects of a place are locked, `None` where one is not locked.
async fn days(bucket: &Bucket, place: &str) -> Option<i64> {
    let mut found = None;
    for object in bucket.versions().await.iter().filter(|v| v.key.starts_with(place) && !v.is_marker) {
        let (_, until) = bucket.lock(&object.key).await?;
        let left = (until - super::bucket::now() + chrono::TimeDelta::minutes(5)).num_days();
        found = Some(found.map_or(left, |least: i64| least.min(left)));
    }
    found
}

/// Until when the copy in a place is locked by the ledger, in days.
fn by_ledger(bucket: &Bucket, cli: &Cli, place: &str) -> String {
    let days = "round(extract(epoch FROM c.locked_until - now()) / 86400)";
    let of_it = format!("c.namespace = '{}' AND c.store_url = '{}'", cli.namespace, of(bucket, place));
    sql(
        &cli.db_url,
        &format!("SELECT string_agg(DISTINCT {days} || c.lock_mode, ',') FROM eventodb_store.copies c WHERE {of_it}"),
    )
}

#[tokio::test]
async fn a_copy_is_locked_whoever_makes_it_and_each_lock_is_renewed_for_itself() {
    let test = "a_copy_is_locked_whoever_makes_it_and_each_lock_is_renewed_for_itself";
    let Some(bucket) = Bucket::new(test, true).await else { return };
    // From before there was a policy.
    let cli = bucket.archived(2, &[]);
    two_places(&bucket, &cli, &["--lock", "10d"]);
    cli.run(&["archives", "copy", "--all"]).succeeds();
    assert_eq!((days(&bucket, "events").await, days(&bucket, "second").await), (None, Some(10)));
    assert_eq!(by_ledger(&bucket, &cli, "second"), "10governance");
    // The first ones are not locked yet, the others are.
    cli.run(&["policy", "set", "--lock-renew"]).succeeds();
    let renewed = || cli.json(&["lifecycle", "run"])[0]["renewed"].clone();
    assert_eq!((renewed(), renewed()), (json!(2), json!(0)));
    cli.run(&["policy", "set", "--lock", "20d"]).succeeds();
    let plan = cli.run(&["lifecycle", "run", "--dry-run"]).succeeds().stdout.clone();
    assert_eq!(plan.matches("renew the lock of").count(), 4, "{plan}");
    assert_eq!((renewed(), renewed()), (json!(4), json!(0)));
    assert_eq!((days(&bucket, "events").await, days(&bucket, "second").await), (Some(20), Some(20)));
    assert_eq!(by_ledger(&bucket, &cli, "second"), "20governance");
    // A ledger that knows nothing of it any more learns it from the store.
    sql(&cli.db_url, "UPDATE eventodb_store.copies SET locked_until = NULL, lock_mode = NULL");
    cli.run(&["archives", "sync", "--store", &of(&bucket, "second")]).succeeds();
    assert_eq!(by_ledger(&bucket, &cli, "second"), "20governance");
    covered(&cli);
}

#[tokio::test]
async fn a_copy_that_was_there_unlocked_is_locked_before_its_chunk_goes() {
    let test = "a_copy_that_was_there_unlocked_is_locked_before_its_chunk_goes";
    let Some(bucket) = Bucket::new(test, true).await else { return };
    let cli = bucket.filled(1);
    two_places(&bucket, &cli, &[]);
    cli.run(&[&ARCHIVE[..], &["--keep"]].concat()).succeeds();
    assert_eq!(days(&bucket, "second").await, None);
    cli.run(&["policy", "set", "--lock", "10d"]).succeeds();
    cli.run(&ARCHIVE).succeeds();
    assert_eq!((days(&bucket, "events").await, days(&bucket, "second").await), (Some(10), Some(10)));
    assert_eq!(by_ledger(&bucket, &cli, "second"), "10governance");
    covered(&cli);
}

#[tokio::test]
async fn a_copy_that_is_made_anew_is_locked() {
    let test = "a_copy_that_is_made_anew_is_locked";
    let Some(bucket) = Bucket::new(test, true).await else { return };
    let cli = bucket.filled(1);
    two_places(&bucket, &cli, &["--lock", "10d"]);
    cli.run(&ARCHIVE).succeeds();
    for place in ["second", "events"] {
        let versions = bucket.versions().await;
        let data = versions.iter().find(|v| v.key.starts_with(place) && v.key.contains("/messages/")).unwrap();
        let over = bucket.client.put_object().bucket(&bucket.name).key(&data.key);
        over.body(b"yours no more".to_vec().into()).send().await.unwrap();
        assert_eq!(bucket.lock(&data.key).await, None);
        cli.run(&["archives", "verify", "--all"]).fails(5, "");
        cli.run(&["archives", "verify", "--all", "--repair"]).succeeds();
        let (_, until) = bucket.lock(&data.key).await.expect("it is locked");
        assert!(is_days_from_now(until, 10), "{place}: {until}");
        cli.run(&["archives", "verify", "--all"]).succeeds();
    }
}

#[tokio::test]
async fn what_is_moved_has_the_lock_of_its_new_store_and_what_is_left_behind_stays_as_long_as_it_is_locked() {
    let test = "what_is_moved_has_the_lock_of_its_new_store";
    let Some(bucket) = Bucket::new(test, true).await else { return };
    let cli = bucket.archived(1, &["--lock", "20d"]);
    let lock = ["--lock", "10d", "--store", &of(&bucket, "second")];
    cli.run(&[&["policy", "set", "--archive-after", "0d"], &lock[..]].concat()).succeeds();
    let out = cli.run(&["archives", "copy", "--all", "--to", &of(&bucket, "second"), "--move", "--yes"]);
    out.fails(4, "Object Lock keeps it");
    assert!(out.stdout.contains("moved"), "{out:?}");
    let archive = listed(&cli).remove(0);
    assert_eq!(archive["store_url"], of(&bucket, "second"), "{archive}");
    assert!(is_days_from_now(locked_until(&archive).unwrap(), 10), "{archive}");
    assert_eq!(by_ledger(&bucket, &cli, "events"), "20governance");
    assert_eq!((days(&bucket, "events").await, days(&bucket, "second").await), (Some(20), Some(10)));
    // Once its lock has ended, the next run removes it.
    bucket.end_locks().await;
    sql(&cli.db_url, "UPDATE eventodb_store.copies SET locked_until = now() - interval '1 minute'");
    cli.run(&["archives", "copy", "--all", "--to", &of(&bucket, "second")]).succeeds();
    cli.run(&["lifecycle", "run"]).succeeds();
    let left = "SELECT string_agg(DISTINCT state, ',') FROM eventodb_store.copies";
    assert_eq!(sql(&cli.db_url, left), "deleted");
    covered(&cli);
}

#[tokio::test]
async fn what_is_locked_in_a_further_store_is_neither_pruned_nor_expires() {
    let test = "what_is_locked_in_a_further_store_is_neither_pruned_nor_expires";
    let Some(bucket) = Bucket::new(test, true).await else { return };
    let cli = bucket.filled(1);
    two_places(&bucket, &cli, &["--lock", "10d"]);
    cli.run(&ARCHIVE).succeeds();
    // The first one alone may go.
    bucket.end_locks_in("events").await;
    sql(&cli.db_url, "UPDATE eventodb_store.archives SET locked_until = NULL, lock_mode = NULL");
    cli.run(&["archives", "prune", "--older-than", "1d", "--yes", "--confirm-count", "1"]).fails(4, "Object Lock");
    cli.run(&["policy", "set", "--expire-archives-after", "1d", "--yes"]).succeeds();
    cli.run(&["lifecycle", "run"]).succeeds();
    assert_eq!(listed(&cli)[0]["state"], "dropped");
    assert_eq!(bucket.versions().await.iter().filter(|v| v.is_marker).count(), 0);
    covered(&cli);
}
