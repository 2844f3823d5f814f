//! Object Lock: what is archived is locked, nothing of the program deletes what is locked, and nobody else can.

mod attack;
mod bucket;
mod copies;
mod doctor;
mod least;
mod renewal;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::cli::{Cli, made_up, sql};
use super::proxy::{Answer, Harm, Proxy};
use super::scene::{chunks, covered, states};
use bucket::Bucket;

const ARCHIVE: [&str; 4] = ["chunks", "archive", "--older-than", "0d"];
const PRUNE: [&str; 7] = ["archives", "prune", "--older-than", "1d", "--yes", "--confirm-count", "1"];

fn listed(cli: &Cli) -> Vec<Value> {
    cli.json(&["archives", "list"]).as_array().unwrap().clone()
}

fn locked_until(archive: &Value) -> Option<DateTime<Utc>> {
    archive["locked_until"].as_str().map(|text| text.parse().unwrap())
}

/// Whether a lock ends so many days from now, give or take some minutes.
fn is_days_from_now(until: DateTime<Utc>, days: i64) -> bool {
    (until - (bucket::now() + TimeDelta::days(days))).abs() < TimeDelta::minutes(5)
}

#[tokio::test]
async fn every_object_of_an_archive_is_locked_and_the_ledger_says_until_when() {
    let test = "every_object_of_an_archive_is_locked_and_the_ledger_says_until_when";
    let Some(bucket) = Bucket::new(test, true).await else { return };
    let cli = bucket.filled(1);
    cli.run(&["policy", "set", "--lock", "10d"]).succeeds();
    cli.run(&ARCHIVE).succeeds();
    let objects = bucket.versions().await;
    assert_eq!(objects.len(), 3, "{objects:?}");
    for object in &objects {
        let (mode, until) = bucket.lock(&object.key).await.expect("it is locked");
        assert!(mode == "GOVERNANCE" && is_days_from_now(until, 10), "{object:?}: {mode} {until}");
    }
    // It is written again by every run.
    let mark = format!("events/{}/owner.json", cli.namespace);
    assert_eq!(bucket.lock(&mark).await, None);
    let archive = listed(&cli).remove(0);
    assert!(is_days_from_now(locked_until(&archive).unwrap(), 10), "{archive}");
    assert_eq!(archive["lock_mode"], "governance");
    let table = cli.run(&["archives", "list"]).succeeds().stdout.clone();
    assert!(table.contains("LOCKED UNTIL") && table.contains(" governance"), "{table}");
    assert!(cli.run(&["archives", "show", &archive["id"].to_string()]).succeeds().stdout.contains("LOCKED UNTIL"));
    covered(&cli);
    // Nothing is locked that nobody asked for, and no column says so.
    let other = bucket.archived(1, &[]);
    assert_eq!(locked_until(&listed(&other)[0]), None);
    assert!(!other.run(&["archives", "list"]).succeeds().stdout.contains("LOCKED"));
}

#[tokio::test]
async fn flags_go_before_the_policy() {
    let Some(bucket) = Bucket::new("flags_go_before_the_policy", true).await else { return };
    let cli = bucket.filled(3);
    cli.run(&["policy", "set", "--lock", "10d"]).succeeds();
    let weeks = chunks(&cli);
    let name = cli.namespace.clone();
    let archive = |week: usize, flags: &[&str]| cli.run(&[&["chunks", "archive", &weeks[week]], flags].concat());
    archive(0, &["--lock", "20d", "--lock-mode", "compliance", "--confirm-compliance", &name]).succeeds();
    archive(1, &["--lock", "never"]).succeeds();
    archive(2, &["--lock", "20d", "--lock-mode", "never"]).fails(2, "governance or compliance");
    archive(2, &["--lock", "never", "--lock-mode", "governance"]).fails(2, "has no mode");
    let locks: Vec<_> = listed(&cli).iter().map(|a| a["lock_mode"].clone()).collect();
    assert_eq!(locks, [Value::from("compliance"), Value::Null]);
    assert!(is_days_from_now(locked_until(&listed(&cli)[0]).unwrap(), 20));
}

