//! Stores that are new, from before there were marks, not mounted, emptied, moved, or another one than last time.

use std::path::Path;
use std::process::Command;

use super::scene::{
    archive, broken, by_template, content, covered, export, goes_on, id, of, owner, prepared, sql_plain, states,
    write_late,
};
use crate::proofs::cli::{Cli, made_up, sql, var};

fn filled() -> Option<Cli> {
    let cli = owner()?;
    cli.run_with(&["messages", "import"], made_up(2, 20).as_bytes()).succeeds();
    Some(cli)
}

fn mark(cli: &Cli) -> std::path::PathBuf {
    cli.path("store").join(&cli.namespace).join("owner.json")
}

/// As a program of before there were marks has left it.
fn without_marks(cli: &Cli) {
    std::fs::remove_file(mark(cli)).unwrap();
    sql(&cli.db_url, "DELETE FROM eventodb_store.claims");
}

#[test]
fn the_first_run_makes_a_store_its_own_and_moves_the_mark_on() {
    let Some(cli) = filled() else { return };
    archive(&cli);
    let read = || -> serde_json::Value { serde_json::from_slice(&std::fs::read(mark(&cli)).unwrap()).unwrap() };
    let first = read();
    assert_eq!((first["format_version"].as_i64(), first["epoch"].as_i64()), (Some(1), Some(1)), "{first}");
    assert!(cli.db_url.ends_with(first["database"].as_str().unwrap()), "{first}");
    cli.run(&["archives", "sweep"]).succeeds();
    let second = read();
    assert_eq!(first["claim_id"], second["claim_id"]);
    assert_ne!(first["mark"], second["mark"]);
    let manifest = cli.json(&["archives", "show", &id(&cli, 0)]);
    assert!(manifest.to_string().contains(first["claim_id"].as_str().unwrap()), "{manifest}");
    let doctor = cli.run(&["doctor"]);
    assert!(doctor.stdout.contains("this database: database"), "{doctor:?}");
    let ledger = sql(&cli.db_url, "SELECT mark::text FROM eventodb_store.claims WHERE next_mark IS NULL");
    assert_eq!(second["mark"], ledger.as_str());
}

#[test]
fn archives_of_before_there_were_marks_are_their_databases_and_not_a_copys() {
    let Some(cli) = owner() else { return };
    prepared(&cli);
    without_marks(&cli);
    let copy = by_template(&cli);
    let before = content(&cli.path("store"));
    copy.run(&["archives", "sweep", "--older-than", "0s"]).fails(4, "the newest archive there is of database");
    copy.run(&["archives", "erase", "--stream", "account-1", "--reason", "x", "--yes"]).fails(4, "archives claim");
    copy.run(&["lifecycle", "run"]).fails(4, "archives claim");
    assert!(content(&cli.path("store")) == before, "the copy has changed the store");
    goes_on(&cli);
    assert!(mark(&cli).exists());
}

#[test]
fn archives_that_the_ledger_does_not_know_are_nobodys_to_change() {
    let Some(cli) = filled() else { return };
    archive(&cli);
    without_marks(&cli);
    // An older backup of before there were marks.
    sql(&cli.db_url, "DELETE FROM eventodb_store.archives WHERE id = (SELECT max(id) FROM eventodb_store.archives)");
    write_late(&cli, "2013-01-03T12:00:00Z", "late-1");
    cli.run(&["chunks", "archive", "--older-than", "0d"]).fails(4, "which the ledger does not know");
    cli.run(&["archives", "claim", "--yes"]).succeeds();
    cli.run(&["archives", "sync"]).succeeds();
    archive(&cli);
    covered(&cli);
}

