//! A second S3 server, beside the one that all tests share: with an address, a bucket and keys of its own.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The server; it ends when this is dropped.
pub struct S3Server {
    child: Child,
    pub endpoint: String,
    pub access_key: &'static str,
    pub secret_key: &'static str,
    _data: tempfile::TempDir,
}

impl S3Server {
    /// With one bucket.
    pub fn start(bucket: &str) -> Self {
        let data = tempfile::tempdir().unwrap();
        let (access_key, secret_key) = ("second-server", "kept-secret-of-the-second-4711");
        let mut child = Command::new(program())
            .arg("--root")
            .arg(data.path())
            .args(["--port", "0", "--bucket", bucket])
            .env("AWS_ACCESS_KEY_ID", access_key)
            .env("AWS_SECRET_ACCESS_KEY", secret_key)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the S3 server starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.trim().strip_prefix("READY port=").unwrap_or_else(|| panic!("the S3 server said {line:?}"));
        let endpoint = format!("http://127.0.0.1:{port}");
        Self { child, endpoint, access_key, secret_key, _data: data }
    }
}

impl Drop for S3Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The package of this name, which is built where it is not there yet.
fn program() -> PathBuf {
    if let Some(path) = std::env::var_os("EVENTODB_S3_SERVER") {
        return path.into();
    }
    let path = Path::new(super::cli::BINARY).parent().unwrap().join("s3-server");
    if !path.exists() {
        let built = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--package", "s3-server"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .status();
        assert!(built.is_ok_and(|status| status.success()), "the S3 server is not built");
    }
    path
}
