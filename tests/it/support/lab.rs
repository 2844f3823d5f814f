//! A namespace of a test's own on the real server, and what is done to it through the library.

use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use eventodb_admin::archive::in_place::ArchiveReader;
use eventodb_admin::archive::{
    self, AfterVerify, ArchiveOptions, ArchivedChunk, Codec, Coverage, Destination, LifecycleLock,
};
use eventodb_admin::chunks::{self, ChunkRow, Selection};
use eventodb_admin::db::conninfo::ConnInfo;
use eventodb_admin::db::{ConnectOptions, Connector, Db, Scope};
use eventodb_admin::messages::Archived;
use eventodb_admin::messages::{self, Imported, StreamName};
use eventodb_admin::namespace::{self, AutoCompress, NewNamespace, Token};
use eventodb_admin::progress::Silent;
use eventodb_admin::stop::Stop;
use eventodb_admin::store::{Credentials, Store, StoreSettings, StoreUrl};
use eventodb_admin::{Error, Result};

pub use super::servers::{find_var, var};

/// Which server a test needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Server {
    /// The main one, whatever its edition.
    Main,
    /// One that compresses: the main one where it is Community, else the embedded one.
    Community,
}

/// A namespace, its sessions and its store.
pub struct Lab {
    pub connector: Connector,
    pub db: Db,
    pub scope: Scope,
    pub store: Store,
    pub settings: StoreSettings,
    pub server: Server,
    /// What [`Lab::note_first_archive`] has found.
    pub first_archive: Option<i64>,
    pub dir: tempfile::TempDir,
    /// For a second store.
    pub second: tempfile::TempDir,
}

