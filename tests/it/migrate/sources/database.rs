//! A database of a test's own, gone with it.

use std::time::SystemTime;

use eventodb_admin::db::connect::connect_plain;
use eventodb_admin::db::conninfo::ConnInfo;
use eventodb_admin::db::{ConnectOptions, Db};

use crate::migrate::cli::var;

/// On the test server, unless another's URL is given.
pub struct Database {
    pub url: String,
    /// Its name and a URL to drop it by; none where somebody else does.
    own: Option<(String, String)>,
}

impl Database {
    /// Without the extension. `None` where the server has one database only.
    pub fn plain() -> Option<Self> {
        Self::new("")
    }

    /// With the extension.
    pub fn timescale() -> Option<Self> {
        Self::new("CREATE EXTENSION IF NOT EXISTS timescaledb SCHEMA public")
    }

    /// One that is there, and stays.
    pub fn there(url: &str) -> Self {
        Self { url: url.to_owned(), own: None }
    }

    fn new(then: &str) -> Option<Self> {
        if var("EVENTODB_TEST_DB_EDITION") == "wasm" {
            eprintln!("NOT TESTED HERE: a second database; this needs a server other than the embedded one");
            return None;
        }
        Some(Self::on(&var("EVENTODB_TEST_DB_URL"), then))
    }

    /// On this server. The prefix is one that later runs clear away, should this one be killed.
    pub fn on(server: &str, then: &str) -> Self {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
        let name = format!("eventodb_cli_test_{now}_{}", uuid::Uuid::new_v4().simple());
        try_sql(server, &format!("CREATE DATABASE {name}")).expect("a database is made");
        let mut url = url::Url::parse(server).expect("the server's URL is one");
        url.set_path(&name);
        if url.password().is_none() {
            url.set_password(Some("kept%20Secret-0815")).expect("a database's URL takes a password");
        }
        let database = Self { url: url.to_string(), own: Some((name, server.to_owned())) };
        // An image may come with the extension in every new database.
        let then = if then.is_empty() { "DROP EXTENSION IF EXISTS timescaledb CASCADE" } else { then };
        database.sql(then);
        database
    }

    /// Runs SQL, and gives the first column of the first row.
    #[track_caller]
    pub fn sql(&self, statement: &str) -> String {
        self.try_sql(statement).unwrap_or_else(|e| panic!("{e}: {statement}"))
    }

    /// As [`Database::sql`]; an error of the server is its SQLSTATE and its text.
    pub fn try_sql(&self, statement: &str) -> Result<String, String> {
        try_sql(&self.url, statement)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some((name, server)) = self.own.take()
            && let Err(e) = try_sql(&server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        {
            eprintln!("database {name} stays: {e}");
        }
    }
}

/// A session with any database.
pub async fn session(url: &str) -> Db {
    let info = ConnInfo::resolve(Some(url), &|_| None).unwrap();
    connect_plain(&info, &ConnectOptions::default()).await.unwrap()
}

/// Does something with a session, whatever runtime the caller is in.
pub fn with_session<T, F>(url: &str, work: impl FnOnce(Db) -> F + Send + 'static) -> T
where
    T: Send + 'static,
    F: Future<Output = T>,
{
    let url = url.to_owned();
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async { work(session(&url).await).await })
    });
    thread.join().unwrap_or_else(|e| std::panic::resume_unwind(e))
}

fn try_sql(url: &str, statement: &str) -> Result<String, String> {
    let statement = statement.to_owned();
    with_session(url, async move |db| {
        db.batch_execute("SET search_path = public").await.unwrap();
        let rows = db.simple_query(&statement).await.map_err(|e| match e.as_db_error() {
            Some(e) => format!("{}: {}", e.code().code(), e.message()),
            None => e.to_string(),
        })?;
        let first = rows.iter().find_map(|m| match m {
            tokio_postgres::SimpleQueryMessage::Row(row) => Some(row.get(0).unwrap_or("NULL").to_owned()),
            _ => None,
        });
        Ok(first.unwrap_or_default())
    })
}