#[test]
fn a_disk_that_is_not_mounted_is_told_and_nothing_is_written_beside_it() {
    let Some(cli) = filled() else { return };
    cli.run(&["chunks", "archive", "--older-than", "0d"]).succeeds();
    cli.run(&["policy", "set", "--archive-after", "1d", "--store", &super::scene::store(&cli)]).succeeds();
    write_late(&cli, "2013-01-03T12:00:00Z", "late-1");
    let (folder, away) = (cli.path("store"), cli.path("away"));
    let live = || sql(&cli.db_url, &format!("SELECT count(*) FROM {}.messages", super::scene::schema(&cli)));
    let verbs: [&[&str]; 3] =
        [&["chunks", "archive", "--older-than", "0d"], &["lifecycle", "run"], &["archives", "sweep"]];
    std::fs::rename(&folder, &away).unwrap();
    for (verb, code, why) in
        [(verbs[0], 4, "mount the disk"), (verbs[1], 4, "mount the disk"), (verbs[2], 4, "mount the disk")]
    {
        cli.run(verb).fails(code, why);
        assert!(!folder.exists(), "{verb:?} has made the folder anew");
    }
    // A mount point that is itself the store.
    std::fs::create_dir(&folder).unwrap();
    for verb in verbs {
        cli.run(verb).fails(4, "the folder is empty").fails(4, "is the disk mounted");
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0, "{verb:?} has written beside the disk");
    }
    let doctor = cli.run(&["doctor"]);
    assert!(doctor.code == 1 && doctor.stdout.contains("the folder is empty"), "{doctor:?}");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0, "doctor has written beside the disk");
    assert_eq!(live(), "1");
    // Another disk, with things of others.
    std::fs::write(folder.join("lost+found"), "").unwrap();
    cli.run(verbs[0]).fails(4, "nothing of the namespace is there");
    std::fs::remove_dir_all(&folder).unwrap();
    std::fs::rename(&away, &folder).unwrap();
    archive(&cli);
    covered(&cli);

    // Lost for good: told so, it begins anew there.
    std::fs::remove_dir_all(&folder).unwrap();
    write_late(&cli, "2013-01-03T13:00:00Z", "late-2");
    cli.run(verbs[0]).fails(4, "mount the disk");
    assert_eq!(cli.json(&["archives", "claim", "--yes"])["result"], "claimed");
    archive(&cli);
    cli.run(&["coverage"]).fails(5, "");
}

#[test]
fn a_mark_that_was_removed_or_damaged_is_no_invitation() {
    let Some(cli) = filled() else { return };
    archive(&cli);
    std::fs::write(mark(&cli), "{").unwrap();
    cli.run(&["archives", "sweep"]).fails(4, "cannot be read");
    std::fs::remove_file(mark(&cli)).unwrap();
    cli.run(&["archives", "sweep"]).fails(4, "owner.json");
    cli.run(&["archives", "claim", "--yes"]).succeeds();
    cli.run(&["archives", "sweep"]).succeeds();
    // Of a program to come.
    let text = std::fs::read_to_string(mark(&cli)).unwrap().replace("\"format_version\": 1", "\"format_version\": 2");
    std::fs::write(mark(&cli), text).unwrap();
    cli.run(&["archives", "sweep"]).fails(8, "newer");
}

#[test]
fn a_store_that_was_moved_with_its_mark_is_still_its_databases() {
    let Some(cli) = owner() else { return };
    prepared(&cli);
    let older = cli.path("older");
    copy_folder(&cli.path("store"), &older);
    let moved = cli.path("moved");
    std::fs::rename(cli.path("store"), &moved).unwrap();
    let url = format!("file://{}", moved.display());
    let cli = cli.with("EVENTODB_STORE", &url);
    cli.run(&["policy", "set", "--store", &url]).succeeds();
    write_late(&cli, "2013-01-10T12:00:00Z", "late-2");
    archive(&cli);
    cli.run(&["archives", "sweep", "--older-than", "0s"]).succeeds();
    cli.run(&["lifecycle", "run"]).succeeds();
    let erase = ["archives", "erase", "--stream", "account-1", "--reason", "x", "--yes", "--store"];
    cli.run(&[&erase[..], &[&url]].concat()).succeeds();
    cli.run(&["archives", "verify", "--all", "--store", &url]).succeeds();
    cli.run(&["coverage", "--store", &url]).succeeds();
    // An older copy of the store is not.
    let url = format!("file://{}", older.display());
    let before = content(&older);
    cli.run(&["archives", "sweep", "--older-than", "0s", "--store", &url]).fails(4, "archives claim");
    assert!(content(&older) == before);
}

fn copy_folder(from: &Path, to: &Path) {
    assert!(Command::new("cp").args(["-a"]).args([from, to]).status().unwrap().success());
}

#[test]
fn an_archive_in_another_store_than_the_runs_is_said_to_be_elsewhere_and_not_damaged() {
    let Some(cli) = filled() else { return };
    archive(&cli);
    let all = export(&{
        cli.run(&["archives", "rehydrate", "--from", "1970-01-01"]).succeeds();
        of(&cli, &cli.db_url)
    });
    let other = format!("file://{}", cli.path("other").display());
    let out = cli.run(&["chunks", "archive", "--older-than", "0d", "--store", &other]);
    assert!(!out.succeeds().stderr.contains("damaged"), "{out:?}");
    assert!(out.stderr.contains("lies in file://"), "{out:?}");
    covered(&cli);
    // What lies elsewhere was compared there, once nothing of it was live any more.
    assert_eq!(states(&cli), ["expired", "expired", "dropped", "dropped"]);
    covered(&cli);
    let back = cli.run_in(&[("EVENTODB_STORE", "")], &["archives", "rehydrate", "--from", "1970-01-01"], b"");
    back.succeeds();
    assert!(export(&cli) == all);
    // Dropped on the word of an archive that is elsewhere: not at all.
    let out = cli.run(&["chunks", "drop", "--older-than", "0d", "--store", &super::scene::store(&cli)]);
    out.fails(1, "it lies in");
    assert!(!out.stderr.contains("damaged") && out.stderr.contains(&other), "{out:?}");
}

