//! Statements by which query engines read archives where they lie.

use std::path::Path;

use std::fmt::Write;

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
        Engine::DuckDb => duckdb(&mut sql, view, &sources, service),
        Engine::ClickHouse => clickhouse(&mut sql, view, &sources, service)?,
        Engine::Athena => athena(&mut sql, view, &sources),
        Engine::Trino => trino(&mut sql, view, &sources),
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

fn duckdb(sql: &mut String, view: &str, sources: &[Source<'_>], service: &Service) {
    if sources.iter().any(|s| matches!(s.store, StoreUrl::S3 { .. })) {
        sql.push_str("INSTALL httpfs;\nLOAD httpfs;\nINSTALL aws;\nLOAD aws;\n");
        let mut options = String::new();
        if let Some(region) = &service.region {
            let _ = write!(options, ", REGION {}", text(region));
        }
        if let Some((is_tls, host)) = service.endpoint.as_deref().and_then(endpoint) {
            let _ = write!(options, ", ENDPOINT {}, URL_STYLE 'path', USE_SSL {is_tls}", text(host));
        }
        let _ =
            writeln!(sql, "CREATE OR REPLACE SECRET eventodb_archives (TYPE s3, PROVIDER credential_chain{options});");
    }
    comment(sql, "A message of more than 2 MB needs max_line_size.");
    let _ = writeln!(sql, "CREATE OR REPLACE VIEW {} AS", name(view));
    let columns = COLUMNS.map(|(column, kind)| {
        let kind = match kind {
            "bigint" => "BIGINT",
            "uuid" => "UUID",
            "jsonb" => "JSON",
            "timestamp with time zone" => "TIMESTAMPTZ",
            _ => "VARCHAR",
        };
        format!("{}: {}", text(column), text(kind))
    });
    for (n, (codec, group)) in by_codec(sources).iter().enumerate() {
        if n > 0 {
            sql.push_str("UNION ALL\n");
        }
        sql.push_str("SELECT * FROM read_csv([\n");
        for (at, source) in group.iter().enumerate() {
            // What a list of files takes for a pattern.
            let path: String = source
                .address()
                .chars()
                .map(|c| match c {
                    '*' | '?' | '[' => format!("[{c}]"),
                    c => c.to_string(),
                })
                .collect();
            let comma = if at + 1 < group.len() { "," } else { "" };
            let _ =
                writeln!(sql, "    {}{comma} -- archive {}, {}", text(&path), source.archive.id, source.archive.state);
        }
        let _ = write!(
            sql,
            "  ], auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"', nullstr = '',\n  \
             allow_quoted_nulls = false, compression = {}, columns = {{{}}})",
            text(codec),
            columns.join(", ")
        );
        sql.push_str(if n + 1 < by_codec(sources).len() { "\n" } else { ";\n" });
    }
}

/// Whether it is TLS, and the host.
fn endpoint(url: &str) -> Option<(bool, &str)> {
    let (scheme, host) = url.split_once("://")?;
    Some((scheme == "https", host.trim_end_matches('/')))
}

/// A literal of ClickHouse, which takes a backslash for the beginning of something else.
fn clickhouse_text(plain: &str) -> String {
    text(&plain.replace('\\', "\\\\"))
}

fn clickhouse(sql: &mut String, view: &str, sources: &[Source<'_>], service: &Service) -> Result<()> {
    comment(sql, "Folders must lie below the server's user_files_path; clickhouse local and chDB read any.");
    let _ = writeln!(sql, "CREATE OR REPLACE VIEW {} AS", name(view));
    let structure = "global_position Int64, position Int64, time DateTime64(6, ''UTC''), stream_name String, type String, \
                     id UUID, data Nullable(String), metadata Nullable(String)";
    let groups = by_codec(sources);
    let last = sources.len();
    let mut done = 0;
    for (codec, group) in groups {
        for source in group {
            done += 1;
            let from = match &source.store {
                StoreUrl::File { .. } => format!("file({}", clickhouse_text(&source.address())),
                StoreUrl::S3 { bucket, prefix } => {
                    let base = match (&service.endpoint, &service.region) {
                        (Some(endpoint), _) => format!("{}/{bucket}", endpoint.trim_end_matches('/')),
                        (None, Some(region)) => format!("https://{bucket}.s3.{region}.amazonaws.com"),
                        (None, None) => format!("https://{bucket}.s3.amazonaws.com"),
                    };
                    let prefix = if prefix.is_empty() { String::new() } else { format!("{prefix}/") };
                    format!("s3({}", clickhouse_text(&format!("{base}/{prefix}{}", source.key)))
                }
            };
            let codec = match codec.parse::<Codec>()? {
                Codec::Zstd { .. } => "zstd",
                Codec::Gzip { .. } => "gzip",
                Codec::None => "none",
            };
            let more = if done < last {
                "UNION ALL"
            } else {
                "SETTINGS date_time_input_format = 'best_effort', input_format_csv_empty_as_default = 1;"
            };
            let _ = writeln!(
                sql,
                "SELECT * FROM {from}, 'CSVWithNames', '{structure}', '{codec}') -- archive {}, {}\n{more}",
                source.archive.id, source.archive.state
            );
        }
    }
    Ok(())
}

/// The folders that hold all of the sources.
fn folders(sources: &[Source<'_>]) -> Vec<String> {
    let mut folders: Vec<String> = sources
        .iter()
        .filter_map(|s| {
            let address = s.address();
            address.find("/messages/").map(|at| address[..at + "/messages/".len()].to_owned())
        })
        .collect();
    folders.sort();
    folders.dedup();
    folders
}

const HIVE: &str = "The folder holds manifests, stream lists and archives that others took the place of as well: the view \
                    takes the current ones by their path.";

fn paths(sources: &[Source<'_>], folder: &str) -> String {
    let own: Vec<_> = sources.iter().filter(|s| s.address().starts_with(folder)).collect();
    let mut list = String::new();
    for (n, source) in own.iter().enumerate() {
        let comma = if n + 1 < own.len() { "," } else { "" };
        let _ = writeln!(
            list,
            "    {}{comma} -- archive {}, {}",
            text(&source.address()),
            source.archive.id,
            source.archive.state
        );
    }
    list
}

fn hive_view(sql: &mut String, view: &str, sources: &[Source<'_>], quote: fn(&str) -> String) {
    let _ = writeln!(sql, "CREATE OR REPLACE VIEW {} AS", name(view));
    let folders = folders(sources);
    for (n, folder) in folders.iter().enumerate() {
        let _ = write!(
            sql,
            "SELECT CAST(global_position AS bigint) AS global_position, CAST(\"position\" AS bigint) AS \"position\",\n       \
             CAST(replace(\"time\", '+00', ' UTC') AS timestamp(6) with time zone) AS \"time\", stream_name, \"type\", id,\n       \
             NULLIF(data, '') AS data, NULLIF(metadata, '') AS metadata\n  FROM {}\n WHERE \"$path\" IN (\n{}  ){}\n",
            quote(&file_table(view, n)),
            paths(sources, folder),
            if n + 1 < folders.len() { "\nUNION ALL" } else { ";" }
        );
    }
}

fn file_table(view: &str, n: usize) -> String {
    if n == 0 { format!("{view}_files") } else { format!("{view}_files_{}", n + 1) }
}

fn athena(sql: &mut String, view: &str, sources: &[Source<'_>]) {
    comment(sql, HIVE);
    let backticks = |n: &str| format!("`{}`", n.replace('`', "``"));
    for (n, folder) in folders(sources).iter().enumerate() {
        let _ = write!(
            sql,
            "CREATE EXTERNAL TABLE IF NOT EXISTS {} (\n  global_position string, `position` string, `time` string, \
             stream_name string, `type` string, id string, data string, metadata string)\n\
             ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde'\n\
             WITH SERDEPROPERTIES ('separatorChar' = ',', 'quoteChar' = '\"', 'escapeChar' = '\\u0001')\n\
             STORED AS TEXTFILE\nLOCATION {}\nTBLPROPERTIES ('skip.header.line.count' = '1');\n",
            backticks(&file_table(view, n)),
            text(folder)
        );
    }
    hive_view(sql, view, sources, name);
}

fn trino(sql: &mut String, view: &str, sources: &[Source<'_>]) {
    comment(sql, HIVE);
    comment(sql, "For a catalog of the Hive connector, with hive.recursive-directories=true.");
    for (n, folder) in folders(sources).iter().enumerate() {
        let _ = write!(
            sql,
            "CREATE TABLE IF NOT EXISTS {} (\n  global_position varchar, \"position\" varchar, \"time\" varchar, \
             stream_name varchar, \"type\" varchar, id varchar, data varchar, metadata varchar)\n\
             WITH (format = 'CSV', csv_separator = ',', csv_quote = '\"', csv_escape = U&'\\0001',\n      \
             skip_header_line_count = 1, external_location = {});\n",
            name(&file_table(view, n)),
            text(folder)
        );
    }
    hive_view(sql, view, sources, name);
}
