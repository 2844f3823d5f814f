//! Runs of several machines over the same namespaces: who takes a namespace's lock does its night.

use serde_json::{Value, json};

use super::cli::{Cli, Held, sql};
use super::metrics;
use super::scene::{ALL, RUN, chunks, ended, of, reader, run_json, several, signal, start_all, summary, wait_until};

fn count(cli: &Cli, rows: &str) -> String {
    sql(&cli.db_url, &format!("SELECT count(*) FROM eventodb_store.{rows}"))
}

/// That a run waits for the reader of this namespace.
fn until_it_waits(cli: &Cli) {
    // Without freezing, what has been done to a chunk is seen once it is dropped.
    let of_it = format!("namespace = '{}' AND state IN ('planned', 'verified')", cli.namespace);
    wait_until(cli, &format!("SELECT EXISTS (SELECT FROM eventodb_store.archives WHERE {of_it})"));
}

#[test]
fn runs_at_the_same_time_archive_each_chunk_once_and_all_is_well() {
    let Some(all) = several(8, 2) else { return };
    let runs: Vec<_> = (0..3).map(|_| start_all(&all[0], &["--jobs", "2"])).collect();
    let runs: Vec<_> = runs.into_iter().map(ended).collect();
    let mut archived = 0;
    for run in &runs {
        assert_eq!(run.code, 0, "{run:?}");
        for record in summary(run).as_array().unwrap() {
            let is_known = ["done", "busy", "elsewhere"].contains(&record["result"].as_str().unwrap());
            assert!(is_known && record["exit_code"] == 0 && record["failed"] == json!([]), "{record}");
            archived += record["archived"].as_u64().unwrap();
        }
        let is_busy = summary(run).as_array().unwrap().iter().any(|record| record["result"] == "busy");
        let verdict = if is_busy { "nothing failed: " } else { "all is well: " };
        assert!(run.stderr.contains(verdict), "{run:?}");
    }
    assert_eq!(archived, 16, "{runs:?}");
    // No second attempt of any chunk, and none that failed.
    assert_eq!(
        (count(&all[0], "archives"), count(&all[0], "archives WHERE state = 'dropped'")),
        ("16".into(), "16".into())
    );
    assert_eq!(count(&all[0], "runs WHERE result <> 'done'"), "0");
    for cli in &all {
        assert_eq!(chunks(cli), Vec::<String>::new());
        cli.run(&["coverage"]).succeeds();
    }
}

#[test]
fn a_namespace_that_another_run_did_meanwhile_is_not_done_again() {
    let Some(all) = several(2, 1) else { return };
    let (one, two) = (&all[0], &all[1]);
    let (lock, read) = (Held::lifecycle(&one.db_url, &one.namespace), reader(two, &chunks(two)[0]));
    let file = one.path("m.prom");
    let run = start_all(one, &["--metrics-file", file.to_str().unwrap()]);
    until_it_waits(two);
    drop(lock);
    one.run(&RUN).succeeds();
    drop(read);
    let run = ended(run);
    let record = summary(&run);
    assert_eq!(
        (run.code, &of(&record, one)["result"], &of(&record, two)["result"]),
        (0, &json!("elsewhere"), &json!("done"))
    );
    assert!(
        run.stderr.contains("all is well: 1 namespace, 1 chunk archived and dropped; other runs did 1 more"),
        "{run:?}"
    );
    let of_one = format!("runs WHERE namespace = '{}'", one.namespace);
    assert_eq!(count(one, &of_one), "1", "one run did it");
    // What is there is told here as well; how the run went, by the run that did it.
    let samples = metrics::read(&file);
    let told = |name: &str| metrics::of(&samples, name, &one.namespace);
    assert_eq!(
        (told("last_run_success"), told("last_run_exit_code"), told("last_run_archived_chunks")),
        (None, None, None)
    );
    assert!(told("last_success_timestamp_seconds").is_some());
    assert_eq!(
        (metrics::in_state(&samples, "chunks", &one.namespace, "archived"), told("live_bytes")),
        (1.0, Some(0.0))
    );
}

#[test]
fn a_namespace_whose_other_run_ended_early_is_done_at_the_end() {
    let Some(all) = several(2, 1) else { return };
    let (one, two) = (&all[0], &all[1]);
    let (lock, read) = (Held::lifecycle(&one.db_url, &one.namespace), reader(two, &chunks(two)[0]));
    let run = start_all(one, &[]);
    until_it_waits(two);
    drop(lock);
    drop(read);
    let run = ended(run);
    let record = summary(&run);
    assert_eq!(
        (run.code, &of(&record, one)["result"], &of(&record, one)["archived"]),
        (0, &json!("done"), &json!(1)),
        "{run:?}"
    );
}

