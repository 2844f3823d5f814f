//! What `doctor` finds, and what `archives sweep` removes of what runs that came to nothing leave behind.

use crate::support::cli;
use std::process::Command;

use cli::{BINARY, Cli, made_up, sql, var};
use eventodb_admin::store::{Credentials, ObjectKey, Store, StoreSettings, StoreUrl};
use serde_json::{Value, json};

const ARCHIVE: [&str; 4] = ["chunks", "archive", "--older-than", "0d"];

fn filled(store: Option<&str>) -> Cli {
    let cli = Cli::new();
    let store = store.map_or_else(|| cli.store(), str::to_owned);
    let mut cli = cli.with("EVENTODB_STORE", &store);
    for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_ENDPOINT_URL_S3"] {
        cli = cli.with(name, &var(name));
    }
    cli.run_with(&["messages", "import"], made_up(1, 50).as_bytes()).succeeds();
    cli
}

/// Archives with a fault in it.
fn break_at(cli: &Cli, failpoints: &str) {
    let out = Command::new(BINARY)
        .args(ARCHIVE)
        .env_clear()
        .envs(cli.variables())
        .env("EVENTODB_FAILPOINTS", failpoints)
        .output()
        .unwrap();
    assert!(!out.status.success(), "it did not fail");
}

/// Runs until the session of a killed process is gone.
fn run_when_free(cli: &Cli, args: &[&str]) -> Value {
    for _ in 0..100 {
        if sql(&cli.db_url, "SELECT NOT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted)") == "t" {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    cli.json(args)
}

fn check<'a>(checks: &'a Value, name: &str) -> &'a Value {
    checks.as_array().unwrap().iter().find(|c| c["check"] == name).unwrap_or_else(|| panic!("no {name} in {checks}"))
}

fn verdict(checks: &Value, name: &str) -> String {
    check(checks, name)["verdict"].as_str().unwrap().to_owned()
}

#[test]
fn what_a_failed_attempt_stored_is_found_and_removed_and_nothing_else() {
    let cli = filled(None);
    break_at(&cli, "archive.read-back.before=error");
    let healthy = cli.json(&["doctor"]);
    assert_eq!(verdict(&healthy, "objects of failed attempts"), "warn");
    assert_eq!(verdict(&healthy, "unfinished runs"), "ok");
    let plan = cli.json(&["archives", "sweep", "--dry-run"]);
    assert_eq!(plan.as_array().unwrap().len(), 3, "data, heads, manifest: {plan}");
    cli.run(&ARCHIVE).succeeds();
    let swept = cli.json(&["archives", "sweep"]);
    assert!(swept.as_array().unwrap().iter().all(|l| l["result"] == "removed"), "{swept}");
    assert_eq!(swept.as_array().unwrap().len(), 3);
    assert_eq!(cli.json(&["archives", "sweep"]), json!([]));
    assert_eq!(verdict(&cli.json(&["doctor"]), "objects of failed attempts"), "ok");
    cli.run(&["archives", "verify", "--all"]).succeeds();
    cli.run(&["coverage"]).succeeds();
}

#[test]
fn what_may_be_the_only_copy_is_not_removed() {
    let cli = filled(None);
    break_at(&cli, "archive.read-back.before=error");
    // Somebody drops the chunk all the same.
    let schema = cli.json(&["namespaces", "show"])["schema"].as_str().unwrap().to_owned();
    sql(
        &cli.db_url,
        &format!("SELECT public.drop_chunks('\"{schema}\".messages'::regclass, '2014-01-01'::timestamptz)"),
    );
    assert_eq!(verdict(&cli.json(&["doctor"]), "objects that may be the only copy"), "warn");
    let swept = cli.json(&["archives", "sweep"]);
    assert!(swept.as_array().unwrap().iter().all(|l| l["result"] == "kept"), "{swept}");
    assert_eq!(cli.json(&["archives", "sweep"]).as_array().unwrap().len(), 3, "they are still there");
}

