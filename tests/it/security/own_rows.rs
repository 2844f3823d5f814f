//! What a role may write of its own namespace costs no message: it is tried as that role.

use std::path::{Path, PathBuf};

use super::cli::{Cli, sql, try_sql};
use super::one_namespace::Two;

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().map(Result::unwrap) {
        match entry.file_type().unwrap().is_dir() {
            true => found.extend(files(&entry.path())),
            false => found.push(entry.path()),
        }
    }
    found.sort();
    found
}

/// The archives' data that a namespace has in its first store.
fn data(cli: &Cli) -> Vec<PathBuf> {
    let of_data = |path: &PathBuf| path.to_string_lossy().contains(".csv");
    files(&cli.path("store")).into_iter().filter(of_data).collect()
}

#[test]
fn an_archiver_that_calls_its_only_copies_expired_has_none_of_them_removed() {
    let Some(two) = Two::new() else { return };
    let archiver = two.role(&two.alpha, "archiver", &[]);
    let dropped = "SELECT count(*) FROM eventodb_store.archives WHERE namespace = 'ALPHA' AND state = 'dropped'";
    assert_eq!(two.sql(dropped), "1");
    let before = data(&two.alpha);
    let expired =
        "UPDATE eventodb_store.archives SET state = 'expired' WHERE namespace = 'ALPHA' AND state = 'dropped'";
    assert_eq!(try_sql(&archiver.url, &two.filled(expired)), Ok(String::new()));
    for args in [
        &["archives", "prune", "--older-than", "0d", "--superseded", "--yes"][..],
        &["archives", "sweep"],
        &["lifecycle", "run"],
    ] {
        two.run(&two.alpha, &archiver, args);
        two.alpha.run(&[&["--store", two.alpha.store().as_str()], args].concat());
        let left = data(&two.alpha);
        assert!(before.iter().all(|file| left.contains(file)), "{args:?}: {before:?} {left:?}");
    }
}

#[test]
fn a_writer_makes_no_chunk_that_cannot_be_archived() {
    let Some(two) = Two::new() else { return };
    let writer = two.role(&two.alpha, "writer", &[]);
    let write =
        "SELECT tsdb_ALPHA.write_message(gen_random_uuid()::varchar, 'big-1', repeat(E'\\x01', 50000000), '{}')";
    assert_eq!(try_sql(&writer.url, &two.filled(write)), Ok("0".to_owned()));
    let chunk = two.sql("SELECT max(c::text) FROM public.show_chunks('tsdb_ALPHA.messages') c");
    let name = chunk.rsplit('.').next().unwrap();
    two.alpha.run(&["chunks", "archive", name, "--store", &two.alpha.store()]).succeeds();
    let manifest =
        files(&two.alpha.path("store")).into_iter().filter(|f| f.to_string_lossy().ends_with(".manifest.json"));
    assert!(manifest.map(|file| std::fs::metadata(file).unwrap().len()).max() < Some(4 << 20));
    two.alpha.run(&["archives", "verify", "--all"]).succeeds();
}

#[test]
fn no_statement_for_a_query_engine_names_what_a_row_of_the_ledger_could_not_mean() {
    let Some(two) = Two::new() else { return };
    let store = two.alpha.store();
    for key in ["'.ssh/authorized_keys'", "'../outside.csv.zst'", "E'ALPHA/messages/x\\\\'') OR 1=1 --.csv.zst'"] {
        two.sql(&format!(
            "SET session_replication_role = replica; UPDATE eventodb_store.archives SET object_key = {key}
              WHERE namespace = 'ALPHA' AND state = 'dropped'"
        ));
        for engine in ["duckdb", "clickhouse", "spark", "athena", "trino"] {
            let at = if ["athena", "trino"].contains(&engine) { "s3://bucket" } else { &store };
            let out = two.alpha.run(&["archives", "sql", "--engine", engine, "--store", at]);
            assert!(!out.stdout.contains(".ssh") && !out.stdout.contains("outside"), "{engine} {key}: {out:?}");
            assert!(!out.stdout.contains("x\\') OR"), "{engine} {key}: {out:?}");
        }
    }
    assert_eq!(sql(&two.alpha.db_url, "SELECT 1"), "1");
}
