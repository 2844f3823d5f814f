//! Runs of the real binary, which may end before their time.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// The program: the one just built, or a copy of it.
pub fn path() -> PathBuf {
    std::env::var_os("EVENTODB_HISTORY_PROGRAM")
        .map_or_else(|| env!("CARGO_BIN_EXE_eventodb-admin").into(), PathBuf::from)
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Code(i32),
    Signal(i32),
}

impl From<ExitStatus> for End {
    fn from(status: ExitStatus) -> Self {
        match (status.code(), status.signal()) {
            (Some(code), _) => Self::Code(code),
            (None, signal) => Self::Signal(signal.unwrap_or_default()),
        }
    }
}

/// What a run gave.
#[derive(Debug)]
pub struct Out {
    pub end: End,
    pub stdout: String,
    pub stderr: String,
}

/// A run that goes on.
pub struct Running {
    child: Child,
    stdout: File,
    stderr: File,
}

/// A run takes no longer, or it hangs.
const LIMIT: Duration = Duration::from_mins(2);

impl Running {
    pub fn start(env: &[(String, String)], args: &[String], stdin: &[u8]) -> Self {
        // Files: nobody has to read while it runs.
        let mut input = tempfile::tempfile().unwrap();
        input.write_all(stdin).unwrap();
        input.rewind().unwrap();
        let (stdout, stderr) = (tempfile::tempfile().unwrap(), tempfile::tempfile().unwrap());
        let child = Command::new(path())
            .args(args)
            .env_clear()
            .envs(env.iter().cloned())
            .stdin(Stdio::from(input))
            .stdout(Stdio::from(stdout.try_clone().unwrap()))
            .stderr(Stdio::from(stderr.try_clone().unwrap()))
            .spawn()
            .expect("the binary starts");
        Self { child, stdout, stderr }
    }

    pub fn goes_on(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Sends a signal, if it still runs.
    pub fn signal(&mut self, name: &str) {
        if self.goes_on() {
            let _ = Command::new("kill").args([format!("-{name}"), self.child.id().to_string()]).status();
        }
    }

    pub fn wait(mut self) -> Result<Out, String> {
        let begin = Instant::now();
        let mut pause = Duration::from_millis(1);
        let status = loop {
            match self.child.try_wait().unwrap() {
                Some(status) => break status,
                None if begin.elapsed() > LIMIT => {
                    let _ = self.child.kill();
                    let _ = self.child.wait();
                    return Err(format!("it hangs: {}", text(&mut self.stderr)));
                }
                None => std::thread::sleep(pause),
            }
            pause = (pause * 2).min(Duration::from_millis(8));
        };
        Ok(Out { end: status.into(), stdout: text(&mut self.stdout), stderr: text(&mut self.stderr) })
    }
}

fn text(file: &mut File) -> String {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(0)).and_then(|_| file.read_to_end(&mut bytes)).unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}
