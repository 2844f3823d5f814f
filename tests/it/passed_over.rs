//! What a listing of a store, or of a table's chunks, would pass over in silence: it is named, and nothing is concluded.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::cli::{Cli, made_up, sql};

const ARCHIVE: [&str; 4] = ["chunks", "archive", "--older-than", "0d"];

/// A namespace with so many weeks of messages, and a store.
fn filled(weeks: usize) -> Cli {
    let cli = Cli::new();
    let store = cli.store();
    let cli = cli.with("EVENTODB_STORE", &store);
    cli.run_with(&["messages", "import"], made_up(weeks, 50).as_bytes()).succeeds();
    cli
}

fn archived(weeks: usize) -> Cli {
    let cli = filled(weeks);
    cli.run(&ARCHIVE).succeeds();
    cli
}

fn lost(cli: &Cli) -> Option<Cli> {
    Some(cli.after_the_database_is_lost()?.with("EVENTODB_STORE", &cli.store()))
}

/// Objects of the store by the ending of their names, oldest range first.
fn objects(cli: &Cli, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![cli.path("store")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false if path.to_str().unwrap().ends_with(ending) => found.push(path),
                false => {}
            }
        }
    }
    found.sort();
    found
}

fn schema(cli: &Cli) -> String {
    cli.json(&["namespaces", "show"])["schema"].as_str().unwrap().to_owned()
}

fn check(cli: &Cli, name: &str) -> Value {
    let out = cli.run(&["doctor", "-o", "json"]);
    let checks: Vec<Value> = serde_json::from_str(&out.stdout).unwrap_or_else(|e| panic!("{e} {out:?}"));
    checks.into_iter().find(|c| c["check"] == name).unwrap_or_else(|| panic!("no {name} in {out:?}"))
}

/// Moves what is there to another disk, and leaves a link.
fn link_away(cli: &Cli, what: &Path) -> PathBuf {
    let moved = cli.path("moved-away");
    fs::rename(what, &moved).unwrap();
    symlink(&moved, what).unwrap();
    moved
}

fn put_back(what: &Path, moved: &Path) {
    fs::remove_file(what).unwrap();
    fs::rename(moved, what).unwrap();
}

#[test]
fn a_link_among_archives_is_named_by_whoever_lists_the_store() {
    let cli = archived(3);
    let namespace = cli.path("store").join(&cli.namespace);
    let manifest = objects(&cli, ".manifest.json").remove(1);
    let new = lost(&cli);
    for link in [namespace.join("messages/2013"), namespace.join("messages"), manifest, namespace] {
        let moved = link_away(&cli, &link);
        let said = format!("{} is a symbolic link", link.display());
        for args in [&["archives", "sync"][..], &["archives", "sync", "--dry-run"], &["archives", "sweep"]] {
            let out = cli.run(args);
            // Where the mark lies behind it as well, that is what is told.
            assert!(out.code != 0 && out.stderr.contains("is a symbolic link"), "{args:?} {} {out:?}", link.display());
        }
        if link.parent().unwrap() != cli.path("store") {
            assert_eq!(check(&cli, "leftovers in the store")["verdict"], "fail", "{}", link.display());
        }
        if let Some(new) = &new {
            let out = new.run(&["archives", "sync"]);
            assert!(out.fails(1, &said).stderr.contains("mount"), "{out:?}");
            assert_eq!(new.json(&["archives", "list", "--all"]), serde_json::json!([]));
        }
        put_back(&link, &moved);
    }
    // What is no namespace's is nobody's business here.
    symlink(cli.path("store"), cli.path("store").join("latest")).unwrap();
    cli.run(&["archives", "sync"]).succeeds();
    cli.run(&["archives", "sweep"]).succeeds();
    let Some(new) = new else { return };
    assert_eq!(new.json(&["archives", "sync"]).as_array().unwrap().len(), 3);
    new.run(&["coverage"]).succeeds();
}