#[test]
fn what_the_ledger_does_not_know_is_told_and_stays() {
    let cli = filled(None);
    cli.run(&ARCHIVE).succeeds();
    sql(&cli.db_url, &format!("DELETE FROM eventodb_store.archives WHERE namespace = '{}'", cli.namespace));
    let checks = cli.json(&["doctor"]);
    assert!(check(&checks, "objects that the ledger does not know")["fix"].as_str().unwrap().contains("archives sync"));
    let swept = cli.json(&["archives", "sweep"]);
    assert!(swept.as_array().unwrap().iter().all(|l| l["result"] == "kept" && l["archive_id"].is_null()), "{swept}");
    cli.run(&["archives", "sync"]).succeeds();
    cli.run(&["coverage"]).succeeds();
}

#[test]
fn an_object_that_the_ledger_counts_on_and_that_is_not_there_is_told_until_it_is_back() {
    let cli = filled(None);
    cli.run(&ARCHIVE).succeeds();
    assert_eq!(verdict(&cli.json(&["doctor"]), "objects of archives"), "ok");
    for (part, ending) in [("object_key", ".csv.zst"), ("heads_key", ".heads.zst"), ("manifest_key", ".manifest.json")]
    {
        let key = format!("SELECT {part} FROM eventodb_store.archives WHERE namespace = '{}'", cli.namespace);
        let object = cli.path("store").join(sql(&cli.db_url, &key));
        let content = std::fs::read(&object).unwrap();
        std::fs::remove_file(&object).unwrap();
        let out = cli.run(&["doctor", "-o", "json"]);
        let checks = serde_json::from_str(&out.stdout).unwrap();
        assert_eq!(verdict(&checks, "objects of archives"), "fail", "{ending}: {out:?}");
        let found = check(&checks, "objects of archives")["found"].as_str().unwrap();
        assert!(
            found.starts_with("1 object is not in the store, of 1 archive, the first ") && found.contains(ending),
            "{found}"
        );
        std::fs::write(&object, content).unwrap();
        assert_eq!(verdict(&cli.json(&["doctor"]), "objects of archives"), "ok");
    }
}

#[test]
fn a_run_that_was_killed_is_told_and_cleared_up_after() {
    let cli = filled(None);
    break_at(&cli, "archive.put-manifest.after=kill");
    let checks = run_when_free(&cli, &["doctor"]);
    assert_eq!(verdict(&checks, "unfinished runs"), "warn");
    cli.run(&["archives", "sweep"]).succeeds();
    assert_eq!(verdict(&cli.json(&["doctor"]), "unfinished runs"), "ok");
}

#[test]
fn a_stray_upload_is_found_and_aborted_once_it_is_old_enough() {
    let url = format!("s3://{}/leftovers/{}", var("EVENTODB_TEST_S3_BUCKET"), uuid::Uuid::new_v4());
    let cli = filled(Some(&url));
    let key = format!("{}/messages/2013/w01/20130103T000000Z_20130110T000000Z.0001-00000001.csv.zst", cli.namespace);
    // What a process that was killed in mid-upload leaves.
    let begun = std::thread::spawn({
        let url = url.clone();
        move || {
            tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(async {
                let settings = StoreSettings {
                    endpoint: Some(var("AWS_ENDPOINT_URL_S3")),
                    region: Some(var("AWS_REGION")),
                    credentials: Some(Credentials {
                        access_key_id: var("AWS_ACCESS_KEY_ID"),
                        secret_access_key: var("AWS_SECRET_ACCESS_KEY"),
                        session_token: None,
                    }),
                    ..StoreSettings::default()
                };
                let store = Store::open(&url.parse::<StoreUrl>().unwrap(), &settings).await.unwrap();
                let mut upload = store.upload(&ObjectKey::new(key).unwrap(), 0).await.unwrap();
                upload.write(vec![7; 20 << 20].into()).await.unwrap();
                std::mem::forget(upload);
                assert_eq!(store.list_uploads("").await.unwrap().len(), 1);
            });
        }
    });
    begun.join().unwrap();
    assert!(check(&cli.json(&["doctor"]), "stray uploads")["found"].as_str().unwrap().contains("1 begun within"));
    let swept = cli.json(&["archives", "sweep"]);
    assert_eq!((&swept[0]["kind"], &swept[0]["result"]), (&json!("upload"), &json!("kept")), "{swept}");
    let swept = cli.json(&["archives", "sweep", "--older-than", "0s"]);
    assert_eq!((&swept[0]["kind"], &swept[0]["result"]), (&json!("upload"), &json!("removed")), "{swept}");
    assert_eq!(cli.json(&["archives", "sweep", "--older-than", "0s"]), json!([]));
    cli.run(&ARCHIVE).succeeds();
    cli.run(&["coverage"]).succeeds();
}

