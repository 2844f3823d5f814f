//! ClickHouse and chDB: a view over one table function an archive.

use std::fmt::Write;

use super::{Codec, Result, Service, Source, StoreUrl, by_codec, comment, name, text};

/// A literal of ClickHouse, which takes a backslash for the beginning of something else.
fn clickhouse_text(plain: &str) -> String {
    text(&plain.replace('\\', "\\\\"))
}

pub(super) fn statements(sql: &mut String, view: &str, sources: &[Source<'_>], service: &Service) -> Result<()> {
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
