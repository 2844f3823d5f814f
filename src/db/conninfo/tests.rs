use std::collections::HashMap;

use super::*;
use crate::error::Kind;
use crate::error::Result;

fn env(pairs: &[(&str, &str)]) -> impl Fn(&str) -> Option<String> + use<> {
    let mut map: HashMap<String, String> = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    map.entry("HOME".to_owned()).or_insert_with(|| "/nonexistent".to_owned());
    move |name| map.get(name).cloned()
}

fn resolve(url: &str) -> Result<ConnInfo> {
    ConnInfo::resolve(Some(url), &env(&[]))
}

fn refused(url: &str) -> crate::error::Error {
    let error = resolve(url).unwrap_err();
    assert_eq!(error.kind(), Kind::Usage, "{error}");
    assert!(error.hint_text().is_some(), "{error} has no hint");
    error
}

#[test]
fn a_url_gives_every_part() {
    let info = resolve("postgres://me:p%40ss@db.example:6543/ev%2Fents?sslmode=verify-full&connect_timeout=3").unwrap();
    assert_eq!(info.shown(), "me@db.example:6543/ev/ents");
    assert_eq!(info.endpoints[0].password, Some(Secret::new("p@ss")));
    assert_eq!(info.ssl.mode, SslMode::VerifyFull);
    assert_eq!(info.connect_timeout, Some(Duration::from_secs(3)));
}

