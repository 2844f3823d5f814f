//! Rows that are hidden are not rows that are not there: two counts, by two ways, before anything goes.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use eventodb_admin::db::connect::connect_plain;
use eventodb_admin::db::conninfo::ConnInfo;
use eventodb_admin::db::ConnectOptions;
use serde_json::Value;

use super::cli::{BINARY, Cli, Out, made_up, sql, try_sql, var};
use super::cluster::{PrivateCluster, Spec};

/// Messages a week.
const WEEK: usize = 20;
const LATE: i64 = 3;
const ARCHIVE: [&str; 4] = ["chunks", "archive", "--older-than", "0d"];

fn is_community(url: &str) -> bool {
    sql(url, "SELECT current_setting('timescaledb.license')") == "timescale"
}

fn schema(cli: &Cli) -> String {
    cli.json(&["namespaces", "show"])["schema"].as_str().unwrap().to_owned()
}

/// Chunks that are live, oldest first, with their schema.
fn chunks(cli: &Cli) -> Vec<String> {
    let names = sql(
        &cli.db_url,
        &format!(
            "SELECT coalesce(string_agg(format('%I.%I', chunk_schema, chunk_name), ' ' ORDER BY range_start), '')
               FROM timescaledb_information.chunks WHERE hypertable_schema = '{}'",
            schema(cli)
        ),
    );
    names.split_whitespace().map(str::to_owned).collect()
}

fn live(cli: &Cli) -> i64 {
    sql(&cli.db_url, &format!("SELECT count(*) FROM {}.messages", schema(cli))).parse().unwrap()
}

fn archived(cli: &Cli) -> i64 {
    let all = cli.json(&["archives", "list"]);
    all.as_array().unwrap().iter().filter(|a| a["state"] == "dropped").map(|a| a["messages"].as_i64().unwrap_or_else(|| a["message_count"].as_i64().unwrap())).sum()
}

fn late(cli: &Cli, time: &str, n: i64) {
    sql(
        &cli.db_url,
        &format!(
            "INSERT INTO {}.messages (time, position, stream_name, type)
             SELECT '{time}'::timestamptz + i * interval '1 s', i, 'late-{}', 'Late' FROM generate_series(0, {} - 1) i",
            schema(cli),
            time.replace(['-', ':'], ""),
            n
        ),
    );
}

/// On a database of its own: a week that is not compressed, and where the server can, one that is, and one that is and has
/// late rows beside it.
fn scene() -> Option<(Cli, i64)> {
    let cli = Cli::alone()?;
    Some(fill(cli))
}

fn fill(cli: Cli) -> (Cli, i64) {
    let store = cli.store();
    let cli = cli.with("EVENTODB_STORE", &store);
    cli.run(&["namespaces", "create", &cli.namespace, "--compress-after", "never"]).succeeds();
    cli.run_with(&["messages", "import"], made_up(3, WEEK).as_bytes()).succeeds();
    let mut total = 3 * WEEK as i64;
    if is_community(&cli.db_url) {
        for chunk in &chunks(&cli)[1..] {
            cli.run(&["chunks", "compress", chunk]).succeeds();
        }
        late(&cli, "2013-01-18T12:00:00Z", LATE);
        total += LATE;
    } else {
        println!("NOT TESTED HERE: compressed chunks; this edition has none");
    }
    (cli, total)
}

/// A run that is held at a failpoint.
struct Run {
    child: Child,
    file: PathBuf,
}

