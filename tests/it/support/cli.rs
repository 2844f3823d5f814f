//! The real binary, run on a database and a namespace of a test's own.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use eventodb_admin::db::connect::{connect, connect_plain};
use eventodb_admin::db::conninfo::ConnInfo;
use eventodb_admin::db::{ConnectOptions, Db};
use serde_json::Value;

use super::secrets;
pub use super::servers::{find_var, programs, var};

/// The binary.
pub const BINARY: &str = env!("CARGO_BIN_EXE_eventodb-admin");

/// What a run gave.
#[derive(Debug)]
pub struct Out {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Out {
    /// The JSON document on standard output, of a run that succeeded.
    pub fn json(&self) -> Value {
        assert_eq!(self.code, 0, "{self:?}");
        serde_json::from_str(&self.stdout).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }

    /// Asserts the exit code, and that standard error has this text.
    #[track_caller]
    pub fn fails(&self, code: i32, text: &str) -> &Self {
        assert_eq!(self.code, code, "{self:?}");
        assert!(self.stderr.contains(text), "no {text:?} in {self:?}");
        self
    }

    /// Asserts success, and that standard error has this text.
    #[track_caller]
    pub fn tells(&self, text: &str) -> &Self {
        self.fails(0, text)
    }

    /// Asserts success.
    #[track_caller]
    pub fn succeeds(&self) -> &Self {
        assert_eq!(self.code, 0, "{self:?}");
        self
    }
}

/// Runs the binary with an environment of its own.
pub struct Cli {
    pub db_url: String,
    pub namespace: String,
    pub dir: tempfile::TempDir,
    pub variables: Vec<(String, String)>,
}

impl Cli {
    /// Without a server: none listens where it is sent.
    pub fn offline() -> Self {
        let url = "postgres://nobody:hunter2@127.0.0.1:1/none?connect_timeout=2".to_owned();
        Self { db_url: url, namespace: "none".into(), dir: tempfile::tempdir().unwrap(), variables: Vec::new() }
    }

    /// On the test database, with a namespace of its own that is not there yet.
    pub fn bare() -> Self {
        let namespace = format!("t{}", uuid::Uuid::new_v4().simple());
        Self { db_url: with_password(database()), namespace, ..Self::offline() }
    }

    /// On the test database, with a namespace of its own.
    pub fn new() -> Self {
        let cli = Self::bare();
        cli.run(&["namespaces", "create", &cli.namespace, "--compress-after", "never"]).succeeds();
        cli
    }

    /// On a database of its own, where `--all-namespaces` means those that the test makes. `None` where the server has one
    /// database only.
    #[allow(clippy::print_stderr)]
    pub fn alone() -> Option<Self> {
        if is_embedded() {
            eprintln!("NOT TESTED HERE: all namespaces of a database; this needs a server other than the embedded one");
            return None;
        }
        Some(Self { db_url: new_database(), ..Self::bare() })
    }

    /// Another namespace, that is not there yet, in the same database.
    pub fn beside(&self) -> Self {
        Self { db_url: self.db_url.clone(), ..Self::bare() }
    }

    /// The same namespace in a new database, where it is empty: nothing but the store is left. `None` where the server has
    /// one database only.
    #[allow(clippy::print_stderr)]
    pub fn after_the_database_is_lost(&self) -> Option<Self> {
        if is_embedded() {
            eprintln!("NOT TESTED HERE: a second database; this needs a server other than the embedded one");
            return None;
        }
        let cli = Self { db_url: new_database(), namespace: self.namespace.clone(), ..Self::offline() };
        cli.run(&["namespaces", "create", &cli.namespace, "--compress-after", "never"]).succeeds();
        Some(cli)
    }

    /// Sets a variable for all runs.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A file of the test's own.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.dir.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.display().to_string()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// The folder of the test's own store, as a URL.
    pub fn store(&self) -> String {
        format!("file://{}", self.path("store").display())
    }

    /// The folder of a second one.
    pub fn second_store(&self) -> String {
        format!("file://{}", self.path("second-store").display())
    }