#[test]
fn a_conninfo_string_gives_every_part() {
    let info = resolve(r"host=db port = 6543 user='me too' password='it\'s \\' dbname=events sslmode=require").unwrap();
    assert_eq!(info.shown(), "me too@db:6543/events");
    assert_eq!(info.endpoints[0].password, Some(Secret::new(r"it's \")));
    assert_eq!(info.ssl.mode, SslMode::Require);
}

#[test]
fn what_the_url_leaves_out_comes_from_the_environment_and_then_from_defaults() {
    let vars = env(&[
        ("PGHOST", "env.example"),
        ("PGPORT", "7000"),
        ("PGUSER", "env-user"),
        ("PGPASSWORD", "env-pass"),
        ("PGDATABASE", "env-db"),
        ("PGSSLMODE", "verify-ca"),
        ("PGSSLROOTCERT", "/roots.pem"),
        ("PGAPPNAME", "app"),
    ]);
    let info = ConnInfo::resolve(Some("postgres://url-host/"), &vars).unwrap();
    assert_eq!(info.shown(), "env-user@url-host:7000/env-db");
    assert_eq!(info.ssl.mode, SslMode::VerifyCa);
    assert_eq!(info.ssl.roots, Roots::File("/roots.pem".into()));
    assert_eq!(info.application_name.as_deref(), Some("app"));
    assert_eq!(info.endpoints[0].password, Some(Secret::new("env-pass")));

    let info = ConnInfo::resolve(None, &vars).unwrap();
    assert_eq!(info.shown(), "env-user@env.example:7000/env-db");

    let info = ConnInfo::resolve(Some("postgres://someone@h"), &env(&[])).unwrap();
    assert_eq!(info.shown(), "someone@h:5432/someone");
    assert_eq!(info.ssl.mode, SslMode::Prefer);
    assert_eq!(info.ssl.roots, Roots::File("/nonexistent/.postgresql/root.crt".into()));
    assert_eq!(info.ssl.cert, Some("/nonexistent/.postgresql/postgresql.crt".into()));
}

#[test]
fn several_hosts_take_one_port_or_one_each() {
    let info = resolve("postgres://u@a:1,b:2,[::1]:3/d?target_session_attrs=read-write").unwrap();
    assert_eq!(info.shown(), "u@a:1,b:2,[::1]:3/d");
    assert_eq!(info.target_session_attrs, TargetSessionAttrs::ReadWrite);
    assert_eq!(resolve("host=a,b port=9 user=u").unwrap().shown(), "u@a:9,b:9/u");
    assert_eq!(resolve("postgres://u@a,b:2/d").unwrap().shown(), "u@a:5432,b:2/d");
    refused("host=a,b,c port=1,2 user=u");
    refused("host=a,b hostaddr=127.0.0.1 user=u");
}

#[test]
fn a_host_with_a_slash_is_a_unix_socket() {
    for url in [
        "postgres://u@%2Fsock%2Fets:5000/d",
        "postgres://u@:5000/d?host=/sock/ets",
        "host=/sock/ets port=5000 user=u dbname=d",
    ] {
        let info = resolve(url).unwrap();
        assert_eq!(info.endpoints[0].address, ServerAddress::Unix("/sock/ets".into()), "{url}");
        assert_eq!(info.endpoints[0].port, 5000, "{url}");
    }
}

#[test]
fn a_host_address_spares_the_name_service_and_keeps_the_name() {
    let info = resolve("host=db.example hostaddr=127.0.0.1 user=u").unwrap();
    let addr = Some("127.0.0.1".parse().unwrap());
    assert_eq!(info.endpoints[0].address, ServerAddress::Tcp { host: "db.example".into(), addr });
    refused("hostaddr=db.example user=u");
}

#[test]
fn the_system_roots_mean_verify_full_and_nothing_less() {
    assert_eq!(resolve("postgres://u@h/?sslrootcert=system").unwrap().ssl.mode, SslMode::VerifyFull);
    let error = refused("postgres://u@h/?sslrootcert=system&sslmode=require");
    assert!(error.to_string().contains("verify-full"), "{error}");
}

#[test]
fn every_sslmode_of_libpq_is_known_and_no_other() {
    for (text, mode) in [
        ("disable", SslMode::Disable),
        ("allow", SslMode::Allow),
        ("prefer", SslMode::Prefer),
        ("require", SslMode::Require),
        ("verify-ca", SslMode::VerifyCa),
        ("verify-full", SslMode::VerifyFull),
    ] {
        assert_eq!(resolve(&format!("postgres://u@h/?sslmode={text}")).unwrap().ssl.mode, mode);
    }
    let error = refused("postgres://u@h/?sslmode=verify");
    assert!(error.to_string().contains("sslmode cannot be verify"), "{error}");
    assert!(error.hint_text().unwrap().contains("verify-full"));
    assert_eq!(resolve("postgres://u@h/?ssl=true").unwrap().ssl.mode, SslMode::Require);
}

#[test]
fn an_unknown_parameter_is_named() {
    let error = refused("postgres://u:hunter2@h/d?sslmod=require");
    assert!(error.to_string().contains("sslmod"), "{error}");
    refused("host=h colour=red user=u");
}

#[test]
fn what_cannot_be_honoured_is_refused() {
    for url in [
        "postgres://u@h/?require_auth=gss",
        "postgres://u@h/?require_auth=gss,sspi,oauth",
        "postgres://u@h/?gssencmode=require",
        "postgres://u@h/?sslnegotiation=direct",
        "postgres://u@h/?sslcertmode=require",
        "postgres://u@h/?ssl_min_protocol_version=TLSv1.3&ssl_max_protocol_version=TLSv1.2",
        "postgres://u@h/?connect_timeout=soon",
    ] {
        refused(url);
    }
    assert!(resolve("postgres://u@h/?gssencmode=prefer&client_encoding=UTF8&krbsrvname=x").is_ok());
}

#[test]
fn the_ways_to_log_in_are_named_as_libpq_names_them() {
    use AuthMethod::{Gss, Md5, None, Password, ScramSha256, Sspi};
    let required = |text: &str| resolve(&format!("postgres://u@h/?require_auth={text}")).unwrap().require_auth;
    assert_eq!(required(""), RequireAuth::Any);
    assert_eq!(required("scram-sha-256"), RequireAuth::OneOf(vec![ScramSha256]));
    assert_eq!(required("gss,md5,none"), RequireAuth::OneOf(vec![Gss, Md5, None]));
    assert_eq!(required("!password,!sspi"), RequireAuth::NoneOf(vec![Password, Sspi]));
    for wrong in [
        "scram",
        "SCRAM-SHA-256",
        "md5,",
        ",",
        "md5,md5",
        "!md5,!md5",
        "md5,!none",
        "!none,md5",
        "!",
        "!!md5",
        "md5 ,none",
    ] {
        refused(&format!("postgres://u@h/?require_auth={wrong}"));
    }
    let info = ConnInfo::resolve(Some("postgres://u@h"), &env(&[("PGREQUIREAUTH", "!md5")])).unwrap();
    assert_eq!(info.require_auth, RequireAuth::NoneOf(vec![Md5]));
}

#[test]
fn no_error_and_no_debug_text_shows_the_password() {
    // The second half are passwords with unescaped characters, which land in the host, port or database.
    for url in [
        "postgres://u:hunter2@h:port/d",
        "postgres://u:hunter2@h/d?sslmode=maybe",
        "postgres://u:hunter2@h/d?nothing=hunter2@x",
        "postgres://u:hunter2@h/d?novalue",
        "postgres://u:hunter2%zz@h/d",
        "postgres://u:hunter2%00@h/d",
        "postgres://u:hunter2\0@h/d",
        "host=h password=hunter2\0",
        "mysql://u:hunter2@h/d",
        "u:hunter2@h",
        "password=hunter2 host=h nonsense user=u",
        "password=very hunter2=x host=h",
        "password='hunter2 host=h",
        "postgres://u:x/hunter2@h/d",
        "postgres://u:12/hunter2@h/d",
        "postgres://u:x@hunter2@h/d",
        "postgres://u:12/x?hunter2=3@h",
        "postgres://u:hunter2@h:99999/d",
    ] {
        let error = refused(url);
        let shown = format!("{error} {error:?} {:?}", error.hint_text());
        assert!(!shown.contains("hunter2"), "{url}: {shown}");
    }
    let info = resolve("postgres://u:hunter2@h/d").unwrap();
    assert!(!format!("{info:?} {}", info.shown()).contains("hunter2"));
}

#[cfg(unix)]
#[test]
fn the_password_file_is_asked_for_each_host() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(".pgpass");
    std::fs::write(&file, "a:*:*:*:for-a\nb:6000:d:u:for-b\n").unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    let home = folder.path().to_str().unwrap();
    let info = ConnInfo::resolve(Some("postgres://u@a,b:6000,c/d"), &env(&[("HOME", home)])).unwrap();
    let found: Vec<_> = info.endpoints.iter().map(|e| e.password.as_ref().map(|p| p.reveal().to_owned())).collect();
    assert_eq!(found, [Some("for-a".to_owned()), Some("for-b".to_owned()), None]);

    let passfile = env(&[("PGPASSFILE", file.to_str().unwrap())]);
    let info = ConnInfo::resolve(Some("postgres://u@a/d"), &passfile).unwrap();
    assert_eq!(info.endpoints[0].password, Some(Secret::new("for-a")));
    let info = ConnInfo::resolve(Some("postgres://u:given@a/d"), &passfile).unwrap();
    assert_eq!(info.endpoints[0].password, Some(Secret::new("given")));
}

#[test]
fn a_service_stands_between_the_url_and_the_environment() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("services");
    std::fs::write(&file, "# ours\n[other]\nhost=wrong\n[events]\nhost=svc.example\nport=6000\n\n[last]\nport=1\n")
        .unwrap();
    let vars = env(&[("PGSERVICEFILE", file.to_str().unwrap()), ("PGHOST", "env.example"), ("PGUSER", "env-user")]);
    let info = ConnInfo::resolve(Some("service=events port=7000"), &vars).unwrap();
    assert_eq!(info.shown(), "env-user@svc.example:7000/env-user");
    let error = ConnInfo::resolve(Some("service=missing"), &vars).unwrap_err();
    assert!(error.to_string().contains("missing") && error.kind() == Kind::Usage, "{error}");
}

#[test]
fn who_names_nothing_is_known_from_who_names_something() {
    let named = |url, pairs: &[(&str, &str)]| ConnInfo::resolve(url, &env(pairs)).unwrap().named;
    assert_eq!(named(None, &[]), Named::No);
    assert_eq!(named(None, &[("PGPASSWORD", "p"), ("PGSSLMODE", "disable")]), Named::No);
    for pair in [("PGHOST", "h"), ("PGUSER", "u"), ("PGDATABASE", "d"), ("PGPORT", "5433"), ("PGHOSTADDR", "::1")] {
        assert_eq!(named(None, &[pair]), Named::Yes, "{pair:?}");
    }
    assert_eq!(named(Some("postgres://"), &[]), Named::Yes);
}
