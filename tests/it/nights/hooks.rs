//! Hooks: who is told of a night that begins, and how it has ended.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::cli::{Cli, Out};
use super::scene::{RUN, archive_all, chunks, filled};

/// What somebody was sent: method, path and body.
type Request = (String, String, String);

/// Somebody who listens, and answers each request with the same status.
struct Listener {
    address: String,
    heard: Arc<Mutex<Vec<Request>>>,
}

impl Listener {
    fn new(status: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let heard = Arc::new(Mutex::new(Vec::new()));
        let all = heard.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let request = read(&mut stream);
                all.lock().unwrap().push(request);
                let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        Self { address, heard }
    }

    fn heard(&self) -> Vec<Request> {
        std::mem::take(&mut *self.heard.lock().unwrap())
    }
}

fn read(stream: &mut TcpStream) -> Request {
    let mut text = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let n = stream.read(&mut piece).unwrap();
        text.extend_from_slice(&piece[..n]);
        let all = String::from_utf8_lossy(&text).into_owned();
        if let Some((head, body)) = all.split_once("\r\n\r\n") {
            let length =
                head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
            if body.len() >= length.unwrap_or(0) || n == 0 {
                let mut words = head.split(' ');
                let (method, path) = (words.next().unwrap().to_owned(), words.next().unwrap().to_owned());
                return (method, path, body.to_owned());
            }
        }
    }
}

fn run(cli: &Cli, section: &str) -> Out {
    let config = cli.file("hooks.toml", format!("[hooks]\n{section}\n"));
    cli.run_in(&[("EVENTODB_CONFIG", &config), ("PGPASSWORD", "hunter2")], &RUN, b"")
}

fn message(request: &Request) -> Value {
    serde_json::from_str(&request.2).unwrap()
}

#[test]
fn an_address_hears_of_the_begin_and_the_end_and_a_dead_mans_switch_is_pinged() {
    let cli = filled(2);
    archive_all(&cli);
    let (hook, ping) = (Listener::new("200 OK"), Listener::new("204 No Content"));
    let section = format!(
        "on_start = '{0}/begin?t=hunter2'\non_success = '{0}/good'\non_failure = '{0}/bad'\nping = '{1}/uuid/'",
        hook.address, ping.address
    );
    run(&cli, &section).succeeds();
    let heard = hook.heard();
    assert_eq!(
        heard.iter().map(|(m, path, _)| format!("{m} {path}")).collect::<Vec<_>>(),
        ["POST /begin?t=hunter2", "POST /good"]
    );
    let (start, end) = (message(&heard[0]), message(&heard[1]));
    assert_eq!((&start["event"], &end["event"]), (&json!("start"), &json!("success")));
    assert_eq!((&start["run_id"], &end["exit_code"]), (&end["run_id"], &json!(0)));
    assert_eq!(end["text"], "eventodb-admin lifecycle run: done: 1 namespace");
    let pings: Vec<_> = ping.heard().into_iter().map(|(method, path, _)| (method, path)).collect();
    let get = |path: &str| ("GET".to_owned(), path.to_owned());
    assert_eq!(pings, [get("/uuid/start"), get("/uuid")]);
    // A plan is no night.
    let config = cli.path("hooks.toml").display().to_string();
    cli.run_in(&[("EVENTODB_CONFIG", &config)], &["lifecycle", "run", "--dry-run"], b"").succeeds();
    assert!(hook.heard().is_empty() && ping.heard().is_empty());
}