    pub fn variables(&self) -> Vec<(String, String)> {
        let mut all: Vec<(String, String)> = [
            ("PATH", std::env::var("PATH").unwrap_or_default()),
            ("HOME", self.dir.path().display().to_string()),
            ("EVENTODB_DB_URL", self.db_url.clone()),
            ("EVENTODB_NAMESPACE", self.namespace.clone()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        all.extend(self.variables.iter().cloned());
        all
    }

    pub fn run(&self, args: &[&str]) -> Out {
        self.run_with(args, b"")
    }

    pub fn run_with(&self, args: &[&str], stdin: &[u8]) -> Out {
        self.run_in(&[], args, stdin)
    }

    /// With more variables, for this run.
    pub fn run_in(&self, more: &[(&str, &str)], args: &[&str], stdin: &[u8]) -> Out {
        let mut variables = self.variables();
        variables.extend(more.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())));
        let output = assert_cmd::Command::new(BINARY)
            .args(args)
            .env_clear()
            .envs(variables.iter().cloned())
            .current_dir(self.dir.path())
            .write_stdin(stdin)
            .timeout(Duration::from_mins(2))
            .output()
            .expect("the binary runs");
        secrets::assert_kept(args, &variables, &output.stdout, &output.stderr);
        Out {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// With `-o json`.
    pub fn json(&self, args: &[&str]) -> Value {
        self.run(&[args, &["-o", "json"]].concat()).json()
    }
}

/// A URL without a password gets one that no output may show: a server that trusts its user does not ask for it.
fn with_password(text: &str) -> String {
    let mut url = url::Url::parse(text).expect("the database's URL is one");
    if url.password().is_none() {
        url.set_password(Some("kept%20Secret-4711")).expect("a database's URL takes a password");
    }
    url.to_string()
}

/// A database of this test binary's own; the namespaces in it are the tests'.
fn database() -> &'static str {
    static DATABASE: OnceLock<String> = OnceLock::new();
    DATABASE.get_or_init(|| {
        // The embedded server has one database only.
        if is_embedded() { var("EVENTODB_TEST_DB_URL") } else { new_database() }
    })
}

pub fn is_embedded() -> bool {
    var("EVENTODB_TEST_DB_EDITION") == "wasm"
}

fn new_database() -> String {
    let main = var("EVENTODB_TEST_DB_URL");
    let made = std::thread::spawn(move || {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(make_database(&main))
    });
    made.join().expect("the test database is made")
}

const PREFIX: &str = "eventodb_cli_test_";
const TEMPLATE: &str = "_template";

/// When a database was made.
fn made(name: &str) -> Option<u64> {
    name[PREFIX.len()..].split('_').next().and_then(|t| t.parse().ok())
}

async fn make_database(main: &str) -> String {
    let options = ConnectOptions::default();
    let info = ConnInfo::resolve(Some(main), &|_| None).unwrap();
    let db = connect_plain(&info, &options).await.unwrap();
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    // One at a time, until the session ends: what is being copied must not be swept.
    // (What is swept may take its time.)
    db.batch_execute(
        "SET lock_timeout = 0; SELECT pg_advisory_lock(hashtextextended('eventodb-admin/tests/databases', 0))",
    )
    .await
    .unwrap();
    // What runs of an hour ago have left.
    let rows =
        db.query("SELECT datname::text FROM pg_database WHERE starts_with(datname, $1)", &[&PREFIX]).await.unwrap();
    for old in rows.iter().map(|row| row.get::<_, String>(0)) {
        if made(&old).unwrap_or(now) + 3600 < now {
            // Another run may be at it, too.
            let _ = db.batch_execute(&format!("DROP DATABASE IF EXISTS \"{old}\" WITH (FORCE)")).await;
        }
    }
    let template = match rows.iter().map(|row| row.get::<_, String>(0)).find(|name| is_template(name, now)) {
        Some(name) => name,
        None => make_template(&db, main, now).await,
    };
    let name = format!("{PREFIX}{now}_{}", uuid::Uuid::new_v4().simple());
    db.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {template}")).await.unwrap();
    db.close().await;
    at(main, &name).to_string()
}

fn at(main: &str, database: &str) -> url::Url {
    let mut url = url::Url::parse(main).expect("EVENTODB_TEST_DB_URL is a URL");
    url.set_path(database);
    url
}

/// Whether it can be copied, and is not about to be swept.
fn is_template(name: &str, now: u64) -> bool {
    name.ends_with(TEMPLATE) && made(name).is_some_and(|made| made + 3000 > now)
}

/// A database with the extension in it: to copy one takes a fifth of the time that making one takes.
async fn make_template(db: &Db, main: &str, now: u64) -> String {
    let options = ConnectOptions::default();
    let name = format!("{PREFIX}{now}{TEMPLATE}");
    let half = format!("{PREFIX}{now}_{}", uuid::Uuid::new_v4().simple());
    db.batch_execute(&format!("CREATE DATABASE {half}")).await.unwrap();
    let info = ConnInfo::resolve(Some(at(main, &half).as_str()), &|_| None).unwrap();
    let own = connect_plain(&info, &options).await.unwrap();
    own.batch_execute("CREATE EXTENSION IF NOT EXISTS timescaledb SCHEMA public").await.unwrap();
    own.close().await;
    // Nobody may be in a database that is copied, TimescaleDB's scheduler neither: where nobody may connect it starts none.
    db.batch_execute(&format!("ALTER DATABASE {half} ALLOW_CONNECTIONS false")).await.unwrap();
    let left = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = $1";
    while db.query_one(left, &[&half]).await.unwrap().get::<_, i64>(0) > 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    db.batch_execute(&format!("ALTER DATABASE {half} RENAME TO {name}")).await.unwrap();
    name
}

/// Runs SQL beside the binary, and gives the first column of the first row.
#[track_caller]
pub fn sql(url: &str, statement: &str) -> String {
    try_sql(url, statement).unwrap_or_else(|code| panic!("{code}: {statement}"))
}

/// As [`sql`]; an error of the server is its SQLSTATE.
pub fn try_sql(url: &str, statement: &str) -> Result<String, String> {
    let (url, statement) = (url.to_owned(), statement.to_owned());
    let ran = std::thread::spawn(move || {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
            let info = ConnInfo::resolve(Some(&url), &|_| None).unwrap();
            let db = connect(&info, &ConnectOptions::default()).await.unwrap();
            // As in an operator's psql.
            db.batch_execute("SET search_path = public").await.unwrap();
            let rows = db
                .simple_query(&statement)
                .await
                .map_err(|e| e.code().map_or_else(|| e.to_string(), |code| code.code().to_owned()))?;
            let first = rows.iter().find_map(|m| match m {
                tokio_postgres::SimpleQueryMessage::Row(row) => Some(row.get(0).unwrap_or("NULL").to_owned()),
                _ => None,
            });
            Ok(first.unwrap_or_default())
        })
    });
    ran.join().unwrap()
}

