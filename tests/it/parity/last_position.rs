//! A message at the last position, or the last global position, that there can be: nothing that counts on from there overflows.

use super::cli::{Cli, sql, try_sql};

const LAST: &str = "9223372036854775807";

/// A namespace with weeks of one stream, of hours of another, and one message at the last position of its own stream.
fn filled(pos: &str, gpos: &str) -> Cli {
    let cli = Cli::bare();
    let store = cli.store();
    let cli = cli.with("EVENTODB_STORE", &store);
    cli.run(&["namespaces", "create", &cli.namespace, "--compress-after", "never", "--chunk-interval", "1h"])
        .succeeds();
    let mut lines = String::new();
    for n in 0..60 {
        let (day, hour) = (3 + n / 24, n % 24);
        for stream in ["max-1", "account-1"] {
            let g = 2 * n + if stream == "max-1" { 1 } else { 2 };
            lines.push_str(&format!(
                "{{\"stream\":\"{stream}\",\"type\":\"T\",\"pos\":{n},\"gpos\":{g},\"data\":{{}},\"time\":\"2013-01-{day:02}T{hour:02}:10:00Z\"}}\n"
            ));
        }
    }
    let last = format!(
        "{{\"stream\":\"max-1\",\"type\":\"T\",\"pos\":{pos},\"gpos\":{gpos},\"data\":{{}},\"time\":\"2013-01-05T20:00:00Z\"}}\n"
    );
    if gpos == LAST {
        // No import takes it; an owner who inserts it by hand is not kept from it.
        cli.run_with(&["messages", "import"], lines.as_bytes()).succeeds();
        let refused = cli.run_with(&["messages", "import"], last.as_bytes());
        refused.fails(1, "line 1").fails(1, "stream max-1").fails(1, "nothing was imported");
        cli.run_with(&["messages", "import", "--dry-run"], last.as_bytes()).fails(1, "line 1");
        assert!(check(&cli).starts_with("ok 120 "), "{}", check(&cli));
        let by_hand = format!(
            "INSERT INTO {}.messages (time, position, global_position, stream_name, type, data)
             VALUES ('2013-01-05T20:00:00Z', {pos}, {gpos}, 'max-1', 'T', '{{}}')",
            schema(&cli)
        );
        sql(&cli.db_url, &by_hand);
    } else {
        lines.push_str(&last);
        cli.run_with(&["messages", "import"], lines.as_bytes()).succeeds();
    }
    cli
}

fn schema(cli: &Cli) -> String {
    format!("\"{}\"", cli.json(&["namespaces", "show"])["schema"].as_str().unwrap())
}

/// What doctor says of the sequence.
fn check(cli: &Cli) -> String {
    let checks = cli.json(&["doctor"]);
    let found = checks.as_array().unwrap().iter().find(|c| c["check"] == "global positions").unwrap();
    format!("{} {}", found["verdict"].as_str().unwrap(), found["found"].as_str().unwrap())
}

fn count(cli: &Cli, words: &[&str]) -> usize {
    cli.run(&[words, &["-o", "json"]].concat()).succeeds().stdout.matches("\"gpos\"").count()
}

/// What is asked of it, live and archived.
fn is_readable(cli: &Cli, position: &str) {
    cli.run(&["coverage"]).succeeds();
    assert_eq!(count(cli, &["messages", "read", "max-1", "--limit", "1000"]), 61);
    assert_eq!(count(cli, &["messages", "read", "max-1"]), 61);
    assert_eq!(count(cli, &["messages", "read", "max-1", "--from-position", position]), 1);
    assert_eq!(count(cli, &["messages", "read", "--category", "max"]), 61);
    cli.run(&["messages", "last", "max-1"]).succeeds();
    assert_eq!(cli.run(&["messages", "export"]).succeeds().stdout.lines().count(), 121);
    assert_eq!(cli.run(&["messages", "follow", "--until-caught-up"]).succeeds().stdout.lines().count(), 121);
    let some = cli.run(&["messages", "follow", "--category", "max", "--until-caught-up"]);
    assert_eq!(some.succeeds().stdout.lines().count(), 61);
    cli.run(&["stats", "refresh", "--again"]).succeeds();
    cli.run(&["namespaces", "recount", &cli.namespace, "--yes"]).succeeds();
    cli.run(&["report", "--coverage"]).succeeds();
}

