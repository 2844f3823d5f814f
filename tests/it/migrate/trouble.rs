//! `migrate postgres` from sources that are not as they should be, and on servers that fail: each has one answer.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::cli::{BINARY, Cli, Out, programs, sql, var};
use super::cluster::{PrivateCluster, Spec, as_server};
use super::sources::{Database, Json, Layout, Source, Trouble, assert_same, rows};

struct Scene {
    cli: Cli,
    source: Source,
}

impl Scene {
    fn new(layout: Layout, trouble: Trouble) -> Option<Self> {
        Some(Self::between(Source::alone(layout, trouble)?, Cli::bare()))
    }

    fn between(source: Source, cli: Cli) -> Self {
        let cli = cli.with("EVENTODB_FROM_URL", source.url());
        Self { cli, source }
    }

    fn args(&self, more: &[&str]) -> Vec<String> {
        let fixed =
            ["migrate", "postgres", "--from-schema", &self.source.schema, "--compress-after", "never", "-o", "json"];
        fixed.iter().chain(more).map(|&a| a.to_owned()).collect()
    }

    fn run(&self, more: &[&str]) -> Out {
        let args = self.args(more);
        self.cli.run(&args.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// A run that waits at this step until the file that is returned goes.
    fn start_held(&self, more: &[&str], step: &str) -> (Child, PathBuf) {
        let gate = self.cli.path("gate");
        let child = Command::new(BINARY)
            .args(self.args(more))
            .env_clear()
            .envs(self.cli.variables())
            .env("EVENTODB_FAILPOINTS", format!("{step}=wait:{}", gate.display()))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let begun = Instant::now();
        while !gate.exists() {
            assert!(begun.elapsed() < Duration::from_secs(30), "the run did not come to {step}");
            std::thread::sleep(Duration::from_millis(10));
        }
        (child, gate)
    }

    fn schema(&self) -> String {
        format!("tsdb_{}", self.cli.namespace)
    }

    /// Messages that have come over.
    fn messages(&self) -> i64 {
        sql(&self.cli.db_url, &format!("SELECT count(*) FROM {}.messages", self.schema())).parse().unwrap()
    }

    /// All has come over as it is, and the program says so, too.
    #[track_caller]
    fn assert_migrated(&self) {
        assert_same(&self.source.rows(), &rows(&self.cli.db_url, &self.schema()));
        self.cli.run(&["migrate", "verify"]).succeeds();
    }

    /// The namespace that has taken over is whole.
    #[track_caller]
    fn assert_cut_over(&self) {
        self.cli.run(&["migrate", "cutover"]).succeeds();
        assert_same(&self.source.rows(), &rows(&self.cli.db_url, &self.schema()));
        self.cli.run(&["coverage"]).succeeds();
    }

    #[track_caller]
    fn assert_nothing_was_made(&self) {
        let made =
            sql(&self.cli.db_url, &format!("SELECT count(*) FROM pg_namespace WHERE nspname = '{}'", self.schema()));
        assert_eq!(made, "0");
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

#[test]
fn a_source_that_has_given_out_the_last_global_position_is_refused_before_anything_is_made_and_at_the_cutover() {
    let Some(scene) = Scene::new(Layout::EventoDb, Trouble::default()) else { return };
    scene.source.fill(1, 100, 5);
    scene.source.insert("gen_random_uuid(), 'a-1', 'T', 3, 9223372036854775807, NULL, NULL, now()");
    for more in [&["--dry-run"][..], &[]] {
        scene.run(more).fails(4, "stream a-1 at position 3 has 9223372036854775807");
    }
    scene.source.sql("DELETE FROM {schema}.messages WHERE stream_name = 'a-1'");
    let sequence = "pg_get_serial_sequence('{schema}.messages', 'global_position')";
    let set_to = |last: &str| scene.source.sql(&format!("SELECT setval({sequence}, {last})"));
    set_to("9223372036854775807");
    for more in [&["--dry-run"][..], &[]] {
        scene.run(more).fails(4, "its sequence has given out 9223372036854775807");
    }
    scene.assert_nothing_was_made();
    set_to("100");
    scene.run(&[]).succeeds();
    scene.source.insert("gen_random_uuid(), 'a-1', 'T', 3, 9223372036854775807, NULL, NULL, now()");
    for more in [&["--dry-run"][..], &[]] {
        scene.cli.run(&[&["migrate", "cutover"], more].concat()).fails(4, "stream a-1 at position 3");
    }
    scene.source.sql("DELETE FROM {schema}.messages WHERE stream_name = 'a-1'");
    scene.assert_cut_over();
}

const DOUBLES: Trouble = Trouble { doubles: true, nulls: false, json: Json::Binary, extras: false };

#[test]
fn ids_positions_and_global_positions_that_are_there_twice_are_named_before_anything_is_made() {
    let Some(scene) = Scene::new(Layout::MessageDb10, DOUBLES) else { return };
    scene.source.fill(1, 100, 5);
    for (values, what, named) in [
        ("md5('message 7')::uuid, 'a-1', 'T', 0, 101, NULL, NULL, now()", "ids occur", "c"),
        ("gen_random_uuid(), 'account-0', 'T', 3, 102, NULL, NULL, now()", "positions of a stream occur", "account-0"),
        // A sequence that was set back hands out what was handed out before.
        ("gen_random_uuid(), 'a-1', 'T', 0, 100, NULL, NULL, now()", "global positions occur", "100"),
    ] {
        scene.source.insert(values);
        for more in [&["--dry-run"][..], &[]] {
            let out = scene.run(more);
            out.fails(4, what).fails(4, named).fails(4, "nothing was copied");
        }
        scene.assert_nothing_was_made();
        scene.source.sql("DELETE FROM {schema}.messages WHERE time >= '2025-01-01'");
    }
    scene.run(&[]).succeeds();
    scene.assert_migrated();
}

#[test]
fn gaps_in_positions_and_global_positions_stay_gaps() {
    let Some(scene) = Scene::new(Layout::MessageDb12, Trouble::default()) else { return };
    scene.source.fill(1, 300, 5);
    scene.source.sql("DELETE FROM {schema}.messages WHERE global_position BETWEEN 40 AND 160 OR position = 7");
    // A stream that begins late, and a number far ahead.
    scene.source.insert("gen_random_uuid(), 'late-1', 'T', 40, 1000000, '{}', NULL, '2024-03-01'");
    scene.source.insert("gen_random_uuid(), 'late-1', 'T', 43, 7000000000000, '{}', NULL, '2024-03-02'");
    scene.run(&["--batch", "50"]).succeeds();
    scene.assert_migrated();
    scene.assert_cut_over();
    let version = |stream: &str| scene.cli.json(&["streams", "version", stream])["version"].clone();
    assert_eq!((version("late-1"), version("account-0")), (43.into(), 59.into()));
    // The next number is behind the last one, whatever the source's sequence says.
    let written = scene.cli.json(&["messages", "write", "late-1", "Next"]);
    assert_eq!((&written["position"], &written["global_position"]), (&44.into(), &7_000_000_000_001_i64.into()));
}

#[test]
fn messages_without_a_stream_name_are_named_and_the_rest_comes_over() {
    let trouble = Trouble { nulls: true, ..DOUBLES };
    let Some(scene) = Scene::new(Layout::EventoDb, trouble) else { return };
    scene.source.fill(1, 500, 5);
    scene.source.sql("UPDATE {schema}.messages SET stream_name = NULL WHERE global_position = 120");
    scene.source.sql("UPDATE {schema}.messages SET stream_name = '' WHERE global_position = 130");
    scene.source.sql("UPDATE {schema}.messages SET type = NULL WHERE global_position = 320");
    scene.source.sql("UPDATE {schema}.messages SET position = -1 WHERE global_position = 330");
    scene.source.sql("UPDATE {schema}.messages SET time = NULL WHERE global_position = 340");
    scene.source.sql("UPDATE {schema}.messages SET id = NULL WHERE global_position = 350");
    let out = scene.run(&["--batch", "100"]);
    for text in [
        "120: no stream name",
        "130: an empty stream name",
        "320: no type",
        "330: a position below 0",
        "340: no time",
        "350: no id",
        "2 ranges were refused, the rest was copied",
        "correct or delete them at the source",
    ] {
        out.fails(4, text);
    }
    assert_eq!(scene.messages(), 300);
    let status = scene.cli.json(&["migrate", "status"]);
    assert_eq!((&status["ranges_failed"], &status["ranges_left"]), (&2.into(), &2.into()), "{status}");
    scene.cli.run(&["migrate", "cutover"]).fails(4, "120: no stream name");
    scene.source.insert("gen_random_uuid(), 'a-1', 'T', 0, 501, '{}', NULL, '2024-03-01'");
    scene.source.sql(
        "DELETE FROM {schema}.messages WHERE stream_name IS NULL OR stream_name = '' OR type IS NULL OR position < 0
                                          OR time IS NULL OR id IS NULL",
    );
    scene.run(&["--batch", "100"]).succeeds();
    scene.assert_migrated();
    scene.assert_cut_over();
}

#[test]
fn times_out_of_order_and_far_away_are_kept_and_an_infinite_one_is_named() {
    let Some(scene) = Scene::new(Layout::MessageDb10, Trouble::default()) else { return };
    scene.source.fill(1, 200, 5);
    // Backwards, and all over the calendar.
    scene
        .source
        .sql("UPDATE {schema}.messages SET time = '2024-06-01'::timestamp - global_position * interval '3 days'");
    for (n, time) in
        ["2999-12-31 23:59:59.999999", "1969-12-31 23:59:59.999999", "0001-01-01", "4000-01-01 BC", "9999-12-31"]
            .iter()
            .enumerate()
    {
        scene.source.insert(&format!("gen_random_uuid(), 'far-1', 'T', {n}, {}, '{{}}', NULL, '{time}'", 201 + n));
    }
    scene.source.insert("gen_random_uuid(), 'far-2', 'T', 0, 206, '{}', NULL, 'infinity'");
    scene.run(&["--batch", "50"]).fails(4, "206: a time at infinity");
    scene.source.sql("DELETE FROM {schema}.messages WHERE NOT isfinite(time)");
    scene.run(&["--batch", "50"]).succeeds();
    scene.assert_migrated();
    scene.assert_cut_over();
    let read = scene.cli.json(&["messages", "read", "far-1"]);
    assert_eq!(read.as_array().unwrap().len(), 5);
}

#[test]
fn a_time_that_no_chunk_can_be_made_for_is_named() {
    let Some(scene) = Scene::new(Layout::MessageDb10, Trouble::default()) else { return };
    scene.source.fill(1, 20, 5);
    scene.source.insert("gen_random_uuid(), 'far-1', 'T', 0, 21, '{}', NULL, '294276-12-31 23:59:59'");
    scene.source.insert("gen_random_uuid(), 'far-1', 'T', 1, 22, '{}', NULL, '4714-11-24 BC'");
    let out = scene.run(&[]);
    for position in [21, 22] {
        out.fails(4, &format!("{position}: a time at infinity, or one that no archive can hold"));
    }
    scene.source.sql("DELETE FROM {schema}.messages WHERE global_position > 20");
    scene.run(&[]).succeeds();
    scene.assert_migrated();
}

#[test]
fn global_positions_that_restart_are_copied_where_they_do_not_collide() {
    let Some(scene) = Scene::new(Layout::MessageDb12, Trouble::default()) else { return };
    scene.source.fill(1001, 200, 5);
    scene.run(&["--batch", "50"]).succeeds();
    scene.assert_migrated();
    // Below all that was copied, and in a gap that was taken for one.
    scene.source.sql("DELETE FROM {schema}.messages WHERE global_position = 1100");
    scene.cli.run(&["migrate", "abandon", "--yes"]).succeeds();
    scene.run(&["--batch", "50"]).succeeds();
    scene.source.sql("SELECT setval('{schema}.messages_global_position_seq', 1099)");
    scene.source.sql("SELECT {schema}.write_message(gen_random_uuid()::varchar, 'again-1', 'T', '{}')");
    let out = scene.cli.run(&["migrate", "verify"]);
    out.fails(5, "differ");
    scene.assert_cut_over();

    let Some(scene) = Scene::new(Layout::MessageDb12, Trouble::default()) else { return };
    scene.source.fill(1001, 200, 5);
    scene.run(&["--batch", "50"]).succeeds();
    scene.source.sql("SELECT setval('{schema}.messages_global_position_seq', 1, false)");
    scene.source.sql("SELECT {schema}.write_message(gen_random_uuid()::varchar, 'again-1', 'T', '{}')");
    scene.cli.run(&["migrate", "cutover"]).fails(5, "global position 1, before the first that was copied");
    // It still takes writes.
    scene.source.sql("SELECT {schema}.write_message(gen_random_uuid()::varchar, 'again-1', 'T', '{}')");
    scene.cli.run(&["migrate", "abandon", "--yes"]).succeeds();
    scene.run(&["--batch", "50"]).succeeds();
    scene.assert_migrated();
}

#[test]
fn columns_that_a_namespace_has_no_place_for_are_left_behind_only_where_that_is_said() {
    for layout in [Layout::MessageDb10, Layout::EventoDb] {
        let Some(scene) = Scene::new(layout, Trouble { extras: true, ..Trouble::default() }) else { return };
        scene.source.fill(1, 100, 5);
        let out = scene.run(&[]);
        out.fails(8, "tenant").fails(8, "--ignore-column tenant");
        scene.assert_nothing_was_made();
        scene.run(&["--ignore-column", "tenant"]).fails(8, "odd \"name");
        scene.run(&["--ignore-column", "tenant", "--ignore-column", "odd \"name"]).succeeds();
        scene.assert_migrated();
        assert_eq!(
            scene.source.sql("SELECT count(*) FROM {schema}.seen"),
            "100",
            "the source's trigger ran for its writer"
        );
        scene.assert_cut_over();
    }
}

#[test]
fn json_that_jsonb_cannot_hold_is_named_and_doubled_keys_keep_the_last() {
    let Some(scene) = Scene::new(Layout::MessageDb10, Trouble { json: Json::Text, ..DOUBLES }) else { return };
    scene.source.fill(1, 300, 5);
    // A zero character, and text that only looks like one.
    scene.source.insert(r#"gen_random_uuid(), 'a-1', 'T', 0, 301, '{"a": "\u0000"}', NULL, '2024-03-01'"#);
    scene.source.insert(r#"gen_random_uuid(), 'a-1', 'T', 1, 302, '{"a": "\\u0000"}', '{"b": 1}', '2024-03-01'"#);
    scene
        .source
        .insert(r#"gen_random_uuid(), 'a-1', 'T', 2, 303, '{"k": 1, "k": {"z": 0}, "k": 2}', NULL, '2024-03-01'"#);
    scene.source.insert(r#"gen_random_uuid(), 'a-1', 'T', 3, 304, '{}', '{"m": "\\\u0000"}', '2024-03-01'"#);
    let out = scene.run(&["--batch", "100"]);
    out.fails(4, "301: \\u0000").fails(4, "304: \\u0000").fails(4, "of keys that occur twice the last one");
    assert!(!out.stderr.contains("302:"), "{out:?}");
    assert_eq!(scene.messages(), 300);
    scene.source.sql("DELETE FROM {schema}.messages WHERE global_position IN (301, 304)");
    scene.run(&["--batch", "100"]).succeeds();
    scene.assert_migrated();
    let data = |at: i64| {
        sql(&scene.cli.db_url, &format!("SELECT data FROM {}.messages WHERE global_position = {at}", scene.schema()))
    };
    assert_eq!((data(302), data(303)), (r#"{"a": "\\u0000"}"#.to_owned(), r#"{"k": 2}"#.to_owned()));
}

/// A cluster that a test may restart or fill up; `None` where there is no installation to make one of.
pub fn private(name: &str, more: &str) -> Option<PrivateCluster> {
    if var("EVENTODB_TEST_DB_EDITION") == "wasm" {
        eprintln!("NOT TESTED HERE: a server of a test's own; this needs a PostgreSQL installation");
        return None;
    }
    let bin = programs("a server of a test's own")?;
    let settings = format!(
        "shared_preload_libraries = 'timescaledb'\ntimescaledb.telemetry_level = off\nshared_buffers = 32MB\n{more}"
    );
    let settings = settings.as_str();
    let hba = "local all all trust\nhost all all 127.0.0.1/32 trust\nhost all all ::1/128 trust\n";
    Some(PrivateCluster::start(&bin, &Spec { name, settings, hba, files: &[] }))
}

fn url(cluster: &PrivateCluster) -> String {
    format!("postgres://postgres@127.0.0.1:{}/postgres", cluster.port)
}

fn cli_on(database: &Database) -> Cli {
    Cli { db_url: database.url.clone(), namespace: "orders".into(), ..Cli::offline() }
}

const EXTENSION: &str = "CREATE EXTENSION IF NOT EXISTS timescaledb SCHEMA public";

#[test]
fn either_server_may_restart_in_mid_copy() {
    let Some(cluster) = private("eventodb-restart", "") else { return };
    // Source here and target there, and the other way round.
    let here = url(&cluster);
    let there = var("EVENTODB_TEST_DB_URL");
    for (from, to, mode, step) in
        [(&here, &there, "fast", "migrate.copy.before"), (&there, &here, "immediate", "migrate.end.after")]
    {
        let source = Source::new(Database::on(from, ""), Layout::MessageDb12, "orders", Trouble::default());
        source.fill(1, 600, 5);
        let target = Database::on(to, EXTENSION);
        let scene = Scene::between(source, cli_on(&target));
        let (child, gate) = scene.start_held(&["--batch", "100", "--jobs", "1"], step);
        cluster.restart(mode);
        // Later ranges come to the step as well.
        let over = Arc::new(AtomicBool::new(false));
        let opener = std::thread::spawn({
            let over = Arc::clone(&over);
            move || {
                while !over.load(Ordering::SeqCst) {
                    let _ = std::fs::remove_file(&gate);
                    std::thread::sleep(Duration::from_millis(5));
                }
            }
        });
        let out = ended(child);
        over.store(true, Ordering::SeqCst);
        opener.join().unwrap();
        assert_eq!(out.code, 0, "{mode}: {out:?}");
        assert!(out.stderr.contains("trying again"), "{mode}: {out:?}");
        scene.assert_migrated();
    }
}

/// A file system of a few megabytes, where root may mount one.
struct Small(PathBuf);

impl Small {
    fn mount(folder: PathBuf, megabytes: u32) -> Option<Self> {
        let made = as_server().args(["mkdir", "-p"]).arg(&folder).status().is_ok_and(|s| s.success());
        let options = format!("size={megabytes}m,mode=0700");
        let mounted = made
            && Command::new("mount")
                .args(["-t", "tmpfs", "-o", &options, "tmpfs"])
                .arg(&folder)
                .stderr(Stdio::null())
                .status()
                .is_ok_and(|s| s.success());
        if !mounted {
            eprintln!("NOT TESTED HERE: a full disk; this needs the right to mount a file system");
            return None;
        }
        let small = Self(folder);
        let owned = Command::new("chown").arg("postgres:").arg(&small.0).status().is_ok_and(|s| s.success());
        owned.then_some(small)
    }

    /// Leaves only so much free.
    fn fill(&self, leave: u64) {
        let output = Command::new("df").args(["--output=avail", "-B1"]).arg(&self.0).output().unwrap();
        let free: u64 = String::from_utf8(output.stdout).unwrap().lines().last().unwrap().trim().parse().unwrap();
        assert!(free > leave, "the file system is too small for this test");
        std::fs::write(self.0.join("ballast"), vec![1; usize::try_from(free - leave).unwrap()]).unwrap();
    }

    fn make_room(&self) {
        std::fs::remove_file(self.0.join("ballast")).unwrap();
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_ends_the_run_and_the_next_one_goes_on() {
    let Some(cluster) = private("eventodb-full", "") else { return };
    let Some(small) = Small::mount(PathBuf::from(&cluster.folder).join("small"), 120) else { return };
    cluster.sql(&format!("CREATE TABLESPACE small LOCATION '{}'", small.0.display()));
    cluster.sql("CREATE DATABASE target TABLESPACE small");
    let target = Database::there(&format!("postgres://postgres@127.0.0.1:{}/target", cluster.port));
    target.sql(EXTENSION);
    let Some(source) = Source::alone(Layout::MessageDb10, Trouble::default()) else { return };
    source.fill(1, 20_000, 50);
    let scene = Scene::between(source, cli_on(&target));
    small.fill(7 << 20);
    let out = scene.run(&["--batch", "1000"]);
    out.fails(1, "[53100]").fails(1, "make room, then run it again");
    let before = scene.messages();
    assert!((1..20_000).contains(&before) && before % 1000 == 0, "{before} messages have come over");
    // As long as there is no room, nothing changes.
    scene.run(&["--batch", "1000"]).fails(1, "[53100]");
    small.make_room();
    scene.run(&["--batch", "1000"]).succeeds();
    scene.assert_migrated();
}
