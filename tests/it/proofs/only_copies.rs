//! Nothing is removed from a store that may be the only copy of a message; what was given up and is the only copy comes
//! back.

use std::path::PathBuf;

use serde_json::Value;

use super::cli::{BINARY, Cli, made_up, sql};

pub const ARCHIVE: [&str; 4] = ["chunks", "archive", "--older-than", "0d"];

/// A namespace with twenty messages a week, on a store in a folder.
pub fn filled(weeks: usize) -> (Cli, String) {
    let cli = Cli::new();
    let store = cli.store();
    let cli = cli.with("EVENTODB_STORE", &store);
    let lines = made_up(weeks, 20);
    cli.run_with(&["messages", "import"], lines.as_bytes()).succeeds();
    (cli, lines)
}

pub fn archived(weeks: usize) -> (Cli, String) {
    let (cli, lines) = filled(weeks);
    cli.run(&ARCHIVE).succeeds();
    (cli, lines)
}

pub fn schema(cli: &Cli) -> String {
    cli.json(&["namespaces", "show"])["schema"].as_str().unwrap().to_owned()
}

pub fn query(cli: &Cli, statement: &str) -> String {
    sql(&cli.db_url, &statement.replace("{s}", &format!("\"{}\"", schema(cli))).replace("{n}", &cli.namespace))
}

/// Archives, with a fault at this point, and waits until the session of a killed run is gone.
pub fn archive_breaking(cli: &Cli, failpoints: &str) {
    run_breaking(cli, &ARCHIVE, failpoints);
    // Whoever takes the lock next clears up after it.
    assert!(cli.run(&["archives", "sync"]).succeeds().stderr.contains("0 archives entered"));
}

pub fn run_breaking(cli: &Cli, args: &[&str], failpoints: &str) {
    let out = std::process::Command::new(BINARY)
        .args(args)
        .env_clear()
        .envs(cli.variables())
        .env("EVENTODB_FAILPOINTS", failpoints)
        .output()
        .unwrap();
    assert!(!out.status.success(), "it did not fail");
    let is_held = format!(
        "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database() AND pid IN
            (SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted
                AND (classid::bigint << 32 | objid::bigint) = hashtextextended('eventodb-admin/lifecycle/{}', 0)))",
        cli.namespace
    );
    while sql(&cli.db_url, &is_held) == "t" {
        std::thread::yield_now();
    }
}

/// Somebody else's retention policy.
pub fn foreign_drop(cli: &Cli) {
    query(cli, "SELECT public.drop_chunks('{s}.messages'::regclass, '2014-01-01'::timestamptz)");
}

/// An attempt that was killed at a point, and whose chunk somebody else has dropped since.
pub fn given_up(failpoints: &str) -> (Cli, String) {
    let (cli, lines) = filled(1);
    archive_breaking(&cli, failpoints);
    foreign_drop(&cli);
    (cli, lines)
}

pub fn write_late(cli: &Cli, stream: &str, n: usize) {
    query(
        cli,
        &format!(
            "INSERT INTO {{s}}.messages (time, position, stream_name, type)
             SELECT '2013-01-04T12:00:00Z'::timestamptz + i * interval '1 s', i, '{stream}', 'Late'
               FROM generate_series(0, {n} - 1) i"
        ),
    );
}

pub fn export(cli: &Cli) -> String {
    cli.run(&["messages", "export"]).succeeds().stdout.clone()
}

/// Lines of an export without those of some streams.
pub fn without(lines: &str, streams: &str) -> String {
    let other = |line: &&str| !line.contains(&format!("\"stream\":\"{streams}"));
    lines.lines().filter(other).map(|line| format!("{line}\n")).collect()
}

