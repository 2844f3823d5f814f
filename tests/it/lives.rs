//! What a rebuilt ledger is told by a store that has lived on, or before: tombstones, erasures, a namespace that was made anew.

use serde_json::Value;

use crate::support::cli::{Cli, sql};

/// Weeks of 2013, each with this many messages of ten streams, archived.
fn archived(weeks: usize, messages: usize) -> Option<Cli> {
    let cli = Cli::alone()?;
    let store = cli.store();
    let cli = cli.with("EVENTODB_STORE", &store);
    cli.run(&["namespaces", "create", &cli.namespace, "--compress-after", "never"]).succeeds();
    fill(&cli, ("2013-01-03T12:00:00Z", "account"), weeks, messages);
    Some(cli)
}

fn fill(cli: &Cli, (from, category): (&str, &str), weeks: usize, messages: usize) {
    sql(
        &cli.db_url,
        &format!(
            "INSERT INTO tsdb_{}.messages (time, position, stream_name, type, data)
             SELECT '{from}'::timestamptz + w * interval '7 days' + i * interval '1 second', (w * {messages} + i) / 10,
                    '{category}-' || i % 10, 'Opened', jsonb_build_object('n', i)
               FROM generate_series(0, {weeks} - 1) w, generate_series(0, {messages} - 1) i",
            cli.namespace
        ),
    );
    cli.run(&["chunks", "archive", "--older-than", "0d"]).succeeds();
}

/// The same namespace in a new database, with the same store.
fn lost(cli: &Cli) -> Cli {
    let store = cli.store();
    cli.after_the_database_is_lost().expect("it is alone").with("EVENTODB_STORE", &store)
}

fn coverage(cli: &Cli) -> (i32, Value) {
    let out = cli.run(&["coverage", "-o", "json"]);
    (out.code, serde_json::from_str(&out.stdout).unwrap())
}

#[test]
fn two_lives_of_a_namespace_in_one_store_are_told_and_never_called_complete() {
    let Some(cli) = archived(2, 100) else { return };
    cli.run(&["namespaces", "delete", &cli.namespace, "--yes"]).succeeds();
    cli.run(&["namespaces", "create", &cli.namespace, "--compress-after", "never"]).succeeds();
    fill(&cli, ("2014-01-03T12:00:00Z", "new"), 2, 100);
    let rebuilt = lost(&cli);
    let out = rebuilt.run(&["archives", "sync"]);
    out.fails(5, "two lives of the namespace");
    let (code, told) = coverage(&rebuilt);
    assert_eq!((code, told["verdict"].as_str()), (5, Some("incomplete")), "{told}");
    assert!(told["findings"].to_string().contains("200 messages are at the global positions from 1 to 100"), "{told}");
    // Once the former life is taken out, nothing is said of it.
    let claimed = rebuilt.run(&["archives", "claim", "--yes"]);
    claimed.succeeds();
    rebuilt
        .run(&["archives", "prune", "--older-than", &since(&cli, "2013-07-01"), "--yes", "--confirm-count", "2"])
        .succeeds();
    let (code, told) = coverage(&rebuilt);
    assert_eq!((code, told["archived_messages"].as_i64()), (0, Some(200)), "{told}");
    rebuilt.run(&["archives", "sync"]).succeeds();
}

/// Which archives the manifests of those follow that are the only copy.
fn followed(cli: &Cli) -> String {
    sql(
        &cli.db_url,
        "SELECT string_agg(a.id || ' after ' || coalesce(b.id::text, a.previous_manifest_sha256, 'none'), ', ' ORDER BY a.id)
           FROM eventodb_store.archives a LEFT JOIN eventodb_store.archives b ON b.manifest_sha256 = a.previous_manifest_sha256
          WHERE a.state = 'dropped'",
    )
}

#[test]
fn a_namespace_that_was_made_again_has_a_chain_of_manifests_of_its_own() {
    let Some(cli) = archived(2, 100) else { return };
    assert_eq!(followed(&cli), "1 after none, 2 after 1");
    cli.run(&["namespaces", "delete", &cli.namespace, "--yes"]).succeeds();
    cli.run(&["namespaces", "create", &cli.namespace, "--compress-after", "never"]).succeeds();
    // A row of the former life is one also where something was noted in it since.
    sql(&cli.db_url, "UPDATE eventodb_store.archives SET last_error = last_error || '!'");
    fill(&cli, ("2014-01-03T12:00:00Z", "new"), 2, 100);
    assert_eq!(followed(&cli), "3 after none, 4 after 3");
    // An archive that is written again goes on with its own chain.
    cli.run(&["archives", "erase", "--stream", "new-3", "--reason", "asked for", "--yes"]).succeeds();
    assert_eq!(followed(&cli), "5 after 4, 6 after 5");
}

#[test]
fn a_namespace_whose_database_was_lost_goes_on_with_its_chain_of_manifests() {
    let Some(cli) = archived(2, 100) else { return };
    let rebuilt = lost(&cli);
    rebuilt.run(&["archives", "sync"]).succeeds();
    rebuilt.run(&["archives", "claim", "--yes"]).succeeds();
    fill(&rebuilt, ("2014-01-03T12:00:00Z", "later"), 1, 100);
    assert_eq!(followed(&rebuilt), "1 after none, 2 after 1, 3 after 2");
}

