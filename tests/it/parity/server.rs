//! The statements of EventoDB's two drivers, as they send them: prepared, types left to the server.

use chrono::{DateTime, Utc};
use serde_json::json;
use tokio_postgres::types::{ToSql, Type};
use uuid::Uuid;

use crate::parity::cli::Cli;
use crate::parity::scene::{Side, connector, plain_database, sides};

/// A message as the server imports it.
struct Imported {
    stream: &'static str,
    position: i64,
    global_position: i64,
}

impl Side {
    /// Prepared and run; the first column of the first row, as text.
    async fn sends(
        &self,
        statement: &str,
        params: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<String>, tokio_postgres::Error> {
        let prepared = self.db.prepare(&self.render(statement)).await?;
        let rows = self.db.query(&prepared, params).await?;
        Ok(rows
            .iter()
            .map(|row| match row.columns().first().map(|c| c.type_().clone()) {
                Some(Type::INT8) => row.get::<_, i64>(0).to_string(),
                Some(Type::INT4) => row.get::<_, i32>(0).to_string(),
                Some(Type::BOOL) => row.get::<_, bool>(0).to_string(),
                Some(Type::UUID) => row.get::<_, Uuid>(0).to_string(),
                _ => row.get::<_, String>(0),
            })
            .collect())
    }

    async fn one(&self, statement: &str, params: &[&(dyn ToSql + Sync)]) -> String {
        self.sends(statement, params).await.unwrap_or_else(|e| panic!("{}: {statement}: {e:?}", self.layout)).join(",")
    }

    async fn writes(&self, stream: &str, expected: Option<i64>) -> Result<(i64, i64), String> {
        let (id, meta) = (Uuid::now_v7().to_string(), None::<serde_json::Value>);
        let sent = self
            .sends(
                "SELECT {s}.write_message($1, $2, $3, $4::jsonb, $5::jsonb, $6)",
                &[&id, &stream, &"Happened", &Some(json!({"n": 1})), &meta, &expected],
            )
            .await
            .map_err(|e| e.as_db_error().unwrap().message().to_owned())?;
        let position: i64 = sent[0].parse().unwrap();
        // Read back in a statement, and perhaps on a connection, of its own.
        let at = self
            .one(
                "SELECT global_position FROM {s}.messages WHERE stream_name = $1 AND position = $2",
                &[&stream, &position],
            )
            .await;
        Ok((position, at.parse().unwrap()))
    }

    /// One INSERT a message, then the sequence is set, in one transaction.
    async fn imports(&mut self, batch: &[Imported]) -> Result<(), String> {
        let statement = self.render(
            "INSERT INTO {s}.messages (id, stream_name, type, position, global_position, data, metadata, time)
             OVERRIDING SYSTEM VALUE VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7::jsonb, $8)",
        );
        let set = self.render("SELECT setval('{s}.messages_global_position_seq', $1, true)");
        let tx = self.db.transaction().await.unwrap();
        let prepared = tx.prepare(&statement).await.unwrap();
        let is_zoned = prepared.params()[7] == Type::TIMESTAMPTZ;
        for m in batch {
            let zoned: DateTime<Utc> = "2013-01-03T00:00:00Z".parse().unwrap();
            let utc = zoned.naive_utc();
            let time: &(dyn ToSql + Sync) = if is_zoned { &zoned } else { &utc };
            let (id, data, none) = (Uuid::now_v7(), Some(json!({})), None::<serde_json::Value>);
            tx.execute(&prepared, &[&id, &m.stream, &"Imported", &m.position, &m.global_position, &data, &none, time])
                .await
                .map_err(|e| e.code().unwrap().code().to_owned())?;
        }
        let highest = batch.iter().map(|m| m.global_position).max().unwrap();
        tx.query(&set, &[&highest]).await.unwrap();
        tx.commit().await.unwrap();
        Ok(())
    }

    async fn version(&self, stream: &str) -> String {
        self.one("SELECT {s}.stream_version($1)", &[&stream]).await
    }
}

const STREAMS: &str = "
    SELECT stream_name, MAX(position) AS version, MAX(time) AS last_activity FROM {s}.messages
     WHERE ($1 = '' OR stream_name LIKE $1 || '%') AND ($2 = '' OR stream_name > $2)
     GROUP BY stream_name ORDER BY stream_name ASC LIMIT $3";

