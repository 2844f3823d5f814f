//! A namespace from its making to its deletion: events written and read, a chunk compressed, archived, dropped and brought
//! back. Run it on a database with TimescaleDB:
//!
//! ```sh
//! EVENTODB_DB_URL=postgres://… cargo run --example driver -- /tmp/archives
//! ```

use std::time::Duration;

use eventodb_admin::archive::{
    self, AfterVerify, ArchiveOptions, Codec, Destination, LifecycleLock, RehydrateFilter, Wanted,
};
use eventodb_admin::chunks::{self, Direction, ListFilter, Selection};
use eventodb_admin::db::conninfo::ConnInfo;
use eventodb_admin::db::{ConnectOptions, Connector};
use eventodb_admin::events::{CategoryQuery, Events, Expect, NewEvent, Pool, Reading, StreamQuery};
use eventodb_admin::messages::{Source, StreamName, StreamPage};
use eventodb_admin::namespace::{self, AutoCompress, NewNamespace, Token};
use eventodb_admin::progress::Silent;
use eventodb_admin::stop::Stop;
use eventodb_admin::store::{Store, StoreSettings};
use eventodb_admin::{Kind, Result};
use serde_json::value::to_raw_value;

/// Something that happened long ago: its chunk is closed.
const LONG_AGO: &str = r#"{"id":"018c0000-0000-7000-8000-000000000001","stream":"account-7","type":"Opened","pos":0,"gpos":1000,"data":{"by":"ann"},"meta":null,"time":"2013-01-03T00:00:00Z"}"#;

/// What the example does; returns the number of events that came back from the archive.
///
/// # Panics
/// Where something is not as the example says.
#[allow(clippy::too_many_lines)] // a story, told from its beginning to its end
pub async fn run(url: &str, folder: &str, name: &str) -> Result<i64> {
    let info = ConnInfo::resolve(Some(url), &|variable| std::env::var(variable).ok())?;
    let connector = Connector { info, options: ConnectOptions::default() };
    let pool = Pool::new(connector.clone(), 4)?;
    let mut db = pool.get().await?;

    // Namespaces.
    let new = NewNamespace {
        name: name.parse()?,
        description: "an example".into(),
        token: Token::generate(name),
        chunk_interval: "7 days".into(),
        auto_compress: AutoCompress::Never,
    };
    namespace::create(&mut db, &new).await?;
    assert!(namespace::list(&db).await?.iter().any(|n| n.name == name));

    // Events: one, and several in one round trip.
    let events = Events::open(db.client(), name).await?;
    let account: StreamName = "account-1".parse()?;
    let opened = NewEvent::new("Opened", to_raw_value(&serde_json::json!({"by": "ann"})).ok());
    let written = events.write(db.client_mut(), &account, Expect::NoStream, &opened).await?;
    let more: Vec<_> = (1..=3)
        .map(|amount| NewEvent::new("Deposited", to_raw_value(&serde_json::json!({"amount": amount})).ok()))
        .collect();
    let batch = events.write_batch(db.client_mut(), &account, Expect::Version(written.position), &more).await?;
    assert_eq!(batch.first_position, 1);

    // Somebody was faster: decide again.
    let late = events.write(db.client_mut(), &account, Expect::Version(0), &NewEvent::new("Closed", None)).await;
    assert!(matches!(late, Err(e) if e.kind() == Kind::Conflict));

    // Import, with positions as they were.
    let source = Source::from_reader(LONG_AGO.as_bytes(), "the example")?;
    events.import(db.client_mut(), source).await?;

    // Reads.
    let page = StreamQuery { stream: &account, from: 0, limit: 100, reading: Reading::Complete };
    assert_eq!(events.read_stream(db.client(), page).await?.len(), 4);
    let category = "account".parse()?;
    let all = CategoryQuery {
        category: Some(&category),
        from: 1,
        limit: 100,
        correlation: None,
        group: None,
        reading: Reading::Complete,
    };
    assert_eq!(events.read_category(db.client(), all).await?.len(), 5);
    assert_eq!(events.version(db.client(), &account).await?, Some(3));
    let streams = events.streams(db.client(), StreamPage { prefix: "account", after: "", limit: 100 }).await?;
    assert_eq!(streams.len(), 2);

    // Chunks: what was closed long ago is compressed where the edition can, archived, proven and dropped.
    let scope = events.scope();
    let old = Selection::OlderThan(Duration::from_hours(24 * 365));
    if chunks::check_compression(&db).is_ok() {
        for chunk in chunks::select(&db, scope, &old).await? {
            chunks::resize(&db, scope, &chunk, Direction::Compress).await?;
        }
    }
    let store = Store::open(&format!("file://{folder}").parse()?, &StoreSettings::default()).await?;
    let (progress, stop) = (Silent, Stop::default());
    // Its session is this lock's alone, and none of the pool's: the lock ends with it.
    let mut lock = LifecycleLock::take(connector.connect().await?, scope, &progress).await?;
    let found = chunks::select(lock.db(), scope, &old).await?;
    let options = ArchiveOptions { after: AfterVerify::Drop, codec: Codec::default(), jobs: 1 };
    let mut failed = Vec::new();
    // The store is this database's from now on; a copy of the database is refused here.
    let mut to = Destination::alone(archive::claimed(&mut lock, scope, &store).await?);
    archive::archive(&mut lock, &connector, scope, &mut to, &found, &options, &progress, &stop, &mut |_, done| {
        failed.extend(done.err());
    })
    .await?;
    if let Some(e) = failed.pop() {
        return Err(e);
    }
    // What is not live is not passed over in silence.
    let seven: StreamName = "account-7".parse()?;
    let missing = events.read_stream(db.client(), StreamQuery { stream: &seven, ..page }).await;
    assert!(matches!(missing, Err(e) if e.kind() == Kind::Archived));

    // And back.
    let mut back = 0;
    let wanted = RehydrateFilter::Streams(vec![seven.clone()]);
    for row in archive::choose(lock.db(), scope, &wanted, Wanted::Dropped).await? {
        back += archive::rehydrate(&mut lock, scope, &store, &row, None, &progress, &stop).await?.messages;
    }
    lock.release().await?;
    assert_eq!(events.read_stream(db.client(), StreamQuery { stream: &seven, ..page }).await?.len(), 1);
    assert_eq!(chunks::list(&db, scope, &ListFilter::default()).await?.len(), 2);

    events.clear(db.client()).await?;
    let row = namespace::find(&db, name).await?;
    namespace::delete(&mut db, &row).await?;
    Ok(back)
}

#[allow(dead_code)] // a test includes this file
#[tokio::main]
async fn main() -> std::process::ExitCode {
    let url = std::env::var("EVENTODB_DB_URL").unwrap_or_else(|_| "postgres:///postgres".into());
    let folder = std::env::args().nth(1).unwrap_or_else(|| "/tmp/eventodb-driver-example".into());
    match run(&url, &folder, "driver-example").await {
        Ok(_) => std::process::ExitCode::SUCCESS,
        Err(e) => std::process::ExitCode::from(e.kind().exit_code()),
    }
}
