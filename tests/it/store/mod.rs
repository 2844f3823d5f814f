//! The store against real ones: a local folder, and S3 as `bin/servers` or the environment gives it.

mod answers;
mod aws;
mod environment;
mod faults;
mod local;
mod program;
mod quirks;
mod refusals;
mod s3;
mod suite;

use crate::support::proxy;
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use bytes::Bytes;
use eventodb_admin::store::{
    Credentials, ObjectInfo, ObjectKey, ObjectReader, RetrySettings, Store, StoreSettings, StoreUrl,
};
use futures::{StreamExt, TryStreamExt};

/// The S3 server under test.
struct Server {
    endpoint: String,
    bucket: String,
    /// `embedded`, `garage` or `external`.
    kind: String,
    access_key: String,
    secret_key: String,
    region: String,
}

const NAMES: [&str; 6] = [
    "EVENTODB_TEST_S3_ENDPOINT",
    "EVENTODB_TEST_S3_BUCKET",
    "EVENTODB_TEST_S3_KIND",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_REGION",
];

/// The server of the environment, or else the one that `bin/servers` starts.
fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| {
        let values = if std::env::var_os(NAMES[0]).is_some() {
            NAMES.map(|name| std::env::var(name).unwrap_or_default())
        } else {
            from_servers()
        };
        for (name, value) in NAMES.iter().zip(&values).filter(|(name, _)| !name.ends_with("KIND")) {
            assert!(!value.is_empty(), "{name} is not set: these tests need a real S3 server, see bin/servers");
        }
        let [endpoint, bucket, kind, access_key, secret_key, region] = values;
        Server { endpoint, bucket, kind, access_key, secret_key, region }
    })
}

fn from_servers() -> [String; 6] {
    let script =
        r#"set -e; settings=$(bin/servers env); eval "$settings" >/dev/null; for n in "$@"; do echo "${!n:-}"; done"#;
    let run = Command::new("bash")
        .args(["-c", script, "bash"])
        .args(NAMES)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("bash runs");
    let told = String::from_utf8_lossy(&run.stdout);
    assert!(
        run.status.success(),
        "EVENTODB_TEST_S3_ENDPOINT is not set and bin/servers failed: {}",
        String::from_utf8_lossy(&run.stderr)
    );
    let mut lines = told.lines().map(str::to_owned);
    NAMES.map(|_| lines.next().unwrap_or_default())
}

/// Settings for the server under test; retries wait little.
fn settings() -> StoreSettings {
    let server = server();
    StoreSettings {
        endpoint: Some(server.endpoint.clone()),
        region: Some(server.region.clone()),
        credentials: Some(Credentials {
            access_key_id: server.access_key.clone(),
            secret_access_key: server.secret_key.clone(),
            session_token: None,
        }),
        retries: RetrySettings {
            attempts: 3,
            initial_backoff: Duration::from_millis(10),
            max_backoff: Duration::from_millis(50),
        },
        ..StoreSettings::default()
    }
}

/// A URL in the test bucket that no other test uses.
fn fresh_url() -> StoreUrl {
    StoreUrl::S3 { bucket: server().bucket.clone(), prefix: format!("store-tests/{}", uuid::Uuid::new_v4()) }
}

async fn fresh_s3() -> Store {
    Store::open(&fresh_url(), &settings()).await.expect("the S3 store opens")
}

/// A folder's store, and the folder, which goes when it is dropped.
async fn fresh_local() -> (Store, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let url = StoreUrl::file(&dir.path().join("archive")).unwrap();
    (Store::open(&url, &StoreSettings::default()).await.expect("the folder opens"), dir)
}

async fn remove_all(store: &Store) {
    let mut all = store.list("");
    while let Some(info) = all.next().await {
        store.delete(&info.unwrap().key).await.unwrap();
    }
    for upload in store.list_uploads("").await.unwrap() {
        store.abort_upload(&upload).await.unwrap();
    }
}

fn key(name: &str) -> ObjectKey {
    ObjectKey::new(name).unwrap()
}

/// Bytes that look random and are the same every time.
fn noise(length: usize) -> Bytes {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(length);
    bytes.into()
}

async fn drain(reader: ObjectReader) -> eventodb_admin::Result<Vec<u8>> {
    reader
        .try_fold(Vec::new(), |mut all, piece| async move {
            all.extend_from_slice(&piece);
            Ok(all)
        })
        .await
}

async fn listed(store: &Store, prefix: &str) -> Vec<ObjectInfo> {
    store.list(prefix).try_collect().await.unwrap()
}

/// All that a user gets to see of an error.
fn shown(error: &eventodb_admin::Error) -> String {
    format!("{error}\nhint: {}", error.hint_text().unwrap_or("none"))
}