#[test]
fn a_name_that_is_not_utf_8_is_named_among_archives_and_nobodys_business_elsewhere() {
    let cli = archived(1);
    let odd = OsStr::from_bytes(b"201\xff");
    fs::create_dir(cli.path("store").join(odd)).unwrap();
    cli.run(&["archives", "sync"]).succeeds();
    let among = cli.path("store").join(&cli.namespace).join("messages").join(odd);
    fs::create_dir(&among).unwrap();
    cli.run(&["archives", "sync"]).fails(1, "has a name that is not UTF-8");
    cli.run(&["archives", "sweep"]).fails(1, "has a name that is not UTF-8");
    fs::remove_dir(among).unwrap();
    cli.run(&["archives", "sync"]).succeeds();
}

#[test]
fn holds_behind_a_link_keep_everything_from_being_pruned() {
    let cli = archived(1);
    cli.run(&["holds", "place", "--case", "c1", "--stream", "account-1"]).succeeds();
    let holds = cli.path("store").join(&cli.namespace).join("holds");
    link_away(&cli, &holds);
    assert_eq!(check(&cli, "holds in the store")["verdict"], "fail");
    cli.run(&["archives", "prune", "--older-than", "1d", "--yes"]).fails(1, "is a symbolic link");
}

#[test]
fn data_without_its_manifest_is_told_with_its_range_until_the_manifest_is_back() {
    let cli = archived(3);
    let newest = objects(&cli, ".manifest.json").remove(2);
    let content = fs::read(&newest).unwrap();
    fs::remove_file(&newest).unwrap();
    let Some(new) = lost(&cli) else { return };
    new.run(&["archives", "claim", "--yes"]).succeeds();
    let plan = new.run(&["archives", "sync", "--dry-run"]);
    plan.fails(5, "data and stream list are there without a manifest, of the range 2013-01-17T00:00:00Z");
    let synced = new.run(&["archives", "sync"]);
    synced.fails(5, "of the range 2013-01-17T00:00:00Z to 2013-01-24T00:00:00Z");
    assert!(synced.stderr.contains("put it back beside them"), "{synced:?}");
    assert!(synced.stderr.contains("2 archives entered"), "{synced:?}");
    let swept = new.json(&["archives", "sweep", "--older-than", "0d"]);
    let swept = swept.as_array().unwrap();
    assert_eq!(swept.len(), 2, "{swept:?}");
    for left in swept {
        let reason = left["reason"].as_str().unwrap();
        assert!(left["result"] == "kept" && reason.contains("Put that back"), "{left}");
    }
    assert_eq!(check(&new, "objects without a manifest")["verdict"], "warn");
    assert_eq!(check(&new, "objects that the ledger does not know")["verdict"], "ok");
    // As the hint says.
    fs::write(&newest, content).unwrap();
    assert_eq!(new.json(&["archives", "sync"]).as_array().unwrap().len(), 1);
    assert_eq!(check(&new, "objects without a manifest")["verdict"], "ok");
    new.run(&["archives", "verify", "--all"]).succeeds();
}

#[test]
fn what_a_killed_run_has_stored_is_no_finding_while_the_ledger_tells_of_it() {
    let cli = filled(1);
    let kill = [("EVENTODB_FAILPOINTS", "archive.put-manifest.before=kill")];
    assert_ne!(cli.run_in(&kill, &ARCHIVE, b"").code, 0);
    assert_eq!((objects(&cli, ".heads.zst").len(), objects(&cli, ".manifest.json").len()), (1, 0));
    // Its lock ends with its session.
    let synced = (0..200).map(|_| cli.run(&["archives", "sync"])).find(|out| out.code != 7).unwrap();
    synced.succeeds();
    let Some(new) = lost(&cli) else { return };
    new.run(&["archives", "sync"]).fails(5, "the run that stored them never finished, or their manifest is gone");
}

