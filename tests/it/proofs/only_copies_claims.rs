//! What the ledger says is a claim: rows that somebody has written into it delete nothing that is another's or is needed.

use super::cli::Cli;
use super::only_copies::{archived, covered, data, export, ids, objects, query, rehydrate_all, schema, states};

const PRUNE: [&str; 6] = ["archives", "prune", "--older-than", "0d", "--superseded", "--yes"];

/// A second namespace in the same database and store.
fn another(cli: &Cli) -> Cli {
    let other = cli.beside().with("EVENTODB_STORE", &cli.store());
    other.run(&["namespaces", "create", &other.namespace, "--compress-after", "never"]).succeeds();
    other
}

/// The columns of a row that is forged after one of another namespace, or of the same.
fn forge(cli: &Cli, of: &str, into: &str, state: &str, change: &str) {
    query(
        cli,
        &format!(
            "INSERT INTO eventodb_store.archives (id, namespace, range_start, range_end, generation, chunk_name, state, store_url,
                    object_key, manifest_key, heads_key, codec, message_count, first_global_position, last_global_position,
                    global_position_sum, csv_bytes, csv_sha256, stored_bytes, stored_sha256, manifest_sha256)
             SELECT -id, '{into}', range_start, range_end {change}, generation + 100, 'x' || id, '{state}', store_url,
                    object_key, manifest_key, heads_key, codec, message_count, first_global_position, last_global_position,
                    global_position_sum, csv_bytes, csv_sha256, stored_bytes, stored_sha256, manifest_sha256
               FROM eventodb_store.archives WHERE namespace = '{of}' AND id > 0"
        ),
    );
}

fn night(cli: &Cli) -> super::cli::Out {
    cli.run(&["policy", "set", "--archive-after", "10000d", "--store", &cli.store()]).succeeds();
    let night = cli.run(&["lifecycle", "run"]);
    cli.run(&["policy", "clear"]).succeeds();
    night
}

#[test]
fn rows_that_name_the_objects_of_another_namespace_delete_nothing() {
    let (beta, lines) = archived(2);
    let alpha = another(&beta);
    alpha.run_with(&["messages", "import"], lines.as_bytes()).succeeds();
    for (state, change) in [("failed", "- interval '1 us'"), ("expired", "")] {
        forge(&beta, &beta.namespace, &alpha.namespace, state, change);
        let before = objects(&beta);
        for cli in [&alpha, &beta] {
            let swept = cli.run(&["archives", "sweep", "-o", "json"]).json();
            let rows: Vec<_> = swept.as_array().unwrap().iter().filter(|l| l["kind"] == "row").collect();
            assert_eq!(rows.len(), if cli.namespace == alpha.namespace { 2 } else { 0 }, "{swept}");
            assert!(
                rows.iter().all(|l| l["result"] == "kept" && l["reason"].as_str().unwrap().contains("no object of"))
            );
            let night = night(cli);
            assert_eq!(night.stderr.contains("is odd"), !rows.is_empty(), "{night:?}");
        }
        let pruned = alpha.run(&PRUNE);
        if state == "expired" {
            pruned.fails(5, "no object of an archive of this namespace").fails(5, "find out who has written the row");
            alpha
                .run(&["archives", "erase", "--stream", "account-1", "--reason", "r", "--yes"])
                .fails(1, "no object of");
            query(&beta, "UPDATE eventodb_store.archives SET objects = 'erasing' WHERE id < 0");
            alpha
                .run(&["archives", "erase", "--stream", "account-1", "--reason", "r", "--yes"])
                .fails(5, "no object of");
        }
        let checks = alpha.json(&["doctor"]).to_string();
        assert!(checks.contains("rows that name objects of others"), "{checks}");
        assert_eq!(objects(&beta), before);
        query(&beta, "DELETE FROM eventodb_store.archives WHERE id < 0");
    }
    covered(&beta);
    beta.run(&["archives", "verify", "--all"]).succeeds();
    rehydrate_all(&beta);
    assert_eq!(export(&beta), lines);
}

