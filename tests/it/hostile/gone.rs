//! The store is gone and the database is left: what an operator learns in that hour.

use serde_json::Value;

use super::cli::Out;
use super::proxy::Harm;
use super::scene::{ARCHIVE, COVERAGE, DROP, EVERY, KEEP, Kind, REHYDRATE, Scene, TRIES, VERIFY, is_any, is_get, says};

const EXTENTS: [(&str, i64, i64); 3] =
    [("2013-01-03 to 2013-01-10", 1, 40), ("2013-01-10 to 2013-01-17", 41, 80), ("2013-01-17 to 2013-01-24", 81, 120)];

fn parsed(out: &Out) -> Value {
    serde_json::from_str(&out.stdout).unwrap_or_else(|e| panic!("{e}: {out:?}"))
}

/// Each of the three ranges is named with its time, its messages and its global positions, for people and scripts.
fn assert_verified(out: &Out, code: i32, result: &str) {
    assert_eq!(out.code, code, "{out:?}");
    let all = parsed(out);
    for (n, (range, first, last)) in EXTENTS.iter().enumerate() {
        let row = &all[n];
        assert_eq!(row["result"], result, "{out:?}");
        assert_eq!((&row["messages"], &row["first_global_position"]), (&40.into(), &(*first).into()), "{out:?}");
        assert_eq!(row["last_global_position"], *last, "{out:?}");
        assert!(row["range_start"].as_str().unwrap().starts_with(&range[..10]), "{out:?}");
        assert!(row["range_end"].as_str().unwrap().starts_with(&range[14..]), "{out:?}");
        let extent = format!("({range}, 40 messages, global positions {first} to {last})");
        assert!(out.stderr.contains(&extent), "no {extent} in {out:?}");
    }
    assert!(out.stderr.contains("hint: "), "{out:?}");
}

