//! `archives rekey`: nothing is left for the removed identity, neither in older generations, nor in versions that a bucket
//! hides, nor in further stores.

use std::path::PathBuf;

use super::cli::{Cli, sql};
use super::rekey::{files, in_a_folder, scene};
use super::scene::{id, schema, states};
use super::versions::Bucket;

#[test]
fn superseded_generations_that_the_removed_one_opens_and_what_the_ledger_does_not_know_are_told() {
    let scene = in_a_folder(1);
    let cli = &scene.cli;
    scene.archive();
    scene.run(&["archives", "rehydrate", "--from", "2013-01-01"]).succeeds();
    sql(&cli.db_url, &format!("UPDATE {}.messages SET data = data || '{{\"more\": 1}}'", schema(cli)));
    let again = scene.run(&["chunks", "archive", "--older-than", "0d"]);
    again.succeeds();
    assert!(again.stderr.contains("messages of archive 1 were changed since it was made"), "{again:?}");
    assert_eq!(states(cli), ["expired", "dropped"]);
    assert_eq!(scene.objects().len(), 4, "the older generation stays until it is pruned");
    // What somebody has copied there; the old content is in it alone.
    let copy = scene.objects().into_iter().find(|o| o.to_str().unwrap().ends_with(".csv.zst.age")).unwrap();
    let name = copy.to_str().unwrap().to_owned();
    let unknown = PathBuf::from(name.replace(".0001-", ".0009-"));
    std::fs::copy(&copy, &unknown).unwrap();

    let told = scene.run(&scene.rotation());
    told.fails(1, "still open to others").fails(1, "the ledger does not know it");
    told.fails(1, "it may be the only copy of what its messages were");
    let prune = ["archives", "prune", "--older-than", "0d", "--superseded", "--yes"];
    assert!(scene.run(&prune).succeeds().stderr.contains("--confirm-count 1"));
    assert_eq!(scene.objects().len(), 5);
    scene.run(&[&prune[..], &["--confirm-count", "1"]].concat()).succeeds();
    scene.run(&scene.rotation()).fails(1, "the ledger does not know it");
    std::fs::remove_file(&unknown).unwrap();
    let again = scene.run(&scene.rotation());
    again.succeeds();
    scene.assert_rotated();
    assert_eq!(scene.objects().len(), 2);
    assert_eq!(scene.run_as(&scene.new, &["coverage", "-o", "json"]).json()["verdict"], "complete");
}

/// A manifest that says other recipients than its object has, and what lies in the clear beside an archive that is sound: neither
/// is excused.
#[test]
fn a_manifest_that_lies_and_a_file_in_the_clear_beside_an_archive_are_told() {
    let scene = in_a_folder(1);
    scene.archive();
    let data = scene.objects().into_iter().find(|o| o.to_str().unwrap().ends_with(".csv.zst.age")).unwrap();
    let data = data.to_str().unwrap();
    let stem = data.strip_suffix(".csv.zst.age").unwrap();
    let planted = stem.replace(".0001-", ".0007-");
    let beside = |stem: &str| -> Vec<PathBuf> {
        let all = files(&scene.cli.path("store").join(&scene.cli.namespace), |_| true);
        all.into_iter().filter(|file| file.to_str().unwrap().starts_with(stem)).collect()
    };
    for file in beside(stem) {
        std::fs::copy(&file, file.to_str().unwrap().replace(stem, &planted)).unwrap();
    }
    let manifest = std::fs::read_to_string(format!("{stem}.manifest.json")).unwrap();
    let lie = manifest.replace(&scene.old.recipient, &scene.new.recipient).replace(".0001-", ".0007-");
    assert_ne!(lie, manifest);
    std::fs::write(format!("{planted}.manifest.json"), lie).unwrap();
    for _ in 0..2 {
        scene.run(&scene.rotation()).fails(1, "still open to others").fails(1, ".0007-");
    }
    beside(&planted).iter().for_each(|file| std::fs::remove_file(file).unwrap());
    scene.run(&scene.rotation()).succeeds();
    let rotated = scene.objects().into_iter().find(|o| o.to_str().unwrap().ends_with(".csv.zst.age")).unwrap();
    let clear = rotated.to_str().unwrap().strip_suffix(".age").unwrap().to_owned();
    std::fs::write(&clear, "looked at").unwrap();
    scene.run(&scene.rotation()).fails(1, "still open to others").fails(1, "not encrypted");
    std::fs::remove_file(&clear).unwrap();
    scene.run(&scene.rotation()).succeeds();
}