#[test]
fn rows_that_name_the_objects_of_a_kept_archive_delete_nothing_and_hide_nothing() {
    for state in ["failed", "expired"] {
        for change in ["", "- interval '1 us'"] {
            let (cli, lines) = archived(1);
            forge(&cli, &cli.namespace, &cli.namespace, state, change);
            // What really is of no use is found beside them.
            let stray = data(&cli).remove(0);
            let stray = stray.to_str().unwrap().replace(".0001-", ".0007-").replace("20130103T", "20130203T");
            std::fs::create_dir_all(std::path::Path::new(&stray).parent().unwrap()).unwrap();
            std::fs::write(&stray, "unknown").unwrap();
            let before = objects(&cli);
            let swept = cli.json(&["archives", "sweep"]);
            let kinds: Vec<_> = swept.as_array().unwrap().iter().map(|l| l["kind"].as_str().unwrap()).collect();
            assert_eq!(kinds, ["object", "row"], "{swept}");
            let pruned = cli.run(&PRUNE);
            if state == "expired" {
                pruned.fails(5, "find out who has written the row");
            }
            assert!(night(&cli).succeeds().stderr.contains("is odd"));
            let plan = cli.run(&["archives", "prune", "--older-than", "0d", "--dry-run"]);
            assert_eq!(plan.stdout.matches("delete for good").count(), 1, "{plan:?}");
            assert_eq!(objects(&cli), before);
            covered(&cli);
            rehydrate_all(&cli);
            assert_eq!(export(&cli), lines);
        }
    }
}

#[test]
fn rows_that_name_files_of_somebody_else_open_and_delete_nothing() {
    let (cli, lines) = archived(1);
    let home = cli.path("home");
    std::fs::create_dir_all(home.join(".ssh")).unwrap();
    let file = home.join(".ssh/authorized_keys");
    std::fs::write(&file, "ssh-ed25519 AAAA").unwrap();
    let real = data(&cli).remove(0);
    let under = real.strip_prefix(cli.path("store")).unwrap().to_owned();
    // By a name of any form, and by the very name of an archive, in a store that nobody has named.
    let copy = home.join(&under);
    std::fs::create_dir_all(copy.parent().unwrap()).unwrap();
    std::fs::copy(&real, &copy).unwrap();
    let other = home.join(under.to_str().unwrap().replace(".0001-", ".0002-"));
    std::fs::copy(&real, &other).unwrap();
    for (state, keys) in [
        (
            "expired",
            "object_key = '.ssh/authorized_keys', manifest_key = '.ssh/authorized_keys', heads_key = '.ssh/authorized_keys'",
        ),
        (
            "failed",
            "object_key = '.ssh/authorized_keys', manifest_key = '.ssh/authorized_keys', heads_key = '.ssh/authorized_keys'",
        ),
        ("expired", "object_key = '../home/.ssh/authorized_keys'"),
        (
            "expired",
            "object_key = replace(object_key, '.0001-', '.0002-'), manifest_key = replace(manifest_key, '.0001-', '.0002-'), heads_key = replace(heads_key, '.0001-', '.0002-')",
        ),
    ] {
        forge(&cli, &cli.namespace, &cli.namespace, "discarded", "");
        query(
            &cli,
            &format!(
                "SET session_replication_role = replica;
                 UPDATE eventodb_store.archives SET store_url = 'file://{}', {keys}, state = '{state}' WHERE id < 0",
                home.display()
            ),
        );
        let pruned = cli.run(&PRUNE);
        if state == "expired" {
            pruned.fails(5, "nothing was removed");
        }
        cli.run(&["archives", "erase", "--stream", "account-1", "--reason", "r", "--dry-run"]);
        let checks = cli.json(&["doctor"]).to_string();
        let is_of_form = keys.contains("replace");
        assert!(is_of_form || checks.contains("cannot mean") || checks.contains("no object of"), "{checks}");
        night(&cli);
        for path in [&file, &copy, &other] {
            assert!(path.exists(), "{path:?} is gone: {keys}");
        }
        query(&cli, "DELETE FROM eventodb_store.archives WHERE id < 0");
    }
    rehydrate_all(&cli);
    assert_eq!(export(&cli), lines);
}

