//! Chunks that the server leaves out of queries for a range, as it has no statistics of them.

use super::super::cli::{Cli, made_up, sql};
use super::scene::{ARCHIVE, database, schema};

#[test]
fn what_came_back_is_seen_by_its_global_positions_where_chunks_are_skipped() {
    let Some(cli) = Cli::alone() else { return };
    let store = cli.store();
    let cli = cli.with("EVENTODB_STORE", &store);
    cli.run(&["namespaces", "create", &cli.namespace, "--compress-after", "never"]).succeeds();
    cli.run_with(&["messages", "import"], made_up(3, 50).as_bytes()).succeeds();
    let (name, table) = ("timescaledb.enable_chunk_skipping", format!("{}.messages", schema(&cli)));
    if sql(&cli.db_url, &format!("SELECT current_setting('{name}', true) IS NOT NULL")) == "f" {
        eprintln!("NOT TESTED HERE: {name}; this server does not have it");
        return;
    }
    sql(&cli.db_url, &format!("ALTER DATABASE {} SET {name} = on", database(&cli)));
    // As an application's session would be.
    let on = format!("SET {name} = on");
    sql(&cli.db_url, &format!("{on}; SELECT enable_chunk_skipping('{table}', 'global_position')"));
    let all = cli.run(&["messages", "export"]).succeeds().stdout.clone();
    cli.run(&ARCHIVE).succeeds();
    let back = ["archives", "rehydrate", "--from", "2012-01-01", "--to", "2015-01-01"];
    cli.run(&back).succeeds();
    let seen = format!("{on}; SELECT count(*) FROM {table} WHERE global_position BETWEEN 1 AND 150");
    assert_eq!(sql(&cli.db_url, &seen), "150", "an application sees them, too");
    assert_eq!(cli.run(&["messages", "export"]).succeeds().stdout, all);
    // Nobody gets a place twice.
    let twin = r#"{"stream":"twin-1","type":"T","pos":0,"gpos":70,"time":"2013-01-08T00:00:00Z"}"#;
    cli.run_with(&["messages", "import"], twin.as_bytes()).fails(4, "70");
    cli.run(&["archives", "rehydrate", "1"]).succeeds();
    // A chunk that somebody's session made without the setting: nothing is done by what it would not see.
    let late = format!("INSERT INTO {table} (id, stream_name, type, position, data, time) VALUES");
    let values = "(gen_random_uuid(), 'late-1', 'T', 0, '{}', '2014-06-01')";
    sql(&cli.db_url, &format!("SET {name} = off; {late} {values}"));
    let refused = cli.run(&["coverage"]);
    refused.fails(4, "of 1 chunks TimescaleDB has no range");
    cli.run(&ARCHIVE).fails(4, "no range");
    let mend = refused.stderr.split("in one transaction: ").nth(1).unwrap().to_owned();
    sql(&cli.db_url, &mend);
    cli.run(&["coverage"]).succeeds();
    cli.run(&ARCHIVE).succeeds();
    cli.run(&["archives", "verify", "--all"]).succeeds();
}