#[test]
fn doctor_names_what_could_destroy_messages_and_the_command_that_ends_it() {
    let cli = filled(None);
    let checks = cli.json(&["doctor"]);
    assert_eq!(verdict(&checks, "server") == "ok", verdict(&checks, "retention policy") == "ok" && is_community(&cli));
    assert_eq!(verdict(&checks, "clock"), "ok");
    assert_eq!(verdict(&checks, "store"), "ok");
    assert!(check(&checks, "functions that anyone may call")["fix"].as_str().unwrap().contains("drop_chunk"));
    if is_community(&cli) {
        let schema = cli.json(&["namespaces", "show"])["schema"].as_str().unwrap().to_owned();
        sql(
            &cli.db_url,
            &format!("SELECT public.add_retention_policy('\"{schema}\".messages'::regclass, interval '1 year')"),
        );
        let told = cli.run(&["doctor"]);
        assert_eq!(told.code, 1, "{told:?}");
        assert!(told.stdout.contains("--server-drop-after never"), "{told:?}");
    }
    let nowhere = cli.run(&["doctor", "--store", "file:///nowhere/at/all"]);
    assert_eq!(nowhere.code, 1, "{nowhere:?}");
    assert!(nowhere.stdout.contains("fail"), "{nowhere:?}");
}

fn is_community(cli: &Cli) -> bool {
    sql(&cli.db_url, "SELECT current_setting('timescaledb.license')") == "timescale"
}

#[test]
fn a_chunk_interval_far_from_the_write_rate_is_told_with_a_better_one() {
    let cli = Cli::bare();
    cli.run(&["namespaces", "create", &cli.namespace, "--chunk-interval", "1d", "--compress-after", "never"])
        .succeeds();
    // 5,000 messages a day: a month of them makes a good chunk.
    cli.run_with(&["messages", "import"], made_up(1, 5000).as_bytes()).succeeds();
    let checks = cli.json(&["doctor"]);
    let interval = check(&checks, "chunk interval");
    assert_eq!(interval["verdict"], "warn", "{interval}");
    let fix = interval["fix"].as_str().unwrap().split(';').next().unwrap().to_owned();
    sql(&cli.db_url, &format!("SET search_path = public; {fix}"));
    assert_eq!(verdict(&cli.json(&["doctor"]), "chunk interval"), "ok");
}

#[test]
fn reads_that_look_into_all_chunks_are_told_until_figures_are_kept() {
    let cli = filled(None);
    assert_eq!(verdict(&cli.json(&["doctor"]), "reads"), "ok", "few chunks");
    let cli = Cli::new();
    cli.run_with(&["messages", "import"], made_up(18, 5).as_bytes()).succeeds();
    let checks = cli.json(&["doctor"]);
    assert_eq!(verdict(&checks, "reads"), "warn");
    assert!(check(&checks, "reads")["fix"].as_str().unwrap().contains("stats refresh"));
    cli.run(&["stats", "refresh"]).succeeds();
    assert_eq!(verdict(&cli.json(&["doctor"]), "reads"), "ok");
}

#[test]
fn compression_that_fits_long_streams_only_is_told_where_streams_are_short() {
    let cli = filled(None);
    if !is_community(&cli) {
        assert!(check(&cli.json(&["doctor"]), "compression settings")["found"].as_str().unwrap().contains("Apache-2"));
        return;
    }
    let schema = cli.json(&["namespaces", "show"])["schema"].as_str().unwrap().to_owned();
    sql(&cli.db_url, &format!("ANALYZE \"{schema}\".messages"));
    assert_eq!(verdict(&cli.json(&["doctor"]), "compression settings"), "ok");
    sql(
        &cli.db_url,
        &format!(
            "ALTER TABLE \"{schema}\".messages SET (timescaledb.compress_segmentby = 'stream_name', timescaledb.compress_orderby = 'position')"
        ),
    );
    let checks = cli.json(&["doctor"]);
    let settings = check(&checks, "compression settings");
    assert_eq!(settings["verdict"], "warn", "{settings}");
    sql(&cli.db_url, settings["fix"].as_str().unwrap().split(';').next().unwrap());
    assert_eq!(verdict(&cli.json(&["doctor"]), "compression settings"), "ok");
}

