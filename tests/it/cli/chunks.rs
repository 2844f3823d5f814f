//! Chunks, archives and coverage by the command line.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::cli::{Cli, made_up, sql, var};

/// A namespace with this many full weeks of 2013, and a store.
fn filled(weeks: usize) -> (Cli, String) {
    let cli = Cli::new();
    let cli = {
        let store = cli.store();
        cli.with("EVENTODB_STORE", &store)
    };
    let lines = made_up(weeks, 100);
    cli.run_with(&["messages", "import"], lines.as_bytes()).succeeds();
    (cli, lines)
}

fn names(chunks: &Value) -> Vec<String> {
    chunks.as_array().unwrap().iter().map(|c| c["chunk_name"].as_str().unwrap().to_owned()).collect()
}

fn objects(cli: &Cli, ending: &str) -> Vec<PathBuf> {
    fn walk(dir: PathBuf, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { walk(path, found) } else { found.push(path) }
        }
    }
    let mut found = Vec::new();
    walk(cli.path("store"), &mut found);
    found.retain(|p| p.to_str().unwrap().ends_with(ending));
    found.sort();
    found
}

#[test]
fn chunks_are_listed_with_the_fields_of_the_contract() {
    let (cli, _) = filled(2);
    let out = cli.run(&["chunks", "list", "--exact", "-o", "json"]);
    let listed = out.json();
    let first = listed[0].as_object().unwrap();
    for (key, value) in [
        ("range_start", json!("2013-01-03T00:00:00Z")),
        ("range_end", json!("2013-01-10T00:00:00Z")),
        ("state", json!("closed")),
        ("is_compressed", json!(false)),
        ("message_count", json!(100)),
        ("count_is_exact", json!(true)),
        ("archive_id", Value::Null),
    ] {
        assert_eq!(first[key], value, "{key}");
    }
    assert!(first["size_bytes"].as_i64().unwrap() > 0 && first.len() == 9, "{first:?}");
    let header = cli.run(&["chunks", "list", "-o", "csv"]).stdout.lines().next().unwrap().to_owned();
    assert_eq!(
        header,
        "chunk_name,range_start,range_end,state,is_compressed,size_bytes,message_count,count_is_exact,archive_id"
    );
    assert_eq!(cli.json(&["chunks", "list", "--older-than", "900y"]), json!([]));
    assert_eq!(cli.json(&["chunks", "list", "--state", "archived"]), json!([]));
    assert_eq!(cli.json(&["chunks", "list", "--older-than", "0d"]).as_array().unwrap().len(), 2);
}

