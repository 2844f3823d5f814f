//! The statements of `archives sql`, by the engines themselves.

use serde_json::{Value, json};

use super::cli::{Cli, sql, var};
use super::{filled, lab, mixed, objects_below};
use eventodb_admin::store::StoreUrl;

/// What CSV readers stumble over: quotes, separators, ends of line, blanks at either end, words and signs that mean NULL,
/// an escape or a comment to some of them, variables, marks at the start of a file, and characters of every length.
const TEXTS: [&str; 32] = [
    "plain",
    "",
    " before",
    "behind ",
    "\ttabs\t",
    "  ",
    "a \"quote\"",
    "\"",
    "\"\"",
    "com,ma",
    ",",
    "new\nline",
    "\n",
    "\r",
    "\r\nboth\r\n",
    "\\",
    "\\N",
    "\\n",
    "\\\"",
    "\\.",
    "NULL",
    "null",
    "'single'",
    "# comment",
    "$1",
    "${x}",
    "\u{1}\u{b}\u{1f}",
    "\u{1a}",
    "\u{feff}mark",
    "\u{85}\u{2028}\u{a0}",
    "ünïcode 🦀",
    "-- x; y",
];

pub const WEEKS: usize = 6;

/// Messages of nasty content, in six weeks. Those of a week fill several frames.
pub fn nasty() -> String {
    let wide = json!({ "wide": "x, \"y\"\n".repeat(30_000) });
    let mut lines = String::new();
    for (n, position) in (0..WEEKS * TEXTS.len()).zip(1_i64..) {
        let (text, other) = (TEXTS[n % TEXTS.len()], TEXTS[(n * 7 + n / TEXTS.len()) % TEXTS.len()]);
        let week = i64::try_from(n / TEXTS.len()).unwrap();
        let micros = 1_357_171_200_000_000 + week * 604_800_000_000 + position * [1_000_000, 100_000, 1][n % 3];
        let data = match n % 6 {
            0 => Value::Null,
            1 => json!(""),
            2 => json!({ "a": other, "b": [1, null, { "c": text }] }),
            3 => json!(text),
            4 if n % TEXTS.len() < 16 => wide.clone(),
            _ => json!({}),
        };
        let line = json!({
            "id": uuid::Uuid::from_u128(n as u128 + 1),
            "stream": format!("{text}-{n}"),
            "type": other,
            "pos": 0,
            "gpos": if n == 5 { 9_007_199_254_740_993 } else { position },
            "data": data,
            "meta": if n % 2 == 0 { Value::Null } else { json!({ "m": other }) },
            "time": eventodb_admin::messages::rfc3339(chrono::DateTime::from_timestamp_micros(micros).unwrap()),
        });
        lines.push_str(&format!("{line}\n"));
    }
    lines
}

/// All messages as the database has them, by global position: JSON as text, times in microseconds.
fn written(cli: &Cli) -> Vec<Value> {
    let rows = sql(
        &cli.db_url,
        &format!(
            "SELECT json_agg(json_build_array(global_position, position, (extract(epoch FROM time) * 1000000)::bigint,
                 stream_name, type, id, data::text, metadata::text) ORDER BY global_position) FROM \"tsdb_{}\".messages",
            cli.namespace
        ),
    );
    serde_json::from_str(&rows).unwrap()
}

/// A folder, and a prefix on the test server, whose names ask for care. Some engines would make a column of the last part.
fn stores(cli: &Cli, folder: &str, prefix: &str) -> [String; 2] {
    let folder = cli.path(folder).join("env=prod");
    std::fs::create_dir_all(&folder).unwrap();
    [
        StoreUrl::file(&folder).unwrap().to_string(),
        format!("s3://{}/queries/{}/{prefix}/env=prod", var("EVENTODB_TEST_S3_BUCKET"), cli.namespace),
    ]
}

