//! A manifest that is lost in the store is written again, from the ledger and from data that are proven by it, and not otherwise.

use std::path::PathBuf;

use super::cli::{Cli, made_up, sql};

const ARCHIVE: [&str; 4] = ["chunks", "archive", "--older-than", "0d"];
const REPAIR: [&str; 4] = ["archives", "verify", "--all", "--repair"];

/// A namespace of which so many weeks are archived, what it exports, and its archives by number.
fn archived(weeks: usize, words: &[&str]) -> (Cli, String) {
    let cli = Cli::new();
    let store = cli.store();
    let cli = cli.with("EVENTODB_STORE", &store);
    cli.run_with(&["messages", "import"], made_up(weeks, 50).as_bytes()).succeeds();
    let all = cli.run(&["messages", "export"]).succeeds().stdout.clone();
    cli.run(&[&ARCHIVE[..], words].concat()).succeeds();
    (cli, all)
}

/// The object of the oldest archive that this column names.
fn object(cli: &Cli, column: &str) -> PathBuf {
    let oldest = "WHERE namespace = '{}' AND state <> 'expired' ORDER BY id LIMIT 1".replace("{}", &cli.namespace);
    cli.path("store").join(sql(&cli.db_url, &format!("SELECT {column} FROM eventodb_store.archives {oldest}")))
}

fn ids(cli: &Cli) -> Vec<String> {
    cli.json(&["archives", "list"]).as_array().unwrap().iter().map(|a| a["id"].to_string()).collect()
}

/// All is there, is proven, can be read in place and comes back.
fn is_whole(cli: &Cli, all: &str) {
    cli.run(&["archives", "verify", "--all"]).succeeds();
    cli.run(&["coverage"]).succeeds();
    assert_eq!(&cli.run(&["messages", "export"]).succeeds().stdout, all);
    assert_eq!(cli.json(&["archives", "sweep"]).as_array().unwrap().len(), 0);
    cli.run(&["archives", "sync"]).succeeds();
    assert!(!cli.run(&["messages", "read", "account-3"]).succeeds().stdout.is_empty());
    cli.run(&["archives", "rehydrate", "--from", "2012-01-01", "--to", "2015-01-01"]).succeeds();
    assert_eq!(&cli.run(&["messages", "export", "--archived", "skip"]).succeeds().stdout, all);
    cli.run(&["coverage"]).succeeds();
}

#[test]
fn a_lost_manifest_is_written_again_and_the_messages_that_miss_it_name_the_command() {
    let (cli, all) = archived(3, &[]);
    let before = ids(&cli);
    let manifest = object(&cli, "manifest_key");
    std::fs::remove_file(&manifest).unwrap();
    for run in [&["archives", "verify", "--all"][..], &["archives", "rehydrate", &before[0]], &["coverage"]] {
        let out = cli.run(run);
        out.fails(5, "archives verify --all --repair");
    }
    let plan = cli.run(&[&REPAIR[..], &["--dry-run"]].concat());
    assert!(plan.fails(5, "").stdout.contains("write manifest and stream list from the data"), "{plan:?}");
    assert!(!manifest.exists());
    cli.run(&REPAIR).succeeds();
    assert_eq!(ids(&cli), before, "it keeps its number");
    let frames = |path| {
        let text = std::fs::read_to_string(path).unwrap();
        serde_json::from_str::<serde_json::Value>(&text).unwrap()["data"]["frames"].as_array().unwrap().len()
    };
    assert!(frames(&manifest) > 0, "the same program cuts the same frames");
    is_whole(&cli, &all);
    // What is archived later follows it.
    cli.run(&ARCHIVE).succeeds();
    cli.run(&["coverage"]).succeeds();
    cli.run(&["archives", "sync"]).succeeds();
}

#[test]
fn a_stream_list_that_is_lost_or_damaged_is_made_again_with_or_without_its_manifest() {
    let (cli, all) = archived(2, &[]);
    for (manifest_too, left) in [(false, None), (false, Some("x")), (true, None), (true, Some("x"))] {
        for column in ["heads_key", "manifest_key"].iter().filter(|column| manifest_too || **column == "heads_key") {
            match left {
                None => std::fs::remove_file(object(&cli, column)).unwrap(),
                Some(text) => std::fs::write(object(&cli, column), text).unwrap(),
            }
        }
        cli.run(&["archives", "verify", "--all"]).fails(5, "");
        cli.run(&REPAIR).succeeds();
        cli.run(&["archives", "verify", "--all"]).succeeds();
    }
    is_whole(&cli, &all);
}

