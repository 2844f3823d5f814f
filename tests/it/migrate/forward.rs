//! `migrate postgres`, `verify`, `cutover`, `abandon` of sources that nobody writes to.

use std::io::Write;
use std::process::{Command, Stdio};

use super::cli::{BINARY, Cli, sql, try_sql};
use super::scene::Move;
use super::sources::{Layout, Source, Trouble, rows};

#[test]
fn every_layout_comes_over_exactly_and_its_namespace_goes_on() {
    for layout in Layout::ALL {
        let Some(scene) = Move::filled(layout, 1_000) else { return };
        let done = scene.run("postgres", &[]).json();
        assert_eq!(
            (&done["state"], &done["messages"], &done["ranges_left"], &done["lag_messages"]),
            (&"caught_up".into(), &1_000.into(), &0.into(), &0.into()),
            "{layout:?}: {done}"
        );
        let verified = scene.run("verify", &[]).json();
        assert_eq!(
            (&verified["verdict"], &verified["source_messages"]),
            (&"equal".into(), &1_000.into()),
            "{layout:?}"
        );
        let cut = scene.run("cutover", &[]).json();
        assert_eq!((&cut["messages"], &cut["last_global_position"]), (&1_000.into(), &1_000.into()), "{layout:?}");
        // The source is as it was, and refuses writes.
        assert!(!scene.takes_writes(), "{layout:?}");
        scene.run("cutover", &[]).fails(4, "has taken over already").fails(4, "migrate to-postgres is the way back");
        if layout == Layout::EventoDb {
            let source = Cli { db_url: scene.source.url().to_owned(), namespace: "orders".into(), ..Cli::offline() };
            let refused = source.run(&["messages", "write", "a-1", "T"]);
            refused.fails(1, "[25006]").fails(1, "hint: write to the namespace that it names");
        }
        scene.assert_same();
        let coverage = scene.cli.json(&["coverage"]);
        assert_eq!(
            (&coverage["verdict"], &coverage["hot_messages"]),
            (&"complete".into(), &1_000.into()),
            "{layout:?}"
        );
        // All indexes are back.
        let indexes = format!(
            "SELECT count(*)::text FROM pg_indexes WHERE schemaname = '{}' AND tablename = 'messages'",
            scene.schema()
        );
        assert_eq!(sql(&scene.cli.db_url, &indexes), "5", "{layout:?}");
        let last = rows(&scene.cli.db_url, &scene.schema()).pop().unwrap();
        let (stream, position) = (last.stream.unwrap(), last.position.unwrap());
        let wrong = (position + 1).to_string();
        scene
            .cli
            .run(&["messages", "write", &stream, "T", "--expected-version", &wrong])
            .fails(4, "Wrong expected version");
        let written = scene.cli.json(&["messages", "write", &stream, "T", "--expected-version", &position.to_string()]);
        // The write that was refused took one.
        assert_eq!(written["global_position"], 1_002, "{layout:?}");
        assert_eq!(written["position"], position + 1, "{layout:?}");
    }
}

