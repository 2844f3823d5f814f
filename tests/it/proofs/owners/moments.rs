//! The owner is asked again before each step that deletes: another database takes the store over right before it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::scene::{archive, broken, by_template, content, covered, id, owner, states, store};
use crate::proofs::cli::{Cli, Out, made_up, sql};

/// An owner with so many weeks of twenty messages.
fn filled(weeks: usize) -> Option<Cli> {
    let cli = owner()?;
    cli.run_with(&["messages", "import"], made_up(weeks, 20).as_bytes()).succeeds();
    Some(cli)
}

fn archived(weeks: usize) -> Option<Cli> {
    let cli = filled(weeks)?;
    archive(&cli);
    Some(cli)
}

/// The objects of archives, by name.
fn objects(cli: &Cli) -> BTreeMap<String, Vec<u8>> {
    let mut all = content(&cli.path("store"));
    all.retain(|name, _| !name.ends_with("owner.json"));
    all
}

/// Runs a verb to this failpoint, does something there, and lets it go on to its end.
#[track_caller]
fn held_at(cli: &Cli, point: &str, verb: &[&str], then: impl FnOnce()) -> Out {
    // Once the folder is gone, nobody waits there any more.
    let gate = cli.path("gate");
    std::fs::create_dir(&gate).unwrap();
    let held = gate.join("here");
    let mut was_held = false;
    let out = std::thread::scope(|scope| {
        let run = scope.spawn(|| broken(cli, &format!("{point}=wait:{}", held.display()), verb));
        while !held.exists() && !run.is_finished() {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        if held.exists() {
            was_held = true;
            then();
            std::fs::remove_dir_all(&gate).unwrap();
        }
        run.join().unwrap()
    });
    assert!(was_held, "it never came to {point}: {out:?}");
    out
}

/// The file with the mark of the namespace.
fn mark(cli: &Cli) -> PathBuf {
    cli.path("store").join(&cli.namespace).join("owner.json")
}

/// Runs a verb to this failpoint, puts another mark in the store as another database would, and lets it go on: the run says
/// whose the store is. The mark is what it was afterwards.
#[track_caller]
fn taken_over_at(cli: &Cli, point: &str, verb: &[&str]) -> Out {
    let (mark, mut ours) = (mark(cli), Vec::new());
    let out = held_at(cli, point, verb, || {
        ours = std::fs::read(&mark).unwrap();
        let mut theirs: serde_json::Value = serde_json::from_slice(&ours).unwrap();
        theirs["mark"] = uuid::Uuid::new_v4().to_string().into();
        theirs["epoch"] = (theirs["epoch"].as_i64().unwrap() + 1).into();
        std::fs::write(&mark, theirs.to_string()).unwrap();
    });
    std::fs::write(&mark, ours).unwrap();
    assert_eq!(out.code, 4, "{out:?}");
    assert!(out.stderr.contains("took them over"), "{out:?}");
    out
}

#[test]
fn a_sweep_deletes_no_second_object_once_the_store_is_anothers() {
    let Some(cli) = filled(1) else { return };
    assert_ne!(broken(&cli, "archive.read-back.before=error", &["chunks", "archive", "--older-than", "0d"]).code, 0);
    archive(&cli);
    let before = objects(&cli).len();
    taken_over_at(&cli, "sweep.delete.after", &["archives", "sweep", "--older-than", "0s"]);
    assert_eq!(objects(&cli).len(), before - 1);
    cli.run(&["archives", "sweep", "--older-than", "0s"]).succeeds();
    assert_eq!(objects(&cli).len(), before - 3);
    covered(&cli);
}

#[test]
fn no_archive_is_given_up_and_none_of_its_objects_deleted_once_the_store_is_anothers() {
    let Some(cli) = archived(2) else { return };
    let prune = ["archives", "prune", "--older-than", "0d", "--yes", "--confirm-count", "2"];
    let before = objects(&cli);
    // The ledger has given the first one up, and its objects are to go.
    taken_over_at(&cli, "expire.commit.after", &prune);
    let tombstones = |cli: &Cli| objects(cli).keys().filter(|name| name.contains(".expired.")).count();
    assert!(before.keys().all(|name| objects(&cli).contains_key(name)), "{:?}", objects(&cli).keys());
    // Only its tombstone is there: nobody has said that the second one may go.
    assert_eq!((tombstones(&cli), states(&cli).iter().filter(|s| *s == "dropped").count()), (1, 1));
    let prune = ["archives", "prune", "--older-than", "0d", "--superseded", "--yes"];
    cli.run(&prune);
    cli.run(&["archives", "sweep", "--older-than", "0s"]).succeeds();
    covered(&cli);
}

#[test]
fn a_second_archive_is_not_marked_as_given_up_once_the_store_is_anothers() {
    let Some(cli) = archived(2) else { return };
    let prune = ["archives", "prune", "--older-than", "0d", "--yes", "--confirm-count", "2"];
    taken_over_at(&cli, "expire.note.after", &prune);
    let left = objects(&cli);
    let tombstones = left.keys().filter(|name| name.contains(".expired.")).count();
    assert_eq!((tombstones, left.len()), (1, 4), "{:?}", left.keys());
    covered(&cli);
}

/// Ends all sessions of the program in this database, as a server does that fails over.
fn end_sessions(cli: &Cli) {
    sql(
        &cli.db_url,
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
          WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name LIKE 'eventodb-admin%'",
    );
}

/// Files below a folder that hold rows of messages, finished or not, each unpacked as far as it goes.
fn rows(folder: &std::path::Path) -> Vec<String> {
    let unpack = |bytes: &Vec<u8>| {
        let mut text = Vec::new();
        if let Ok(mut decoder) = zstd::Decoder::new(&bytes[..]) {
            // A part of a frame, too.
            let _ = std::io::Read::read_to_end(&mut decoder, &mut text);
        }
        String::from_utf8_lossy(&text).into_owned()
    };
    let all = content(folder);
    all.iter().filter(|(name, _)| name.contains(".csv")).map(|(_, bytes)| unpack(bytes)).collect()
}

const SECRET: &str = "4711-the-secret";

fn with_a_secret() -> Option<Cli> {
    let cli = filled(1)?;
    let line = format!(
        "{{\"stream\":\"person-1\",\"type\":\"T\",\"data\":{{\"name\":\"{SECRET}\"}},\"time\":\"2013-01-04T00:00:00Z\"}}\n"
    );
    cli.run_with(&["messages", "import"], line.as_bytes()).succeeds();
    Some(cli)
}

const ERASE: [&str; 7] = ["archives", "erase", "--stream", "person-1", "--reason", "asked for", "--yes"];

#[test]
fn a_run_that_stood_still_puts_nothing_in_the_store_that_was_erased_meanwhile() {
    for point in ["archive.finish-object.before", "archive.put-manifest.before"] {
        let Some(cli) = with_a_secret() else { return };
        let out = held_at(&cli, point, &["chunks", "archive", "--older-than", "0d"], || {
            end_sessions(&cli);
            cli.run(&ERASE).succeeds();
        });
        assert_ne!(out.code, 0, "{out:?}");
        assert!(rows(&cli.path("store")).iter().all(|text| !text.contains(SECRET)), "{point}");
        archive(&cli);
        assert!(rows(&cli.path("store")).iter().all(|text| !text.contains(SECRET)), "{point}");
        covered(&cli);
    }
}

#[test]
fn a_copy_that_stood_still_puts_nothing_in_its_store_that_was_erased_meanwhile() {
    for point in ["copy.begin-object.before", "copy.finish-object.before", "copy.put-manifest.before"] {
        let Some(cli) = with_a_secret() else { return };
        archive(&cli);
        let there = format!("file://{}", cli.path("other").display());
        let out = held_at(&cli, point, &["archives", "copy", "--all", "--to", &there, "--yes"], || {
            end_sessions(&cli);
            cli.run(&ERASE).succeeds();
        });
        assert_ne!(out.code, 0, "{out:?}");
        for folder in ["store", "other"] {
            assert!(rows(&cli.path(folder)).iter().all(|text| !text.contains(SECRET)), "{point} {folder}");
        }
        covered(&cli);
    }
}

#[test]
fn an_archive_that_is_written_again_for_an_erasure_brings_back_nothing_that_another_one_has_erased() {
    let Some(cli) = with_a_secret() else { return };
    archive(&cli);
    let other = ["archives", "erase", "--stream", "account-1", "--reason", "asked for", "--yes"];
    let out = held_at(&cli, "erase.finish-object.before", &other, || {
        end_sessions(&cli);
        cli.run(&ERASE).succeeds();
    });
    assert_ne!(out.code, 0, "{out:?}");
    assert!(rows(&cli.path("store")).iter().all(|text| !text.contains(SECRET)));
    covered(&cli);
}

#[test]
fn a_move_that_stood_still_deletes_nothing_that_a_later_one_has_come_to_count_on() {
    let Some(cli) = archived(1) else { return };
    let (here, there) = (store(&cli), format!("file://{}", cli.path("other").display()));
    let moving = |to: &str| -> Vec<String> {
        ["archives", "copy", "--all", "--move", "--yes", "--to", to].iter().map(|&word| word.to_owned()).collect()
    };
    let first = moving(&there);
    for point in ["copy.delete.before", "copy.delete.after"] {
        let out = held_at(&cli, point, &first.iter().map(String::as_str).collect::<Vec<_>>(), || {
            end_sessions(&cli);
            let back = moving(&here);
            cli.run(&back.iter().map(String::as_str).collect::<Vec<_>>()).succeeds();
        });
        assert_ne!(out.code, 0, "{out:?}");
        cli.run(&["archives", "verify", "--all"]).succeeds();
        covered(&cli);
    }
    cli.run(&["archives", "rehydrate", "1"]).succeeds();
}

#[test]
fn of_two_copies_the_second_stays_once_the_store_is_anothers() {
    let Some(cli) = filled(2) else { return };
    cli.run(&["chunks", "archive", "--older-than", "0d", "--keep"]).succeeds();
    let prune = ["archives", "prune", "--older-than", "0d", "--yes", "--confirm-count", "2"];
    let before = objects(&cli);
    taken_over_at(&cli, "prune.commit.after", &prune);
    assert_eq!(objects(&cli), before, "the first one is given up, and not yet deleted");
    assert_eq!(states(&cli), ["expired", "verified"]);
}

#[test]
fn an_erasure_writes_no_manifest_and_deletes_nothing_once_the_store_is_anothers() {
    let Some(cli) = archived(1) else { return };
    let erase = ["archives", "erase", "--stream", "account-1", "--reason", "x", "--yes"];
    let before = objects(&cli);
    taken_over_at(&cli, "erase.tell-exported.after", &erase);
    let manifests = |all: &BTreeMap<String, Vec<u8>>| all.keys().filter(|n| n.contains(".manifest.")).count();
    let after = objects(&cli);
    assert!(before.iter().all(|(name, bytes)| after.get(name) == Some(bytes)));
    assert_eq!(manifests(&after), manifests(&before));
    cli.run(&["archives", "verify", &id(&cli, 0)]).succeeds();
    cli.run(&erase).succeeds();
    covered(&cli);
}

#[test]
fn a_copy_of_the_database_that_was_made_in_mid_run_has_no_mark_that_the_store_still_has() {
    let Some(cli) = filled(1) else { return };
    archive(&cli);
    let read = |cli: &Cli| serde_json::from_slice::<serde_json::Value>(&std::fs::read(mark(cli)).unwrap()).unwrap();
    let known = || {
        sql(
            &cli.db_url,
            &format!(
                "SELECT concat_ws(' ', mark, next_mark) FROM eventodb_store.claims WHERE namespace = '{}'",
                cli.namespace
            ),
        )
    };
    let mut in_mid_run = String::new();
    cli.run(&["archives", "rehydrate", "--from", "2013-01-01"]).succeeds();
    super::scene::write_late(&cli, "2013-01-03T12:00:00Z", "late-1");
    held_at(&cli, "archive.read-back.after", &["chunks", "archive", "--older-than", "0d"], || in_mid_run = known())
        .succeeds();
    let after = read(&cli);
    let now = after["mark"].as_str().unwrap();
    assert!(!in_mid_run.is_empty() && !in_mid_run.contains(now), "{in_mid_run} is {now} still");
    assert!(known().contains(now), "the database does not know {now}");
    cli.run(&["archives", "sweep"]).succeeds();
    covered(&cli);
}

#[test]
fn a_store_whose_owner_was_at_work_since_the_claim_was_confirmed_is_not_taken_over() {
    let Some(cli) = archived(1) else { return };
    let copy = by_template(&cli);
    let claim = ["archives", "claim", "--yes"];
    let out = held_at(&copy, "lifecycle.lock.before", &claim, || {
        cli.run(&["archives", "sweep"]).succeeds();
    });
    out.fails(4, "its owner has changed it since it was confirmed").fails(4, "hint:");
    cli.run(&["archives", "sweep"]).succeeds();
    // Nobody is at work now.
    copy.run(&claim).succeeds();
    cli.run(&["archives", "sweep"]).fails(4, "took them over");
}
