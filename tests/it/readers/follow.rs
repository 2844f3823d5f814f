//! `messages follow`: each message once and in order, wherever it lies and whenever it comes.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use super::cli::{BINARY, Cli, Held, made_up, sql};

/// One third in archives, one third in archives and back, one third never archived; and late messages for what is archived.
fn mixed() -> Cli {
    let cli = Cli::new();
    cli.run_with(&["messages", "import", "-"], made_up(6, 40).as_bytes()).succeeds();
    let store = cli.store();
    let cli = cli.with("EVENTODB_STORE", &store);
    let chunks = cli.json(&["chunks", "list"]);
    let names: Vec<_> =
        chunks.as_array().unwrap().iter().map(|c| c["chunk_name"].as_str().unwrap().to_owned()).collect();
    for name in &names[..4] {
        cli.run(&["chunks", "archive", name]).succeeds();
    }
    cli.run(&["archives", "rehydrate", "1"]).succeeds();
    let late: String = (1..=6)
        .map(|n| format!("{{\"stream\":\"late-{n}\",\"type\":\"T\",\"time\":\"2013-01-0{n}T12:00:00Z\"}}\n"))
        .collect();
    cli.run_with(&["messages", "import", "-"], late.as_bytes()).succeeds();
    cli
}

fn follow(cli: &Cli, more: &[&str]) -> String {
    cli.run(&[&["messages", "follow", "--no-wait"], more].concat()).succeeds().stdout.clone()
}

fn gpos(line: &str) -> i64 {
    let line: serde_json::Value = serde_json::from_str(line).unwrap_or_else(|e| panic!("{line:?}: {e}"));
    line["gpos"].as_i64().unwrap()
}

/// A process that follows, and its lines.
struct Following {
    process: Child,
    lines: Receiver<String>,
}

impl Following {
    fn begin(cli: &Cli, more: &[&str]) -> Self {
        let mut process = Command::new(BINARY)
            .args(["messages", "follow"])
            .args(more)
            .env_clear()
            .envs(cli.variables())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, lines) = channel();
        let out = BufReader::new(process.stdout.take().unwrap());
        std::thread::spawn(move || out.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self { process, lines }
    }

    fn next(&self) -> String {
        self.lines.recv_timeout(Duration::from_secs(30)).expect("a line")
    }

    fn end(mut self, signal: &str) -> (Option<i32>, Vec<String>, String) {
        assert!(Command::new("kill").args([signal, &self.process.id().to_string()]).status().unwrap().success());
        let lines = self.lines.iter().collect();
        let code = self.process.wait().unwrap().code();
        let mut said = String::new();
        std::io::Read::read_to_string(&mut self.process.stderr.take().unwrap(), &mut said).unwrap();
        (code, lines, said)
    }
}

#[test]
fn what_is_followed_is_what_is_exported_wherever_it_lies() {
    let cli = mixed();
    let all = cli.run(&["messages", "export"]).succeeds().stdout.clone();
    assert_eq!(all.lines().count(), 246);
    assert!(follow(&cli, &[]) == all, "all of it, byte for byte");
    for from in [0, 1, 2, 80, 159, 240, 241, 246, 247, i64::MAX] {
        let wanted: String = all.lines().filter(|l| gpos(l) >= from).map(|l| format!("{l}\n")).collect();
        assert!(follow(&cli, &["--from-global-position", &from.to_string()]) == wanted, "from {from}");
    }
    for categories in [&["account"][..], &["late"], &["late", "account"], &["late", "late"], &["nobody"]] {
        let flags: Vec<_> = categories.iter().flat_map(|c| ["--category", c]).collect();
        let of = |l: &&str| categories.iter().any(|c| l.contains(&format!("\"stream\":\"{c}-")));
        let wanted: String = all.lines().filter(of).map(|l| format!("{l}\n")).collect();
        assert!(follow(&cli, &flags) == wanted, "{categories:?}");
    }
    let mut members: Vec<String> = (0..3)
        .flat_map(|member| {
            let group = format!("{member}/3");
            let flags = ["--category", "account", "--category", "late", "--consumer-group", &group];
            let lines: Vec<_> = follow(&cli, &flags).lines().map(str::to_owned).collect();
            assert!(lines.is_sorted_by_key(|l| gpos(l)), "{lines:?}");
            lines
        })
        .collect();
    members.sort_by_key(|l| gpos(l));
    assert!(members == all.lines().collect::<Vec<_>>(), "each message has one member");
    cli.run(&["messages", "follow", "--consumer-group", "0/3"]).fails(2, "--category");
}

