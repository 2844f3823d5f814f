//! Roles of a test's own.

use super::cli::var;
use super::sources::Database;

/// A role that may log in, gone with its test.
pub struct Role {
    pub name: String,
    /// Of the database that it was made by.
    pub url: String,
    /// Databases in which it may own things.
    known: Vec<String>,
}

impl Role {
    pub fn new(database: &str, name: &str) -> Self {
        let name = format!("{name}_{}", uuid::Uuid::new_v4().simple());
        Database::there(database).sql(&format!("CREATE ROLE \"{name}\" LOGIN PASSWORD 'role%secret'"));
        let mut role = Self { name, url: String::new(), known: vec![database.to_owned()] };
        role.url = role.url_of(database);
        role
    }

    /// The URL by which it reaches another database.
    pub fn url_of(&self, database: &str) -> String {
        let mut url = url::Url::parse(database).unwrap();
        url.set_username(&self.name).unwrap();
        url.set_password(Some("role%25secret")).unwrap();
        url.to_string()
    }

    /// What it gets in this database goes with it.
    pub fn also_in(mut self, database: &str) -> Self {
        self.known.push(database.to_owned());
        self
    }
}

impl Drop for Role {
    fn drop(&mut self) {
        let (name, server) = (&self.name, Database::there(&var("EVENTODB_TEST_DB_URL")));
        for database in &self.known {
            let path = url::Url::parse(database).unwrap().path()[1..].to_owned();
            // It may be gone before the role.
            let there = server.try_sql(&format!("SELECT count(*) FROM pg_database WHERE datname = '{path}'"));
            if there.as_deref() == Ok("1") {
                let gone = format!("REASSIGN OWNED BY \"{name}\" TO CURRENT_USER; DROP OWNED BY \"{name}\"");
                let _ = Database::there(database).try_sql(&gone);
            }
        }
        let _ = server.try_sql(&format!("DROP ROLE \"{name}\""));
    }
}
