//! `lifecycle history`: what each run did, kept in bounded space.

use serde_json::{Value, json};

use super::cli::{Cli, Held, made_up, sql};
use super::scene::{RUN, archive_all, filled, night, set, store, two};

fn history(cli: &Cli, words: &[&str]) -> Vec<Value> {
    cli.json(&[&["lifecycle", "history"], words].concat()).as_array().unwrap().clone()
}

fn rows(cli: &Cli) -> String {
    sql(&cli.db_url, &format!("SELECT count(*) FROM eventodb_store.runs WHERE namespace = '{}'", cli.namespace))
}

#[test]
fn a_good_night_is_in_the_history_with_its_figures_and_sizes() {
    let cli = filled(3);
    archive_all(&cli);
    cli.run(&[&RUN[..], &["--dry-run"]].concat()).succeeds();
    assert_eq!(rows(&cli), "0", "a plan is no run");
    let first = night(&cli, &[]);
    let second = night(&cli, &[]);
    let runs = history(&cli, &[]);
    assert_eq!(runs.len(), 2);
    assert_eq!((&runs[0]["run_id"], &runs[1]["run_id"]), (&second["run_id"], &first["run_id"]), "the newest first");
    for field in ["archived", "messages", "stored_bytes", "csv_bytes", "freed_bytes", "compressed", "left", "copied"] {
        assert_eq!(runs[1][field], first[field], "{field}");
    }
    assert_eq!((&runs[1]["result"], &runs[1]["exit_code"], &runs[1]["failed"]), (&json!("done"), &json!(0), &json!(0)));
    let whole = cli.json(&["lifecycle", "history", "--run", first["run_id"].as_str().unwrap()]);
    let of = &whole["namespaces"][0];
    assert_eq!((&of["namespace"], &of["failures"]), (&json!(cli.namespace), &json!([])));
    assert_eq!((&of["archives"], &of["archive_bytes"]), (&json!(3), &first["stored_bytes"]));
    assert_eq!((&of["chunks"]["archived"]["chunks"], &of["database_bytes"]), (&json!(3), &json!(0)));
    assert_eq!(history(&cli, &["--limit", "1"]).len(), 1);
    assert_eq!(history(&cli, &["--failures"]).len(), 0);
    let since = |from: &str| history(&cli, &["--since", from]).len();
    assert_eq!((since("1h"), since("2013-01-01"), since("2999-01-01")), (2, 2, 0), "an age, or an instant");
    let table = cli.run(&["lifecycle", "history"]);
    assert!(table.succeeds().stdout.contains("done") && table.stdout.starts_with("RUN"), "{table:?}");
}

#[test]
fn a_failed_night_is_there_with_what_failed_and_what_to_do() {
    let cli = filled(2);
    // The disk that it is on is not there.
    set(&cli, &["--archive-after", "0d", "--store", &store(&cli)]);
    night(&cli, &[]);
    std::fs::remove_dir_all(cli.path("disk")).unwrap();
    cli.run_with(&["messages", "import"], made_up(4, 20).as_bytes());
    let run = cli.run(&RUN);
    assert_eq!(run.code, 4, "{run:?}");
    let runs = history(&cli, &["--failures"]);
    assert_eq!(runs.len(), 1, "{runs:?}");
    assert_eq!((&runs[0]["result"], &runs[0]["failed_namespaces"]), (&json!("failed"), &json!(1)));
    let id = runs[0]["run_id"].as_str().unwrap();
    let whole = cli.json(&["lifecycle", "history", "--run", id]);
    let failure = &whole["namespaces"][0]["failures"][0];
    assert!(!failure["error"].as_str().unwrap().is_empty() && !failure["hint"].is_null(), "{whole}");
    // The beginning of its number is enough, and people read the same.
    let told = cli.run(&["lifecycle", "history", "--run", &id[..13]]);
    assert!(told.succeeds().stdout.contains("  hint: "), "{told:?}");
    cli.run(&["lifecycle", "history", "--run", "00000000"]).fails(3, "lifecycle history --all-namespaces");
    cli.run(&["lifecycle", "history", "--run", "xyz"]).fails(2, "first eight digits");
}

#[cfg(feature = "failpoints")]
#[test]
fn a_night_that_was_killed_is_seen_to_have_died() {
    let cli = filled(2);
    archive_all(&cli);
    let killed = cli.run_in(&[("EVENTODB_FAILPOINTS", "archive.put-manifest.after=kill")], &RUN, b"");
    assert_ne!(killed.code, 0, "{killed:?}");
    let runs = history(&cli, &[]);
    assert_eq!((runs.len(), &runs[0]["result"], &runs[0]["ended_at"]), (1, &json!("died"), &Value::Null), "{runs:?}");
    night(&cli, &[]);
    let results: Vec<_> = history(&cli, &[]).iter().map(|r| r["result"].clone()).collect();
    assert_eq!(results, [json!("done"), json!("died")], "the next one goes on, and the dead one stays to be seen");
    assert_eq!(history(&cli, &["--failures"]).len(), 1);
    let told = cli.run(&["lifecycle", "history", "--run", runs[0]["run_id"].as_str().unwrap()]);
    assert!(told.succeeds().stdout.contains("it began at"), "{told:?}");
}