#[test]
fn an_archive_that_somebody_calls_expired_is_none_that_is_superseded() {
    let (cli, lines) = archived(2);
    for by in ["NULL", "(SELECT max(id) FROM eventodb_store.archives b WHERE b.namespace = '{n}')"] {
        let oldest = ids(&cli)[0];
        query(
            &cli,
            &format!("UPDATE eventodb_store.archives SET state = 'expired', superseded_by = {by} WHERE id = {oldest}"),
        );
        let before = objects(&cli);
        let pruned = cli.run(&PRUNE);
        assert!(pruned.succeeds().stderr.contains("20 of 20 are nowhere else"), "{pruned:?}");
        let plan = cli.run(&["archives", "prune", "--older-than", "0d", "--dry-run"]);
        assert_eq!(plan.succeeds().stdout.matches("delete for good").count(), 2, "{plan:?}");
        cli.run(&["archives", "prune", "--older-than", "0d", "--yes", "--confirm-count", "1"])
            .fails(2, "--confirm-count is 1");
        assert_eq!(objects(&cli), before);
        cli.run(&["archives", "sync"]).fails(5, "archives sync --expired");
        cli.run(&["archives", "sync", "--expired"]).succeeds();
        covered(&cli);
        query(&cli, &format!("DELETE FROM eventodb_store.archives WHERE id = {oldest}"));
    }
    rehydrate_all(&cli);
    assert_eq!(export(&cli), lines);
}

#[test]
fn circles_in_the_ledger_end_nothing_and_delete_nothing() {
    let (cli, lines) = archived(2);
    let [a, b] = ids(&cli)[..] else { panic!() };
    query(
        &cli,
        &format!(
            "UPDATE eventodb_store.archives SET state = 'expired', superseded_by = CASE id WHEN {a} THEN {b} ELSE {a} END
              WHERE namespace = '{{n}}'"
        ),
    );
    let before = objects(&cli);
    let pruned = cli.run(&PRUNE);
    assert!(pruned.succeeds().stderr.contains("nowhere else"), "{pruned:?}");
    cli.run(&["archives", "release", &a.to_string()]).fails(1, "not rehydrated");
    cli.run(&["archives", "erase", "--stream", "account-1", "--reason", "r", "--yes"]).fails(1, "nowhere else");
    assert_eq!(objects(&cli), before);
    cli.run(&["archives", "sync", "--expired"]).succeeds();
    rehydrate_all(&cli);
    // Found in the store again and without the erased stream's content being touched.
    assert_eq!(export(&cli).lines().count(), lines.lines().count());
    covered(&cli);
}

#[test]
fn an_archive_whose_row_names_what_others_need_is_not_expired() {
    let (cli, lines) = archived(1);
    // A second row that is kept names the same objects, and one of them is past its time.
    forge(&cli, &cli.namespace, &cli.namespace, "dropped", "");
    let before = objects(&cli);
    cli.run(&["archives", "prune", "--older-than", "0d", "--yes", "--confirm-count", "2"]).fails(5, "needs them");
    cli.run(&[
        "policy",
        "set",
        "--archive-after",
        "1d",
        "--expire-archives-after",
        "2d",
        "--store",
        &cli.store(),
        "--yes",
    ])
    .succeeds();
    cli.run(&["lifecycle", "run"]).fails(5, "needs them");
    assert_eq!(objects(&cli), before);
    query(&cli, "DELETE FROM eventodb_store.archives WHERE id < 0");
    assert_eq!(states(&cli), ["dropped"]);
    cli.run(&["policy", "clear"]).succeeds();
    rehydrate_all(&cli);
    assert_eq!(export(&cli), lines);
    let _ = schema(&cli);
}

#[test]
fn a_row_that_says_otherwise_than_its_manifest_is_not_believed() {
    let (cli, _) = archived(1);
    let id = ids(&cli)[0].to_string();
    let hash = format!("'{}'", "0".repeat(64));
    for (column, value) in
        [("csv_sha256", hash.as_str()), ("stored_sha256", &hash), ("message_count", "message_count + 1")]
    {
        let change = |to: &str| {
            query(&cli, &format!("UPDATE eventodb_store.archives SET {column} = {to} WHERE id = {id}"));
        };
        let was = query(&cli, &format!("SELECT quote_literal({column}) FROM eventodb_store.archives WHERE id = {id}"));
        change(value);
        for verb in [&["archives", "verify", &id][..], &["archives", "rehydrate", &id], &["archives", "cat", &id]] {
            cli.run(verb).fails(5, "another archive than the ledger does");
        }
        change(&was);
    }
    cli.run(&["archives", "verify", &id]).succeeds();
    cli.run(&["archives", "rehydrate", &id]).succeeds();
    assert_eq!(query(&cli, "SELECT count(*) FROM {s}.messages"), "20");
}