const CATEGORIES: &str = "
    SELECT split_part(stream_name, '-', 1) AS category, COUNT(DISTINCT stream_name) AS stream_count, COUNT(*) AS message_count
      FROM {s}.messages GROUP BY category ORDER BY category ASC";

async fn serves(side: &mut Side) {
    let layout = side.layout;
    assert_eq!(side.one("SELECT COALESCE(MAX(version), 0) FROM {s}._schema_version", &[]).await, "2", "{layout}");

    // Writes, and what was written read back.
    assert_eq!(side.writes("account-1", Some(-1)).await, Ok((0, 1)), "{layout}");
    assert_eq!(side.writes("account-1", Some(0)).await, Ok((1, 2)), "{layout}");
    assert_eq!(side.writes("account-2+a", None).await, Ok((0, 3)), "{layout}");
    assert_eq!(
        side.writes("account-1", Some(7)).await,
        Err("Wrong expected version: 7 (Stream: account-1, Stream Version: 1)".to_owned()),
        "{layout}"
    );
    assert_eq!(side.version("account-1").await, "1", "{layout}");
    assert_eq!(side.version("nobody-1").await, "-1", "{layout}");

    // Reads.
    let none = None::<&str>;
    let nobody = None::<i64>;
    for (statement, params, n) in [
        (
            "get_stream_messages($1, $2, $3, $4)",
            &[&"account-1" as &(dyn ToSql + Sync), &0_i64, &1000_i64, &none][..],
            2,
        ),
        ("get_stream_messages($1, $2, $3, $4)", &[&"account-1", &1_i64, &-1_i64, &none], 1),
        (
            "get_category_messages($1, $2, $3, $4, $5, $6, $7)",
            &[&"account", &1_i64, &1000_i64, &none, &nobody, &nobody, &none],
            3,
        ),
        ("get_category_messages($1, $2, $3, $4, $5, $6)", &[&"account", &2_i64, &1_i64, &none, &nobody, &nobody], 1),
        ("get_category_messages($1, $2, $3, $4, $5, $6)", &[&"", &0_i64, &-1_i64, &none, &nobody, &nobody], 3),
        ("get_last_stream_message($1, $2)", &[&"account-1", &none], 1),
        ("get_last_stream_message($1, $2)", &[&"account-1", &Some("Nothing")], 0),
    ] {
        let rows = side.sends(&format!("SELECT * FROM {{s}}.{statement}"), params).await.unwrap();
        assert_eq!(rows.len(), n, "{layout}: {statement}");
        // The first column is the id, in a type that reads as one.
        assert!(rows.iter().all(|id| id.parse::<Uuid>().is_ok()), "{layout}: {statement}: {rows:?}");
    }
    let behind = "SELECT id, stream_name, type, position, global_position, data, metadata, time FROM {s}.messages
                   WHERE stream_name = $1 AND global_position >= $2 ORDER BY position ASC LIMIT 10";
    assert_eq!(side.sends(behind, &[&"account-1", &2_i64]).await.unwrap().len(), 1, "{layout}");

    // Imports: positions as given, versions behind them, the sequence as set.
    side.imports(&[
        Imported { stream: "order-1", position: 0, global_position: 100 },
        Imported { stream: "order-1", position: 1, global_position: 101 },
        Imported { stream: "account-1", position: 2, global_position: 102 },
    ])
    .await
    .unwrap();
    assert_eq!((side.version("order-1").await, side.version("account-1").await), ("1".into(), "2".into()), "{layout}");
    assert_eq!(side.writes("order-1", Some(1)).await, Ok((2, 103)), "{layout}");
    let twice = side.imports(&[Imported { stream: "order-1", position: 1, global_position: 200 }]).await;
    assert_eq!(twice, Err("23505".to_owned()), "{layout}");
    assert_eq!(side.version("order-1").await, "2", "{layout}");

    // Lists.
    assert_eq!(side.one(STREAMS, &[&"", &"", &100_i64]).await, "account-1,account-2+a,order-1", "{layout}");
    assert_eq!(side.one(STREAMS, &[&"account", &"account-1", &1_i64]).await, "account-2+a", "{layout}");
    assert_eq!(side.one(CATEGORIES, &[]).await, "account,order", "{layout}");
    assert_eq!(side.one("SELECT COUNT(*) FROM {s}.messages", &[]).await, "7", "{layout}");
    // And the program's own eyes see the same.
    let told = side.cli.json(&["streams", "list"]);
    let told: Vec<_> = told
        .as_array()
        .unwrap()
        .iter()
        .map(|s| (s["stream"].as_str().unwrap(), s["version"].as_i64().unwrap()))
        .collect();
    assert_eq!(told, [("account-1", 2), ("account-2+a", 0), ("order-1", 2)], "{layout}");

    // Cleared, as each driver does it; then streams and global positions start anew.
    let clear = if layout.contains("plain") { "DELETE FROM {s}.messages" } else { "TRUNCATE {s}.messages" };
    side.run(clear).await;
    side.run("ALTER SEQUENCE {s}.messages_global_position_seq RESTART WITH 1").await;
    assert_eq!(side.version("order-1").await, "-1", "{layout}");
    assert_eq!(side.writes("order-1", Some(-1)).await, Ok((0, 1)), "{layout}");

    // Found by name, and deleted as the server does it.
    let name = side.cli.namespace.clone();
    let of = "SELECT schema_name FROM eventodb_store.namespaces WHERE id = $1";
    assert_eq!(side.one(of, &[&name]).await, side.schema, "{layout}");
    let is_there = "SELECT EXISTS(SELECT 1 FROM eventodb_store.namespaces WHERE id = $1 OR schema_name = $2)";
    assert_eq!(side.one(is_there, &[&name, &side.schema]).await, "true", "{layout}");
    side.run("DROP SCHEMA IF EXISTS {s} CASCADE").await;
    side.sends("DELETE FROM eventodb_store.namespaces WHERE id = $1", &[&name]).await.unwrap();
    side.cli.run(&["namespaces", "show", &name]).fails(3, "this database has none of this name");
}

