//! Sessions through a pooler: one that hands them to other clients is refused before it has been changed, one that keeps
//! them together works like the server itself. With a real PgBouncer.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio_postgres::SimpleQueryMessage;

use super::cli::{Cli, made_up};

const PROGRAM: &str = "pgbouncer";

/// A PgBouncer before the test's database.
struct Pooler {
    child: Child,
    url: String,
    _dir: tempfile::TempDir,
}

impl Drop for Pooler {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn program() -> Option<PathBuf> {
    let path = std::env::var("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).chain(["/usr/sbin".into()]).map(|dir| dir.join(PROGRAM));
    let found = found.into_iter().find(|path| path.is_file());
    if found.is_none() {
        eprintln!("NOT TESTED HERE: poolers; this needs pgbouncer, as bin/servers installs it from Debian");
    }
    found
}

impl Pooler {
    fn start(program: &PathBuf, db_url: &str, settings: &str) -> Self {
        let to = url::Url::parse(db_url).unwrap();
        let dir = tempfile::tempdir().unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let (user, password) = (to.username(), to.password().unwrap_or_default().replace("%20", " "));
        let config = format!(
            "[databases]\n* = host={} port={} user={user} password='{password}'\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
             listen_port = {port}\nunix_socket_dir =\nauth_type = any\nmax_client_conn = 200\n\
             ignore_startup_parameters = extra_float_digits\n{settings}\n",
            to.host_str().unwrap(),
            to.port().unwrap_or(5432),
        );
        let path = dir.path().join("pgbouncer.ini");
        std::fs::write(&path, config).unwrap();
        // It refuses to run as root.
        let mut command = Command::new(program);
        if std::fs::metadata("/proc/self").is_ok_and(|about| std::os::unix::fs::MetadataExt::uid(&about) == 0) {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(dir.path(), PermissionsExt::from_mode(0o755)).unwrap();
            command.args(["-u", "nobody"]);
        }
        let child = command.arg(&path).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let url = format!("postgres://{user}@127.0.0.1:{port}{}", to.path());
        let pooler = Self { child, url, _dir: dir };
        let begun = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(begun.elapsed() < Duration::from_secs(20), "pgbouncer does not listen");
            std::thread::sleep(Duration::from_millis(10));
        }
        pooler
    }

