//! DuckDB: a view over lists of files.

use std::fmt::Write;

use super::{COLUMNS, Service, Source, StoreUrl, View, comment, grouped, listed, text};

pub(super) fn statements(sql: &mut String, view: &View<'_>, sources: &[Source<'_>], service: &Service) {
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
    view.begin(sql, "VIEW");
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
    let groups = grouped(sources, |s| s.codec);
    for (n, (codec, group)) in groups.iter().enumerate() {
        let _ = write!(
            sql,
            "SELECT * FROM read_csv([\n{}  ], auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"', \
             nullstr = '',\n  allow_quoted_nulls = false, hive_partitioning = false, compression = {},\n  \
             columns = {{{}}}){}\n",
            listed(group, escaped),
            text(codec),
            columns.join(", "),
            view.behind(n, groups.len())
        );
    }
}

/// The path of a file for a list of files, which takes some characters for a pattern.
fn escaped(path: &str) -> String {
    let mut escaped = String::with_capacity(path.len());
    for c in path.chars() {
        match c {
            '*' | '?' | '[' => escaped.extend(['[', c, ']']),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Whether it is TLS, and the host.
fn endpoint(url: &str) -> Option<(bool, &str)> {
    let (scheme, host) = url.split_once("://")?;
    Some((scheme == "https", host.trim_end_matches('/')))
}
