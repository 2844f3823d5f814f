//! Memory is bounded in bytes: rows of hundreds of megabytes are archived, proven, read, brought back and erased with a small
//! number of copies of one of them in memory, however many there are.

use std::process::{Command, Stdio};
use std::time::Duration;

use super::cli::{BINARY, Cli, sql};

/// MiB of JSON text in a large row. `EVENTODB_TEST_ROW_MIB=200` plays what is promised, and takes minutes.
fn row_mib() -> usize {
    std::env::var("EVENTODB_TEST_ROW_MIB").ok().and_then(|text| text.parse().ok()).unwrap_or(40)
}

/// What the program may take at most: 1 GiB for rows of 200 MB, and as many copies of smaller ones beside itself.
fn limit_mib() -> usize {
    let copies = row_mib() * 1024 / 200;
    if row_mib() < 200 { copies + 64 } else { copies }
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
    insert(&cli, 0, 5, &quotes, "NULL::jsonb", "'T'");
    insert(&cli, 6, 8, &half, &half, "'T'");
    insert(&cli, 9, 11, &random, "NULL::jsonb", "'T'");
    let before = ran(&cli, &["messages", "export", "--archived", "skip"]);
    ran(&cli, &["chunks", "archive", "--older-than", "0d"]);
    let id = cli.json(&["archives", "list"])[0]["id"].to_string();
    ran(&cli, &["archives", "verify", "--all"]);
    assert_eq!(ran(&cli, &["messages", "export"]), before);
    assert_eq!(ran(&cli, &["archives", "cat", &id]), before);
    ran(&cli, &["messages", "read", "big-1"]);
    ran(&cli, &["archives", "find", "--global-position", "11"]);
    ran(&cli, &["archives", "find", "--id", "8e3b5a52-7a3b-4d9e-a7a9-8f24c4b8d8a1"]);
    ran(&cli, &["archives", "rehydrate", &id]);
    assert_eq!(ran(&cli, &["messages", "export", "--archived", "skip"]), before);
    ran(&cli, &["archives", "release", &id]);
    assert_eq!(cli.json(&["archives", "list"])[0]["id"].to_string(), id, "nothing has changed, nothing is archived again");
    ran(&cli, &["archives", "erase", "--stream", "big-1", "--reason", "asked for", "--yes"]);
    ran(&cli, &["archives", "verify", "--all"]);
    ran(&cli, &["coverage"]);
}
