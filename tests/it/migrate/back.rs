//! `migrate to-postgres`: nobody is locked in.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::cli::{BINARY, Cli, Held, Out, made_up, sql, var};
use super::sources::{Database, Writer, assert_same, fill_namespace, rows};
use super::steps::some;

const BACK: [&str; 2] = ["migrate", "to-postgres"];

/// A namespace, and a plain database beside it.
struct Scene {
    cli: Cli,
    target: Database,
}

impl Scene {
    fn new() -> Option<Self> {
        let target = Database::plain()?;
        let cli = Cli::new().with("EVENTODB_TO_URL", &target.url);
        Some(Self { cli, target })
    }

    fn filled(messages: i64) -> Option<Self> {
        let scene = Self::new()?;
        fill_namespace(&scene.cli.db_url, &scene.source(), 1, messages, 13);
        Some(scene)
    }

    fn source(&self) -> String {
        format!("tsdb_{}", self.cli.namespace)
    }

    fn schema(&self) -> String {
        format!("eventodb_{}", self.cli.namespace)
    }

    fn run(&self, more: &[&str]) -> Out {
        self.cli.run(&[&BACK[..], &["-o", "json"], more].concat())
    }

    fn start(&self, more: &[&str], failpoints: &str) -> Child {
        Command::new(BINARY)
            .args([&BACK[..], more].concat())
            .env_clear()
            .envs(self.cli.variables())
            .env("EVENTODB_FAILPOINTS", failpoints)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    #[track_caller]
    fn assert_copied(&self) {
        assert_same(&rows(&self.cli.db_url, &self.source()), &rows(&self.target.url, &self.schema()));
    }

    #[track_caller]
    fn target_sql(&self, statement: &str) -> String {
        self.target.sql(&statement.replace("{schema}", &self.schema()))
    }
}

fn ended(child: Child) -> Out {
    let out = child.wait_with_output().unwrap();
    Out {
        code: out.status.code().unwrap_or(-1),
        stdout: String::from_utf8(out.stdout).unwrap(),
        stderr: String::from_utf8(out.stderr).unwrap(),
    }
}

fn wait_for(file: &Path) {
    let begun = Instant::now();
    while !file.exists() {
        assert!(begun.elapsed() < Duration::from_secs(30), "the run did not come there");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_namespace_becomes_a_plain_schema_that_eventodb_can_serve() {
    let Some(scene) = Scene::filled(2_000) else { return };
    // More numbers were given out than messages are left of.
    sql(&scene.cli.db_url, &format!("SELECT setval('{}.messages_global_position_seq', 2345)", scene.source()));
    // A plan changes nothing.
    let plan = scene.run(&["--dry-run"]).json();
    let steps: Vec<_> = plan.as_array().unwrap().iter().map(|s| s["action"].as_str().unwrap()).collect();
    assert_eq!(steps, ["make", "copy", "register"]);
    assert_eq!(plan[1]["message_count"], 2_000);
    assert_eq!(scene.target.sql("SELECT count(*) FROM pg_namespace WHERE nspname ~ '^eventodb'"), "0");
    let done = scene.run(&["--batch", "300"]).json();
    assert_eq!(
        (&done["copied"], &done["messages"], &done["last_global_position"], &done["registry"]),
        (&2_000.into(), &2_000.into(), &2_000.into(), &"entered".into()),
        "{done}"
    );
    scene.assert_copied();
    let registry = "SELECT concat_ws('|', id, token_hash, description, created_at) FROM eventodb_store.namespaces";
    assert_eq!(
        scene.target_sql(registry),
        sql(&scene.cli.db_url, &format!("{registry} WHERE id = '{}'", scene.cli.namespace))
    );
    let own = "SELECT schema_name || ' ' || metadata::text FROM eventodb_store.namespaces";
    assert_eq!(scene.target_sql(own), format!("{} {{}}", scene.schema()));
    assert_eq!(
        scene.target_sql("SELECT string_agg(version::text, ',' ORDER BY version) FROM {schema}._schema_version"),
        "1,2"
    );
    assert_eq!(
        scene.target_sql(
            "SELECT string_agg(attname || ' ' || format_type(atttypid, NULL), ', ' ORDER BY attnum) FROM pg_attribute
              WHERE attrelid = '{schema}.messages'::regclass AND attnum > 0"
        ),
        "id uuid, stream_name character varying, type character varying, position bigint, global_position bigint, \
         data jsonb, metadata jsonb, time timestamp without time zone"
    );
    assert_eq!(
        scene.target_sql(
            "SELECT string_agg(c.relname || CASE WHEN indisunique THEN '!' ELSE '' END, ' ' ORDER BY c.relname)
               FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE indrelid = '{schema}.messages'::regclass"
        ),
        "messages_category messages_id! messages_pkey! messages_stream!"
    );
    assert_eq!(scene.run(&["--dry-run"]).json(), serde_json::json!([]));
}

#[test]
fn the_plain_schema_has_the_functions_that_eventodbs_driver_calls() {
    let Some(scene) = Scene::filled(100) else { return };
    scene.run(&[]).succeeds();
    let last = |stream: &str| scene.target_sql(&format!("SELECT {{schema}}.stream_version('{stream}')"));
    let version: i64 = last("account-0").parse().unwrap();
    assert_eq!(last("nobody-1"), "-1");
    let id = "6b6c1a3e-0000-4000-8000-000000000001";
    let write = |expected: i64| {
        scene.target.try_sql(
            &format!(
                "SELECT \"{{schema}}\".write_message('{id}', 'account-0', 'Added', '{{\"a\": 1}}'::jsonb, \
                 '{{\"correlationStreamName\": \"job-7\"}}'::jsonb, {expected})"
            )
            .replace("{schema}", &scene.schema()),
        )
    };
    assert_eq!(
        write(version + 5).unwrap_err(),
        format!("P0001: Wrong expected version: {} (Stream: account-0, Stream Version: {version})", version + 5)
    );
    assert_eq!(write(version).unwrap(), (version + 1).to_string());
    assert_eq!(scene.target_sql("SELECT global_position FROM {schema}.messages ORDER BY 1 DESC LIMIT 1"), "101");
    let hash = scene.target_sql("SELECT ('x' || left(md5('account'), 16))::bit(64)::bigint");
    for (call, expected) in [
        ("SELECT count(*) FROM {schema}.get_stream_messages('account-0', 0, -1, NULL)", (version + 2).to_string()),
        ("SELECT count(*) FROM {schema}.get_stream_messages('account-0', 1, 3, NULL)", "3".into()),
        ("SELECT max(position) FROM {schema}.get_stream_messages('account-0')", (version + 1).to_string()),
        ("SELECT type || pg_typeof(time) || pg_typeof(data) || pg_typeof(id) FROM {schema}.get_last_stream_message('account-0', NULL)",
         "Addedtimestamp without time zonejsonbuuid".into()),
        ("SELECT position FROM {schema}.get_last_stream_message('account-0', 'Opened')",
         scene.target_sql("SELECT max(position) FROM {schema}.messages WHERE stream_name = 'account-0' AND type = 'Opened'")),
        ("SELECT count(*) FROM {schema}.get_category_messages('', 1, -1, NULL, NULL, NULL, NULL)", "101".into()),
        ("SELECT count(*) FROM {schema}.get_category_messages('account', 1, -1, NULL, NULL, NULL, NULL)",
         scene.target_sql("SELECT count(*) FROM {schema}.messages WHERE stream_name LIKE 'account-%'")),
        ("SELECT global_position FROM {schema}.get_category_messages('account', 1, 10, 'job', NULL, NULL, NULL)", "101".into()),
        ("SELECT count(*) FROM (SELECT * FROM {schema}.get_category_messages('order', 1, -1, NULL, 0, 2, NULL)
            UNION SELECT * FROM {schema}.get_category_messages('order', 1, -1, NULL, 1, 2, NULL)) both_members",
         scene.target_sql("SELECT count(*) FROM {schema}.messages WHERE stream_name LIKE 'order-%'")),
        ("SELECT concat_ws(' ', {schema}.category('a-b+c-d'), {schema}.id('a-b+c-d'), {schema}.cardinal_id('a-b+c-d'),
                 {schema}.is_category('a'), {schema}.id('a') IS NULL, {schema}.hash_64('account'), {schema}.acquire_lock('account-1'))",
         format!("a b+c-d b t t {hash} {hash}")),
    ] {
        assert_eq!(scene.target_sql(call), expected, "{call}");
    }
}

#[test]
fn a_copy_in_the_namespaces_own_database_leaves_the_registry_as_it_is() {
    if var("EVENTODB_TEST_DB_EDITION") == "wasm" {
        eprintln!("NOT TESTED HERE: two sessions at once; this needs a server other than the embedded one");
        return;
    }
    let cli = Cli::new();
    fill_namespace(&cli.db_url, &format!("tsdb_{}", cli.namespace), 1, 500, 7);
    let schema = format!("odd \"{}\" schema", cli.namespace);
    let out = cli.run(&[&BACK[..], &["--to-url", &cli.db_url, "--to-schema", &schema, "-o", "json"]].concat());
    assert_eq!(out.json()["registry"], "elsewhere");
    assert!(out.stderr.contains("UPDATE eventodb_store.namespaces"), "{out:?}");
    assert_same(
        &rows(&cli.db_url, &format!("tsdb_{}", cli.namespace)),
        &rows(&cli.db_url, &schema.replace('"', "\"\"")),
    );
    cli.run(&[&BACK[..], &["--to-url", &cli.db_url, "--to-schema", &format!("tsdb_{}", cli.namespace)]].concat())
        .fails(4, "time is of type timestamp with time zone");
    cli.run(&["streams", "list"]).succeeds();

    // A target that is none.
    cli.run(&BACK).fails(2, "no target is given");
    cli.run(&[&BACK[..], &["--to-url", "http://x"]].concat()).fails(2, "reading the target's URL");
    let nobody = "postgres://u:secret-4711@127.0.0.1:1/x?connect_timeout=2";
    cli.run(&[&BACK[..], &["--to-url", nobody]].concat()).fails(1, "127.0.0.1:1");
    cli.run_in(&[("EVENTODB_TO_URL", nobody)], &[&BACK[..], &["--to-schema", ""]].concat(), b"")
        .fails(2, "--to-schema");
}

#[test]
fn an_empty_namespace_and_one_that_grows_are_copied() {
    let Some(scene) = Scene::new() else { return };
    let done = scene.run(&[]).json();
    assert_eq!((&done["copied"], &done["last_global_position"]), (&0.into(), &serde_json::Value::Null), "{done}");
    for (first, messages) in [(1, 50), (51, 7)] {
        fill_namespace(&scene.cli.db_url, &scene.source(), first, messages, 1);
        let done = scene.run(&["--batch", "10"]).json();
        assert_eq!((&done["copied"], &done["registry"]), (&messages.into(), &"kept".into()), "{done}");
        scene.assert_copied();
    }
    assert_eq!(scene.run(&[]).json()["copied"], 0);
}

#[test]
fn gaps_of_any_size_between_global_positions_cost_nothing() {
    let Some(scene) = Scene::new() else { return };
    for first in [-40_i64, 1, 1_000, 5_000_000_000, 7_000_000_000_000_000_000] {
        let filler = format!(
            "INSERT INTO {}.messages (time, global_position, position, stream_name, type)
             SELECT '2024-01-01Z'::timestamptz + i * interval '1 hour', {first} + i, i, 'gap-{first}', 'Made'
               FROM generate_series(0, 29) i",
            scene.source()
        );
        sql(&scene.cli.db_url, &filler);
    }
    assert_eq!(scene.run(&["--batch", "7"]).json()["copied"], 150);
    scene.assert_copied();
}

#[test]
fn compressed_chunks_are_copied() {
    let Some(scene) = Scene::filled(15_000) else { return };
    if var("EVENTODB_TEST_DB_EDITION") != "community" {
        eprintln!("NOT TESTED HERE: compressed chunks; this needs TimescaleDB Community");
        return;
    }
    scene.cli.run(&["chunks", "compress", "--older-than", "0d"]).succeeds();
    assert_eq!(scene.run(&["--batch", "4000"]).json()["copied"], 15_000);
    scene.assert_copied();
}

#[test]
fn a_target_with_other_messages_is_refused_and_left_alone() {
    let Some(scene) = Scene::filled(3_000) else { return };
    scene.run(&["--batch", "1000"]).succeeds();
    let before = "SELECT count(*) || md5(string_agg(m::text, '' ORDER BY global_position)) FROM {schema}.messages m";
    for (harm, told) in [
        (
            "UPDATE {schema}.messages SET data = '{\"other\": 1}' WHERE global_position = 2977",
            "position 2977 is another one",
        ),
        (
            "UPDATE {schema}.messages SET time = time + interval '1 microsecond' WHERE global_position = 1500",
            "1500 is another",
        ),
        (
            "UPDATE {schema}.messages SET metadata = NULL WHERE global_position = 5 AND metadata IS NOT NULL",
            "5 is another",
        ),
        ("DELETE FROM {schema}.messages WHERE global_position = 1", "position 1 is not in the target"),
        (
            "INSERT INTO {schema}.messages (stream_name, type, position, global_position) VALUES ('x-1', 'X', 0, 0)",
            "position 0 that the namespace has not",
        ),
        (
            "INSERT INTO {schema}.messages (stream_name, type, position, global_position) VALUES ('x-1', 'X', 0, 9000)",
            "position 9000 that the namespace has not",
        ),
    ] {
        scene.target_sql(&format!("CREATE TABLE {{schema}}.kept AS TABLE {{schema}}.messages; {harm}"));
        let harmed = scene.target_sql(before);
        scene.run(&[]).fails(4, told);
        assert_eq!(scene.target_sql(before), harmed);
        scene.target_sql(
            "TRUNCATE {schema}.messages; INSERT INTO {schema}.messages TABLE {schema}.kept; DROP TABLE {schema}.kept",
        );
    }
    scene.run(&[]).succeeds();
    scene.target_sql("DROP SCHEMA {schema} CASCADE; CREATE SCHEMA {schema}; CREATE TABLE {schema}.other (id int)");
    scene.run(&[]).fails(4, "it holds other things, and no messages");
    scene.target_sql("CREATE TABLE {schema}.messages (id uuid)");
    scene.run(&[]).fails(4, "no column stream_name");
}

#[test]
fn what_was_changed_beneath_the_copy_is_found_at_its_end() {
    let Some(scene) = Scene::filled(300) else { return };
    let gate = scene.cli.path("gate");
    let child = scene.start(&[], &format!("back.finish.after=wait:{}", gate.display()));
    wait_for(&gate);
    scene.target_sql("UPDATE {schema}.messages SET type = 'Forged' WHERE global_position = 123");
    std::fs::remove_file(&gate).unwrap();
    ended(child).fails(5, "the message at global position 123 is another one in the target");
    assert_eq!(scene.target_sql("SELECT count(*) FROM eventodb_store.namespaces"), "0", "EventoDB does not serve it");
}

#[test]
fn an_id_that_is_there_twice_has_no_place_in_a_plain_schema() {
    let Some(scene) = Scene::filled(20) else { return };
    let twice = format!(
        "INSERT INTO {0}.messages (time, global_position, position, stream_name, type, id)
         SELECT time + interval '90 days', 21, 0, 'twice-1', type, id FROM {0}.messages WHERE global_position = 7",
        scene.source()
    );
    sql(&scene.cli.db_url, &twice);
    let out = scene.run(&[]);
    out.fails(4, "(id)=(").fails(4, "keeps an id once");
    assert_eq!(scene.target_sql("SELECT count(*) FROM eventodb_store.namespaces"), "0");
}

#[test]
fn archived_messages_are_asked_for_and_not_left_out() {
    let Some(scene) = Scene::new() else { return };
    let store = scene.cli.store();
    scene.cli.run_with(&["messages", "import"], made_up(3, 20).as_bytes()).succeeds();
    scene.cli.run_in(&[("EVENTODB_STORE", &store)], &["chunks", "archive", "--older-than", "0d"], b"").succeeds();
    let first = scene.cli.json(&["archives", "list"])[0]["id"].to_string();
    for more in [&["--dry-run"][..], &[]] {
        scene.run(more).fails(6, &format!("are in archive {first}, the first of 3")).fails(6, "archives rehydrate");
    }
    assert_eq!(scene.target.sql("SELECT count(*) FROM pg_namespace WHERE nspname ~ '^eventodb'"), "0");
    scene.cli.run(&["archives", "rehydrate", "--from", "1970-01-01"]).succeeds();
    assert_eq!(scene.run(&[]).json()["copied"], 60);
    scene.assert_copied();
}

#[test]
fn versions_that_only_heads_know_are_told() {
    let Some(scene) = Scene::new() else { return };
    scene.cli.run_with(&["messages", "import"], made_up(3, 20).as_bytes()).succeeds();
    let chunks = scene.cli.json(&["chunks", "list"]);
    let last = chunks.as_array().unwrap().iter().max_by_key(|c| c["range_start"].as_str().unwrap().to_owned()).unwrap();
    let name = last["chunk_name"].as_str().unwrap();
    scene.cli.run(&["chunks", "drop", name, "--unarchived", "--yes"]).succeeds();
    let out = scene.run(&[]);
    assert_eq!(out.json()["copied"], 40);
    assert!(out.stderr.contains("the last messages of 7 streams were dropped"), "{out:?}");
}

#[test]
fn a_run_killed_or_failing_at_any_step_is_ended_by_the_next_one() {
    let Some(scene) = Scene::filled(250) else { return };
    let trace = scene.cli.path("trace");
    scene
        .cli
        .run_in(
            &[("EVENTODB_FAILPOINTS_TRACE", trace.to_str().unwrap())],
            &[&BACK[..], &["--batch", "100"]].concat(),
            b"",
        )
        .succeeds();
    let points: BTreeSet<_> =
        std::fs::read_to_string(trace).unwrap().lines().filter(|p| p.starts_with("back.")).map(str::to_owned).collect();
    assert_eq!(points.len(), 8, "{points:?}");
    // What never happened is the same killed or not; an answer that is lost is not.
    let faults = points.iter().map(|p| (p, "kill"));
    let lost = points.iter().filter(|p| p.ends_with(".after")).map(|p| (p, "error"));
    for (point, fault) in some("a copy back", faults.chain(lost)) {
        scene.target_sql("DROP SCHEMA {schema} CASCADE; DROP SCHEMA eventodb_store CASCADE");
        let out = ended(scene.start(&["--batch", "100"], &format!("{point}={fault}")));
        assert_eq!(out.code, if fault == "kill" { -1 } else { 1 }, "{point}={fault}: {out:?}");
        let mut again = scene.run(&["--batch", "100"]);
        let begun = Instant::now();
        // The server notices within seconds that the one that was killed is gone.
        while again.code == 7 && begun.elapsed() < Duration::from_secs(20) {
            std::thread::sleep(Duration::from_millis(50));
            again = scene.run(&["--batch", "100"]);
        }
        assert_eq!(again.json()["messages"], 250, "{point}={fault}");
        scene.assert_copied();
        assert_eq!(scene.target_sql("SELECT count(*) FROM eventodb_store.namespaces"), "1");
    }
}

#[test]
fn a_signal_ends_the_run_after_its_range_and_the_next_run_goes_on() {
    let Some(scene) = Scene::filled(500) else { return };
    let gate = scene.cli.path("gate");
    let child = scene.start(&["--batch", "100"], &format!("back.range.before=wait:{}", gate.display()));
    wait_for(&gate);
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    std::thread::sleep(Duration::from_millis(300));
    std::fs::remove_file(&gate).unwrap();
    ended(child).fails(130, "stopping after this step").fails(130, "run the same command again");
    assert_eq!(scene.target_sql("SELECT count(*) FROM {schema}.messages"), "100");
    assert_eq!(scene.run(&["--batch", "100"]).json()["copied"], 400);
    scene.assert_copied();
}

#[test]
fn writers_go_on_and_what_they_wrote_meanwhile_is_copied_or_told() {
    let Some(scene) = Scene::filled(3_000) else { return };
    let writer = Writer::start(&scene.cli.db_url, &scene.source(), 3, Duration::from_millis(2));
    writer.wait_for(20);
    let mut told = 0;
    for _ in 0..3 {
        let out = scene.run(&["--batch", "200"]);
        out.succeeds();
        told += usize::from(out.stderr.contains("stop its writers and run this again"));
    }
    let (acknowledged, refused) = writer.stop();
    assert!(refused.is_empty(), "{refused:?}");
    assert!(told > 0, "something is always written during the comparison");
    scene.run(&[]).succeeds();
    scene.assert_copied();
    let ids: BTreeSet<_> = rows(&scene.target.url, &scene.schema()).into_iter().filter_map(|r| r.id).collect();
    assert!(acknowledged.iter().all(|a| ids.contains(&a.id)));
}

#[test]
fn another_run_on_the_namespace_or_into_the_schema_is_waited_for_by_none() {
    let Some(scene) = Scene::filled(10) else { return };
    let held = Held::lifecycle(&scene.cli.db_url, &scene.cli.namespace);
    scene.run(&[]).fails(7, "another run holds it");
    drop(held);
    let into = "eventodb_taken";
    let lock = format!("SELECT pg_advisory_lock(hashtextextended('eventodb-admin/to-postgres/{into}', 0))");
    let _held = Held::new(&scene.cli.db_url, &lock);
    scene.run(&["--to-url", &scene.cli.db_url, "--to-schema", into]).fails(7, "another run copies into it");
}
