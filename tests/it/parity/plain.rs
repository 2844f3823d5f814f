//! The program on plain Postgres.

use serde_json::json;

use crate::parity::cli::{Cli, made_up, sql};
use crate::parity::scene::{bare_plain, connector, plain};

async fn ask(url: &str, statement: &str) -> String {
    let db = connector(url).connect_plain().await.unwrap();
    db.query_one(statement, &[]).await.unwrap().get::<_, Option<String>>(0).unwrap_or_else(|| "NULL".to_owned())
}

#[tokio::test]
async fn a_namespace_is_made_listed_shown_and_deleted() {
    let Some(cli) = bare_plain() else { return };
    let name = cli.namespace.as_str();
    let planned = cli.json(&["namespaces", "create", name, "--dry-run"]);
    assert_eq!(planned[0]["target"], format!("eventodb_{name}"));
    cli.run(&["namespaces", "show", name]).fails(3, "this database has none of this name");
    let made = cli.json(&["namespaces", "create", name, "--description", "plain one"]);
    assert_eq!(made["schema"], format!("eventodb_{name}"));
    assert_eq!(made["compression"], false);
    cli.run(&["namespaces", "create", name]).fails(4, "taken");
    // What EventoDB's server looks at.
    let row = format!(
        "SELECT concat_ws('|', schema_name, token_hash = encode(sha256('{}'), 'hex'), description, metadata::text,
                          (SELECT string_agg(version::text, ',' ORDER BY version) FROM eventodb_{name}._schema_version))
           FROM eventodb_store.namespaces WHERE id = '{name}'",
        made["token"].as_str().unwrap()
    );
    assert_eq!(ask(&cli.db_url, &row).await, format!("eventodb_{name}|t|plain one|{{}}|1,2"));
    let listed = cli.json(&["namespaces", "list"]);
    let own = listed.as_array().unwrap().iter().find(|n| n["namespace"] == name).unwrap().clone();
    assert_eq!((own["state"].as_str(), own["chunks"].as_i64()), (Some("postgres"), Some(0)));
    assert_eq!(cli.json(&["namespaces", "show", name])["state"], "postgres");
    cli.run(&["namespaces", "delete", name]).fails(2, "--yes");
    cli.run(&["namespaces", "delete", name, "--yes"]).succeeds();
    let left = format!("SELECT to_regnamespace('eventodb_{name}')::text");
    assert_eq!(ask(&cli.db_url, &left).await, "NULL");
    cli.run(&["namespaces", "show", name]).fails(3, "this database has none of this name");
}

#[test]
fn names_that_share_a_schema_are_refused_and_change_nothing() {
    let Some(cli) = bare_plain() else { return };
    let name = format!("{}-x", cli.namespace);
    cli.run(&["namespaces", "create", &name]).tells("CREATE EXTENSION timescaledb");
    cli.run(&["namespaces", "create", &name.replace('-', "_")]).fails(4, "its name, its schema or its token is taken");
    let n = cli
        .json(&["namespaces", "list"])
        .as_array()
        .unwrap()
        .iter()
        .filter(|n| n["schema"] == format!("eventodb_{}_x", cli.namespace))
        .count();
    assert_eq!(n, 1);
}

