//! Statements by which query engines read archives where they lie.

mod clickhouse;
mod duckdb;
mod hive;
mod spark;
mod view;

use std::collections::HashSet;
use std::path::Path;

use view::{ArchiveFile, View, comment};
pub use view::{Service, Services};

use super::repeats::may_repeat;
use crate::archive::format::ledger_row::misnamed;
use crate::db::queries::ledger::{ArchiveRow, State};
use crate::error::{Error, Kind, Result};
use crate::store::StoreUrl;

/// A query engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// <https://duckdb.org>
    DuckDb,
    /// Amazon Athena.
    Athena,
    /// Trino, with its Hive connector.
    Trino,
    /// <https://clickhouse.com>
    ClickHouse,
    /// Apache Spark.
    Spark,
}

impl Engine {
    /// What people call it.
    const fn name(self) -> &'static str {
        match self {
            Self::DuckDb => "DuckDB",
            Self::Athena => "Athena",
            Self::Trino => "Trino",
            Self::ClickHouse => "ClickHouse",
            Self::Spark => "Spark",
        }
    }

    /// The first and the last year whose times it reads from an archive. With others it fails, or, worse, makes NULL
    /// (DuckDB, of years before Christ) or another time (older versions of ClickHouse) of them.
    const fn years(self) -> (i32, i32) {
        match self {
            Self::DuckDb | Self::Spark => (1, 294_246),
            Self::Athena | Self::Trino => (1, 9999),
            Self::ClickHouse => (1900, 2299),
        }
    }
}

/// The stores that archives are read from.
///
/// # Errors
/// Where the URL of one cannot be read.
pub fn stores(archives: &[ArchiveRow], given: Option<&StoreUrl>) -> Result<Vec<StoreUrl>> {
    let mut stores: Vec<StoreUrl> = sources(archives, given)?.into_iter().map(|source| source.store).collect();
    let mut seen = HashSet::new();
    stores.retain(|store| seen.insert(store.clone()));
    Ok(stores)
}

const DOING: &str = "writing the statements";

/// The statements that make `view` of the archives: of each message once.
///
/// # Errors
/// Where an archive is encrypted, the engine cannot read a store or an archive, or a store's URL cannot be read.
pub fn statements(
    engine: Engine,
    view: &str,
    archives: &[ArchiveRow],
    given: Option<&StoreUrl>,
    services: &Services,
) -> Result<String> {
    let sources = sources(archives, given)?;
    refuse_unreadable(engine, &sources)?;
    let mut sql = String::new();
    let messages: i64 = archives.iter().filter_map(|a| a.message_count).sum();
    comment(&mut sql, &format!("{} archives, {messages} messages. Archives made later are not in it.", sources.len()));
    let view = View { name: view, is_distinct: may_repeat(archives) };
    if view.is_distinct {
        comment(&mut sql, "Some of them may hold the same messages, which are given once: that takes memory or disk.");
        let back: Vec<_> = archives.iter().filter(|a| a.state == State::Rehydrated).map(|a| a.id.to_string()).collect();
        if !back.is_empty() {
            comment(
                &mut sql,
                &format!(
                    "A message that was changed after it had come back from archive {}, and archived again, comes twice, as it was \
                     and as it is, until eventodb-admin archives release takes the older one out.",
                    back.join(", ")
                ),
            );
        }
    }
    match engine {
        Engine::DuckDb => duckdb::statements(&mut sql, &view, &sources, services),
        Engine::ClickHouse => clickhouse::statements(&mut sql, &view, &sources, services)?,
        Engine::Athena => hive::athena(&mut sql, &view, &sources),
        Engine::Trino => hive::trino(&mut sql, &view, &sources),
        Engine::Spark => spark::statements(&mut sql, &view, &sources, services),
    }
    Ok(sql)
}

/// The archives, and where each is.
fn sources<'a>(archives: &'a [ArchiveRow], given: Option<&StoreUrl>) -> Result<Vec<ArchiveFile<'a>>> {
    let mut sources = Vec::with_capacity(archives.len());
    for archive in archives {
        let (Some(key), Some(codec)) = (&archive.object_key, &archive.codec) else { continue };
        if let Some(why) = misnamed(archive) {
            return Err(Error::new(Kind::Verification, DOING)
                .because(format!("archive {}: {why}", archive.id))
                .hint("find out who has written that row of eventodb_store.archives"));
        }
        let store = match (given, &archive.store_url) {
            (Some(given), _) => given.clone(),
            (None, Some(url)) => url.parse()?,
            (None, None) => {
                return Err(Error::failed(DOING)
                    .because(format!("the ledger names no store of archive {}", archive.id))
                    .hint("add --store"));
            }
        };
        sources.push(ArchiveFile { archive, store, key, codec });
    }
    if sources.is_empty() {
        return Err(Error::failed(DOING)
            .because("no archive of the namespace is verified, dropped or rehydrated")
            .hint("eventodb-admin archives list shows them"));
    }
    Ok(sources)
}

/// Fails where statements would fail, or read less than there is, or other values.
fn refuse_unreadable(engine: Engine, sources: &[ArchiveFile<'_>]) -> Result<()> {
    let is_encrypted = |s: &ArchiveFile<'_>| Path::new(s.key).extension().is_some_and(|ending| ending == "age");
    refuse(sources, is_encrypted, "encrypted archives cannot be read where they lie")?;
    if matches!(engine, Engine::Athena | Engine::Trino) && sources.iter().any(ArchiveFile::is_in_folder) {
        return Err(Error::usage(DOING).because("this engine reads from S3, and archives lie in a folder"));
    }
    let years = engine.years();
    let reads =
        format!("{} reads times of the years {} to {}, and archives have others", engine.name(), years.0, years.1);
    refuse(sources, |s| !s.is_of_years(years), &reads)?;
    if engine == Engine::ClickHouse {
        let why = "ClickHouse takes *, ?, { and :: in a path for a pattern";
        refuse(sources, |s| clickhouse::is_pattern(&s.address()), why)?;
    }
    if engine == Engine::DuckDb {
        let why = "DuckDB takes *, ? and [ in the URL of an object for a pattern, or for its end";
        refuse(sources, |s| !s.is_in_folder() && s.address().contains(['*', '?', '[']), why)?;
    }
    Ok(())
}

/// Fails, and names the archives, where there are some of which this is true.
fn refuse(sources: &[ArchiveFile<'_>], is_refused: impl Fn(&ArchiveFile<'_>) -> bool, why: &str) -> Result<()> {
    let ids: Vec<_> = sources.iter().filter(|s| is_refused(s)).map(|s| s.archive.id.to_string()).collect();
    if ids.is_empty() {
        return Ok(());
    }
    Err(Error::failed(DOING)
        .because(format!("{why}: {}", ids.join(", ")))
        .hint("eventodb-admin archives cat ID gives their messages as NDJSON"))
}
