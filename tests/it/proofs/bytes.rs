//! Memory is bounded in bytes: rows of hundreds of megabytes are archived, proven, read, brought back and erased with a small
//! number of copies of one of them in memory, however many there are.

use std::process::{Command, Stdio};
use std::time::Duration;

use super::cli::{BINARY, Cli, sql};

/// MiB of JSON text in a large row. `EVENTODB_TEST_ROW_MIB=200` plays what is promised, and takes minutes.
fn row_mib() -> usize {
    std::env::var("EVENTODB_TEST_ROW_MIB").ok().and_then(|text| text.parse().ok()).unwrap_or(34)
}

/// What the program may take at most: four copies of a row beside itself.
fn limit_mib() -> usize {
    row_mib() * 4 + 64
}

struct Ran {
    code: i32,
    stdout: Vec<u8>,
    stderr: String,
    peak_mib: usize,
}

impl Ran {
    #[track_caller]
    fn succeeds(self, args: &[&str]) -> Vec<u8> {
        assert_eq!(self.code, 0, "{args:?}: {}", self.stderr);
        eprintln!("{:>5} MiB  {}", self.peak_mib, args.join(" "));
        assert!(self.peak_mib <= limit_mib(), "{args:?} took {} MiB, more than {}", self.peak_mib, limit_mib());
        self.stdout
    }
}

