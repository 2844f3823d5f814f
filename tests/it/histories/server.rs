//! The server that histories run on: a private cluster that can be restarted, or the suite's own.

use std::cell::RefCell;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};
use tokio_postgres::{Client, NoTls, SimpleQueryMessage};

use crate::histories::cluster::{PrivateCluster, Spec};
use crate::histories::servers::{find_var, var};

/// Where histories run.
pub struct Server {
    pub url: String,
    pub cluster: Option<PrivateCluster>,
    /// Sessions are independent, and have locks of their own.
    pub sessions: bool,
}

const SETTINGS: &str = "\
shared_preload_libraries = 'timescaledb'
timescaledb.telemetry_level = off
max_connections = 50
max_locks_per_transaction = 512
# A killed client's session goes soon.
client_connection_check_interval = 100ms
";

const HBA: &str = "\
local  all  postgres                trust
host   all  postgres  127.0.0.1/32  trust
host   all  postgres  ::1/128       trust
";

impl Server {
    pub fn start() -> Self {
        let bin = find_var("EVENTODB_TEST_PG_BINDIR").filter(|bin| !bin.is_empty()).map(PathBuf::from);
        let Some(bin) = bin else {
            eprintln!(
                "histories run without restarts of PostgreSQL: there is no installation here to make a cluster of"
            );
            let sessions = find_var("EVENTODB_TEST_DB_EDITION").is_none_or(|edition| edition != "wasm");
            return Self { url: var("EVENTODB_TEST_DB_URL"), cluster: None, sessions };
        };
        let spec = Spec { name: "eventodb-histories", settings: SETTINGS, hba: HBA, files: &[] };
        let cluster = PrivateCluster::start(&bin, &spec);
        cluster.sql("CREATE EXTENSION IF NOT EXISTS timescaledb");
        let url = format!("postgres://postgres@127.0.0.1:{}/postgres", cluster.port);
        Self { url, cluster: Some(cluster), sessions: true }
    }
}

/// Why a statement failed.
#[derive(Debug, Clone)]
#[allow(dead_code)] // the text is for people
pub struct SqlError {
    /// `None` where the session was lost: whether the statement was carried out is not known.
    pub code: Option<String>,
    pub text: String,
}

pub type Rows = Vec<Vec<Option<String>>>;

/// A session that is opened when it is needed, and again after it was lost.
pub struct Sql {
    runtime: Runtime,
    url: String,
    client: RefCell<Option<Client>>,
}

impl Sql {
    pub fn new(url: &str) -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        Self { runtime, url: url.to_owned(), client: RefCell::new(None) }
    }

    pub fn runtime(&self) -> &Runtime {
        &self.runtime
    }

    /// Reads; tried again on a new session where this one is gone.
    pub fn rows(&self, sql: &str) -> Rows {
        let begin = Instant::now();
        loop {
            match self.once(sql) {
                Ok(rows) => return rows,
                Err(e) if is_lost(&e) && begin.elapsed() < Duration::from_secs(30) => {
                    self.client.replace(None);
                    std::thread::sleep(Duration::from_millis(50));
                }
                Err(e) => panic!("{sql}: {e:?}"),
            }
        }
    }

    /// The first column of the first row.
    pub fn one(&self, sql: &str) -> Option<String> {
        self.rows(sql).into_iter().next()?.into_iter().next()?
    }

    pub fn number(&self, sql: &str) -> i64 {
        self.one(sql).and_then(|n| n.parse().ok()).unwrap_or_else(|| panic!("{sql} gives no number"))
    }

    /// One try.
    pub fn once(&self, sql: &str) -> Result<Rows, SqlError> {
        let error = |e: tokio_postgres::Error| SqlError {
            code: e.code().map(|c| c.code().to_owned()),
            text: e.as_db_error().map_or_else(|| e.to_string(), |d| d.message().to_owned()),
        };
        let mut slot = self.client.borrow_mut();
        self.runtime.block_on(async {
            if slot.as_ref().is_none_or(Client::is_closed) {
                let (client, connection) = tokio_postgres::connect(&self.url, NoTls).await.map_err(|e| SqlError {
                    // Nothing was sent yet.
                    code: Some("08001".into()),
                    ..error(e)
                })?;
                tokio::spawn(connection);
                client.batch_execute("SET timezone = 'UTC'; SET statement_timeout = '30s'").await.map_err(error)?;
                *slot = Some(client);
            }
            let client = slot.as_ref().unwrap();
            let messages = client.simple_query(sql).await.map_err(error)?;
            Ok(messages
                .iter()
                .filter_map(|m| match m {
                    SimpleQueryMessage::Row(row) => {
                        Some((0..row.len()).map(|i| row.get(i).map(ToOwned::to_owned)).collect())
                    }
                    _ => None,
                })
                .collect())
        })
    }
}

/// Whether the session is gone, or could not be opened.
pub fn is_lost(e: &SqlError) -> bool {
    e.code.as_deref().is_none_or(|c| c.starts_with("08") || c.starts_with("57P"))
}

/// A string as SQL takes it.
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