#[test]
fn messages_are_written_read_and_counted() {
    let Some(cli) = plain() else { return };
    let id = "0b1f2c3d-0000-4000-8000-000000000001";
    let write: &[&str] = &["messages", "write", "account-1+a", "Opened", "--data", "{\"by\": \"ann\"}", "--id", id];
    let once = cli.json(&[write, &["--expected-version", "-1"]].concat());
    assert_eq!(once, json!({"position": 0, "global_position": 1, "id": id}));
    // Again, as after a lost answer: the first place, and no second message.
    assert_eq!(cli.json(&[write, &["--expected-version", "-1"]].concat()), once);
    let other: &[&str] = &["messages", "write", "account-1+a", "Closed", "--id", id];
    cli.run(other).fails(4, "is used by another message");
    cli.run(&["messages", "write", "account-1+a", "Closed", "--expected-version", "7"])
        .fails(4, "Wrong expected version: 7 (Stream: account-1+a, Stream Version: 0)");
    let meta = "{\"correlationStreamName\": \"route-7\"}";
    let second = cli.json(&["messages", "write", "account-2", "Opened", "--metadata", meta]);
    assert_eq!((second["position"].as_i64(), second["global_position"].as_i64()), (Some(0), Some(2)));
    cli.json(&["messages", "write", "account-1+a", "Closed", "--expected-version", "0"]);

    let positions = |args: &[&str]| -> Vec<i64> {
        let read = cli.json(&[&["messages", "read"], args].concat());
        read.as_array().unwrap().iter().map(|m| m["gpos"].as_i64().unwrap()).collect()
    };
    let all = positions(&["--category", "account"]);
    assert_eq!(all.len(), 3);
    assert_eq!(positions(&["account-1+a"]), [all[0], all[2]]);
    assert_eq!(positions(&["account-1+a", "--from-position", "1"]), [all[2]]);
    assert_eq!(positions(&["account-1+a", "--limit", "1"]), [all[0]]);
    assert_eq!(positions(&["--category", "account", "--from-global-position", "2", "--limit", "1"]), [all[1]]);
    assert_eq!(positions(&["--category", "account", "--correlation", "route"]), [all[1]]);
    let mut members: Vec<i64> =
        (0..2).flat_map(|m| positions(&["--category", "account", "--consumer-group", &format!("{m}/2")])).collect();
    members.sort_unstable();
    assert_eq!(members, all);
    cli.run(&["messages", "read", "nobody-1"]).fails(3, "nothing was ever written to it");
    assert_eq!(cli.json(&["messages", "last", "account-1+a"])["type"], "Closed");
    assert_eq!(cli.json(&["messages", "last", "account-1+a", "--type", "Opened"])["pos"], 0);
    cli.run(&["messages", "last", "account-1+a", "--type", "Lost"]).fails(3, "it has none of type Lost");

    let streams = cli.json(&["streams", "list"]);
    let told: Vec<_> = streams
        .as_array()
        .unwrap()
        .iter()
        .map(|s| {
            (
                s["stream"].as_str().unwrap(),
                s["version"].as_i64().unwrap(),
                s["messages"].as_i64().unwrap(),
                s["global_position"].as_i64().unwrap(),
            )
        })
        .collect();
    assert_eq!(told, [("account-1+a", 1, 2, all[2]), ("account-2", 0, 1, all[1])]);
    assert_eq!(cli.json(&["streams", "list", "--prefix", "account-2"]).as_array().unwrap().len(), 1);
    assert_eq!(cli.json(&["streams", "list", "--limit", "1"]).as_array().unwrap().len(), 1);
    assert_eq!(cli.json(&["streams", "version", "account-1+a"])["version"], 1);
    cli.run(&["streams", "version", "nobody-1"]).fails(3, "nothing was ever written to it");
    assert_eq!(cli.json(&["categories", "list"]), json!([{"category": "account", "streams": 2, "messages": 3}]));
}

