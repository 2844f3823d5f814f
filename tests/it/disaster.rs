//! The database is gone, or older than its archives: what the store alone gives back.

use crate::support::cli;
use std::path::PathBuf;
use std::process::Command;

use cli::{BINARY, Cli, made_up, sql};
use serde_json::Value;

const ALL: [&str; 3] = ["chunks", "archive", "--older-than"];

/// A namespace with a store, and `weeks` weeks of messages.
fn filled(weeks: usize) -> (Cli, String) {
    let cli = Cli::new();
    let store = cli.store();
    let cli = cli.with("EVENTODB_STORE", &store);
    let lines = made_up(weeks, 50);
    cli.run_with(&["messages", "import"], lines.as_bytes()).succeeds();
    (cli, lines)
}

fn archive_closed(cli: &Cli) {
    cli.run(&[&ALL[..], &["0d"]].concat()).succeeds();
}

/// What the database is made of anew: the same namespace with nothing but the store.
fn lost(cli: &Cli) -> Option<Cli> {
    Some(cli.after_the_database_is_lost()?.with("EVENTODB_STORE", &cli.store()))
}

/// The new database takes the store over: until then it changes nothing there.
fn claim(cli: &Cli) {
    cli.run(&[&ALL[..], &["0d"]].concat()).fails(4, "archives claim");
    cli.run(&["archives", "claim", "--yes"]).succeeds();
}

fn rehydrate_all(cli: &Cli) {
    cli.run(&["archives", "rehydrate", "--from", "1970-01-01"]).succeeds();
}

fn export(cli: &Cli) -> String {
    cli.run(&["messages", "export"]).succeeds().stdout.clone()
}

fn versions(cli: &Cli) -> Value {
    cli.json(&["streams", "list"])
}

