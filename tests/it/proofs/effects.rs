//! Effects are looked at afterwards, and neighbours are told apart.

use super::cli::{Cli, made_up, sql};

mod ages;
mod compress;
mod erase;
mod keys;
mod neighbours;
mod recount;

fn filled(weeks: usize) -> Cli {
    let cli = Cli::new();
    fill(cli, weeks)
}

/// In a database of its own.
fn alone(weeks: usize) -> Option<Cli> {
    let cli = Cli::alone()?;
    cli.run(&["namespaces", "create", &cli.namespace, "--compress-after", "never"]).succeeds();
    Some(fill(cli, weeks))
}

fn fill(cli: Cli, weeks: usize) -> Cli {
    let store = cli.store();
    let cli = cli.with("EVENTODB_STORE", &store);
    cli.run_with(&["messages", "import"], made_up(weeks, 20).as_bytes()).succeeds();
    cli
}

fn schema(cli: &Cli) -> String {
    cli.json(&["namespaces", "show"])["schema"].as_str().unwrap().to_owned()
}

fn is_community(cli: &Cli) -> bool {
    sql(&cli.db_url, "SELECT current_setting('timescaledb.license')") == "timescale"
}

fn archive(cli: &Cli) {
    cli.run(&["chunks", "archive", "--older-than", "0d"]).succeeds();
}

fn covered(cli: &Cli) {
    let coverage = cli.json(&["coverage"]);
    assert_eq!(coverage["verdict"], "complete", "{coverage}");
}

/// Live chunks, oldest first, with their schema.
fn chunks(cli: &Cli) -> Vec<String> {
    let all = sql(
        &cli.db_url,
        &format!(
            "SELECT coalesce(string_agg(format('%I.%I', chunk_schema, chunk_name), ' ' ORDER BY range_start), '')
               FROM timescaledb_information.chunks WHERE hypertable_schema = '{}' AND hypertable_name = 'messages'",
            schema(cli)
        ),
    );
    all.split_whitespace().map(str::to_owned).collect()
}

fn status(cli: &Cli, chunk: &str) -> String {
    sql(&cli.db_url, &format!("SELECT _timescaledb_functions.chunk_status('{chunk}')"))
}
