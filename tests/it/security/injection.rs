//! Names that mean something to SQL, to a shell, to a path: refused, or kept as they are.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::cli::{Cli, sql};

/// What has broken other programs, a zero byte apart, which no argument can hold.
fn nasty() -> Vec<String> {
    let mut all: Vec<String> = [
        "'; DROP SCHEMA eventodb_store CASCADE; --",
        "\"; DROP SCHEMA eventodb_store CASCADE; --",
        "x'); DELETE FROM eventodb_store.archives; --",
        "$$; SELECT pg_sleep(60); $$",
        "$1 $2 %s %n %1$s %I %L",
        "back\\slash \\' \\\" \\",
        "E'\\x00' U&'\\0000' \\u0000",
        "new\nline\r\ttab\u{1b}[2J\u{7}",
        "../../../etc/passwd",
        "/etc/passwd",
        "%2e%2e%2f%00",
        "*?[a]{b,c}~ !$(id) `id` | ; &",
        "ｆｕｌｌ＇ｗｉｄｔｈ",
        "\u{430}ccount \u{202e}txt\u{200b}\u{feff}",
        "cafe\u{301} café",
        "{{schema}} {{namespace_text}} {{extension}} {{chunk}}",
        "a/messages",
        ",\",\"\"\n\\.",
        "NULL",
        " ",
        "\u{1f980}",
    ]
    .map(str::to_owned)
    .into();
    all.push(format!("long'{}", "\"x".repeat(400)));
    all
}

/// Everything of the database that is not the namespace's own messages.
fn catalog(cli: &Cli) -> String {
    sql(
        &cli.db_url,
        "SELECT concat_ws(E'\\n',
            (SELECT string_agg(n.nspname || '.' || c.relname || c.relkind::text, ',' ORDER BY n.nspname, c.relname)
               FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
              WHERE n.nspname NOT IN ('pg_toast', '_timescaledb_internal') AND NOT n.nspname LIKE 'pg_temp%'
                AND NOT n.nspname LIKE 'pg_toast_temp%'),
            (SELECT string_agg(p.oid::regprocedure::text || md5(p.prosrc), ',' ORDER BY p.oid) FROM pg_proc p),
            (SELECT string_agg(s::text, ',' ORDER BY s.id) FROM eventodb_store.namespaces s))",
    )
}

