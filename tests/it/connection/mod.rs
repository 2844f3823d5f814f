//! Connections to a real server: every sslmode, every way to be refused, what a session starts with and how it ends.

mod cluster;
mod login;

use crate::support::rogue;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cluster::{CERTIFICATE_NAME, Cluster, PASSWORD, Tls, cluster};
use eventodb_admin::db::connect::{ConnectOptions, Db, connect, connect_plain};
use eventodb_admin::db::conninfo::ConnInfo;
use eventodb_admin::db::errors;
use eventodb_admin::error::{Error, Kind, Result};
use tokio_postgres::error::SqlState;

/// The settings of a client that has nothing in its environment and home.
fn resolve(conninfo: &str) -> Result<ConnInfo> {
    let env = |name: &str| (name == "HOME").then(|| "/nonexistent".to_owned());
    ConnInfo::resolve(Some(conninfo), &env)
}

async fn open(conninfo: &str) -> Result<Db> {
    connect_plain(&resolve(conninfo)?, &ConnectOptions::default()).await
}

/// The error, which never shows the password and always says what to do.
async fn refused(conninfo: &str) -> Error {
    let Err(error) = open(conninfo).await else { panic!("{conninfo} was let in") };
    let shown = format!("{error} {error:?} {:?}", error.hint_text());
    assert!(!shown.contains(PASSWORD), "{shown}");
    assert!(error.hint_text().is_some(), "{error} has no hint");
    error
}

fn assert_hint(error: &Error, part: &str) {
    let hint = error.hint_text().unwrap_or_default();
    assert!(hint.contains(part), "{error}\nhint: {hint}\nwanted in it: {part}");
}

fn assert_says(error: &Error, part: &str) {
    assert!(error.to_string().contains(part), "{error}\nwanted in it: {part}");
}

impl Cluster {
    /// `host` is `localhost` unless `more` says otherwise.
    fn info(&self, user: &str, more: &str) -> String {
        let host = if more.contains("host=") { "" } else { "host=localhost" };
        format!("{host} port={} user={user} password={PASSWORD} dbname=postgres {more}", self.port)
    }
}

async fn is_encrypted(db: &Db) -> bool {
    let sql = "SELECT ssl FROM pg_catalog.pg_stat_ssl WHERE pid = pg_catalog.pg_backend_pid()";
    db.query_one(sql, &[]).await.unwrap().get(0)
}

async fn text(db: &Db, sql: &str) -> String {
    db.query_one(sql, &[]).await.unwrap().get(0)
}

#[tokio::test]
async fn each_sslmode_encrypts_as_libpq_does() {
    let server = cluster(Tls::On);
    let ca = server.file("ca.pem");
    for (mode, encrypted) in [
        ("sslmode=disable".to_owned(), false),
        ("sslmode=allow".to_owned(), false),
        ("sslmode=prefer".to_owned(), true),
        ("sslmode=require".to_owned(), true),
        (format!("sslmode=verify-ca sslrootcert={ca}"), true),
        (format!("sslmode=verify-full sslrootcert={ca}"), true),
        ("sslmode=require ssl_min_protocol_version=TLSv1.3 channel_binding=require".to_owned(), true),
        ("sslmode=require ssl_max_protocol_version=TLSv1.2".to_owned(), true),
    ] {
        let db = open(&server.info("app", &mode)).await.unwrap_or_else(|e| panic!("{mode}: {e}"));
        assert_eq!(is_encrypted(&db).await, encrypted, "{mode}");
    }
}

#[tokio::test]
async fn allow_turns_to_tls_and_prefer_to_plain_where_the_server_insists() {
    let server = cluster(Tls::On);
    let db = open(&server.info("tls_only", "host=127.0.0.1 sslmode=allow")).await.unwrap();
    assert!(is_encrypted(&db).await);
    let db = open(&server.info("plain_only", "host=127.0.0.1 sslmode=prefer")).await.unwrap();
    assert!(!is_encrypted(&db).await);
    for (user, mode) in [("tls_only", "disable"), ("plain_only", "require")] {
        let error = refused(&server.info(user, &format!("host=127.0.0.1 sslmode={mode}"))).await;
        assert_eq!(errors::sqlstate_of(&error), Some(&SqlState::INVALID_AUTHORIZATION_SPECIFICATION), "{error}");
        assert_hint(&error, "pg_hba.conf");
    }
}

