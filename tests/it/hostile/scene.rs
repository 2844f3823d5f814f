//! A namespace with old messages, its store, and the binary sent to that store by one way or another.

use bytes::Bytes;
use eventodb_admin::archive::State;
use eventodb_admin::store::{Credentials, ObjectKey, Store, StoreSettings, StoreUrl};
use futures::{StreamExt, TryStreamExt};

use super::cli::{Cli, Out};
use super::lab::{Lab, Server, var};
use super::proxy::{Answer, Harm, Proxy};

/// Without end.
pub const EVERY: usize = usize::MAX;
/// Tries that a request gets.
pub const TRIES: usize = 5;

pub const ARCHIVE: [&str; 4] = ["chunks", "archive", "--older-than", "0d"];
pub const KEEP: [&str; 5] = ["chunks", "archive", "--older-than", "0d", "--keep"];
pub const DROP: [&str; 4] = ["chunks", "drop", "--older-than", "0d"];
pub const VERIFY: [&str; 5] = ["archives", "verify", "--all", "-o", "json"];
pub const REHYDRATE: [&str; 6] = ["archives", "rehydrate", "--from", "2012-01-01", "--to", "2014-01-01"];
pub const COVERAGE: [&str; 3] = ["coverage", "-o", "json"];

/// A row that a chunk takes only where nobody has frozen it.
pub const LATE: &str = "INSERT INTO {{schema}}.messages (time, global_position, position, stream_name, type) \
     VALUES ('2013-01-03T12:00:00Z', 1000000, 0, 'late-1', 'L')";

/// The mark of the store's owner comes before anything of an archive: what harms it is tried in tests/it/proofs.
pub fn is_of_the_mark(head: &str) -> bool {
    head.contains("/owner.json")
}

pub fn is_put(head: &str) -> bool {
    head.starts_with("PUT ") && head.contains("x-id=PutObject") && !is_of_the_mark(head)
}

pub fn is_put_of_the_manifest(head: &str) -> bool {
    is_put(head) && head.contains(".manifest.json")
}

pub fn is_get(head: &str) -> bool {
    head.starts_with("GET ") && head.contains("x-id=GetObject") && !is_of_the_mark(head)
}

pub fn is_get_of_data(head: &str) -> bool {
    is_get(head) && head.contains(".csv")
}

pub fn is_get_of_heads(head: &str) -> bool {
    is_get(head) && head.contains(".heads.")
}

pub fn is_get_of_the_manifest(head: &str) -> bool {
    is_get(head) && head.contains(".manifest.json")
}

pub fn is_head(head: &str) -> bool {
    head.starts_with("HEAD ")
}

pub fn is_list(head: &str) -> bool {
    head.starts_with("GET ") && head.contains("list-type=2")
}

pub fn is_delete(head: &str) -> bool {
    head.starts_with("DELETE ")
}

pub fn is_any(_: &str) -> bool {
    true
}

pub type Picks = fn(&str) -> bool;

/// Whether two picks are one.
pub fn same(one: Picks, other: Picks) -> bool {
    std::ptr::fn_addr_eq(one, other)
}

pub const fn says(status: u16, code: &'static str) -> Harm {
    Harm::Say(Answer::new(status, code))
}

/// Which store a scene plays in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    S3,
    Folder,
}

pub struct Scene {
    pub lab: Lab,
    pub lines: String,
}

impl Scene {
    /// On S3.
    pub async fn new(weeks: usize, per_week: usize) -> Self {
        Self::of(Kind::S3, weeks, per_week).await
    }

    pub async fn of(kind: Kind, weeks: usize, per_week: usize) -> Self {
        let prefix = format!("hostile-tests/{}", uuid::Uuid::new_v4());
        let mut scene = match kind {
            Kind::S3 => Self::at(&bucket(), &prefix).await,
            Kind::Folder => Self { lab: lab().await, lines: String::new() },
        };
        scene.lines = scene.lab.fill(weeks, per_week).await;
        scene
    }

    /// Without messages, in a place of S3.
    pub async fn at(bucket: &str, prefix: &str) -> Self {
        let mut lab = lab().await;
        let url = StoreUrl::S3 { bucket: bucket.to_owned(), prefix: prefix.to_owned() };
        lab.store = Store::open(&url, &settings()).await.unwrap();
        Self { lab, lines: String::new() }
    }

