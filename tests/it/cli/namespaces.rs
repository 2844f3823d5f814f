//! Namespaces by the command line.

use sha2::{Digest, Sha256};

use super::cli::{Cli, sql};

#[test]
fn create_prints_a_token_whose_hash_the_registry_keeps() {
    let cli = Cli::bare();
    let made = cli.json(&["namespaces", "create", &cli.namespace]);
    let keys: Vec<_> = made.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["compression", "namespace", "schema", "token"]);
    let token = made["token"].as_str().unwrap();
    let kept =
        sql(&cli.db_url, &format!("SELECT token_hash FROM eventodb_store.namespaces WHERE id = '{}'", cli.namespace));
    assert_eq!(kept, hex::encode(Sha256::digest(token)));
    let listed = cli.run(&["namespaces", "show", "-o", "json"]);
    assert!(!listed.stdout.contains(token), "{listed:?}");
    cli.run(&["namespaces", "create", &cli.namespace]).fails(4, "taken");
}

#[test]
fn a_token_can_be_chosen_and_is_read_from_a_file() {
    let cli = Cli::bare();
    let secret = "ab".repeat(32);
    let encoded = {
        use base64::Engine;
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&cli.namespace)
    };
    let token = format!("ns_{encoded}_{secret}");
    let file = cli.file("token", format!("{token}\n"));
    let made = cli.json(&["namespaces", "create", &cli.namespace, "--token", &format!("@{file}")]);
    assert_eq!(made["token"], token);
}

#[test]
fn odd_and_long_names_get_schemas_of_their_own() {
    let cli = Cli::bare();
    let long = format!("{}{}", cli.namespace, "x".repeat(70 - cli.namespace.len()));
    for name in [format!("A-{}", cli.namespace), format!("A_{}", cli.namespace), long] {
        let made = cli.json(&["namespaces", "create", &name]);
        assert!(made["schema"].as_str().unwrap().len() <= 63, "{made}");
        let shown = cli.json(&["namespaces", "show", &name]);
        assert_eq!((shown["namespace"].as_str(), shown["state"].as_str()), (Some(name.as_str()), Some("ready")));
    }
}

#[test]
fn settings_of_chunks_reach_the_server() {
    let cli = Cli::bare();
    cli.run(&["namespaces", "create", &cli.namespace, "--chunk-interval", "36h", "--description", "it's \"x\""])
        .succeeds();
    let shown = cli.json(&["namespaces", "show"]);
    assert_eq!(shown["description"], "it's \"x\"");
    let hours = sql(
        &cli.db_url,
        &format!(
            "SELECT extract(epoch FROM time_interval)::bigint / 3600 FROM timescaledb_information.dimensions \
             WHERE hypertable_schema = '{}'",
            shown["schema"].as_str().unwrap()
        ),
    );
    assert_eq!(hours, "36");
}

#[test]
fn a_plan_creates_and_deletes_nothing() {
    let cli = Cli::bare();
    let plan = cli.json(&["namespaces", "create", &cli.namespace, "--dry-run"]);
    assert_eq!((plan[0]["action"].as_str(), plan[0]["namespace"].as_str()), (Some("create"), Some(&*cli.namespace)));
    cli.run(&["namespaces", "show"]).fails(3, "this database has none of this name");
    cli.run(&["namespaces", "create", &cli.namespace]).succeeds();
    cli.run(&["namespaces", "create", &cli.namespace, "--dry-run"]).fails(4, "taken");
    let plan = cli.json(&["namespaces", "delete", &cli.namespace, "--dry-run"]);
    assert_eq!(plan[0]["action"], "delete");
    cli.run(&["namespaces", "show"]).succeeds();
}

#[test]
fn delete_without_a_terminal_needs_yes() {
    let cli = Cli::new();
    cli.run_with(&["namespaces", "delete", &cli.namespace], cli.namespace.as_bytes()).fails(2, "--yes");
    cli.run(&["namespaces", "show"]).succeeds();
    cli.run(&["namespaces", "delete", &cli.namespace, "--yes"]).succeeds();
    cli.run(&["namespaces", "show"]).fails(3, "namespaces list");
}

#[test]
fn listings_are_arrays_and_csv_has_a_header() {
    let cli = Cli::new();
    let listed = cli.json(&["namespaces", "list"]);
    assert!(listed.as_array().unwrap().iter().any(|n| n["namespace"] == cli.namespace.as_str()), "{listed}");
    let csv = cli.run(&["namespaces", "list", "-o", "csv"]).succeeds().stdout.clone();
    assert!(csv.starts_with("namespace,schema,state,chunks,"), "{csv}");
    for noun in ["streams", "categories", "chunks", "archives"] {
        assert_eq!(cli.run(&[noun, "list", "-o", "json"]).succeeds().stdout, "[]\n", "{noun}");
    }
}

#[test]
fn upgrade_says_that_there_is_nothing_to_do() {
    let cli = Cli::new();
    let out = cli.run(&["namespaces", "upgrade", "-o", "json"]);
    assert_eq!(out.json()[0]["applied"], serde_json::json!([]));
    assert!(out.stderr.contains("up to date"), "{out:?}");
    cli.run(&["namespaces", "upgrade", "--all"]).succeeds();
    cli.run(&["namespaces", "upgrade", "nowhere"]).fails(3, "nowhere");
}
