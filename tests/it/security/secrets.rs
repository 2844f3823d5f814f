//! Where a secret could be told: logs, errors, processes, sessions, manifests, the ledger. (Every run of the program in
//! the tests is searched for those it was given: `support/secrets.rs`.)

use std::collections::BTreeSet;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use eventodb_admin::cli::Cli as Arguments;
use eventodb_admin::settings::Settings;

use super::cli::{BINARY, Cli, made_up, sql, var};
use crate::support::secrets;

const PASSWORD: &str = "pass%20Word-4711";
const MEANT: &str = "pass Word-4711";

fn token_for(namespace: &str) -> String {
    format!("ns_{}_{}", URL_SAFE_NO_PAD.encode(namespace), "c0ffee00".repeat(8))
}

#[test]
fn the_search_for_secrets_finds_them() {
    let variables = [
        ("EVENTODB_DB_URL", "postgres://u:pass%20Word-4711@h/d"),
        ("AWS_SESSION_TOKEN", "session!"),
        ("PGPASSWORD", "x"),
    ]
    .map(|(n, v)| (n.to_owned(), v.to_owned()));
    let args = ["--db-url", "postgres://u:another-one@h/d"];
    let expected: BTreeSet<_> = [PASSWORD, MEANT, "session!", "another-one"].map(str::to_owned).into();
    assert_eq!(secrets::given(&args, &variables), expected);
    let token = token_for("a-b_c");
    assert_eq!(secrets::token(&format!("x: {token}.")), Some(&*token));
    assert_eq!(secrets::token("ns_a_0123"), None);
    for (stdout, stderr) in [(MEANT, ""), ("", PASSWORD), (&*token, ""), ("", &*token)] {
        let told =
            std::panic::catch_unwind(|| secrets::assert_kept(&args, &variables, stdout.as_bytes(), stderr.as_bytes()));
        assert!(told.is_err(), "{stdout} {stderr}");
    }
    secrets::assert_kept(&["namespaces", "create"], &variables, token.as_bytes(), b"");
}

/// Every folder and file of the store, and every row of ours.
fn written(cli: &Cli) -> String {
    let mut all = String::new();
    let mut folders = vec![cli.path("store")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            all.push_str(&path.display().to_string());
            if path.is_dir() {
                folders.push(path);
            } else {
                all.push_str(&String::from_utf8_lossy(&std::fs::read(&path).unwrap()));
            }
        }
    }
    for table in ["eventodb_store.archives", "eventodb_store.namespaces", "eventodb_store.admin_migrations"] {
        all.push_str(&sql(&cli.db_url, &format!("SELECT string_agg(t::text, '|') FROM {table} t")));
    }
    all
}

#[test]
fn nothing_that_is_stored_holds_the_password_or_the_token_however_much_is_logged() {
    let cli = Cli::bare().with("RUST_LOG", "trace");
    let password = url::Url::parse(&cli.db_url).unwrap().password().unwrap().to_owned();
    let token = token_for(&cli.namespace);
    let file = cli.file("token", &token);
    let made = cli.json(&["namespaces", "create", &cli.namespace, "--token", &format!("@{file}"), "-vv"]);
    assert_eq!(made["token"], *token);
    std::fs::remove_file(file).unwrap();
    let lines = cli.file("in.ndjson", made_up(2, 20));
    let store = cli.store();
    let mut logged = 0;
    for args in [
        &["messages", "import", &lines][..],
        &["chunks", "archive", "--older-than", "0d", "--store", &store, "--dry-run"],
        &["chunks", "archive", "--older-than", "0d", "--store", &store],
        &["archives", "show", "1", "-o", "json"],
        &["archives", "verify", "--all", "--log-format", "json"],
        &["archives", "rehydrate", "1"],
        &["namespaces", "show"],
        &["namespaces", "list", "-o", "json"],
        &["namespaces", "grants", "--role", "someone", "--as", "operator"],
        &["coverage", "-vv"],
    ] {
        // The run itself is searched by the helper.
        logged += cli.run(args).succeeds().stderr.len();
    }
    assert!(logged > 10_000, "so little was logged that nothing is proven: {logged}");
    let written = written(&cli);
    assert!(written.contains("manifest") && written.contains(&cli.namespace));
    for secret in [&password, &percent_encoding::percent_decode_str(&password).decode_utf8_lossy().into_owned(), &token]
    {
        assert!(!written.contains(secret.as_str()));
    }
}