#[test]
fn what_somebody_puts_among_archives_is_not_taken_for_one() {
    let cli = archived(1);
    let odd = objects(&cli, ".manifest.json")[0].with_file_name("README.txt");
    fs::write(&odd, "hello").unwrap();
    cli.run(&["archives", "sync"]).succeeds();
    let swept = cli.json(&["archives", "sweep"]);
    assert_eq!(swept[0]["reason"], "this program gives no object such a name", "{swept}");
    assert_eq!(check(&cli, "objects of others")["verdict"], "warn");
    assert_eq!(check(&cli, "objects that the ledger does not know")["verdict"], "ok");
}

#[test]
fn chunks_that_are_cut_by_more_than_time_are_not_archived() {
    let cli = Cli::new();
    let store = cli.store();
    let cli = cli.with("EVENTODB_STORE", &store);
    let schema = schema(&cli);
    for statement in [
        format!("DROP INDEX \"{schema}\".messages_id_time"),
        format!("ALTER TABLE \"{schema}\".messages SET (timescaledb.compress = false)"),
        format!("SELECT public.add_dimension('\"{schema}\".messages'::regclass, public.by_hash('stream_name', 3))"),
    ] {
        // The Apache-2 edition has no compression to switch off.
        let _ = crate::support::cli::try_sql(&cli.db_url, &statement);
    }
    let lines = made_up(1, 50);
    cli.run_with(&["messages", "import"], lines.as_bytes()).succeeds();
    let before = cli.json(&["chunks", "list"]);
    assert!(before.as_array().unwrap().len() > 1, "{before}");
    cli.run(&ARCHIVE).fails(8, "stream_name");
    assert_eq!(cli.json(&["chunks", "list"]), before);
    assert_eq!(cli.run(&["messages", "export"]).succeeds().stdout, lines);
    let found = check(&cli, "columns and dimensions");
    assert!(found["verdict"] == "fail" && found["found"].as_str().unwrap().contains("time and stream_name"), "{found}");
}

#[test]
fn what_was_archived_before_a_dimension_came_says_where_it_can_go() {
    let cli = archived(1);
    assert_eq!(check(&cli, "columns and dimensions")["verdict"], "ok");
    let schema = schema(&cli);
    sql(&cli.db_url, &format!("DROP INDEX \"{schema}\".messages_id_time"));
    let _ = crate::support::cli::try_sql(
        &cli.db_url,
        &format!("ALTER TABLE \"{schema}\".messages SET (timescaledb.compress = false)"),
    );
    sql(
        &cli.db_url,
        &format!("SELECT public.add_dimension('\"{schema}\".messages'::regclass, public.by_hash('stream_name', 3))"),
    );
    let back = cli.run(&["archives", "rehydrate", "--from", "2010-01-01"]);
    assert!(back.fails(8, "time and stream_name").stderr.contains("--into"), "{back:?}");
}

#[test]
fn a_namespace_whose_schema_is_gone_is_not_taken_for_a_plain_one() {
    let cli = filled(1);
    sql(&cli.db_url, &format!("DROP SCHEMA \"{}\" CASCADE", schema(&cli)));
    let all = cli.json(&["namespaces", "list"]);
    let own = all.as_array().unwrap().iter().find(|n| n["namespace"] == cli.namespace.as_str()).unwrap();
    assert_eq!(own["state"], "missing");
    for args in [&["coverage"][..], &["namespaces", "upgrade"], &["messages", "read", "account-1"]] {
        let out = cli.run(args);
        assert!(!out.fails(3, "not there").stderr.contains("up to date"), "{out:?}");
    }
    cli.run(&["namespaces", "delete", &cli.namespace, "--yes"]).succeeds();
}

fn line(time: &str) -> String {
    format!("{{\"stream\":\"bc-1\",\"type\":\"T\",\"pos\":0,\"gpos\":100,\"time\":\"{time}\"}}\n")
}