pub fn objects(cli: &Cli) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![cli.path("store")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if !path.ends_with("owner.json") && !path.to_str().unwrap().ends_with(".expired.json") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

pub fn data(cli: &Cli) -> Vec<PathBuf> {
    objects(cli).into_iter().filter(|path| path.to_str().unwrap().contains(".csv")).collect()
}

pub fn states(cli: &Cli) -> Vec<String> {
    let mut all = cli.json(&["archives", "list", "--all"]).as_array().unwrap().clone();
    all.sort_by_key(|a| a["id"].as_i64());
    all.iter().map(|a| a["state"].as_str().unwrap().to_owned()).collect()
}

pub fn ids(cli: &Cli) -> Vec<i64> {
    let mut all: Vec<_> = cli
        .json(&["archives", "list", "--all"])
        .as_array()
        .unwrap()
        .iter()
        .map(|a| a["id"].as_i64().unwrap())
        .collect();
    all.sort_unstable();
    all
}

pub fn covered(cli: &Cli) {
    let coverage = cli.json(&["coverage"]);
    assert_eq!(coverage["verdict"], "complete", "{coverage}");
}

pub fn rehydrate_all(cli: &Cli) {
    cli.run(&["archives", "rehydrate", "--from", "1970-01-01"]).succeeds();
}

fn swept(cli: &Cli) -> Vec<Value> {
    cli.json(&["archives", "sweep"]).as_array().unwrap().clone()
}

/// Nothing that is there is removed by anything that removes things unasked.
pub fn assert_stays(cli: &Cli) {
    let before = objects(cli);
    let swept = swept(cli);
    assert!(swept.iter().all(|l| l["result"] == "kept" && l["reason"].is_string()), "{swept:?}");
    cli.run(&["archives", "prune", "--older-than", "0d", "--superseded", "--yes"]);
    cli.run(&["policy", "set", "--archive-after", "10000d", "--store", &cli.store()]).succeeds();
    let night = cli.run(&["lifecycle", "run"]);
    assert!(night.succeeds().stderr.contains("only copy"), "{night:?}");
    cli.run(&["policy", "clear"]).succeeds();
    assert_eq!(objects(cli), before);
}

/// `archives sync` enters it, and all comes back.
fn assert_comes_back(cli: &Cli, lines: &str, others: &str) {
    let synced = cli.json(&["archives", "sync"]);
    assert_eq!(synced.as_array().unwrap().len(), 1, "{synced}");
    assert_eq!(synced[0]["state"], "dropped");
    covered(cli);
    assert!(cli.run(&["archives", "sync"]).succeeds().stderr.contains("0 archives entered"));
    assert_eq!(swept(cli), Vec::<Value>::new(), "a row that counts needs them now");
    cli.run(&["archives", "verify", "--all"]).succeeds();
    rehydrate_all(cli);
    assert_eq!(without(&export(cli), others), lines);
    covered(cli);
    cli.run(&ARCHIVE).succeeds();
    covered(cli);
    rehydrate_all(cli);
    assert_eq!(without(&export(cli), others), lines);
}

#[test]
fn an_attempt_that_is_the_only_copy_stays_and_comes_back() {
    let (cli, lines) = given_up("archive.put-manifest.after=kill");
    assert_stays(&cli);
    let coverage = cli.run(&["coverage"]);
    coverage.fails(5, "archives sync");
    let id = ids(&cli)[0].to_string();
    cli.run(&["archives", "rehydrate", &id]).fails(1, "archives sync");
    cli.run(&["archives", "verify", &id]).fails(1, "archives sync");
    assert_comes_back(&cli, &lines, "none");
    assert_eq!(states(&cli)[0], "failed", "the old row stays as history");
}

#[test]
fn late_messages_of_other_streams_do_not_make_an_only_copy_of_no_use() {
    for late in [1, 20, 30] {
        let (cli, lines) = given_up("archive.read-back.before=error");
        write_late(&cli, "late-1", late);
        assert_stays(&cli);
        assert_comes_back(&cli, &lines, "late-1");
    }
}

#[test]
fn late_messages_that_are_archived_do_not_make_an_only_copy_of_no_use_either() {
    let (cli, lines) = given_up("archive.put-manifest.after=kill");
    write_late(&cli, "late-1", 20);
    cli.run(&ARCHIVE).succeeds();
    assert_stays(&cli);
    // Not even where the database is lost: no manifest says that it has the place of the other.
    if let Some(lost) = cli.after_the_database_is_lost() {
        let lost = lost.with("EVENTODB_STORE", &cli.store());
        lost.run(&["archives", "sync"]).succeeds();
        rehydrate_all(&lost);
        assert_eq!(without(&export(&lost), "late-1"), lines);
    }
    assert_comes_back(&cli, &lines, "late-1");
}

#[test]
fn other_messages_in_the_same_places_do_not_make_an_only_copy_of_no_use() {
    let (cli, lines) = given_up("archive.read-back.before=error");
    // As many, at the same times, streams, positions and global positions.
    query(&cli, "TRUNCATE {s}.messages");
    let others: String = lines.lines().map(|l| format!("{}\n", l.replace("-000000000", "-100000000"))).collect();
    cli.run_with(&["messages", "import"], others.as_bytes()).succeeds();
    assert_stays(&cli);
    cli.run(&["archives", "sync", "--expired"]).fails(5, "another message has");
    assert_stays(&cli);
    // Where its places are free, it comes back.
    query(&cli, "TRUNCATE {s}.messages");
    cli.run(&["archives", "sync"]).fails(5, "archives sync --expired");
    assert_eq!(export(&cli), "");
    cli.run(&["archives", "sync", "--expired"]).succeeds();
    rehydrate_all(&cli);
    assert_eq!(export(&cli), lines);
    covered(&cli);
}

#[test]
fn an_attempt_half_of_whose_messages_are_deleted_stays() {
    let (cli, lines) = filled(1);
    archive_breaking(&cli, "archive.put-manifest.after=kill");
    query(&cli, "DELETE FROM {s}.messages WHERE global_position > 10");
    assert_stays(&cli);
    cli.run(&["archives", "sync"]).fails(5, "10 are nowhere else");
    write_late(&cli, "late-1", 10);
    assert_stays(&cli);
    assert_eq!(data(&cli).len(), 1);
    // A database that is made anew from the store has all of them.
    if let Some(lost) = cli.after_the_database_is_lost() {
        let lost = lost.with("EVENTODB_STORE", &cli.store());
        lost.run(&["archives", "sync"]).succeeds();
        rehydrate_all(&lost);
        assert_eq!(export(&lost), lines);
    }
}

#[test]
fn an_attempt_that_never_came_to_its_manifest_is_read_row_by_row() {
    let (cli, lines) = filled(1);
    archive_breaking(&cli, "archive.put-manifest.before=kill");
    assert_eq!(data(&cli).len(), 1);
    // All live: it goes.
    let plan = cli.json(&["archives", "sweep", "--dry-run"]);
    assert!(plan.as_array().unwrap().iter().all(|l| l["result"] == "would remove"), "{plan}");
    foreign_drop(&cli);
    assert_stays(&cli);
    write_late(&cli, "late-1", 25);
    assert_stays(&cli);
    // The messages come back in another way; then nothing needs it.
    query(&cli, "TRUNCATE {s}.messages");
    cli.run_with(&["messages", "import"], lines.as_bytes()).succeeds();
    let swept = swept(&cli);
    assert!(!swept.is_empty() && swept.iter().all(|l| l["result"] == "removed"), "{swept:?}");
    assert!(objects(&cli).is_empty());
    assert_eq!(export(&cli), lines);
}

#[test]
fn an_attempt_whose_messages_are_live_or_archived_goes() {
    let (cli, lines) = filled(2);
    archive_breaking(&cli, "archive.put-manifest.after=kill");
    cli.run(&["archives", "sweep"]).succeeds();
    assert!(objects(&cli).is_empty(), "all of its messages are live");
    archive_breaking(&cli, "archive.put-manifest.after=kill");
    // Archived since, with a late one.
    write_late(&cli, "late-1", 1);
    cli.run(&ARCHIVE).succeeds();
    let swept = swept(&cli);
    assert!(swept.len() == 3 && swept.iter().all(|l| l["result"] == "removed"), "{swept:?}");
    covered(&cli);
    rehydrate_all(&cli);
    assert_eq!(without(&export(&cli), "late-1"), lines);
}

#[test]
fn of_two_attempts_at_the_same_messages_one_comes_back() {
    let (cli, lines) = filled(1);
    archive_breaking(&cli, "archive.read-back.before=error");
    archive_breaking(&cli, "archive.read-back.before=error");
    foreign_drop(&cli);
    assert_stays(&cli);
    assert_eq!(cli.json(&["archives", "sync"]).as_array().unwrap().len(), 1);
    covered(&cli);
    rehydrate_all(&cli);
    assert_eq!(export(&cli), lines);
    // The other one goes.
    cli.run(&["archives", "sweep"]).succeeds();
    assert_eq!(data(&cli).len(), 1);
    cli.run(&["archives", "verify", "--all"]).succeeds();
}

#[test]
fn an_archive_that_cannot_be_read_back_holds_nothing() {
    let (cli, lines) = filled(1);
    archive_breaking(&cli, "archive.put-manifest.after=kill");
    cli.run(&ARCHIVE).succeeds();
    let newest = data(&cli).pop().unwrap();
    let whole = std::fs::read(&newest).unwrap();
    std::fs::write(&newest, &whole[..whole.len() - 3]).unwrap();
    let swept = swept(&cli);
    assert!(swept.len() == 3 && swept.iter().all(|l| l["result"] == "kept"), "{swept:?}");
    std::fs::write(&newest, whole).unwrap();
    cli.run(&["archives", "sweep"]).succeeds();
    assert_eq!(data(&cli).len(), 1);
    rehydrate_all(&cli);
    assert_eq!(export(&cli), lines);
}

#[test]
fn an_archive_whose_chunk_somebody_has_dropped_is_read_before_the_ledger_hears_of_it() {
    // Kept beside its archive, and come back.
    for comes_back in [false, true] {
        let (cli, lines) = filled(2);
        if comes_back {
            cli.run(&ARCHIVE).succeeds();
            rehydrate_all(&cli);
        } else {
            cli.run(&[&ARCHIVE[..], &["--keep"]].concat()).succeeds();
        }
        assert_eq!(export(&cli), lines);
        foreign_drop(&cli);
        assert_eq!(export(&cli), lines);
        let of_stream = lines.lines().filter(|line| line.contains("\"account-3\"")).count();
        for read in [["messages", "read", "account-3"], ["messages", "read", "--category=account"]] {
            let found = cli.json(&read).to_string().matches("\"account-3\"").count();
            assert_eq!(found, of_stream, "{read:?}");
        }
        let last = cli.run(&["messages", "last", "account-3", "-o", "json"]);
        assert_eq!(last.json()["pos"].as_i64(), i64::try_from(of_stream).ok().map(|n| n - 1), "{last:?}");
        assert_eq!(cli.run(&["messages", "export", "--archived", "skip"]).succeeds().stdout, "");
    }
}

/// A manifest names the attempts that its archive holds all messages of, whatever else it holds among them.
#[test]
fn an_archive_takes_the_place_of_an_attempt_only_where_it_holds_every_message_of_it() {
    for (gone, is_replaced) in [("false", true), ("position = 0 AND stream_name = 'account-1'", false)] {
        let (cli, _) = filled(1);
        archive_breaking(&cli, "archive.put-manifest.after=kill");
        // Another message among its global positions: as many of the same sum no longer tells.
        query(
            &cli,
            "SET session_replication_role = replica;
             INSERT INTO {s}.messages (time, position, stream_name, type, global_position)
             SELECT '2013-01-03T12:00:00Z', 0, 'among-1', 'L', min(global_position) FROM {s}.messages",
        );
        cli.run(&["namespaces", "recount"]).fails(5, "share a global position");
        query(&cli, &format!("DELETE FROM {{s}}.messages WHERE {gone}"));
        cli.run(&ARCHIVE).succeeds();
        let manifest = |state: &str| {
            query(
                &cli,
                &format!(
                    "SELECT manifest_key FROM eventodb_store.archives WHERE namespace = '{{n}}' AND state = '{state}'"
                ),
            )
        };
        let newest = std::fs::read_to_string(cli.path("store").join(manifest("dropped"))).unwrap();
        let newest: Value = serde_json::from_str(&newest).unwrap();
        let attempt = manifest("failed");
        let named = newest["replaces"].as_array().is_some_and(|all| all.iter().any(|key| *key == attempt.as_str()));
        assert_eq!(named, is_replaced, "{gone}: {}", newest["replaces"]);
    }
}