#[tokio::test]
async fn a_server_signed_by_another_authority_is_refused_wherever_a_root_file_is_there() {
    let server = cluster(Tls::On);
    let other = server.file("other-ca.pem");
    for mode in ["require", "verify-ca", "verify-full"] {
        let error = refused(&server.info("app", &format!("sslmode={mode} sslrootcert={other}"))).await;
        assert_hint(&error, "sslrootcert");
    }
    let db = open(&server.info("app", &format!("sslmode=prefer sslrootcert={other}"))).await.unwrap();
    assert!(!is_encrypted(&db).await);
}

#[tokio::test]
async fn verify_full_wants_the_hosts_name_in_the_certificate_and_verify_ca_does_not() {
    let server = cluster(Tls::On);
    let with = |host: &str, mode: &str| {
        let ca = server.file("ca.pem");
        server.info("app", &format!("host={host} hostaddr=127.0.0.1 sslmode={mode} sslrootcert={ca}"))
    };
    for name in ["wrong.example", "127.0.0.1"] {
        let error = refused(&with(name, "verify-full")).await;
        assert_hint(&error, "verify-ca");
        assert!(is_encrypted(&open(&with(name, "verify-ca")).await.unwrap()).await);
    }
    assert!(is_encrypted(&open(&with(CERTIFICATE_NAME, "verify-full")).await.unwrap()).await);
}

#[tokio::test]
async fn verification_without_a_root_certificate_is_refused() {
    let server = cluster(Tls::On);
    for mode in ["verify-ca", "verify-full"] {
        let error = refused(&server.info("app", &format!("sslmode={mode}"))).await;
        assert_says(&error, "/nonexistent/.postgresql/root.crt");
        assert_hint(&error, "sslrootcert=system");
    }
    // A private authority is not among the platform's.
    let error = refused(&server.info("app", "sslrootcert=system")).await;
    assert_hint(&error, "sslrootcert");
}

#[tokio::test]
async fn tls_asked_of_a_server_without_it_is_refused_and_prefer_goes_plain() {
    let server = cluster(Tls::Off);
    // Held on to: its files go with its last user.
    let with_tls = cluster(Tls::On);
    let ca = with_tls.file("ca.pem");
    for mode in ["require".to_owned(), format!("verify-full sslrootcert={ca}")] {
        let error = refused(&server.info("app", &format!("sslmode={mode}"))).await;
        assert_says(&error, "the server has no TLS");
        assert_hint(&error, "ssl = on");
    }
    for mode in ["prefer", "allow", "disable"] {
        assert!(!is_encrypted(&open(&server.info("app", &format!("sslmode={mode}"))).await.unwrap()).await);
    }
}

#[tokio::test]
async fn a_client_certificate_logs_in_and_its_key_must_be_private() {
    let server = cluster(Tls::On);
    let base = format!("host=127.0.0.1 port={} user=with_certificate dbname=postgres sslmode=require", server.port);
    let (cert, key) = (server.file("client.pem"), server.file("client.key"));
    let db = open(&format!("{base} sslcert={cert} sslkey={key}")).await.unwrap();
    assert_eq!(db.server.user, "with_certificate");

    refused(&base).await;
    refused(&format!("{base} sslcert={cert} sslkey={key} sslcertmode=disable")).await;
    let open_key = server.file("client-open.key");
    let error = refused(&format!("{base} sslcert={cert} sslkey={open_key}")).await;
    assert_hint(&error, "chmod 0600");
    let error = refused(&format!("{base} sslcert={cert} sslkey=/nonexistent/key")).await;
    assert_says(&error, "/nonexistent/key");
}

#[tokio::test]
async fn the_unix_socket_is_used_without_tls_whatever_sslmode_says() {
    let server = cluster(Tls::On);
    let folder = server.sockets.display();
    let db = open(&server.info("app", &format!("host={folder} sslmode=require"))).await.unwrap();
    assert!(!is_encrypted(&db).await);
    assert_eq!(db.endpoint(), format!("{folder}:{}", server.port));
    let error = refused(&format!("host={folder} port=1 user=app")).await;
    assert_hint(&error, "no socket");
}

#[tokio::test]
async fn a_wrong_password_is_told_from_a_missing_one() {
    let server = cluster(Tls::On);
    for mode in ["disable", "prefer", "allow", "require"] {
        let base = format!("host=127.0.0.1 port={} dbname=postgres sslmode={mode}", server.port);
        for user in ["app", "nobody", "tls_only"] {
            if user == "tls_only" && mode == "disable" {
                continue;
            }
            let error = refused(&format!("{base} user={user} password=wrong-hunter2-is-secret")).await;
            assert_eq!(errors::sqlstate_of(&error), Some(&SqlState::INVALID_PASSWORD), "{mode} {user}: {error}");
            assert_hint(&error, "PGPASSWORD");
        }
        let error = refused(&format!("{base} user=app")).await;
        assert_hint(&error, "wants a password");
    }
}