fn held(cli: &Cli, args: &[&str], point: &str) -> Run {
    let file = cli.path(&format!("gate-{}", uuid::Uuid::new_v4().simple()));
    let child = Command::new(BINARY)
        .args(args)
        .env_clear()
        .envs(cli.variables())
        .env("EVENTODB_FAILPOINTS", format!("{point}=wait:{}", file.display()))
        .current_dir(cli.dir.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut run = Run { child, file };
    while !run.file.exists() {
        if run.child.try_wait().unwrap().is_some() {
            panic!("it never came to {point}: {:?}", run.ended());
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    run
}

impl Run {
    fn ended(self) -> Out {
        let out = self.child.wait_with_output().unwrap();
        Out {
            code: out.status.code().unwrap_or(-1),
            stdout: String::from_utf8(out.stdout).unwrap(),
            stderr: String::from_utf8(out.stderr).unwrap(),
        }
    }

    /// Passes this step, and the same one of later chunks.
    fn goes_on(mut self) -> Out {
        while self.child.try_wait().unwrap().is_none() {
            let _ = std::fs::remove_file(&self.file);
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        self.ended()
    }
}

/// A step that both protocols come to after the copy and before the drop.
const BETWEEN: &str = "archive.read-back.after";

/// Settings that hide rows, or keep heads from being kept, as `name = value`.
const SETTINGS: [&str; 6] = [
    "timescaledb.enable_columnarscan = off",
    "timescaledb.enable_transparent_decompression = off",
    "timescaledb.disable_load = on",
    "timescaledb.restoring = on",
    "zero_damaged_pages = on",
    "session_replication_role = replica",
];

fn is_known(url: &str, setting: &str) -> bool {
    let name = setting.split(' ').next().unwrap();
    sql(url, &format!("SELECT current_setting('{name}', true) IS NOT NULL")) == "t"
}

/// Archives with the setting, takes it away, and looks for every message.
#[track_caller]
fn loses_nothing(cli: &Cli, total: i64, what: &str, run: &dyn Fn(&[&str]) -> Out, reset: &dyn Fn()) {
    let out = run(&ARCHIVE);
    reset();
    assert_eq!(live(cli) + archived(cli), total, "{what}: {out:?}");
    if what.contains("restoring") {
        out.fails(1, "timescaledb_post_restore");
    }
    if what.contains("restoring") {
        assert_eq!(live(cli), total, "{what}: a refusal drops nothing: {out:?}");
    } else {
        // Whoever runs it may set it: it is right, and all of it was seen.
        assert_eq!((out.code, archived(cli)), (0, total), "{what}: {out:?}");
    }
    cli.run(&ARCHIVE).succeeds();
    assert_eq!(archived(cli), total, "{what}");
    cli.run(&["archives", "verify", "--all"]).succeeds();
}

/// A role of the test's own in the place of the one that made the database.
struct Role {
    name: String,
    url: String,
    admin: String,
}

impl Role {
    fn new(cli: &Cli, attributes: &str) -> Self {
        let name = format!("hidden_{}", uuid::Uuid::new_v4().simple());
        sql(&cli.db_url, &format!("CREATE ROLE {name} LOGIN {attributes} PASSWORD 'kept Secret-4711'"));
        let mut url = url::Url::parse(&cli.db_url).unwrap();
        url.set_username(&name).unwrap();
        url.set_password(Some("kept%20Secret-4711")).unwrap();
        Self { name, url: url.to_string(), admin: cli.db_url.clone() }
    }
}

impl Drop for Role {
    fn drop(&mut self) {
        let _ = try_sql(&self.admin, &format!("DROP OWNED BY {0}; DROP ROLE {0}", self.name));
    }
}

fn everywhere(setting: &str) {
    let place = |make: &dyn Fn(&Cli, &Role) -> Vec<(String, String)>, what: &str| {
        let Some((cli, total)) = scene() else { return };
        if !is_known(&cli.db_url, setting) {
            println!("NOT TESTED HERE: {setting}; this server does not have it");
            return;
        }
        let role = Role::new(&cli, "SUPERUSER");
        let statements = make(&cli, &role);
        for (set, _) in &statements {
            plainly(&cli.db_url, set);
        }
        let run = |args: &[&str]| cli.run_in(&[("EVENTODB_DB_URL", &role.url)], args, b"");
        let reset = || {
            for (_, reset) in &statements {
                plainly(&cli.db_url, reset);
            }
        };
        loses_nothing(&cli, total, &format!("{setting} of the {what}"), &run, &reset);
    };
    let name = setting.split(' ').next().unwrap();
    let database = |cli: &Cli| url::Url::parse(&cli.db_url).unwrap().path().trim_start_matches('/').to_owned();
    place(
        &|_, role| vec![(format!("ALTER ROLE {} SET {setting}", role.name), format!("ALTER ROLE {} RESET {name}", role.name))],
        "role",
    );
    place(
        &|cli, role| {
            let of = format!("ALTER ROLE {} IN DATABASE {}", role.name, database(cli));
            vec![(format!("{of} SET {setting}"), format!("{of} RESET {name}"))]
        },
        "role in the database",
    );
    place(
        &|cli, _| {
            let of = format!("ALTER DATABASE {}", database(cli));
            vec![(format!("{of} SET {setting}"), format!("{of} RESET {name}"))]
        },
        "database",
    );
}

/// Runs SQL on a session that sets nothing of its own: not even the library's connection.
fn plainly(url: &str, statement: &str) {
    sql(url, statement);
}

#[test]
fn a_setting_that_leaves_compressed_rows_out_loses_no_message_whoever_has_set_it() {
    everywhere(SETTINGS[0]);
    everywhere(SETTINGS[1]);
}

#[test]
fn a_session_that_does_not_load_the_extension_loses_no_message_whoever_has_told_it_so() {
    everywhere(SETTINGS[2]);
}

#[test]
fn a_restore_that_is_under_way_refuses_whatever_changes_something() {
    everywhere(SETTINGS[3]);
}

#[test]
fn settings_that_pass_over_damage_or_over_triggers_lose_no_message() {
    everywhere(SETTINGS[4]);
    everywhere(SETTINGS[5]);
}

#[test]
fn a_setting_of_the_session_itself_loses_no_message() {
    for setting in SETTINGS {
        let Some((cli, total)) = scene() else { return };
        if !is_known(&cli.db_url, setting) {
            continue;
        }
        let url = format!("{}?options=-c%20{}", cli.db_url, setting.replace(' ', "").replace('=', "%3D"));
        let run = |args: &[&str]| cli.run_in(&[("EVENTODB_DB_URL", &url)], args, b"");
        loses_nothing(&cli, total, &format!("{setting} of the session"), &run, &|| {});
    }
}

#[test]
fn what_this_role_may_not_set_is_refused_by_changing_verbs_and_told_to_readers() {
    let Some((cli, total)) = scene() else { return };
    let role = Role::new(&cli, "");
    sql(&cli.db_url, &format!("GRANT ALL ON ALL TABLES IN SCHEMA eventodb_store, {} TO {}", schema(&cli), role.name));
    sql(&cli.db_url, &format!("GRANT USAGE ON SCHEMA eventodb_store, {} TO {}", schema(&cli), role.name));
    let name = &role.name;
    for setting in ["zero_damaged_pages", "session_replication_role", "timescaledb.restoring"] {
        let value = if setting == "session_replication_role" { "replica" } else { "on" };
        sql(&cli.db_url, &format!("ALTER ROLE {name} SET {setting} = {value}"));
        let run = |args: &[&str]| cli.run_in(&[("EVENTODB_DB_URL", &role.url)], args, b"");
        for verb in [&ARCHIVE[..], &["chunks", "drop", "--older-than", "0d"], &["messages", "write", "a-1", "T"]] {
            let out = run(verb);
            out.fails(1, setting);
            assert!(out.stderr.contains("hint:"), "{out:?}");
        }
        let out = run(&["chunks", "list"]);
        assert!(out.stderr.contains(setting) && out.stderr.contains("may be missing"), "{out:?}");
        sql(&cli.db_url, &format!("ALTER ROLE {name} RESET {setting}"));
    }
    assert_eq!(live(&cli), total);
}

#[test]
fn commits_are_kept_before_they_are_told_whatever_the_database_says() {
    let Some(cli) = Cli::alone() else { return };
    let database = url::Url::parse(&cli.db_url).unwrap().path().trim_start_matches('/').to_owned();
    for (set, expected) in [("off", "on"), ("local", "on"), ("remote_apply", "remote_apply"), ("on", "on")] {
        sql(&cli.db_url, &format!("ALTER DATABASE {database} SET synchronous_commit = {set}"));
        assert_eq!(sql(&cli.db_url, "SHOW synchronous_commit"), expected, "{set}");
    }
}

/// With a setting that nobody here knows of: neither set nor looked at.
const UNKNOWN: (&str, &str) = ("EVENTODB_FAILPOINTS", "session.unknown-setting=return");

fn hidden_by_an_unknown_setting(cli: &Cli) -> Option<Vec<(&'static str, &'static str)>> {
    if !is_community(&cli.db_url) {
        println!("NOT TESTED HERE: hidden compressed rows; this edition has none");
        return None;
    }
    let database = url::Url::parse(&cli.db_url).unwrap().path().trim_start_matches('/').to_owned();
    sql(&cli.db_url, &format!("ALTER DATABASE {database} SET timescaledb.enable_columnarscan = off"));
    Some(vec![("EVENTODB_FAILPOINTS", "session.unknown-setting=error")])
}

#[test]
fn what_a_setting_of_a_newer_server_hides_is_found_by_counting_in_two_ways() {
    let _ = UNKNOWN;
    let Some((cli, total)) = scene() else { return };
    let Some(env) = hidden_by_an_unknown_setting(&cli) else { return };
    let run = |args: &[&str]| cli.run_in(&env, args, b"");
    // The week that is not compressed goes, the others stay.
    let out = run(&ARCHIVE);
    out.fails(5, "its files hold 20");
    assert!(out.stderr.contains("its files hold 23") && out.stderr.contains("hint:"), "{out:?}");
    assert_eq!((live(&cli), archived(&cli)), (total - WEEK as i64, WEEK as i64));
    let out = run(&["chunks", "archive", "--older-than", "0d", "--keep"]);
    out.fails(5, "its files hold 20");
    let out = run(&["chunks", "drop", "--older-than", "0d", "--unarchived", "--yes"]);
    out.fails(5, "its files hold 20");
    assert_eq!(live(&cli), total - WEEK as i64);
    // All is archived where nothing hides it, and what came back is not taken for gone.
    cli.run(&ARCHIVE).succeeds();
    let ids: Vec<String> =
        cli.json(&["archives", "list"]).as_array().unwrap().iter().map(|a| a["id"].to_string()).collect();
    for id in &ids {
        cli.run(&["archives", "rehydrate", id]).succeeds();
    }
    for chunk in chunks(&cli) {
        cli.run(&["chunks", "compress", &chunk]).succeeds();
    }
    run(&["archives", "release", &ids[1]]).fails(5, "its files hold");
    run(&["archives", "rehydrate", &ids[1]]).fails(5, "its files hold");
    assert_eq!(cli.json(&["archives", "show", &ids[1]])["state"], "rehydrated");
    assert_eq!(live(&cli), total);
}

fn compressed_table(cli: &Cli, chunk: &str) -> String {
    sql(
        &cli.db_url,
        &format!(
            "SELECT to_jsonb(s) ->> 'compress_relid' FROM _timescaledb_catalog.compression_settings s
              WHERE s.relid = '{chunk}'::regclass"
        ),
    )
}

#[test]
fn a_batch_whose_note_differs_from_its_rows_keeps_the_chunk() {
    let Some((cli, total)) = scene() else { return };
    if !is_community(&cli.db_url) {
        return;
    }
    let chunk = chunks(&cli).remove(1);
    let table = compressed_table(&cli, &chunk);
    for change in ["+ 1", "- 2"] {
        sql(&cli.db_url, &format!("UPDATE {table} SET _ts_meta_count = _ts_meta_count {change}"));
        // The server finds some of these itself.
        let out = cli.run(&["chunks", "archive", &chunk]);
        assert!([1, 5].contains(&out.code), "{out:?}");
        assert!(chunks(&cli).contains(&chunk));
    }
    sql(&cli.db_url, &format!("UPDATE {table} SET _ts_meta_count = _ts_meta_count + 1"));
    cli.run(&["chunks", "archive", &chunk]).succeeds();
    assert_eq!(live(&cli) + archived(&cli), total);
}

#[test]
fn a_compressed_chunk_whose_compressed_rows_are_not_found_stays() {
    let Some((cli, total)) = scene() else { return };
    if !is_community(&cli.db_url) {
        return;
    }
    let chunk = chunks(&cli).remove(1);
    // As a catalog of another version would have it, as far as this one lets it be made.
    sql(
        &cli.db_url,
        &format!(
            "UPDATE _timescaledb_catalog.compression_settings SET compress_relid = NULL WHERE relid = '{chunk}'::regclass;
             UPDATE _timescaledb_catalog.chunk SET compressed_chunk_id = NULL WHERE table_name = '{}'",
            chunk.split('.').nth(1).unwrap()
        ),
    );
    cli.run(&["chunks", "archive", &chunk]).fails(5, "not found");
    let _ = total;
    assert_eq!(chunks(&cli).len(), 3);
}

#[test]
fn a_chunk_that_seems_empty_goes_only_where_nothing_can_be_in_it() {
    let (cli, _) = fill(Cli::bare());
    let chunk = chunks(&cli).remove(0);
    sql(&cli.db_url, &format!("DELETE FROM {}.messages WHERE time < '2013-01-10'", schema(&cli)));
    // By the heads twenty messages are missing, and its file is not empty.
    let out = cli.run(&["chunks", "archive", &chunk]);
    out.fails(5, "20 more messages");
    assert!(out.stderr.contains("VACUUM") && chunks(&cli).contains(&chunk), "{out:?}");
    sql(&cli.db_url, &format!("VACUUM {chunk}"));
    cli.run(&["chunks", "archive", &chunk]).succeeds();
    assert!(!chunks(&cli).contains(&chunk));
}

#[test]
fn a_chunk_whose_messages_were_all_moved_elsewhere_goes_by_the_heads() {
    let (cli, total) = fill(Cli::bare());
    let chunk = chunks(&cli).remove(0);
    sql(
        &cli.db_url,
        &format!(
            "SET eventodb.heads_kept = 'on';
             WITH gone AS (DELETE FROM {0}.messages WHERE time < '2013-01-10' RETURNING *)
             INSERT INTO {0}.messages SELECT time + interval '1 year', global_position, position, stream_name, type, data,
                    metadata, id FROM gone",
            schema(&cli)
        ),
    );
    cli.run(&["chunks", "archive", &chunk]).succeeds();
    assert!(!chunks(&cli).contains(&chunk));
    assert_eq!(live(&cli) + archived(&cli), total);
}

#[test]
fn a_chunk_that_is_thawed_changed_and_frozen_again_between_copy_and_drop_stays() {
    let (cli, total) = fill(Cli::bare());
    if !is_community(&cli.db_url) {
        println!("NOT TESTED HERE: frozen chunks; this edition has none");
        return;
    }
    // Neither the count nor the sum of the global positions tells of it.
    let names = chunks(&cli);
    for (n, chunk) in names.iter().enumerate() {
        let run = held(&cli, &["chunks", "archive", chunk], BETWEEN);
        sql(
            &cli.db_url,
            &format!(
                "SELECT _timescaledb_functions.unfreeze_chunk('{chunk}');
                 UPDATE {}.messages SET data = '{{\"n\": \"changed\"}}' WHERE stream_name = 'account-{n}'
                    AND time >= '2013-01-03'::timestamptz + {n} * interval '7 d' AND time < '2013-01-10'::timestamptz + {n} * interval '7 d';
                 SELECT _timescaledb_functions.freeze_chunk('{chunk}')",
                schema(&cli)
            ),
        );
        run.goes_on().fails(5, "written anew");
        assert_eq!(live(&cli), total, "{chunk}");
        // What was archived is not what is there: it is archived anew.
        cli.run(&["chunks", "archive", chunk]).succeeds();
        cli.run(&["archives", "rehydrate", "--from", "2013-01-01", "--to", "2013-02-01"]).succeeds();
        let changed = sql(
            &cli.db_url,
            &format!("SELECT count(*) > 0 FROM {}.messages WHERE data ->> 'n' = 'changed' AND stream_name = 'account-{n}'", schema(&cli)),
        );
        assert_eq!((changed.as_str(), live(&cli)), ("t", total));
    }
}

#[test]
fn a_vacuum_between_copy_and_drop_changes_nothing() {
    let (cli, total) = fill(Cli::bare());
    for chunk in chunks(&cli) {
        if !is_community(&cli.db_url) {
            // The lock protocol holds the chunk from the copy to the drop: nothing comes between.
            return;
        }
        let run = held(&cli, &["chunks", "archive", &chunk], BETWEEN);
        sql(&cli.db_url, &format!("VACUUM (FREEZE, ANALYZE) {chunk}"));
        run.goes_on().succeeds();
    }
    assert_eq!(archived(&cli), total);
}

#[test]
fn a_chunk_that_was_merged_or_split_after_it_was_listed_is_left_to_the_next_run() {
    let (cli, total) = fill(Cli::bare());
    let can = |function: &str| sql(&cli.db_url, &format!("SELECT EXISTS (SELECT FROM pg_proc WHERE proname = '{function}')")) == "t";
    if !is_community(&cli.db_url) || !can("merge_chunks") || !can("split_chunk") {
        println!("NOT TESTED HERE: chunks that are merged and split; this server cannot");
        return;
    }
    for chunk in &chunks(&cli)[1..] {
        cli.run(&["chunks", "decompress", chunk]).succeeds();
    }
    let names = chunks(&cli);
    // All three are listed; the second and the third become one while the first is archived.
    let run = held(&cli, &ARCHIVE, "freeze.freeze.before");
    sql(&cli.db_url, &format!("CALL public.merge_chunks('{}', '{}')", names[1], names[2]));
    let out = run.goes_on();
    out.fails(1, "merged");
    assert!(out.stderr.contains("hint:"), "{out:?}");
    assert_eq!((live(&cli), archived(&cli)), (total - WEEK as i64, WEEK as i64));
    // The next one is split between listing and lock.
    let names = chunks(&cli);
    let run = held(&cli, &ARCHIVE, "freeze.freeze.before");
    sql(&cli.db_url, &format!("CALL public.split_chunk('{}')", names[0]));
    run.goes_on().fails(1, "its range is");
    assert_eq!((live(&cli), archived(&cli)), (total - WEEK as i64, WEEK as i64));
    cli.run(&ARCHIVE).succeeds();
    assert_eq!(archived(&cli), total);
    for archive in cli.json(&["archives", "list"]).as_array().unwrap() {
        cli.run(&["archives", "rehydrate", &archive["id"].to_string()]).succeeds();
    }
    assert_eq!(live(&cli), total);
}

#[test]
fn what_is_thrown_away_is_what_was_confirmed() {
    let discard = ["chunks", "drop", "--unarchived", "--yes"];
    for (what, change) in [
        ("a late row", "INSERT INTO {0}.messages (time, position, stream_name, type) VALUES ('2013-01-04', 0, 'late-9', 'L')"),
        ("an update", "UPDATE {0}.messages SET data = '{{}}' WHERE stream_name = 'account-1' AND time < '2013-01-10'"),
    ] {
        let (cli, total) = fill(Cli::bare());
        let chunk = chunks(&cli).remove(0);
        let run = held(&cli, &[&discard[..], &[&chunk]].concat(), "lifecycle.lock.before");
        sql(&cli.db_url, &change.replace("{0}", &schema(&cli)).replace("{{}}", "{}"));
        let out = run.goes_on();
        assert_eq!(out.code, 4, "{what}: {out:?}");
        assert!(chunks(&cli).contains(&chunk) && live(&cli) >= total, "{what}");
        cli.run(&[&discard[..], &[&chunk]].concat()).succeeds();
    }
    // Archived meanwhile: the ledger counts on the chunk.
    let (cli, total) = fill(Cli::bare());
    let chunk = chunks(&cli).remove(0);
    let run = held(&cli, &[&discard[..], &[&chunk]].concat(), "lifecycle.lock.before");
    cli.run(&["chunks", "archive", &chunk, "--keep"]).succeeds();
    run.goes_on().fails(4, "archive");
    assert_eq!(live(&cli), total);
    cli.run(&["chunks", "drop", &chunk]).succeeds();
    assert_eq!(live(&cli) + archived(&cli), total);
}

fn content(cli: &Cli) -> String {
    sql(
        &cli.db_url,
        &format!("SELECT md5(string_agg(m::text, E'\\n' ORDER BY global_position, stream_name, position, time)) FROM {}.messages m", schema(cli)),
    )
}

/// Rows as an adopted namespace may have them: past triggers.
fn insert_as_is(cli: &Cli, values: &str) {
    sql(
        &cli.db_url,
        &format!(
            "SET eventodb.heads_kept = 'on';
             INSERT INTO {}.messages (time, global_position, position, stream_name, type) VALUES {values}",
            schema(cli)
        ),
    );
}

fn bring_all_back(cli: &Cli) {
    let mut ids: Vec<i64> = cli
        .json(&["archives", "list"])
        .as_array()
        .unwrap()
        .iter()
        .filter(|a| a["state"] == "dropped")
        .map(|a| a["id"].as_i64().unwrap())
        .collect();
    ids.sort_unstable();
    for id in ids {
        cli.run(&["archives", "rehydrate", &id.to_string()]).succeeds();
    }
}

#[test]
fn a_global_position_that_two_messages_have_is_noted_and_comes_back_as_it_was() {
    // Within a chunk, and between two.
    for values in [
        "('2013-01-04', 5, 0, 'double-1', 'D'), ('2013-01-04', 6, 1, 'double-1', 'D'), ('2013-01-05', 6, 0, 'double-2', 'D')",
        "('2013-01-11', 5, 0, 'double-1', 'D'), ('2013-01-18', 6, 0, 'double-2', 'D'), ('2013-01-18', 25, 1, 'double-2', 'D')",
    ] {
        let (cli, total) = fill(Cli::bare());
        insert_as_is(&cli, values);
        let (before, all) = (content(&cli), total + 3);
        let out = cli.run(&ARCHIVE);
        out.succeeds();
        assert!(out.stderr.contains("global positions that another message has"), "{out:?}");
        assert_eq!(archived(&cli), all);
        let noted = sql(
            &cli.db_url,
            &format!(
                "SELECT string_agg(doubled_global_positions::text, ' ' ORDER BY id) FROM eventodb_store.archives
                  WHERE namespace = '{}' AND state = 'dropped'",
                cli.namespace
            ),
        );
        assert!(noted.contains("[5,7)"), "{noted}");
        bring_all_back(&cli);
        assert_eq!((content(&cli), live(&cli)), (before.clone(), all));
        // Released and brought back once more.
        cli.run(&ARCHIVE).succeeds();
        bring_all_back(&cli);
        assert_eq!((content(&cli), live(&cli)), (before, all));
    }
}

#[test]
fn the_ledger_learns_of_doubled_global_positions_from_the_store() {
    let (cli, total) = fill(Cli::bare());
    insert_as_is(&cli, "('2013-01-04', 5, 0, 'double-1', 'D'), ('2013-01-11', 6, 0, 'double-2', 'D')");
    let before = content(&cli);
    cli.run(&ARCHIVE).succeeds();
    let Some(other) = cli.after_the_database_is_lost() else { return };
    let other = other.with("EVENTODB_STORE", &cli.store());
    other.run(&["archives", "sync"]).succeeds();
    bring_all_back(&other);
    assert_eq!(live(&other), total + 2);
    assert_eq!(content(&other), before);
}

#[test]
fn a_double_that_was_not_noted_is_refused_as_ever() {
    let (cli, _) = fill(Cli::bare());
    insert_as_is(&cli, "('2013-01-04', 5, 0, 'double-1', 'D')");
    cli.run(&["chunks", "archive", &chunks(&cli)[0]]).succeeds();
    // Another message at a position that was not doubled, and the archive's own one at one that was.
    for (values, what) in
        [("('2013-06-04', 7, 0, 'new-1', 'N')", "new-1"), ("('2013-06-04', 5, 0, 'double-1', 'D')", "double-1")]
    {
        insert_as_is(&cli, values);
        let live_before = live(&cli);
        cli.run(&["archives", "rehydrate", "--from", "2013-01-01", "--to", "2013-01-10"]).fails(4, "global position");
        assert_eq!(live(&cli), live_before);
        sql(&cli.db_url, &format!("DELETE FROM {}.messages WHERE stream_name = '{what}'", schema(&cli)));
    }
    cli.run(&["archives", "rehydrate", "--from", "2013-01-01", "--to", "2013-01-10"]).succeeds();
}

#[test]
fn a_message_that_is_there_twice_is_not_archived_but_told() {
    for values in [
        // In the same chunk, at another time; and in another chunk.
        "('2013-01-04', 500, 0, 'double-1', 'D'), ('2013-01-05', 500, 0, 'double-1', 'D')",
        "('2013-01-04', 10, 0, 'double-1', 'D'), ('2013-01-11', 10, 0, 'double-1', 'D')",
    ] {
        let (cli, _) = fill(Cli::bare());
        insert_as_is(&cli, values);
        let (before, names) = (content(&cli), chunks(&cli));
        let out = cli.run(&["chunks", "archive", &names[0]]);
        out.fails(5, "a second time");
        assert!(out.stderr.contains("hint:"), "{out:?}");
        assert_eq!(content(&cli), before);
        assert_eq!(chunks(&cli), names);
    }
}

#[test]
fn a_position_that_two_messages_of_a_stream_have_comes_back_as_it_was() {
    let (cli, total) = fill(Cli::bare());
    insert_as_is(&cli, "('2013-01-04', 900, 0, 'same-1', 'D'), ('2013-01-05', 901, 0, 'same-1', 'D'), ('2013-01-11', 902, 0, 'same-1', 'D')");
    let before = content(&cli);
    cli.run(&ARCHIVE).succeeds();
    bring_all_back(&cli);
    assert_eq!((content(&cli), live(&cli)), (before, total + 3));
}

fn drop_in_sql(cli: &Cli) -> Result<String, String> {
    try_sql(&cli.db_url, &format!("SELECT count(*) FROM {}.drop_chunks_older_than('1 day')", schema(cli)))
}

#[test]
fn the_function_in_sql_drops_only_on_a_proof_of_today() {
    let (cli, total) = fill(Cli::bare());
    let own = format!("namespace = '{}'", cli.namespace);
    cli.run(&["chunks", "archive", "--older-than", "0d", "--keep"]).succeeds();
    sql(&cli.db_url, &format!("UPDATE eventodb_store.archives SET read_back_at = now() - interval '25 hours' WHERE {own}"));
    assert_eq!(drop_in_sql(&cli).unwrap(), "0");
    // The proof is of an earlier version of this program: there is none.
    sql(&cli.db_url, &format!("UPDATE eventodb_store.archives SET read_back_at = NULL WHERE {own}"));
    assert_eq!(drop_in_sql(&cli).unwrap(), "0");
    assert_eq!(live(&cli), total);
    cli.run(&["archives", "verify", "--all"]).succeeds();
    // Of another range than the archive's: it was merged or split since.
    sql(&cli.db_url, &format!("UPDATE eventodb_store.archives SET range_end = range_end + interval '1 s' WHERE {own} AND generation = 1"));
    assert_eq!(drop_in_sql(&cli).unwrap(), "0");
    sql(&cli.db_url, &format!("UPDATE eventodb_store.archives SET range_end = range_end - interval '1 s' WHERE {own} AND generation = 1"));
    assert_eq!(drop_in_sql(&cli).unwrap(), "3");
    assert_eq!((live(&cli), archived(&cli)), (0, total));
}

#[test]
fn the_function_in_sql_keeps_what_is_hidden_from_it() {
    let Some((cli, total)) = scene() else { return };
    cli.run(&["chunks", "archive", "--older-than", "0d", "--keep"]).succeeds();
    let schema = schema(&cli);
    let restoring = format!("SET timescaledb.restoring = on; SELECT count(*) FROM {schema}.drop_chunks_older_than('1 day')");
    assert_eq!(try_sql(&cli.db_url, &restoring), Err("55000".to_owned()));
    if is_community(&cli.db_url) {
        let hidden =
            format!("SET timescaledb.enable_columnarscan = off; SELECT count(*) FROM {schema}.drop_chunks_older_than('1 day')");
        assert_eq!(sql(&cli.db_url, &hidden), "1", "the one that is not compressed");
        assert_eq!(live(&cli), total - WEEK as i64);
        let chunk = chunks(&cli).remove(0);
        let table = compressed_table(&cli, &chunk);
        sql(&cli.db_url, &format!("UPDATE {table} SET _ts_meta_count = _ts_meta_count + 1"));
        assert_eq!(drop_in_sql(&cli).unwrap(), "1", "the note of the other one's batches is wrong");
        assert!(chunks(&cli).contains(&chunk));
    }
}

#[test]
fn a_policy_on_rows_ends_an_archive_with_words_that_say_so() {
    let (cli, total) = fill(Cli::bare());
    let schema = schema(&cli);
    let role = Role::new(&cli, "");
    let grants = cli.run(&["namespaces", "grants", &cli.namespace, "--role", &role.name, "--as", "archiver"]);
    sql(&cli.db_url, &grants.succeeds().stdout);
    for chunk in chunks(&cli).iter().map(String::as_str).chain([&*format!("{schema}.messages")]) {
        let enabled = try_sql(&cli.db_url, &format!("ALTER TABLE {chunk} ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON {chunk} USING (global_position < 5)"));
        println!("{chunk}: {enabled:?}");
    }
    let out = cli.run_in(&[("EVENTODB_DB_URL", &role.url)], &ARCHIVE, b"");
    println!("{out:?}");
    assert_ne!(out.code, 0, "{out:?}");
    assert!(out.stderr.contains("row-level security") && out.stderr.contains("hint:"), "{out:?}");
    assert_eq!(live(&cli), total);
}

fn own_server(settings: &str) -> Option<(PrivateCluster, String)> {
    let bin = PathBuf::from(var("EVENTODB_TEST_PG_BINDIR"));
    if var("EVENTODB_TEST_DB_EDITION") != "community" || !bin.join("initdb").exists() {
        println!("NOT TESTED HERE: settings of a server; this needs Community's own programs");
        return None;
    }
    let settings = format!("shared_preload_libraries = 'timescaledb'\ntimescaledb.telemetry_level = off\n{settings}");
    let spec = Spec { name: "eventodb-hidden", settings: &settings, hba: "local all all trust\nhost all all all trust\n", files: &[] };
    let server = PrivateCluster::start(&bin, &spec);
    server.sql("CREATE EXTENSION IF NOT EXISTS timescaledb");
    let url = format!("postgres://postgres:kept%20Secret-4711@127.0.0.1:{}/postgres", server.port);
    Some((server, url))
}

#[test]
fn a_setting_of_the_server_loses_no_message() {
    let Some((server, url)) = own_server("") else { return };
    for setting in SETTINGS {
        let (cli, total) = fill(Cli { db_url: url.clone(), ..Cli::bare() });
        if !is_known(&url, setting) {
            continue;
        }
        let (name, value) = setting.split_once(" = ").unwrap();
        server.sql(&format!("ALTER SYSTEM SET {name} = '{value}'"));
        server.restart("fast");
        let reset = || {
            server.sql(&format!("ALTER SYSTEM RESET {name}"));
            server.restart("fast");
        };
        loses_nothing(&cli, total, &format!("{setting} of the server"), &|args| cli.run(args), &reset);
    }
}

#[test]
fn the_apache_edition_refuses_a_chunk_that_is_compressed_and_changes_nothing() {
    let Some((server, url)) = own_server("") else { return };
    let (cli, total) = fill(Cli { db_url: url, ..Cli::bare() });
    server.sql("ALTER SYSTEM SET timescaledb.license = 'apache'");
    server.restart("fast");
    let out = cli.run(&ARCHIVE);
    out.fails(8, "Apache-2");
    assert!(out.stderr.contains("hint:"), "{out:?}");
    cli.run(&["chunks", "drop", "--older-than", "0d", "--unarchived", "--yes"]).fails(8, "Apache-2");
    cli.run(&["archives", "erase", "--stream", "account-1", "--reason", "x", "--yes"]).fails(8, "Apache-2");
    server.sql("ALTER SYSTEM RESET timescaledb.license");
    server.restart("fast");
    assert_eq!(live(&cli) + archived(&cli), total);
    cli.run(&ARCHIVE).succeeds();
    assert_eq!(archived(&cli), total);
}

#[test]
fn the_session_has_its_settings_before_it_is_used() {
    let Some(cli) = Cli::alone() else { return };
    let found: Vec<Value> = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
        let info = ConnInfo::resolve(Some(&cli.db_url), &|_| None).unwrap();
        let db = connect_plain(&info, &ConnectOptions::default()).await.unwrap();
        assert!(db.unsound.is_empty(), "{:?}", db.unsound);
        let rows = db
            .query(
                "SELECT name, setting, source FROM pg_settings
                  WHERE name IN ('timescaledb.enable_columnarscan', 'synchronous_commit')",
                &[],
            )
            .await
            .unwrap();
        rows.iter()
            .map(|r| serde_json::json!([r.get::<_, &str>(0), r.get::<_, &str>(1), r.get::<_, &str>(2)]))
            .collect()
    });
    // Set by the session: a reload of the server's files does not change it.
    for setting in &found {
        assert_eq!((setting[1].as_str(), setting[2].as_str()), (Some("on"), Some("session")), "{found:?}");
    }
}