impl Lab {
    pub async fn new(server: Server) -> Self {
        let connector = connector(server);
        let mut db = connector.connect().await.unwrap();
        let name = format!("t{}", uuid::Uuid::new_v4().simple());
        create(&mut db, &name).await;
        let scope = namespace::open(&db, &name).await.unwrap().scope;
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&StoreUrl::file(dir.path()).unwrap(), &StoreSettings::default()).await.unwrap();
        let (settings, second) = (StoreSettings::default(), tempfile::tempdir().unwrap());
        Self { connector, db, scope, store, settings, server, first_archive: None, dir, second }
    }

    /// The same namespace and store, with a session of its own and a folder of its own.
    pub async fn twin(&self) -> Self {
        Self {
            connector: self.connector.clone(),
            db: self.another_session().await,
            scope: self.scope.clone(),
            store: self.store.clone(),
            settings: self.settings.clone(),
            server: self.server,
            first_archive: self.first_archive,
            dir: tempfile::tempdir().unwrap(),
            second: tempfile::tempdir().unwrap(),
        }
    }

    /// With its archives on S3, below a prefix of its own.
    pub async fn on_s3() -> Self {
        let url = format!("s3://{}/{}", var("EVENTODB_TEST_S3_BUCKET"), uuid::Uuid::new_v4().simple());
        let settings = StoreSettings {
            endpoint: Some(var("EVENTODB_TEST_S3_ENDPOINT")),
            region: Some(var("AWS_REGION")),
            credentials: Some(Credentials {
                access_key_id: var("AWS_ACCESS_KEY_ID"),
                secret_access_key: var("AWS_SECRET_ACCESS_KEY"),
                session_token: None,
            }),
            ..StoreSettings::default()
        };
        let store = Store::open(&url.parse().unwrap(), &settings).await.unwrap();
        Self { store, settings, ..Self::new(Server::Main).await }
    }

    /// A second store's folder.
    pub fn copies(&self) -> PathBuf {
        self.second.path().to_owned()
    }

    /// Has archives kept in the second folder as well, by a policy; or in `first`, and in the store as well.
    pub async fn keep_copies(&self, first: Option<&std::path::Path>) {
        let (own, copies) = (self.dir.path().display(), self.copies());
        let (store, copy) = match first {
            Some(first) => (first.display().to_string(), own.to_string()),
            None => (own.to_string(), copies.display().to_string()),
        };
        self.sql(&format!(
            "INSERT INTO eventodb_store.policies (namespace, store_url, copies)
             VALUES ({{{{namespace_text}}}}, 'file://{store}', ARRAY['file://{copy}'])"
        ))
        .await;
    }

    /// Whether an archive comes back by way of a table that becomes its chunk.
    pub async fn fills_aside(&self) -> bool {
        self.db.server.supports_compression()
            && self.one("SELECT to_regclass('_timescaledb_catalog.chunk_index') IS NULL").await == "t"
    }

    pub async fn another_session(&self) -> Db {
        self.connector.connect().await.unwrap()
    }

    /// A statement with the scope's placeholders.
    pub async fn sql(&self, template: &str) {
        self.try_sql(template).await.unwrap();
    }

    pub async fn try_sql(&self, template: &str) -> Result<(), tokio_postgres::Error> {
        self.db.batch_execute(&self.scope.render(template).unwrap()).await
    }

    /// The first column of the first row, as text.
    pub async fn one(&self, template: &str) -> String {
        let rows = self.db.simple_query(&self.scope.render(template).unwrap()).await.unwrap();
        rows.iter()
            .find_map(|m| match m {
                tokio_postgres::SimpleQueryMessage::Row(row) => Some(row.get(0).unwrap_or("NULL").to_owned()),
                _ => None,
            })
            .unwrap_or_else(|| "no row".to_owned())
    }

    /// `weeks` weeks of 2013 with `per_week` messages each, over 20 streams in two categories.
    pub async fn fill(&mut self, weeks: usize, per_week: usize) -> String {
        let lines = made_up(weeks, per_week);
        let imported = self.import(lines.as_bytes()).await.unwrap();
        assert_eq!(imported.messages as usize, weeks * per_week);
        lines
    }

    /// One closed chunk of `megabytes` of CSV.
    pub async fn fill_large(&self, megabytes: usize) {
        self.sql(&format!(
            "INSERT INTO {{{{schema}}}}.messages (time, position, stream_name, type, data)
             SELECT '2013-01-03T12:00:00Z'::timestamptz + i * interval '1 second', i / 10, 'large-' || i % 10, 'Large',
                    jsonb_build_object('text', repeat(md5(i::text), 128))
               FROM generate_series(0, {} - 1) i",
            megabytes * 250
        ))
        .await;
    }

    pub async fn import(&mut self, ndjson: &[u8]) -> Result<Imported> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(ndjson).unwrap();
        let source = messages::Source::open(Some(file.path()))?;
        messages::import(&mut self.db, &self.scope, source, messages::ImportMode::Write, &Silent, &Stop::default())
            .await
    }

    /// Reads archives in the lab's store, with no cache.
    pub fn reach(&self) -> ArchiveReader {
        ArchiveReader::new(None, self.settings.clone(), None, Stop::default())
    }

    /// All messages, archived ones included.
    pub async fn export(&self) -> Result<String> {
        self.export_with(Archived::Auto).await
    }

    pub async fn export_with(&self, archived: Archived) -> Result<String> {
        let mut out = Vec::new();
        let filter = messages::ExportFilter { archived, ..messages::ExportFilter::default() };
        let mut db = self.another_session().await;
        messages::export(&mut db, &self.scope, &filter, &self.reach(), |m| {
            messages::write_line(&mut out, m).unwrap();
            Ok(())
        })
        .await?;
        Ok(String::from_utf8(out).unwrap())
    }

    pub async fn write(&self, stream: &str, message_type: &str) -> Result<i64> {
        self.write_expecting(stream, message_type, None).await
    }

    pub async fn write_expecting(&self, stream: &str, message_type: &str, expected: Option<i64>) -> Result<i64> {
        let write = messages::Write {
            stream: stream.parse::<StreamName>()?,
            message_type: message_type.to_owned(),
            data: None,
            metadata: None,
            id: None,
            expected_version: expected,
        };
        Ok(messages::write(&self.db, &self.scope, &write).await?.1.position)
    }

    pub async fn version(&self, stream: &str) -> i64 {
        self.one(&format!("SELECT {{{{schema}}}}.stream_version('{stream}')")).await.parse().unwrap()
    }

    pub async fn versions(&self) -> String {
        self.one("SELECT string_agg(stream_name || '=' || position, ',' ORDER BY stream_name) FROM {{schema}}.heads")
            .await
    }

    /// All chunks whose range has ended.
    pub async fn closed(&self) -> Vec<ChunkRow> {
        chunks::select(&self.db, &self.scope, &Selection::OlderThan(Duration::ZERO)).await.unwrap()
    }

    pub async fn lock(&self) -> LifecycleLock {
        LifecycleLock::take(self.another_session().await, &self.scope, &Silent).await.unwrap()
    }

    pub async fn archive(&self, chunks: &[ChunkRow], after: AfterVerify) -> Vec<Result<ArchivedChunk>> {
        self.archive_with(chunks, ArchiveOptions { after, codec: Codec::Zstd { level: 3 }, jobs: 1 }).await
    }

    pub async fn archive_with(&self, chunks: &[ChunkRow], options: ArchiveOptions) -> Vec<Result<ArchivedChunk>> {
        let mut results = Vec::new();
        let mut lock = self.lock().await;
        self.run(&mut lock, chunks, &options, &Stop::default(), &mut |result| results.push(result)).await.unwrap();
        lock.release().await.unwrap();
        results
    }

    /// A run under a lock of the caller's, which may end as a whole or be stopped.
    pub async fn run(
        &self,
        lock: &mut LifecycleLock,
        chunks: &[ChunkRow],
        options: &ArchiveOptions,
        stop: &Stop,
        each: &mut (dyn FnMut(Result<ArchivedChunk>) + Send),
    ) -> Result<()> {
        let (connector, scope) = (&self.connector, &self.scope);
        let mut each = |_: &ChunkRow, result| each(result);
        if chunks.is_empty() {
            return Ok(());
        }
        let mut to = Destination::alone(archive::claimed(lock, scope, &self.store).await?);
        archive::archive(lock, connector, scope, &mut to, chunks, options, &Silent, stop, &mut each).await
    }

    /// Archives and drops every closed chunk.
    pub async fn archive_all(&self) -> Vec<ArchivedChunk> {
        let closed = self.closed().await;
        self.archive(&closed, AfterVerify::Drop).await.into_iter().map(|r| r.map_err(shown).unwrap()).collect()
    }

    pub async fn archives(&self) -> Vec<archive::ArchiveRow> {
        eventodb_admin::db::queries::ledger::list(self.db.client(), self.scope.namespace()).await.unwrap()
    }

    pub async fn note_first_archive(&mut self) {
        self.first_archive = self.archives().await.first().map(|a| a.id);
    }

    pub async fn rehydrate(&self, id: i64) -> Result<archive::Rehydrated> {
        let row = eventodb_admin::db::queries::ledger::get(self.db.client(), self.scope.namespace(), id).await?;
        let mut lock = self.lock().await;
        let result =
            archive::rehydrate(&mut lock, &self.scope, &self.store, &row, None, &Silent, &Stop::default()).await;
        lock.release().await.unwrap();
        result
    }

    pub async fn rehydrate_all(&self) {
        for a in self.archives().await.iter().filter(|a| a.state == archive::State::Dropped) {
            self.rehydrate(a.id).await.map_err(shown).unwrap();
        }
    }

    pub async fn coverage(&mut self) -> Coverage {
        let mut places = archive::CoverageStores::new(Some(self.store.url().clone()), self.settings.clone());
        archive::coverage(&mut self.db, &self.scope, &mut places, &Silent, &Stop::default())
            .await
            .map_err(shown)
            .unwrap()
    }

    pub async fn assert_covered(&mut self) {
        let coverage = self.coverage().await;
        assert!(coverage.findings.is_empty(), "{:?}", coverage.findings);
    }

    /// The file of an object in the store.
    pub fn object(&self, key: Option<&String>) -> PathBuf {
        self.dir.path().join(key.unwrap())
    }
}