#[tokio::test]
async fn a_database_that_does_not_exist_is_named() {
    let server = cluster(Tls::On);
    let error = refused(&format!("postgres://app:{PASSWORD}@localhost:{}/missing", server.port)).await;
    assert_eq!(errors::sqlstate_of(&error), Some(&SqlState::UNDEFINED_DATABASE));
    assert_says(&error, "\"missing\"");
    assert_hint(&error, "create the database");
}

#[tokio::test]
async fn a_database_without_the_extension_is_not_supported() {
    let server = cluster(Tls::On);
    let info = resolve(&server.info("app", "")).unwrap();
    let error = connect(&info, &ConnectOptions::default()).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Unsupported);
    assert_hint(&error, "CREATE EXTENSION timescaledb");
}

#[tokio::test]
async fn a_port_where_nothing_listens_is_named() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    for mode in ["disable", "prefer", "require"] {
        let url = format!("postgres://app:{PASSWORD}@127.0.0.1:{port}/d?sslmode={mode}");
        let error = refused(&url).await;
        assert_says(&error, &format!("app@127.0.0.1:{port}/d"));
        assert_hint(&error, "nothing listens");
    }
}

#[tokio::test]
async fn a_host_that_nobody_knows_is_named() {
    let error = refused(&format!("postgres://app:{PASSWORD}@no-such-host.invalid/d?connect_timeout=20")).await;
    assert_says(&error, "no-such-host.invalid");
    assert_hint(&error, "no-such-host.invalid");
}

#[tokio::test]
async fn a_server_that_never_answers_is_given_up_after_the_timeout() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    for mode in ["disable", "prefer", "require"] {
        let info = resolve(&format!("postgres://app:{PASSWORD}@127.0.0.1:{port}/d?sslmode={mode}")).unwrap();
        let options = ConnectOptions { connect_timeout: Duration::from_millis(300), ..ConnectOptions::default() };
        let start = Instant::now();
        let error = connect_plain(&info, &options).await.unwrap_err();
        assert!((300..9000).contains(&start.elapsed().as_millis()), "{:?}", start.elapsed());
        assert_says(&error, "no answer within 0.3 s");
        assert_hint(&error, "connect_timeout");
    }
}

#[tokio::test]
async fn the_urls_connect_timeout_goes_before_the_programs() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    let start = Instant::now();
    let error = refused(&format!("postgres://app@127.0.0.1:{port}/d?connect_timeout=1")).await;
    assert!((1000..9000).contains(&start.elapsed().as_millis()), "{:?}", start.elapsed());
    assert_says(&error, "within 1 s");
}

