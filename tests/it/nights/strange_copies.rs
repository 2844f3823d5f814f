//! Archives in two stores in a world that nobody has planned: one store by two addresses, a copy that is damaged after its proof,
//! holds and erasures that come late.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::cli::{Cli, sql};
use super::scene::{RUN, archives, filled, night, set, store};

fn url(path: &Path) -> String {
    format!("file://{}", path.display())
}

/// The files of a store, but for the marks that tell whose it is.
fn files(folder: &Path) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.retain(|path| !path.ends_with("owner.json"));
    found.sort();
    found
}

fn first(cli: &Cli) -> PathBuf {
    cli.path("disk/events/prod")
}

fn second(cli: &Cli) -> PathBuf {
    cli.path("other")
}

fn in_two(cli: &Cli) {
    set(cli, &["--archive-after", "0d", "--store", &store(cli), "--copy", &url(&second(cli))]);
    night(cli, &[]);
}

#[test]
fn a_store_by_another_address_is_never_taken_for_a_second_one() {
    let cli = filled(2);
    set(&cli, &["--archive-after", "0d", "--store", &store(&cli)]);
    night(&cli, &[]);
    let (before, link) = (files(&first(&cli)), cli.path("link"));
    std::os::unix::fs::symlink(first(&cli), &link).unwrap();
    set(&cli, &["--copy", &url(&link)]);
    cli.run(&RUN).fails(4, "by another address");
    cli.run(&["archives", "copy", "--all"]).fails(4, "by another address");
    cli.run(&["coverage", "--copies", "2"]).fails(5, "");
    set(&cli, &["--remove-copy", &url(&link)]);
    set(&cli, &["--store", &url(&link)]);
    cli.run(&["archives", "copy", "--all", "--move", "--to", &url(&link), "--yes"]).fails(4, "by another address");
    assert_eq!(files(&first(&cli)), before);
    cli.run(&["coverage"]).succeeds();
    // As if the ledger had it from another program.
    let row = format!(
        "INSERT INTO eventodb_store.copies (archive, namespace, store_url, state)
         SELECT id, namespace, '{}', 'verified' FROM eventodb_store.archives WHERE namespace = '{}'",
        url(&link),
        cli.namespace
    );
    sql(&cli.db_url, &row);
    let out = cli.run(&["coverage", "--copies", "2"]);
    assert!(out.fails(5, "").stdout.contains("is another address of a store before it"), "{out:?}");
}

#[test]
fn a_move_onto_a_copy_that_was_damaged_since_moves_nothing() {
    let cli = filled(2);
    set(&cli, &["--archive-after", "0d", "--store", &store(&cli)]);
    night(&cli, &[]);
    let new = url(&second(&cli));
    set(&cli, &["--store", &new]);
    cli.run(&["archives", "copy", "--all", "--to", &new]).succeeds();
    let damaged = files(&second(&cli)).into_iter().find(|f| f.to_str().unwrap().ends_with(".heads.zst")).unwrap();
    std::fs::write(&damaged, "no list").unwrap();
    let before = files(&first(&cli));
    let moving = ["archives", "copy", "--all", "--move", "--to", &new, "--yes"];
    cli.run(&moving).fails(5, "--repair");
    assert_eq!(files(&first(&cli)).len(), before.len() - 3, "the other one is moved");
    cli.run(&["coverage"]).succeeds();
    cli.run(&["archives", "verify", "--all", "--repair"]).succeeds();
    cli.run(&moving).succeeds();
    assert!(files(&first(&cli)).is_empty());
    cli.run(&["archives", "verify", "--all"]).succeeds();
}

#[test]
fn a_move_that_was_broken_off_removes_nothing_where_the_new_copy_is_damaged_by_then() {
    let cli = filled(1);
    set(&cli, &["--archive-after", "0d", "--store", &store(&cli)]);
    night(&cli, &[]);
    let (new, before) = (url(&second(&cli)), files(&first(&cli)));
    set(&cli, &["--store", &new]);
    let killed = [("EVENTODB_FAILPOINTS", "copy.delete.before=kill")];
    let out = cli.run_in(&killed, &["archives", "copy", "--all", "--move", "--to", &new, "--yes"], b"");
    assert_ne!(out.code, 0, "{out:?}");
    let data = |folder: &Path| files(folder).into_iter().find(|f| f.to_str().unwrap().ends_with(".csv.zst")).unwrap();
    std::fs::write(data(&second(&cli)), "no messages").unwrap();
    let out = cli.run(&RUN);
    assert!(out.stderr.contains("read"), "{out:?}");
    assert_eq!(files(&first(&cli)), before, "{out:?}");
    // The way back: it is wanted as a copy again, and the damaged one is made anew from it.
    set(&cli, &["--copy", &store(&cli)]);
    cli.run(&["archives", "copy", "--all"]).succeeds();
    cli.run(&["archives", "verify", "--all", "--repair"]).succeeds();
    cli.run(&["coverage", "--copies", "2"]).succeeds();
}