#[test]
fn messages_with_nasty_names_and_contents_come_back_as_they_went_in_from_archives_too() {
    let cli = Cli::new();
    let before = catalog(&cli);
    let mut expected = Vec::new();
    for text in nasty() {
        let (stream, data) = (format!("{}-{text}", text.replace('-', "_")), json!({ text.clone(): text }));
        let metadata = json!({ "correlationStreamName": stream });
        let (data_text, metadata_text) = (data.to_string(), metadata.to_string());
        // PostgreSQL cannot keep this one; a text that only spells it is another.
        let args = ["--data", &data_text, "--metadata", &metadata_text, "--", &stream, &text];
        cli.run(&[&["messages", "write"], &args[..]].concat()).succeeds();
        expected.push((stream, text, data, metadata));
    }
    let same = |read: &Value| {
        let read = read.as_array().unwrap();
        assert_eq!(read.len(), expected.len());
        for (got, (stream, message_type, data, metadata)) in read.iter().zip(&expected) {
            let wanted = json!([stream, message_type, data, metadata]);
            assert_eq!(json!([got["stream"], got["type"], got["data"], got["meta"]]), wanted);
        }
    };
    let exported = |cli: &Cli| -> Value {
        let out = cli.run(&["messages", "export"]);
        out.succeeds().stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()).collect()
    };
    same(&exported(&cli));
    for (i, (stream, message_type, data, _)) in expected.iter().enumerate() {
        let category = stream.split('-').next().unwrap();
        let prefix = format!("--prefix={stream}");
        let ways = [
            vec!["messages", "read", "--", stream],
            vec!["messages", "read", "--category", category],
            vec!["messages", "read", "--category", category, "--correlation", category],
            vec!["messages", "last", "--type", message_type, "--", stream],
            vec!["streams", "list", &prefix],
            vec!["streams", "version", "--", stream],
        ];
        // Two of them each: every way meets names of every kind over the list.
        for args in [&ways[i % 3], &ways[3 + i % 3]] {
            let read = cli.run(&[&["-o", "json"], &args[..]].concat()).json();
            let found = match &read {
                Value::Array(all) => {
                    all.iter().any(|m| m["stream"] == **stream && (args[0] == "streams" || m["data"] == *data))
                }
                one => one["stream"] == **stream,
            };
            assert!(found, "{args:?} {read}");
        }
    }
    // Listings for people do not hand control characters on to a terminal.
    for args in
        [&["streams", "list"][..], &["categories", "list"], &["messages", "read", "new\nline\r\ttab\u{1b}[2J\u{7}-x"]]
    {
        let out = cli.run(args);
        let text = format!("{}{}", out.stdout, out.stderr);
        assert!(!text.contains(['\u{1b}', '\u{7}', '\r', '\u{202e}']), "{args:?} {text:?}");
    }
    let chunk = cli.json(&["chunks", "list"])[0]["chunk_name"].as_str().unwrap().to_owned();
    let store = cli.store();
    cli.run(&["chunks", "archive", &chunk, "--store", &store]).succeeds();
    cli.run(&["archives", "verify", "--all"]).succeeds();
    cli.run(&["coverage"]).succeeds();
    let some = &expected[0].0;
    cli.run(&["archives", "rehydrate", "--stream", some]).succeeds();
    same(&exported(&cli));
    assert_eq!(catalog(&cli), before);
}

#[test]
fn nasty_names_of_things_that_are_not_there_are_told_so_and_reach_nothing() {
    let cli = Cli::new();
    let before = catalog(&cli);
    let store = cli.store();
    for text in &nasty() {
        let tries: &[(&[&str], &[i32])] = &[
            (&["namespaces", "create", "--", text], &[2]),
            (&["namespaces", "show", "--", text], &[3]),
            (&["namespaces", "delete", "--yes", "--", text], &[3]),
            (&["chunks", "archive", "--store", &store, "--", text], &[3]),
            (&["chunks", "drop", "--store", &store, "--yes", "--unarchived", "--", text], &[3]),
            (&["archives", "show", "--", text], &[2]),
        ];
        for (args, codes) in tries {
            if text == "NULL" && args[1] == "create" {
                continue;
            }
            let out = cli.run(args);
            assert!(codes.contains(&out.code), "{args:?} {out:?}");
            assert!(!out.stderr.contains(['\u{1b}', '\u{7}']), "{args:?} {out:?}");
        }
    }
    for store in [
        "s3://bucket/../x",
        "s3://bucket/a/../../x",
        "s3://bucket/a//x",
        "s3://bucket/a\\b",
        "s3://bucket/a\nb",
        "s3://key:secret@bucket/x",
        "s3://bucket:9000/x",
        "s3://'; DROP/x",
        "file://host/x",
        "file:///x?y",
        "file:///x#y",
        "ftp://x/y",
        "http://user:word@x/y",
        "s3://",
        "file:",
    ] {
        let out = cli.run(&["chunks", "archive", "--older-than", "0d", "--store", store]);
        assert_eq!(out.code, 2, "{store} {out:?}");
        assert!(!out.stderr.contains("secret") && !out.stderr.contains("word"), "{store} {out:?}");
    }
    assert_eq!(catalog(&cli), before);
}