#[test]
fn the_keys_of_s3_are_told_by_no_log_and_no_error() {
    let names = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_ENDPOINT_URL_S3"];
    let mut cli = Cli::new().with("RUST_LOG", "trace");
    for name in names {
        cli = cli.with(name, &var(name));
    }
    let lines = cli.file("in.ndjson", made_up(1, 20));
    cli.run(&["messages", "import", &lines]).succeeds();
    let store = format!("s3://{}/{}", var("EVENTODB_TEST_S3_BUCKET"), cli.namespace);
    cli.run(&["chunks", "archive", "--older-than", "0d", "--store", &store, "-vv"]).succeeds();
    cli.run(&["archives", "verify", "--all", "--log-format", "json"]).succeeds();
    let manifest = cli.run(&["archives", "show", "1", "-o", "json"]).succeeds().stdout.clone();
    assert!(!manifest.contains(&var("AWS_SECRET_ACCESS_KEY")));
    // A session's token goes with every request; this service knows no such thing and refuses, or takes no notice.
    let mut with_token = cli.with("AWS_SESSION_TOKEN", "session-token-that-nobody-sees-0123456789");
    let out = with_token.run(&["archives", "verify", "--all", "-vv"]);
    assert!([0, 1, 5].contains(&out.code), "{out:?}");
    // Wrong keys, and nobody there.
    with_token = with_token.with("AWS_SECRET_ACCESS_KEY", "a-wrong-secret-key-0123456789");
    assert_ne!(with_token.run(&["archives", "verify", "--all"]).code, 0);
    let gone = with_token.with("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1");
    assert_ne!(gone.run(&["archives", "verify", "--all"]).code, 0);
}

#[test]
fn connections_that_fail_in_every_way_do_not_tell_the_password() {
    let base = var("EVENTODB_TEST_DB_URL");
    let changed = |change: &dyn Fn(&mut url::Url)| {
        let mut url = url::Url::parse(&base).unwrap();
        url.set_password(Some(PASSWORD)).unwrap();
        change(&mut url);
        url.to_string()
    };
    let urls = [
        changed(&|u| u.set_username("nobody_of_this_name").unwrap()),
        changed(&|u| u.set_path("/no_such_database")),
        changed(&|u| u.set_port(Some(1)).unwrap()),
        changed(&|u| u.set_host(Some("no-such-host.invalid")).unwrap()),
        changed(&|u| u.set_query(Some("sslmode=verify-full"))),
        changed(&|u| u.set_query(Some("sslmode=nonsense"))),
        changed(&|u| u.set_query(Some("no_such_parameter=1"))),
        changed(&|u| u.set_query(Some("application_name=%zz"))),
        format!("postgres://u:{PASSWORD}@[bad/db"),
        format!("postgres://u:{PASSWORD}@h:port/db"),
        format!("host=127.0.0.1 port=1 user=u password='{MEANT}' connect_timeout=1"),
        format!("host=127.0.0.1 password='{MEANT}"),
        format!("postgres://127.0.0.1:1/db?password={PASSWORD}"),
        format!("mysql://u:{PASSWORD}@h/d"),
    ];
    for url in urls {
        for log in ["text", "json"] {
            let cli = Cli { db_url: url.clone(), ..Cli::offline() }.with("RUST_LOG", "trace");
            for out in [
                cli.run(&["namespaces", "list", "-vv", "--log-format", log]),
                Cli::offline().run(&["--db-url", &url, "namespaces", "list", "--log-format", log]),
            ] {
                assert!([1, 2].contains(&out.code), "{url} {out:?}");
                let told = format!("{}{}", out.stdout, out.stderr);
                assert!(!told.contains(PASSWORD) && !told.contains(MEANT), "{url}: {told}");
            }
        }
    }
}

