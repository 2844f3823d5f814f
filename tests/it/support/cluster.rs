//! A private `PostgreSQL` cluster of a test's own: own folder, own port, gone when the test is.

use std::io::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

/// What a cluster is made with.
pub struct Spec<'a> {
    /// What its folder's name begins with.
    pub name: &'a str,
    /// Lines for `postgresql.conf`, beside address, port and sockets.
    pub settings: &'a str,
    /// `pg_hba.conf`.
    pub hba: &'a str,
    /// More files in the folder above the data's.
    pub files: &'a [(&'a str, &'a str)],
}

/// A running cluster. Its shell ends it and removes its folder as soon as our end of the shell's input closes: when
/// this is dropped, and also when the test process is killed.
pub struct PrivateCluster {
    pub port: u16,
    /// Holds the data, the log and the sockets.
    pub folder: String,
    bin: PathBuf,
    shell: Child,
    input: Option<ChildStdin>,
}

impl PrivateCluster {
    pub fn start(bin: &Path, spec: &Spec<'_>) -> Self {
        let folder = output(as_server().args(["mktemp", "-d", &format!("/tmp/{}-XXXXXX", spec.name)]));
        let port = free_port();
        let settings = format!(
            "listen_addresses = 'localhost'\nport = {port}\nunix_socket_directories = '{folder}'\nfsync = off\n{}",
            spec.settings
        );
        // Everything is kept in one folder, which the shell removes whatever happens once it has begun.
        let script = "\
            trap '' INT HUP TERM; cd \"$1\" || exit 1; bin=$2; umask 077
            end() { cd /; rm -rf \"$1\"; }
            \"$bin/initdb\" -D data -U postgres -A trust -E UTF8 --locale=C --no-sync >initdb.log 2>&1 \
                || { cat initdb.log >&2; end \"$1\"; exit 1; }
            cp hba data/pg_hba.conf; cat settings >>data/postgresql.conf
            \"$bin/postgres\" -D \"$1/data\" </dev/null >log 2>&1 &
            cat >/dev/null
            \"$bin/pg_ctl\" -D \"$1/data\" -m fast -w stop >/dev/null 2>&1; wait; end \"$1\"";
        for (name, text) in spec.files.iter().copied().chain([("settings", settings.as_str()), ("hba", spec.hba)]) {
            write_as_server(&format!("{folder}/{name}"), text);
        }
        let mut shell = as_server()
            .args(["sh", "-c", script, "sh", &folder])
            .arg(bin)
            .stdin(Stdio::piped())
            .spawn()
            .expect("sh starts");
        let input = shell.stdin.take();
        let mut cluster = Self { port, folder, bin: bin.to_owned(), shell, input };
        cluster.wait_until_ready();
        cluster
    }

    fn wait_until_ready(&mut self) {
        let start = Instant::now();
        loop {
            let ready = Command::new(self.bin.join("pg_isready"))
                .args(["-q", "-h", &self.folder, "-p", &self.port.to_string()])
                .status()
                .expect("pg_isready starts");
            if ready.success() {
                return;
            }
            assert!(self.shell.try_wait().unwrap().is_none(), "the test cluster did not start");
            assert!(
                start.elapsed() < Duration::from_mins(1),
                "the test cluster did not answer within 60 s; its log ends with:\n{}",
                self.log()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// The end of the server's log.
    pub fn log(&self) -> String {
        output(as_server().args(["tail", "-n", "60", &format!("{}/log", self.folder)]))
    }

    pub fn sql(&self, sql: &str) {
        let done = Command::new(self.bin.join("psql"))
            .args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-d", "postgres", "-c", sql])
            .args(["-h", &self.folder, "-p", &self.port.to_string()])
            .status()
            .expect("psql starts");
        assert!(done.success(), "psql failed");
    }

    /// Stops the server in this mode of `pg_ctl` and starts it again; returns when it answers.
    pub fn restart(&self, mode: &str) {
        let data = format!("{}/data", self.folder);
        let log = format!("{}/log", self.folder);
        let done = as_server()
            .arg(self.bin.join("pg_ctl"))
            .args(["-D", &data, "-l", &log, "-m", mode, "-w", "-t", "60", "restart"])
            // The server inherits them: a pipe would stay open as long as it runs.
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .expect("pg_ctl starts");
        assert!(done.success(), "the server does not start again; its log ends with:\n{}", self.log());
    }
}

impl Drop for PrivateCluster {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.shell.wait();
    }
}

/// Below the range that the kernel hands out to clients: one of those would have it while the server restarts.
fn free_port() -> u16 {
    (0..100)
        .map(|_| rand::random_range(20_000..32_000))
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .expect("there is a free port")
}

/// A command as the user that may run a server: root may not.
pub fn as_server() -> Command {
    let root = output(Command::new("id").arg("-u")) == "0";
    if !root {
        return Command::new("env");
    }
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--"]).current_dir("/");
    command
}

fn output(command: &mut Command) -> String {
    let done = command.output().expect("the command starts");
    assert!(done.status.success(), "{command:?}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap().trim().to_owned()
}

fn write_as_server(path: &str, text: &str) {
    let mut child = as_server()
        .args(["sh", "-c", "umask 077; cat >\"$1\"", "sh", path])
        .stdin(Stdio::piped())
        .spawn()
        .expect("sh starts");
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success(), "writing {path}");
}
