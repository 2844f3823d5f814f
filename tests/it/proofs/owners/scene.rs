//! A namespace on a store, copies of its database, and what each may do.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use crate::proofs::cli::{Cli, Out, find_var, made_up, sql, var};

/// Rows of an odd week are live again with a lease that is over, so that every verb has something to do.
pub fn prepared(cli: &Cli) {
    cli.run_with(&["messages", "import"], made_up(4, 20).as_bytes()).succeeds();
    archive(cli);
    cli.run(&["archives", "rehydrate", "--from", "2013-01-03", "--to", "2013-01-11"]).succeeds();
    // A generation that another takes the place of, and one that a late row will change.
    write_late(cli, "2013-01-03T12:00:00Z", "late-1");
    cli.run(&["archives", "release", &id(cli, 0)]).succeeds();
    cli.run(&["archives", "rehydrate", "--from", "2013-01-03", "--to", "2013-01-04"]).succeeds();
    let policy = ["policy", "set", "--archive-after", "1d", "--expire-archives-after", "30000d", "--yes", "--store"];
    cli.run(&[&policy[..], &[&store(cli)]].concat()).succeeds();
}

pub fn archive(cli: &Cli) {
    cli.run(&["chunks", "archive", "--older-than", "0d"]).succeeds();
}

pub fn store(cli: &Cli) -> String {
    cli.variables.iter().rev().find(|(name, _)| name == "EVENTODB_STORE").map(|(_, value)| value.clone()).unwrap()
}

pub fn schema(cli: &Cli) -> String {
    cli.json(&["namespaces", "show"])["schema"].as_str().unwrap().to_owned()
}

pub fn write_late(cli: &Cli, time: &str, stream: &str) {
    let statement = "INSERT INTO {}.messages (time, position, stream_name, type) VALUES";
    let statement = format!("{} ('{time}', 0, '{stream}', 'L')", statement.replace("{}", &schema(cli)));
    sql(&cli.db_url, &statement);
}

/// Takes over what the store has and the ledger does not; of what is there in part the rest is put in, as the program says.
pub fn sync_and_put_in(cli: &Cli) {
    let synced = cli.run(&["archives", "sync"]);
    for after in synced.stderr.split("hint: eventodb-admin archives rehydrate ").skip(1) {
        let id: String = after.chars().take_while(char::is_ascii_digit).collect();
        cli.run(&["archives", "rehydrate", &id]).succeeds();
    }
}

/// The number of the archive that is so many from the oldest.
pub fn id(cli: &Cli, n: usize) -> String {
    cli.json(&["archives", "list"])[n]["id"].to_string()
}

pub fn states(cli: &Cli) -> Vec<String> {
    let mut all = cli.json(&["archives", "list", "--all"]).as_array().unwrap().clone();
    all.sort_by_key(|a| a["id"].as_i64());
    all.iter().map(|a| a["state"].as_str().unwrap().to_owned()).collect()
}

pub fn covered(cli: &Cli) {
    let coverage = cli.json(&["coverage"]);
    assert_eq!(coverage["verdict"], "complete", "{coverage}");
}

pub fn export(cli: &Cli) -> String {
    cli.run(&["messages", "export"]).succeeds().stdout.clone()
}

/// The files below a folder, with their content.
pub fn content(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.insert(path.display().to_string(), std::fs::read(&path).unwrap());
            }
        }
    }
    found
}

/// Every verb that changes something in a store, or drops on its word.
pub fn changing(cli: &Cli) -> Vec<Vec<String>> {
    let first = id(cli, 0);
    let verbs: [&[&str]; 9] = [
        &["chunks", "archive", "--older-than", "0d"],
        &["chunks", "archive", "--older-than", "0d", "--keep"],
        &["chunks", "drop", "--older-than", "0d"],
        &["archives", "release", &first],
        &["archives", "sweep", "--older-than", "0s"],
        &["archives", "prune", "--older-than", "0d", "--superseded", "--yes"],
        &["archives", "erase", "--stream", "account-1", "--reason", "x", "--yes"],
        &["archives", "sync"],
        &["lifecycle", "run"],
    ];
    verbs.iter().map(|verb| verb.iter().map(|&word| word.to_owned()).collect()).collect()
}