#[tokio::test]
async fn namespaces_that_we_made_serve_the_server() {
    for mut side in sides().await {
        serves(&mut side).await;
    }
}

/// What its Postgres driver makes, without what we add: names, arguments and types are the same.
const PLAIN: &[&str] = &[
    include_str!("../../../migrations/postgres/001_messages.sql"),
    include_str!("../../../migrations/postgres/002_functions.sql"),
    include_str!("../../../migrations/postgres/003_whole.sql"),
];

/// What its TimescaleDB driver makes, as far as an upgrade has to deal with it; the SQL is ours.
const HYPERTABLE: &str = "
CREATE SCHEMA {s};
CREATE SEQUENCE {s}.messages_global_position_seq;
CREATE TABLE {s}.messages (
    time timestamptz NOT NULL DEFAULT now(), global_position bigint NOT NULL DEFAULT nextval('{s}.messages_global_position_seq'),
    position bigint NOT NULL, stream_name text NOT NULL, type text NOT NULL, data jsonb, metadata jsonb,
    id uuid NOT NULL DEFAULT gen_random_uuid());
SELECT public.create_hypertable('{s}.messages'::regclass, public.by_range('time', interval '7 days'));
CREATE UNIQUE INDEX messages_stream_position_time ON {s}.messages (stream_name, position, time);
CREATE UNIQUE INDEX messages_id_time ON {s}.messages (id, time);
CREATE INDEX messages_global_position ON {s}.messages (global_position);
CREATE FUNCTION {s}.hash_64(value text) RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
CREATE FUNCTION {s}.stream_version(_stream_name text) RETURNS bigint LANGUAGE sql AS
    'SELECT coalesce(max(position), -1) FROM {s}.messages WHERE stream_name = _stream_name';
CREATE FUNCTION {s}.get_category_messages(_c text, _p bigint DEFAULT 1, _b bigint DEFAULT 1000, _r text DEFAULT NULL,
    _m bigint DEFAULT NULL, _s bigint DEFAULT NULL) RETURNS SETOF {s}.messages LANGUAGE sql AS 'SELECT * FROM {s}.messages';
CREATE FUNCTION {s}.get_category_messages(_c text, _p bigint DEFAULT 1, _b bigint DEFAULT 1000, _r text DEFAULT NULL,
    _m bigint DEFAULT NULL, _s bigint DEFAULT NULL, _x text DEFAULT NULL) RETURNS SETOF {s}.messages LANGUAGE sql AS 'SELECT * FROM {s}.messages';
