//! The real binary with faults in it.

use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use super::lab::{self, Lab, Server};
use super::places::{file, identity, recipient, scratch};
use super::secrets;
use super::stories::Story;

pub struct Program<'a>(pub &'a Lab);

impl Program<'_> {
    /// Runs a command with failpoints armed; the names of those that it comes to are appended to `trace`.
    pub fn run(&self, args: &[String], failpoints: &str, trace: Option<&Path>) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_eventodb-admin"));
        command
            .env("EVENTODB_FAILPOINTS", failpoints)
            .env("EVENTODB_DB_URL", url(self.0.server))
            .env("EVENTODB_NAMESPACE", self.0.scope.namespace())
            .env("EVENTODB_STORE", format!("file://{}", self.0.dir.path().display()))
            .args(args);
        let identity = identity(self.0);
        if identity.exists() {
            command.env("EVENTODB_AGE_IDENTITY_FILE", identity);
        }
        if let Some(trace) = trace {
            command.env("EVENTODB_FAILPOINTS_TRACE", trace);
        }
        let out = command.output().unwrap();
        let variables: Vec<_> = std::env::vars().chain([("EVENTODB_DB_URL".to_owned(), url(self.0.server))]).collect();
        let words: Vec<_> = args.iter().map(String::as_str).collect();
        secrets::assert_kept(&words, &variables, &out.stdout, &out.stderr);
        out
    }

    /// Runs the command to its end. What a killed process held is free once the server has noticed.
    pub fn again(&self, args: &[String]) -> Output {
        let mut told = String::new();
        for _ in 0..50 {
            let out = self.run(args, "", None);
            told = String::from_utf8_lossy(&out.stderr).into_owned();
            if out.status.code() != Some(7) && !told.contains("55P03") {
                return out;
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        panic!("{args:?} is busy for ever: {told}");
    }

    /// A story's command on this namespace.
    pub fn command(&self, story: Story) -> Vec<String> {
        let file = file(self.0).display().to_string();
        let first = self.0.first_archive.map_or_else(String::new, |id| id.to_string());
        let (scratch, recipient) = (scratch(self.0), recipient(self.0));
        let fill_in = |word: String| {
            let word = word.replace("{file}", &file).replace("{first}", &first);
            word.replace("{scratch}", &scratch).replace("{recipient}", &recipient)
        };
        story.command().into_iter().map(fill_in).collect()
    }

    /// Waits until the session of a process that was killed has ended.
    pub async fn until_the_lock_is_free(&self) {
        if self.0.server == Server::Community && lab::var("EVENTODB_TEST_COMMUNITY_KIND") == "wasm" {
            // The embedded server has one session for all clients: no lock keeps anybody out, or goes with a client.
            return;
        }
        let held = "SELECT EXISTS (SELECT FROM pg_locks l, (SELECT hashtextextended('eventodb-admin/lifecycle/' || \
                    {{namespace_text}}, 0) AS key) k WHERE l.locktype = 'advisory' \
                    AND (l.classid::bigint << 32) | l.objid::bigint = k.key)";
        for _ in 0..200 {
            if self.0.one(held).await == "f" {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the killed process's session stays");
    }
}

fn url(server: Server) -> String {
    lab::var(match server {
        Server::Main => "EVENTODB_TEST_DB_URL",
        Server::Community => "EVENTODB_TEST_COMMUNITY_URL",
    })
}