/// A session of somebody else's that has run some SQL and stays until this is dropped.
pub struct Held(Option<(std::sync::mpsc::Sender<String>, std::thread::JoinHandle<()>)>);

impl Held {
    pub fn new(url: &str, statement: &str) -> Self {
        let (url, statement) = (url.to_owned(), statement.to_owned());
        let (ready, is_ready) = std::sync::mpsc::channel();
        let (end, ended) = std::sync::mpsc::channel::<String>();
        let thread = std::thread::spawn(move || {
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap().block_on(
                async move {
                    let info = ConnInfo::resolve(Some(&url), &|_| None).unwrap();
                    let db = connect_plain(&info, &ConnectOptions::default()).await.unwrap();
                    db.batch_execute(&statement).await.unwrap();
                    ready.send(()).unwrap();
                    // An error says that the other end was dropped: nothing more is to be done.
                    if let Ok(last) = ended.recv() {
                        db.batch_execute(&last).await.unwrap();
                    }
                    db.close().await;
                },
            );
        });
        is_ready.recv().expect("the statement was run");
        Self(Some((end, thread)))
    }

    /// Runs a last statement, and ends.
    pub fn end(self, statement: &str) {
        self.0.as_ref().unwrap().0.send(statement.to_owned()).unwrap();
    }

    /// The lifecycle lock of a namespace.
    pub fn lifecycle(url: &str, namespace: &str) -> Self {
        Self::new(url, &format!("SELECT pg_advisory_lock(hashtextextended('eventodb-admin/lifecycle/{namespace}', 0))"))
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some((end, thread)) = self.0.take() {
            drop(end);
            let _ = thread.join();
        }
    }
}

/// Whether a folder has exactly these entries.
pub fn entries(dir: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// `weeks` weeks of 2013 with `per_week` messages each, as exporting them gives them back.
pub fn made_up(weeks: usize, per_week: usize) -> String {
    let mut lines = String::new();
    let mut positions = [0; 7];
    for i in 0..weeks * per_week {
        let stream = i * 3 % 7;
        // 2013-01-03 begins a chunk.
        let micros = 1_357_171_200_000_000 + (i / per_week * 604_800_000_000 + i % per_week * 60_000_000) as i64;
        let time = eventodb_admin::messages::rfc3339(chrono::DateTime::from_timestamp_micros(micros).unwrap());
        lines.push_str(&format!(
            "{{\"id\":\"{}\",\"stream\":\"account-{stream}\",\"type\":\"Happened\",\"pos\":{},\"gpos\":{},\
             \"data\":{{\"n\":{i}}},\"meta\":null,\"time\":\"{time}\"}}\n",
            uuid::Uuid::from_u128(i as u128 + 1),
            positions[stream],
            i + 1,
        ));
        positions[stream] += 1;
    }
    lines
}