#[test]
fn application_names_and_descriptions_are_data() {
    let cli = Cli::bare();
    let all = nasty().join(" ");
    cli.run(&["namespaces", "create", &cli.namespace, &format!("--description={all}")]).succeeds();
    assert_eq!(cli.json(&["namespaces", "show"])["description"], *all);
    let before = catalog(&cli);
    for text in nasty() {
        // libpq takes a '+' for a '+'.
        let name = percent_encoding::utf8_percent_encode(&text, percent_encoding::NON_ALPHANUMERIC);
        let named = Cli {
            db_url: format!("{}?application_name={name}", cli.db_url),
            namespace: cli.namespace.clone(),
            ..Cli::offline()
        };
        named.run(&["namespaces", "show"]).succeeds();
    }
    assert_eq!(catalog(&cli), before);
}

/// As EventoDB's server makes one, which takes any text for a namespace.
fn made_by_the_server(cli: &Cli, name: &str, schema: &str) {
    let (ident, text) =
        (format!("\"{}\"", schema.replace('"', "\"\"")), |t: &str| format!("'{}'", t.replace('\'', "''")));
    sql(
        &cli.db_url,
        &format!(
            "CREATE SCHEMA {ident};
             CREATE TABLE {ident}.messages (time timestamptz NOT NULL DEFAULT now(), global_position bigserial,
                 position bigint NOT NULL, stream_name text NOT NULL, type text NOT NULL, data jsonb, metadata jsonb,
                 id uuid NOT NULL DEFAULT gen_random_uuid());
             SELECT public.create_hypertable({table}::regclass, public.by_range('time', interval '7 days'));
             INSERT INTO {ident}.messages (time, position, stream_name, type)
                 SELECT '2013-01-03'::timestamptz + i * interval '1 day', i, 'a-1', 'T' FROM generate_series(0, 20) i;
             INSERT INTO eventodb_store.namespaces (id, token_hash, schema_name, created_at)
                 VALUES ({name}, {name}, {schema}, 0)",
            table = text(&format!("{ident}.messages")),
            name = text(name),
            schema = text(schema),
        ),
    );
}

#[test]
fn namespaces_of_any_name_that_the_server_made_are_worked_on_and_keep_apart_in_the_store() {
    let cli = Cli::new();
    let names: Vec<_> = [
        "a",
        "a/messages",
        "a/../b",
        "..",
        "%2e%2e %s %I",
        "'; DROP SCHEMA eventodb_store CASCADE; --$$; --",
        "\"\\",
        "{{namespace_text}}{{schema}}",
        "A\nü\u{301}",
    ]
    .map(str::to_owned)
    .into_iter()
    .enumerate()
    .collect();
    let store = cli.store();
    for (i, name) in &names {
        // Cut to what an identifier holds; odd all the same.
        let schema = format!("s{i} {}", name.chars().take(30).collect::<String>());
        made_by_the_server(&cli, name, &schema);
        let run = |args: &[&str]| cli.run(&[&["--namespace", name, "--store", &store], args].concat());
        run(&["namespaces", "upgrade"]).succeeds();
        run(&["messages", "write", "a-1", "T"]).succeeds();
        run(&["chunks", "archive", "--older-than", "30d"]).succeeds();
        run(&["coverage"]).succeeds();
    }
    // One folder a namespace, all of them directly below the prefix.
    let folders: BTreeSet<_> = super::cli::entries(&cli.path("store")).into_iter().collect();
    assert_eq!(folders.len(), names.len(), "{folders:?}");
    for folder in &folders {
        assert_eq!(super::cli::entries(&cli.path("store").join(folder)), ["messages", "owner.json"], "{folder}");
    }
    let outside = super::cli::entries(cli.dir.path());
    assert_eq!(outside, ["store"], "{outside:?}");
    for (_, name) in &names {
        let run = |args: &[&str]| cli.run(&[&["--namespace", name.as_str(), "--store", &store], args].concat());
        run(&["archives", "rehydrate", "--from", "2012-01-01"]).succeeds();
        let lines = run(&["messages", "export"]).succeeds().stdout.lines().count();
        assert_eq!(lines, 22, "{name}");
    }
}
