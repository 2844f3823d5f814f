//! DuckDB: a view over lists of files.

use std::fmt::Write;

use super::{COLUMNS, Service, Source, StoreUrl, by_codec, comment, name, text};

pub(super) fn statements(sql: &mut String, view: &str, sources: &[Source<'_>], service: &Service) {
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
             allow_quoted_nulls = false, hive_partitioning = false, compression = {},\n  columns = {{{}}})",
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