#[test]
fn a_night_that_fails_or_cannot_begin_says_where_why_and_what_to_do() {
    let cli = filled(2);
    archive_all(&cli);
    let (hook, ping) = (Listener::new("200 OK"), Listener::new("200 OK"));
    let section = format!("on_failure = '{}'\nping = '{}/u'", hook.address, ping.address);
    // The store is away.
    std::fs::rename(cli.path("disk/events"), cli.path("unmounted")).unwrap();
    let out = run(&cli, &section);
    assert_ne!(out.code, 0, "{out:?}");
    let failed = message(&hook.heard()[0]);
    assert_eq!((&failed["event"], &failed["exit_code"]), (&json!("failure"), &json!(out.code)), "{failed}");
    let failure = &failed["failures"][0];
    assert_eq!(failure["namespace"], cli.namespace.as_str(), "{failed}");
    assert!(failed["text"].as_str().unwrap().contains(&cli.namespace), "{failed}");
    assert!(failure["error"].as_str().unwrap().contains("the folder"), "{failed}");
    assert_eq!(failed["next"], failure["hint"], "{failed}");
    assert_eq!(ping.heard().last().unwrap().1, "/u/fail");
    // The database cannot be reached.
    let config = cli.path("hooks.toml").display().to_string();
    let nowhere = [("EVENTODB_CONFIG", config.as_str()), ("EVENTODB_DB_URL", "postgres://u:hunter2@127.0.0.1:1/x")];
    let out = cli.run_in(&nowhere, &RUN, b"");
    assert_ne!(out.code, 0, "{out:?}");
    let request = hook.heard().remove(0);
    assert!(!request.2.contains("hunter2"), "{request:?}");
    let failed = message(&request);
    assert_eq!((&failed["namespaces"], &failed["failures"][0]["namespace"]), (&json!(0), &Value::Null), "{failed}");
    assert_eq!(ping.heard().last().unwrap().1, "/u/fail");
}

#[test]
fn a_command_reads_the_message_and_gets_no_secret() {
    let cli = filled(1);
    archive_all(&cli);
    let (seen, env) = (cli.path("seen.json"), cli.path("env.txt"));
    let command = format!("cat > {}; env > {}", seen.display(), env.display());
    run(&cli, &format!("on_success = \"{command}\"")).succeeds();
    let message: Value = serde_json::from_str(&std::fs::read_to_string(&seen).unwrap()).unwrap();
    assert_eq!(message["event"], "success");
    let env = std::fs::read_to_string(&env).unwrap();
    assert!(env.contains("EVENTODB_HOOK_EVENT=success") && env.contains("PATH="), "{env}");
    assert!(!env.contains("EVENTODB_DB_URL") && !env.contains("hunter2") && !env.contains("AWS_"), "{env}");
}

#[test]
fn hooks_that_fail_or_hang_change_nothing_but_a_warning() {
    let cli = filled(3);
    archive_all(&cli);
    let refusing = Listener::new("500 Internal Server Error");
    let section = format!("on_start = 'echo no; echo why >&2; exit 3'\nping = '{}/hunter2'", refusing.address);
    let out = run(&cli, &section);
    out.succeeds();
    assert!(chunks(&cli).is_empty(), "{out:?}");
    assert!(out.stderr.contains("on_start") && out.stderr.contains("exit status: 3: why"), "{out:?}");
    assert!(out.stderr.contains("status 500") && !out.stderr.contains("hunter2"), "{out:?}");
    assert!(!out.stdout.contains("no\n"), "what a hook prints is none of the run's output: {out:?}");
    assert_eq!(refusing.heard().len(), 6, "each of two is tried three times");
    // Nobody listens; one that hangs is ended with what it has started.
    let marker = cli.path("late");
    let hangs = format!("(sleep 8; touch {}) & sleep 600", marker.display());
    let begun = Instant::now();
    let out = run(&cli, &format!("on_success = \"{hangs}\"\non_start = 'http://127.0.0.1:1/x'\ntimeout = '2s'"));
    out.succeeds();
    assert!(begun.elapsed() < Duration::from_secs(60));
    assert!(out.stderr.contains("longer than 2s") && out.stderr.contains("on_start"), "{out:?}");
    std::thread::sleep(Duration::from_secs(9));
    assert!(!marker.exists(), "it went on");
}

#[test]
fn what_the_section_cannot_mean_exits_2_and_is_not_shown() {
    let cli = filled(1);
    for section in ["on_failure = ''", "ping = 'ftp://hunter2@x/'", "timeout = 'hunter2x'", "on_fail = 'hunter2'"] {
        let out = run(&cli, section);
        out.fails(2, "");
        assert!(!out.stderr.contains("ftp://hunter2") && !out.stderr.contains("'hunter2'"), "{section}: {out:?}");
    }
    let config =
        cli.file("hooks.toml", "[hooks]\nping = 'https://hc.example.org/hunter2'\non_failure = 'page --key hunter2'\n");
    let shown = cli.run_in(&[("EVENTODB_CONFIG", &config)], &["config", "show"], b"");
    assert!(!shown.succeeds().stdout.contains("hunter2"), "{shown:?}");
    assert!(shown.stdout.contains("https://hc.example.org/…") && shown.stdout.contains("page …"), "{shown:?}");
}

