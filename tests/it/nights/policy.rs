//! `policy show`, `set`, `clear`.

use serde_json::{Value, json};

use super::cli::{Cli, sql};
use super::scene::{RUN, filled, is_community, schema, set, store};

fn shown(cli: &Cli) -> Value {
    cli.json(&["policy", "show"])
}

#[test]
fn set_keeps_what_is_not_named_and_never_takes_an_age_away() {
    let cli = Cli::new();
    set(
        &cli,
        &[
            "--compress-after",
            "7d",
            "--archive-after",
            "90d",
            "--drop-rehydrated-after",
            "36h",
            "--store",
            &store(&cli),
        ],
    );
    set(&cli, &["--archive-after", "30d"]);
    let policy = shown(&cli);
    assert_eq!((&policy["compress_after"], &policy["archive_after"]), (&json!("7d"), &json!("30d")));
    assert_eq!((&policy["drop_rehydrated_after"], &policy["store_url"]), (&json!("36h"), &json!(store(&cli))));
    set(&cli, &["--compress-after", "never"]);
    let policy = shown(&cli);
    assert_eq!((&policy["compress_after"], &policy["archive_after"]), (&json!(null), &json!("30d")));
}

#[test]
fn ages_by_which_archives_would_go_as_soon_as_they_are_made_are_refused() {
    let cli = Cli::new();
    let refused: [(&[&str], &str); 3] = [
        (&["--archive-after", "90d", "--expire-archives-after", "90d"], "not above --archive-after"),
        (&["--archive-after", "90d", "--expire-archives-after", "1d"], "not above --archive-after"),
        (&["--expire-archives-after", "1d"], "nothing is archived"),
    ];
    for (words, why) in refused {
        cli.run(&[&["policy", "set", "--yes"], words].concat()).fails(2, why);
        assert_eq!(shown(&cli)["archive_after"], json!(null));
    }
    set(&cli, &["--archive-after", "90d", "--expire-archives-after", "2y", "--store", &store(&cli)]);
    cli.run(&["policy", "set", "--archive-after", "3y"]).fails(2, "not above");
    cli.run(&["policy", "set", "--archive-after", "never"]).fails(2, "nothing is archived");
    assert_eq!(shown(&cli)["archive_after"], "90d");
}

#[test]
fn what_cannot_be_meant_changes_nothing() {
    let cli = Cli::new();
    cli.run(&["policy", "set"]).fails(2, "nothing is named");
    cli.run(&["policy", "set", "--archive-after", "-1d"]).fails(2, "negative");
    cli.run(&["policy", "set", "--archive-after", "soon"]).fails(2, "soon");
    cli.run(&["policy", "set", "--archive-after", "1d", "--store", "ftp://a"]).fails(2, "s3://");
    cli.run(&RUN).fails(3, "policy set");
}

#[test]
fn having_archives_deleted_by_age_is_confirmed() {
    let cli = Cli::new();
    set(&cli, &["--archive-after", "90d", "--store", &store(&cli)]);
    cli.run(&["policy", "set", "--expire-archives-after", "2y"]).fails(2, "deleted for good");
    assert_eq!(shown(&cli)["expire_archives_after"], json!(null));
    cli.run(&["policy", "set", "--expire-archives-after", "2y", "--yes"]).succeeds();
    // What was confirmed is not asked for again, and taking it back is no danger.
    cli.run(&["policy", "set", "--compress-after", "never"]).succeeds();
    cli.run(&["policy", "set", "--expire-archives-after", "never"]).succeeds();
    assert_eq!(shown(&cli)["expire_archives_after"], json!(null));
}

#[test]
fn a_plan_of_a_policy_changes_nothing() {
    let cli = Cli::new();
    let plan = cli.json(&["policy", "set", "--archive-after", "90d", "--dry-run"]);
    assert_eq!(plan["archive_after"], "90d");
    assert_eq!(shown(&cli)["archive_after"], json!(null));
    set(&cli, &["--archive-after", "90d"]);
    cli.run(&["policy", "clear", "--dry-run"]).succeeds();
    assert_eq!(shown(&cli)["archive_after"], "90d");
}

#[test]
fn a_policy_that_is_cleared_leaves_the_namespace_alone() {
    let cli = filled(1);
    set(&cli, &["--archive-after", "0d", "--store", &store(&cli)]);
    cli.run(&["policy", "clear"]).succeeds();
    cli.run(&RUN).fails(3, "it has none");
    assert_eq!(cli.json(&["chunks", "list", "--state", "archived"]), json!([]));
    let again = cli.run(&["policy", "clear"]);
    assert!(again.succeeds().stderr.contains("had no policy"), "{again:?}");
}

