//! Athena, and Trino with its Hive connector: tables over folders, and a view that takes the current archives of them.

use std::fmt::Write;

use super::view::{ArchiveFile, View, comment, file_table, listed, name, text};

/// The folder of its namespace that holds it.
fn folder(source: &ArchiveFile<'_>) -> Option<String> {
    let address = source.address();
    let end = address.rfind("/messages/")? + "/messages/".len();
    Some(address[..end].to_owned())
}

/// The folders that hold all of the sources.
fn folders(sources: &[ArchiveFile<'_>]) -> Vec<String> {
    let mut folders: Vec<String> = sources.iter().filter_map(folder).collect();
    folders.sort();
    folders.dedup();
    folders
}

const HIVE: &str = "The folder holds manifests, stream lists and archives that others took the place of as well: the view \
                    takes the current ones by their path. One that is missing in the store is left out without a word.\n\
                    Their reader of CSV ends a row at each end of line, in quotes too: where names of streams or types have \
                    some, use another engine.";

fn paths(sources: &[ArchiveFile<'_>], of: &str) -> String {
    let own: Vec<_> = sources.iter().filter(|s| folder(s).is_some_and(|folder| folder == of)).collect();
    listed(&own, str::to_owned)
}

fn hive_view(sql: &mut String, view: &View<'_>, sources: &[ArchiveFile<'_>], quote: fn(&str) -> String) {
    view.begin(sql, "VIEW");
    let folders = folders(sources);
    for (n, folder) in folders.iter().enumerate() {
        let _ = write!(
            sql,
            "SELECT CAST(global_position AS bigint) AS global_position, CAST(\"position\" AS bigint) AS \"position\",\n       \
             CAST(replace(\"time\", '+00', ' UTC') AS timestamp(6) with time zone) AS \"time\", stream_name, \"type\", id,\n       \
             NULLIF(data, '') AS data, NULLIF(metadata, '') AS metadata\n  FROM {}\n WHERE \"$path\" IN (\n{}  ){}\n",
            quote(&file_table(view.name, n)),
            paths(sources, folder),
            view.behind(n, folders.len())
        );
    }
}

pub(super) fn athena(sql: &mut String, view: &View<'_>, sources: &[ArchiveFile<'_>]) {
    comment(sql, "Written by the manual of Athena: no test runs them.");
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
            backticks(&file_table(view.name, n)),
            text(folder)
        );
    }
    hive_view(sql, view, sources, name);
}

pub(super) fn trino(sql: &mut String, view: &View<'_>, sources: &[ArchiveFile<'_>]) {
    comment(sql, "Written by the manual of Trino: no test runs them.");
    comment(sql, HIVE);
    comment(sql, "For a catalog of the Hive connector, with hive.recursive-directories=true.");
    for (n, folder) in folders(sources).iter().enumerate() {
        let _ = write!(
            sql,
            "CREATE TABLE IF NOT EXISTS {} (\n  global_position varchar, \"position\" varchar, \"time\" varchar, \
             stream_name varchar, \"type\" varchar, id varchar, data varchar, metadata varchar)\n\
             WITH (format = 'CSV', csv_separator = ',', csv_quote = '\"', csv_escape = U&'\\0001',\n      \
             skip_header_line_count = 1, external_location = {});\n",
            name(&file_table(view.name, n)),
            text(folder)
        );
    }
    hive_view(sql, view, sources, name);
}