#[test]
fn times_whose_chunks_have_no_edge_are_not_imported_and_those_beside_them_are_archived() {
    let cli = filled(1);
    // Chunks of seven days: the server's first day, and the last that the ledger takes.
    for time in ["-4713-11-24T00:00:00Z", "-4713-11-30T23:59:59.999999Z", "+261999-12-25T00:00:01Z"] {
        for run in [&["messages", "import"][..], &["messages", "import", "--dry-run"]] {
            let text =
                format!("{}{}", line("2013-01-04T00:00:00Z").replace("100", "99").replace("bc-1", "bc-2"), line(time));
            let out = cli.run_with(run, text.as_bytes());
            assert!(out.fails(2, "line 2").stderr.contains(&time[..12]), "{time} {out:?}");
        }
    }
    assert_eq!(cli.json(&["chunks", "list"]).as_array().unwrap().len(), 1);
    cli.run_with(&["messages", "import"], line("-4713-12-01T00:00:00Z").as_bytes()).succeeds();
    let last = line("+261999-12-25T00:00:00Z").replace("100", "101").replace("bc-1", "ad-1");
    cli.run_with(&["messages", "import"], last.as_bytes()).succeeds();
    let all = cli.run(&["messages", "export"]).succeeds().stdout.clone();
    let list = cli.json(&["chunks", "list"]);
    let names: Vec<&str> = list.as_array().unwrap().iter().map(|c| c["chunk_name"].as_str().unwrap()).collect();
    assert_eq!(names.len(), 3);
    cli.run(&[&["chunks", "archive"], &names[..]].concat()).succeeds();
    cli.run(&["coverage"]).succeeds();
    assert_eq!(cli.run(&["messages", "export"]).succeeds().stdout, all);
    cli.run(&["archives", "rehydrate", "--from", "2000-01-01"]).succeeds();
}

#[test]
fn a_chunk_without_an_edge_is_named_with_its_way_out_and_the_others_are_listed() {
    let cli = filled(2);
    let schema = schema(&cli);
    for (time, position) in [("4714-11-24 BC", 0), ("270000-01-01", 1), ("infinity", 2)] {
        sql(
            &cli.db_url,
            &format!(
                "INSERT INTO \"{schema}\".messages (time, position, stream_name, type) VALUES ('{time}', {position}, 'x-1', 'T')"
            ),
        );
        let out = cli.run(&["chunks", "list", "-o", "json"]);
        out.fails(1, "reading the range of chunk _hyper_");
        let listed: Vec<Value> = serde_json::from_str(&out.stdout).unwrap();
        assert_eq!(listed.len(), 2, "{listed:?}");
        let table = out.stderr.split_once("DROP TABLE ").unwrap().1.split_whitespace().next().unwrap().to_owned();
        for run in [&ARCHIVE[..], &["coverage"]] {
            cli.run(run).fails(1, &format!("DROP TABLE {table}"));
        }
        // As the hint says.
        sql(&cli.db_url, &format!("DELETE FROM {table}"));
        sql(&cli.db_url, &format!("DROP TABLE {table}"));
        cli.run(&["chunks", "list"]).succeeds();
    }
    cli.run(&ARCHIVE).succeeds();
}

#[test]
fn a_name_that_is_longer_than_the_program_writes_is_read_exported_and_imported() {
    let cli = Cli::new();
    let schema = format!("tsdb_{}", cli.namespace);
    let name = format!("account-{}", "x".repeat(6000));
    sql(&cli.db_url, &format!("SELECT {schema}.write_message(gen_random_uuid()::text, '{name}', 'T', '{{}}')"));
    cli.run(&["messages", "write", &name, "T"]).fails(2, "it has 6008 bytes, 2048 are allowed");
    assert_eq!(cli.json(&["messages", "read", &name]).as_array().map(Vec::len), Some(1));
    let file = cli.path("out.ndjson");
    cli.run(&["messages", "export", "--file", file.to_str().unwrap()]).succeeds();
    let other = cli.beside();
    other.run(&["namespaces", "create", &other.namespace]).succeeds();
    other.run(&["messages", "import", file.to_str().unwrap()]).succeeds();
    assert_eq!(other.json(&["messages", "read", &name]).as_array().map(Vec::len), Some(1));
}