/// A namespace whose messages are archived: one chunk after the other in one store after the other, in each compression.
/// Gives all messages as well.
fn archived(folder: &str, prefix: Option<&str>) -> (Cli, Vec<Value>) {
    let mut cli = Cli::new();
    for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_ENDPOINT_URL_S3"] {
        cli = cli.with(name, &var(name));
    }
    cli.run_with(&["messages", "import"], nasty().as_bytes()).succeeds();
    let stores = &stores(&cli, folder, prefix.unwrap_or_default())[..if prefix.is_some() { 2 } else { 1 }];
    let archive = |n: usize, chunk: &Value| {
        let (store, codec) = (&stores[n % stores.len()], ["zstd", "gzip", "none"][n / 2]);
        let chunk = chunk["chunk_name"].as_str().unwrap();
        cli.run(&["chunks", "archive", chunk, "--compression", codec, "--store", store]).succeeds();
    };
    let chunks = cli.json(&["chunks", "list"]);
    let chunks = chunks.as_array().unwrap();
    assert_eq!(chunks.len(), WEEKS);
    // Before they go.
    let mut all = written(&cli);
    for (n, chunk) in chunks.iter().enumerate() {
        archive(n, chunk);
    }
    // Two generations of a range: the first one's objects stay, and count for nothing. Another range is back as well.
    let ids = cli.json(&["archives", "list"]);
    for id in [&ids[0]["id"], &ids[1]["id"]] {
        cli.run(&["archives", "rehydrate", &id.to_string()]).succeeds();
    }
    let late = "{\"id\":\"0198c9a2-6b1f-7000-8000-000000000001\",\"stream\":\"late-1\",\"type\":\"T\",\"pos\":0,\"gpos\":5000,\
                \"data\":{\"a\":1},\"meta\":null,\"time\":\"2013-01-05T00:00:00Z\"}\n";
    cli.run_with(&["messages", "import"], late.as_bytes()).succeeds();
    let late = written(&cli).into_iter().find(|m| m[0] == 5000).unwrap();
    all.insert(all.len() - 1, late);
    cli.run(&["archives", "release", &ids[0]["id"].to_string(), "--store", &stores[0]]).succeeds();
    (cli, all)
}

/// An engine, as `bin/servers` gives it.
struct Engine {
    /// Its name for `--engine`.
    name: &'static str,
    script: &'static str,
    variable: &'static str,
    /// What is printed where it is not there.
    missing: &'static str,
}

const DUCKDB: Engine = Engine {
    name: "duckdb",
    script: include_str!("engines/duckdb.py"),
    variable: "EVENTODB_TEST_DUCKDB",
    missing: "DuckDB could not be installed (bin/servers start says why)",
};

const CLICKHOUSE: Engine = Engine {
    name: "clickhouse",
    script: include_str!("engines/clickhouse.py"),
    variable: "EVENTODB_TEST_CHDB",
    missing: "chDB could not be installed (bin/servers start says why)",
};

const SPARK: Engine = Engine {
    name: "spark",
    script: include_str!("engines/spark.py"),
    variable: "EVENTODB_TEST_SPARK",
    missing: "Spark is installed and its statements are run where EVENTODB_TEST_SPARK=install is set for bin/test or \
              bin/servers (600 MB, Java 17; a minute)",
};

impl Engine {
    fn python(&self) -> Option<String> {
        let python = lab::find_var(self.variable).filter(|value| value.starts_with('/'));
        if python.is_none() {
            eprintln!("SKIPPED: NOT TESTED HERE, {}", self.missing);
        }
        python
    }

    fn statements(&self, cli: &Cli) -> String {
        cli.run(&["archives", "sql", "--engine", self.name]).succeeds().stdout.clone()
    }

    /// Runs the statements, and prints the view.
    fn run(&self, python: &str, cli: &Cli, (statements, which): (&str, &str)) -> std::process::Output {
        let (sql, script) = (cli.file("archives.sql", statements), cli.file("ask.py", self.script));
        let view = format!("{}_archive", cli.namespace);
        // Nothing of the user's, such as extensions or settings; what runs has the credentials from its environment.
        let mut command = std::process::Command::new(python);
        command.args([&script, &sql, &view, which]).env_clear().envs(cli.variables()).current_dir(cli.dir.path());
        if let Some(java) = std::env::var_os("JAVA_HOME") {
            command.env("JAVA_HOME", java);
        }
        command.output().unwrap()
    }

    /// The columns of the view, and its rows.
    fn asked(&self, python: &str, cli: &Cli, statements: (&str, &str)) -> (Value, Vec<Value>) {
        let out = self.run(python, cli, statements);
        assert!(out.status.success(), "{}\n{}", String::from_utf8_lossy(&out.stderr), statements.0);
        let out = String::from_utf8(out.stdout).unwrap();
        let mut lines = out.lines().map(|line| serde_json::from_str(line).unwrap());
        (lines.next().unwrap(), lines.collect())
    }
}