#[test]
fn coverage_looks_for_the_objects_of_each_copy_whatever_the_ledger_says() {
    let cli = filled(1);
    in_two(&cli);
    for ending in [".csv.zst", ".heads.zst", ".manifest.json"] {
        let object = files(&second(&cli)).into_iter().find(|f| f.to_str().unwrap().ends_with(ending)).unwrap();
        std::fs::remove_file(&object).unwrap();
        let out = cli.run(&["coverage", "--copies", "2"]);
        assert!(out.fails(5, "--repair").stdout.contains("is in 1 of 2 stores"), "{out:?}");
        cli.run(&["archives", "verify", "--all", "--repair"]).succeeds();
        cli.run(&["coverage", "--copies", "2"]).succeeds();
    }
}

#[test]
fn what_was_to_be_moved_away_is_a_copy_again_where_it_is_wanted() {
    let cli = filled(1);
    in_two(&cli);
    // A run has ended before it removed the one that is left behind.
    let row = archives(&cli).remove(0);
    sql(&cli.db_url, &format!("UPDATE eventodb_store.copies SET state = 'deleting' WHERE archive = {}", row["id"]));
    cli.run(&["archives", "copy", "--all"]).succeeds();
    assert_eq!(archives(&cli)[0]["copies"], json!([url(&second(&cli))]));
    cli.run(&["coverage", "--copies", "2"]).succeeds();
}

#[test]
fn a_hold_that_comes_once_the_first_copy_is_gone_keeps_the_others() {
    let cli = filled(1);
    in_two(&cli);
    let (there, aside) = (second(&cli), cli.path("aside"));
    std::fs::rename(&there, &aside).unwrap();
    cli.run(&["archives", "prune", "--older-than", "1d", "--yes", "--confirm-count", "1"]).succeeds();
    std::fs::rename(&aside, &there).unwrap();
    let before = files(&there);
    cli.run(&["holds", "place", "--case", "4711", "--stream", "account-1"]).succeeds();
    let out = cli.run(&RUN);
    assert!(out.succeeds().stderr.contains("4711"), "{out:?}");
    let after: Vec<_> = files(&there).into_iter().filter(|path| !path.to_str().unwrap().contains("/holds/")).collect();
    assert_eq!(after, before);
    cli.run(&["holds", "release", "--case", "4711", "--yes"]).succeeds();
    cli.run(&RUN).succeeds();
    assert!(files(&there).iter().all(|path| path.to_str().unwrap().ends_with(".expired.json")));
}

#[test]
fn holds_come_along_to_every_store_that_copies_are_made_in() {
    let cli = filled(1);
    set(&cli, &["--archive-after", "0d", "--store", &store(&cli)]);
    night(&cli, &[]);
    cli.run(&["holds", "place", "--case", "4711", "--stream", "account-1"]).succeeds();
    let lacking = || cli.json(&["holds", "list"])[0]["lacking"].clone();
    set(&cli, &["--copy", &url(&second(&cli))]);
    night(&cli, &[]);
    assert_eq!(lacking(), json!([]), "the night has written it there");
    let third = url(&cli.path("third"));
    set(&cli, &["--copy", &third]);
    cli.run(&["archives", "copy", "--all"]).succeeds();
    assert_eq!(lacking(), json!([]));
    // Of a store that cannot be asked nobody can say that it has it.
    std::fs::rename(cli.path("third"), cli.path("aside")).unwrap();
    let listed = cli.run(&["holds", "list", "-o", "json"]);
    let rows: Value = serde_json::from_str(&listed.stdout).unwrap();
    assert_eq!(rows[0]["lacking"], json!([third]), "{listed:?}");
    let checks: Value = serde_json::from_str(&cli.run(&["doctor", "-o", "json"]).stdout).unwrap();
    let failed = checks.as_array().unwrap().iter().any(|c| c["check"] == "other stores" && c["verdict"] == "fail");
    assert!(failed, "{checks}");
}