    /// What clients find that ask for nothing of their own: the first column of each answer, of so many sessions at once.
    fn found_by_clients(&self, statement: &str, clients: usize) -> Vec<String> {
        runtime().block_on(async {
            let mut open = Vec::new();
            for _ in 0..clients {
                let (client, connection) = tokio_postgres::connect(&self.url, tokio_postgres::NoTls).await.unwrap();
                tokio::spawn(connection);
                // So that each has a session of the server's, and not all the same one.
                client.batch_execute("BEGIN").await.unwrap();
                open.push(client);
            }
            let mut found = Vec::new();
            for client in &open {
                let rows = client.simple_query(statement).await.unwrap();
                found.extend(rows.iter().filter_map(|message| match message {
                    SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
                    _ => None,
                }));
            }
            found
        })
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}

/// Other clients of the pool, each at a transaction after another until this is dropped.
struct Busy {
    stop: Arc<AtomicBool>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Busy {
    fn new(url: &str, clients: usize) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let (url, stopped) = (url.to_owned(), Arc::clone(&stop));
        let thread = std::thread::spawn(move || {
            runtime().block_on(async {
                let mut all = Vec::new();
                for n in 0..clients {
                    let (url, stopped) = (url.clone(), Arc::clone(&stopped));
                    all.push(tokio::spawn(async move {
                        let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.unwrap();
                        tokio::spawn(connection);
                        while !stopped.load(Ordering::Relaxed) {
                            client.batch_execute(["SELECT 1", "SELECT pg_sleep(0.003)"][n % 2]).await.unwrap();
                        }
                    }));
                }
                for one in all {
                    one.await.unwrap();
                }
            });
        });
        Self { stop, thread: Some(thread) }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        let _ = self.thread.take().map(std::thread::JoinHandle::join);
    }
}

/// What our sessions set.
const SETTINGS: &str = "SELECT concat_ws(' ', current_setting('search_path'), current_setting('row_security'), \
    current_setting('enable_mergejoin'), current_setting('lock_timeout'), current_setting('TimeZone'), \
    current_setting('eventodb.archived_reads', true), \
    (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()))";

const VERBS: &[&[&str]] = &[
    &["chunks", "archive", "--older-than", "0d"],
    &["messages", "export"],
    &["archives", "list"],
    &["lifecycle", "run"],
    &["coverage"],
    &["archives", "sync"],
    &["namespaces", "list"],
    &["doctor"],
];

fn refused(pooler: &Pooler, cli: &Cli, verbs: &[&[&str]], size: usize) {
    let before = pooler.found_by_clients(SETTINGS, size);
    for verb in verbs {
        let out = cli.run_in(&[("EVENTODB_DB_URL", &pooler.url)], verb, b"");
        assert!(matches!(out.code, 1 | 8), "{verb:?}: {out:?}");
        assert!(
            format!("{}{}", out.stdout, out.stderr).contains("a connection pooler is in between"),
            "{verb:?}: {out:?}"
        );
    }
    assert_eq!(pooler.found_by_clients(SETTINGS, size), before, "sessions of the pool were changed");
}

fn filled() -> Cli {
    let cli = Cli::new();
    let store = cli.store();
    let cli = cli.with("EVENTODB_STORE", &store);
    cli.run_with(&["messages", "import"], made_up(2, 20).as_bytes()).succeeds();
    cli
}

#[test]
fn a_pooler_that_hands_sessions_on_is_refused_by_every_verb_and_its_sessions_stay_as_they_were() {
    let Some(program) = program() else { return };
    let cli = filled();
    for size in [1, 5] {
        let settings = format!("pool_mode = transaction\ndefault_pool_size = {size}");
        refused(&Pooler::start(&program, &cli.db_url, &settings), &cli, VERBS, size);
    }
    assert_eq!(cli.json(&["archives", "list"]).as_array().unwrap().len(), 0);
}

#[test]
fn a_pooler_that_hands_statements_on_is_refused() {
    let Some(program) = program() else { return };
    let cli = filled();
    for (size, busy) in [(1, 0), (5, 0), (5, 8)] {
        let settings = format!("pool_mode = statement\ndefault_pool_size = {size}");
        let pooler = Pooler::start(&program, &cli.db_url, &settings);
        let _busy = (busy > 0).then(|| Busy::new(&pooler.url, busy));
        for verb in &VERBS[..3] {
            let out = cli.run_in(&[("EVENTODB_DB_URL", &pooler.url)], verb, b"");
            out.fails(8, "a connection pooler is in between");
        }
    }
}

#[test]
fn a_pooler_that_hands_sessions_on_is_refused_however_busy_it_is() {
    let Some(program) = program() else { return };
    let cli = filled();
    for size in [1, 2, 5] {
        for (clients, order) in [(1, 0), (3, 0), (12, 0), (0, 1), (3, 1)] {
            let settings = format!("pool_mode = transaction\ndefault_pool_size = {size}\nserver_round_robin = {order}");
            let pooler = Pooler::start(&program, &cli.db_url, &settings);
            let busy = Busy::new(&pooler.url, clients);
            for _ in 0..4 {
                let out = cli.run_in(&[("EVENTODB_DB_URL", &pooler.url)], &["archives", "list"], b"");
                assert!(matches!(out.code, 1 | 8), "{clients} clients, a pool of {size}: {out:?}");
                assert!(out.stderr.contains("a connection pooler is in between"), "{clients}, {size}: {out:?}");
            }
            drop(busy);
            assert!(!pooler.found_by_clients(SETTINGS, size).iter().any(|found| found.contains("pg_temp")));
        }
    }
}

#[test]
fn through_a_pooler_that_keeps_sessions_together_chunks_are_archived_and_come_back() {
    let Some(program) = program() else { return };
    // Also where another client takes most of the pool.
    for (size, busy) in [(20, 0), (20, 6), (5, 2)] {
        let cli = filled();
        let before = cli.run(&["messages", "export"]).succeeds().stdout.clone();
        let pooler = Pooler::start(&program, &cli.db_url, &format!("pool_mode = session\ndefault_pool_size = {size}"));
        let _busy = Busy::new(&pooler.url, busy);
        let through = |args: &[&str]| cli.run_in(&[("EVENTODB_DB_URL", &pooler.url)], args, b"");
        through(&["chunks", "archive", "--older-than", "0d"]).succeeds();
        through(&["archives", "verify", "--all"]).succeeds();
        assert_eq!(through(&["messages", "export"]).succeeds().stdout, before);
        through(&["archives", "rehydrate", "--from", "2013-01-01", "--to", "2014-01-01"]).succeeds();
        assert_eq!(through(&["messages", "export", "--archived", "skip"]).succeeds().stdout, before);
    }
}

#[test]
fn a_session_that_takes_the_whole_pool_for_itself_is_ours() {
    let Some(program) = program() else { return };
    let cli = filled();
    let pooler = Pooler::start(&program, &cli.db_url, "pool_mode = session\ndefault_pool_size = 1");
    cli.run_in(&[("EVENTODB_DB_URL", &pooler.url)], &["archives", "list"], b"").succeeds();
}
