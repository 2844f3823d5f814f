//! A source, and a namespace that it is to become.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::cli::{BINARY, Cli, Out};
use super::sources::{Database, Layout, Source, Trouble, assert_same, rows};

/// Both ends.
pub struct Move {
    pub cli: Cli,
    pub source: Source,
}

impl Move {
    pub fn new(layout: Layout) -> Option<Self> {
        Self::with(layout, Trouble::default())
    }

    pub fn with(layout: Layout, trouble: Trouble) -> Option<Self> {
        let source = Source::alone(layout, trouble)?;
        Some(Self { cli: Cli::bare().with("EVENTODB_FROM_URL", source.url()), source })
    }

    /// With so many messages in it.
    pub fn filled(layout: Layout, messages: i64) -> Option<Self> {
        let scene = Self::new(layout)?;
        scene.source.fill(1, messages, 23);
        Some(scene)
    }

    /// From EventoDB's Postgres schema in the very database that the namespace will be in, under the same name.
    pub fn in_place(messages: i64) -> Option<Self> {
        let database = Database::timescale()?;
        let cli = Cli { db_url: database.url.clone(), ..Cli::bare() };
        let source = Source::new(database, Layout::EventoDb, &cli.namespace, Trouble::default());
        source.fill(1, messages, 23);
        Some(Self { cli: cli.with("EVENTODB_FROM_URL", source.url()), source })
    }

    /// From the same source into a namespace that is not there yet.
    pub fn into_another(self) -> Self {
        Self { cli: self.cli.beside().with("EVENTODB_FROM_URL", self.source.url()), source: self.source }
    }

    pub fn schema(&self) -> String {
        format!("tsdb_{}", self.cli.namespace)
    }

    pub fn run(&self, verb: &str, more: &[&str]) -> Out {
        self.cli.run(&self.args(verb, more))
    }

    /// With failpoints armed, and traced to a file.
    pub fn run_broken(&self, verb: &str, more: &[&str], failpoints: &str, trace: Option<&Path>) -> Out {
        let trace = trace.map(|t| t.display().to_string()).unwrap_or_default();
        let mut variables = vec![("EVENTODB_FAILPOINTS", failpoints)];
        if !trace.is_empty() {
            variables.push(("EVENTODB_FAILPOINTS_TRACE", &trace));
        }
        self.cli.run_in(&variables, &self.args(verb, more), b"")
    }

    pub fn start(&self, verb: &str, more: &[&str]) -> Running {
        let child = Command::new(BINARY)
            .args(self.args(verb, more))
            .env_clear()
            .envs(self.cli.variables())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        Running(Some(child))
    }

    fn args<'a>(&'a self, verb: &'a str, more: &[&'a str]) -> Vec<&'a str> {
        let mut args = vec!["migrate", verb, "-o", "json"];
        if verb == "postgres" {
            args.extend(["--from-schema", &self.source.schema]);
            for default in [["--batch", "100"], ["--compress-after", "never"]] {
                if !more.contains(&default[0]) {
                    args.extend(default);
                }
            }
        }
        args.extend(more);
        args
    }

    /// All of the source, and nothing else, is in the namespace.
    #[track_caller]
    pub fn assert_same(&self) {
        assert_same(&self.source.rows(), &rows(&self.cli.db_url, &self.schema()));
    }

    /// What the ledger says.
    #[track_caller]
    pub fn status(&self) -> serde_json::Value {
        self.run("status", &[]).json()
    }

    /// Until the namespace is as the source.
    #[track_caller]
    pub fn until_caught_up(&self) {
        let begun = Instant::now();
        loop {
            let out = self.run("status", &[]);
            if out.code == 0 {
                let status = out.json();
                // Who writes all the while is a moment ahead.
                if status["state"] == "caught_up" && status["lag_messages"].as_i64() < Some(500) {
                    return;
                }
            }
            assert!(begun.elapsed() < Duration::from_secs(60), "it does not catch up: {out:?}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Whether the source takes a message.
    pub fn takes_writes(&self) -> bool {
        let written = self.source.database.try_sql(&format!(
            "BEGIN; SELECT \"{}\".write_message(gen_random_uuid()::varchar, 'probe-1', 'Probe', '{{}}'::jsonb); ROLLBACK",
            self.source.schema
        ));
        match written {
            Ok(_) => true,
            Err(e) => {
                assert!(e.starts_with("25006"), "{e}");
                false
            }
        }
    }
}

/// A run that is under way; killed where nobody waits for it.
pub struct Running(Option<Child>);

impl Running {
    pub fn signal(&self, name: &str) {
        let id = self.0.as_ref().unwrap().id().to_string();
        assert!(Command::new("kill").args([name, &id]).status().unwrap().success());
    }

    pub fn end(mut self) -> Out {
        let out = self.0.take().unwrap().wait_with_output().unwrap();
        Out {
            code: out.status.code().unwrap_or(-1),
            stdout: String::from_utf8(out.stdout).unwrap(),
            stderr: String::from_utf8(out.stderr).unwrap(),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(child) = &mut self.0 {
            // It may be over.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
