//! What the command line says.

use super::cli::{Cli, made_up, sql};

#[test]
fn stats_are_bars_for_people_and_figures_for_scripts() {
    let cli = Cli::new();
    let file = cli.file("in.ndjson", made_up(2, 70));
    cli.run(&["messages", "import", &file]).succeeds();
    let store = cli.store();
    cli.run(&["chunks", "archive", "--older-than", "0d", "--store", &store]).succeeds();
    let json = cli.json(&["stats", "--per", "category,type", "--by", "hour"]);
    assert_eq!(json[0]["bucket"], "2013-01-03T00:00:00Z");
    assert_eq!((&json[0]["category"], &json[0]["type"]), (&"account".into(), &"Happened".into()));
    assert_eq!(json.as_array().unwrap().iter().map(|row| row["messages"].as_i64().unwrap()).sum::<i64>(), 140);
    let csv = cli.run(&["stats", "--by", "week", "-o", "csv"]);
    csv.succeeds();
    assert_eq!(csv.stdout, "bucket,category,type,messages\n2012-12-31T00:00:00Z,,,70\n2013-01-07T00:00:00Z,,,70\n");
    let table = cli.run(&["stats"]);
    table.succeeds();
    let lines: Vec<_> = table.stdout.lines().collect();
    assert_eq!(lines[0], "DAY         MESSAGES");
    assert!(lines[1].starts_with("2013-01-03        70  ████"), "{table:?}");
    // A week without messages is no day like the others.
    assert_eq!(lines[2], "…");
    assert!(lines.iter().all(|l| l.chars().count() <= 80), "{table:?}");
    let nothing = cli.run(&["stats", "--category", "nobody"]);
    assert_eq!((nothing.stdout.as_str(), nothing.code), ("", 0));
    assert!(nothing.stderr.contains("no messages"), "{nothing:?}");
    cli.run(&["stats", "--category", "account-1"]).fails(2, "account-1");
    cli.run(&["stats", "--by", "year"]).fails(2, "year");
}

#[test]
fn refreshing_counts_what_is_not_counted_and_a_plan_counts_nothing() {
    let cli = Cli::new();
    let file = cli.file("in.ndjson", made_up(2, 10));
    cli.run(&["messages", "import", &file]).succeeds();
    let schema = format!("tsdb_{}", cli.namespace);
    let planned = cli.json(&["stats", "refresh", "--dry-run"]);
    assert_eq!(planned.as_array().unwrap().len(), 2, "{planned}");
    assert_eq!(sql(&cli.db_url, &format!("SELECT count(*) FROM {schema}.counted")), "0");
    let counted = cli.json(&["stats", "refresh"]);
    assert_eq!(counted[0]["messages"], 10);
    assert!(cli.run(&["stats", "refresh"]).stderr.contains("everything that does not change"));
    assert_eq!(cli.json(&["stats", "refresh", "--again"]).as_array().unwrap().len(), 2);

    let store = cli.store();
    cli.run(&["chunks", "archive", "--older-than", "0d", "--store", &store]).succeeds();
    sql(&cli.db_url, &format!("DELETE FROM {schema}.counted"));
    cli.run(&["stats"]).fails(6, "was never counted").fails(6, "stats refresh");
    assert_eq!(cli.json(&["stats", "--archived", "skip"]).as_array().unwrap().len(), 0);
    let counted = cli.json(&["stats", "refresh"]);
    assert_eq!(counted[1]["archive_id"], cli.json(&["archives", "list"])[1]["id"], "{counted}");
    assert_eq!(cli.json(&["stats", "--by", "week"]).as_array().unwrap().len(), 2);
    // An archive that is damaged is not counted.
    sql(&cli.db_url, &format!("DELETE FROM {schema}.counted"));
    let object = cli.json(&["archives", "list"])[0]["object"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    for entry in walk(&cli.path("store")).into_iter().filter(|path| path.ends_with(&object)) {
        std::fs::write(&entry, b"rubbish").unwrap();
    }
    cli.run(&["stats", "refresh"]).fails(5, "archive");
}

fn walk(dir: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

#[test]
fn the_setting_is_shown_told_by_doctor_and_does_not_reach_our_own_reads() {
    let cli = Cli::new();
    let file = cli.file("in.ndjson", made_up(1, 20));
    cli.run(&["messages", "import", &file]).succeeds();
    let check = || {
        let checks = cli.json(&["doctor"]);
        checks.as_array().unwrap().iter().find(|c| c["check"] == "archived reads").unwrap().clone()
    };
    assert_eq!((&check()["verdict"], &check()["fix"]), (&"ok".into(), &serde_json::Value::Null));
    let store = cli.store();
    cli.run(&["chunks", "archive", "--older-than", "0d", "--store", &store]).succeeds();
    assert_eq!(check()["verdict"], "ok");
    assert!(check()["fix"].as_str().unwrap().contains("--archived-reads fail"));
    assert!(check()["found"].as_str().unwrap().contains("lists of streams"), "no setting reaches those");
    assert_eq!(cli.json(&["namespaces", "show"])["archived_reads"], "skip");

    assert_eq!(cli.json(&["namespaces", "set", "--archived-reads", "fail", "--dry-run"])[0]["action"], "set");
    assert_eq!(cli.json(&["namespaces", "show"])["archived_reads"], "skip");
    assert_eq!(cli.json(&["namespaces", "set", &cli.namespace, "--archived-reads", "fail"])["archived_reads"], "fail");
    assert_eq!(cli.json(&["namespaces", "show", &cli.namespace])["archived_reads"], "fail");
    for words in ["the functions fail", "lists of streams"] {
        assert!(check()["found"].as_str().unwrap().contains(words), "{}", check());
    }
    assert!(check()["fix"].as_str().unwrap().contains("streams list"));
    let skipped = cli.run(&["messages", "read", "--category", "account", "--archived", "skip", "-o", "json"]);
    assert_eq!(skipped.json().as_array().unwrap().len(), 0);
    cli.run(&["namespaces", "set", "nobody", "--archived-reads", "fail"]).fails(3, "nobody");
    cli.run(&["namespaces", "set"]).fails(2, "--archived-reads").fails(2, "--not-a-category");
    // Another setting leaves it as it is.
    let set = cli.json(&["namespaces", "set", "--not-a-category", "nothing"]);
    assert_eq!((&set["archived_reads"], &set["not_a_category"]), (&"fail".into(), &"nothing".into()));
}