#[tokio::test]
async fn compliance_mode_takes_the_namespaces_name_and_yes_is_not_enough() {
    let test = "compliance_mode_takes_the_namespaces_name_and_yes_is_not_enough";
    let Some(bucket) = Bucket::new(test, true).await else { return };
    let cli = bucket.filled(1);
    let set = ["policy", "set", "--lock", "1d", "--lock-mode", "compliance"];
    let archive = [&ARCHIVE[..], &["--lock", "1d", "--lock-mode", "compliance"]].concat();
    for command in [&set[..], &archive] {
        for (more, told) in [
            (&[][..], "no terminal to ask at"),
            (&["--yes"], "--yes does not"),
            (&["--confirm-compliance", "another"], "another name"),
        ] {
            cli.run(&[command, more].concat()).fails(2, told);
        }
        // A plan asks nobody.
        cli.run(&[command, &["--dry-run"]].concat()).succeeds();
    }
    assert_eq!(cli.json(&["policy", "show"])["lock"], Value::Null);
    assert_eq!((bucket.versions().await.len(), chunks(&cli).len()), (0, 1));
    cli.run(&[&set[..], &["--confirm-compliance", &cli.namespace]].concat()).succeeds();
    // What was confirmed once is not asked again, unless it binds more.
    cli.run(&["policy", "set", "--lock", "1h"]).succeeds();
    cli.run(&["policy", "set", "--lock", "2d"]).fails(2, "no terminal to ask at");
    cli.run(&["policy", "set", "--lock-renew"]).fails(2, "no terminal to ask at");
    cli.run(&ARCHIVE).succeeds();
    assert_eq!(listed(&cli)[0]["lock_mode"], "compliance");
    let shown = cli.json(&["policy", "show"]);
    assert_eq!((&shown["lock"], &shown["lock_mode"]), (&"1h".into(), &"compliance".into()));
    cli.run(&["policy", "set", "--lock", "never"]).succeeds();
    assert_eq!(cli.json(&["policy", "show"])["lock_mode"], Value::Null);
}

#[tokio::test]
async fn nothing_is_uploaded_to_what_cannot_lock() {
    let Some(bucket) = Bucket::new("nothing_is_uploaded_to_what_cannot_lock", false).await else { return };
    let cli = bucket.filled(1);
    let locked = [&ARCHIVE[..], &["--lock", "1d"]].concat();
    cli.run(&locked).fails(8, "the bucket has no Object Lock");
    cli.run(&[&locked[..], &["--store", &cli.store()]].concat()).fails(8, "a folder has no Object Lock");
    cli.run(&["policy", "set", "--lock", "1d", "--store", &cli.store()]).fails(2, "a folder locks nothing");
    cli.run(&["policy", "set", "--lock-renew"]).fails(2, "--lock");
    assert_eq!((bucket.versions().await.len(), chunks(&cli).len()), (0, 1));
}

