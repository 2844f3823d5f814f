//! The binary at work on a lab's namespace: started, held at a step, sent signals, waited for.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use super::lab::{Lab, var};

/// Longer than anything here takes: what has not happened by then never will.
const FOR_EVER: Duration = Duration::from_secs(60);

pub const ARCHIVE: [&str; 4] = ["chunks", "archive", "--older-than", "0d"];

/// How a run ended.
#[derive(Debug)]
pub struct Out {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Out {
    /// Asserts the exit code, and that standard error has this text.
    #[track_caller]
    pub fn fails(&self, code: i32, text: &str) {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert!(self.stderr.contains(text), "no {text:?} in {self:?}");
        assert!(!self.stderr.contains("panicked"), "{self:?}");
    }

    #[track_caller]
    pub fn succeeds(&self) {
        assert_eq!(self.code, Some(0), "{self:?}");
    }
}

/// A run that goes on beside the test.
pub struct Running {
    child: Child,
    lines: Receiver<String>,
    heard: String,
    stdout: Option<std::thread::JoinHandle<String>>,
    gate: Option<Gate>,
}

/// Where a run waits for the test, and the test for a run.
struct Gate {
    dir: tempfile::TempDir,
}

impl Gate {
    fn file(&self) -> PathBuf {
        self.dir.path().join("here")
    }
}

/// The lab's sessions can be told from all others by this name in `pg_stat_activity`.
pub fn application(lab: &Lab) -> &str {
    lab.scope.namespace()
}

fn command(lab: &Lab, args: &[&str]) -> Command {
    let mut url = url::Url::parse(&var("EVENTODB_TEST_DB_URL")).unwrap();
    url.query_pairs_mut().append_pair("application_name", application(lab));
    let mut command = Command::new(env!("CARGO_BIN_EXE_eventodb-admin"));
    for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_ENDPOINT_URL_S3"] {
        command.env(name, var(name));
    }
    command
        .env("EVENTODB_DB_URL", url.as_str())
        .env("EVENTODB_NAMESPACE", lab.scope.namespace())
        .env("EVENTODB_STORE", lab.store.url().to_string())
        .env("EVENTODB_CACHE_SIZE", "0")
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Runs to the end.
pub async fn run(lab: &Lab, args: &[&str]) -> Out {
    start(lab, args).ended().await
}

/// Runs to the end; what a run that died has held is free once the server has noticed.
pub async fn run_when_free(lab: &Lab, args: &[&str]) -> Out {
    let begun = Instant::now();
    loop {
        let out = run(lab, args).await;
        let is_busy = out.code == Some(7) || out.stderr.contains("55P03");
        if !is_busy || begun.elapsed() > FOR_EVER {
            return out;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

pub fn start(lab: &Lab, args: &[&str]) -> Running {
    start_with(lab, args, "", None)
}

/// Starts a run that fails or gives up at these failpoints.
pub fn start_armed(lab: &Lab, args: &[&str], failpoints: &str) -> Running {
    start_with(lab, args, failpoints, None)
}

/// Starts a run that waits at each of these steps.
pub fn start_held(lab: &Lab, args: &[&str], steps: &[&str]) -> Running {
    let gate = Gate { dir: tempfile::tempdir().unwrap() };
    let points: Vec<_> = steps.iter().map(|step| format!("{step}=wait:{}", gate.file().display())).collect();
    start_with(lab, args, &points.join(";"), Some(gate))
}

/// Starts a run that reaches S3 under this address.
pub fn start_by_way_of(lab: &Lab, args: &[&str], endpoint: &str) -> Running {
    running_to_the_end(command(lab, args).env("AWS_ENDPOINT_URL_S3", endpoint), None)
}

/// Starts a run whose standard output nobody reads.
pub fn start_unread(lab: &Lab, args: &[&str]) -> (Running, ChildStdout) {
    let mut child = command(lab, args).spawn().unwrap();
    let out = child.stdout.take().unwrap();
    (running(child, None), out)
}

fn start_with(lab: &Lab, args: &[&str], failpoints: &str, gate: Option<Gate>) -> Running {
    running_to_the_end(command(lab, args).env("EVENTODB_FAILPOINTS", failpoints), gate)
}

fn running_to_the_end(command: &mut Command, gate: Option<Gate>) -> Running {
    let mut child = command.spawn().unwrap();
    let mut out = child.stdout.take().unwrap();
    let stdout = std::thread::spawn(move || {
        let mut text = String::new();
        out.read_to_string(&mut text).unwrap();
        text
    });
    let mut running = running(child, gate);
    running.stdout = Some(stdout);
    running
}

fn running(mut child: Child, gate: Option<Gate>) -> Running {
    let err = child.stderr.take().unwrap();
    let (send, lines) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(err).lines() {
            // A test that is over listens no more.
            let _ = send.send(line.unwrap());
        }
    });
    Running { child, lines, heard: String::new(), stdout: None, gate }
}

impl Running {
    /// The step at which it waits now; `None` where it has ended.
    pub async fn arrives(&mut self) -> Option<String> {
        let file = self.gate.as_ref().expect("it is held somewhere").file();
        let begun = Instant::now();
        loop {
            match std::fs::read_to_string(&file) {
                Ok(step) if !step.is_empty() => return Some(step),
                _ => {}
            }
            if !self.is_alive() {
                return None;
            }
            assert!(begun.elapsed() < FOR_EVER, "it comes to no step");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Waits until it is held at `step`, and passes the others on the way.
    pub async fn until(&mut self, step: &str) {
        loop {
            match self.arrives().await {
                Some(at) if at == step => return,
                Some(_) => self.step(),
                None => {
                    self.hear();
                    panic!("it ended before {step}: {}", self.heard)
                }
            }
        }
    }

    /// Lets it go on to the next step.
    pub fn step(&self) {
        std::fs::remove_file(self.gate.as_ref().expect("it is held somewhere").file()).unwrap();
    }

    /// Lets it go on to its end.
    pub fn let_go(&mut self) {
        let folder = self.gate.take().expect("it is held somewhere").dir.keep();
        // A run of several jobs may say in between that another of them has come here.
        while let Err(e) = std::fs::remove_dir_all(&folder) {
            assert_eq!(e.kind(), std::io::ErrorKind::DirectoryNotEmpty, "{e}");
        }
    }

    pub fn is_alive(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// `INT` or `TERM`.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    fn hear(&mut self) {
        while let Ok(line) = self.lines.recv_timeout(Duration::from_millis(200)) {
            self.heard.push_str(&line);
            self.heard.push('\n');
        }
    }

    /// Waits until it has said this on standard error.
    pub async fn says(&mut self, text: &str) {
        let begun = Instant::now();
        while !self.heard.contains(text) {
            assert!(begun.elapsed() < FOR_EVER && self.is_alive(), "it never says {text:?}: {}", self.heard);
            while let Ok(line) = self.lines.try_recv() {
                self.heard.push_str(&line);
                self.heard.push('\n');
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Sends the signal, and waits until the run has taken notice.
    pub async fn is_asked_to_stop(&mut self, name: &str) {
        self.signal(name);
        self.says("again to stop at once").await;
    }

    /// Its end.
    pub async fn ended(mut self) -> Out {
        let begun = Instant::now();
        while self.is_alive() {
            assert!(begun.elapsed() < 2 * FOR_EVER, "it does not end: {}", self.heard);
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        self.hear();
        let stdout = self.stdout.take().map(|out| out.join().unwrap()).unwrap_or_default();
        Out { code: self.child.wait().unwrap().code(), stdout, stderr: std::mem::take(&mut self.heard) }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // A test that failed leaves nobody waiting.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits until a condition holds on the server.
pub async fn wait_until(lab: &Lab, condition: &str) {
    let begun = Instant::now();
    while lab.one(&format!("SELECT {condition}")).await != "t" {
        assert!(begun.elapsed() < FOR_EVER, "never: {condition}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Waits until a session of the lab's runs waits for such a lock on this table; `%` is any.
pub async fn wait_until_queued(lab: &Lab, table: &str, mode: &str) {
    wait_until(
        lab,
        &format!(
            "EXISTS (SELECT FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE NOT l.granted AND l.mode LIKE '{mode}'
              AND l.relation = '{table}'::regclass AND a.application_name = '{}')",
            application(lab)
        ),
    )
    .await;
}

/// Waits until none of the runs' sessions is left.
pub async fn wait_until_gone(lab: &Lab) {
    wait_until(
        lab,
        &format!("NOT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = '{}')", application(lab)),
    )
    .await;
}