#[test]
fn what_a_killed_run_leaves_is_done_by_the_other_one() {
    let Some(all) = several(3, 2) else { return };
    let readers = [&all[0], &all[1]].map(|cli| reader(cli, &chunks(cli)[0]));
    let [first, second] = readers;
    // It waits for both, and has done the third.
    let mut killed = start_all(&all[0], &["--jobs", "3"]);
    until_it_waits(&all[0]);
    until_it_waits(&all[1]);
    wait_until(
        &all[2],
        &format!(
            "SELECT EXISTS (SELECT FROM eventodb_store.runs WHERE result = 'done' AND namespace = '{}')",
            all[2].namespace
        ),
    );
    let third = super::scene::another(&all[0], 1);
    super::scene::archive_all(&third);
    let read = reader(&third, &chunks(&third)[0]);
    let other = start_all(&all[0], &[]);
    until_it_waits(&third);
    // Both are the first run's so far.
    assert_eq!(count(&all[0], &format!("runs WHERE namespace = '{}'", all[1].namespace)), "1");
    killed.kill().unwrap();
    killed.wait().unwrap();
    for cli in &all {
        let of_it = format!("'{0}', eventodb_store.lifecycle_key('{0}')", cli.namespace);
        wait_until(cli, &format!("SELECT NOT EXISTS (SELECT FROM eventodb_store.lifecycle_holders({of_it}))"));
    }
    drop((first, second, read));
    let run = ended(other);
    let record = summary(&run);
    assert_eq!(run.code, 0, "{run:?}");
    for cli in all.iter().chain([&third]) {
        assert_eq!(of(&record, cli)["result"], "done", "{record}");
        assert_eq!(chunks(cli), Vec::<String>::new());
        cli.run(&["coverage"]).succeeds();
        let twice = format!(
            "archives a WHERE namespace = '{0}' AND state = 'dropped' AND EXISTS (SELECT FROM eventodb_store.archives b
               WHERE b.namespace = '{0}' AND b.id <> a.id AND b.chunk_name = a.chunk_name AND b.state = 'dropped')",
            cli.namespace
        );
        assert_eq!(count(cli, &twice), "0");
    }
    let history = all[0].json(&["lifecycle", "history", "--all-namespaces"]);
    let results: Vec<&Value> = history.as_array().unwrap().iter().map(|r| &r["result"]).collect();
    assert_eq!(results, [&json!("done"), &json!("died")], "{history}");
}

#[test]
fn a_busy_namespace_is_no_good_night_and_after_two_days_it_is_an_error() {
    let Some(all) = several(2, 1) else { return };
    let (one, two) = (&all[0], &all[1]);
    let lock = Held::lifecycle(&one.db_url, &one.namespace);
    let file = one.path("m.prom");
    let words = [&ALL[..], &["--metrics-file", file.to_str().unwrap()]].concat();
    let (code, run) = run_json(one, &words);
    assert_eq!((code, &of(&run, one)["result"], &of(&run, one)["exit_code"]), (0, &json!("busy"), &json!(0)), "{run}");
    let policy = one.json(&["policy", "show"]);
    assert!(
        policy["last_success_at"].is_null() && policy["last_run_at"].is_null() && policy["last_error"].is_null(),
        "{policy}"
    );
    assert_eq!(count(one, "runs"), "1", "it is of the other namespace");
    let samples = metrics::read(&file);
    let told = |name: &str| metrics::of(&samples, name, &one.namespace);
    assert_eq!(
        (told("last_run_success"), told("last_run_failures"), told("last_success_timestamp_seconds")),
        (None, None, None)
    );
    // By which the alert on missing nights counts.
    assert!(told("policy_set_timestamp_seconds").is_some());
    // Nobody did it for two nights.
    sql(&one.db_url, "UPDATE eventodb_store.policies SET updated_at = now() - interval '49 hours'");
    let (code, run) = run_json(one, &words);
    assert_eq!((code, &of(&run, one)["result"], &of(&run, one)["exit_code"]), (7, &json!("busy"), &json!(7)), "{run}");
    assert_eq!((&of(&run, two)["result"], count(one, "runs WHERE result = 'busy'")), (&json!("done"), "1".into()));
    assert!(one.json(&["policy", "show"])["last_error"].as_str().unwrap().contains("another run holds it"));
    assert_eq!(metrics::of(&metrics::read(&file), "last_run_exit_code", &one.namespace), Some(7.0));
    one.run(&RUN).fails(7, "another run holds it");
    drop(lock);
    assert_eq!(run_json(one, &words).0, 0);
}

#[test]
fn a_namespace_that_another_run_is_at_is_not_waited_for() {
    let Some(all) = several(2, 1) else { return };
    let read = reader(&all[0], &chunks(&all[0])[0]);
    let first = start_all(&all[0], &[]);
    until_it_waits(&all[0]);
    wait_until(&all[0], "SELECT count(*) = 1 FROM eventodb_store.runs WHERE result = 'done'");
    // The other one has nothing to wait for: it says whose the namespace is, and ends.
    let (code, run) = run_json(&all[1], &ALL);
    assert_eq!(
        (code, &of(&run, &all[0])["result"], &of(&run, &all[1])["result"]),
        (0, &json!("busy"), &json!("done")),
        "{run}"
    );
    signal(&first, "TERM");
    assert_eq!(ended(first).code, 143);
    drop(read);
    assert_eq!(run_json(&all[1], &ALL).0, 0);
    assert_eq!(chunks(&all[0]), Vec::<String>::new());
}