fn assert_covered(out: &Out, code: i32, verdict: &str, kind: &str) {
    assert_eq!(out.code, code, "{out:?}");
    let coverage = parsed(out);
    assert_eq!(coverage["verdict"], verdict, "{out:?}");
    assert_eq!((&coverage["hot_messages"], &coverage["archived_messages"]), (&0.into(), &120.into()));
    let findings = coverage["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 3, "nothing but the archives: {out:?}");
    for (finding, (range, first, last)) in findings.iter().zip(EXTENTS) {
        assert_eq!(finding["kind"], kind, "{out:?}");
        let extent = format!("({range}, 40 messages, global positions {first} to {last})");
        assert!(finding["text"].as_str().unwrap().contains(&extent), "no {extent} in {out:?}");
    }
    assert!(out.stderr.contains("hint: "), "{out:?}");
}

async fn archived(kind: Kind) -> Scene {
    let scene = Scene::of(kind, 3, 40).await;
    scene.run(&ARCHIVE).await.succeeds();
    scene
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_that_was_emptied_costs_every_range_by_name_and_what_is_put_back_is_whole() {
    let mut scene = archived(Kind::S3).await;
    let before = scene.picture().await;
    let mut saved = Vec::new();
    for key in scene.objects().await {
        saved.push((key.clone(), scene.read(&key).await));
        scene.delete(&key).await;
    }
    assert_eq!(saved.len(), 10, "three objects an archive, and the mark of their owner");
    assert_verified(&scene.run(&VERIFY).await, 5, "failed");
    assert_covered(&scene.run(&COVERAGE).await, 5, "incomplete", "archive");
    scene.run(&REHYDRATE).await.fails(5, "0 done; 3 archives failed");
    scene.run(&["messages", "read", "--category", "account"]).await.fails(5, "archive");
    assert_eq!(scene.picture().await, before);
    for (key, bytes) in saved {
        scene.replace(&key, &bytes).await;
    }
    scene.run(&VERIFY).await.succeeds();
    scene.assert_whole("put back").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_that_is_gone_costs_every_range_by_name() {
    let mut scene = archived(Kind::S3).await;
    // As the service answers where the bucket was removed: it has never had this one.
    let there = scene.lab.store.url().to_string();
    let gone = "s3://eventodb-no-such-bucket/archive";
    let set = |url: &str| {
        format!(
            "UPDATE eventodb_store.archives SET store_url = '{url}' WHERE namespace = '{}'",
            scene.lab.scope.namespace()
        )
    };
    let (away, back) = (set(gone), set(&there));
    scene.lab.sql(&away).await;
    let before = scene.picture().await;
    let out = scene.run(&VERIFY).await;
    assert_verified(&out, 5, "failed");
    assert!(out.stderr.contains("there is no bucket eventodb-no-such-bucket"), "{out:?}");
    let out = scene.run(&COVERAGE).await;
    assert_covered(&out, 5, "incomplete", "archive");
    assert!(out.stderr.contains("there is no bucket eventodb-no-such-bucket"), "{out:?}");
    scene.run(&REHYDRATE).await.fails(5, "there is no bucket eventodb-no-such-bucket");
    assert_eq!(scene.picture().await, before);
    // Found again elsewhere.
    for args in [&VERIFY[..], &COVERAGE] {
        scene.run(&[args, &["--store", &there]].concat()).await.succeeds();
    }
    scene.lab.sql(&back).await;
    scene.assert_whole("back").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_gone_costs_every_range_by_name_and_is_not_made_anew() {
    let mut scene = archived(Kind::Folder).await;
    let before = scene.picture().await;
    let folder = scene.lab.dir.path().to_owned();
    let aside = folder.with_extension("aside");
    std::fs::rename(&folder, &aside).unwrap();
    assert_verified(&scene.run(&VERIFY).await, 5, "failed");
    assert_covered(&scene.run(&COVERAGE).await, 5, "incomplete", "archive");
    scene.run(&REHYDRATE).await.fails(4, "there is no such folder").fails(4, "mount the disk");
    assert!(!folder.exists(), "an empty folder would hide that it is not mounted");
    assert_eq!(scene.picture().await, before);
    std::fs::rename(&aside, &folder).unwrap();
    scene.assert_whole("mounted again").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_cannot_be_reached_leaves_every_range_unproven_by_name_and_is_asked_once() {
    let mut scene = archived(Kind::S3).await;
    let before = scene.picture().await;
    let nowhere = "http://127.0.0.1:1";
    let ((verified, one), (covered, two), unheard_of) = tokio::join!(
        scene.run_with(EVERY, is_any, Harm::Reset, &VERIFY),
        scene.run_with(EVERY, is_any, Harm::Reset, &COVERAGE),
        scene.run_by(nowhere, &VERIFY),
    );
    assert_verified(&verified, 1, "unknown");
    assert_covered(&covered, 1, "unproven", "unproven");
    // Five tries for the first archive, five for the bucket, none for the others.
    assert_eq!((one.harmed(), two.harmed()), (2 * TRIES, 2 * TRIES));
    assert_verified(&unheard_of, 1, "unknown");
    assert!(unheard_of.stderr.contains("nothing listens"), "{unheard_of:?}");
    assert_eq!(scene.picture().await, before);
    scene.assert_whole("reached again").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_archive_that_may_not_be_read_says_nothing_about_the_others() {
    let scene = archived(Kind::S3).await;
    let is_second = |head: &str| is_get(head) && head.contains("20130110T000000Z_");
    let (out, _) = scene.run_with(EVERY, is_second, says(403, "AccessDenied"), &VERIFY).await;
    out.fails(1, "2 done; 1 archive failed");
    let all = parsed(&out);
    let results: Vec<_> = all.as_array().unwrap().iter().map(|r| r["result"].as_str().unwrap()).collect();
    assert_eq!(results, ["ok", "unknown", "ok"]);
    let (out, _) = scene.run_with(EVERY, is_second, says(403, "AccessDenied"), &COVERAGE).await;
    let coverage = parsed(&out);
    assert_eq!((out.code, coverage["findings"].as_array().unwrap().len()), (1, 1), "{out:?}");
    // One that is lost counts more than one that is not known.
    let first = scene.lab.archives().await.remove(0);
    scene.delete(&first.object_key.unwrap()).await;
    let (out, _) = scene.run_with(EVERY, is_second, says(403, "AccessDenied"), &COVERAGE).await;
    let coverage = parsed(&out);
    assert_eq!((out.code, &coverage["verdict"]), (5, &"incomplete".into()), "{out:?}");
    assert_eq!(coverage["findings"].as_array().unwrap().len(), 2, "{out:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_chunk_stays_where_the_store_is_gone() {
    for kind in [Kind::S3, Kind::Folder] {
        let scene = Scene::of(kind, 2, 40).await;
        scene.run(&KEEP).await.succeeds();
        let before = scene.picture().await;
        for key in scene.objects().await {
            scene.delete(&key).await;
        }
        scene
            .run(&DROP)
            .await
            .fails(4, if kind == Kind::S3 { "nothing of the namespace" } else { "the folder is empty" });
        assert_eq!(scene.picture().await, before);
        // All is in the database.
        scene.run(&COVERAGE).await.succeeds();
        if kind == Kind::Folder {
            std::fs::remove_dir_all(scene.lab.dir.path()).unwrap();
            scene.run(&DROP).await.fails(4, "there is no such folder").fails(4, "mount the disk");
            assert_eq!(scene.picture().await, before);
        }
        // It may be that it is not mounted, or another one: nothing is written until it is claimed anew.
        scene.run(&ARCHIVE).await.fails(4, "archives claim");
        assert_eq!(scene.picture().await, before);
        scene.run(&["archives", "claim", "--yes"]).await.succeeds();
        // The chunks are whole: they are archived anew.
        scene.run(&ARCHIVE).await.succeeds();
        scene.run(&VERIFY).await.succeeds();
        scene.run(&COVERAGE).await.succeeds();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn archiving_into_a_bucket_that_is_not_there_touches_nothing() {
    let scene = Scene::new(1, 40).await;
    let before = scene.picture().await;
    let args = [&ARCHIVE[..], &["--store", "s3://eventodb-no-such-bucket/archive"]].concat();
    scene.run(&args).await.fails(3, "create it");
    assert_eq!(scene.picture().await, before);
    scene.run(&COVERAGE).await.succeeds();
}