#[test]
fn archive_verify_read_coverage_and_rehydrate_go_round() {
    let (cli, lines) = filled(3);
    let plan = cli.json(&["chunks", "archive", "--older-than", "0d", "--dry-run"]);
    assert_eq!((plan.as_array().unwrap().len(), plan[0]["action"].as_str()), (3, Some("archive and drop")));
    assert!(!cli.path("store").join(&cli.namespace).exists() && cli.json(&["archives", "list"]) == json!([]));

    let archived = cli.json(&["chunks", "archive", "--older-than", "0d", "--jobs", "2"]);
    let first = archived[0].as_object().unwrap();
    let keys = [
        "archive_id",
        "chunk_name",
        "range_start",
        "range_end",
        "rows",
        "csv_bytes",
        "stored_bytes",
        "sha256",
        "object",
        "manifest",
        "state",
        "seconds",
    ];
    assert!(keys.iter().all(|k| first.contains_key(*k)) && first.len() == keys.len(), "{first:?}");
    assert_eq!((first["rows"].as_i64(), first["state"].as_str()), (Some(100), Some("dropped")));
    assert!(cli.run(&["chunks", "archive", "--older-than", "0d"]).succeeds().stderr.contains("nothing to archive"));

    assert_eq!(cli.json(&["chunks", "list", "--state", "archived"]).as_array().unwrap().len(), 3);
    let coverage = cli.json(&["coverage"]);
    assert_eq!((coverage["archived_messages"].as_i64(), coverage["hot_messages"].as_i64()), (Some(300), Some(0)));
    assert_eq!((&coverage["findings"], coverage["segments"].as_array().unwrap().len()), (&json!([]), 3));
    // Each archive is found by the ledger's own store where none is given.
    let cli = cli.with("EVENTODB_STORE", "");
    let verified = cli.json(&["archives", "verify", "--all"]);
    assert_eq!(verified.as_array().unwrap().len(), 3);
    assert!(verified.as_array().unwrap().iter().all(|v| v["result"] == "ok" && v["messages"] == 100), "{verified}");
    assert_eq!(cli.json(&["archives", "verify", "--all", "--sample", "1%"]).as_array().unwrap().len(), 1);

    assert_eq!(cli.json(&["messages", "read", "account-1"]).as_array().unwrap().len(), 43);
    assert!(cli.run(&["messages", "export"]).succeeds().stdout == lines, "archived messages differ");
    // Where nobody can be asked, what is missing is told.
    let nobody = [
        ("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1"),
        ("AWS_REGION", "x"),
        ("AWS_ACCESS_KEY_ID", "x"),
        ("AWS_SECRET_ACCESS_KEY", "yyyyyyyy"),
    ];
    let elsewhere = ["--store", "s3://nowhere/x", "--no-cache"];
    let args = [&["messages", "read", "account-1", "-o", "json"][..], &elsewhere].concat();
    let read = cli.run_in(&nobody, &args, b"");
    read.fails(6, "2013-01-03 to 2013-01-10").fails(6, "--archived skip");
    assert_eq!(serde_json::from_str::<Value>(&read.stdout).unwrap(), json!([]));
    cli.run_in(&nobody, &[&["messages", "export"][..], &elsewhere].concat(), b"").fails(6, "archive");
    assert_eq!(cli.json(&["messages", "read", "account-1", "--archived", "skip"]), json!([]));
    assert_eq!(cli.json(&["streams", "version", "account-0"])["version"], 42);

    let shown = cli.json(&["archives", "show", &first["archive_id"].to_string()]);
    assert_eq!((shown["id"].clone(), shown["manifest"]["messages"].as_i64()), (first["archive_id"].clone(), Some(100)));
    let plan = cli.json(&["archives", "rehydrate", "--from", "2013-01-10", "--to", "2013-01-11", "--dry-run"]);
    assert_eq!(plan.as_array().unwrap().len(), 1);
    let back = cli.json(&["archives", "rehydrate", "--stream", "account-1"]);
    assert_eq!(back.as_array().unwrap().len(), 3);
    assert_eq!((back[0]["state"].as_str(), back[0]["messages"].as_i64()), (Some("rehydrated"), Some(100)));
    assert!(cli.run(&["messages", "export"]).succeeds().stdout == lines, "rehydrated messages differ");
    cli.run(&["coverage"]).succeeds();
}

#[test]
fn a_kept_chunk_is_dropped_later_and_only_because_its_archive_is_verified() {
    let (cli, _) = filled(2);
    let chunks = names(&cli.json(&["chunks", "list"]));
    let kept = cli.json(&["chunks", "archive", &chunks[0], "--keep", "--compression", "gzip", "--level", "9"]);
    assert_eq!(kept[0]["state"], "verified");
    assert!(kept[0]["object"].as_str().unwrap().ends_with(".csv.gz"), "{kept}");
    assert!(cli.json(&["chunks", "list"])[0]["archive_id"].is_i64());

    cli.run(&["chunks", "drop", &chunks[0], &chunks[1]]).fails(1, &chunks[1]);
    let out = cli.run(&["chunks", "drop", "--older-than", "0d", "-o", "json"]);
    assert_eq!(names(&out.json()), chunks[..1]);
    assert!(out.stderr.contains(&chunks[1]), "what was left alone is not named: {out:?}");
    cli.run(&["coverage"]).succeeds();
}

#[test]
fn a_chunk_in_no_archive_goes_only_when_confirmed_and_versions_stay() {
    let (cli, _) = filled(2);
    let chunks = names(&cli.json(&["chunks", "list"]));
    let drop = ["chunks", "drop", "--older-than", "0d", "--unarchived"];
    cli.run_with(&drop, b"200\n").fails(2, "--yes");
    let plan = cli.json(&[&drop[..], &["--dry-run"]].concat());
    assert_eq!((plan[0]["action"].as_str(), plan.as_array().unwrap().len()), (Some("discard"), 2));
    assert_eq!(names(&cli.json(&["chunks", "list"])), chunks);
    let versions = cli.json(&["streams", "list"]);
    let gone = cli.json(&[&drop[..], &["--yes"]].concat());
    assert_eq!((gone[0]["state"].as_str(), gone[0]["rows"].as_i64()), (Some("discarded"), Some(100)));
    let version = |list: &Value| list.as_array().unwrap().iter().map(|s| s["version"].clone()).collect::<Vec<_>>();
    assert_eq!(version(&cli.json(&["streams", "list"])), version(&versions));
    cli.run(&["coverage"]).succeeds();
    assert!(cli.run(&drop).succeeds().stderr.contains("nothing to drop"));
}