CREATE TABLE {s}._schema_version (version integer PRIMARY KEY, applied_at timestamp DEFAULT now());
INSERT INTO {s}._schema_version (version) VALUES (1), (2);";

async fn made_by_the_server(cli: &Cli, schema: &str, statements: &str) {
    let db = connector(&cli.db_url).connect_plain().await.unwrap();
    let registry = include_str!("../../../migrations/database/001_registry.sql");
    db.batch_execute(&format!(
        "{registry}; {statements}; INSERT INTO eventodb_store.namespaces (id, token_hash, schema_name, description, created_at, metadata)
         VALUES ('{}', '{schema}', '{schema}', '', 0, '{{}}')",
        cli.namespace
    ))
    .await
    .unwrap();
}

#[tokio::test]
async fn a_plain_namespace_that_the_server_made_is_worked_on_as_it_is() {
    let Some(url) = plain_database() else { return };
    let cli = Cli { db_url: url.to_owned(), ..Cli::bare() };
    let schema = format!("eventodb_{}", cli.namespace);
    let statements = PLAIN.join("\n").replace("{{schema_text}}", &schema).replace("{{schema}}", &schema);
    made_by_the_server(&cli, &schema, &statements).await;
    assert_eq!(cli.json(&["messages", "write", "a-1", "T", "--expected-version", "-1"])["global_position"], 1);
    assert_eq!(cli.json(&["messages", "write", "a-2", "T"])["position"], 0);
    assert_eq!(
        cli.json(&["messages", "read", "--category", "a", "--consumer-group", "0/2"]).as_array().unwrap().len(),
        1
    );
    assert_eq!(cli.json(&["streams", "version", "a-1"])["version"], 0);
    assert_eq!(cli.json(&["namespaces", "show", &cli.namespace])["state"], "postgres");
    let mut side = Side::new("plain, made by the server", cli).await;
    side.run("DELETE FROM {s}.messages; ALTER SEQUENCE {s}.messages_global_position_seq RESTART WITH 1").await;
    serves(&mut side).await;
}

#[tokio::test]
async fn a_hypertable_that_the_server_made_serves_it_after_the_upgrade() {
    let cli = Cli::bare();
    let schema = format!("tsdb_{}", cli.namespace);
    made_by_the_server(&cli, &schema, &HYPERTABLE.replace("{s}", &schema)).await;
    cli.run(&["messages", "write", "a-1", "T"]).fails(1, "namespaces upgrade");
    cli.run(&["namespaces", "upgrade", &cli.namespace]).succeeds();
    let mut side = Side::new("hypertable, made by the server", cli).await;
    // What is no category is nothing there, as it was; in a namespace of ours it is an error (`message_db` has that).
    for call in ["'a-1'", "'a', 1, 10, 'route-1'", "'a-1', 1, 10, NULL, 0, 2"] {
        let read = format!("SELECT count(*) FROM {{s}}.get_category_messages({call})");
        assert_eq!(side.answer(&read).await, "0", "{call}");
    }
    serves(&mut side).await;
}

#[tokio::test]
async fn a_schema_that_is_none_of_eventodbs_is_left_alone() {
    let Some(url) = plain_database() else { return };
    let cli = Cli { db_url: url.to_owned(), ..Cli::bare() };
    let schema = format!("eventodb_{}", cli.namespace);
    made_by_the_server(
        &cli,
        &schema,
        &format!("CREATE SCHEMA {schema}; CREATE TABLE {schema}.messages (id int, note text)"),
    )
    .await;
    cli.run(&["messages", "write", "a-1", "T"]).fails(8, "of type integer");
    cli.run(&["streams", "list"]).fails(8, "not one of EventoDB's");
}

