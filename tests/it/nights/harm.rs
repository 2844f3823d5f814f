//! `lifecycle run` where something is in the way.

use std::io::Read;
use std::process::Command;

use serde_json::{Value, json};

use super::cli::{Held, sql};
use super::scene::{
    ALL, RUN, archive_all, chunks, filled, is_community, night, of, on_s3, reader, run_json, schema, set, start,
    states, summary, two, wait_until,
};

#[test]
fn a_chunk_that_cannot_be_dropped_does_not_stop_the_rest() {
    let cli = filled(3);
    archive_all(&cli);
    let bad = chunks(&cli)[0].clone();
    sql(&cli.db_url, &format!("CREATE VIEW \"{}\".seen AS SELECT * FROM _timescaledb_internal.{bad}", schema(&cli)));
    let (code, run) = run_json(&cli, &RUN);
    assert_eq!((code, &run[0]["archived"], &run[0]["failed"]), (1, &json!(2), &json!([bad])), "{run}");
    assert_eq!((&run[0]["result"], &run[0]["exit_code"]), (&json!("failed"), &json!(1)));
    sql(&cli.db_url, &format!("DROP VIEW \"{}\".seen", schema(&cli)));
    assert_eq!(night(&cli, &[])["archived"], 1);
    cli.run(&["coverage"]).succeeds();
}

#[test]
fn one_bad_namespace_does_not_stop_the_others_and_the_worst_names_the_exit_code() {
    let Some((one, two)) = two(1) else { return };
    let three = super::scene::another(&one, 1);
    for cli in [&one, &two, &three] {
        archive_all(cli);
    }
    sql(&one.db_url, &format!("ALTER TABLE \"{}\".messages ADD COLUMN odd text", schema(&two)));
    let _busy = Held::lifecycle(&one.db_url, &three.namespace);
    let (code, run) = run_json(&one, &ALL);
    assert_eq!(code, 8, "{run}");
    assert_eq!((&of(&run, &one)["result"], &of(&run, &one)["archived"]), (&json!("done"), &json!(1)));
    assert_eq!((&of(&run, &two)["result"], &of(&run, &two)["exit_code"]), (&json!("failed"), &json!(8)));
    assert_eq!((&of(&run, &three)["result"], &of(&run, &three)["exit_code"]), (&json!("busy"), &json!(0)));
}

#[test]
fn a_busy_namespace_is_left_to_the_run_that_has_it() {
    let Some((one, two)) = two(1) else { return };
    archive_all(&one);
    archive_all(&two);
    let busy = Held::lifecycle(&one.db_url, &one.namespace);
    let (code, run) = run_json(&one, &ALL);
    assert_eq!((code, &of(&run, &one)["result"], &of(&run, &two)["result"]), (0, &json!("busy"), &json!("done")));
    one.run(&RUN).fails(7, "another run holds it");
    drop(busy);
    assert_eq!(night(&one, &[])["archived"], 1);
    // The lock is given back at once.
    for _ in 0..3 {
        assert_eq!(night(&one, &[])["result"], "done");
    }
}

#[test]
fn a_store_that_is_down_is_one_failure_and_chunks_are_compressed_all_the_same() {
    let cli = on_s3(filled(4));
    let ages = sql(&cli.db_url, "SELECT floor(extract(epoch FROM now() - '2013-01-27'::timestamptz))::bigint || 's'");
    set(&cli, &["--compress-after", "0d", "--archive-after", &ages, "--store", "s3://nobody/there"]);
    let out = cli.run_in(&[("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1")], &[&RUN[..], &["-o", "json"]].concat(), b"");
    let run = &summary(&out)[0];
    let compressed = if is_community(&cli) { 1 } else { 0 };
    assert_eq!((out.code, &run["failed"]), (1, &json!(["s3://nobody/there"])), "{out:?}");
    assert_eq!(
        (&run["compressed"], &run["left"], &run["archived"]),
        (&json!(compressed), &json!(3), &json!(0)),
        "{run}"
    );
    assert_eq!(states(&cli), "NULL");
}

