//! Statements by which query engines read archives where they lie.

mod clickhouse;
mod duckdb;
mod hive;

use std::fmt::Write;
use std::path::Path;

use super::codec::Codec;
use super::removable::misnamed;
use super::rows::COLUMNS;
use crate::db::queries::ledger::ArchiveRow;
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
}

/// How the service is reached, where it is not AWS itself.
#[derive(Debug, Clone, Default)]
pub struct Service {
    /// Its URL.
    pub endpoint: Option<String>,
    /// The region.
    pub region: Option<String>,
}

/// An archive to read.
struct Source<'a> {
    archive: &'a ArchiveRow,
    store: StoreUrl,
    key: &'a str,
    codec: &'a str,
}

impl Source<'_> {
    /// Where an engine finds it.
    fn address(&self) -> String {
        match &self.store {
            StoreUrl::S3 { .. } => format!("{}/{}", self.store, self.key),
            StoreUrl::File { dir } => dir.join(self.key).display().to_string(),
        }
    }
}

fn text(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn name(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The statements that make `view` of the archives: of each message once.
///
/// # Errors
/// Where an archive is encrypted, the engine cannot read the store, or a store's URL cannot be read.
pub fn statements(
    engine: Engine,
    view: &str,
    archives: &[ArchiveRow],
    given: Option<&StoreUrl>,
    service: &Service,
) -> Result<String> {
    let doing = "writing the statements";
    let mut sources = Vec::with_capacity(archives.len());
    let mut sealed = Vec::new();
    for archive in archives {
        let (Some(key), Some(codec)) = (&archive.object_key, &archive.codec) else { continue };
        if let Some(why) = misnamed(archive) {
            return Err(Error::new(Kind::Verification, doing)
                .because(format!("archive {}: {why}", archive.id))
                .hint("find out who has written that row of eventodb_store.archives"));
        }
        let store = match (given, &archive.store_url) {
            (Some(given), _) => given.clone(),
            (None, Some(url)) => url.parse()?,
            (None, None) => {
                return Err(Error::failed(doing)
                    .because(format!("the ledger names no store of archive {}", archive.id))
                    .hint("add --store"));
            }
        };
        if Path::new(&key).extension().is_some_and(|ending| ending == "age") {
            sealed.push(archive.id.to_string());
        }
        sources.push(Source { archive, store, key, codec });
    }
    if !sealed.is_empty() {
        return Err(Error::failed(doing)
            .because(format!("encrypted archives cannot be read where they lie: {}", sealed.join(", ")))
            .hint("eventodb-admin archives cat ID gives their messages as NDJSON"));
    }
    if sources.is_empty() {
        return Err(Error::failed(doing)
            .because("no archive of the namespace is verified, dropped or rehydrated")
            .hint("eventodb-admin archives list shows them"));
    }
    let in_folder = sources.iter().any(|s| matches!(s.store, StoreUrl::File { .. }));
    if in_folder && matches!(engine, Engine::Athena | Engine::Trino) {
        return Err(Error::usage(doing).because("this engine reads from S3, and archives lie in a folder"));
    }
    let mut sql = String::new();
    let messages: i64 = archives.iter().filter_map(|a| a.message_count).sum();
    comment(&mut sql, &format!("{} archives, {messages} messages. Archives made later are not in it.", sources.len()));
    match engine {
        Engine::DuckDb => duckdb::statements(&mut sql, view, &sources, service),
        Engine::ClickHouse => clickhouse::statements(&mut sql, view, &sources, service)?,
        Engine::Athena => hive::athena(&mut sql, view, &sources),
        Engine::Trino => hive::trino(&mut sql, view, &sources),
    }
    Ok(sql)
}

fn comment(sql: &mut String, text: &str) {
    for line in text.lines() {
        let _ = writeln!(sql, "-- {line}");
    }
}

/// Sources of one codec each, in the order of the sources.
fn by_codec<'s, 'a>(sources: &'s [Source<'a>]) -> Vec<(&'a str, Vec<&'s Source<'a>>)> {
    let mut groups: Vec<(&str, Vec<&Source<'_>>)> = Vec::new();
    for source in sources {
        match groups.iter_mut().find(|(codec, _)| *codec == source.codec) {
            Some((_, group)) => group.push(source),
            None => groups.push((source.codec, vec![source])),
        }
    }
    groups
}

/// The name of a table or a view of files that the view is made of.
fn file_table(view: &str, n: usize) -> String {
    if n == 0 { format!("{view}_files") } else { format!("{view}_files_{}", n + 1) }
}