#[test]
fn a_run_that_another_one_kept_out_is_busy_in_the_history() {
    let cli = filled(1);
    archive_all(&cli);
    let held = Held::lifecycle(&cli.db_url, &cli.namespace);
    cli.run(&RUN).fails(7, "another run holds it");
    drop(held);
    let runs = history(&cli, &[]);
    assert_eq!((&runs[0]["result"], &runs[0]["exit_code"]), (&json!("busy"), &json!(7)), "{runs:?}");
}

#[test]
fn a_history_that_cannot_be_written_is_a_warning_and_no_failure() {
    let Some((cli, _)) = two(1) else { return };
    archive_all(&cli);
    sql(&cli.db_url, "ALTER TABLE eventodb_store.runs ADD CONSTRAINT none CHECK (false) NOT VALID");
    let run = cli.run(&RUN);
    assert!(run.succeeds().stderr.contains("the run is not in the history"), "{run:?}");
    assert_eq!(rows(&cli), "0");
}

#[test]
fn old_rows_and_those_beyond_the_newest_thousands_go_with_the_next_run() {
    let cli = filled(1);
    archive_all(&cli);
    let name = &cli.namespace;
    let insert = |rows: u32, began: &str| {
        sql(
            &cli.db_url,
            &format!(
                "INSERT INTO eventodb_store.runs (namespace, run_id, version, began_at, ended_at, result)
                 SELECT '{name}', gen_random_uuid(), 'x', {began}, now(), 'done' FROM generate_series(1, {rows}) n"
            ),
        )
    };
    // As a program that does not bound it would leave them.
    sql(&cli.db_url, "ALTER TABLE eventodb_store.runs DISABLE TRIGGER runs_keep_bounded");
    insert(7, "now() - interval '401 days'");
    insert(6000, "now() - interval '36 days' - make_interval(mins => n)");
    insert(3, "now() - make_interval(mins => n)");
    sql(&cli.db_url, "ALTER TABLE eventodb_store.runs ENABLE TRIGGER runs_keep_bounded");
    let run = night(&cli, &[]);
    assert_eq!(rows(&cli), "5000");
    assert_eq!(history(&cli, &["--limit", "1"])[0]["run_id"], run["run_id"], "the newest stays");
    let oldest = sql(
        &cli.db_url,
        &format!(
            "SELECT min(began_at) > now() - interval '36 days 5002 minutes' FROM eventodb_store.runs WHERE namespace = '{name}'"
        ),
    );
    assert_eq!(oldest, "t");
}

#[test]
fn runs_of_all_namespaces_are_summed_up_by_their_number() {
    let Some((one, other)) = two(2) else { return };
    for cli in [&one, &other] {
        archive_all(cli);
    }
    one.run(&["lifecycle", "run", "--all-namespaces"]).succeeds();
    let runs = history(&one, &["--all-namespaces"]);
    assert_eq!((runs.len(), &runs[0]["namespaces"], &runs[0]["archived"]), (1, &json!(2), &json!(4)), "{runs:?}");
    assert_eq!(history(&one, &[])[0]["archived"], 2);
    let csv = one.run(&["lifecycle", "history", "--all-namespaces", "-o", "csv"]).stdout;
    assert_eq!(csv.lines().count(), 2, "{csv}");
}

#[test]
fn the_history_of_a_namespace_goes_with_it_and_is_not_that_of_the_next() {
    let Some((cli, other)) = two(1) else { return };
    for cli in [&cli, &other] {
        archive_all(cli);
        night(cli, &[]);
    }
    cli.run(&["namespaces", "delete", &cli.namespace, "--yes"]).succeeds();
    assert_eq!((rows(&cli), rows(&other)), ("0".to_owned(), "1".to_owned()));
    // Deleted by others, and made again.
    sql(&other.db_url, &format!("DELETE FROM eventodb_store.namespaces WHERE id = '{}'", other.namespace));
    sql(&other.db_url, &format!("DROP SCHEMA tsdb_{} CASCADE", other.namespace));
    other.run(&["namespaces", "create", &other.namespace]).succeeds();
    assert_eq!(rows(&other), "0");
}

#[test]
fn a_run_without_work_leaves_ledger_and_claims_as_they_are() {
    let cli = filled(1);
    archive_all(&cli);
    night(&cli, &[]);
    let state = || {
        sql(
            &cli.db_url,
            &format!(
                "SELECT md5(concat((SELECT string_agg(a::text, '' ORDER BY id) FROM eventodb_store.archives a WHERE namespace = '{0}'),
                        (SELECT string_agg(c::text, '') FROM eventodb_store.claims c WHERE namespace = '{0}')))",
                cli.namespace
            ),
        )
    };
    let before = state();
    night(&cli, &[]);
    assert_eq!((state(), rows(&cli)), (before, "2".to_owned()));
}
