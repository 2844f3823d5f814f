//! Spark: a temporary view over the files of each store, and one over these.

use std::fmt::Write;

use super::view::{ArchiveFile, Service, Services, View, comment, file_table, grouped};
use crate::archive::format::csv::COLUMNS;
use crate::store::StoreUrl;

/// A literal of Spark SQL. It puts variables in place of `${…}`, wherever that stands.
fn literal(plain: &str) -> String {
    format!("'{}'", plain.replace('\\', "\\\\").replace('\'', "\\'").replace('$', "\\u0024"))
}

fn name(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

/// The path of a file for where a path may be a pattern.
fn escaped(path: &str) -> String {
    let mut escaped = String::with_capacity(path.len());
    for c in path.chars() {
        if matches!(c, '\\' | '{' | '}' | '[' | ']' | '*' | '?' | ',') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// The store's address, for Hadoop.
fn base(store: &StoreUrl) -> String {
    match store {
        StoreUrl::S3 { bucket, prefix } if prefix.is_empty() => format!("s3a://{bucket}"),
        StoreUrl::S3 { bucket, prefix } => format!("s3a://{bucket}/{prefix}"),
        StoreUrl::File { dir } => format!("file:{}", dir.display()),
    }
}

/// One pattern for all of them: a hundred views of a file each take a hundred times as long to be read.
fn pattern(store: &StoreUrl, sources: &[&ArchiveFile<'_>]) -> String {
    let keys: Vec<_> = sources.iter().map(|s| escaped(s.key)).collect();
    let base = escaped(base(store).trim_end_matches('/'));
    match &keys[..] {
        [key] => format!("{base}/{key}"),
        keys => format!("{base}/{{{}}}", keys.join(",")),
    }
}

fn reached(sql: &mut String, groups: &[(&StoreUrl, Vec<&ArchiveFile<'_>>)], services: &Services) {
    comment(sql, "Archives on S3 need hadoop-aws, of the version of Spark's Hadoop.");
    service(sql, "fs.s3a", &services.shared);
    for (store, _) in groups {
        if let (StoreUrl::S3 { bucket, .. }, Some((_, own))) =
            (store, services.own.iter().find(|(url, _)| url == *store))
        {
            comment(sql, &format!("{store} has keys of its own: fs.s3a.bucket.{bucket}.access.key and secret.key."));
            service(sql, &format!("fs.s3a.bucket.{bucket}"), own);
        }
    }
}

fn service(sql: &mut String, before: &str, service: &Service) {
    if let Some(endpoint) = &service.endpoint {
        let _ = writeln!(sql, "SET {before}.endpoint = {endpoint};\nSET {before}.path.style.access = true;");
    }
    if let Some(region) = &service.region {
        let _ = writeln!(sql, "SET {before}.endpoint.region = {region};");
    }
}

/// A view of the files, as they are.
fn files(sql: &mut String, view: &str, store: &StoreUrl, sources: &[&ArchiveFile<'_>]) {
    for source in sources {
        comment(sql, &format!("archive {}, {}: {}", source.archive.id, source.archive.state, source.key));
    }
    let (path, objects) = (literal(&pattern(store, sources)), name(&format!("{view}_objects")));
    let columns = COLUMNS.map(|(column, _)| format!("{column} STRING")).join(", ");
    // NULL is written as what PostgreSQL has in no text: what is the same as it, quoted or not, becomes NULL.
    let _ = write!(
        sql,
        "CREATE OR REPLACE TEMPORARY VIEW {objects} USING binaryFile OPTIONS (path {path});\n\
         SELECT assert_true(count(*) = {}, 'archives are missing in the store') FROM {objects};\n\
         DROP VIEW {objects};\n\
         CREATE OR REPLACE TEMPORARY VIEW {} (\n  {columns})\n\
         USING csv OPTIONS (\n  path {path},\n  \
         header 'true', enforceSchema 'false', multiLine 'true', mode 'FAILFAST', encoding 'UTF-8', sep ',', quote '\"',\n  \
         escape '\"', ignoreLeadingWhiteSpace 'false', ignoreTrailingWhiteSpace 'false', nullValue '\\u0000', \
         emptyValue '');\n",
        sources.len(),
        name(view),
    );
}

pub(super) fn statements(sql: &mut String, view: &View<'_>, sources: &[ArchiveFile<'_>], services: &Services) {
    if sources.iter().any(|s| s.codec == "zstd") {
        comment(sql, "Spark 4.0 and earlier versions read zstd only with a Hadoop that was built with it.");
    }
    let groups = grouped(sources, |s| &s.store);
    if !sources.iter().all(ArchiveFile::is_in_folder) {
        reached(sql, &groups, services);
    }
    for (n, (store, group)) in groups.iter().enumerate() {
        files(sql, &file_table(view.name, n), store, group);
    }
    let columns = COLUMNS
        .map(|(column, kind)| match kind {
            "bigint" => format!("CAST({column} AS BIGINT) AS {column}"),
            "timestamp with time zone" => format!("CAST({column} AS TIMESTAMP) AS {column}"),
            _ => column.to_owned(),
        })
        .join(", ");
    view.begin(sql, "TEMPORARY VIEW");
    for n in 0..groups.len() {
        let end = view.behind(n, groups.len());
        let _ = writeln!(sql, "SELECT {columns}\n  FROM {}{end}", name(&file_table(view.name, n)));
    }
}