/// Whether the test cannot be made here, which it then says: the embedded server has one session for all, in which nobody
/// waits for anybody.
pub async fn skip_where_nobody_waits() -> bool {
    let db = connector(Server::Main).connect().await.unwrap();
    let one = db.query_one("SELECT count(*) = 1 FROM pg_stat_activity", &[]).await.unwrap().get(0);
    if one {
        eprintln!("SKIPPED: the embedded server has one session for all");
    }
    one
}

/// An error with its hint, so that a failed test tells what the user would read.
pub fn shown(e: Error) -> String {
    format!("{e} (hint: {})", e.hint_text().unwrap_or("none"))
}

pub fn connector(server: Server) -> Connector {
    let url = var(match server {
        Server::Main => "EVENTODB_TEST_DB_URL",
        Server::Community => "EVENTODB_TEST_COMMUNITY_URL",
    });
    Connector { info: ConnInfo::resolve(Some(&url), &|_| None).unwrap(), options: ConnectOptions::default() }
}

pub async fn create(db: &mut Db, name: &str) {
    let new = NewNamespace {
        name: name.parse().unwrap(),
        description: String::new(),
        token: Token::generate(name),
        chunk_interval: "7 days".into(),
        auto_compress: AutoCompress::Never,
    };
    namespace::create(db, &new).await.map_err(shown).unwrap();
}

/// Messages in the canonical form: importing and exporting them again gives the same bytes.
pub fn made_up(weeks: usize, per_week: usize) -> String {
    let mut lines = String::new();
    let mut positions = [0_i64; 20];
    for i in 0..weeks * per_week {
        let s = i * 7 % 20;
        let category = if s < 10 { "account" } else { "order" };
        let micros =
            1_357_171_200_000_000 + (i / per_week) as i64 * 604_800_000_000 + (i % per_week) as i64 * 1_000_001;
        let time = messages::rfc3339(chrono::DateTime::from_timestamp_micros(micros).unwrap());
        lines.push_str(&format!(
            "{{\"id\":\"{}\",\"stream\":\"{category}-{s}\",\"type\":\"Happened\",\"pos\":{},\"gpos\":{},\
             \"data\":{{\"n\":{i},\"text\":\"quote \\\" comma , ünïcode 🦀 newline \\n\"}},\"meta\":null,\"time\":\"{time}\"}}\n",
            uuid::Uuid::from_u128(i as u128 + 1),
            positions[s],
            i + 1,
        ));
        positions[s] += 1;
    }
    lines
}