    /// Runs the binary on the way that `endpoint` begins.
    pub async fn run_by(&self, endpoint: &str, args: &[&str]) -> Out {
        let mut cli = Cli::offline();
        cli.db_url = var("EVENTODB_TEST_DB_URL");
        cli.namespace = self.lab.scope.namespace().to_owned();
        let cli = cli
            .with("EVENTODB_STORE", &self.lab.store.url().to_string())
            .with("AWS_ENDPOINT_URL_S3", endpoint)
            .with("AWS_ACCESS_KEY_ID", &var("AWS_ACCESS_KEY_ID"))
            .with("AWS_SECRET_ACCESS_KEY", &var("AWS_SECRET_ACCESS_KEY"))
            .with("AWS_REGION", &var("AWS_REGION"));
        let args: Vec<_> = args.iter().map(ToString::to_string).collect();
        let run = move || cli.run(&args.iter().map(String::as_str).collect::<Vec<_>>());
        tokio::task::spawn_blocking(run).await.unwrap()
    }

    /// Runs the binary with nothing in the way.
    pub async fn run(&self, args: &[&str]) -> Out {
        self.run_by(&endpoint(), args).await
    }

    /// Runs the binary with harm done to the first `times` requests that are picked.
    pub async fn run_with(&self, times: usize, picks: Picks, harm: Harm, args: &[&str]) -> (Out, Proxy) {
        let proxy = Proxy::start(&endpoint(), times, picks, harm).await;
        let out = self.run_by(&proxy.endpoint(), args).await;
        (out, proxy)
    }

    pub async fn live(&self) -> String {
        self.lab.one("SELECT count(*) FROM {{schema}}.messages").await
    }

    /// Whatever a failed command must leave as it was.
    pub async fn picture(&self) -> String {
        let sequence =
            self.lab.one("SELECT last_value::text || is_called FROM {{schema}}.messages_global_position_seq").await;
        let chunks: Vec<_> = self.lab.closed().await.iter().map(|c| c.name().to_owned()).collect();
        let ledger: Vec<_> = self.lab.archives().await.iter().map(|a| (a.id, a.state)).collect();
        format!(
            "{} live, sequence {sequence}, chunks {chunks:?}, ledger {ledger:?}, heads {}",
            self.live().await,
            self.lab.versions().await
        )
    }

    /// The end of every story: all archived, nothing in between, and everything comes back as it was.
    pub async fn assert_whole(&mut self, told: &str) {
        let covered = self.run(&COVERAGE).await;
        assert_eq!(covered.code, 0, "{told}: {covered:?}");
        let states: Vec<_> = self.lab.archives().await.iter().map(|a| a.state).collect();
        assert!(states.iter().all(|s| matches!(s, State::Failed | State::Dropped)), "{told}: {states:?}");
        let back = self.run(&REHYDRATE).await;
        assert_eq!(back.code, 0, "{told}: {back:?}");
        assert!(self.lab.export().await.unwrap() == self.lines, "{told}: the export differs");
        let covered = self.run(&COVERAGE).await;
        assert_eq!(covered.code, 0, "{told}: {covered:?}");
    }

    pub async fn read(&self, key: &str) -> Vec<u8> {
        self.lab.store.read_all(&ObjectKey::new(key).unwrap(), 1 << 30).await.unwrap().to_vec()
    }

    pub async fn delete(&self, key: &str) {
        self.lab.store.delete(&ObjectKey::new(key).unwrap()).await.unwrap();
    }

    /// Puts other bytes under a name, as somebody with another client would.
    pub async fn replace(&self, key: &str, bytes: &[u8]) {
        self.delete(key).await;
        self.lab.store.put(&ObjectKey::new(key).unwrap(), Bytes::copy_from_slice(bytes)).await.unwrap();
    }

    /// Every object below the store's prefix.
    pub async fn objects(&self) -> Vec<String> {
        self.lab.store.list("").map_ok(|info| info.key.as_str().to_owned()).try_collect().await.unwrap()
    }
}

/// Namespaces are made one at a time: making them takes locks that others wait for.
async fn lab() -> Lab {
    static ONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    let _one = ONE.lock().await;
    Lab::new(Server::Main).await
}

pub fn endpoint() -> String {
    var("EVENTODB_TEST_S3_ENDPOINT")
}

pub fn bucket() -> String {
    var("EVENTODB_TEST_S3_BUCKET")
}

pub fn settings() -> StoreSettings {
    StoreSettings {
        endpoint: Some(endpoint()),
        region: Some(var("AWS_REGION")),
        credentials: Some(Credentials {
            access_key_id: var("AWS_ACCESS_KEY_ID"),
            secret_access_key: var("AWS_SECRET_ACCESS_KEY"),
            session_token: None,
        }),
        ..StoreSettings::default()
    }
}

/// Plays several scenes at a time: they mostly wait.
pub async fn all<T>(plays: impl IntoIterator<Item = T>)
where
    T: Future<Output = ()> + Send + 'static,
{
    let mut plays =
        futures::stream::iter(plays).map(|play| async { tokio::spawn(play).await.unwrap() }).buffer_unordered(8);
    while plays.next().await.is_some() {}
}