#[test]
fn a_damaged_archive_exits_5_and_the_others_are_verified() {
    let (cli, _) = filled(2);
    cli.run(&["chunks", "archive", "--older-than", "0d"]).succeeds();
    let damaged = &objects(&cli, ".csv.zst")[0];
    let mut bytes = std::fs::read(damaged).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(damaged, bytes).unwrap();
    let out = cli.run(&["archives", "verify", "--all", "-o", "json"]);
    out.fails(5, "error:");
    let rows: Value = serde_json::from_str(&out.stdout).unwrap();
    assert_eq!((rows[0]["result"].as_str(), rows[1]["result"].as_str()), (Some("failed"), Some("ok")));
    assert!(rows[0]["error"].is_string() && rows[1]["error"].is_null(), "{rows}");
    // Several at a time are told in the same order.
    let several = cli.run(&["archives", "verify", "--all", "-o", "json", "--jobs", "8"]);
    several.fails(5, "1 done; 1 archive failed");
    assert_eq!(several.stdout, out.stdout);
    // A store that is gone has lost its archives; one that cannot be asked has told nothing.
    std::fs::rename(cli.path("store"), cli.path("elsewhere")).unwrap();
    cli.run(&["archives", "verify", "--all"]).fails(5, "error:");
    let cli = cli
        .with("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1")
        .with("AWS_ACCESS_KEY_ID", "nobody")
        .with("AWS_SECRET_ACCESS_KEY", "kept-from-all-output")
        .with("AWS_REGION", "nowhere");
    cli.run(&["archives", "verify", "--all", "--store", "s3://bucket/events"]).fails(1, "127.0.0.1:1");
}

#[test]
fn many_errors_of_one_cause_have_one_hint() {
    let (cli, _) = filled(3);
    cli.run(&["chunks", "archive", "--older-than", "0d"]).succeeds();
    for manifest in objects(&cli, ".manifest.json") {
        std::fs::remove_file(manifest).unwrap();
    }
    let out = cli.run(&["archives", "verify", "--all"]);
    out.fails(5, "manifest");
    let lines = |start: &str| out.stderr.lines().filter(|line| line.starts_with(start)).collect::<Vec<_>>();
    let (errors, hints) = (lines("error: "), lines("hint: "));
    let mut once = hints.clone();
    once.sort_unstable();
    once.dedup();
    assert!(errors.len() == 3 && !hints.is_empty() && once.len() == hints.len(), "{out:?}");
    // For programs each line says all.
    let json = cli.run(&["archives", "verify", "--all", "--log-format", "json"]);
    let told = json.stderr.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let told: Vec<_> = told.filter(|line| line["level"] == "error").collect();
    assert!(told.len() == 3 && told.iter().all(|line| line["hint"].is_string()), "{json:?}");
}

#[test]
fn a_chunk_that_is_archived_already_is_told_with_its_archive() {
    let (cli, _) = filled(2);
    let first = names(&cli.json(&["chunks", "list"])).remove(0);
    let done = cli.json(&["chunks", "archive", &first]);
    let id = done[0]["archive_id"].as_i64().unwrap();
    cli.run(&["chunks", "archive", &first])
        .fails(3, &format!("it is archived already, as archive {id}, and not live"))
        .fails(3, &format!("archives rehydrate {id}"));
    cli.run(&["chunks", "archive", "_hyper_0_0_chunk"]).fails(3, "no live chunk of this name");
}

#[test]
fn coverage_with_a_missing_manifest_exits_5_with_the_finding() {
    let (cli, _) = filled(2);
    cli.run(&["chunks", "archive", "--older-than", "0d"]).succeeds();
    std::fs::remove_file(&objects(&cli, ".manifest.json")[0]).unwrap();
    let out = cli.run(&["coverage", "-o", "json"]);
    out.fails(5, "finding");
    let coverage: Value = serde_json::from_str(&out.stdout).unwrap();
    assert_eq!(coverage["verdict"], "incomplete");
    assert!(coverage["findings"][0]["text"].is_string(), "{coverage}");
}

#[test]
fn one_chunk_that_cannot_be_dropped_does_not_stop_the_rest_and_is_named() {
    let (cli, _) = filled(3);
    let chunks = names(&cli.json(&["chunks", "list"]));
    sql(
        &cli.db_url,
        &format!("CREATE VIEW public.\"{}\" AS SELECT * FROM _timescaledb_internal.{}", cli.namespace, chunks[1]),
    );
    let out = cli.run(&["chunks", "archive", "--older-than", "0d", "-o", "json"]);
    assert!(out.code != 0, "{out:?}");
    let done = names(&serde_json::from_str(&out.stdout).unwrap());
    assert_eq!(done, [chunks[0].clone(), chunks[2].clone()]);
    assert!(out.stderr.contains(&format!("2 done; 1 chunk failed: {}", chunks[1])), "{out:?}");
}