/// Takes every lock, and tells of none: as a service that ignores what it does not know.
fn forgets_locks(head: &str) -> Option<Harm> {
    let first = head.lines().next().unwrap_or_default();
    if first.contains("retention") {
        let none = Answer::new(404, "NoSuchObjectLockConfiguration");
        return Some(if first.starts_with("PUT ") {
            Harm::Say(Answer { status: 200, code: "", head: "", body: "" })
        } else {
            Harm::Say(none)
        });
    }
    first.starts_with("HEAD ").then_some(Harm::Retell(|head, body| {
        let kept =
            head.split_inclusive("\r\n").filter(|line| !line.to_ascii_lowercase().starts_with("x-amz-object-lock"));
        (kept.collect(), body)
    }))
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_dropped_whose_lock_the_store_did_not_keep() {
    let test = "nothing_is_dropped_whose_lock_the_store_did_not_keep";
    let Some(bucket) = Bucket::new(test, true).await else { return };
    let proxy = Proxy::with(&bucket.endpoint, forgets_locks).await;
    let cli = bucket.cli_by(&proxy.endpoint());
    cli.run_with(&["messages", "import"], made_up(1, 20).as_bytes()).succeeds();
    let out = cli.run(&[&ARCHIVE[..], &["--lock", "1d"]].concat());
    out.fails(1, "took the lock and did not keep it");
    assert!(out.stderr.contains("Object Lock"), "{out:?}");
    assert_eq!((states(&cli), chunks(&cli).len()), (vec!["failed".to_owned()], 1));
    covered(&cli);
    // What it has stored is of no use, and goes when its lock has ended.
    let direct = bucket.reached(cli, &bucket.endpoint);
    direct.run(&["archives", "sweep"]).fails(4, "Object Lock keeps it until ");
    assert!(bucket.versions().await.iter().all(|version| !version.is_marker));
    bucket.end_locks().await;
    direct.run(&["archives", "sweep"]).succeeds();
    assert_eq!(bucket.versions().await.iter().filter(|version| version.is_marker).count(), 3);
}

#[tokio::test]
async fn the_lock_of_an_upload_in_parts_that_the_service_forgets_is_put_on() {
    let test = "the_lock_of_an_upload_in_parts_that_the_service_forgets_is_put_on";
    let Some(bucket) = Bucket::new(test, true).await else { return };
    let cli = bucket.cli();
    let mut lines = made_up(1, 20);
    // Nine MiB in one message, which nothing compresses.
    let large = format!("\"data\":{{\"n\":\"{}\"}}", "x".repeat(9 << 20));
    lines = lines.replacen("\"data\":{\"n\":0}", &large, 1);
    cli.run_with(&["messages", "import"], lines.as_bytes()).succeeds();
    cli.run(&[&ARCHIVE[..], &["--lock", "10d", "--compression", "none"]].concat()).succeeds();
    for object in bucket.versions().await {
        let (_, until) = bucket.lock(&object.key).await.unwrap_or_else(|| panic!("{object:?} is not locked"));
        assert!(is_days_from_now(until, 10), "{object:?}");
    }
    assert!(is_days_from_now(locked_until(&listed(&cli)[0]).unwrap(), 10));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_with_a_lock_carries_a_hash_whatever_is_said_of_checksums() {
    let test = "a_write_with_a_lock_carries_a_hash_whatever_is_said_of_checksums";
    let Some(bucket) = Bucket::new(test, true).await else { return };
    // S3 refuses such a write, and a part of such an upload; the emulator does not.
    let has = |head: &str, name: &str| head.to_ascii_lowercase().contains(&format!("\n{name}"));
    let strict = move |head: &str| {
        let is_part = head.lines().next().unwrap_or_default().contains("partNumber=");
        let needs_one = head.starts_with("PUT ") && (is_part || has(head, "x-amz-object-lock-mode"));
        let lacks_one = needs_one && !has(head, "content-md5") && !has(head, "x-amz-checksum-");
        lacks_one.then_some(Harm::Say(Answer::new(400, "InvalidRequest")))
    };
    let proxy = Proxy::with(&bucket.endpoint, strict).await;
    let large = format!("\"data\":{{\"n\":\"{}\"}}", "x".repeat(9 << 20));
    let lines = made_up(1, 20).replacen("\"data\":{\"n\":0}", &large, 1);
    for checksums in ["when_supported", "when_required"] {
        let cli = bucket.cli_by(&proxy.endpoint()).with("AWS_REQUEST_CHECKSUM_CALCULATION", checksums);
        cli.run_with(&["messages", "import"], lines.as_bytes()).succeeds();
        cli.run(&[&ARCHIVE[..], &["--lock", "10d", "--compression", "none"]].concat()).succeeds();
    }
    assert_eq!(proxy.harmed(), 0);
}

#[tokio::test]
async fn what_is_locked_is_neither_pruned_nor_expired_nor_hidden_and_the_next_run_goes_on() {
    let test = "what_is_locked_is_neither_pruned_nor_expired_nor_hidden_and_the_next_run_goes_on";
    let Some(bucket) = Bucket::new(test, true).await else { return };
    let cli = bucket.archived(1, &["--lock", "10d"]);
    let before = bucket.versions().await;
    let id = listed(&cli)[0]["id"].to_string();
    cli.run(&PRUNE).fails(4, "Object Lock keeps it until ");
    // Neither does a night, which has nothing to complain of.
    cli.run(&["policy", "set", "--archive-after", "0d", "--expire-archives-after", "2d", "--yes"]).succeeds();
    let night = &cli.json(&["lifecycle", "run"])[0];
    assert_eq!((&night["expired"], &night["result"]), (&0.into(), &"done".into()), "{night}");
    // A ledger that does not know of the lock learns of it.
    let forget = format!("UPDATE eventodb_store.archives SET locked_until = NULL, lock_mode = NULL WHERE id = {id}");
    sql(&cli.db_url, &forget);
    let out = cli.run(&["lifecycle", "run", "-o", "json"]);
    assert_eq!(out.json()[0]["expired"], 0);
    assert!(out.stderr.contains("Object Lock keeps it until "), "{out:?}");
    assert!(locked_until(&listed(&cli)[0]).is_some());
    assert_eq!((bucket.versions().await, states(&cli)), (before.clone(), vec!["dropped".to_owned()]));
    covered(&cli);
    cli.run(&["archives", "verify", "--all"]).succeeds();
    // What the ledger says of a lock that somebody has ended holds nobody up.
    bucket.end_locks().await;
    cli.run(&PRUNE).succeeds();
    assert_eq!(states(&cli), ["expired"]);
    assert_eq!(bucket.versions().await.iter().filter(|version| version.is_marker).count(), 3);
}

#[tokio::test]
async fn a_key_that_may_not_see_locks_goes_by_the_ledger() {
    let test = "a_key_that_may_not_see_locks_goes_by_the_ledger";
    let Some(bucket) = Bucket::new(test, true).await else { return };
    let cli = bucket.archived(1, &["--lock", "10d"]);
    let hides = |head: &str| {
        let first = head.lines().next().unwrap_or_default();
        if first.starts_with("GET ") && first.contains("retention") {
            return Some(Harm::Say(Answer::new(403, "AccessDenied")));
        }
        forgets_locks(head)
    };
    let proxy = Proxy::with(&bucket.endpoint, hides).await;
    let (hidden, before) = (bucket.reached(cli, &proxy.endpoint()), bucket.versions().await);
    let out = tokio::task::spawn_blocking(move || {
        hidden.run(&PRUNE).fails(1, "s3:GetObjectRetention");
        states(&hidden)
    });
    assert_eq!((out.await.unwrap(), bucket.versions().await), (vec!["dropped".to_owned()], before));
}

#[tokio::test]
async fn an_erasure_tells_what_is_locked_and_locks_what_it_writes() {
    let test = "an_erasure_tells_what_is_locked_and_locks_what_it_writes";
    let Some(bucket) = Bucket::new(test, true).await else { return };
    let cli = bucket.archived(1, &["--lock", "10d"]);
    cli.run(&["policy", "set", "--lock", "20d", "--keep-at-least", "100y"]).succeeds();
    let old = bucket.versions().await;
    let erase = ["archives", "erase", "--stream", "account-3", "--reason", "request 12", "--yes"];
    for _ in 0..2 {
        let out = cli.run(&erase);
        out.fails(1, "Object Lock keeps it until ");
        assert!(out.stderr.contains("(governance)") && out.stderr.contains("not all of it is erased yet"), "{out:?}");
        assert_eq!(states(&cli), ["expired", "dropped"]);
        // Not even the tombstone is written.
        let (now, is_old) = (bucket.versions().await, |v: &&bucket::Version| old.contains(v));
        assert_eq!((now.len(), now.iter().filter(is_old).count()), (6, 3), "{now:?}");
    }
    let archives = cli.json(&["archives", "list"]);
    assert!(is_days_from_now(locked_until(&archives[0]).unwrap(), 20), "{archives}");
    for object in bucket.versions().await {
        assert!(bucket.lock(&object.key).await.is_some(), "{object:?}");
    }
    bucket.end_locks().await;
    cli.run(&erase).succeeds();
    assert!(bucket.versions().await.iter().all(|v| !old.contains(v)));
    covered(&cli);
    cli.run(&["archives", "verify", "--all"]).succeeds();
}

#[tokio::test]
async fn a_ledger_that_was_lost_learns_locks_from_the_store() {
    let test = "a_ledger_that_was_lost_learns_locks_from_the_store";
    let Some(bucket) = Bucket::new(test, true).await else { return };
    let cli = bucket.archived(2, &["--lock", "10d"]);
    let before: Vec<_> = listed(&cli).iter().map(|a| a["locked_until"].clone()).collect();
    sql(&cli.db_url, "UPDATE eventodb_store.archives SET locked_until = NULL, lock_mode = NULL");
    let out = cli.run(&["archives", "sync"]);
    out.succeeds();
    assert!(out.stderr.contains("another lock than the store"), "{out:?}");
    assert_eq!(listed(&cli).iter().map(|a| a["locked_until"].clone()).collect::<Vec<_>>(), before);
    let Some(lost) = cli.after_the_database_is_lost() else { return };
    let lost = bucket.reached(lost, &bucket.endpoint);
    lost.run(&["archives", "sync"]).succeeds();
    assert_eq!(listed(&lost).iter().map(|a| a["locked_until"].clone()).collect::<Vec<_>>(), before);
    assert!(!lost.run(&["archives", "sync"]).succeeds().stderr.contains("another lock"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_locked_where_the_clocks_are_apart() {
    let Some(bucket) = Bucket::new("nothing_is_locked_where_the_clocks_are_apart", true).await else { return };
    let proxy = Proxy::with(&bucket.endpoint, |_| {
        Some(Harm::Retell(|head, body| {
            let lines = head.split_inclusive("\r\n");
            let told = lines.map(|line| match line.to_ascii_lowercase().starts_with("date:") {
                true => "date: Thu, 01 Jan 2032 00:00:00 GMT\r\n".to_owned(),
                false => line.to_owned(),
            });
            (told.collect(), body)
        }))
    });
    let proxy = proxy.await;
    let cli = bucket.cli_by(&proxy.endpoint());
    cli.run_with(&["messages", "import"], made_up(1, 20).as_bytes()).succeeds();
    cli.run(&[&ARCHIVE[..], &["--lock", "1d"]].concat()).fails(1, "by the store's");
    assert_eq!((bucket.versions().await.len(), chunks(&cli).len()), (0, 1));
    cli.run(&ARCHIVE).succeeds();
}

#[tokio::test]
async fn a_run_killed_at_any_step_of_a_lock_is_ended_by_the_next_one() {
    let test = "a_run_killed_at_any_step_of_a_lock_is_ended_by_the_next_one";
    let Some(bucket) = Bucket::new(test, true).await else { return };
    let killed = |cli: &Cli, point: &str, command: &[&str]| {
        let out = cli.run_in(&[("EVENTODB_FAILPOINTS", &format!("{point}=kill"))], command, b"");
        assert_eq!(out.code, -1, "{point} never fired: {out:?}");
    };
    let is_locked = async |cli: &Cli, days| {
        for archive in listed(cli) {
            assert!(is_days_from_now(locked_until(&archive).unwrap(), days), "{archive}");
            for name in ["object", "manifest_object"] {
                let key = format!("events/{}", archive[name].as_str().unwrap());
                assert!(is_days_from_now(bucket.lock(&key).await.unwrap().1, days), "{key}");
            }
        }
        covered(cli);
    };
    for end in ["before", "after"] {
        let cli = bucket.filled(1);
        let archive = [&ARCHIVE[..], &["--lock", "10d"]].concat();
        killed(&cli, &format!("retain.tell-new.{end}"), &archive);
        assert_eq!(chunks(&cli).len(), 1, "nothing is dropped");
        cli.run(&archive).succeeds();
        is_locked(&cli, 10).await;
        // Each of them longer, and noted.
        cli.run(&["policy", "set", "--archive-after", "0d", "--lock", "20d", "--lock-renew"]).succeeds();
        for point in ["retain.extend", "retain.tell"] {
            killed(&cli, &format!("{point}.{end}"), &["lifecycle", "run"]);
        }
        cli.run(&["lifecycle", "run"]).succeeds();
        is_locked(&cli, 20).await;
        let erase = ["archives", "erase", "--stream", "account-3", "--reason", "request 12", "--yes"];
        killed(&cli, &format!("retain.tell-rewritten.{end}"), &erase);
        cli.run(&erase).fails(1, "Object Lock");
        is_locked(&cli, 20).await;
    }
}