#[test]
fn new_messages_come_as_they_are_written_and_a_stop_leaves_whole_lines() {
    let cli = mixed();
    let following = Following::begin(&cli, &["--from-global-position", "240"]);
    let first: Vec<_> = (0..7).map(|_| gpos(&following.next())).collect();
    assert_eq!(first, (240..=246).collect::<Vec<_>>());
    for n in 0..3 {
        cli.run(&["messages", "write", "account-new", "T", "--data", &format!("{{\"n\":{n}}}")]).succeeds();
        let line = following.next();
        assert!(gpos(&line) > 246 && line.contains(&format!("\"data\":{{\"n\":{n}}}")), "{line}");
    }
    let (code, rest, said) = following.end("-TERM");
    assert_eq!((code, rest.len()), (Some(143), 0), "{said}");
    assert!(said.contains("--from-global-position"), "{said}");
    let following = Following::begin(&cli, &["--from-global-position", "250"]);
    cli.run(&["messages", "write", "account-new", "T"]).succeeds();
    assert_eq!(gpos(&following.next()), 250);
    assert_eq!(following.end("-INT").0, Some(130));
}

#[test]
fn what_commits_late_comes_in_its_place() {
    let cli = Cli::new();
    cli.run(&["messages", "write", "fast-1", "T"]).succeeds();
    let following = Following::begin(&cli, &[]);
    assert_eq!(gpos(&following.next()), 1);
    let schema = sql(&cli.db_url, "SELECT schema_name FROM eventodb_store.namespaces");
    let write =
        |stream| format!("SELECT \"{schema}\".write_message(gen_random_uuid()::varchar, '{stream}', 'T', NULL)");
    let late = Held::new(&cli.db_url, &format!("BEGIN; {}", write("slow-1")));
    for _ in 0..3 {
        cli.run(&["messages", "write", "fast-1", "T"]).succeeds();
    }
    // What is followed anew would show them by now, if anything did.
    assert_eq!(follow(&cli, &[]).lines().count(), 1);
    assert_eq!(follow(&cli, &["--category", "fast"]).lines().count(), 1, "a horizon is for categories as well");
    late.end("COMMIT");
    assert_eq!([0; 4].map(|_| gpos(&following.next())), [2, 3, 4, 5]);
    assert_eq!(following.end("-TERM").0, Some(143));
}

#[test]
fn who_reads_slowly_keeps_no_chunk_from_being_archived() {
    let cli = Cli::new();
    // More than a pipe takes.
    cli.run_with(&["messages", "import", "-"], made_up(3, 4_000).as_bytes()).succeeds();
    let store = cli.store();
    let cli = cli.with("EVENTODB_STORE", &store);
    let all = cli.run(&["messages", "export"]).succeeds().stdout.clone();
    let mut process = Command::new(BINARY)
        .args(["messages", "follow", "--no-wait"])
        .env_clear()
        .envs(cli.variables())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::with_capacity(1 << 10, process.stdout.take().unwrap());
    let mut first = String::new();
    out.read_line(&mut first).unwrap();
    assert_eq!(gpos(&first), 1);
    // It has what is in the pipe, and the rest of its page; the other chunks come out of their archives now.
    let archived = cli.json(&["chunks", "archive", "--older-than", "0d"]);
    assert!(archived.as_array().unwrap().iter().all(|a| a["state"] == "dropped"), "{archived}");
    let mut rest = String::new();
    std::io::Read::read_to_string(&mut out, &mut rest).unwrap();
    assert!(process.wait().unwrap().success());
    assert!(first + &rest == all, "each message once, and in order");
}

#[test]
fn a_plain_schema_is_followed_as_well() {
    let cli = Cli::bare().with("EVENTODB_DB_TYPE", "postgres");
    cli.run(&["namespaces", "create", &cli.namespace]).succeeds();
    let lines: String =
        (0..60).map(|n| format!("{{\"stream\":\"{}-{}\",\"type\":\"T\"}}\n", ["a", "b", "c"][n % 3], n % 7)).collect();
    cli.run_with(&["messages", "import", "-"], lines.as_bytes()).succeeds();
    let all = cli.run(&["messages", "export"]).succeeds().stdout.clone();
    assert!(all.lines().count() == 60 && follow(&cli, &[]) == all);
    for (flags, categories) in
        [(&["--category", "a"][..], &["a"][..]), (&["--category", "b", "--category", "a"], &["a", "b"])]
    {
        let of = |l: &&str| categories.iter().any(|c| l.contains(&format!("\"stream\":\"{c}-")));
        let wanted: String = all.lines().filter(of).map(|l| format!("{l}\n")).collect();
        assert!(follow(&cli, flags) == wanted, "{flags:?}");
    }
    let of_members = (0..2)
        .map(|member| follow(&cli, &["--category", "a", "--consumer-group", &format!("{member}/2")]).lines().count());
    assert_eq!(of_members.sum::<usize>(), 20);
    let following = Following::begin(&cli, &["--from-global-position", "60"]);
    assert_eq!(gpos(&following.next()), 60);
    let schema = sql(&cli.db_url, "SELECT schema_name FROM eventodb_store.namespaces");
    let late = Held::new(
        &cli.db_url,
        &format!("BEGIN; SELECT \"{schema}\".write_message(gen_random_uuid()::varchar, 'slow-1', 'T', NULL)"),
    );
    cli.run(&["messages", "write", "fast-1", "T"]).succeeds();
    late.end("COMMIT");
    assert_eq!([0; 2].map(|_| gpos(&following.next())), [61, 62]);
    following.end("-TERM");
}