fn live_by_functions(cli: &Cli, position: &str) {
    let schema = cli.json(&["namespaces", "show"])["schema"].as_str().unwrap().to_owned();
    for mode in ["skip", "fail"] {
        let set = format!("SET message_store.sql_condition = 'on'; SET eventodb.archived_reads = '{mode}'; ");
        for (call, found) in [
            ("get_stream_messages('max-1')".to_owned(), "61"),
            ("get_stream_messages('max-1', 0, -1)".to_owned(), "61"),
            ("get_stream_messages('max-1', 10, 20)".to_owned(), "20"),
            (format!("get_stream_messages('max-1', {position})"), "1"),
            (format!("get_stream_messages('max-1', {position}, 1)"), "1"),
            (format!("get_stream_messages('max-1', {position} - 5, 10)"), if position == LAST { "1" } else { "6" }),
            ("get_stream_messages('max-1', 0, 1000, 'messages.position >= 0')".to_owned(), "61"),
            ("get_category_messages('max', 1, 1000)".to_owned(), "61"),
            (format!("get_category_messages('max', {LAST})"), if position == LAST { "0" } else { "1" }),
        ] {
            let asked = sql(&cli.db_url, &format!("{set}SELECT count(*) FROM \"{schema}\".{call}"));
            assert_eq!(asked.lines().last(), Some(found), "{mode}: {call}");
        }
    }
}

#[test]
fn a_message_at_the_last_position_is_counted_read_archived_and_comes_back() {
    let cli = filled(LAST, "500");
    is_readable(&cli, LAST);
    live_by_functions(&cli, LAST);
    let schema = cli.json(&["namespaces", "show"])["schema"].as_str().unwrap().to_owned();
    // A gap of the stream is filled.
    let late = format!(
        "INSERT INTO \"{schema}\".messages (time, position, global_position, stream_name, type)
         VALUES ('2013-01-05T21:00:00Z', 77, 501, 'max-1', 'T')"
    );
    sql(&cli.db_url, &late);
    sql(&cli.db_url, &format!("DELETE FROM \"{schema}\".messages WHERE global_position = 501"));
    sql(&cli.db_url, &format!("UPDATE \"{schema}\".heads SET messages = 61 WHERE stream_name = 'max-1'"));
    cli.run(&["messages", "write", "max-1", "T"]).fails(1, "22003");
    cli.run(&["chunks", "archive", "--older-than", "0d"]).succeeds();
    is_readable(&cli, LAST);
    cli.run(&["drill", "run", "--all"]).succeeds();
    cli.run(&["archives", "rehydrate", "--from", "2012-01-01", "--to", "2014-01-01"]).succeeds();
    is_readable(&cli, LAST);
    live_by_functions(&cli, LAST);
}

#[test]
fn a_message_at_the_last_global_position_is_counted_followed_archived_and_drilled() {
    let cli = filled("60", LAST);
    is_readable(&cli, "60");
    live_by_functions(&cli, "60");
    cli.run(&["chunks", "archive", "--older-than", "0d"]).succeeds();
    is_readable(&cli, "60");
    cli.run(&["drill", "run", "--all"]).succeeds();
    cli.run(&["archives", "rehydrate", "--from", "2012-01-01", "--to", "2014-01-01"]).succeeds();
    is_readable(&cli, "60");
    assert!(try_sql(&cli.db_url, "SELECT 1").is_ok());
    // Nothing is lost, and whoever runs the namespace learns that nobody can write.
    assert!(check(&cli).starts_with(&format!("warn {LAST} is taken: 0 are left")), "{}", check(&cli));
    assert!(cli.run(&["namespaces", "recount", &cli.namespace, "--yes"]).stderr.contains("0 are left"));
    // A ledger that is made from the store knows it, too; another namespace does not take it over.
    let other = cli.beside();
    other.run(&["namespaces", "create", &other.namespace, "--compress-after", "never"]).succeeds();
    let into = ["archives", "rehydrate", "--from", "2012-01-01", "--to", "2014-01-01", "--into", &other.namespace];
    cli.run(&into).fails(4, "would have none left");
    other.run(&["messages", "write", "other-1", "T"]).succeeds();
}
