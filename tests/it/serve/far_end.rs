//! A server of archived messages, and clients of it.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio_postgres::{Client, Config, NoTls, SimpleQueryMessage};

use super::cli::{BINARY, Cli};

pub const PASSWORD: &str = "far end's own";

/// A server that runs beside the test.
pub struct FarEnd {
    child: Child,
    pub folder: PathBuf,
    pub port: u16,
    pub metrics: String,
    listening: Vec<String>,
}

impl FarEnd {
    pub fn start(cli: &Cli) -> Self {
        Self::start_with(cli, &[])
    }

    /// On a socket and on loopback, with more arguments.
    pub fn start_with(cli: &Cli, more: &[&str]) -> Self {
        let folder = cli.path("sock");
        let mut command = Command::new(BINARY);
        command
            .args(["serve", "-o", "json", "--metrics", "127.0.0.1:0", "--listen", "127.0.0.1:0", "--listen"])
            .arg(format!("unix:{}", folder.display()))
            .args(more)
            .env_clear()
            .envs(cli.variables())
            .env("EVENTODB_SERVE_PASSWORD", PASSWORD)
            .env("EVENTODB_CACHE_DIR", cli.path("cache"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let ready: Value = serde_json::from_str(&line).unwrap_or_else(|e| {
            let mut told = String::new();
            child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
            panic!("{e}: {line:?} {told}")
        });
        let listening = ready["listening"][0].as_str().unwrap();
        let port = listening.rsplit(':').next().unwrap().parse().unwrap();
        let listening =
            ready["listening"].as_array().unwrap().iter().map(|at| at.as_str().unwrap().to_owned()).collect();
        Self { child, folder, port, metrics: ready["metrics"].as_str().unwrap().to_owned(), listening }
    }

    /// The port that is open to all.
    pub fn open_port(&self) -> u16 {
        let open = self.listening.iter().find_map(|at| at.strip_prefix("0.0.0.0:")).unwrap();
        open.parse().unwrap()
    }

    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Its exit code.
    pub fn ended(&mut self) -> Option<i32> {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            assert!(begun.elapsed() < Duration::from_secs(60), "it does not end");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The most memory that it ever had.
    pub fn peak_bytes(&self) -> u64 {
        let text = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = text.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() << 10
    }

    /// Its files and connections that are open.
    pub fn open_files(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.child.id())).unwrap().count()
    }

    /// What it has told until now; it is ended.
    pub fn told(mut self) -> String {
        self.child.kill().unwrap();
        let mut told = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
        told
    }

    /// A client by the socket.
    pub async fn client(&self) -> Client {
        connect(Config::new().host_path(&self.folder).port(5433).user("anybody").dbname("archived")).await.unwrap()
    }

    /// A client by the network.
    pub async fn over_loopback(&self, user: &str, password: &str) -> Result<Client, tokio_postgres::Error> {
        let mut config = Config::new();
        config.host("127.0.0.1").port(self.port).user(user).password(password).dbname("archived");
        connect(&config).await
    }

    /// Waits until `/ready` has this status: the store that it looks into is that of the newest archive of the database, which may
    /// be another test's.
    pub fn is_soon(&self, status: &str) -> String {
        let begun = Instant::now();
        loop {
            let (found, why) = self.http("/ready");
            if found.contains(status) {
                return why;
            }
            assert!(begun.elapsed() < Duration::from_secs(60), "{found} {why}");
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// What it says over HTTP, with the status.
    pub fn http(&self, path: &str) -> (String, String) {
        use std::io::Write;
        let mut stream = std::net::TcpStream::connect(&self.metrics).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        (head.lines().next().unwrap().to_owned(), body.to_owned())
    }
}

impl Drop for FarEnd {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub async fn connect(config: &Config) -> Result<Client, tokio_postgres::Error> {
    let (client, connection) = config.connect(NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

/// A client of the test's database.
pub async fn database(cli: &Cli) -> Client {
    connect(&cli.db_url.parse().unwrap()).await.unwrap()
}

/// Rows as text, or the SQLSTATE.
pub type Answer = Result<Vec<Vec<Option<String>>>, String>;

pub async fn ask(client: &Client, sql: &str) -> Answer {
    match client.simple_query(sql).await {
        Ok(messages) => Ok(messages
            .into_iter()
            .filter_map(|m| match m {
                SimpleQueryMessage::Row(row) => Some((0..row.len()).map(|at| row.get(at).map(str::to_owned)).collect()),
                _ => None,
            })
            .collect()),
        Err(e) => Err(e.code().map_or_else(|| format!("no SQLSTATE: {e}"), |c| c.code().to_owned())),
    }
}

/// The one value of an answer of one row.
pub async fn one(client: &Client, sql: &str) -> String {
    let rows = ask(client, sql).await.unwrap_or_else(|code| panic!("{sql}: {code}"));
    rows[0][0].clone().unwrap_or_else(|| "NULL".to_owned())
}

/// SQLSTATE, message and hint of what fails.
pub async fn fault(client: &Client, sql: &str) -> (String, String, String) {
    let e = client.simple_query(sql).await.err().unwrap_or_else(|| panic!("{sql} does not fail"));
    let e = e.as_db_error().unwrap_or_else(|| panic!("{sql}: {e}"));
    (e.code().code().to_owned(), e.message().to_owned(), e.hint().unwrap_or_default().to_owned())
}

/// The schema of the test's namespace, as SQL has it.
pub async fn schema(cli: &Cli, client: &Client) -> String {
    let sql = format!("SELECT quote_ident(schema_name) FROM eventodb_store.namespaces WHERE id = '{}'", cli.namespace);
    one(client, &sql).await
}

/// Files of the store with this ending.
pub fn objects(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(objects(&path, ending));
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}