#[test]
fn archives_that_were_compressed_otherwise_are_described_again_and_read_as_a_whole() {
    for words in [&["--compression", "gzip", "--level", "9"][..], &["--compression", "none"], &["--level", "19"]] {
        let (cli, all) = archived(1, words);
        std::fs::remove_file(object(&cli, "manifest_key")).unwrap();
        cli.run(&REPAIR).succeeds();
        is_whole(&cli, &all);
    }
}

#[test]
fn nothing_is_written_where_the_data_are_not_what_the_ledger_says() {
    let (cli, _) = archived(1, &[]);
    let (data, manifest) = (object(&cli, "object_key"), object(&cli, "manifest_key"));
    let whole = std::fs::read(&data).unwrap();
    std::fs::remove_file(&manifest).unwrap();
    let mut turned = whole.clone();
    turned[whole.len() / 2] ^= 1;
    for damaged in [Some(&turned[..]), Some(&whole[..whole.len() - 1]), None] {
        match damaged {
            Some(bytes) => std::fs::write(&data, bytes).unwrap(),
            None => std::fs::remove_file(&data).unwrap(),
        }
        cli.run(&REPAIR).fails(5, "put the object back");
        assert!(!manifest.exists());
    }
    std::fs::write(&data, whole).unwrap();
    let last_is = |position: i64| {
        let row = format!("WHERE namespace = '{}'", cli.namespace);
        sql(&cli.db_url, &format!("UPDATE eventodb_store.archives SET last_global_position = {position} {row}"));
    };
    last_is(49);
    cli.run(&REPAIR).fails(5, "first and last global position are not those of the ledger");
    last_is(50);
    cli.run(&REPAIR).succeeds();
    cli.run(&["coverage"]).succeeds();
}

#[test]
fn what_was_erased_stays_told_and_a_store_that_is_away_may_have_the_manifest() {
    let (cli, _) = archived(1, &[]);
    cli.run(&["archives", "erase", "--stream", "account-3", "--reason", "asked for", "--yes"]).succeeds();
    cli.run(&["archives", "copy", "--all", "--to", &cli.second_store()]).succeeds();
    std::fs::remove_file(object(&cli, "manifest_key")).unwrap();
    let second = cli.second_store();
    let folder = std::path::Path::new(second.trim_start_matches("file://"));
    std::fs::rename(folder, cli.path("away")).unwrap();
    cli.run(&REPAIR).fails(5, "no other store has a verified copy");
    assert!(!object(&cli, "manifest_key").exists());
    std::fs::rename(cli.path("away"), folder).unwrap();
    for entry in [
        object(&cli, "manifest_key"),
        folder.join(object(&cli, "manifest_key").strip_prefix(cli.path("store")).unwrap()),
    ] {
        let _ = std::fs::remove_file(entry);
    }
    cli.run(&REPAIR).succeeds();
    cli.run(&["archives", "verify", "--all"]).succeeds();
    cli.run(&["coverage", "--copies", "2"]).succeeds();
    let text = std::fs::read_to_string(object(&cli, "manifest_key")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(manifest["erasures"][0]["stream"], "account-3", "{manifest}");
}

#[test]
fn an_encrypted_archive_is_not_described_again_and_the_message_says_why() {
    let identity = age::x25519::Identity::generate();
    let cli = Cli::new();
    let store = cli.store();
    use age::secrecy::ExposeSecret;
    let file = cli.file("key", identity.to_string().expose_secret());
    let cli = cli
        .with("EVENTODB_STORE", &store)
        .with("EVENTODB_AGE_RECIPIENTS", &identity.to_public().to_string())
        .with("EVENTODB_AGE_IDENTITY_FILE", &file);
    cli.run_with(&["messages", "import"], made_up(1, 50).as_bytes()).succeeds();
    cli.run(&ARCHIVE).succeeds();
    std::fs::remove_file(object(&cli, "manifest_key")).unwrap();
    cli.run(&REPAIR).fails(5, "only the manifest told where their frames begin");
}