#[test]
fn what_is_imported_is_exported_byte_for_byte_whatever_the_time_zone() {
    let Some(cli) = plain() else { return };
    let cli = cli.with("PGTZ", "Asia/Kathmandu");
    let lines = made_up(3, 40);
    let file = cli.file("in.ndjson", &lines);
    cli.run(&["messages", "import", &file, "--dry-run"]).succeeds();
    assert_eq!(cli.json(&["streams", "list"]), json!([]));
    let done = cli.json(&["messages", "import", &file]);
    assert_eq!((done["messages"].as_i64(), done["last_global_position"].as_i64()), (Some(120), Some(120)));
    assert_eq!(cli.run(&["messages", "export"]).succeeds().stdout, lines);
    // A second time is refused as a whole.
    cli.run(&["messages", "import", &file]).fails(4, "nothing was imported");
    let since = cli.run(&["messages", "export", "--since", "2013-01-10", "--until", "2013-01-17"]);
    assert_eq!(since.stdout.lines().count(), 40);
    assert_eq!(cli.run(&["messages", "export", "--category", "nobody"]).stdout, "");
    // Behind what was imported: neither positions nor global positions are given out twice.
    let written = cli.json(&["messages", "write", "account-0", "Happened"]);
    assert_eq!(written["global_position"], 121);
    // Lines without positions are appended, in their order.
    let loose = cli.file(
        "loose.ndjson",
        "{\"stream\":\"fresh-1\",\"type\":\"A\",\"data\":{\"n\":1}}\n{\"stream\":\"fresh-1\",\"type\":\"B\",\"data\":null}\n",
    );
    assert_eq!(cli.json(&["messages", "import", &loose])["appended"], 2);
    let read = cli.json(&["messages", "read", "fresh-1"]);
    let told: Vec<_> =
        read.as_array().unwrap().iter().map(|m| (m["type"].as_str().unwrap(), m["pos"].as_i64().unwrap())).collect();
    assert_eq!(told, [("A", 0), ("B", 1)]);
}

#[test]
fn what_needs_chunks_says_so_and_where_to_go() {
    let Some(cli) = plain() else { return };
    let store = cli.store();
    for args in [
        &["chunks", "list"][..],
        &["chunks", "compress", "--older-than", "7d"],
        &["chunks", "archive", "--older-than", "7d", "--store", &store],
        &["chunks", "drop", "--older-than", "7d"],
        &["archives", "list"],
        &["archives", "verify", "--all"],
        &["archives", "find", "--stream", "a-1"],
        &["coverage"],
        &["stats"],
        &["policy", "set", "--archive-after", "30d", "--store", &store],
        &["policy", "show"],
        &["lifecycle", "run"],
        &["namespaces", "upgrade"],
        &["namespaces", "set", "--archived-reads", "fail"],
    ] {
        let out = cli.run(args);
        assert_eq!(out.code, 8, "{args:?}: {out:?}");
        assert!(out.stderr.contains("TimescaleDB") && out.stderr.contains("migrate postgres"), "{args:?}: {out:?}");
    }
}

#[test]
fn a_plain_namespace_beside_hypertables_is_found_out() {
    let hyper = Cli::new();
    let plain = hyper.beside();
    plain.run(&["--db-type", "postgres", "namespaces", "create", &plain.namespace]).succeeds();
    // One position each, in the schema that is each one's.
    for (cli, schema) in [(&hyper, "tsdb_"), (&plain, "eventodb_")] {
        cli.json(&["messages", "write", "a-1", "T"]);
        assert_eq!(cli.json(&["messages", "read", "a-1"]).as_array().unwrap().len(), 1);
        let n = sql(&cli.db_url, &format!("SELECT count(*) FROM {schema}{}.messages", cli.namespace));
        assert_eq!(n, "1", "{schema}");
    }
    plain.run(&["chunks", "list"]).fails(8, "no hypertable").fails(8, "migrate postgres");
    // Who insists is told where it is otherwise.
    plain.run(&["--db-type", "timescale", "streams", "list"]).fails(8, "is a plain table");
    hyper.run(&["--db-type", "postgres", "streams", "list"]).fails(8, "is a hypertable");
    plain.run(&["--db-type", "postgres", "streams", "list"]).succeeds();
    hyper.run(&["--db-type", "timescale", "streams", "list"]).succeeds();
    let states: Vec<_> = hyper
        .json(&["namespaces", "list"])
        .as_array()
        .unwrap()
        .iter()
        .filter(|n| n["namespace"] == *hyper.namespace || n["namespace"] == *plain.namespace)
        .map(|n| n["state"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(states.len(), 2);
    assert!(states.contains(&"ready".to_owned()) && states.contains(&"postgres".to_owned()), "{states:?}");
    plain.run(&["namespaces", "delete", &plain.namespace, "--yes"]).succeeds();
}