#[tokio::test]
async fn something_else_that_listens_there_is_told_apart() {
    // Hangs up at once; hangs up having read; answers in another protocol.
    for (reads, answer) in [(false, ""), (true, ""), (true, "HTTP/1.1 400 Bad Request\r\n\r\n")] {
        let other = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = other.local_addr().unwrap().port();
        std::thread::spawn(move || {
            for stream in other.incoming() {
                let mut stream = stream.unwrap();
                if reads {
                    let _ = stream.read(&mut [0; 1024]);
                }
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        for mode in ["disable", "prefer"] {
            for password in ["", "password=x"] {
                let error = refused(&format!("host=127.0.0.1 port={port} user=app sslmode={mode} {password}")).await;
                assert_hint(&error, "is it PostgreSQL");
            }
        }
        let error = refused(&format!("host=127.0.0.1 port={port} user=app sslmode=require")).await;
        let wanted = if answer.is_empty() { "is it PostgreSQL" } else { "ssl = on" };
        assert_hint(&error, wanted);
    }
}

#[tokio::test]
async fn the_next_host_is_tried_until_one_fits() {
    let server = cluster(Tls::On);
    let dead = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let hosts = format!("app:{PASSWORD}@127.0.0.1:{dead},localhost:{}", server.port);
    let db = open(&format!("postgres://{hosts}/postgres?target_session_attrs=primary")).await.unwrap();
    assert_eq!(db.endpoint(), format!("localhost:{}", server.port));

    let error = refused(&format!("postgres://{hosts}/postgres?target_session_attrs=standby")).await;
    assert_says(&error, &format!("127.0.0.1:{dead}"));
    assert_says(&error, "no standby");
    assert!(open(&format!("postgres://{hosts}/postgres?target_session_attrs=prefer-standby")).await.is_ok());
    assert!(open(&server.info("app", "target_session_attrs=read-write")).await.is_ok());
    assert!(open(&server.info("reader", "target_session_attrs=read-only")).await.is_ok());
    refused(&server.info("app", "target_session_attrs=read-only")).await;
    refused(&server.info("reader", "target_session_attrs=read-write")).await;
}

#[tokio::test]
async fn a_session_starts_the_same_whatever_role_and_conninfo_set() {
    let server = cluster(Tls::On);
    let info = resolve(&server.info("slow", "options='-c DateStyle=German -c row_security=off'")).unwrap();
    let options = ConnectOptions { lock_timeout: Duration::from_millis(1234), ..ConnectOptions::default() };
    let db = connect_plain(&info, &options).await.unwrap();
    for (name, value) in [
        ("search_path", "pg_catalog, pg_temp"),
        ("TimeZone", "UTC"),
        ("DateStyle", "ISO, YMD"),
        ("client_encoding", "UTF8"),
        ("row_security", "on"),
        ("standard_conforming_strings", "on"),
        ("transaction_isolation", "read committed"),
        ("statement_timeout", "0"),
        ("idle_in_transaction_session_timeout", "0"),
        ("lock_timeout", "1234ms"),
        ("application_name", "eventodb-admin"),
    ] {
        assert_eq!(text(&db, &format!("SELECT pg_catalog.current_setting('{name}')")).await, value, "{name}");
    }
    if db.server.server_version_num >= 140_000 {
        assert_eq!(text(&db, "SELECT pg_catalog.current_setting('client_connection_check_interval')").await, "2s");
    }
}

#[tokio::test]
async fn the_server_says_what_it_is() {
    let server = cluster(Tls::On);
    let db = open(&server.info("app", "application_name=mine")).await.unwrap();
    assert!(db.server.server_version_num >= 90_000, "{:?}", db.server);
    assert!(db.server.server_version.starts_with(&(db.server.server_version_num / 10_000).to_string()));
    assert_eq!((db.server.database.as_str(), db.server.user.as_str()), ("postgres", "app"));
    assert_eq!(db.server.timescale, None);
    assert_eq!(db.server.system_identifier, None, "app may not call pg_control_system()");
    assert_eq!(text(&db, "SELECT pg_catalog.current_setting('application_name')").await, "mine");

    let superuser = format!("host={} port={} user=postgres", server.sockets.display(), server.port);
    let db = open(&superuser).await.unwrap();
    let identifier = text(&db, "SELECT system_identifier::text FROM pg_catalog.pg_control_system()").await;
    assert_eq!(db.server.system_identifier, Some(identifier));
}

#[tokio::test]
async fn cancel_stops_the_running_statement_with_and_without_tls() {
    let server = cluster(Tls::On);
    for mode in ["disable", "require"] {
        let db = Arc::new(open(&server.info("app", &format!("sslmode={mode}"))).await.unwrap());
        let sleeper = Arc::clone(&db);
        let start = Instant::now();
        let sleep = tokio::spawn(async move { sleeper.batch_execute("SELECT pg_catalog.pg_sleep(60)").await });
        tokio::time::sleep(Duration::from_millis(300)).await;
        db.cancel().await.unwrap();
        let error = sleep.await.unwrap().unwrap_err();
        assert_eq!(errors::sqlstate(&error), Some(&SqlState::QUERY_CANCELED), "{mode}");
        assert!(start.elapsed() < Duration::from_secs(30));
        assert!(!errors::is_connection_lost(&error));
        assert_eq!(text(&db, "SELECT 'still here'").await, "still here");
    }
}

#[tokio::test]
async fn a_session_that_the_server_ended_is_lost_and_says_why() {
    let server = cluster(Tls::On);
    // Found by name: a query of its own would leave a reply outstanding, which could swallow the server's reason.
    let db = open(&server.info("app", "application_name=to-be-ended")).await.unwrap();
    let other = open(&server.info("app", "")).await.unwrap();
    let end = "SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity \
               WHERE application_name = 'to-be-ended'";
    assert_eq!(other.execute(end, &[]).await.unwrap(), 1);
    let start = Instant::now();
    while !db.is_closed() && start.elapsed() < Duration::from_secs(10) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let error = db.batch_execute("SELECT 1").await.unwrap_err();
    assert!(errors::is_connection_lost(&error), "{error:?}");
    assert_eq!(db.ended_by().and_then(errors::sqlstate), Some(&SqlState::ADMIN_SHUTDOWN));
    let error = db.explain("counting messages", error);
    assert_says(&error, "counting messages: ");
    assert_says(&error, "57P01");
    assert_hint(&error, "ended the session");
}

#[tokio::test]
async fn errors_show_the_servers_message_and_say_what_to_do() {
    let server = cluster(Tls::On);
    let db = open(&server.info("app", "")).await.unwrap();

    let e = db.batch_execute("CREATE SCHEMA forbidden").await.unwrap_err();
    let error = errors::explain("creating schema forbidden", e);
    assert_eq!(error.kind(), Kind::Failed);
    assert_says(&error, "creating schema forbidden: permission denied");
    assert_hint(&error, "GRANT");

    let e = db.batch_execute("SELECT * FROM nowhere.nothing").await.unwrap_err();
    assert_eq!(errors::explain("reading", e).kind(), Kind::NotFound);
    let inside = "DO $$ BEGIN PERFORM 1 FROM nowhere.nothing; END $$";
    let e = db.batch_execute(inside).await.unwrap_err();
    assert_eq!(errors::explain("reading", e).kind(), Kind::Failed, "a function's own fault is not a missing namespace");

    db.batch_execute("CREATE TEMP TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)").await.unwrap();
    let e = db.batch_execute("INSERT INTO t VALUES (1)").await.unwrap_err();
    let error = errors::explain("writing", e);
    assert_eq!(error.kind(), Kind::Conflict);
    assert_says(&error, "Key (id)=(1) already exists");
}

#[tokio::test]
async fn a_lock_that_is_not_got_in_time_says_to_run_it_again() {
    let server = cluster(Tls::On);
    let superuser = format!("host={} port={} user=postgres", server.sockets.display(), server.port);
    let mut holder = open(&superuser).await.unwrap();
    holder.batch_execute("CREATE TABLE public.held ()").await.unwrap();
    let transaction = holder.transaction().await.unwrap();
    transaction.batch_execute("LOCK TABLE public.held").await.unwrap();
    let options = ConnectOptions { lock_timeout: Duration::from_millis(100), ..ConnectOptions::default() };
    let waiter = connect_plain(&resolve(&superuser).unwrap(), &options).await.unwrap();
    let e = waiter.batch_execute("DROP TABLE public.held").await.unwrap_err();
    assert!(errors::is_retryable(&e));
    let error = errors::explain("dropping chunk held", e);
    assert_eq!(errors::sqlstate_of(&error), Some(&SqlState::LOCK_NOT_AVAILABLE));
    assert_eq!(error.kind(), Kind::Failed);
    assert_hint(&error, "run it again");
    transaction.batch_execute("DROP TABLE public.held").await.unwrap();
    transaction.commit().await.unwrap();
}

#[tokio::test]
async fn closing_ends_the_session_at_the_server() {
    let server = cluster(Tls::On);
    let db = open(&server.info("app", "")).await.unwrap();
    let pid: i32 = db.query_one("SELECT pg_catalog.pg_backend_pid()", &[]).await.unwrap().get(0);
    db.close().await;
    let other = open(&server.info("app", "")).await.unwrap();
    let gone = "SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity WHERE pid = $1)";
    let start = Instant::now();
    while !other.query_one(gone, &[&pid]).await.unwrap().get::<_, bool>(0) {
        assert!(start.elapsed() < Duration::from_secs(10), "the session is still there");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn timescaledb_is_found_with_edition_version_and_schema() {
    let url = std::env::var("EVENTODB_TEST_DB_URL")
        .expect("EVENTODB_TEST_DB_URL must name a TimescaleDB: eval \"$(bin/servers env)\" starts one and sets it");
    let info = ConnInfo::resolve(Some(&url), &|name| std::env::var(name).ok()).unwrap();
    let db = connect(&info, &ConnectOptions::default()).await.unwrap();
    let timescale = db.server.timescale.clone().unwrap();
    let said = text(&db, "SELECT extversion FROM pg_catalog.pg_extension WHERE extname = 'timescaledb'").await;
    assert!(said.starts_with(&timescale.version.to_string()), "{said} is not {}", timescale.version);
    // The schema is right if a function called by it is found; the edition, if compression is there or refused.
    let compress = format!("SELECT \"{}\".compress_chunk('pg_catalog.pg_class'::regclass)", timescale.extension_schema);
    let e = db.batch_execute(&compress).await.unwrap_err();
    let unsupported = errors::sqlstate(&e) == Some(&SqlState::FEATURE_NOT_SUPPORTED);
    assert_ne!(errors::sqlstate(&e), Some(&SqlState::UNDEFINED_FUNCTION), "{e:?}");
    assert_eq!(unsupported, !db.server.supports_compression(), "{e:?}");
}