#[tokio::test]
async fn an_import_that_sets_the_sequence_back_has_no_position_given_out_twice() {
    for mut side in sides().await {
        let layout = side.layout;
        side.imports(&[
            Imported { stream: "account-1", position: 0, global_position: 20_000 },
            Imported { stream: "account-1", position: 1, global_position: 20_001 },
        ])
        .await
        .unwrap();
        assert_eq!(side.writes("order-1", None).await, Ok((0, 20_002)), "{layout}");
        // What lies before that, with a hole in it.
        for batch in [[5, 6], [50, 52], [19_999, 20_000 - 2]] {
            let stream = Box::leak(format!("old-{}", batch[0]).into_boxed_str());
            let of = |position, global_position| Imported { stream, position, global_position };
            side.imports(&[of(0, batch[0]), of(1, batch[1])]).await.unwrap();
        }
        if layout == "plain" {
            // There it is the primary key that refuses, as in EventoDB; a write that is tried again gets through.
            let refused = loop {
                match side.writes("order-1", Some(0)).await {
                    Ok((_, at)) => break at,
                    Err(text) => assert!(text.contains("messages_pkey"), "{text}"),
                }
            };
            assert_eq!(refused, 20_003);
            continue;
        }
        assert_eq!(side.writes("order-1", Some(0)).await, Ok((1, 20_003)), "{layout}");
        assert_eq!(side.writes("order-1", Some(1)).await, Ok((2, 20_004)), "{layout}");
        side.imports(&[Imported { stream: "old-7", position: 0, global_position: 7 }]).await.unwrap();
        // A batch, and our own import of a line without a position.
        let batch = side
            .answer(
                "SELECT array_to_string(global_positions, ',') FROM {s}.append_messages('order-1',
                     ARRAY[gen_random_uuid(), gen_random_uuid()], ARRAY['A', 'A'], ARRAY[NULL, NULL]::jsonb[],
                     ARRAY[NULL, NULL]::jsonb[], 2)",
            )
            .await;
        let given: Vec<i64> = batch.split(',').map(|n| n.parse().unwrap()).collect();
        assert!(given.len() == 2 && given[0] > 20_004, "{batch}");
        side.imports(&[Imported { stream: "old-8", position: 0, global_position: 8 }]).await.unwrap();
        let loose = side.cli.file("loose.ndjson", "{\"stream\":\"fresh-1\",\"type\":\"A\",\"data\":null}\n");
        side.cli.run(&["messages", "import", &loose]).succeeds();
        let doubles =
            "SELECT count(*) - count(DISTINCT global_position), max(global_position) > 20006 FROM {s}.messages";
        assert_eq!(side.answer(doubles).await, "0|t", "{layout}");
        side.cli.run(&["coverage"]).succeeds();
        // Cleared: from 1.
        side.run("TRUNCATE {s}.messages; ALTER SEQUENCE {s}.messages_global_position_seq RESTART WITH 1").await;
        assert_eq!(side.writes("order-1", None).await, Ok((0, 1)), "{layout}");
    }
}

#[tokio::test]
async fn a_write_beside_an_import_that_has_set_the_sequence_back_is_given_no_position_twice() {
    let mut side = sides().await.remove(0);
    if crate::parity::scene::is_embedded() {
        return;
    }
    side.imports(&[Imported { stream: "account-1", position: 0, global_position: 100 }]).await.unwrap();
    // Not committed yet: the sequence is seen as set all the same.
    side.run(
        "BEGIN; INSERT INTO {s}.messages (time, stream_name, type, position, global_position)
             VALUES ('2013-01-03', 'account-2', 'T', 0, 10);
         SELECT setval('{s}.messages_global_position_seq', 10, true)",
    )
    .await;
    let other = connector(&side.cli.db_url).connect_plain().await.unwrap();
    let write = side.render("SELECT {s}.write_message(gen_random_uuid()::varchar, 'order-1', 'A', '{}')");
    other.batch_execute(&write).await.unwrap();
    side.run("ROLLBACK").await;
    other.batch_execute(&write).await.unwrap();
    let given = side.answer("SELECT global_position FROM {s}.messages WHERE stream_name = 'order-1' ORDER BY 1").await;
    assert_eq!(given, "101\n102");
    // A TRUNCATE that is undone forgets nothing.
    side.imports(&[Imported { stream: "account-3", position: 0, global_position: 11 }]).await.unwrap();
    side.run("BEGIN; TRUNCATE {s}.messages; ROLLBACK").await;
    other.batch_execute(&write).await.unwrap();
    let given = side.answer("SELECT max(global_position) FROM {s}.messages WHERE stream_name = 'order-1'").await;
    assert_eq!(given, "103");
}
