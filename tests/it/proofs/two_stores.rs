//! Archives in two stores, one of which goes away while a run is at work, is another database's, or is full of something else.

use std::path::{Path, PathBuf};

use crate::proofs::cli::{Cli, Out, made_up, sql};

fn store(cli: &Cli, name: &str) -> String {
    format!("file://{}", folder(cli, name).display())
}

fn folder(cli: &Cli, name: &str) -> PathBuf {
    cli.path("disks").join(name)
}

/// All files below a folder.
fn walk(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

/// Two weeks that are due, and a policy with two stores.
fn filled(before_drop: &str) -> Cli {
    let cli = Cli::new();
    cli.run_with(&["messages", "import"], made_up(2, 20).as_bytes()).succeeds();
    std::fs::create_dir_all(cli.path("disks")).unwrap();
    let words = ["policy", "set", "--yes", "--archive-after", "0d", "--drop-after-copies", before_drop];
    cli.run(&[&words[..], &["--store", &store(&cli, "one"), "--copy", &store(&cli, "two")]].concat()).succeeds();
    cli
}

/// Runs a verb to this failpoint, does something there, and lets it go on. `None` where it never comes there.
fn held_at(cli: &Cli, point: &str, verb: &[&str], then: impl FnOnce()) -> Option<Out> {
    let gate = cli.path("gate");
    std::fs::create_dir(&gate).unwrap();
    let held = gate.join("here");
    let armed = format!("{point}=wait:{}", held.display());
    std::thread::scope(|scope| {
        let run = scope.spawn(|| cli.run_in(&[("EVENTODB_FAILPOINTS", &armed)], verb, b""));
        while !held.exists() && !run.is_finished() {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        let was_held = held.exists();
        if was_held {
            then();
        }
        std::fs::remove_dir_all(&gate).unwrap();
        let out = run.join().unwrap();
        was_held.then_some(out)
    })
}

#[test]
fn a_store_that_is_deleted_under_a_run_costs_nothing_whenever_it_happens() {
    for point in [
        "archive.enter.after",
        "archive.begin-object.before",
        "archive.finish-object.before",
        "archive.put-manifest.before",
        "archive.read-back.before",
        "copy.begin-feed.after",
        "copy.finish-feed.after",
        "copy.tell-fed.after",
        "drop.tell.before",
    ] {
        let cli = filled("1");
        let before = cli.run(&["messages", "export"]).stdout;
        let gone = folder(&cli, "one");
        let out = held_at(&cli, point, &["lifecycle", "run"], || std::fs::remove_dir_all(&gone).unwrap());
        let out = out.unwrap_or_else(|| panic!("the run never came to {point}"));
        assert_eq!(out.code, 0, "{point}: {out:?}");
        assert!(out.stderr.contains("is away"), "{point}: {out:?}");
        let live = sql(&cli.db_url, &format!("SELECT count(*) FROM \"tsdb_{}\".messages", cli.namespace));
        assert_eq!(live, "0", "{point}: the chunks went by the second store: {out:?}");
        let after = cli.run(&["messages", "export"]);
        assert_eq!((after.code, after.stdout.as_str()), (0, before.as_str()), "{point}: {out:?} {after:?}");
        cli.run(&["coverage"]).succeeds();
        cli.run(&["lifecycle", "run"]).succeeds();
    }
}

#[test]
fn a_store_that_is_deleted_under_a_run_keeps_the_chunk_where_two_copies_are_asked_for() {
    for point in ["archive.finish-object.before", "archive.read-back.before", "copy.tell-fed.after"] {
        let cli = filled("2");
        let before = cli.run(&["messages", "export"]).stdout;
        let gone = folder(&cli, "one");
        held_at(&cli, point, &["lifecycle", "run"], || std::fs::remove_dir_all(&gone).unwrap()).unwrap();
        let live = sql(&cli.db_url, &format!("SELECT count(*) FROM \"tsdb_{}\".messages", cli.namespace));
        assert_eq!(live, "40", "{point}: one copy is too few");
        assert_eq!(cli.run(&["messages", "export"]).succeeds().stdout, before, "{point}");
    }
}

#[test]
fn a_second_store_that_is_another_databases_is_not_written_to_and_not_gone_round() {
    let Some(owner) = Cli::alone() else { return };
    owner.run(&["namespaces", "create", &owner.namespace, "--compress-after", "never"]).succeeds();
    owner.run_with(&["messages", "import"], made_up(2, 20).as_bytes()).succeeds();
    let cli = Cli::alone().unwrap();
    let cli = Cli { namespace: owner.namespace.clone(), ..cli };
    cli.run(&["namespaces", "create", &cli.namespace, "--compress-after", "never"]).succeeds();
    cli.run_with(&["messages", "import"], made_up(2, 20).as_bytes()).succeeds();
    std::fs::create_dir_all(cli.path("disks")).unwrap();
    let theirs = store(&cli, "theirs");
    owner.run(&["chunks", "archive", "--older-than", "0d", "--store", &theirs]).succeeds();
    let own = store(&cli, "one");
    cli.run(&["policy", "set", "--yes", "--archive-after", "0d", "--store", &own, "--copy", &theirs]).succeeds();
    cli.run(&["lifecycle", "run"]).fails(4, "they belong to");
    let live = sql(&cli.db_url, &format!("SELECT count(*) FROM \"tsdb_{}\".messages", cli.namespace));
    assert_eq!(live, "40", "nothing was dropped");
    cli.run(&["chunks", "archive", "--older-than", "0d"]).fails(4, "they belong to");
    owner.run(&["archives", "verify", "--all"]).succeeds();
}

#[test]
fn a_copy_of_the_database_changes_no_copy_in_either_store() {
    let Some(owner) = Cli::alone() else { return };
    owner.run(&["namespaces", "create", &owner.namespace, "--compress-after", "never"]).succeeds();
    owner.run_with(&["messages", "import"], made_up(3, 20).as_bytes()).succeeds();
    std::fs::create_dir_all(owner.path("disks")).unwrap();
    let words = ["policy", "set", "--yes", "--archive-after", "0d"];
    owner.run(&[&words[..], &["--store", &store(&owner, "one"), "--copy", &store(&owner, "two")]].concat()).succeeds();
    owner.run(&["lifecycle", "run"]).succeeds();
    let url = url::Url::parse(&owner.db_url).unwrap();
    let name = url.path().trim_start_matches('/').to_owned();
    let twin = format!("{name}_twin");
    let mut main = url.clone();
    main.set_path("/postgres");
    sql(main.as_str(), &format!("CREATE DATABASE \"{twin}\" TEMPLATE \"{name}\""));
    let mut at = url.clone();
    at.set_path(&format!("/{twin}"));
    let copy = Cli { db_url: at.to_string(), namespace: owner.namespace.clone(), ..Cli::offline() };
    let prune = ["archives", "prune", "--older-than", "0d", "--yes", "--confirm-count", "3"];
    copy.run(&prune).fails(4, "a copy of it");
    // Not by way of the second store either, where the first is away.
    let (one, aside) = (folder(&owner, "one"), owner.path("aside"));
    std::fs::rename(&one, &aside).unwrap();
    copy.run(&prune).fails(4, "a copy of it");
    std::fs::rename(&aside, &one).unwrap();
    owner.run(&["archives", "verify", "--all"]).succeeds();
    owner.run(&["coverage", "--copies", "2"]).succeeds();
    sql(main.as_str(), &format!("DROP DATABASE \"{twin}\" WITH (FORCE)"));
}

#[test]
fn a_bound_on_copies_that_the_ledger_claims_without_objects_is_found_before_a_drop() {
    let cli = filled("2");
    cli.run(&["chunks", "archive", "--older-than", "0d", "--keep"]).succeeds();
    // The ledger says verified, and somebody has emptied the second store but for its mark.
    std::fs::remove_dir_all(folder(&cli, "two").join(&cli.namespace).join("messages")).unwrap();
    let held = held_at(&cli, "copy.finish-object.before", &["lifecycle", "run"], || {
        let live = sql(&cli.db_url, &format!("SELECT count(*) FROM \"tsdb_{}\".messages", cli.namespace));
        assert_eq!(live, "40", "the copies are made anew before anything is dropped");
    });
    held.expect("the copies are made anew").fails(5, "6 objects are not in the store");
    cli.run(&["lifecycle", "run"]).succeeds();
    cli.run(&["coverage", "--copies", "2"]).succeeds();
    cli.run(&["archives", "verify", "--all"]).succeeds();
}

#[test]
fn what_a_second_store_changed_of_what_it_was_given_is_made_anew_before_the_drop() {
    for (ending, point) in [(".csv.zst", "copy.finish-feed.after"), (".heads.zst", "archive.read-back.before")] {
        let cli = filled("2");
        let two = folder(&cli, "two");
        let changed = held_at(&cli, point, &["lifecycle", "run"], || {
            let path = walk(&two).into_iter().find(|path| path.to_string_lossy().ends_with(ending)).expect(ending);
            let mut bytes = std::fs::read(&path).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            std::fs::write(&path, bytes).unwrap();
        });
        let changed = changed.unwrap_or_else(|| panic!("the run never came to {point}"));
        assert_eq!(changed.code, 0, "{ending}: {changed:?}");
        let live = sql(&cli.db_url, &format!("SELECT count(*) FROM \"tsdb_{}\".messages", cli.namespace));
        assert_eq!(live, "0", "{ending}: {changed:?}");
        for path in walk(&folder(&cli, "one")).into_iter().filter(|path| !path.ends_with("owner.json")) {
            let other = two.join(path.strip_prefix(folder(&cli, "one")).unwrap());
            assert!(std::fs::read(&path).unwrap() == std::fs::read(&other).unwrap(), "{ending}: {}", other.display());
        }
    }
}

/// A week that is archived in store `one` and came back.
fn came_back() -> Cli {
    let cli = Cli::new();
    cli.run_with(&["messages", "import"], made_up(1, 20).as_bytes()).succeeds();
    std::fs::create_dir_all(cli.path("disks")).unwrap();
    archive_in(&cli, "one");
    cli.run(&["archives", "rehydrate", &ids_and_states(&cli)[0].0, "--store", &store(&cli, "one")]).succeeds();
    cli
}

fn archive_in(cli: &Cli, name: &str) -> Out {
    let out = cli.run(&["chunks", "archive", "--older-than", "0d", "--store", &store(cli, name)]);
    out.succeeds();
    out
}

fn ids_and_states(cli: &Cli) -> Vec<(String, String)> {
    let archives = cli.json(&["archives", "list", "--all"]);
    let text = |a: &serde_json::Value| (a["id"].to_string(), a["state"].as_str().unwrap().to_owned());
    archives.as_array().unwrap().iter().map(text).collect()
}

fn states(cli: &Cli) -> Vec<String> {
    ids_and_states(cli).into_iter().map(|(_, state)| state).collect()
}

/// A message of another stream, in the week of [`came_back`].
const LATE: &str = r#"{"id":"8e3b5a52-7a3b-4d9e-a7a9-8f24c4b8d8a1","stream":"late-1","type":"T","data":1,"meta":null,"time":"2013-01-04T00:00:00Z"}"#;

#[test]
fn what_came_back_and_is_archived_in_another_store_gives_way_there_at_once() {
    for late in [None, Some(LATE)] {
        let cli = came_back();
        if let Some(late) = late {
            cli.run_with(&["messages", "import"], late.as_bytes()).succeeds();
        }
        archive_in(&cli, "two");
        assert_eq!(states(&cli), ["expired", "dropped"], "late: {late:?}");
        cli.run(&["coverage"]).succeeds();
    }
}
