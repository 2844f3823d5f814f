//! A namespace with weeks of 2013 in it and a policy.

use serde_json::Value;

use super::cli::{Cli, made_up, sql, var};

pub const RUN: [&str; 2] = ["lifecycle", "run"];

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