const COLUMNS: [&str; 8] = ["global_position", "position", "time", "stream_name", "type", "id", "data", "metadata"];

fn columns(types: [&str; 8]) -> Value {
    json!(COLUMNS.into_iter().zip(types).map(|(name, kind)| [name, kind]).collect::<Vec<_>>())
}

#[track_caller]
fn assert_all(found: &[Value], written: &[Value]) {
    for (found, written) in found.iter().zip(written) {
        assert_eq!(found, written);
    }
    assert_eq!(found.len(), written.len());
}

/// An object that is gone from the folder makes the statements, or the question, fail: the answer is never short.
fn assert_fails_without_an_object(engine: &Engine, python: &str, cli: &Cli, statements: (&str, &str)) {
    let gone = objects_below(cli.dir.path().to_owned(), ".csv").pop().unwrap();
    std::fs::remove_file(gone).unwrap();
    let out = engine.run(python, cli, statements);
    assert!(!out.status.success(), "{}: {} bytes", engine.name, out.stdout.len());
}

const DUCKDB_TYPES: [&str; 8] =
    ["BIGINT", "BIGINT", "TIMESTAMP WITH TIME ZONE", "VARCHAR", "VARCHAR", "UUID", "JSON", "JSON"];

#[test]
fn duckdb_reads_each_current_archive_once_and_every_message_as_it_was() {
    let Some(python) = DUCKDB.python() else { return };
    // The newest version has no extensions that could be had without the internet.
    for (which, prefix) in [("newest", None), ("s3", Some("it's {a,b} ünï%41+&"))] {
        let (cli, all) = archived("it's {a,b} [c]* d? ünï%41+", prefix);
        let text = DUCKDB.statements(&cli);
        assert_eq!(text.matches(".csv").count(), WEEKS, "{text}");
        let (found, rows) = DUCKDB.asked(&python, &cli, (&text, which));
        assert_eq!(found, columns(DUCKDB_TYPES));
        assert_all(&rows, &all);
        assert_fails_without_an_object(&DUCKDB, &python, &cli, (&text, which));
    }
}

#[test]
fn clickhouse_reads_each_current_archive_once_and_every_message_as_it_was() {
    let Some(python) = CLICKHOUSE.python() else { return };
    let (cli, all) = archived("it's [c] ünï%41+", Some("it's [c] ünï%41+&"));
    let text = CLICKHOUSE.statements(&cli);
    assert_eq!(text.matches(".csv").count(), WEEKS, "{text}");
    let (found, rows) = CLICKHOUSE.asked(&python, &cli, (&text, ""));
    let (whole, json) = ("Int64", "Nullable(String)");
    let types = columns([whole, whole, "DateTime64(6, 'UTC')", "String", "String", "UUID", json, json]);
    assert_eq!(found, json!([types]));
    assert_all(&rows, &all);
    assert_fails_without_an_object(&CLICKHOUSE, &python, &cli, (&text, ""));
}

#[test]
fn spark_reads_each_current_archive_once_and_every_message_as_it_was() {
    let Some(python) = SPARK.python() else { return };
    let name = "it's {a,b} [c]* d? ünï%41+ ${e}";
    let (cli, all) = archived(name, Some(name));
    let text = SPARK.statements(&cli);
    let (found, rows) = SPARK.asked(&python, &cli, (&text, ""));
    let string = "string";
    assert_eq!(found, columns(["bigint", "bigint", "timestamp", string, string, string, string, string]));
    assert_all(&rows, &all);
    assert_fails_without_an_object(&SPARK, &python, &cli, (&text, ""));
}