#[test]
fn neither_the_process_list_nor_the_servers_sessions_show_a_secret() {
    let cli = Cli::bare();
    Cli::new();
    let token = token_for(&cli.namespace);
    let file = cli.file("token", &token);
    // Holds the registry, so that the program waits with its statement.
    let (url, holder) =
        (cli.db_url.clone(), "LOCK TABLE eventodb_store.namespaces IN EXCLUSIVE MODE; SELECT pg_sleep(4)");
    let held = std::thread::spawn(move || sql(&url, &format!("BEGIN; {holder}; COMMIT")));
    let is_held = "SELECT count(*) FROM pg_locks WHERE relation = 'eventodb_store.namespaces'::regclass AND granted \
                   AND mode = 'ExclusiveLock'";
    let began = Instant::now();
    while sql(&cli.db_url, is_held) != "1" {
        assert!(began.elapsed() < Duration::from_secs(5), "the registry is not held");
    }
    let child = start(&cli, &["namespaces", "create", &cli.namespace, "--token", &format!("@{file}")]);
    let waits = "SELECT coalesce(string_agg(a::text, '|'), '') FROM pg_stat_activity a \
                 WHERE a.datname = current_database() AND a.wait_event_type = 'Lock' AND a.application_name = 'eventodb-admin'";
    let start = Instant::now();
    let activity = loop {
        let activity = sql(&cli.db_url, waits);
        if activity.contains("INSERT INTO eventodb_store.namespaces") {
            break activity;
        }
        assert!(start.elapsed() < Duration::from_secs(30), "it never waited: {activity}");
        std::thread::sleep(Duration::from_millis(20));
    };
    let password = url::Url::parse(&cli.db_url).unwrap().password().unwrap().to_owned();
    let seen = std::fs::read(format!("/proc/{}/cmdline", child.id())).unwrap();
    let seen = format!("{}{activity}", String::from_utf8_lossy(&seen));
    for secret in [&*password, &*token, &"c0ffee00".repeat(8)] {
        assert!(!seen.contains(secret), "{seen}");
    }
    let out = child.wait_with_output().unwrap();
    assert!(out.status.success() && String::from_utf8_lossy(&out.stdout).contains(&token));
    held.join().unwrap();
}

fn start(cli: &Cli, args: &[&str]) -> Child {
    Command::new(BINARY)
        .args(args)
        .env_clear()
        .envs(cli.variables())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

#[test]
fn arguments_and_settings_do_not_show_secrets_when_they_are_printed_for_debugging() {
    use clap::Parser;
    let token = token_for("a");
    let url = format!("postgres://u:{PASSWORD}@h/d");
    let arguments =
        Arguments::try_parse_from(["eventodb-admin", "--db-url", &url, "namespaces", "create", "a", "--token", &token])
            .unwrap();
    let mut shown = format!("{arguments:?} {arguments:#?}");
    let settings = Settings::resolve(arguments.global, &|_| None).unwrap();
    shown.push_str(&format!("{settings:?} {:?}", settings.connector(&|_| None).unwrap()));
    assert!(shown.contains("Create"), "{shown}");
    for secret in [PASSWORD, MEANT, &token] {
        assert!(!shown.contains(secret), "{shown}");
    }
    // And the help says how to keep them from other users of the machine.
    let help = Cli::offline().run(&["namespaces", "create", "--help"]).stdout;
    assert!(help.contains("PGPASSFILE") && help.contains("Arguments are seen"), "{help}");
}

#[test]
fn a_store_that_cannot_be_read_and_a_private_key_in_the_wrong_place_are_not_shown() {
    let cli = Cli::new();
    let url = "file://u:Zs3cretQ@h/x";
    for args in [
        &["doctor"][..],
        &["doctor", "-o", "json"],
        &["-n", "no_such_namespace", "doctor", "-o", "json"],
        &["config", "show"],
        &["archives", "list"],
        &["report", "-vv"],
    ] {
        let out = cli.run_in(&[("EVENTODB_STORE", url)], args, b"");
        assert!(!format!("{out:?}").contains("Zs3cretQ"), "{args:?}: {out:?}");
    }
    let key = "AGE-SECRET-KEY-1QQPZRY9X8GF2TVDW0S3JN54KHCE6MUA7LQQPZRY9X8GF2TVDW0S";
    let small = key.to_ascii_lowercase();
    for key in [key, small.as_str()] {
        for flag in ["--add", "--remove", "--ad", "--store", "--older-than"] {
            let out = cli.run(&["archives", "rekey", flag, key]);
            assert_ne!(out.code, 0, "{out:?}");
            assert!(!format!("{out:?}").contains(&key[15..]), "{flag}: {out:?}");
        }
        cli.run(&["archives", "rekey", "--add", key]).fails(2, "it is a private key");
    }
}
