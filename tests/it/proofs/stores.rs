//! Archives in several stores: each is looked for where it is, and what could not be looked for is not called complete.

use serde_json::Value;

use super::cli::{Cli, made_up, sql};

/// Two archives, each in a store of its own. The policy names neither or the second one.
fn in_two_stores() -> (Cli, [String; 2]) {
    let cli = Cli::new();
    let stores = ["first", "second"].map(|name| format!("file://{}", cli.path(name).display()));
    cli.run_with(&["messages", "import"], made_up(3, 20).as_bytes()).succeeds();
    let chunks = cli.json(&["chunks", "list"]);
    let mut names: Vec<_> =
        chunks.as_array().unwrap().iter().map(|c| c["chunk_name"].as_str().unwrap().to_owned()).collect();
    names.sort();
    for (chunk, store) in names.iter().zip(&stores) {
        cli.run(&["chunks", "archive", chunk, "--store", store]).succeeds();
    }
    (cli, stores)
}

fn coverage(cli: &Cli, more: &[&str], code: i32) -> Value {
    let out = cli.run(&[&["coverage", "-o", "json"], more].concat());
    assert_eq!(out.code, code, "{out:?}");
    serde_json::from_str(&out.stdout).unwrap()
}

fn kinds(coverage: &Value) -> Vec<&str> {
    coverage["findings"].as_array().unwrap().iter().map(|f| f["kind"].as_str().unwrap()).collect()
}

#[test]
fn coverage_looks_for_each_archive_in_the_store_that_it_is_in() {
    let (cli, [first, second]) = in_two_stores();
    for policy in [None, Some(&second)] {
        if let Some(policy) = policy {
            cli.run(&["policy", "set", "--store", policy]).succeeds();
        }
        for store in [None, Some(&first), Some(&second)] {
            let more: Vec<&str> = store.iter().flat_map(|url| ["--store", url.as_str()]).collect();
            let found = coverage(&cli, &more, 0);
            assert_eq!((&found["verdict"], &found["store_read"]), (&"complete".into(), &true.into()), "{found}");
        }
    }
    // One archive's objects are gone: whichever store is named, that is told.
    std::fs::remove_dir_all(cli.path("first").join(&cli.namespace).join("messages")).unwrap();
    for more in [vec![], vec!["--store", first.as_str()], vec!["--store", second.as_str()]] {
        let found = coverage(&cli, &more, 5);
        assert_eq!((&found["verdict"], kinds(&found)), (&"incomplete".into(), vec!["archive"]), "{found}");
        assert!(found["findings"][0]["text"].as_str().unwrap().contains("20 messages"), "{found}");
    }
}

#[test]
fn what_a_store_cannot_be_asked_for_is_unproven_and_never_complete() {
    let (cli, [first, second]) = in_two_stores();
    // Nobody answers there.
    sql(
        &cli.db_url,
        &format!(
            "SET session_replication_role = replica; UPDATE eventodb_store.archives
                SET store_url = 's3://nobody/there' WHERE namespace = '{}' AND store_url = '{first}'",
            cli.namespace
        ),
    );
    let nobody = cli.with("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1").with("AWS_ACCESS_KEY_ID", "a");
    let nobody = nobody.with("AWS_SECRET_ACCESS_KEY", "b").with("AWS_REGION", "us-east-1");
    for more in [vec![], vec!["--store", second.as_str()]] {
        let found = coverage(&nobody, &more, 1);
        assert_eq!((&found["verdict"], kinds(&found)), (&"unproven".into(), vec!["unproven"]), "{found}");
    }
    // It has gone there.
    let found = coverage(&nobody, &["--store", &first], 0);
    assert_eq!(found["verdict"], "complete", "{found}");
}

#[test]
fn doubled_global_positions_that_archives_note_are_shown_and_are_no_fault() {
    let cli = Cli::new();
    let cli = {
        let store = cli.store();
        cli.with("EVENTODB_STORE", &store)
    };
    cli.run_with(&["messages", "import"], made_up(2, 20).as_bytes()).succeeds();
    let schema = cli.json(&["namespaces", "show"])["schema"].as_str().unwrap().to_owned();
    sql(
        &cli.db_url,
        &format!(
            "SET session_replication_role = replica; INSERT INTO {schema}.messages (time, global_position, position, stream_name, type)
             VALUES ('2013-01-04', 5, 0, 'double-1', 'D'), ('2013-01-11', 7, 0, 'double-2', 'D')"
        ),
    );
    cli.run(&["namespaces", "recount"]).fails(5, "share a global position");
    cli.run(&["coverage"]).fails(5, "");
    cli.run(&["chunks", "archive", "--older-than", "0d"]).succeeds();
    let out = cli.run(&["coverage"]);
    out.succeeds();
    assert!(out.stdout.contains("noted: archive") && out.stdout.contains("2 global positions"), "{out:?}");
    let found = coverage(&cli, &[], 0);
    let noted = found["noted"].as_array().unwrap();
    assert!(noted.iter().any(|n| n["first_global_position"] == 5 && n["last_global_position"] == 7), "{found}");
}
