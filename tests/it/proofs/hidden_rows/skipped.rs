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
    let twin = r#"{"stream":"twin-1","type":"T","gpos":70,"time":"2013-01-08T00:00:00Z"}"#;
    cli.run_with(&["messages", "import"], twin.as_bytes()).fails(4, "70");
    cli.run(&["archives", "rehydrate", "1"]).succeeds();
    // One that was attached before, and a change to it: what is left live is known.
    sql(&cli.db_url, &format!("DELETE FROM {table} WHERE global_position = 3"));
    cli.run(&ARCHIVE).fails(5, "49 of");
    cli.run(&["coverage"]).fails(5, "");
}