/// Objects of the store by the ending of their names, oldest range first.
fn objects(cli: &Cli, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![cli.path("store")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
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

fn states(synced: &Value) -> Vec<&str> {
    synced.as_array().unwrap().iter().map(|a| a["state"].as_str().unwrap()).collect()
}

fn flip_a_byte(path: &PathBuf) {
    let mut bytes = std::fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn a_lost_database_comes_back_from_the_store_with_every_event_version_and_place() {
    let (cli, _) = filled(4);
    archive_closed(&cli);
    // A second part of a range, an archive that was superseded, and one whose chunk was kept.
    let late = |stream: &str, day: u32, gpos: usize| {
        format!(
            "{{\"stream\":\"{stream}\",\"type\":\"Late\",\"pos\":0,\"gpos\":{gpos},\"time\":\"2013-01-{day:02}T12:00:00Z\"}}\n"
        )
    };
    cli.run_with(&["messages", "import"], late("late-1", 4, 1001).as_bytes()).succeeds();
    archive_closed(&cli);
    cli.run(&["archives", "rehydrate", "--from", "2013-01-10", "--to", "2013-01-11"]).succeeds();
    cli.run_with(&["messages", "import"], late("late-2", 11, 1002).as_bytes()).succeeds();
    archive_closed(&cli);
    for n in 0..3 {
        cli.run(&["messages", "write", "today-1", "Wrote", "--data", &format!("{{\"n\":{n}}}")]).succeeds();
    }
    let open = cli.json(&["chunks", "list", "--state", "open"])[0]["chunk_name"].as_str().unwrap().to_owned();
    cli.run(&["chunks", "archive", "--keep", &open]).succeeds();
    let (before, stream_list) = (cli.run(&["archives", "list", "-o", "json"]).json(), versions(&cli));
    let known = cli.run(&["archives", "sync"]);
    assert!(known.succeeds().stderr.contains("0 archives entered, 7 known"), "{known:?}");
    rehydrate_all(&cli);
    let all = export(&cli);

    let Some(new) = lost(&cli) else { return };
    let plan = new.run(&["archives", "sync", "--dry-run", "-o", "json"]);
    assert_eq!(states(&plan.json()), ["dropped", "expired", "dropped", "dropped", "dropped", "dropped", "dropped"]);
    assert_eq!(new.json(&["archives", "list", "--all"]), serde_json::json!([]), "a plan has changed something");
    let synced = new.json(&["archives", "sync"]);
    assert_eq!(states(&synced), states(&plan.json()));
    assert_eq!(before.as_array().unwrap().len(), 6);
    new.run(&["coverage"]).succeeds();
    assert_eq!(versions(&new), stream_list);
    new.run(&["archives", "verify", "--all"]).succeeds();
    rehydrate_all(&new);
    assert!(export(&new) == all, "the export differs");
    new.run(&["coverage"]).succeeds();
    let again = new.run(&["archives", "sync"]);
    assert!(again.succeeds().stderr.contains("0 archives entered, 7 known"), "{again:?}");

    let written = new.json(&["messages", "write", "today-1", "Wrote", "--expected-version", "2"]);
    let last = all.lines().map(|l| serde_json::from_str::<Value>(l).unwrap()["gpos"].as_i64().unwrap()).max().unwrap();
    assert_eq!(written["position"], 3);
    assert!(written["global_position"].as_i64().unwrap() > last, "{written} after {last}");
    // The second life is archived and lost as well.
    claim(&new);
    archive_closed(&new);
    let Some(third) = lost(&cli) else { return };
    third.run(&["archives", "sync"]).succeeds();
    third.run(&["coverage"]).succeeds();
}

#[test]
fn a_database_restored_from_an_older_backup_learns_of_later_archives_and_doubles_nothing() {
    let (cli, lines) = filled(2);
    archive_closed(&cli);
    let Some(restored) = lost(&cli) else { return };
    // The backup was made before the drop: all messages are live, and the ledger knows of no archive.
    restored.run_with(&["messages", "import"], lines.as_bytes()).succeeds();
    claim(&restored);
    assert_eq!(states(&restored.json(&["archives", "sync"])), ["rehydrated", "rehydrated"]);
    restored.run(&["coverage"]).succeeds();
    assert!(export(&restored) == lines);
    let uploads = objects(&cli, ".zst").len();
    archive_closed(&restored);
    assert_eq!(objects(&cli, ".zst").len(), uploads, "it was uploaded again");
    restored.run(&["coverage"]).succeeds();
    rehydrate_all(&restored);
    assert!(export(&restored) == lines);
}

#[test]
fn an_archive_that_is_partly_live_is_told_and_what_is_missing_of_it_comes_back_by_the_command_that_is_named() {
    let (cli, lines) = filled(2);
    archive_closed(&cli);
    let Some(restored) = lost(&cli) else { return };
    let first_half: String = lines.lines().take(75).map(|l| format!("{l}\n")).collect();
    restored.run_with(&["messages", "import"], first_half.as_bytes()).succeeds();
    claim(&restored);
    let synced = restored.run(&["archives", "sync", "-o", "json"]);
    synced.fails(5, "of its 50 messages 25 are in it alone").fails(5, "archives rehydrate 2 puts in what is missing");
    assert_eq!(states(&serde_json::from_str(&synced.stdout).unwrap()), ["rehydrated", "expired"]);
    assert!(export(&restored) == first_half);
    // Nobody takes their places meanwhile.
    restored.run(&["coverage"]).fails(5, "archives rehydrate 2");
    restored.run(&["archives", "rehydrate", "2"]).succeeds();
    assert!(export(&restored) == lines);
    restored.run(&["coverage"]).succeeds();
    assert!(restored.run(&["archives", "sync"]).succeeds().stderr.contains("0 archives entered"));
    archive_closed(&restored);
    rehydrate_all(&restored);
    assert!(export(&restored) == lines);
}

#[test]
fn an_archive_in_whose_places_others_are_live_is_left_out_and_told() {
    let (cli, lines) = filled(1);
    archive_closed(&cli);
    let Some(restored) = lost(&cli) else { return };
    let others: String =
        lines.lines().take(25).map(|l| format!("{}\n", l.replace("-000000000", "-100000000"))).collect();
    restored.run_with(&["messages", "import"], others.as_bytes()).succeeds();
    claim(&restored);
    let told = restored.run(&["archives", "sync"]);
    told.fails(5, "it belongs to database");
    let lineage = told.stderr.split("--from ").nth(1).unwrap().split_whitespace().next().unwrap();
    restored.run(&["archives", "sync", "--from", lineage]).fails(5, "left out of the ledger");
    assert_eq!(restored.json(&["archives", "list", "--all"]), serde_json::json!([]));
    assert!(export(&restored) == others);
}

#[test]
fn what_a_failed_attempt_has_left_in_the_store_counts_only_while_nothing_has_replaced_it() {
    let (cli, lines) = filled(1);
    let status = Command::new(BINARY)
        .args([&ALL[..], &["0d"]].concat())
        .env_clear()
        .envs(cli.variables())
        .env("EVENTODB_FAILPOINTS", "archive.put-manifest.after=kill")
        .output()
        .unwrap()
        .status;
    assert_eq!(status.code(), None, "it was not killed");
    let Some(new) = lost(&cli) else { return };
    assert_eq!(states(&new.json(&["archives", "sync"])), ["dropped"], "it is the only copy there is");
    rehydrate_all(&new);
    assert!(export(&new) == lines);

    // The old database lives after all, and its next attempt succeeds.
    for _ in 0..50 {
        if cli.run(&[&ALL[..], &["0d"]].concat()).code == 0 {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    let Some(new) = lost(&cli) else { return };
    assert_eq!(states(&new.json(&["archives", "sync"])), ["expired", "dropped"]);
    rehydrate_all(&new);
    assert!(export(&new) == lines);
    new.run(&["coverage"]).succeeds();
}

#[test]
fn a_replacement_that_is_damaged_does_not_set_aside_what_it_replaces() {
    let (cli, lines) = filled(1);
    archive_closed(&cli);
    rehydrate_all(&cli);
    let late = "{\"stream\":\"late-1\",\"type\":\"Late\",\"pos\":0,\"gpos\":1001,\"time\":\"2013-01-04T12:00:00Z\"}\n";
    cli.run_with(&["messages", "import"], late.as_bytes()).succeeds();
    archive_closed(&cli);
    flip_a_byte(&objects(&cli, ".csv.zst")[1]);
    let Some(new) = lost(&cli) else { return };
    let synced = new.run(&["archives", "sync", "-o", "json"]);
    synced.fails(5, "what it replaces is used in its place");
    assert_eq!(states(&serde_json::from_str(&synced.stdout).unwrap()), ["dropped", "expired"]);
    rehydrate_all(&new);
    assert!(export(&new) == lines, "the older archive came back");
}

#[test]
fn a_manifest_with_made_up_sizes_is_refused_and_takes_no_memory() {
    let (cli, _) = filled(1);
    archive_closed(&cli);
    let file = &objects(&cli, ".manifest.json")[0];
    let sound = std::fs::read_to_string(file).unwrap();
    let Some(new) = lost(&cli) else { return };
    let mut forged: serde_json::Value = serde_json::from_str(&sound).unwrap();
    for (bytes, frame) in [(1_u64 << 62, 1_u64 << 62), (u64::MAX, u64::MAX)] {
        forged["data"]["bytes"] = bytes.into();
        forged["data"]["frames"][0]["length"] = frame.into();
        std::fs::write(file, forged.to_string()).unwrap();
        new.run(&["archives", "sync"]).fails(5, "contradicts itself");
        assert_eq!(new.json(&["archives", "list", "--all"]), serde_json::json!([]));
    }
    std::fs::write(file, sound).unwrap();
    new.run(&["archives", "sync"]).succeeds();
    rehydrate_all(&new);
}

#[test]
fn a_lost_stream_list_is_made_again_from_the_data() {
    let (cli, lines) = filled(1);
    archive_closed(&cli);
    std::fs::remove_file(&objects(&cli, ".heads.zst")[0]).unwrap();
    let Some(new) = lost(&cli) else { return };
    new.run(&["archives", "sync"]).succeeds();
    assert_eq!(new.json(&["streams", "version", "account-0"])["version"], 7);
    rehydrate_all(&new);
    assert!(export(&new) == lines);
    new.run(&["coverage"]).succeeds();
}

#[test]
fn lost_data_is_told_with_its_range_and_its_streams_keep_their_versions() {
    let (cli, _) = filled(2);
    archive_closed(&cli);
    std::fs::remove_file(&objects(&cli, ".csv.zst")[0]).unwrap();
    let Some(new) = lost(&cli) else { return };
    new.run(&["archives", "sync"]).fails(5, "is not in the store");
    assert_eq!(new.json(&["streams", "version", "account-0"])["version"], 14);
    let coverage = new.run(&["coverage"]);
    coverage.fails(5, "1 finding");
    assert!(
        coverage.stdout.contains("2013-01-03 to 2013-01-10, 50 messages, global positions 1 to 50"),
        "{coverage:?}"
    );
    new.run(&["archives", "verify", "--all"]).fails(5, "not in the store");
    let back = new.run(&["archives", "rehydrate", "--from", "2013-01-01"]);
    back.fails(5, "not in the store");
    let restored = back.stdout.lines().filter(|line| line.contains("rehydrated")).count();
    assert_eq!(restored, 1, "the other archive came back");

    std::fs::remove_file(&objects(&cli, ".heads.zst")[0]).unwrap();
    let Some(new) = lost(&cli) else { return };
    new.run(&["archives", "sync"])
        .fails(5, "50 messages from 2013-01-03 00:00:00 UTC to 2013-01-10 00:00:00 UTC are lost");
}

#[test]
fn manifests_that_lie_in_a_wrong_place_are_told_and_not_believed() {
    let (cli, lines) = filled(1);
    archive_closed(&cli);
    let manifest = objects(&cli, ".manifest.json").remove(0);
    let stem = manifest.to_str().unwrap().strip_suffix(".manifest.json").unwrap().to_owned();
    // A copy under another name, one of another namespace, and something that is none.
    std::fs::copy(&manifest, format!("{stem}.copy.manifest.json")).unwrap();
    std::fs::copy(&manifest, stem.replace(".0001-", ".0002-") + ".manifest.json").unwrap();
    std::fs::write(stem.replace(".0001-", ".0003-") + ".manifest.json", "{}").unwrap();
    let foreign = std::fs::read_to_string(&manifest)
        .unwrap()
        .replace(&format!("\"namespace\": \"{}\"", cli.namespace), "\"namespace\": \"other\"");
    std::fs::write(stem.replace(".0001-", ".0004-") + ".manifest.json", foreign).unwrap();
    let Some(new) = lost(&cli) else { return };
    let synced = new.run(&["archives", "sync", "-o", "json"]);
    synced.fails(5, "not those beside it").fails(5, "of namespace other").fails(5, "missing field");
    assert_eq!(states(&serde_json::from_str(&synced.stdout).unwrap()), ["dropped"]);
    rehydrate_all(&new);
    assert!(export(&new) == lines);
}

#[test]
fn messages_written_before_the_sync_are_told_and_can_follow_it() {
    let (cli, lines) = filled(1);
    archive_closed(&cli);
    let Some(new) = lost(&cli) else { return };
    new.run(&["messages", "write", "account-1", "TooEarly"]).succeeds();
    claim(&new);
    let told = new.run(&["archives", "sync"]);
    told.fails(5, "it belongs to database");
    let lineage = sql(
        &cli.db_url,
        &format!("SELECT claim_id::text FROM eventodb_store.claims WHERE namespace = '{}'", cli.namespace),
    );
    let early = new.run(&["archives", "sync", "--from", &lineage]);
    early.fails(5, "stream account-1").fails(5, "import them without pos and gpos");
    assert_eq!(new.json(&["archives", "list", "--all"]), serde_json::json!([]));

    // What the hint says.
    let mut message: Value = serde_json::from_str(&export(&new)).unwrap();
    message.as_object_mut().unwrap().retain(|key, _| key != "pos" && key != "gpos");
    new.run(&["namespaces", "delete", &new.namespace, "--yes"]).succeeds();
    new.run(&["namespaces", "create", &new.namespace, "--compress-after", "never"]).succeeds();
    new.run(&["archives", "sync"]).succeeds();
    new.run_with(&["messages", "import"], format!("{message}\n").as_bytes()).succeeds();
    assert_eq!(new.json(&["streams", "version", "account-1"])["version"], 7);
    rehydrate_all(&new);
    assert!(export(&new).starts_with(&lines));
    new.run(&["coverage"]).succeeds();
}

#[test]
fn two_databases_below_one_prefix_are_not_mixed_up() {
    let (cli, _) = filled(1);
    archive_closed(&cli);
    let Some(other) = lost(&cli) else { return };
    // Others in the same places.
    let others: String =
        made_up(2, 60).lines().map(|l| format!("{}\n", l.replace("-000000000", "-100000000"))).collect();
    other.run_with(&["messages", "import"], others.as_bytes()).succeeds();
    claim(&other);
    archive_closed(&other);
    let Some(new) = lost(&cli) else { return };
    new.run(&["archives", "sync"]).fails(5, "fewer positions than messages");
    assert_eq!(new.json(&["archives", "list", "--all"]), serde_json::json!([]));
    assert_eq!(sql(&new.db_url, "SELECT count(*) FROM eventodb_store.archives"), "0");
}