/// Runs the program, and looks at the most memory that it ever had (`VmHWM`).
fn run(cli: &Cli, args: &[&str]) -> Ran {
    let mut child = Command::new(BINARY)
        .args(args)
        .env_clear()
        .envs(cli.variables())
        .current_dir(cli.dir.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let (mut out, mut err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    // Its hash will do.
    let stdout = std::thread::spawn(move || {
        use sha2::{Digest, Sha256};
        use std::io::Read;
        let (mut hash, mut piece) = (Sha256::new(), vec![0; 1 << 20]);
        loop {
            match out.read(&mut piece).unwrap() {
                0 => return hash.finalize().to_vec(),
                n => hash.update(&piece[..n]),
            }
        }
    });
    let stderr = std::thread::spawn(move || std::io::read_to_string(&mut err).unwrap());
    let mut peak = 0;
    let code = loop {
        if let Ok(text) = std::fs::read_to_string(&status)
            && let Some(line) = text.lines().find(|line| line.starts_with("VmHWM:"))
        {
            peak = peak.max(line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() >> 10);
        }
        if let Some(status) = child.try_wait().unwrap() {
            break status.code().unwrap_or(-1);
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    Ran { code, stdout: stdout.join().unwrap(), stderr: stderr.join().unwrap(), peak_mib: peak }
}

fn ran(cli: &Cli, args: &[&str]) -> Vec<u8> {
    run(cli, args).succeeds(args)
}

fn schema(cli: &Cli) -> String {
    cli.json(&["namespaces", "show"])["schema"].as_str().unwrap().to_owned()
}

/// Rows of one week: their data, metadata and type are SQL.
fn insert(cli: &Cli, from: usize, to: usize, data: &str, metadata: &str, message_type: &str) {
    sql(
        &cli.db_url,
        &format!(
            "WITH content AS MATERIALIZED (SELECT {data} AS data, {metadata} AS metadata)
             INSERT INTO {}.messages (time, position, stream_name, type, data, metadata)
             SELECT '2013-01-03T12:00:00Z'::timestamptz + n * interval '1 s', n / 3, 'big-' || n % 3, {message_type}, c.data,
                    c.metadata
               FROM content c, generate_series({from}, {to}) n",
            schema(cli)
        ),
    );
}

fn with_store() -> Cli {
    let cli = Cli::new();
    let store = cli.store();
    cli.with("EVENTODB_STORE", &store)
}

#[test]
fn rows_of_hundreds_of_megabytes_take_a_few_copies_of_one_of_them() {
    let cli = with_store();
    let mib = row_mib();
    // A fifth of it quotes, which JSON escapes and CSV doubles; and one that hardly compresses.
    let quotes = format!("jsonb_build_object('t', repeat('say \"x\" ', {}))", mib * (1 << 20) / 10);
    let half = format!("jsonb_build_object('t', repeat('say \"x\" ', {}))", mib * (1 << 20) / 20);
    let random = format!(
        "jsonb_build_object('t', (SELECT string_agg(md5(i::text), '') FROM generate_series(1, {}) i))",
        mib * (1 << 20) / 32
    );
    insert(&cli, 0, 2, &quotes, "NULL::jsonb", "'T'");
    insert(&cli, 3, 3, &half, &half, "'T'");
    insert(&cli, 4, 4, &random, "NULL::jsonb", "'T'");
    let before = ran(&cli, &["messages", "export", "--archived", "skip"]);
    ran(&cli, &["chunks", "archive", "--older-than", "0d"]);
    let id = cli.json(&["archives", "list"])[0]["id"].to_string();
    ran(&cli, &["archives", "verify", "--all"]);
    assert_eq!(ran(&cli, &["messages", "export"]), before);
    assert_eq!(ran(&cli, &["archives", "cat", &id]), before);
    ran(&cli, &["messages", "read", "big-1", "-o", "json"]);
    ran(&cli, &["archives", "find", "--global-position", "5"]);
    let absent = run(&cli, &["archives", "find", "--id", "8e3b5a52-7a3b-4d9e-a7a9-8f24c4b8d8a1"]);
    assert!(absent.peak_mib <= limit_mib(), "all was looked through, with {} MiB", absent.peak_mib);
    ran(&cli, &["archives", "rehydrate", &id]);
    assert_eq!(ran(&cli, &["messages", "export", "--archived", "skip"]), before);
    ran(&cli, &["archives", "release", &id]);
    assert_eq!(
        cli.json(&["archives", "list"])[0]["id"].to_string(),
        id,
        "nothing has changed, nothing is archived again"
    );
    ran(&cli, &["archives", "erase", "--stream", "big-1", "--reason", "asked for", "--yes"]);
    ran(&cli, &["archives", "verify", "--all"]);
    ran(&cli, &["coverage"]);
}

/// A type is not indexed: one of fifty megabytes is legal, and each of its characters may take six bytes of JSON.
#[test]
fn types_and_streams_of_any_length_are_archived_and_the_manifest_stays_small() {
    let cli = with_store();
    insert(&cli, 0, 1, "'{\"a\": 1}'::jsonb", "NULL::jsonb", "repeat(E'\\x01', 50000000 + n)");
    // Names that compress fit into an index whatever their length.
    sql(
        &cli.db_url,
        &format!(
            "INSERT INTO {}.messages (time, position, stream_name, type)
             SELECT '2013-01-03T13:00:00Z', 0, 'c' || n || '-' || repeat(E'\\x01', 100000), 'T' FROM generate_series(1, 60) n",
            schema(&cli)
        ),
    );
    let before = run(&cli, &["messages", "export", "--archived", "skip"]);
    assert_eq!(before.code, 0, "{}", before.stderr);
    // Fifty megabytes of such a type are 300 of JSON where they are written.
    let archive = run(&cli, &["chunks", "archive", "--older-than", "0d"]);
    assert_eq!(archive.code, 0, "{}", archive.stderr);
    assert!(archive.peak_mib < 420, "{} MiB", archive.peak_mib);
    let archives = cli.json(&["archives", "list"]);
    let mut manifests = Vec::new();
    let mut folders = vec![cli.path("store")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            match entry.file_type().unwrap().is_dir() {
                true => folders.push(entry.path()),
                false if entry.path().to_str().unwrap().ends_with(".manifest.json") => manifests.push(entry),
                false => {}
            }
        }
    }
    let manifest = manifests[0].metadata().unwrap().len();
    assert!(manifest < 4 << 20, "a manifest of {manifest} bytes");
    cli.run(&["archives", "verify", "--all"]).succeeds();
    assert_eq!(run(&cli, &["messages", "export"]).stdout, before.stdout);
    let id = archives[0]["id"].to_string();
    cli.run(&["archives", "rehydrate", &id]).succeeds();
    cli.run(&["archives", "release", &id]).succeeds();
    cli.run(&["coverage"]).succeeds();
}

#[test]
fn a_ledger_of_many_categories_takes_no_memory_where_nobody_asks_for_them() {
    let cli = with_store();
    cli.run_with(&["messages", "import"], super::cli::made_up(1, 20).as_bytes()).succeeds();
    cli.run(&["chunks", "archive", "--older-than", "0d"]).succeeds();
    let before = run(&cli, &["archives", "list", "--all"]).peak_mib;
    sql(
        &cli.db_url,
        &format!(
            "INSERT INTO eventodb_store.archives
             SELECT (jsonb_populate_record(a, jsonb_build_object('id', 1000000 + n, 'generation', 1000 + n, 'state', 'expired',
                        'objects', 'deleted', 'manifest_sha256', NULL, 'category_counts', c.counts))).*
               FROM eventodb_store.archives a, generate_series(1, 300) n,
                    (SELECT jsonb_object_agg('category number ' || k, k) counts FROM generate_series(1, 10000) k) c
              WHERE a.namespace = '{}'",
            cli.namespace
        ),
    );
    for args in [
        &["archives", "list", "--all"][..],
        &["archives", "find", "--category", "category number 7"],
        &["messages", "export"],
        &["messages", "read", "--category", "account"],
        &["coverage"],
        &["archives", "sync"],
        &["archives", "rehydrate", "--from", "2013-01-01", "--to", "2013-02-01"],
        &["stats", "refresh"],
    ] {
        let ran = run(&cli, args);
        assert!(matches!(ran.code, 0 | 5), "{args:?}: {}", ran.stderr);
        assert!(ran.peak_mib < before + 16, "{args:?} took {} MiB, {before} without them", ran.peak_mib);
    }
    let found = cli.json(&["archives", "show", "1000001"]);
    assert_eq!(found["categories"]["category number 10000"], 10000, "whoever asks for one is told all");
}

/// A gigabyte of text, 80 MB of it quotes: as CSV the row is larger than the server can make one, in binary form it is not.
#[test]
fn a_row_that_the_server_cannot_write_as_csv_comes_back_and_is_let_go_again() {
    let cli = with_store();
    let escaped = "jsonb_build_object('q', repeat(E'\\x01', 140000000))";
    insert(&cli, 0, 0, escaped, "jsonb_build_object('q', repeat('\"', 80000000))", "'T'");
    let succeeds = |args: &[&str]| {
        let ran = run(&cli, args);
        assert_eq!(ran.code, 0, "{args:?}: {}", ran.stderr);
        eprintln!("{:>5} MiB  {}", ran.peak_mib, args.join(" "));
    };
    succeeds(&["chunks", "archive", "--older-than", "0d", "--keep"]);
    succeeds(&["chunks", "archive", "--older-than", "0d"]);
    let id = cli.json(&["archives", "list"])[0]["id"].to_string();
    succeeds(&["archives", "rehydrate", &id]);
    succeeds(&["archives", "release", &id]);
    let archives = cli.json(&["archives", "list"]);
    assert_eq!((archives[0]["id"].to_string(), archives[0]["state"].as_str()), (id, Some("dropped")));
}

/// JSON of control characters takes six bytes of text for each: more than a gigabyte of text cannot be read by anybody.
#[test]
fn a_message_that_nobody_can_read_is_named_and_other_chunks_are_archived() {
    let cli = with_store();
    insert(&cli, 0, 2, "'{}'::jsonb", "NULL::jsonb", "'T'");
    insert(&cli, 3, 3, "jsonb_build_object('q', repeat(E'\\x01', 200000000))", "NULL::jsonb", "'T'");
    sql(
        &cli.db_url,
        &format!(
            "INSERT INTO {}.messages (time, position, stream_name, type) VALUES ('2013-01-17T12:00:00Z', 0, 'later-1', 'T')",
            schema(&cli)
        ),
    );
    let ran = run(&cli, &["chunks", "archive", "--older-than", "0d"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("the message at global position 4 (stream big-0)"), "{}", ran.stderr);
    assert!(ran.stderr.contains("hint: the server makes no text of more than 1 GB"), "{}", ran.stderr);
    let dropped = cli.json(&["archives", "list"]);
    let dropped: Vec<_> = dropped.as_array().unwrap().iter().filter(|a| a["state"] == "dropped").collect();
    assert_eq!((dropped.len(), &dropped[0]["messages"]), (1, &serde_json::json!(1)), "the later chunk");
}