#[test]
fn what_was_erased_while_a_store_was_out_of_service_goes_once_it_is_back() {
    let cli = filled(1);
    in_two(&cli);
    let (there, aside) = (second(&cli), cli.path("aside"));
    std::fs::rename(&there, &aside).unwrap();
    let erase = ["archives", "erase", "--stream", "account-1", "--reason", "r", "--yes"];
    cli.run(&erase).fails(1, "other");
    let out = cli.run(&["policy", "set", "--remove-copy", &url(&there)]);
    assert!(out.succeeds().stderr.contains("still to be removed from"), "{out:?}");
    std::fs::rename(&aside, &there).unwrap();
    let old = files(&there);
    set(&cli, &["--copy", &url(&there)]);
    cli.run(&RUN).succeeds();
    assert!(old.iter().all(|path| !path.exists()), "{old:?}");
    cli.run(&["coverage", "--copies", "2"]).succeeds();
    cli.run(&["archives", "show", &archives_of_all(&cli)[0].to_string()]).succeeds();
}

fn archives_of_all(cli: &Cli) -> Vec<i64> {
    let all = cli.json(&["archives", "list", "--all"]);
    all.as_array().unwrap().iter().map(|a| a["id"].as_i64().unwrap()).collect()
}

/// All objects of both stores.
fn everywhere(cli: &Cli) -> Vec<PathBuf> {
    let is_archive = |path: &PathBuf| path.to_str().is_some_and(|path| path.contains("/messages/"));
    [first(cli), second(cli)].iter().flat_map(|folder| files(folder)).filter(is_archive).collect()
}

#[test]
fn copies_of_an_archive_that_the_ledger_alone_calls_gone_stay() {
    let gone = "UPDATE eventodb_store.archives SET state = 'expired', objects = 'deleted' WHERE namespace = 'NAME'";
    let elsewhere = "INSERT INTO eventodb_store.copies (archive, namespace, store_url)
                     SELECT id, namespace, 'file:///tmp' FROM eventodb_store.archives WHERE namespace = 'NAME';
                     UPDATE eventodb_store.copies SET state = 'verified' WHERE namespace = 'NAME' AND store_url = 'file:///tmp';
                     SELECT count(eventodb_store.use_copy(a.id, a.store_url, 'file:///tmp'))
                       FROM eventodb_store.archives a WHERE a.namespace = 'NAME'";
    let erasing = "UPDATE eventodb_store.archives SET state = 'expired', objects = 'erasing' WHERE namespace = 'NAME'";
    for changes in [&[gone][..], &[elsewhere, gone], &[erasing]] {
        let cli = filled(2);
        in_two(&cli);
        let before = everywhere(&cli);
        assert_eq!(before.len(), 12);
        for change in changes {
            sql(&cli.db_url, &change.replace("NAME", &cli.namespace));
        }
        for args in [&RUN[..], &["archives", "sweep"], &["archives", "copy", "--all"]] {
            let out = cli.run(args);
            assert_eq!(everywhere(&cli), before, "{changes:?} {args:?}: {out:?}");
        }
        let out = cli.run(&["archives", "sweep"]);
        assert!(out.stderr.contains("nowhere else") || out.stdout.contains("nowhere else"), "{changes:?}: {out:?}");
    }
}

#[test]
fn an_archive_is_not_removed_as_its_own_copy_by_another_address() {
    let cli = filled(2);
    in_two(&cli);
    let before = everywhere(&cli);
    let alias = format!("file:///proc/self/root{}", first(&cli).display());
    sql(
        &cli.db_url,
        &format!(
            "INSERT INTO eventodb_store.copies (archive, namespace, store_url)
             SELECT id, namespace, '{alias}' FROM eventodb_store.archives WHERE namespace = '{0}';
             UPDATE eventodb_store.copies SET state = 'deleting' WHERE namespace = '{0}' AND store_url = '{alias}'",
            cli.namespace
        ),
    );
    for args in [&RUN[..], &["archives", "sweep"]] {
        let out = cli.run(args);
        assert_eq!(everywhere(&cli), before, "{args:?}: {out:?}");
        assert!(out.stderr.contains("by another address"), "{out:?}");
    }
}
