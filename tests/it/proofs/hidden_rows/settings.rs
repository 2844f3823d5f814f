//! Settings that hide rows, wherever they are set.

use eventodb_admin::db::ConnectOptions;
use eventodb_admin::db::connect::connect_plain;
use eventodb_admin::db::conninfo::ConnInfo;
use serde_json::Value;

use super::super::cli::{Cli, Out, programs, sql, var};
use super::super::cluster::{PrivateCluster, Spec};
use super::scene::{ARCHIVE, Role, SETTINGS, archived, database, fill, live, scene, schema};

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

/// Makes a setting, and gives the variables by which a run meets it.
type Make<'a> = &'a dyn Fn(&Cli, &Role) -> Vec<(String, String)>;

fn everywhere(setting: &str) {
    let place = |make: Make<'_>, what: &str| {
        let Some((cli, total)) = scene() else { return };
        if !is_known(&cli.db_url, setting) {
            eprintln!("NOT TESTED HERE: {setting}; this server does not have it");
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
    place(
        &|_, role| {
            vec![(format!("ALTER ROLE {} SET {setting}", role.name), format!("ALTER ROLE {} RESET {name}", role.name))]
        },
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
        // What is taken for all there is.
        for verb in [&["messages", "export"][..], &["messages", "follow", "--no-wait"]] {
            let out = run(verb);
            out.fails(1, setting);
            assert!(out.stdout.is_empty(), "{out:?}");
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
    let database = database(&cli);
    for (set, expected) in [("off", "on"), ("local", "on"), ("remote_apply", "remote_apply"), ("on", "on")] {
        sql(&cli.db_url, &format!("ALTER DATABASE {database} SET synchronous_commit = {set}"));
        assert_eq!(sql(&cli.db_url, "SHOW synchronous_commit"), expected, "{set}");
    }
}

fn own_server(settings: &str) -> Option<(PrivateCluster, String)> {
    let bin = programs("settings of a server")?;
    if var("EVENTODB_TEST_DB_EDITION") != "community" || !bin.join("initdb").exists() {
        eprintln!("NOT TESTED HERE: settings of a server; this needs Community's own programs");
        return None;
    }
    let settings = format!("shared_preload_libraries = 'timescaledb'\ntimescaledb.telemetry_level = off\n{settings}");
    let spec = Spec {
        name: "eventodb-hidden",
        settings: &settings,
        hba: "local all all trust\nhost all all all trust\n",
        files: &[],
    };
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
    let found: Vec<Value> =
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
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

#[test]
fn doctor_names_a_setting_that_hides_messages() {
    let Some((cli, _)) = scene() else { return };
    let database = database(&cli);
    for (setting, verdict) in [(SETTINGS[0], "warn"), (SETTINGS[3], "fail")] {
        let name = setting.split(' ').next().unwrap();
        sql(&cli.db_url, &format!("ALTER DATABASE {database} SET {setting}"));
        let out = cli.run(&["doctor", "-o", "json"]);
        let checks: Value = serde_json::from_str(&out.stdout).unwrap_or_else(|e| panic!("{e}: {out:?}"));
        let told = checks.as_array().unwrap().iter().any(|c| {
            c["check"] == "visibility"
                && c.to_string().contains(name)
                && c.to_string().contains(&format!("\"{verdict}\""))
        });
        assert!(told, "{setting}: {checks}");
        sql(&cli.db_url, &format!("ALTER DATABASE {database} RESET {name}"));
    }
}