#[test]
fn a_second_lifecycle_run_exits_7() {
    let (cli, _) = filled(1);
    let (url, namespace) = (cli.db_url.clone(), cli.namespace.clone());
    let (told, ready) = std::sync::mpsc::channel();
    let (done, wait) = std::sync::mpsc::channel::<()>();
    let holder = std::thread::spawn(move || {
        use eventodb_admin::db::connect::connect;
        use eventodb_admin::db::{ConnectOptions, conninfo::ConnInfo};
        tokio::runtime::Builder::new_multi_thread().enable_all().worker_threads(1).build().unwrap().block_on(async {
            let info = ConnInfo::resolve(Some(&url), &|_| None).unwrap();
            let db = connect(&info, &ConnectOptions::default()).await.unwrap();
            eventodb_admin::db::queries::lifecycle::lock(db.client(), &namespace).await.unwrap();
            told.send(()).unwrap();
            tokio::task::spawn_blocking(move || wait.recv()).await.unwrap().unwrap();
        });
    });
    ready.recv().unwrap();
    for args in [
        &["chunks", "archive", "--older-than", "0d"][..],
        &["archives", "rehydrate", "--from", "2013-01-01"],
        &["namespaces", "delete", &cli.namespace, "--yes"],
    ] {
        cli.run(args).fails(7, "another run");
    }
    done.send(()).unwrap();
    holder.join().unwrap();
    cli.run(&["chunks", "archive", "--older-than", "0d"]).succeeds();
}

#[test]
fn compression_goes_both_ways_or_is_said_to_be_unsupported() {
    let (cli, lines) = filled(2);
    if cli.json(&["namespaces", "show"])["compression"] == json!(false) {
        cli.run(&["chunks", "compress", "--older-than", "0d"]).fails(8, "Apache-2");
        return;
    }
    let plan = cli.json(&["chunks", "compress", "--older-than", "0d", "--dry-run"]);
    assert_eq!((plan.as_array().unwrap().len(), plan[0]["action"].as_str()), (2, Some("compress")));
    let done = cli.json(&["chunks", "compress", "--older-than", "0d"]);
    let first = done[0].as_object().unwrap();
    assert_eq!(first.len(), 4);
    let bytes = |key: &str| first[key].as_f64().unwrap();
    assert!((first["ratio"].as_f64().unwrap() - bytes("before_bytes") / bytes("after_bytes")).abs() < 0.001, "{done}");
    assert_eq!(cli.json(&["chunks", "list", "--state", "compressed"]).as_array().unwrap().len(), 2);
    assert!(cli.run(&["chunks", "compress", "--older-than", "0d"]).succeeds().stderr.contains("nothing to compress"));
    cli.run(&["chunks", "decompress", "--older-than", "0d"]).succeeds();
    assert_eq!(cli.json(&["chunks", "list", "--state", "closed"]).as_array().unwrap().len(), 2);
    assert!(cli.run(&["messages", "export"]).stdout == lines);
}

#[test]
fn the_store_is_that_of_the_policy_where_none_is_given() {
    let cli = Cli::new();
    cli.run_with(&["messages", "import"], made_up(2, 50).as_bytes()).succeeds();
    for args in [&["chunks", "archive", "--older-than", "0d"][..], &["archives", "sync"], &["archives", "sweep"]] {
        cli.run(args).fails(2, "--store");
    }
    cli.run(&["policy", "set", "--store", &cli.store()]).succeeds();
    cli.run(&["chunks", "archive", "--older-than", "0d"]).succeeds();
    cli.run(&["archives", "sync"]).succeeds();
    assert_eq!(objects(&cli, ".manifest.json").len(), 2);
}

#[test]
fn s3_is_a_store_like_a_folder() {
    let (cli, _) = filled(1);
    let bucket = var("EVENTODB_TEST_S3_BUCKET");
    let mut cli = cli;
    for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_ENDPOINT_URL_S3"] {
        cli = cli.with(name, &var(name));
    }
    let store = format!("s3://{bucket}/cli-tests/{}", cli.namespace);
    let archived = cli.json(&["chunks", "archive", "--older-than", "0d", "--store", &store, "--s3-path-style"]);
    assert!(archived[0]["object"].as_str().unwrap().starts_with(&store), "{archived}");
    cli.run(&["archives", "verify", "--all", "--store", &store]).succeeds();
    cli.run(&["coverage", "--store", &store]).succeeds();
}
