//! Signals, and readers that leave.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::cli::{BINARY, Cli, made_up, sql};
use crate::support::secrets;

fn start(cli: &Cli, args: &[&str]) -> Child {
    Command::new(BINARY)
        .args(args)
        .env_clear()
        .envs(cli.variables())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args(["-s", name, &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

fn ended(cli: &Cli, mut child: Child) -> (i32, String) {
    let start = Instant::now();
    while child.try_wait().unwrap().is_none() {
        assert!(start.elapsed() < Duration::from_secs(30), "it does not end");
        std::thread::sleep(Duration::from_millis(20));
    }
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    secrets::assert_kept(&[], &cli.variables(), b"", stderr.as_bytes());
    (child.wait().unwrap().code().unwrap(), stderr)
}

/// Waits until the namespace's sessions look so.
fn wait_for(cli: &Cli, condition: &str) {
    let start = Instant::now();
    while sql(&cli.db_url, &format!("SELECT {condition}")) != "t" {
        assert!(start.elapsed() < Duration::from_secs(30), "never: {condition}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn an_import_that_is_stopped_exits_130_or_143_and_imports_nothing() {
    let cli = Cli::new();
    let schema = cli.json(&["namespaces", "show"])["schema"].as_str().unwrap().to_owned();
    for (name, code) in [("INT", 130), ("TERM", 143)] {
        let mut child = start(&cli, &["messages", "import", "-"]);
        // More than a batch, and no end: it waits for more while its transaction is open.
        child.stdin.as_mut().unwrap().write_all(made_up(1, 12_000).as_bytes()).unwrap();
        wait_for(
            &cli,
            &format!(
                "EXISTS (SELECT FROM pg_locks WHERE relation = '\"{schema}\".messages'::regclass \
                 AND mode = 'ShareRowExclusiveLock' AND granted)"
            ),
        );
        signal(&child, name);
        let (got, stderr) = ended(&cli, child);
        assert_eq!(got, code, "{stderr}");
        assert!(stderr.contains("stopped"), "{stderr}");
    }
    assert_eq!(cli.run(&["messages", "export"]).succeeds().stdout, "");
}

#[test]
fn a_stop_between_chunks_lets_the_next_run_resume() {
    let cli = Cli::new();
    cli.run_with(&["messages", "import"], made_up(4, 50).as_bytes()).succeeds();
    let store = cli.store();
    let schema = cli.json(&["namespaces", "show"])["schema"].as_str().unwrap().to_owned();
    let second = cli.json(&["chunks", "list"])[1]["chunk_name"].as_str().unwrap().to_owned();
    assert!(!schema.is_empty());
    // A reader's lock holds the run up at its second chunk.
    let (url, table) = (cli.db_url.clone(), format!("_timescaledb_internal.{second}"));
    let reader = std::thread::spawn(move || {
        sql(&url, &format!("BEGIN; LOCK TABLE {table} IN ACCESS SHARE MODE; SELECT pg_sleep(4); COMMIT"));
    });
    wait_for(
        &cli,
        &format!(
            "EXISTS (SELECT FROM pg_locks WHERE relation = '_timescaledb_internal.{second}'::regclass AND mode = 'AccessShareLock')"
        ),
    );
    let mut child = start(&cli, &["chunks", "archive", "--older-than", "0d", "--store", &store]);
    wait_for(
        &cli,
        &format!(
            "to_regclass('_timescaledb_internal.{second}') IS NULL OR (SELECT count(*) FROM eventodb_store.archives WHERE namespace = '{}') >= 2",
            cli.namespace
        ),
    );
    signal(&child, "INT");
    let mut first = String::new();
    BufReader::new(child.stderr.as_mut().unwrap()).read_line(&mut first).unwrap();
    assert!(first.contains("again to stop at once"), "{first}");
    let (code, stderr) = ended(&cli, child);
    assert_eq!(code, 130, "{stderr}");
    reader.join().unwrap();
    assert!(!cli.json(&["chunks", "list", "--state", "closed"]).as_array().unwrap().is_empty());
    cli.run(&["chunks", "archive", "--older-than", "0d", "--store", &store]).succeeds();
    assert_eq!(cli.json(&["chunks", "list", "--state", "archived"]).as_array().unwrap().len(), 4);
    cli.run(&["coverage"]).succeeds();
}

#[test]
fn a_reader_that_leaves_ends_an_export_quietly() {
    let cli = Cli::new();
    cli.run_with(&["messages", "import"], made_up(1, 9000).as_bytes()).succeeds();
    for args in [&["messages", "export"][..], &["messages", "read", "--category", "account", "-o", "json"]] {
        let mut child = start(&cli, args);
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        assert!(line.len() > 1 || args[1] == "read", "{line}");
        drop(out);
        let (code, stderr) = ended(&cli, child);
        assert_eq!((code, stderr.as_str()), (0, ""), "{args:?}");
    }
}

#[test]
fn a_reader_that_leaves_ends_a_follow_that_waits() {
    let cli = Cli::new();
    cli.run(&["messages", "write", "a-1", "T"]).succeeds();
    let mut child = start(&cli, &["messages", "follow"]);
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    assert!(line.contains("a-1"), "{line}");
    drop(out);
    let (code, stderr) = ended(&cli, child);
    assert_eq!((code, stderr.as_str()), (0, ""));
}

#[test]
fn a_stop_does_not_wait_for_a_line_that_is_held_back() {
    let cli = Cli::new();
    let cli = {
        let store = cli.store();
        cli.with("EVENTODB_STORE", &store)
    };
    cli.run_with(&["messages", "import"], made_up(1, 12_000).as_bytes()).succeeds();
    // Two minutes of work.
    let rate = ["--limit-rate", "16K", "--compression", "none"];
    let child = start(&cli, &[&["chunks", "archive", "--older-than", "1d"], &rate[..]].concat());
    wait_for(&cli, &format!("EXISTS (SELECT FROM eventodb_store.archives WHERE namespace = '{}')", cli.namespace));
    signal(&child, "INT");
    let (code, stderr) = ended(&cli, child);
    assert_eq!(code, 130, "{stderr}");
    cli.run(&["chunks", "archive", "--older-than", "1d"]).succeeds();
    cli.run(&["coverage"]).succeeds();
}