/// One that has come back keeps its row and its objects as long as its store cannot be asked, and its messages are in a later one
/// in another store as well.
#[test]
fn a_message_that_two_archives_hold_is_read_once() {
    let cli = filled(&mixed(2, 50));
    let mut all = written(&cli);
    let [first, second] = ["first", "second"].map(|folder| {
        std::fs::create_dir_all(cli.path(folder)).unwrap();
        StoreUrl::file(&cli.path(folder)).unwrap().to_string()
    });
    cli.run(&["chunks", "archive", "--older-than", "0d", "--store", &first]).succeeds();
    let id = cli.json(&["archives", "list"])[0]["id"].to_string();
    cli.run(&["archives", "rehydrate", &id]).succeeds();
    let [mounted, away] = ["first", "away"].map(|folder| cli.path(folder));
    std::fs::rename(&mounted, &away).unwrap();
    cli.run(&["chunks", "archive", "--older-than", "0d", "--store", &second]).succeeds();
    std::fs::rename(&away, &mounted).unwrap();
    assert_eq!(cli.json(&["archives", "list"]).as_array().unwrap().len(), 3);
    for engine in [DUCKDB, CLICKHOUSE, SPARK] {
        let text = engine.statements(&cli);
        assert!(text.contains("SELECT DISTINCT"), "{text}");
        let Some(python) = engine.python() else { continue };
        let (_, mut rows) = engine.asked(&python, &cli, (&text, "newest"));
        rows.sort_by_key(|row| row[0].as_i64());
        all.sort_by_key(|row| row[0].as_i64());
        assert_all(&rows, &all);
    }
}

#[test]
fn statements_for_all_engines_name_the_current_archives_and_nothing_else() {
    let cli = filled(&mixed(2, 50));
    cli.run(&["archives", "sql", "--engine", "duckdb"]).fails(1, "no archive");
    cli.run(&["chunks", "archive", "--older-than", "0d"]).succeeds();
    let sql = |engine: &str, store: &str| cli.run(&["archives", "sql", "--engine", engine, "--store", store]);
    for engine in ["duckdb", "clickhouse", "athena", "trino", "spark"] {
        let text = sql(engine, "s3://bucket/it's").succeeds().stdout.clone();
        // Spark's pattern is written twice, below what it holds.
        let (times, quoted) = match engine {
            "spark" => (6, "it\\'s"),
            "clickhouse" => (2, "it%27s"),
            _ => (2, "it''s"),
        };
        assert_eq!(text.matches(".csv.zst").count(), times, "{engine}: {text}");
        assert!(
            !text.contains(".heads") && text.contains(quoted) && text.trim_end().ends_with(';'),
            "{engine}: {text}"
        );
        assert_eq!(text.contains("by the manual of"), ["athena", "trino"].contains(&engine), "{engine}: {text}");
    }
    let own = cli.store();
    for engine in ["clickhouse", "spark"] {
        sql(engine, &own).succeeds();
    }
    for engine in ["athena", "trino"] {
        sql(engine, &own).fails(2, "from S3");
    }
    for pattern in ["s3://bucket/a*", "s3://bucket/a?", "s3://bucket/{a}", "file:///srv/a::b"] {
        sql("clickhouse", pattern).fails(1, "for a pattern");
    }
    for pattern in ["s3://bucket/a*", "s3://bucket/a?", "s3://bucket/[a]"] {
        sql("duckdb", pattern).fails(1, "for a pattern");
    }
    sql("duckdb", "file:///srv/%5Ba%5D*%3F").succeeds();
    cli.run(&["archives", "sql"]).fails(2, "--engine");
    cli.run(&["archives", "sql", "--engine", "excel"]).fails(2, "duckdb");
}

#[test]
fn an_engine_that_has_not_the_times_of_an_archive_is_refused() {
    let cli = filled(&mixed(1, 20));
    let refused = |engines: &[&str]| {
        cli.run(&["chunks", "archive", "--older-than", "0d"]).succeeds();
        for engine in ["duckdb", "clickhouse", "spark", "athena", "trino"] {
            let out = cli.run(&["archives", "sql", "--engine", engine, "--store", "s3://bucket"]);
            if engines.contains(&engine) {
                out.fails(1, "times of the years");
            } else {
                out.succeeds();
            }
        }
    };
    refused(&[]);
    let insert = |time: &str| {
        let table = format!("\"tsdb_{}\".messages", cli.namespace);
        let row = format!("('{time}', 0, 'old-' || gen_random_uuid(), 'T', gen_random_uuid())");
        sql(&cli.db_url, &format!("INSERT INTO {table} (time, position, stream_name, type, id) VALUES {row}"));
    };
    insert("1850-03-15 12:00:00+00");
    refused(&["clickhouse"]);
    insert("0044-03-15 12:00:00+00 BC");
    refused(&["duckdb", "clickhouse", "spark", "athena", "trino"]);
}
