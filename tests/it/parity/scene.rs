//! A hypertable namespace and a plain one, each in a database of its kind.

use std::sync::OnceLock;

use eventodb_admin::db::conninfo::ConnInfo;
use eventodb_admin::db::{ConnectOptions, Connector, Db};

use crate::parity::cli::{Cli, var};

pub fn is_embedded() -> bool {
    var("EVENTODB_TEST_DB_EDITION") == "wasm"
}

pub fn connector(url: &str) -> Connector {
    Connector { info: ConnInfo::resolve(Some(url), &|_| None).unwrap(), options: ConnectOptions::default() }
}

/// A database of this test binary's own, without TimescaleDB. `None` where the server has one database only.
pub fn plain_database() -> Option<&'static str> {
    static DATABASE: OnceLock<Option<String>> = OnceLock::new();
    let url = DATABASE.get_or_init(|| {
        if is_embedded() {
            eprintln!(
                "NOT TESTED HERE: a database without TimescaleDB; this needs a server other than the embedded one"
            );
            return None;
        }
        Some(std::thread::spawn(|| runtime().block_on(make_plain())).join().expect("the plain database is made"))
    });
    url.as_deref()
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

async fn make_plain() -> String {
    let main = var("EVENTODB_TEST_DB_URL");
    let db = connector(&main).connect_plain().await.unwrap();
    // The prefix and the time have later runs of the binary's tests drop it.
    let now = std::time::SystemTime::now().duration_since(std::time::SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let name = format!("eventodb_cli_test_{now}_{}", uuid::Uuid::new_v4().simple());
    db.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE template0")).await.unwrap();
    let mut url = url::Url::parse(&main).unwrap();
    url.set_path(&name);
    if url.password().is_none() {
        url.set_password(Some("kept%20Secret-4711")).unwrap();
    }
    url.to_string()
}

/// On a database without TimescaleDB, with a namespace of the test's own that is not there yet.
pub fn bare_plain() -> Option<Cli> {
    Some(Cli { db_url: plain_database()?.to_owned(), ..Cli::bare() })
}

/// The same with the namespace.
pub fn plain() -> Option<Cli> {
    let cli = bare_plain()?;
    cli.run(&["namespaces", "create", &cli.namespace]).succeeds();
    Some(cli)
}

/// A namespace's schema and a session beside the program.
pub struct Side {
    pub layout: &'static str,
    pub cli: Cli,
    pub schema: String,
    pub db: Db,
}

impl Side {
    pub async fn new(layout: &'static str, cli: Cli) -> Self {
        let schema = cli.json(&["namespaces", "show", &cli.namespace])["schema"].as_str().unwrap().to_owned();
        let db = connector(&cli.db_url).connect_plain().await.unwrap();
        // As an application's session.
        db.batch_execute("SET search_path = public; SELECT set_config('eventodb.archived_reads', '', false)")
            .await
            .unwrap();
        Self { layout, cli, schema, db }
    }

    /// What a statement gives: rows on lines, columns with bars between; or its error, code and text.
    pub async fn answer(&self, statement: &str) -> String {
        match self.db.simple_query(&self.render(statement)).await {
            Ok(messages) => {
                let mut rows = Vec::new();
                for message in messages {
                    if let tokio_postgres::SimpleQueryMessage::Row(row) = message {
                        let cells: Vec<_> = (0..row.len()).map(|i| row.get(i).unwrap_or("NULL")).collect();
                        rows.push(cells.join("|"));
                    }
                }
                rows.join("\n")
            }
            Err(e) => {
                let e = e.as_db_error().unwrap_or_else(|| panic!("{statement}: {e}"));
                format!("{}: {}", e.code().code(), e.message())
            }
        }
    }

    pub fn render(&self, statement: &str) -> String {
        statement.replace("{s}", &format!("\"{}\"", self.schema))
    }

    pub async fn run(&self, statement: &str) {
        self.db
            .batch_execute(&self.render(statement))
            .await
            .unwrap_or_else(|e| panic!("{}: {statement}: {e:?}", self.layout));
    }
}

/// Both layouts; the hypertable alone where the server has one database only.
pub async fn sides() -> Vec<Side> {
    let mut sides = vec![Side::new("hypertable", Cli::new()).await];
    if let Some(cli) = plain() {
        sides.push(Side::new("plain", cli).await);
    }
    sides
}