/// A database that is not the store's owner: every changing verb says so and leaves the store as it is, reading goes on.
#[track_caller]
pub fn may_only_read(copy: &Cli, why: &str, content: impl Fn() -> BTreeMap<String, Vec<u8>>) {
    // So that every verb has something to do. What comes back is read, and changes nothing in the store.
    let before = content();
    copy.run(&["archives", "rehydrate", &id(copy, 0), &id(copy, 1)]).succeeds();
    for verb in changing(copy) {
        let words: Vec<&str> = verb.iter().map(String::as_str).collect();
        // A plan says so, too.
        let plan = copy.run(&[&words[..], &["--dry-run"]].concat());
        assert!(plan.code == 4 && plan.stderr.contains(why), "{verb:?}: {plan:?}");
        let out = copy.run(&words);
        assert_eq!(out.code, 4, "{verb:?}: {out:?}");
        assert!(out.stderr.contains(why), "{verb:?}: no {why:?} in {out:?}");
        assert!(out.stderr.contains("archives claim"), "{verb:?}: {out:?}");
        assert!(content() == before, "{verb:?} has changed the store");
    }
    let doctor = copy.run(&["doctor"]);
    doctor.fails(1, "");
    assert!(doctor.stdout.contains("owner of the store") && doctor.stdout.contains(why), "{doctor:?}");
    assert!(content() == before, "doctor has changed the store");
    copy.run(&["archives", "list"]).succeeds();
    copy.run(&["archives", "verify", "--all"]).succeeds();
    copy.run(&["archives", "cat", &id(copy, 2)]).succeeds();
    copy.run(&["coverage"]).succeeds();
    copy.run(&["messages", "read", "account-1"]).succeeds();
    copy.run(&["archives", "rehydrate", &id(copy, 3)]).succeeds();
    assert!(content() == before, "reading has changed the store");
}

/// The owner goes on as ever.
#[track_caller]
pub fn goes_on(cli: &Cli) {
    write_late(cli, "2013-01-10T12:00:00Z", &format!("late-{}", uuid::Uuid::new_v4().simple()));
    archive(cli);
    cli.run(&["archives", "sweep", "--older-than", "0s"]).succeeds();
    cli.run(&["lifecycle", "run"]).succeeds();
    cli.run(&["archives", "verify", "--all"]).succeeds();
    covered(cli);
}

/// A copy of the database beside it, by template.
pub fn by_template(cli: &Cli) -> Cli {
    let copy = url::Url::parse(&cli.db_url).unwrap();
    let from = copy.path().trim_start_matches('/').to_owned();
    let to = format!("eventodb_cli_test_{}_{}", now(), uuid::Uuid::new_v4().simple());
    let main = var("EVENTODB_TEST_DB_URL");
    // Nobody may be in a database that is copied, TimescaleDB's scheduler neither.
    sql_plain(&main, &format!("ALTER DATABASE {from} ALLOW_CONNECTIONS false"));
    let left = format!("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{from}'");
    while sql_plain(&main, &left) != "0" {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    sql_plain(&main, &format!("CREATE DATABASE {to} TEMPLATE {from}"));
    sql_plain(&main, &format!("ALTER DATABASE {from} ALLOW_CONNECTIONS true"));
    at(cli, &to)
}

/// The same namespace and store in another database of the cluster.
pub fn at(cli: &Cli, database: &str) -> Cli {
    let mut url = url::Url::parse(&cli.db_url).unwrap();
    url.set_path(database);
    of(cli, url.as_str())
}

/// The same namespace and store in the database of a URL.
pub fn of(cli: &Cli, url: &str) -> Cli {
    let mut copy = Cli::offline();
    copy.db_url = url.to_owned();
    copy.namespace.clone_from(&cli.namespace);
    copy.variables.clone_from(&cli.variables);
    copy
}

fn now() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs()
}

/// Runs SQL by psql, where the extension need not be in the database.
pub fn sql_plain(url: &str, statement: &str) -> String {
    let psql = find_var("EVENTODB_TEST_PG_BINDIR").map_or_else(|| "psql".into(), |bin| Path::new(&bin).join("psql"));
    let out = Command::new(psql).args(["-XAtq", "-v", "ON_ERROR_STOP=1", url, "-c", statement]).output().unwrap();
    assert!(out.status.success(), "{statement}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap().trim().to_owned()
}

/// A namespace in a database of its own, on a folder. `None` where the server has one database only.
pub fn owner() -> Option<Cli> {
    let cli = Cli::alone()?;
    let store = cli.store();
    let cli = cli.with("EVENTODB_STORE", &store);
    cli.run(&["namespaces", "create", &cli.namespace, "--compress-after", "never"]).succeeds();
    Some(cli)
}

/// Runs the binary with failpoints.
pub fn broken(cli: &Cli, failpoints: &str, args: &[&str]) -> Out {
    cli.run_in(&[("EVENTODB_FAILPOINTS", failpoints)], args, b"")
}