#[test]
fn a_disk_that_is_not_mounted_is_not_written_beside() {
    let cli = filled(2);
    archive_all(&cli);
    let first = chunks(&cli)[0].clone();
    cli.run(&["chunks", "archive", &first]).succeeds();
    // The mount point is there, and what lay on the disk is not.
    std::fs::rename(cli.path("disk/events/prod"), cli.path("away")).unwrap();
    let (code, run) = run_json(&cli, &RUN);
    assert_eq!((code, &run[0]["archived"], &run[0]["left"]), (4, &json!(0), &json!(1)), "{run}");
    assert!(!cli.path("disk/events/prod").exists(), "an empty folder in its place would say that all is lost");
    std::fs::rename(cli.path("away"), cli.path("disk/events/prod")).unwrap();
    assert_eq!(night(&cli, &[])["archived"], 1);
    cli.run(&["coverage"]).succeeds();
}

#[test]
fn a_run_that_is_stopped_between_chunks_tells_what_it_did_and_the_next_goes_on() {
    let Some((one, two)) = two(3) else { return };
    archive_all(&one);
    archive_all(&two);
    let metrics = one.path("m.prom");
    // Readers hold the run up at the second chunk, whichever namespace it begins with.
    let held = [&one, &two].map(|cli| chunks(cli)[1].clone());
    let readers = held.each_ref().map(|chunk| reader(&one, chunk));
    let words = ["--jobs", "1", "--metrics-file", metrics.to_str().unwrap()];
    let mut child = start(&one, &[&ALL[..], &["-o", "json", "--lock-timeout", "200ms"], &words].concat());
    wait_until(
        &one,
        &format!("SELECT count(*) = 1 FROM eventodb_store.archives WHERE chunk_name IN ('{}', '{}')", held[0], held[1]),
    );
    let begun = sql(
        &one.db_url,
        &format!("SELECT namespace FROM eventodb_store.archives WHERE chunk_name IN ('{}', '{}')", held[0], held[1]),
    );
    let (first, second) = if one.namespace == begun { (&one, &two) } else { (&two, &one) };
    assert!(Command::new("kill").args(["-s", "TERM", &child.id().to_string()]).status().unwrap().success());
    let code = child.wait().unwrap().code();
    let mut text = String::new();
    child.stdout.take().unwrap().read_to_string(&mut text).unwrap();
    drop(readers);
    assert_eq!(code, Some(143), "{text}");
    let run: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(run.as_array().unwrap().len(), 1, "the second namespace was not begun");
    assert_eq!(
        (&run[0]["result"], &run[0]["archived"], &run[0]["left"]),
        (&json!("stopped"), &json!(1), &json!(2)),
        "{run}"
    );
    let samples = super::metrics::read(&metrics);
    assert_eq!(super::metrics::of(&samples, "last_run_archived_chunks", &first.namespace), Some(1.0));
    assert_eq!(super::metrics::of(&samples, "last_run_exit_code", &first.namespace), Some(143.0));
    assert_eq!(super::metrics::of(&samples, "last_run_success", &second.namespace), None);
    let (code, run) = run_json(first, &ALL);
    assert_eq!((code, &of(&run, first)["archived"], &of(&run, second)["archived"]), (0, &json!(2), &json!(3)), "{run}");
    first.run(&["coverage"]).succeeds();
    assert_eq!(chunks(first), Vec::<String>::new());
}

#[test]
fn a_damaged_archive_that_should_expire_is_looked_at_by_somebody_first() {
    let cli = filled(1);
    archive_all(&cli);
    night(&cli, &[]);
    set(&cli, &["--expire-archives-after", "1d"]);
    let folder = cli.path("disk/events/prod").join(&cli.namespace).join("messages/2013/w01");
    let manifest = super::cli::entries(&folder).into_iter().find(|n| n.contains(".manifest.")).unwrap();
    std::fs::write(folder.join(&manifest), "{}").unwrap();
    let (code, run) = run_json(&cli, &RUN);
    assert_eq!((code, &run[0]["expired"], &run[0]["exit_code"]), (5, &json!(0), &json!(5)), "{run}");
    assert_eq!(states(&cli), "dropped");
}