#[test]
fn policies_of_all_namespaces_are_shown_by_name() {
    let Some((one, two)) = super::scene::two(1) else { return };
    set(&one, &["--archive-after", "90d"]);
    set(&two, &["--archive-after", "30d"]);
    let all = one.json(&["policy", "show", "--all-namespaces"]);
    let of = |cli: &Cli| super::scene::of(&all, cli)["archive_after"].clone();
    assert_eq!((all.as_array().unwrap().len(), of(&one), of(&two)), (2, json!("90d"), json!("30d")));
    one.run(&["namespaces", "delete", &two.namespace, "--yes"]).succeeds();
    assert_eq!(
        one.json(&["policy", "show", "--all-namespaces"]).as_array().unwrap().len(),
        1,
        "it goes with its namespace"
    );
}

#[test]
fn the_servers_own_policies_are_shown_set_changed_and_removed() {
    let cli = Cli::new();
    if !is_community(&cli) {
        for flag in ["--server-compress-after", "--server-drop-after"] {
            cli.run(&["policy", "set", flag, "100y", "--yes"]).fails(8, "Apache-2 edition, which has none");
        }
        return;
    }
    cli.run(&["policy", "set", "--server-drop-after", "100y"]).fails(2, "deleted for good");
    for age in ["100y", "200y"] {
        let set = cli.json(&["policy", "set", "--server-compress-after", age, "--server-drop-after", age, "--yes"]);
        let days = if age == "100y" { "36525d" } else { "73050d" };
        assert_eq!((&set["server_compress_after"], &set["server_drop_after"]), (&json!(days), &json!(days)));
        assert_eq!(jobs(&cli), "2", "one policy of a kind");
    }
    set(&cli, &["--server-compress-after", "never"]);
    assert_eq!(shown(&cli)["server_drop_after"], "73050d");
    set(&cli, &["--server-drop-after", "never"]);
    assert_eq!((jobs(&cli).as_str(), &shown(&cli)["server_drop_after"]), ("0", &json!(null)));
}

fn jobs(cli: &Cli) -> String {
    let schema = schema(cli);
    sql(&cli.db_url, &format!("SELECT count(*) FROM timescaledb_information.jobs WHERE hypertable_schema = '{schema}'"))
}

#[test]
fn a_policy_that_would_mean_less_than_it_says_is_told_when_it_is_set() {
    let cli = filled(1);
    let warned = |words: &[&str]| {
        let out = cli.run(&[&["policy", "set", "--store", &store(&cli)], words].concat());
        out.succeeds();
        out.stderr
    };
    // (The Apache-2 edition is told that it compresses nothing.)
    let sound = warned(&["--compress-after", "7d", "--archive-after", "90d"]);
    assert!(!sound.contains("none will be compressed") && !sound.contains("retention policy"), "{sound}");
    let told = warned(&["--compress-after", "90d"]);
    assert!(told.contains("none will be compressed"), "{told}");
    assert!(!warned(&["--compress-after", "never"]).contains("none will be compressed"));
    if is_community(&cli) {
        retention(&cli, "interval '30 days'");
        let told = warned(&["--archive-after", "60d"]);
        assert!(
            told.contains("lifecycle run refuses beside it") && told.contains("--server-drop-after never"),
            "{told}"
        );
        let told = warned(&["--server-drop-after", "never"]);
        assert!(!told.contains("retention policy"), "{told}");
    }
}

/// A policy of the server that its scheduler leaves alone: the test is about what is said of it.
fn retention(cli: &Cli, age: &str) {
    let add = format!("add_retention_policy('\"{}\".messages'::regclass, {age})", schema(cli));
    sql(&cli.db_url, &format!("SELECT alter_job({add}, scheduled => false)"));
}

#[test]
fn a_retention_policy_that_would_drop_what_is_in_no_archive_stops_the_run() {
    let cli = filled(2);
    if !is_community(&cli) {
        eprintln!("NOT TESTED HERE: policies of the server; the Apache-2 edition has none");
        return;
    }
    set(&cli, &["--archive-after", "90d", "--store", &store(&cli)]);
    for age in ["interval '1 year'", "interval '30 days'", "drop_created_before => interval '100 years'"] {
        retention(&cli, age);
        for words in [&RUN[..], &["lifecycle", "run", "--dry-run"]] {
            let told = cli.run(words);
            told.fails(1, &format!("eventodb-admin -n {} policy set --server-drop-after never", cli.namespace));
        }
        assert_eq!(super::scene::states(&cli), "NULL", "nothing was begun");
        set(&cli, &["--server-drop-after", "never"]);
    }
    cli.run(&RUN).succeeds();
    // Later than the archive, and nothing so old is left.
    retention(&cli, "interval '1 year'");
    cli.run(&RUN).succeeds();
    retention_is_shown(&cli);
}

fn retention_is_shown(cli: &Cli) {
    assert_eq!(shown(cli)["server_drop_after"], "8766h", "a year is 365.25 days to the server");
}
