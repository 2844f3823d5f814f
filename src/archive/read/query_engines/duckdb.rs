//! DuckDB: a view over lists of files.

use std::fmt::Write;

use super::view::{ArchiveFile, Service, Services, View, comment, grouped, listed, text};
use crate::archive::format::csv::COLUMNS;
use crate::store::StoreUrl;

pub(super) fn statements(sql: &mut String, view: &View<'_>, sources: &[ArchiveFile<'_>], services: &Services) {
    let stores = grouped(sources, |s| &s.store);
    let buckets: Vec<_> =
        stores.iter().map(|(store, _)| *store).filter(|store| matches!(store, StoreUrl::S3 { .. })).collect();
    if !buckets.is_empty() {
        sql.push_str("INSTALL httpfs;\nLOAD httpfs;\nINSTALL aws;\nLOAD aws;\n");
        let (own, shared): (Vec<_>, Vec<_>) =
            buckets.into_iter().partition(|store| services.own.iter().any(|(url, _)| url == *store));
        if !shared.is_empty() {
            secret(sql, "eventodb_archives", &services.shared, None);
        }
        for (n, store) in own.into_iter().enumerate() {
            comment(
                sql,
                &format!("{store} has keys of its own: give them to this secret, where the chain finds others."),
            );
            secret(sql, &format!("eventodb_archives_{}", n + 1), services.of(store), Some(store));
        }
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

/// How a service, or that of one store alone, is reached.
fn secret(sql: &mut String, name: &str, service: &Service, of: Option<&StoreUrl>) {
    let mut options = String::new();
    if let Some(store) = of {
        let _ = write!(options, ", SCOPE {}", text(&store.to_string()));
    }
    if let Some(region) = &service.region {
        let _ = write!(options, ", REGION {}", text(region));
    }
    if let Some((is_tls, host)) = service.endpoint.as_deref().and_then(endpoint) {
        let _ = write!(options, ", ENDPOINT {}, URL_STYLE 'path', USE_SSL {is_tls}", text(host));
    }
    let _ = writeln!(sql, "CREATE OR REPLACE SECRET {name} (TYPE s3, PROVIDER credential_chain{options});");
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