#[tokio::test]
async fn hidden_versions_go_too_and_so_do_those_of_archives_that_were_pruned() {
    let test = "hidden_versions_go_too_and_so_do_those_of_archives_that_were_pruned";
    let Some(bucket) = Bucket::new(test, false).await else { return };
    let scene = scene(bucket.set(Cli::new()), 2);
    scene.archive();
    let old = bucket.versions().await;
    assert_eq!(old.len(), 6, "{old:?}");
    // Hidden by somebody, and put there again.
    let data = old.iter().find(|k| k.ends_with(".csv.zst.age")).unwrap();
    let body = bucket.client.get_object().bucket(&bucket.name).key(data).send().await.unwrap();
    let body = body.body.collect().await.unwrap().into_bytes();
    bucket.client.delete_object().bucket(&bucket.name).key(data).send().await.unwrap();
    bucket.client.put_object().bucket(&bucket.name).key(data).body(body.into()).send().await.unwrap();
    // A generation that was pruned: the bucket has hidden it, and keeps it.
    scene.run(&["archives", "rehydrate", &id(&scene.cli, 1)]).succeeds();
    sql(&scene.cli.db_url, &format!("UPDATE {}.messages SET data = data || '{{\"more\": 1}}'", schema(&scene.cli)));
    scene.archive();
    scene.run(&["archives", "prune", "--older-than", "1d", "--superseded", "--yes", "--confirm-count", "1"]).succeeds();

    scene.run(&scene.rotation()).succeeds();
    let all = bucket.client.list_object_versions().bucket(&bucket.name).send().await.unwrap();
    let mut seen = 0;
    for version in all.versions().iter().filter(|v| v.key().unwrap().ends_with(".age")) {
        let get = bucket.client.get_object().bucket(&bucket.name).key(version.key().unwrap());
        let body = get.version_id(version.version_id().unwrap()).send().await.unwrap();
        let bytes = body.body.collect().await.unwrap().into_bytes();
        let frames = scene.new.opens(&bytes);
        assert!(frames.0 == frames.1 && frames.1 > 0, "{:?}", version.key());
        assert_eq!(scene.old.opens(&bytes).0, 0, "{:?}", version.key());
        seen += 1;
    }
    assert_eq!(seen, 4);
    assert_eq!(scene.run_as(&scene.new, &["coverage", "-o", "json"]).json()["verdict"], "complete");
}

#[tokio::test]
async fn what_is_locked_is_told_as_open_to_others_until_it_can_go() {
    let test = "what_is_locked_is_told_as_open_to_others_until_it_can_go";
    let Some(bucket) = Bucket::new(test, true).await else { return };
    let scene = scene(bucket.set(Cli::new()), 1);
    scene.archive();
    let old = bucket.versions().await;
    for _ in 0..2 {
        let out = scene.run(&scene.rotation());
        out.fails(1, "Object Lock").fails(1, "not all of it is done yet");
        assert_eq!(states(&scene.cli), ["expired", "dropped"], "it is not encrypted once more");
    }
    let left = bucket.versions().await;
    assert!(old.iter().all(|k| left.contains(k)), "{left:?}");
    scene.run_as(&scene.new, &["archives", "verify", "--all"]).succeeds();
}

#[test]
fn copies_in_a_further_store_are_rotated_as_well_and_named_where_it_is_away() {
    let s = in_a_folder(2);
    let second = s.cli.second_store();
    s.run(&["policy", "set", "--yes", "--archive-after", "0d", "--copy", &second]).succeeds();
    s.archive();
    let copies = || files(&s.cli.path("second-store").join(&s.cli.namespace), |name| name.contains(".age"));
    assert_eq!(copies().len(), s.objects().len());
    // One run without the second store: it says that copies are left there.
    let (there, aside) = (s.cli.path("second-store"), s.cli.path("aside"));
    std::fs::rename(&there, &aside).unwrap();
    s.run(&s.rotation()).fails(1, "second-store");
    std::fs::rename(&aside, &there).unwrap();
    s.run(&s.rotation()).succeeds();
    s.run(&["lifecycle", "run"]).succeeds();
    s.assert_rotated();
    assert_eq!(copies().len(), s.objects().len());
    for object in copies() {
        assert_eq!(s.old.opens(&std::fs::read(&object).unwrap()).0, 0, "{object:?}");
    }
    s.run_as(&s.new, &["coverage", "--copies", "2"]).succeeds();
}

#[test]
fn what_the_removed_one_opens_in_a_further_store_alone_is_found() {
    let s = in_a_folder(1);
    let second = s.cli.second_store();
    s.run(&["policy", "set", "--yes", "--archive-after", "0d", "--copy", &second]).succeeds();
    s.archive();
    let copies = || files(&s.cli.path("second-store").join(&s.cli.namespace), |name| name.contains(".age"));
    let old = copies().into_iter().find(|name| name.to_str().unwrap().contains(".csv.")).unwrap();
    let unknown = old.to_str().unwrap().replace(".0001-", ".0009-");
    let content = std::fs::read(&old).unwrap();
    s.run(&s.rotation()).succeeds();
    // What somebody has copied there; the first store has nothing of it.
    std::fs::write(&unknown, content).unwrap();
    s.run(&s.rotation()).fails(1, "still open to others").fails(1, "second-store");
    std::fs::remove_file(&unknown).unwrap();
    s.run(&s.rotation()).succeeds();
    // Of a store that is away nobody can say it.
    let (there, aside) = (s.cli.path("second-store"), s.cli.path("aside"));
    std::fs::rename(&there, &aside).unwrap();
    let out = s.run(&s.rotation());
    out.fails(1, "second-store");
    assert!(!out.stderr.contains("looked through"), "{out:?}");
    std::fs::rename(&aside, &there).unwrap();
    s.run(&s.rotation()).succeeds();
}
