//! A namespace with weeks of 2013 in it, on a store in a folder.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::cli::{Cli, made_up, sql};

/// Twenty messages a week.
pub fn filled(weeks: usize) -> (Cli, String) {
    let cli = Cli::new();
    let store = cli.store();
    let cli = cli.with("EVENTODB_STORE", &store);
    let lines = made_up(weeks, 20);
    cli.run_with(&["messages", "import"], lines.as_bytes()).succeeds();
    (cli, lines)
}

/// With all of it archived.
pub fn archived(weeks: usize) -> (Cli, String) {
    let (cli, lines) = filled(weeks);
    archive(&cli);
    (cli, lines)
}

pub fn archive(cli: &Cli) {
    cli.run(&["chunks", "archive", "--older-than", "0d"]).succeeds();
}

/// A second namespace in the same database and store.
pub fn another(cli: &Cli) -> Cli {
    let other = cli.beside().with("EVENTODB_STORE", &cli.store());
    other.run(&["namespaces", "create", &other.namespace, "--compress-after", "never"]).succeeds();
    other
}

pub fn export(cli: &Cli) -> String {
    cli.run(&["messages", "export"]).succeeds().stdout.clone()
}

pub fn archives(cli: &Cli) -> Vec<Value> {
    cli.json(&["archives", "list", "--all"]).as_array().unwrap().clone()
}

pub fn states(cli: &Cli) -> Vec<String> {
    let mut all = archives(cli);
    all.sort_by_key(|a| a["id"].as_i64());
    all.iter().map(|a| a["state"].as_str().unwrap().to_owned()).collect()
}

/// The number of the archive that is so many from the oldest.
pub fn id(cli: &Cli, n: usize) -> String {
    cli.json(&["archives", "list"])[n]["id"].to_string()
}

pub fn covered(cli: &Cli) {
    let coverage = cli.json(&["coverage"]);
    assert_eq!(coverage["verdict"], "complete", "{coverage}");
}

pub fn schema(cli: &Cli) -> String {
    cli.json(&["namespaces", "show"])["schema"].as_str().unwrap().to_owned()
}

/// Live chunks, oldest first.
pub fn chunks(cli: &Cli) -> Vec<String> {
    let all = cli.json(&["chunks", "list"]);
    let live = all.as_array().unwrap().iter().filter(|c| c["state"] != "archived");
    live.map(|c| c["chunk_name"].as_str().unwrap().to_owned()).collect()
}

/// Data objects below a folder of the store.
pub fn data(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_str().unwrap().ends_with(".csv.zst") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

pub fn of_namespace(cli: &Cli) -> Vec<PathBuf> {
    data(&cli.path("store").join(&cli.namespace))
}

pub fn is_community(cli: &Cli) -> bool {
    sql(&cli.db_url, "SELECT current_setting('timescaledb.license')") == "timescale"
}

/// A message of a range that was archived.
pub fn write_late(cli: &Cli) {
    sql(
        &cli.db_url,
        &format!(
            "INSERT INTO {}.messages (time, position, stream_name, type) VALUES ('2013-01-03T12:00:00Z', 0, 'late-1', 'L')",
            schema(cli)
        ),
    );
}

pub fn end_leases(cli: &Cli) {
    sql(
        &cli.db_url,
        &format!(
            "UPDATE eventodb_store.archives SET lease_until = now() - interval '1 s'
              WHERE lease_until IS NOT NULL AND namespace = '{}'",
            cli.namespace
        ),
    );
}