#[test]
fn a_gateway_is_sent_the_metrics_of_a_night_and_one_that_refuses_changes_nothing() {
    let cli = filled(2);
    archive_all(&cli);
    let gateway = Listener::new("202 Accepted");
    let file = cli.path("night.prom").display().to_string();
    let config = cli.file("hooks.toml", format!("[hooks]\npush_metrics = '{}/metrics/job/nights'\n", gateway.address));
    let run = [&RUN[..], &["--metrics-file", &file]].concat();
    cli.run_in(&[("EVENTODB_CONFIG", &config)], &run, b"").succeeds();
    let heard = gateway.heard();
    let [(method, path, body)] = &heard[..] else { panic!("{heard:?}") };
    assert_eq!((method.as_str(), path.as_str()), ("PUT", "/metrics/job/nights"));
    assert_eq!(*body, std::fs::read_to_string(&file).unwrap());
    assert!(body.contains(&cli.namespace), "{body}");
    let refuses = Listener::new("400 Bad Request");
    let section = format!("push_metrics = '{}/metrics/job/nights?t=hunter2'", refuses.address);
    let out = self::run(&cli, &section);
    assert_eq!(out.code, 0, "{out:?}");
    assert!(out.stderr.contains("sending the metrics to the gateway") && out.stderr.contains("400"), "{out:?}");
    assert!(!out.stderr.contains("hunter2"), "{out:?}");
}

#[test]
fn a_line_at_the_end_says_whether_all_is_well() {
    let cli = filled(2);
    archive_all(&cli);
    let good = run(&cli, "");
    assert!(good.stderr.contains("all is well: 1 namespace"), "{good:?}");
    std::fs::rename(cli.path("disk/events"), cli.path("unmounted")).unwrap();
    let bad = run(&cli, "");
    assert!(bad.stderr.contains("not all is well: 1 of 1 namespace failed"), "{bad:?}");
}

#[test]
fn an_error_of_any_length_and_with_any_character_keeps_nobody_from_hearing_of_the_night() {
    let cli = filled(2);
    if !super::scene::is_community(&cli) {
        eprintln!(
            "SKIPPED an_error_of_any_length_and_with_any_character_keeps_nobody_from_hearing_of_the_night: it fails in freezing, \
             which is TimescaleDB Community's"
        );
        return;
    }
    archive_all(&cli);
    let schema = super::scene::schema(&cli);
    super::cli::sql(
        &cli.db_url,
        &format!(
            "CREATE OR REPLACE FUNCTION \"{schema}\".freeze_chunk(_chunk regclass) RETURNS void LANGUAGE plpgsql AS $f$
             BEGIN RAISE EXCEPTION '%', E'\\x1b]0;x\\x07\\nBcc: all@example.org\\n' || repeat('x', 200000); END $f$"
        ),
    );
    let out = run(&cli, "on_failure = 'printenv EVENTODB_HOOK_TEXT > env.out; cat > hook.out'");
    assert!(out.code != 0 && !out.stderr.contains("telling the hook"), "{}", out.stderr.len());
    let text = std::fs::read_to_string(cli.path("env.out")).unwrap();
    assert!(text.len() < 3000 && text.lines().count() == 1, "{text}");
    assert!(text.contains("\\u{1b}]0;x\\u{7}\\nBcc: all@example.org\\n"), "{text}");
    assert!(text.contains("(cut: it has 2"), "{text}");
    let message: Value = serde_json::from_slice(&std::fs::read(cli.path("hook.out")).unwrap()).unwrap();
    assert!(message["failures"][0]["error"].as_str().unwrap().contains("]0;x"), "{message}");
    assert!(message.to_string().len() < 50_000, "{}", message.to_string().len());
    // What is kept of it, and shown later, is cut as well.
    let history = cli.run(&["lifecycle", "history"]);
    assert!(history.succeeds().stdout.len() < 3000 && !history.stdout.contains('\u{1b}'), "{history:?}");
    assert!(cli.run(&["report"]).succeeds().stdout.len() < 10_000);
}
