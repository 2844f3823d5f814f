//! An archive that came back and was archived again, changed and into another store: its messages are read as they were last.

use serde_json::json;

use super::cli::{Cli, sql};
use super::far_end::{FarEnd, database, one, schema};
use crate::reach::{filled, mixed};

const BACK: [&str; 6] = ["archives", "rehydrate", "--from", "2012-01-01", "--to", "2014-01-01"];
/// The stream of the message at global position 5, which is changed.
const STREAM: &str = "order-28";

/// What is read, and how: by global position, by category, by what only the changed message is, and by stream.
fn answers(cli: &Cli) -> Vec<String> {
    [
        &["messages", "export"][..],
        &["messages", "export", "--category", "order"],
        &["messages", "read", "--category", "order", "--correlation", "order", "-o", "json"],
        &["messages", "read", "--category", "order", "--correlation", "later", "-o", "json"],
        &["messages", "read", "--category", "order", "-o", "json"],
        &["messages", "read", STREAM, "-o", "json"],
        &["messages", "last", STREAM, "-o", "json"],
    ]
    .iter()
    .map(|args| cli.run(args).succeeds().stdout.clone())
    .collect()
}

/// A message of the only week was changed while the week was back; with what is read then.
fn changed() -> (Cli, Vec<String>) {
    let cli = filled(&mixed(1, 60));
    cli.run(&["chunks", "archive", "--older-than", "0d"]).succeeds();
    cli.run(&BACK).succeeds();
    let change = "UPDATE {s}.messages SET type = 'Corrected', data = '{\"corrected\": true}',
                         metadata = '{\"correlationStreamName\": \"later-1\"}' WHERE global_position = 5";
    sql(&cli.db_url, &change.replace("{s}", &format!("\"tsdb_{}\"", cli.namespace)));
    let expected = answers(&cli);
    (cli, expected)
}

fn archive_elsewhere(cli: &Cli) -> String {
    let second = cli.second_store();
    cli.run(&["chunks", "archive", "--older-than", "0d", "--store", &second]).succeeds().stderr.clone()
}

fn states(cli: &Cli) -> Vec<String> {
    let sql_text = "SELECT string_agg(state, ',' ORDER BY id) FROM eventodb_store.archives WHERE namespace = ";
    sql(&cli.db_url, &format!("{sql_text} '{}'", cli.namespace)).split(',').map(str::to_owned).collect()
}

#[tokio::test]
async fn a_message_that_was_changed_while_it_was_back_is_read_as_it_was_archived_last() {
    let (cli, expected) = changed();
    // The first store is away, so that nothing can be compared with it.
    let (first, aside) = (cli.path("store"), cli.path("aside"));
    std::fs::rename(&first, &aside).unwrap();
    let told = archive_elsewhere(&cli);
    assert!(told.contains("looking at archives whose messages were archived again"), "{told}");
    std::fs::rename(&aside, &first).unwrap();
    assert_eq!(states(&cli), ["rehydrated", "dropped"]);
    assert_eq!(answers(&cli), expected);
    let found = cli.json(&["archives", "find", "--global-position", "5"]);
    let places: Vec<_> = found.as_array().unwrap().iter().map(|f| f["where"].clone()).collect();
    assert_eq!(places, [json!("archive"), json!("archive")], "nothing of either is live");

    let far_end = FarEnd::start(&cli);
    let client = far_end.client().await;
    let messages = format!("{}.messages", schema(&cli, &database(&cli).await).await);
    for (sql, expected) in [
        ("SELECT count(*) FROM {m}", "60"),
        ("SELECT \"type\" FROM {m} WHERE global_position = 5", "Corrected"),
        ("SELECT count(*) FROM {m} WHERE global_position = 5 AND \"type\" = ''", "0"),
        ("SELECT count(*) FROM {m} WHERE \"type\" = 'Corrected'", "1"),
        ("SELECT \"type\" FROM {m} WHERE stream_name = 'order-28' ORDER BY \"position\" LIMIT 1", "Corrected"),
    ] {
        assert_eq!(one(&client, &sql.replace("{m}", &messages)).await, expected, "{sql}");
    }

    // A release looks at it, and tells the ledger.
    let id =
        sql(&cli.db_url, &format!("SELECT min(id) FROM eventodb_store.archives WHERE namespace = '{}'", cli.namespace));
    cli.run(&["archives", "release", &id]).succeeds();
    assert_eq!(states(&cli), ["expired", "dropped"]);
    assert_eq!(answers(&cli), expected);
}

#[test]
fn an_archive_whose_messages_were_archived_again_in_another_store_takes_itself_for_no_copy() {
    let (cli, expected) = changed();
    let told = archive_elsewhere(&cli);
    assert!(told.contains("its messages were archived again"), "{told}");
    assert_eq!(states(&cli), ["expired", "dropped"]);
    assert_eq!(answers(&cli), expected);
    cli.run(&["coverage"]).succeeds();
    cli.run(&BACK).succeeds();
    assert_eq!(answers(&cli), expected);
}