/// The age of what ended on a day.
fn since(cli: &Cli, day: &str) -> String {
    sql(&cli.db_url, &format!("SELECT current_date - date '{day}' || 'd'"))
}

#[test]
fn what_was_given_up_after_the_backup_is_given_up_by_the_restored_ledger() {
    let Some(cli) = archived(1, 100) else { return };
    fill(&cli, ("2014-01-03T12:00:00Z", "later"), 2, 100);
    let ledger = "SELECT string_agg(id || '=' || state, ' ' ORDER BY id) FROM eventodb_store.archives";
    let before = sql(&cli.db_url, ledger);
    sql(&cli.db_url, "CREATE TABLE public.kept AS TABLE eventodb_store.archives");
    sql(&cli.db_url, &format!("CREATE TABLE public.kept_heads AS TABLE tsdb_{}.heads", cli.namespace));
    cli.run(&["archives", "prune", "--older-than", &since(&cli, "2013-07-01"), "--yes", "--confirm-count", "1"])
        .succeeds();
    assert_ne!(sql(&cli.db_url, ledger), before);
    // The database as it was before.
    sql(
        &cli.db_url,
        &format!(
            "SET session_replication_role = replica;
             UPDATE eventodb_store.archives a SET state = k.state, objects = k.objects, last_error = k.last_error
               FROM public.kept k WHERE k.id = a.id;
             DELETE FROM tsdb_{0}.heads; INSERT INTO tsdb_{0}.heads TABLE public.kept_heads",
            cli.namespace
        ),
    );
    assert_eq!(sql(&cli.db_url, ledger), before);
    assert_eq!(coverage(&cli).0, 5);
    let out = cli.run(&["archives", "sync"]);
    out.fails(5, "was deleted, and its messages given up").fails(5, "--accept-missing");
    assert_eq!(sql(&cli.db_url, ledger), "1=expired 2=dropped 3=dropped");
    cli.run(&["namespaces", "recount", &cli.namespace, "--accept-missing", "--yes"]).succeeds();
    assert_eq!(coverage(&cli).0, 0);
    cli.run(&["archives", "sync"]).succeeds();
    assert_eq!(cli.run(&["messages", "export"]).stdout.lines().count(), 200);
}

#[test]
fn content_that_the_store_says_was_erased_is_told_where_it_is_live() {
    let Some(cli) = archived(1, 100) else { return };
    cli.run(&["archives", "erase", "--stream", "account-3", "--reason", "asked for", "--yes"]).succeeds();
    // A database from before: the messages are live with their content, and no ledger tells of the erasure.
    let restored = lost(&cli);
    fill_live(&restored);
    restored.run(&["archives", "claim", "--yes"]).succeeds();
    let out = restored.run(&["archives", "sync"]);
    out.fails(5, "10 messages of stream account-3 have their content");
    out.fails(5, "archives erase --stream account-3 --reason 'asked for'");
    restored.run(&["archives", "erase", "--stream", "account-3", "--reason", "asked for", "--yes"]);
    let left = format!("SELECT count(data) FROM tsdb_{}.messages WHERE stream_name = 'account-3'", restored.namespace);
    assert_eq!(sql(&restored.db_url, &left), "0");
    let again = restored.run(&["archives", "sync"]);
    assert!(!again.stderr.contains("have their content"), "{}", again.stderr);
}

fn fill_live(cli: &Cli) {
    sql(
        &cli.db_url,
        &format!(
            "INSERT INTO tsdb_{}.messages (time, global_position, position, stream_name, type, data)
             SELECT '2013-01-03T12:00:00Z'::timestamptz + i * interval '1 second', i + 1, i / 10, 'account-' || i % 10, 'Opened',
                    jsonb_build_object('n', i) FROM generate_series(0, 99) i",
            cli.namespace
        ),
    );
}

#[test]
fn an_archive_before_others_that_is_missing_is_told_as_long_as_they_are_there_live_or_not() {
    let Some(cli) = archived(3, 100) else { return };
    let folder = cli.path("store");
    let mut removed = 0;
    for entry in walk(&folder) {
        if entry.to_string_lossy().contains("/w01/") {
            std::fs::remove_file(&entry).unwrap();
            removed += 1;
        }
    }
    assert!(removed >= 3, "{}", folder.display());
    let rebuilt = lost(&cli);
    rebuilt.run(&["archives", "sync"]);
    let missing = "an archive before it is missing";
    assert!(coverage(&rebuilt).1["findings"].to_string().contains(missing));
    rebuilt.run(&["archives", "rehydrate", "--from", "2010-01-01", "--to", "2020-01-01", "--yes"]).succeeds();
    let (code, told) = coverage(&rebuilt);
    assert_eq!(code, 5, "{told}");
    assert!(told["findings"].to_string().contains(missing), "{told}");
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(walk(&path)) } else { files.push(path) }
    }
    files
}
