//! Commands that are told.

use std::fmt;
use std::process::Stdio;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::event::HookEvent;
use crate::error::{Error, Result};
use crate::text::{beginning, printable};

/// What of the environment a command gets: nothing that may hold a password or a key.
const ENVIRONMENT: [&str; 9] = ["PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "TZ", "TMPDIR"];

/// So much of what it says on standard error is looked at.
const MOST_SAID: u64 = 4096;

/// The text of an event.
const TEXT: &str = "EVENTODB_HOOK_TEXT";
/// So many characters of it are in the environment, where a value may have 128 KiB.
const MOST_TEXT: usize = 2000;

/// A command for the shell. It may hold a token: it is shown by its first word alone.
#[derive(Clone, PartialEq, Eq)]
pub struct HookCommand(String);

impl fmt::Display for HookCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words = self.0.split_whitespace();
        match words.next().filter(|word| !word.contains('=')) {
            Some(first) if words.next().is_some() => write!(f, "{first} …"),
            Some(only) => f.write_str(only),
            None => f.write_str("…"),
        }
    }
}

impl fmt::Debug for HookCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl HookCommand {
    /// From a setting.
    pub fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// Runs it, with the message as its standard input. It is ended, with all that it has started, where nobody waits for it any
    /// more.
    pub(super) async fn run(&self, event: HookEvent, message: &Value) -> Result<()> {
        let failed = |why: String| Error::failed(format!("running {self}")).because(why);
        let mut command = tokio::process::Command::new("/bin/sh");
        command.arg("-c").arg(&self.0).env_clear().kill_on_drop(true);
        #[cfg(unix)]
        command.process_group(0);
        command.envs(ENVIRONMENT.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
        command.env("EVENTODB_HOOK_EVENT", event.as_str());
        command.envs(message["run_id"].as_str().map(|id| ("EVENTODB_HOOK_RUN_ID", id)));
        // Texts of the server are in it: they make no lines of their own in what the command sends or logs.
        command.envs(message["text"].as_str().map(|text| (TEXT, printable(&beginning(text, MOST_TEXT)))));
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
        // Whoever is to hear of it hears less rather than nothing.
        let spawned = command.spawn().or_else(|_| command.env_remove(TEXT).spawn());
        let mut child = spawned.map_err(|e| failed(e.to_string()))?;
        let group = Group(child.id());
        let (stdin, stderr) = (child.stdin.take(), child.stderr.take());
        let told = async move {
            if let Some(mut stdin) = stdin {
                // One that does not read it does without.
                let _ = stdin.write_all(format!("{message}\n").as_bytes()).await;
            }
        };
        let said = async move {
            let mut said = Vec::new();
            if let Some(mut stderr) = stderr {
                let _ = (&mut stderr).take(MOST_SAID).read_to_end(&mut said).await;
                // It is not to wait for a reader.
                let _ = tokio::io::copy(&mut stderr, &mut tokio::io::sink()).await;
            }
            String::from_utf8_lossy(&said).into_owned()
        };
        let (ended, (), said) = futures::join!(child.wait(), told, said);
        let ended = ended.map_err(|e| failed(e.to_string()))?;
        group.end();
        if ended.success() {
            return Ok(());
        }
        let said = said.lines().next().map(|line| format!(": {line}")).unwrap_or_default();
        Err(failed(format!("it ended with {ended}{said}")))
    }
}

/// The processes of a command.
struct Group(Option<u32>);

impl Group {
    fn end(mut self) {
        self.0 = None;
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(id) = self.0 {
            // Whoever started them does not hear of it: it is over either way.
            let _ = std::process::Command::new("/bin/sh").arg("-c").arg(format!("kill -s KILL -- -{id}")).status();
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    async fn text_of(text: &str) -> String {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("said");
        let command = HookCommand::new(&format!("printf %s \"$EVENTODB_HOOK_TEXT\" > '{}'", file.display()));
        command.run(HookEvent::Failure, &json!({ "run_id": "r", "text": text })).await.unwrap();
        std::fs::read_to_string(file).unwrap()
    }

    #[tokio::test]
    async fn a_text_of_any_length_and_with_any_character_keeps_no_command_from_running() {
        assert_eq!(text_of("night: it failed").await, "night: it failed");
        let long = text_of(&"\u{202e}x".repeat(200_000)).await;
        assert!(
            long.starts_with("\\u{202e}x\\u{202e}x") && long.ends_with("(cut: it has 400000 characters)"),
            "{long}"
        );
        assert_eq!(text_of("a\0b\u{1b}]0;c\u{7}\nBcc: d").await, "a\\u{0}b\\u{1b}]0;c\\u{7}\\nBcc: d");
    }
}
