//! The statements of `archives sql`, by engines that can be had.

use super::cli::Cli;
use super::{filled, mixed};

const SCRIPT: &str = r#"
import duckdb, json, sys
db = duckdb.connect()
db.execute("SET TimeZone = 'UTC'")
for statement in duckdb.extract_statements(open(sys.argv[1]).read()):
    db.execute(statement)
rows = db.execute(f'''SELECT id::VARCHAR, stream_name, type, position, global_position, data::VARCHAR, metadata::VARCHAR,
                             strftime(time, '%Y-%m-%dT%H:%M:%S.%f') FROM "{sys.argv[2]}" ORDER BY global_position''')
for row in rows.fetchall():
    print(json.dumps(row))
print(json.dumps([name for name, *_ in db.execute(f'DESCRIBE "{sys.argv[2]}"').fetchall()]))
"#;

fn columns() -> serde_json::Value {
    serde_json::json!(["global_position", "position", "time", "stream_name", "type", "id", "data", "metadata"])
}

/// What DuckDB makes of the statements; `None` where it is not to be had.
fn asked(cli: &Cli, statements: &str) -> Option<Vec<serde_json::Value>> {
    let python = super::lab::find_var("EVENTODB_TEST_DUCKDB").filter(|python| !python.is_empty() && python != "none");
    let Some(python) = python else {
        eprintln!("SKIPPED: NOT TESTED HERE, DuckDB could not be installed (bin/servers start says why)");
        return None;
    };
    let (sql, script) = (cli.file("archives.sql", statements), cli.file("ask.py", SCRIPT));
    let view = format!("{}_archive", cli.namespace);
    let out = std::process::Command::new(python).args([script, sql, view]).output().unwrap();
    assert!(out.status.success(), "{}\n{statements}", String::from_utf8_lossy(&out.stderr));
    let mut rows: Vec<serde_json::Value> =
        String::from_utf8(out.stdout).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(rows.pop(), Some(columns()));
    Some(rows)
}

/// A message as DuckDB gives it: JSON as text, with what blanks the database puts.
fn as_row(line: &str) -> (Vec<serde_json::Value>, [serde_json::Value; 2]) {
    let m: serde_json::Value = serde_json::from_str(line).unwrap();
    let time = chrono::DateTime::parse_from_rfc3339(m["time"].as_str().unwrap()).unwrap().to_utc();
    let row = vec![
        m["id"].clone(),
        m["stream"].clone(),
        m["type"].clone(),
        m["pos"].clone(),
        m["gpos"].clone(),
        time.format("%Y-%m-%dT%H:%M:%S.%6f").to_string().into(),
    ];
    (row, [m["data"].clone(), m["meta"].clone()])
}

#[test]
fn duckdb_reads_each_current_archive_once_and_every_message_as_it_was() {
    let lines = mixed(4, 250);
    let cli = filled(&lines);
    let chunks = cli.json(&["chunks", "list"]);
    for (n, codec) in ["zstd", "gzip", "none", "zstd"].iter().enumerate() {
        cli.run(&["chunks", "archive", chunks[n]["chunk_name"].as_str().unwrap(), "--compression", codec]).succeeds();
    }
    // Two generations of a range: the first one's objects stay, and count for nothing.
    let ids = cli.json(&["archives", "list"]);
    cli.run(&["archives", "rehydrate", &ids[0]["id"].to_string()]).succeeds();
    let late = "{\"id\":\"0198c9a2-6b1f-7000-8000-000000000001\",\"stream\":\"late-1\",\"type\":\"T\",\"pos\":0,\"gpos\":5000,\
                \"data\":{\"a\":1},\"meta\":null,\"time\":\"2013-01-05T00:00:00Z\"}\n";
    cli.run_with(&["messages", "import"], late.as_bytes()).succeeds();
    cli.run(&["archives", "release", &ids[0]["id"].to_string()]).succeeds();
    // Another is back as well as archived.
    cli.run(&["archives", "rehydrate", &ids[1]["id"].to_string()]).succeeds();
    let statements = cli.run(&["archives", "sql", "--engine", "duckdb"]).succeeds().stdout.clone();
    assert_eq!(statements.matches(".csv").count(), 4, "{statements}");
    let Some(rows) = asked(&cli, &statements) else { return };
    let all = format!("{lines}{late}");
    assert_eq!(rows.len(), all.lines().count());
    for (row, line) in rows.iter().zip(all.lines()) {
        let (expected, json) = as_row(line);
        let mut found = row.as_array().unwrap().clone();
        let texts: Vec<_> = found.drain(5..7).collect();
        assert_eq!(found, expected);
        for (text, value) in texts.iter().zip(json) {
            // NULL is told from JSON's empty string.
            assert_eq!(text.is_null(), value.is_null(), "{line}");
            if let Some(text) = text.as_str() {
                assert_eq!(serde_json::from_str::<serde_json::Value>(text).unwrap(), value, "{line}");
            }
        }
    }
}

#[test]
fn statements_for_all_engines_name_the_current_archives_and_nothing_else() {
    let cli = filled(&mixed(2, 50));
    cli.run(&["archives", "sql", "--engine", "duckdb"]).fails(1, "no archive");
    cli.run(&["chunks", "archive", "--older-than", "0d"]).succeeds();
    let sql = |engine: &str, store: &str| cli.run(&["archives", "sql", "--engine", engine, "--store", store]);
    for engine in ["duckdb", "clickhouse", "athena", "trino"] {
        let text = sql(engine, "s3://bucket/it's").succeeds().stdout.clone();
        assert_eq!(text.matches(".csv.zst").count(), 2, "{engine}: {text}");
        assert!(
            !text.contains(".heads") && text.contains("it''s") && text.trim_end().ends_with(';'),
            "{engine}: {text}"
        );
    }
    let own = cli.store();
    sql("clickhouse", &own).succeeds();
    for engine in ["athena", "trino"] {
        sql(engine, &own).fails(2, "from S3");
    }
    cli.run(&["archives", "sql"]).fails(2, "--engine");
    cli.run(&["archives", "sql", "--engine", "excel"]).fails(2, "duckdb");
}