#[test]
fn two_that_come_first_to_one_store_do_not_both_get_it() {
    let Some(cli) = filled() else { return };
    let copy = by_template(&cli);
    // Both have found no mark; the copy writes first.
    let held = cli.path("held");
    let armed = format!("claim.mark.before=wait:{}", held.display());
    std::thread::scope(|scope| {
        let run = scope.spawn(|| broken(&cli, &armed, &["chunks", "archive", "--older-than", "0d"]));
        while !held.exists() {
            assert!(!run.is_finished());
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        let other = format!("claim.tell-done.before=wait:{}", cli.path("other").display());
        let second = scope.spawn(move || broken(&copy, &other, &["chunks", "archive", "--older-than", "0d"]));
        while !cli.path("other").exists() {
            assert!(!second.is_finished());
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        // The mark is moved on once more at the end of a run.
        while !run.is_finished() {
            let _ = std::fs::remove_file(&held);
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        let first = run.join().unwrap();
        std::fs::remove_file(cli.path("other")).unwrap();
        let second = second.join().unwrap();
        // A folder knows no conditions: who writes last has it, and the other stops before its drop.
        assert_eq!(first.code, 0, "{first:?}");
        assert_eq!(second.code, 4, "{second:?}");
    });
    covered(&cli);
}

/// On S3 below a prefix of its own.
fn on_s3() -> Option<Cli> {
    let mut cli = Cli::alone()?;
    for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_ENDPOINT_URL_S3"] {
        cli = cli.with(name, &var(name));
    }
    if let Ok(path_style) = std::env::var("EVENTODB_S3_PATH_STYLE") {
        cli = cli.with("EVENTODB_S3_PATH_STYLE", &path_style);
    }
    let url = format!("s3://{}/{}", var("EVENTODB_TEST_S3_BUCKET"), uuid::Uuid::new_v4().simple());
    let cli = cli.with("EVENTODB_STORE", &url);
    cli.run(&["namespaces", "create", &cli.namespace, "--compress-after", "never"]).succeeds();
    Some(cli)
}

#[test]
fn on_s3_a_copy_is_refused_until_it_claims_and_then_the_original_is() {
    let Some(cli) = on_s3() else { return };
    prepared(&cli);
    let copy = by_template(&cli);
    // What lies there is compared by a third look: every archive reads back after each refusal.
    super::scene::may_only_read(&copy, "a copy of it", || {
        cli.run(&["archives", "verify", "--all"]).succeeds();
        std::collections::BTreeMap::new()
    });
    goes_on(&cli);
    copy.run(&["archives", "claim", "--yes"]).succeeds();
    cli.run(&["archives", "sweep"]).fails(4, "took them over");
    cli.run(&["lifecycle", "run"]).fails(4, "took them over");
    copy.run(&["archives", "sweep"]).succeeds();
}

#[test]
fn another_endpoint_or_an_emptied_bucket_is_told_and_not_written_to() {
    let Some(cli) = on_s3() else { return };
    cli.run_with(&["messages", "import"], made_up(2, 20).as_bytes()).succeeds();
    archive(&cli);
    write_late(&cli, "2013-01-03T12:00:00Z", "late-1");
    // The same URL at another service: here, a prefix that has nothing under the same name in the ledger.
    let nowhere = format!("s3://{}/{}", var("EVENTODB_TEST_S3_BUCKET"), uuid::Uuid::new_v4().simple());
    let url = super::scene::store(&cli);
    for table in ["claims", "archives"] {
        sql(
            &cli.db_url,
            &format!("UPDATE eventodb_store.{table} SET store_url = '{nowhere}' WHERE store_url = '{url}'"),
        );
    }
    let elsewhere = of(&cli, &cli.db_url).with("EVENTODB_STORE", &nowhere);
    for verb in [&["chunks", "archive", "--older-than", "0d"][..], &["archives", "sweep"]] {
        elsewhere.run(verb).fails(4, "nothing of the namespace is there").fails(4, "endpoint");
    }
    sql_plain(&cli.db_url, "DELETE FROM eventodb_store.claims");
    elsewhere.run(&["archives", "sweep"]).fails(4, "none of them is there");
}