#[test]
fn a_role_that_does_not_own_the_messages_is_told_that_it_cannot_archive() {
    let cli = filled(None);
    assert_eq!(verdict(&cli.json(&["doctor"]), "rights in the database"), "ok");
    let (role, schema) =
        (format!("r{}", uuid::Uuid::new_v4().simple()), cli.json(&["namespaces", "show"])["schema"].clone());
    let schema = schema.as_str().unwrap();
    sql(
        &cli.db_url,
        &format!(
            "CREATE ROLE {role} LOGIN PASSWORD 'of-a-reader'; GRANT USAGE ON SCHEMA eventodb_store, \"{schema}\" TO {role}; \
             GRANT SELECT ON ALL TABLES IN SCHEMA eventodb_store, \"{schema}\" TO {role}"
        ),
    );
    let mut url = url::Url::parse(&cli.db_url).unwrap();
    url.set_username(&role).unwrap();
    url.set_password(Some("of-a-reader")).unwrap();
    let checks = cli.json(&["doctor", "--db-url", url.as_str()]);
    assert_eq!(verdict(&checks, "rights in the database"), "warn", "{checks}");
    sql(&cli.db_url, &format!("DROP OWNED BY {role}; DROP ROLE {role}"));
}

#[test]
fn a_nightly_run_that_fails_is_told_until_one_succeeds() {
    let cli = filled(None);
    assert_eq!(verdict(&cli.json(&["doctor"]), "lifecycle run"), "ok");
    cli.run(&["policy", "set", "--archive-after", "30d", "--store", "file:///nowhere/at/all"]).succeeds();
    let checks = cli.json(&["doctor", "--store", &cli.store()]);
    assert_eq!(verdict(&checks, "lifecycle run"), "warn", "no run yet");
    assert_ne!(cli.run(&["lifecycle", "run"]).code, 0);
    let told = cli.run(&["doctor", "--store", &cli.store()]);
    assert!(told.code == 1 && told.stdout.contains("/nowhere/at/all"), "{told:?}");
    let checks = cli.run(&["doctor", "--store", &cli.store(), "-o", "json"]);
    let checks: Value = serde_json::from_str(&checks.stdout).unwrap();
    // What the run has said to do comes before the next one.
    let fix = check(&checks, "lifecycle run")["fix"].as_str().unwrap();
    assert!(
        fix.ends_with("; then eventodb-admin lifecycle run") && !fix.starts_with("eventodb-admin lifecycle"),
        "{fix}"
    );
    cli.run(&["policy", "set", "--store", &cli.store()]).succeeds();
    cli.run(&["lifecycle", "run"]).succeeds();
    assert_eq!(verdict(&cli.json(&["doctor"]), "lifecycle run"), "ok");
}

#[test]
fn the_buckets_own_settings_are_told_as_far_as_the_service_tells_them() {
    let url = format!("s3://{}/doctor/{}", var("EVENTODB_TEST_S3_BUCKET"), uuid::Uuid::new_v4());
    let cli = filled(Some(&url));
    let checks = cli.json(&["doctor"]);
    assert_eq!(verdict(&checks, "store"), "ok");
    for name in
        ["versioning", "lifecycle rules", "unfinished uploads", "encryption", "object lock", "conditional writes"]
    {
        assert_ne!(verdict(&checks, name), "fail", "{checks}");
    }
}

#[test]
fn without_a_namespace_the_server_is_looked_at_all_the_same() {
    let cli = Cli::bare();
    let out = cli.run(&["doctor", "--store", &cli.store(), "-o", "json"]);
    out.fails(3, "namespaces create");
    let checks: Value = serde_json::from_str(&out.stdout).unwrap();
    // An edition of which less can be had is a warning.
    let of = |name| verdict(&checks, name);
    assert!(of("server") != "fail" && of("namespace") == "fail", "{checks}");
}
