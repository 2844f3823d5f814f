//! Messages that are nested deeper than a statement's JSON may be: they keep nobody from asking for what is in an archive.

use super::cli::Cli;
use super::far_end::{FarEnd, database, one, schema};

#[tokio::test]
async fn a_message_nested_5000_levels_deep_keeps_no_statement_from_being_answered() {
    let cli = Cli::new();
    let store = cli.store();
    let cli = cli.with("EVENTODB_STORE", &store);
    let db = database(&cli).await;
    let schema = schema(&cli, &db).await;
    db.batch_execute(&format!(
        "INSERT INTO {schema}.messages (\"time\", \"position\", stream_name, \"type\", data, metadata)
         SELECT '2013-01-03 00:00:00+00'::timestamptz + n * interval '1 second', n, 'deep-1', 'T',
                (ARRAY['{{\"a\": 1}}', repeat('{{\"a\": [', 2500) || '1' || repeat(']}}', 2500), '{{\"a\": [2]}}'])[n + 1]::jsonb, NULL
           FROM generate_series(0, 2) n"
    ))
    .await
    .unwrap();
    let conditions =
        ["data @> '{\"a\": 1}'", "data @> '{\"a\": [{\"a\": []}]}'", "data @> '{\"a\": []}'", "data = '{\"a\": [2]}'"];
    let asked = conditions.map(|condition| format!("SELECT count(*) FROM {schema}.messages WHERE {condition}"));
    let mut live = Vec::new();
    for sql in &asked {
        live.push(one(&db, sql).await);
    }
    assert_eq!(live, ["1", "1", "2", "1"]);
    cli.run(&["chunks", "archive", "--older-than", "0d", "--yes"]).succeeds();
    let far_end = FarEnd::start(&cli);
    let client = far_end.client().await;
    for (sql, expected) in asked.iter().zip(live) {
        assert_eq!(one(&client, sql).await, expected, "{sql}");
    }
}