#[test]
fn the_sources_time_is_utc_whatever_zone_its_sessions_are_in() {
    let Some(scene) = Move::filled(Layout::MessageDb12, 300) else { return };
    scene.source.sql(
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET timezone = ''Asia/Kolkata''', current_database()); END $$",
    );
    scene.run("postgres", &[]).succeeds();
    scene.assert_same();
    let first = sql(
        &scene.cli.db_url,
        &format!("SELECT to_char(min(time) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') FROM {}.messages", scene.schema()),
    );
    assert_eq!(first, scene.source.sql("SELECT to_char(min(time), 'YYYY-MM-DD HH24:MI') FROM {schema}.messages"));
}

#[test]
fn a_schema_beside_the_namespace_hands_its_registry_row_over() {
    let Some(scene) = Move::in_place(500) else { return };
    let registry = || {
        scene.source.sql(
            "SELECT concat_ws('|', id, token_hash, description, created_at, schema_name) FROM eventodb_store.namespaces",
        )
    };
    let before = registry();
    scene.run("postgres", &[]).succeeds();
    assert_eq!(registry(), before, "the source is the store until the cutover");
    let cut = scene.run("cutover", &[]).json();
    assert!(cut["token"].is_null(), "the old token stays: {cut}");
    assert_eq!(registry(), before.replace(&scene.source.schema, &scene.schema()));
    scene.assert_same();
    assert_eq!(scene.cli.json(&["coverage"])["hot_messages"], 500);
}

#[test]
fn a_name_that_is_no_category_gives_what_it_gave_at_the_source() {
    const EVENTODB: &str = "CREATE FUNCTION {schema}.get_category_messages(_category varchar) RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint'";
    const MESSAGE_DB: &str =
        "CREATE FUNCTION {schema}.message_store_version() RETURNS varchar LANGUAGE sql AS 'SELECT ''1.3.0''::varchar'";
    for (functions, given) in [(&[EVENTODB][..], "0"), (&[EVENTODB, MESSAGE_DB][..], "P0001"), (&[][..], "P0001")] {
        let Some(scene) = Move::filled(Layout::EventoDb, 20) else { return };
        for function in functions {
            scene.source.sql(function);
        }
        scene.run("postgres", &[]).succeeds();
        for call in ["'account-1'", "'account', 1, 10, 'route-1'"] {
            let read = format!("SELECT count(*) FROM {}.get_category_messages({call})", scene.schema());
            let found = super::cli::try_sql(&scene.cli.db_url, &read).unwrap_or_else(|code| code);
            assert!(found.contains(given), "{functions:?} {call}: {found}");
        }
    }
}

#[test]
fn a_source_elsewhere_brings_its_token_under_its_own_name_only() {
    let Some(scene) = Move::filled(Layout::EventoDb, 100) else { return };
    let hash = scene.source.sql("SELECT token_hash FROM eventodb_store.namespaces");
    scene.run("postgres", &[]).succeeds();
    let cut = scene.run("cutover", &[]).json();
    // A token names its namespace: under another name it is of no use.
    assert!(cut["token"].as_str().is_some_and(|t| t.starts_with("ns_")), "{cut}");

    let named = Move { cli: Cli { namespace: "orders".into(), ..Cli::alone().unwrap() }, source: scene.source };
    let named = Move { cli: named.cli.with("EVENTODB_FROM_URL", named.source.url()), source: named.source };
    named.source.sql("DROP FUNCTION {schema}.eventodb_admin_moved() CASCADE");
    named.run("postgres", &[]).succeeds();
    assert!(named.run("cutover", &[]).json()["token"].is_null());
    assert_eq!(sql(&named.cli.db_url, "SELECT token_hash FROM eventodb_store.namespaces WHERE id = 'orders'"), hash);
}

#[test]
fn a_run_that_was_stopped_goes_on_where_it_was() {
    let Some(scene) = Move::filled(Layout::MessageDb10, 3_000) else { return };
    let run = scene.start("postgres", &["--max-rate", "1000", "--jobs", "1"]);
    let begun = std::time::Instant::now();
    while scene.run("status", &[]).code != 0 || scene.status()["messages"].as_i64() < Some(300) {
        assert!(begun.elapsed().as_secs() < 30, "it does not begin");
    }
    run.signal("-INT");
    let out = run.end();
    assert_eq!(out.code, 130, "{out:?}");
    let status = scene.status();
    let copied = status["messages"].as_i64().unwrap();
    assert!((300..3_000).contains(&copied), "{status}");
    assert_eq!(
        copied.to_string(),
        sql(&scene.cli.db_url, &format!("SELECT count(*) FROM {}.messages", scene.schema()))
    );
    let done = scene.run("postgres", &[]).json();
    assert_eq!(done["messages"], 3_000);
    scene.assert_same();
}

#[test]
fn two_runs_at_once_do_not_meet() {
    let Some(scene) = Move::filled(Layout::MessageDb10, 2_000) else { return };
    let run = scene.start("postgres", &["--max-rate", "1000"]);
    let begun = std::time::Instant::now();
    while scene.run("status", &[]).code != 0 || scene.status()["messages"].as_i64() < Some(1) {
        assert!(begun.elapsed().as_secs() < 30, "it does not begin");
    }
    scene.run("postgres", &[]).fails(7, "another run is at work on it");
    assert_eq!(run.end().code, 0);
    scene.assert_same();
}

#[test]
fn a_plan_changes_nothing() {
    let Some(scene) = Move::filled(Layout::EventoDb, 50) else { return };
    let plan = scene.run("postgres", &["--dry-run"]).json();
    assert_eq!(plan[0]["action"], "copy");
    assert_eq!(sql(&scene.cli.db_url, &format!("SELECT to_regnamespace('{}') IS NULL", scene.schema())), "t");
    scene.run("status", &[]).fails(3, "there is none");
    scene.run("postgres", &[]).succeeds();
    assert_eq!(scene.run("cutover", &["--dry-run"]).json()[0]["action"], "stop writes to");
    assert_eq!(scene.status()["state"], "caught_up");
    assert!(scene.takes_writes());
}

#[test]
fn verify_names_the_message_that_is_missing_extra_or_changed() {
    let Some(scene) = Move::filled(Layout::MessageDb12, 1_000) else { return };
    scene.run("postgres", &[]).succeeds();
    let messages = format!("{}.messages", scene.schema());
    let changes = [
        (format!("UPDATE {messages} SET data = '{{\"a\": 1.0}}' WHERE global_position = 417"), 417, "differs"),
        (format!("DELETE FROM {messages} WHERE global_position = 250"), 250, "missing"),
    ];
    for (change, global_position, kind) in changes {
        try_sql(&scene.cli.db_url, &change).unwrap();
        let out = scene.run("verify", &[]);
        out.fails(5, "differ between source and namespace");
        let found: serde_json::Value = serde_json::from_str(&out.stdout).unwrap();
        assert_eq!(found["verdict"], "different");
        let named = found["findings"].as_array().unwrap();
        assert!(named.iter().any(|f| f["global_position"] == global_position && f["kind"] == kind), "{kind}: {found}");
    }
    scene.run("verify", &["--counts"]).fails(5, "differ");
    scene.source.sql("DELETE FROM {schema}.messages WHERE global_position = 600");
    let found: serde_json::Value = serde_json::from_str(&scene.run("verify", &[]).stdout).unwrap();
    let named = found["findings"].as_array().unwrap();
    assert!(named.iter().any(|f| f["global_position"] == 600 && f["kind"] == "extra"), "{found}");
    // Nothing of this may take over.
    let out = scene.run("cutover", &[]);
    assert_eq!(out.code, 5, "{out:?}");
    assert!(scene.takes_writes());
    assert_eq!(scene.status()["state"], "caught_up");
}

#[test]
fn what_was_changed_at_the_source_after_the_copy_does_not_take_over_unnoticed() {
    let Some(scene) = Move::filled(Layout::MessageDb12, 500) else { return };
    scene.run("postgres", &[]).succeeds();
    scene.source.sql("UPDATE {schema}.messages SET data = '{\"other\": true}' WHERE global_position = 77");
    let out = scene.run("cutover", &["--verify-all"]);
    out.fails(5, "77 (");
    assert!(scene.takes_writes());
}

#[test]
fn old_weeks_go_to_the_store_behind_the_copy() {
    let Some(scene) = Move::new(Layout::MessageDb12) else { return };
    // A minute apart: three weeks and a bit.
    scene.source.fill(1, 32_000, 23);
    let store = scene.cli.store();
    let done = scene.run("postgres", &["--batch", "2000", "--archive-older-than", "7d", "--store", &store]).json();
    assert_eq!(done["messages"], 32_000);
    let verified = scene.run("verify", &[]).json();
    assert_eq!(verified["verdict"], "equal", "{verified}");
    assert!(verified["archived_messages"].as_i64() > Some(20_000), "{verified}");
    scene.run("cutover", &[]).succeeds();
    let coverage = scene.cli.json(&["coverage"]);
    assert_eq!(coverage["verdict"], "complete", "{coverage}");
    let (hot, archived) = (coverage["hot_messages"].as_i64().unwrap(), coverage["archived_messages"].as_i64().unwrap());
    assert_eq!((hot + archived, archived > 20_000), (32_000, true), "{coverage}");
    let everything = [&["archives", "rehydrate", "--from", "2023-01-01", "--to", "2025-01-01"][..]].concat();
    scene.cli.run(&everything).succeeds();
    scene.assert_same();
    assert_eq!(scene.run("verify", &[]).json()["archived_messages"], 0);
}

#[test]
fn old_weeks_are_compressed_behind_the_copy_where_the_edition_can() {
    let Some(scene) = Move::filled(Layout::EventoDb, 32_000) else { return };
    scene.run("postgres", &["--batch", "2000", "--compress-after", "1d"]).succeeds();
    scene.run("cutover", &[]).succeeds();
    let chunks = scene.cli.json(&["chunks", "list"]);
    let compressed = chunks.as_array().unwrap().iter().filter(|c| c["is_compressed"] == true).count();
    let is_community = super::cli::var("EVENTODB_TEST_DB_EDITION") == "community";
    assert_eq!(compressed >= 3, is_community, "{chunks}");
    scene.assert_same();
    assert_eq!(scene.run("verify", &[]).json()["verdict"], "equal");
}

#[test]
fn a_namespace_that_has_messages_is_not_migrated_into_and_an_empty_one_is() {
    let Some(scene) = Move::filled(Layout::MessageDb12, 200) else { return };
    scene.cli.run(&["namespaces", "create", &scene.cli.namespace, "--compress-after", "never"]).succeeds();
    scene.cli.run(&["messages", "write", "a-1", "T"]).succeeds();
    scene.run("postgres", &[]).fails(4, "has messages");
    let other = scene.into_another();
    other.cli.run(&["namespaces", "create", &other.cli.namespace, "--compress-after", "never"]).succeeds();
    other.run("postgres", &[]).succeeds();
    assert!(other.run("cutover", &[]).json()["token"].is_null(), "its own token stays");
    other.assert_same();
}

#[test]
fn an_abandoned_migration_leaves_nothing_and_can_begin_again() {
    let Some(scene) = Move::filled(Layout::EventoDb, 200) else { return };
    scene.run("postgres", &[]).succeeds();
    scene.run("abandon", &[]).fails(2, "no terminal");
    scene.run("abandon", &["--yes"]).succeeds();
    assert_eq!(sql(&scene.cli.db_url, &format!("SELECT to_regnamespace('{}') IS NULL", scene.schema())), "t");
    assert!(scene.takes_writes());
    scene.run("cutover", &[]).fails(4, "abandoned");
    scene.run("postgres", &[]).succeeds();
    scene.run("cutover", &[]).succeeds();
    scene.run("abandon", &["--yes"]).fails(4, "cut_over");
    scene.assert_same();
}

#[test]
fn another_source_is_not_taken_for_the_one_that_was_begun_with() {
    let Some(scene) = Move::filled(Layout::MessageDb12, 200) else { return };
    scene.run("postgres", &[]).succeeds();
    let Some(other) = Source::alone(Layout::MessageDb12, Trouble::default()) else { return };
    other.fill(1, 200, 23);
    let scene = Move { cli: scene.cli.with("EVENTODB_FROM_URL", other.url()), source: scene.source };
    scene.run("verify", &[]).fails(4, "began with another table");
    scene.run("cutover", &[]).fails(4, "began with another table");
}

#[test]
fn a_source_that_is_none_is_refused_before_anything_is_made() {
    let Some(scene) = Move::filled(Layout::MessageDb12, 10) else { return };
    let cli = &scene.cli;
    let migrate = |schema: &str| cli.run(&["migrate", "postgres", "--from-schema", schema]);
    migrate("nowhere").fails(3, "there is no such table");
    scene.source.sql("CREATE SCHEMA odd; CREATE TABLE odd.messages (id uuid)");
    migrate("odd").fails(8, "it has no column time");
    cli.run_in(&[("EVENTODB_FROM_URL", "")], &["migrate", "postgres", "--from-schema", "x"], b"")
        .fails(2, "no source is given");
    cli.run(&["migrate", "postgres"]).fails(2, "the source's schema is not given");
    scene.run("postgres", &["--archive-older-than", "7d"]).fails(2, "no store is given");
    assert_eq!(sql(&cli.db_url, &format!("SELECT to_regnamespace('{}') IS NULL", scene.schema())), "t");
}

/// What `migrate cutover` comes to at a terminal where this is typed. `None` where `script` is not installed.
fn cutover_at_a_terminal(scene: &Move, flags: &str, typed: &[u8]) -> Option<(i32, String)> {
    let made = Command::new("script")
        .args(["-qec", &format!("exec '{BINARY}' migrate cutover {flags}"), "/dev/null"])
        .env_clear()
        .envs(scene.cli.variables())
        .envs([("TERM", "xterm"), ("SHELL", "/bin/sh")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut child) = made else {
        eprintln!("NOT TESTED HERE: a cutover at a terminal; this needs script, of util-linux");
        return None;
    };
    child.stdin.take().unwrap().write_all(typed).unwrap();
    let output = child.wait_with_output().unwrap();
    Some((output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap()))
}

#[test]
fn a_cutover_asks_at_a_terminal_and_there_alone() {
    let Some(scene) = Move::filled(Layout::EventoDb, 100) else { return };
    scene.run("postgres", &[]).succeeds();
    let Some((code, told)) = cutover_at_a_terminal(&scene, "", b"yes\n") else { return };
    assert!(code == 2 && told.contains(&format!("Type {} to go on", scene.cli.namespace)), "{code}: {told}");
    assert!(scene.takes_writes(), "{told}");
    let (code, told) = cutover_at_a_terminal(&scene, "--yes", b"").unwrap();
    assert!(code == 0 && !told.contains("to go on"), "{code}: {told}");
    assert!(!scene.takes_writes(), "{told}");
}
