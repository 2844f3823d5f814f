//! A namespace with weeks of 2013 in it and a policy.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::cli::{BINARY, Cli, Held, Out, made_up, sql, var};

pub const RUN: [&str; 2] = ["lifecycle", "run"];
pub const ALL: [&str; 3] = ["lifecycle", "run", "--all-namespaces"];

/// A namespace with so many weeks, on a store in a folder of its own.
pub fn filled(weeks: usize) -> Cli {
    fill(Cli::new(), weeks)
}

pub fn fill(cli: Cli, weeks: usize) -> Cli {
    cli.run_with(&["messages", "import"], made_up(weeks, 20).as_bytes()).succeeds();
    std::fs::create_dir_all(cli.path("disk")).unwrap();
    cli
}

/// A folder that is not made where its disk is missing.
pub fn store(cli: &Cli) -> String {
    format!("file://{}", cli.path("disk/events/prod").display())
}

pub fn set(cli: &Cli, words: &[&str]) {
    std::fs::create_dir_all(cli.path("disk/events")).unwrap();
    cli.run(&[&["policy", "set", "--yes", "-q"], words].concat()).succeeds();
}

/// A policy that archives all that has ended.
pub fn archive_all(cli: &Cli) {
    set(cli, &["--archive-after", "0d", "--store", &store(cli)]);
}

/// The summary of the one namespace.
pub fn night(cli: &Cli, words: &[&str]) -> Value {
    cli.json(&[&RUN, words].concat())[0].clone()
}

pub fn schema(cli: &Cli) -> String {
    cli.json(&["namespaces", "show"])["schema"].as_str().unwrap().to_owned()
}

/// Names of live chunks, oldest first.
pub fn chunks(cli: &Cli) -> Vec<String> {
    let all = cli.json(&["chunks", "list"]);
    let live = all.as_array().unwrap().iter().filter(|c| c["state"] != "archived");
    live.map(|c| c["chunk_name"].as_str().unwrap().to_owned()).collect()
}

pub fn archives(cli: &Cli) -> Vec<Value> {
    cli.json(&["archives", "list"]).as_array().unwrap().clone()
}

pub fn states(cli: &Cli) -> String {
    sql(
        &cli.db_url,
        &format!(
            "SELECT string_agg(state, ',' ORDER BY id) FROM eventodb_store.archives WHERE namespace = '{}'",
            cli.namespace
        ),
    )
}

pub fn is_community(cli: &Cli) -> bool {
    sql(&cli.db_url, "SELECT current_setting('timescaledb.license')") == "timescale"
}

/// A second namespace in the same database, with the same variables.
pub fn another(cli: &Cli, weeks: usize) -> Cli {
    let other = cli.beside();
    other.run(&["namespaces", "create", &other.namespace, "--compress-after", "never"]).succeeds();
    fill(other, weeks)
}

/// Two namespaces alone in a database.
pub fn two(weeks: usize) -> Option<(Cli, Cli)> {
    let one = Cli::alone()?;
    one.run(&["namespaces", "create", &one.namespace, "--compress-after", "never"]).succeeds();
    let one = fill(one, weeks);
    let two = another(&one, weeks);
    Some((one, two))
}

/// What the S3 server is reached by.
pub fn on_s3(mut cli: Cli) -> Cli {
    for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_ENDPOINT_URL_S3"] {
        cli = cli.with(name, &var(name));
    }
    cli
}

/// The record of a namespace in a summary.
pub fn of<'a>(summary: &'a Value, cli: &Cli) -> &'a Value {
    let found = summary.as_array().unwrap().iter().find(|r| r["namespace"] == cli.namespace.as_str());
    found.unwrap_or_else(|| panic!("no {} in {summary}", cli.namespace))
}

pub fn summary(out: &Out) -> Value {
    serde_json::from_str(&out.stdout).unwrap_or_else(|e| panic!("{e}: {out:?}"))
}

pub fn run_json(cli: &Cli, words: &[&str]) -> (i32, Value) {
    let out = cli.run(&[words, &["-o", "json"]].concat());
    (out.code, summary(&out))
}

/// Namespaces alone in a database, each with a policy that archives all its weeks.
pub fn several(n: usize, weeks: usize) -> Option<Vec<Cli>> {
    let (one, two) = two(weeks)?;
    let mut all = vec![one, two];
    while all.len() < n {
        all.push(another(&all[0], weeks));
    }
    all.iter().for_each(archive_all);
    Some(all)
}

/// The program, under way.
pub fn start(cli: &Cli, words: &[&str]) -> Child {
    let mut command = Command::new(BINARY);
    command.args(words).env_clear().envs(cli.variables()).current_dir(cli.dir.path());
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// A run of all namespaces that waits for readers for as long as it takes, under way.
pub fn start_all(cli: &Cli, words: &[&str]) -> Child {
    start(cli, &[&ALL[..], &["-o", "json", "--lock-timeout", "200ms"], words].concat())
}

/// What it gave in the end.
pub fn ended(child: Child) -> Out {
    let out = child.wait_with_output().unwrap();
    Out {
        code: out.status.code().unwrap_or(-1),
        stdout: String::from_utf8(out.stdout).unwrap(),
        stderr: String::from_utf8(out.stderr).unwrap(),
    }
}

pub fn signal(child: &Child, name: &str) {
    assert!(Command::new("kill").args(["-s", name, &child.id().to_string()]).status().unwrap().success());
}

/// Somebody who reads a chunk, which keeps it from being dropped.
pub fn reader(cli: &Cli, chunk: &str) -> Held {
    Held::new(&cli.db_url, &format!("BEGIN; LOCK TABLE _timescaledb_internal.{chunk} IN ACCESS SHARE MODE"))
}

/// Waits until a query says that it is so.
#[track_caller]
pub fn wait_until(cli: &Cli, query: &str) {
    let began = Instant::now();
    while sql(&cli.db_url, query) != "t" {
        assert!(began.elapsed() < Duration::from_secs(60), "it does not come to {query}");
        std::thread::sleep(Duration::from_millis(50));
    }
}
