//! ClickHouse and chDB: a view over one table function an archive.

use std::fmt::Write;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::view::{ArchiveFile, Services, View, comment, text};
use crate::archive::format::codec::Codec;
use crate::error::Result;
use crate::store::StoreUrl;

const STRUCTURE: &str = "global_position Int64, position Int64, time DateTime64(6, ''UTC''), stream_name String, \
                         type String, id UUID, data Nullable(String), metadata Nullable(String)";

/// Unasked, it cuts off spaces at either end of what is not quoted, and takes `\N` for NULL. Other defaults have changed
/// with its versions.
const SETTINGS: &str = "SETTINGS date_time_input_format = 'best_effort', format_csv_null_representation = '', \
                        input_format_csv_trim_whitespaces = 0, format_csv_allow_single_quotes = 0, \
                        input_format_csv_empty_as_default = 1";

/// What stays as it is in a URL's path.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Whether it would look for many files. There is no way to write that a character means itself.
pub(super) fn is_pattern(address: &str) -> bool {
    address.contains(['*', '?', '{']) || address.contains("::")
}

/// A literal of ClickHouse, which takes a backslash for the beginning of something else.
fn literal(plain: &str) -> String {
    text(&plain.replace('\\', "\\\\"))
}

/// The table function that reads the source, up to where.
fn function(source: &ArchiveFile<'_>, services: &Services) -> String {
    match &source.store {
        StoreUrl::File { .. } => format!("file({}", literal(&source.address())),
        StoreUrl::S3 { bucket, prefix } => {
            let service = services.of(&source.store);
            let base = match (&service.endpoint, &service.region) {
                (Some(endpoint), _) => format!("{}/{bucket}", endpoint.trim_end_matches('/')),
                (None, Some(region)) => format!("https://{bucket}.s3.{region}.amazonaws.com"),
                (None, None) => format!("https://{bucket}.s3.amazonaws.com"),
            };
            let key = if prefix.is_empty() { source.key.to_owned() } else { format!("{prefix}/{}", source.key) };
            format!("s3({}", literal(&format!("{base}/{}", utf8_percent_encode(&key, PLAIN))))
        }
    }
}

pub(super) fn statements(
    sql: &mut String,
    view: &View<'_>,
    sources: &[ArchiveFile<'_>],
    services: &Services,
) -> Result<()> {
    if sources.iter().any(ArchiveFile::is_in_folder) {
        comment(sql, "Folders must lie below the server's user_files_path; clickhouse local and chDB read any.");
    }
    view.begin(sql, "VIEW");
    for (n, source) in sources.iter().enumerate() {
        let codec = match source.codec.parse::<Codec>()? {
            Codec::Zstd { .. } => "zstd",
            Codec::Gzip { .. } => "gzip",
            Codec::None => "none",
        };
        // Settings hold for the SELECT that they follow, and for no other one of a union.
        let _ = writeln!(
            sql,
            "SELECT * FROM {}, 'CSVWithNames', '{STRUCTURE}', '{codec}') -- archive {}, {}\n  {SETTINGS}{}",
            function(source, services),
            source.archive.id,
            source.archive.state,
            view.behind(n, sources.len())
        );
    }
    Ok(())
}
